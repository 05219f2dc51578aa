//! `doctor`: the relay and the domain of a campaign, against a scripted relay and a zone on loopback.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::Value;

use crate::server::{Act, Moment, Server, say};
use crate::spf::serve;
use crate::support::{Campaign, Ran, private, ran};

/// A key as a PEM file, and the value of `p` in its record.
fn key() -> (String, String) {
    let pair = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
    let public = Ed25519KeyPair::from_pkcs8(pair.as_ref()).unwrap();
    let body = BASE64_STANDARD.encode(pair.as_ref());
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
    (pem, BASE64_STANDARD.encode(public.public_key().as_ref()))
}

/// What `doctor` prints for a campaign that signs with this key and sends through this relay.
fn doctor(zone: &str, pem: &str, relay: &Server) -> Ran {
    let campaign =
        Campaign::new().to(relay).with("[dkim]\nselector = \"s1\"\nkey = \"dkim.pem\"\n").write();
    private(&campaign.path().join("dkim.pem"), pem);
    let server = serve(zone).to_string();
    run(&campaign, &["--dns-server", &server, "--json"])
}

/// Runs `doctor`, and keeps its memory of relays from the other tests: a port is soon used again.
fn run(campaign: &Campaign, arguments: &[&str]) -> Ran {
    let state = tempfile::tempdir().unwrap();
    let mut command = campaign.command(["doctor"]);
    command.args(arguments).env("XDG_STATE_HOME", state.path());
    ran(command.output().unwrap())
}

fn findings(run: &Ran) -> Vec<(String, String)> {
    let objects = run.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let word = |object: &Value, key: &str| object[key].as_str().unwrap_or_default().to_owned();
    objects
        .filter(|object| object["type"] == "finding")
        .map(|object| (word(&object, "check"), word(&object, "severity")))
        .collect()
}

fn grave(run: &Ran) -> Vec<String> {
    findings(run).into_iter().filter(|(_, it)| it != "ok" && it != "info").map(|it| it.0).collect()
}

fn fixes(run: &Ran) -> Vec<String> {
    let objects = run.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    objects.filter_map(|object| Some(object["fix"].as_str()?.to_owned())).collect()
}

fn relay() -> Server {
    Server::kind()
}

#[test]
fn a_domain_in_order_has_no_complaint() {
    let (pem, public) = key();
    let zone = format!(
        "sender.test mx mail.sender.test
        mail.sender.test a 127.0.0.1
        sender.test txt v=spf1 ip4:127.0.0.1 -all
        s1._domainkey.sender.test txt v=DKIM1; k=ed25519; p={public}
        _dmarc.sender.test txt v=DMARC1; p=reject"
    );
    let run = doctor(&zone, &pem, &relay()).code(0);
    assert_eq!(grave(&run), Vec::<String>::new(), "{}", run.out);
    let checks: Vec<String> = findings(&run).into_iter().map(|it| it.0).collect();
    for check in ["relay", "sender", "mx", "spf", "dkim", "dmarc"] {
        assert!(checks.iter().any(|it| it == check), "{check} of {checks:?}");
    }
    assert_eq!(run.summary()["command"], "doctor");
}

#[test]
fn everything_that_is_missing_is_named_with_the_record_to_publish() {
    let (pem, public) = key();
    let run = doctor("", &pem, &relay()).code(1);
    assert_eq!(grave(&run), ["mx", "spf", "dkim", "dmarc", "dmarc"]);
    let fixes = fixes(&run).join("\n");
    for record in [
        "sender.test. TXT \"v=spf1 ip4:127.0.0.1 ~all\"".to_owned(),
        format!("s1._domainkey.sender.test. TXT \"v=DKIM1; k=ed25519; p={public}\""),
        "_dmarc.sender.test. TXT \"v=DMARC1; p=none".to_owned(),
    ] {
        assert!(fixes.contains(&record), "{record} is not in\n{fixes}");
    }
}

#[test]
fn a_key_that_is_not_ours_a_test_policy_and_an_open_spf_are_found() {
    let (pem, _) = key();
    let (_, other) = key();
    let zone = format!(
        "sender.test mx mail.sender.test
        sender.test txt v=spf1 ptr +all
        s1._domainkey.sender.test txt v=DKIM1; k=ed25519; p={other}
        _dmarc.sender.test txt v=DMARC1; p=none; pct=50; t=y"
    );
    let run = doctor(&zone, &pem, &relay()).code(1);
    assert_eq!(grave(&run), ["spf", "spf", "dkim", "dmarc", "dmarc"], "{}", run.out);
}

#[test]
fn a_relay_that_refuses_the_sender_is_unusable_and_gets_no_letter() {
    let (pem, _) = key();
    let relay = Server::scripted(|_, moment| match moment {
        Moment::Command(command) if command.starts_with("MAIL") => {
            Some(say("553 5.7.1 sender not allowed"))
        }
        Moment::Command(_) | Moment::Greeting | Moment::Message => None,
    });
    let run = doctor("", &pem, &relay).code(4);
    assert!(findings(&run).contains(&("sender".into(), "error".into())), "{}", run.out);
    let seen = relay.seen.lock().unwrap();
    assert!(!seen.commands.iter().any(|it| it.starts_with("RCPT") || it.starts_with("DATA")));
}

#[test]
fn a_relay_that_closes_is_named_and_the_domain_is_looked_at_all_the_same() {
    let (pem, _) = key();
    let relay = Server::scripted(|_, moment| match moment {
        Moment::Greeting => Some(Act::Close),
        Moment::Command(_) | Moment::Message => None,
    });
    let run = doctor("", &pem, &relay).code(4);
    let checks: Vec<String> = findings(&run).into_iter().map(|it| it.0).collect();
    assert_eq!(checks[0], "relay");
    assert!(checks.contains(&"dmarc".to_owned()));
}

#[test]
fn the_policy_of_an_organisation_holds_for_its_subdomains() {
    let zone = "sender.test mx mail.sender.test
        sender.test txt v=spf1 ip4:127.0.0.1 -all
        _dmarc.test txt v=DMARC1; p=none; psd=y
        _dmarc.sender.test txt v=DMARC1; p=none";
    let (pem, _) = key();
    let run = doctor(zone, &pem, &relay()).code(1);
    // The missing key is the only complaint: SPF vouches for the domain.
    assert_eq!(grave(&run), ["dkim"], "{}", run.out);
}

#[test]
fn without_a_server_only_the_domain_is_looked_at() {
    let campaign = Campaign::new().write();
    let server = serve("sender.test mx mail.sender.test").to_string();
    let run = run(&campaign, &["--dns-server", &server]).code(1);
    run.says("no server is set").says("publish: _dmarc.sender.test. TXT");
}

#[test]
fn one_question_of_spf_needs_no_campaign() {
    let server = serve("example.test txt v=spf1 ip4:192.0.2.1 -all").to_string();
    let mut command = crate::support::gonets();
    command.args(["doctor", "--spf", "--ip", "192.0.2.2", "--mail-from", "a@example.test"]);
    command.args(["--helo", "relay.test", "--dns-server", &server, "--json"]);
    let run = ran(command.output().unwrap()).code(0);
    let object: Value = serde_json::from_str(run.out.lines().next().unwrap()).unwrap();
    assert_eq!((&object["type"], &object["result"]), (&"spf".into(), &"fail".into()));
}
