//! `[smtp]` and `[ledger]`: the servers, and the secrets for them.

use std::net::IpAddr;
use std::path::Path;

use super::Placed;
use super::table_reader::TableReader;
use crate::delivery::Security;
use crate::policy::{Pace, Timeouts};
use crate::problem::{ConfigFault, Expected, Kind};
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
    pub ca_file: Option<Placed<String>>,
    /// Whether server and login are from files of defaults that are the person's own.
    pub is_own: bool,
}

/// `[ledger]`
#[derive(Debug, Clone)]
pub struct LedgerTable {
    /// Where the connection string of the PostgreSQL server comes from.
    pub source: PasswordSource,
    /// A PEM file with the certificate authority of the server, beside the system's own.
    pub ca_file: Option<Placed<String>>,
}

/// The keys that say to whom which password goes.
pub(super) const LOGIN: [&str; 6] = ["host", "port", "security", "username", "password", "ca_file"];

pub(super) fn read(table: &mut TableReader, folder: &Path) -> Option<SmtpTable> {
    let host = table.required_text("host");
    let security = security(table);
    let default_port = match security {
        Security::Tls => 465,
        Security::StartTls => 587,
        Security::None => 25,
    };
    let port = table.count("port", 65535).and_then(|port| u16::try_from(port).ok());
    let bind = bind(table);
    let username = table.text("username");
    let password = password(table, folder, username.as_deref());
    let ca_file = table.path("ca_file");
    let is_own = table.are_own(&LOGIN);
    let scheme = scheme(table);
    let mut timeouts = table.duration("timeout").map_or_else(Timeouts::default, Timeouts::of);
    table.inner("timeouts", |steps| {
        for (key, time) in [
            ("connect", &mut timeouts.connect),
            ("greeting", &mut timeouts.greeting),
            ("command", &mut timeouts.command),
            ("mail", &mut timeouts.mail),
            ("rcpt", &mut timeouts.rcpt),
            ("data", &mut timeouts.data),
            ("block", &mut timeouts.block),
            ("end", &mut timeouts.end),
        ] {
            *time = steps.duration(key).unwrap_or(*time);
        }
    });
    let host = host?;
    plain_text_stays_here(table, &host, security);
    let relay = Relay {
        host,
        port: port.unwrap_or(default_port),
        security,
        bind,
        login: None,
        authority: None,
        timeouts,
        messages_per_connection: Pace::default().messages_per_connection,
    };
    Some(SmtpTable { relay, username, password, scheme, ca_file, is_own })
}

pub(super) fn security(table: &mut TableReader) -> Security {
    let known =
        [("tls", Security::Tls), ("starttls", Security::StartTls), ("none", Security::None)];
    table.one_of("security", &known).unwrap_or(Security::Tls)
}

pub(super) fn scheme(table: &mut TableReader) -> Scheme {
    let known = [("password", Scheme::Password), ("xoauth2", Scheme::Token)];
    table.one_of("auth", &known).unwrap_or(Scheme::Password)
}

/// One address of this computer, or several that take turns.
fn bind(table: &mut TableReader) -> Vec<IpAddr> {
    let ip = |text: &str| text.parse().ok();
    if table.is_text("bind") {
        return table.parsed("bind", Expected::LocalAddress, ip).into_iter().collect();
    }
    table.all_parsed("bind", Expected::LocalAddress, ip)
}

/// Nothing goes unencrypted beyond this computer.
pub(super) fn plain_text_stays_here(table: &mut TableReader, host: &str, security: Security) {
    let is_loopback =
        host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    if security == Security::None && !is_loopback {
        let host = host.to_owned();
        table.fault("host", |_| ConfigFault::PlainTextBeyondLoopback { host });
    }
}

pub(super) fn password(
    table: &mut TableReader,
    folder: &Path,
    username: Option<&str>,
) -> Option<PasswordSource> {
    secret(table, "password", ConfigFault::PasswordInFile, folder, username.unwrap_or_default())
}

/// `[ledger]`: the server, where the ledger is not a file. The outer `None` if there is a fault.
pub(super) fn ledger(table: &mut TableReader, folder: &Path) -> Option<LedgerTable> {
    let written = ConfigFault::ConnectionInFile;
    let source = secret(table, "postgres", written, folder, "postgres");
    let ca_file = table.path("ca_file");
    source.map(|source| LedgerTable { source, ca_file })
}

/// Where a secret comes from; `in_file` is what is wrong if it is written down.
fn secret(
    table: &mut TableReader,
    key: &str,
    in_file: ConfigFault,
    folder: &Path,
    user: &str,
) -> Option<PasswordSource> {
    if table.is_text(key) {
        table.fault(key, |_| in_file);
        return None;
    }
    table.inner(key, |source| {
        let ways = (
            source.text("env"),
            source.texts("command"),
            source.path("file").map(|(file, _)| file),
            source.text("keyring"),
        );
        let timeout = source.duration("timeout").unwrap_or(PasswordSource::DEFAULT_TIMEOUT);
        match ways {
            (Some(name), None, None, None) => Some(PasswordSource::Env(name)),
            (None, Some(words), None, None) if !words.is_empty() => {
                Some(PasswordSource::Command { words, timeout })
            }
            (None, None, Some(file), None) => Some(PasswordSource::File(folder.join(file))),
            (None, None, None, Some(service)) => {
                let user = user.to_owned();
                Some(PasswordSource::Keyring { service, user, timeout })
            }
            _ => {
                source
                    .fault_here(ConfigFault::ValueKind { key: key.into(), expected: Kind::Secret });
                None
            }
        }
    })?
}
