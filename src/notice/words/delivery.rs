//! What can go wrong with a relay or a file of the outbox, and the states of a letter.

use super::{Said, foreign, pick, say};
use crate::delivery::{State, TlsFlaw, Trouble};
use crate::notice::format::cut;
use crate::notice::{Fate, Language};
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

fn tls_flaw(flaw: &TlsFlaw, language: Language) -> String {
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

pub fn fate(fate: Fate, language: Language) -> &'static str {
    match fate {
        Fate::Letter(state) => self::state(state, language),
        Fate::Suppressed => pick(language, "suppressed", "писать нельзя"),
        Fate::Blocked => pick(language, "has an error", "есть ошибка"),
        Fate::LeftOut(LeftOut::Where) => {
            pick(language, "left out by `where`", "не отобрано условием where")
        }
        Fate::LeftOut(LeftOut::Rows) => pick(language, "left out by --rows", "не отобрано --rows"),
        Fate::LeftOut(LeftOut::Duplicates) => pick(
            language,
            "left out: the address came before",
            "адрес уже был выше, второго письма нет",
        ),
    }
}
