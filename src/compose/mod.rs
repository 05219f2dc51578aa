//! Composes letters: from a recipient to a finished message.
//!
//! One body makes text, HTML and PDF, so they cannot disagree. What a cell says is data all the
//! way:
//! `escape` carries it past Tera, Markdown and HTML. Nothing is read or sent here; files come in
//! through [`Fetch`].

mod assembly;
mod attachments;
mod body;
mod composer;
mod escape;
mod filters;
#[cfg(fuzzing)]
pub mod fuzzing;
mod mime;
mod pdf;
mod picture;
mod rendering;
mod row_filter;
mod template;
mod values;
mod watch;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::ZonedDateTime;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;

use crate::letter::{Attachment, Letter, LetterId, Sender};
use crate::problem::{Place, Problem};
use crate::recipient::{Address, Recipient};

pub(crate) use attachments::Fetch;
pub(crate) use body::{NamedPicture, SeenLine, braces, masked, seen_lines};
pub use composer::Composer;
pub use mime::PublicKey;
pub(crate) use mime::Signer;
pub use pdf::{ElectronicSignature, LetterheadAssets, Typography};
pub(crate) use pdf::{Face, Letterhead, PdfSettings};
pub(crate) use picture::Picture;
pub(crate) use row_filter::RowFilter;
pub(crate) use template::partials_of;
pub(crate) use watch::{end as end_watch, over as watch};

/// The stack of a thread that composes, in octets. All that is read is nested only so deep; without
/// optimisation, this much of it is needed for a template and a letterhead of that depth.
pub(crate) const STACK: usize = 16 << 20;

/// A template file: its name as the user knows it, and its text.
#[derive(Debug, Clone)]
pub(crate) struct TemplateSource {
    pub name: String,
    pub text: String,
}

/// What all letters of a campaign share.
#[derive(Clone)]
pub(crate) struct ComposerSettings {
    pub campaign: String,
    pub sender: Sender,
    pub language: String,
    pub letter: LetterSettings,
    pub body: Option<TemplateSource>,
    pub html: Option<TemplateSource>,
    pub text: Option<TemplateSource>,
    /// Templates that these extend or include.
    pub partials: Vec<TemplateSource>,
    /// `letter.date`.
    pub date: Option<Date>,
    /// The zone in which letters are dated.
    pub zone: TimeZone,
    /// The headings of the contact list.
    pub headings: Arc<[String]>,
    /// The letter that each one answers.
    pub reference: Reference,
    /// Whether the contact list has a column for positions.
    pub has_positions: bool,
    /// Reads the attachments.
    pub fetch: Arc<Fetch>,
    pub logo: Option<Arc<Picture>>,
    /// The pictures in the text, by the names that the letter gives them.
    pub pictures: Vec<(String, Arc<Picture>)>,
    /// Set if a letter on letterhead goes with each message.
    pub pdf: Option<Arc<PdfSettings>>,
    pub signer: Option<Arc<Signer>>,
    /// The letters that a letter follows, by the keys of addresses.
    pub threads: Arc<HashMap<String, Thread>>,
}

/// The letters before a letter to the same person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Thread {
    /// In angle brackets, the oldest first.
    pub message_ids: Vec<String>,
}

impl ComposerSettings {
    fn id_of(&self, recipient: &Recipient) -> LetterId {
        LetterId::of(&self.campaign, &recipient.address, recipient.key.as_deref())
    }
}

/// The columns with number and date of the letter that is answered, if the list has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Reference {
    pub number: Option<usize>,
    pub date: Option<usize>,
}

/// What `[letter]` sets for every letter, apart from its files.
#[derive(Debug, Clone)]
pub struct LetterSettings {
    pub subject: String,
    pub subject_place: Place,
    /// The template of the line that mail programs show behind the subject.
    pub preheader: Option<(String, Place)>,
    pub values: BTreeMap<String, Value>,
    /// Templates of the attachments' file names.
    pub attachments: Vec<(String, Place)>,
    /// The largest message allowed, in octets.
    pub max_size: u64,
    pub headers: HeaderSettings,
    pub habits: Habits,
}

/// How the list's women decline their names on which handbooks disagree; in doubt if nobody said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Habits {
    /// Whether «Айгуль» declines.
    pub soft_sign_declines: Option<bool>,
    /// Whether «Алия» has «-ие».
    pub iya_in_ie: Option<bool>,
}

/// What a message tells mail programs and servers beside its text.
#[derive(Debug, Clone, Default)]
pub struct HeaderSettings {
    /// The address for unsubscribing (RFC 2369).
    pub unsubscribe: Option<Address>,
    /// The template of an https address that unsubscribes at one click (RFC 8058).
    pub one_click: Option<(String, Place)>,
    /// Asks the reader's program to report that the letter was opened (RFC 8098).
    pub read_receipt: bool,
    /// Asks the relays to report that it was delivered (RFC 3461).
    pub delivery_receipt: bool,
}

/// What belongs to one letter beside its recipient.
#[derive(Debug, Clone)]
pub struct LetterMeta {
    pub number: Option<String>,
    /// The one that the ledger keeps; made from the letter's identity when `None`.
    pub message_id: Option<String>,
    /// The time in the `Date` field, which decides nothing else.
    pub date: ZonedDateTime,
}

/// A letter's Message-ID, the same whenever the letter is composed.
pub(crate) fn message_id(id: LetterId, from: &Address) -> String {
    format!("<{id}@{}>", from.domain())
}

/// Whom a letter is composed for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// The recipient.
    Real,
    /// Oneself: at another address, with a mark in the subject and a Message-ID of its own.
    Rehearsal { to: Address, run: String },
}

/// A finished letter, and its parts as a reader sees them.
#[derive(Debug)]
pub struct Composed {
    pub letter: Letter,
    pub text: String,
    pub html: String,
    pub attachments: Vec<Attachment>,
    pub warnings: Vec<Problem>,
    /// Those that the HTML shows.
    pictures: Vec<Arc<Picture>>,
}

impl Composed {
    /// The HTML with its pictures inside, for a reader without the message around it.
    pub(crate) fn page(&self) -> String {
        self.pictures().fold(self.html.clone(), |html, (source, data)| html.replace(&source, &data))
    }

    /// The addresses by which the HTML refers to its pictures, each with the picture as a `data:`
    /// address.
    pub(crate) fn pictures(&self) -> impl Iterator<Item = (String, String)> + '_ {
        self.pictures.iter().map(|picture| (picture.source(), picture.data()))
    }
}

/// The pictures that a letter's source shows, each with its place.
pub(crate) fn pictures_of(body: &TemplateSource) -> Vec<NamedPicture> {
    body::pictures(&body.name, &body.text)
}
