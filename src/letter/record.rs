//! What a letter says to the outside, as the ledger takes it down when the letter goes.

use serde::{Deserialize, Serialize};

/// What an office's journal of outgoing letters asks of a letter.
///
/// Kept as JSON with these names; what is empty is left out. Fields may be added, never renamed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Record {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The date on the letter, else that of its sending: `2026-03-01`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub date: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub subject: String,
    /// The addressee's name as it is printed: «Савенкову М.Г.»
    #[serde(skip_serializing_if = "String::is_empty")]
    pub addressee: String,
    /// The position as the list has it; as it is printed if the list has that alone.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub position: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub organisation: String,
    /// The addresses that get a copy, hidden ones included.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub copies: Vec<String>,
    /// The names of the files that go with it; the letter on letterhead is the first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// The sheets of the letter on letterhead, printed on one side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheets: Option<u32>,
    /// Who drew it up: `name` in `[letter.values.executor]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub executor: Option<String>,
}

impl Record {
    /// The record as the ledger keeps it.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads what the ledger keeps; `None` if it is not a record.
    pub fn of_json(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The files beside the letter on letterhead.
    pub fn enclosures(&self) -> &[String] {
        &self.files[usize::from(self.sheets.is_some()).min(self.files.len())..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_back_and_what_is_empty_takes_no_room() {
        let record = Record {
            number: Some("007".into()),
            subject: "О семинаре".into(),
            files: vec!["Письмо.pdf".into(), "план.pdf".into()],
            sheets: Some(2),
            ..Record::default()
        };
        assert_eq!(Record::of_json(&record.to_json()), Some(record.clone()));
        assert_eq!(record.enclosures(), ["план.pdf"]);
        assert_eq!(Record::default().to_json(), "{}");
        assert_eq!(Record::of_json("cut o"), None);
    }

    #[test]
    fn fields_that_a_later_version_adds_do_no_harm() {
        assert!(Record::of_json("{\"subject\":\"A\",\"weight\":3}").is_some());
    }
}
