//! The relay: whether it answers on each of its addresses, its certificate, the login, the senders,
//! and whether it can take our letters.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use super::{Deadline, Survey, provider};
use crate::delivery::{Security, Stage, TlsFlaw, Trouble};
use crate::finding::{Finding, RelayFinding};
use crate::smtp::{self, Look, Offer, Probe, Relay};

/// For the address to be found, and for each connection.
const LOOKUP_TIMEOUT: Duration = Duration::from_secs(4);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(4);

/// A certificate that ends within so many days is worth a word.
const SOON: u64 = 14;

/// Who the letters say that they are from.
#[derive(Debug, Clone)]
pub struct Senders {
    /// The envelope's sender of a letter.
    pub envelope: String,
    /// The address in From.
    pub from: String,
}

/// What came of looking at a relay.
#[derive(Debug, Default)]
pub struct Seen {
    pub found: Vec<Finding>,
    /// Its first words, which may tell the time.
    pub greeting: Option<String>,
    /// The addresses that were talked to.
    pub talked_to: Vec<SocketAddr>,
}

/// Connects as a run would, asks whether the senders may send, and takes it back.
pub fn look(relay: &Relay, senders: &Senders, survey: &Survey, deadline: Deadline) -> Seen {
    let Relay { host, port, .. } = relay;
    let mut seen = Seen::default();
    let addresses = match smtp::addresses(relay, LOOKUP_TIMEOUT.min(deadline.left())) {
        Ok(addresses) if !addresses.is_empty() => addresses,
        Ok(_) | Err(Trouble::NoConnection(_)) => {
            seen.found.push(RelayFinding::Unknown { host: host.clone() }.into());
            return seen;
        }
        Err(trouble) => {
            let (host, port) = (host.clone(), *port);
            seen.found.push(RelayFinding::Fails { host, port, trouble }.into());
            return seen;
        }
    };
    let first = addresses[0];
    // Of the other family; what is on this machine itself needs no two ways.
    let other = addresses.iter().copied().find(|it| it.is_ipv4() != first.is_ipv4());
    let other = other.filter(|it| !it.ip().is_loopback() && !first.ip().is_loopback());
    seen.talked_to.push(first);
    seen.talked_to.extend(other);
    let mut named = vec![senders.envelope.clone()];
    if senders.from != senders.envelope {
        named.push(senders.from.clone());
    }
    let probe = Probe { senders: named, to: senders.from.clone(), largest: survey.largest() };
    let speak = |address| smtp::look(relay, address, &probe, CONNECT_TIMEOUT, deadline.0);
    let (mut look, reached) = std::thread::scope(|scope| {
        let reached = other.map(|other| scope.spawn(move || smtp::reach(other, CONNECT_TIMEOUT)));
        let look = speak(first);
        (look, reached.and_then(|it| it.join().ok()))
    });
    let mut answering = vec![first.ip()];
    let found = &mut seen.found;
    match (other, reached, &look.ended) {
        (Some(other), Some(Ok(())), Some((Stage::Connect, trouble))) if is_no_way(&look) => {
            found.push(one_fails((host, *port), first.ip(), trouble.clone(), other.ip()).into());
            answering = vec![other.ip()];
            look = speak(other);
        }
        (Some(other), Some(Ok(())), _) => answering.push(other.ip()),
        (Some(other), Some(Err(trouble)), _) if !is_no_way(&look) => {
            found.push(one_fails((host, *port), other.ip(), trouble, first.ip()).into());
        }
        (_, _, _) => {}
    }
    judge(relay, &look, (senders, survey), answering, found);
    seen.greeting = look.greeting;
    seen
}

/// Whether not even a greeting came.
fn is_no_way(look: &Look) -> bool {
    look.greeting.is_none() && matches!(look.ended, Some((Stage::Connect, _)))
}

fn one_fails(
    (host, port): (&str, u16),
    ip: IpAddr,
    trouble: Trouble,
    answers: IpAddr,
) -> RelayFinding {
    if smtp::has_route(ip) {
        RelayFinding::OneAddressFails { host: host.to_owned(), ip, port, trouble, answers }
    } else {
        RelayFinding::NoRoute { ip, answers }
    }
}

/// What a look means.
fn judge(
    relay: &Relay,
    look: &Look,
    (senders, survey): (&Senders, &Survey),
    ips: Vec<IpAddr>,
    found: &mut Vec<Finding>,
) {
    let mut relay_found = Vec::new();
    let Relay { host, port, security, .. } = relay;
    let has_answered = look.greeting.is_some() || look.certificate.is_some();
    if has_answered {
        relay_found.push(RelayFinding::Answers { host: host.clone(), port: *port, ips });
    }
    judge_tls(relay, look, &mut relay_found);
    judge_login(relay, look, &mut relay_found);
    judge_senders(look, host, senders, &mut relay_found);
    if let Some(offer) = &look.offer {
        judge_offer(offer, host, survey, &mut relay_found);
    }
    match &look.ended {
        None | Some((Stage::Tls | Stage::Login, _)) => {}
        Some((_, trouble)) => {
            let (host, port, trouble) = (host.clone(), *port, trouble.clone());
            relay_found.push(match trouble {
                Trouble::Turned(reply) => RelayFinding::Refuses { host, port, reply },
                trouble if has_answered => RelayFinding::Breaks { host, port, trouble },
                trouble => RelayFinding::Fails { host, port, trouble },
            });
        }
    }
    if *security == Security::None && has_answered {
        relay_found.push(RelayFinding::NotEncrypted);
    }
    found.extend(relay_found.into_iter().map(Finding::from));
}

fn judge_tls(relay: &Relay, look: &Look, found: &mut Vec<RelayFinding>) {
    let (host, port) = (relay.host.clone(), relay.port);
    if let (Some(version), Some(hours)) = (look.tls_version, look.valid_hours) {
        let days = hours / 24;
        found.push(if days < SOON {
            RelayFinding::CertificateEnds { host, days }
        } else {
            RelayFinding::Certificate { version, days }
        });
        return;
    }
    let Some((Stage::Tls, trouble)) = &look.ended else { return };
    if let Some(flaw) = look.certificate.clone() {
        found.push(RelayFinding::CertificateBad { host, flaw });
        return;
    }
    let is_masked = look.in_clear.as_ref().is_some_and(|offer| offer.is_masked);
    found.push(match trouble {
        _ if look.speaks_before_tls => RelayFinding::SpeaksBeforeTls { host },
        Trouble::TlsNotOffered => RelayFinding::StartTlsMissing { host, port, is_masked },
        Trouble::Tls(TlsFlaw::NothingCommon) => RelayFinding::OldTls { host },
        Trouble::Tls(TlsFlaw::NotTls) => RelayFinding::NotTls { host, port },
        trouble => RelayFinding::TlsFails { host, trouble: trouble.clone() },
    });
}

fn judge_login(relay: &Relay, look: &Look, found: &mut Vec<RelayFinding>) {
    let host = relay.host.clone();
    if let Some(offer) = look.in_clear.as_ref().filter(|offer| !offer.mechanisms.is_empty()) {
        found.push(RelayFinding::LoginInClear { mechanisms: offer.mechanisms.clone() });
    }
    let Some(offer) = &look.offer else { return };
    let mechanisms = offer.mechanisms.clone();
    let Some(login) = &relay.login else {
        found.push(RelayFinding::NoLogin { mechanisms });
        return;
    };
    let user = login.user.clone();
    match &look.ended {
        Some((Stage::Login, Trouble::LoginNotOffered)) => {
            found.push(RelayFinding::LoginNotOffered { host, mechanisms });
        }
        Some((Stage::Login, trouble)) => {
            let provider = provider::of_host(&host);
            let trouble = trouble.clone();
            found.push(RelayFinding::LoginFails { host, user, provider, trouble });
        }
        _ if look.is_logged_in => found.push(RelayFinding::LoggedIn { user, mechanisms }),
        _ => {}
    }
}

fn judge_senders(look: &Look, host: &str, senders: &Senders, found: &mut Vec<RelayFinding>) {
    let named = [&senders.envelope, &senders.from];
    for (index, (address, said)) in named.into_iter().zip(&look.senders).enumerate() {
        let (address, to) = (address.clone(), senders.from.clone());
        let (is_envelope, host) = (index == 0, host.to_owned());
        match (&said.sender, &said.recipient) {
            (Ok(()), Ok(())) => found.push(RelayFinding::SenderAccepted { address }),
            (Err(Trouble::Turned(reply)), _) | (Ok(()), Err(Trouble::Turned(reply)))
                if reply.is_transient() =>
            {
                found.push(RelayFinding::SenderPutOff { host, address, reply: reply.clone() });
            }
            (Err(Trouble::Turned(reply)), _) if is_envelope => {
                let is_return_path = address != senders.from;
                let reply = reply.clone();
                found.push(RelayFinding::SenderRefused { host, address, is_return_path, reply });
            }
            (Err(Trouble::Turned(reply)), _) => {
                found.push(RelayFinding::FromRefused { host, address, reply: reply.clone() });
            }
            (Ok(()), Err(Trouble::Turned(reply))) => {
                found.push(RelayFinding::RecipientRefused {
                    host,
                    address,
                    to,
                    reply: reply.clone(),
                });
            }
            // Told as the end of the dialogue.
            (Err(_), _) | (_, Err(_)) => {}
        }
    }
}

fn judge_offer(offer: &Offer, host: &str, survey: &Survey, found: &mut Vec<RelayFinding>) {
    let largest = survey.largest();
    found.push(match (offer.max_size, largest) {
        (Some(most), Some(largest)) if largest > most => {
            RelayFinding::TooLarge { host: host.to_owned(), most, largest, row: survey.largest_row }
        }
        (octets, largest) => RelayFinding::TakesUpTo { octets, largest },
    });
    if let Some(address) = survey.utf8_address.clone().filter(|_| !offer.utf8) {
        let (host, letters) = (host.to_owned(), survey.utf8_letters);
        found.push(RelayFinding::NoUtf8 { host, letters, address });
    }
    if survey.eight_bit_letters > 0 && !offer.eight_bit {
        let (letters, row) = (survey.eight_bit_letters, survey.eight_bit_row);
        found.push(RelayFinding::NoEightBit { host: host.to_owned(), letters, row });
    }
    let all = [
        ("PIPELINING", offer.pipelining),
        ("DSN", offer.dsn),
        ("8BITMIME", offer.eight_bit),
        ("SMTPUTF8", offer.utf8),
    ];
    let those =
        |wanted| all.iter().filter(|(_, it)| *it == wanted).map(|(name, _)| *name).collect();
    found.push(RelayFinding::Extensions { offered: those(true), missing: those(false) });
}
