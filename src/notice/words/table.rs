//! The headings of tables.

use super::pick;
use crate::notice::{Heading, Language};

pub fn heading(heading: Heading, language: Language) -> &'static str {
    match heading {
        Heading::Address => pick(language, "Address", "Адрес"),
        Heading::Answer => pick(language, "Answer", "Ответ"),
        Heading::AnsweredAt => pick(language, "Answered", "Когда"),
        Heading::AnsweredBy => pick(language, "From", "От кого"),
        Heading::Diagnostic => pick(language, "What it says", "Что пишут"),
        Heading::Addressee => pick(language, "Addressee", "Адресат"),
        Heading::Answers => pick(language, "Accepted by the server", "Принято сервером"),
        Heading::AsOf => pick(language, "As of", "По состоянию на"),
        Heading::Date => pick(language, "Date", "Дата"),
        Heading::Enclosures => pick(language, "Enclosures", "Приложения"),
        Heading::Everything => pick(language, "All columns", "Все сведения"),
        Heading::Executor => pick(language, "Executor", "Исполнитель"),
        Heading::Letters => pick(language, "All rows", "Всего строк"),
        Heading::Number => pick(language, "No.", "Исх. №"),
        Heading::Organisation => pick(language, "Organisation", "Организация"),
        Heading::Position => pick(language, "Position", "Должность"),
        Heading::Register => pick(language, "Outgoing letters", "Журнал исходящих"),
        Heading::Reply => pick(language, "Reply", "Ответ сервера"),
        Heading::Report => pick(language, "Report", "Отчёт"),
        Heading::Sheets => pick(language, "Sheets", "Листов"),
        Heading::Signature => pick(
            language,
            "Kept by: ____________________ /____________________/",
            "Журнал ведёт: ____________________ /____________________/",
        ),
        Heading::State => pick(language, "State", "Состояние"),
        Heading::Subject => pick(language, "Subject", "Тема"),
        Heading::Time => pick(language, "Time", "Время"),
    }
}
