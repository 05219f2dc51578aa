//! What is told of a table as its owner sees it in Excel.

use super::list::quoted;
use super::{Said, say};
use crate::notice::Language;
use crate::notice::format::{en_count, ru_count};
use crate::problem::{OddRowFate, TableFault};

pub(super) fn table(fault: &TableFault, language: Language) -> Said {
    match fault {
        TableFault::SheetHidden { sheet } => say!(language;
            en "the sheet \"{sheet}\" is hidden in the workbook and is read because `sheet` names it",
               "if people see another list in Excel, correct `sheet` in [contacts]";
            ru "лист «{sheet}» в книге скрыт; он читается, потому что назван в sheet",
               "если в Excel люди видят другой список, исправьте sheet в [contacts]"),
        TableFault::SheetNotRead { sheet, addresses, read } => {
            let all: Vec<String> =
                read.iter().chain([sheet]).map(|name| format!("\"{name}\"")).collect();
            let all = all.join(", ");
            say!(language;
                en ("the sheet \"{sheet}\" has {} too and is not read",
                    en_count(*addresses as u64, "address", "addresses")),
                   "to write to them as well, write sheet = [{all}] in [contacts]; if not, name the \
                    sheet that counts: sheet = \"…\"";
                ru ("на листе «{sheet}» тоже есть {}, но он не читается",
                    ru_count(*addresses as u64, "адрес", "адреса", "адресов")),
                   "чтобы написать и туда, укажите sheet = [{all}] в [contacts]; если не нужно, \
                    делать ничего не надо")
        }
        TableFault::SheetWithoutAddresses { sheet, others } => {
            let first = others.first().map_or("", String::as_str);
            say!(language;
                en ("the sheet \"{sheet}\" has no column of addresses; {} has one",
                    quoted(others, language)),
                   "write sheet = \"{first}\" in [contacts]";
                ru ("на листе «{sheet}» нет столбца с адресами; он есть на листе {}",
                    quoted(others, language)),
                   "напишите sheet = \"{first}\" в [contacts]")
        }
        TableFault::SheetsDiffer { sheet, heading } => say!(language;
            en "the sheet \"{sheet}\" has other headings than the first: only one of them has \
                \"{heading}\"",
               "give both sheets the same headings, in any order";
            ru "на листе «{sheet}» не те же заголовки, что на первом: «{heading}» есть только на одном",
               "дайте листам одинаковые заголовки, порядок не важен"),
        TableFault::CellsMerged { range, others } => {
            let more = match (others, language) {
                (0, _) => String::new(),
                (n, Language::English) => {
                    format!(" and in {}", en_count(*n, "more merged range", "more merged ranges"))
                }
                (n, Language::Russian) => format!(" и ещё в {n} объединениях"),
            };
            say!(language;
                en "the value of the merged cells {range}{more} counts for every row and column \
                    they cover",
                   "if this is right, leave it; if not, unmerge them in Excel and fill in each cell";
                ru "значение объединённых ячеек {range}{more} взято для каждой строки и каждого \
                    столбца под ними",
                   "если так и надо, делать ничего не нужно; если нет, отмените объединение в Excel и \
                    заполните каждую ячейку")
        }
        TableFault::RowsHidden { rows, count, fate } => rows_hidden(rows, *count, *fate, language),
        TableFault::RowsAllLeftOut => say!(language;
            en "every row of the list is hidden or struck through: there is nobody to write to",
               "show the rows in Excel (Data, Clear the filter), or set hidden_rows = \"write\" in \
                [contacts]";
            ru "все строки списка скрыты или зачёркнуты: писать некому",
               "покажите их в Excel («Данные», «Очистить» фильтр) или укажите hidden_rows = \
                \"write\" в [contacts]"),
        TableFault::ColumnsHidden { columns, count } => say!(language;
            en ("{} in the workbook and read like the others: {columns}",
                en_count(*count, "column is hidden", "columns are hidden")),
               "show it in Excel to see what the letters take from it";
            ru ("{} в книге, но читается, как и все: {columns}",
                ru_count(*count, "столбец скрыт", "столбца скрыто", "столбцов скрыто")),
               "чтобы увидеть, что берут из него письма, покажите его в Excel"),
        TableFault::RowsStruckThrough { rows, count, fate } => {
            rows_struck_through(rows, *count, *fate, language)
        }
        TableFault::RowsOfNobody { rows, count } => say!(language;
            en ("{} (titles, totals, notes, repeated headings) left out: {rows}",
                en_count(*count, "row that is not an addressee", "rows that are not addressees")),
               "if one of them is a person, fill in the address";
            ru ("{} (заголовки разделов, итоги, примечания): {rows}",
                ru_count(*count, "строка — не адресат и пропущена", "строки — не адресаты и пропущены",
                    "строк — не адресаты и пропущены")),
               "если среди них есть адресат, впишите ему адрес"),
        TableFault::NobodyHere { value } => say!(language;
            en "nobody to write to here: the cell says \"{value}\"; no letter goes to this row",
               "leave the row as it is, or delete it; to write to the office itself, clear the cell \
                and fill in the columns \"salutation\" and \"name_dative\"";
            ru "писать здесь некому: в ячейке «{value}»; по этой строке письма не будет",
               "оставьте строку как есть или удалите её; чтобы написать самому учреждению, очистите \
                ячейку и заполните столбцы «salutation» (обращение) и «name_dative» (кому)"),
        TableFault::AddressNote { addresses, note } => {
            let read = addresses.join(", ");
            say!(language;
                en "\"{note}\" beside the address is taken for a note; the address is {read}",
                   "if this is right, leave it; if not, leave only the address in the cell";
                ru "«{note}» рядом с адресом принято за примечание; адрес — {read}",
                   "если это верно, делать ничего не нужно; если нет, оставьте в ячейке только адрес")
        }
        TableFault::FormatUnfollowed { format, text } => say!(language;
            en "the number format {format} cannot be followed; the cell is read as \"{text}\"",
               "if Excel shows something else, choose another format there, or type the text";
            ru "формат {format} здесь не поддержан; ячейка прочитана как «{text}»",
               "если в Excel видно другое, выберите там другой формат или впишите текст"),
        TableFault::FormulaUncalculated => say!(language;
            en "the file does not hold the result of the formula in this cell",
               "open the file in Excel and save it: then the results are in it";
            ru "в файле нет результата формулы, которая стоит в этой ячейке",
               "откройте файл в Excel и сохраните его: тогда результаты формул запишутся"),
        TableFault::EmailByCells { heading, instead: None } => say!(language;
            en "the column \"{heading}\" holds addresses and is read as the e-mail column",
               "if this is right, write email = \"{heading}\" in [contacts.columns]";
            ru "в столбце «{heading}» стоят адреса, и он читается как столбец эл. почты",
               "если это верно, напишите email = \"{heading}\" в [contacts.columns]"),
        TableFault::EmailByCells { heading, instead: Some(instead) } => say!(language;
            en "the e-mail column is \"{heading}\", which holds addresses; \"{instead}\" does not",
               "if this is right, write email = \"{heading}\" in [contacts.columns]";
            ru "столбец эл. почты — «{heading}»: адреса стоят в нём, а не в столбце «{instead}»",
               "если это верно, напишите email = \"{heading}\" в [contacts.columns]"),
        TableFault::NamesWhole { heading } => say!(language;
            en "the column \"{heading}\" holds whole names, and is split into surname, first name \
                and patronymic",
               "if this is right, write full_name = \"{heading}\" in [contacts.columns]";
            ru "в столбце «{heading}» стоят имена целиком; они разделены на фамилию, имя и отчество",
               "если это верно, напишите full_name = \"{heading}\" в [contacts.columns]"),
        TableFault::TitlesOnly { heading } => say!(language;
            en "the column \"{heading}\" holds titles such as Mr and Ms, and is read as the titles; \
                salutations are composed from the names",
               "if this is right, write title = \"{heading}\" in [contacts.columns]";
            ru "в столбце «{heading}» стоят «г-н», «г-жа», а не обращения целиком: он прочитан как \
                title, обращения составлены по именам",
               "если это верно, напишите title = \"{heading}\" в [contacts.columns]"),
        TableFault::NamesInCapitals { headings } => say!(language;
            en ("names are in capitals ({}) and are read with one capital a word: Smith, not SMITH",
                quoted(headings, language)),
               "correct the names that should look different";
            ru ("имена набраны прописными ({}) и читаются с одной прописной: «Иванов», а не «ИВАНОВ»",
                quoted(headings, language)),
               "исправьте те, что пишутся иначе"),
        TableFault::FurtherAddressees { headings } => say!(language;
            en ("letters have further addressees, from {}", quoted(headings, language)),
               "if this is wrong, rename these columns; if it is right, name them in \
                [contacts.columns], such as full_name_2 = \"…\"";
            ru ("в письмах несколько адресатов: {}", quoted(headings, language)),
               "если это не так, переименуйте столбцы; если верно, назовите их в \
                [contacts.columns]: full_name_2 = \"…\""),
        TableFault::AddresseesTooMany { heading } => say!(language;
            en "the column \"{heading}\" is not used: a letter has at most four addressees",
               "write to the others in letters of their own";
            ru "столбец «{heading}» не используется: адресатов на одном письме не больше четырёх",
               "остальным напишите отдельными письмами"),
        TableFault::LanguageUnknown { value, known } => say!(language;
            en ("there is no letter in the language \"{value}\" (there are: {})", known.join(", ")),
               "write one of these, or add a table such as [letter.en]";
            ru ("письма на языке «{value}» нет (есть: {})", known.join(", ")),
               "впишите один из них или добавьте таблицу вида [letter.en]"),
        TableFault::HeadingsAbsent { example } => say!(language;
            en "the list begins with an address, \"{example}\", and has no headings",
               "insert a row above it with the headings: E-mail, Surname, First name …";
            ru "список начинается прямо с адреса «{example}», заголовков у него нет",
               "вставьте над ним строку с заголовками: «Эл. почта», «Фамилия», «Имя» …"),
    }
}

fn rows_hidden(rows: &str, count: u64, fate: OddRowFate, language: Language) -> Said {
    match fate {
        OddRowFate::LeftOut => say!(language;
            en ("{} no letter, hidden in the workbook by hand or by a filter: {rows}",
                en_count(count, "row gets", "rows get")),
               "show them in Excel to write to them, or set hidden_rows = \"write\" in [contacts]";
            ru ("{} в книге (вручную или фильтром), письма туда не пойдут: {rows}",
                ru_count(count, "строка скрыта", "строки скрыты", "строк скрыто")),
               "чтобы написать и туда, покажите скрытое в Excel или укажите hidden_rows = \"write\" в \
                [contacts]"),
        OddRowFate::Written => say!(language;
            en ("{} a letter although hidden in the workbook: {rows}",
                en_count(count, "row gets", "rows get")),
               "if they should not, set hidden_rows = \"leave-out\" in [contacts]";
            ru ("{} в книге, но письма туда уйдут: {rows}",
                ru_count(count, "строка скрыта", "строки скрыты", "строк скрыто")),
               "если не нужно, укажите hidden_rows = \"leave-out\" в [contacts]"),
    }
}

fn rows_struck_through(rows: &str, count: u64, fate: OddRowFate, language: Language) -> Said {
    match fate {
        OddRowFate::LeftOut => say!(language;
            en ("{} no letter, struck through in the workbook: {rows}",
                en_count(count, "row gets", "rows get")),
               "clear the strikethrough in Excel to write to them, or set struck_rows = \"write\" in \
                [contacts]";
            ru ("{}, письма туда не пойдут: {rows}",
                ru_count(count, "строка зачёркнута", "строки зачёркнуты", "строк зачёркнуто")),
               "чтобы написать и туда, снимите зачёркивание в Excel или укажите struck_rows = \
                \"write\" в [contacts]"),
        OddRowFate::Written => say!(language;
            en ("{} a letter although struck through: {rows}",
                en_count(count, "row gets", "rows get")),
               "if they should not, set struck_rows = \"leave-out\" in [contacts]";
            ru ("{}, но письма туда уйдут: {rows}",
                ru_count(count, "строка зачёркнута", "строки зачёркнуты", "строк зачёркнуто")),
               "если не нужно, укажите struck_rows = \"leave-out\" в [contacts]"),
    }
}
