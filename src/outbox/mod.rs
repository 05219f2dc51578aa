//! Letters as files: the default when no server is configured, and the archive of accepted letters.
//!
//! Each file is written under another name, synced and renamed, so that a letter is there whole or
//! not at all. Which letters are due, and what the ledger records, is decided elsewhere.

pub(crate) mod archive;
mod files;

pub(crate) use files::{Outbox, file_name};
