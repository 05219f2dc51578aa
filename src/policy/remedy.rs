//! What can be done about a letter that was refused for good, by what the relay said.

use crate::delivery::{Remedy, Reply};

/// Judges the reply that the ledger keeps: by its enhanced status code (RFC 3463), else by its code
/// and its words.
pub fn remedy(reply: &str) -> Remedy {
    let Some(reply) = Reply::parse(reply) else { return Remedy::Relay };
    if reply.is_transient() {
        return Remedy::Later;
    }
    let detail = reply.enhanced().and_then(|code| code.split_once('.')).map(|(_, detail)| detail);
    match detail {
        // The sender's address (RFC 3463, 3.2), or one that the relay cannot take.
        Some("1.7" | "1.8" | "6.7") => Remedy::Relay,
        // Exchange says 5.4.1 of an address that it does not have.
        Some("2.0" | "2.1" | "4.1" | "4.4") => Remedy::Address,
        Some("2.2") => Remedy::Later,
        Some("2.3" | "3.4") => Remedy::Letter,
        Some(detail) if detail.starts_with("1.") => Remedy::Address,
        Some(detail) if detail.starts_with("4.") => Remedy::Later,
        Some(detail) if detail.starts_with("6.") => Remedy::Letter,
        Some(detail) if !detail.starts_with("0.") => Remedy::Relay,
        Some(_) | None => by_code(&reply),
    }
}

fn by_code(reply: &Reply) -> Remedy {
    let text = reply.text.to_lowercase();
    let names_the_sender = super::named(&text).is_some()
        || super::MESSAGE_PHRASES.iter().any(|(word, _)| text.contains(word));
    match reply.code {
        _ if names_the_sender => Remedy::Relay,
        550 | 551 | 553 => Remedy::Address,
        _ => Remedy::Relay,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_refusal_of_the_address_asks_for_another() {
        for (reply, remedy) in [
            ("550 5.1.1 no such user", Remedy::Address),
            ("550 no such user here", Remedy::Address),
            ("550 5.4.1 Recipient address rejected: Access denied", Remedy::Address),
            ("550 5.0.0 unknown", Remedy::Address),
            ("553 5.1.8 sender's domain does not exist", Remedy::Relay),
            ("552 5.2.2 mailbox full", Remedy::Later),
            ("450 4.2.0 greylisted", Remedy::Later),
            ("451 4.7.1 try again", Remedy::Later),
            ("552 5.3.4 message too big", Remedy::Letter),
            ("554 5.6.0 bad attachment", Remedy::Letter),
            ("554 5.7.1 spam", Remedy::Relay),
            ("550 looks like spam", Remedy::Relay),
            ("550 relaying denied", Remedy::Relay),
            ("554 no", Remedy::Relay),
            ("timed out", Remedy::Relay),
        ] {
            assert_eq!(super::remedy(reply), remedy, "{reply}");
        }
    }
}
