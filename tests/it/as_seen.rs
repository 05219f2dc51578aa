//! Workbooks as their owners see them in Excel: sheets, merged and hidden cells, formats, rows that
//! are about nobody.

use std::fs;

use rust_xlsxwriter::{Format, Workbook, Worksheet};

use crate::lists::{row, with_list, xlsx};
use crate::support::{Campaign, Ran};

const HEAD: [&str; 5] = ["Эл. почта", "ФИО", "Должность", "Организация", "Когда"];

/// A sheet with these texts; empty ones are left away.
fn fill(sheet: &mut Worksheet, rows: &[&[&str]]) {
    for (number, cells) in (0..).zip(rows) {
        for (column, text) in (0..).zip(*cells).filter(|(_, text)| !text.is_empty()) {
            sheet.write_string(number, column, *text).unwrap();
        }
    }
}

/// A campaign over a workbook that is written here.
fn over(settings: &str, letter: &str, write: impl FnOnce(&mut Workbook)) -> Campaign {
    let mut book = Workbook::new();
    write(&mut book);
    let campaign = with_list("list.xlsx", &book.save_to_buffer().unwrap(), settings);
    fs::write(campaign.path().join("letter.md"), letter).unwrap();
    campaign
}

fn check(settings: &str, write: impl FnOnce(&mut Workbook)) -> Ran {
    over(settings, "Письмо для {{ row['ФИО'] }}", write).run(["check"])
}

const ANNA: [&str; 4] = ["a@one.test", "Ильина Анна Петровна", "Директор", "Лицей № 1"];
const BORIS: [&str; 4] = ["b@one.test", "Цой Борис Ильич", "Директор", "Лицей № 2"];
const VERA: [&str; 4] = ["v@one.test", "Седых Вера Львовна", "Директор", "Лицей № 3"];

#[test]
fn the_first_sheet_that_is_shown_is_read_and_others_with_addresses_are_named() {
    let book = |book: &mut Workbook| {
        let old = book.add_worksheet().set_name("Старый").unwrap();
        fill(old, &[&HEAD, &VERA]);
        old.set_hidden(true);
        let north = book.add_worksheet().set_name("Север").unwrap();
        fill(north, &[&HEAD, &ANNA]);
        north.set_active(true);
        let other = ["ФИО", "Эл. почта", "Организация", "Должность", "Когда"];
        let south = ["Цой Борис Ильич", "b@one.test", "Лицей № 2", "Директор", "завтра"];
        fill(book.add_worksheet().set_name("Юг").unwrap(), &[&["Адресаты юга"], &other, &south]);
        fill(book.add_worksheet().set_name("Прочее").unwrap(), &[&["Заметки"]]);
    };
    let told = check("", book).code(0);
    assert!(!told.err.contains("Старый") && !told.err.contains("Прочее"), "{}", told.err);
    told.says("the sheet \"Юг\" has 1 address too and is not read")
        .says("sheet = [\"Север\", \"Юг\"]");
    check("sheet = \"старый\"", book).code(0).says("the sheet \"Старый\" is hidden");
    let both =
        over("sheet = [\"Север\", \"Юг\"]", "{{ row['Когда'] }} {{ recipient.email }}", book);
    both.run(["check"]).code(0).says("2 rows, 5 columns, sheets \"Север\", \"Юг\"");
    both.run(["show", "--text", "--to", "b@one.test"]).code(0).says("завтра b@one.test");
}

#[test]
fn sheets_that_are_read_together_must_have_like_headings() {
    check("sheet = [\"Север\", \"Юг\"]", |book| {
        fill(book.add_worksheet().set_name("Север").unwrap(), &[&HEAD, &ANNA]);
        fill(book.add_worksheet().set_name("Юг").unwrap(), &[&HEAD[..4], &BORIS]);
    })
    .code(3)
    .says("only one of them has \"Когда\"");
}

#[test]
fn an_address_on_two_sheets_is_found_with_its_sheet() {
    check("sheet = [\"Север\", \"Юг\"]", |book| {
        fill(book.add_worksheet().set_name("Север").unwrap(), &[&HEAD, &ANNA]);
        fill(book.add_worksheet().set_name("Юг").unwrap(), &[&HEAD, &BORIS, &ANNA]);
    })
    .code(3)
    .says("list.xlsx:Юг!A3: Эл. почта: a@one.test is already in row Север!2");
}

#[test]
fn a_title_page_leads_to_the_sheet_to_name() {
    check("", |book| {
        let title = book.add_worksheet().set_name("Титул").unwrap();
        fill(title, &[&["Список адресов рассылки"], &["на 2027 год"]]);
        fill(book.add_worksheet().set_name("Адресаты").unwrap(), &[&HEAD, &ANNA]);
    })
    .code(3)
    .says("write sheet = \"Адресаты\"");
}

#[test]
fn a_merged_value_counts_for_all_that_it_covers_and_is_told_once() {
    let campaign = over("", "{{ row['Организация'] }}", |book| {
        let sheet = book.add_worksheet();
        fill(sheet, &[&HEAD, &ANNA, &BORIS, &VERA]);
        sheet.merge_range(1, 3, 2, 3, "Управление", &Format::new()).unwrap();
    });
    let told = campaign.run(["check"]).code(0);
    assert_eq!(told.err.matches("D2:D3").count(), 1, "{}", told.err);
    // What lies under a merge is not read.
    campaign.run(["show", "--text", "--row", "3"]).code(0).says("Управление");
    campaign.run(["show", "--text", "--row", "4"]).code(0).says("Лицей № 3");
}

#[test]
fn headings_over_two_rows_are_joined() {
    let campaign = over(
        "",
        "{{ row['Контактные данные / Телефон'] }} {{ recipient.surname }}",
        |book| {
            let sheet = book.add_worksheet();
            let plain = Format::new();
            fill(sheet, &[&["Список"], &[], &["", "ФИО", "Должность", "Эл. почта", "Телефон"]]);
            sheet.merge_range(1, 0, 2, 0, "Организация", &plain).unwrap();
            sheet.merge_range(1, 1, 1, 2, "Руководитель", &plain).unwrap();
            sheet.merge_range(1, 3, 1, 4, "Контактные данные", &plain).unwrap();
            for (column, text) in
                (0..).zip(["Лицей", "Ильина Анна Петровна", "Директор", "a@one.test", "22-33"])
            {
                sheet.write_string(3, column, text).unwrap();
            }
        },
    );
    campaign
        .run(["check"])
        .code(0)
        .says("email            ← Контактные данные / Эл. почта")
        .says("full_name        ← Руководитель / ФИО")
        .says("organisation     ← Организация");
    campaign.run(["show", "--text", "--row", "4"]).code(0).says("22-33 Ильина");
    let text = "Организация;Руководитель;;Эл. почта\n;ФИО;Должность;\nЛицей;Ильина Анна;Директор;a@one.test\n";
    with_list("list.csv", text.as_bytes(), "")
        .run(["check", "--list"])
        .code(0)
        .says("position         ← Руководитель / Должность")
        .says("1 row, 4 columns");
}

#[test]
fn hidden_and_struck_through_rows_are_told_and_left_out_unless_wanted() {
    let book = |book: &mut Workbook| {
        let sheet = book.add_worksheet();
        fill(sheet, &[&HEAD, &ANNA, &BORIS]);
        sheet.set_row_hidden(1).unwrap();
        let struck = Format::new().set_font_strikethrough();
        for (column, text) in (0..).zip(VERA) {
            sheet.write_string_with_format(3, column, text, &struck).unwrap();
        }
    };
    check("", book)
        .code(0)
        .says("list.xlsx:Sheet1!A2: warning: 1 row gets no letter, hidden in the workbook")
        .says("list.xlsx:Sheet1!A4: warning: 1 row gets no letter, struck through")
        .says("1 letter can be sent");
    // Whatever rows are chosen, what is told of the list is not lost.
    let campaign = over("", "Коллеги!", book);
    campaign.run(["check", "--rows", "3"]).code(0).says("1 row gets no letter, hidden");
    campaign.run(["check", "--list", "--rows", "3"]).code(0).says("1 row gets no letter, hidden");
    check("hidden_rows = \"write\"\nstruck_rows = \"write\"", book)
        .code(0)
        .says("1 row gets a letter although hidden in the workbook: 2")
        .says("3 letters can be sent");
}

#[test]
fn hidden_columns_are_read_and_told_if_something_is_in_them() {
    let book = |book: &mut Workbook| {
        let sheet = book.add_worksheet();
        fill(sheet, &[&HEAD, &ANNA, &BORIS]);
        sheet.set_column_hidden(2).unwrap();
        sheet.set_column_hidden(9).unwrap();
    };
    check("", book)
        .code(0)
        .says("list.xlsx:Sheet1!C1: please check: 1 column is hidden in the workbook")
        .says("read like the others: C;");
}

#[test]
fn a_list_whose_rows_are_all_hidden_says_so() {
    let book = |book: &mut Workbook| {
        let sheet = book.add_worksheet();
        fill(sheet, &[&HEAD, &ANNA, &BORIS]);
        sheet.set_row_hidden(1).unwrap();
        sheet.set_row_hidden(2).unwrap();
    };
    check("", book).code(3).says("every row of the list is hidden or struck through");
}

#[test]
fn groups_over_some_columns_are_joined_and_a_title_over_them_is_not() {
    let book = |title: bool| {
        move |book: &mut Workbook| {
            let sheet = book.add_worksheet();
            let plain = Format::new();
            let first = u32::from(title);
            if title {
                sheet.merge_range(0, 0, 0, 2, "Адресаты на 2027 год", &plain).unwrap();
            }
            sheet.merge_range(first, 1, first, 2, "Руководитель", &plain).unwrap();
            sheet.write_string(first, 3, "Контакты").unwrap();
            for (column, text) in (0..).zip(["№", "ФИО", "Должность", "Эл. почта", "Район"])
            {
                sheet.write_string(first + 1, column, text).unwrap();
            }
            let person = ["1", "Ильина Анна Петровна", "Директор", "a@one.test", "Южный"];
            for (column, text) in (0..).zip(person) {
                sheet.write_string(first + 2, column, text).unwrap();
            }
        }
    };
    for title in [false, true] {
        over("", "{{ salutation }}! {{ row['Руководитель / Должность'] }}", book(title))
            .run(["check"])
            .code(0)
            .says("1 row, 5 columns")
            .says("other columns: №, Район");
    }
    let titled = |book: &mut Workbook| {
        let sheet = book.add_worksheet();
        sheet.merge_range(0, 0, 0, 2, "Адресаты на 2027 год", &Format::new()).unwrap();
        for (row, cells) in (1..).zip([&HEAD[..], &ANNA[..]]) {
            for (column, text) in (0..).zip(cells) {
                sheet.write_string(row, column, *text).unwrap();
            }
        }
    };
    over("", "{{ salutation }}! {{ row['ФИО'] }}", titled).run(["check"]).code(0);
}

#[test]
fn a_list_as_an_office_keeps_it_is_read_without_a_setting() {
    let book = |book: &mut Workbook| {
        let sheet = book.add_worksheet();
        let plain = Format::new();
        let mut merge = |at: (u32, u16, u32, u16), text: &str| {
            sheet.merge_range(at.0, at.1, at.2, at.3, text, &plain).unwrap();
        };
        merge((0, 0, 0, 6), "Список адресатов для приглашения");
        merge((3, 0, 4, 0), "№ п/п");
        merge((3, 1, 4, 1), "Наименование организации");
        merge((3, 2, 3, 3), "Руководитель");
        merge((3, 4, 3, 5), "Контактные данные");
        merge((3, 6, 4, 6), "Примечание");
        merge((5, 0, 5, 6), "Северный район");
        merge((8, 0, 8, 6), "Южный район");
        sheet.write_string(1, 0, "по состоянию на 01.02.2027").unwrap();
        for (column, text) in (2..).zip(["Должность", "Ф.И.О.", "Телефон", "Эл. почта"])
        {
            sheet.write_string(4, column, text).unwrap();
        }
        for (row, cells) in [
            (6, ["1", "Лицей № 1", "Директор", "Ильина Анна Петровна", "00-01", "a@one.test"]),
            (
                7,
                [
                    "2",
                    "Лицей № 2",
                    "Директор",
                    "Цой Борис Ильич",
                    "00-02",
                    "b@one.test, c@one.test",
                ],
            ),
            (9, ["3", "Лицей № 3", "Директор", "вакансия", "00-03", "приёмная: d@one.test"]),
            (10, ["4", "Лицей № 4", "Директор", "Седых Вера Львовна", "00-04", "e@one.test"]),
        ] {
            for (column, text) in (0..).zip(cells) {
                sheet.write_string(row, column, text).unwrap();
            }
        }
        sheet.write_string(11, 0, "Итого: 4").unwrap();
        sheet.write_string(12, 1, "Исп. Зимина О.П.").unwrap();
    };
    let campaign =
        over("several = \"copy\"", "{{ addressee.position }} {{ addressee.name }}", book);
    campaign.run(["check"]).code(0).says("3 letters can be sent").says("headings in row 5");
    let shown = campaign.run(["show", "--row", "8"]).code(0);
    shown.says("Директору Лицея № 2 Цою\u{a0}Б.И.").says("c@one.test");
}

#[test]
fn a_row_is_named_with_its_sheet_if_there_are_several() {
    let book = |book: &mut Workbook| {
        fill(book.add_worksheet().set_name("Север").unwrap(), &[&HEAD, &ANNA, &BORIS]);
        fill(book.add_worksheet().set_name("Юг").unwrap(), &[&HEAD, &VERA]);
    };
    let campaign = over("sheet = [\"Север\", \"Юг\"]", "{{ salutation }}!", book);
    let shown = campaign.run(["show", "--row", "юг!2"]).code(0).says("v@one.test");
    assert!(shown.out.contains("Юг!2"), "{}", shown.out);
    campaign.run(["show", "--row", "2"]).code(0).says("a@one.test").says("--row 'Север!3'");
    campaign.run(["show", "--row", "Юг!3"]).code(3).says("Юг!3");
    campaign.run(["show", "--row", "Юг"]).code(2);
    let rows = campaign.letters();
    let numbers: Vec<_> =
        rows.iter().map(|it| (it["row"].as_u64(), it["sheet_row"].as_u64())).collect();
    assert_eq!(numbers[2], (Some(3), Some(2)), "{numbers:?}");
}

#[test]
fn a_hidden_sheet_with_the_only_addresses_is_named() {
    let book = |book: &mut Workbook| {
        fill(book.add_worksheet().set_name("Титул").unwrap(), &[&["Список адресатов"]]);
        let list = book.add_worksheet().set_name("Адресаты").unwrap();
        fill(list, &[&HEAD, &ANNA]);
        list.set_hidden(true);
    };
    check("", book).code(3).says("sheet = \"Адресаты\"");
}

#[test]
fn a_number_format_that_cannot_be_followed_is_told_at_the_cell() {
    let campaign = over("", "{{ row['Когда'] }}", |book| {
        let sheet = book.add_worksheet();
        fill(sheet, &[&HEAD, &ANNA, &BORIS]);
        let format = |code: &str| Format::new().set_num_format(code);
        sheet.write_number_with_format(1, 4, 46464, &format("[$-411]d mmmm yyyy")).unwrap();
        sheet.write_number_with_format(2, 4, 46464.5, &format("dd.mm.yyyy")).unwrap();
    });
    let told = campaign.run(["check"]).code(0).says("list.xlsx:Sheet1!E2: warning: Когда");
    assert!(!told.err.contains("E3"), "{}", told.err);
    campaign.run(["show", "--text", "--row", "3"]).code(0).says("18.03.2027");
}

#[test]
fn a_formula_without_its_result_is_one_error_that_says_so() {
    let cells = row(1, &["Эл. почта", "salutation", "Район"])
        + &row(2, &["<><f>1+1</f><v/>", "Анна", "x"])
        + &row(3, &["b@one.test", "Борис", "<><f>1+1</f>"]);
    let told = with_list("list.xlsx", &xlsx(&cells), "").run(["check"]).code(3);
    assert_eq!(told.err.matches("open the file in Excel and save it").count(), 2, "{}", told.err);
    told.says("list.xlsx:Лист1!A2: Эл. почта: the file does not hold the result").says("2 errors");
}

#[test]
fn rows_that_are_about_nobody_are_left_out_together() {
    let told = check("", |book| {
        let sheet = book.add_worksheet();
        let numbers = ["1", "2", "3", "4", "5"];
        let alone = ["", "Зимин Пётр Ильич"];
        fill(
            sheet,
            &[
                &HEAD,
                &numbers,
                &["Северный округ"],
                &ANNA,
                &HEAD,
                &alone,
                &["Итого: 2"],
                &["Исп. Петрова"],
            ],
        );
    })
    .code(3)
    .says("5 rows that are not addressees")
    .says("left out: 2, 3, 5, 7, 8")
    .says("2 rows, 5 columns");
    assert!(told.err.contains("Sheet1!A6: Эл. почта: the cell is empty"), "{}", told.err);
    assert_eq!(told.err.matches("not addressees").count(), 1, "{}", told.err);
}

#[test]
fn a_title_beside_the_empty_column_of_numbers_is_left_out() {
    check("", |book| {
        let sheet = book.add_worksheet();
        let head = ["№ п/п", "Организация", "ФИО", "Эл. почта"];
        let row = ["1", "Гимназия № 5", "Цой Борис Ильич", "a@one.test"];
        fill(sheet, &[&head, &["", "Северный район"], &row, &["2", "Лицей № 1"]]);
    })
    .code(3)
    .says("left out: 2")
    .says("Sheet1!D4: Эл. почта: the cell is empty");
}

#[test]
fn a_row_with_nobody_in_the_post_gets_no_letter_and_no_question() {
    let list = "email;ФИО;Должность\na@one.test;вакансия;Директор\n—;Цой Борис Ильич;Директор\n\
                v@one.test;Седых Вера Львовна;Директор\n";
    let campaign = with_list("list.csv", list.as_bytes(), "");
    fs::write(campaign.path().join("letter.md"), "{{ salutation }}!").unwrap();
    let told = campaign.run(["check"]).code(0).says("1 letter can be sent");
    assert_eq!(told.err.matches("nobody to write to here").count(), 2, "{}", told.err);
    // A letter that names nobody can go to an office.
    fs::write(campaign.path().join("letter.md"), "Коллеги!").unwrap();
    campaign.run(["check"]).code(0).says("2 letters can be sent");
}

#[test]
fn the_column_of_the_addresses_is_the_one_that_holds_them() {
    let list =
        "Почта;Контакт;ФИО\nг. Томск;a@one.test;Ильина Анна\nг. Тверь;b@one.test;Цой Борис\n";
    with_list("list.csv", list.as_bytes(), "")
        .run(["check", "--list"])
        .code(0)
        .says("the e-mail column is \"Контакт\", which holds addresses; \"Почта\" does not");
    let list = "Имя;Контакт\nИльина Анна Петровна;a@one.test\nЦой Борис Ильич;b@one.test\n";
    with_list("list.csv", list.as_bytes(), "")
        .run(["check", "--list"])
        .code(0)
        .says("the column \"Контакт\" holds addresses")
        .says("full_name        ← Имя");
    with_list("list.csv", "Обращение;Фамилия;email\nг-жа;Ильина;a@one.test\n".as_bytes(), "")
        .run(["check", "--list"])
        .code(0)
        .says("the column \"Обращение\" holds titles");
}

#[test]
fn all_that_is_wrong_with_a_row_comes_out_at_once() {
    let list = "email;surname;first_name;position\na@@one.test;Ким;Саша;Директор\n";
    let campaign = with_list("list.csv", list.as_bytes(), "");
    fs::write(campaign.path().join("letter.md"), "{{ salutation }}!").unwrap();
    campaign.run(["check"]).code(3).says("two @").says("cannot tell whether").says("2 errors");
}

#[test]
fn rows_are_numbered_as_in_a_spreadsheet_in_text_lists_too() {
    let list = "sep=;\nemail;Примечание\n\na@one.test;\"два\nслова\"\nb@one.test;x\n";
    let campaign = with_list("list.csv", list.as_bytes(), "");
    fs::write(campaign.path().join("letter.md"), "{{ row['Примечание'] }}").unwrap();
    campaign.run(["show", "--row", "4"]).code(0).says("b@one.test");
    campaign.run(["show", "--row", "3"]).code(0).says("--row 4");
    campaign.run(["check", "--rows", "4"]).code(0).says("1 letter can be sent");
}

#[test]
fn exports_of_other_programs_are_known_by_their_headings() {
    let google = "Name Prefix,First Name,Middle Name,Last Name,Organization Name,Organization Title,\
                  E-mail 1 - Label,E-mail 1 - Value\n\
                  г-жа,Анна,Петровна,Ильина,Лицей,Директор,* Work,a@one.test\n";
    with_list("list.csv", google.as_bytes(), "")
        .run(["check", "--list"])
        .code(0)
        .says("email            ← E-mail 1 - Value")
        .says("position         ← Organization Title")
        .says("organisation     ← Organization Name");
    let register = "Полное наименование ОО;Сокращенное наименование ОО;ФИО директора;Электронная почта ОО\n\
                    Лицей № 1;Лицей;Ильина Анна Петровна;a@one.test\n";
    with_list("list.csv", register.as_bytes(), "")
        .run(["check", "--list"])
        .code(0)
        .says("full_name        ← ФИО директора")
        .says("organisation     ← Полное наименование ОО");
}

#[test]
fn notes_and_labels_beside_addresses_are_told_and_not_taken_for_them() {
    let list = "email;Район\na@one.test (приёмная);x\n\"приёмная: b@one.test / c@one.test\";x\n";
    let campaign = with_list("list.csv", list.as_bytes(), "several = \"copy\"");
    fs::write(campaign.path().join("letter.md"), "Коллеги!").unwrap();
    campaign
        .run(["check"])
        .code(0)
        .says("\"приёмная\" beside the address is taken for a note; the address is a@one.test")
        .says("the address is b@one.test, c@one.test");
    campaign.run(["show", "--row", "3"]).code(0).says("c@one.test");
}

#[test]
fn of_two_people_at_one_address_it_is_said_who_gets_nothing() {
    let list = "email;ФИО\na@one.test;Ильина Анна Петровна\na@one.test;Цой Борис Ильич\n";
    with_list("list.csv", list.as_bytes(), "")
        .run(["check", "--list"])
        .code(3)
        .says("a@one.test is already in row 2; if two people share it, write duplicates = \"each\"")
        .says("key = \"ФИО\" in [contacts.columns]");
    with_list("list.csv", list.as_bytes(), "duplicates = \"first\"")
        .run(["check", "--list"])
        .code(0)
        .says("a@one.test is already in row 2, so Цой Борис Ильич gets no letter");
}
