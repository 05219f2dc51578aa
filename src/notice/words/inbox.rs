//! What is told about mails that came back.

use super::delivery::{self, tls_flaw};
use super::{Said, foreign, pick, say};
use crate::answer::{Answer, Bounce};
use crate::delivery::{MailboxTrouble, Trouble};
use crate::escaping::one_line;
use crate::notice::format::{cut, day, en_count, moment, ru_count};
use crate::notice::{Followed, Held, InboxNotice, Language, ReviewMail};

pub(super) fn inbox(notice: &InboxNotice, language: Language) -> String {
    match notice {
        InboxNotice::Reading => pick(language, "reading mails", "чтение почты").to_owned(),
        InboxNotice::ReadingFolder { folder } => say!(language;
            en "reading {folder}";
            ru "чтение папки {folder}"),
        InboxNotice::Read { read, ours, already } => {
            let before = match already {
                0 => String::new(),
                n => say!(language;
                    en ", {n} of them read before";
                    ru ", из них прочитано раньше: {n}"),
            };
            say!(language;
                en ("{} read; {ours} about this campaign{before}", en_count(*read, "mail", "mails"));
                ru ("Прочитано: {}; об этой рассылке: {ours}{before}",
                    ru_count(*read, "письмо", "письма", "писем")))
        }
        InboxNotice::Answers { counts } => {
            let line = |(it, letters)| format!("  {letters:>5}  {}", answer(it, language));
            let there_are = counts.by_weight().filter(|(_, letters)| *letters > 0);
            there_are.map(line).collect::<Vec<_>>().join("\n")
        }
        InboxNotice::Unreadable { source } => say!(language;
            en "{source}: not a mail, or damaged; look at it yourself";
            ru "{source}: это не письмо или оно повреждено; посмотрите сами"),
        InboxNotice::FolderRefused { folder, text } => say!(language;
            en ("folder {folder}: cannot be read: {}; check `folders` in [inbox]", cut(text));
            ru ("папка {folder}: не читается: {}; проверьте `folders` в [inbox]", cut(text))),
        InboxNotice::Unsure { source, from, subject } => say!(language;
            en ("{source}: not clear what it is: from {from}: {}", cut(subject));
            ru ("{source}: непонятно, что это: от {from}: {}", cut(subject))),
        InboxNotice::ByAnother { address, from, name } => {
            let who = match name {
                Some(name) => format!("{name} <{from}>"),
                None => from.clone(),
            };
            say!(language;
                en "{address}: answered by another person: {who}";
                ru "{address}: ответил другой человек: {who}")
        }
        InboxNotice::Proved { letters } => say!(language;
            en ("{} unknown before: the mails prove that the relay accepted them",
                en_count(*letters, "letter was", "letters were"));
            ru ("Было неизвестно, теперь принято: {}; это видно из пришедшей почты",
                ru_count(*letters, "письмо", "письма", "писем"))),
        InboxNotice::Suppressed { address, answer } => match answer {
            Answer::Complained => say!(language;
                en "{address}: complained about spam and is suppressed; to undo: gonets suppress --remove {address}";
                ru "{address}: пожаловались на спам, больше туда не пишем; отменить: gonets suppress --remove {address}"),
            Answer::Bounced => say!(language;
                en "{address}: not delivered, and is suppressed; to undo: gonets suppress --remove {address}";
                ru "{address}: не доставлено, больше туда не пишем; отменить: gonets suppress --remove {address}"),
            Answer::Silent
            | Answer::Delayed
            | Answer::AutoReplied
            | Answer::Away
            | Answer::Unsure
            | Answer::Replied
            | Answer::Unsubscribed => say!(language;
                en "{address}: unsubscribed and is suppressed; to undo: gonets suppress --remove {address}";
                ru "{address}: отписались, больше туда не пишем; отменить: gonets suppress --remove {address}"),
        },
        InboxNotice::Answered(it) => {
            let mut words = answer(it.answer, language).to_owned();
            if let Some(it) = it.bounce {
                words = format!("{words}: {}", bounce(it, language));
            }
            if let Some(until) = it.until {
                words = format!("{words} → {}", day(until, language));
            }
            let from = match &it.name {
                Some(name) => format!("{name} <{}>", it.from),
                None => it.from.clone(),
            };
            let text = cut(it.diagnostic.as_ref().unwrap_or(&it.excerpt));
            let at = moment(it.at, language);
            format!("    {words}, {at}, {from}: {text}")
        }
        InboxNotice::DryRun => say!(language;
            en "a dry run: nothing was kept";
            ru "Это проба: ничего не записано"),
        InboxNotice::Review(mail) => review(mail, language),
        InboxNotice::AskWhat => say!(language;
            en "r a person's reply, a an automatic reply, b not delivered, u wants no letters,\n\
                n not about this campaign, s later, q stop: ";
            ru "о — ответил человек, а — автоответ, н — не доставлено, п — просит не писать,\n\
                ч — не об этой рассылке, с — позже, к — конец: "),
        InboxNotice::AskSuppress { address } => say!(language;
            en "never write to {address} again? y yes, n no, s later, q stop: ";
            ru "Больше не писать на {address}? д — да, н — нет, с — позже, к — конец: "),
        InboxNotice::Following(followed) => following(followed, language),
        InboxNotice::KeptByWord { letters } => say!(language;
            en ("{} kept", en_count(*letters, "answer", "answers"));
            ru ("Записано: {}", ru_count(*letters, "ответ", "ответа", "ответов"))),
        InboxNotice::NothingToReview => say!(language;
            en "nothing waits for a decision";
            ru "Решать нечего"),
        InboxNotice::Reviewed { decided, left } => say!(language;
            en "{decided} decided, {left} left";
            ru "Решено: {decided}, осталось: {left}"),
    }
}

/// Who gets a letter now, and who does not, with those named about whom a person has to decide.
fn following(followed: &Followed, language: Language) -> String {
    let Followed { folder, wanted, others, later, first_day, held, by_hand } = followed;
    let folder = folder.display();
    let mut lines = vec![say!(language;
        en "follows {folder}: {wanted} get a letter now, {others} need none";
        ru "Продолжение {folder}: сейчас получат письмо {wanted}, не нужно {others}")];
    if let Some(first) = first_day {
        let first = day(*first, language);
        lines.push(say!(language;
            en "  later: {later}, from {first} on";
            ru "  позже: {later}, начиная с {first}"));
    }
    if let Some((path, at)) = by_hand {
        let (path, at) = (one_line(path), moment(*at, language));
        lines.push(say!(language;
            en "  answers: as read by hand at {at} from {path}";
            ru "  ответы: прочитаны вручную {at} из {path}"));
    }
    lines.extend(held.iter().take(20).map(|(address, why)| {
        let why = match why {
            Held::Unknown => pick(
                language,
                "not known whether it has the first letter: gonets resolve",
                "неизвестно, дошло ли первое письмо: gonets resolve",
            ),
            Held::Delayed => {
                pick(language, "the first letter is still on its way", "первое письмо ещё в пути")
            }
            Held::Unsure => pick(
                language,
                "not clear what came back: gonets inbox --review",
                "непонятно, что ответили: gonets inbox --review",
            ),
            Held::Away => pick(
                language,
                "away, and does not say until when",
                "в отъезде и не сообщает, до какого дня",
            ),
        };
        format!("  {}: {why}", one_line(address))
    }));
    if held.len() > 20 {
        let more = held.len() - 20;
        lines.push(say!(language; en "  and {more} more"; ru "  и ещё {more}"));
    }
    lines.join("\n")
}

/// Why a mailbox on a server cannot be read, and what to do.
pub(in crate::notice) fn mailbox_trouble(trouble: &MailboxTrouble, language: Language) -> Said {
    let Said { what, hint } = match trouble {
        MailboxTrouble::Connection(trouble) => connection(trouble, language),
        MailboxTrouble::LoginRefused(text) => say!(language;
            en "the login was refused: {text}",
               "check `username` and the password in [inbox]; most providers want a password made \
                for mail programs, and IMAP switched on in the mailbox's settings";
            ru "вход не принят: {text}",
               "проверьте `username` и пароль в [inbox]; почти всем службам нужен отдельный пароль \
                для почтовых программ и доступ по IMAP, включённый в настройках ящика"),
        MailboxTrouble::Refused { command, text } => say!(language;
            en "the server refused {command}: {text}", "run the same command later";
            ru "сервер отказал в {command}: {text}", "повторите ту же команду позже"),
        MailboxTrouble::Bye(text) => say!(language;
            en "the server ended the session: {text}",
               "what was read is kept; the same command goes on from there";
            ru "сервер завершил сеанс: {text}",
               "прочитанное записано; та же команда продолжит с этого места"),
        MailboxTrouble::NothingFetched { folder, uid } => say!(language;
            en "mail after mail cannot be fetched, the last was {folder}/{uid}",
               "what was read is kept; run the same command later";
            ru "одно письмо за другим не удаётся получить, последнее — {folder}/{uid}",
               "прочитанное записано; повторите ту же команду позже"),
    };
    Said { what: cut(&what), hint }
}

fn connection(trouble: &Trouble, language: Language) -> Said {
    match trouble {
        Trouble::NoConnection(detail) => say!(language;
            en "no connection: {detail}", "check `host` and `port` in [inbox] and the network";
            ru ("нет соединения: {}", foreign::system(detail)),
               "проверьте host и port в [inbox] и сеть"),
        Trouble::ConnectionLost(detail) => say!(language;
            en "the connection was lost: {detail}",
               "what was read is kept; the same command goes on from there";
            ru ("соединение оборвалось: {}", foreign::system(detail)),
               "прочитанное записано; та же команда продолжит с этого места"),
        Trouble::TimedOut => say!(language;
            en "timed out waiting for an answer",
               "what was read is kept; the same command goes on from there";
            ru "нет ответа в отведённое время",
               "прочитанное записано; та же команда продолжит с этого места"),
        Trouble::Tls(flaw) => say!(language;
            en ("could not establish a secure connection: {}", tls_flaw(flaw, language)),
               "check `security` and `host` in [inbox]: the certificate must be valid for that name";
            ru ("защищённое соединение не удалось: {}", tls_flaw(flaw, language)),
               "проверьте `security` и `host` в [inbox]: сертификат должен быть выдан на это имя"),
        Trouble::TlsNotOffered => say!(language;
            en "the server does not offer STARTTLS",
               "check `security` and `port` in [inbox]; nothing is sent unencrypted";
            ru "сервер не предлагает STARTTLS",
               "проверьте `security` и `port` в [inbox]; без шифрования ничего не отправляется"),
        Trouble::LoginNotOffered => say!(language;
            en "the server does not offer this kind of login",
               "check `auth` and `security` in [inbox]";
            ru "сервер не предлагает такого входа",
               "проверьте `auth` и `security` в [inbox]"),
        Trouble::Garbled(detail) => say!(language;
            en "unintelligible answer: {detail}", "run the same command later";
            ru "бессмысленный ответ сервера: {detail}", "повторите ту же команду позже"),
        // These belong to letters.
        Trouble::Turned(_) | Trouble::Copy { .. } | Trouble::File(_) | Trouble::Stopped => {
            delivery::trouble(trouble, language)
        }
    }
}

/// An answer as it stands in a table.
pub fn answer(answer: Answer, language: Language) -> &'static str {
    match answer {
        Answer::Silent => pick(language, "silent", "нет ответа"),
        Answer::Delayed => pick(language, "delayed", "доставка задерживается"),
        Answer::AutoReplied => pick(language, "automatic reply", "автоответ"),
        Answer::Away => pick(language, "away", "в отъезде"),
        Answer::Unsure => pick(language, "unclear", "неясно"),
        Answer::Bounced => pick(language, "not delivered", "не доставлено"),
        Answer::Replied => pick(language, "replied", "ответили"),
        Answer::Unsubscribed => pick(language, "unsubscribed", "просят не писать"),
        Answer::Complained => pick(language, "complained", "пожаловались"),
    }
}

/// Whether an address that bounced can be written to again.
pub fn bounce(bounce: Bounce, language: Language) -> &'static str {
    match bounce {
        Bounce::Hard => pick(language, "the address is dead", "адрес не действует"),
        Bounce::Soft => pick(language, "the address may be right", "адрес может быть верным"),
    }
}

fn review(mail: &ReviewMail, language: Language) -> String {
    let from = match &mail.name {
        Some(name) => format!("{name} <{}>", mail.from),
        None => mail.from.clone(),
    };
    let mut kind = answer(mail.answer, language).to_owned();
    if let Some(it) = mail.bounce {
        kind.push_str(", ");
        kind.push_str(bounce(it, language));
    }
    let at = moment(mail.at, language);
    let ReviewMail { subject, address, source, .. } = mail;
    let [from, subject, address, source] =
        [&from, subject, address, source].map(|text| one_line(text));
    // What the mail says is never a line of ours.
    let excerpt: Vec<String> =
        mail.excerpt.lines().map(|line| format!("  > {}", one_line(line))).collect();
    let excerpt = excerpt.join("\n");
    say!(language;
        en "\n{source}, {at}\nFrom: {from}\nSubject: {subject}\nLetter to: {address}\nSeems to be: {kind}\n\n{excerpt}\n";
        ru "\n{source}, {at}\nОт кого: {from}\nТема: {subject}\nНаше письмо: {address}\nПохоже на: {kind}\n\n{excerpt}\n")
}
