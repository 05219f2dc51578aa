//! What was found about the relay.

use super::{advice, fact, size_of};
use crate::delivery::{TlsFlaw, Trouble};
use crate::finding::{CertificateFlaw, RelayFinding};
use crate::notice::Language;
use crate::notice::format::{cut, en_count, ru_count};
use crate::notice::words::{Said, delivery, pick, say};

#[expect(clippy::too_many_lines, reason = "a table with one arm for each finding")]
pub(super) fn finding(found: &RelayFinding, language: Language) -> Said {
    match found {
        RelayFinding::NoRelay => say!(language;
            en "no server is set: letters are filed in the outbox", "set `host` in [smtp]";
            ru "сервер не задан: письма складываются в папку исходящих",
               "задайте host в разделе [smtp]"),
        RelayFinding::Answers { host, port, ips } => {
            let ips = ips.iter().map(ToString::to_string).collect::<Vec<_>>();
            let en = ips.join(" and ");
            let ru = ips.join(" и ");
            fact(say!(language;
                en "{host}:{port} answers at {en}"; ru "{host}:{port} отвечает по адресу {ru}"))
        }
        RelayFinding::Fails { host, port, trouble: trouble @ Trouble::TimedOut } => {
            let Said { what, .. } = delivery::trouble(trouble, language);
            say!(language;
                en "{host}:{port}: {what}",
                   "check `host` and `port` in [smtp]; if they are right, ask the administrator \
                    whether the firewall lets this computer out to port {port}";
                ru "{host}:{port}: {what}",
                   "проверьте host и port в разделе [smtp]; если они верны, спросите \
                    администратора, пускает ли сеть с этого компьютера на порт {port}")
        }
        RelayFinding::Fails { host, port, trouble } => {
            let Said { what, hint } = delivery::trouble(trouble, language);
            Said { what: format!("{host}:{port}: {what}"), hint }
        }
        RelayFinding::Refuses { host, port, reply } => say!(language;
            en ("{host}:{port} refuses to talk to this computer: {}", cut(&reply.to_string())),
               "run gonets doctor again in some minutes; if it stays so, send this line to the \
                operator of {host}";
            ru ("{host}:{port} не желает говорить с этим компьютером: {}", cut(&reply.to_string())),
               "запустите gonets doctor снова через несколько минут; если не изменится, перешлите \
                эту строку владельцу {host}"),
        RelayFinding::Breaks { host, port, trouble } => {
            let Said { what, .. } = delivery::trouble(trouble, language);
            say!(language;
                en "{host}:{port} answers at first, and then: {what}",
                   "run gonets doctor again in some minutes; if it stays so, send this line to the \
                    operator of {host}";
                ru "{host}:{port} сначала отвечает, а потом: {what}",
                   "запустите gonets doctor снова через несколько минут; если не изменится, \
                    перешлите эту строку владельцу {host}")
        }
        RelayFinding::NotAsked { detail, .. } => say!(language;
            en "the relay was not asked: {detail}",
               "put that right, and run gonets doctor again";
            ru "сервер не спрошен: {detail}", "исправьте это и снова запустите gonets doctor"),
        RelayFinding::Unknown { host } => say!(language;
            en "{host} has no address in DNS", "correct `host` in [smtp]";
            ru "у {host} нет адреса в DNS", "исправьте host в разделе [smtp]"),
        RelayFinding::OneAddressFails { host, ip, port, trouble, answers } => {
            let Said { what, .. } = delivery::trouble(trouble, language);
            say!(language;
                en "{host} does not answer at {ip} ({what}), only at {answers}: each connection may \
                    begin with a wait",
                   "ask the administrator to let this computer out to {ip} port {port}, or the \
                    operator of {host} to remove that address from DNS";
                ru "{host} не отвечает по адресу {ip} ({what}), только по {answers}: каждое \
                    соединение может начинаться с ожидания",
                   "попросите администратора открыть путь к {ip}, порт {port}, или владельца {host} \
                    убрать этот адрес из DNS")
        }
        RelayFinding::NoRoute { ip, answers } => {
            let family = if ip.is_ipv4() { "IPv4" } else { "IPv6" };
            fact(say!(language;
                en "this computer has no {family}, so the relay's address {ip} was not tried; it \
                    answers at {answers}";
                ru "на этом компьютере нет {family}, поэтому адрес сервера {ip} не проверен; \
                    сервер отвечает по {answers}"))
        }
        RelayFinding::NotEncrypted => fact(say!(language;
            en "the connection is not encrypted, which is allowed within this computer only";
            ru "соединение не шифруется: это допустимо только внутри одного компьютера")),
        RelayFinding::Certificate { version, days } => {
            let valid = u64::min(*days, 365);
            let more =
                if *days > valid { pick(language, "more than ", "больше ") } else { "" };
            fact(say!(language;
            en ("{version}; the certificate is valid for {more}{}",
                en_count(valid, "day", "days"));
            ru ("{version}; сертификат действителен ещё {more}{}", if more.is_empty() {
                ru_count(valid, "день", "дня", "дней")
            } else {
                ru_count(valid, "дня", "дней", "дней")
            })))
        }
        RelayFinding::CertificateEnds { host, days: 0 } => say!(language;
            en "the certificate of {host} ends within a day: then nothing can be sent",
               "ask the relay's operator to renew the certificate before the mailing";
            ru "срок сертификата {host} истекает меньше чем через сутки: после этого ничего не \
                отправить",
               "попросите владельца сервера продлить сертификат до рассылки"),
        RelayFinding::CertificateEnds { host, days } => say!(language;
            en ("the certificate of {host} ends in {}: then nothing can be sent",
                en_count(*days, "day", "days")),
               "ask the relay's operator to renew the certificate before the mailing";
            ru ("срок сертификата {host} истекает через {}: после этого ничего не отправить",
                ru_count(*days, "день", "дня", "дней")),
               "попросите владельца сервера продлить сертификат до рассылки"),
        RelayFinding::CertificateBad { host, flaw } => certificate(host, flaw, language),
        RelayFinding::OldTls { host } => say!(language;
            en "{host} offers no encryption that is safe (TLS 1.2 or later is needed)",
               "ask the relay's operator to switch on TLS 1.2 or 1.3";
            ru "{host} не предлагает надёжного шифрования (нужен TLS 1.2 или новее)",
               "попросите владельца сервера включить TLS 1.2 или 1.3"),
        RelayFinding::NotTls { host, port } => say!(language;
            en "{host} does not begin with TLS on port {port}",
               "write into [smtp]: port = 587 and security = \"starttls\"; or port = 465 and \
                security = \"tls\"";
            ru "{host} на порту {port} не начинает с TLS",
               "напишите в [smtp]: port = 587 и security = \"starttls\" либо port = 465 и \
                security = \"tls\""),
        RelayFinding::TlsFails { host, trouble: Trouble::Tls(TlsFlaw::Other(detail)) } => {
            say!(language;
                en "no secure connection to {host}: \"{detail}\"",
                   "send this line to the operator of {host}";
                ru "защищённое соединение с {host} не удалось: «{detail}»",
                   "перешлите эту строку владельцу {host}")
        }
        RelayFinding::TlsFails { host, trouble } => {
            let Said { what, hint } = delivery::trouble(trouble, language);
            say!(language;
                en "no secure connection to {host}: {what}", "{hint}";
                ru "защищённое соединение с {host} не удалось: {what}", "{hint}")
        }
        RelayFinding::StartTlsMissing { host, port, is_masked: true } => say!(language;
            en "{host}:{port}: something between here and the relay overwrites its offer of \
                encryption with Xs; nothing is sent unencrypted",
               "write port = 465 and security = \"tls\" into [smtp], or ask the network's \
                administrator to switch off the inspection of SMTP (\"fixup\") on the firewall";
            ru "{host}:{port}: по пути к серверу что-то затирает его предложение шифрования \
                буквами X; без шифрования ничего не отправляется",
               "напишите в [smtp] port = 465 и security = \"tls\" или попросите администратора \
                сети отключить на межсетевом экране проверку SMTP (fixup)"),
        RelayFinding::StartTlsMissing { host, port, is_masked: false } => say!(language;
            en "{host}:{port} does not offer STARTTLS, or something on the way removes it; nothing \
                is sent unencrypted",
               "write port = 465 and security = \"tls\" into [smtp]; if the relay has neither, \
                ask its operator to switch on STARTTLS";
            ru "{host}:{port} не предлагает STARTTLS, или его убирают по пути; без шифрования \
                ничего не отправляется",
               "напишите в [smtp] port = 465 и security = \"tls\"; если на сервере нет ни того, ни \
                другого, попросите владельца включить STARTTLS"),
        RelayFinding::SpeaksBeforeTls { host } => say!(language;
            en "between STARTTLS and the encryption of {host} something speaks in the clear: \
                somebody on the way may be adding to what the relay says (RFC 3207)",
               "write port = 465 and security = \"tls\" into [smtp], and tell the relay's operator";
            ru "между STARTTLS и шифрованием {host} что-то говорит открытым текстом: возможно, \
                кто-то по пути дописывает ответы сервера (RFC 3207)",
               "напишите в [smtp] port = 465 и security = \"tls\" и сообщите владельцу сервера"),
        RelayFinding::LoginInClear { mechanisms } => {
            let names = mechanisms.join(", ");
            fact(say!(language;
                en "the relay offers a login ({names}) before encryption too; it is not used";
                ru "сервер предлагает вход ({names}) и до шифрования; он не используется"))
        }
        RelayFinding::LoggedIn { user, mechanisms } => {
            let names = mechanisms.join(", ");
            fact(say!(language;
                en "logged in as {user} (the relay offers {names})";
                ru "вход выполнен: {user} (сервер предлагает {names})"))
        }
        RelayFinding::LoginFails { host, user, provider, trouble: Trouble::Turned(reply) } => {
            let reply = cut(&reply.to_string());
            let hint = advice(*provider, host, "[smtp]", language);
            let what = say!(language;
                en "{host} refuses the login of {user}: {reply}";
                ru "{host} не принимает вход {user}: {reply}");
            Said { what, hint }
        }
        RelayFinding::LoginFails { host, user, trouble, .. } => {
            let Said { what, hint } = delivery::trouble(trouble, language);
            say!(language;
                en "the login of {user} at {host}: {what}", "{hint}";
                ru "вход {user} на {host}: {what}", "{hint}")
        }
        RelayFinding::LoginNotOffered { host, mechanisms } => {
            login_not_offered(host, mechanisms, language)
        }
        RelayFinding::NoLogin { mechanisms } if mechanisms.is_empty() => fact(say!(language;
            en "no login is set, and the relay offers none";
            ru "вход не задан, и сервер его не предлагает")),
        RelayFinding::NoLogin { mechanisms } => {
            let names = mechanisms.join(", ");
            say!(language;
                en "no login is set; the relay offers one ({names})",
                   "if letters to others are refused, set `username` and `password` in [smtp]";
                ru "вход не задан; сервер его предлагает ({names})",
                   "если письма на чужие адреса не принимаются, задайте username и password в \
                    разделе [smtp]")
        }
        RelayFinding::SenderAccepted { address } => fact(say!(language;
            en "the relay accepts {address} as the sender";
            ru "сервер принимает отправителя {address}")),
        RelayFinding::SenderRefused { host, address, is_return_path, reply } => {
            let key = if *is_return_path { "return_path" } else { "address" };
            let reply = cut(&reply.to_string());
            say!(language;
                en "{host} refuses {address} as the sender: {reply}",
                   "write the address of the login into `{key}` of [from], or ask the operator of \
                    {host} for permission to send as {address}";
                ru "{host} не принимает отправителя {address}: {reply}",
                   "впишите в {key} раздела [from] адрес, под которым входите, или попросите \
                    владельца {host} разрешить отправку от {address}")
        }
        RelayFinding::FromRefused { host, address, reply } => say!(language;
            en ("{host} takes the return path, but refuses {address}, which is in From: {}",
                cut(&reply.to_string())),
               "ask the operator of {host} whether letters from {address} may go with another \
                return path, or write the address of the login into `address` of [from]";
            ru ("адрес возврата {host} принимает, а {address}, который стоит в поле «От», — нет: {}",
                cut(&reply.to_string())),
               "спросите владельца {host}, уйдут ли письма от {address} с другим адресом \
                возврата, или впишите в address раздела [from] адрес, под которым входите"),
        RelayFinding::RecipientRefused { host, address, to, reply } => say!(language;
            en ("{host} takes {address} as the sender, but refuses a letter of theirs to {to}: \
                {}", cut(&reply.to_string())),
               "read its answer: if it means the sender, write the address of the login into \
                [from]; if it means {to}, that mailbox does not exist and answers would be lost";
            ru ("отправителя {address} {host} принимает, но письмо от него на {to} — нет: {}",
                cut(&reply.to_string())),
               "прочтите ответ: если дело в отправителе, впишите в [from] адрес, под которым \
                входите; если в {to}, такого ящика нет и ответы пропадут"),
        RelayFinding::SenderPutOff { host, address, reply } => say!(language;
            en ("{host} puts the sender {address} off: {}", cut(&reply.to_string())),
               "run gonets doctor again in some minutes; if it stays so, send this line to the \
                operator of {host}";
            ru ("{host} пока не принимает отправителя {address}: {}", cut(&reply.to_string())),
               "запустите gonets doctor снова через несколько минут; если не изменится, перешлите \
                эту строку владельцу {host}"),
        RelayFinding::Extensions { offered, missing } => {
            let offered = offered.join(", ");
            let missing = missing.join(", ");
            fact(match (offered.is_empty(), missing.is_empty()) {
                (_, true) => say!(language;
                    en "the relay offers {offered}"; ru "сервер умеет {offered}"),
                (false, false) => say!(language;
                    en "the relay offers {offered}; not: {missing}";
                    ru "сервер умеет {offered}; не умеет: {missing}"),
                (true, false) => say!(language;
                    en "the relay offers none of {missing}";
                    ru "сервер не умеет: {missing}"),
            })
        }
        RelayFinding::TakesUpTo { octets, largest } => {
            let most = match octets {
                Some(octets) => {
                    let most = size_of(*octets, language);
                    say!(language;
                        en "the relay takes letters of up to {most}"; ru "сервер принимает письма до {most}")
                }
                None => say!(language;
                    en "the relay states no size limit";
                    ru "предельного размера сервер не называет"),
            };
            fact(match largest {
                Some(largest) => {
                    let largest = size_of(*largest, language);
                    say!(language;
                        en "{most}; our largest has {largest}"; ru "{most}; наше самое большое — {largest}")
                }
                None => most,
            })
        }
        RelayFinding::TooLarge { host, most, largest, row } => {
            let (most, largest) = (size_of(*most, language), size_of(*largest, language));
            say!(language;
                en "the letter of row {row} has {largest}, and {host} takes {most} at most",
                   "make its attachments or pictures smaller, or ask the operator of {host} to raise \
                    the limit";
                ru "письмо строки {row} занимает {largest}, а {host} принимает не больше {most}",
                   "уменьшите вложения или картинки или попросите владельца {host} поднять предел")
        }
        RelayFinding::NoUtf8 { host, letters, address } => say!(language;
            en ("{host} does not take addresses with letters beyond ASCII before the @ \
                (SMTPUTF8): {} would be refused, the first to {address}",
                en_count(*letters, "letter", "letters")),
               "put another address into the list for {address}, or send through a server that \
                offers SMTPUTF8";
            ru ("{host} не принимает адреса с буквами не латиницы перед @ (SMTPUTF8): {} он \
                отклонит, первое — для {address}",
                ru_count(*letters, "письмо", "письма", "писем")),
               "впишите в список другой адрес вместо {address} или отправляйте через сервер с \
                SMTPUTF8"),
        RelayFinding::NoEightBit { host, letters, row } => say!(language;
            en ("{host} does not take 8-bit text (8BITMIME), which {}, the first in row {row}",
                en_count(*letters, "letter has", "letters have")),
               "send through a server that offers 8BITMIME";
            ru ("{host} не принимает восьмибитный текст (8BITMIME), а он есть в {}, впервые — в \
                строке {row}", ru_count(*letters, "письме", "письмах", "письмах")),
               "отправляйте через сервер с 8BITMIME"),
    }
}

fn certificate(host: &str, flaw: &CertificateFlaw, language: Language) -> Said {
    match flaw {
        CertificateFlaw::Expired { on } => {
            let day = on.as_deref().map(|on| format!(" ({on})")).unwrap_or_default();
            say!(language;
                en "the certificate of {host} has expired{day}",
                   "ask the relay's operator to renew it; if this computer's clock is wrong, set it";
                ru "срок сертификата {host} истёк{day}",
                   "попросите владельца сервера его продлить; если неверны часы этого компьютера, \
                    поправьте их")
        }
        CertificateFlaw::NotYetValid { from } => {
            let day = from.as_deref().map(|from| format!(" ({from})")).unwrap_or_default();
            say!(language;
                en "the certificate of {host} is not valid yet{day}",
                   "set this computer's clock; if it is right, ask the relay's operator";
                ru "сертификат {host} ещё не действует{day}",
                   "поправьте часы этого компьютера; если они верны, спросите владельца сервера")
        }
        CertificateFlaw::OtherName { names } => match names.iter().find(|it| !it.contains('*')) {
            Some(name) => {
                let all = cut(&names.join(", "));
                say!(language;
                    en "the certificate of {host} was issued for other names: {all}",
                       "if that is the relay, write host = \"{name}\" into [smtp]; otherwise ask \
                        its operator for a certificate for {host}";
                    ru "сертификат {host} выдан на другие имена: {all}",
                       "если это тот же сервер, напишите host = \"{name}\" в разделе [smtp]; иначе \
                        попросите у владельца сертификат для {host}")
            }
            None => say!(language;
                en "the certificate of {host} was issued for another name",
                   "write the relay's real name into `host` of [smtp], or ask its operator for a \
                    certificate for {host}";
                ru "сертификат {host} выдан на другое имя",
                   "впишите в host раздела [smtp] настоящее имя сервера или попросите у владельца \
                    сертификат для {host}"),
        },
        CertificateFlaw::UnknownIssuer => say!(language;
            en "the certificate of {host} is signed by an authority that this computer does not \
                trust",
               "if the relay is your organisation's own, save its authority's certificate (PEM) \
                beside campaign.toml and write ca_file = \"ca.pem\" into [smtp]; otherwise do not \
                send";
            ru "сертификат {host} выдан тем, кому этот компьютер не доверяет",
               "если сервер принадлежит вашей организации, положите сертификат её центра (PEM) \
                рядом с campaign.toml и напишите ca_file = \"ca.pem\" в разделе [smtp]; иначе не \
                отправляйте"),
        CertificateFlaw::Bad => say!(language;
            en "the certificate of {host} is broken, revoked or not meant for servers",
               "ask the relay's operator for another certificate";
            ru "сертификат {host} испорчен, отозван или выдан не для сервера",
               "попросите владельца сервера его заменить"),
    }
}

fn login_not_offered(host: &str, mechanisms: &[String], language: Language) -> Said {
    let names = mechanisms.join(", ");
    if mechanisms.is_empty() {
        return say!(language;
            en "{host} offers no login here",
               "write port = 465 and security = \"tls\" (or 587 and \"starttls\") into [smtp]; if the \
                server needs no login, remove `username`";
            ru "{host} здесь не предлагает входа",
               "напишите в [smtp] port = 465 и security = \"tls\" (или 587 и \"starttls\"); если \
                вход серверу не нужен, уберите username");
    }
    let speaks = |wanted: &str| mechanisms.iter().any(|name| name == wanted);
    if speaks("XOAUTH2") {
        return say!(language;
            en "{host} takes no passwords, only: {names}",
               "write auth = \"xoauth2\" into [smtp] and let `password` give an access token";
            ru "{host} не принимает паролей, только: {names}",
               "напишите auth = \"xoauth2\" в разделе [smtp], а в password дайте маркер доступа");
    }
    if speaks("PLAIN") || speaks("LOGIN") {
        return say!(language;
            en "{host} takes no access tokens, only: {names}",
               "remove auth = \"xoauth2\" from [smtp] and let `password` give a password";
            ru "{host} не принимает маркеров доступа, только: {names}",
               "уберите auth = \"xoauth2\" из раздела [smtp], а в password дайте пароль");
    }
    say!(language;
        en "{host} offers only logins that gonets does not speak: {names}",
           "ask the relay's operator to allow PLAIN or LOGIN under TLS";
        ru "{host} предлагает только те способы входа, которых gonets не знает: {names}",
           "попросите владельца сервера разрешить PLAIN или LOGIN под TLS")
}
