//! What the manual pages say beyond the options: exit codes, environment, files, examples.

use crate::notice::Language;

/// A term and what it means, in English and in Russian.
type Entry = (&'static str, &'static str, &'static str);

/// The sections behind those of the options, as roff. `command` is empty for the main page.
pub(super) fn sections(command: &str, language: Language) -> String {
    let mut page = String::new();
    let mut section = |english: &'static str, russian: &'static str, entries: &[Entry]| {
        page.push_str(&format!(".SH {}\n", pick(language, english, russian)));
        for (term, english, russian) in entries {
            let meaning = escaped(pick(language, english, russian));
            page.push_str(&format!(".TP\n\\fB{}\\fR\n{meaning}\n", escaped(term)));
        }
    };
    section("EXIT STATUS", "КОД ЗАВЕРШЕНИЯ", &EXIT);
    section("ENVIRONMENT", "ОКРУЖЕНИЕ", &ENVIRONMENT);
    section("FILES", "ФАЙЛЫ", &FILES);
    page.push_str(&format!(".SH {}\n", pick(language, "EXAMPLES", "ПРИМЕРЫ")));
    for (_, line, english, russian) in EXAMPLES.iter().filter(|(name, ..)| *name == command) {
        let line = match language {
            Language::English => (*line).to_owned(),
            Language::Russian => in_russian(line),
        };
        let meaning = escaped(pick(language, english, russian));
        page.push_str(&format!("{meaning}\n.PP\n.RS 4\n.nf\n{}\n.fi\n.RE\n.PP\n", escaped(&line)));
    }
    if !command.is_empty() {
        let heading = pick(language, "SEE ALSO", "СМОТРИТЕ ТАКЖЕ");
        page.push_str(&format!(".SH {heading}\n\\fBgonets\\fR(1)\n"));
    }
    page
}

/// The commands that have examples, the main page as "".
#[cfg(test)]
pub(super) fn has_example(command: &str) -> bool {
    EXAMPLES.iter().any(|(name, ..)| *name == command)
}

fn pick(language: Language, english: &'static str, russian: &'static str) -> &'static str {
    match language {
        Language::English => english,
        Language::Russian => russian,
    }
}

/// The names in an example, as a Russian reader would choose them.
fn in_russian(line: &str) -> String {
    const NAMES: [(&str, &str); 8] = [
        ("seminar", "семинар"),
        ("errors.csv", "ошибки.csv"),
        ("report.xlsx", "отчёт.xlsx"),
        ("register.xlsx", "журнал.xlsx"),
        ("'Anna Smith'", "'Анна Ильина'"),
        ("'Region'", "'Район'"),
        ("'asked'", "'просили не писать'"),
        ("'will come'", "'приедут'"),
    ];
    NAMES.iter().fold(line.to_owned(), |line, (english, russian)| line.replace(english, russian))
}

/// Text for roff: no escape of its own, no request at the beginning of a line, hyphens as typed.
fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-").replace('\'', "\\(aq");
    text.lines()
        .map(|line| if line.starts_with('.') { format!("\\&{line}") } else { line.to_owned() })
        .collect::<Vec<_>>()
        .join("\n")
}

const EXIT: [Entry; 9] = [
    ("0", "All is well.", "Всё в порядке."),
    (
        "1",
        "Letters were refused or cannot go; doctor or inbox found something to look at.",
        "Есть письма, которые отклонены или не могут уйти; doctor или inbox нашли, на что посмотреть.",
    ),
    ("2", "Wrong usage.", "Команда написана неверно."),
    (
        "3",
        "The campaign has errors, or is not what was looked at: nothing was sent.",
        "В рассылке ошибки, или она уже не та, которую посмотрели; ничего не отправлено.",
    ),
    (
        "4",
        "The relay or the mailbox could not be used, or told us to stop: go on later with the same command.",
        "Сервер недоступен или велел прекратить; позже продолжит та же команда.",
    ),
    (
        "5",
        "The ledger is held by another run, is damaged, or cannot be written.",
        "Журнал рассылки занят другим запуском, повреждён или не записывается.",
    ),
    (
        "6",
        "Of some letters nobody knows whether the relay accepted them: see gonets resolve.",
        "О некоторых письмах неизвестно, приняты ли они; см. gonets resolve.",
    ),
    (
        "7",
        "The pace, --limit, --to or the relay allows no more for now: send goes on later. A timer counts this as success.",
        "Остальное пока не уходит: так велит темп, --limit, --to или сервер; позже продолжит send. Для расписания это успех.",
    ),
    ("130", "Interrupted: the same command goes on.", "Прервано; продолжит та же команда."),
];

const ENVIRONMENT: [Entry; 5] = [
    (
        "LC_ALL, LC_MESSAGES, LANG",
        "The language of all messages, unless --lang says it: Russian if it begins with ru.",
        "Язык сообщений, если не задан --lang: русский, если начинается с ru.",
    ),
    ("NO_COLOR", "If it is not empty, nothing is coloured.", "Если не пусто, вывод без цвета."),
    (
        "XDG_STATE_HOME",
        "Where it is kept what folders may do, and which files a preview made: below gonets, by default below ~/.local/state/gonets.",
        "Где хранится, что разрешено папкам и какие файлы создал предпросмотр: в gonets, по умолчанию в ~/.local/state/gonets.",
    ),
    (
        "XDG_CONFIG_HOME",
        "Where your own defaults are: gonets/relay.toml, by default below ~/.config.",
        "Где ваши общие настройки: gonets/relay.toml, по умолчанию в ~/.config.",
    ),
    (
        "SMTP_PASSWORD",
        "An example: campaign.toml names the variable that holds a password.",
        "Например: переменную с паролем называет campaign.toml.",
    ),
];

const FILES: [Entry; 6] = [
    (
        "campaign.toml",
        "The campaign's settings: sender, list, letter, relay, pace.",
        "Настройки рассылки: отправитель, список, письмо, сервер, темп.",
    ),
    (
        "ledger.sqlite, ledger.sqlite-wal",
        "What happened to every letter. Never delete, replace or copy them while letters are to go: people would get a second letter.",
        "Что стало с каждым письмом. Не удаляйте, не заменяйте и не копируйте их, пока рассылка не окончена: люди получили бы письмо второй раз.",
    ),
    (
        "ledger.lock",
        "How much the ledger knew last; it guards against an older copy of the ledger.",
        "Сколько журнал знал в последний раз; защищает от его старой копии.",
    ),
    (
        "preview/",
        "The letters to look through, made by gonets preview.",
        "Письма для просмотра; создаёт gonets preview.",
    ),
    (
        "outbox/",
        "Letters as files, where no relay is set.",
        "Письма в файлах, если сервер не задан.",
    ),
    (
        "rehearsal/",
        "Rehearsed letters as files, where no relay is set.",
        "Письма репетиции в файлах, если сервер не задан.",
    ),
];

/// The command, what is typed, what that does.
const EXAMPLES: [(&str, &str, &str, &str); 33] = [
    (
        "",
        "gonets init seminar\ngonets check seminar\ngonets preview seminar --open\ngonets send seminar",
        "From nothing to sent letters:",
        "От начала до отправленных писем:",
    ),
    (
        "",
        "gonets status seminar",
        "What stands where, and what to do next:",
        "Что с письмами и что делать дальше:",
    ),
    (
        "init",
        "gonets init seminar",
        "A campaign that works at once:",
        "Рассылка, которая сразу работает:",
    ),
    (
        "init",
        "gonets init seminar --letter letter.docx --list list.xlsx",
        "One's own letter and list:",
        "Свои письмо и список:",
    ),
    ("check", "gonets check seminar", "What is wrong, by kind:", "Что не так, по видам:"),
    (
        "check",
        "gonets check seminar --problems errors.csv",
        "The rows with errors, to be corrected in Excel:",
        "Строки с ошибками, чтобы исправить их в Excel:",
    ),
    (
        "check",
        "gonets check seminar --strict --json",
        "In a script, which also stops at warnings and doubts:",
        "В скрипте, который остановится и на замечаниях, и на сомнениях:",
    ),
    (
        "preview",
        "gonets preview seminar --open",
        "Every letter, in the browser:",
        "Все письма — в браузере:",
    ),
    (
        "approve",
        "gonets approve seminar --by 'Anna Smith' --seal 7f3a-91c2-00aa-b1c4",
        "The letters under this seal, and no others:",
        "Письма под этой печатью, и никакие другие:",
    ),
    ("show", "gonets show seminar --row 14", "The letter of a row:", "Письмо одной строки:"),
    (
        "show",
        "gonets show seminar --to anna@example.org --raw",
        "The message as the relay gets it:",
        "Сообщение, каким его получит сервер:",
    ),
    (
        "send",
        "gonets send seminar --test-to me@example.org --limit 3",
        "Three letters to oneself first:",
        "Сначала три письма себе:",
    ),
    (
        "send",
        "gonets send seminar --seal 7f3a-91c2-00aa-b1c4",
        "From a timer: only what was looked at; 7 is no failure:",
        "По расписанию — только то, что посмотрели; код 7 не ошибка:",
    ),
    (
        "send",
        "gonets send seminar --retry-refused",
        "Once more, what the relay only put off too often:",
        "Ещё раз то, что сервер только откладывал:",
    ),
    ("status", "gonets status seminar", "What to do next:", "Что делать дальше:"),
    (
        "status",
        "gonets status seminar --json",
        "The counts, for a program:",
        "Числа — для программы:",
    ),
    (
        "report",
        "gonets report seminar --out report.xlsx",
        "What became of every row, for Excel:",
        "Судьба каждой строки — для Excel:",
    ),
    (
        "register",
        "gonets register seminar --out register.xlsx",
        "The journal of outgoing letters, to print and sign:",
        "Журнал исходящих — напечатать и подписать:",
    ),
    (
        "resolve",
        "gonets resolve seminar --to anna@example.org --accepted",
        "The relay's log shows that it has the letter:",
        "По журналу сервера видно, что письмо принято:",
    ),
    (
        "resolve",
        "gonets resolve seminar --to anna@example.org --resend",
        "It does not have it:",
        "Письма у сервера нет:",
    ),
    (
        "reset",
        "gonets reset seminar --to anna@example.org",
        "Write to her again, although the letter was accepted:",
        "Написать ещё раз, хотя письмо было принято:",
    ),
    (
        "reset",
        "gonets reset seminar --all",
        "After a trial into the outbox:",
        "После пробы в папку исходящих:",
    ),
    (
        "forget",
        "gonets forget seminar --before 2026-03-01",
        "Keep the register of a mailing that is over, and no personal data:",
        "Оставить от законченной рассылки журнал, а личные данные удалить:",
    ),
    (
        "inbox",
        "gonets inbox seminar",
        "What came back to the mailbox of [inbox]:",
        "Что пришло в ящик из [inbox]:",
    ),
    (
        "inbox",
        "gonets inbox seminar --from Maildir --dry-run",
        "Only look at what a folder of mails says:",
        "Только посмотреть, что говорят письма из папки:",
    ),
    (
        "answer",
        "gonets answer seminar --to anna@example.org --replied --note 'will come'",
        "An answer by telephone:",
        "Ответ по телефону:",
    ),
    (
        "suppress",
        "gonets suppress seminar --add anna@example.org --reason 'asked'",
        "Never write to her again:",
        "Больше никогда не писать:",
    ),
    (
        "doctor",
        "gonets doctor seminar",
        "Whether relay and domain are in order:",
        "В порядке ли сервер и домен:",
    ),
    (
        "ledger",
        "gonets ledger move --to postgres seminar",
        "Carry its ledger to the server that campaign.toml names:",
        "Перенести её журнал на сервер, названный в campaign.toml:",
    ),
    ("trust", "gonets trust", "What folders may do:", "Что разрешено папкам:"),
    (
        "trust",
        "gonets trust seminar --remove",
        "Take a folder's leave back:",
        "Отозвать разрешение папки:",
    ),
    (
        "completions",
        "gonets completions bash > ~/.local/share/bash-completion/completions/gonets",
        "For Bash:",
        "Для Bash:",
    ),
    ("man", "gonets man --out man1", "A page for each command:", "По странице на команду:"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_a_request_of_roff() {
        assert_eq!(escaped("a\\b -c 'd'\n.e"), "a\\eb \\-c \\(aqd\\(aq\n\\&.e");
    }
}
