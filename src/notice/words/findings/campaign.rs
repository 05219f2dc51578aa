//! What was found in the campaign's own files and on this computer.

use super::{fact, size_of};
use crate::finding::CampaignFinding;
use crate::notice::Language;
use crate::notice::format::{duration, en_count, quoted, ru_count};
use crate::notice::words::{Said, say};

pub(super) fn finding(found: &CampaignFinding, language: Language) -> Said {
    match found {
        CampaignFinding::Faulty { folder, errors } => {
            let folder = quoted(folder);
            say!(language;
                en ("the campaign has {}, so that its letters are not known",
                    en_count(*errors, "error", "errors")),
                   "gonets check {folder}";
                ru ("в рассылке {}: каковы письма, неизвестно",
                    ru_count(*errors, "ошибка", "ошибки", "ошибок")),
                   "gonets check {folder}")
        }
        CampaignFinding::Letters { letters, largest, are_all } => {
            let largest = size_of(*largest, language);
            let (en, ru) = if *are_all { ("", "") } else { ("the first ", "из первых: ") };
            fact(say!(language;
                en ("{en}{} composed; the largest has {largest}", en_count(*letters, "letter", "letters"));
                ru ("{ru}{}; самое большое — {largest}",
                    ru_count(*letters, "письмо составлено", "письма составлено", "писем составлено"))))
        }
        CampaignFinding::NoLedger => fact(say!(language;
            en "nothing was sent yet, so there is no ledger";
            ru "ещё ничего не отправлялось, журнала рассылки нет")),
        CampaignFinding::LedgerNotAsked => fact(say!(language;
            en "the ledger is on a server, which --offline does not ask";
            ru "журнал рассылки на сервере, а --offline его не спрашивает")),
        CampaignFinding::Ledger { letters } => fact(say!(language;
            en ("the ledger is sound and knows {}", en_count(*letters, "letter", "letters"));
            ru "журнал рассылки цел, писем в нём: {letters}")),
        CampaignFinding::LedgerFails { folder, detail } => {
            let folder = quoted(folder);
            say!(language;
                en "the ledger cannot be used: {detail}", "gonets status {folder}";
                ru "журналом рассылки нельзя пользоваться: {detail}", "gonets status {folder}")
        }
        CampaignFinding::LedgerElsewhere { host, path } => say!(language;
            en "letters of this campaign went from {host}, {path} before: a second copy would send \
                them twice",
               "go on there; if this is the only copy, gonets send asks once and goes on here";
            ru "письма этой рассылки уже уходили с {host}, {path}: вторая копия отправит их ещё раз",
               "продолжайте там; если копия одна, gonets send спросит один раз и продолжит здесь"),
        CampaignFinding::LedgerOnShare { kind, folder } => {
            let folder = folder.display();
            say!(language;
                en "the ledger lies on a network share ({kind}), which does not promise its locks: \
                    two computers could send every letter twice",
                   "send from one computer only, move {folder} to a local disk, or write postgres = \
                    {{ env = \"GONETS_DATABASE\" }} into [ledger]";
                ru "журнал рассылки лежит в сетевой папке ({kind}), а она не обещает его \
                    блокировок: два компьютера могут отправить все письма дважды",
                   "отправляйте только с одного компьютера, перенесите {folder} на местный диск или \
                    напишите в [ledger] postgres = {{ env = \"GONETS_DATABASE\" }}")
        }
        CampaignFinding::Disk { free, needed } => {
            let (free, needed) = (size_of(*free, language), size_of(*needed, language));
            fact(say!(language;
                en "{free} free on the disk; a run writes about {needed}";
                ru "на диске свободно {free}; отправка запишет около {needed}"))
        }
        CampaignFinding::DiskShort { path, free, needed } => {
            let (free, needed) = (size_of(*free, language), size_of(*needed, language));
            let path = path.display();
            say!(language;
                en "{free} free where {path} lies, and a run writes about {needed}: it would stop \
                    half-way",
                   "free {needed} on that disk, or move the campaign to a larger one";
                ru "на диске, где лежит {path}, свободно {free}, а отправка запишет около {needed}: \
                    она встанет на полпути",
                   "освободите на этом диске {needed} или перенесите рассылку на больший")
        }
        CampaignFinding::TimeZone { zone, now } => fact(say!(language;
            en "letters are dated in {zone}: it is {now}";
            ru "письма датируются по времени {zone}: сейчас {now}")),
        CampaignFinding::TimeZoneUnset { now } => say!(language;
            en "letters are dated in UTC, the time zone of this computer: it is {now}",
               "if you live by another time, write for example timezone = \"Europe/Moscow\" into \
                [from]";
            ru "письма датируются по UTC, часовому поясу этого компьютера: сейчас {now}",
               "если вы живёте по другому времени, напишите в [from], например, timezone = \
                \"Europe/Moscow\""),
        CampaignFinding::Clock { by } => fact(say!(language;
            en "this computer's clock agrees with that of {by}";
            ru "часы этого компьютера сходятся с часами {by}")),
        CampaignFinding::ClockWrong { by, seconds } => {
            let by_how_much =
                duration(std::time::Duration::from_secs(seconds.unsigned_abs()), language);
            let (en, ru) = if *seconds > 0 {
                ("ahead of", "спешат")
            } else {
                ("behind", "отстают")
            };
            say!(language;
                en "this computer's clock is {by_how_much} {en} that of {by}: letters dated wrongly \
                    are taken for spam",
                   "set the clock (Windows: Settings, Time, Sync now; Linux: timedatectl set-ntp true)";
                ru "часы этого компьютера {ru} на {by_how_much} по сравнению с {by}: письма с \
                    неверной датой принимают за спам",
                   "поправьте часы (Windows: «Параметры», «Время», «Синхронизировать»; Linux: \
                    timedatectl set-ntp true)")
        }
        CampaignFinding::ClockUnknown { now } => fact(say!(language;
            en "this computer's clock says {now}; no server told the time to compare it with";
            ru "часы этого компьютера показывают {now}; ни один сервер не назвал времени для сверки")),
    }
}
