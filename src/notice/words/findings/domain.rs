//! What was found about the sender's domain.

use super::fact;
use crate::finding::{Aligned, DomainFinding, SpfFlaw};
use crate::notice::Language;
use crate::notice::words::{Said, fault, pick, say};
use crate::problem::NoMail;

#[expect(clippy::too_many_lines, reason = "a table with one arm for each finding")]
pub(super) fn finding(found: &DomainFinding, language: Language) -> Said {
    match found {
        DomainFinding::DnsSilent { servers } => {
            let servers = servers.join(", ");
            say!(language;
                en "DNS does not answer (asked: {servers}), so nothing is known of the domain",
                   "check the network, or ask another server: gonets doctor --dns-server 77.88.8.8";
                ru "DNS не отвечает (спрошены: {servers}), поэтому о домене ничего не известно",
                   "проверьте сеть или спросите другой сервер: gonets doctor --dns-server \
                    77.88.8.8")
        }
        DomainFinding::NoAnswer { name, .. } => say!(language;
            en "DNS gave no answer about {name}",
               "run gonets doctor again in some minutes; if it stays so, tell whoever looks after \
                the DNS of {name}";
            ru "DNS не ответил о {name}",
               "запустите gonets doctor снова через несколько минут; если не изменится, сообщите \
                тому, кто ведёт DNS {name}"),
        DomainFinding::ReceivesMail { domain } => fact(say!(language;
            en "{domain} receives mail, so answers and bounces can arrive";
            ru "{domain} принимает почту: ответы и возвраты дойдут")),
        DomainFinding::ReceivesNoMail { domain, why: NoMail::NoSuchDomain } => say!(language;
            en "{domain} does not exist: nobody could answer, and many receivers refuse such a sender",
               "correct the domain of `address` (or `return_path`) in [from]; if it is right, publish: \
                {domain}. MX 10 mail.{domain}. (the host that receives its mail)";
            ru "домена {domain} нет: ответить будет некуда, и многие серверы отвергают такого \
                отправителя",
               "исправьте домен в address (или return_path) раздела [from]; если он верен, \
                опубликуйте: {domain}. MX 10 mail.{domain}. (сервер, который принимает его почту)"),
        DomainFinding::ReceivesNoMail { domain, why: NoMail::Declined } => say!(language;
            en "{domain} declares that it receives no mail (MX 0 .): nobody could answer, and many \
                receivers refuse such a sender",
               "replace that record by: {domain}. MX 10 mail.{domain}. (the host that receives its \
                mail)";
            ru "домен {domain} объявил, что почты не принимает (MX 0 .): ответить будет некуда, и \
                многие серверы отвергают такого отправителя",
               "замените эту запись на: {domain}. MX 10 mail.{domain}. (сервер, который принимает \
                его почту)"),
        DomainFinding::ReceivesNoMail { domain, why } => {
            let why = match why {
                NoMail::NoSuchDomain => pick(language, "does not exist", "не существует"),
                NoMail::Declined | NoMail::NoHost => {
                    pick(language, "has no mail server", "не имеет почтового сервера")
                }
            };
            say!(language;
                en "{domain} {why}: nobody could answer, and many receivers refuse such a sender",
                   "publish: {domain}. MX 10 mail.{domain}. (the host that receives its mail)";
                ru "домен {domain} {why}: ответить будет некуда, и многие серверы отвергают такого \
                    отправителя",
                   "опубликуйте: {domain}. MX 10 mail.{domain}. (сервер, который принимает его почту)")
        }
        DomainFinding::SpfMissing { domain, proposal } => say!(language;
            en "{domain} has no SPF record: receivers cannot tell whether the relay may send for it",
               "publish: {domain}. TXT \"{proposal}\"";
            ru "у {domain} нет записи SPF: получатели не знают, вправе ли сервер отправлять его письма",
               "опубликуйте: {domain}. TXT \"{proposal}\""),
        DomainFinding::SpfSeveral { domain } => say!(language;
            en "{domain} has several SPF records, so that none counts (RFC 7208, 4.5)",
               "leave a single TXT record that begins with v=spf1 at {domain}, with the terms of all";
            ru "у {domain} несколько записей SPF, и потому не действует ни одна (RFC 7208, 4.5)",
               "оставьте у {domain} одну запись TXT, начинающуюся с v=spf1, и соберите в ней \
                указания всех"),
        DomainFinding::SpfBroken { domain, flaw } => {
            let Said { what, hint } = spf_flaw(flaw, language);
            say!(language;
                en "the SPF record of {domain} is an error to receivers: {what}", "{hint}";
                ru "запись SPF домена {domain} для получателей ошибочна: {what}", "{hint}")
        }
        DomainFinding::SpfFragile { domain, flaw } => {
            let Said { what, hint } = spf_flaw(flaw, language);
            say!(language;
                en "SPF of {domain} lets our server send, but is an error for all others: {what}",
                   "{hint}";
                ru "запись SPF домена {domain} разрешает наш сервер, но для прочих ошибочна: {what}",
                   "{hint}")
        }
        DomainFinding::SpfOpen { domain } => say!(language;
            en "the SPF record of {domain} lets anybody send for it",
               "write ~all instead of all, +all or ?all at the end of the SPF record of {domain}";
            ru "запись SPF домена {domain} разрешает отправку кому угодно",
               "в конце записи SPF домена {domain} напишите ~all вместо all, +all или ?all"),
        DomainFinding::SpfPtr { domain } => say!(language;
            en "the SPF record of {domain} uses ptr, which is slow and often ignored (RFC 7208, 5.5)",
               "replace ptr in that record by ip4: and ip6: with the addresses that send, or by \
                include:";
            ru "в записи SPF домена {domain} стоит ptr: это медленно и часто не учитывается \
                (RFC 7208, 5.5)",
               "замените в этой записи ptr на ip4: и ip6: с адресами, с которых отправляют, или на \
                include:"),
        DomainFinding::SpfPasses { domain, host } => fact(say!(language;
            en "SPF of {domain} lets {host} send"; ru "SPF домена {domain} разрешает сервер {host}")),
        DomainFinding::SpfInside { domain, host, ip } if ip.is_loopback() => say!(language;
            en "{host} is a relay on this machine ({ip}): receivers see the public address that it \
                sends from, which cannot be seen from here",
               "see that the SPF record of {domain} has that address (ip4:ADDRESS), or that of the \
                relay to which this one hands its mail; gonets doctor --loop shows what a receiver \
                finds";
            ru "{host} — сервер на этом компьютере ({ip}): получатели видят внешний адрес, с которого \
                он отправляет, а отсюда он не виден",
               "проверьте, что в записи SPF домена {domain} есть этот адрес (ip4:АДРЕС) или адрес \
                сервера, которому отдаёт почту этот; что видит получатель, покажет gonets doctor \
                --loop"),
        DomainFinding::SpfInside { domain, host, ip } => say!(language;
            en "{host} has the address {ip} of an inner network, while receivers see another: \
                whether SPF of {domain} lets it send is not known",
               "ask the operator of {host} from which address its mail leaves, and see that the SPF \
                record of {domain} has it (ip4:ADDRESS); gonets doctor --loop shows what a receiver \
                finds";
            ru "у {host} адрес {ip} внутренней сети, а получатели видят другой: разрешает ли его SPF \
                домена {domain}, неизвестно",
               "узнайте у владельца {host}, с какого адреса его почта уходит наружу, и проверьте, \
                что этот адрес есть в записи SPF домена {domain} (ip4:АДРЕС); что видит получатель, \
                покажет gonets doctor --loop"),
        DomainFinding::SpfDoesNotPass { domain, ip, result, term }
            if ip.is_loopback() && !term.starts_with("include:") =>
        {
            say!(language;
                en "SPF of {domain} does not let {ip} send (result: {result}); but a relay on this \
                    machine sends from its public address, which cannot be seen from here",
                   "see that the SPF record of {domain} has that address (ip4:ADDRESS), or that of \
                    the relay to which this one hands its mail; gonets doctor --loop shows what a \
                    receiver finds";
                ru "SPF домена {domain} не разрешает адрес {ip} (итог: {result}); но сервер на этом \
                    компьютере отправляет с внешнего адреса, который отсюда не виден",
                   "проверьте, что в записи SPF домена {domain} есть этот адрес (ip4:АДРЕС) или \
                    адрес сервера, которому отдаёт почту этот; что видит получатель, покажет \
                    gonets doctor --loop")
        }
        DomainFinding::SpfDoesNotPass { domain, ip, result, term } => {
            let or = if term.starts_with("include:") {
                ""
            } else {
                pick(
                    language,
                    " (or the include that the server's operator names)",
                    " (или include, который назовёт владелец сервера)",
                )
            };
            say!(language;
                en "SPF of {domain} does not let {ip} send (result: {result}): receivers may take \
                    letters for forged",
                   "add to the SPF record of {domain}, before its end: {term}{or}";
                ru "SPF домена {domain} не разрешает адрес {ip} (итог: {result}): получатели могут \
                    счесть письма поддельными",
                   "добавьте в запись SPF домена {domain} перед её концом: {term}{or}")
        }
        DomainFinding::NoKey => say!(language;
            en "letters are not signed here; the relay may do it",
               "to sign them, set `selector` and `key` in [dkim]";
            ru "здесь письма не подписываются; это может делать сервер",
               "чтобы подписывать, задайте selector и key в разделе [dkim]"),
        DomainFinding::KeyFails { key, problem } => {
            let Said { what, hint } = fault(&problem.fault, language);
            say!(language;
                en "letters cannot be signed with {key}: {what}", "{hint} (`key` in [dkim]: {key})";
                ru "письма нельзя подписать ключом {key}: {what}", "{hint} (key в [dkim]: {key})")
        }
        DomainFinding::DkimGood { name, bits } => {
            let unit = pick(language, "bits", "бит");
            let bits = bits.map(|bits| format!(" ({bits} {unit})")).unwrap_or_default();
            fact(say!(language;
                en "the key at {name} is ours{bits}"; ru "ключ {name} — наш{bits}"))
        }
        DomainFinding::DkimMissing { name, record } => say!(language;
            en "there is no key at {name}: receivers cannot check the signature",
               "publish: {name}. TXT \"{record}\"";
            ru "по имени {name} ключа нет: получатели не смогут проверить подпись",
               "опубликуйте: {name}. TXT \"{record}\""),
        DomainFinding::DkimSeveral { name, record } => say!(language;
            en "there are several TXT records at {name}, so that receivers may take the wrong one",
               "leave only this one: {name}. TXT \"{record}\"";
            ru "по имени {name} несколько записей TXT: получатели могут взять не ту",
               "оставьте только одну: {name}. TXT \"{record}\""),
        DomainFinding::DkimUnfit { name, tag, record } => say!(language;
            en "the record at {name} does not fit our signature ({tag}): receivers ignore the key",
               "publish: {name}. TXT \"{record}\"";
            ru "запись {name} не подходит к нашей подписи ({tag}): получатели не учтут ключ",
               "опубликуйте: {name}. TXT \"{record}\""),
        DomainFinding::DkimRevoked { name, record } => say!(language;
            en "the key at {name} is revoked (p= is empty)", "publish: {name}. TXT \"{record}\"";
            ru "ключ {name} отозван (p= пусто)", "опубликуйте: {name}. TXT \"{record}\""),
        DomainFinding::DkimOtherKey { name, record } => say!(language;
            en "the key at {name} is not the public half of ours: every signature will fail",
               "publish: {name}. TXT \"{record}\", or name another `selector` in [dkim]";
            ru "ключ {name} не подходит к нашему: все подписи окажутся неверны",
               "опубликуйте: {name}. TXT \"{record}\" или назовите в [dkim] другой selector"),
        DomainFinding::DkimTest { name } => say!(language;
            en "the key at {name} is marked as a test (t=y): receivers may ignore the signature",
               "remove t=y from the record at {name}";
            ru "ключ {name} помечен как пробный (t=y): получатели могут не учитывать подпись",
               "уберите t=y из записи {name}"),
        DomainFinding::KeyShort { bits } => say!(language;
            en "our DKIM key has {bits} bits; receivers refuse fewer than 1024 (RFC 8301)",
               "make a new key (openssl genrsa -out dkim.pem 2048), name it in `key` of [dkim], and \
                run gonets doctor again for the record to publish";
            ru "длина нашего ключа DKIM — {bits} бит; меньше 1024 получатели не принимают (RFC 8301)",
               "сделайте новый ключ (openssl genrsa -out dkim.pem 2048), назовите его в key раздела \
                [dkim] и снова запустите gonets doctor: он покажет запись для публикации"),
        DomainFinding::DkimShort { bits } => say!(language;
            en "our DKIM key has {bits} bits; 2048 are advised (RFC 8301)",
               "make a new key (openssl genrsa -out dkim.pem 2048), name it in `key` of [dkim], and \
                run gonets doctor again for the record to publish";
            ru "длина нашего ключа DKIM — {bits} бит; советуют 2048 (RFC 8301)",
               "сделайте новый ключ (openssl genrsa -out dkim.pem 2048), назовите его в key раздела \
                [dkim] и снова запустите gonets doctor: он покажет запись для публикации"),
        DomainFinding::DmarcFound { name, policy } => fact(say!(language;
            en "the policy at {name} asks for p={policy}";
            ru "политика {name}: p={policy}")),
        DomainFinding::DmarcNoPolicy { name } => say!(language;
            en "the record at {name} names no policy (p), which counts as p=none",
               "write p=none, p=quarantine or p=reject into the record at {name}, after v=DMARC1";
            ru "в записи {name} не названа политика (p): это считается за p=none",
               "впишите в запись {name} p=none, p=quarantine или p=reject после v=DMARC1"),
        DomainFinding::DmarcMissing { domain } => say!(language;
            en "{domain} has no DMARC policy; large receivers ask for one from bulk senders",
               "publish: _dmarc.{domain}. TXT \"v=DMARC1; p=none; rua=mailto:postmaster@{domain}\"";
            ru "у {domain} нет политики DMARC; крупные получатели требуют её при рассылках",
               "опубликуйте: _dmarc.{domain}. TXT \"v=DMARC1; p=none; rua=mailto:postmaster@{domain}\""),
        DomainFinding::DmarcSeveral { name } => say!(language;
            en "there are several DMARC records at {name}, so that none counts",
               "leave a single TXT record that begins with v=DMARC1 at {name}";
            ru "по имени {name} несколько записей DMARC, и потому не действует ни одна",
               "оставьте по имени {name} одну запись TXT, начинающуюся с v=DMARC1"),
        DomainFinding::DmarcBroken { name } => say!(language;
            en "the policy at {name} cannot be read",
               "write p=none, p=quarantine or p=reject into the record at {name}";
            ru "политику {name} нельзя прочесть",
               "впишите в запись {name} p=none, p=quarantine или p=reject"),
        DomainFinding::DmarcTest { name } => say!(language;
            en "the policy at {name} is marked as a test (t=y), so that receivers do not apply it",
               "remove t=y from the record at {name}";
            ru "политика {name} помечена как пробная (t=y): получатели её не применяют",
               "уберите t=y из записи {name}"),
        DomainFinding::DmarcRemovedTag { name, tag } => say!(language;
            en "the record at {name} has the tag {tag}, which RFC 9989 has removed",
               "remove {tag} from the record at {name}";
            ru "в записи {name} есть {tag}, которого в RFC 9989 больше нет",
               "уберите {tag} из записи {name}"),
        DomainFinding::DmarcAligned { by } => {
            let by = match by {
                Aligned::Spf => "SPF",
                Aligned::Dkim => "DKIM",
                Aligned::Both => pick(language, "SPF and DKIM", "SPF и DKIM"),
            };
            fact(say!(language;
                en "From agrees with {by}, so DMARC passes";
                ru "адрес отправителя согласован с {by}: проверка DMARC пройдёт"))
        }
        DomainFinding::DmarcNotAligned { from, envelope, dkim } => {
            let dkim = dkim.as_deref().unwrap_or(pick(language, "none", "нет"));
            say!(language;
                en "neither SPF nor our DKIM signature vouches for {from} (envelope: {envelope}, \
                    DKIM: {dkim}): DMARC fails, unless the relay signs for {from}",
                   "sign: write domain = \"{from}\", `selector` and `key` into [dkim]; or let \
                    `return_path` of [from] be an address at {from}, and SPF of {from} let the \
                    relay send";
                ru "за {from} не ручается ни SPF, ни наша подпись DKIM (конверт: {envelope}, DKIM: \
                    {dkim}): DMARC не пройдёт, если сервер сам не подпишет письма за {from}",
                   "подписывайте письма: задайте в [dkim] domain = \"{from}\", selector и key; \
                    или пусть return_path в [from] будет адресом в {from}, а SPF домена {from} \
                    разрешает сервер")
        }
        DomainFinding::FreeProvider { domain, host } => say!(language;
            en "an address at {domain} is sent through {host}: receivers treat that as a forgery",
               "send through the relay of {domain}, or write an address of your own domain into \
                [from]";
            ru "письма с адреса в {domain} уходят через {host}: получатели сочтут их подделкой",
               "отправляйте через сервер {domain} или впишите в [from] адрес в своём домене"),
        DomainFinding::PtrGood { ip, name } => fact(say!(language;
            en "the address {ip} of our server is called {name}, and that leads back to it";
            ru "адрес {ip} нашего сервера называется {name}, и это имя ведёт обратно к нему")),
        DomainFinding::PtrMissing { ip, host, record } => say!(language;
            en "the address {ip} of our server {host} has no name: Gmail and others refuse mail \
                from such addresses",
               "ask whoever provides the address to publish: {record}";
            ru "у адреса {ip} нашего сервера {host} нет имени: Gmail и другие не принимают почту с \
                таких адресов",
               "попросите того, кто предоставил адрес, опубликовать: {record}"),
        DomainFinding::PtrNotConfirmed { ip, name, record } => say!(language;
            en "the address {ip} of our server is called {name}, but {name} does not lead back to \
                it: Gmail and others refuse mail from such addresses",
               "publish, or ask whoever provides the address to publish: {record}";
            ru "адрес {ip} нашего сервера называется {name}, но {name} не ведёт обратно к нему: \
                Gmail и другие не принимают почту с таких адресов",
               "опубликуйте сами или попросите того, кто предоставил адрес: {record}"),
    }
}

fn spf_flaw(flaw: &SpfFlaw, language: Language) -> Said {
    match flaw {
        SpfFlaw::Term { domain, term } => say!(language;
            en "\"{term}\" at {domain} cannot be read", "correct \"{term}\" in the SPF record of {domain}";
            ru "«{term}» у {domain} не читается", "исправьте «{term}» в записи SPF домена {domain}"),
        SpfFlaw::NoRecord { domain } => say!(language;
            en "{domain}, to which it refers, has no SPF record",
               "remove include:{domain} or redirect={domain} from that record, or correct the name";
            ru "у домена {domain}, на который она ссылается, нет записи SPF",
               "уберите из этой записи include:{domain} или redirect={domain} или исправьте имя"),
        SpfFlaw::Several { domain } => say!(language;
            en "{domain} has several SPF records",
               "leave a single TXT record that begins with v=spf1 at {domain}";
            ru "у {domain} несколько записей SPF",
               "оставьте у {domain} одну запись TXT, начинающуюся с v=spf1"),
        SpfFlaw::TooManyLookups => say!(language;
            en "it takes more than 10 look-ups (RFC 7208, 4.6.4)",
               "keep at most 10 of include, a, mx, ptr, exists and redirect, those of included \
                records counted too: replace some by ip4 and ip6";
            ru "она требует больше 10 запросов (RFC 7208, 4.6.4)",
               "оставьте не больше 10 из include, a, mx, ptr, exists и redirect вместе с теми, что \
                во включённых записях: замените часть на ip4 и ip6"),
        SpfFlaw::TooManyVoid => say!(language;
            en "more than 2 of its names have no records (RFC 7208, 4.6.4)",
               "remove from it the names of a, mx, exists and include that no longer exist";
            ru "больше двух имён в ней ни к чему не ведут (RFC 7208, 4.6.4)",
               "уберите из неё имена в a, mx, exists и include, которых больше нет"),
        SpfFlaw::TooManyHosts { domain } => say!(language;
            en "{domain} has more than 10 MX hosts (RFC 7208, 4.6.4)",
               "replace mx for {domain} by ip4 and ip6";
            ru "у {domain} больше 10 серверов MX (RFC 7208, 4.6.4)",
               "замените mx для {domain} на ip4 и ip6"),
    }
}
