//! The relay: whether it answers, its certificate, the login, the sender.

use std::net::IpAddr;
use std::time::Duration;

use crate::delivery::{Security, Stage, Trouble};
use crate::finding::Finding;
use crate::smtp::{self, Relay};

/// Days ahead at which the certificate is looked at, nearest first.
const DAYS: [u16; 3] = [1, 7, 14];

/// Connects as a run would, asks whether the sender may send, and takes it back.
pub fn look(relay: &Relay, ips: &[IpAddr], senders: &[String]) -> Vec<Finding> {
    let Relay { host, port, security, .. } = relay;
    let mut found = Vec::new();
    if ips.is_empty() && host.parse::<IpAddr>().is_err() && host != "localhost" {
        found.push(Finding::RelayUnknown { host: host.clone() });
    }
    let probe = smtp::probe_senders(relay.clone(), senders);
    let probe = match probe {
        Ok(probe) => probe,
        Err((stage, trouble)) => {
            found.push(failure(relay, stage, trouble));
            return found;
        }
    };
    found.push(Finding::RelayAnswers { host: host.clone(), port: *port });
    match security {
        Security::None => found.push(Finding::NotEncrypted),
        Security::Tls | Security::StartTls => {
            let ends = DAYS.into_iter().find(|days| {
                let later = Duration::from_hours(24 * u64::from(*days));
                smtp::is_expired_after(relay, later)
            });
            found.push(match ends {
                Some(days) => Finding::CertificateEnds { days },
                None => Finding::CertificateGood,
            });
        }
    }
    found.push(match &relay.login {
        Some(login) => Finding::LoggedIn { user: login.user.clone() },
        None => Finding::NoLogin,
    });
    for (address, answer) in senders.iter().zip(probe.senders) {
        let address = address.clone();
        found.push(match answer {
            Ok(()) => Finding::SenderAccepted { address },
            Err(Trouble::Turned(reply)) => Finding::SenderRefused { address, reply },
            Err(trouble) => Finding::RelayFails { host: host.clone(), port: *port, trouble },
        });
    }
    found.push(Finding::TakesUpTo { octets: probe.info.max_size });
    found
}

fn failure(relay: &Relay, stage: Stage, trouble: Trouble) -> Finding {
    let host = relay.host.clone();
    match stage {
        Stage::Tls => Finding::TlsFails { trouble },
        Stage::Login => Finding::LoginFails { host, trouble },
        Stage::Connect
        | Stage::Mail
        | Stage::Rcpt
        | Stage::Copy
        | Stage::Data
        | Stage::Message
        | Stage::File => Finding::RelayFails { host, port: relay.port, trouble },
    }
}
