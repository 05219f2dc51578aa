//! Problems of letters that come from a word processor.

use super::{Said, say};
use crate::notice::Language;
use crate::problem::{DocumentFault, DocumentFlaw};

pub(super) fn document(fault: &DocumentFault, language: Language) -> Said {
    match fault {
        DocumentFault::Unreadable { flaw } => unreadable(*flaw, language),
        DocumentFault::ChangesAccepted { changes } => say!(language;
            en "the document has tracked changes ({changes}): the letter is the text with all of \
                them accepted",
               "look through it in the word processor, and accept or reject them there";
            ru "в документе есть исправления ({changes}): в письмо вошёл текст, где все они \
                приняты",
               "просмотрите их в редакторе и примите или отклоните там"),
        DocumentFault::CommentsLeftOut { comments } => say!(language;
            en "the document has comments ({comments}), which are not part of the letter",
               "delete them once they are settled";
            ru "в документе есть примечания ({comments}); в письмо они не вошли",
               "удалите их, когда на них отвечено"),
        DocumentFault::HiddenLeftOut { text } => say!(language;
            en "hidden text is left out: \"{text}\"",
               "to have it in the letter, show it in the word processor (Font, Hidden)";
            ru "скрытый текст в письмо не вошёл: «{text}»",
               "если он нужен, снимите флажок «Скрытый» в окне «Шрифт»"),
        DocumentFault::FieldAsText { code, result } if result.trim().is_empty() => say!(language;
            en "the field {{{code}}} is not carried over: the letters say nothing in its place",
               "write the text that all may read, or a condition: {{% if … %}} … {{% endif %}}";
            ru "поле {{{code}}} не перенесено: на его месте в письме ничего не будет",
               "напишите текст, который годится всем, или условие: {{% if … %}} … {{% endif %}}"),
        DocumentFault::FieldAsText { code, result } => say!(language;
            en "the field {{{code}}} is not carried over: every letter says \"{result}\"",
               "write the text that all may read, or a condition: {{% if … %}} … {{% endif %}}";
            ru "поле {{{code}}} не перенесено: в каждом письме будет «{result}»",
               "напишите текст, который годится всем, или условие: {{% if … %}} … {{% endif %}}"),
        DocumentFault::FooterAtEnd { text } => say!(language;
            en "the footer stands at the end of the text now: \"{text}\"",
               "if it belongs elsewhere, or not to the letter, move or delete it there";
            ru "нижний колонтитул теперь стоит в конце текста: «{text}»",
               "если он нужен в другом месте или не нужен, перенесите или удалите его"),
        DocumentFault::PictureLeftOut { name } => say!(language;
            en "the picture {name} is left out: mail programs show PNG, JPEG and GIF",
               "replace it by one of these";
            ru "рисунок {name} в письмо не вошёл: почта показывает PNG, JPEG и GIF",
               "замените его таким"),
        DocumentFault::SymbolLeftOut { font } => say!(language;
            en "signs of the font {font} are left out: other computers do not have them",
               "replace them by ordinary characters";
            ru "знаки шрифта {font} в письмо не вошли: на других компьютерах их нет",
               "замените их обычными"),
        DocumentFault::ObjectLeftOut { kind } => say!(language;
            en "an object of the document is left out: {kind}",
               "put it in as a picture (PNG)";
            ru "объект документа в письмо не вошёл: {kind}",
               "вставьте его как рисунок (PNG)"),
        DocumentFault::ColumnMissing { name } => say!(language;
            en "the list has no column \"{name}\", which the letter has a field for",
               "add the column to the list, or put another one's name into letter.md";
            ru "в письме есть поле «{name}», а в списке нет такого столбца",
               "добавьте столбец в список или впишите в letter.md имя другого"),
        DocumentFault::LineForAll { text } => say!(language;
            en "this line of the addressee's block stays in every letter: \"{text}\"",
               "remove it from the letter, or put a column in its place: {{{{ row[\"…\"] }}}}";
            ru "эта строка при адресате останется в каждом письме: «{text}»",
               "удалите её из письма или поставьте на её место столбец: {{{{ row[\"…\"] }}}}"),
        DocumentFault::ReadAs { encoding } => say!(language;
            en "the file is not in UTF-8; it was read as {encoding}",
               "if letters look wrong, save it as UTF-8 (Notepad: Save As, Encoding)";
            ru "файл не в UTF-8; он прочитан как {encoding}",
               "если буквы не те, сохраните его в UTF-8 (Блокнот: «Сохранить как», «Кодировка»)"),
    }
}

fn unreadable(flaw: DocumentFlaw, language: Language) -> Said {
    let save = say!(language;
        en "open it and save it as a Word document, .docx";
        ru "откройте его и сохраните как документ Word, .docx");
    match flaw {
        DocumentFlaw::OldWord => say!(language;
            en "this is a document of Word 97-2003 (.doc)",
               "open it in Word or LibreOffice, and save it as \"Word document (.docx)\"";
            ru "это документ Word 97–2003 (.doc)",
               "откройте его в Word или LibreOffice и сохраните как «Документ Word (.docx)»"),
        DocumentFlaw::RichText => say!(language;
            en "this is a document in RTF", (save); ru "это документ RTF", (save)),
        DocumentFlaw::Pdf => say!(language;
            en "this is a PDF",
               "take the document that it was made from; if there is none, open the PDF in Word \
                and save it as .docx";
            ru "это PDF",
               "возьмите документ, из которого он сделан; если его нет, откройте PDF в Word и \
                сохраните как .docx"),
        DocumentFlaw::OpenDocument => say!(language;
            en "this is an OpenDocument file, but not a text (.odt)", (save);
            ru "это файл OpenDocument, но не текст (.odt)", (save)),
        DocumentFlaw::Pages => say!(language;
            en "this is a document of Pages", "export it to Word: File, Export To, Word";
            ru "это документ Pages",
               "экспортируйте его в Word: «Файл», «Экспортировать в», «Word»"),
        DocumentFlaw::Protected => say!(language;
            en "the document is protected by a password",
               "remove the password in Word (File, Info, Protect Document)";
            ru "документ защищён паролем",
               "снимите пароль в Word («Файл», «Сведения», «Защита документа»)"),
        DocumentFlaw::NotDocument => say!(language;
            en "this is not a document of Word or LibreOffice", (save); ru "это не документ Word и не LibreOffice", (save)),
        DocumentFlaw::Broken => say!(language;
            en "the document is damaged", "open it in Word, which may repair it, and save it again";
            ru "документ повреждён", "откройте его в Word — тот, возможно, его исправит, — и \
                сохраните заново"),
        DocumentFlaw::TooLarge => say!(language;
            en "the document is larger than any letter", "remove pictures, or make them smaller";
            ru "документ больше любого письма", "удалите или уменьшите рисунки"),
    }
}
