//! A connection to the server: verified TLS, or none on this machine.

use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::client::Client;
use super::unreadable;
use crate::failure::{Doing, Failure, ServerFlaw};
use crate::ledger::Server;
use crate::smtp;

/// How long it may take until a session is ready, and how long what we send may go unheard.
const PATIENCE: Duration = Duration::from_secs(10);

/// What every session needs: a commit is durable when it returns, nothing ends a session that waits for
/// its pace, a server learns within half a minute that a machine is gone, with its lock, and no second goes
/// into compiling a plan.
const SESSION: &str = "
    SELECT set_config('synchronous_commit', 'on', false)
      WHERE current_setting('synchronous_commit') IN ('off', 'local', 'remote_write');
    SET jit = off;
    SET lock_timeout = '20s';
    SET statement_timeout = 0;
    SET idle_in_transaction_session_timeout = 0;
    SET idle_session_timeout = 0;
    SET tcp_keepalives_idle = 10;
    SET tcp_keepalives_interval = 5;
    SET tcp_keepalives_count = 3;
    SET default_transaction_isolation = 'read committed';
    SET search_path = gonets_campaign, pg_catalog;
";

/// Connects. Also returns the server's name, for messages.
pub(super) fn connect(server: &Server) -> Result<(Client, String)> {
    let secret = server.secret()?;
    let unusable = |name: &str, flaw, detail: &str| Failure::LedgerServer {
        server: name.to_owned(),
        flaw,
        detail: detail.to_owned(),
    };
    let is_plain = asks_for_no_tls(secret.reveal());
    // Certificates are always verified, so these ask for what is done anyway.
    let text = secret
        .reveal()
        .replace("sslmode=verify-full", "sslmode=require")
        .replace("sslmode=verify-ca", "sslmode=require");
    // An error of the parser could repeat a part of the password.
    let mut config: Config =
        text.parse().map_err(|_| unusable("PostgreSQL", ServerFlaw::Address, ""))?;
    let name = name_of(&config);
    let is_here = is_on_this_machine(&config);
    if is_plain && !is_here {
        return Err(unusable(&name, ServerFlaw::PlainText, "sslmode=disable").into());
    }
    let is_by_socket = is_by_socket(&config);
    config
        .application_name(concat!("gonets ", env!("CARGO_PKG_VERSION")))
        .connect_timeout(PATIENCE)
        .tcp_user_timeout(PATIENCE)
        .keepalives_idle(Duration::from_secs(10))
        .keepalives_interval(Duration::from_secs(5))
        .keepalives_retries(3);
    let tls = if is_plain || is_by_socket {
        config.ssl_mode(SslMode::Disable);
        None
    } else {
        config.ssl_mode(SslMode::Require);
        let authority = server.authority.as_deref().map(read).transpose()?;
        let tls = smtp::tls_config(authority.as_deref())
            .map_err(|trouble| unusable(&name, ServerFlaw::Tls, &trouble.to_string()))?;
        Some(MakeRustlsConnect::new((*tls).clone()))
    };
    let opened = Client::open(&config, tls, PATIENCE).and_then(|mut client| {
        client.batch_execute(SESSION)?;
        Ok(client)
    });
    Ok((opened.map_err(|error| unreadable(&name, &error))?, name))
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| Failure::file(Doing::Reading, path, &error))
}

/// Whether a connection string, as an address or as `key=value` words, asks for no TLS.
fn asks_for_no_tls(text: &str) -> bool {
    text.split(['?', '&', ' ', '\t']).any(|part| part == "sslmode=disable")
}

/// Whether it is reached through a socket of this machine alone, which has no TLS.
fn is_by_socket(config: &Config) -> bool {
    let is_socket = |host: &Host| !matches!(host, Host::Tcp(_));
    config.get_hostaddrs().is_empty()
        && !config.get_hosts().is_empty()
        && config.get_hosts().iter().all(is_socket)
}

/// Whether every address is on this machine.
fn is_on_this_machine(config: &Config) -> bool {
    let is_loopback = |address: &IpAddr| address.is_loopback();
    if !config.get_hostaddrs().is_empty() {
        return config.get_hostaddrs().iter().all(is_loopback);
    }
    config.get_hosts().iter().all(|host| match host {
        Host::Tcp(name) => {
            name == "localhost" || name.parse().is_ok_and(|address| is_loopback(&address))
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    })
}

/// Host, port and database, without the account.
fn name_of(config: &Config) -> String {
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(name)) => name.clone(),
        #[cfg(unix)]
        Some(Host::Unix(path)) => path.to_string_lossy().into_owned(),
        None => "PostgreSQL".to_owned(),
    };
    let port = config.get_ports().first().copied().unwrap_or(5432);
    let database = config.get_dbname().or(config.get_user()).unwrap_or_default();
    format!("{host}:{port}/{database}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_seen_however_it_is_asked_for() {
        assert!(asks_for_no_tls("postgresql://a@h/d?sslmode=disable"));
        assert!(asks_for_no_tls("postgresql://a@h/d?connect_timeout=3&sslmode=disable"));
        assert!(asks_for_no_tls("host=h sslmode=disable dbname=d"));
        assert!(!asks_for_no_tls("postgresql://a@h/d?sslmode=require"));
    }

    #[test]
    fn only_loopback_and_sockets_are_on_this_machine() {
        let here = |text: &str| is_on_this_machine(&text.parse().unwrap());
        assert!(here("postgresql://a@127.0.0.1/d") && here("postgresql://a@localhost/d"));
        assert!(here("host=::1 user=a"));
        assert!(!here("postgresql://a@127.0.0.1,db.example.org/d"));
        assert!(!here("host=localhost hostaddr=192.0.2.1 user=a"));
    }

    #[test]
    fn only_a_socket_goes_without_tls_unasked() {
        let by_socket = |text: &str| is_by_socket(&text.parse().unwrap());
        assert_eq!(by_socket("host=/run/postgresql user=a"), cfg!(unix));
        assert!(!by_socket("hostaddr=192.0.2.1 user=a") && !by_socket("user=a"));
        assert!(!by_socket("host=db.example.org,/run/postgresql user=a"));
        assert!(!by_socket("host=/run/postgresql hostaddr=192.0.2.1 user=a"));
    }

    #[test]
    fn the_name_of_a_server_has_no_account() {
        let config = "postgresql://clerk:hunter2@db.example.org:6000/letters".parse().unwrap();
        assert_eq!(name_of(&config), "db.example.org:6000/letters");
    }
}
