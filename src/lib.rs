//! *Gonets* (гонец, a courier) takes a table of people and one letter, and brings every person
//! their own copy: previewed first, sent once, and accounted for afterwards.
//!
//! # How data flows
//!
//! ```text
//! campaign.toml ─┐
//! contact list ──┼─> recipients ─> forms ─> letters ─┬─> preview   (files to look at; nothing leaves)
//! template(s) ───┘        │                          └─> sending   (claim → courier → outcome → settle)
//!                         └─> problems, each with file:line:column          │
//!                                                           ledger <────────┘─> status, report, register
//! ```
//!
//! Everything streams: a row is read, composed and dropped before the next. A problem never stops
//! the reading of the list.
//!
//! # The rooms
//!
//! The modules of this crate ("rooms") are in one order, top to bottom. A room uses only rooms
//! below it. `tests/it/rooms.rs` reads this table and checks that, and that each foreign crate
//! named here is used in its room alone.
//!
//! | room | what a change there is about | crates |
//! |---|---|---|
//! | [`command`] | what each command does, in which order, and how it ends | ctrlc, hostname, nix:: |
//! | [`cli`] | what can be typed, and its help | clap |
//! | [`campaign`] | how files become letters and problems; what goes into the seal | |
//! | [`sending`] | the run: dispatcher, workers, rehearsal | |
//! | [`preview`] | the gallery that a person looks through | |
//! | [`report`] | tables for people to read in Excel | rust_xlsxwriter |
//! | [`doctor`] | whether letters will arrive: checks of relay and domain | |
//! | [`config`] | `campaign.toml`: keys, and the settings of the rooms below | toml |
//! | [`contacts`] | the contact list: formats, encodings, headings, rows | calamine, cfb, quick_xml, zip |
//! | [`document`] | a letter read from a word processor's document | quick_xml, zip |
//! | [`compose`] | templates, Markdown, MIME, DKIM, PDF | tera, pulldown_cmark, typst, fontdb |
//! | [`ledger`] | what happened to each letter, kept for good | rusqlite, tokio, tokio_postgres |
//! | [`inbox`] | what came back: recognising a mail, finding its letter; mailboxes | aho_corasick, imap_proto |
//! | [`smtp`] | the dialogue with a relay | lettre::transport, rustls::, rustix::event, socket2 |
//! | [`outbox`] | letters as files | |
//! | [`secret`] | where a password comes from | rpassword, rustix::termios |
//! | [`terminal`] | progress, colours, pages, JSON lines | indicatif, terminal_size |
//! | [`dns`] | records of a domain, and whether it accepts mail | simple_dns |
//! | [`folder`] | files of the campaign's folder, and none outside it | |
//! | [`notice`] | every word that the user sees, in two languages | |
//! | [`failure`] | why a command cannot go on; exit codes | |
//! | [`finding`] | what `doctor` found, as values | |
//! | [`encoding`] | texts in the encodings of files and mails | |
//! | [`policy`] | what to do next, as pure functions of `now`: retries, pace, windows | |
//! | [`delivery`] | stages, outcomes, states; the trait [`delivery::Courier`] | |
//! | [`answer`] | what came back for a letter: kinds, weights | |
//! | [`letter`] | the finished letter and its identity | |
//! | [`suppression`] | who must not be written to | |
//! | [`recipient`] | whom a letter goes to | |
//! | [`trust`] | what a folder may do beyond reading its own files, asked once | |
//! | [`files`] | the one place that writes to a disk: nothing through a link, whole or not at all | fs4, rustix::fs, rustix::process, winapi_util |
//! | [`problem`] | what is wrong with a file, and where | |
//! | [`russian`] | what the language asks: cases, genders, dates, typography | |
//! | [`seal`] | a digest of all that decides what the letters say | |
//! | [`escaping`] | what comes from outside, made harmless where it is shown: words, JSON, CSV | |
//! | [`bitset`] | rows or letters as a set of numbers | |
//!
//! # Words of our own
//!
//! | word | meaning |
//! |---|---|
//! | campaign | a folder with `campaign.toml`: one letter, one contact list, one sender |
//! | contact list | a table with one recipient a row, headings first |
//! | recipient | a row that was checked: address, name, position, organisation, other columns |
//! | forms | what Russian asks of a recipient: salutation, name and position in the dative |
//! | doubt | a form, gender or cell that the program chose and is not sure of |
//! | letter | one recipient's finished message, with its envelope and digest |
//! | number, register | the outgoing number ("Исх. №") of a letter; the journal of all numbers |
//! | seal | a digest of everything that decides what the letters say |
//! | approval | a person's word, kept in the ledger, that the letters under a seal are right |
//! | ledger | the file that says what happened to every letter |
//! | leave, to people *permission* | a person's word that a folder may run, take or read what it asks for, kept outside it |
//! | courier | what carries letters to a relay or to the outbox, over one connection |
//! | relay | the SMTP server that accepts the letters |
//! | outbox | a folder of `.eml` files, used as long as no relay is configured |
//! | attempt | one try to deliver a letter, from its beginning to its outcome |
//! | outcome | what became of an attempt: accepted, filed, refused, unsent, unknown |
//! | filed | a letter that was put into the outbox: nobody has it |
//! | unknown | the relay may have the letter: a person decides |
//! | permit | leave to write a message, given once `sending` is durable |
//! | gate | letters that the pace treats alike: a group of domains and a time zone |
//! | pace | limits, windows and growth that letters keep to |
//! | answer | what came back for a letter: a delay, a bounce, a program's or a person's reply |
//! | suppression | addresses and domains that must not be written to |
//! | rehearsal | real letters, all to oneself, of which the ledger knows nothing |
//! | preflight | the pass over the whole list before the first letter goes |
//!
//! # What always holds
//!
//! - No letter is sent twice and none is lost. `sending` is durable before the first octet of a
//!   message is written; after a crash it becomes `unknown`, and a person decides.
//! - A letter is identified by campaign and address, never by its row number.
//! - At the end, letters = accepted + filed + refused + waiting + unknown.
//! - A cell, a template or a server's reply cannot inject a header, markup, a path or a terminal
//!   escape.
//! - A folder runs no program, takes no secret and reads nothing outside itself before a person has
//!   said so once. No file is written through a link.
//! - A secret is in no file that we write, no log line and no error. The contact list is never
//!   changed.
//!
//! Decisions that a newcomer may question are explained in `docs/design/`.

#![allow(rustdoc::private_intra_doc_links, reason = "the table of rooms names private ones too")]

pub mod answer;
pub mod bitset;
pub mod campaign;
pub mod cli;
pub mod command;
pub mod compose;
mod config;
mod contacts;
pub mod delivery;
pub mod dns;
pub mod doctor;
mod document;
pub mod encoding;
mod escaping;
pub mod failure;
mod files;
pub mod finding;
pub mod folder;
pub mod inbox;
pub mod ledger;
pub mod letter;
pub mod notice;
pub mod outbox;
pub mod policy;
mod preview;
pub mod problem;
pub mod recipient;
pub mod report;
pub mod russian;
pub mod seal;
pub mod secret;
pub mod sending;
pub mod smtp;
mod suppression;
pub mod terminal;
pub mod trust;

#[cfg(fuzzing)]
pub use contacts::records as fuzzed_records;

/// Runs the program with its arguments, its own name first, and returns the exit code.
pub fn run(arguments: impl IntoIterator<Item = std::ffi::OsString>) -> u8 {
    command::run(arguments.into_iter().collect()) as u8
}
