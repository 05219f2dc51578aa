//! The seal: a short digest of everything that decides what the letters say.
//!
//! Plain values. `campaign` decides which parts a seal has; they are named, so that a changed one
//! can be reported. Pace and relay are not among them: they decide when a letter is sent, not what
//! it says.

use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// A part of the seal: a file, a table of `campaign.toml`, or one of the names below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealPart {
    pub name: String,
    /// SHA-256 in hexadecimal digits.
    pub digest: String,
}

/// The program itself.
pub const PROGRAM: &str = "gonets";
/// The recipients who must not be written to.
pub const SUPPRESSED: &str = "suppression";
/// `--where` and `--rows`.
pub const SELECTION: &str = "--where";
/// The letters themselves, which also depend on the numbers from the ledger.
pub const LETTERS: &str = "letters";

impl SealPart {
    /// A part with these bytes.
    pub fn of(name: impl Into<String>, bytes: &[u8]) -> Self {
        Self::digested(name, &Sha256::digest(bytes).into())
    }

    /// A part with this SHA-256.
    pub fn digested(name: impl Into<String>, digest: &[u8; 32]) -> Self {
        Self {
            name: name.into(),
            digest: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        }
    }
}

/// How a part changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    Changed,
    Added,
    Removed,
}

/// A changed part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub part: String,
    pub how: How,
}

/// The seal over all parts, shown as four groups of four hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    parts: Vec<SealPart>,
    shown: String,
}

impl Seal {
    /// Seals parts in this order.
    pub fn over(parts: Vec<SealPart>) -> Self {
        let mut hash = Sha256::new();
        for text in parts.iter().flat_map(|part| [&part.name, &part.digest]) {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text.as_bytes());
        }
        let digits: String =
            hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let shown = [&digits[0..4], &digits[4..8], &digits[8..12], &digits[12..16]].join("-");
        Self { parts, shown }
    }

    /// This seal with one more part.
    pub fn and(mut self, part: SealPart) -> Self {
        self.parts.push(part);
        Self::over(self.parts)
    }

    /// This seal without a part.
    pub fn without(mut self, name: &str) -> Self {
        self.parts.retain(|part| part.name != name);
        Self::over(self.parts)
    }

    /// The seal as shown: `7f3a-91c2-00aa-b1c4`.
    pub fn as_str(&self) -> &str {
        &self.shown
    }

    /// The parts that changed since `earlier`.
    pub fn changes(&self, earlier: &Self) -> Vec<Change> {
        let digest_in = |seal: &Self, name: &str| {
            seal.parts.iter().find(|part| part.name == name).map(|part| part.digest.clone())
        };
        let mut changes: Vec<Change> = Vec::new();
        for part in earlier.parts.iter().chain(&self.parts) {
            let how = match (digest_in(earlier, &part.name), digest_in(self, &part.name)) {
                (Some(before), Some(after)) if before == after => continue,
                (Some(_), Some(_)) => How::Changed,
                (Some(_), None) => How::Removed,
                (None, _) => How::Added,
            };
            let change = Change { part: part.name.clone(), how };
            if !changes.contains(&change) {
                changes.push(change);
            }
        }
        changes
    }
}

/// A seal with the time at which the letters were previewed or sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealRecord {
    pub seal: Seal,
    pub at: Timestamp,
    /// A digest over the letters themselves, if all of them were composed.
    pub letters: Option<String>,
}

impl SealRecord {
    /// The record as JSON.
    pub fn to_json(&self) -> String {
        self.to_json_value().to_string()
    }

    /// Like [`SealRecord::to_json`], to add to it.
    pub fn to_json_value(&self) -> Value {
        let parts: Vec<[&str; 2]> =
            self.seal.parts.iter().map(|part| [&*part.name, &*part.digest]).collect();
        json!({ "seal": self.seal.shown, "at": self.at.to_string(), "letters": self.letters, "parts": parts })
    }

    /// Parses a record; `None` if `text` is not one or its seal does not match its parts.
    pub fn of_json(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        let part = |part: &Value| {
            Some(SealPart {
                name: part[0].as_str()?.to_owned(),
                digest: part[1].as_str()?.to_owned(),
            })
        };
        let parts = value["parts"].as_array()?.iter().map(part).collect::<Option<Vec<_>>>()?;
        let seal = Seal::over(parts);
        (value["seal"].as_str() == Some(seal.as_str())).then_some(())?;
        let letters = value["letters"].as_str().map(str::to_owned);
        Some(Self { seal, at: value["at"].as_str()?.parse().ok()?, letters })
    }
}

/// A digest over all letters of a preview or run.
#[derive(Default)]
pub struct LettersDigest(Sha256);

impl LettersDigest {
    /// Adds a letter by the texts that its reader sees.
    pub fn add(&mut self, of_letter: &[&str]) {
        for text in of_letter {
            self.0.update((text.len() as u64).to_be_bytes());
            self.0.update(text.as_bytes());
        }
    }

    /// The digest over the letters in the order in which they were added.
    pub fn finish(self) -> String {
        SealPart::digested(LETTERS, &self.0.finalize().into()).digest
    }
}

/// A person's approval of the letters with a seal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    pub name: String,
    /// The account on this machine.
    pub user: String,
    pub seal: String,
    pub at: Timestamp,
}

/// Returns the approvals of a seal, each person's once; letter case and spaces do not distinguish
/// people.
pub fn approvers<'a>(approvals: &'a [Approval], seal: &str) -> Vec<&'a Approval> {
    let key = |name: &str| {
        name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase().replace('ё', "е")
    };
    let mut once: Vec<&Approval> = Vec::new();
    for approval in approvals.iter().filter(|approval| approval.seal == seal) {
        if once.iter().all(|known| key(&known.name) != key(&approval.name)) {
            once.push(approval);
        }
    }
    once
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal(parts: &[(&str, &str)]) -> Seal {
        Seal::over(parts.iter().map(|(name, text)| SealPart::of(*name, text.as_bytes())).collect())
    }

    #[test]
    fn a_changed_part_is_named() {
        let earlier = seal(&[("letter.md", "a"), ("contacts.csv", "b"), ("old.pdf", "c")]);
        let now = seal(&[("letter.md", "a"), ("contacts.csv", "B"), ("new.pdf", "c")]);
        let change = |part: &str, how| Change { part: part.into(), how };
        assert_eq!(
            now.changes(&earlier),
            [
                change("contacts.csv", How::Changed),
                change("old.pdf", How::Removed),
                change("new.pdf", How::Added)
            ]
        );
        assert_ne!(now.as_str(), earlier.as_str());
    }

    #[test]
    fn a_record_comes_back_and_a_forged_one_does_not() {
        let record = SealRecord {
            seal: seal(&[("письмо.md", "a")]),
            at: Timestamp::from_second(1_700_000_000).unwrap(),
            letters: Some("00".into()),
        };
        assert_eq!(SealRecord::of_json(&record.to_json()), Some(record.clone()));
        let digest = &record.seal.parts[0].digest;
        assert_eq!(
            SealRecord::of_json(&record.to_json().replace(digest.as_str(), &"0".repeat(64))),
            None
        );
    }

    #[test]
    fn one_person_approves_once() {
        let approval = |name: &str, seal: &str| Approval {
            name: name.into(),
            user: "u".into(),
            seal: seal.into(),
            at: Timestamp::default(),
        };
        let all = [
            approval("Анна Королёва", "a"),
            approval("  анна   КОРОЛЕВА ", "a"),
            approval("Борис Цой", "b"),
            approval("Вера Седых", "a"),
        ];
        let names: Vec<&str> =
            approvers(&all, "a").iter().map(|approval| approval.name.as_str()).collect();
        assert_eq!(names, ["Анна Королёва", "Вера Седых"]);
    }
}
