//! Problems of files and of `campaign.toml`.

use super::{Said, foreign, nearest_or, pick, say};
use crate::notice::Language;
use crate::problem::{Cause, ConfigFault, Expected, FileFault, KeyFlaw, Kind};

pub(super) fn file(fault: &FileFault, language: Language) -> Said {
    match fault {
        FileFault::Missing => say!(language;
            en "there is no such file",
               "check the name; it is looked for from the campaign's folder";
            ru "такого файла нет", "проверьте имя; файл ищется от папки рассылки"),
        FileFault::Unreadable { cause } => {
            let Said { what, hint } = self::cause(cause, language);
            let what = say!(language; en "cannot be read: {what}"; ru "не читается: {what}");
            Said { what, hint }
        }
        FileFault::NotUtf8 => say!(language;
            en "letters here are in another encoding than the rest of the file; these bytes are \
                not UTF-8",
               "type that text anew and save the file as UTF-8 (in Excel: “CSV UTF-8”)";
            ru "буквы здесь записаны не в той кодировке, что весь файл, и не читаются (не UTF-8)",
               "впишите этот текст заново и сохраните файл в UTF-8 (в Excel — «CSV UTF-8»)"),
    }
}

pub(super) fn config(fault: &ConfigFault, language: Language) -> Said {
    match fault {
        ConfigFault::Toml { detail } => say!(language;
            en "this is not TOML: {detail}", "mend this line";
            ru (foreign::library("это не TOML", detail)), "исправьте эту строку"),
        ConfigFault::KeyUnknown { key, nearest } => say!(language;
            en "unknown key «{key}»",
               (nearest_or("remove it, or see the README for the keys", nearest, language));
            ru "неизвестный ключ «{key}»",
               (nearest_or("удалите его; ключи перечислены в README", nearest, language))),
        ConfigFault::KeyMissing { key } => say!(language;
            en "the key «{key}» is missing", "add a line `{key} = …`";
            ru "нет ключа «{key}»", "добавьте строку `{key} = …`"),
        ConfigFault::ValueKind { key, expected } => say!(language;
            en "«{key}» has a value of the wrong kind", ("write {}", kind(*expected, language));
            ru "у «{key}» значение не того вида", ("напишите {}", kind(*expected, language))),
        ConfigFault::ValueUnknown { key, value, allowed } => say!(language;
            en "«{key}» cannot be «{value}»", ("write one of: {}", allowed.join(", "));
            ru "«{key}» не может быть «{value}»", ("напишите одно из: {}", allowed.join(", "))),
        ConfigFault::ValueRange { key, least, most } => say!(language;
            en "«{key}» is out of range", "write a number from {least} to {most}";
            ru "значение «{key}» вне пределов", "напишите число от {least} до {most}"),
        ConfigFault::ValueUnreadable { value, expected } => unreadable(value, *expected, language),
        ConfigFault::DomainTwice { domain } => say!(language;
            en "the domain {domain} has two limits", "leave it in one of them";
            ru "для домена {domain} заданы два предела", "оставьте его в одном месте"),
        ConfigFault::ValueEmpty { key } => say!(language;
            en "«{key}» is empty", "fill it in, or remove the line";
            ru "значение «{key}» пусто", "заполните или удалите строку"),
        ConfigFault::ValueControl { key } => say!(language;
            en "«{key}» has a line break or a control character in it", "write it in one line";
            ru "в «{key}» есть перевод строки или управляющий символ", "напишите в одну строку"),
        ConfigFault::PasswordInFile => say!(language;
            en "a password is written in the file",
               "change that password, and write password = {{ env = \"SMTP_PASSWORD\" }} here";
            ru "в файле записан пароль",
               "смените этот пароль, а здесь напишите password = {{ env = \"SMTP_PASSWORD\" }}"),
        ConfigFault::PlainTextBeyondLoopback { host } => say!(language;
            en "security = \"none\" would send letters and password readable by anybody on the \
                way to {host}",
               "write security = \"tls\" or \"starttls\"; \"none\" is for this machine only";
            ru "при security = \"none\" письма и пароль по пути к {host} прочтёт кто угодно",
               "напишите security = \"tls\" или \"starttls\"; \"none\" — только для этого же \
                компьютера"),
        ConfigFault::BodyMissing => say!(language;
            en "[letter] has no text", "add body = \"letter.md\"";
            ru "в [letter] нет текста письма", "добавьте body = \"letter.md\""),
        ConfigFault::NumberTwice => say!(language;
            en "[register] has both one number for all and a first number",
               "keep either `number`, or `first` and `format`";
            ru "в [register] есть и общий номер, и первый номер",
               "оставьте либо `number`, либо `first` и `format`"),
        ConfigFault::NameReserved { name } => say!(language;
            en "«{name}» is a name that gonets itself gives to templates", "choose another name";
            ru "имя «{name}» gonets сам даёт шаблонам", "выберите другое имя"),
        ConfigFault::NotDomain { key, value } => say!(language;
            en "{key}: «{value}» is not a domain name",
               "write it in Latin letters, such as example.org";
            ru "{key}: «{value}» — не имя домена", "напишите его латиницей, например example.org"),
        ConfigFault::KeyFile { flaw: KeyFlaw::NotPem } => say!(language;
            en "the file holds no private key in PEM",
               "openssl genrsa -out dkim.pem 2048 makes one";
            ru "в файле нет закрытого ключа в формате PEM",
               "ключ делает, например, openssl genrsa -out dkim.pem 2048"),
        ConfigFault::KeyFile { flaw: KeyFlaw::Kind } => say!(language;
            en "the key is neither RSA of 2048 bits or more nor Ed25519",
               "openssl genrsa -out dkim.pem 2048 makes one";
            ru "ключ не RSA от 2048 бит и не Ed25519",
               "ключ делает, например, openssl genrsa -out dkim.pem 2048"),
        ConfigFault::KeyFile { flaw: KeyFlaw::Open } => say!(language;
            en "others can read the private key", "let nobody but yourself read it: chmod 600";
            ru "закрытый ключ могут прочитать посторонние",
               "оставьте доступ только себе: chmod 600"),
        ConfigFault::PdfNotBuilt => say!(language;
            en "this build of the program makes no PDF", "remove [pdf], or take the full build";
            ru "эта сборка программы не умеет делать PDF",
               "уберите [pdf] или возьмите полную сборку"),
    }
}

/// Why the system refused, and what to do about it.
pub(super) fn cause(cause: &Cause, language: Language) -> Said {
    match cause {
        Cause::NotFound => say!(language;
            en "there is no such file", "check the name and the path";
            ru "такого файла нет", "проверьте имя и путь"),
        Cause::Forbidden => say!(language;
            en "access is denied", "check the rights, and that no other program holds it open";
            ru "нет доступа", "проверьте права и не открыт ли он в другой программе"),
        Cause::IsFolder => {
            say!(language; en "it is a folder", "name a file"; ru "это папка", "укажите файл")
        }
        Cause::NotFolder => say!(language;
            en "it is not a folder", "name a folder";
            ru "это не папка", "укажите папку"),
        Cause::NotPlainFile => say!(language;
            en "it is not a plain file", "name a file";
            ru "это не обычный файл", "укажите файл"),
        Cause::Exists => say!(language;
            en "it exists already", "choose another name";
            ru "уже существует", "выберите другое имя"),
        Cause::DiskFull => say!(language;
            en "the disk is full", "free some space and try again";
            ru "диск полон", "освободите место и повторите"),
        Cause::ReadOnly => say!(language;
            en "the disk is read-only", "choose another place";
            ru "диск только для чтения", "выберите другое место"),
        Cause::OutsideCampaign => say!(language;
            en "it lies outside the campaign's folder", "copy it into the campaign's folder";
            ru "лежит вне папки рассылки", "скопируйте его в папку рассылки"),
        Cause::TooLarge => say!(language;
            en "it is too large", "make it smaller";
            ru "слишком велик", "уменьшите его"),
        Cause::LinkLoop => say!(language;
            en "a link that leads back to itself", "delete it and put the file itself there";
            ru "ссылка на файл ведёт сама к себе", "удалите её и положите на её место сам файл"),
        Cause::Changed => say!(language;
            en "it changed while the program was running",
               "look at the letters again (preview) and repeat";
            ru "изменился, пока программа работала",
               "посмотрите письма ещё раз (preview) и повторите"),
        Cause::Other(detail) => say!(language;
            en (detail.clone()), "try again";
            ru "система сообщает: «{detail}»", "повторите"),
    }
}

fn kind(kind: Kind, language: Language) -> &'static str {
    match kind {
        Kind::Text => pick(language, "a text in quotes", "текст в кавычках"),
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
            en "«{value}» names no days of the week",
               "write for instance \"mon-fri\" or \"mon, wed, sat-sun\"";
            ru "«{value}» — не дни недели",
               "напишите, например, \"пн-пт\" или \"mon, wed, sat-sun\""),
        Expected::Hours => say!(language;
            en "«{value}» names no hours of a day",
               "write for instance \"09:00-18:00\" or \"9-13, 14-18\"; a window over midnight is \
                two: \"0-6, 22-24\"";
            ru "«{value}» — не часы дня",
               "напишите, например, \"09:00-18:00\" или \"9-13, 14-18\"; окно через полночь — это \
                два окна: \"0-6, 22-24\""),
        Expected::Zone => say!(language;
            en "«{value}» is no time zone",
               "write for instance \"Europe/Moscow\", \"UTC+7\" or \"МСК+4\"";
            ru "«{value}» — не часовой пояс",
               "напишите, например, \"Europe/Moscow\", \"UTC+7\" или \"МСК+4\""),
        Expected::Dates => say!(language;
            en "«{value}» is neither a date nor a range of dates",
               "write for instance \"2026-12-31\" or \"2027-01-01..2027-01-08\"";
            ru "«{value}» — не дата и не промежуток дат",
               "напишите, например, \"2026-12-31\" или \"2027-01-01..2027-01-08\""),
        Expected::Domain => say!(language;
            en "«{value}» is no domain",
               "write what stands behind the @, for instance \"example.org\"; several with a \
                comma between them";
            ru "«{value}» — не домен",
               "напишите то, что стоит в адресе после @, например \"example.org\"; несколько — \
                через запятую"),
        Expected::Server => say!(language;
            en "«{value}» is no address of a server",
               "write for instance \"192.168.0.1\" or \"127.0.0.1:5353\"";
            ru "«{value}» — не адрес сервера",
               "напишите, например, \"192.168.0.1\" или \"127.0.0.1:5353\""),
        Expected::Factor => say!(language;
            en "{value} is out of range", "write a number from 1 to 100";
            ru "число {value} вне пределов", "напишите число от 1 до 100"),
    }
}
