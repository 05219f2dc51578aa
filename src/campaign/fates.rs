//! What becomes of each row of the list as it is now: its letter in the ledger, or why there is none.

use std::cell::RefCell;
use std::collections::HashSet;

use anyhow::Result;
use jiff::ZonedDateTime;

use super::load::{list_settings, suppression};
use super::{Campaign, Numbers, parallel};
use crate::compose::Mode;
use crate::config::Config;
use crate::contacts::{List, ListRow};
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
    letter: Option<LetterId>,
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
            let own = row.recipient.as_ref().map(|recipient| self.id(recipient));
            let letter = letter_of(&row, &self.config.id);
            let letter = letter.filter(|id| known(*id).is_some() && taken.insert(*id));
            let fate = match letter.and_then(known) {
                Some(State::Waiting) | None if !is_kept && is_followed_by_none() => {
                    Some(Fate::LeftOut(LeftOut::Follows))
                }
                Some(State::Waiting) | None if !is_kept => Some(Fate::LeftOut(LeftOut::Where)),
                Some(State::Waiting) | None => None,
                Some(state) => Some(Fate::Letter(state)),
            };
            let numbered = numbers.borrow_mut().reserve(own.filter(|_| fate.is_none()));
            (Open { row, letter, fate }, numbered)
        });
        let decide = |(open, numbered)| {
            let Open { row, letter, fate } = open;
            let mut told = told(&row, letter, fate.unwrap_or(Fate::Blocked));
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

/// The headings of the list, and its rows that have a letter in the ledger, where nothing can be
/// composed. `None` if the list cannot be read either.
pub(crate) fn rows_with_letters(
    config: &Config,
    known: &dyn Fn(LetterId) -> Option<State>,
) -> Option<(Vec<String>, Vec<RowFate>)> {
    let suppression = suppression(config).unwrap_or_default();
    let (file, settings) = (&config.contacts.file, list_settings(config, suppression));
    let list = List::open(&config.folder.join(file), file, &settings).ok()?;
    let headings = list.headings().to_vec();
    let mut taken = HashSet::new();
    let rows = list.filter_map(|row| {
        let letter = letter_of(&row, &config.id).filter(|id| taken.insert(*id))?;
        Some(told(&row, Some(letter), Fate::Letter(known(letter)?)))
    });
    Some((headings, rows.collect()))
}

/// The letter of a row. One that may not be written to now may have had it before.
pub(super) fn letter_of(row: &ListRow, campaign: &str) -> Option<LetterId> {
    if let Some(recipient) = &row.recipient {
        return Some(LetterId::of(campaign, &recipient.address, recipient.key.as_deref()));
    }
    let address = Address::parse(&row.card.as_ref()?.email).ok()?;
    Some(LetterId::of(campaign, &address, None))
}

fn told(row: &ListRow, letter: Option<LetterId>, fate: Fate) -> RowFate {
    let card = row.recipient.as_ref().map(|it| &it.card).or(row.card.as_ref());
    let shown = row.recipient.as_ref().map(|it| it.address.shown().to_owned());
    let written = || row.card.as_ref().map(|card| card.email.clone());
    RowFate {
        row: row.row,
        sheet_row: row.place.sheet_row(),
        address: shown.or_else(written).unwrap_or_default(),
        who: card.map(|card| card.name.in_full()).unwrap_or_default(),
        organisation: card.map(|card| card.organisation.clone()).unwrap_or_default(),
        letter,
        fate,
        problems: Vec::new(),
        cells: row.cells().iter().map(str::to_owned).collect(),
    }
}
