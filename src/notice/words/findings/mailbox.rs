//! What was found about the mailbox of answers, and the way to be taken off the list.

use super::fact;
use crate::finding::MailboxFinding;
use crate::notice::Language;
use crate::notice::words::{Said, delivery, say};

pub(super) fn finding(found: &MailboxFinding, language: Language) -> Said {
    match found {
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
