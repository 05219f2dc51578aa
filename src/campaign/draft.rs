//! What becomes of one row: its problems, its forms, its letter.

use anyhow::Result;
use jiff::Zoned;

use super::Campaign;
use super::numbers::{Numbered, Numbers};
use crate::compose::{Composed, LetterMeta, Mode};
use crate::contacts::ListRow;
use crate::problem::{FormsFault, LetterFault, Problem, Severity};
use crate::recipient::{Card, Cells, Recipient};
use crate::russian::forms::{Forms, Question};
use crate::russian::gender::EvidenceKind;

/// What became of one row.
pub struct Draft {
    pub row: u64,
    pub recipient: Option<Recipient>,
    /// Who a row is about that is no recipient, where it could be read.
    card: Option<Card>,
    /// What the language made of whom it is about.
    pub forms: Option<Forms>,
    pub composed: Option<Composed>,
    pub problems: Vec<Problem>,
    /// So many of the problems are the row's own; those behind are its letter's.
    own_problems: usize,
    faulty: Cells,
}

impl Draft {
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
        mode: &'a Mode,
    ) -> Result<impl Iterator<Item = Draft> + 'a> {
        Ok(self.rows()?.map(move |row| self.draft(row, &mut numbers, date, mode)))
    }

    pub(super) fn draft(
        &self,
        row: ListRow,
        numbers: &mut Numbers,
        date: &Zoned,
        mode: &Mode,
    ) -> Draft {
        let numbered = numbers.of(row.recipient.as_ref().map(|recipient| self.id(recipient)), 0);
        let mut draft = self.prepare(row);
        self.compose_draft(&mut draft, &numbered, date, mode);
        numbers.given_out(&numbered, &draft);
        draft
    }

    /// A row with what the language makes of it, not composed yet.
    pub(super) fn prepare(&self, row: ListRow) -> Draft {
        let number_of_row = row.row;
        let (recipient, card, mut problems, faulty) = row.into_parts();
        let person = recipient.as_ref().map(|recipient| &recipient.card).or(card.as_ref());
        let forms = person.map(|card| self.forms(card));
        if let (Some(recipient), Some(forms)) = (&recipient, &forms) {
            problems.extend(self.doubts(recipient, forms));
        }
        let own_problems = problems.len();
        Draft {
            row: number_of_row,
            recipient,
            card,
            forms,
            composed: None,
            problems,
            own_problems,
            faulty,
        }
    }

    /// Composes the letter of a row, or once more with another number.
    pub(super) fn compose_draft(
        &self,
        draft: &mut Draft,
        numbered: &Numbered,
        date: &Zoned,
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
        let message_id = promise.map(|promise| promise.message_id.clone());
        let meta = LetterMeta { number: numbered.number.clone(), message_id, date: date.clone() };
        draft.composed = match self.composer.compose(recipient, forms, &meta, mode) {
            Ok(composed)
                if promise.is_some_and(|promise| promise.digest != composed.letter.digest) =>
            {
                let address = recipient.address.to_string();
                let fault =
                    LetterFault::LetterChanged { address, message_id: composed.letter.message_id };
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
                ("gender", Severity::Error, FormsFault::GenderUnknown { name })
            }
            Question::GenderContradicted { one, other } => {
                let field = if one.kind == EvidenceKind::Column { "gender" } else { "patronymic" };
                (field, Severity::Error, FormsFault::GenderContradicted { one, other })
            }
        });
        let doubts = forms.doubts.iter().map(|doubt| {
            let (nominative, proposed) = (doubt.nominative.clone(), doubt.proposed.clone());
            let fault = FormsFault::FormDoubtful {
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
