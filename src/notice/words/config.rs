//! Problems of files and of `campaign.toml`.

use super::{Said, foreign, nearest_or, pick, say};
use crate::notice::Language;
use crate::problem::{Cause, ConfigFault, Expected, FileFault, KeyFlaw, Kind, Slip};

pub(super) fn file(fault: &FileFault, language: Language) -> Said {
    match fault {
        FileFault::Missing => say!(language;
            en "there is no such file",
               "check the name; paths are relative to the campaign's folder";
            ru "такого файла нет", "проверьте имя; файл ищется от папки рассылки"),
        FileFault::Unreadable { cause } => {
            let Said { what, hint } = self::cause(cause, language);
            let what = say!(language; en "cannot be read: {what}"; ru "не читается: {what}");
            Said { what, hint }
        }
        FileFault::NotUtf8 => say!(language;
            en "these bytes are not UTF-8: this text is in a different encoding from the rest of \
                the file",
               "retype that text and save the file as UTF-8 (in Excel: \"CSV UTF-8\")";
            ru "буквы здесь записаны не в той кодировке, что весь файл, и не читаются (не UTF-8)",
               "впишите этот текст заново и сохраните файл в UTF-8 (в Excel — «CSV UTF-8»)"),
    }
}

pub(super) fn config(fault: &ConfigFault, language: Language) -> Said {
    match fault {
        ConfigFault::Toml { detail } => say!(language;
            en "not valid TOML: {detail}", "fix this line";
            ru (foreign::library("это не TOML", detail)), "исправьте эту строку"),
        ConfigFault::Slip { slip, line } => Said {
            what: slip_words(*slip, language),
            hint: match line {
                Some(line) => say!(language; en "write {line}"; ru "напишите {line}"),
                None => say!(language; en "fix this line"; ru "исправьте эту строку"),
            },
        },
        ConfigFault::KeyUnknown { key, nearest } => say!(language;
            en "unknown key \"{key}\"",
               (nearest_or("remove it; the README lists all keys", nearest, language));
            ru "неизвестный ключ «{key}»",
               (nearest_or("удалите его; ключи перечислены в README", nearest, language))),
        ConfigFault::KeyMissing { key } => say!(language;
            en "the key \"{key}\" is missing", "add a line `{key} = …`";
            ru "нет ключа «{key}»", "добавьте строку `{key} = …`"),
        ConfigFault::ValueKind { key, expected } => say!(language;
            en "\"{key}\" has a value of the wrong type", ("write {}", kind(*expected, language));
            ru "у «{key}» значение не того вида", ("напишите {}", kind(*expected, language))),
        ConfigFault::ValueUnknown { key, value, allowed } => say!(language;
            en "\"{key}\" cannot be \"{value}\"", ("write one of: {}", allowed.join(", "));
            ru "«{key}» не может быть «{value}»", ("напишите одно из: {}", allowed.join(", "))),
        ConfigFault::ValueRange { key, least, most } => say!(language;
            en "\"{key}\" is out of range", "write a number from {least} to {most}";
            ru "значение «{key}» вне пределов", "напишите число от {least} до {most}"),
        ConfigFault::ValueUnreadable { value, expected } => unreadable(value, *expected, language),
        ConfigFault::DomainTwice { domain } => say!(language;
            en "the domain {domain} has two limits", "keep it in only one of them";
            ru "для домена {domain} заданы два предела", "оставьте его в одном месте"),
        ConfigFault::ValueEmpty { key } => say!(language;
            en "\"{key}\" is empty", "fill it in or remove the line";
            ru "значение «{key}» пусто", "заполните или удалите строку"),
        ConfigFault::ValueControl { key } => say!(language;
            en "\"{key}\" contains a line break or a control character", "write it on one line";
            ru "в «{key}» есть перевод строки или управляющий символ", "напишите в одну строку"),
        ConfigFault::DefaultsOpen => say!(language;
            en "others could write these defaults",
               "let the file belong to you or to root, and nobody else write it: chmod go-w";
            ru "эти общие настройки могли изменить другие",
               "файл должен принадлежать вам или root, и никто больше не должен иметь права записи: \
                chmod go-w"),
        ConfigFault::PasswordInFile => say!(language;
            en "the file contains a password",
               "change that password and write password = {{ env = \"SMTP_PASSWORD\" }} here";
            ru "в файле записан пароль",
               "смените этот пароль, а здесь напишите password = {{ env = \"SMTP_PASSWORD\" }}"),
        ConfigFault::ConnectionInFile => say!(language;
            en "the file contains the connection string of a server",
               "take it out, change its password if it has one, and write \
                postgres = {{ env = \"GONETS_DATABASE\" }} here";
            ru "в файле записана строка подключения к серверу",
               "уберите её, смените пароль, если он в ней был, а здесь напишите \
                postgres = {{ env = \"GONETS_DATABASE\" }}"),
        ConfigFault::PlainTextBeyondLoopback { host } => say!(language;
            en "with security = \"none\", anyone between here and {host} could read the letters \
                and the password",
               "write security = \"tls\" or \"starttls\"; \"none\" is for this machine only";
            ru "при security = \"none\" письма и пароль по пути к {host} прочтёт кто угодно",
               "напишите security = \"tls\" или \"starttls\"; \"none\" — только для этого же \
                компьютера"),
        ConfigFault::BodyMissing => say!(language;
            en "[letter] has no text", "add body = \"letter.md\"";
            ru "в [letter] нет текста письма", "добавьте body = \"letter.md\""),
        ConfigFault::NumberTwice => say!(language;
            en "[register] sets both one number for all letters and a first number",
               "keep either `number`, or `first` and `format`";
            ru "в [register] есть и общий номер, и первый номер",
               "оставьте либо `number`, либо `first` и `format`"),
        ConfigFault::NameReserved { name } => say!(language;
            en "\"{name}\" is a name that gonets itself provides to templates",
               "choose another name";
            ru "имя «{name}» gonets сам даёт шаблонам", "выберите другое имя"),
        ConfigFault::NotDomain { key, value } => say!(language;
            en "{key}: \"{value}\" is not a domain name",
               "write it in Latin letters, such as example.org";
            ru "{key}: «{value}» — не имя домена", "напишите его латиницей, например example.org"),
        ConfigFault::KeyFile { flaw: KeyFlaw::NotPem } => say!(language;
            en "the file does not contain a private key in PEM format",
               "create one with openssl genrsa -out dkim.pem 2048";
            ru "в файле нет закрытого ключа в формате PEM",
               "ключ делает, например, openssl genrsa -out dkim.pem 2048"),
        ConfigFault::KeyFile { flaw: KeyFlaw::Kind } => say!(language;
            en "the key is neither Ed25519 nor RSA with at least 2048 bits",
               "create one with openssl genrsa -out dkim.pem 2048";
            ru "ключ не RSA от 2048 бит и не Ed25519",
               "ключ делает, например, openssl genrsa -out dkim.pem 2048"),
        ConfigFault::KeyFile { flaw: KeyFlaw::Open } => say!(language;
            en "others can read or change the private key",
               "make it readable only by you: chmod 600; in a folder of a group ([files] group), chmod 640";
            ru "закрытый ключ могут прочитать или изменить посторонние",
               "оставьте доступ только себе: chmod 600; в папке группы ([files] group) — chmod 640"),
        ConfigFault::PdfNotBuilt => say!(language;
            en "this build of gonets cannot make PDFs", "remove [pdf] or use the full build";
            ru "эта сборка программы не умеет делать PDF",
               "уберите [pdf] или возьмите полную сборку"),
        ConfigFault::NoCertificate { file } => say!(language;
            en "the file \"{file}\" does not contain a certificate in PEM format",
               "ask the relay's administrator for the certificate of its authority as PEM";
            ru "в файле «{file}» нет сертификата в формате PEM",
               "попросите у администратора сервера сертификат его удостоверяющего центра в PEM"),
    }
}

fn slip_words(slip: Slip, language: Language) -> String {
    match slip {
        Slip::Backslash => pick(
            language,
            "a backslash has a meaning of its own between double quotes; a path takes / instead, or \
             single quotes",
            "обратная черта в двойных кавычках — особый знак; путь пишут через / или в одинарных \
             кавычках",
        ),
        Slip::QuotesInside => pick(
            language,
            "there are double quotes within double quotes; inside, they are single",
            "внутри двойных кавычек стоят двойные же; внутри нужны одинарные",
        ),
        Slip::OtherQuotes => pick(
            language,
            "these quotes are for letters; a setting takes straight ones",
            "такие кавычки — для писем; в настройках нужны прямые",
        ),
        Slip::NoQuotes => {
            pick(language, "the text is not in quotes", "текст должен стоять в кавычках")
        }
    }
    .to_owned()
}

/// Why the system refused, and what to do about it.
pub(super) fn cause(cause: &Cause, language: Language) -> Said {
    match cause {
        Cause::NotFound => say!(language;
            en "there is no such file", "check the name and the path";
            ru "такого файла нет", "проверьте имя и путь"),
        Cause::Forbidden => say!(language;
            en "access is denied", "check its permissions and that no other program has it open";
            ru "нет доступа", "проверьте права и не открыт ли он в другой программе"),
        Cause::IsFolder => {
            say!(language; en "it is a folder", "name a file"; ru "это папка", "укажите файл")
        }
        Cause::NotFolder => say!(language;
            en "it is not a folder", "name a folder";
            ru "это не папка", "укажите папку"),
        Cause::NotPlainFile => say!(language;
            en "it is not a regular file", "name a file";
            ru "это не обычный файл", "укажите файл"),
        Cause::Exists => say!(language;
            en "it already exists", "choose another name";
            ru "уже существует", "выберите другое имя"),
        Cause::DiskFull => say!(language;
            en "the disk is full", "free some space and try again";
            ru "диск полон", "освободите место и повторите"),
        Cause::ReadOnly => say!(language;
            en "the disk is read-only", "choose another location";
            ru "диск только для чтения", "выберите другое место"),
        Cause::OutsideCampaign => say!(language;
            en "it is outside the campaign's folder", "copy it into the campaign's folder";
            ru "лежит вне папки рассылки", "скопируйте его в папку рассылки"),
        Cause::TooLarge => say!(language;
            en "it is too large", "make it smaller";
            ru "слишком велик", "уменьшите его"),
        Cause::LinkLoop => say!(language;
            en "the link leads back to itself", "replace it with the file itself";
            ru "ссылка на файл ведёт сама к себе", "удалите её и положите на её место сам файл"),
        Cause::IsLink => say!(language;
            en "it is a link, and nothing is written through links",
               "remove the link, or name another place";
            ru "это ссылка, а сквозь ссылки ничего не записывается",
               "удалите ссылку или укажите другое место"),
        Cause::SecondName => say!(language;
            en "the file has a second name somewhere (a hard link), so two folders share it",
               "replace it with a copy of its own: two campaigns must not share a file";
            ru "у этого файла где-то есть второе имя (жёсткая ссылка): он общий у двух папок",
               "замените его собственной копией: общим у двух рассылок он быть не может"),
        Cause::Changed => say!(language;
            en "it changed while the program was running",
               "look at the letters again (preview), then retry";
            ru "изменился, пока программа работала",
               "посмотрите письма ещё раз (preview) и повторите"),
        Cause::Other(detail) => say!(language;
            en (detail.clone()), "try again";
            ru "система сообщает: «{detail}»", "повторите"),
    }
}

fn kind(kind: Kind, language: Language) -> &'static str {
    match kind {
        Kind::Text => pick(language, "text in quotes", "текст в кавычках"),
        Kind::Number => pick(language, "a whole number", "целое число"),
        Kind::YesNo => pick(language, "true or false", "true или false"),
        Kind::Date => pick(language, "a date such as 2022-02-28", "дату, например 2022-02-28"),
        Kind::Duration => pick(
            language,
            "a duration in quotes such as \"1m\" or \"30s\"",
            "длительность в кавычках, например \"1m\" или \"30s\"",
        ),
        Kind::Table => pick(language, "a table", "таблицу"),
        Kind::List => pick(language, "a list in [ ]", "список в [ ]"),
        Kind::Size => pick(
            language,
            "a size in quotes such as \"20 MB\"",
            "размер в кавычках, например \"20 MB\"",
        ),
        Kind::Secret => pick(
            language,
            "{ env = \"NAME\" }, { command = [\"program\", …] }, { file = \"…\" } \
                 or { keyring = \"…\" }",
            "{ env = \"ИМЯ\" }, { command = [\"программа\", …] }, { file = \"…\" } \
                 или { keyring = \"…\" }",
        ),
    }
}

fn unreadable(value: &str, expected: Expected, language: Language) -> Said {
    match expected {
        Expected::Days => say!(language;
            en "\"{value}\" does not name days of the week",
               "write, for example, \"mon-fri\" or \"mon, wed, sat-sun\"";
            ru "«{value}» — не дни недели",
               "напишите, например, \"пн-пт\" или \"mon, wed, sat-sun\""),
        Expected::Hours => say!(language;
            en "\"{value}\" does not name hours of the day",
               "write, for example, \"09:00-18:00\" or \"9-13, 14-18\"; split a window that spans \
                midnight: \"0-6, 22-24\"";
            ru "«{value}» — не часы дня",
               "напишите, например, \"09:00-18:00\" или \"9-13, 14-18\"; окно через полночь — это \
                два окна: \"0-6, 22-24\""),
        Expected::Zone => say!(language;
            en "\"{value}\" is not a time zone",
               "write, for example, \"Europe/Moscow\", \"UTC+7\" or \"МСК+4\"";
            ru "«{value}» — не часовой пояс",
               "напишите, например, \"Europe/Moscow\", \"UTC+7\" или \"МСК+4\""),
        Expected::Moment => say!(language;
            en "\"{value}\" is not a day and hour", "write, for example, \"2026-11-30 09:00\"";
            ru "«{value}» — не день и час", "напишите, например, \"30.11.2026 09:00\""),
        Expected::Dates => say!(language;
            en "\"{value}\" is neither a date nor a range of dates",
               "write, for example, \"2026-12-31\" or \"2027-01-01..2027-01-08\"";
            ru "«{value}» — не дата и не промежуток дат",
               "напишите, например, \"2026-12-31\" или \"2027-01-01..2027-01-08\""),
        Expected::Domain => say!(language;
            en "\"{value}\" is not a domain name",
               "write the part after the @, for example \"example.org\"; separate several with \
                commas";
            ru "«{value}» — не домен",
               "напишите то, что стоит в адресе после @, например \"example.org\"; несколько — \
                через запятую"),
        Expected::Server => say!(language;
            en "\"{value}\" is not a server address",
               "write, for example, \"192.168.0.1\" or \"127.0.0.1:5353\"";
            ru "«{value}» — не адрес сервера",
               "напишите, например, \"192.168.0.1\" или \"127.0.0.1:5353\""),
        Expected::LocalAddress => say!(language;
            en "\"{value}\" is not an IP address",
               "write an address of this computer, for example \"192.0.2.10\"";
            ru "«{value}» — не IP-адрес",
               "напишите адрес этого компьютера, например \"192.0.2.10\""),
        Expected::Wait => say!(language;
            en "\"{value}\" is not a number of days",
               "write, for example, \"5 working days\" or \"3 days\"";
            ru "«{value}» — не число дней",
               "напишите, например, \"5 working days\" (рабочих дней) или \"3 days\""),
        Expected::Factor => say!(language;
            en "{value} is out of range", "write a number from 1 to 100";
            ru "число {value} вне пределов", "напишите число от 1 до 100"),
    }
}
