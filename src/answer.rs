//! What came back for a letter, as plain values.
//!
//! A letter may get several mails. Which of them counts is decided by weight, so that it does not
//! depend on the order in which they are read.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::letter::LetterId;

/// What came back for a letter that was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// Nothing yet. This and the following, by weight.
    Silent,
    Delayed,
    AutoReplied,
    /// Nobody reads it before a day.
    Away,
    /// A person has to look.
    Unsure,
    Bounced,
    Replied,
    Unsubscribed,
    Complained,
}

impl Answer {
    pub const ALL: [Self; 9] = [
        Self::Silent,
        Self::Delayed,
        Self::AutoReplied,
        Self::Away,
        Self::Unsure,
        Self::Bounced,
        Self::Replied,
        Self::Unsubscribed,
        Self::Complained,
    ];

    /// The name kept in the ledger and shown in the JSON lines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::Delayed => "delayed",
            Self::AutoReplied => "auto_replied",
            Self::Away => "away",
            Self::Unsure => "unsure",
            Self::Bounced => "bounced",
            Self::Replied => "replied",
            Self::Unsubscribed => "unsubscribed",
            Self::Complained => "complained",
        }
    }

    /// The answer of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|answer| answer.as_str() == name)
    }
}

/// How many letters have which answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AnswerCounts([u64; Answer::ALL.len()]);

impl AnswerCounts {
    /// All answers with their letters, the heaviest first.
    pub fn by_weight(&self) -> impl Iterator<Item = (Answer, u64)> + '_ {
        Answer::ALL.into_iter().zip(self.0).rev()
    }
}

/// Counts one letter for each answer.
impl FromIterator<Answer> for AnswerCounts {
    fn from_iter<I: IntoIterator<Item = Answer>>(answers: I) -> Self {
        let mut counts = Self::default();
        answers.into_iter().for_each(|answer| counts.0[answer as usize] += 1);
        counts
    }
}

/// Whether an address that bounced can be written to again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bounce {
    /// Nobody can be reached under it.
    Hard,
    /// This letter failed; the address may live.
    Soft,
}

impl Bounce {
    /// The name kept in the ledger and shown in the JSON lines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hard => "hard",
            Self::Soft => "soft",
        }
    }

    /// The bounce of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Hard, Self::Soft].into_iter().find(|bounce| bounce.as_str() == name)
    }
}

/// The digest by which a mail is known wherever it lies.
pub type MailDigest = [u8; 16];

/// What one mail says of one letter, as the ledger keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerMail {
    pub mail: MailDigest,
    /// `None` if it may concern the campaign, but nobody can tell which letter.
    pub letter: Option<LetterId>,
    /// `None` if it changes no answer: a receipt, a report of success.
    pub answer: Option<Answer>,
    /// What the mail is in itself, as in the JSON lines.
    pub kind: String,
    pub bounce: Option<Bounce>,
    /// The enhanced status code (RFC 3463).
    pub status: Option<String>,
    pub diagnostic: Option<String>,
    /// Who wrote it: the address, and the name before it.
    pub from: String,
    pub name: Option<String>,
    pub subject: String,
    /// The beginning of what it says.
    pub excerpt: String,
    /// When it was written; when it was read, if it does not say.
    pub at: Timestamp,
    /// The last day of an absence.
    pub until: Option<Date>,
    pub matched_by: Option<String>,
    /// Where it lies: a file, or a folder and a UID.
    pub source: String,
    pub follows: Follows,
}

/// What follows from a mail, beyond the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Follows {
    Nothing,
    /// The address is suppressed at once.
    Suppression,
    /// A person decides whether it is suppressed.
    Proposal,
}

impl Follows {
    /// The name kept in the ledger.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Suppression => "suppression",
            Self::Proposal => "proposal",
        }
    }

    /// What follows by that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Nothing, Self::Suppression, Self::Proposal]
            .into_iter()
            .find(|it| it.as_str() == name)
    }
}

/// The answer of a letter: what the heaviest of its mails says, the latest among equals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    pub answer: Answer,
    pub bounce: Option<Bounce>,
    pub status: Option<String>,
    pub diagnostic: Option<String>,
    pub at: Timestamp,
    pub from: String,
    pub name: Option<String>,
    pub until: Option<Date>,
    pub excerpt: String,
}

impl Answered {
    /// Whether a mail counts more than this.
    pub fn is_outweighed_by(&self, other: &Self) -> bool {
        let rank = |it: &Self| (it.answer, it.bounce == Some(Bounce::Hard), it.until, it.at);
        rank(self) < rank(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(answer: Answer, at: i64) -> Answered {
        Answered {
            answer,
            bounce: None,
            status: None,
            diagnostic: None,
            at: Timestamp::from_second(at).unwrap(),
            from: String::new(),
            name: None,
            until: None,
            excerpt: String::new(),
        }
    }

    #[test]
    fn the_weight_decides_and_the_order_does_not() {
        let mut last = None::<Answered>;
        for answer in Answer::ALL {
            // The heavier was written earlier.
            let at = 1000 - answer as i64;
            let next = answered(answer, at);
            if let Some(last) = &last {
                assert!(last.is_outweighed_by(&next), "{answer:?}");
                assert!(!next.is_outweighed_by(last), "{answer:?}");
            }
            last = Some(next);
        }
        assert!(answered(Answer::Replied, 1).is_outweighed_by(&answered(Answer::Replied, 2)));
    }

    #[test]
    fn names_are_read_back() {
        for answer in Answer::ALL {
            assert_eq!(Answer::parse(answer.as_str()), Some(answer));
        }
    }
}
