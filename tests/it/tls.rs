//! Implicit TLS, STARTTLS and logins, against a server with a test certificate.

use std::fs;
use std::sync::Arc;

use crate::server::{Moment, Script, Server, say};
use crate::support::Campaign;

/// A server's configuration for `localhost`, and its certificate as PEM.
pub fn certificate(name: &str) -> (Arc<rustls::ServerConfig>, String) {
    certificate_until(name, (4096, 1, 1))
}

/// The same, with the day on which it ends.
pub fn certificate_until(
    name: &str,
    (year, month, day): (i32, u8, u8),
) -> (Arc<rustls::ServerConfig>, String) {
    let key_pair = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new([name.to_owned()]).unwrap();
    params.not_after = rcgen::date_time_ymd(year, month, day);
    let made = params.self_signed(&key_pair).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::Pkcs8(key_pair.serialize_der().into());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.der().clone()], key)
        .unwrap();
    (Arc::new(config), made.pem())
}

fn campaign(port: u16, security: &str, authority: Option<&str>) -> Campaign {
    let ca = if authority.is_some() { "ca_file = \"ca.pem\"\n" } else { "" };
    let smtp = format!(
        "[smtp]\nhost = \"localhost\"\nport = {port}\nsecurity = \"{security}\"\nusername = \"u\"\npassword = {{ env = \"GONETS_TEST_PASSWORD\" }}\ntimeout = \"2s\"\n{ca}"
    );
    let campaign = Campaign::new().with(&smtp).impatient().write().trusted();
    if let Some(pem) = authority {
        fs::write(campaign.path().join("ca.pem"), pem).unwrap();
    }
    campaign
}

fn send(campaign: &Campaign) -> crate::support::Ran {
    let output = campaign
        .command(["send", "--yes"])
        .env("GONETS_TEST_PASSWORD", "hunter2")
        .output()
        .unwrap();
    let ran = crate::support::ran(output);
    assert!(!ran.out.contains("hunter2") && !ran.err.contains("hunter2"));
    ran
}

fn ordinary() -> Arc<Script> {
    Arc::new(|_, _| None)
}

#[test]
fn tls_at_once_and_starttls_carry_letters_and_login() {
    for (security, at_once) in [("tls", true), ("starttls", false)] {
        let (config, pem) = certificate("localhost");
        let server = Server::new(ordinary(), Some((config, at_once)));
        send(&campaign(server.port, security, Some(&pem))).code(0).says("3 accepted");
        // \0u\0hunter2
        assert!(
            server.commands().contains(&"AUTH PLAIN AHUAaHVudGVyMg==".to_owned()),
            "{:?}",
            server.commands()
        );
    }
}

/// Port 587 with `tls`: the commonest slip of all.
#[test]
fn a_server_that_does_not_begin_with_tls_is_told_apart() {
    let server = Server::new(ordinary(), None);
    let campaign = campaign(server.port, "tls", None);
    send(&campaign).code(4).says("does not start with TLS").says("security = \"starttls\"");
    let russian = campaign
        .command(["send", "--yes", "--lang", "ru"])
        .env("GONETS_TEST_PASSWORD", "x")
        .output()
        .unwrap();
    let told = String::from_utf8(russian.stderr).unwrap();
    assert!(told.contains("не начинает с TLS"), "{told}");
}

#[test]
fn login_serves_where_plain_is_not_offered() {
    let (config, pem) = certificate("localhost");
    let script: Arc<Script> = Arc::new(|_, moment| match moment {
        Moment::Command(line) if line.starts_with("EHLO") => {
            Some(say("250-test\r\n250 AUTH LOGIN"))
        }
        Moment::Command(line) if line == "AUTH LOGIN" => Some(say("334 VXNlcm5hbWU6")),
        Moment::Command(line) if line == "dQ==" => Some(say("334 UGFzc3dvcmQ6")),
        Moment::Command(line) if line == "aHVudGVyMg==" => Some(say("235 2.7.0 welcome")),
        _ => None,
    });
    let server = Server::new(script, Some((config, true)));
    send(&campaign(server.port, "tls", Some(&pem))).code(0).says("3 accepted");
}

#[test]
fn a_certificate_that_nobody_vouches_for_gets_nothing() {
    let (config, _) = certificate("localhost");
    let server = Server::new(ordinary(), Some((config, true)));
    send(&campaign(server.port, "tls", None))
        .code(4)
        .says("3 waiting")
        .says("could not establish a secure connection");
    assert!(server.commands().is_empty());
}

#[test]
fn a_certificate_for_another_name_gets_nothing() {
    let (config, pem) = certificate("other.test");
    let server = Server::new(ordinary(), Some((config, true)));
    send(&campaign(server.port, "tls", Some(&pem))).code(4).says("3 waiting");
    assert!(server.commands().is_empty());
}

#[test]
fn a_stripped_starttls_is_a_refusal_not_a_fall_back() {
    let server = Server::kind();
    send(&campaign(server.port, "starttls", None))
        .code(4)
        .says("does not offer STARTTLS")
        .says("3 waiting");
    assert!(
        !server.commands().iter().any(|line| line.starts_with("AUTH") || line.starts_with("MAIL"))
    );
}

#[test]
fn a_wrong_password_stops_the_run_at_once() {
    let (config, pem) = certificate("localhost");
    let script: Arc<Script> = Arc::new(|_, moment| match moment {
        Moment::Command(line) if line.starts_with("AUTH") => {
            Some(say("535 5.7.8 authentication failed"))
        }
        _ => None,
    });
    let server = Server::new(script, Some((config, true)));
    send(&campaign(server.port, "tls", Some(&pem)))
        .code(4)
        .says("535 5.7.8 authentication failed")
        .says("3 waiting");
    assert_eq!(server.seen.lock().unwrap().connections, 1);
}

#[test]
fn a_missing_password_is_named_before_anything_is_claimed() {
    let campaign = campaign(1, "tls", None);
    campaign.run(["send", "--yes"]).code(3).says("GONETS_TEST_PASSWORD");
    assert!(!campaign.path().join("ledger.sqlite").exists());
}
