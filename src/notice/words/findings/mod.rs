//! What `doctor` found: the fact, and what to publish or write.

mod campaign;
mod domain;
mod mailbox;
mod relay;

use super::{Said, pick, say};
use crate::escaping::one_line;
use crate::finding::{Finding, Gravity, Provider, Subject};
use crate::notice::Language;
use crate::notice::format::size;

/// The mark, the fact and, on a line of its own, what to do.
pub(super) fn line(found: &Finding, language: Language) -> String {
    let mark = match found.gravity() {
        Gravity::Ok => pick(language, "ok", "хорошо"),
        Gravity::Info => pick(language, "note", "заметка"),
        Gravity::Warning => pick(language, "warning", "внимание"),
        Gravity::Error => pick(language, "error", "ошибка"),
    };
    let Said { what, hint } = finding(found, language);
    let (what, hint) = (one_line(&what), one_line(&hint));
    if hint.is_empty() {
        format!("  {mark}: {what}")
    } else {
        format!("  {mark}: {what}\n    → {hint}")
    }
}

/// The heading above the findings about one thing.
pub(super) fn heading(subject: Subject, language: Language) -> &'static str {
    match subject {
        Subject::Relay => pick(language, "Relay", "Сервер"),
        Subject::Domain => pick(language, "Sender's domain", "Домен отправителя"),
        Subject::Mailbox => pick(language, "Answers", "Ответы"),
        Subject::Campaign => pick(language, "Campaign and computer", "Рассылка и компьютер"),
    }
}

pub(in crate::notice) fn finding(found: &Finding, language: Language) -> Said {
    match found {
        Finding::Relay(it) => relay::finding(it, language),
        Finding::Domain(it) => domain::finding(it, language),
        Finding::Mailbox(it) => mailbox::finding(it, language),
        Finding::Campaign(it) => campaign::finding(it, language),
    }
}

/// A fact that needs no remedy.
fn fact(what: String) -> Said {
    Said { what, hint: String::new() }
}

fn size_of(octets: u64, language: Language) -> String {
    size(usize::try_from(octets).unwrap_or(usize::MAX), language)
}

/// What a provider asks for instead of the password of its website.
fn advice(provider: Option<Provider>, host: &str, table: &str, language: Language) -> String {
    match provider {
        None => say!(language;
            en "check `username` and `password` in {table} (many servers want the whole address as \
                the name), or ask the operator of {host} whether this mailbox may send by program";
            ru "проверьте username и password в разделе {table} (часто имя — это весь адрес) или \
                спросите владельца {host}, можно ли отправлять из этого ящика программой"),
        Some(Provider::Yandex) => say!(language;
            en "Yandex wants an app password: make one of the kind \"Mail\" at \
                https://id.yandex.ru/security/app-passwords, allow mail programs at \
                https://mail.yandex.ru/#setup/client, and put it where `password` of {table} takes it";
            ru "Яндексу нужен пароль приложения: создайте пароль типа «Почта» на \
                https://id.yandex.ru/security/app-passwords, разрешите почтовые программы на \
                https://mail.yandex.ru/#setup/client и положите его туда, откуда его берёт password \
                в {table}"),
        Some(Provider::MailRu) => say!(language;
            en "Mail.ru wants a password for external applications with the right to send: make one at \
                https://account.mail.ru/user/2-step-auth/passwords and put it where `password` of \
                {table} takes it";
            ru "Почте Mail нужен пароль для внешнего приложения с правом отправки: создайте его на \
                https://account.mail.ru/user/2-step-auth/passwords и положите туда, откуда его \
                берёт password в {table}"),
        Some(Provider::Gmail) => say!(language;
            en "Google wants an app password: turn on 2-step verification, make one at \
                https://myaccount.google.com/apppasswords and put it where `password` of {table} \
                takes it; or write auth = \"xoauth2\" and give an access token";
            ru "Google нужен пароль приложения: включите двухэтапную аутентификацию, создайте его на \
                https://myaccount.google.com/apppasswords и положите туда, откуда его берёт password \
                в {table}; или напишите auth = \"xoauth2\" и дайте маркер доступа"),
        Some(Provider::Microsoft) if table == "[inbox]" => say!(language;
            en "Microsoft takes access tokens: write auth = \"xoauth2\" into {table}; the \
                administrator must allow IMAP for the mailbox (Set-CASMailbox -Identity ADDRESS \
                -ImapEnabled $true)";
            ru "Microsoft принимает маркеры доступа: напишите auth = \"xoauth2\" в {table}; \
                администратор должен разрешить ящику IMAP (Set-CASMailbox -Identity АДРЕС \
                -ImapEnabled $true)"),
        Some(Provider::Microsoft) => say!(language;
            en "Microsoft takes access tokens: write auth = \"xoauth2\" into {table}; the \
                administrator must allow SMTP for the mailbox (Set-CASMailbox -Identity ADDRESS \
                -SmtpClientAuthenticationDisabled $false)";
            ru "Microsoft принимает маркеры доступа: напишите auth = \"xoauth2\" в {table}; \
                администратор должен разрешить ящику SMTP (Set-CASMailbox -Identity АДРЕС \
                -SmtpClientAuthenticationDisabled $false)"),
        Some(Provider::Rambler) => say!(language;
            en "allow mail programs in the settings of the mailbox at https://mail.rambler.ru (\
                Settings, Programs), and write the whole address into `username` of {table}";
            ru "разрешите почтовые программы в настройках ящика на https://mail.rambler.ru \
                («Настройки», «Программы») и впишите весь адрес в username раздела {table}"),
        Some(Provider::ICloud) => say!(language;
            en "Apple wants an app-specific password: make one at https://account.apple.com and put \
                it where `password` of {table} takes it";
            ru "Apple нужен пароль приложения: создайте его на https://account.apple.com и положите \
                туда, откуда его берёт password в {table}"),
        Some(Provider::Yahoo) => say!(language;
            en "Yahoo wants an app password: make one at \
                https://login.yahoo.com/account/security and put it where `password` of {table} takes \
                it";
            ru "Yahoo нужен пароль приложения: создайте его на \
                https://login.yahoo.com/account/security и положите туда, откуда его берёт password \
                в {table}"),
    }
}
