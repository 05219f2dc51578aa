//! Which letter a mail answers.
//!
//! The clues are tried from the surest to the weakest. What contradicts itself is unsure: a mail
//! must not count for a person whom it may not concern.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::clues::{Clues, bare_subject};
use super::{Kind, Reading, Told};
use crate::letter::LetterId;

/// A letter that may be answered.
#[derive(Debug, Clone)]
pub struct Answerable {
    pub id: LetterId,
    pub address: String,
    pub message_id: String,
    pub number: Option<String>,
    pub subject: Option<String>,
    /// When it went.
    pub at: Timestamp,
}

/// By what a letter was found, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MatchedBy {
    ReturnPath,
    EnvelopeId,
    MessageId,
    InReplyTo,
    References,
    Number,
    Quotation,
    Address,
}

impl MatchedBy {
    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ReturnPath => "return_path",
            Self::EnvelopeId => "envelope_id",
            Self::MessageId => "message_id",
            Self::InReplyTo => "in_reply_to",
            Self::References => "references",
            Self::Number => "number",
            Self::Quotation => "quotation",
            Self::Address => "address",
        }
    }
}

/// A letter that a mail, or one of its recipients, answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Its place among the letters that were given.
    pub letter: usize,
    pub by: MatchedBy,
}

/// What becomes of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match {
    /// One entry for each recipient told, or one for the whole mail.
    Ours(Vec<Option<Found>>),
    /// It concerns this campaign, or seems to, but which letter is not certain.
    Unsure(Option<Found>),
    NotOurs,
}

/// The letters of a campaign, to be found by whatever a mail shows.
pub struct Letters {
    all: Vec<Answerable>,
    by_id: HashMap<[u8; 16], usize>,
    by_message_id: HashMap<String, usize>,
    /// Only numbers that one letter alone has.
    by_number: HashMap<String, usize>,
    by_address: HashMap<String, Vec<usize>>,
    subjects: HashSet<String>,
    /// Our own addresses, in lower case: nothing from them is an answer.
    own: HashSet<String>,
    /// Those who get a copy of every letter: what becomes of it says nothing of the addressee.
    copies: HashSet<String>,
}

impl Letters {
    pub fn new(all: Vec<Answerable>, own: Vec<String>, copies: Vec<String>) -> Self {
        let low = |list: Vec<String>| list.into_iter().map(|it| it.to_lowercase()).collect();
        let mut letters = Self {
            by_id: HashMap::with_capacity(all.len()),
            by_message_id: HashMap::with_capacity(all.len()),
            by_number: HashMap::new(),
            by_address: HashMap::with_capacity(all.len()),
            subjects: HashSet::new(),
            own: low(own),
            copies: low(copies),
            all: Vec::new(),
        };
        let mut numbers: HashMap<String, usize> = HashMap::new();
        for (at, letter) in all.iter().enumerate() {
            letters.by_id.insert(letter.id.bytes(), at);
            letters.by_message_id.insert(letter.message_id.to_lowercase(), at);
            letters.by_address.entry(letter.address.to_lowercase()).or_default().push(at);
            if let Some(number) = &letter.number {
                *numbers.entry(number.to_lowercase()).or_default() += 1;
            }
            letters.subjects.extend(letter.subject.as_deref().map(bare_subject));
        }
        for (at, letter) in all.iter().enumerate() {
            let number = letter.number.as_ref().map(|number| number.to_lowercase());
            if let Some(number) = number.filter(|number| numbers[number] == 1) {
                letters.by_number.insert(number, at);
            }
        }
        letters.subjects.remove("");
        letters.all = all;
        letters
    }

    pub fn get(&self, found: Found) -> &Answerable {
        &self.all[found.letter]
    }

    /// Finds the letter, or the letters, that a mail answers.
    pub fn find(&self, reading: &Reading) -> Match {
        let from = reading.from.to_lowercase();
        // Our own letters in Sent or as copies carry what an answer carries.
        if self.own.contains(&from) && reading.told.is_empty() {
            return Match::NotOurs;
        }
        let found = match self.by_clues(&reading.clues) {
            Ok(found) => found,
            Err(first) => return Match::Unsure(Some(first)),
        };
        if reading.told.is_empty() {
            self.of_writer(reading, &from, found)
        } else {
            self.of_told(reading, found)
        }
    }

    /// The letter of the sure clues; those of two letters contradict each other.
    fn by_clues(&self, clues: &Clues) -> Result<Option<Found>, Found> {
        let mut found: Option<Found> = None;
        let mut contradicted = false;
        let mut add = |letter: Option<usize>, by| {
            let Some(letter) = letter else { return };
            match found {
                None => found = Some(Found { letter, by }),
                Some(first) => contradicted |= first.letter != letter,
            }
        };
        let in_address = |address: &String| self.in_text(address);
        clues.arrived_at.iter().for_each(|it| add(in_address(it), MatchedBy::ReturnPath));
        add(clues.unsubscribe_id.as_ref().and_then(|it| self.in_text(it)), MatchedBy::EnvelopeId);
        add(clues.envelope_id.as_ref().and_then(|it| self.in_text(it)), MatchedBy::EnvelopeId);
        clues.returned.iter().for_each(|it| add(self.of_message(it), MatchedBy::MessageId));
        clues.in_reply_to.iter().for_each(|it| add(self.of_message(it), MatchedBy::InReplyTo));
        // References are recycled for new topics: the subject has to agree.
        if self.subjects.is_empty() || self.subjects.contains(&clues.subject) {
            clues.references.iter().for_each(|it| add(self.of_message(it), MatchedBy::References));
        }
        match found {
            Some(first) if contradicted => Err(first),
            other => Ok(other),
        }
    }

    /// Finds a letter's id in an address such as `bounce+{id}@example.org`.
    fn in_text(&self, text: &str) -> Option<usize> {
        let is_hex = |c: char| c.is_ascii_hexdigit();
        text.split(|c: char| !is_hex(c)).filter(|run| run.len() == 32).find_map(|run| {
            let mut bytes = [0; 16];
            for (byte, pair) in bytes.iter_mut().zip(run.as_bytes().chunks(2)) {
                *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
            }
            self.by_id.get(&bytes).copied()
        })
    }

    fn of_message(&self, id: &str) -> Option<usize> {
        self.by_message_id.get(&id.to_lowercase()).copied()
    }

    fn of_address(&self, address: &str) -> Option<usize> {
        match self.by_address.get(&address.to_lowercase()).map(Vec::as_slice) {
            Some([only]) => Some(*only),
            _ => None,
        }
    }

    /// A report, or a notice of failure: each recipient by itself.
    fn of_told(&self, reading: &Reading, sure: Option<Found>) -> Match {
        let clues = &reading.clues;
        let is_another = sure.is_none() && self.is_another_letter(clues);
        let mut all = Vec::new();
        let mut is_unsure = false;
        for told in &reading.told {
            let names = || std::iter::once(&told.address).chain(&told.also);
            let named: Option<usize> = names().find_map(|it| self.of_address(it));
            let is_copy = self.is_copy(told);
            all.push(match (sure, named) {
                // The copy's fate, or that of our own address, is not the addressee's.
                _ if is_copy => None,
                (Some(sure), Some(named)) if sure.letter != named => {
                    // It names one letter, and a person who has another.
                    is_unsure = true;
                    None
                }
                (Some(sure), _) => Some(sure),
                (None, Some(named)) if !is_another && !self.is_too_early(reading, named) => {
                    Some(Found { letter: named, by: MatchedBy::Address })
                }
                (None, _) => None,
            });
        }
        if is_unsure {
            return Match::Unsure(sure);
        }
        let is_ours = all.iter().any(Option::is_some) || sure.is_some();
        if is_ours { Match::Ours(all) } else { Match::NotOurs }
    }

    fn is_copy(&self, told: &Told) -> bool {
        let low = told.address.to_lowercase();
        let is_addressee = self.by_address.contains_key(&low);
        (self.copies.contains(&low) || self.own.contains(&low)) && !is_addressee
    }

    /// Whether the letter that came back is none of this campaign: its Message-ID is unknown, and so
    /// is its subject. (Some relays replace the Message-ID.)
    fn is_another_letter(&self, clues: &Clues) -> bool {
        let has_id = !clues.returned.is_empty();
        let is_known = clues.returned_subject.as_ref().is_some_and(|it| self.subjects.contains(it));
        (has_id || clues.returned_subject.is_some()) && !is_known && !self.subjects.is_empty()
            || (has_id && self.subjects.is_empty())
    }

    /// Whether a mail was written before the letter went.
    fn is_too_early(&self, reading: &Reading, letter: usize) -> bool {
        const CLOCKS_DIFFER: i64 = 24 * 3600;
        reading
            .date
            .is_some_and(|date| date.as_second() + CLOCKS_DIFFER < self.all[letter].at.as_second())
    }

    /// A mail that somebody wrote.
    fn of_writer(&self, reading: &Reading, from: &str, sure: Option<Found>) -> Match {
        let clues = &reading.clues;
        if let Some(found) = sure {
            // A complaint suppresses an address at once: it must not name another person's.
            let mut named = clues.addressed_to.iter().filter_map(|it| self.of_address(it));
            if reading.kind == Kind::Complaint && named.any(|it| it != found.letter) {
                return Match::Unsure(Some(found));
            }
            return Match::Ours(vec![Some(found)]);
        }
        let number = clues.numbers.iter().find_map(|it| self.by_number.get(it)).copied();
        let quoted: Vec<usize> =
            clues.addressed_to.iter().filter_map(|it| self.of_address(it)).collect();
        let quoted = quoted.first().copied().filter(|first| quoted.iter().all(|it| it == first));
        let writer = self.of_address(from).filter(|it| !self.is_too_early(reading, *it));
        let is_our_subject = self.subjects.contains(&clues.subject)
            || clues.returned_subject.as_ref().is_some_and(|it| self.subjects.contains(it));
        // It answers another letter of the same mailbox.
        let answers_something = !clues.in_reply_to.is_empty() || !clues.returned.is_empty();
        let answers_another = answers_something && !is_our_subject;
        let hits = [
            (number, MatchedBy::Number),
            (quoted.filter(|_| is_our_subject), MatchedBy::Quotation),
            (writer, MatchedBy::Address),
        ];
        let hits: Vec<Found> = hits
            .into_iter()
            .filter_map(|(letter, by)| Some(Found { letter: letter?, by }))
            .collect();
        let Some(first) = hits.first().copied() else { return Match::NotOurs };
        if hits.iter().any(|it| it.letter != first.letter) {
            return Match::Unsure(Some(first));
        }
        if answers_another && first.by != MatchedBy::Number {
            return Match::NotOurs;
        }
        match (first.by, is_our_subject) {
            // Somebody whom we wrote to, with a subject of his own: an answer, or not.
            (MatchedBy::Address, false) => match reading.kind {
                Kind::Away | Kind::AutoReply | Kind::Challenge if !answers_another => {
                    Match::Ours(vec![Some(first)])
                }
                Kind::None if reading.is_bulk => Match::NotOurs,
                _ => Match::Unsure(Some(first)),
            },
            _ => Match::Ours(vec![Some(first)]),
        }
    }
}
