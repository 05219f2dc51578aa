//! One workbook, saved by LibreOffice in each of its formats and encodings (`tests/it/office`).

use std::fs;

use crate::lists::with_list;
use crate::support::Campaign;

/// The columns in which programs differ.
const LETTER: &str = "{{ recipient.surname }}|{{ recipient.position }}|{{ row['Район'] }}|{{ row['Организация'] }}|{{ row['Дата'] }}|{{ row['Доля'] }}|{{ row['Телефон'] }}";

fn saved(file: &str, settings: &str) -> Campaign {
    let bytes = fs::read(format!("tests/it/office/{file}")).unwrap();
    let campaign = with_list(file, &bytes, settings);
    fs::write(campaign.path().join("letter.md"), LETTER).unwrap();
    campaign
}

#[test]
fn every_format_and_encoding_says_the_same() {
    for (file, settings) in [
        ("list.xlsx", ""),
        ("list.xls", ""),
        ("list.ods", ""),
        ("list.fods", ""),
        ("utf-8.csv", ""),
        ("utf-16.csv", ""),
        ("bar.csv", ""),
        ("quoted.csv", ""),
        ("windows-1251.csv", ""),
        ("tab.csv", ""),
        ("koi8-r.csv", "encoding = \"KOI8-R\""),
        ("koi8-u.csv", "encoding = \"koi8-u\""),
        ("cp866.csv", "encoding = \"ibm866\""),
        ("ibm855.csv", "encoding = \"cp855\""),
        ("iso-8859-5.csv", "encoding = \"iso-8859-5\""),
        ("mac-cyrillic.csv", "encoding = \"mac-cyrillic\""),
    ] {
        let campaign = saved(file, settings);
        campaign.run(["check", "--list"]).code(0).says("3 rows, 12 columns");
        let text =
            |row| campaign.run(["show", "--text", "--row", row]).code(0).out.replace('\n', " ");
        let says = |text: &str, words: &str| {
            assert!(text.contains(words), "{file}: «{words}» is not in {text}");
        };
        says(&text("2"), "Ильина|Начальник отдела|Северный|ООО ");
        says(&text("2"), "; филиал|28.02.2022|13%|+7 (999) 000-11-22");
        says(&text("3"), "Цой|Директор|Южный остров|МБОУ \"Школа ");
        says(&text("3"), "|01.03.2022|50%|007");
        // LibreOffice wrote this formula without a result, and that is told.
        if file == "list.xls" {
            campaign.run(["check", "--list"]).code(0).says(
                "list.xls:Список!G4: please check: the formula in this cell has the result 0",
            );
            continue;
        }
        says(&text("4"), "|Восток|Администрация г. Псёл|31.12.2022|100%|8 800 000-00-00");
    }
}

#[test]
fn a_number_of_an_old_workbook_keeps_its_zeros() {
    let campaign = saved("list.xls", "");
    fs::write(campaign.path().join("letter.md"), "{{ row['№'] }} · {{ row['Сумма'] }}").unwrap();
    campaign.run(["show", "--text"]).code(0).says("007 · 1\u{a0}234,50 ₽");
}

#[test]
fn an_encoding_that_has_to_be_named_is_named() {
    for (file, likely) in [
        ("koi8-r.csv", "koi8-r"),
        ("koi8-u.csv", "koi8-r"),
        ("cp866.csv", "cp866"),
        ("ibm855.csv", "ibm855"),
        ("iso-8859-5.csv", "iso-8859-5"),
        ("mac-cyrillic.csv", "mac-cyrillic"),
    ] {
        saved(file, "").run(["check"]).code(3).says(&format!("encoding = \"{likely}\""));
    }
    // One that was named and is not the right one.
    saved("windows-1251.csv", "encoding = \"cp866\"")
        .run(["check"])
        .code(3)
        .says("encoding = \"windows-1251\"");
}

#[test]
fn what_has_no_russian_letters_any_more_is_to_be_saved_again() {
    saved("windows-1252.csv", "")
        .run(["check"])
        .code(3)
        .says("question marks in place of Russian letters");
    saved("utf-7.csv", "").run(["check"]).code(3).says("the list is encoded in UTF-7");
}
