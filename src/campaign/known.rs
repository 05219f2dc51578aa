//! What was found out of letters that were composed, for the sake of those like them
//! (`compose::Likeness`).
//!
//! A row whose name, position and letter are known to be well is so itself, and need not be
//! composed to know.

use std::collections::{HashMap, HashSet};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use foldhash::fast::RandomState;

use crate::compose::{Composed, Likeness, Outline};
use crate::recipient::{Cells, Recipient};
use crate::russian::forms::Forms;

/// So many of a kind are kept in mind: some megabytes.
const MOST: usize = 1 << 16;

/// What is known of a list's rows so far; shared by all threads. Hashes of 64 bits under a key of
/// this run stand for the words, as in `contacts`.
pub(super) struct Known {
    likeness: Likeness,
    found: RwLock<Found>,
}

#[derive(Default)]
struct Found {
    /// Names whose forms are beyond doubt.
    names: Outlines,
    /// Positions of that kind.
    posts: Outlines,
    /// Letters in which there was nothing to tell beside their rows.
    letters: HashSet<u64, RandomState>,
}

type Outlines = HashMap<u64, Outline, RandomState>;

/// A name or a position with its outline, where the letters show one.
type Met = Option<(u64, Outline)>;

impl Known {
    pub(super) fn new(likeness: Likeness) -> Self {
        Self { likeness, found: RwLock::default() }
    }

    /// Tells of some rows whether there would be nothing to tell of their letters.
    pub(super) fn judge(&self, rows: &mut dyn Iterator<Item = (Cells, &mut bool)>) {
        let found = self.read();
        rows.for_each(|(cells, is_well)| *is_well = self.is_well(&found, &cells));
    }

    fn is_well(&self, found: &Found, cells: &Cells) -> bool {
        let find = |known: &Outlines, hash: Option<u64>| match hash {
            Some(hash) => known.get(&hash).copied().map(Some),
            None => Some(None),
        };
        let name = find(&found.names, self.likeness.name(cells));
        let (Some(name), Some(post)) = (name, find(&found.posts, self.likeness.post(cells))) else {
            return false;
        };
        self.likeness
            .letter(cells, name, post)
            .is_some_and(|letter| found.letters.contains(&letter))
    }

    /// The forms of a row are beyond doubt.
    pub(super) fn keep_forms(&self, recipient: &Recipient, forms: &Forms) {
        let (name, post) = self.outlines(recipient, forms);
        let is_new = |known: &Outlines, it: &(u64, Outline)| {
            known.len() < MOST && !known.contains_key(&it.0)
        };
        let (name, post) = {
            let found = self.read();
            (name.filter(|it| is_new(&found.names, it)), post.filter(|it| is_new(&found.posts, it)))
        };
        if name.is_some() || post.is_some() {
            let mut found = self.write();
            found.names.extend(name);
            found.posts.extend(post);
        }
    }

    /// By what the letter of a row is known; `None` where it speaks for itself alone.
    pub(super) fn letter(&self, recipient: &Recipient, forms: &Forms) -> Option<u64> {
        let (name, post) = self.outlines(recipient, forms);
        self.likeness.letter(&recipient.cells, name.map(|(_, it)| it), post.map(|(_, it)| it))
    }

    fn outlines(&self, recipient: &Recipient, forms: &Forms) -> (Met, Met) {
        let (likeness, cells) = (&self.likeness, &recipient.cells);
        let name = likeness.name(cells).map(|hash| (hash, Outline::of_name(recipient, forms)));
        let post = likeness.post(cells).map(|hash| {
            let known = self.read().posts.get(&hash).copied();
            (hash, known.unwrap_or_else(|| Outline::of_post(forms)))
        });
        (name, post)
    }

    /// True where there would be nothing to tell of the form of a row's position.
    pub(super) fn is_post_sure(&self, cells: &Cells) -> bool {
        self.likeness.post(cells).is_some_and(|hash| self.read().posts.contains_key(&hash))
    }

    /// True where there was nothing to tell of such a letter.
    pub(super) fn has(&self, letter: u64) -> bool {
        self.read().letters.contains(&letter)
    }

    /// A letter was composed, and there is nothing to tell of it.
    pub(super) fn keep(&self, letter: u64, composed: &Composed) {
        if self.likeness.leaves_room(composed) && self.read().letters.len() < MOST {
            self.write().letters.insert(letter);
        }
    }

    // What a thread that panicked leaves behind is whole: words are added one at a time.
    fn read(&self) -> RwLockReadGuard<'_, Found> {
        self.found.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Found> {
        self.found.write().unwrap_or_else(PoisonError::into_inner)
    }
}
