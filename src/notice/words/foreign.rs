//! What libraries and the system say in English, in Russian where the words are known.

/// Parts of what the TOML and template libraries say; the first that fits.
const LIBRARY: [(&str, &str); 23] = [
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

/// Parts of what the system says of a connection or a file; the first that fits.
const SYSTEM: [(&str, &str); 24] = [
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
    ("readonly", "запись запрещена"),
    ("disk is full", "диск полон"),
    ("unable to open", "файл не открывается"),
    ("is locked", "файл занят"),
    ("is a directory", "это папка"),
    ("not a plain file", "это не обычный файл"),
    ("is malformed", "содержимое файла испорчено"),
    ("not a database", "это не журнал, а другой файл"),
    ("not a ledger", "это не журнал рассылки"),
    ("it is a link", "это ссылка"),
    ("a second name", "у файла есть второе имя"),
];

/// What a library says in English, in Russian where its words are known; else the place alone must
/// do.
pub(super) fn library(what: &str, detail: &str) -> String {
    let detail = detail.to_lowercase();
    let known = LIBRARY.iter().find(|(english, _)| detail.contains(english));
    known.map_or_else(|| what.to_owned(), |(_, russian)| format!("{what}: {russian}"))
}

/// What the system says of a connection or a file in English, in Russian where its words are known.
pub(super) fn system(detail: &str) -> String {
    let small = detail.to_lowercase();
    let known = SYSTEM.iter().find(|(english, _)| small.contains(english));
    known.map_or_else(
        || format!("система сообщает: «{detail}»"),
        |(_, russian)| (*russian).to_owned(),
    )
}
