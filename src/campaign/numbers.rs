//! Outgoing numbers: the one that each letter has in the ledger, or will get when it is enrolled.

use std::collections::HashMap;

use anyhow::Result;

use super::draft::Draft;
use crate::ledger::{Ledger, Promise};
use crate::letter::{LetterId, Numbering};

/// Numbers letters in list order. A letter is numbered before it is composed; if one before it then
/// fails, it moves up.
pub struct Numbers<'a> {
    numbering: Numbering,
    ledger: Option<&'a Ledger>,
    /// The position of the next new letter.
    next: u64,
    /// New letters that were numbered and are not composed yet.
    ahead: u64,
    /// The letters that must go again just as they were.
    promised: HashMap<LetterId, Promise>,
}

/// A letter's number, and whether it is given out for the first time.
#[derive(Debug, Default)]
pub(super) struct Numbered {
    pub number: Option<String>,
    pub is_new: bool,
    pub promise: Option<Promise>,
}

impl<'a> Numbers<'a> {
    /// Numbers for a list whose earlier letters may be in a ledger.
    pub fn new(numbering: &Numbering, ledger: Option<&'a Ledger>) -> Result<Self> {
        let next = ledger.map_or(Ok(0), Ledger::enrolled)?;
        let promised = ledger.map_or_else(|| Ok(Vec::new()), Ledger::promised)?;
        Ok(Self {
            numbering: numbering.clone(),
            ledger,
            next,
            ahead: 0,
            promised: promised.into_iter().collect(),
        })
    }

    /// Numbers the next letter; a row without a letter has no number.
    pub(super) fn reserve(&mut self, id: Option<LetterId>) -> Numbered {
        let promise = id.and_then(|id| self.promised.get(&id)).cloned();
        let Some(id) = id.filter(|_| self.numbering != Numbering::None) else {
            return Numbered { promise, ..Numbered::default() };
        };
        if let Some(known) = self.ledger.and_then(|ledger| ledger.entry(id).ok().flatten()) {
            return Numbered { number: known.number, is_new: false, promise };
        }
        let number = self.numbering.number(self.next + self.ahead);
        self.ahead += 1;
        Numbered { number, is_new: true, promise }
    }

    /// Assigns a composed letter its number, after `recompose` if it has moved up.
    pub(super) fn settle(
        &mut self,
        draft: &mut Draft,
        mut numbered: Numbered,
        recompose: impl FnOnce(&mut Draft, &Numbered),
    ) {
        let due = self.due(&numbered);
        if due != numbered.number {
            numbered.number = due;
            recompose(draft, &numbered);
        }
        if draft.composed.is_some() {
            self.give_out(&numbered);
        }
    }

    /// The number that a letter gets now that all letters before it are composed.
    fn due(&mut self, numbered: &Numbered) -> Option<String> {
        if !numbered.is_new {
            return numbered.number.clone();
        }
        self.ahead -= 1;
        self.numbering.number(self.next)
    }

    fn give_out(&mut self, numbered: &Numbered) {
        self.next += u64::from(numbered.is_new);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipient::Address;

    fn id(n: u32) -> LetterId {
        let address = Address::parse(&format!("p{n}@one.test")).unwrap();
        LetterId::of("test", &address, None)
    }

    fn numbers() -> Numbers<'static> {
        let numbering =
            Numbering::Each { first: 7, width: 1, before: String::new(), after: String::new() };
        Numbers::new(&numbering, None).unwrap()
    }

    #[test]
    fn a_row_without_a_letter_takes_no_number() {
        let mut numbers = numbers();
        assert_eq!(numbers.reserve(Some(id(1))).number.as_deref(), Some("7"));
        assert_eq!(numbers.reserve(None).number, None);
        assert_eq!(numbers.reserve(Some(id(2))).number.as_deref(), Some("8"));
    }

    #[test]
    fn letters_after_one_that_fails_move_up() {
        let mut numbers = numbers();
        let [first, second, third] = [1, 2, 3].map(|n| numbers.reserve(Some(id(n))));
        assert_eq!(numbers.due(&first).as_deref(), Some("7"));
        numbers.give_out(&first);
        // The second fails.
        assert_eq!(numbers.due(&second).as_deref(), Some("8"));
        assert_eq!(numbers.due(&third).as_deref(), Some("8"));
        numbers.give_out(&third);
        assert_eq!(numbers.reserve(Some(id(4))).number.as_deref(), Some("9"));
    }

    #[test]
    fn without_a_register_letters_have_no_number() {
        let mut numbers = Numbers::new(&Numbering::None, None).unwrap();
        let numbered = numbers.reserve(Some(id(1)));
        assert_eq!((&numbered.number, numbered.is_new), (&None, false));
        assert_eq!(numbers.due(&numbered), None);
    }
}
