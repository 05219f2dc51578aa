//! Sending through Postfix and Exim.

use std::fs;

use crate::support::mail_servers::{Dovecot, Exim, PASSWORD, Postfix, files_in, until};
use crate::support::{Campaign, THREE, private};

#[test]
#[ignore = "needs Postfix"]
fn postfix_puts_one_letter_into_each_mailbox() {
    let postfix = Postfix::start();
    let smtp =
        format!("[smtp]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\n", postfix.port);
    let list = format!("{THREE}nobody@one.test;Никто;Н;;Никому Н.;Никому;Уважаемый Никто;Х\n");
    let campaign = Campaign::new()
        .contacts(&list)
        .letter("{{ salutation }}!\n\n.точка\n\nПриглашаем.")
        .with(&smtp)
        .write();
    campaign.run(["preview", "--quiet"]).code(0);
    campaign
        .run(["send", "--yes"])
        .code(1)
        .says("3 accepted, 1 refused")
        .says("nobody@one.test: refused")
        .says("(550 5.1.1");
    campaign.run(["send", "--yes"]).code(1).says("nothing left to send");

    for (name, address) in
        [("anna", "anna@one.test"), ("boris", "boris@two.test"), ("vera", "vera@three.test")]
    {
        until(name, || !files_in(&postfix.mailbox(name)).is_empty());
        let found = files_in(&postfix.mailbox(name));
        assert_eq!(found.len(), 1, "{found:?}");
        let delivered = fs::read_to_string(&found[0]).unwrap();
        let sent = fs::read_to_string(campaign.file_of("preview/letters", address, ".eml"))
            .unwrap()
            .replace("\r\n", "\n");
        let (_, own) = sent.split_once('\n').unwrap();
        assert!(
            delivered.ends_with(own),
            "what Postfix delivered is not what was previewed:\n{delivered}\n---\n{own}"
        );
        assert!(delivered.contains("Return-Path: <invite@sender.test>"));
    }
}

#[test]
#[ignore = "needs Postfix"]
fn postfix_takes_letters_under_tls_at_once_and_after_starttls() {
    let postfix = Postfix::start();
    for (security, port, letters) in [("starttls", postfix.port, 1), ("tls", postfix.tls_port, 2)] {
        let smtp = format!(
            "[smtp]\nhost = \"localhost\"\nport = {port}\nsecurity = \"{security}\"\nca_file = \"{}\"\n",
            postfix.folder.path().join("etc/ca.pem").display()
        );
        let campaign = Campaign::new().with(&smtp).write().trusted();
        campaign.run(["send", "--yes"]).code(0).says("3 accepted");
        for name in ["anna", "boris", "vera"] {
            until(name, || files_in(&postfix.mailbox(name)).len() == letters);
        }
        let log = fs::read_to_string(postfix.folder.path().join("log")).unwrap();
        assert!(!log.contains("improper command pipelining"), "{log}");
    }
}

#[test]
#[ignore = "needs Postfix and Dovecot"]
fn postfix_lets_in_whom_dovecot_knows_by_plain_and_by_login() {
    for mechanisms in ["plain login", "login"] {
        let postfix = Postfix::with(
            "smtpd_sasl_auth_enable = yes\nsmtpd_sasl_type = dovecot\nsmtpd_sasl_path = private/auth\n\
             smtpd_sasl_security_options = noanonymous\n\
             smtpd_recipient_restrictions = permit_sasl_authenticated, reject\n",
        );
        let _dovecot = Dovecot::asked_by(&postfix, mechanisms);
        let smtp = |password: &str| {
            let smtp = format!(
                "[smtp]\nhost = \"localhost\"\nport = {}\nsecurity = \"starttls\"\nca_file = \"{}\"\nusername = \"anna\"\npassword = {{ file = \"secret\" }}\n",
                postfix.port,
                postfix.folder.path().join("etc/ca.pem").display()
            );
            let campaign = Campaign::new().with(&smtp).write().trusted();
            private(&campaign.path().join("secret"), password);
            campaign
        };
        let refused =
            smtp("falsch").run(["send", "--yes"]).code(4).says("535 5.7.8").says("3 waiting");
        assert!(!refused.err.contains("falsch"));
        smtp(PASSWORD).run(["send", "--yes"]).code(0).says("3 accepted");
        for name in ["anna", "boris", "vera"] {
            until(name, || files_in(&postfix.mailbox(name)).len() == 1);
        }
    }
}

#[test]
#[ignore = "needs Postfix"]
fn a_letter_that_postfix_holds_too_large_is_refused_alone() {
    let postfix = Postfix::with("message_size_limit = 4000\nvirtual_mailbox_limit = 4000\n");
    let smtp =
        format!("[smtp]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\n", postfix.port);
    let long = "Очень длинное письмо. ".repeat(200);
    let letter = format!(
        "{{{{ salutation }}}}!\n\n{{% if row[\"Район\"] == \"Южный\" %}}{long}{{% endif %}}\n"
    );
    let campaign = Campaign::new().letter(&letter).with(&smtp).write();
    campaign
        .run(["send", "--yes"])
        .code(1)
        .says("2 accepted, 1 refused")
        .says("boris@two.test: refused")
        .says("(552 5.3.4");
    for name in ["anna", "vera"] {
        until(name, || files_in(&postfix.mailbox(name)).len() == 1);
    }
    assert!(files_in(&postfix.mailbox("boris")).is_empty());
}

#[test]
#[ignore = "needs Exim"]
fn exim_takes_each_letter_once_and_its_refusals_are_told_apart() {
    let exim = Exim::start();
    let smtp = format!(
        "[smtp]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\n[retry]\nattempts = 2\nfirst_delay = \"10ms\"\n",
        exim.port
    );
    let more = ["gone@one.test", "grey@two.test"]
        .map(|address| format!("{address};Ильина;Анна;;Ильиной А.;Начальнику;Уважаемая Анна;Х\n"));
    let campaign =
        Campaign::new().contacts(&format!("{THREE}{}", more.concat())).with(&smtp).write();
    campaign
        .run(["send", "--yes"])
        .code(1)
        .says("3 accepted, 2 refused, 0 waiting, 0 unknown")
        .says("gone@one.test: refused")
        .says("(550 no such user here)")
        .says("(451 greylisted)");
    assert_eq!(exim.recipients(), ["anna@one.test", "boris@two.test", "vera@three.test"]);
    campaign.run(["send", "--yes"]).code(1).says("nothing left to send");
    assert_eq!(exim.recipients().len(), 3);
}
