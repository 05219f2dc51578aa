//! What becomes of one row: its problems, its forms, its letter.

use anyhow::Result;
use jiff::Zoned;

use super::Campaign;
use super::known::Known;
use super::numbers::{Numbered, Numbers};
use crate::compose::{Composed, Mark, Stamp};
use crate::contacts::Row;
use crate::place::{Fault, Problem, Severity};
use crate::recipient::{Card, Cells, Recipient};
use crate::russian::forms::{Forms, Question};
use crate::russian::gender::Evidence;

/// What became of one row.
pub struct Draft {
    pub row: u64,
    pub recipient: Option<Recipient>,
    /// Who a row is about that is no recipient, where it could be read.
    card: Option<Card>,
    /// What the language made of whom it is about.
    pub forms: Option<Forms>,
    /// The position was not declined: there would be nothing to tell of its form.
    is_post_sure: bool,
    pub composed: Option<Composed>,
    pub problems: Vec<Problem>,
    /// So many of the problems are the row's own; those behind are its letter's.
    own_problems: usize,
    /// There would be nothing to tell of its letter, which was not composed.
    pub(super) is_known: bool,
    faulty: Cells,
}

impl Draft {
    /// True where the row has a letter, composed or not.
    pub fn is_letter(&self) -> bool {
        self.composed.is_some() || self.is_known
    }

    /// The cells of the row, as far as they could be read.
    pub fn cells(&self) -> &Cells {
        self.recipient.as_ref().map_or(&self.faulty, |recipient| &recipient.cells)
    }

    /// Who the row is about, where it could be read.
    pub fn card(&self) -> Option<&Card> {
        self.recipient.as_ref().map(|recipient| &recipient.card).or(self.card.as_ref())
    }
}

impl Campaign {
    /// Composes the letter of every row, one after the other.
    ///
    /// # Errors
    /// The same as [`Campaign::rows`].
    pub fn drafts<'a>(
        &'a self,
        mut numbers: Numbers<'a>,
        date: &'a Zoned,
        mark: &'a Mark,
    ) -> Result<impl Iterator<Item = Draft> + 'a> {
        Ok(self.rows()?.map(move |row| self.draft(row, None, &mut numbers, date, mark)))
    }

    pub(super) fn draft(
        &self,
        row: Row,
        known: Option<&Known>,
        numbers: &mut Numbers,
        date: &Zoned,
        mark: &Mark,
    ) -> Draft {
        let numbered = numbers.of(row.recipient.as_ref().map(|recipient| self.id(recipient)), 0);
        let mut draft = self.prepare(row, known);
        self.compose_unless(known, &mut draft, &numbered, date, mark);
        numbers.given_out(&numbered, &draft);
        draft
    }

    /// A row with what the language makes of it, not composed yet. A position whose form is known
    /// to be beyond doubt is not declined.
    pub(super) fn prepare(&self, row: Row, known: Option<&Known>) -> Draft {
        let number_of_row = row.row;
        let (recipient, card, mut problems, faulty) = row.into_parts();
        let is_post_sure =
            known.zip(recipient.as_ref()).is_some_and(|(known, it)| known.is_post_sure(&it.cells));
        let person = recipient.as_ref().map(|recipient| &recipient.card).or(card.as_ref());
        let forms = person.map(|card| {
            if is_post_sure {
                Forms::of_name(&card.person(), self.manner)
            } else {
                self.forms(card)
            }
        });
        if let (Some(recipient), Some(forms)) = (&recipient, &forms) {
            problems.extend(self.doubts(recipient, forms));
        }
        let own_problems = problems.len();
        let (row, composed, is_known) = (number_of_row, None, false);
        Draft {
            row,
            recipient,
            card,
            forms,
            is_post_sure,
            composed,
            problems,
            own_problems,
            is_known,
            faulty,
        }
    }

    /// What is known of some letters without composing them, where one can speak for another.
    pub(super) fn known(&self, numbers: &Numbers) -> Option<Known> {
        if !self.selection.is_whole() || !self.decisions.is_empty() || !numbers.promised.is_empty()
        {
            return None;
        }
        let headings = self.composer.headings();
        let column = |(field, heading): &(&'static str, String)| {
            Some((*field, headings.iter().position(|it| it == heading)?))
        };
        let fields = self.understood.fields.iter().map(column).collect::<Option<Vec<_>>>()?;
        let likeness = self.composer.likeness(&fields)?;
        // Letters that were numbered before may have other numbers, or none.
        (!likeness.is_numbered || numbers.ledger.is_none()).then(|| Known::new(likeness))
    }

    /// Composes the letter of a row, unless it is known that nothing would be wrong with it.
    pub(super) fn compose_unless(
        &self,
        known: Option<&Known>,
        draft: &mut Draft,
        numbered: &Numbered,
        date: &Zoned,
        mark: &Mark,
    ) {
        let is_sound = draft.problems.iter().all(|problem| problem.severity != Severity::Error);
        let letter = known.filter(|_| is_sound).and_then(|known| {
            let (recipient, forms) = (draft.recipient.as_ref()?, draft.forms.as_ref()?);
            if draft.problems.is_empty() {
                known.keep_forms(recipient, forms);
            }
            Some((known, known.letter(recipient, forms)?))
        });
        draft.is_known = letter.is_some_and(|(known, letter)| known.has(letter));
        if draft.is_known {
            return;
        }
        if let (true, Some(recipient)) = (draft.is_post_sure, &draft.recipient) {
            draft.forms = Some(self.forms(&recipient.card));
        }
        self.compose_draft(draft, numbered, date, mark);
        let is_well = draft.problems.len() == draft.own_problems;
        if let (Some((known, letter)), Some(composed), true) = (letter, &draft.composed, is_well) {
            known.keep(letter, composed);
        }
    }

    /// Composes the letter of a row, or once more with another number.
    pub(super) fn compose_draft(
        &self,
        draft: &mut Draft,
        numbered: &Numbered,
        date: &Zoned,
        mark: &Mark,
    ) {
        let Draft { recipient: Some(recipient), forms: Some(forms), problems, .. } = draft else {
            return;
        };
        problems.truncate(draft.own_problems);
        if problems.iter().any(|problem| problem.severity == Severity::Error) {
            return;
        }
        let promise = numbered.promise.as_ref().filter(|_| *mark == Mark::Real);
        let message_id = promise.map(|promise| promise.message_id.clone());
        let stamp = Stamp { number: numbered.number.clone(), message_id, date: date.clone() };
        draft.composed = match self.composer.compose(recipient, forms, &stamp, mark) {
            Ok(composed)
                if promise.is_some_and(|promise| promise.digest != composed.letter.digest) =>
            {
                let address = recipient.address.to_string();
                let fault =
                    Fault::LetterChanged { address, message_id: composed.letter.message_id };
                problems.push(
                    Problem::error(recipient.place.clone(), fault).of_row(recipient.row, "email"),
                );
                None
            }
            Ok(mut composed) => {
                problems.append(&mut composed.warnings);
                Some(composed)
            }
            Err(faults) => {
                problems.extend(faults);
                None
            }
        };
    }

    /// What is doubtful in the forms that the letter needs, and what has to be asked.
    fn doubts(&self, recipient: &Recipient, forms: &Forms) -> Vec<Problem> {
        if !self.composer.needs_gender() {
            return Vec::new();
        }
        let name = &recipient.card.name;
        let question = forms.question.map(|question| match question {
            Question::GenderUnknown => {
                let words = [&name.surname, &name.first_name, &name.patronymic];
                let name = words
                    .into_iter()
                    .filter(|word| !word.is_empty())
                    .cloned()
                    .collect::<Vec<_>>()
                    .join(" ");
                ("gender", Severity::Error, Fault::GenderUnknown { name })
            }
            Question::GenderContradicted { one, other } => {
                let field = if one.evidence == Evidence::Column { "gender" } else { "patronymic" };
                (field, Severity::Error, Fault::GenderContradicted { one, other })
            }
        });
        let doubts = forms.doubts.iter().map(|doubt| {
            let (nominative, proposed) = (doubt.nominative.clone(), doubt.proposed.clone());
            let fault = Fault::FormDoubtful {
                nominative,
                proposed,
                reason: doubt.reason.clone(),
                column: Some(doubt.remedy),
            };
            (doubt.field, Severity::Doubt, fault)
        });
        let problem = |(field, severity, fault): (&str, _, _)| {
            Problem::error(recipient.place.clone(), fault)
                .of_row(recipient.row, field)
                .with_severity(severity)
        };
        question.into_iter().chain(doubts).map(problem).collect()
    }
}
