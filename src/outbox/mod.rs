//! Letters as files: the default when no server is configured, and the archive of accepted letters.
//!
//! Each file is written under another name, synced and renamed, so that a letter is there whole or
//! not at all. Which letters are due, and what the ledger records, is decided elsewhere.

pub mod archive;
mod files;

pub use files::{Outbox, file_name};
