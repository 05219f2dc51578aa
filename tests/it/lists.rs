//! Contact lists as they occur in practice.

use std::fs;
use std::io::Write as _;

use crate::support::{Campaign, Ran, THREE};

const LETTER: &str = "{{ salutation }}! Район {{ row['Район'] }}";

/// A campaign whose list is a file of these bytes.
pub fn with_list(name: &str, bytes: &[u8], settings: &str) -> Campaign {
    let campaign = Campaign::new().letter(LETTER).contacts_table(settings).write();
    let toml = campaign.path().join("campaign.toml");
    let text = fs::read_to_string(&toml).unwrap().replace("contacts.csv", name);
    fs::write(toml, text).unwrap();
    fs::write(campaign.path().join(name), bytes).unwrap();
    campaign
}

fn check(name: &str, bytes: &[u8], settings: &str) -> Ran {
    with_list(name, bytes, settings).run(["check"])
}

/// The list alone, with any columns.
fn look(name: &str, bytes: &[u8], settings: &str) -> Ran {
    with_list(name, bytes, settings).run(["check", "--list"])
}

/// The rows of THREE, each with other words in a cell.
fn three_with(from: &str, to: &str) -> Ran {
    assert!(THREE.contains(from));
    check("contacts.csv", THREE.replace(from, to).as_bytes(), "")
}

/// A zip of these parts.
pub fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A workbook as Excel makes it, with these cells in its sheet «Лист1».
pub fn xlsx(cells: &str) -> Vec<u8> {
    xlsx_styled(
        cells,
        "<numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"000\"/></numFmts><fonts count=\"1\"><font/></fonts><fills count=\"1\"><fill/></fills><borders count=\"1\"><border/></borders><cellStyleXfs count=\"1\"><xf/></cellStyleXfs><cellXfs count=\"3\"><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/><xf numFmtId=\"14\"/></cellXfs>",
    )
}

/// A workbook with styles of its own.
pub fn xlsx_styled(cells: &str, styles: &str) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relations = "http://schemas.openxmlformats.org/package/2006/relationships";
    let of_office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    zipped(&[
        (
            "[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>",
        ),
        (
            "_rels/.rels",
            &format!(
                "<Relationships xmlns=\"{relations}\"><Relationship Id=\"rId1\" Type=\"{of_office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            &format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{of_office}\"><sheets><sheet name=\"Лист1\" sheetId=\"1\" r:id=\"rId1\"/><sheet name=\"Прочее\" sheetId=\"2\" r:id=\"rId2\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            &format!(
                "<Relationships xmlns=\"{relations}\"><Relationship Id=\"rId1\" Type=\"{of_office}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"{of_office}/worksheet\" Target=\"worksheets/sheet2.xml\"/><Relationship Id=\"rId3\" Type=\"{of_office}/styles\" Target=\"styles.xml\"/></Relationships>"
            ),
        ),
        ("xl/styles.xml", &format!("<styleSheet xmlns=\"{main}\">{styles}</styleSheet>")),
        (
            "xl/worksheets/sheet1.xml",
            &format!(
                "<worksheet xmlns=\"{main}\"><dimension ref=\"A1:XFD1048576\"/><sheetData>{cells}</sheetData></worksheet>"
            ),
        ),
        (
            "xl/worksheets/sheet2.xml",
            &format!("<worksheet xmlns=\"{main}\"><sheetData/></worksheet>"),
        ),
    ])
}

/// A row of text cells; a cell that begins with `<` is taken as it is.
pub fn row(number: u32, cells: &[&str]) -> String {
    let cell = |(column, text): (usize, &&str)| {
        let at = format!("{}{number}", char::from(b'A' + u8::try_from(column).unwrap()));
        match text.strip_prefix('<') {
            Some(raw) => format!("<c r=\"{at}\" {raw}</c>"),
            None => format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>"),
        }
    };
    format!("<row r=\"{number}\">{}</row>", cells.iter().enumerate().map(cell).collect::<String>())
}

pub fn ods(cells: &str) -> Vec<u8> {
    zipped(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<manifest:manifest xmlns:manifest=\"m\"/>"),
        (
            "content.xml",
            &format!(
                "<office:document-content xmlns:office=\"o\" xmlns:table=\"t\" xmlns:text=\"x\"><office:body><office:spreadsheet><table:table table:name=\"Список\">{cells}</table:table></office:spreadsheet></office:body></office:document-content>"
            ),
        ),
    ])
}

const HEAD: [&str; 4] = ["Эл. почта", "salutation", "Район", "Дата"];

#[test]
fn every_encoding_that_excel_writes_is_read_and_told() {
    let windows = encoding_rs::WINDOWS_1251.encode(THREE).0.into_owned();
    check("contacts.csv", &windows, "")
        .code(0)
        .says("contacts.csv: 3 rows, 8 columns, Windows-1251, separated by \";\"")
        .says("the encoding was guessed")
        .says("anna@one.test · Ильина · Анна");
    let wide: Vec<u8> = "\u{feff}"
        .chars()
        .chain(THREE.chars())
        .collect::<String>()
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    check("contacts.csv", &wide, "").code(0).says("UTF-16LE");
    check("contacts.csv", format!("\u{feff}{THREE}").as_bytes(), "").code(0).says("UTF-8");
    let koi = encoding_rs::KOI8_R.encode(THREE).0.into_owned();
    check("contacts.csv", &koi, "")
        .code(3)
        .says("it looks like koi8-r")
        .says("encoding = \"koi8-r\"");
    check("contacts.csv", &koi, "encoding = \"koi8-r\"").code(0).says("KOI8-R");
    let dos = encoding_rs::IBM866.encode(THREE).0.into_owned();
    check("contacts.csv", &dos, "encoding = \"cp866\"").code(0);
}

#[test]
fn what_is_guessed_reaches_the_letter_letter_by_letter() {
    let windows = encoding_rs::WINDOWS_1251.encode(THREE).0.into_owned();
    with_list("contacts.csv", &windows, "")
        .run(["show", "--text"])
        .code(0)
        .says("Уважаемая Анна Петровна! Район Северный");
}

#[test]
fn a_delimiter_and_line_ends_of_any_kind() {
    for (delimiter, ends) in [(';', "\r\n"), (',', "\n"), ('\t', "\r"), ('|', "\r\n")] {
        let list = THREE.replace(';', &delimiter.to_string()).replace('\n', ends);
        check("contacts.csv", list.as_bytes(), "").code(0).says("3 rows, 8 columns");
    }
    check(
        "contacts.csv",
        format!("sep=;\r\n{}", THREE.replace("boris@two.test", "b")).as_bytes(),
        "",
    )
    .code(3)
    .says("contacts.csv:3:1: email: \"b\" is not an e-mail address");
}

#[test]
fn a_row_is_numbered_as_a_spreadsheet_numbers_it() {
    let list =
        THREE.replace("Северный\n", "\"Север\r\nный\"\r\n\r\n").replace("boris@two.test", "boris@");
    check("contacts.csv", list.as_bytes(), "").code(3).says("contacts.csv:4:1: email:");
    let list = THREE.replace("boris@two.test", "boris@").replace('\n', "\r");
    check("contacts.csv", list.as_bytes(), "").code(3).says("contacts.csv:3:1: email:");
}

#[test]
fn headings_are_known_however_they_are_written() {
    let list = THREE.replacen("email;Фамилия;Имя", "\"  Электронный\n АДРЕС\";ФАМИЛИЯ ;имя:", 1);
    check("contacts.csv", list.as_bytes(), "")
        .code(0)
        .says("email            ←")
        .says("other columns: Район");
}

#[test]
fn headings_that_do_not_fit_name_what_was_seen() {
    let with = |heading: &str| {
        check("contacts.csv", THREE.replacen("email", heading, 1).as_bytes(), "").code(3)
    };
    with("Район").says("two columns have the heading \"Район\"");
    let list = THREE.replacen("Отчество", "E-mail", 1);
    check("contacts.csv", list.as_bytes(), "").code(0).says("\"email\", which holds addresses");
    let list = THREE.replacen("Имя;Отчество", "Имя Отчество;Прочее", 1);
    check("contacts.csv", list.as_bytes(), "")
        .code(3)
        .says("fits both \"first_name\" and \"patronymic\"");
}

#[test]
fn an_address_is_cleaned_or_told_with_what_to_change() {
    three_with("anna@one.test", "Ильина А.П. <anna@one.test>").code(0);
    three_with("anna@one.test", "\u{200b}anna@one.test\u{a0}")
        .code(0)
        .says("warning: email: an invisible character, U+200B, was removed");
    three_with("anna@one.test", "аnna@one.test")
        .code(3)
        .says("it contains a Russian \"а\" in place of a Latin \"a\"");
    three_with("anna@one.test", "anna@gmial.com").code(0).says("did you mean gmail.com?");
    three_with("anna@one.test", "anna@one.test, b@one.test").code(3).says("several = \"copy\"");
    three_with("boris@two.test", "ANNA@ONE.TEST").code(3).says("is already in row 2");
}

#[test]
fn further_addresses_of_a_cell_get_a_copy_where_that_is_allowed() {
    let list = THREE.replace("anna@one.test", "\"anna@one.test; office@one.test\"");
    let campaign = with_list("contacts.csv", list.as_bytes(), "several = \"copy\"");
    let raw = campaign.run(["show", "--raw"]).code(0).out;
    let cc = raw.lines().find(|line| line.starts_with("Cc:")).unwrap();
    assert!(cc.contains("office@one.test"), "{cc}");
}

#[test]
fn one_person_under_two_addresses_is_a_warning() {
    let twin = THREE.lines().nth(1).unwrap().replace("anna@one.test", "ilina@one.test");
    check("contacts.csv", format!("{THREE}{twin}\n").as_bytes(), "")
        .code(0)
        .says("contacts.csv:5:1: warning: email: Ильина Анна Петровна is already in row 2 with another address");
}

#[test]
fn a_workbook_is_read_as_it_is_displayed() {
    let cells = row(1, &HEAD)
        + &row(
            2,
            &["anna@one.test", "Уважаемая Анна", "<s=\"1\"><v>7</v>", "<s=\"2\"><v>44620</v>"],
        )
        + &row(5, &["boris@two", "Уважаемый Борис", "Южный", "<t=\"e\"><f>1/0</f><v>#DIV/0!</v>"]);
    let campaign = with_list("contacts.xlsx", &xlsx(&cells), "");
    fs::write(
        campaign.path().join("letter.md"),
        "{{ salutation }} {{ row['Район'] }} {{ row['Дата'] }}",
    )
    .unwrap();
    campaign
        .run(["check"])
        .code(3)
        .says("contacts.xlsx:Лист1!A5: Эл. почта: \"boris@two\" is not an e-mail address")
        .says("contacts.xlsx:Лист1!D5: Дата: the formula in the cell results in the error #DIV/0!")
        .says("2 rows, 4 columns, sheet \"Лист1\"");
    let json = campaign.run(["check", "--json"]).out;
    assert!(json.contains("\"line\":5,\"column\":4,\"row\":2,\"cell\":\"Лист1!D5\""), "{json}");
    campaign.run(["show", "--text", "--to", "anna@one.test"]).says("Уважаемая Анна 007 28.02.2022");
}

#[test]
fn the_sheet_is_chosen_by_its_name() {
    let book = xlsx(&row(1, &HEAD));
    check("contacts.xlsx", &book, "sheet = \"Прочее\"").code(3).says("the contact list is empty");
    check("contacts.xlsx", &book, "sheet = \"лист1\"").code(3).says("has headings but no rows");
    check("contacts.xlsx", &book, "sheet = \"Люди\"")
        .code(3)
        .says("the workbook has no sheet \"Люди\"; the sheets are: \"Лист1\", \"Прочее\"");
}

#[test]
fn an_ods_gives_the_text_that_its_cells_show() {
    let text = |cells: &[&str]| {
        let cells: String = cells
            .iter()
            .map(|cell| format!("<table:table-cell><text:p>{cell}</text:p></table:table-cell>"))
            .collect();
        format!("<table:table-row>{cells}</table:table-row>")
    };
    let empty = "<table:table-row table:number-rows-repeated=\"1048500\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>";
    let cells = text(&["email", "salutation", "Район"])
        + &text(&["anna@one.test", "Уважаемая<text:s text:c=\"2\"/>Анна &amp; К&#176;", "007"])
        + "<table:table-row table:number-rows-repeated=\"3\"><table:table-cell/></table:table-row>"
        + &text(&["boris", "x", "y"])
        + empty;
    let campaign = with_list("contacts.ods", &ods(&cells), "");
    campaign.run(["check"]).code(3).says("contacts.ods:Список!A6: email: \"boris\"");
    campaign.run(["show", "--text", "--to", "anna@one.test"]).says("& К°! Район 007");
    let bomb = "<table:table-row table:number-rows-repeated=\"1048576\"><table:table-cell table:number-columns-repeated=\"16384\"><text:p>x</text:p></table:table-cell></table:table-row>";
    check("contacts.ods", &ods(bomb), "").code(3).says("too large to be read safely");
}

#[test]
fn what_is_no_workbook_is_told_in_one_line() {
    for bytes in [
        &b"email;x\n"[..],
        b"PK\x03\x04 and then nothing",
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 nothing",
    ] {
        check("contacts.xlsx", bytes, "")
            .code(3)
            .says("this is not an Excel or LibreOffice workbook");
    }
    check("contacts.xlsx", b"", "").code(3).says("the contact list is empty");
    check("contacts.pdf", b"%PDF", "").code(3).says("cannot read contact lists in .pdf");
    let mut locked = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    locked.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    check("contacts.xlsx", &locked, "").code(3).says("protected with a password");
    let locked =
        zipped(&[("META-INF/manifest.xml", "<manifest:encryption-data/>"), ("content.xml", "?")]);
    check("contacts.ods", &locked, "").code(3).says("protected with a password");
}

#[test]
fn cells_at_the_far_ends_of_a_sheet_cost_nothing() {
    let far = "<row r=\"1048576\"><c r=\"XFD1048576\" t=\"inlineStr\"><is><t>x</t></is></c></row>";
    let far = check("contacts.xlsx", &xlsx(&(row(1, &HEAD) + far)), "");
    far.code(3)
        .says("Лист1!A1048576: Эл. почта: ")
        .says("Лист1!XFD1048576: ")
        .says("a column without a heading");
}

#[test]
fn a_title_above_the_headings_is_passed_over_and_told() {
    let sheet = row(1, &["Список руководителей на 1 марта"])
        + &row(3, &HEAD)
        + &row(4, &["a@one.test", "Северный"]);
    let found = look("contacts.xlsx", &xlsx(&sheet), "");
    found
        .code(0)
        .says("Лист1!A3: please check: row 3 is used as the heading row")
        .says("\"Список руководителей на 1 марта\"")
        .says("headings in row 3")
        .says("headings = 3");
    let named = look("contacts.xlsx", &xlsx(&sheet), "headings = 3");
    assert!(!named.err.contains("is used as the heading row"), "{}", named.err);
    look("contacts.xlsx", &xlsx(&sheet), "headings = 2")
        .code(3)
        .says("row 2 is set as the heading row");
    let text = "Список руководителей;;\n\nЭл. почта;Фамилия;Район\na@one.test;Ильина;Север\nb@@one.test;Цой;Юг\n";
    let found = look("contacts.csv", text.as_bytes(), "");
    found
        .code(3)
        .says("contacts.csv:3:1: please check: row 3 is used as the heading row")
        .says("contacts.csv:5:1: Эл. почта: ");
    look("contacts.csv", text.as_bytes(), "headings = 1").code(3).says("no column for \"email\"");
    let none = look("contacts.csv", "Список\nИмя;Район\nАнна;Север\n".as_bytes(), "");
    none.code(3)
        .says("contacts.csv:2:1: no column for \"email\"; the headings are: \"Имя\", \"Район\"");
}

#[test]
fn a_cell_in_a_column_without_a_heading_is_told_and_blocks_nobody() {
    let sheet =
        row(1, &["Эл. почта", "Район"]) + &row(2, &["a@one.test", "Север", "", "перезвонить"]);
    let told = look("contacts.xlsx", &xlsx(&sheet), "");
    told.code(0).says("Лист1!D2: warning: \"перезвонить\" is in a column without a heading");
    let text = "Эл. почта;Район;\na@one.test;Север;перезвонить\n";
    look("contacts.csv", text.as_bytes(), "")
        .code(0)
        .says("contacts.csv:2:18: warning: \"перезвонить\" is in a column");
}

#[test]
fn one_string_in_very_many_cells_is_too_large() {
    let text = "ж".repeat(16_000);
    let row = format!(
        "<table:table-row table:number-rows-repeated=\"1000000\"><table:table-cell><text:p>{text}</text:p></table:table-cell></table:table-row>"
    );
    check("contacts.ods", &ods(&row), "").code(3).says("too large");
}

#[test]
fn a_file_that_is_none_is_never_opened() {
    let campaign = Campaign::new().write();
    let list = campaign.path().join("contacts.csv");
    #[cfg(unix)]
    {
        fs::remove_file(&list).unwrap();
        std::os::unix::fs::symlink(&list, &list).unwrap();
        campaign.run(["check"]).code(3).says("contacts.csv: cannot be read");
        fs::remove_file(&list).unwrap();
        std::process::Command::new("mkfifo").arg(&list).status().unwrap();
        campaign.run(["check"]).code(3).says("it is not a regular file");
    }
    fs::remove_file(&list).unwrap();
    fs::create_dir(&list).unwrap();
    campaign.run(["check"]).code(3).says("it is a folder");
}

#[test]
fn torn_rows_are_told_at_their_cell() {
    three_with("Цой;", "").code(3).says("contacts.csv:3:").says("6 cells here, 8 in the headings");
    three_with("Южный", "Южный;лишнее").code(3).says("9 cells here");
    three_with("Южный", "\"Южный")
        .code(3)
        .says("contacts.csv:3:")
        .says("opens here and is never closed");
    three_with("Южный", "\"район \"Южный\"\"")
        .code(3)
        .says("there is a quotation mark inside a quoted cell");
    check("contacts.csv", b"", "").code(3).says("the contact list is empty");
    check("contacts.csv", b"\r\n\n;;\n", "").code(3).says("the contact list is empty");
    check("contacts.csv", THREE.lines().next().unwrap().as_bytes(), "")
        .code(3)
        .says("has headings but no rows");
}

#[test]
fn characters_that_cannot_be_printed_are_errors_with_their_place() {
    three_with("Южный", "Юж\0ный").code(3).says("contacts.csv:3:").says("U+0000 cannot be printed");
    three_with("Южный", "Юж\u{202e}ный").code(3).says("U+202E cannot be printed");
    three_with("Южный", "Юж\u{fffd}ный").code(3).says("another program lost the letter");
    three_with("Южный", &"ж".repeat(1024 * 1024)).code(3).says("the cell has 1048576 characters");
    let mut bytes = THREE.as_bytes().to_vec();
    let at = THREE.find("Южный").unwrap();
    bytes[at] = 0xFF;
    check("contacts.csv", &bytes, "")
        .code(3)
        .says("contacts.csv:3:")
        .says("Район: these bytes are not UTF-8");
}

#[test]
fn markup_and_templates_in_a_cell_are_plain_text() {
    let odd = "{{ 7*7 }} <b>x</b> **b** {% raw %}";
    let campaign = with_list("contacts.csv", THREE.replace("Северный", odd).as_bytes(), "");
    campaign.run(["show", "--text"]).code(0).says(odd);
}

#[test]
fn a_line_break_in_a_name_is_no_header() {
    let list = THREE.replace("Ильина;Анна", "\"Ильина\r\nBcc: evil@one.test\";Анна");
    let raw = with_list("contacts.csv", list.as_bytes(), "").run(["show", "--raw"]).code(0).out;
    assert!(!raw.lines().any(|line| line.starts_with("Bcc:")), "{raw}");
}

#[test]
fn a_wall_of_like_problems_is_folded_in_words_and_whole_in_json() {
    let head = THREE.lines().next().unwrap();
    let list = format!("{head}\n{}", "x;Ильина;Анна;;И;Н;У;Р\n".repeat(232));
    let campaign = with_list("contacts.csv", list.as_bytes(), "");
    let words = campaign.run(["check"]).code(3).says("(rows 2–233)").says("232 errors");
    assert_eq!(words.err.matches("is not an e-mail address").count(), 1);
    let all = campaign.run(["check", "--all"]).code(3);
    assert_eq!(all.err.matches("is not an e-mail address").count(), 232);
    assert_eq!(campaign.run(["check", "--json"]).out.matches("address_syntax").count(), 232);
}

#[test]
fn the_faulty_rows_are_written_to_be_mended_and_sent_back() {
    let list = THREE.replace("boris@two.test", "boris").replace("Южный", "=cmd()");
    let campaign = with_list("contacts.csv", list.as_bytes(), "");
    let file = campaign.path().join("faulty.csv");
    campaign
        .run(["check", "--problems", file.to_str().unwrap()])
        .code(3)
        .says("1 row with errors written to");
    let text = fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = text.split("\r\n").collect();
    assert_eq!(lines[0], format!("\u{feff}{};What to fix", THREE.lines().next().unwrap()));
    assert!(
        lines[1]
            .starts_with("boris;Цой;Борис;;Цою Б.;Директору;Уважаемый господин Цой;'=cmd();\"contacts.csv:3:1: email:"),
        "{text}"
    );
    let mended = text.replace("boris;", "boris@two.test;");
    check("contacts.csv", mended.as_bytes(), "").code(0).says("1 row");
}

#[test]
fn the_list_is_never_written() {
    let campaign = with_list("contacts.csv", THREE.as_bytes(), "");
    let list = campaign.path().join("contacts.csv");
    campaign.run(["check", "--problems", list.to_str().unwrap()]).code(3);
    assert_eq!(fs::read_to_string(list).unwrap(), THREE);
}

#[test]
fn whoever_is_suppressed_is_told_and_never_written_to() {
    let campaign = with_list("contacts.csv", THREE.as_bytes(), "suppress = \"suppress.csv\"");
    fs::write(
        campaign.path().join("suppress.csv"),
        "адрес;причина;дата\nANNA@one.test;просила;2026-02-01\n",
    )
    .unwrap();
    campaign
        .run(["check"])
        .code(0)
        .says("ANNA@one.test has been suppressed since 2026-02-01: просила");
    campaign.run(["check", "--lang", "ru"]).code(0).says("ANNA@one.test с 01.02.2026 в списке");
    campaign
        .run(["suppress", "--add", "two.test", "--reason", "отписались"])
        .code(0)
        .says("1 added");
    campaign.run(["suppress"]).code(0).says("two.test").says("отписались");
    let summary = campaign.run(["send", "--json"]).code(0).summary();
    assert_eq!((summary["filed"].as_u64(), summary["suppressed"].as_u64()), (Some(1), Some(2)));
    assert_eq!(fs::read_dir(campaign.path().join("outbox")).unwrap().count(), 1);
    campaign.run(["suppress", "--remove", "TWO.test"]).code(0).says("1 removed");
    campaign.run(["send"]).code(0).says("2 filed");
    fs::write(campaign.path().join("suppress.csv"), "anna@@one.test\n").unwrap();
    campaign.run(["check"]).code(3).says("suppress.csv:1:1");
}

#[test]
fn rows_are_chosen_by_an_expression_or_a_number() {
    let campaign = with_list("contacts.csv", THREE.as_bytes(), "");
    for (flag, value, letters) in [
        ("--where", "row['Район'] == 'Южный'", 1),
        ("--where", "email == 'anna@one.test' or row['Имя'] == 'Вера'", 2),
        ("--rows", "3-4", 2),
        ("--rows", "4-", 1),
        ("--rows", "2", 1),
    ] {
        let checked = campaign.run(["check", flag, value, "--json"]);
        assert_eq!(checked.summary()["letters"], letters, "{value}: {}", checked.out);
    }
    campaign
        .run(["check", "--where", "region == 'x'"])
        .code(3)
        .says("--where: ")
        .says("\"region\"");
    campaign
        .run(["check", "--where", "row['Район'] =="])
        .code(3)
        .says("--where: ")
        .says("condition");
    campaign
        .run(["check", "--where", "row['Раион'] == 'Южный'"])
        .code(3)
        .says("\"Раион\"")
        .says("did you mean \"Район\"");
    campaign
        .run(["check", "--where", "row['Район'] > 3"])
        .code(3)
        .says("Cannot compare a text with a number");
    campaign.run(["check", "--rows", "3-2"]).code(2).says("10-20");
    let campaign =
        with_list("contacts.csv", THREE.as_bytes(), "where = \"row['Район'] != 'Южный'\"");
    campaign.run(["check"]).code(0).says("2 letters");
}

#[test]
fn an_unclosed_quote_does_not_swallow_a_long_list() {
    let campaign = with_list("contacts.csv", b"", "");
    let mut file = fs::File::create(campaign.path().join("contacts.csv")).unwrap();
    writeln!(file, "{}", THREE.lines().next().unwrap()).unwrap();
    file.write_all(b"\"").unwrap();
    file.write_all(&vec![b'x'; 40 * 1024 * 1024]).unwrap();
    drop(file);
    campaign.run(["check", "--list"]).code(3).says("contacts.csv:2:1").says("is never closed");
}

#[test]
fn the_file_of_faulty_rows_is_a_list_again() {
    let text = "email;Имя;Что исправить\na@@one.test;'=Анна;старое\nb@one.test;'-Бо;\nc@@one.test;'Ольга;\n";
    let campaign = with_list("contacts.csv", text.as_bytes(), "");
    let file = campaign.path().join("faulty.csv");
    campaign.run(["check", "--list", "--lang", "ru", "--problems", file.to_str().unwrap()]).code(3);
    let written = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = written.lines().collect();
    assert_eq!(lines[0], "\u{feff}email;Имя;Что исправить");
    assert!(lines[1].starts_with("a@@one.test;'=Анна;\"contacts.csv:2:1"), "{written}");
    assert!(lines[2].starts_with("c@@one.test;'Ольга;"), "{written}");
}

#[test]
fn a_copy_to_somebody_who_has_a_row_is_told() {
    let text =
        "email\na@one.test\n\"b@one.test, a@one.test\"\n\"c@one.test; d@one.test\"\nd@one.test\n";
    let told = look("contacts.csv", text.as_bytes(), "several = \"copy\"").code(0);
    let told = told.says("warning: contacts.csv, column \"email\": 2 rows");
    told.says("3:1 a@one.test is also in row 2").says("5:1 d@one.test is also in row 4");
}

#[test]
fn a_line_in_another_encoding_is_not_shown_as_garbage() {
    let text = "Список\nЭл. почта;Имя\na@one.test;Анна\n";
    look("contacts.csv", text.as_bytes(), "").code(0).says("  2 │ Эл. почта;Имя");
    let windows = encoding_rs::WINDOWS_1251.encode(text).0.into_owned();
    let told =
        look("contacts.csv", &windows, "").code(0).says("contacts.csv:2:1: please check: row 2");
    assert!(!told.err.contains('│') && !told.err.contains('\u{fffd}'), "{}", told.err);
}
