//! The message as octets: header fields, MIME parts, and the sender's DKIM signature.
//!
//! What a letter says is decided above; here it is only encoded. The same letter always has the
//! same bytes, whenever it is composed, except for its `Date`.

mod dkim;
mod header;
mod message;
mod part;

pub use dkim::PublicKey;
pub(crate) use dkim::Signer;
pub(super) use header::mailboxes;
pub(super) use message::{MessageParts, build};
pub(super) use part::{Disposition, file};
