//! Drafts: what becomes of each row, with its problems, its forms and its letter.

use std::cell::RefCell;

use anyhow::Result;
use jiff::ZonedDateTime;

use super::numbers::{Numbered, Numbers};
use super::{Campaign, parallel};
use crate::bitset::BitSet;
use crate::compose::{Composed, LetterMeta, Mode};
use crate::contacts::ListRow;
use crate::delivery::{Account, LedgerEntry};
use crate::ledger::Ledger;
use crate::letter::LetterId;
use crate::problem::{Fault, FormsFault, LetterFault, Place, Problem, Severity, TableFault};
use crate::recipient::{Address, Card, Cells, Recipient};
use crate::russian::forms::{Doubt, Forms, Question};
use crate::russian::gender::EvidenceKind;
use crate::russian::languages;

/// What became of one row.
pub struct Draft {
    pub row: u64,
    /// Where the row begins.
    pub place: Place,
    pub recipient: Option<Recipient>,
    /// The person in a row that is not a recipient, if they could be read.
    card: Option<Card>,
    /// The Russian forms for that person.
    pub forms: Option<Forms>,
    pub composed: Option<Composed>,
    pub problems: Vec<Problem>,
    /// How many of the problems are the row's own; the rest are its letter's.
    own_problems: usize,
    faulty: Cells,
}

impl Draft {
    /// The cells of the row, as far as they could be read.
    pub(crate) fn cells(&self) -> &Cells {
        self.recipient.as_ref().map_or(&self.faulty, |recipient| &recipient.cells)
    }

    /// The person in the row, if they could be read.
    pub(crate) fn card(&self) -> Option<&Card> {
        self.recipient.as_ref().map(|recipient| &recipient.card).or(self.card.as_ref())
    }
}

impl Campaign {
    /// Composes the letter of every row, one after the other.
    pub fn drafts<'a>(
        &'a self,
        mut numbers: Numbers<'a>,
        date: &'a ZonedDateTime,
        mode: &'a Mode,
    ) -> Result<impl Iterator<Item = Draft> + 'a> {
        Ok(self.rows()?.map(move |row| {
            let numbered = numbers.reserve(self.id_of_row(&row));
            let mut draft = self.prepare(row);
            self.compose(&mut draft, &numbered, date, mode);
            numbers.settle(&mut draft, numbered, |draft, numbered| {
                self.compose(draft, numbered, date, mode);
            });
            draft
        }))
    }

    /// Composes the letter of every row on all cores and passes each draft to `each`, in list
    /// order.
    ///
    /// # Errors
    /// Like [`Campaign::rows`], and the first error of `each`.
    pub(crate) fn each_draft(
        &self,
        numbers: Numbers,
        date: &ZonedDateTime,
        mode: &Mode,
        each: &mut dyn FnMut(Draft) -> Result<()>,
    ) -> Result<()> {
        let numbers = RefCell::new(numbers);
        let rows = self.rows()?.map(|row| {
            let numbered = numbers.borrow_mut().reserve(self.id_of_row(&row));
            (row, numbered)
        });
        let compose = |(row, numbered)| {
            let mut draft = self.prepare(row);
            self.compose(&mut draft, &numbered, date, mode);
            (draft, numbered)
        };
        parallel::map_in_order(rows, compose, |(mut draft, numbered)| {
            numbers.borrow_mut().settle(&mut draft, numbered, |draft, numbered| {
                self.compose(draft, numbered, date, mode);
            });
            each(draft)
        })
    }

    /// The first letter of these rows, without the number that it gets.
    ///
    /// # Errors
    /// When the list cannot be read, or has changed.
    pub(crate) fn first_among(&self, rows: BitSet) -> Result<Option<Composed>> {
        let Some(recipient) = self.recipients_among(rows)?.next() else { return Ok(None) };
        let forms = self.forms(&recipient.card);
        let meta = LetterMeta { number: None, message_id: None, date: ZonedDateTime::now() };
        Ok(self.composer.compose(&recipient, &forms, &meta, &Mode::Real).ok())
    }

    /// Composes the letter of a draft with the number, the Message-ID and the date with which it
    /// went.
    pub(crate) fn compose_as_it_went(&self, draft: &mut Draft, entry: &LedgerEntry) {
        let (Some(recipient), Some(forms)) = (&draft.recipient, &draft.forms) else { return };
        let number = entry.went().and_then(|record| record.number.clone());
        let message_id = Some(entry.message_id.clone());
        let meta = LetterMeta {
            number,
            message_id,
            date: entry.date().unwrap_or_else(ZonedDateTime::now),
        };
        draft.composed = self.composer.compose(recipient, forms, &meta, &Mode::Real).ok();
    }

    /// Counts a letter by its state in the ledger; a row without one is not counted.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub(crate) fn count_state(
        &self,
        draft: &Draft,
        ledger: Option<&Ledger>,
        account: &mut Account,
    ) -> Result<()> {
        if draft.recipient.is_some() && draft.composed.is_some() {
            account.add(self.known(draft, ledger)?.map(|entry| entry.state));
        }
        Ok(())
    }

    /// What the ledger knows of a row's letter. A row that may not be written to now may have had
    /// its letter before.
    pub(crate) fn known(
        &self,
        draft: &Draft,
        ledger: Option<&Ledger>,
    ) -> Result<Option<LedgerEntry>> {
        let Some(ledger) = ledger else { return Ok(None) };
        let of_address = || {
            let address = Address::parse(&draft.card()?.email).ok()?;
            Some(LetterId::of(&self.config.id, &address, None))
        };
        let id = draft.recipient.as_ref().map(|it| self.id(it)).or_else(of_address);
        id.map_or(Ok(None), |id| ledger.entry(id))
    }

    fn id_of_row(&self, row: &ListRow) -> Option<LetterId> {
        row.recipient.as_ref().map(|recipient| self.id(recipient))
    }

    /// Makes the Russian forms of a row; its letter is not composed yet.
    pub(super) fn prepare(&self, row: ListRow) -> Draft {
        let (number_of_row, place) = (row.row, row.place.clone());
        let (recipient, card, mut problems, faulty) = row.into_parts();
        let person = recipient.as_ref().map(|recipient| &recipient.card).or(card.as_ref());
        let forms = person.map(|card| self.forms(card));
        // All that is wrong with a row comes out at once; who gets no letter anyhow is asked nothing.
        if let (Some(card), Some(forms)) = (person, &forms)
            && (recipient.is_some() || is_faulty(&problems))
        {
            let doubts = self.doubts(card, forms);
            problems.extend(doubts.into_iter().map(|(field, severity, fault)| {
                Problem::error(place.clone(), fault)
                    .of_row(number_of_row, field)
                    .with_severity(severity)
            }));
        }
        Draft {
            row: number_of_row,
            place,
            recipient,
            card,
            forms,
            composed: None,
            own_problems: problems.len(),
            problems,
            faulty,
        }
    }

    /// Composes the letter of a row, again if it was composed before.
    pub(super) fn compose(
        &self,
        draft: &mut Draft,
        numbered: &Numbered,
        date: &ZonedDateTime,
        mode: &Mode,
    ) {
        let Draft { recipient: Some(recipient), forms: Some(forms), problems, .. } = draft else {
            return;
        };
        problems.truncate(draft.own_problems);
        if problems.iter().any(|problem| problem.severity == Severity::Error) {
            return;
        }
        let promise = numbered.promise.as_ref().filter(|_| *mode == Mode::Real);
        let meta = LetterMeta {
            number: numbered.number.clone(),
            message_id: promise.map(|promise| promise.message_id.clone()),
            date: promise.and_then(|promise| promise.date.as_ref()).unwrap_or(date).clone(),
        };
        draft.composed = match self.composer.compose(recipient, forms, &meta, mode) {
            Ok(composed)
                if promise.is_some_and(|promise| promise.digest != composed.letter.digest) =>
            {
                let fault = LetterFault::LetterChanged {
                    address: recipient.address.to_string(),
                    message_id: composed.letter.message_id,
                };
                problems.push(
                    Problem::error(recipient.place.clone(), fault).of_row(recipient.row, "email"),
                );
                None
            }
            Ok(mut composed) => {
                problems.append(&mut composed.warnings);
                Some(composed)
            }
            Err(found) => {
                problems.extend(found);
                None
            }
        };
    }

    /// The doubts and open questions about the forms that the letter needs.
    fn doubts(&self, card: &Card, forms: &Forms) -> Vec<(&'static str, Severity, FormsFault)> {
        if !self.composer.addresses_people(card.language.as_deref()) {
            return Vec::new();
        }
        let others = card.others.get(forms.asked_of.wrapping_sub(1));
        let name = others.map_or(&card.name, |other| &other.name);
        let question = forms.question.map(|question| match question {
            Question::GenderUnknown => {
                let language = card.language.as_ref().unwrap_or(&self.config.language);
                let is_english = languages::is_english(language);
                let name = if is_english { name.first_name_first() } else { name.in_full() };
                let fault = FormsFault::GenderUnknown { name };
                ("gender", Severity::Error, fault)
            }
            Question::GenderContradicted { one, other } => {
                let field = if one.kind == EvidenceKind::Column { "gender" } else { "patronymic" };
                (field, Severity::Error, FormsFault::GenderContradicted { one, other })
            }
            Question::SalutationUnknown => {
                let language = card.language.as_ref().unwrap_or(&self.config.language).clone();
                ("salutation", Severity::Error, FormsFault::SalutationUnknown { language })
            }
        });
        let is_used = |doubt: &&Doubt| doubt.remedy == "salutation" || self.composer.needs_dative();
        let doubts = forms.doubts.iter().filter(is_used).map(|doubt| {
            let fault = FormsFault::FormDoubtful {
                nominative: doubt.nominative.clone(),
                proposed: doubt.proposed.clone(),
                reason: doubt.reason.clone(),
                column: Some(doubt.remedy),
            };
            (doubt.field, Severity::Doubt, fault)
        });
        question.into_iter().chain(doubts).collect()
    }
}

/// Whether errors of its own prevent the letter of a row that does address somebody.
fn is_faulty(problems: &[Problem]) -> bool {
    let is_of_nobody =
        |problem: &Problem| matches!(problem.fault, Fault::Table(TableFault::NobodyHere { .. }));
    problems.iter().any(|problem| problem.severity == Severity::Error)
        && !problems.iter().any(is_of_nobody)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::campaign::testing::campaign;

    /// A list longer than what is under way at once; the code of every fiftieth row is not a
    /// number.
    fn list() -> String {
        (0..1200).fold("email;code\r\n".to_owned(), |mut list, n| {
            let code = if n % 50 == 49 { "seven" } else { "7" };
            let _ = write!(list, "p{n}@one.test;{code}\r\n");
            list
        })
    }

    fn outcome(draft: &Draft) -> (u64, Option<(String, String)>, Vec<&'static str>) {
        let letter = draft.composed.as_ref().map(|composed| {
            (composed.letter.number.clone().unwrap_or_default(), composed.text.clone())
        });
        (draft.row, letter, draft.problems.iter().map(|problem| problem.fault.code()).collect())
    }

    #[test]
    fn letters_composed_on_all_cores_are_those_composed_one_by_one() {
        let (_folder, campaign) = campaign(
            &list(),
            "No. {{ letter.number }} {{ code | int }}",
            "[register]\nfirst = 7\n",
        );
        let numbers = || Numbers::new(&campaign.config.numbering, None).unwrap();
        let now = ZonedDateTime::now();
        let mut in_parallel = Vec::new();
        let mut each = |draft: Draft| {
            in_parallel.push(outcome(&draft));
            Ok(())
        };
        campaign.each_draft(numbers(), &now, &Mode::Real, &mut each).unwrap();
        let one_by_one: Vec<_> = campaign
            .drafts(numbers(), &now, &Mode::Real)
            .unwrap()
            .map(|draft| outcome(&draft))
            .collect();
        assert!(in_parallel == one_by_one);
        // A letter that fails leaves its number to the next.
        let numbers = in_parallel.iter().filter_map(|(_, letter, _)| letter.as_ref());
        let numbers: Vec<String> = numbers.map(|(number, _)| number.clone()).collect();
        assert_eq!(numbers, (7..7 + 1176).map(|n: u32| n.to_string()).collect::<Vec<_>>());
    }

    #[test]
    fn an_error_of_the_caller_ends_the_composing() {
        let (_folder, campaign) = campaign(&list(), "Hello", "");
        let numbers = Numbers::new(&campaign.config.numbering, None).unwrap();
        let mut taken = 0;
        let ended =
            campaign.each_draft(numbers, &ZonedDateTime::now(), &Mode::Real, &mut |draft| {
                taken += 1;
                if draft.row == 100 { Err(anyhow::anyhow!("enough")) } else { Ok(()) }
            });
        assert_eq!((ended.unwrap_err().to_string(), taken), ("enough".to_owned(), 100));
    }
}
