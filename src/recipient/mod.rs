//! One checked row of the contact list: the recipient of a letter.
//!
//! Plain values. Reading the list is `contacts`' work, declining names is `russian`'s.

mod address;
mod cells;
mod mailbox;

use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::problem::Place;
use crate::russian::Gender;
use crate::russian::forms::{Companion, Given, Person};
use crate::russian::names::FullName;

pub use address::Address;
pub use cells::{CellPage, Cells};
pub use mailbox::Mailbox;

/// The person in a row, whether or not a letter can be sent.
#[derive(Debug, Clone, Default)]
pub struct Card {
    /// The cell as it was written.
    pub email: String,
    pub name: FullName,
    pub gender: Option<Gender>,
    /// «г-н», «Ms», from a column or beside the name.
    pub title: String,
    /// «к.п.н.», «PhD», likewise.
    pub degree: String,
    pub position: String,
    pub organisation: String,
    pub given: Given,
    /// Whom the letter addresses beside them.
    pub others: Vec<Companion>,
    /// The letter's language, if it is not that of the campaign.
    pub language: Option<String>,
}

impl Card {
    /// What `russian` needs to know of the person.
    pub fn person(&self) -> Person<'_> {
        Person {
            name: &self.name,
            gender: self.gender,
            title: &self.title,
            degree: &self.degree,
            position: &self.position,
            organisation: &self.organisation,
            given: &self.given,
            others: &self.others,
        }
    }
}

/// One row of the contact list, checked.
#[derive(Debug, Clone)]
pub struct Recipient {
    /// Where the row begins.
    pub place: Place,
    /// The record below the headings, counted from 1.
    pub row: u64,
    pub address: Address,
    pub card: Card,
    /// Further addresses in the row, with their names; they get a copy.
    pub copies: Vec<Mailbox>,
    /// Where replies to this letter go, if the list has a column for that.
    pub reply_to: Option<Mailbox>,
    /// Distinguishes letters to the same address, if the campaign allows several.
    pub key: Option<String>,
    /// The recipient's time zone, if letters are sent by it and the list has it.
    pub timezone: Option<TimeZone>,
    /// The headings of the list, shared by all rows.
    pub headings: Arc<[String]>,
    /// The cells, one for each heading.
    pub cells: Cells,
}

impl Recipient {
    /// The addressee's own address and those of the copies.
    pub fn addresses(&self) -> impl Iterator<Item = &Address> {
        std::iter::once(&self.address).chain(self.copies.iter().map(|copy| &copy.address))
    }
}
