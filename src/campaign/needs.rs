//! For what a campaign's folder needs a person's leave: see `trust`.

use std::collections::HashSet;
use std::path::Path;

use super::follow::LONGEST_CHAIN;
use crate::compose;
use crate::config::{self, Config, InboxTable, SmtpTable};
use crate::folder::Boundary;
use crate::trust::{Login, Need, Trust};

/// Everything that the campaign runs, takes, reads or writes beyond its folder. Contact lists,
/// reviewed forms, suppression lists and campaigns that are followed may lie anywhere.
///
/// What a template outside includes is not known before that may be read: more comes to light with
/// leave for it.
pub(crate) fn of(config: &Config, trust: Trust) -> Vec<Need> {
    let mut needs = reads(config, trust);
    let boundary = Boundary::around(&config.folder);
    needs.extend(config.archive.iter().filter_map(|archive| {
        let path = boundary.led_out_by(&archive.path)?;
        Some(Need::Write { key: "archive".into(), path })
    }));
    if config.relay_file.is_none() {
        needs.extend(config.smtp.as_ref().and_then(|smtp| secret(&config.folder, smtp)));
    }
    needs.extend(config.inbox.as_ref().and_then(|inbox| secret_of_inbox(config, inbox)));
    needs.extend(of_ledgers(config));
    needs
}

/// The file of `--relay`, and what it takes. Leave for that is the file's own, whichever campaign it is used
/// with.
pub(crate) fn of_relay_file(config: &Config) -> Option<(&Path, Vec<Need>)> {
    let file = config.relay_file.as_deref()?;
    let folder = file.parent().unwrap_or(Path::new(""));
    Some((file, config.smtp.iter().filter_map(|smtp| secret(folder, smtp)).collect()))
}

/// The connection strings of all ledgers on servers that the campaign looks into: its own, and those
/// of the campaigns that it follows, whoever wrote their settings.
pub(crate) fn of_ledgers(config: &Config) -> Vec<Need> {
    let mut needs: Vec<Need> = ledger(config).into_iter().collect();
    let mut next = config.follows.clone();
    for _ in 0..LONGEST_CHAIN {
        let Some(follows) = next.take() else { break };
        let Ok((file, text)) = config::find(Some(&follows.campaign)) else { break };
        let Ok(followed) = config::read(&file, &text) else { break };
        needs.extend(ledger(&followed));
        next = followed.follows;
    }
    needs
}

/// Whether what is to be read outside may be read.
pub(super) fn may_be_read(needs: &[Need], config: &Config, trust: Trust) -> bool {
    !needs.iter().any(Need::is_to_read) || trust.allows(&config.folder, needs)
}

/// The relay's password, if it is not typed. Where server and password are both in the person's own
/// files of defaults, the folder asks for nothing.
fn secret(folder: &Path, smtp: &SmtpTable) -> Option<Need> {
    if smtp.is_own {
        return None;
    }
    let account = smtp.username.clone()?;
    let server = format!("{}:{}", smtp.relay.host, smtp.relay.port);
    smtp.password.as_ref()?.need(Login { server, account }, folder)
}

/// The mailbox's password, if it is not typed.
fn secret_of_inbox(config: &Config, inbox: &InboxTable) -> Option<Need> {
    if inbox.is_own {
        return None;
    }
    let server = format!("{}:{}", inbox.server.host, inbox.server.port);
    let login = Login { server, account: inbox.username.clone() };
    inbox.password.as_ref()?.need(login, &config.folder)
}

/// The connection string of the ledger's server.
fn ledger(config: &Config) -> Option<Need> {
    config.ledger_table.as_ref()?.source.need(Login::of_ledger(), &config.folder)
}

/// The files outside that `campaign.toml` names, or a template that may be read.
fn reads(config: &Config, trust: Trust) -> Vec<Need> {
    let letter = &config.letter;
    let mut boundary = Boundary::around(&config.folder);
    let mut needs = Vec::new();
    let mut need = |key: &str, path| needs.push(Need::Read { key: key.to_owned(), path });
    for (folder, _) in &letter.attachments_from {
        if let Some(path) = boundary.led_out_by(folder) {
            need("attachments_from", path.clone());
            boundary.open(path);
        }
    }
    let letters = std::iter::once(letter).chain(letter.translations.iter().map(|(_, it)| it));
    let templates =
        letters.flat_map(|it| [("body", &it.body), ("html", &it.html), ("text", &it.text)]);
    let pdf = config.pdf.as_ref();
    let smtp = config.smtp.as_ref().filter(|smtp| !smtp.is_own && config.relay_file.is_none());
    let inbox = config.inbox.as_ref().filter(|inbox| !inbox.is_own);
    let placed = [
        ("letterhead", pdf.and_then(|pdf| pdf.assets.letterhead.as_ref())),
        ("signature", pdf.and_then(|pdf| pdf.assets.signature.as_ref())),
        ("fonts", pdf.and_then(|pdf| pdf.fonts.as_ref())),
        ("logo", letter.logo.as_ref()),
        ("dkim.key", config.dkim.as_ref().map(|dkim| &dkim.key)),
        ("ca_file", smtp.and_then(|smtp| smtp.ca_file.as_ref())),
        ("inbox.ca_file", inbox.and_then(|inbox| inbox.ca_file.as_ref())),
        ("ledger.ca_file", config.ledger_table.as_ref().and_then(|ledger| ledger.ca_file.as_ref())),
    ];
    let placed = placed.into_iter().filter_map(|(key, name)| Some((key, name?.0.as_str())));
    let mut ahead: Vec<(&str, String)> =
        templates.filter_map(|(key, name)| Some((key, name.clone()?))).collect();
    for (key, name) in placed {
        if let Some(path) = boundary.led_out_by(name) {
            need(key, path);
        }
    }
    let mut seen = HashSet::new();
    while let Some((key, name)) = ahead.pop() {
        // Further ones are an error, and never read.
        if seen.len() > super::load::MOST_PARTIALS || !seen.insert(name.clone()) {
            continue;
        }
        let mut allowed = None;
        if let Some(path) = boundary.led_out_by(&name) {
            need(key, path.clone());
            if !trust.lets_read(&config.folder, &path) {
                continue;
            }
            allowed = Some(path);
        }
        let text = super::load::template_text(&config.folder, &name, allowed).unwrap_or_default();
        ahead.extend(compose::partials_of(&text).into_iter().map(|name| ("include", name)));
    }
    needs
}
