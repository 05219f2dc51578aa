//! The words of the gallery, in both languages; its page and its script look them up by name.

use super::Language;

/// Name, English and Russian of each word. What counts something has the language's plural
/// forms, separated by `|`.
const WORDS: &[(&str, &str, &str)] = &[
    (
        "search",
        "Name, address, organisation, city, number",
        "Имя, адрес, организация, город, номер",
    ),
    ("all", "All", "Все"),
    ("doubts", "To check", "Проверить"),
    ("warnings", "Warnings", "Внимание"),
    ("blocked", "Cannot be sent", "Не уйдёт"),
    ("suppressed", "Suppressed", "Писать нельзя"),
    ("leftout", "Left out", "Не отобраны"),
    ("nopatronymic", "No patronymic", "Без отчества"),
    ("attached", "With a file of its own", "Со своим файлом"),
    ("odd", "Unlike the others", "Не как у всех"),
    ("copies", "With copies", "С копиями"),
    ("order", "Order", "Порядок"),
    ("bylist", "as in the list", "как в списке"),
    ("byname", "by name", "по алфавиту"),
    ("longest", "longest first", "сначала длинные"),
    ("shortest", "shortest first", "сначала короткие"),
    ("letter", "Letter", "Письмо"),
    ("text", "Text", "Текст"),
    ("pdf", "PDF", "PDF"),
    ("source", "Source", "Исходник"),
    ("print", "Print", "На принтер"),
    ("back", "To the list", "К списку"),
    ("previous", "Previous letter", "Предыдущее письмо"),
    ("next", "Next letter", "Следующее письмо"),
    ("summary", "Summary", "Сводка"),
    ("close", "Close", "Закрыть"),
    ("nothing", "Nothing matches the search", "Под этот поиск никто не подходит"),
    ("pick", "Choose a letter on the left", "Выберите письмо слева"),
    ("noletter", "There is no letter for this row", "Письма для этой строки нет"),
    (
        "onrecord",
        "The list as it is now makes no letter of this one; what is shown is on record",
        "По нынешнему списку этого письма нет; показано то, что о нём записано",
    ),
    ("row", "row", "строка"),
    ("number", "No.", "№"),
    ("opens", "opens", "открыть"),
    ("attachments", "Attached", "Приложено"),
    ("save", "Save as .eml", "Сохранить .eml"),
    (
        "cut",
        "… {} of an attached file are not shown here; the .eml has all of it",
        "… {} приложенного файла здесь не показаны; целиком — в .eml",
    ),
    ("From", "From", "От кого"),
    ("Sender", "Sender", "Отправитель"),
    ("Reply-To", "Reply to", "Ответ"),
    ("To", "To", "Кому"),
    ("Cc", "Copy", "Копия"),
    ("Bcc", "Blind copy", "Скрытая копия"),
    ("Subject", "Subject", "Тема"),
    ("Addressee", "Addressee", "Адресат"),
    ("Date", "Date", "Дата"),
    ("seal", "Seal", "Печать писем"),
    ("made", "Made", "Составлено"),
    ("letters", "letter|letters", "письмо|письма|писем"),
    ("rows", "row in the list|rows in the list", "строка в списке|строки в списке|строк в списке"),
    ("willgo", "will be sent", "будет отправлено"),
    ("answers", "What became of the letters that went", "Что стало с отправленными письмами"),
    ("went", "went", "отправлено"),
    ("why", "What will not be sent, and why", "Что не уйдёт и почему"),
    ("look", "Worth a look", "На что стоит посмотреть"),
    ("domains", "Domains", "Домены"),
    ("moredomains", "and {} more", "и ещё {}"),
    ("sizes", "Size", "Размер"),
    ("whole", "all letters", "все письма"),
    ("largest", "the largest letter", "самое большое письмо"),
    ("everyone", "to everyone", "всем"),
    ("ownfiles", "different from letter to letter: {}", "у каждого свои: {}"),
    ("takes", "Time to send", "Время отправки"),
    (
        "asfast",
        "as fast as the server takes them: the pace has no limit",
        "как быстро примет сервер: скорость не ограничена",
    ),
    ("atleast", "at least {} at the configured pace", "не меньше чем {} при заданной скорости"),
    ("through", "Through", "Через"),
    ("outbox", "the outbox folder: no server is configured", "папку исходящих: сервер не задан"),
    (
        "keys",
        "↑ ↓ or J K: other letters · / search · Esc leaves the search · 1–4 letter, text, PDF, \
         source",
        "↑ ↓ или J K — другое письмо · / — поиск · Esc — выйти из поиска · 1–4 — письмо, текст, PDF, \
         исходник",
    ),
    ("found", "{} of {}", "{} из {}"),
    ("loading", "Loading…", "Загрузка…"),
    (
        "noscript",
        "This page needs JavaScript; it works here without a network. The letters are also in the \
         folder \"letters\".",
        "Этой странице нужен JavaScript; он работает здесь без сети. Письма лежат и в папке \
         letters.",
    ),
    (
        "broken",
        "A file of this preview is missing; run gonets preview again",
        "Не хватает файла этого предпросмотра; выполните gonets preview ещё раз",
    ),
];

/// Returns all words of the gallery in a language, by name.
pub fn gallery(language: Language) -> impl Iterator<Item = (&'static str, &'static str)> {
    WORDS.iter().map(move |(name, english, russian)| match language {
        Language::English => (*name, *english),
        Language::Russian => (*name, *russian),
    })
}
