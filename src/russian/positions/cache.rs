//! Positions and organisations declined lately: in one list the same ones come again and again.

use std::cell::RefCell;
use std::collections::HashMap;

use super::Subject;
use crate::russian::{Case, Form};

/// So many are kept for each thread, and as many again of those before.
const KEPT: usize = 256;

/// Longer texts are no offices that come again.
const LONGEST: usize = 300;

thread_local! {
    static KNOWN: RefCell<Known> = RefCell::default();
}

/// Forms by the text that they are of.
#[derive(Default)]
struct Known {
    late: HashMap<String, Vec<(Case, Subject, Form)>>,
    before: HashMap<String, Vec<(Case, Subject, Form)>>,
}

impl Known {
    fn find(&mut self, text: &str, case: Case, subject: Subject) -> Option<Form> {
        if let Some((text, forms)) = self.before.remove_entry(text) {
            self.keep(text, forms);
        }
        let forms = self.late.get(text)?;
        forms
            .iter()
            .find(|form| (form.0, form.1) == (case, subject))
            .map(|(_, _, form)| form.clone())
    }

    fn keep(&mut self, text: String, forms: Vec<(Case, Subject, Form)>) {
        if self.late.len() >= KEPT {
            self.before = std::mem::take(&mut self.late);
        }
        self.late.entry(text).or_default().extend(forms);
    }
}

/// The form as it was made before, or as `decline` makes it.
pub(super) fn form(
    text: &str,
    case: Case,
    subject: Subject,
    decline: impl FnOnce() -> Form,
) -> Form {
    if text.len() > LONGEST {
        return decline();
    }
    if let Some(form) = KNOWN.with_borrow_mut(|known| known.find(text, case, subject)) {
        return form;
    }
    let form = decline();
    KNOWN.with_borrow_mut(|known| known.keep(text.to_owned(), vec![(case, subject, form.clone())]));
    form
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::russian::positions::decline_as;

    #[test]
    fn a_form_is_the_same_each_time_and_in_each_case() {
        let decline = |text: &str, case| decline_as(text, case, Subject::Position);
        for _ in 0..3 {
            assert_eq!(decline("Начальник отдела", Case::Dative).text, "Начальнику отдела");
            assert_eq!(decline("Начальник отдела", Case::Genitive).text, "Начальника отдела");
        }
        (0..2000).for_each(|n| drop(decline(&format!("Начальник отдела № {n}"), Case::Dative)));
        KNOWN.with_borrow(|known| assert!(known.late.len() <= KEPT && known.before.len() <= KEPT));
        assert_eq!(decline("Начальник отдела", Case::Dative).text, "Начальнику отдела");
    }
}
