//! The ways to be taken off the list: the one-click address answers, the mailbox receives.

use super::Deadline;
use super::clock::Told;
use crate::dns::{MailStatus, Resolver};
use crate::finding::{Finding, MailboxFinding};
use crate::recipient::Address;
use crate::smtp;

/// The host and port of an https address, if no template hides them.
pub fn host_of(address: &str) -> Option<(String, u16)> {
    let rest = address.strip_prefix("https://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let authority = authority.rsplit('@').next()?;
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().ok()?),
        None => (authority, 443),
    };
    let is_host = !host.is_empty() && !host.contains(['{', '}', '%', '[', ']']);
    is_host.then(|| (host.to_owned(), port))
}

/// Asks the host of the one-click address for its front page: the address itself could take somebody
/// off the list.
pub fn look_at_host(host: &str, port: u16, deadline: Deadline) -> (Finding, Option<Told>) {
    match smtp::https_head(host, port, deadline.instant()) {
        Ok(head) => {
            let date = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("date").then_some(value)
            });
            let told = date.and_then(|date| Told::read(host, date));
            (MailboxFinding::OneClickAnswers { host: host.to_owned() }.into(), told)
        }
        Err(trouble) => {
            let host = host.to_owned();
            (MailboxFinding::OneClickFails { host, trouble }.into(), None)
        }
    }
}

/// Whether mail to the address of `[unsubscribe]` can arrive.
pub fn look_at_mailbox(
    address: &Address,
    known: &[&str],
    resolver: &Resolver,
    deadline: Deadline,
) -> Option<Finding> {
    let domain = address.domain();
    // Looked at already, as a domain of the sender.
    if known.iter().any(|known| known.eq_ignore_ascii_case(domain)) {
        return None;
    }
    match resolver.mail_status(domain, deadline.instant()) {
        MailStatus::Not(_) => {
            Some(MailboxFinding::UnsubscribeUnread { address: address.to_string() }.into())
        }
        MailStatus::Accepts | MailStatus::Unanswered => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_of_an_address_is_found() {
        let host = |address| host_of(address).map(|(host, port)| format!("{host}:{port}"));
        assert_eq!(host("https://a.test/u?x={{ id }}").as_deref(), Some("a.test:443"));
        assert_eq!(host("https://a.test:8443/u").as_deref(), Some("a.test:8443"));
        assert_eq!(host("https://{{ host }}/u"), None);
        assert_eq!(host("http://a.test/u"), None);
    }
}
