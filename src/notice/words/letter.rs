//! Problems of templates, attachments and finished letters.

use super::{Said, config, foreign, nearest_or, pick, say};
use crate::notice::format::{letters, megabytes};
use crate::notice::{Language, letterhead};
use crate::problem::{FilterFault, FilterRisk, LetterFault};

pub(super) fn letter(fault: &LetterFault, language: Language) -> Said {
    match fault {
        LetterFault::Template { detail } => say!(language;
            en "cannot parse the template: {detail}", "fix the template";
            ru (foreign::library("шаблон не разобрать", detail)), "исправьте шаблон"),
        LetterFault::Condition { detail } => say!(language;
            en "cannot parse the condition: {detail}",
               "write it like this: row['District'] == 'South'; all values of the list are text, \
                in quotes";
            ru (foreign::library("условие отбора не разобрать", detail)),
               "пишите так: row['Район'] == 'Южный', все значения списка — текст в кавычках"),
        LetterFault::Filter(fault) => filter(fault, language),
        LetterFault::VariableUnknown { name, nearest } => {
            let what = say!(language;
                en "the template uses \"{name}\", which is neither a column nor a value";
                ru "в шаблоне есть «{name}» — это ни столбец, ни значение");
            Said { what, hint: name_hint(nearest, language) }
        }
        LetterFault::ColumnUnknown { name, nearest } => {
            let what = match name {
                Some(name) => {
                    say!(language; en "there is no \"{name}\" here"; ru "здесь нет «{name}»")
                }
                None => say!(language;
                    en "there is no such column or value";
                    ru "такого столбца или значения нет"),
            };
            Said { what, hint: name_hint(nearest, language) }
        }
        LetterFault::AddresseesUnnamed => say!(language;
            en "this letter has several addressees, and the template names only the first",
               "write {{{{ addressee.block }}}} instead of addressee.position and addressee.name";
            ru "адресатов у письма несколько, а в шаблоне назван только первый",
               "вместо addressee.position и addressee.name напишите {{{{ addressee.block }}}}"),
        LetterFault::ColumnBare { written, instead } => say!(language;
            en "a column of the list is not named like this: {written}", "write {instead}";
            ru "столбец списка так не назвать: {written}", "напишите {instead}"),
        LetterFault::ValuePrintedEmpty { before, after }
            if before.is_empty() && after.is_empty() =>
        {
            say!(language;
                en "an empty value leaves an empty line in the letter",
                   "fill in the cell, or put the line between {{% if … %}} and {{% endif %}}";
                ru "пустое значение оставляет в письме пустую строку",
                   "заполните ячейку или возьмите строку в {{% if … %}} … {{% endif %}}")
        }
        LetterFault::ValuePrintedEmpty { before, after } => say!(language;
            en "an empty value leaves a gap in the letter: \"{before} [ ] {after}\"",
               "fill in the cell, or wrap this part of the template in {{% if … %}}";
            ru "пустое значение оставляет в письме пропуск: «{before} [ ] {after}»",
               "заполните ячейку или возьмите это место шаблона в {{% if … %}}"),
        LetterFault::LetterChanged { message_id, address } => say!(language;
            en "a relay may already have this letter, as {message_id}, and its text has changed \
                since",
               "undo the change to resend it exactly as it was; or run `gonets resolve --to \
                {address} --accepted` if it arrived, or `gonets reset --to {address}` to send the \
                new text as a separate letter";
            ru "это письмо, возможно, уже принято сервером как {message_id}, а его текст с тех \
                пор изменился",
               "верните прежний текст, чтобы повторить письмо в точности; или выполните gonets \
                resolve --to {address} --accepted, если оно дошло, или gonets reset --to \
                {address}, чтобы отправить новый текст отдельным письмом"),
        LetterFault::SubjectEmpty => say!(language;
            en "the subject is empty", "fill in `subject` in [letter]";
            ru "тема письма пуста", "заполните `subject` в [letter]"),
        LetterFault::SubjectLineBreak => say!(language;
            en "the subject contains a line break or a control character",
               "check `subject` and the cells that it uses";
            ru "в теме письма есть перевод строки или управляющий символ",
               "проверьте `subject` и ячейки, которые в него входят"),
        LetterFault::BodyEmpty => say!(language;
            en "the letter is empty", "check the template";
            ru "письмо пусто", "проверьте шаблон"),
        LetterFault::Attachment { name, cause } => {
            let Said { what, hint } = config::cause(cause, language);
            let what = say!(language; en "the file \"{name}\": {what}"; ru "файл «{name}»: {what}");
            Said { what, hint }
        }
        LetterFault::AttachmentNone { template } => say!(language;
            en "the letter goes without the attachment \"{template}\": the file name is empty",
               "if it needs the file, write its name in the cell";
            ru "письмо уйдёт без вложения «{template}»: имя файла пусто",
               "если файл нужен, впишите его имя в ячейку"),
        LetterFault::Risk(risk) => filter_risk(risk, language),
        LetterFault::HtmlClipped { kilobytes } => say!(language;
            en "the letter's HTML takes {kilobytes} KB: Gmail hides what is beyond 102 KB",
               "shorten the letter, or attach a part of it as a file";
            ru "HTML письма занимает {kilobytes} КБ: что дальше 102 КБ, Gmail прячет",
               "сократите письмо или приложите часть его файлом"),
        LetterFault::AttachmentEmpty => say!(language;
            en "the attachment is empty: the file has 0 bytes", "save the file again, or attach another";
            ru "вложение пусто: в файле 0 байт", "сохраните файл заново или приложите другой"),
        LetterFault::MessageTooLarge { size, limit } => say!(language;
            en ("the message with its attachments is {}, but the limit is {}",
                megabytes(*size, language), megabytes(*limit, language)),
               "make the attachments smaller, or, if the server accepts such messages, raise \
                max_size in [letter]";
            ru ("письмо с вложениями занимает {}, а предел — {}",
                megabytes(*size, language), megabytes(*limit, language)),
               "уменьшите вложения; если сервер берёт и такие, поднимите max_size в [letter]"),
        LetterFault::SignsLeft { signs } => signs_left(signs, language),
        LetterFault::SubjectMarked { signs } => say!(language;
            en "the reader will see the signs {signs} in the subject",
               "a subject is plain text: remove them";
            ru "в теме читатель увидит знаки {signs}", "тема — простой текст: удалите их"),
        LetterFault::BracesLeft { text } => say!(language;
            en "the reader will see the braces: {text}",
               "a value is inserted with two on each side, such as {{{{ salutation }}}}, and only \
                in the letter, its subject and file names";
            ru "читатель увидит скобки: {text}",
               "значение вставляют двойные скобки, например {{{{ salutation }}}}, и только в \
                письме, теме и именах файлов"),
        LetterFault::FieldTyped { written, instead } => say!(language;
            en "the reader will see {written} as it stands, though the list has such a column",
               "to have the column's value there, write {instead}";
            ru "читатель увидит {written} как есть, хотя в списке такой столбец есть",
               "если здесь нужно значение столбца, напишите {instead}"),
        LetterFault::TagPrinted { tag } => say!(language;
            en "the reader will see the tag {tag}",
               "of HTML only <b>, <i>, <u>, <s>, <br>, <center>, <div align=\"right\"> and <img> \
                work, each with its end; remove the others";
            ru "читатель увидит тег {tag}",
               "из HTML работают только <b>, <i>, <u>, <s>, <br>, <center>, <div \
                align=\"right\"> и <img>, и каждый должен быть закрыт; остальные удалите"),
        LetterFault::LinkDead { target } => say!(language;
            en "the link to \"{target}\" leads nowhere: only its text will be left",
               "write a web address such as https://example.org, or an e-mail address";
            ru "ссылка на «{target}» никуда не ведёт: от неё останется один текст",
               "напишите адрес сайта, например https://example.org, или адрес почты"),
        LetterFault::TextLost { text } => say!(language;
            en "these words will not be in the letter: \"{text}\"",
               "a line that begins with [word]:, a footnote that nothing refers to and cells beyond a \
                table's columns are not printed; write them differently";
            ru "этих слов в письме не будет: «{text}»",
               "строка, начатая с [слово]:, сноска, на которую нет ссылки, и ячейки сверх столбцов \
                таблицы не печатаются; напишите их иначе"),
        LetterFault::GreetsOne { text } => say!(language;
            en "every letter would greet the same person: \"{text}\"",
               "write {{{{ salutation }}}} in place of these words";
            ru "так начнётся каждое письмо, кому бы оно ни шло: «{text}»",
               "напишите вместо этих слов {{{{ salutation }}}}"),
        LetterFault::NamesOne { text, row } => {
            let what = match row {
                Some(row) => say!(language;
                    en "every letter would be addressed to \"{text}\", the person in row {row} of \
                        the list";
                    ru "каждое письмо будет адресовано одному человеку из списка (строка {row}): \
                        «{text}»"),
                None => say!(language;
                    en "every letter would be addressed to one person: \"{text}\"";
                    ru "каждое письмо будет адресовано одному человеку: «{text}»"),
            };
            let hint = say!(language;
                en "write {{{{ addressee.name }}}} in place of the name, and {{{{ \
                    addressee.position }}}} in place of the position above it";
                ru "напишите вместо имени {{{{ addressee.name }}}}, а вместо должности над ним \
                    {{{{ addressee.position }}}}");
            Said { what, hint }
        }
        LetterFault::SameForAll => say!(language;
            en "the letter has no field: everybody will read the same, without their name",
               "to greet each by name, begin with {{{{ salutation }}}}!; if it is meant so, do \
                nothing";
            ru "в письме нет ни одного поля: все получат одно и то же, без имени",
               "чтобы обратиться к каждому по имени, начните с {{{{ salutation }}}}!; если так и \
                задумано, ничего делать не нужно"),
        LetterFault::PictureElsewhere { address } => say!(language;
            en "the picture \"{address}\" is not in the campaign's folder, and a letter loads \
                nothing from elsewhere",
               "save it in the folder and write its file name";
            ru "картинка «{address}» лежит не в папке рассылки, а письмо ничего не загружает со \
                стороны",
               "сохраните её в папке и напишите имя файла"),
        LetterFault::PictureKind { name } => say!(language;
            en "the file \"{name}\" is not a PNG, JPEG or GIF image", "save it as PNG";
            ru "файл «{name}» — не картинка PNG, JPEG или GIF", "сохраните её как PNG"),
        LetterFault::PictureUnreadable => say!(language;
            en "cannot read the image that the letterhead shows", "save it again as PNG";
            ru "картинку, которую вставляет бланк, не прочесть", "сохраните её заново как PNG"),
        LetterFault::FileNameUnfit { name } => say!(language;
            en "\"{name}\" cannot be a file name",
               "no / \\ : * ? \" < > | and at most 200 bytes; a slash in the number is replaced \
                by {{{{ letter.number | replace(from=\"/\", to=\"-\") }}}}";
            ru "«{name}» не годится в имена файлов",
               "без / \\ : * ? \" < > | и не длиннее 200 байт; черту в номере заменит {{{{ \
                letter.number | replace(from=\"/\", to=\"-\") }}}}"),
        LetterFault::LinkUnfit { value } => say!(language;
            en "\"{value}\" is not an https URL",
               "use a URL like https://example.org/… without spaces";
            ru "«{value}» — не адрес https", "нужен адрес вида https://example.org/… без пробелов"),
        LetterFault::Typst { detail, hint } => say!(language;
            en "cannot typeset the letterhead: {detail}",
               (hint.as_deref().unwrap_or("fix the letterhead's template"));
            ru ("бланк не сверстать: {}", letterhead::said(detail)),
               "исправьте это место в шаблоне бланка"),
        LetterFault::MoreAlike { count } => say!(language;
            en "{count} more like the ones above", "fix those first";
            ru "таких мест ещё {count}", "начните с тех, что выше"),
        LetterFault::TooManyTemplates { most } => say!(language;
            en "the templates include or extend more than {most} others", "join some of them";
            ru "шаблоны через include и extends ссылаются больше чем на {most} других",
               "объедините часть из них"),
        LetterFault::NestedTooDeep => say!(language;
            en "quotes, lists or bold text lie more than 32 deep in one another",
               "nest them less deep; check the loops {{% for … %}} that print > or *";
            ru "цитаты, списки или выделения вложены друг в друга глубже 32 раз",
               "уменьшите вложенность; проверьте циклы {{% for … %}}, которые печатают > или *"),
        LetterFault::NeverEnds => say!(language;
            en "composing the letter takes too much time or memory, so it was stopped",
               "look for a loop without end, or a value that grows with each of its steps, in the templates and the letterhead";
            ru "на письмо уходит слишком много времени или памяти: его составление прервано",
               "проверьте, нет ли в шаблонах и бланке бесконечного цикла или значения, которое растёт с каждым его шагом"),
        LetterFault::TooManyPages { pages, most } => say!(language;
            en "the letter on letterhead has {pages} pages; it may have {most}",
               "check the loops of the letterhead and of the letter";
            ru "в письме на бланке {pages} стр., а допускается не больше {most}",
               "проверьте циклы в бланке и в письме"),
        LetterFault::LetterTooLong { megabytes } => say!(language;
            en "the template produces more than {megabytes} MB, which is too long for a letter",
               "check the loops {{% for … %}}";
            ru "шаблон печатает больше {megabytes} МБ: такого письма не бывает",
               "проверьте циклы {{% for … %}}"),
        LetterFault::TemplateCircle { name } => say!(language;
            en "the template \"{name}\" includes or extends itself", "remove the cycle";
            ru "шаблон «{name}» через extends или include приходит сам к себе", "разорвите круг"),
        LetterFault::FaceUnknown { name, nearest } => say!(language;
            en "there is no font \"{name}\" on this machine",
               (nearest_or("install it, or put its files into the folder set as `fonts` in [pdf]",
                           nearest, language));
            ru "шрифта «{name}» на этом компьютере нет",
               (nearest_or("установите его или положите его файлы в папку fonts из [pdf]",
                           nearest, language))),
        LetterFault::FaceMissing { wanted, instead } => say!(language;
            en ("none of the fonts {} is installed: the PDF is set in {instead}", wanted.join(", ")),
               "install one (Debian and Ubuntu: fonts-croscore), or be content with \
                font = \"{instead}\" in [pdf]";
            ru ("ни один из шрифтов {} не установлен: PDF набран шрифтом {instead}",
                wanted.join(", ")),
               "установите один из них (Debian, Ubuntu: fonts-croscore) или согласитесь на \
                font = \"{instead}\" в [pdf]"),
        LetterFault::GlyphsMissing { characters } => say!(language;
            en "the letterhead's fonts do not have these characters: {characters}",
               "replace them, or add a font that has them to the folder set as `fonts` in [pdf]";
            ru "в шрифтах бланка нет знаков: {characters}",
               "замените эти знаки или положите шрифт с ними в папку fonts из [pdf]"),
    }
}

fn signs_left(signs: &str, language: Language) -> Said {
    let hint = match signs {
        "**" | "~~" => say!(language;
            en "put the signs right beside the words, without spaces, before and after: **word**";
            ru "поставьте знаки вплотную к словам, с двух сторон и без пробелов: **слово**"),
        "](" => say!(language;
            en "write a link as [text](https://example.org), with no spaces in the address";
            ru "ссылку пишут так: [текст](https://example.org), без пробелов в адресе"),
        "[^" => say!(language;
            en "write the footnote that it refers to, in a paragraph of its own: [^1]: text";
            ru "напишите сноску, на которую это указывает, отдельным абзацем: [^1]: текст"),
        "#" => say!(language;
            en "put a space after it to make a heading"; ru "для заголовка поставьте пробел после знака"),
        "|" => say!(language;
            en "a table needs a line like |---|---| below its first row, and an empty line above";
            ru "таблице нужна строка |---|---| под первой её строкой и пустая строка над ней"),
        _ => say!(language; en "remove it"; ru "удалите его"),
    };
    let what = say!(language;
        en "the reader will see the signs {signs}"; ru "читатель увидит знаки {signs}");
    Said { what, hint }
}

fn filter_risk(risk: &FilterRisk, language: Language) -> Said {
    match risk {
        FilterRisk::SenderElsewhere { domain, host } => say!(language;
            en "the sender's address is at {domain}, but {host} sends the letters: large \
                receivers take that for forged mail",
               "send through the relay of {domain}, or from an address in a domain of your own";
            ru "адрес отправителя — на {domain}, а письма отправляет {host}: крупные почтовые \
                службы примут их за подделку",
               "отправляйте через сервер {domain} или с адреса в своём домене"),
        FilterRisk::SignatureElsewhere { signed, from } => say!(language;
            en "the DKIM signature is for {signed}, but the sender is at {from}: DMARC ignores it",
               "set domain = \"{from}\" in [dkim], with a key of that domain";
            ru "подпись DKIM — от {signed}, а отправитель — на {from}: для DMARC она не в счёт",
               "укажите в [dkim] domain = \"{from}\" и ключ этого домена"),
        FilterRisk::OneClickUnsigned => say!(language;
            en "`one_click` has no effect without a DKIM signature that covers it",
               "add [dkim], unless the relay signs List-Unsubscribe-Post itself";
            ru "без подписи DKIM адрес `one_click` не действует",
               "добавьте [dkim], если сервер сам не подписывает List-Unsubscribe-Post"),
        FilterRisk::AttachmentRefused { ending } => say!(language;
            en "many mail servers refuse letters with a .{ending} file",
               "attach a PDF, or give the address from which the file can be downloaded";
            ru "письма с файлом .{ending} многие почтовые серверы не принимают",
               "приложите PDF или дайте ссылку, по которой файл можно скачать"),
        FilterRisk::ArchiveRefused { ending } => say!(language;
            en "many mail servers refuse archives with a .{ending} file inside",
               "attach the files themselves";
            ru "архивы, внутри которых файл .{ending}, многие почтовые серверы не принимают",
               "приложите сами файлы"),
        FilterRisk::SubjectCapitals => say!(language;
            en "the subject is all in capitals, which spam filters hold against a letter",
               "write it in ordinary letters";
            ru "тема набрана одними прописными: за это письма попадают в спам",
               "напишите её обычными буквами"),
        FilterRisk::LinkElsewhere { text, host } => say!(language;
            en "the link reads \"{text}\" but leads to {host}, which looks like a deception",
               "write {host} in the text of the link, or ordinary words";
            ru "текст ссылки — «{text}», а ведёт она на {host}: это похоже на обман",
               "напишите в тексте ссылки {host} или обычные слова"),
        FilterRisk::TooMany { domain, letters: n, most } => say!(language;
            en ("{} go to {domain}, more than {most} an hour at this pace: it may turn some away",
                letters(*n, language)),
               "write \"{domain}\" = {{ per_hour = {most} }} in [pace.domains]";
            ru ("на {domain} уйдёт {}, больше {most} в час: часть писем там могут не принять",
                letters(*n, language)),
               "напишите \"{domain}\" = {{ per_hour = {most} }} в [pace.domains]"),
    }
}

fn filter(fault: &FilterFault, language: Language) -> Said {
    match fault {
        FilterFault::GenderNeeded { kind } => say!(language;
            en "declining a {kind} requires gender",
               "add gender=recipient.gender, or gender=\"m\" or \"f\"";
            ru "чтобы склонять {kind}, нужен gender",
               "добавьте gender=recipient.gender, или gender=\"m\", или \"f\""),
        FilterFault::Value { argument, value, allowed } => say!(language;
            en "{argument} cannot be \"{value}\"", ("write one of: {}", allowed.join(", "));
            ru "{argument} не может быть «{value}»", ("напишите одно из: {}", allowed.join(", "))),
        FilterFault::Unknown { filter, argument, known } => {
            let what = say!(language;
                en "{filter} has no argument \"{argument}\"";
                ru "{filter} не знает аргумента «{argument}»");
            let hint = match known.join(", ").as_str() {
                "" => say!(language;
                    en "it takes no arguments: remove it";
                    ru "аргументов у него нет: удалите его"),
                known => say!(language; en "it takes: {known}"; ru "возможны: {known}"),
            };
            Said { what, hint }
        }
        FilterFault::Missing { filter, argument } => say!(language;
            en "{filter} needs {argument}", "add {argument}=\"…\"";
            ru "для {filter} нужен {argument}", "добавьте {argument}=\"…\""),
        FilterFault::TooMuch => say!(language;
            en "the loops of one letter exceed 100,000 steps",
               "use smaller numbers in range or nest fewer loops";
            ru "циклы одного письма насчитали больше 100 000 шагов",
               "уменьшите числа в range или вложенность циклов"),
        FilterFault::NotADate { value } => say!(language;
            en "\"{value}\" is not a date", "write it as 2022-02-28 or 28.02.2022";
            ru "«{value}» — не дата", "напишите 2022-02-28 или 28.02.2022"),
        FilterFault::NotANumber { value } => say!(language;
            en "\"{value}\" is not a whole number", "give it a whole number";
            ru "«{value}» — не целое число", "дайте ему целое число"),
        FilterFault::EndsBeforeItBegins { until } => say!(language;
            en "until=\"{until}\" comes before the first day", "swap the two dates";
            ru "until=\"{until}\" раньше первого дня", "поменяйте даты местами"),
        FilterFault::NotAText => say!(language;
            en "this is not text", "give it a single value, such as recipient.surname";
            ru "это не текст", "дайте ему одно значение, например recipient.surname"),
        FilterFault::NoSuchFilter { name, nearest } => say!(language;
            en "there is no filter \"{name}\"", (nearest_or("correct the name", nearest, language));
            ru "фильтра «{name}» нет", (nearest_or("исправьте имя", nearest, language))),
    }
}

fn name_hint(nearest: &Option<String>, language: Language) -> String {
    let otherwise = pick(
        language,
        "add it to [letter.values], or correct the name",
        "добавьте его в [letter.values] или исправьте имя",
    );
    nearest_or(otherwise, nearest, language)
}
