//! What was found about the mailbox of answers, and the way to be taken off the list.

use super::{advice, fact};
use crate::delivery::{MailboxTrouble, TlsFlaw, Trouble};
use crate::finding::MailboxFinding;
use crate::notice::Language;
use crate::notice::format::{cut, en_count, ru_count};
use crate::notice::words::inbox::mailbox_trouble;
use crate::notice::words::{Said, delivery, say};

#[expect(clippy::too_many_lines, reason = "a table with one arm for each finding")]
pub(super) fn finding(found: &MailboxFinding, language: Language) -> Said {
    match found {
        MailboxFinding::NoInbox => say!(language;
            en "no mailbox is set, so bounces and answers are read by hand",
               "to have them read, set `host`, `username` and `password` in [inbox]";
            ru "ящик не задан: возвраты и ответы придётся читать самим",
               "чтобы их читала программа, задайте host, username и password в разделе [inbox]"),
        MailboxFinding::InboxNotAsked { detail } => say!(language;
            en "the mailbox was not asked: {detail}", "put that right, and run gonets doctor again";
            ru "ящик не спрошен: {detail}", "исправьте это и снова запустите gonets doctor"),
        MailboxFinding::InboxOpens { user, folders } => {
            let folders = folders.join(", ");
            fact(say!(language;
                en "the mailbox of {user} opens; folders that are read: {folders}";
                ru "ящик {user} открывается; читаются папки: {folders}"))
        }
        MailboxFinding::InboxFails {
            host,
            provider,
            trouble: MailboxTrouble::LoginRefused(text),
        } => {
            let (text, hint) = (cut(text), advice(*provider, host, "[inbox]", language));
            let what = say!(language;
                en "{host} refuses the login to the mailbox: {text}";
                ru "{host} не пускает в ящик: {text}");
            Said { what, hint }
        }
        MailboxFinding::InboxFails {
            host, trouble: MailboxTrouble::Connection(trouble), ..
        } => {
            let Said { what, .. } = delivery::trouble(trouble, language);
            if let Trouble::Tls(flaw) = trouble
                && let Some(hint) = of_certificate(host, flaw, language)
            {
                let what = say!(language;
                    en "the mailbox at {host}: {what}";
                    ru "ящик на {host}: {what}");
                return Said { what, hint };
            }
            say!(language;
                en "the mailbox at {host}: {what}",
                   "check `host`, `port` and `security` in [inbox] (usually 993 and \"tls\"), and \
                    whether the network lets this computer out to that port";
                ru "ящик на {host}: {what}",
                   "проверьте host, port и security в разделе [inbox] (обычно 993 и \"tls\") и \
                    пускает ли сеть с этого компьютера на этот порт")
        }
        MailboxFinding::InboxFails { host, trouble, .. } => {
            let what = mailbox_trouble(trouble, language).what;
            say!(language;
                en "the mailbox at {host}: {what}", "run the same command again later";
                ru "ящик на {host}: {what}", "повторите ту же команду позже")
        }
        MailboxFinding::FolderRefused { folder, text } => {
            let text = cut(text);
            say!(language;
                en "the folder {folder} cannot be opened: {text}",
                   "correct its name in `folders` of [inbox], or remove it there";
                ru "папка {folder} не открывается: {text}",
                   "исправьте её имя в folders раздела [inbox] или уберите её оттуда")
        }
        MailboxFinding::NoJunk => say!(language;
            en "no folder for junk was found; bounces and answers may lie in one",
               "if there is one, write folders = [\"INBOX\", \"its name\"] into [inbox]";
            ru "папка спама не найдена; в ней могут лежать возвраты и ответы",
               "если она есть, напишите в [inbox] folders = [\"INBOX\", \"её имя\"]"),
        MailboxFinding::LoopImpossible => say!(language;
            en "no letter was sent to oneself: that needs a relay and a mailbox",
               "set `host` in [smtp] and in [inbox], then gonets doctor --loop";
            ru "письмо самому себе не отправлено: для этого нужны сервер и ящик",
               "задайте host в разделах [smtp] и [inbox], затем gonets doctor --loop"),
        MailboxFinding::LoopNotSent { to, outcome } => {
            let outcome = cut(outcome);
            say!(language;
                en "the letter to oneself ({to}) was not accepted: {outcome}",
                   "if the answer names the sender or the recipient, correct `address` or \
                    `reply_to` in [from]; otherwise send this line to the relay's operator; then \
                    gonets doctor --loop";
                ru "письмо самому себе ({to}) не принято: {outcome}",
                   "если в ответе речь об отправителе или получателе, исправьте address или \
                    reply_to в [from]; иначе перешлите эту строку владельцу сервера; затем gonets \
                    doctor --loop")
        }
        MailboxFinding::LoopArrived { to, folder, seconds } => fact(say!(language;
            en ("the letter to oneself ({to}) arrived in {folder} after {}",
                en_count(*seconds, "second", "seconds"));
            ru ("письмо самому себе ({to}) пришло в {folder} через {}",
                ru_count(*seconds, "секунду", "секунды", "секунд")))),
        MailboxFinding::LoopInJunk { to, folder, seconds } => say!(language;
            en ("the letter to oneself ({to}) landed in {folder} after {}: that of others would too",
                en_count(*seconds, "second", "seconds")),
               "put the warnings about SPF, DKIM and DMARC right first; then shorten the letter, its \
                links and attachments, and run gonets doctor --loop again";
            ru ("письмо самому себе ({to}) попало в {folder} через {}: у других попадёт туда же",
                ru_count(*seconds, "секунду", "секунды", "секунд")),
               "сначала устраните замечания о SPF, DKIM и DMARC; затем сократите письмо, ссылки и \
                вложения и повторите gonets doctor --loop"),
        MailboxFinding::LoopLost { to, seconds } => say!(language;
            en ("the letter to oneself ({to}) was accepted and did not arrive within {}",
                en_count(*seconds, "second", "seconds")),
               "make sure that mail to {to} comes into the mailbox of [inbox]; if it came later, \
                repeat with --deadline 600";
            ru ("письмо самому себе ({to}) принято, но за {} не пришло",
                ru_count(*seconds, "секунду", "секунды", "секунд")),
               "убедитесь, что почта на {to} приходит в ящик из [inbox]; если письмо пришло позже, \
                повторите с --deadline 600"),
        MailboxFinding::MessageIdKept => fact(say!(language;
            en "the relay kept the Message-ID, so that answers are matched to their letters";
            ru "сервер сохранил Message-ID: ответы найдут свои письма")),
        MailboxFinding::MessageIdChanged { ours, theirs } => {
            let (ours, theirs) = (cut(ours), cut(theirs));
            say!(language;
                en "the relay replaced the Message-ID {ours} by {theirs}, by which answers are matched",
                   "write return_path = \"bounce+{{id}}@…\" into [from] (an address that arrives in \
                    [inbox]), or the outgoing number into the subject";
                ru "сервер заменил Message-ID {ours} на {theirs}, а по нему ответы находят письма",
                   "напишите в [from] return_path = \"bounce+{{id}}@…\" (адрес, почта которого \
                    приходит в [inbox]) или поставьте исходящий номер в тему")
        }
        MailboxFinding::ReturnPathKept { address } => fact(say!(language;
            en "the relay kept the return path {address}";
            ru "сервер сохранил адрес возврата {address}")),
        MailboxFinding::ReturnPathChanged { ours, theirs } => say!(language;
            en "the relay replaced the return path {ours} by {theirs}: bounces go there",
               "make sure that mail to {theirs} comes into the mailbox of [inbox], and write \
                return_path = \"{theirs}\" into [from]";
            ru "сервер заменил адрес возврата {ours} на {theirs}: возвраты придут туда",
               "убедитесь, что почта на {theirs} приходит в ящик из [inbox], и напишите в [from] \
                return_path = \"{theirs}\""),
        MailboxFinding::SignatureKept => fact(say!(language;
            en "our DKIM signature came through"; ru "наша подпись DKIM дошла")),
        MailboxFinding::SignatureLost => say!(language;
            en "our DKIM signature was removed or replaced on the way",
               "ask the relay's operator to leave it alone, or remove [dkim] and let the relay sign \
                for the domain of From";
            ru "нашу подпись DKIM по пути убрали или заменили",
               "попросите владельца сервера её не трогать или уберите [dkim], если сервер сам \
                подписывает письма от домена отправителя"),
        MailboxFinding::ResultsPass { by, results } => {
            let results = results.join(", ");
            fact(say!(language; en "{by} found: {results}"; ru "{by} установил: {results}"))
        }
        MailboxFinding::ResultFails { by, method, result } => {
            let name = method.to_uppercase();
            say!(language;
                en "{by} found: {method}={result}",
                   "put right what is said of {name} under the sender's domain; if nothing is, ask \
                    the relay's operator from which addresses it sends and for which domain it signs";
                ru "{by} установил: {method}={result}",
                   "устраните замечания о {name} в разделе о домене отправителя; если их нет, \
                    спросите владельца сервера, с каких адресов он отправляет и за какой домен \
                    подписывает")
        }
        MailboxFinding::ResultsMissing => fact(say!(language;
            en "the receiver wrote no Authentication-Results: what it thinks of SPF, DKIM and DMARC \
                is not known";
            ru "получатель не записал Authentication-Results: что он думает об SPF, DKIM и DMARC, \
                неизвестно")),
        MailboxFinding::OneClickAnswers { host } => fact(say!(language;
            en "{host}, where one click takes a person off the list, answers over https (its page \
                itself was not asked for)";
            ru "{host}, где отписываются одним нажатием, отвечает по https (сама страница не \
                запрашивалась)")),
        MailboxFinding::OneClickFails { host, trouble } => {
            let Said { what, .. } = delivery::trouble(trouble, language);
            say!(language;
                en "{host}, where one click takes a person off the list, does not answer over https: \
                    {what}",
                   "correct `one_click` in [unsubscribe], or remove it and keep `mailto`";
                ru "{host}, где отписываются одним нажатием, не отвечает по https: {what}",
                   "исправьте one_click в разделе [unsubscribe] или уберите его и оставьте mailto")
        }
        MailboxFinding::UnsubscribeUnread { address } => say!(language;
            en "{address} cannot receive mail, so nobody would read who wants off the list",
               "write an address that is read into `mailto` of [unsubscribe]";
            ru "на {address} почта не приходит: просьбы об отписке никто не прочтёт",
               "впишите в mailto раздела [unsubscribe] адрес, который читают"),
        MailboxFinding::UnsubscribeElsewhere { address } => say!(language;
            en "whoever wants off the list writes to {address}, which is not the mailbox of [inbox]",
               "make sure that somebody reads it, or write the mailbox of [inbox] into `mailto`";
            ru "отписываются письмом на {address}, а это не ящик из [inbox]",
               "убедитесь, что его читают, или впишите в mailto ящик из [inbox]"),
    }
}

/// What to do about the certificate of the mailbox's server, if that is at fault.
fn of_certificate(host: &str, flaw: &TlsFlaw, language: Language) -> Option<String> {
    let hint = match flaw {
        TlsFlaw::Expired => say!(language;
            en "ask the server's operator to renew the certificate; if this computer's clock is \
                wrong, set it";
            ru "попросите владельца сервера продлить сертификат; если неверны часы этого \
                компьютера, поправьте их"),
        TlsFlaw::OtherName => say!(language;
            en "write the server's real name into `host` of [inbox], or ask its operator for a \
                certificate for {host}";
            ru "впишите в host раздела [inbox] настоящее имя сервера или попросите у владельца \
                сертификат для {host}"),
        TlsFlaw::UnknownIssuer => say!(language;
            en "if the server is your organisation's own, save its authority's certificate (PEM) \
                beside campaign.toml and write ca_file = \"ca.pem\" into [inbox]; otherwise \
                remove [inbox]";
            ru "если сервер принадлежит вашей организации, положите сертификат её центра (PEM) \
                рядом с campaign.toml и напишите ca_file = \"ca.pem\" в разделе [inbox]; иначе \
                уберите [inbox]"),
        TlsFlaw::BadCertificate => say!(language;
            en "set this computer's clock if it is wrong; otherwise ask the server's operator for \
                another certificate";
            ru "поправьте часы этого компьютера, если они неверны; иначе попросите владельца \
                сервера заменить сертификат"),
        TlsFlaw::NotTls | TlsFlaw::NothingCommon | TlsFlaw::Other(_) => return None,
    };
    Some(hint)
}
