//! What is about to happen: the plan of a run, its pace, and the seal with all that is known of it.

use super::{pick, say};
use crate::escaping::one_line;
use crate::notice::format::{
    by_language, en_count, letters, moment, number, quoted, ru_count, size, wrapped,
};
use crate::notice::{Language, Omitted, Outlook, Plan, SealStatus, Seen};
use crate::russian::plural;
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
    let n = number(plan.letters, language);
    let already = match plan.already {
        0 => String::new(),
        n => say!(language; en " ({n} already settled)"; ru " (ещё {n} решены раньше)"),
    };
    let addresses = plan.addresses.filter(|n| *n > plan.letters).map(|n| {
        say!(language;
            en (", {} with copies", en_count(n, "address", "addresses"));
            ru (", с копиями — {}", ru_count(n, "адрес", "адреса", "адресов")))
    });
    let to = match (&plan.relay, &plan.relay_file) {
        (Some(relay), None) => say!(language; en "the relay {relay}"; ru "сервер {relay}"),
        (Some(relay), Some(file)) => {
            let file = quoted(file);
            say!(language; en "the relay {relay}, of {file}"; ru "сервер {relay}, из {file}")
        }
        (None, _) => say!(language; en "the outbox folder"; ru "папка исходящих"),
    };
    let outlook = plan.outlook.as_ref().map(|it| outlook(it, language));
    let lines = [
        (pick(language, "From", "От кого"), vec![plan.from.clone()]),
        (pick(language, "Subject", "Тема"), subject(plan, language)),
        (
            pick(language, "Letters", "Писем"),
            vec![format!("{n}{}{already}", addresses.unwrap_or_default())],
        ),
        (pick(language, "Again", "Повторно"), second_letters(plan.second_letters, language)),
        (pick(language, "Files", "Файлы"), files(plan, language)),
        (pick(language, "First", "Первое"), vec![plan.first.clone()]),
        (pick(language, "Last", "Последнее"), vec![plan.last.clone()]),
        (pick(language, "Domains", "Домены"), domains(plan, language)),
        (pick(language, "Note", "Заметьте"), omitted(plan.omitted, language)),
        (pick(language, "Through", "Через"), vec![to]),
        (pick(language, "Pace", "Темп"), outlook.into_iter().collect()),
    ];
    let width = match language {
        Language::English => 10,
        Language::Russian => 11,
    };
    let indent = format!("\n{}", " ".repeat(width));
    let labelled = |label: &str, value: &str| format!("{:<width$}{value}", format!("{label}:"));
    let shown =
        lines.into_iter().filter(|(_, values)| !values.is_empty()).map(|(label, values)| {
            let values = values.iter().flat_map(|value| wrapped(&one_line(value), 80 - width, ""));
            labelled(label, &values.collect::<Vec<_>>().join(&indent))
        });
    // The seal's lines are broken already.
    let seal = seal_status(&plan.seal_status, language);
    let seal = labelled(pick(language, "Seal", "Печать"), &seal);
    shown.chain([seal]).collect::<Vec<_>>().join("\n")
}

fn subject(plan: &Plan, language: Language) -> Vec<String> {
    let differs = if plan.subjects_differ {
        pick(language, " (each letter has its own)", " (у каждого письма своя)")
    } else {
        ""
    };
    let subject = format!("{}{differs}", plan.subject);
    if subject.is_empty() { Vec::new() } else { vec![subject] }
}

/// Those to people who have a letter already.
fn second_letters(n: u64, language: Language) -> Vec<String> {
    let again = say!(language;
        en ("{} will go to people who already have one", letters(n, language));
        ru ("{} — тем, у кого письмо уже есть", letters(n, language)));
    if n == 0 { Vec::new() } else { vec![again] }
}

fn files(plan: &Plan, language: Language) -> Vec<String> {
    let files = plan.files.iter();
    let files = files.map(|(name, bytes)| format!("{name} ({})", size(*bytes, language)));
    let mut files = files.collect::<Vec<_>>().join(", ");
    if plan.files_differ {
        files.push_str(pick(language, "; others in other letters", "; у других писем другие"));
    }
    let files = files.trim_start_matches("; ").to_owned();
    if files.is_empty() { Vec::new() } else { vec![files] }
}

fn domains(plan: &Plan, language: Language) -> Vec<String> {
    let domains = plan.domains.iter().map(|(domain, n)| format!("{domain} {n}"));
    let domains = domains.collect::<Vec<_>>().join(", ");
    let more = match plan.more_domains {
        0 => String::new(),
        n => say!(language; en " and {n} more"; ru " и ещё {n}"),
    };
    vec![format!("{domains}{more}")]
}

/// What does not go, and what nobody may have looked at, a line each.
pub(super) fn omitted(omitted: Omitted, language: Language) -> Vec<String> {
    let Omitted { blocked, suppressed, left_out, warnings, doubts } = omitted;
    let parts = [
        (blocked, say!(language; en "{blocked} with errors"; ru "с ошибками {blocked}")),
        (suppressed, say!(language; en "{suppressed} suppressed"; ru "писать нельзя {suppressed}")),
        (left_out, say!(language; en "{left_out} left out"; ru "не отобрано {left_out}")),
    ];
    let parts = parts.into_iter().filter(|(n, _)| *n > 0).map(|(_, words)| words);
    let parts = parts.collect::<Vec<_>>().join(", ");
    let rows = blocked + suppressed + left_out;
    let not_going = say!(language;
        en ("{} will not go: {parts} (gonets check)", en_count(rows, "row", "rows"));
        ru ("{} не {}: {parts} (gonets check)", ru_count(rows, "строка", "строки", "строк"),
            plural::form(rows, "уйдёт", "уйдут", "уйдут")));
    let places = warnings + doubts;
    let to_look_at = say!(language;
        en ("{} to look at: {}, {} (gonets check)", en_count(places, "place", "places"),
            en_count(warnings, "warning", "warnings"), en_count(doubts, "doubt", "doubts"));
        ru ("Посмотрите {}: замечаний {warnings}, сомнений {doubts} (gonets check)",
            ru_count(places, "место", "места", "мест")));
    let lines = [(rows, not_going), (places, to_look_at)];
    lines.into_iter().filter(|(n, _)| *n > 0).map(|(_, line)| line).collect()
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
            let name = one_line(&it.name);
            match one_line(&it.user).as_ref() {
                "?" => format!("{name} ({at})"),
                user => format!("{name} ({user}, {at})"),
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
        part => one_line(part).into_owned(),
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
