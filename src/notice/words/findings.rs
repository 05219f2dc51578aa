//! What `doctor` found: the fact, and the record or line that puts it right.

use super::{Said, delivery, pick, say};
use crate::escaping::one_line;
use crate::finding::{Aligned, Finding, Gravity};
use crate::notice::Language;
use crate::notice::format::{cut, en_count, ru_count, size};
use crate::problem::NoMail;

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
        format!("{mark}: {what}")
    } else {
        format!("{mark}: {what}\n  → {hint}")
    }
}

#[expect(clippy::too_many_lines, reason = "a table with one arm for each finding")]
pub(in crate::notice) fn finding(found: &Finding, language: Language) -> Said {
    match found {
        Finding::NoRelay => say!(language;
            en "no server is set: letters are filed in the outbox", "set `host` in [smtp]";
            ru "сервер не задан: письма складываются в папку исходящих",
               "задайте host в разделе [smtp]"),
        Finding::RelayAnswers { host, port } => {
            fact(say!(language; en "{host}:{port} answers"; ru "{host}:{port} отвечает"))
        }
        Finding::RelayFails { host, port, trouble } => {
            let Said { what, hint } = delivery::trouble(trouble, language);
            Said { what: format!("{host}:{port}: {what}"), hint }
        }
        Finding::RelayUnknown { host } => say!(language;
            en "DNS knows no address of {host}", "check `host` in [smtp]";
            ru "у {host} в DNS нет адреса", "проверьте host в разделе [smtp]"),
        Finding::NotEncrypted => say!(language;
            en "the connection is not encrypted", "set security = \"tls\" in [smtp]";
            ru "соединение не шифруется", "напишите security = \"tls\" в разделе [smtp]"),
        Finding::CertificateGood => fact(say!(language;
            en "the certificate is valid for more than two weeks";
            ru "сертификат действителен дольше двух недель")),
        Finding::TlsFails { trouble } | Finding::LoginFails { host: _, trouble } => {
            delivery::trouble(trouble, language)
        }
        Finding::CertificateEnds { days } => {
            let days = u64::from(*days);
            say!(language;
                en ("the relay's certificate ends within {}", en_count(days, "day", "days")),
                   "ask the relay's operator to renew it before the mailing";
                ru ("срок сертификата сервера истекает: осталось меньше, чем {}",
                    ru_count(days, "день", "дня", "дней")),
                   "попросите владельца сервера продлить его до рассылки")
        }
        Finding::LoggedIn { user } => {
            fact(say!(language; en "logged in as {user}"; ru "вход выполнен: {user}"))
        }
        Finding::NoLogin => say!(language;
            en "no login is set", "if the relay asks for one, set `username` in [smtp]";
            ru "вход не задан", "если сервер его требует, задайте username в разделе [smtp]"),
        Finding::SenderAccepted { address } => fact(say!(language;
            en "the relay accepts {address} as the sender";
            ru "сервер принимает отправителя {address}")),
        Finding::SenderRefused { address, reply } => say!(language;
            en ("the relay refuses {address} as the sender: {}", cut(&reply.to_string())),
               "write the address of the login into `address` in [from], or ask the relay's \
                operator for leave to send as this one";
            ru ("сервер не принимает отправителя {address}: {}", cut(&reply.to_string())),
               "впишите в address раздела [from] адрес, под которым входите, или попросите \
                владельца сервера разрешить этот"),
        Finding::TakesUpTo { octets: Some(octets) } => fact(say!(language;
            en ("the relay takes letters of up to {}", size_of(*octets, language));
            ru ("сервер принимает письма до {}", size_of(*octets, language)))),
        Finding::TakesUpTo { octets: None } => fact(say!(language;
            en "the relay states no size limit"; ru "предельного размера сервер не называет")),
        Finding::NoAnswer { name, .. } => say!(language;
            en "DNS gave no answer about {name}", "run the same command again later";
            ru "DNS не ответил о {name}", "повторите ту же команду позже"),
        Finding::ReceivesMail { domain } => fact(say!(language;
            en "{domain} receives mail, so answers and bounces can arrive";
            ru "{domain} принимает почту: ответы и возвраты дойдут")),
        Finding::ReceivesNoMail { domain, why } => {
            let why = match why {
                NoMail::NoSuchDomain => pick(language, "does not exist", "не существует"),
                NoMail::Declined => pick(
                    language,
                    "declares that it receives no mail",
                    "объявил, что почты не принимает",
                ),
                NoMail::NoHost => {
                    pick(language, "has no mail server", "не имеет почтового сервера")
                }
            };
            say!(language;
                en "{domain} {why}: nobody could answer, and many receivers refuse such a sender",
                   "publish: {domain}. MX 10 mail.{domain}.";
                ru "домен {domain} {why}: ответить будет некуда, и многие серверы отвергают такого \
                    отправителя",
                   "опубликуйте: {domain}. MX 10 mail.{domain}.")
        }
        Finding::SpfMissing { domain, proposal } => say!(language;
            en "{domain} has no SPF record: receivers cannot tell whether the relay may send for it",
               "publish: {domain}. TXT \"{proposal}\"";
            ru "у {domain} нет записи SPF: получатели не знают, вправе ли сервер отправлять его письма",
               "опубликуйте: {domain}. TXT \"{proposal}\""),
        Finding::SpfSeveral { domain } => say!(language;
            en "{domain} has several SPF records, so that none counts (RFC 7208, 4.5)",
               "publish a single TXT record that begins with v=spf1";
            ru "у {domain} несколько записей SPF, и потому не действует ни одна (RFC 7208, 4.5)",
               "оставьте одну запись TXT, начинающуюся с v=spf1"),
        Finding::SpfBroken { domain } => say!(language;
            en "the SPF record of {domain} is wrong, or takes more than 10 look-ups (RFC 7208, \
                4.6.4): receivers treat it as an error",
               "correct the record: at most 10 of include, a, mx, ptr, exists and redirect in all";
            ru "запись SPF домена {domain} ошибочна или требует больше 10 запросов (RFC 7208, \
                4.6.4): получатели считают её негодной",
               "исправьте её: include, a, mx, ptr, exists и redirect вместе не больше 10"),
        Finding::SpfOpen { domain } => say!(language;
            en "the SPF record of {domain} lets anybody send for it", "end the record with ~all";
            ru "запись SPF домена {domain} разрешает отправку кому угодно",
               "закончите запись словом ~all"),
        Finding::SpfPtr { domain } => say!(language;
            en "the SPF record of {domain} uses ptr, which is slow and often ignored (RFC 7208, 5.5)",
               "replace ptr by ip4, ip6 or include";
            ru "в записи SPF домена {domain} стоит ptr: это медленно и часто не учитывается \
                (RFC 7208, 5.5)",
               "замените ptr на ip4, ip6 или include"),
        Finding::SpfPasses { domain, host } => fact(say!(language;
            en "SPF of {domain} lets {host} send"; ru "SPF домена {domain} разрешает сервер {host}")),
        Finding::SpfDoesNotPass { domain, ip, result } => {
            let kind = if ip.is_ipv4() { "ip4" } else { "ip6" };
            say!(language;
                en "SPF of {domain} does not let {ip} send (result: {result})",
                   "add to the SPF record of {domain}, before its end: {kind}:{ip}, or the include \
                    that the relay's operator names";
                ru "SPF домена {domain} не разрешает адрес {ip} (итог: {result})",
                   "добавьте в запись SPF домена {domain} перед её концом: {kind}:{ip} или include, \
                    который назовёт владелец сервера")
        }
        Finding::NoKey => say!(language;
            en "letters are not signed here; the relay may do it",
               "to sign them, set `selector` and `key` in [dkim]";
            ru "здесь письма не подписываются; это может делать сервер",
               "чтобы подписывать, задайте selector и key в разделе [dkim]"),
        Finding::DkimGood { name, bits } => {
            let bits = bits.map(|bits| format!(" ({bits} bits)")).unwrap_or_default();
            fact(say!(language;
                en "the key at {name} is ours{bits}"; ru "ключ {name} — наш{bits}"))
        }
        Finding::DkimMissing { name, record } => say!(language;
            en "there is no key at {name}: receivers cannot check the signature",
               "publish: {name}. TXT \"{record}\"";
            ru "по имени {name} ключа нет: получатели не смогут проверить подпись",
               "опубликуйте: {name}. TXT \"{record}\""),
        Finding::DkimSeveral { name } => say!(language;
            en "there are several TXT records at {name}", "leave only the one with our key";
            ru "по имени {name} несколько записей TXT", "оставьте одну, с нашим ключом"),
        Finding::DkimRevoked { name, record } => say!(language;
            en "the key at {name} is revoked (p= is empty)", "publish: {name}. TXT \"{record}\"";
            ru "ключ {name} отозван (p= пусто)", "опубликуйте: {name}. TXT \"{record}\""),
        Finding::DkimOtherKey { name, record } => say!(language;
            en "the key at {name} is not the public half of ours: every signature will fail",
               "publish: {name}. TXT \"{record}\", or name another `selector` in [dkim]";
            ru "ключ {name} не подходит к нашему: все подписи окажутся неверны",
               "опубликуйте: {name}. TXT \"{record}\" или назовите в [dkim] другой selector"),
        Finding::DkimTest { name } => say!(language;
            en "the key at {name} is marked as a test (t=y): receivers may ignore the signature",
               "remove t=y from the record at {name}";
            ru "ключ {name} помечен как пробный (t=y): получатели могут не учитывать подпись",
               "уберите t=y из записи {name}"),
        Finding::DkimShort { bits } => say!(language;
            en "the key has {bits} bits; 2048 are advised, and fewer than 1024 are refused (RFC 8301)",
               "make a new key: openssl genrsa -out dkim.pem 2048";
            ru "в ключе {bits} бит; советуют 2048, а меньше 1024 не принимают (RFC 8301)",
               "сделайте новый ключ: openssl genrsa -out dkim.pem 2048"),
        Finding::DmarcMissing { domain } => say!(language;
            en "{domain} has no DMARC policy; large receivers ask for one from bulk senders",
               "publish: _dmarc.{domain}. TXT \"v=DMARC1; p=none; rua=mailto:postmaster@{domain}\"";
            ru "у {domain} нет политики DMARC; крупные получатели требуют её при рассылках",
               "опубликуйте: _dmarc.{domain}. TXT \"v=DMARC1; p=none; rua=mailto:postmaster@{domain}\""),
        Finding::DmarcSeveral { name } => say!(language;
            en "there are several DMARC records at {name}, so that none counts",
               "leave a single TXT record that begins with v=DMARC1";
            ru "по имени {name} несколько записей DMARC, и потому не действует ни одна",
               "оставьте одну запись TXT, начинающуюся с v=DMARC1"),
        Finding::DmarcBroken { name } => say!(language;
            en "the policy at {name} cannot be read",
               "write p=none, p=quarantine or p=reject into the record at {name}";
            ru "политику {name} нельзя прочесть",
               "впишите в запись {name} p=none, p=quarantine или p=reject"),
        Finding::DmarcTest { name } => say!(language;
            en "the policy at {name} is marked as a test (t=y)", "remove t=y from the record at {name}";
            ru "политика {name} помечена как пробная (t=y)", "уберите t=y из записи {name}"),
        Finding::DmarcRemovedTag { name, tag } => say!(language;
            en "the record at {name} has the tag {tag}, which RFC 9989 has removed",
               "remove {tag} from the record at {name}";
            ru "в записи {name} есть {tag}, которого в RFC 9989 больше нет",
               "уберите {tag} из записи {name}"),
        Finding::DmarcAligned { by } => {
            let by = match by {
                Aligned::Spf => "SPF",
                Aligned::Dkim => "DKIM",
                Aligned::Both => pick(language, "SPF and DKIM", "SPF и DKIM"),
            };
            fact(say!(language;
                en "From agrees with {by}, so DMARC passes";
                ru "адрес отправителя согласован с {by}: проверка DMARC пройдёт"))
        }
        Finding::DmarcNotAligned { from, envelope, dkim } => {
            let dkim = dkim.as_deref().unwrap_or(pick(language, "none", "нет"));
            say!(language;
                en "neither SPF nor our DKIM signature vouches for {from} (envelope: {envelope}, \
                    DKIM: {dkim}): DMARC fails, unless the relay signs for {from}",
                   "let SPF of {envelope} pass with the same domain as From, or sign with \
                    domain = \"{from}\" in [dkim]";
                ru "за {from} не ручается ни SPF, ни наша подпись DKIM (конверт: {envelope}, DKIM: \
                    {dkim}): DMARC не пройдёт, если сервер сам не подпишет письма за {from}",
                   "добейтесь прохождения SPF для {envelope} в том же домене, что у отправителя, или \
                    подписывайте с domain = \"{from}\" в [dkim]")
        }
        Finding::FreeProvider { domain, host } => say!(language;
            en "an address at {domain} is sent through {host}: receivers treat that as a forgery",
               "send through the server of {domain}, or write an address of your own domain into \
                [from]";
            ru "письма с адреса в {domain} уходят через {host}: получатели сочтут их подделкой",
               "отправляйте через сервер {domain} или впишите в [from] адрес в своём домене"),
    }
}

/// A fact that needs no remedy.
fn fact(what: String) -> Said {
    Said { what, hint: String::new() }
}

fn size_of(octets: u64, language: Language) -> String {
    size(usize::try_from(octets).unwrap_or(usize::MAX), language)
}
