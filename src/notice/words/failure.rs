//! Why a command cannot go on, and what was wrong with the command line.

use super::{Said, config, delivery, foreign, inbox, list, pick, plan, say, secret, trust};
use crate::delivery::Home;
use crate::escaping::one_line;
use crate::failure::{Asked, Doing, Failure, LedgerFlaw, ServerFlaw};
use crate::notice::format::{
    self, en_count, encoding_name, letters, moment, number, quoted, ru_count, size_of,
};
use crate::notice::{Language, Misuse};
use crate::problem::Cause;

pub(super) fn failure(failure: &Failure, language: Language) -> String {
    match failure {
        Failure::NoCampaign { path } => say!(language;
            en ("{}: no campaign.toml here; give the campaign's folder or create one with `gonets \
                 init FOLDER`", path.display());
            ru ("{}: здесь нет campaign.toml; укажите папку рассылки или создайте её: gonets init \
                 ПАПКА", path.display())),
        Failure::NamedOtherwise { path } => {
            let wanted = quoted(&path.with_file_name("campaign.toml"));
            let command = if cfg!(windows) {
                format!("ren {} campaign.toml", quoted(path))
            } else {
                format!("mv {} {wanted}", quoted(path))
            };
            say!(language;
                en ("the settings must be named campaign.toml, and this file is not (Explorer hides \
                     the end of a name: View, File name extensions): {}\nRename it:\n  {command}",
                    path.display());
                ru ("настройки должны называться campaign.toml, а этот файл назван иначе (конец имени \
                     Проводник прячет: «Вид», «Расширения имён файлов»): {}\nПереименуйте его:\n  \
                     {command}", path.display()))
        }
        Failure::SavedAs { path, encoding } => {
            let name = match *encoding {
                "" => String::new(),
                name => format!(" ({})", encoding_name(name)),
            };
            say!(language;
                en ("{}: the file is not in UTF-8{name}, and settings must be: open it in Notepad, \
                     choose File, Save As, Encoding: UTF-8, and save it under the same name",
                    path.display());
                ru ("{}: файл не в UTF-8{name}, а настройки должны быть в UTF-8: откройте его в \
                     Блокноте, выберите «Файл», «Сохранить как», «Кодировка»: UTF-8 и сохраните под \
                     тем же именем", path.display()))
        }
        Failure::File { doing, path, cause } => {
            let Said { what, hint } = config::cause(cause, language);
            // What is to be written is not there yet: its folder is what is missing.
            let no_folder = *cause == Cause::NotFound && !matches!(doing, Doing::Reading);
            let no_folder =
                no_folder.then(|| pick(language, "there is no such folder", "такой папки нет"));
            let doing = match doing {
                Doing::Reading => pick(language, "cannot be read", "не читается"),
                Doing::Writing => pick(language, "cannot be written", "не записывается"),
                Doing::Creating => pick(language, "cannot be created", "не создаётся"),
                Doing::Replacing => pick(language, "cannot be replaced", "не заменяется"),
            };
            format!("{}: {doing}: {}; {hint}", path.display(), no_folder.unwrap_or(&what))
        }
        Failure::Faulty { errors } => say!(language;
            en ("{}; nothing was sent", en_count(*errors, "error", "errors"));
            ru ("{}; ничего не отправлено", ru_count(*errors, "ошибка", "ошибки", "ошибок"))),
        Failure::NoSuchRecipient { address } => say!(language;
            en "{address}: the list has no such address; check the spelling";
            ru "{address}: такого адреса в списке нет; сверьте его со списком"),
        Failure::SealDiffers { given, now, changes } => say!(language;
            en ("the given seal is {given}, but the letters now have the seal {now}: they are not \
                 the ones that were previewed; run `gonets preview` and look again{}",
                plan::all_changed(changes, language));
            ru ("указана печать {given}, а у писем сейчас печать {now}: это не те письма, которые \
                 просматривали; выполните gonets preview и посмотрите ещё раз{}",
                plan::all_changed(changes, language))),
        Failure::OtherSeal { by, changes } => {
            let (host, account) = (one_line(&by.host), one_line(&by.account));
            let parts: String =
                changes.iter().map(|it| format!("\n  {}", one_line(&it.part))).collect();
            say!(language;
            en ("another run is sending this campaign now ({host}, {account}, PID {}), and its \
                 letters are not the same; nothing was sent from here. What differs:{parts}\n\
                 Make the folders the same, or wait until that run ends", by.process);
            ru ("эту рассылку сейчас ведёт другой запуск ({host}, {account}, PID {}), и письма у него \
                 другие; отсюда ничего не отправлено. Отличаются:{parts}\n\
                 Сделайте папки одинаковыми или дождитесь окончания того запуска", by.process))
        }
        Failure::NumbersMoved => say!(language;
            en "the outgoing numbers are not the ones that were previewed: the ledger has since \
                given numbers to other letters; run `gonets preview` and look again";
            ru "исходящие номера у писем теперь не те, что при просмотре: с тех пор журнал выдал \
                номера другим письмам; выполните gonets preview и посмотрите ещё раз"),
        Failure::NotPreviewed { folder, changes } => say!(language;
            en ("the letters with this seal have not been previewed yet; run `gonets preview {}`, \
                 look at them, then approve them{}",
                quoted(folder), plan::all_changed(changes, language));
            ru ("письма с этой печатью ещё не просматривали; выполните gonets preview {}, \
                 посмотрите их и одобрите{}",
                quoted(folder), plan::all_changed(changes, language))),
        Failure::NotApproved { folder, seal, approved, people, changes } => {
            let approved = match one_line(&approved.join(", ")).as_ref() {
                "" => pick(language, "nobody", "пока никто").to_owned(),
                names => names.to_owned(),
            };
            let people = u64::from(*people);
            let folder = quoted(folder);
            let changes = plan::all_changed(changes, language);
            say!(language;
                en ("the letters with the seal {seal} must be approved by {}; approved so far by \
                     {approved}; nothing was sent{changes}\n\
                     \x20 gonets preview {folder}             look at the letters\n\
                     \x20 gonets approve {folder} --by NAME   approve them",
                    en_count(people, "person", "people"));
                ru ("письма с печатью {seal} должны одобрить {}, одобрили: {approved}; ничего не \
                     отправлено{changes}\n\
                     \x20 gonets preview {folder}            посмотреть письма\n\
                     \x20 gonets approve {folder} --by ИМЯ   одобрить их",
                    ru_count(people, "человек", "человека", "человек")))
        }
        Failure::NotTrusted { folder, needs } => {
            let (folder, needs) = (quoted(folder), trust::needs(needs, language));
            say!(language;
                en "this campaign needs permission, and nobody has given it:\n{needs}\nnothing was run, \
                    taken or sent; if you trust whoever made the folder: `gonets trust {folder}`, \
                    or --trust for one run";
                ru "этой рассылке нужно разрешение, а его никто не давал:\n{needs}\nничего не \
                    запущено, не взято и не отправлено; если доверяете тому, кто сделал папку: \
                    gonets trust {folder} или --trust на один раз")
        }
        Failure::RelayNotTrusted { file, needs, folder } => {
            let [file, folder] = [file, folder].map(|it| quoted(it));
            let needs = trust::needs(needs, language);
            say!(language;
                en "the relay's file {file} needs permission, and nobody has given it:\n{needs}\nnothing was \
                    run, taken or sent; if you trust whoever made the file: `gonets trust {folder} \
                    --relay {file}`, or --trust for one run";
                ru "файлу сервера {file} нужно разрешение, а его никто не давал:\n{needs}\nничего не \
                    запущено, не взято и не отправлено; если доверяете тому, кто сделал файл: \
                    gonets trust {folder} --relay {file} или --trust на один раз")
        }
        Failure::NeedsConfirmation(Asked::ToSend) => say!(language;
            en "stdin is not a terminal; confirm with --seal SEAL (printed by `gonets preview`) \
                or --yes";
            ru "спросить некого: это не терминал; подтвердите отправку через --seal ПЕЧАТЬ (её \
                выводит gonets preview) или --yes"),
        Failure::NeedsConfirmation(Asked::ToRehearse | Asked::ToReset | Asked::ToForget) => {
            say!(language;
            en "stdin is not a terminal; confirm with --yes";
            ru "спросить некого: это не терминал; подтвердите через --yes")
        }
        Failure::Elsewhere { from: Home { host, path }, folder } => {
            let [host, path] = [host, path].map(|it| one_line(it));
            say!(language;
            en ("the letters of this campaign went from {path} on {host}; if this folder is a \
                 copy, and letters go from both, people get two; nothing was sent. If they go from \
                 here alone from now on:\n\
                 \x20 gonets send {} --here", quoted(folder));
            ru ("письма этой рассылки уходили из папки {path} на компьютере {host}; если эта папка \
                 — копия и отправлять из обеих, люди получат по два письма; ничего не отправлено. \
                 Если отныне письма уходят только отсюда:\n\
                 \x20 gonets send {} --here", quoted(folder)))
        }
        Failure::TwoVersions { letters: n, number, folder } => {
            let folder = quoted(folder);
            say!(language;
                en ("{} the letter № {number} with another text; under one number there would be two \
                     versions. A correction for them: gonets init FOLDER --follow {folder} --to accepted. \
                     To send the new text to the others: gonets send {folder} --new-version",
                    en_count(*n, "person has", "people have"));
                ru "у адресатов ({n}) уже есть письмо № {number} с другим текстом, а под одним номером не \
                    должно быть двух писем. Уточнение для них: gonets init ПАПКА --follow {folder} --to \
                    accepted. Остальным новый текст: gonets send {folder} --new-version")
        }
        Failure::LookAlikes { letters: n, examples, folder } => {
            let more = *n - examples.len() as u64;
            let more = if more == 0 { String::new() } else { format!("\n  … (+{more})") };
            let examples = examples.iter().map(|it| format!("\n  {}", one_line(it)));
            let who = format!("{}{more}", examples.collect::<String>());
            say!(language;
                en ("{} would go to people who already have one: they look new, because \
                     `duplicates` or `key` in [contacts], or the cells of `key`, changed; nothing \
                     was sent:{who}\nUndo the change. If they should get a second letter:\n\
                     \x20 gonets send {} --second-letters", letters(*n, language), quoted(folder));
                ru ("{} ушло бы тем, у кого письмо уже есть: они выглядят новыми, потому что изменили \
                     duplicates или key в [contacts] либо ячейки key; ничего не отправлено:{who}\n\
                     Верните как было. Если второе письмо им нужно:\n\
                     \x20 gonets send {} --second-letters", letters(*n, language), quoted(folder)))
        }
        Failure::FiledLetters { letters: n, folder } => say!(language;
            en ("{} filed in the outbox, sent to nobody yet; nothing was sent now \
                 either: say what to do\n\
                 \x20 gonets send {1} --filed send   (send now)\n\
                 \x20 gonets send {1} --filed keep   (keep in the outbox)",
                letters(*n, language), quoted(folder));
            ru ("{}: в папке исходящих, никто их не получил, и \
                 сейчас ничего не отправлено. Скажите, что с ними делать:\n\
                 \x20 gonets send {1} --filed send   (отправить сейчас)\n\
                 \x20 gonets send {1} --filed keep   (оставить в папке)",
                letters(*n, language), quoted(folder))),
        Failure::NotConfirmed => say!(language;
            en "not confirmed; nothing was sent";
            ru "не подтверждено; ничего не отправлено"),
        Failure::BadAddress { address, flaw } => {
            let Said { what, .. } = list::address_flaw(*flaw, language);
            say!(language;
                en "\"{address}\" is not an e-mail address: {what}";
                ru "«{address}» — не адрес электронной почты: {what}")
        }
        Failure::PreviewNotOurs { path } => say!(language;
            en ("{}: this folder was not created by gonets, so it is not replaced; move or rename \
                 it", path.display());
            ru ("{}: эту папку создала не программа gonets, поэтому она не заменяется; \
                 переместите или переименуйте её", path.display())),
        Failure::FolderNotEmpty { path } => say!(language;
            en ("{}: the folder is not empty; choose a new one so that nothing is overwritten",
                path.display());
            ru ("{}: папка не пуста; укажите новую, чтобы ничего вашего не перезаписать",
                path.display())),
        Failure::TableKind { path } => say!(language;
            en ("{}: unknown table format; use a name that ends in .csv, .xlsx or .json",
                path.display());
            ru ("{}: таблица бывает .csv, .xlsx или .json; назовите файл так", path.display())),
        Failure::FileThere { path } => say!(language;
            en ("{}: the file already exists; choose another name or add --replace",
                path.display());
            ru ("{}: такой файл уже есть; назовите другой или добавьте --replace, чтобы заменить \
                 его", path.display())),
        Failure::FileOfCampaign { path } => say!(language;
            en ("{}: this file is part of the campaign and is never overwritten; choose another \
                 name", path.display());
            ru ("{}: этот файл — часть самой рассылки и не перезаписывается; назовите другой",
                path.display())),
        Failure::NoPdf => say!(language;
            en "this campaign has no letter on letterhead: campaign.toml has no [pdf] section";
            ru "письма на бланке в этой рассылке нет: нет раздела [pdf] в campaign.toml"),
        Failure::TextNotKept { address } => say!(language;
            en "{address}: this letter went before the campaign was changed, and its text was not \
                kept; [archive] keeps the text of letters that go from now on";
            ru "{address}: письмо ушло до того, как рассылку изменили, и текста его не осталось; \
                чтобы тексты сохранялись впредь, добавьте раздел [archive]"),
        Failure::NoSuchRow { row } => say!(language;
            en "the list has no row {row}; rows are numbered as in Excel, the headings included";
            ru "строки {row} в списке нет; строки считаются, как в Excel, вместе с заголовками"),
        Failure::NoSuchNumber { number } => say!(language;
            en "no letter has the outgoing number \"{number}\"";
            ru "письма с исходящим номером «{number}» в списке нет"),
        Failure::NothingBehind => say!(language;
            en "that letter is the last one on the list";
            ru "это письмо последнее в списке"),
        Failure::NothingWaits => say!(language;
            en "no letter is waiting to be sent; choose one with --to, --row or --number";
            ru "ни одно письмо из списка не ждёт отправки; выберите его через --to, --row или \
                --number"),
        Failure::TooLarge { largest, most } => {
            let [largest, most] = [largest, most].map(|bytes| size_of(*bytes, language));
            say!(language;
                en "the largest letter is {largest}, but the relay accepts at most {most}; make \
                    the attachments smaller or ask the relay's operator";
                ru "самое большое письмо — {largest}, а сервер принимает не больше {most}; \
                    уменьшите вложения или спросите владельца сервера")
        }
        Failure::LetterHeld { address, by } => {
            let by = one_line(by);
            say!(language;
                en "{address}: a run has this letter now ({by}); decide when `gonets status` shows what \
                    became of it";
                ru "{address}: это письмо сейчас у другого запуска ({by}); решайте, когда gonets status \
                    покажет, что с ним стало")
        }
        Failure::NotUnknown { address, state: Some(state) } => say!(language;
            en ("{address}: this letter is {}; only unknown letters can be resolved; use `gonets \
                 reset` for accepted and refused ones", delivery::state(*state, language));
            ru ("{address}: состояние письма — «{}»; здесь решается только судьба неизвестных, а \
                 принятые и отклонённые возвращает gonets reset",
                delivery::state(*state, language))),
        Failure::NothingToReset { address, state: Some(state) } => say!(language;
            en ("{address}: this letter is {}; only accepted and refused letters, and those \
                 waiting for a retry, can be reset", delivery::state(*state, language));
            ru ("{address}: состояние письма — «{}»; вернуть можно только принятые, отвергнутые и \
                 те, что ждут повтора", delivery::state(*state, language))),
        Failure::NotUnknown { address, state: None }
        | Failure::NothingToReset { address, state: None } => say!(language;
            en "{address}: the ledger has no letter to this address; see `gonets status`";
            ru "{address}: письма на этот адрес в журнале нет; см. gonets status"),
        Failure::NotOnList { address, replaced_by: Some(new), list: _ } => say!(language;
            en "{address}: this address is no longer on the list; it was corrected, and the letter \
                went to {new}. There is nothing to reset";
            ru "{address}: этого адреса больше нет в списке: его исправили, и письмо ушло на {new}. \
                Возвращать нечего"),
        Failure::NotOnList { address, replaced_by: None, list } => say!(language;
            en "{address}: this address is no longer in {list}, so the letter would not go again; \
                put the row back first, or leave the letter as it is";
            ru "{address}: этого адреса больше нет в {list}, и письмо не ушло бы снова; сначала \
                верните строку или оставьте письмо как есть"),
        Failure::LedgerHeld { by } => say!(language;
            en "another run is using this campaign ({by}); wait until it ends or stop it with \
                Ctrl-C";
            ru "эту рассылку уже ведёт другой запуск ({by}); дождитесь его окончания или \
                остановите его через Ctrl-C"),
        Failure::LedgerLost { path, lost } => say!(language;
            en ("{}: the ledger has lost its last {}: it was deleted, truncated or replaced by an \
                 older copy, and people would get a second letter; restore the newest copy. If this \
                 is the newest, gonets resolve --lost marks every letter that waits in it as \
                 unknown. \
                 To start over on purpose and write to everybody again, also delete ledger.lock next \
                 to it", path.display(), en_count(*lost, "change", "changes"));
            ru ("{}: в журнале не хватает последних записей ({lost}): его удалили, обрезали или \
                 заменили старой копией, и люди получили бы письмо второй раз; верните самую \
                 новую копию. Если новее нет, gonets resolve --lost посчитает все ждущие в ней \
                 письма неизвестными. Чтобы намеренно начать с начала и написать всем снова, \
                 удалите рядом и ledger.lock", path.display())),
        Failure::LedgerCopied { folder, waiting: n } => say!(language;
            en ("this ledger is a copy that gonets ledger backup wrote, and ledger.lock, which knows \
                 what was recorded since, is not beside it: {} waiting in the copy may have gone, so \
                 nothing is sent now. Put ledger.lock or a newer copy back, or have these letters taken \
                 for unknown:\n\
                 \x20 gonets resolve {} --lost", letters(*n, language), quoted(folder));
            ru ("этот журнал — копия, сделанная командой gonets ledger backup, а файла ledger.lock, \
                 который знает, что записано после неё, рядом нет. Письма, которые числятся в копии \
                 ждущими ({}), возможно, уже ушли, поэтому сейчас ничего не отправляется. Верните \
                 ledger.lock или более новую копию либо считайте эти письма неизвестными:\n\
                 \x20 gonets resolve {} --lost", number(*n, language), quoted(folder))),
        Failure::LedgerTorn { folder, by, waiting: n } => {
            let by = one_line(by);
            say!(language;
            en ("the last run ({by}) was cut off, and ledger.sqlite-wal with what it recorded \
                 last is gone or cut short: {} that the ledger shows as waiting may have been sent, \
                 so nothing is sent now. Put that file back, or have these letters marked \
                 unknown:\n\
                 \x20 gonets resolve {} --lost", letters(*n, language), quoted(folder));
            ru ("прошлый запуск ({by}) оборвался, а файл ledger.sqlite-wal с его последними \
                 записями пропал или обрезан. Письма, которые числятся ждущими ({}), возможно, уже \
                 ушли, поэтому сейчас ничего не отправляется. Верните этот файл или считайте \
                 такие письма неизвестными:\n\
                 \x20 gonets resolve {} --lost", number(*n, language), quoted(folder)))
        }
        Failure::NothingLost => say!(language;
            en "the ledger has lost nothing, so --lost has nothing to do; use --accepted or \
                --resend with --to";
            ru "журнал ничего не потерял, и --lost не нужен; укажите --to и --accepted или \
                --resend"),
        Failure::LedgerGone { path } => say!(language;
            en ("{}: the file was deleted or replaced during the run; nothing more is sent: put \
                 it back", path.display());
            ru ("{}: файл удалили или заменили во время отправки; больше ничего не отправляется: \
                 верните его на место", path.display())),
        Failure::LedgerDamaged { path, detail } => say!(language;
            en ("{0}: the ledger is damaged ({detail}); nothing is sent without it. Put the newest \
                 whole copy of this file in its place, from a backup, a snapshot or the file \
                 history of a cloud disk; move {0}-wal away if it is there, and keep ledger.lock. Do not \
                 delete it: everybody would get a second letter", path.display());
            ru ("{0}: журнал рассылки повреждён ({1}); без него ничего не отправляется. \
                 Положите на его место самую новую целую копию этого файла: из резервной копии, \
                 снимка диска или истории файлов облачного диска; {0}-wal, если он есть, уберите, \
                 ledger.lock оставьте. Не удаляйте журнал: все получили бы письмо второй раз",
                path.display(), foreign::system(detail))),
        Failure::LedgerNewer { path, version } => say!(language;
            en ("{}: written by a newer version of gonets (ledger version {version}); install \
                 that version", path.display());
            ru ("{}: журнал записан более новой версией gonets (версия журнала {version}); \
                 установите её", path.display())),
        Failure::LedgerOlder { path, version } => say!(language;
            en ("{}: written by an older build of gonets (ledger version {version}), which this \
                 one cannot read; finish this campaign with that build, or start a new one in a \
                 folder of its own", path.display());
            ru ("{}: журнал записан более старой сборкой gonets (версия журнала {version}), эта \
                 его не читает; завершите рассылку той сборкой или начните новую в своей папке",
                path.display())),
        Failure::LedgerOfOther { folder, campaign, letters: n } => {
            let campaign = one_line(campaign);
            let shown = folder.display();
            say!(language;
            en ("{shown}: the ledger belongs to the campaign \"{campaign}\", of which people have {}; \
                 under another id they all look new; nothing was sent. Restore id = \"{campaign}\", \
                 or start a new campaign in a folder of its own. If the campaign goes on under the new \
                 id, and those who have a letter should get a second one:\n\
                 \x20 gonets send {} --second-letters", letters(*n, language), quoted(folder));
            ru ("{shown}: это журнал рассылки «{campaign}», и люди уже получили {}; под другим id все \
                 они выглядят новыми; ничего не отправлено. Верните id = \"{campaign}\" или начните \
                 новую рассылку в своей папке. Если рассылка идёт дальше под новым id и второе письмо \
                 тем, у кого оно есть, нужно:\n\
                 \x20 gonets send {} --second-letters", letters(*n, language), quoted(folder)))
        }
        Failure::LedgerFailed { path, flaw, detail } => {
            let next = ledger_flaw(*flaw, language);
            let path = path.display();
            let known = foreign::system(detail);
            say!(language;
                en "{path}: the ledger cannot be used ({detail}). What was recorded before is safe, \
                    and what cannot be recorded is not sent: {next}";
                ru "{path}: журналом рассылки нельзя пользоваться ({known}). Записанное раньше \
                    цело, а что нельзя записать, то не отправляется: {next}")
        }
        Failure::LedgerServer { server, flaw, detail } => {
            let detail = if detail.is_empty() { String::new() } else { format!(" ({detail})") };
            let next = server_flaw(*flaw, language);
            say!(language;
                en "the ledger on {server} cannot be used{detail}. What was recorded before is \
                    safe, and what cannot be recorded is not sent: {next}";
                ru "журналом рассылки на {server} нельзя пользоваться{detail}. Записанное раньше \
                    цело, а что нельзя записать, то не отправляется: {next}")
        }
        Failure::LedgerMoved { from, to } => say!(language;
            en "{from}: this ledger is closed, because it was moved to {to}; let [ledger] in \
                campaign.toml say where it is, or move it back with `gonets ledger move`";
            ru "{from}: этот журнал закрыт, его перенесли в {to}; укажите в разделе [ledger] файла \
                campaign.toml, где он, или верните его командой gonets ledger move"),
        Failure::LedgerInFolder { path } => say!(language;
            en ("{}: the ledger of this campaign is in its folder, and campaign.toml names a \
                 server; move it there, or people would get a second letter: `gonets ledger move \
                 --to postgres`", path.display());
            ru ("{}: журнал этой рассылки лежит в её папке, а в campaign.toml назван сервер; \
                 перенесите его туда, иначе люди получат письмо второй раз: gonets ledger move \
                 --to postgres", path.display())),
        Failure::LedgerThere { at } => say!(language;
            en "{at}: there is a ledger of this campaign already; nothing was moved";
            ru "{at}: здесь уже есть журнал этой рассылки; ничего не перенесено"),
        Failure::NoServer => say!(language;
            en "campaign.toml names no server for the ledger; add [ledger] with postgres = \
                {{ env = \"GONETS_DATABASE\" }}";
            ru "в campaign.toml не назван сервер журнала; добавьте раздел [ledger] и в нём \
                postgres = {{ env = \"GONETS_DATABASE\" }}"),
        Failure::NothingToMove => say!(language;
            en "there is no ledger to move: nothing has been recorded there in this campaign";
            ru "переносить нечего: журнала этой рассылки там нет"),
        Failure::NoPostgres => say!(language;
            en "this build of gonets has no PostgreSQL; install a package, or build with \
                --features postgres";
            ru "эта сборка gonets не умеет работать с PostgreSQL; установите пакет или соберите \
                с --features postgres"),
        Failure::NoLedger { path } => say!(language;
            en ("{}: nothing has been sent in this campaign yet", path.display());
            ru ("{}: в этой рассылке ещё ничего не отправляли", path.display())),
        Failure::CopyOnServer => say!(language;
            en "the ledger is on a server: make a copy there, with pg_dump or as of any other \
                database";
            ru "журнал рассылки на сервере: копию делают там, через pg_dump или как для любой \
                другой базы"),
        Failure::StillGoing { open: n, folder } => say!(language;
            en ("the mailing is not finished: {}; nothing was deleted. See gonets status {}",
                en_count(*n, "letter waits or is unknown", "letters wait or are unknown"),
                quoted(folder));
            ru ("в рассылке есть письма, которые ждут или о которых неизвестно ({}): она не \
                 закончена, ничего не удалено. См. gonets status {}", number(*n, language),
                quoted(folder))),
        Failure::Secret { of, flaw } => secret::failure(*of, flaw, language),
        Failure::NothingToAnswer { address } => say!(language;
            en "{address}: no letter to this address was accepted; see gonets report";
            ru "{address}: на этот адрес письмо не уходило; см. gonets report"),
        Failure::NoInbox => say!(language;
            en "nothing says where the answers are; name the mailbox in [inbox] of campaign.toml, or \
                a Maildir, mbox or folder of .eml files: gonets inbox --from PATH";
            ru "не сказано, где лежат ответы; укажите ящик в [inbox] файла campaign.toml или \
                Maildir, mbox или папку файлов .eml: gonets inbox --from ПУТЬ"),
        Failure::Mailbox { path, cause } => {
            let Said { what, hint } = config::cause(cause, language);
            let path = path.display();
            say!(language;
                en "{path}: the mails cannot be read: {what}; {hint}";
                ru "{path}: почту не прочесть: {what}; {hint}")
        }
        Failure::AnswersUnread { folder, read } => {
            let folder = quoted(folder);
            let when = read.map(|at| moment(at, language));
            match when {
                Some(when) => say!(language;
                    en "the answers were last read at {when}, and somebody may have replied since; \
                        run gonets inbox {folder}";
                    ru "ответы последний раз читались {when}, с тех пор кто-то мог ответить; \
                        выполните gonets inbox {folder}"),
                None => say!(language;
                    en "the answers were never read, and somebody may have replied; run gonets inbox \
                        {folder}";
                    ru "ответы ещё не читались, кто-то мог ответить; выполните gonets inbox {folder}"),
            }
        }
        Failure::TooEarly { folder, day } => {
            let (folder, day) = (quoted(folder), format::day(*day, language));
            say!(language;
                en "too early: the first letter may go on {day}; run gonets inbox {folder} that day, and \
                    then this command";
                ru "ещё рано: первое письмо можно отправить {day}; в этот день выполните gonets inbox \
                    {folder}, затем эту команду")
        }
        Failure::FollowsItself { folder } => {
            let folder = folder.display();
            say!(language;
                en "{folder}: the campaigns follow each other in a circle; correct `campaign` in [follows]";
                ru "{folder}: рассылки продолжают друг друга по кругу; исправьте `campaign` в [follows]")
        }
        Failure::MailServer { host, trouble } => {
            let Said { what, hint } = inbox::mailbox_trouble(trouble, language);
            format!("{host}: {what}; {hint}")
        }
        Failure::Relay { host, trouble } => {
            let Said { what, hint } = delivery::trouble(trouble, language);
            format!("{host}: {what}; {hint}")
        }
        Failure::ManyFaulty { rows } => {
            let rows = number(*rows, language);
            say!(language;
                en "{rows} rows have errors, and the list was read no further; is it the right file, \
                    with the right `encoding`, `delimiter` and columns?";
                ru "строк с ошибками уже {rows}, дальше список не читался; тот ли это файл и верны ли \
                    `encoding`, `delimiter` и столбцы?")
        }
        Failure::ListChanged => say!(language;
            en "the contact list or a template changed during the run, which was stopped; preview \
                and send again";
            ru "список или шаблон изменились во время отправки; она остановлена: посмотрите \
                письма ещё раз и отправьте снова"),
        Failure::OutputLost => say!(language;
            en "cannot write the output; is the disk full?";
            ru "вывод не записан; не полон ли диск?"),
        Failure::Interrupted => say!(language;
            en "interrupted; run the same command to continue";
            ru "прервано; чтобы продолжить, повторите ту же команду"),
        Failure::Ours { detail } => say!(language;
            en "internal error: {detail}; please report it";
            ru "ошибка самой программы gonets: {detail}; пожалуйста, сообщите о ней"),
    }
}

/// What to do before a ledger on a server can be used again.
fn server_flaw(flaw: ServerFlaw, language: Language) -> &'static str {
    match flaw {
        ServerFlaw::Address => pick(
            language,
            "the connection string cannot be read; it looks like \
             postgresql://user:password@host/database, with %40 for an @ in the password",
            "строка подключения записана неверно; она выглядит так: \
             postgresql://user:password@host/database, а @ в пароле пишется %40",
        ),
        ServerFlaw::PlainText => pick(
            language,
            "without TLS anyone on the way could read and change it; remove sslmode=disable, which \
             is for this machine only",
            "без TLS его по пути прочтёт и изменит кто угодно; уберите sslmode=disable, это только \
             для этого же компьютера",
        ),
        ServerFlaw::Tls => pick(
            language,
            "the encrypted connection failed; if the server's certificate is from an authority of \
             your own, name its file: ca_file in [ledger]",
            "зашифрованное соединение не удалось; если сертификат сервера выдан вашим собственным \
             центром, укажите его файл: ca_file в разделе [ledger]",
        ),
        ServerFlaw::Unreachable => pick(
            language,
            "there is no connection to the server; see that it runs and can be reached, then run \
             the same command again",
            "нет связи с сервером; убедитесь, что он работает и доступен, и повторите ту же команду",
        ),
        ServerFlaw::Silent => pick(
            language,
            "the server did not answer within 10 seconds; see that PostgreSQL runs at that address \
             and port and is not overloaded, then run the same command again",
            "сервер не ответил за 10 секунд; убедитесь, что по этому адресу и порту работает \
             PostgreSQL и он не перегружен, и повторите ту же команду",
        ),
        ServerFlaw::Stalled => pick(
            language,
            "the server has not answered for 30 seconds; see that it runs, is not overloaded and can \
             be reached, then run the same command again",
            "сервер не отвечает уже 30 секунд; убедитесь, что он работает, не перегружен и доступен, \
             и повторите ту же команду",
        ),
        ServerFlaw::Login => pick(
            language,
            "the server did not let this account in; check user, password and database in the \
             connection string, and pg_hba.conf",
            "сервер не впустил эту учётную запись; проверьте пользователя, пароль и базу в строке \
             подключения и файл pg_hba.conf",
        ),
        ServerFlaw::NoSchema => pick(
            language,
            "the database has no tables for ledgers yet; an administrator creates them once with \
             `gonets ledger init`",
            "в базе ещё нет таблиц для журналов; администратор создаёт их один раз командой \
             gonets ledger init",
        ),
        ServerFlaw::OlderSchema => pick(
            language,
            "its tables were made by an older version of gonets; an administrator updates them \
             with `gonets ledger init`",
            "таблицы сделаны более старой версией gonets; администратор обновляет их командой \
             gonets ledger init",
        ),
        ServerFlaw::NewerSchema => pick(
            language,
            "its tables were made by a newer version of gonets; install that version",
            "таблицы сделаны более новой версией gonets; установите её",
        ),
        ServerFlaw::Forbidden => pick(
            language,
            "the account lacks a right; make it a member of the role gonets_worker: GRANT \
             gonets_worker TO …",
            "учётной записи не хватает прав; сделайте её членом роли gonets_worker: GRANT \
             gonets_worker TO …",
        ),
        ServerFlaw::NotDurable => pick(
            language,
            "this server may forget in a power cut what it has confirmed, and people would get a \
             second letter; switch the setting on, then run the same command again",
            "при отключении питания этот сервер может забыть то, что подтвердил, и люди получат \
             письмо второй раз; включите этот параметр и повторите ту же команду",
        ),
        ServerFlaw::Lost => pick(
            language,
            "so many of its last changes are missing: the database was restored from an older copy \
             or replaced, and people would get a second letter; restore the newest copy, or have \
             every letter that waits in this one marked unknown: gonets resolve --lost. To start \
             over on purpose, delete ledger.lock in the campaign's folder",
            "столько последних записей в нём не хватает: базу восстановили из старой копии или \
             заменили, и люди получили бы письмо второй раз; верните самую новую копию или \
             посчитайте все ждущие в этой письма неизвестными: gonets resolve --lost. Чтобы \
             намеренно начать с начала, удалите ledger.lock в папке рассылки",
        ),
        ServerFlaw::Busy => pick(
            language,
            "somebody else is writing to it; wait a minute, then run the same command again",
            "в него сейчас пишет кто-то другой; подождите минуту и повторите ту же команду",
        ),
        ServerFlaw::DiskFull => pick(
            language,
            "the server's disk is full; free some space, then run the same command again",
            "диск сервера полон; освободите место и повторите ту же команду",
        ),
        ServerFlaw::ReadOnly => pick(
            language,
            "this server can only be read, as a standby is; name the primary server in the \
             connection string",
            "этот сервер доступен только для чтения, как резервный; назовите в строке подключения \
             основной",
        ),
        ServerFlaw::Other => pick(
            language,
            "see the server's own log, then run the same command again",
            "посмотрите журнал самого сервера и повторите ту же команду",
        ),
    }
}

/// What to do before a ledger can be used again.
fn ledger_flaw(flaw: LedgerFlaw, language: Language) -> &'static str {
    match flaw {
        LedgerFlaw::DiskFull => pick(
            language,
            "the disk is full; free some space, then run the same command again",
            "диск полон; освободите место и повторите ту же команду",
        ),
        LedgerFlaw::ReadOnly => pick(
            language,
            "it can be read but not written; if the disk is read-only, make it writable, and if \
             the file belongs to another user, let that user run the command",
            "его можно только читать; если диск доступен только для чтения, разрешите запись, а \
             если файл принадлежит другому пользователю, пусть команду выполнит он",
        ),
        LedgerFlaw::Forbidden => pick(
            language,
            "this user may not open it; let the user whose file it is run the command, or get the \
             right to read and write it and its folder",
            "этому пользователю он недоступен; пусть команду выполнит тот, чей это файл, или \
             получите право читать и менять его и его папку",
        ),
        LedgerFlaw::Busy => pick(
            language,
            "another program has locked it; close that (a database browser, a backup, a cloud \
             disk), then run the same command again",
            "его заняла другая программа; закройте её (просмотр баз данных, резервное \
             копирование, облачный диск) и повторите ту же команду",
        ),
        LedgerFlaw::NotFile => pick(
            language,
            "a folder, a device or a pipe is in its place; remove that, and put the file back \
             that was there, from a backup",
            "на его месте папка, устройство или канал; уберите их и верните файл, который здесь \
             был, из резервной копии",
        ),
        LedgerFlaw::Link => pick(
            language,
            "a ledger is the file itself, in the campaign's own folder: remove the link and move the \
             file here, or send from the folder that it is in",
            "журналом может быть только сам файл в папке своей рассылки: удалите ссылку и переместите \
             файл сюда или отправляйте из той папки, где он лежит",
        ),
        LedgerFlaw::SecondName => pick(
            language,
            "it is in another folder too (a hard link), and letters from both would go twice: leave it \
             in the folder that sends, and delete the other name",
            "он лежит и в другой папке (жёсткая ссылка), и из двух папок письма ушли бы дважды: \
             оставьте его в той папке, из которой отправляете, а второе имя удалите",
        ),
        LedgerFlaw::Other => pick(
            language,
            "have the disk checked; if it is sound, run the same command again",
            "проверьте диск; если он исправен, повторите ту же команду",
        ),
    }
}

pub(super) fn misuse(misuse: &Misuse, language: Language) -> String {
    match misuse {
        Misuse::Unknown { written, nearest } if nearest.is_empty() => {
            say!(language; en "unknown argument \"{written}\""; ru "«{written}» — неизвестно")
        }
        Misuse::Unknown { written, nearest } => say!(language;
            en "unknown argument \"{written}\"; did you mean \"{nearest}\"?";
            ru "«{written}» — неизвестно; может быть, «{nearest}»?"),
        Misuse::Missing { argument } => {
            say!(language; en "missing: {argument}"; ru "не указано: {argument}")
        }
        Misuse::NoValue { argument } => {
            say!(language; en "{argument} needs a value"; ru "для {argument} нужно значение")
        }
        Misuse::Value { argument, value, allowed } if allowed.is_empty() => say!(language;
            en "{argument} cannot be \"{value}\"";
            ru "{argument} не может быть «{value}»"),
        Misuse::Value { argument, value, allowed } => say!(language;
            en "{argument} cannot be \"{value}\"; use one of: {allowed}";
            ru "{argument} не может быть «{value}»; возможно: {allowed}"),
        Misuse::Conflict { argument, other } => say!(language;
            en "{argument} cannot be used with {other}";
            ru "{argument} и {other} вместе не употребляются"),
        Misuse::Other { detail } => detail.clone(),
    }
}
