//! The positions and organisations that were declined last: a list repeats the same ones.

use std::cell::RefCell;
use std::collections::HashMap;

use super::Referent;
use crate::russian::{Case, Form};

/// Texts in one generation; each thread keeps two.
const GENERATION: usize = 256;

/// In bytes. Longer texts are not positions that repeat.
const LONGEST: usize = 300;

thread_local! {
    static CACHE: RefCell<Cache> = RefCell::default();
}

/// Forms by the text that they are of.
#[derive(Default)]
struct Cache {
    recent: HashMap<String, Vec<Entry>>,
    older: HashMap<String, Vec<Entry>>,
}

struct Entry {
    case: Case,
    referent: Referent,
    form: Form,
}

impl Cache {
    fn get(&mut self, text: &str, case: Case, referent: Referent) -> Option<Form> {
        if let Some((text, entries)) = self.older.remove_entry(text) {
            self.insert(text, entries);
        }
        let entries = self.recent.get(text)?;
        let found = entries.iter().find(|entry| entry.case == case && entry.referent == referent);
        found.map(|entry| entry.form.clone())
    }

    fn insert(&mut self, text: String, entries: Vec<Entry>) {
        if self.recent.len() >= GENERATION {
            self.older = std::mem::take(&mut self.recent);
        }
        self.recent.entry(text).or_default().extend(entries);
    }
}

/// The form from the cache, or as `decline` makes it.
pub(super) fn get_or_insert(
    text: &str,
    case: Case,
    referent: Referent,
    decline: impl FnOnce() -> Form,
) -> Form {
    if text.len() > LONGEST {
        return decline();
    }
    if let Some(form) = CACHE.with_borrow_mut(|cache| cache.get(text, case, referent)) {
        return form;
    }
    let form = decline();
    let entry = Entry { case, referent, form: form.clone() };
    CACHE.with_borrow_mut(|cache| cache.insert(text.to_owned(), vec![entry]));
    form
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::russian::positions::decline_as;

    #[test]
    fn a_form_is_the_same_each_time_and_in_each_case() {
        let decline = |text: &str, case| decline_as(text, case, Referent::Position);
        for _ in 0..3 {
            assert_eq!(decline("Начальник отдела", Case::Dative).text, "Начальнику отдела");
            assert_eq!(decline("Начальник отдела", Case::Genitive).text, "Начальника отдела");
        }
        (0..2000).for_each(|n| drop(decline(&format!("Начальник отдела № {n}"), Case::Dative)));
        CACHE.with_borrow(|cache| {
            assert!(cache.recent.len() <= GENERATION && cache.older.len() <= GENERATION);
        });
        assert_eq!(decline("Начальник отдела", Case::Dative).text, "Начальнику отдела");
    }
}
