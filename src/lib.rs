//! *Gonets* (гонец, a courier) takes a table of people and one letter, and brings every person
//! their own copy: looked at first, sent once, and accounted for afterwards.
//!
//! # How data flows
//!
//! ```text
//! campaign.toml ─┐
//! contact list ──┼─> recipients ─> forms ─> letters ─┬─> preview   (files to look at; nothing leaves)
//! template(s) ───┘        │                          └─> sending   (claim → courier → outcome → settle)
//!                         └─> problems, each with file:line:column          │
//!                                                           ledger <────────┘─> status
//! ```
//!
//! Everything streams: a row is read, composed and let go before the next. A problem never stops
//! the reading of the list.
//!
//! # Where things are
//!
//! Imports go down only, and no two rooms of one floor below the door import each other, save on
//! the ground; `tests/it/rooms.rs` holds both.
//!
//! | floor | room | what a change there is about |
//! |---|---|---|
//! | 5, the door | [`cli`] | what can be typed |
//! | | [`command`] | what each command does, in which order, and how it ends |
//! | 4, the work | [`campaign`] | how files become letters and problems; the seal |
//! | | [`preview`] | the gallery that a person looks through |
//! | | [`sending`] | the run: claim, carry, settle |
//! | | [`report`] | tables for people to read in Excel (csv, rust_xlsxwriter) |
//! | 3, the settings | [`config`] | `campaign.toml`, read into the settings of the rooms below (toml) |
//! | 2, the outside | [`contacts`] | the contact list (encoding_rs, calamine, zip, quick-xml) |
//! | | [`dns`] | whether a domain takes mail (simple-dns, resolv-conf) |
//! | | [`compose`] | templates, Markdown, MIME (tera, pulldown-cmark) |
//! | | [`folder`] | attachments, pictures and fonts of the campaign's folder |
//! | | [`smtp`] | the dialogue with a relay (lettre's commands, rustls) |
//! | | [`outbox`] | letters as files |
//! | | [`ledger`] | what happened to each letter (rusqlite) |
//! | | [`secret`] | where a password comes from |
//! | | [`terminal`] | progress, colours, words or JSON lines (indicatif) |
//! | 1, the ground | [`problem`] | what is wrong and where: file, line, column |
//! | | [`failure`] | why a command cannot go on, and the exit codes |
//! | | [`recipient`], [`letter`] | whom a letter goes to; the finished letter and its identity |
//! | | [`suppression`] | who must not be written to |
//! | | [`bitset`] | rows or letters as a set of numbers |
//! | | [`seal`] | a digest of all that decides what the letters say; who approved it |
//! | | [`russian`] | what the language asks: forms, dates, numbers |
//! | | [`delivery`] | stages, outcomes, states; the trait at the seam, `Courier` |
//! | | [`policy`] | what to do next, as pure functions of `now` |
//! | | [`notice`] | every word that the user is told, in two languages |
//!
//! # What always holds
//!
//! - No letter is sent twice and none is lost. `sending` is on the disk before the first octet of a
//!   message is written; what a crash leaves there becomes `unknown`, and a person decides it.
//! - A letter is known by campaign and address, never by its row number.
//! - The end says: letters = accepted + refused + waiting + unknown.
//! - A cell, a template or a server's reply cannot inject a header, markup, a path or a terminal
//!   escape.
//! - A secret is in no file that we write, no log line and no error. The contact list is never
//!   changed.

pub mod bitset;
pub mod campaign;
pub mod cli;
pub mod command;
pub mod compose;
pub mod config;
pub mod contacts;
pub mod delivery;
pub mod dns;
pub mod failure;
pub mod folder;
pub mod ledger;
pub mod letter;
pub mod notice;

pub mod outbox;
pub mod policy;
pub mod preview;
pub mod problem;
pub mod recipient;
pub mod report;
pub mod russian;
pub mod seal;
pub mod secret;
pub mod sending;
pub mod smtp;
pub mod suppression;
pub mod terminal;

/// Runs the program with its arguments, its own name first; gives the exit code.
pub fn run(arguments: impl IntoIterator<Item = std::ffi::OsString>) -> u8 {
    command::run(arguments.into_iter().collect()) as u8
}
