//! The outbox: a courier that files each letter as `.eml` in a folder.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::delivery::{Courier, LetterQueue, Outcome, Permit, Stage, Trouble, Work};
use crate::files::{self, Audience, Draft, Durability};
use crate::letter::{Letter, LetterId};

/// A courier that files letters.
pub(crate) struct Outbox {
    folder: PathBuf,
}

impl Outbox {
    /// Opens the folder `name` of a campaign, creating it if necessary.
    ///
    /// # Errors
    /// What the system reports if it is a link, or nothing can be written there.
    pub(crate) fn open(campaign: &Path, name: &Path) -> io::Result<Self> {
        let folder = files::create_folder(campaign, name)?;
        files::sweep(&folder);
        drop(Draft::begin(&folder.join("probe"), Audience::Owner)?);
        Ok(Self { folder })
    }

    /// Whether an interrupted run filed a letter: its file is complete if it exists.
    pub(crate) fn holds(folder: &Path, address: &str, id: LetterId) -> bool {
        folder.join(file_name(address, id)).is_file() && files::sync_folder(folder).is_ok()
    }

    pub(super) fn write(&self, letter: &Letter) -> io::Result<String> {
        let name = file_name(letter.to.first().map_or("", |address| address.shown()), letter.id);
        let mut file = Draft::begin(&self.folder.join(&name), Audience::Owner)?;
        file.write_all(&letter.bytes)?;
        file.finish(Durability::Synced)?;
        Ok(name)
    }
}

impl Courier for Outbox {
    fn carry(&mut self, queue: &mut dyn LetterQueue) {
        loop {
            let letter = match queue.draw() {
                Work::Carry(letter) => letter,
                Work::Rest => continue,
                Work::Done => return,
            };
            if queue.begin(letter.id, None) == Permit::Denied {
                queue.settle(
                    letter.id,
                    Outcome::Unsent { stage: Stage::File, trouble: Trouble::Stopped },
                );
                continue;
            }
            let outcome = match self.write(&letter) {
                Ok(name) => Outcome::Filed { name },
                Err(error) => Outcome::Unsent {
                    stage: Stage::File,
                    trouble: Trouble::File(error.to_string()),
                },
            };
            queue.settle(letter.id, outcome);
        }
    }
}

/// Returns a file name that is valid on every system, made of the address and the letter's id.
pub(crate) fn file_name(address: &str, id: LetterId) -> String {
    let plain = |c: char| if c.is_alphanumeric() || "@._-+".contains(c) { c } else { '_' };
    let address: String = address.chars().map(plain).take(60).collect();
    format!("{address}-{}.eml", id.short())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipient::Address;

    #[test]
    fn a_file_name_holds_no_path_and_no_device() {
        let id = LetterId::of("a", &Address::parse("a@example.org").unwrap(), None);
        let name = file_name("../../CON:<x>|*?\\\"@пример.рф", id);
        assert!(name.starts_with(".._.._CON__x______@пример.рф-"), "{name}");
        assert!(!name.contains(['/', '\\', ':', '*', '?', '"', '<', '>', '|']));
    }
}
