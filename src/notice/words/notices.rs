//! What is reported on the way, and how to go on.

use super::{Said, delivery, failure, findings, inbox, list, pick, plan, say, trust};
use crate::delivery::{Account, Home, Refusals, State};
use crate::escaping::{one_line, tab_cell};
use crate::failure::Failure;
use crate::notice::format::{
    by_language, cut, day, day_first, en_count, encoding_name, letters, moment, number, quoted,
    ru_count, size, size_of, wrapped,
};
use crate::notice::replies::{meaning, reply_words};
use crate::notice::{
    DefaultsPlace, Extent, Group, InboxNotice, InitQuestion, Lacks, Language, NextStep, Notice,
    Reasons, Remains, Repair, Setting, field_name, problem_line,
};
use crate::policy::PutOff;
use crate::russian::plural;

/// The words for a notice. Where it is one line, a value cannot make two of it; the others show
/// their values as one line each.
pub(in crate::notice) fn notice(notice: &Notice, language: Language) -> String {
    let words = words(notice, language);
    if has_lines(notice) { words } else { one_line(&words).into_owned() }
}

/// Whether we break the lines of a notice ourselves.
fn has_lines(notice: &Notice) -> bool {
    matches!(
        notice,
        Notice::LetterRead { .. }
            | Notice::ListAdopted { .. }
            | Notice::LetterHead { .. }
            | Notice::Reasons { .. }
            | Notice::ListRead { .. }
            | Notice::Mapping { .. }
            | Notice::AskLeave { .. }
            | Notice::AskRelayLeave { .. }
            | Notice::LeaveGiven { .. }
            | Notice::AskAboutFiled { .. }
            | Notice::AskSameForAll { .. }
            | Notice::TypeToReset { .. }
            | Notice::TypeToForget { .. }
            | Notice::Forgotten { .. }
            | Notice::Sending { .. }
            | Notice::RunStopped { .. }
            | Notice::LastRun { .. }
            | Notice::Unrecorded { .. }
            | Notice::Begin
            | Notice::Next(_)
            | Notice::Plan(_)
            | Notice::SealStatus(_)
            | Notice::Outlook(_)
            | Notice::JournalLine { .. }
            | Notice::Found(_)
            | Notice::AskedOfTheNetwork { .. }
            | Notice::Settings { .. }
            | Notice::AskWhetherHere { .. }
            | Notice::Unsound { .. }
            | Notice::Omitted(_)
            | Notice::Inbox(
                InboxNotice::Following(_)
                    | InboxNotice::Answers { .. }
                    | InboxNotice::Review(_)
                    | InboxNotice::AskWhat
            )
            | Notice::SuppressedEntry { .. }
            | Notice::Failure(
                Failure::NotApproved { .. }
                    | Failure::NamedOtherwise { .. }
                    | Failure::NotTrusted { .. }
                    | Failure::RelayNotTrusted { .. }
                    | Failure::FiledLetters { .. }
                    | Failure::SealDiffers { .. }
                    | Failure::OtherSeal { .. }
                    | Failure::NotPreviewed { .. }
                    | Failure::Elsewhere { .. }
                    | Failure::LookAlikes { .. }
                    | Failure::LedgerOfOther { .. }
                    | Failure::LedgerTorn { .. }
                    | Failure::LedgerCopied { .. }
            )
    )
}

fn words(notice: &Notice, language: Language) -> String {
    match notice {
        Notice::Problem(problem) => problem_line(problem, language),
        Notice::Failure(it) => failure::failure(it, language),
        Notice::Misuse(it) => {
            let misuse = failure::misuse(it, language);
            say!(language; en "{misuse}; see --help"; ru "{misuse}; см. --help")
        }
        Notice::LetterHead { row, number, fields, attachments } => {
            let name = |name: &str| field_name(name, language).to_owned();
            let mut lines: Vec<(String, String)> = fields
                .iter()
                .map(|(field, value)| (name(field), one_line(value).into_owned()))
                .collect();
            if !attachments.is_empty() {
                let files = attachments.iter().map(|(file, bytes)| {
                    format!("{} ({})", one_line(file), size(*bytes, language))
                });
                lines.push((name("attachments"), files.collect::<Vec<_>>().join(", ")));
            }
            let sign = pick(language, "No.", "№");
            let number = number.as_ref().map(|number| format!(", {sign} {number}"));
            let row = format!("{row}{}", number.unwrap_or_default());
            lines.push((pick(language, "Row", "Строка").to_owned(), row));
            letter_head(&lines)
        }
        Notice::Found(found) => findings::line(found, language),
        Notice::FindingsAbout(subject) => findings::heading(*subject, language).to_owned(),
        Notice::DoctorVerdict { errors, warnings, is_unusable, extent } => {
            let what = if errors + warnings == 0 {
                say!(language; en "nothing speaks against sending"; ru "Ничто не мешает отправке")
            } else {
                say!(language;
                    en ("{}, {}; what to do is after each arrow",
                        en_count(*errors, "error", "errors"),
                        en_count(*warnings, "warning", "warnings"));
                    ru ("{}, {}; что делать, сказано после каждой стрелки",
                        ru_count(*errors, "ошибка", "ошибки", "ошибок"),
                        ru_count(*warnings, "предупреждение", "предупреждения", "предупреждений")))
            };
            match (extent, is_unusable) {
                (Extent::Whole, false) => what,
                (Extent::Whole, true) => say!(language;
                    en "{what}; the relay cannot be used as it is";
                    ru "{what}; сервером в таком виде пользоваться нельзя"),
                (Extent::FilesAlone, _) => say!(language;
                    en "{what}; relay, domain and mailbox were not asked (--offline)";
                    ru "{what}; сервер, домен и ящик не спрошены (--offline)"),
            }
        }
        Notice::AskedOfTheNetwork { dns, names, servers } => {
            let lines = |list: &[String]| {
                let none = pick(language, "(none)", "(нет)");
                let list = list.iter().map(|it| format!("\n  {}", one_line(it)));
                let all: String = list.collect();
                if all.is_empty() { format!("\n  {none}") } else { all }
            };
            let (dns, names, servers) = (dns.join(", "), lines(names), lines(servers));
            say!(language;
                en "Looked up (DNS server: {dns}):{names}\nTalked to:{servers}";
                ru "Спрошено у DNS (сервер: {dns}):{names}\nСоединения:{servers}")
        }
        Notice::LoopWaits { to } => say!(language;
            en "waiting for the letter to {to}"; ru "ожидание письма для {to}"),
        Notice::DoctorNotRun { relay, folder } => {
            let folder = quoted(folder);
            say!(language;
                en "not yet tried whether letters arrive ({relay}): gonets doctor {folder}";
                ru "Ещё не проверено, дойдут ли письма ({relay}): gonets doctor {folder}")
        }
        Notice::Settings { settings, defaults } => settings_in_force(settings, defaults, language),
        Notice::SpfResult { result } => (*result).to_owned(),
        Notice::TextNotKept => say!(language;
            en "this is the record of what went; the campaign was changed since, and no [archive] \
                kept the text";
            ru "Это запись о том, что ушло. С тех пор рассылку изменили, а раздела [archive], чтобы \
                сохранить текст, не было"),
        Notice::NextLetter { folder, row } => {
            let (folder, row) = (quoted(folder), quoted(row.as_ref()));
            say!(language;
                en "next: gonets show {folder} --row {row}";
                ru "Дальше: gonets show {folder} --row {row}")
        }
        Notice::Written { path, lines } => say!(language;
            en ("{} written to {}", en_count(*lines, "row", "rows"), path.display());
            ru ("Записано в {}: {}",
                path.display(), ru_count(*lines, "строка", "строки", "строк"))),
        Notice::PdfWritten { path } => say!(language;
            en ("letter on letterhead written to {}", path.display());
            ru ("Письмо на бланке записано в {}", path.display())),
        Notice::ManWritten { pages, folder } => say!(language;
            en ("{} written to {}", en_count(*pages, "page", "pages"), folder.display());
            ru ("Записано в {}: {}",
                folder.display(), ru_count(*pages, "страница", "страницы", "страниц"))),
        Notice::JournalLine { cells } => {
            cells.iter().map(|cell| tab_cell(cell)).collect::<Vec<_>>().join("\t")
        }
        Notice::Reasons { state, groups } => {
            let line = |Group { reply, letters, example }: &Group| {
                let what = meaning(reply, language)
                    .unwrap_or_else(|| pick(language, "the relay's reply", "ответ сервера").into());
                let for_example = pick(language, "for example", "например,");
                let reply = cut(reply);
                // Of a letter whose address was deleted, the codes are left.
                match example.as_str() {
                    "" => format!("  {letters:>5}  {what}\n         {reply}").trim_end().to_owned(),
                    example => {
                        format!("  {letters:>5}  {what}\n         {for_example} {example}: {reply}")
                    }
                }
            };
            let lines = groups.iter().map(line).collect::<Vec<_>>().join("\n");
            say!(language;
                en ("{}, by reason:\n{lines}", delivery::state(*state, language));
                ru ("{}, по причинам:\n{lines}", reasons_of(*state)))
        }
        Notice::NextAttempt { at, letters: n } => say!(language;
            en ("{} deferred by the relay; next attempt at {}",
                letters(*n, language), moment(*at, language));
            ru ("Отложено сервером: {}; ближайшая попытка — {}",
                letters(*n, language), moment(*at, language))),
        Notice::MoreInReport { more } => say!(language;
            en ("… and {} more: gonets report", letters(*more, language));
            ru ("… и ещё {}: gonets report", letters(*more, language))),
        Notice::RelayTried { host, is_logged_in, most, largest } => {
            let largest = size_of(*largest, language);
            let login = if *is_logged_in {
                pick(language, ", logged in", ", вход выполнен")
            } else {
                ""
            };
            let most = match most.map(|most| size_of(most, language)) {
                Some(most) => {
                    say!(language; en "it accepts up to {most}"; ru "предельный размер {most}")
                }
                None => say!(language;
                    en "it states no size limit";
                    ru "предельного размера сервер не назвал"),
            };
            say!(language;
                en "relay {host}: connected{login}; {most}, the largest letter is {largest}";
                ru "Сервер {host}: соединение есть{login}; {most}, самое большое письмо — \
                    {largest}")
        }
        Notice::Checked { letters: 0, to_look_at } => say!(language;
            en ("there is nobody to send to: no row makes a letter; see {}",
                en_count(*to_look_at, "the place above", "places above"));
            ru ("Отправлять некому: ни из одной строки не выходит письма; посмотрите {} выше",
                ru_count(*to_look_at, "место", "места", "мест"))),
        Notice::Checked { letters: n, to_look_at: 0 } => say!(language;
            en ("{} can be sent as {}",
                letters(*n, language), if *n == 1 { "it is" } else { "they are" });
            ru ("Можно отправлять: {} в полном порядке", letters(*n, language))),
        Notice::Checked { letters: n, to_look_at } => say!(language;
            en ("{} can be sent; look at {} first",
                letters(*n, language), en_count(*to_look_at, "place above", "places above"));
            ru ("Можно отправлять: {}; но сначала посмотрите {} выше",
                letters(*n, language), ru_count(*to_look_at, "место", "места", "мест"))),
        Notice::FormsWritten { file } => say!(language;
            en ("the forms of every row are in {}; review and correct them, then name the file in \
                 [contacts]: forms = \"…\"", file.display());
            ru ("Формы каждой строки — в {}; прочтите, исправьте и назовите этот файл в \
                 [contacts]: forms = \"…\"", file.display())),
        Notice::ListRead { file, columns, headings, rows, text, sheets, sample } => {
            let columns = *columns as u64;
            let text = text.map(|(encoding, delimiter)| {
                let encoding = encoding_name(encoding);
                let delimiter = match delimiter {
                    '\t' => pick(language, "tab", "табуляция").to_owned(),
                    other => other.to_string(),
                };
                say!(language;
                    en ", {encoding}, separated by \"{delimiter}\"";
                    ru ", {encoding}, разделитель «{delimiter}»")
            });
            let sheet = match sheets.as_slice() {
                [] => None,
                [sheet] => Some(say!(language; en ", sheet \"{sheet}\""; ru ", лист «{sheet}»")),
                _ => {
                    let all = super::list::quoted(sheets, language);
                    Some(say!(language; en ", sheets {all}"; ru ", листы {all}"))
                }
            };
            let sheet = sheet.map(|sheet| one_line(&sheet).into_owned());
            let (file, sample) = (one_line(file), sample.as_ref().map(|sample| one_line(sample)));
            let sample = sample.map(|sample| {
                say!(language;
                    en "\n\
                        the encoding was guessed; if this row looks wrong, set `encoding` in \
                        [contacts]:\n\
                        \x20 {sample}";
                    ru "\n\
                        Кодировка угадана; если эта строка читается неверно, укажите encoding в \
                        [contacts]:\n\
                        \x20 {sample}")
            });
            let headings = headings.map(
                |row| say!(language; en ", headings in row {row}"; ru ", заголовки в строке {row}"),
            );
            let [text, sheet, headings, sample] =
                [text, sheet, headings, sample].map(Option::unwrap_or_default);
            say!(language;
                en ("{file}: {}, {}{text}{sheet}{headings}{sample}",
                    en_count(*rows, "row", "rows"), en_count(columns, "column", "columns"));
                ru ("{file}: {}, {}{text}{sheet}{headings}{sample}",
                    ru_count(*rows, "строка", "строки", "строк"),
                    ru_count(columns, "столбец", "столбца", "столбцов")))
        }
        Notice::Faces { of_text, others, size } => {
            let of_text = of_text
                .as_ref()
                .map(|face| say!(language; en "{face}, {size} pt"; ru "{face}, {size} пт"));
            let faces: Vec<_> = of_text.iter().chain(others).map(|it| one_line(it)).collect();
            let faces = faces.join("; ");
            say!(language; en "font of the PDF: {faces}"; ru "Шрифт PDF: {faces}")
        }
        Notice::Mapping { fields, others } => {
            let known_as = |key: &str| match language {
                Language::English => key.to_owned(),
                Language::Russian => list::known_as(key),
            };
            let fields = fields.iter().map(|(key, heading)| {
                // A pair is not broken between two lines.
                format!("{} ← {}", known_as(key), one_line(heading)).replace(' ', "\u{a0}")
            });
            let fields = fields.collect::<Vec<_>>().join(", ");
            let others = match one_line(&others.join(", ")).as_ref() {
                "" => String::new(),
                others => say!(language;
                    en "; other columns: {others}";
                    ru "; прочие столбцы: {others}"),
            };
            let line = say!(language;
                en "columns of the list: {fields}{others}";
                ru "Столбцы списка: {fields}{others}");
            wrapped(&line, 80, "  ").join("\n").replace('\u{a0}', " ")
        }
        Notice::FaultyRows { rows, path } => say!(language;
            en ("{} with errors written to {}; the last column says what to fix",
                en_count(*rows, "row", "rows"), path.display());
            ru ("{} с ошибками — в {}: последний столбец говорит, что исправить",
                ru_count(*rows, "строка", "строки", "строк"), path.display())),
        Notice::ListAlone { rows } => say!(language;
            en ("the list was read: {} without errors; no letters were composed",
                en_count(*rows, "row", "rows"));
            ru ("Список прочтён: {} без ошибок; письма не составлялись",
                ru_count(*rows, "строка", "строки", "строк"))),
        Notice::Unsound { well, is_of_rows, blocked, errors, to_look_at } => {
            let rows = |n| match language {
                Language::English => en_count(n, "row", "rows"),
                Language::Russian => ru_count(n, "строка", "строки", "строк"),
            };
            let well = if *is_of_rows { rows(*well) } else { letters(*well, language) };
            let look = match to_look_at {
                0 => String::new(),
                n => say!(language;
                    en ("; look at {}", en_count(*n, "other place", "other places"));
                    ru ("; посмотрите ещё {}", ru_count(*n, "место", "места", "мест"))),
            };
            let blocked = match errors {
                0 => String::new(),
                _ if *blocked == 0 => say!(language;
                    en ("; {}", en_count(*errors, "error", "errors"));
                    ru ("; {}", ru_count(*errors, "ошибка", "ошибки", "ошибок"))),
                _ => say!(language;
                    en (", {} not: {}", rows(*blocked), en_count(*errors, "error", "errors"));
                    ru (", а {} — нет: {}", rows(*blocked),
                        ru_count(*errors, "ошибка", "ошибки", "ошибок"))),
            };
            let what = match (*is_of_rows, language) {
                (true, Language::English) => "without errors",
                (true, Language::Russian) => "без ошибок",
                (false, Language::English) => "well",
                (false, Language::Russian) => "в порядке",
            };
            let well = say!(language;
                en "{well} {what}{blocked}{look}";
                ru "{well} {what}{blocked}{look}");
            wrapped(&well, 80, "  ").join("\n")
        }
        Notice::SuppressedEntry { entry, reason, date } => {
            let date = by_language(date, language);
            [one_line(entry), date.into(), tab_cell(reason)].join("\t").trim_end().to_owned()
        }
        Notice::SuppressedNobody => say!(language;
            en "the ledger of this campaign suppresses nobody";
            ru "В журнале рассылки запретов нет"),
        Notice::SuppressChanged { added, removed } => say!(language;
            en "suppressed addresses: {added} added, {removed} removed";
            ru "Список тех, кому писать нельзя: добавлено {added}, снято {removed}"),
        Notice::SuppressHeard { by } => say!(language;
            en "a run is in progress ({by}): it obeys new entries before its next letter; what \
                the relay already has cannot be recalled, and removed entries take effect with \
                the next run";
            ru "Сейчас идёт отправка ({by}): о новых запретах она узнает перед следующим письмом. \
                Что уже передано серверу, не вернуть; снятые запреты подействуют со следующего \
                запуска"),
        Notice::SuppressedMeanwhile { letters: n } => say!(language;
            en ("{} not sent: the address was suppressed during the run", letters(*n, language));
            ru ("Не отправлено: {}, потому что писать на эти адреса запретили, пока шла отправка",
                letters(*n, language))),
        Notice::Previewed { letters: n, index } => say!(language;
            en ("{} composed; review them in {}", letters(*n, language), index.display());
            ru ("Составлено: {} — просмотрите их в {}", letters(*n, language), index.display())),
        Notice::Seal { seal } => say!(language; en "seal: {seal}"; ru "Печать: {seal}"),
        Notice::Outlook(it) => {
            let outlook = plan::outlook(it, language);
            say!(language; en "pace: {outlook}"; ru "Темп: {outlook}")
        }
        Notice::SealStatus(it) => {
            let status = plan::seal_status(it, language);
            say!(language; en "Seal:     {status}"; ru "Печать:    {status}")
        }
        Notice::Approved { name, seal, given, people } => {
            let of = match people {
                0 => String::new(),
                people => say!(language; en " of {people}"; ru " из {people}"),
            };
            say!(language;
                en "approval recorded: {name}, seal {seal}; approvals: {given}{of}";
                ru "Одобрение записано: {name}, печать {seal}; одобрений {given}{of}")
        }
        Notice::Plan(it) => plan::plan(it, language),
        Notice::AskLeave { folder, needs } => {
            let (folder, needs) = (quoted(folder), trust::needs(needs, language));
            say!(language;
                en "The campaign in {folder} wants to:\n{needs}\n\
                    Allow it only if you trust whoever made the folder. You are asked once, until \
                    this changes.";
                ru "Рассылка в папке {folder} хочет:\n{needs}\n\
                    Разрешайте, только если доверяете тому, кто сделал папку. Вопрос задаётся один \
                    раз, пока это не изменится.")
        }
        Notice::AskRelayLeave { file, needs } => {
            let (file, needs) = (quoted(file), trust::needs(needs, language));
            say!(language;
                en "The relay's file {file} wants to:\n{needs}\n\
                    Allow it only if you trust whoever made the file. You are asked once, until \
                    this changes.";
                ru "Файл сервера {file} хочет:\n{needs}\n\
                    Разрешайте, только если доверяете тому, кто сделал файл. Вопрос задаётся один \
                    раз, пока это не изменится.")
        }
        Notice::TypeYes => say!(language;
            en "Type yes to allow it: ";
            ru "Чтобы разрешить, введите «да»: "),
        Notice::LeaveGiven { folder, needs, at } => {
            let (folder, needs) = (quoted(folder), trust::needs(needs, language));
            match at {
                None => say!(language;
                    en "{folder} may from now on:\n{needs}";
                    ru "{folder}: отныне разрешено:\n{needs}"),
                Some(at) => {
                    let at = moment(*at, language);
                    say!(language;
                        en "{folder}, since {at}:\n{needs}";
                        ru "{folder}, с {at}:\n{needs}")
                }
            }
        }
        Notice::LeaveNotNeeded { folder } => {
            let folder = quoted(folder);
            say!(language;
                en "{folder} needs no permission: it runs no program, takes no secret and stays inside \
                    its folder";
                ru "{folder}: разрешение не нужно: рассылка не запускает программ, не берёт паролей \
                    и не выходит из своей папки")
        }
        Notice::LedgerReady { server } => say!(language;
            en "{server} is ready for ledgers; whoever sends needs the role gonets_worker: GRANT \
                gonets_worker TO …";
            ru "{server}: таблицы для журналов готовы; тому, кто отправляет, нужна роль \
                gonets_worker: GRANT gonets_worker TO …"),
        Notice::LedgerOnServer { letters: n } => say!(language;
            en ("the ledger is on the server now: {}; ledger.sqlite is closed, keep it until the \
                 mailing is done", letters(*n, language));
            ru ("журнал теперь на сервере: {}; ledger.sqlite закрыт, храните его до конца рассылки",
                letters(*n, language))),
        Notice::LedgerInFolder { letters: n } => say!(language;
            en ("the ledger is in the folder now: {}; remove [ledger] from campaign.toml",
                letters(*n, language));
            ru ("журнал теперь в папке: {}; уберите раздел [ledger] из campaign.toml",
                letters(*n, language))),
        Notice::LeaveTakenBack { folder, was_given: true } => say!(language;
            en ("{}: permission taken back", quoted(folder));
            ru ("{}: разрешение отозвано", quoted(folder))),
        Notice::LeaveTakenBack { folder, was_given: false } => say!(language;
            en ("{}: had no permission", quoted(folder));
            ru ("{}: разрешения и не было", quoted(folder))),
        Notice::NobodyHasLeave => say!(language;
            en "no folder has been given permission";
            ru "разрешений не дано ни одной папке"),
        Notice::PreviewHasOthers { files, folder } => say!(language;
            en ("{} also has {files} {} that this preview did not make, perhaps letters of an \
                 earlier one from another computer; to remove them, delete the folder and run \
                 `gonets preview` again",
                folder.display(), if *files == 1 { "file" } else { "files" });
            ru ("в папке {} осталось файлов от другого предпросмотра: {files}, возможно, с другого \
                 компьютера; чтобы их не было, удалите папку и повторите gonets preview",
                folder.display())),
        Notice::ReadOutside { files } => say!(language;
            en ("read from outside the campaign's folder: {}", files.join(", "));
            ru ("прочитано вне папки рассылки: {}", files.join(", "))),
        Notice::Omitted(it) => plan::omitted(*it, language).join("\n"),
        Notice::TypeTheNumber { letters } => say!(language;
            en "Type the number of letters ({letters}) to send them: ";
            ru "Чтобы отправить, введите число писем ({letters}): "),
        Notice::WokeElsewhere { from: Home { host, path } } => say!(language;
            en "the letters of this campaign went from {path} on {host}; if this folder is a copy, \
                somebody may be sending from there: `gonets send` asks before it goes on here";
            ru "письма этой рассылки уходили из папки {path} на компьютере {host}; если эта папка — \
                копия, там могут отправлять и дальше: прежде чем продолжить здесь, gonets send \
                спросит"),
        Notice::AskWhetherHere { from: Home { host, path }, id } => {
            let [host, path, id] = [host, path, id].map(|it| one_line(it));
            say!(language;
            en "The letters of this campaign went from {path} on {host}. If this folder is a copy, \
                and letters go from both, people get two.\nIf they go from here alone from now \
                on, type {id}: ";
            ru "Письма этой рассылки уходили из папки {path} на компьютере {host}. Если эта папка — \
                копия и отправлять из обеих, люди получат по два письма.\nЕсли отныне письма \
                уходят только отсюда, введите {id}: ")
        }
        Notice::ChangedLetters { letters: n, first, folder } => {
            let folder = quoted(folder);
            let since = first.map(|first| day(first, language)).unwrap_or_default();
            say!(language;
                en ("{} a letter of {since} that says something else now; nothing goes to them. A \
                     correction: gonets init FOLDER --follow {folder} --to accepted",
                    en_count(*n, "person has", "people have"));
                ru "письмо изменилось после отправки ({since}), прежнее уже у адресатов: {n}; им ничего не \
                    уйдёт. Уточнение взамен: gonets init ПАПКА --follow {folder} --to accepted")
        }
        Notice::LookAlikes { letters: n } => say!(language;
            en ("{} would go to people who already have one and look new, because `key` or \
                 `duplicates` changed; `gonets send` refuses that", letters(*n, language));
            ru ("{} ушло бы тем, у кого письмо уже есть: они выглядят новыми, потому что изменили \
                 key или duplicates; gonets send этого не допустит", letters(*n, language))),
        Notice::AskAboutFiled { letters: n } => say!(language;
            en ("{} filed in the outbox, sent to nobody yet.\nType the number ({n}) to \
                 send now, or press Enter to keep as filed: ",
                letters(*n, language));
            ru ("В папке исходящих: {}; никто их не получил.\n\
                 Чтобы отправить их сейчас, введите число ({n}); чтобы оставить в папке, нажмите \
                 Enter: ", letters(*n, language))),
        Notice::InitQuestion { question, is_again } => {
            init_question(*question, *is_again, language)
        }
        Notice::AskSameForAll { letters: n } => say!(language;
            en ("The letter has no field: {}, all the same, none with its reader's name.\nType yes if \
                 it is meant so: ", letters(*n, language));
            ru ("В письме нет ни одного поля: {} — все одинаковые, без имени получателя.\nЕсли так и \
                 задумано, введите «да»: ", letters(*n, language))),
        Notice::FiledBefore { letters: n } => say!(language;
            en ("{} filed in the outbox, not counted here: `gonets send` asks whether to \
                 send now; --filed send or --filed keep answers that",
                letters(*n, language));
            ru ("В папке исходящих: {} — здесь не посчитано. \
                 gonets send спросит, отправлять ли их; ответить заранее можно через --filed send \
                 или --filed keep", letters(*n, language))),
        Notice::TypeThePassword { user, host } => {
            say!(language; en "Password of {user} at {host}: "; ru "Пароль {user} на {host}: ")
        }
        Notice::TypeToReset { letters: n, accepted } => say!(language;
            en ("{} will be sent again by the next send; the relay has already accepted \
                 {accepted} of them, and their recipients will get the letter twice.\nType the \
                 number of letters ({n}) to continue: ", letters(*n, language));
            ru ("При следующей отправке снова уйдёт: {}; из них уже принято сервером: {accepted}, \
                 эти адресаты получат письмо второй раз.\nЧтобы продолжить, введите число писем \
                 ({n}): ", letters(*n, language))),
        Notice::TypeToForget { letters: n, before, remains } => {
            let (count, remains) = (letters(*n, language), remain(remains, language));
            say!(language;
                en "Of {count}, settled before {before}, will be deleted for good: addresses, the \
                    replies of servers, answers, and the letters in archive, outbox and \
                    preview.\n{remains}\nType the number of letters ({n}) to continue: ";
                ru "Безвозвратно удалятся адреса, ответы серверов, ответы людей и сами письма (в \
                    архиве, папке исходящих и просмотре), если письмо улажено раньше {before}: \
                    {count}.\n{remains}\nЧтобы продолжить, введите число писем ({n}): ")
        }
        Notice::Forgotten { letters: n, mails, files, remains } => {
            let (count, remains) = (letters(*n, language), remain(remains, language));
            say!(language;
                en ("forgotten: {count}, {}, {}\n{remains}",
                    en_count(*mails, "answer", "answers"), en_count(*files, "file", "files"));
                ru ("Удалены личные данные: {count}, {}, {}\n{remains}",
                    ru_count(*mails, "ответ", "ответа", "ответов"),
                    ru_count(*files, "файл", "файла", "файлов")))
        }
        Notice::NothingToForget { before } => say!(language;
            en "nothing to delete: no letter settled before {before} has personal data left";
            ru "Удалять нечего: у писем, улаженных раньше {before}, личных данных не осталось"),
        Notice::OnNetworkShare { kind, folder } => say!(language;
            en ("{} lies on a network share ({kind}), which does not promise the locks of the \
                 ledger: send from one computer only, or put the ledger on a server ([ledger] \
                 postgres, docs/scale.md)", folder.display());
            ru ("{}: это сетевая папка ({kind}), она не обещает блокировок журнала рассылки; \
                 отправляйте только с одного компьютера или поместите журнал на сервер ([ledger] \
                 postgres, docs/scale.ru.md)", folder.display())),
        Notice::LedgerCopied { path, letters: n } => say!(language;
            en ("{}: a copy of the ledger, {}", path.display(), letters(*n, language));
            ru ("{}: копия журнала рассылки, {}", path.display(), letters(*n, language))),
        Notice::NothingToSend => {
            say!(language; en "there is nothing left to send"; ru "Отправлять больше нечего")
        }
        Notice::WouldSend { letters: n } => say!(language;
            en ("dry run: {} would be sent; nothing was sent", letters(*n, language));
            ru ("Пробный прогон: ушло бы {}; ничего не отправлено", letters(*n, language))),
        Notice::Rehearsed { letters: n, address } => say!(language;
            en ("rehearsal: {} sent to {address}; nothing was sent to anyone else",
                letters(*n, language));
            ru "Репетиция, писем для {address}: {n}; больше никому не писали"),
        Notice::RehearsalFailed { address, reply } => say!(language;
            en ("rehearsal: the letter for {address} was not sent: {}",
                reply_words(reply, language));
            ru ("Репетиция: письмо для {address} не ушло: {}", reply_words(reply, language))),
        Notice::LetterSettled { address, fate, replaced_by, reply } => {
            let reply = reply_words(reply, language);
            let reply = if reply.is_empty() { reply } else { format!(" — {reply}") };
            let fate = delivery::fate_and(*fate, replaced_by.as_deref(), language);
            let whose = match address.as_str() {
                "" => pick(language, "(address deleted)", "(адрес удалён)"),
                address => address,
            };
            format!("{whose}: {fate}{reply}")
        }
        Notice::RowSettled { row, address, fate, reason } => {
            let whose = match address.as_str() {
                "" => say!(language; en "row {row}"; ru "строка {row}"),
                address => address.to_owned(),
            };
            let reason = if reason.is_empty() { String::new() } else { format!(" — {reason}") };
            format!("{whose}: {}{reason}", delivery::fate(*fate, language))
        }
        Notice::ConnectionTrouble { trouble } => {
            let Said { what, .. } = delivery::trouble(trouble, language);
            say!(language; en "{what}; retrying"; ru "{what}; пробую ещё раз")
        }
        Notice::FewerConnections { trouble } => {
            let Said { what, .. } = delivery::trouble(trouble, language);
            say!(language;
                en "{what}; continuing with the open connections and retrying the others later";
                ru "{what}; отправляю через те соединения, что уже открыты, остальные попробую \
                    открыть позже")
        }
        Notice::GoesOnAt { time, letters: n, by } => {
            let why = match by {
                PutOff::ByPace => pick(
                    language,
                    "the pace allows no more for now",
                    "Больше сейчас нельзя по заданной скорости",
                ),
                PutOff::ByRelay => pick(
                    language,
                    "the relay put the others off",
                    "Остальные сервер просит прислать позже",
                ),
            };
            say!(language;
                en ("{why}: {} waiting until {time}; run the same command then, or add --wait",
                    letters(*n, language));
                ru ("{why}: {}: {}; продолжение {} — повторите тогда ту же команду или добавьте \
                     --wait",
                    plural::form(*n, "ждёт", "ждут", "ждут"), letters(*n, language),
                    day_first(time)))
        }
        Notice::AskingDns => say!(language;
            en "asking DNS whether the domains accept mail";
            ru "узнаём, принимают ли домены почту"),
        Notice::Composing => say!(language; en "composing"; ru "составление писем"),
        Notice::Sending { account, reply } => {
            let reply = reply_words(reply, language);
            let reply = match one_line(&reply).as_ref() {
                "" => String::new(),
                reply => say!(language; en "last reply: {reply}"; ru "последний ответ: {reply}"),
            };
            let Account { accepted, filed, retrying, refused, unknown, .. } = account;
            let filed = filed_part(*filed, language);
            let [accepted, retrying, refused, unknown] =
                [accepted, retrying, refused, unknown].map(|n| number(*n, language));
            say!(language;
                en "accepted {accepted}, {filed}to retry {retrying}, refused {refused}, unknown \
                    {unknown}\n{reply}";
                ru "принято {accepted}, {filed}ждёт повтора {retrying}, отклонено {refused}, \
                    неизвестно {unknown}\n{reply}")
        }
        Notice::LookedAtBefore { time, letters: n } => say!(language;
            en ("{} checked at {time}; nothing has changed since, so they are not all checked \
                 again", letters(*n, language));
            ru ("Проверено {}: {}. С тех пор ничего не изменилось, поэтому все заново не \
                 проверяются", day_first(time), letters(*n, language))),
        Notice::WaitingUntil { time, letters: n } => say!(language;
            en ("{} waiting; continuing at {time}", letters(*n, language));
            ru ("{}: {}; продолжение {}",
                plural::form(*n, "ждёт отправки", "ждут отправки", "ждут отправки"),
                letters(*n, language), day_first(time))),
        Notice::Stopping => say!(language;
            en "stopping once the letters in flight are finished; press Ctrl-C again to stop at \
                once";
            ru "Останавливаюсь: начатое будет завершено. Ещё раз Ctrl-C — прервать сразу"),
        Notice::LedgerAway { server } => {
            let server = one_line(server);
            say!(language;
                en "the connection to the ledger on {server} is lost; until it is back no letter \
                    begins, and letters in flight are finished. Trying for two minutes; Ctrl-C ends \
                    the run";
                ru "Связь с журналом рассылки на {server} потеряна: новые письма не начинаются, начатые \
                    будут завершены. Две минуты пробую восстановить её; Ctrl-C завершит отправку")
        }
        Notice::LedgerBack => say!(language;
            en "the ledger is back; what became of the letters in flight is recorded, and sending goes on";
            ru "Связь с журналом восстановлена: судьба начатых писем записана, отправка продолжается"),
        Notice::CutShort { folder } => say!(language;
            en ("stopped at once; a letter that was in flight is unknown now: gonets status {}",
                quoted(folder));
            ru ("Прервано сразу; письмо, которое было в пути, теперь числится неизвестным: gonets \
                 status {}", quoted(folder))),
        Notice::RunStopped { cause, folder } => {
            let Said { what, hint } = delivery::stop_cause(cause, &quoted(folder), language);
            let (what, hint) = (one_line(&what), one_line(&hint));
            say!(language;
                en "the run was stopped: {what}\n  {hint}";
                ru "Рассылка остановлена: {what}\n  {hint}")
        }
        Notice::LastRun { run, is_open, folder } => {
            let Said { what, hint } = delivery::last_run(run, &quoted(folder), language);
            let (what, hint) = (one_line(&what), one_line(&hint));
            if *is_open && !hint.is_empty() {
                format!("{what}\n  {hint}")
            } else {
                what.into_owned()
            }
        }
        Notice::Unrecorded { addresses, folder } => {
            let n = addresses.len() as u64;
            let (addresses, folder) = (addresses.join(", "), quoted(folder));
            say!(language;
                en ("the relay has also accepted {}, which the ledger could not record: \
                     {addresses}. The counts of this run leave them out, and the next one will \
                     call them unknown; once the ledger works again:\n\
                     \x20 gonets resolve {folder} --to ADDRESS --accepted", letters(n, language));
                ru ("Кроме того, сервер принял {}, но в журнал это не попало: {addresses}. Счёт \
                     этого запуска меньше настоящего, а следующий назовёт их неизвестными; когда \
                     журнал снова заработает:\n\
                     \x20 gonets resolve {folder} --to АДРЕС --accepted", letters(n, language)))
        }
        Notice::FewFiles { connections, asked } => say!(language;
            en "the system allows too few open files (ulimit -n): {connections} of {asked} \
                connections are used";
            ru "система разрешает слишком мало открытых файлов (ulimit -n): соединений будет \
                {connections} из {asked}"),
        Notice::WithoutCopy { address, copy, reply } => {
            let reply = reply_words(reply, language);
            say!(language;
                en "{address}: goes without the copy to {copy}, which was refused: {reply}";
                ru "{address}: письмо уйдёт без копии для {copy}, сервер её не принял: {reply}")
        }
        Notice::Account { account, blocked, suppressed, left_out } => {
            let suppressed = match suppressed {
                0 => String::new(),
                n => say!(language;
                    en "; {n} more suppressed";
                    ru "; ещё {n} — тем, кому писать нельзя"),
            };
            let blocked = match blocked {
                0 => String::new(),
                n => say!(language;
                    en "; {n} more cannot be sent until fixed";
                    ru "; ещё {n} нельзя отправить, пока не исправлено"),
            };
            let left_out = match left_out {
                0 => String::new(),
                n => say!(language;
                    en "; {n} more left out";
                    ru "; ещё {n} не отобрано"),
            };
            let all = letters(account.letters(), language);
            let Account { accepted, filed, refused, waiting, unknown, .. } = account;
            let filed = filed_part(*filed, language);
            let replaced = match account.refusals.replaced {
                0 => String::new(),
                n => say!(language;
                    en " ({n} went to a corrected address)";
                    ru " (по исправленному адресу ушло {n})"),
            };
            let [accepted, refused, waiting, unknown] =
                [accepted, refused, waiting, unknown].map(|n| number(*n, language));
            say!(language;
                en "{all}: {accepted} accepted, {filed}{refused} refused{replaced}, {waiting} \
                    waiting, {unknown} unknown{suppressed}{left_out}{blocked}";
                ru "Всего {all}: принято {accepted}, {filed}отклонено {refused}{replaced}, ждут \
                    {waiting}, неизвестно {unknown}{suppressed}{left_out}{blocked}")
        }
        Notice::InOutbox { folder, has_relay: true } => say!(language;
            en ("the letters were written to {} and sent to nobody", folder.display());
            ru ("Письма сложены в папку {}, никому ничего не отправлено", folder.display())),
        Notice::InOutbox { folder, has_relay: false } => say!(language;
            en ("no [smtp] server is set in campaign.toml: the letters were written to {} and \
                 sent to nobody", folder.display());
            ru ("Сервер [smtp] в campaign.toml не задан: письма сложены в папку {}, никому ничего \
                 не отправлено", folder.display())),
        Notice::Next(it) => next(it, language),
        Notice::RecoveredUnknown { letters: n } => say!(language;
            en ("the last run was cut off: cannot tell whether the relay accepted {}; kept as \
                 unknown and not resent automatically", letters(*n, language));
            ru ("Прошлый запуск оборвался: о {} неизвестно, принял ли их сервер. Повторно они \
                 сами не отправляются", ru_count(*n, "письме", "письмах", "письмах"))),
        Notice::UnknownLetter { address, message_id, at } => say!(language;
            en "unknown: {address} {message_id} {at}";
            ru ("неизвестно: {address} {message_id} {}", day_first(at))),
        Notice::Resolved { letters: n, state } => say!(language;
            en ("{} settled as {}", letters(*n, language), delivery::state(*state, language));
            ru ("{}: теперь {}", letters(*n, language), delivery::state(*state, language))),
        Notice::ToldFromRecord { lacks, folder } => {
            let folder = quoted(folder);
            let lacks = match lacks {
                Lacks::RowsWithoutLetter => pick(
                    language,
                    "rows that have no letter yet are missing",
                    "строк, по которым писем ещё не было, здесь нет",
                ),
                Lacks::List => pick(
                    language,
                    "the list cannot be read: its columns, and rows that have no letter yet, are missing",
                    "список не читается: его столбцов и строк, по которым писем ещё не было, здесь нет",
                ),
                Lacks::TextOfWaiting => pick(
                    language,
                    "of letters that wait, only address and number are known",
                    "о письмах, которые ещё ждут, известны только адрес и номер",
                ),
            };
            say!(language;
                en "the campaign has errors (gonets check {folder}), so this is what the ledger has of it; {lacks}";
                ru "в рассылке есть ошибки (gonets check {folder}), поэтому здесь то, что записано в журнале; {lacks}")
        }
        Notice::NothingSentYet => say!(language;
            en "nothing has been sent in this campaign yet";
            ru "В этой рассылке ещё ничего не отправляли"),
        Notice::Inbox(it) => inbox::inbox(it, language),
        Notice::LedgerIsHeld { by } => {
            say!(language; en "a run is in progress ({by})"; ru "Сейчас идёт отправка ({by})")
        }
        Notice::AtWork(worker) => {
            let (host, account) = (one_line(&worker.name.host), one_line(&worker.name.account));
            let (n, process) = (worker.letters, worker.name.process);
            let relay = one_line(&worker.relay);
            let [since, last] = [worker.since, worker.last].map(|at| moment(at, language));
            say!(language;
            en ("sending now: {host}, {account} (PID {process}) through {relay} since {since}: {}, the last \
                 word at {last}", letters(n, language));
            ru ("Идёт отправка: {host}, {account} (PID {process}) через {relay} с {since}: {}, последняя \
                 запись {last}", letters(n, language)))
        }
        Notice::Created { folder } => say!(language;
            en ("created the campaign {}", folder.display());
            ru ("Создана рассылка {}", folder.display())),
        Notice::ListAdopted { file, sheet, several, shared } => {
            let mut lines = say!(language;
                en "Set in [contacts] for {file}:"; ru "Для {file} в [contacts] записано:");
            if let Some(sheet) = sheet {
                lines += &say!(language;
                    en "\n  sheet: the addresses are on the sheet \"{sheet}\"";
                    ru "\n  sheet: адреса на листе «{sheet}»");
            }
            if *several > 0 {
                lines += &say!(language;
                    en ("\n  several = \"copy\": {} with several addresses; the letter goes to the \
                         first,\n    the others get a copy", en_count(*several, "cell", "cells"));
                    ru ("\n  several = \"copy\": {}, где адресов несколько; письмо уйдёт первому,\n    \
                         остальные получат копию",
                        ru_count(*several, "ячейка", "ячейки", "ячеек")));
            }
            if let Some((rows, names)) = shared {
                lines += &say!(language;
                    en ("\n  duplicates = \"each\": {} with the address of another; each person \
                         gets a letter,\n    the column \"{names}\" tells them apart", en_count(*rows, "row", "rows"));
                    ru ("\n  duplicates = \"each\": {} с чужим адресом; письмо получит каждый,\n    \
                         различает их столбец «{names}»",
                        ru_count(*rows, "строка", "строки", "строк")));
            }
            lines
        }
        Notice::LetterRead { file, heading, signature, mark, replaced } => {
            let pairs = || {
                let longest = replaced.iter().map(|(before, _)| before.chars().count());
                let width = longest.max().unwrap_or(0).min(34);
                let line = |(before, after): &(String, String)| {
                    if before.chars().count() > width {
                        format!("\n  {before}\n  {:width$}  → {after}", "")
                    } else {
                        format!("\n  {before:width$}  → {after}")
                    }
                };
                replaced.iter().map(line).collect::<String>()
            };
            let part = |name: &str, found: &Option<String>| match found {
                Some(found) => format!("\n  {name}: {found}"),
                None => String::new(),
            };
            let replaced = if replaced.is_empty() {
                say!(language;
                    en "In {file} nothing was replaced: the same letter goes to everybody";
                    ru "В {file} ничего не заменено: письмо у всех одно и то же")
            } else {
                say!(language;
                    en ("Replaced in {file}, in every letter by the addressee's own:{}", pairs());
                    ru ("В {file} заменено на то, что у каждого своё:{}", pairs()))
            };
            let found = say!(language;
                en ("{}{}{}", part("about (the subject)", heading), part("signature", signature),
                    part("executor", mark));
                ru ("{}{}{}", part("о чём (тема письма)", heading), part("подпись", signature),
                    part("исполнитель", mark)));
            if found.is_empty() {
                return replaced;
            }
            say!(language; en "{replaced}\nFound:{found}"; ru "{replaced}\nНайдено:{found}")
        }
        Notice::Begin => say!(language;
            en "gonets writes one letter to each person on a list.\n\n\
                To get started:\n\
                \x20 gonets init my-campaign       create a campaign that works at once\n\
                \x20 gonets check my-campaign      find problems in the list and the letter\n\
                \x20 gonets preview my-campaign    look at every letter; nothing is sent\n\
                \x20 gonets send my-campaign --test-to YOUR-ADDRESS --limit 3   to yourself first\n\
                \x20 gonets send my-campaign       send them, each once\n\n\
                See `gonets --help` for more";
            ru "gonets пишет каждому из списка его собственное письмо.\n\n\
                С чего начать:\n\
                \x20 gonets init папка       создать рассылку, которая сразу работает\n\
                \x20 gonets check папка      найти ошибки в списке и в письме\n\
                \x20 gonets preview папка    посмотреть каждое письмо; ничего не отправляется\n\
                \x20 gonets send папка --test-to СВОЙ-АДРЕС --limit 3   сначала себе\n\
                \x20 gonets send папка       отправить, каждому один раз\n\n\
                Остальное расскажет gonets --help"),
    }
}

fn next(next: &NextStep, language: Language) -> String {
    match next {
        NextStep::AllDone { replaced: 0 } => say!(language;
            en "every letter was accepted; nothing is left to do";
            ru "Все письма приняты; больше ничего делать не нужно"),
        NextStep::AllDone { replaced: _ } => say!(language;
            en "every letter was accepted, some at a corrected address; nothing is left to do";
            ru "Все письма приняты, некоторые — по исправленному адресу; больше ничего делать не \
                нужно"),
        NextStep::OffList { letters: n, list, folder } => {
            let list = one_line(list);
            say!(language;
                en ("{} waiting for addresses that are no longer in {list}; not sent.\n\
                     Put their rows back (gonets report {1} names them), then\n\
                     \x20 gonets send {1}\n\
                     or if they are to get nothing:\n\
                     \x20 gonets suppress {1} --add ADDRESS --reason TEXT",
                    letters(*n, language), quoted(folder));
                ru ("{}: {}, но этих адресов больше нет в {list}; не отправлено.\n\
                     Верните строки (их назовёт gonets report {2}), затем\n\
                     \x20 gonets send {2}\n\
                     А если писать не нужно:\n\
                     \x20 gonets suppress {2} --add АДРЕС --reason ПРИЧИНА",
                    plural::form(*n, "Ждёт", "Ждут", "Ждут"), letters(*n, language),
                    quoted(folder)))
        }
        NextStep::RunAgain { waiting, folder } => say!(language;
            en ("{} still waiting; to continue: gonets send {}",
                letters(*waiting, language), quoted(folder));
            ru ("{}: {} — чтобы продолжить: gonets send {}",
                plural::form(*waiting, "Ждёт", "Ждут", "Ждут"),
                letters(*waiting, language), quoted(folder))),
        NextStep::ResolveUnknown { unknown, folder } => say!(language;
            en ("{} unknown: check the relay's log or ask the recipient, then\n\
                 \x20 gonets resolve {1} --to ADDRESS --accepted   (it arrived)\n\
                 \x20 gonets resolve {1} --to ADDRESS --resend     (it did not)",
                letters(*unknown, language), quoted(folder));
            ru ("Неизвестно: {}. Узнайте по журналу сервера или у адресата, затем\n\
                 \x20 gonets resolve {1} --to АДРЕС --accepted   (письмо дошло до сервера)\n\
                 \x20 gonets resolve {1} --to АДРЕС --resend     (не дошло, отправить снова)",
                letters(*unknown, language), quoted(folder))),
        NextStep::LookAtRefused { refusals, reasons, folder } => {
            refused(*refusals, *reasons, &quoted(folder), language)
        }
        NextStep::Filed { folder } => say!(language;
            en ("the letters are in a folder and nobody got anything; to send them, set a\n\
                 server in [smtp] of campaign.toml, then\n\
                 \x20 gonets send {0}", quoted(folder));
            ru ("Письма лежат в папке, никому ничего не ушло. Чтобы разослать их, задайте\n\
                 сервер в разделе [smtp] в campaign.toml, затем\n\
                 \x20 gonets send {0}", quoted(folder))),
        NextStep::SendFiled { filed, folder } => say!(language;
            en ("{} filed in the outbox, sent to nobody yet. To send now:\n\
                 \x20 gonets send {} --filed send",
                letters(*filed, language), quoted(folder));
            ru ("В папке исходящих: {}; никто их не получил. Чтобы разослать:\n\
                 \x20 gonets send {} --filed send",
                letters(*filed, language), quoted(folder))),
        NextStep::AfterRehearsal { folder, files: Some(files) } => say!(language;
            en ("next: open the .eml files in {} with a mail program, then\n  gonets send {}",
                quoted(files), quoted(folder));
            ru ("Дальше: откройте файлы .eml из {} почтовой программой, затем\n\
                 \x20 gonets send {}", quoted(files), quoted(folder))),
        NextStep::AfterRehearsal { folder, files: None } => say!(language;
            en ("next: check how the letters arrived, then\n  gonets send {}", quoted(folder));
            ru ("Дальше: посмотрите, как письма дошли, затем\n  gonets send {}", quoted(folder))),
        NextStep::Check { folder } => say!(language;
            en ("the campaign has errors; see them with gonets check {}", quoted(folder));
            ru ("В рассылке ошибки; их покажет gonets check {}", quoted(folder))),
        NextStep::FillIn { folder } => say!(language;
            en ("  campaign.toml   settings: sender, subject, server\n\
                 \x20 letter.md       the letter, one for all\n\
                 \x20 letterhead.typ  the letterhead for the PDF that is attached\n\
                 \x20 contacts.csv    the list, opens in Excel\n\
                 next: adapt these files, or see right away what they produce:\n\
                 \x20 gonets preview {} --open", quoted(folder));
            ru ("  campaign.toml   настройки: от кого, тема, сервер\n\
                 \x20 letter.md       письмо, одно на всех\n\
                 \x20 letterhead.typ  бланк, на котором письмо прилагается в PDF\n\
                 \x20 contacts.csv    список адресатов, открывается в Excel\n\
                 Дальше: поправьте эти файлы под себя или сразу посмотрите, что получается:\n\
                 \x20 gonets preview {} --open", quoted(folder))),
        NextStep::LookAtAdopted { folder, has_sender: true } => say!(language;
            en ("next: look at every letter:\n  gonets preview {} --open", quoted(folder));
            ru ("Дальше: посмотрите каждое письмо:\n  gonets preview {} --open", quoted(folder))),
        NextStep::LookAtAdopted { folder, has_sender: false } => say!(language;
            en ("next: write the sender into campaign.toml, then look at every letter:\n\
                 \x20 gonets preview {} --open", quoted(folder));
            ru ("Дальше: впишите отправителя в campaign.toml и посмотрите каждое письмо:\n\
                 \x20 gonets preview {} --open", quoted(folder))),
        NextStep::Preview { folder } => say!(language;
            en ("next: gonets preview {}", quoted(folder));
            ru ("Дальше: gonets preview {}", quoted(folder))),
        NextStep::LookThenSend { folder } => say!(language;
            en ("next: open the file above and review the letters, then\n\
                 \x20 gonets send {0} --test-to YOUR-ADDRESS --limit 3   (to yourself first)\n\
                 \x20 gonets send {0}", quoted(folder));
            ru ("Дальше: откройте этот файл и просмотрите письма, затем\n\
                 \x20 gonets send {0} --test-to СВОЙ-АДРЕС --limit 3   (сначала себе)\n\
                 \x20 gonets send {0}", quoted(folder))),
        NextStep::LookThenApprove { folder, people } => say!(language;
            en ("next: open the file above and review the letters; {} must approve them, each in \
                 their own name:\n\
                 \x20 gonets approve {} --by NAME",
                en_count(u64::from(*people), "person", "people"), quoted(folder));
            ru ("Дальше: откройте этот файл и просмотрите письма. Их {} одобрить {}, каждый от \
                 своего имени:\n\
                 \x20 gonets approve {} --by ИМЯ",
                plural::form(u64::from(*people), "должен", "должны", "должны"),
                ru_count(u64::from(*people), "человек", "человека", "человек"), quoted(folder))),
        NextStep::Send { folder } => say!(language;
            en ("next:\n\
                 \x20 gonets send {0} --test-to YOUR-ADDRESS --limit 3   (to yourself first)\n\
                 \x20 gonets send {0}", quoted(folder));
            ru ("Дальше:\n\
                 \x20 gonets send {0} --test-to СВОЙ-АДРЕС --limit 3   (сначала себе)\n\
                 \x20 gonets send {0}", quoted(folder))),
        NextStep::MoreApprovals { folder, missing } => say!(language;
            en ("{} missing: have them review the letters and run\n\
                 \x20 gonets approve {} --by NAME",
                en_count(u64::from(*missing), "approval is", "approvals are"), quoted(folder));
            ru ("{} ещё {}: пусть посмотрят письма и выполнят\n  gonets approve {} --by ИМЯ",
                plural::form(u64::from(*missing), "Нужно", "Нужны", "Нужно"),
                ru_count(u64::from(*missing), "одобрение", "одобрения", "одобрений"),
                quoted(folder))),
        NextStep::Review { mails, folder } => say!(language;
            en ("{} to decide about: gonets inbox {} --review",
                en_count(*mails, "mail", "mails"), quoted(folder));
            ru ("{} решить о {}: gonets inbox {} --review",
                plural::form(*mails, "Нужно", "Нужно", "Нужно"),
                ru_count(*mails, "письме", "письмах", "письмах"), quoted(folder))),
        NextStep::Repair(it) => repair(it, language),
    }
}

/// Why letters were refused, and what each kind of reason asks for.
fn refused(refusals: Refusals, reasons: Reasons, folder: &str, language: Language) -> String {
    let Refusals { address, later, letter, relay, off_list, replaced: _ } = refusals;
    let status = match reasons {
        Reasons::Shown => String::new(),
        Reasons::InStatus => format!("\n  gonets status {folder}"),
    };
    let mut lines = vec![say!(language;
        en ("{} refused; the reasons:{status}\n\
             \x20 gonets report {folder} --out report.xlsx   (one by one)",
            letters(address + later + letter + relay + off_list, language));
        ru ("Отклонено: {}. Причины:{status}\n\
             \x20 gonets report {folder} --out отчёт.xlsx   (по каждому)",
            letters(address + later + letter + relay + off_list, language)))];
    let again = format!("\n  gonets send {folder} --retry-refused");
    let send = format!("\n  gonets send {folder}");
    let remedies = [
        (
            address,
            send.as_str(),
            "the address is wrong or takes no mail: correct it in the list, then",
            "неверен адрес или ящик закрыт: исправьте адрес в списке, затем",
        ),
        (
            later,
            again.as_str(),
            "the relay only put the letter off, or the mailbox was full: try again later",
            "сервер только откладывал, или ящик был полон: повторите позже",
        ),
        (
            letter,
            again.as_str(),
            "the relay does not take this content or size: change the letter, then",
            "сервер не берёт такого содержимого или размера: измените письмо, затем",
        ),
        (
            relay,
            again.as_str(),
            "refused by the relay's rules: ask its operator, then",
            "отказ по правилам сервера: спросите его владельца, затем",
        ),
        (
            off_list,
            "",
            "the address is no longer in the list: nothing is left to do",
            "этого адреса больше нет в списке: делать ничего не нужно",
        ),
    ];
    for (n, command, english, russian) in remedies.into_iter().filter(|(n, ..)| *n > 0) {
        lines.push(format!(
            "{}: {}{command}",
            number(n, language),
            pick(language, english, russian)
        ));
    }
    lines.join("\n")
}

/// Letters in the outbox, in an account that has such.
fn filed_part(filed: u64, language: Language) -> String {
    match filed {
        0 => String::new(),
        n => {
            let n = number(n, language);
            say!(language; en "{n} filed, "; ru "в папке исходящих {n}, ")
        }
    }
}

fn repair(repair: &Repair, language: Language) -> String {
    let Repair { folder, selection, flags, letters: n } = repair;
    let folder = quoted(folder);
    let selection = selection.iter().map(|(flag, value)| {
        let value = quoted(std::path::Path::new(value));
        format!(" {flag} {value}")
    });
    let selection: String = selection.collect();
    let flags: String = flags.iter().map(|flag| format!(" {flag}")).collect();
    let skip = match n {
        0 => String::new(),
        n => say!(language;
            en ("\nor send the other {} without these rows:\n\
                 \x20 gonets send {folder}{selection} --skip-faulty", letters(*n, language));
            ru ("\nИли отправьте без этих строк: {}\n\
                 \x20 gonets send {folder}{selection} --skip-faulty", letters(*n, language))),
    };
    say!(language;
        en "next: fix these places and check again; with --problems, the faulty rows are\n\
            written to a file with what to fix in each, --all lists every place:\n\
            \x20 gonets check {folder}{selection}{flags} --problems errors.csv{skip}";
        ru "Дальше: исправьте эти места и проверьте ещё раз. С --problems строки с ошибками\n\
            запишутся в файл, и в каждой сказано, что исправить; --all покажет все места:\n\
            \x20 gonets check {folder}{selection}{flags} --problems ошибки.csv{skip}")
}

/// The state as the beginning of a Russian list of reasons.
fn reasons_of(state: State) -> &'static str {
    match state {
        State::Waiting | State::Sending => "Ждут повтора",
        State::Accepted => "Приняты",
        State::Filed => "В папке исходящих",
        State::Refused => "Отклонены",
        State::Unknown => "Неизвестны",
    }
}

/// The lines of a letter's head, names in a column of their own.
fn letter_head(lines: &[(String, String)]) -> String {
    let widest = lines.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0) + 2;
    let line = |(name, value): &(String, String)| format!("{:<widest$}{value}", format!("{name}:"));
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn init_question(question: InitQuestion, is_again: bool, language: Language) -> String {
    let again = match question {
        _ if !is_again => "",
        InitQuestion::Sender => {
            pick(language, "A name is one line of text. ", "Имя — это одна строка текста. ")
        }
        InitQuestion::Address => {
            pick(language, "That is not an e-mail address. ", "Это не адрес электронной почты. ")
        }
        InitQuestion::Server => {
            pick(language, "That is not the name of a server. ", "Это не имя сервера. ")
        }
    };
    let question = match question {
        InitQuestion::Sender => pick(
            language,
            "Who sends the letters? (Enter: later) ",
            "От чьего имени письма, например «Оргкомитет семинара»? (Enter — позже) ",
        ),
        InitQuestion::Address => pick(
            language,
            "From which e-mail address? (Enter: later) ",
            "С какого адреса почты? (Enter — позже) ",
        ),
        InitQuestion::Server => pick(
            language,
            "Over which mail server, such as smtp.example.org? (Enter: none, letters become files) ",
            "Через какой почтовый сервер, например smtp.example.org? (Enter — пока без него) ",
        ),
    };
    format!("{again}{question}")
}

/// Table by table, each key with its file and line; then where defaults are looked for.
fn settings_in_force(
    settings: &[Setting],
    defaults: &[DefaultsPlace],
    language: Language,
) -> String {
    let mut lines = Vec::new();
    let mut table = "";
    for setting in settings {
        if std::mem::replace(&mut table, setting.table) != setting.table {
            lines.push(format!("[{}]", setting.table));
        }
        let Setting { key, value, place, .. } = setting;
        let line = place.line;
        let (key, value, file) = (one_line(key), one_line(value), one_line(&place.file));
        lines.push(format!("  {key} = {value}    ({file}:{line})"));
    }
    lines.push(
        pick(language, "Defaults are looked for in:", "Общие настройки ищутся в:").to_owned(),
    );
    for DefaultsPlace { path, is_there } in defaults {
        let is_there = if *is_there {
            pick(language, "there", "есть")
        } else {
            pick(language, "not there", "нет")
        };
        lines.push(format!("  {} ({is_there})", one_line(&path.display().to_string())));
    }
    lines.join("\n")
}

/// What `forget` leaves where it is.
fn remain(remains: &Remains, language: Language) -> String {
    let mut lines = vec![say!(language;
            en "What remains:\n  the register: number, date, subject, addressee, position, \
                organisation; and a digest of each address, so that nobody is written to twice";
            ru "Остаются:\n  журнал исходящих: номер, дата, тема, адресат, должность, организация, и \
                отпечаток каждого адреса, чтобы никому не написать дважды")];
    if remains.letters > 0 {
        let count = letters(remains.letters, language);
        lines.push(say!(language;
            en "  {count} settled later"; ru "  улажено позже: {count}"));
    }
    if remains.suppressed > 0 {
        let n = remains.suppressed;
        lines.push(say!(language;
            en ("  {} that must not be written to", en_count(n, "address", "addresses"));
            ru ("  адреса, на которые писать нельзя: {n}")));
    }
    for file in &remains.files {
        let file = one_line(&file.display().to_string()).into_owned();
        lines.push(say!(language;
            en "  {file}: delete it yourself"; ru "  {file}: удалите сами"));
    }
    lines.push(say!(language;
        en "  copies elsewhere: backups, tables written by report, the mailbox, the relay's logs";
        ru "  копии в других местах: резервные, таблицы из report, почтовый ящик, журналы сервера"));
    lines.join("\n")
}
