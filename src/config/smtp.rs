//! `[smtp]`: the relay and the login.

use std::net::IpAddr;
use std::path::Path;

use super::table_reader::TableReader;
use crate::delivery::Security;
use crate::policy::{Pace, Patience};
use crate::problem::{Fault, Kind};
use crate::secret::PasswordSource;
use crate::smtp::{Relay, Scheme};

/// `[smtp]`
#[derive(Debug, Clone)]
pub struct SmtpTable {
    /// The relay, without its login and its certificate authority: these are read when it is used.
    pub relay: Relay,
    pub username: Option<String>,
    /// Asked for at the terminal if `None`.
    pub password: Option<PasswordSource>,
    pub scheme: Scheme,
    /// A PEM file with the certificate authority of the relay, beside the system's own.
    pub ca_file: Option<String>,
}

pub(super) fn read(table: &mut TableReader, folder: &Path) -> Option<SmtpTable> {
    let host = table.required_text("host");
    let securities =
        [("tls", Security::Tls), ("starttls", Security::StartTls), ("none", Security::None)];
    let security = table.one_of("security", &securities).unwrap_or(Security::Tls);
    let default_port = match security {
        Security::Tls => 465,
        Security::StartTls => 587,
        Security::None => 25,
    };
    let port = table.count("port", 65535).and_then(|port| u16::try_from(port).ok());
    let username = table.text("username");
    let password = password(table, folder, username.as_deref());
    let ca_file = table.text("ca_file");
    let schemes = [("password", Scheme::Password), ("xoauth2", Scheme::Token)];
    let scheme = table.one_of("auth", &schemes).unwrap_or(Scheme::Password);
    let mut patience = table.duration("timeout").map_or_else(Patience::default, Patience::of);
    table.inner("timeouts", |timeouts| {
        for (key, time) in [
            ("connect", &mut patience.connect),
            ("greeting", &mut patience.greeting),
            ("command", &mut patience.command),
            ("mail", &mut patience.mail),
            ("rcpt", &mut patience.rcpt),
            ("data", &mut patience.data),
            ("block", &mut patience.block),
            ("end", &mut patience.end),
        ] {
            *time = timeouts.duration(key).unwrap_or(*time);
        }
    });
    let host = host?;
    let is_loopback =
        host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    if security == Security::None && !is_loopback {
        table.fault("host", |_| Fault::PlainTextBeyondLoopback { host: host.clone() });
    }
    let relay = Relay {
        host,
        port: port.unwrap_or(default_port),
        security,
        login: None,
        authority: None,
        patience,
        messages_per_connection: Pace::default().messages_per_connection,
    };
    Some(SmtpTable { relay, username, password, scheme, ca_file })
}

fn password(
    table: &mut TableReader,
    folder: &Path,
    username: Option<&str>,
) -> Option<PasswordSource> {
    if table.is_text("password") {
        table.fault("password", |_| Fault::PasswordInFile);
        return None;
    }
    table.inner("password", |source| {
        let ways = (
            source.text("env"),
            source.texts("command"),
            source.text("file"),
            source.text("keyring"),
        );
        let patience = source.duration("timeout").unwrap_or(PasswordSource::PATIENCE);
        match ways {
            (Some(name), None, None, None) => Some(PasswordSource::Env(name)),
            (None, Some(words), None, None) if !words.is_empty() => {
                Some(PasswordSource::Command { words, patience })
            }
            (None, None, Some(file), None) => Some(PasswordSource::File(folder.join(file))),
            (None, None, None, Some(service)) => {
                let user = username.unwrap_or_default().to_owned();
                Some(PasswordSource::Keyring { service, user, patience })
            }
            _ => {
                source.fault_here(Fault::ValueKind {
                    key: "password".into(),
                    expected: Kind::Secret,
                });
                None
            }
        }
    })?
}
