//! Odd and hostile lists, each with the problems expected and their places.

use std::fs;

use crate::lists::{ods, row, with_list, xlsx, xlsx_styled, zipped};
use crate::support::Campaign;

/// What a list is to get: the exit code, and of each problem its code and its place as
/// `line:column` or cell.
struct Case {
    name: &'static str,
    file: &'static str,
    bytes: Vec<u8>,
    settings: &'static str,
    code: i32,
    told: &'static [&'static str],
}

fn case(
    name: &'static str,
    bytes: impl Into<Vec<u8>>,
    code: i32,
    told: &'static [&'static str],
) -> Case {
    Case { name, file: "contacts.csv", bytes: bytes.into(), settings: "", code, told }
}

fn book(name: &'static str, bytes: Vec<u8>, code: i32, told: &'static [&'static str]) -> Case {
    Case { name, file: "contacts.xlsx", bytes, settings: "", code, told }
}

fn told(campaign: &Campaign) -> (i32, Vec<String>, String) {
    let ran = campaign.run(["check", "--list", "--json"]);
    let problems = ran.out.lines().filter_map(|line| {
        let object: serde_json::Value = serde_json::from_str(line).unwrap();
        let at = match object["cell"].as_str() {
            Some(cell) => cell.to_owned(),
            None => format!("{}:{}", object["line"], object["column"]),
        };
        let severity = &object["severity"].as_str()?[..1];
        Some(format!("{severity} {} {at}", object["code"].as_str()?))
    });
    (ran.code, problems.collect(), ran.err)
}

#[track_caller]
fn try_all(cases: Vec<Case>) {
    let mut wrong = Vec::new();
    for Case { name, file, bytes, settings, code, told: expected } in cases {
        let campaign = with_list(file, &bytes, settings);
        let (seen, problems, err) = told(&campaign);
        if seen != code || problems != expected || err.contains("panicked") {
            wrong.push(format!("{name}: {seen} {problems:?}, not {code} {expected:?}\n{err}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A list with one address cell.
fn address(cell: &str) -> String {
    format!("email;Имя\n{cell};Анна\n")
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn files_that_are_odd_as_a_whole() {
    try_all(vec![
        case("empty", "", 3, &["e list_empty 0:0"]),
        case("a mark and nothing", "\u{feff}", 3, &["e list_empty 0:0"]),
        case("blank lines alone", "\r\n\r\n\n", 3, &["e list_empty 0:0"]),
        case("separators alone", ";;;\n;;;\n", 3, &["e list_empty 0:0"]),
        case("headings alone", "email;Имя\r\n", 3, &["e list_has_no_rows 0:0"]),
        case("headings and blank rows", "email;Имя\n;\n ; \n", 3, &["e list_has_no_rows 0:0"]),
        case(
            "no headings",
            "anna@one.test;Анна\nboris@two.test;Борис\n",
            3,
            &["e headings_absent 1:1"],
        ),
        case("no address column", "Имя;Район\nАнна;Север\n", 3, &["e heading_missing 1:1"]),
        case("one column", "email\nanna@one.test\n", 0, &[]),
        case("no line end at the end", "email;Имя\nanna@one.test;Анна", 0, &[]),
        case(
            "mixed line ends",
            "email;Имя\r\nanna@one.test;Анна\nb@one.test;Бо\rc@@one.test;В\r\n",
            3,
            &["e address_syntax 4:1"],
        ),
        case(
            "sep= in the first line",
            "sep=;\r\nemail;Имя\r\nanna@@one.test;Анна\r\n",
            3,
            &["e address_syntax 3:1"],
        ),
        case("sep= of another kind", "SEP=|\nemail|Имя\nanna@one.test|а;б,в\n", 0, &[]),
        case(
            "a title above",
            "Список;\n\nemail;Имя\nanna@@one.test;А\n",
            3,
            &["d headings_below 3:1", "e address_syntax 4:1"],
        ),
        case(
            "a mark in the middle",
            "email;Имя\nanna@one.test;А\n\u{feff}b@one.test;Б\n",
            0,
            &["w invisible_removed 3:1"],
        ),
        case("one heading twice", "email;Имя;Имя\na@one.test;А;Б\n", 3, &["e heading_twice 1:11"]),
        case(
            "headings alike",
            "email;E-mail\na@one.test;b@one.test\n",
            3,
            &["e headings_for_one_field 1:7"],
        ),
        case(
            "a heading that fits two",
            "email;Имя Отчество\na@one.test;А\n",
            3,
            &["e heading_fits_two 1:7"],
        ),
        case(
            "a heading of a look-alike",
            "еmail;Имя\na@one.test;А\n",
            0,
            &["d email_by_cells 1:1"],
        ),
        case(
            "a heading with control",
            "email;И\u{7}мя\na@one.test;А\n",
            3,
            &["e cell_control 1:7"],
        ),
        case("a totals row", "email;Сумма\na@one.test;1\nИтого;1\n", 0, &["d rows_of_nobody 3:1"]),
        case(
            "no address in a totals row",
            "email;Имя;Сумма\na@one.test;А;1\n;Итого;1\n",
            0,
            &["d rows_of_nobody 3:1"],
        ),
        case(
            "UTF-16 without a mark",
            utf16("email;Имя\nanna@one.test;Анна Петровна\n"),
            3,
            &["e encoding_unclear 0:0"],
        ),
        case("UTF-16 that ends in half a letter", half_utf16(), 3, &["e character_lost 2:15"]),
        case(
            "a picture",
            &b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0"[..],
            3,
            &["e encoding_unclear 0:0"],
        ),
        case(
            "a page of HTML",
            "<html><table><tr><td>email</td></tr></table></html>\n",
            3,
            &["e heading_missing 1:1"],
        ),
        case("JSON", "[{\"email\": \"a@one.test\"}]\n", 3, &["e heading_missing 1:1"]),
        case("nothing but NUL", vec![0; 4096], 3, &["e cell_control 1:1"]),
        Case {
            settings: "delimiter = \",\"",
            ..case(
                "another delimiter than said",
                "email;Имя\na@one.test;А\n",
                3,
                &["e heading_fits_two 1:1", "e heading_missing 1:1"],
            )
        },
        Case {
            settings: "headings = 5",
            ..case(
                "headings named that are not",
                "email;Имя\na@one.test;А\n",
                3,
                &["e headings_row_empty 5:1"],
            )
        },
    ]);
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn half_utf16() -> Vec<u8> {
    let mut bytes = utf16("\u{feff}email;Имя\nanna@one.test;А");
    bytes.push(0x04);
    bytes
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn rows_and_cells_that_are_odd() {
    let wide: String = (0..3000).map(|n| format!(";c{n}")).collect();
    let wide_row = ";x".repeat(3000);
    try_all(vec![
        case("too few cells", "email;Имя;Район\na@one.test;А\n", 3, &["e row_ragged 2:12"]),
        case("too many cells", "email;Имя\na@one.test;А;Б\n", 3, &["e row_ragged 2:12"]),
        case("empty cells too many", "email;Имя\na@one.test;А;;;\n", 0, &[]),
        case(
            "a column without a heading",
            "email;Имя;\na@one.test;А;Б\n",
            0,
            &["w cell_beyond_headings 2:14"],
        ),
        case("very many columns", format!("email{wide}\na@one.test{wide_row}\n"), 0, &[]),
        case(
            "a quote that never closes",
            "email;Имя\na@one.test;\"А\nb@one.test;Б\n",
            3,
            &["e quote_unclosed 2:12"],
        ),
        case(
            "a quote inside quotes",
            "email;Имя\na@one.test;\"ООО \"Ромашка\"\"\nb@one.test;Б\n",
            3,
            &["e quote_stray 2:12"],
        ),
        case("a quote inside a cell", "email;Имя\na@one.test;ООО \"Ромашка\"\n", 0, &[]),
        case("smart quotes", "email;Имя\na@one.test;“Анна” „Б‟\n", 0, &[]),
        case(
            "a break in quotes",
            "email;Прочее\na@one.test;\"а\r\nб\"\nb@@one.test;в\n",
            3,
            &["e address_syntax 4:1"],
        ),
        case("NUL in a cell", "email;Имя\na@one.test;А\0Б\n", 3, &["e cell_control 2:12"]),
        case(
            "an escape sequence",
            "email;Имя\na@one.test;\u{1b}[31mА\n",
            3,
            &["e cell_control 2:12"],
        ),
        case(
            "a control character in a free column",
            "email;Прочее\na@one.test;а\u{8}б\n",
            3,
            &["e cell_control 2:12"],
        ),
        case(
            "a turned direction",
            "email;Прочее\na@one.test;\u{202e}атсил\n",
            3,
            &["e cell_control 2:12"],
        ),
        case("a lost letter", "email;Имя\na@one.test;Ан\u{fffd}а\n", 3, &["e character_lost 2:12"]),
        case(
            "bad bytes in the middle",
            [
                &b"email;x\na@one.test;\xd0\x90\xff\n"[..],
                "b@one.test;Ильина Анна Петровна\n".as_bytes(),
            ]
            .concat(),
            3,
            &["e not_utf8 2:12"],
        ),
        case(
            "a cell of a megabyte",
            format!("email;Прочее\na@one.test;{}\n", "ж".repeat(1 << 20)),
            3,
            &["e cell_too_long 2:12"],
        ),
        case(
            "a line break in a name",
            "email;Имя\na@one.test;\"А\r\nBcc: x@two.test\"\n",
            0,
            &["w cell_control 2:12"],
        ),
        case("a template", "email;Имя\na@one.test;{{ 7*7 }}{% if x %}\n", 0, &[]),
        case(
            "markup",
            "email;Имя\na@one.test;<script>alert(1)</script> **b** [x](javascript:y)\n",
            0,
            &[],
        ),
        case("a formula in a text file", "email;Имя\na@one.test;=cmd|' /C calc'!A0\n", 0, &[]),
        case(
            "a formula that failed before it was saved",
            "email;Имя;x\na@one.test;#Н/Д;#######\nb@one.test;Err:510;#5\n",
            3,
            &["e cell_is_error 2:12", "e cell_is_error 2:17", "e cell_is_error 3:12"],
        ),
        case(
            "a gender that is none",
            "email;Пол\na@one.test;оно\n",
            3,
            &["e gender_unreadable 2:12"],
        ),
        case(
            "blank rows between",
            "email;Имя\n\n;\na@@one.test;А\n\n\nb@@one.test;Б\n",
            3,
            &["e address_syntax 4:1", "e address_syntax 7:1"],
        ),
    ]);
}

#[test]
fn addresses_of_every_kind() {
    let long_local = format!("{}@one.test", "a".repeat(65));
    let long_domain = format!("a@{}.test", "b".repeat(64));
    let bad = |name, cell: &str| case(name, address(cell), 3, &["e address_syntax 2:1"]);
    let good = |name, cell: &str| case(name, address(cell), 0, &[]);
    try_all(vec![
        good("capitals", "Anna.Ilina@One.TEST"),
        good("a plus", "anna+list@one.test"),
        good("a domain in Cyrillic", "anna@почта.рф"),
        good("punycode", "anna@xn--80a1acny.xn--p1ai"),
        good("a display name", "Анна Ильина <anna@one.test>"),
        good("a display name in quotes", "\"\"\"Ильина, Анна\"\" <anna@one.test>\""),
        good("mailto", "mailto:anna@one.test"),
        good("a semicolon behind", "\"anna@one.test;\""),
        bad("a local part in Cyrillic", "анна@one.test"),
        bad("a Cyrillic look-alike", "аnna@one.test"),
        bad("a look-alike in the domain", "anna@оne.test"),
        bad("no @", "anna.one.test"),
        bad("two @", "anna@@one.test"),
        bad("two addresses", "\"a@one.test, b@one.test\""),
        bad("two addresses in two lines", "\"a@one.test\nb@one.test\""),
        bad("a space inside", "anna ilina@one.test"),
        bad("two dots", "anna..i@one.test"),
        bad("a dot before the @", "anna.@one.test"),
        bad("a quoted local part", "\"\"\"anna i\"\"@one.test\""),
        bad("a number for a host", "anna@[127.0.0.1]"),
        bad("no dot in the domain", "anna@localhost"),
        bad("an underscore in the domain", "anna@one_two.test"),
        bad("a long local part", &long_local),
        bad("a long label", &long_domain),
        bad("a header behind", "\"anna@one.test\r\nBcc: x@two.test\""),
        case("a word for none", address("нет"), 0, &["w nobody_here 2:1"]),
        case("a dash for none", address("-"), 0, &["w nobody_here 2:1"]),
        case(
            "invisible characters",
            address("\u{200b}anna@one.test\u{a0}"),
            0,
            &["w invisible_removed 2:1"],
        ),
        case("a slip in the domain", address("anna@gmial.com"), 0, &["w address_typo 2:1"]),
        case("a slip at the end", address("anna@yandex.r"), 0, &["w address_typo 2:1"]),
        case("nothing", address(""), 3, &["e cell_empty 2:1"]),
        case(
            "twice without care for case",
            "email;Имя\nanna@one.test;А\nANNA@one.test;Б\n",
            3,
            &["e address_twice 3:1"],
        ),
        case(
            "one person twice",
            "email;Фамилия;Имя;Отчество\na@one.test;Ильина;Анна;Петровна\nb@one.test;ИЛЬИНА;Анна;Петровна\n",
            0,
            &["w same_person 3:1"],
        ),
    ]);
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table")]
fn workbooks_that_are_odd() {
    let head = row(1, &["email", "Имя", "Дата"]);
    let text = |cells: &[&str]| row(2, cells);
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><office:document-content>&b;</office:document-content>";
    let lying = {
        // The size that the directory tells is a lie.
        let mut bytes =
            zipped(&[("xl/workbook.xml", &" ".repeat(600_000)), ("[Content_Types].xml", "x")]);
        let at = bytes.windows(4).position(|it| it == b"PK\x01\x02").unwrap();
        bytes[at + 24..at + 28].copy_from_slice(&10u32.to_le_bytes());
        bytes
    };
    let nested = zipped(&[("contacts.xlsx", "PK\u{3}\u{4}PK"), ("b.zip", "PK\u{3}\u{4}")]);
    let other = |file, case: Case| Case { file, ..case };
    try_all(vec![
        book(
            "a text that calls itself a workbook",
            b"email;x\na@one.test;y\n".to_vec(),
            3,
            &["e not_workbook 0:0"],
        ),
        other(
            "contacts.csv",
            book(
                "a workbook that calls itself a text",
                xlsx(&(head.clone() + &text(&["a@one.test", "А", "x"]))),
                0,
                &[],
            ),
        ),
        other(
            "contacts.xls",
            book(
                "another kind than its name says",
                xlsx(&(head.clone() + &text(&["a@@one.test", "А", "x"]))),
                3,
                &["e address_syntax Лист1!A2"],
            ),
        ),
        book("a zip of something else", nested, 3, &["e not_workbook 0:0"]),
        book("a size that is a lie", lying, 3, &["e not_workbook 0:0"]),
        other(
            "contacts.ods",
            book(
                "entities that grow",
                zipped(&[("content.xml", bomb)]),
                3,
                &["e not_workbook 0:0"],
            ),
        ),
        other(
            "contacts.ods",
            book(
                "cells repeated for ever",
                ods(
                    "<table:table-row table:number-rows-repeated=\"1048576\"><table:table-cell table:number-columns-repeated=\"16384\"><text:p>x</text:p></table:table-cell></table:table-row>",
                ),
                3,
                &["e workbook_too_large 0:0"],
            ),
        ),
        book("a cut workbook", xlsx(&head)[..900].to_vec(), 3, &["e not_workbook 0:0"]),
        book("no rows", xlsx(&head), 3, &["e list_has_no_rows 0:0"]),
        book("an empty sheet", xlsx(""), 3, &["e list_empty 0:0"]),
        book(
            "a formula with a result",
            xlsx(&(head.clone() + &text(&["<t=\"str\"><f>A1</f><v>a@one.test</v>", "А", "x"]))),
            0,
            &[],
        ),
        book(
            "a formula that failed",
            xlsx(&(head.clone() + &text(&["a@one.test", "<t=\"e\"><f>1/0</f><v>#REF!</v>", "x"]))),
            3,
            &["e cell_is_error Лист1!B2"],
        ),
        book(
            "a number in place of an address",
            xlsx(&(head.clone() + &text(&["<><v>7</v>", "А", "x"]))),
            3,
            &["e address_syntax Лист1!A2"],
        ),
        book(
            "an address that is missing",
            xlsx(&(head.clone() + &text(&["", "А", "x"]))),
            3,
            &["e cell_empty Лист1!A2"],
        ),
        book(
            "a cell behind the headings",
            xlsx(&(head.clone() + &text(&["a@one.test", "А", "x", "y"]))),
            0,
            &["w cell_beyond_headings Лист1!D2"],
        ),
        book(
            "merged cells: the others are empty",
            xlsx(
                &(head.clone()
                    + &text(&["a@one.test", "А", "Север"])
                    + &row(3, &["b@one.test", "Б", ""])),
            ),
            0,
            &[],
        ),
        book(
            "hidden rows are left out",
            xlsx(
                &(head.clone()
                    + &text(&["a@@one.test", "А", "x"]).replace("<row ", "<row hidden=\"1\" ")
                    + &row(3, &["b@one.test", "Б", "x"])),
            ),
            0,
            &["w rows_hidden Лист1!A2"],
        ),
        book(
            "a control character",
            xlsx(&(head.clone() + &text(&["a@one.test", "А_x0007_&#x9B;", "x"]))),
            3,
            &["e cell_control Лист1!B2"],
        ),
        book(
            "headings below a title",
            xlsx(
                &(row(1, &["Список"])
                    + &row(3, &["email", "Имя"])
                    + &row(4, &["a@@one.test", "А"])),
            ),
            3,
            &["d headings_below Лист1!A3", "e address_syntax Лист1!A4"],
        ),
        other(
            "contacts.pdf",
            book("a kind that is not read", b"%PDF-1.7".to_vec(), 3, &["e list_kind 0:0"]),
        ),
        other(
            "contacts.xlsb",
            book("a binary workbook", zipped(&[("xl/workbook.bin", "x")]), 3, &["e list_kind 0:0"]),
        ),
        other(
            "contacts.fods",
            book(
                "a flat sheet that is none",
                b"<office:document>".to_vec(),
                3,
                &["e not_workbook 0:0"],
            ),
        ),
    ]);
}

#[cfg(unix)]
#[test]
fn what_is_no_file_at_all() {
    use std::os::unix::fs::symlink;
    let without = || {
        let campaign = with_list("contacts.csv", b"", "");
        let list = campaign.path().join("contacts.csv");
        fs::remove_file(&list).unwrap();
        (campaign, list)
    };
    let (campaign, list) = without();
    assert_eq!(told(&campaign).1, ["e file_missing 0:0"]);
    fs::create_dir(&list).unwrap();
    assert_eq!(told(&campaign).1, ["e file_unreadable 0:0"]);
    let (campaign, list) = without();
    symlink("contacts.csv", &list).unwrap();
    assert_eq!(told(&campaign).1, ["e file_unreadable 0:0"]);
    let (campaign, list) = without();
    assert!(std::process::Command::new("mkfifo").arg(&list).status().unwrap().success());
    assert_eq!(told(&campaign).1, ["e file_unreadable 0:0"]);
    let (campaign, list) = without();
    symlink("/dev/zero", &list).unwrap();
    assert_eq!(told(&campaign).1, ["e file_unreadable 0:0"]);
}

/// What a letter says is what the cell says, whatever that looks like.
#[test]
fn a_letter_says_what_the_cell_says() {
    let cells = [
        "{{ 7*7 }} {% raw %} {# x #}",
        "<script>alert(1)</script>",
        "**b** _i_ `c` ~~s~~ # h",
        "[x](javascript:y) ![y](http://one.test/z.png)",
        "&lt;b&gt; &amp; &#65;",
        "C:\\\\one\\two\\*",
        "| a | b |",
        "1. один - два + три",
        "--- *** ===",
        "https://one.test/?a=1&b=2",
        "=1+1 @x '=2",
        "\"ООО «Ромашка»\" “A” 'b'",
        "ивана@one.test <b@one.test>",
        "№ 5 % & * $ ^ ~",
        "100 000 ₽ — 50 %",
        "Å 👩 ё Ё Ѣ",
    ];
    let rows: String = cells
        .iter()
        .enumerate()
        .map(|(n, cell)| format!("p{n}@one.test;\"{}\"\n", cell.replace('"', "\"\"")))
        .collect();
    let campaign = with_list("contacts.csv", format!("email;Прочее\n{rows}").as_bytes(), "");
    fs::write(campaign.path().join("letter.md"), "Здесь: {{ row['Прочее'] }}.\n").unwrap();
    for (n, cell) in cells.iter().enumerate() {
        let text = campaign.run(["show", "--text", "--row", &(n + 2).to_string()]).code(0).out;
        assert!(text.contains(&format!("Здесь: {cell}.")), "«{cell}» became {text}");
        let html = campaign.run(["show", "--html", "--row", &(n + 2).to_string()]).code(0).out;
        assert!(
            !html.contains("<script") && !html.contains("<b>") && !html.contains("<img"),
            "{html}"
        );
    }
}

/// A list of one kind of hostile row among sound ones: the others go on.
#[test]
fn a_row_of_bad_cells_has_a_bound() {
    let headings: String = (0..2000).map(|at| format!(";c{at}")).collect();
    let bad = ";\u{1}".repeat(2000);
    let list = format!("email{headings}\na@one.test{bad}\nb@@one.test;\n");
    let (code, problems, err) = told(&with_list("contacts.csv", list.as_bytes(), ""));
    assert_eq!((code, problems.len()), (3, 102), "{err}");
    assert!(problems[100].contains("cells_more 2:"), "{problems:?}");
    assert!(problems[101].contains(" 3:"), "{problems:?}");
}

#[test]
fn a_list_of_errors_alone_is_not_read_to_its_end() {
    let bad = "nobody\n".repeat(100_001);
    let campaign = Campaign::new().contacts(&format!("email\n{bad}")).letter("A\n").write();
    for words in [["check", "--list"], ["preview", "--quiet"], ["send", "--yes"]] {
        campaign.run(words).code(3).says("100,000 rows have errors").says("nobody");
    }
}

#[test]
fn a_record_of_too_many_cells_loses_none_of_those_behind_it() {
    let wide = format!("email;Имя\na@one.test;{}\nb@@one.test;Б\n", ";".repeat(100_000));
    let quoted = format!("email;Имя\na@one.test;{}\nb@@one.test;Б\n", "\"x\";".repeat(20_000));
    for (name, list) in [("plain", wide), ("quoted", quoted)] {
        let campaign = with_list("contacts.csv", list.as_bytes(), "");
        let (code, problems, err) = told(&campaign);
        assert_eq!(code, 3, "{name} {err}");
        assert_eq!(problems.len(), 2, "{name} {problems:?}");
        assert!(problems[0].starts_with("e row_too_wide 2:"), "{name} {problems:?}");
        assert_eq!(problems[1], "e address_syntax 3:1", "{name}");
    }
}

/// Each of these unpacks to far more than it is; none may be read to its end.
#[test]
fn workbooks_that_grow_have_bounds() {
    let head = row(1, &["email", "Имя"]) + &row(2, &["a@one.test", "А"]);
    let text = |cell: &str| head.clone() + &row(3, &["b@one.test", cell]);
    let large = &["e workbook_too_large 0:0"];
    try_all(vec![
        book("a text without end", xlsx(&text(&"a".repeat(6 << 20))), 3, large),
        book(
            "a comment without end",
            xlsx(&(head.clone() + "<!--" + &"a".repeat(6 << 20))),
            3,
            large,
        ),
        book(
            "an attribute without end",
            xlsx(&(head.clone() + "<row x=\"" + &"a".repeat(6 << 20) + "\"/>")),
            3,
            large,
        ),
        book(
            "a row beyond the last of Excel",
            xlsx(&(head.clone() + "<row r=\"1048577\"><c><v>1</v></c></row>")),
            3,
            large,
        ),
        book(
            "styles without end",
            xlsx_styled(&head, &("<cellXfs>".to_owned() + &"<xf/>".repeat(70_000) + "</cellXfs>")),
            3,
            large,
        ),
        book(
            "elements in one another",
            xlsx(&(head.clone() + &"<a>".repeat(200_000))),
            3,
            &["e not_workbook 0:0"],
        ),
        book("an entity of a file", xlsx(&text("&secret;")), 3, &["e character_lost Лист1!B3"]),
    ]);
}
