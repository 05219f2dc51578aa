//! Русские слова. The Russian words.

use super::{
    Fate, Group, Heading, Language, Misuse, Next, Notice, Outlook, Plan, Seen, Standing,
    encoding_name, field_name, grouped, letter_head, letterhead, meaning, moment, problem_line,
    quoted, reply_words, size,
};
use crate::delivery::{Account, State, TlsFlaw, Trouble};
use crate::failure::{Asked, Doing, Failure, KeyringFlaw};
use crate::problem::{
    AddressFlaw, Cause, ConfigFault, Expected, Fault, FileFault, FilterFault, FormsFault, KeyFlaw,
    Kind, LetterFault, ListFault, NoMail,
};
use crate::russian::gender::{Evidence, EvidenceKind};
use crate::russian::{Gender, Reason, plural};
use crate::seal::{self, Change, How};

/// A size in octets, for people.
#[expect(clippy::cast_precision_loss, reason = "one decimal is shown")]
fn megabytes(octets: u64) -> String {
    if octets < 1 << 20 {
        return format!("{} КБ", octets.div_ceil(1 << 10));
    }
    format!("{:.1} МБ", octets as f64 / f64::from(1 << 20)).replace('.', ",")
}

fn count(n: u64, one: &str, few: &str, many: &str) -> String {
    format!("{} {}", number(n), plural::form(n, one, few, many))
}

fn number(n: u64) -> String {
    grouped(n, '\u{a0}')
}

fn letters(n: u64) -> String {
    count(n, "письмо", "письма", "писем")
}

fn reset_question(n: u64, accepted: u64) -> String {
    format!(
        "При следующей отправке снова уйдёт: {}; из них уже принято сервером: {accepted}, эти адресаты получат письмо второй раз.\nЧтобы продолжить, введите число писем ({n}): ",
        letters(n)
    )
}

#[expect(clippy::too_many_lines, reason = "one `match` over all notices")]
pub(super) fn notice(notice: &Notice) -> String {
    match notice {
        Notice::Problem(problem) => problem_line(problem, Language::Russian),
        Notice::Failure(it) => failure(it),
        Notice::Misuse(it) => format!("{}; см. --help", misuse(it)),
        Notice::LetterHead { row, number, fields, attachments } => {
            let name = |name: &str| field_name(name, Language::Russian).to_owned();
            let mut lines: Vec<(String, String)> =
                fields.iter().map(|(field, value)| (name(field), value.clone())).collect();
            if !attachments.is_empty() {
                let files = attachments
                    .iter()
                    .map(|(file, bytes)| format!("{file} ({})", size(*bytes, Language::Russian)));
                lines.push((name("attachments"), files.collect::<Vec<_>>().join(", ")));
            }
            let number = number.as_ref().map(|number| format!(", № {number}")).unwrap_or_default();
            lines.push(("Строка".into(), format!("{row}{number}")));
            letter_head(&lines)
        }
        Notice::NextLetter { folder, row } => {
            format!("Дальше: gonets show {} --row {row}", quoted(folder))
        }
        Notice::Written { path, lines } => {
            format!("Записано в {}: {}", path.display(), count(*lines, "строка", "строки", "строк"))
        }
        Notice::PdfWritten { path } => format!("Письмо на бланке записано в {}", path.display()),
        Notice::ManWritten { pages, folder } => {
            format!(
                "Записано в {}: {}",
                folder.display(),
                count(*pages, "страница", "страницы", "страниц")
            )
        }
        Notice::JournalLine { cells } => cells.join("\t"),
        Notice::Reasons { state, groups } => {
            let line = |group: &Group| {
                let what = meaning(&group.reply, Language::Russian)
                    .unwrap_or_else(|| "ответ сервера".into());
                format!(
                    "  {:>5}  {what}\n         например, {}: {}",
                    group.letters, group.example, group.reply
                )
            };
            let lines = groups.iter().map(line).collect::<Vec<_>>().join("\n");
            format!("{}, по причинам:\n{lines}", reasons_of(*state))
        }
        Notice::NextAttempt { at, letters: n } => {
            format!(
                "Отложено сервером: {}; ближайшая попытка — {}",
                letters(*n),
                moment(*at, Language::Russian)
            )
        }
        Notice::MoreInReport { more } => format!("… и ещё {}: gonets report", letters(*more)),
        Notice::RelayTried { host, is_logged_in, most, largest } => {
            let largest = size(usize::try_from(*largest).unwrap_or(usize::MAX), Language::Russian);
            let login = if *is_logged_in { ", вход выполнен" } else { "" };
            let most = most.map_or_else(
                || "предельного размера сервер не назвал".to_owned(),
                |most| {
                    format!(
                        "предельный размер {}",
                        size(usize::try_from(most).unwrap_or(usize::MAX), Language::Russian)
                    )
                },
            );
            format!(
                "Сервер {host}: соединение есть{login}; {most}, самое большое письмо — {largest}"
            )
        }
        Notice::ListRead { file, columns, headings, rows, text, sheet, sample } => {
            let (rows, columns) = (
                count(*rows, "строка", "строки", "строк"),
                count(*columns as u64, "столбец", "столбца", "столбцов"),
            );
            let text = text.map(|(encoding, delimiter)| {
                format!(
                    ", {}, разделитель «{}»",
                    encoding_name(encoding),
                    delimiter_name(delimiter)
                )
            });
            let sheet = sheet.as_ref().map(|sheet| format!(", лист «{sheet}»"));
            let sample = sample.as_ref().map(|sample| {
                format!(
                    "\nКодировка угадана; если эта строка читается неверно, укажите encoding в [contacts]:\n  {sample}"
                )
            });
            let headings = headings.map(|row| format!(", заголовки в строке {row}"));
            let [text, sheet, headings, sample] =
                [text, sheet, headings, sample].map(Option::unwrap_or_default);
            format!("{file}: {rows}, {columns}{text}{sheet}{headings}{sample}")
        }
        Notice::Mapping { fields, others } => {
            let width = fields
                .iter()
                .map(|(key, _)| known_as(key).chars().count())
                .max()
                .unwrap_or_default();
            let mut lines: Vec<String> = fields
                .iter()
                .map(|(key, heading)| format!("  {:<width$} ← {heading}", known_as(key)))
                .collect();
            if !others.is_empty() {
                lines.push(format!("  прочие столбцы: {}", others.join(", ")));
            }
            format!("Столбцы списка:\n{}", lines.join("\n"))
        }
        Notice::Folded { more, example } => {
            format!(
                "… и ещё {} того же рода: {}",
                count(*more, "замечание", "замечания", "замечаний"),
                fault(example)
            )
        }
        Notice::FaultyRows { rows, path } => format!(
            "{} с ошибками — в {}: последний столбец говорит, что исправить",
            count(*rows, "строка", "строки", "строк"),
            path.display()
        ),
        Notice::Checked { letters: n, to_look_at: 0 } => {
            format!("Можно отправлять: {} в полном порядке", letters(*n))
        }
        Notice::Checked { letters: n, to_look_at } => format!(
            "Можно отправлять: {}; но сначала посмотрите {} выше",
            letters(*n),
            count(*to_look_at, "место", "места", "мест")
        ),
        Notice::FormsWritten { file } => format!(
            "Формы каждой строки — в {}; прочтите, исправьте и назовите этот файл в [contacts]: forms = \"…\"",
            file.display()
        ),
        Notice::ListAlone { rows } => {
            format!(
                "Список прочтён: {} без ошибок; письма не составлялись",
                count(*rows, "строка", "строки", "строк")
            )
        }
        Notice::SuppressedEntry { entry, reason, date } => {
            [entry, &day_first(date), reason].map(String::as_str).join("\t").trim_end().to_owned()
        }
        Notice::SuppressedNobody => "В журнале рассылки запретов нет".into(),
        Notice::SuppressChanged { added, removed } => {
            format!("Список тех, кому писать нельзя: добавлено {added}, снято {removed}")
        }
        Notice::SuppressHeard { by } => format!(
            "Сейчас идёт отправка ({by}): о новых запретах она узнает перед следующим письмом. Что уже передано серверу, не вернуть; снятые запреты подействуют со следующего запуска"
        ),
        Notice::SuppressedMeanwhile { letters: n } => {
            format!(
                "Не отправлено: {}, потому что писать на эти адреса запретили, пока шла отправка",
                letters(*n)
            )
        }
        Notice::Previewed { letters: n, index } => {
            format!("Составлено: {} — просмотрите их в {}", letters(*n), index.display())
        }
        Notice::Seal { seal } => format!("Печать: {seal}"),
        Notice::Outlook(it) => format!("Темп: {}", outlook(it)),
        Notice::Standing(it) => format!("Печать:    {}", standing(it)),
        Notice::Approved { name, seal, given, people } => {
            let of = if *people == 0 { String::new() } else { format!(" из {people}") };
            format!("Одобрение записано: {name}, печать {seal}; одобрений {given}{of}")
        }
        Notice::Plan(it) => plan(it),
        Notice::TypeTheNumber { letters } => {
            format!("Чтобы отправить, введите число писем ({letters}): ")
        }
        Notice::TypeThePassword { user, host } => format!("Пароль {user} на {host}: "),
        Notice::TypeToReset { letters, accepted } => reset_question(*letters, *accepted),
        Notice::NothingToSend => "Отправлять больше нечего".into(),
        Notice::WouldSend { letters: n } => {
            format!("Пробный прогон: ушло бы {}; ничего не отправлено", letters(*n))
        }
        Notice::Rehearsed { letters: n, address } => {
            format!("Репетиция, писем для {address}: {n}; больше никому не писали")
        }
        Notice::RehearsalFailed { address, reply } => {
            format!(
                "Репетиция: письмо для {address} не ушло: {}",
                reply_words(reply, Language::Russian)
            )
        }
        Notice::LetterSettled { address, fate: it, reply } => {
            let reply = reply_words(reply, Language::Russian);
            let reply = if reply.is_empty() { reply } else { format!(" — {reply}") };
            format!("{address}: {}{reply}", fate(*it))
        }
        Notice::ConnectionTrouble { trouble: it } => format!("{}; пробую ещё раз", trouble(it)),
        Notice::FewerConnections { trouble: it } => {
            format!(
                "{}; отправляю через те соединения, что уже открыты, остальные попробую открыть позже",
                trouble(it)
            )
        }
        Notice::GoesOnAt { time, letters: n } => format!(
            "Больше сейчас нельзя по заданной скорости: {}: {}; продолжение {} — повторите тогда ту же команду или добавьте --wait",
            plural::form(*n, "ждёт", "ждут", "ждут"),
            letters(*n),
            day_first(time)
        ),
        Notice::AskingDns => "узнаём, принимают ли домены почту".into(),
        Notice::Composing => "составление писем".into(),
        Notice::Sending { account, reply } => {
            format!("{}\n{}", running(account), last_reply(reply))
        }
        Notice::LookedAtBefore { time, letters: n } => {
            format!(
                "Проверено {}: {}. С тех пор ничего не изменилось, поэтому все заново не проверяются",
                day_first(time),
                letters(*n)
            )
        }
        Notice::WaitingUntil { time, letters: n } => {
            format!(
                "{}: {}; продолжение {}",
                plural::form(*n, "ждёт отправки", "ждут отправки", "ждут отправки"),
                letters(*n),
                day_first(time)
            )
        }
        Notice::Stopping => {
            "Останавливаюсь: начатое будет завершено. Ещё раз Ctrl-C — прервать сразу".into()
        }
        Notice::RunStopped { trouble: it } => {
            format!(
                "Рассылка остановлена: {}. Продолжать сейчас — только повредить; {}",
                trouble(it),
                trouble_hint(it)
            )
        }
        Notice::Account { account, blocked, suppressed } => {
            let suppressed = match *suppressed {
                0 => String::new(),
                n => format!("; ещё {n} — тем, кому писать нельзя"),
            };
            let blocked = if *blocked == 0 {
                String::new()
            } else {
                format!("; ещё {blocked} нельзя отправить, пока не исправлено")
            };
            format!(
                "Всего {}: принято {}, отклонено {}, ждут {}, неизвестно {}{suppressed}{blocked}",
                letters(account.letters()),
                number(account.accepted),
                number(account.refused),
                number(account.waiting),
                number(account.unknown)
            )
        }
        Notice::InOutbox { folder } => format!(
            "Сервер [smtp] в campaign.toml не задан: письма сложены в папку {}, никому ничего не отправлено",
            folder.display()
        ),
        Notice::Next(it) => next(it),
        Notice::RecoveredUnknown { letters: n } => format!(
            "Прошлый запуск оборвался: о {} неизвестно, принял ли их сервер. Повторно они сами не отправляются",
            count(*n, "письме", "письмах", "письмах")
        ),
        Notice::UnknownLetter { address, message_id, at } => {
            format!("неизвестно: {address} {message_id} {}", day_first(at))
        }
        Notice::NotOnList { letters: n } => {
            format!(
                "{}: {}, но этих адресов больше нет в списке; не отправлено",
                plural::form(*n, "Ждёт", "Ждут", "Ждут"),
                letters(*n)
            )
        }
        Notice::Resolved { letters: n, state } => {
            format!("{}: теперь {}", letters(*n), state_word(*state))
        }
        Notice::NothingSentYet => "В этой рассылке ещё ничего не отправляли".into(),
        Notice::LedgerIsHeld { by } => format!("Сейчас идёт отправка ({by})"),
        Notice::Created { folder } => format!("Создана рассылка {}", folder.display()),
        Notice::Begin => "gonets пишет каждому из списка его собственное письмо.\n\n\
             С чего начать:\n\
             \x20 gonets init папка       создать рассылку, которая сразу работает\n\
             \x20 gonets check папка      найти ошибки в списке и в письме\n\
             \x20 gonets preview папка    посмотреть каждое письмо; ничего не отправляется\n\
             \x20 gonets send папка --test-to СВОЙ-АДРЕС --limit 3   сначала себе\n\
             \x20 gonets send папка       отправить, каждому один раз\n\n\
             Остальное расскажет gonets --help"
            .into(),
    }
}

fn misuse(misuse: &Misuse) -> String {
    match misuse {
        Misuse::Unknown { written, nearest } if nearest.is_empty() => {
            format!("«{written}» — неизвестно")
        }
        Misuse::Unknown { written, nearest } => {
            format!("«{written}» — неизвестно; может быть, «{nearest}»?")
        }
        Misuse::Missing { argument } => format!("не указано: {argument}"),
        Misuse::NoValue { argument } => format!("для {argument} нужно значение"),
        Misuse::Value { argument, value, allowed } if allowed.is_empty() => {
            format!("{argument} не может быть «{value}»")
        }
        Misuse::Value { argument, value, allowed } => {
            format!("{argument} не может быть «{value}»; возможно: {allowed}")
        }
        Misuse::Conflict { argument, other } => {
            format!("{argument} и {other} вместе не употребляются")
        }
        Misuse::Other { detail } => detail.clone(),
    }
}

fn delimiter_name(delimiter: char) -> String {
    if delimiter == '\t' { "табуляция".into() } else { delimiter.to_string() }
}

fn keyring(service: &str, user: &str, flaw: &KeyringFlaw) -> String {
    let asked = format!("хранилище паролей спросили о «{service}», пользователь «{user}»");
    let store = if cfg!(windows) {
        format!("cmdkey /generic:{service} /user:{user} /pass")
    } else if cfg!(target_os = "macos") {
        format!("security add-generic-password -s {service} -a {user} -w")
    } else {
        format!("secret-tool store --label={service} service {service} username {user}")
    };
    match flaw {
        KeyringFlaw::NoEntry => format!("{asked}: такого пароля там нет; сохраните его: {store}"),
        KeyringFlaw::NoProgram(program) => format!(
            "{asked} через программу «{program}», а она не установлена; установите её (в Debian — libsecret-tools) или задайте `password` в [smtp] иначе"
        ),
        KeyringFlaw::Failed(detail) => format!(
            "{asked}, и оно не ответило: {detail}; без рабочего стола его часто нет: задайте `password` в [smtp] иначе"
        ),
    }
}

fn outlook(outlook: &Outlook) -> String {
    match &outlook.begins {
        Some(begins) => {
            format!(
                "первое письмо уйдёт {}, последнее — не раньше {}",
                day_first(begins),
                day_first(&outlook.ends)
            )
        }
        None => format!("последнее письмо уйдёт не раньше {}", day_first(&outlook.ends)),
    }
}

fn plan(plan: &Plan) -> String {
    let domains: Vec<String> =
        plan.domains.iter().map(|(domain, n)| format!("{domain} {n}")).collect();
    let more = if plan.more_domains == 0 {
        String::new()
    } else {
        format!(" и ещё {}", plan.more_domains)
    };
    let to = plan
        .relay
        .as_ref()
        .map_or_else(|| "папка исходящих".into(), |relay| format!("сервер {relay}"));
    let already = if plan.already == 0 {
        String::new()
    } else {
        format!(" (ещё {} решены раньше)", plan.already)
    };
    let pace =
        plan.outlook.as_ref().map(|it| format!("\nТемп:      {}", outlook(it))).unwrap_or_default();
    format!(
        "От кого:   {}\nПисем:     {}{already}\nПервое:    {}\nПоследнее: {}\nДомены:    {}{more}\nЧерез:     {to}{pace}\nПечать:    {}",
        plan.from,
        plan.letters,
        plan.first,
        plan.last,
        domains.join(", "),
        standing(&plan.standing)
    )
}

/// The seal and all that is known of it, without the label before it.
fn standing(standing: &Standing) -> String {
    let mut lines = vec![standing.seal.clone()];
    let at = |at| moment(at, Language::Russian);
    match &standing.previewed {
        Seen::Never => lines.push("не просматривалась: gonets preview покажет все письма".into()),
        Seen::This { at: when } => lines.push(format!("просмотр {} — те же письма", at(*when))),
        Seen::Other { at: when, changes: what } => {
            lines.push(format!("последний просмотр {} — письма были другие:", at(*when)));
            lines.extend(
                what.iter().map(|change| format!("  {} после предпросмотра", changed(change))),
            );
        }
    }
    match &standing.sent {
        Seen::Never => {}
        Seen::This { at: when } => {
            lines.push(format!("под этой же печатью письма отправляли {}", at(*when)));
        }
        Seen::Other { at: when, changes: what } => {
            lines.push(format!("последняя отправка {} была под другой печатью:", at(*when)));
            lines.extend(what.iter().map(|change| format!("  {} после отправки", changed(change))));
        }
    }
    if standing.people > 0 || !standing.approved.is_empty() {
        let names = standing.approved.iter().map(|it| match it.user.as_str() {
            "?" => format!("{} ({})", it.name, at(it.at)),
            user => format!("{} ({user}, {})", it.name, at(it.at)),
        });
        let names = names.collect::<Vec<_>>().join(", ");
        let names = if names.is_empty() { "пока никто".to_owned() } else { names };
        let of = match standing.people {
            0 => String::new(),
            people => format!("; {} из {people}", standing.approved.len()),
        };
        lines.push(format!("одобрили: {names}{of}"));
    }
    lines.join("\n           ")
}

/// What became of a part of the seal: «letter.md изменён».
fn changed(change: &Change) -> String {
    let part = match change.part.as_str() {
        seal::PROGRAM => return "версия программы gonets сменилась".into(),
        seal::SELECTION => return "строки выбраны иначе (--where, --rows)".into(),
        seal::LETTERS => return "исходящие номера в журнале изменились".into(),
        seal::SUPPRESSED => "список тех, кому писать нельзя,".to_owned(),
        part if part.starts_with('[') => format!("раздел {part} в campaign.toml"),
        part => part.to_owned(),
    };
    let how = match change.how {
        How::Changed => "изменён",
        How::Added => "добавлен",
        How::Removed => "убран",
    };
    format!("{part} {how}")
}

fn all_changed(changes: &[Change]) -> String {
    changes.iter().map(|change| format!("\n  {} после предпросмотра", changed(change))).collect()
}

fn running(account: &Account) -> String {
    let Account { accepted, retrying, refused, unknown, .. } = account;
    let [accepted, retrying, refused, unknown] =
        [accepted, retrying, refused, unknown].map(|n| number(*n));
    format!(
        "принято {accepted}, ждёт повтора {retrying}, отклонено {refused}, неизвестно {unknown}"
    )
}

fn last_reply(reply: &str) -> String {
    if reply.is_empty() {
        String::new()
    } else {
        format!("последний ответ: {}", reply_words(reply, Language::Russian))
    }
}

fn next(next: &Next) -> String {
    match next {
        Next::AllDone => "Все письма приняты; больше ничего делать не нужно".into(),
        Next::RunAgain { waiting, folder } => format!(
            "{}: {} — чтобы продолжить: gonets send {}",
            plural::form(*waiting, "Ждёт", "Ждут", "Ждут"),
            letters(*waiting),
            quoted(folder)
        ),
        Next::ResolveUnknown { unknown, folder } => format!(
            "Неизвестно: {}. Узнайте по журналу сервера или у адресата, затем\n  gonets resolve {1} --to АДРЕС --accepted   (письмо дошло до сервера)\n  gonets resolve {1} --to АДРЕС --resend     (не дошло, отправить снова)",
            letters(*unknown),
            quoted(folder)
        ),
        Next::LookAtRefused { refused, folder } => format!(
            "Окончательно отклонено: {}. Исправьте адреса в списке; причины:\n  gonets status {1}\n  gonets report {1} --out отчёт.xlsx   (по каждому)",
            letters(*refused),
            quoted(folder)
        ),
        Next::Filed { folder } => format!(
            "Письма лежат в папке, никому ничего не ушло. Чтобы разослать их, задайте сервер в разделе [smtp] в campaign.toml, затем\n  gonets reset {0} --all   (считать их снова неотправленными)\n  gonets send {0}",
            quoted(folder)
        ),
        Next::AfterRehearsal { folder, files: Some(files) } => format!(
            "Дальше: откройте файлы .eml из {} почтовой программой, затем\n  gonets send {}",
            quoted(files),
            quoted(folder)
        ),
        Next::AfterRehearsal { folder, files: None } => {
            format!("Дальше: посмотрите, как письма дошли, затем\n  gonets send {}", quoted(folder))
        }
        Next::Check { folder } => {
            format!("В рассылке ошибки; их покажет gonets check {}", quoted(folder))
        }
        Next::FillIn { folder } => format!(
            "  campaign.toml   настройки: от кого, тема, сервер\n  letter.md       письмо, одно на всех\n  letterhead.typ  бланк, на котором письмо прилагается в PDF\n  contacts.csv    список адресатов, открывается в Excel\nДальше: поправьте эти файлы под себя или сразу посмотрите, что получается:\n  gonets preview {} --open",
            quoted(folder)
        ),
        Next::Preview { folder } => format!("Дальше: gonets preview {}", quoted(folder)),
        Next::LookThenSend { folder } => format!(
            "Дальше: откройте этот файл и просмотрите письма, затем\n  gonets send {0} --test-to СВОЙ-АДРЕС --limit 3   (сначала себе)\n  gonets send {0}",
            quoted(folder)
        ),
        Next::LookThenApprove { folder, people } => format!(
            "Дальше: откройте этот файл и просмотрите письма. Их {} одобрить {}, каждый от своего имени:\n  gonets approve {} --by ИМЯ",
            plural::form(u64::from(*people), "должен", "должны", "должны"),
            count(u64::from(*people), "человек", "человека", "человек"),
            quoted(folder)
        ),
        Next::Send { folder } => format!(
            "Дальше:\n  gonets send {0} --test-to СВОЙ-АДРЕС --limit 3   (сначала себе)\n  gonets send {0}",
            quoted(folder)
        ),
        Next::MoreApprovals { folder, missing } => format!(
            "{} ещё {}: пусть посмотрят письма и выполнят\n  gonets approve {} --by ИМЯ",
            plural::form(u64::from(*missing), "Нужно", "Нужны", "Нужно"),
            count(u64::from(*missing), "одобрение", "одобрения", "одобрений"),
            quoted(folder)
        ),
        Next::Mend => "Исправьте ошибки выше или отправьте остальные письма с --skip-faulty".into(),
    }
}

fn state_word(state: State) -> &'static str {
    match state {
        State::Waiting => "ждёт",
        State::Sending => "отправляется",
        State::Accepted => "принято",
        State::Refused => "отклонено",
        State::Unknown => "неизвестно",
    }
}

/// The state as the beginning of a list of reasons.
fn reasons_of(state: State) -> &'static str {
    match state {
        State::Waiting | State::Sending => "Ждут повтора",
        State::Accepted => "Приняты",
        State::Refused => "Отклонены",
        State::Unknown => "Неизвестны",
    }
}

pub(super) fn fate(fate: Fate) -> &'static str {
    match fate {
        Fate::Letter(state) => state_word(state),
        Fate::Suppressed => "писать нельзя",
        Fate::Blocked => "есть ошибка",
    }
}

pub(super) fn heading(heading: Heading) -> &'static str {
    match heading {
        Heading::Address => "Адрес",
        Heading::Addressee => "Адресат",
        Heading::Date => "Дата",
        Heading::Number => "Исх. №",
        Heading::Organisation => "Организация",
        Heading::Position => "Должность",
        Heading::Register => "Журнал исходящих",
        Heading::Reply => "Ответ сервера",
        Heading::Report => "Отчёт",
        Heading::State => "Состояние",
        Heading::Subject => "Тема",
        Heading::Time => "Время",
    }
}

#[expect(clippy::too_many_lines, reason = "one `match` over all failures")]
pub(super) fn failure(failure: &Failure) -> String {
    match failure {
        Failure::NoCampaign { path } => format!(
            "{}: здесь нет campaign.toml; укажите папку рассылки или создайте её: gonets init ПАПКА",
            path.display()
        ),
        Failure::File { doing: of, path, cause: why } => {
            let doing = match of {
                Doing::Reading => "не читается",
                Doing::Writing => "не записывается",
                Doing::Creating => "не создаётся",
                Doing::Replacing => "не заменяется",
            };
            // What is to be written is not there yet: its folder is what is missing.
            let no_folder = *why == Cause::NotFound && !matches!(of, Doing::Reading);
            let why_in_words = if no_folder { "такой папки нет".into() } else { cause(why) };
            format!("{}: {doing}: {why_in_words}; {}", path.display(), cause_hint(why))
        }
        Failure::Faulty { errors } => format!("{}; ничего не отправлено", count(*errors, "ошибка", "ошибки", "ошибок")),
        Failure::NoSuchRecipient { address } => format!("{address}: такого адреса в списке нет; сверьте его со списком"),
        Failure::SealDiffers { given, now, changes } => format!(
            "указана печать {given}, а у писем сейчас печать {now}: это не те письма, которые просматривали; выполните gonets preview и посмотрите ещё раз{}",
            all_changed(changes)
        ),
        Failure::NumbersMoved => {
            "исходящие номера у писем теперь не те, что при просмотре: с тех пор журнал выдал номера другим письмам; выполните gonets preview и посмотрите ещё раз".into()
        }
        Failure::NotPreviewed { folder, changes } => format!(
            "письма с этой печатью ещё не просматривали; выполните gonets preview {}, посмотрите их и одобрите{}",
            quoted(folder),
            all_changed(changes)
        ),
        Failure::NotApproved { folder, seal, approved, people, changes } => {
            let so_far = if approved.is_empty() { "пока никто".to_owned() } else { approved.join(", ") };
            format!(
                "письма с печатью {seal} должны одобрить {}, одобрили: {so_far}; ничего не отправлено{2}\n  gonets preview {1}            посмотреть письма\n  gonets approve {1} --by ИМЯ   одобрить их",
                count(u64::from(*people), "человек", "человека", "человек"),
                quoted(folder),
                all_changed(changes)
            )
        }
        Failure::NeedsConfirmation(Asked::ToSend) => {
            "спросить некого: это не терминал; подтвердите отправку через --seal ПЕЧАТЬ (её выводит gonets preview) или --yes".into()
        }
        Failure::NeedsConfirmation(Asked::ToRehearse | Asked::ToReset) => {
            "спросить некого: это не терминал; подтвердите через --yes".into()
        }
        Failure::NotConfirmed => "не подтверждено; ничего не отправлено".into(),
        Failure::BadAddress { address, flaw } => format!("«{address}» — не адрес электронной почты: {}", address_flaw(*flaw)),
        Failure::FileNotOurs { path } => {
            format!("{}: это не список форм, поэтому файл не перезаписывается; назовите другой", path.display())
        }
        Failure::PreviewNotOurs { path } => format!(
            "{}: эту папку создала не программа gonets, поэтому она не заменяется; переместите или переименуйте её",
            path.display()
        ),
        Failure::FolderNotEmpty { path } => {
            format!("{}: папка не пуста; укажите новую, чтобы ничего вашего не перезаписать", path.display())
        }
        Failure::TableKind { path } => {
            format!("{}: таблица бывает .csv, .xlsx или .json; назовите файл так", path.display())
        }
        Failure::FileThere { path } => {
            format!("{}: такой файл уже есть; назовите другой или добавьте --replace, чтобы заменить его", path.display())
        }
        Failure::FileOfCampaign { path } => {
            format!("{}: этот файл — часть самой рассылки и не перезаписывается; назовите другой", path.display())
        }
        Failure::NoPdf => "письма на бланке в этой рассылке нет: нет раздела [pdf] в campaign.toml".into(),
        Failure::NoSuchRow { row } => format!("строки {row} в списке нет; строки считаются от 1 под заголовками"),
        Failure::NoSuchNumber { number } => format!("письма с исходящим номером «{number}» в списке нет"),
        Failure::NothingBehind => "это письмо последнее в списке".into(),
        Failure::NothingWaits => "ни одно письмо из списка не ждёт отправки; выберите его через --to, --row или --number".into(),
        Failure::TooLarge { largest, most } => {
            let size = |bytes: u64| size(usize::try_from(bytes).unwrap_or(usize::MAX), Language::Russian);
            format!(
                "самое большое письмо — {}, а сервер принимает не больше {}; уменьшите вложения или спросите владельца сервера",
                size(*largest),
                size(*most)
            )
        }
        Failure::NotUnknown { address, state } => match state {
            Some(state) => format!("{address}: состояние письма — «{}»; здесь решается только судьба неизвестных, а принятые и отклонённые возвращает gonets reset", state_word(*state)),
            None => format!("{address}: письма на этот адрес в журнале нет; см. gonets status"),
        },
        Failure::NothingToReset { address, state } => match state {
            Some(state) => format!("{address}: состояние письма — «{}»; вернуть можно только принятые, отвергнутые и те, что ждут повтора", state_word(*state)),
            None => format!("{address}: письма на этот адрес в журнале нет; см. gonets status"),
        },
        Failure::LedgerHeld { by } => {
            format!("эту рассылку уже ведёт другой запуск ({by}); дождитесь его окончания или остановите его через Ctrl-C")
        }
        Failure::LedgerLost { path, lost } => format!(
            "{}: в журнале не хватает последних записей ({lost}): его удалили, обрезали или заменили старой копией, и люди получили бы письмо второй раз; верните самую новую копию. Чтобы намеренно начать с начала и написать всем снова, удалите рядом и ledger.lock",
            path.display()
        ),
        Failure::LedgerGone { path } => format!(
            "{}: файл удалили или заменили во время отправки; больше ничего не отправляется: верните его на место",
            path.display()
        ),
        Failure::LedgerDamaged { path, detail } => format!(
            "{}: журнал рассылки повреждён ({detail}); без него ничего не отправляется: восстановите его из резервной копии, не удаляйте",
            path.display()
        ),
        Failure::LedgerNewer { path, version } => {
            format!("{}: журнал записан более новой версией gonets (версия журнала {version}); установите её", path.display())
        }
        Failure::LedgerOfOther { path, campaign } => format!(
            "{}: это журнал рассылки «{campaign}»; верните id = \"{campaign}\" или начните новую рассылку в своей папке",
            path.display()
        ),
        Failure::LedgerFailed { detail } => format!(
            "журнал рассылки не записывается ({detail}); что нельзя записать, то не отправляется: освободите место или исправьте права и повторите ту же команду"
        ),
        Failure::NoLedger { path } => format!("{}: в этой рассылке ещё ничего не отправляли", path.display()),
        Failure::SecretVariable { name } => {
            format!("переменная окружения {name} с паролем не задана; задайте её и повторите команду")
        }
        Failure::SecretCommand { program, detail } => {
            format!("команда «{program}», которая должна сообщить пароль, не сработала: {detail}; запустите её вручную, чтобы увидеть причину")
        }
        Failure::SecretFile { path, cause: why } => {
            format!("{}: файл с паролем: {}; {}", path.display(), cause(why), cause_hint(why))
        }
        Failure::SecretForAll { path } => format!(
            "{0}: пароль в этом файле могут прочесть и другие; закройте файл от них: chmod 600 {0}",
            quoted(path)
        ),
        Failure::SecretTimeOut { program, seconds } => format!(
            "«{program}» должна была сообщить пароль и не закончила за {seconds} с; запустите её вручную и посмотрите, чего она ждёт, или дайте больше времени: timeout = \"5m\" рядом с `command`"
        ),
        Failure::SecretKeyring { service, user, flaw } => keyring(service, user, flaw),
        Failure::SecretNobodyToAsk => "нужен пароль, а спросить некого: это не терминал; укажите `password` в [smtp]: env, command, file или keyring".into(),
        Failure::SecretEmpty => "пароль пуст; см. `password` в [smtp]".into(),
        Failure::Relay { host, trouble: it } => format!("{host}: {}; {}", trouble(it), trouble_hint(it)),
        Failure::ListChanged => {
            "список или шаблон изменились во время отправки; она остановлена: посмотрите письма ещё раз и отправьте снова".into()
        }
        Failure::OutputLost => "вывод не записан; не полон ли диск?".into(),
        Failure::Interrupted => "прервано; чтобы продолжить, повторите ту же команду".into(),
        Failure::Ours { detail } => format!("ошибка самой программы gonets: {detail}; пожалуйста, сообщите о ней"),
    }
}

pub(super) fn trouble(trouble: &Trouble) -> String {
    match trouble {
        Trouble::NoConnection(detail) => format!("нет соединения: {}", network(detail)),
        Trouble::ConnectionLost(detail) => format!("соединение оборвалось: {}", network(detail)),
        Trouble::TimedOut => "нет ответа в отведённое время".into(),
        Trouble::Tls(flaw) => format!("защищённое соединение не удалось: {}", tls_flaw(flaw)),
        Trouble::TlsNotOffered => "сервер не предлагает STARTTLS".into(),
        Trouble::LoginNotOffered => "сервер не предлагает входа PLAIN или LOGIN".into(),
        Trouble::Garbled(detail) => format!("бессмысленный ответ сервера: {detail}"),
        Trouble::Turned(reply) => format!("сервер отказал: {reply}"),
        Trouble::File(detail) => format!("файл не записан: {}", network(detail)),
        Trouble::Stopped => "отправка остановлена".into(),
    }
}

/// What the system says of a connection or a file in English, in Russian where its words are known.
fn network(detail: &str) -> String {
    const WORDS: [(&str, &str); 13] = [
        ("closed", "сервер закрыл его"),
        ("reset by peer", "сервер сбросил его"),
        ("refused", "сервер не принимает соединений"),
        ("broken pipe", "сервер закрыл его"),
        ("timed out", "нет ответа"),
        ("unreachable", "сеть недоступна"),
        ("lookup address", "имя сервера не найдено"),
        ("not known", "имя сервера не найдено"),
        ("no address", "имя сервера не найдено"),
        ("no such host", "имя сервера не найдено"),
        ("permission denied", "нет доступа"),
        ("no space left", "диск полон"),
        ("read-only", "диск только для чтения"),
    ];
    let small = detail.to_lowercase();
    let known = WORDS.iter().find(|(english, _)| small.contains(english));
    known.map_or_else(
        || format!("система сообщает: «{detail}»"),
        |(_, russian)| (*russian).to_owned(),
    )
}

/// `2026-11-22 18:13:40`, or the date alone, as people here write it; other words as they are.
fn day_first(time: &str) -> String {
    let (date, clock) = time.split_at(time.find(' ').unwrap_or(time.len()));
    match date.split('-').collect::<Vec<_>>()[..] {
        [year, month, day] if year.len() == 4 => format!("{day}.{month}.{year}{clock}"),
        _ => time.to_owned(),
    }
}

fn tls_flaw(flaw: &TlsFlaw) -> String {
    match flaw {
        TlsFlaw::UnknownIssuer => "сертификат сервера выдан тем, кому этот компьютер не доверяет".into(),
        TlsFlaw::OtherName => "сертификат сервера выдан на другое имя".into(),
        TlsFlaw::Expired => "срок сертификата сервера истёк".into(),
        TlsFlaw::BadCertificate => "сертификат сервера испорчен, отозван или выдан не для этого".into(),
        TlsFlaw::NotTls => {
            "на этом порту сервер не начинает с TLS; для порта 587 нужно security = \"starttls\", для 465 — \"tls\""
                .into()
        }
        TlsFlaw::NothingCommon => "сервер знает только устаревшие, ненадёжные способы шифрования".into(),
        TlsFlaw::Other(detail) => format!("система сообщает: «{detail}»"),
    }
}

fn trouble_hint(trouble: &Trouble) -> &'static str {
    match trouble {
        Trouble::NoConnection(_) => "проверьте host и port в [smtp] и сеть",
        Trouble::ConnectionLost(_) | Trouble::TimedOut | Trouble::Garbled(_) => {
            "повторите ту же команду позже"
        }
        Trouble::Tls(_) => {
            "проверьте `security` и `host` в [smtp]: сертификат должен быть выдан на это имя"
        }
        Trouble::TlsNotOffered => {
            "проверьте `security` и `port` в [smtp]; без шифрования ничего не отправляется"
        }
        Trouble::LoginNotOffered => "проверьте `username` и `security` в [smtp]",
        Trouble::Turned(_) => {
            "прочтите ответ, проверьте имя и пароль, спросите владельца сервера и повторите ту же команду позже"
        }
        Trouble::File(_) => "проверьте папку исходящих и свободное место и повторите ту же команду",
        Trouble::Stopped => "чтобы продолжить, повторите ту же команду",
    }
}

fn cause(cause: &Cause) -> String {
    match cause {
        Cause::NotFound => "такого файла нет".into(),
        Cause::Forbidden => "нет доступа".into(),
        Cause::IsFolder => "это папка".into(),
        Cause::NotFolder => "это не папка".into(),
        Cause::NotPlainFile => "это не обычный файл".into(),
        Cause::Exists => "уже существует".into(),
        Cause::DiskFull => "диск полон".into(),
        Cause::ReadOnly => "диск только для чтения".into(),
        Cause::OutsideCampaign => "лежит вне папки рассылки".into(),
        Cause::TooLarge => "слишком велик".into(),
        Cause::LinkLoop => "ссылка на файл ведёт сама к себе".into(),
        Cause::Changed => "изменился, пока программа работала".into(),
        Cause::Other(detail) => format!("система сообщает: «{detail}»"),
    }
}

fn cause_hint(cause: &Cause) -> &'static str {
    match cause {
        Cause::NotFound => "проверьте имя и путь",
        Cause::Forbidden => "проверьте права и не открыт ли он в другой программе",
        Cause::IsFolder | Cause::NotPlainFile => "укажите файл",
        Cause::NotFolder => "укажите папку",
        Cause::Exists => "выберите другое имя",
        Cause::DiskFull => "освободите место и повторите",
        Cause::ReadOnly => "выберите другое место",
        Cause::OutsideCampaign => "скопируйте его в папку рассылки",
        Cause::TooLarge => "уменьшите его",
        Cause::LinkLoop => "удалите её и положите на её место сам файл",
        Cause::Changed => "посмотрите письма ещё раз (preview) и повторите",
        Cause::Other(_) => "повторите",
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "текст в кавычках",
        Kind::Number => "целое число",
        Kind::YesNo => "true или false",
        Kind::Date => "дату, например 2022-02-28",
        Kind::Duration => "длительность в кавычках, например \"1m\" или \"30s\"",
        Kind::Table => "таблицу",
        Kind::List => "список в [ ]",
        Kind::Size => "размер в кавычках, например \"20 MB\"",
        Kind::Secret => {
            "{ env = \"ИМЯ\" }, { command = [\"программа\", …] }, { file = \"…\" } или { keyring = \"…\" }"
        }
    }
}

fn unreadable(value: &str, expected: Expected) -> String {
    match expected {
        Expected::Days => format!("«{value}» — не дни недели"),
        Expected::Hours => format!("«{value}» — не часы дня"),
        Expected::Zone => format!("«{value}» — не часовой пояс"),
        Expected::Dates => format!("«{value}» — не дата и не промежуток дат"),
        Expected::Domain => format!("«{value}» — не домен"),
        Expected::Server => format!("«{value}» — не адрес сервера"),
        Expected::Factor => format!("число {value} вне пределов"),
    }
}

fn way_to_write(expected: Expected) -> &'static str {
    match expected {
        Expected::Days => "напишите, например, \"пн-пт\" или \"mon, wed, sat-sun\"",
        Expected::Hours => {
            "напишите, например, \"09:00-18:00\" или \"9-13, 14-18\"; окно через полночь — это два окна: \"0-6, 22-24\""
        }
        Expected::Zone => "напишите, например, \"Europe/Moscow\", \"UTC+7\" или \"МСК+4\"",
        Expected::Dates => "напишите, например, \"2026-12-31\" или \"2027-01-01..2027-01-08\"",
        Expected::Domain => {
            "напишите то, что стоит в адресе после @, например \"example.org\"; несколько — через запятую"
        }
        Expected::Server => "напишите, например, \"192.168.0.1\" или \"127.0.0.1:5353\"",
        Expected::Factor => "напишите число от 1 до 100",
    }
}

#[expect(clippy::too_many_lines, reason = "one `match` over all faults")]
pub(super) fn fault(fault: &Fault) -> String {
    match fault {
        Fault::File(FileFault::Missing) => "такого файла нет".into(),
        Fault::File(FileFault::Unreadable { cause: why }) => format!("не читается: {}", cause(why)),
        Fault::File(FileFault::NotUtf8) => "буквы здесь записаны не в той кодировке, что весь файл, и не читаются (не UTF-8)".into(),
        Fault::Config(ConfigFault::Toml { detail }) => foreign("это не TOML", detail),
        Fault::Config(ConfigFault::KeyUnknown { key, .. }) => format!("неизвестный ключ «{key}»"),
        Fault::Config(ConfigFault::KeyMissing { key }) => format!("нет ключа «{key}»"),
        Fault::Config(ConfigFault::ValueKind { key, .. }) => format!("у «{key}» значение не того вида"),
        Fault::Config(ConfigFault::ValueUnknown { key, value, .. }) => format!("«{key}» не может быть «{value}»"),
        Fault::Config(ConfigFault::ValueRange { key, .. }) => format!("значение «{key}» вне пределов"),
        Fault::Config(ConfigFault::ValueUnreadable { value, expected }) => unreadable(value, *expected),
        Fault::Config(ConfigFault::DomainTwice { domain }) => format!("для домена {domain} заданы два предела"),
        Fault::Config(ConfigFault::ValueEmpty { key }) => format!("значение «{key}» пусто"),
        Fault::Config(ConfigFault::ValueControl { key }) => format!("в «{key}» есть перевод строки или управляющий символ"),
        Fault::Config(ConfigFault::PasswordInFile) => "в файле записан пароль".into(),
        Fault::Config(ConfigFault::PlainTextBeyondLoopback { host }) => {
            format!("при security = \"none\" письма и пароль по пути к {host} прочтёт кто угодно")
        }
        Fault::Config(ConfigFault::BodyMissing) => "в [letter] нет текста письма".into(),
        Fault::Config(ConfigFault::NumberTwice) => "в [register] есть и общий номер, и первый номер".into(),
        Fault::Config(ConfigFault::NameReserved { name }) => format!("имя «{name}» gonets сам даёт шаблонам"),
        Fault::List(ListFault::ListKind { extension }) => format!("списки .{extension} не читаются"),
        Fault::List(ListFault::ListEmpty) => "список пуст".into(),
        Fault::List(ListFault::ListHasNoRows) => "в списке есть заголовки, но нет ни одной строки".into(),
        Fault::List(ListFault::HeadingsBelow { row, passed }) => {
            format!("заголовками считается строка {row}; то, что стоит над ней («{passed}»), пропущено")
        }
        Fault::List(ListFault::HeadingsRowEmpty { row }) => format!("заголовками должна быть строка {row}, но в ней ничего нет"),
        Fault::List(ListFault::HeadingMissing { field, seen, .. }) => {
            let seen = seen.iter().map(|heading| format!("«{heading}»")).collect::<Vec<_>>().join(", ");
            let field =
                if *field == "email" { "адресов электронной почты (email)" } else { field };
            format!("нет столбца для {field}; заголовки такие: {seen}")
        }
        Fault::List(ListFault::HeadingUnknown { key, heading, .. }) => {
            format!("«{key}» указывает на столбец «{heading}», которого в списке нет")
        }
        Fault::List(ListFault::HeadingTwice { heading }) => format!("у двух столбцов один заголовок «{heading}»"),
        Fault::List(ListFault::HeadingsForOneField { field, first, second }) => {
            let field = known_as(field);
            format!("полем «{field}» могут быть и «{first}», и «{second}»")
        }
        Fault::List(ListFault::FormulaBare) => {
            "у формулы в этой ячейке записан ответ 0: так бывает и тогда, когда программа её не вычисляла".into()
        }
        Fault::List(ListFault::NumberUnformatted { text }) => {
            format!("числа из книги XLS читаются без их вида на экране: первое из них — как «{text}»")
        }
        Fault::List(ListFault::CopyTwice { address, line }) => {
            format!("адрес {address} есть и в строке {line}: туда уйдут и своё письмо, и копия чужого")
        }
        Fault::List(ListFault::CellBeyondHeadings { text }) => {
            format!("здесь написано «{text}», но у столбца нет заголовка: в письма это не попадёт")
        }
        Fault::List(ListFault::RowRagged { expected, found }) => {
            format!("здесь {}, а заголовков {expected}", count(*found as u64, "ячейка", "ячейки", "ячеек"))
        }
        Fault::List(ListFault::QuoteUnclosed) => "здесь открыта кавычка, которая нигде не закрыта".into(),
        Fault::List(ListFault::CellEmpty) => "ячейка пуста".into(),
        Fault::List(ListFault::CellControl { character: '\n' | '\r' | '\t' }) => {
            "в ячейке перевод строки или табуляция; в письме на этом месте будет пробел".into()
        }
        Fault::List(ListFault::CellControl { character: character @ ('\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') }) => {
            format!("невидимый символ U+{:04X} переворачивает текст задом наперёд", u32::from(*character))
        }
        Fault::List(ListFault::CellControl { character }) => {
            format!("управляющий символ U+{:04X} нельзя напечатать", u32::from(*character))
        }
        Fault::List(ListFault::CellTooLong { characters, .. }) => {
            format!("в ячейке {}", count(*characters as u64, "знак", "знака", "знаков"))
        }
        Fault::List(ListFault::AddressSyntax { value, flaw }) => {
            format!("«{value}» — не адрес электронной почты: {}", address_flaw(*flaw))
        }
        Fault::List(ListFault::KeyTwice { address, line }) => {
            format!("{address} уже есть в строке {line}, и эти два письма ничем не различаются")
        }
        Fault::List(ListFault::AddressTwice { address, line }) => format!("{address} уже есть в строке {line}"),
        Fault::Forms(FormsFault::GenderUnreadable { value }) => format!("из «{value}» не понять, мужчина это или женщина"),
        Fault::List(ListFault::EncodingUnclear { likely }) => format!("кодировка неясна: похоже на {likely}"),
        Fault::List(ListFault::EncodingUnread { name }) => format!("список записан в {name}, а так он не читается"),
        Fault::List(ListFault::LettersLost) => {
            "вместо русских букв в заголовках знаки вопроса: они потеряны, когда список сохраняли в кодировке без русских букв".into()
        }
        Fault::List(ListFault::NotWorkbook) => "это не книга Excel или LibreOffice, или файл повреждён".into(),
        Fault::List(ListFault::WorkbookProtected) => "книга закрыта паролем".into(),
        Fault::List(ListFault::WorkbookTooLarge) => "книга слишком велика, чтобы прочесть её безопасно".into(),
        Fault::List(ListFault::SheetMissing { sheet, .. }) => format!("в книге нет листа «{sheet}»"),
        Fault::List(ListFault::HeadingFitsTwo { heading, first, second }) => {
            format!("заголовок «{heading}» подходит и к полю «{}», и к полю «{}»", known_as(first), known_as(second))
        }
        Fault::List(ListFault::QuoteStray) => "кавычка стоит внутри ячейки, взятой в кавычки: что здесь текст, неясно".into(),
        Fault::List(ListFault::CharacterLost) => {
            "в ячейке знак «\u{fffd}»: на его месте была буква, которую потеряла другая программа".into()
        }
        Fault::List(ListFault::CellIsError { value }) => format!("формула в ячейке даёт ошибку {value}"),
        Fault::List(ListFault::InvisibleRemoved { character }) => {
            format!("из ячейки убран невидимый символ U+{:04X}", u32::from(*character))
        }
        Fault::List(ListFault::AddressTypo { address, .. }) => format!("похоже на опечатку: {address}"),
        Fault::List(ListFault::DomainWithoutMail { domain, why }) => match why {
            NoMail::NoSuchDomain => format!("домена {domain} нет: письмо вернётся"),
            NoMail::Declined => format!("домен {domain} объявил, что не принимает почту: письмо вернётся"),
            NoMail::NoHost => format!("у домена {domain} нет почтового сервера: письмо вернётся"),
        },
        Fault::List(ListFault::DnsUnanswered { domains, example }) => format!(
            "не удалось узнать, принимают ли почту {} ({example} …): ответа нет",
            count(*domains, "домен", "домена", "доменов")
        ),
        Fault::List(ListFault::SamePerson { name, line }) => format!("{name} с другим адресом уже есть в строке {line}"),
        Fault::List(ListFault::Suppressed { entry, reason, date }) => {
            let date = if date.is_empty() { String::new() } else { format!(" с {}", day_first(date)) };
            let reason = if reason.is_empty() { String::new() } else { format!(": {reason}") };
            format!("{entry}{date} в списке тех, кому писать нельзя{reason}; письма не будет")
        }
        Fault::Forms(FormsFault::FormMissing { column }) => format!("письму нужна эта форма, а ячейка {column} пуста"),
        Fault::Forms(FormsFault::FormDoubtful { nominative, proposed, reason: why, .. }) => {
            format!("«{nominative}» → «{proposed}»: {}", reason(why))
        }
        Fault::Forms(FormsFault::FormsOfAnother { file }) => {
            format!("в {file} есть формы для этого адреса, но для другого человека или должности; они не взяты")
        }
        Fault::Forms(FormsFault::NameOrder { name, reason: why }) => format!(
            "прочитано как фамилия «{}», имя «{}», отчество «{}»: {}",
            name.surname,
            name.first_name,
            name.patronymic,
            reason(why)
        ),
        Fault::Forms(FormsFault::GenderUnknown { name }) => format!("неизвестно, мужчина или женщина «{name}»"),
        Fault::Forms(FormsFault::GenderContradicted { one, other }) => format!("{}, а {}", evidence(*one), evidence(*other)),
        Fault::Letter(LetterFault::Filter(it)) => filter(it),
        Fault::Letter(LetterFault::Template { detail }) => foreign("шаблон не разобрать", detail),
        Fault::Letter(LetterFault::Condition { detail }) => foreign("условие отбора не разобрать", detail),
        Fault::Letter(LetterFault::VariableUnknown { name, .. }) => format!("в шаблоне есть «{name}» — это ни столбец, ни значение"),
        Fault::Letter(LetterFault::ColumnUnknown { name: Some(name), .. }) => format!("здесь нет «{name}»"),
        Fault::Letter(LetterFault::ColumnUnknown { name: None, .. }) => "такого столбца или значения нет".into(),
        Fault::Letter(LetterFault::ValuePrintedEmpty { before, after }) => {
            format!("пустое значение оставляет в письме пропуск: «{before} [ ] {after}»")
        }
        Fault::Letter(LetterFault::LetterChanged { message_id, .. }) => {
            format!("это письмо, возможно, уже принято сервером как {message_id}, а его текст с тех пор изменился")
        }
        Fault::Letter(LetterFault::SubjectEmpty) => "тема письма пуста".into(),
        Fault::Letter(LetterFault::SubjectLineBreak) => "в теме письма есть перевод строки или управляющий символ".into(),
        Fault::Letter(LetterFault::BodyEmpty) => "письмо пусто".into(),
        Fault::Letter(LetterFault::Attachment { name, cause: why }) => format!("файл «{name}»: {}", cause(why)),
        Fault::Letter(LetterFault::AttachmentNone { template }) => format!("письмо уйдёт без вложения «{template}»: имя файла пусто"),
        Fault::Config(ConfigFault::NotDomain { key, value }) => format!("{key}: «{value}» — не имя домена"),
        Fault::Letter(LetterFault::MessageTooLarge { size, limit }) => {
            format!("письмо с вложениями занимает {}, а предел — {}", megabytes(*size), megabytes(*limit))
        }
        Fault::Letter(LetterFault::PictureKind { name }) => format!("файл «{name}» — не картинка PNG, JPEG или GIF"),
        Fault::Letter(LetterFault::PictureUnreadable) => "картинку, которую вставляет бланк, не прочесть".into(),
        Fault::Letter(LetterFault::FileNameUnfit { name }) => format!("«{name}» не годится в имена файлов"),
        Fault::Letter(LetterFault::LinkUnfit { value }) => format!("«{value}» — не адрес https"),
        Fault::Config(ConfigFault::KeyFile { flaw: KeyFlaw::NotPem }) => "в файле нет закрытого ключа в формате PEM".into(),
        Fault::Config(ConfigFault::KeyFile { flaw: KeyFlaw::Kind }) => "ключ не RSA от 2048 бит и не Ed25519".into(),
        Fault::Config(ConfigFault::KeyFile { flaw: KeyFlaw::Open }) => "закрытый ключ могут прочитать посторонние".into(),
        Fault::Letter(LetterFault::Typst { detail, .. }) => format!("бланк не сверстать: {}", letterhead::said(detail)),
        Fault::Letter(LetterFault::LetterTooLong { megabytes }) => format!("шаблон печатает больше {megabytes} МБ: такого письма не бывает"),
        Fault::Letter(LetterFault::TemplateCircle { name }) => format!("шаблон «{name}» через extends или include приходит сам к себе"),
        Fault::Letter(LetterFault::GlyphsMissing { characters }) => format!("в шрифтах бланка нет знаков: {characters}"),
        Fault::Config(ConfigFault::PdfNotBuilt) => "эта сборка программы не умеет делать PDF".into(),
    }
}

#[expect(clippy::too_many_lines, reason = "one `match` over all faults")]
pub(super) fn hint(fault: &Fault) -> String {
    let nearest_or = |nearest: &Option<String>, otherwise: &str| match nearest {
        Some(name) => format!("может быть, «{name}»?"),
        None => otherwise.to_owned(),
    };
    match fault {
        Fault::File(FileFault::Missing) => "проверьте имя; файл ищется от папки рассылки".into(),
        Fault::File(FileFault::Unreadable { cause }) | Fault::Letter(LetterFault::Attachment { cause, .. }) => cause_hint(cause).into(),
        Fault::File(FileFault::NotUtf8) => "впишите этот текст заново и сохраните файл в UTF-8 (в Excel — «CSV UTF-8»)".into(),
        Fault::Config(ConfigFault::Toml { .. }) => "исправьте эту строку".into(),
        Fault::Config(ConfigFault::KeyUnknown { nearest, .. }) => nearest_or(nearest, "удалите его; ключи перечислены в README"),
        Fault::Config(ConfigFault::KeyMissing { key }) => format!("добавьте строку `{key} = …`"),
        Fault::Config(ConfigFault::ValueKind { expected, .. }) => format!("напишите {}", kind(*expected)),
        Fault::Config(ConfigFault::ValueUnknown { allowed, .. }) => format!("напишите одно из: {}", allowed.join(", ")),
        Fault::Config(ConfigFault::ValueRange { least, most, .. }) => format!("напишите число от {least} до {most}"),
        Fault::Config(ConfigFault::ValueUnreadable { expected, .. }) => way_to_write(*expected).into(),
        Fault::Config(ConfigFault::DomainTwice { .. }) => "оставьте его в одном месте".into(),
        Fault::Config(ConfigFault::ValueEmpty { .. }) => "заполните или удалите строку".into(),
        Fault::Config(ConfigFault::ValueControl { .. }) => "напишите в одну строку".into(),
        Fault::Config(ConfigFault::PasswordInFile) => "смените этот пароль, а здесь напишите password = { env = \"SMTP_PASSWORD\" }".into(),
        Fault::Config(ConfigFault::PlainTextBeyondLoopback { .. }) => {
            "напишите security = \"tls\" или \"starttls\"; \"none\" — только для этого же компьютера".into()
        }
        Fault::Config(ConfigFault::BodyMissing) => "добавьте body = \"letter.md\"".into(),
        Fault::Config(ConfigFault::NumberTwice) => "оставьте либо `number`, либо `first` и `format`".into(),
        Fault::Config(ConfigFault::NameReserved { .. }) => "выберите другое имя".into(),
        Fault::List(ListFault::ListKind { .. }) => "сохраните его как книгу Excel (.xlsx) или как CSV".into(),
        Fault::List(ListFault::ListEmpty) => {
            "впишите в первую строку заголовки («Эл. почта», «Фамилия», «Имя» …), а ниже — по строке на человека".into()
        }
        Fault::List(ListFault::ListHasNoRows) => "добавьте по строке на каждого человека".into(),
        Fault::List(ListFault::HeadingsBelow { row, .. }) => {
            format!("если это верно, напишите headings = {row} в [contacts]; если нет — номер нужной строки")
        }
        Fault::List(ListFault::HeadingsRowEmpty { .. }) => {
            "укажите номер строки с заголовками, как его показывает Excel: headings = … в [contacts]".into()
        }
        Fault::List(ListFault::HeadingMissing { field, nearest, .. }) => match nearest {
            Some(heading) => {
                format!("если это столбец «{heading}», напишите {field} = \"{heading}\" в [contacts.columns]")
            }
            None => format!(
                "озаглавьте столбец «{}» или назовите его в campaign.toml, в разделе [contacts.columns]: {field} = \"…\"; \
                 если заголовки в другой строке, напишите headings = … в [contacts]",
                if *field == "email" { "Эл. почта" } else { field }
            ),
        },
        Fault::List(ListFault::HeadingUnknown { nearest, .. }) => nearest_or(nearest, "сверьте его с первой строкой списка"),
        Fault::List(ListFault::HeadingTwice { .. }) => "дайте одному из них другой заголовок".into(),
        Fault::List(ListFault::HeadingsForOneField { field, first, .. }) => {
            format!("переименуйте один из них или выберите в [contacts.columns]: {field} = \"{first}\"")
        }
        Fault::List(ListFault::FormulaBare) => {
            "если в Excel здесь не 0, сохраните список из него как .xlsx: тогда ответы формул запишутся".into()
        }
        Fault::List(ListFault::NumberUnformatted { .. }) => {
            "если Excel показывает 007, 13 % или рубли в ячейке, которая нужна письму, сохраните список как XLSX".into()
        }
        Fault::List(ListFault::CopyTwice { .. }) => "если хватит одного, уберите адрес из другой строки".into(),
        Fault::List(ListFault::CellBeyondHeadings { .. }) => "дайте столбцу заголовок или очистите эту ячейку".into(),
        Fault::List(ListFault::RowRagged { expected, found }) if found > expected => {
            "внутри какой-то ячейки этой строки стоит разделитель: возьмите её в кавычки или сохраните список из Excel как .xlsx".into()
        }
        Fault::List(ListFault::RowRagged { .. }) => {
            "строка оборвана, возможно переводом строки внутри ячейки: соедините её или сохраните список из Excel как .xlsx".into()
        }
        Fault::List(ListFault::QuoteUnclosed) => {
            "закройте её, а если она часть текста — удвойте; Excel делает это сам, если сохранить список заново".into()
        }
        Fault::List(ListFault::CellEmpty) => "заполните её или удалите строку, если этому человеку писать не нужно".into(),
        Fault::List(ListFault::CellControl { character: '\n' | '\r' | '\t' }) => "если так и надо, делать ничего не нужно".into(),
        Fault::List(ListFault::CellControl { .. }) => {
            "наберите текст этой ячейки заново: такой символ попадает в неё вместе со скопированным".into()
        }
        Fault::List(ListFault::CellTooLong { most, .. }) => format!("сократите текст ячейки до {most} знаков"),
        Fault::List(ListFault::AddressSyntax { flaw: AddressFlaw::LookAlike(..), .. }) => {
            "наберите адрес заново в английской раскладке".into()
        }
        Fault::List(ListFault::AddressSyntax { flaw: AddressFlaw::Several, .. }) => {
            "оставьте один; или напишите several = \"copy\" в [contacts]: первый станет получателем, остальные — копией"
                .into()
        }
        Fault::List(ListFault::AddressSyntax { flaw, .. }) => address_hint(*flaw).into(),
        Fault::List(ListFault::KeyTwice { .. }) => {
            "дайте каждой строке своё слово в столбце «key»: оно не меняется при сортировке".into()
        }
        Fault::List(ListFault::AddressTwice { .. }) => "удалите одну из строк или напишите duplicates = \"first\" в [contacts]".into(),
        Fault::Forms(FormsFault::GenderUnreadable { .. }) => "напишите м или ж либо оставьте ячейку пустой".into(),
        Fault::List(ListFault::EncodingUnclear { likely }) => {
            format!(
                "сохраните список из Excel как «CSV UTF-8» или .xlsx либо напишите encoding = \"{likely}\" в [contacts]"
            )
        }
        Fault::List(ListFault::EncodingUnread { .. }) => {
            "сохраните список из Excel заново: «CSV UTF-8 (разделитель — запятая)» или книга .xlsx".into()
        }
        Fault::List(ListFault::LettersLost) => {
            "сохраните список заново из исходной книги: как .xlsx или «CSV UTF-8 (разделитель — запятая)»".into()
        }
        Fault::List(ListFault::NotWorkbook) => "откройте файл в Excel и сохраните заново как .xlsx или .csv".into(),
        Fault::List(ListFault::WorkbookProtected) => {
            "откройте её в Excel, снимите пароль (Файл → Сведения → Защита книги) и сохраните".into()
        }
        Fault::List(ListFault::WorkbookTooLarge) => "удалите лишние листы, строки и картинки или сохраните лист как CSV".into(),
        Fault::List(ListFault::SheetMissing { known, .. }) => format!("в книге есть листы: {known}; исправьте sheet в [contacts]"),
        Fault::List(ListFault::HeadingFitsTwo { heading, first, .. }) => {
            format!(
                "разделите столбец на два (в Excel: Данные → Текст по столбцам) или напишите {first} = \"{heading}\" в [contacts.columns]"
            )
        }
        Fault::List(ListFault::QuoteStray) => {
            "сохраните список из Excel заново или удвойте кавычки внутри ячейки: «\"ООО \"\"Ромашка\"\"\"»".into()
        }
        Fault::List(ListFault::CharacterLost) => "впишите эту букву заново".into(),
        Fault::List(ListFault::CellIsError { .. }) => "исправьте формулу или впишите значение".into(),
        Fault::List(ListFault::InvisibleRemoved { .. }) => {
            "делать ничего не нужно; чтобы не видеть этого, наберите ячейку заново".into()
        }
        Fault::List(ListFault::AddressTypo { proposal, .. }) => format!("может быть, {proposal}? Если адрес верен, оставьте как есть"),
        Fault::List(ListFault::DomainWithoutMail { .. }) => "сверьте то, что стоит после @, с сайтом организации".into(),
        Fault::List(ListFault::DnsUnanswered { .. }) => {
            "остальное проверено; посмотрите, есть ли сеть, или назовите сервер DNS: --dns-server, и проверьте снова"
                .into()
        }
        Fault::List(ListFault::SamePerson { .. }) => {
            "если это один человек, удалите одну из строк; если однофамильцы, оставьте обе".into()
        }
        Fault::List(ListFault::Suppressed { .. }) => {
            "если писать всё же можно, выполните gonets suppress --remove и исправьте файл suppress".into()
        }
        Fault::Forms(FormsFault::FormMissing { column }) => format!("заполните {column}"),
        Fault::Forms(FormsFault::FormDoubtful { column: Some(column), .. }) => format!("если неверно, впишите нужную форму в {column}"),
        Fault::Forms(FormsFault::FormDoubtful { column: None, .. }) => "если неверно, впишите нужную форму в шаблон".into(),
        Fault::Forms(FormsFault::FormsOfAnother { .. }) => "составьте список заново: check --forms".into(),
        Fault::Forms(FormsFault::NameOrder { .. }) => "если неверно, разнесите фамилию, имя и отчество по отдельным столбцам".into(),
        Fault::Forms(FormsFault::GenderUnknown { .. }) => "впишите м или ж в столбец «Пол» (gender)".into(),
        Fault::Forms(FormsFault::GenderContradicted { .. }) => "исправьте одно из двух".into(),
        Fault::Letter(LetterFault::Filter(it)) => match it {
            FilterFault::GenderNeeded { .. } => "добавьте gender=recipient.gender, или gender=\"m\", или \"f\"".into(),
            FilterFault::Value { allowed, .. } => format!("напишите одно из: {}", allowed.join(", ")),
            FilterFault::Unknown { known: [], .. } => "аргументов у него нет: удалите его".into(),
            FilterFault::Unknown { known, .. } => format!("возможны: {}", known.join(", ")),
            FilterFault::Missing { argument, .. } => format!("добавьте {argument}=\"…\""),
            FilterFault::TooMuch => "уменьшите числа в range или вложенность циклов".into(),
            FilterFault::NotADate { .. } => "напишите 2022-02-28 или 28.02.2022".into(),
            FilterFault::NotANumber { .. } => "дайте ему целое число".into(),
            FilterFault::NotAText => "дайте ему одно значение, например recipient.surname".into(),
            FilterFault::NoSuchFilter { nearest, .. } => nearest_or(nearest, "исправьте имя"),
        },
        Fault::Letter(LetterFault::Template { .. }) => "исправьте шаблон".into(),
        Fault::Letter(LetterFault::Condition { .. }) => "пишите так: row['Район'] == 'Южный', все значения списка — текст в кавычках".into(),
        Fault::Letter(LetterFault::VariableUnknown { nearest, .. } | LetterFault::ColumnUnknown { nearest, .. }) => {
            nearest_or(nearest, "добавьте его в [letter.values] или исправьте имя")
        }
        Fault::Letter(LetterFault::ValuePrintedEmpty { .. }) => "заполните ячейку или возьмите это место шаблона в {% if … %}".into(),
        Fault::Letter(LetterFault::LetterChanged { address, .. }) => format!(
            "верните прежний текст, чтобы повторить письмо в точности; или выполните gonets resolve --to {address} --accepted, если оно дошло, или gonets reset --to {address}, чтобы отправить новый текст отдельным письмом"
        ),
        Fault::Letter(LetterFault::SubjectEmpty) => "заполните `subject` в [letter]".into(),
        Fault::Letter(LetterFault::SubjectLineBreak) => "проверьте `subject` и ячейки, которые в него входят".into(),
        Fault::Letter(LetterFault::BodyEmpty) => "проверьте шаблон".into(),
        Fault::Letter(LetterFault::AttachmentNone { .. }) => "если файл нужен, впишите его имя в ячейку".into(),
        Fault::Config(ConfigFault::NotDomain { .. }) => "напишите его латиницей, например example.org".into(),
        Fault::Letter(LetterFault::MessageTooLarge { .. }) => {
            "уменьшите вложения; если сервер берёт и такие, поднимите max_size в [letter]".into()
        }
        Fault::Letter(LetterFault::PictureKind { .. }) => "сохраните её как PNG".into(),
        Fault::Letter(LetterFault::PictureUnreadable) => "сохраните её заново как PNG".into(),
        Fault::Letter(LetterFault::FileNameUnfit { .. }) => {
            "без / \\ : * ? \" < > | и не длиннее 200 байт; черту в номере заменит {{ letter.number | replace(from=\"/\", to=\"-\") }}".into()
        }
        Fault::Letter(LetterFault::LinkUnfit { .. }) => "нужен адрес вида https://example.org/… без пробелов".into(),
        Fault::Config(ConfigFault::KeyFile { flaw: KeyFlaw::Open }) => "оставьте доступ только себе: chmod 600".into(),
        Fault::Config(ConfigFault::KeyFile { .. }) => "ключ делает, например, openssl genrsa -out dkim.pem 2048".into(),
        Fault::Letter(LetterFault::Typst { .. }) => "исправьте это место в шаблоне бланка".into(),
        Fault::Letter(LetterFault::LetterTooLong { .. }) => "проверьте циклы {% for … %}".into(),
        Fault::Letter(LetterFault::TemplateCircle { .. }) => "разорвите круг".into(),
        Fault::Letter(LetterFault::GlyphsMissing { .. }) => "замените эти знаки или положите шрифт с ними в папку fonts из [pdf]".into(),
        Fault::Config(ConfigFault::PdfNotBuilt) => "уберите [pdf] или возьмите полную сборку".into(),
    }
}

/// Что исправить в адресе. What to change in an address.
fn address_hint(flaw: AddressFlaw) -> &'static str {
    match flaw {
        AddressFlaw::Empty => "впишите его",
        AddressFlaw::NoAt => "впишите адрес целиком, например ivanov@example.org",
        AddressFlaw::TwoAts => "оставьте один знак @",
        AddressFlaw::LocalPart => "уберите лишнюю точку: в начале, перед @ или вторую подряд",
        AddressFlaw::LocalPartTooLong => "посмотрите, не слились ли два адреса в один",
        AddressFlaw::Domain => "проверьте то, что стоит после @: там имя вида example.org",
        AddressFlaw::DomainWithoutDot => "допишите конец адреса, например .ru",
        AddressFlaw::Character(' ') => "уберите пробел",
        AddressFlaw::Character(',') => "может быть, вместо запятой нужна точка",
        AddressFlaw::Character(c) if c.is_alphabetic() => {
            "наберите адрес заново латинскими буквами"
        }
        AddressFlaw::Character(_) => "уберите этот символ",
        AddressFlaw::Several => "оставьте один",
        AddressFlaw::LookAlike(..) => "наберите адрес заново в английской раскладке",
    }
}

/// Почему форма такая. Why a form is as it is.
fn reason(reason: &Reason) -> String {
    match reason {
        Reason::AsGiven => "оставлено как есть".into(),
        Reason::Rule { .. }
        | Reason::Listed { .. }
        | Reason::Compound { .. }
        | Reason::Initial
        | Reason::Plain => "по правилу".into(),
        Reason::Empty => "ячейка пуста".into(),
        Reason::TwoReadings { other } => format!("возможно и «{other}»"),
        Reason::UnknownEnding => "для таких слов нет правила".into(),
        Reason::WrongGender { worn_by: Gender::Male } => "это мужская форма".into(),
        Reason::WrongGender { worn_by: Gender::Female } => "это женская форма".into(),
        Reason::NotCyrillic => "написано не по-русски и оставлено как есть".into(),
        Reason::MixedAlphabets { letter } => {
            format!("среди русских букв стоит латинская «{letter}»")
        }
        Reason::LatinInside { word } => format!("в слове «{word}» есть латинские буквы"),
        Reason::ForeignLetter { letter } => format!("буквы «{letter}» в русском алфавите нет"),
        Reason::NotALetter { character } => format!("знаку «{character}» здесь не место"),
        Reason::RepeatedLetter { letter } => format!("три буквы «{letter}» подряд"),
        Reason::TooLong { characters } => {
            format!("слишком длинно: {}", count(*characters as u64, "знак", "знака", "знаков"))
        }
        Reason::SmallLetter => "начинается со строчной буквы".into(),
        Reason::OddCapitals => "в середине слова стоят прописные буквы".into(),
        Reason::AllCapitals => "написано одними прописными".into(),
        Reason::SeveralWords => "здесь несколько слов".into(),
        Reason::OrderUnclear => "неясно, какое слово — фамилия".into(),
        Reason::Swapped => "похоже, фамилия и имя поменялись местами".into(),
        Reason::SurnameMissing => "нет фамилии".into(),
        Reason::FirstNameMissing => "нет имени".into(),
        Reason::FirstNameAbbreviated => "вместо имени только инициал".into(),
        Reason::NoPatronymic => "нет отчества".into(),
        Reason::PositionMissing => "должности нет, есть только организация".into(),
        Reason::Unbalanced => "у кавычки или скобки нет пары".into(),
        Reason::UnknownHead { word } => format!("слова «{word}» нет в списке должностей"),
        Reason::NotNominative { word } => format!("«{word}» стоит не в именительном падеже"),
        Reason::NoHead => "должность здесь не нашлась".into(),
        Reason::PluralHead { word } => format!("«{word}» стоит во множественном числе"),
        Reason::Disagreement { adjective, noun } => {
            format!("«{adjective}» не согласуется с «{noun}»")
        }
        Reason::SecondNominative { word } => {
            format!("«{word}» тоже стоит в именительном падеже и просклонялось вместе")
        }
        Reason::NominativeAfterActing { word } => {
            format!("«{word}» поставлено в родительный падеж")
        }
        Reason::UnclearTail { word } => format!("неясно, к чему относится «{word}»"),
        Reason::Bracket { word } => format!("«{word}» в скобках тоже просклонялось"),
        Reason::Slash => "через косую черту стоят два варианта".into(),
        Reason::PersonName { word } => format!("«{word}» похоже на имя человека"),
        Reason::OrganisationAsPosition { word } => {
            format!("«{word}» похоже на организацию, а не на должность")
        }
        Reason::PositionAsOrganisation { word } => {
            format!("«{word}» похоже на должность, а не на организацию")
        }
        Reason::OrganisationRepeated { word } => {
            format!("организация уже названа в должности («{word}»)")
        }
        Reason::UnfinishedPosition { word } => format!("после «{word}» ожидается другое"),
        Reason::OrganisationNotNominative { word } => {
            format!("организация стоит не в именительном падеже («{word}»)")
        }
        Reason::PlaceName { word } => {
            format!("склоняется ли название «{word}», сказать наверняка нельзя")
        }
        Reason::AfterAbbreviation { word } => format!("всё после «{word}» оставлено как есть"),
    }
}

fn filter(fault: &FilterFault) -> String {
    match fault {
        FilterFault::GenderNeeded { kind } => format!("чтобы склонять {kind}, нужен gender"),
        FilterFault::Value { argument, value, .. } => format!("{argument} не может быть «{value}»"),
        FilterFault::Unknown { filter, argument, .. } => {
            format!("{filter} не знает аргумента «{argument}»")
        }
        FilterFault::Missing { filter, argument } => format!("для {filter} нужен {argument}"),
        FilterFault::TooMuch => "циклы одного письма насчитали больше 100 000 шагов".into(),
        FilterFault::NotADate { value } => format!("«{value}» — не дата"),
        FilterFault::NotANumber { value } => format!("«{value}» — не целое число"),
        FilterFault::NotAText => "это не текст".into(),
        FilterFault::NoSuchFilter { name, .. } => format!("фильтра «{name}» нет"),
    }
}

fn evidence(evidence: Evidence) -> &'static str {
    match (evidence.kind, evidence.gender) {
        (EvidenceKind::Column, Gender::Male) => "в столбце «пол» указан мужчина",
        (EvidenceKind::Column, Gender::Female) => "в столбце «пол» указана женщина",
        (EvidenceKind::Patronymic, Gender::Male) => "отчество мужское",
        (EvidenceKind::Patronymic, Gender::Female) => "отчество женское",
        (EvidenceKind::Surname, Gender::Male) => "фамилия мужская",
        (EvidenceKind::Surname, Gender::Female) => "фамилия женская",
        (EvidenceKind::FirstName, Gender::Male) => "имя мужское",
        (EvidenceKind::FirstName, Gender::Female) => "имя женское",
    }
}

/// What a library says in English, in Russian where its words are known; else the place alone must
/// do.
fn foreign(what: &str, detail: &str) -> String {
    const WORDS: [(&str, &str); 23] = [
        ("unexpected end of input", "файл кончился раньше времени"),
        ("cannot compare", "текст и число не сравнить"),
        ("cannot divide by 0", "деление на ноль"),
        ("unknown function", "такой функции нет"),
        ("unknown test", "такой проверки нет"),
        ("unknown template", "такого шаблона нет"),
        ("missing keyword argument", "не хватает аргумента"),
        ("iteration not possible", "это не список, перебирать нечего"),
        ("invalid type for the value", "значение не того вида"),
        ("out of range", "число вне пределов"),
        ("but expected", "здесь ожидается другой знак"),
        ("unexpected", "здесь этого быть не может"),
        ("circular", "шаблон включает сам себя"),
        ("unclosed", "не закрыто"),
        ("duplicate key", "ключ стоит дважды"),
        ("invalid date", "такой даты нет"),
        ("key with no value", "у ключа нет значения"),
        ("invalid basic string", "строка в кавычках не закрыта"),
        ("missing assignment", "не хватает знака ="),
        ("string values must be quoted", "текст пишется в кавычках"),
        ("invalid table header", "название раздела пишется в [ ]"),
        ("extra", "здесь лишнее"),
        ("expected", "здесь ожидается другое"),
    ];
    let detail = detail.to_lowercase();
    let known = WORDS.iter().find(|(english, _)| detail.contains(english));
    known.map_or_else(|| what.to_owned(), |(_, russian)| format!("{what}: {russian}"))
}

fn address_flaw(flaw: AddressFlaw) -> String {
    match flaw {
        AddressFlaw::Empty => "он пуст".into(),
        AddressFlaw::NoAt => "в нём нет знака @".into(),
        AddressFlaw::TwoAts => "в нём два знака @".into(),
        AddressFlaw::LocalPart => "перед @ точка стоит там, где не может".into(),
        AddressFlaw::LocalPartTooLong => "часть перед @ длиннее 64 знаков".into(),
        AddressFlaw::Domain => "часть после @ — не имя сервера".into(),
        AddressFlaw::DomainWithoutDot => "после @ нет точки".into(),
        AddressFlaw::Character(' ') => "в нём пробел".into(),
        AddressFlaw::Character(c) => {
            format!("символ «{c}» (U+{:04X}) стоять там не может", u32::from(c))
        }
        AddressFlaw::Several => "в ячейке, похоже, несколько адресов".into(),
        AddressFlaw::LookAlike(seen, latin) => {
            format!("буква «{seen}» в нём русская, а нужна похожая латинская «{latin}»")
        }
    }
}

/// A field in words, and its name in `[contacts.columns]`.
fn known_as(key: &str) -> String {
    let words = match key {
        "surname_dative" => "фамилия в дательном",
        "name_dative" => "имя в дательном",
        "position_dative" => "должность в дательном",
        "salutation" => "обращение",
        "key" => "ключ письма",
        "timezone" => "часовой пояс",
        key => field(key),
    };
    if words == key { key.to_owned() } else { format!("{words} ({key})") }
}

/// A field by its heading; other columns and addresses go by their own names.
pub(super) fn field(name: &str) -> &str {
    match name {
        "email" => "эл. почта",
        "surname" => "фамилия",
        "first_name" => "имя",
        "patronymic" => "отчество",
        "full_name" => "Ф.И.О.",
        "gender" => "пол",
        "position" => "должность",
        "organisation" => "организация",
        "salutation" => "обращение (salutation)",
        "timezone" => "часовой пояс",
        own => own,
    }
}
