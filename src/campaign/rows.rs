//! Reads the rows of the campaign's list, as far as they are selected.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::Result;

use super::Campaign;
use crate::bitset::BitSet;
use crate::contacts::{Blocks, List, ListRow, ListSettings, RowCheck};
use crate::failure::{Doing, Failure};
use crate::problem::{NoMail, Problem};
use crate::recipient::Recipient;

impl Campaign {
    /// The rows of the list.
    ///
    /// # Errors
    /// [`Failure::ListChanged`] if the list has changed since it was first read.
    pub fn rows(&self) -> Result<impl Iterator<Item = ListRow> + '_> {
        let list = self.unchanged_list()?;
        let headings = list.headings().clone();
        let kept = list.map(move |row| {
            let of_list = of_list(&row.problems);
            self.selection.keep(row, &headings).ok_or(of_list)
        });
        let kept = Carrying::new(kept, |row: &mut ListRow| &mut row.problems);
        Ok(kept.map(|row| self.with_decided_forms(row)))
    }

    /// The recipients alone, when all problems of their rows were reported before.
    pub fn recipients(&self) -> Result<impl Iterator<Item = Recipient> + '_> {
        Ok(self.recipients_of(self.unchanged_list()?.already_reported()))
    }

    /// The recipients in some rows, each of which has a letter. The other rows are not read.
    pub(crate) fn recipients_among(
        &self,
        wanted: BitSet,
    ) -> Result<impl Iterator<Item = Recipient> + '_> {
        Ok(self.recipients_of(self.unchanged_list()?.only(wanted)))
    }

    fn recipients_of(&self, list: List) -> impl Iterator<Item = Recipient> + '_ {
        let headings = list.headings().clone();
        list.filter_map(move |row| {
            self.with_decided_forms(self.selection.keep(row, &headings)?).recipient
        })
    }

    /// All rows of the list as it is now, each with whether it is selected.
    ///
    /// # Errors
    /// [`Failure::ListChanged`] if the list can no longer be read.
    pub(super) fn rows_with_others(&self) -> Result<impl Iterator<Item = (ListRow, bool)> + '_> {
        let list = self.open_list()?;
        let headings = list.headings().clone();
        Ok(list.map(move |row| {
            match self.selection.keeps(row.place.sheet_row(), row.cells(), &headings) {
                Ok(is_kept) => (self.with_decided_forms(row), is_kept),
                Err(problem) => (row.blocked(problem), true),
            }
        }))
    }

    /// The rows of the list, whether or not it has changed: for commands that send nothing.
    ///
    /// # Errors
    /// [`Failure::ListChanged`] if the list can no longer be read.
    pub(crate) fn rows_unverified(&self) -> Result<impl Iterator<Item = ListRow> + '_> {
        let list = self.open_list()?;
        let headings = list.headings().clone();
        Ok(list.filter_map(move |row| self.selection.keep(row, &headings)))
    }

    /// The problems of each row, without making recipients.
    pub(crate) fn row_checks(&self) -> Result<impl Iterator<Item = RowCheck> + '_> {
        let list = self.open_list()?;
        let headings = list.headings().clone();
        let kept = list.checks().map(move |check| {
            let of_list = of_list(&check.problems);
            self.selection.keep_check(check, &headings).ok_or(of_list)
        });
        Ok(Carrying::new(kept, |check: &mut RowCheck| &mut check.problems))
    }

    /// The number of rows, read without composing.
    pub(crate) fn count_rows(&self) -> Result<u64> {
        Ok(self.row_checks()?.count() as u64)
    }

    /// The domains of all addresses on the list, each once.
    pub(crate) fn domains(&self) -> Result<Vec<String>> {
        let recipients = self.rows_unverified()?.filter_map(|row| row.recipient);
        let mut domains = BTreeSet::new();
        for recipient in recipients {
            for address in recipient.addresses() {
                if !domains.contains(address.domain()) {
                    domains.insert(address.domain().to_owned());
                }
            }
        }
        Ok(domains.into_iter().collect())
    }

    /// Sets the domains whose addresses get a warning from now on.
    pub(crate) fn set_domains_without_mail(&mut self, domains: BTreeMap<String, NoMail>) {
        self.list_settings.without_mail = Arc::new(domains);
    }

    fn open_list(&self) -> Result<List> {
        let list = List::open(&self.list, &self.config.contacts.file, &self.list_settings);
        Ok(list.map_err(|_| Failure::ListChanged)?)
    }

    fn unchanged_list(&self) -> Result<List> {
        let sealed = self.list_digest.wait();
        // At once, and not only when the changed part is read.
        let now = Blocks::read(&self.list)
            .map_err(|error| Failure::file(Doing::Reading, &self.list, &error))?;
        if now.digest() != sealed.digest() {
            return Err(Failure::ListChanged.into());
        }
        let settings =
            ListSettings { sealed: Some(sealed), ..ListSettings::clone(&self.list_settings) };
        let list = List::open(&self.list, &self.config.contacts.file, &settings);
        Ok(list.map_err(|_| Failure::ListChanged)?)
    }

    /// Refuses to go on with a list that was found changed while it was read.
    ///
    /// # Errors
    /// [`Failure::ListChanged`]
    pub(crate) fn must_be_unchanged(&self) -> Result<()> {
        if self.list_digest.wait().is_changed() { Err(Failure::ListChanged.into()) } else { Ok(()) }
    }

    fn with_decided_forms(&self, row: ListRow) -> ListRow {
        self.decided_forms.complete(row, &self.config.contacts.file)
    }
}

/// The problems of the list as a whole, which a row takes along.
fn of_list(problems: &[Problem]) -> Vec<Problem> {
    problems.iter().filter(|problem| problem.row.is_none()).cloned().collect()
}

/// The rows that are kept. What a row that is not kept would have told of the list as a whole goes
/// to the next one, or to the last.
struct Carrying<I, R> {
    /// Each row, or what is left of one that is not kept.
    rows: I,
    problems: fn(&mut R) -> &mut Vec<Problem>,
    carried: Vec<Problem>,
    ahead: Option<R>,
}

impl<I, R> Carrying<I, R> {
    fn new(rows: I, problems: fn(&mut R) -> &mut Vec<Problem>) -> Self {
        Self { rows, problems, carried: Vec::new(), ahead: None }
    }
}

impl<I: Iterator<Item = Result<R, Vec<Problem>>>, R> Iterator for Carrying<I, R> {
    type Item = R;

    fn next(&mut self) -> Option<R> {
        loop {
            match (self.rows.next(), &mut self.ahead) {
                (Some(Ok(mut row)), _) => {
                    (self.problems)(&mut row).splice(0..0, self.carried.drain(..));
                    if let Some(row) = self.ahead.replace(row) {
                        return Some(row);
                    }
                }
                (Some(Err(told)), Some(ahead)) => (self.problems)(ahead).extend(told),
                (Some(Err(told)), None) => self.carried.extend(told),
                (None, _) => return self.ahead.take(),
            }
        }
    }
}
