//! What can go wrong with a relay or a file of the outbox, and the states of a letter.

use super::{Said, foreign, pick, say};
use crate::delivery::{Reply, State, TlsFlaw, Trouble};
use crate::notice::format::{cut, moment};
use crate::notice::replies::reply_words;
use crate::notice::{Fate, Language};
use crate::policy::{Breakdown, Ending, LastRun, PutOff, StopCause, is_about_login};
use crate::problem::LeftOut;

pub(in crate::notice) fn trouble(trouble: &Trouble, language: Language) -> Said {
    let Said { what, hint } = whole(trouble, language);
    Said { what: cut(&what), hint }
}

fn whole(trouble: &Trouble, language: Language) -> Said {
    match trouble {
        Trouble::NoConnection(detail) => say!(language;
            en "no connection: {detail}", "check `host` and `port` in [smtp] and the network";
            ru ("нет соединения: {}", foreign::system(detail)),
               "проверьте host и port в [smtp] и сеть"),
        Trouble::ConnectionLost(detail) => say!(language;
            en "the connection was lost: {detail}", "try the same command later";
            ru ("соединение оборвалось: {}", foreign::system(detail)),
               "повторите ту же команду позже"),
        Trouble::TimedOut => say!(language;
            en "timed out waiting for an answer", "try the same command later";
            ru "нет ответа в отведённое время", "повторите ту же команду позже"),
        Trouble::Tls(flaw) => say!(language;
            en ("could not establish a secure connection: {}", tls_flaw(flaw, language)),
               "check `security` and `host` in [smtp]: the certificate must be valid for that name";
            ru ("защищённое соединение не удалось: {}", tls_flaw(flaw, language)),
               "проверьте `security` и `host` в [smtp]: сертификат должен быть выдан на это имя"),
        Trouble::TlsNotOffered => say!(language;
            en "the relay does not offer STARTTLS",
               "check `security` and `port` in [smtp]; nothing is sent unencrypted";
            ru "сервер не предлагает STARTTLS",
               "проверьте `security` и `port` в [smtp]; без шифрования ничего не отправляется"),
        Trouble::LoginNotOffered => say!(language;
            en "the relay does not offer PLAIN or LOGIN authentication",
               "check `username` and `security` in [smtp]";
            ru "сервер не предлагает входа PLAIN или LOGIN",
               "проверьте `username` и `security` в [smtp]"),
        Trouble::Garbled(detail) => say!(language;
            en "unintelligible answer: {detail}", "try the same command later";
            ru "бессмысленный ответ сервера: {detail}", "повторите ту же команду позже"),
        Trouble::Turned(reply) => say!(language;
            en "the relay refused: {reply}",
               "read its answer, check the username and password, ask the relay's operator, and \
                run the same command later";
            ru "сервер отказал: {reply}",
               "прочтите ответ, проверьте имя и пароль, спросите владельца сервера и повторите ту \
                же команду позже"),
        Trouble::Copy { address, reply } => say!(language;
            en ("the copy to {address} was refused: {}", reply_words(&reply.to_string(), language)),
               "correct or remove it in [from], `cc` or `bcc`";
            ru ("копию для {address} сервер не принял: {}", reply_words(&reply.to_string(), language)),
               "исправьте или уберите её в [from], `cc` или `bcc`"),
        Trouble::File(detail) => say!(language;
            en "the file could not be written: {detail}",
               "check the outbox folder and the free disk space, then run the same command again";
            ru ("файл не записан: {}", foreign::system(detail)),
               "проверьте папку исходящих и свободное место и повторите ту же команду"),
        Trouble::Stopped => say!(language;
            en "the run was stopped", "run the same command to continue";
            ru "отправка остановлена", "чтобы продолжить, повторите ту же команду"),
    }
}

/// Why a run ended, and what to do before `gonets send` goes on in that folder.
pub(super) fn stop_cause(cause: &StopCause, folder: &str, language: Language) -> Said {
    let words = |reply: &Reply| reply_words(&reply.to_string(), language);
    match cause {
        StopCause::Trouble(it) => trouble(it, language),
        StopCause::Sender { letters: 0, reply } => say!(language;
            en ("the relay refuses the sender: {}", words(reply)),
               "more letters now would make it worse: check `address` in [from] and `username` \
                 in [smtp], or ask the relay's operator; then gonets send {folder}";
            ru ("сервер не принимает отправителя: {}", words(reply)),
               "новые письма сейчас только повредят: проверьте `address` в [from] и `username` в \
                 [smtp] или спросите владельца сервера, затем gonets send {folder}"),
        StopCause::Sender { letters, reply } => say!(language;
            en ("the relay refused {letters} different letters alike and accepted none between \
                 them, so it seems to mean the sender: {}", words(reply)),
               "more letters now would make it worse: ask the relay's operator; then gonets send \
                 {folder} (it begins with other letters)";
            ru ("сервер одинаково отказал {letters} разным письмам подряд и ни одного между ними \
                 не принял; похоже, дело в отправителе: {}", words(reply)),
               "новые письма сейчас только повредят: спросите владельца сервера, затем gonets \
                 send {folder} (начнёт с других писем)"),
        StopCause::LetterOrSender { reply } => say!(language;
            en ("the relay refuses this letter every time, and no other has passed that would tell \
                 whether it means the letter or the sender: {}", words(reply)),
               "read its answer, ask the relay's operator or change the letter; then gonets send \
                 {folder}";
            ru ("сервер каждый раз отказывает этому письму, а других, по которым было бы видно, \
                 в письме дело или в отправителе, он не принял: {}", words(reply)),
               "прочтите ответ, спросите владельца сервера или измените письмо, затем gonets send \
                 {folder}"),
        StopCause::Refusals { letters, reply } => say!(language;
            en ("{letters} letters in a row were refused for good, the last one with: {}",
                words(reply)),
               "the list or the sender may be wrong: see gonets status {folder}; to go on with \
                 the others: gonets send {folder}";
            ru ("подряд отклонено окончательно: {letters}, последнее — с ответом: {}",
                words(reply)),
               "возможно, неверен список или отправитель: см. gonets status {folder}; чтобы \
                 продолжить с остальными: gonets send {folder}"),
        StopCause::Copy { address, reply } => say!(language;
            en ("the copy to {address} was refused: {}", words(reply)),
               "every letter has this copy, and none goes without it: correct or remove it in \
                 [from], `cc` or `bcc`; then gonets preview {folder}";
            ru ("копию для {address} сервер не принял: {}", words(reply)),
               "эта копия есть у каждого письма, без неё они не уходят: исправьте или уберите её \
                 в [from], `cc` или `bcc`, затем gonets preview {folder}"),
        StopCause::Archive { detail, lacks } => {
            let addresses = lacks.join(", ");
            say!(language;
                en "the archive cannot be written: {detail}",
                   "accepted, but missing in the archive: {addresses}; make room or fix the \
                     permissions of [archive]; then gonets send {folder}";
                ru ("архив не записывается: {}", foreign::system(detail)),
                   "приняты, но в архиве их нет: {addresses}; освободите место или исправьте \
                     права на [archive], затем gonets send {folder}")
        }
    }
}

/// How the last run ended, and what to do before another.
pub(super) fn last_run(run: &LastRun, folder: &str, language: Language) -> Said {
    let Some((at, ending)) = &run.ended else {
        let began = moment(run.began, language);
        return say!(language;
            en "The last run (began {began}) was cut off: the program was killed, the power failed, \
                 or there was no room to record its end",
               "what it recorded is counted here; check the free disk space, then gonets send {folder}";
            ru "Последний запуск (начат {began}) оборвался: программу завершили снаружи, пропало \
                 питание или не хватило места на диске, чтобы записать конец",
               "что он успел записать, учтено; проверьте свободное место, затем gonets send {folder}");
    };
    let at = moment(*at, language);
    match ending {
        Ending::Through => say!(language;
            en "The last run ended {at}, having tried every letter that it was to send", "";
            ru "Последний запуск закончен {at}: все его письма опробованы", ""),
        Ending::Interrupted => say!(language;
            en "The last run was interrupted {at} (Ctrl-C, or the system ended it)",
               "to go on: gonets send {folder}";
            ru "Последний запуск прерван {at} (Ctrl-C или завершение работы системы)",
               "чтобы продолжить: gonets send {folder}"),
        Ending::PutOff(by, until) => {
            let until = moment(*until, language);
            match by {
                PutOff::ByPace => say!(language;
                    en "The last run ended {at}: the pace (limits or window of [pace]) allows no \
                         more before {until}",
                       "after that: gonets send {folder}";
                    ru "Последний запуск закончен {at}: по заданной скорости (пределы или часы в \
                         [pace]) больше нельзя до {until}",
                       "после этого: gonets send {folder}"),
                PutOff::ByRelay => say!(language;
                    en "The last run ended {at}: the relay put the others off until {until}",
                       "after that: gonets send {folder}";
                    ru "Последний запуск закончен {at}: остальные сервер просит прислать позже, после {until}",
                       "после этого: gonets send {folder}"),
            }
        }
        Ending::Failed(Breakdown::DiskFull, _) => say!(language;
            en "The last run ended {at}: the disk was full, and what is not recorded is not sent",
               "free some space, then gonets send {folder}";
            ru "Последний запуск закончен {at}: диск переполнен, а без записи ничего не отправляется",
               "освободите место, затем gonets send {folder}"),
        Ending::Failed(Breakdown::ListChanged, _) => say!(language;
            en "The last run ended {at}: the contact list or a template was changed while it was sent",
               "look at it again: gonets preview {folder}; then gonets send {folder}";
            ru "Последний запуск закончен {at}: список или шаблон изменили во время рассылки",
               "посмотрите письма ещё раз: gonets preview {folder}; затем gonets send {folder}"),
        Ending::Failed(Breakdown::Ledger | Breakdown::Other, detail) => {
            let detail = cut(detail);
            let detail = Some(detail).filter(|it| !it.is_empty()).map(|it| format!(": {it}"));
            let detail = detail.unwrap_or_default();
            say!(language;
                en "The last run ended {at} with an error{detail}",
                   "put that right, then gonets send {folder}";
                ru "Последний запуск закончен {at} с ошибкой{detail}",
                   "устраните её, затем gonets send {folder}")
        }
        Ending::Stopped(cause) => {
            let Said { what, hint } = stop_cause(cause, folder, language);
            let hint = match cause {
                // Their own hints speak of the command that was given.
                StopCause::Trouble(trouble) => {
                    mend(trouble, folder, language).unwrap_or_else(|| {
                        say!(language;
                        en "{hint}; then gonets send {folder}";
                        ru "{hint}; затем gonets send {folder}")
                    })
                }
                _ => hint,
            };
            let what = say!(language;
                en "The last run was stopped {at}: {what}";
                ru "Последний запуск остановлен {at}: {what}");
            Said { what, hint }
        }
    }
}

/// What to do about a trouble before letters go again, where its own hint does not say.
fn mend(trouble: &Trouble, folder: &str, language: Language) -> Option<String> {
    Some(match trouble {
        Trouble::Turned(reply) if is_about_login(reply) => say!(language;
            en "check `username` and the password of [smtp] (gonets doctor {folder} tries them), \
                 then gonets send {folder}";
            ru "проверьте `username` и пароль в [smtp] (gonets doctor {folder} их опробует), затем \
                 gonets send {folder}"),
        Trouble::Turned(_) => say!(language;
            en "read its answer, ask the relay's operator, then gonets send {folder}";
            ru "прочтите ответ, спросите владельца сервера, затем gonets send {folder}"),
        Trouble::ConnectionLost(_) | Trouble::TimedOut | Trouble::Garbled(_) => say!(language;
            en "later: gonets send {folder}; if it happens again: gonets doctor {folder}";
            ru "позже: gonets send {folder}; если повторится: gonets doctor {folder}"),
        Trouble::File(_) => say!(language;
            en "check the outbox folder and the free disk space, then gonets send {folder}";
            ru "проверьте папку исходящих и свободное место, затем gonets send {folder}"),
        Trouble::Stopped => say!(language;
            en "to go on: gonets send {folder}"; ru "чтобы продолжить: gonets send {folder}"),
        Trouble::NoConnection(_)
        | Trouble::Tls(_)
        | Trouble::TlsNotOffered
        | Trouble::LoginNotOffered
        | Trouble::Copy { .. } => return None,
    })
}

pub(super) fn tls_flaw(flaw: &TlsFlaw, language: Language) -> String {
    match flaw {
        TlsFlaw::UnknownIssuer => say!(language;
            en "the server's certificate is not signed by an authority that this computer trusts";
            ru "сертификат сервера выдан тем, кому этот компьютер не доверяет"),
        TlsFlaw::OtherName => say!(language;
            en "the server's certificate was issued for another name";
            ru "сертификат сервера выдан на другое имя"),
        TlsFlaw::Expired => say!(language;
            en "the server's certificate has expired";
            ru "срок сертификата сервера истёк"),
        TlsFlaw::BadCertificate => say!(language;
            en "the server's certificate is invalid, revoked or not meant for servers";
            ru "сертификат сервера испорчен, отозван или выдан не для этого"),
        TlsFlaw::NotTls => say!(language;
            en "the server does not start with TLS on this port; use security = \"starttls\" with \
                port 587 and \"tls\" with port 465";
            ru "на этом порту сервер не начинает с TLS; для порта 587 нужно security = \
                \"starttls\", для 465 — \"tls\""),
        TlsFlaw::NothingCommon => say!(language;
            en "the server supports only outdated encryption";
            ru "сервер знает только устаревшие, ненадёжные способы шифрования"),
        TlsFlaw::Other(detail) => {
            say!(language; en "\"{detail}\""; ru "система сообщает: «{detail}»")
        }
    }
}

pub(super) fn state(state: State, language: Language) -> &'static str {
    match state {
        State::Waiting => pick(language, "waiting", "ждёт"),
        State::Sending => pick(language, "sending", "отправляется"),
        State::Accepted => pick(language, "accepted", "принято"),
        State::Filed => pick(language, "filed", "в папке исходящих"),
        State::Refused => pick(language, "refused", "отклонено"),
        State::Unknown => pick(language, "unknown", "неизвестно"),
    }
}

/// Why a letter that waits does not go.
pub fn not_on_list(language: Language) -> &'static str {
    pick(language, "the address is no longer on the list", "адреса больше нет в списке")
}

/// What became of a letter, and the address to which it went instead.
pub fn fate_and(fate: Fate, replaced_by: Option<&str>, language: Language) -> String {
    let words = self::fate(fate, language);
    match replaced_by {
        Some(address) => say!(language; en "{words} by {address}"; ru "{words} на {address}"),
        None => words.to_owned(),
    }
}

pub fn fate(fate: Fate, language: Language) -> &'static str {
    match fate {
        Fate::Letter(state) => self::state(state, language),
        Fate::Replaced => pick(language, "replaced", "заменено"),
        Fate::Suppressed => pick(language, "suppressed", "писать нельзя"),
        Fate::Blocked => pick(language, "has an error", "есть ошибка"),
        Fate::LeftOut(LeftOut::Where) => {
            pick(language, "left out by `where`", "не отобрано условием where")
        }
        Fate::LeftOut(LeftOut::Rows) => pick(language, "left out by --rows", "не отобрано --rows"),
        Fate::LeftOut(LeftOut::Follows) => pick(
            language,
            "left out: the letter that it follows needs none",
            "не нужно: по первому письму всё ясно или ещё рано",
        ),
        Fate::LeftOut(LeftOut::Nobody) => {
            pick(language, "left out: nobody to write to", "писать некому")
        }
        Fate::LeftOut(LeftOut::Duplicates) => pick(
            language,
            "left out: the address came before",
            "адрес уже был выше, второго письма нет",
        ),
    }
}
