//! What is about to happen: the plan of a run, its pace, and the seal with all that is known of it.

use super::{pick, say};
use crate::notice::format::{by_language, moment};
use crate::notice::{Language, Outlook, Plan, SealStatus, Seen};
use crate::seal::{self, Change, How};

pub(super) fn outlook(outlook: &Outlook, language: Language) -> String {
    let ends = by_language(&outlook.ends, language);
    match outlook.begins.as_ref().map(|begins| by_language(begins, language)) {
        Some(begins) => say!(language;
            en "the first letter at {begins}, the last no earlier than {ends}";
            ru "первое письмо уйдёт {begins}, последнее — не раньше {ends}"),
        None => say!(language;
            en "the last letter no earlier than {ends}";
            ru "последнее письмо уйдёт не раньше {ends}"),
    }
}

pub(super) fn plan(plan: &Plan, language: Language) -> String {
    let Plan { from, letters, first, last, .. } = plan;
    let domains = plan.domains.iter().map(|(domain, n)| format!("{domain} {n}"));
    let domains = domains.collect::<Vec<_>>().join(", ");
    let more = match plan.more_domains {
        0 => String::new(),
        n => say!(language; en " and {n} more"; ru " и ещё {n}"),
    };
    let to = match &plan.relay {
        Some(relay) => say!(language; en "the relay {relay}"; ru "сервер {relay}"),
        None => say!(language; en "the outbox folder"; ru "папка исходящих"),
    };
    let already = match plan.already {
        0 => String::new(),
        n => say!(language; en " ({n} already settled)"; ru " (ещё {n} решены раньше)"),
    };
    let pace = plan.outlook.as_ref().map(|it| outlook(it, language));
    let pace = pace.map(|pace| {
        say!(language;
        en "\nPace:     {pace}";
        ru "\nТемп:      {pace}")
    });
    let pace = pace.unwrap_or_default();
    let seal = seal_status(&plan.seal_status, language);
    say!(language;
        en "From:     {from}\n\
            Letters:  {letters}{already}\n\
            First:    {first}\n\
            Last:     {last}\n\
            Domains:  {domains}{more}\n\
            Through:  {to}{pace}\n\
            Seal:     {seal}";
        ru "От кого:   {from}\n\
            Писем:     {letters}{already}\n\
            Первое:    {first}\n\
            Последнее: {last}\n\
            Домены:    {domains}{more}\n\
            Через:     {to}{pace}\n\
            Печать:    {seal}")
}

/// The seal and all that is known of it, without the label before it.
pub(super) fn seal_status(status: &SealStatus, language: Language) -> String {
    let mut lines = vec![status.seal.clone()];
    lines.extend(previewed(&status.previewed, language));
    lines.extend(sent(&status.sent, language));
    let people = status.people;
    if people > 0 || !status.approved.is_empty() {
        let names = status.approved.iter().map(|it| {
            let at = moment(it.at, language);
            match it.user.as_str() {
                "?" => format!("{} ({at})", it.name),
                user => format!("{} ({user}, {at})", it.name),
            }
        });
        let names = match names.collect::<Vec<_>>().join(", ").as_str() {
            "" => pick(language, "nobody yet", "пока никто").to_owned(),
            names => names.to_owned(),
        };
        let given = status.approved.len();
        let of = match people {
            0 => String::new(),
            people => say!(language; en "; {given} of {people}"; ru "; {given} из {people}"),
        };
        lines.push(say!(language; en "approved by {names}{of}"; ru "одобрили: {names}{of}"));
    }
    lines.join(pick(language, "\n          ", "\n           "))
}

fn previewed(seen: &Seen, language: Language) -> Vec<String> {
    match seen {
        Seen::Never => vec![say!(language;
            en "not previewed yet: gonets preview shows every letter";
            ru "не просматривалась: gonets preview покажет все письма")],
        Seen::This { at } => {
            let at = moment(*at, language);
            vec![say!(language;
                en "previewed {at}: the same letters";
                ru "просмотр {at} — те же письма")]
        }
        Seen::Other { at, changes } => {
            let at = moment(*at, language);
            let mut lines = vec![say!(language;
                en "last previewed {at}: the letters were different";
                ru "последний просмотр {at} — письма были другие:")];
            lines.extend(changes.iter().map(|change| {
                let changed = changed(change, language);
                say!(language;
                    en "  {changed} since the preview";
                    ru "  {changed} после предпросмотра")
            }));
            lines
        }
    }
}

fn sent(seen: &Seen, language: Language) -> Vec<String> {
    match seen {
        Seen::Never => Vec::new(),
        Seen::This { at } => {
            let at = moment(*at, language);
            vec![say!(language;
                en "letters were sent under this seal {at}";
                ru "под этой же печатью письма отправляли {at}")]
        }
        Seen::Other { at, changes } => {
            let at = moment(*at, language);
            let mut lines = vec![say!(language;
                en "letters were last sent {at} under another seal";
                ru "последняя отправка {at} была под другой печатью:")];
            lines.extend(changes.iter().map(|change| {
                let changed = changed(change, language);
                say!(language; en "  {changed} since then"; ru "  {changed} после отправки")
            }));
            lines
        }
    }
}

/// What became of a part of the seal: `letter.md was changed`.
fn changed(change: &Change, language: Language) -> String {
    let part = match change.part.as_str() {
        seal::PROGRAM => {
            return say!(language;
            en "the version of gonets changed"; ru "версия программы gonets сменилась");
        }
        seal::SELECTION => {
            return say!(language;
            en "other rows are selected (--where, --rows)";
            ru "строки выбраны иначе (--where, --rows)");
        }
        seal::LETTERS => {
            return say!(language;
            en "the outgoing numbers in the ledger changed";
            ru "исходящие номера в журнале изменились");
        }
        seal::SUPPRESSED => say!(language;
            en "the suppression list"; ru "список тех, кому писать нельзя,"),
        part if part.starts_with('[') => {
            say!(language; en "{part} in campaign.toml"; ru "раздел {part} в campaign.toml")
        }
        part => part.to_owned(),
    };
    let how = match change.how {
        How::Changed => pick(language, "was changed", "изменён"),
        How::Added => pick(language, "was added", "добавлен"),
        How::Removed => pick(language, "was removed", "убран"),
    };
    format!("{part} {how}")
}

pub(super) fn all_changed(changes: &[Change], language: Language) -> String {
    let line = |change| {
        let changed = changed(change, language);
        say!(language;
            en "\n  {changed} since the preview";
            ru "\n  {changed} после предпросмотра")
    };
    changes.iter().map(line).collect()
}
