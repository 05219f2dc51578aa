//! `doctor`: the relay and the domain of a campaign, against a scripted relay and a zone on loopback.

use std::net::{TcpListener, UdpSocket};
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use gonets::dns::Resolver;
use gonets::doctor::Deadline;
use gonets::doctor::domain::{self, Origin};
use gonets::finding::{Check, Finding};
use gonets::notice::{Language, Notice};
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::Value;

use crate::imap_server::ImapServer;
use crate::server::{Act, Moment, Script, Server, say};
use crate::spf::serve;
use crate::support::{Campaign, Ran, private, ran};
use crate::tls::certificate_until;

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
pub fn run(campaign: &Campaign, arguments: &[&str]) -> Ran {
    let state = tempfile::tempdir().unwrap();
    let mut command = campaign.command(["doctor"]);
    command.args(arguments).env("XDG_STATE_HOME", state.path());
    ran(command.output().unwrap())
}

fn findings(run: &Ran) -> Vec<(String, String)> {
    let word = |object: &Value, key: &str| object[key].as_str().unwrap_or_default().to_owned();
    let findings = run.objects("finding").into_iter();
    findings.map(|it| (word(&it, "check"), word(&it, "severity"))).collect()
}

fn grave(run: &Ran) -> Vec<String> {
    findings(run).into_iter().filter(|(_, it)| it != "ok" && it != "info").map(|it| it.0).collect()
}

fn fixes(run: &Ran) -> Vec<String> {
    let findings = run.objects("finding").into_iter();
    findings.filter_map(|it| Some(it["fix"].as_str()?.to_owned())).collect()
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
        "sender.test. TXT \"v=spf1 mx ~all\"".to_owned(),
        "(ip4:ADDRESS)".to_owned(),
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
fn a_key_that_cannot_be_read_is_a_finding_like_the_others() {
    let campaign = Campaign::new()
        .to(&relay())
        .with("[dkim]\nselector = \"s1\"\nkey = \"dkim.pem\"\n")
        .write();
    let server = serve("sender.test mx mail.sender.test").to_string();
    let missing = run(&campaign, &["--dns-server", &server, "--json"]).code(1);
    let checks: Vec<String> = findings(&missing).into_iter().map(|it| it.0).collect();
    for check in ["relay", "mx", "dkim", "letters", "timezone"] {
        assert!(checks.iter().any(|it| it == check), "{check} of {checks:?}");
    }
    assert!(messages(&missing, "dkim").contains("dkim.pem"), "{}", missing.out);
    assert!(!missing.out.contains("not signed here"));
    private(&campaign.path().join("dkim.pem"), "no key");
    let run = run(&campaign, &["--offline", "--json"]).code(1);
    assert!(findings(&run).contains(&("dkim".into(), "error".into())), "{}", run.out);
}

#[test]
fn a_password_that_cannot_be_had_is_a_finding_like_the_others() {
    let relay = relay();
    let port = relay.port;
    let table = |name: &str| {
        format!(
            "[{name}]\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\nusername = \"anna\"\npassword = {{ env = \"GONETS_NOT_SET\" }}\n"
        )
    };
    let campaign = Campaign::new().with(&table("smtp")).with(&table("inbox")).write();
    let server = serve("sender.test mx mail.sender.test").to_string();
    let run = run(&campaign, &["--trust", "--dns-server", &server, "--json"]).code(4);
    let found = findings(&run);
    assert!(found.contains(&("auth".into(), "error".into())), "{}", run.out);
    assert!(found.contains(&("inbox".into(), "error".into())), "{}", run.out);
    assert!(messages(&run, "auth").contains("GONETS_NOT_SET"));
    assert!(found.iter().any(|it| it.0 == "mx") && !found.iter().any(|it| it.0 == "relay"));
    assert_eq!(relay.seen.lock().unwrap().connections, 0);
}

#[test]
fn an_address_of_an_inner_network_is_never_proposed_for_spf() {
    let look = |zone: &str, ip: &str| {
        let resolver = Resolver::at(serve(zone));
        let ips = [ip.parse().unwrap()];
        let relay = Some(("smtp.sender.test", &ips[..]));
        let origin = Origin { from: "sender.test", envelope: "sender.test", relay, key: Ok(None) };
        let found = domain::look(&origin, &resolver, Deadline::after(Duration::from_secs(10)));
        let words = |it: &Finding| Notice::Found(it.clone()).words(Language::English);
        found.iter().filter(|it| it.check() == Check::Spf).map(words).collect::<String>()
    };
    let zone = "sender.test mx mail.sender.test\nsender.test txt v=spf1 ip4:192.0.2.1 -all";
    for inner in ["10.0.0.5", "192.168.1.1", "172.16.0.9", "100.64.0.1", "fd00::1"] {
        let said = look("sender.test mx mail.sender.test", inner);
        assert!(said.contains("publish: sender.test. TXT \"v=spf1 mx ~all\""), "{said}");
        let said = look(zone, inner);
        assert!(said.contains("note: smtp.sender.test has the address"), "{said}");
        assert!(!said.contains(&format!("ip4:{inner}")), "{said}");
    }
    assert!(look(zone, "192.0.2.2").contains("before its end: ip4:192.0.2.2"));
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

/// The messages of a check with their remedies.
pub fn messages(run: &Ran, check: &str) -> String {
    let findings = run.objects("finding").into_iter();
    findings
        .filter(|it| it["check"] == check)
        .map(|it| format!("{} {}\n", it["message"], it["fix"]))
        .collect()
}

/// A day so many days from now.
fn day(days: i64) -> (i32, u8, u8) {
    use jiff::ToSpan as _;
    let day = jiff::ZonedDateTime::now().date().checked_add(days.days()).unwrap();
    let [month, day_of_month] = [day.month(), day.day()].map(|it| u8::try_from(it).unwrap());
    (day.year().into(), month, day_of_month)
}

/// What `doctor` says of a relay on `localhost` with this TLS.
fn of_tls(
    script: Arc<Script>,
    security: &str,
    tls: Option<(Arc<rustls::ServerConfig>, bool)>,
    authority: Option<&str>,
    more: &str,
) -> (Ran, Server) {
    let server = Server::new(script, tls);
    let ca = if authority.is_some() { "ca_file = \"ca.pem\"\n" } else { "" };
    let smtp = format!(
        "[smtp]\nhost = \"localhost\"\nport = {}\nsecurity = \"{security}\"\ntimeout = \"2s\"\n{ca}{more}",
        server.port
    );
    let campaign = Campaign::new().with(&smtp).write();
    if let Some(pem) = authority {
        std::fs::write(campaign.path().join("ca.pem"), pem).unwrap();
    }
    let dns = serve("sender.test mx mail.sender.test").to_string();
    (run(&campaign, &["--trust", "--dns-server", &dns, "--json"]), server)
}

fn nothing() -> Arc<Script> {
    Arc::new(|_, _| None)
}

#[test]
fn a_certificate_that_is_about_to_end_is_a_warning_with_its_days() {
    let (config, pem) = certificate_until("localhost", day(3));
    let (run, _) = of_tls(nothing(), "tls", Some((config, true)), Some(&pem), "");
    let said = messages(&run.code(1), "tls");
    assert!(said.contains("ends in 2 days") || said.contains("ends in 3 days"), "{said}");
    let (config, pem) = certificate_until("localhost", day(90));
    let (run, _) = of_tls(nothing(), "starttls", Some((config, false)), Some(&pem), "");
    let said = messages(&run.code(1), "tls");
    assert!(said.contains("TLS 1.3; the certificate is valid for 8"), "{said}");
}

#[test]
fn each_flaw_of_a_certificate_is_told_apart_with_its_remedy() {
    let flaws = [
        ("localhost", day(-2), true, "has expired", "renew"),
        (
            "mail.other.test",
            day(90),
            true,
            "other names: mail.other.test",
            "host = \\\"mail.other.test",
        ),
        ("localhost", day(90), false, "does not trust", "ca_file = "),
    ];
    for (name, until, is_known, what, remedy) in flaws {
        let (config, pem) = certificate_until(name, until);
        let authority = is_known.then_some(pem.as_str());
        let (run, server) = of_tls(nothing(), "tls", Some((config, true)), authority, "");
        let said = messages(&run.code(4), "tls");
        assert!(said.contains(what) && said.contains(remedy), "{said}");
        assert!(server.commands().is_empty(), "nothing is said to a stranger");
    }
}

#[test]
fn what_is_wrong_before_starttls_is_told_apart() {
    let offering = |line: &'static str| -> Arc<Script> {
        Arc::new(move |_, moment| match moment {
            Moment::Command(command) if command.starts_with("EHLO") => Some(say(line)),
            Moment::Command(_) | Moment::Greeting | Moment::Message => None,
        })
    };
    let (run, _) = of_tls(nothing(), "starttls", None, None, "");
    assert!(messages(&run.code(4), "tls").contains("does not offer STARTTLS"));
    let masked = offering("250-test\r\n250-XXXXXXXA\r\n250 SIZE 1000");
    let (run, _) = of_tls(masked, "starttls", None, None, "");
    assert!(messages(&run.code(4), "tls").contains("overwrites its offer"));
    let injecting: Arc<Script> = Arc::new(|_, moment| match moment {
        Moment::Command(command) if command == "STARTTLS" => {
            Some(say("220 go on\r\n250 2.0.0 injected"))
        }
        Moment::Command(_) | Moment::Greeting | Moment::Message => None,
    });
    let (config, pem) = certificate_until("localhost", day(90));
    let (run, _) = of_tls(injecting, "starttls", Some((config, false)), Some(&pem), "");
    assert!(messages(&run.code(4), "tls").contains("speaks in the clear"));
    let (run, _) = of_tls(nothing(), "tls", None, None, "");
    assert!(messages(&run.code(4), "tls").contains("security = \\\"starttls\\\""));
}

#[test]
fn a_login_that_is_refused_or_not_offered_is_told_with_what_the_relay_offers() {
    let login = "username = \"anna\"\npassword = { file = \"secret\" }\n";
    let of_login = |script: Arc<Script>| {
        let relay = Server::new(script, None);
        let campaign = Campaign::new().to(&relay).with(login).write();
        private(&campaign.path().join("secret"), "geheim-Пароль");
        let dns = serve("").to_string();
        let run = run(&campaign, &["--trust", "--dns-server", &dns, "--json"]).code(4);
        assert!(!run.out.contains("geheim"), "{}", run.out);
        messages(&run, "auth")
    };
    let refusing: Arc<Script> = Arc::new(|_, moment| match moment {
        Moment::Command(command) if command.starts_with("AUTH") => Some(say("535 5.7.8 no")),
        Moment::Command(_) | Moment::Greeting | Moment::Message => None,
    });
    let said = of_login(refusing);
    assert!(said.contains("refuses the login of anna: 535 5.7.8 no"), "{said}");
    let foreign: Arc<Script> = Arc::new(|_, moment| match moment {
        Moment::Command(command) if command.starts_with("EHLO") => {
            Some(say("250-test\r\n250 AUTH NTLM GSSAPI"))
        }
        Moment::Command(_) | Moment::Greeting | Moment::Message => None,
    });
    let said = of_login(foreign);
    assert!(said.contains("does not speak: NTLM, GSSAPI"), "{said}");
}

#[test]
fn the_largest_letter_and_those_with_unusual_addresses_are_held_against_the_relay() {
    let relay = Server::scripted(|_, moment| match moment {
        Moment::Command(command) if command.starts_with("EHLO") => {
            Some(say("250-test\r\n250 SIZE 400"))
        }
        Moment::Command(_) | Moment::Greeting | Moment::Message => None,
    });
    let list = format!(
        "{}приёмная@пример.test;Ильина;Анна;;Ильиной А.;Начальнику;Уважаемая Анна;Х\n",
        crate::support::THREE
    );
    let campaign = Campaign::new().contacts(&list).to(&relay).write();
    let dns = serve("").to_string();
    let run = run(&campaign, &["--dns-server", &dns, "--json"]).code(1);
    assert!(messages(&run, "size").contains("takes 400 B at most"), "{}", run.out);
    let said = messages(&run, "extensions");
    assert!(
        said.contains("1 letter would be refused, the first to приёмная@пример.test"),
        "{said}"
    );
    let mail = relay.commands().into_iter().find(|it| it.starts_with("MAIL")).unwrap();
    assert!(!mail.contains(" SIZE="), "the answer would mean the size: {mail}");
}

#[test]
fn a_sender_that_is_refused_only_with_a_recipient_is_found() {
    let relay = Server::scripted(|_, moment| match moment {
        Moment::Command(command) if command.starts_with("RCPT") => {
            Some(say("553 5.7.1 Sender address rejected: not owned by user"))
        }
        Moment::Command(_) | Moment::Greeting | Moment::Message => None,
    });
    let campaign = Campaign::new()
        .sender_table("return_path = \"bounce+{id}@sender.test\"")
        .to(&relay)
        .write();
    let dns = serve("").to_string();
    let run = run(&campaign, &["--dns-server", &dns, "--json"]).code(4);
    assert!(messages(&run, "sender").contains("not owned by user"), "{}", run.out);
    let commands = relay.commands();
    let count = |word: &str| commands.iter().filter(|it| it.starts_with(word)).count();
    assert_eq!((count("MAIL"), count("RSET"), count("DATA")), (2, 2, 0), "{commands:?}");
}

#[test]
fn a_network_that_answers_nothing_ends_in_time() {
    let relay = TcpListener::bind("127.0.0.1:0").unwrap();
    let dns = UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = relay.local_addr().unwrap().port();
    let silent = |table: &str| {
        format!(
            "[{table}]\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\nusername = \"anna\"\npassword = {{ file = \"secret\" }}\n"
        )
    };
    let campaign = Campaign::new()
        .with(&silent("smtp"))
        .with(&silent("inbox"))
        .with("[unsubscribe]\none_click = \"https://127.0.0.1/off\"\n")
        .write();
    private(&campaign.path().join("secret"), "geheim");
    let begun = Instant::now();
    let server = dns.local_addr().unwrap().to_string();
    let run = run(&campaign, &["--trust", "--dns-server", &server, "--json"]).code(4);
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
    let checks: Vec<String> = findings(&run).into_iter().map(|it| it.0).collect();
    for check in ["relay", "dns", "inbox", "unsubscribe", "ledger"] {
        assert!(checks.iter().any(|it| it == check), "{check} of {checks:?}");
    }
}

#[test]
fn offline_asks_nobody() {
    let relay = Server::kind();
    let campaign = Campaign::new().to(&relay).write();
    let run = run(&campaign, &["--offline", "--explain", "--json"]).code(0);
    assert_eq!(relay.seen.lock().unwrap().connections, 0);
    assert!(messages(&run, "letters").contains("3 letters composed"), "{}", run.out);
    let asked = run.objects("asked").remove(0);
    assert_eq!(
        (&asked["names"], &asked["servers"]),
        (&serde_json::json!([]), &serde_json::json!([]))
    );
}

#[test]
fn explain_lists_every_name_and_server() {
    let relay = Server::kind();
    let campaign = Campaign::new().to(&relay).write();
    let dns = serve("sender.test mx mail.sender.test").to_string();
    let run = run(&campaign, &["--explain", "--dns-server", &dns]);
    let run = run.says("sender.test MX").says("_dmarc.sender.test TXT");
    run.says(&format!("127.0.0.1:{}", relay.port));
}

#[test]
fn a_wrong_clock_is_noticed_by_the_greeting() {
    let relay = Server::scripted(|_, moment| match moment {
        Moment::Greeting => Some(say("220 test ESMTP Exim 4.98 Sun, 01 Mar 2026 10:00:00 +0300")),
        Moment::Command(_) | Moment::Message => None,
    });
    let campaign = Campaign::new().to(&relay).write();
    let dns = serve("").to_string();
    let run = run(&campaign, &["--dns-server", &dns, "--json"]);
    assert!(messages(&run, "clock").contains("ahead of that of 127.0.0.1"), "{}", run.out);
}

#[test]
fn before_the_first_send_it_is_said_that_nobody_looked() {
    let said = "gonets doctor";
    let relay = Server::kind();
    let campaign = Campaign::new().to(&relay).impatient().write();
    let state = tempfile::tempdir().unwrap();
    let act = |arguments: &[&str]| {
        let mut command = campaign.command(["send"]);
        if arguments[0] == "doctor" {
            command = crate::support::gonets();
            command.arg("doctor").arg(campaign.path());
        }
        command.args(&arguments[1..]).env("XDG_STATE_HOME", state.path());
        ran(command.output().unwrap())
    };
    assert!(act(&["send", "--yes", "--limit", "1"]).err.contains(said));
    // It has been used now.
    assert!(!act(&["send", "--yes"]).err.contains(said));
    let campaign = Campaign::new().to(&relay).impatient().write();
    let dns = serve("").to_string();
    let mut doctor = crate::support::gonets();
    doctor.arg("doctor").arg(campaign.path()).args(["--dns-server", &dns]);
    ran(doctor.env("XDG_STATE_HOME", state.path()).output().unwrap());
    let mut send = campaign.command(["send", "--yes"]);
    let send = ran(send.env("XDG_STATE_HOME", state.path()).output().unwrap()).code(0);
    assert!(!send.err.contains(said), "{}", send.err);
}

/// What `doctor --loop` says when the letter comes back changed like this.
fn looped(change: impl Fn(&str) -> String, folder: usize) -> Ran {
    let relay = Server::kind();
    let mailbox = ImapServer::kind();
    mailbox.comes(0, 1, "Subject: old\n\nOld.");
    let inbox = format!(
        "[inbox]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\nusername = \"anna\"\npassword = {{ file = \"secret\" }}\n",
        mailbox.port
    );
    let campaign = Campaign::new().to(&relay).with(&inbox).write();
    private(&campaign.path().join("secret"), "geheim");
    let dns = serve("").to_string();
    let state = tempfile::tempdir().unwrap();
    let mut command = campaign.command(["doctor", "--trust", "--loop", "--deadline", "60"]);
    command.args(["--dns-server", &dns, "--json"]).env("XDG_STATE_HOME", state.path());
    let child = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
    let begun = Instant::now();
    while relay.taken().is_empty() && begun.elapsed() < Duration::from_mins(1) {
        std::thread::yield_now();
    }
    let taken = relay.taken();
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0].to, ["invite@sender.test"]);
    let text = String::from_utf8(taken[0].bytes.clone()).unwrap().replace("\r\n", "\n");
    mailbox.comes(folder, 2, &change(&text));
    ran(child.wait_with_output().unwrap())
}

#[test]
fn the_loop_finds_the_letter_as_it_was() {
    let head = "Return-Path: <invite@sender.test>\nAuthentication-Results: mx.test; spf=pass\n";
    let run = looped(|letter| format!("{head}{letter}"), 0);
    let said = messages(&run, "loop");
    for words in ["arrived in INBOX", "kept the Message-ID", "kept the return path", "spf=pass"] {
        assert!(said.contains(words), "{words}: {said}");
    }
}

#[test]
fn the_loop_tells_what_was_changed_and_where_the_letter_landed() {
    let run = looped(
        |letter| {
            let letter = letter.replace("\nMessage-ID: <", "\nMessage-ID: <other-");
            format!(
                "Return-Path: <relay@other.test>\nAuthentication-Results: mx.test; spf=fail\n{letter}"
            )
        },
        1,
    );
    let said = messages(&run.code(1), "loop");
    for words in ["landed in Спам", "replaced the Message-ID", "by relay@other.test", "spf=fail"]
    {
        assert!(said.contains(words), "{words}: {said}");
    }
}

#[test]
fn a_loop_needs_a_mailbox() {
    let campaign = Campaign::new().to(&Server::kind()).write();
    let dns = serve("").to_string();
    let run = run(&campaign, &["--loop", "--dns-server", &dns, "--json"]).code(1);
    assert!(messages(&run, "loop").contains("no letter was sent to oneself"), "{}", run.out);
}
