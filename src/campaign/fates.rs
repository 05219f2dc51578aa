//! What becomes of each row of the list as it is now: its letter in the ledger, or why there is none.

use std::cell::RefCell;
use std::collections::HashSet;

use anyhow::Result;
use jiff::ZonedDateTime;

use super::{Campaign, Numbers, parallel};
use crate::compose::Mode;
use crate::contacts::ListRow;
use crate::delivery::State;
use crate::letter::LetterId;
use crate::notice::Fate;
use crate::problem::{LeftOut, Problem};
use crate::recipient::Address;

/// A row with what becomes of it.
pub(crate) struct RowFate {
    pub(crate) row: u64,
    /// As a spreadsheet numbers it.
    pub(crate) sheet_row: u64,
    /// As far as the row has one.
    pub(crate) address: String,
    /// Whom it names, and where they work.
    pub(crate) who: String,
    pub(crate) organisation: String,
    /// Its letter, if the ledger knows one.
    pub(crate) letter: Option<LetterId>,
    pub(crate) fate: Fate,
    pub(crate) problems: Vec<Problem>,
    pub(crate) cells: Vec<String>,
}

/// A row on its way to [`RowFate`].
struct Open {
    row: ListRow,
    address: String,
    letter: Option<LetterId>,
    cells: Vec<String>,
    /// Known without composing the letter.
    fate: Option<Fate>,
}

impl Campaign {
    /// Passes each row of the list to `each`, in list order. `known` is the state of a letter in
    /// the ledger; a letter that is settled is not composed again. `chosen` is the rule by which
    /// the last run meant only some rows.
    ///
    /// # Errors
    /// When the list cannot be read, and the first error of `each`.
    pub(crate) fn each_fate(
        &self,
        numbers: Numbers,
        known: &dyn Fn(LetterId) -> Option<State>,
        chosen: Option<LeftOut>,
        each: &mut dyn FnMut(RowFate) -> Result<()>,
    ) -> Result<()> {
        let numbers = RefCell::new(numbers);
        let now = ZonedDateTime::now();
        let mut taken = HashSet::new();
        let headings = self.headings();
        let rows = self.rows_with_others()?.map(|(row, is_kept)| {
            let is_followed_by_none = || self.selection.is_followed_by_none(row.cells(), headings);
            let written = row.card.as_ref().map(|card| card.email.clone());
            let own = row.recipient.as_ref().map(|recipient| self.id(recipient));
            // A row that may not be written to now may have had its letter before.
            let earlier = || {
                let address = Address::parse(written.as_deref()?).ok()?;
                Some(LetterId::of(&self.config.id, &address, None))
            };
            let letter = own.or_else(earlier);
            let letter = letter.filter(|id| known(*id).is_some() && taken.insert(*id));
            let fate = match letter.and_then(known) {
                Some(State::Waiting) | None if !is_kept && is_followed_by_none() => {
                    Some(Fate::LeftOut(LeftOut::Follows))
                }
                Some(State::Waiting) | None if !is_kept => Some(Fate::LeftOut(LeftOut::Where)),
                Some(State::Waiting) | None => None,
                Some(state) => Some(Fate::Letter(state)),
            };
            let cells = row.cells().iter().map(str::to_owned).collect();
            let shown = row.recipient.as_ref().map(|it| it.address.shown().to_owned());
            let address = shown.or(written).unwrap_or_default();
            let numbered = numbers.borrow_mut().reserve(own.filter(|_| fate.is_none()));
            (Open { row, address, letter, cells, fate }, numbered)
        });
        let decide = |(open, numbered)| {
            let Open { row, address, letter, cells, fate } = open;
            let card = row.recipient.as_ref().map(|it| &it.card).or(row.card.as_ref());
            let mut told = RowFate {
                row: row.row,
                sheet_row: row.place.sheet_row(),
                address,
                who: card.map(|card| card.name.in_full()).unwrap_or_default(),
                organisation: card.map(|card| card.organisation.clone()).unwrap_or_default(),
                letter,
                fate: fate.unwrap_or(Fate::Blocked),
                problems: Vec::new(),
                cells,
            };
            if fate.is_some() {
                told.problems = row.problems;
                return told;
            }
            let mut draft = self.prepare(row);
            self.compose(&mut draft, &numbered, &now, &Mode::Real);
            told.fate = match (&draft.composed, chosen.filter(|_| letter.is_none())) {
                (None, _) => Fate::without_letter(&draft.problems),
                (Some(_), Some(rule)) => Fate::LeftOut(rule),
                (Some(_), None) => Fate::Letter(State::Waiting),
            };
            told.problems = draft.problems;
            told
        };
        parallel::map_in_order(rows, decide, each)
    }
}
