//! Problems of the contact list and its addresses.

use super::{Said, nearest_or, pick, say};
use crate::notice::Language;
use crate::notice::format::{day_first, en_count, number, ru_count};
use crate::problem::{AddressFlaw, ListFault, NoMail};

pub(super) fn list(fault: &ListFault, language: Language) -> Said {
    match fault {
        ListFault::ListKind { extension } => say!(language;
            en "cannot read contact lists in .{extension}",
               "save it as an Excel workbook (.xlsx) or as CSV";
            ru "списки .{extension} не читаются",
               "сохраните его как книгу Excel (.xlsx) или как CSV"),
        ListFault::ListEmpty => say!(language;
            en "the contact list is empty",
               "write headings in the first row (E-mail, Surname, First name …) and one row for \
                each person below";
            ru "список пуст",
               "впишите в первую строку заголовки («Эл. почта», «Фамилия», «Имя» …), а ниже — по \
                строке на человека"),
        ListFault::ListHasNoRows => say!(language;
            en "the contact list has headings but no rows", "add a row for each person";
            ru "в списке есть заголовки, но нет ни одной строки",
               "добавьте по строке на каждого человека"),
        ListFault::HeadingsBelow { row, passed } => say!(language;
            en "row {row} is used as the heading row; what is above it (\"{passed}\") is skipped",
               "if this is right, write headings = {row} in [contacts]; if not, the number of the \
                correct row";
            ru "заголовками считается строка {row}; то, что стоит над ней («{passed}»), пропущено",
               "если это верно, напишите headings = {row} в [contacts]; если нет — номер нужной \
                строки"),
        ListFault::HeadingsRowEmpty { row } => say!(language;
            en "row {row} is set as the heading row, but it is empty",
               "set the number of the heading row as Excel shows it: headings = … in [contacts]";
            ru "заголовками должна быть строка {row}, но в ней ничего нет",
               "укажите номер строки с заголовками, как его показывает Excel: headings = … в \
                [contacts]"),
        ListFault::HeadingMissing { field, seen, nearest } => {
            heading_missing(field, seen, nearest.as_deref(), language)
        }
        ListFault::HeadingUnknown { key, heading, nearest } => say!(language;
            en "\"{key}\" names the column \"{heading}\", which is not in the list",
               (nearest_or("compare it with the headings of the list", nearest, language));
            ru "«{key}» указывает на столбец «{heading}», которого в списке нет",
               (nearest_or("сверьте его с первой строкой списка", nearest, language))),
        ListFault::HeadingTwice { heading } => say!(language;
            en "two columns have the heading \"{heading}\"", "give one of them another heading";
            ru "у двух столбцов один заголовок «{heading}»",
               "дайте одному из них другой заголовок"),
        ListFault::HeadingsForOneField { field, first, second } => say!(language;
            en "both \"{first}\" and \"{second}\" could be the field \"{field}\"",
               "give one of them another heading, or choose in [contacts.columns]: {field} = \
                \"{first}\"";
            ru ("полем «{}» могут быть и «{first}», и «{second}»", known_as(field)),
               "переименуйте один из них или выберите в [contacts.columns]: {field} = \"{first}\""),
        ListFault::RowRagged { expected, found } => {
            let what = say!(language;
                en ("{} here, {expected} in the headings",
                    en_count(*found as u64, "cell", "cells"));
                ru ("здесь {}, а заголовков {expected}",
                    ru_count(*found as u64, "ячейка", "ячейки", "ячеек")));
            let hint = if found > expected {
                say!(language;
                    en "a cell of this row contains a separator or a line break: quote that cell, \
                        or save the list from Excel as .xlsx";
                    ru "внутри какой-то ячейки этой строки стоит разделитель: возьмите её в \
                        кавычки или сохраните список из Excel как .xlsx")
            } else {
                say!(language;
                    en "the row is cut off, perhaps by a line break inside a cell: join it again, \
                        or save the list from Excel as .xlsx";
                    ru "строка оборвана, возможно переводом строки внутри ячейки: соедините её \
                        или сохраните список из Excel как .xlsx")
            };
            Said { what, hint }
        }
        ListFault::CellBeyondHeadings { text } => say!(language;
            en "\"{text}\" is in a column without a heading, so no letter will contain it",
               "give the column a heading or clear this cell";
            ru "здесь написано «{text}», но у столбца нет заголовка: в письма это не попадёт",
               "дайте столбцу заголовок или очистите эту ячейку"),
        ListFault::NumberUnformatted { text } => say!(language;
            en "numbers in an XLS workbook are read without their format; the first one is read \
                as \"{text}\"",
               "if Excel shows 007, 13 % or a currency in a cell that the letter uses, save the \
                list as .xlsx";
            ru "числа из книги XLS читаются без их вида на экране: первое из них — как «{text}»",
               "если Excel показывает 007, 13 % или рубли в ячейке, которая нужна письму, \
                сохраните список как XLSX"),
        ListFault::FormulaBare => say!(language;
            en "the formula in this cell has the result 0, as formulas do that were never \
                calculated",
               "if Excel shows something else here, save the list from Excel as .xlsx, which \
                keeps the results";
            ru "у формулы в этой ячейке записан ответ 0: так бывает и тогда, когда программа её \
                не вычисляла",
               "если в Excel здесь не 0, сохраните список из него как .xlsx: тогда ответы формул \
                запишутся"),
        ListFault::CopyTwice { address, row } => say!(language;
            en "{address} is also in row {row}: they get both their own letter and a copy of \
                another",
               "if one is enough, remove the address from the other row";
            ru "адрес {address} есть и в строке {row}: туда уйдут и своё письмо, и копия чужого",
               "если хватит одного, уберите адрес из другой строки"),
        ListFault::QuoteUnclosed => say!(language;
            en "a quotation mark opens here and is never closed",
               "close it, or double it if it is part of the text; saving the list from Excel \
                again also does this";
            ru "здесь открыта кавычка, которая нигде не закрыта",
               "закройте её, а если она часть текста — удвойте; Excel делает это сам, если \
                сохранить список заново"),
        ListFault::CellEmpty => say!(language;
            en "the cell is empty", "fill it in, or delete the row if nobody should get a letter";
            ru "ячейка пуста",
               "заполните её или удалите строку, если этому человеку писать не нужно"),
        ListFault::CellsMore { cells } => say!(language;
            en ("something is wrong with {} more of this row",
                en_count(*cells, "cell", "cells")),
               "correct those that are named, and check again";
            ru ("в этой строке есть и другие ячейки с ошибками: {}", number(*cells, language)),
               "исправьте названные и проверьте ещё раз"),
        ListFault::CellControl { character: '\n' | '\r' | '\t' } => say!(language;
            en "the cell contains a line break or a tab; the letter has a space there",
               "if this is intended, leave it";
            ru "в ячейке перевод строки или табуляция; в письме на этом месте будет пробел",
               "если так и надо, делать ничего не нужно"),
        ListFault::CellControl { character } => {
            let code = u32::from(*character);
            let what = match (language, character) {
                (Language::English, _) => format!("the character U+{code:04X} cannot be printed"),
                (Language::Russian, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') => {
                    format!("невидимый символ U+{code:04X} переворачивает текст задом наперёд")
                }
                (Language::Russian, _) => {
                    format!("управляющий символ U+{code:04X} нельзя напечатать")
                }
            };
            let hint = say!(language;
                en "retype the text of the cell: such characters come with copied text";
                ru "наберите текст этой ячейки заново: такой символ попадает в неё вместе со \
                    скопированным");
            Said { what, hint }
        }
        ListFault::RowTooWide { most } => say!(language;
            en "the row has more than {most} cells", "check the separator, or shorten the row";
            ru "в строке больше {most} ячеек", "проверьте разделитель или сократите строку"),
        ListFault::CellTooLong { characters, most } => say!(language;
            en "the cell has {characters} characters",
               "shorten the text of the cell to {most} characters";
            ru ("в ячейке {}", ru_count(*characters as u64, "знак", "знака", "знаков")),
               "сократите текст ячейки до {most} знаков"),
        ListFault::AddressSyntax { value, flaw } => {
            let Said { what, hint } = address_flaw(*flaw, language);
            let what = say!(language;
                en "\"{value}\" is not an e-mail address: {what}";
                ru "«{value}» — не адрес электронной почты: {what}");
            Said { what, hint }
        }
        ListFault::AddressTwice { address, row, names } => {
            let each = letter_for_each(names.as_deref(), language);
            say!(language;
                en "{address} is already in row {row}",
                   "if two people share it, {each}; if one letter is enough, write duplicates = \
                    \"first\"; if it is a slip, delete one of the rows";
                ru "{address} уже есть в строке {row}",
                   "если адрес общий у двух людей, {each}; если хватит одного письма — duplicates = \
                    \"first\"; если это ошибка, удалите одну из строк")
        }
        ListFault::AddressSkipped { address, row, name, names } => {
            let each = letter_for_each(names.as_deref(), language);
            let who = match (name.is_empty(), language) {
                (true, Language::English) => "nobody in this row gets a letter".to_owned(),
                (true, Language::Russian) => "по этой строке письма не будет".to_owned(),
                (false, Language::English) => format!("{name} gets no letter"),
                (false, Language::Russian) => format!("{name} письма не получит"),
            };
            say!(language;
                en "{address} is already in row {row}, so {who}",
                   "if each should get a letter, {each}";
                ru "{address} уже есть в строке {row}: {who}",
                   "если написать нужно каждому, {each}")
        }
        ListFault::KeyTwice { address, row } => say!(language;
            en "{address} is already in row {row}, and nothing distinguishes the two letters",
               "give each of them its own word in a column \"key\", so that it stays the same \
                when the list is sorted";
            ru "{address} уже есть в строке {row}, и эти два письма ничем не различаются",
               "дайте каждой строке своё слово в столбце «key»: оно не меняется при сортировке"),
        ListFault::EncodingUnclear { likely } => say!(language;
            en "the encoding is unclear: it looks like {likely}",
               "save the list from Excel as \"CSV UTF-8\" or .xlsx, or write encoding = \
                \"{likely}\" in [contacts]";
            ru "кодировка неясна: похоже на {likely}",
               "сохраните список из Excel как «CSV UTF-8» или .xlsx либо напишите encoding = \
                \"{likely}\" в [contacts]"),
        ListFault::EncodingUnread { name } => say!(language;
            en "the list is encoded in {name}, which is not supported",
               "save the list from Excel again, as \"CSV UTF-8 (comma delimited)\" or as a \
                workbook (.xlsx)";
            ru "список записан в {name}, а так он не читается",
               "сохраните список из Excel заново: «CSV UTF-8 (разделитель — запятая)» или книга \
                .xlsx"),
        ListFault::LettersLost => say!(language;
            en "the headings have question marks in place of Russian letters, which were lost \
                when the list was saved in an encoding without them",
               "save the list again from the original workbook, as .xlsx or \"CSV UTF-8 (comma \
                delimited)\"";
            ru "вместо русских букв в заголовках знаки вопроса: они потеряны, когда список \
                сохраняли в кодировке без русских букв",
               "сохраните список заново из исходной книги: как .xlsx или «CSV UTF-8 (разделитель \
                — запятая)»"),
        ListFault::NotWorkbook => say!(language;
            en "this is not an Excel or LibreOffice workbook, or it is damaged",
               "open the file in Excel and save it again as .xlsx or .csv";
            ru "это не книга Excel или LibreOffice, или файл повреждён",
               "откройте файл в Excel и сохраните заново как .xlsx или .csv"),
        ListFault::WorkbookProtected => say!(language;
            en "the workbook is protected with a password",
               "open it in Excel, remove the password (File → Info → Protect Workbook) and save it";
            ru "книга закрыта паролем",
               "откройте её в Excel, снимите пароль (Файл → Сведения → Защита книги) и сохраните"),
        ListFault::WorkbookTooLarge => say!(language;
            en "the workbook is too large to be read safely",
               "delete sheets, rows and pictures that are not needed, or save the sheet as CSV";
            ru "книга слишком велика, чтобы прочесть её безопасно",
               "удалите лишние листы, строки и картинки или сохраните лист как CSV"),
        ListFault::SheetMissing { sheet, known } => say!(language;
            en "the workbook has no sheet \"{sheet}\"",
               ("the sheets are: {}; correct `sheet` in [contacts]", quoted(known, language));
            ru "в книге нет листа «{sheet}»",
               ("в книге есть листы: {}; исправьте sheet в [contacts]", quoted(known, language))),
        ListFault::HeadingFitsTwo { heading, first, second } => say!(language;
            en "the heading \"{heading}\" fits both \"{first}\" and \"{second}\"",
               "split it into two columns, or write {first} = \"{heading}\" in [contacts.columns]";
            ru ("заголовок «{heading}» подходит и к полю «{}», и к полю «{}»",
                known_as(first), known_as(second)),
               "разделите столбец на два (в Excel: Данные → Текст по столбцам) или напишите \
                {first} = \"{heading}\" в [contacts.columns]"),
        ListFault::QuoteStray => say!(language;
            en "there is a quotation mark inside a quoted cell, so it is unclear what is text here",
               "save the list from Excel again, or double the quotation marks inside the cell: \
                \"Acme \"\"Ltd\"\"\"";
            ru "кавычка стоит внутри ячейки, взятой в кавычки: что здесь текст, неясно",
               "сохраните список из Excel заново или удвойте кавычки внутри ячейки: «\"ООО \
                \"\"Ромашка\"\"\"»"),
        ListFault::CharacterLost => say!(language;
            en "the cell contains \"\u{fffd}\": another program lost the letter that was there",
               "retype that letter";
            ru "в ячейке знак «\u{fffd}»: на его месте была буква, которую потеряла другая \
                программа",
               "впишите эту букву заново"),
        ListFault::CellIsError { value } => say!(language;
            en "the formula in the cell results in the error {value}",
               "fix the formula or type the value";
            ru "формула в ячейке даёт ошибку {value}", "исправьте формулу или впишите значение"),
        ListFault::InvisibleRemoved { character } => say!(language;
            en ("an invisible character, U+{:04X}, was removed", u32::from(*character)),
               "nothing needs to be done; retype the cell to get rid of this message";
            ru ("из ячейки убран невидимый символ U+{:04X}", u32::from(*character)),
               "делать ничего не нужно; чтобы не видеть этого, наберите ячейку заново"),
        ListFault::AddressTypo { address, proposal } => say!(language;
            en "{address} looks like a typo",
               "did you mean {proposal}? If the address is correct, leave it";
            ru "похоже на опечатку: {address}",
               "может быть, {proposal}? Если адрес верен, оставьте как есть"),
        ListFault::DomainWithoutMail { domain, why } => {
            let what = match why {
                NoMail::NoSuchDomain => say!(language;
                    en "the domain {domain} does not exist: the letter would bounce";
                    ru "домена {domain} нет: письмо вернётся"),
                NoMail::Declined => say!(language;
                    en "the domain {domain} does not accept mail: the letter would bounce";
                    ru "домен {domain} объявил, что не принимает почту: письмо вернётся"),
                NoMail::NoHost => say!(language;
                    en "the domain {domain} has no mail server: the letter would bounce";
                    ru "у домена {domain} нет почтового сервера: письмо вернётся"),
            };
            let hint = say!(language;
                en "compare the part after the @ with the organisation's website";
                ru "сверьте то, что стоит после @, с сайтом организации");
            Said { what, hint }
        }
        ListFault::DnsUnanswered { domains, example } => say!(language;
            en ("no answer from DNS about {} ({example}, …)",
                en_count(*domains, "domain", "domains")),
               "the rest was checked; check the network or set a DNS server with --dns-server, \
                then check again";
            ru ("не удалось узнать, принимают ли почту {} ({example} …): ответа нет",
                ru_count(*domains, "домен", "домена", "доменов")),
               "остальное проверено; посмотрите, есть ли сеть, или назовите сервер DNS: \
                --dns-server, и проверьте снова"),
        ListFault::SamePerson { name, row } => say!(language;
            en "{name} is already in row {row} with another address",
               "if this is the same person, delete one of the rows; if not, leave both";
            ru "{name} с другим адресом уже есть в строке {row}",
               "если это один человек, удалите одну из строк; если однофамильцы, оставьте обе"),
        ListFault::Suppressed { entry, reason, date } => {
            let reason = if reason.is_empty() { String::new() } else { format!(": {reason}") };
            let date = match (date.as_str(), language) {
                ("", _) => String::new(),
                (date, Language::English) => format!(" since {date}"),
                (date, Language::Russian) => format!(" с {}", day_first(date)),
            };
            say!(language;
                en "{entry} has been suppressed{date}{reason}; no letter is made",
                   "if you may write to them after all, run `gonets suppress --remove` and \
                    correct the suppress file";
                ru "{entry}{date} в списке тех, кому писать нельзя{reason}; письма не будет",
                   "если писать всё же можно, выполните gonets suppress --remove и исправьте файл \
                    suppress")
        }
    }
}

/// Why it is not an address, and what to change in it.
pub(super) fn address_flaw(flaw: AddressFlaw, language: Language) -> Said {
    match flaw {
        AddressFlaw::Empty => {
            say!(language; en "it is empty", "fill it in"; ru "он пуст", "впишите его")
        }
        AddressFlaw::NoAt => say!(language;
            en "it has no @", "write the full address, for example ivanov@example.org";
            ru "в нём нет знака @", "впишите адрес целиком, например ivanov@example.org"),
        AddressFlaw::TwoAts => say!(language;
            en "it has two @", "leave one @";
            ru "в нём два знака @", "оставьте один знак @"),
        AddressFlaw::LocalPart => say!(language;
            en "there is a misplaced dot before the @",
               "remove the dot that is doubled, at the start, or right before the @";
            ru "перед @ точка стоит там, где не может",
               "уберите лишнюю точку: в начале, перед @ или вторую подряд"),
        AddressFlaw::LocalPartTooLong => say!(language;
            en "the part before the @ is longer than 64 characters",
               "check whether two addresses were joined";
            ru "часть перед @ длиннее 64 знаков", "посмотрите, не слились ли два адреса в один"),
        AddressFlaw::Domain => say!(language;
            en "the part after the @ is not a host name",
               "check the part after the @: it should be a name such as example.org";
            ru "часть после @ — не имя сервера",
               "проверьте то, что стоит после @: там имя вида example.org"),
        AddressFlaw::DomainWithoutDot => say!(language;
            en "there is no dot after the @",
               "complete the part after the @, for example with .org";
            ru "после @ нет точки", "допишите конец адреса, например .ru"),
        AddressFlaw::Character(' ') => say!(language;
            en "it contains a space", "remove the space";
            ru "в нём пробел", "уберите пробел"),
        AddressFlaw::Character(c) => {
            let what = say!(language;
                en ("the character \"{c}\" (U+{:04X}) is not allowed there", u32::from(c));
                ru ("символ «{c}» (U+{:04X}) стоять там не может", u32::from(c)));
            let hint = match c {
                ',' => pick(
                    language,
                    "replace the comma with a dot if that is what was meant",
                    "может быть, вместо запятой нужна точка",
                ),
                c if c.is_alphabetic() => pick(
                    language,
                    "ask the recipient how the address is spelled in Latin letters",
                    "уточните у адресата, как адрес пишется латиницей",
                ),
                _ => pick(language, "remove this character", "уберите этот символ"),
            };
            Said { what, hint: hint.into() }
        }
        AddressFlaw::Several => say!(language;
            en "there seem to be several addresses in one cell",
               "leave one, or write several = \"copy\" in [contacts]: the first gets the letter, \
                the others a copy";
            ru "в ячейке, похоже, несколько адресов",
               "оставьте один; или напишите several = \"copy\" в [contacts]: первый станет \
                получателем, остальные — копией"),
        AddressFlaw::LookAlike(seen, latin) => say!(language;
            en "it contains a Russian \"{seen}\" in place of a Latin \"{latin}\"",
               "retype the address with a Latin keyboard layout";
            ru "буква «{seen}» в нём русская, а нужна похожая латинская «{latin}»",
               "наберите адрес заново в английской раскладке"),
    }
}

/// How to write a letter to each of two people with one address; `names` is the column of names.
fn letter_for_each(names: Option<&str>, language: Language) -> String {
    let key = names.map(|names| {
        let quote = if names.contains('"') { '\'' } else { '"' };
        format!("key = {quote}{names}{quote}")
    });
    match (key, language) {
        (Some(key), Language::English) => {
            format!("write duplicates = \"each\" in [contacts] and {key} in [contacts.columns]")
        }
        (Some(key), Language::Russian) => {
            format!("напишите duplicates = \"each\" в [contacts] и {key} в [contacts.columns]")
        }
        (None, Language::English) => "write duplicates = \"each\" in [contacts] and give each row \
             its own word in a column \"key\""
            .to_owned(),
        (None, Language::Russian) => "напишите duplicates = \"each\" в [contacts] и дайте каждой \
             строке своё слово в столбце «key»"
            .to_owned(),
    }
}

fn heading_missing(
    field: &str,
    seen: &[String],
    nearest: Option<&str>,
    language: Language,
) -> Said {
    let seen = quoted(seen, language);
    let is_email = field == "email";
    let what = match language {
        Language::English => format!("no column for \"{field}\"; the headings are: {seen}"),
        Language::Russian => {
            let field = if is_email {
                "адресов электронной почты (email)"
            } else {
                field
            };
            format!("нет столбца для {field}; заголовки такие: {seen}")
        }
    };
    let hint = match nearest {
        Some(heading) => say!(language;
            en "if \"{heading}\" is that column, write {field} = \"{heading}\" in \
                [contacts.columns]";
            ru "если это столбец «{heading}», напишите {field} = \"{heading}\" в \
                [contacts.columns]"),
        None => say!(language;
            en "give the column the heading \"{field}\", or name it in [contacts.columns] of \
                campaign.toml: {field} = \"…\"; if the headings are in another row, write \
                headings = … in [contacts]";
            ru ("озаглавьте столбец «{}» или назовите его в campaign.toml, в разделе \
                 [contacts.columns]: {field} = \"…\"; если заголовки в другой строке, напишите \
                 headings = … в [contacts]", if is_email { "Эл. почта" } else { field })),
    };
    Said { what, hint }
}

/// Names one after the other, each in the language's quotation marks.
pub(super) fn quoted(names: &[String], language: Language) -> String {
    let quoted = |name: &String| match language {
        Language::English => format!("\"{name}\""),
        Language::Russian => format!("«{name}»"),
    };
    names.iter().map(quoted).collect::<Vec<_>>().join(", ")
}

/// A field in Russian words, and its name in `[contacts.columns]`.
pub(super) fn known_as(key: &str) -> String {
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

/// A field by its Russian heading; other columns and addresses go by their own names.
pub(in crate::notice) fn field(name: &str) -> &str {
    match name {
        "email" => "эл. почта",
        "surname" => "фамилия",
        "first_name" => "имя",
        "patronymic" => "отчество",
        "full_name" => "Ф.И.О.",
        "gender" => "пол",
        "position" => "должность",
        "organisation" => "организация",
        "title" => "титул (title)",
        "degree" => "учёная степень",
        "language" => "язык",
        "salutation" => "обращение (salutation)",
        "timezone" => "часовой пояс",
        own => own,
    }
}
