use std::io::{Seek as _, SeekFrom, Write as _};
use std::sync::Arc;

use proptest::collection::vec;

use super::*;
use crate::problem::{Fault, ListFault, Problem, Severity};

fn settings() -> ListSettings {
    ListSettings { timezones: TimezoneColumn::Read, ..ListSettings::default() }
}

fn list(bytes: &[u8], settings: &ListSettings) -> Result<List, Vec<Problem>> {
    let mut file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
    file.write_all(bytes).unwrap();
    List::open(file.path(), "contacts.csv", settings)
}

fn problems(bytes: &[u8]) -> Vec<(String, &'static str)> {
    let problems = match list(bytes, &settings()) {
        Ok(list) => list.flat_map(|row| row.problems).collect(),
        Err(problems) => problems,
    };
    problems.iter().map(|p| (p.place.to_string(), p.fault.code())).collect()
}

#[test]
fn a_row_is_read_by_its_headings() {
    let rows: Vec<ListRow> =
        list("Эл. почта;Фамилия;Район\r\na@example.org;Ильина;*Север*\r\n".as_bytes(), &settings())
            .unwrap()
            .collect();
    let recipient = rows[0].recipient.as_ref().unwrap();
    assert_eq!(recipient.card.name.surname, "Ильина");
    assert_eq!(recipient.cells.get(2), Some("*Север*"));
    assert_eq!(recipient.place.to_string(), "contacts.csv:2:1");
}

#[test]
fn every_faulty_row_is_reported_at_the_row_and_character_that_a_person_sees() {
    let text = "email,name\r\n\r\na@example.org,\"Анна\nПетровна\"\r\nb@@example.org,x\r\n\
                c@example.org\r\n\"д,е\",y\r\na@EXAMPLE.org,z\r\n";
    assert_eq!(
        problems(text.as_bytes()),
        [
            ("contacts.csv:4:1".to_owned(), "address_syntax"),
            ("contacts.csv:5:1".to_owned(), "row_ragged"),
            ("contacts.csv:6:1".to_owned(), "address_syntax"),
            ("contacts.csv:7:1".to_owned(), "address_twice"),
        ]
    );
}

#[test]
fn an_encoding_of_another_script_is_named() {
    let text = "Эл. почта;Фамилия;Имя;Должность\r\na@example.org;Ильина;Анна;Начальник отдела\r\n"
        .repeat(3);
    for encoding in [
        encoding_rs::GB18030,
        encoding_rs::SHIFT_JIS,
        encoding_rs::ISO_2022_JP,
        encoding_rs::EUC_KR,
        encoding_rs::BIG5,
    ] {
        let problems = list(&encoding.encode(&text).0, &settings()).err().unwrap();
        assert_eq!(problems[0].fault, ListFault::EncodingUnread { name: encoding.name() }.into());
    }
    // EUC-JP has the same two bytes for a letter as GB 18030.
    let problems = list(&encoding_rs::EUC_JP.encode(&text).0, &settings()).err().unwrap();
    assert!(
        matches!(problems[0].fault, Fault::List(ListFault::EncodingUnread { .. })),
        "{problems:?}"
    );
}

#[test]
fn a_text_in_the_right_encoding_is_not_reported_as_misread() {
    let text = "Фамилия;email;Фамилия;Имя\r\nИльина;a@example.org;Анна;Анна\r\n";
    let marked = format!("\u{feff}{text}");
    let utf16 = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let windows = encoding_rs::WINDOWS_1251.encode(text).0.into_owned();
    for bytes in [utf16, marked.into_bytes(), text.as_bytes().to_vec(), windows] {
        assert_eq!(problems(&bytes), [("contacts.csv:1:15".to_owned(), "heading_twice")]);
    }
}

#[test]
fn a_column_counts_characters_as_a_person_sees_them() {
    assert_eq!(
        problems("Имя;email\nЮлия;x\n".as_bytes()),
        [("contacts.csv:2:6".to_owned(), "address_syntax")]
    );
    assert_eq!(
        problems("Имя;email\n\"Юл\"\"ия\";x\n".as_bytes()),
        [("contacts.csv:2:10".to_owned(), "address_syntax")]
    );
}

#[test]
fn a_file_that_is_not_a_list_has_one_clear_problem() {
    assert_eq!(problems(b""), [("contacts.csv".to_owned(), "list_empty")]);
    assert_eq!(problems(b"a;b\n1;2\n"), [("contacts.csv:1:1".to_owned(), "heading_missing")]);
    assert_eq!(
        problems(
            "email;Фамилия\na@example.org;Иль?\n"
                .as_bytes()
                .iter()
                .map(|b| if *b == b'?' { 0xff } else { *b })
                .collect::<Vec<_>>()
                .as_slice()
        ),
        [("contacts.csv:2:15".to_owned(), "not_utf8")]
    );
    assert_eq!(
        problems(b"email;x\n\"a@example.org;y\nz;w\n"),
        [("contacts.csv:2:1".to_owned(), "quote_unclosed")]
    );
}

#[test]
fn a_control_character_never_reaches_a_letter() {
    assert_eq!(
        problems(b"email;x\na@example.org;\x1b[31m\n"),
        [("contacts.csv:2:15".to_owned(), "cell_control")]
    );
    let text = "email;surname\na@example.org;\"Иль\r\nина\"\n";
    let rows: Vec<ListRow> = list(text.as_bytes(), &settings()).unwrap().collect();
    assert_eq!(rows[0].recipient.as_ref().unwrap().card.name.surname, "Иль ина");
    assert_eq!(rows[0].problems[0].severity, Severity::Warning);
}

#[test]
fn rows_that_excel_left_empty_are_skipped() {
    let rows: Vec<ListRow> =
        list(b"email;x\n;\na@example.org;y;;\n ; \n", &settings()).unwrap().collect();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].row, 2);
}

#[test]
fn several_letters_to_one_address_differ_by_their_key_alone() {
    let settings = ListSettings { duplicates: DuplicatePolicy::Each, ..settings() };
    let keyed =
        list(b"email;key\na@example.org;\na@example.org;2\na@example.org;3\n", &settings).unwrap();
    let keys: Vec<_> = keyed.map(|row| row.recipient.unwrap().key).collect();
    assert_eq!(keys, [None, Some("2".to_owned()), Some("3".to_owned())]);
    let bare = list(
        b"email;key\na@example.org;\na@example.org;\nb@example.org;1\nb@example.org;1\n",
        &settings,
    )
    .unwrap();
    let codes: Vec<_> =
        bare.flat_map(|row| row.problems).map(|problem| problem.fault.code()).collect();
    assert_eq!(codes, ["key_twice", "key_twice"]);
}

/// A list with these cells in its free columns, as the csv crate writes it.
fn written(rows: &[[String; 2]], delimiter: u8) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .quote_style(csv::QuoteStyle::Always)
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    writer.write_record(["email", "one", "two"]).unwrap();
    for (number, [one, two]) in rows.iter().enumerate() {
        writer.write_record([&format!("p{number}@many.test"), one, two]).unwrap();
    }
    writer.into_inner().unwrap()
}

proptest::proptest! {
    #[test]
    fn every_cell_is_read_as_it_was_written(
        rows in vec(["[а-яёa-z\"';,|\\t\n «»{}=]{0,12}", "[А-Яa-z\"\n;]{0,12}"], 1..8),
        delimiter in proptest::sample::select(b";,\t|".to_vec()),
    ) {
        let bytes = written(&rows, delimiter);
        let mut line = 2;
        let read: Vec<ListRow> = list(&bytes, &settings()).unwrap().collect();
        assert_eq!(read.len(), rows.len());
        for (row, cells) in read.iter().zip(&rows) {
            let recipient = row.recipient.as_ref().unwrap();
            assert!(recipient.cells.iter().skip(1).eq(cells.iter().map(|cell| cell.trim())));
            assert_eq!(recipient.place.line, line);
            line += 1 + cells.iter().map(|cell| cell.matches('\n').count() as u64).sum::<u64>();
        }
    }

    #[test]
    fn a_list_is_the_same_read_in_chunks(
        text in "([abж;\"\t –\u{200b}@.]{0,6}[;\n]|p@one\\.test;[а-я ]{0,4}[\n\r]{0,2}\
            |\u{1}?b@two\\.test;\"x\r\ny\"\"\";\n|\r\n){0,20}",
        chunk in 1usize..60,
    ) {
        let mut bytes = b"email;\xd0\xa4\xd0\x98\xd0\x9e;x\n".to_vec();
        bytes.extend(text.as_bytes());
        let report = |list: List| -> Vec<String> {
            list.map(|row| {
                let cells: Vec<&str> = row.cells().iter().collect();
                let place = row.recipient.as_ref().map(|recipient| recipient.place.to_string());
                format!("{} {place:?} {cells:?} {:?}", row.row, row.problems)
            })
            .collect()
        };
        let open = || list(&bytes, &settings()).unwrap();
        proptest::prop_assert_eq!(report(open()), report(open().in_chunks(chunk)));
    }

    #[test]
    fn no_workbook_makes_it_panic(at in 0usize..4000, byte: u8) {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        zip.start_file("content.xml", zip::write::SimpleFileOptions::default()).unwrap();
        let sheet = "<table:table table:name=\"a\"><table:table-row><table:table-cell>\
                     <text:p>email</text:p>\
                     </table:table-cell></table:table-row></table:table>";
        zip.write_all(sheet.as_bytes()).unwrap();
        let mut bytes = zip.finish().unwrap().into_inner();
        let at = at % bytes.len();
        bytes[at] = byte;
        problems(&bytes);
    }

    #[test]
    fn no_bytes_make_it_panic_or_hang(bytes in vec(proptest::num::u8::ANY, 0..300)) {
        let mut with_heading = b"email;x\n".to_vec();
        with_heading.extend(&bytes);
        for bytes in [bytes, with_heading] {
            problems(&bytes);
        }
    }
}

/// The last address of a long list whose end is overwritten once its first row was read.
fn last_of_an_overwritten_list(is_sealed: bool) -> Option<String> {
    let row = |n: u32| format!("p{n:04}@many.test,{}\n", "x".repeat(2000));
    let text = (0..2000).map(row).collect::<String>();
    let mut file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
    file.write_all(format!("email,note\n{text}").as_bytes()).unwrap();
    let sealed = is_sealed.then(|| Arc::new(Blocks::read(file.path()).unwrap()));
    let settings = ListSettings { sealed, ..settings() };
    let mut rows = List::open(file.path(), "c.csv", &settings).unwrap();
    assert!(rows.next().unwrap().recipient.is_some());
    let last = row(1999);
    file.seek(SeekFrom::End(-i64::try_from(last.len()).unwrap())).unwrap();
    file.write_all(last.replace("p1999", "other").as_bytes()).unwrap();
    Some(rows.last()?.recipient?.address.to_string())
}

#[test]
fn an_overwritten_list_is_not_read_on_and_without_its_seal_it_would_be() {
    // The control: this judge sees what the seal is for.
    assert_eq!(last_of_an_overwritten_list(false).as_deref(), Some("other@many.test"));
    assert_ne!(last_of_an_overwritten_list(true).as_deref(), Some("other@many.test"));
}
