//! The letter's source: what its writer sees is what goes out, or `check` says what does not.

use std::fs;

use crate::support::Campaign;

const LIST: &str = "email;Фамилия;Имя;Отчество\nanna@one.test;Ильина;Анна;Петровна\n";

/// The smallest picture: one pixel, PNG.
pub const PIXEL: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde\
\0\0\0\x0cIDATx\x9cc\xf8\xcf\xc0\0\0\x03\x01\x01\0\xc9\xfe\x92\xef\0\0\0\0IEND\xaeB`\x82";

fn campaign(letter: &str) -> Campaign {
    Campaign::new().contacts(LIST).letter(&format!("{{{{ salutation }}}}!\n\n{letter}"))
}

#[test]
fn what_a_reader_would_see_amiss_is_told_once_with_its_line_and_column() {
    let people = (0..5)
        .fold(LIST.to_owned(), |list, n| format!("{list}p{n}@one.test;Ильина;Анна;Петровна\n"));
    let ran = campaign(
        "Срок ** до марта.\n\nСм. [план](план.pdf) и <font>это</font>, {Имя}.\n\n[Важно]: завтра\n",
    )
    .contacts(&people)
    .write()
    .run(["check", "--all"])
    .code(0);
    let err = ran.err.split_whitespace().collect::<Vec<_>>().join(" ");
    for told in [
        "letter.md:3:6: warning: the reader will see the signs **",
        "letter.md:5:12: warning: the link to \"план.pdf\" leads nowhere",
        "letter.md:5:24: warning: the reader will see the tag <font>",
        "letter.md:5:42: warning: the reader will see {Имя} as it stands",
        "letter.md:7:2: warning: these words will not be in the letter: \"Важно]: завтра\"",
    ] {
        assert_eq!(err.matches(told).count(), 1, "{told}\n{}", ran.err);
    }
}

#[test]
fn braces_of_another_program_in_the_subject_are_told() {
    campaign("Да.\n")
        .subject("Приглашение для {Срок}")
        .write()
        .run(["check"])
        .code(0)
        .says("the reader will see the braces: {Срок}");
}

#[test]
fn a_column_typed_into_the_subject_is_told_with_what_to_write() {
    let ask = |subject: &str| {
        let ran = campaign("").subject(subject).write().run(["check", "--all"]).code(0);
        ran.err.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    for typed in ["<<Имя>>", "{Имя}", "[Имя]", "%Имя%", "«Имя»"] {
        let err = ask(&format!("Слёт: {typed}"));
        let told = format!(
            "campaign.toml:9:11: warning: the reader will see {typed} as it stands, though the \
             list has such a column; to have the column's value there, write {{{{ row['Имя'] }}}}"
        );
        assert_eq!(err.matches(&told).count(), 1, "{err}");
        assert!(!err.contains("the braces"), "{err}");
    }
    assert!(!ask("Слёт: {{ row['Имя'] }} в «Имени»").contains("warning"));
    let err = ask("Слёт: <<Имя>> {Срок}");
    assert!(err.contains("<<Имя>>") && err.contains("the braces: {Срок}"), "{err}");
}

#[test]
fn text_html_and_message_say_what_the_source_says() {
    let campaign = campaign(
        "2) раз\n5) два\n\nКоробка 5*10*15, сайт www.one.test.\n\n    С красной строки <u>важное</u>[^1].\n\n\
         С уважением,\nА.П. Ильина\n-- \nОргкомитет\n\n[^1]: сноска\n",
    )
    .write();
    let text = campaign.run(["show", "--text"]).code(0).out;
    for line in [
        "2) раз\n5) два\n",
        "Коробка 5*10*15, сайт www.one.test.\n",
        "\nС красной строки важное[1].\n",
        "С уважением,\nА.П. Ильина\n--\nОргкомитет\n",
        "[1] сноска\n",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let html = campaign.run(["show", "--html"]).code(0).out;
    for part in [
        "2)&nbsp;раз",
        "<a href=\"https://www.one.test\">www.one.test</a>",
        "<u>важное</u><sup>1</sup>",
        "С уважением,<br>А.П.\u{a0}Ильина<br>--<br>Оргкомитет",
    ] {
        assert!(html.contains(part), "{part}\n{html}");
    }
}

#[test]
fn a_cell_makes_no_link_and_no_markup() {
    let list = "email;x\na@one.test;www.evil.test <b>жирно</b> {Имя} 5*10*15\n";
    let html = Campaign::new()
        .contacts(list)
        .letter("{{ x }}\n")
        .write()
        .run(["show", "--html"])
        .code(0)
        .out;
    assert!(html.contains("www.evil.test &lt;b&gt;жирно&lt;/b&gt; {Имя} 5*10*15"), "{html}");
}

#[test]
fn a_picture_of_the_folder_goes_inside_the_message() {
    let campaign = campaign("Схема: ![схема проезда](pictures/map.png)\n\n<img src=\"pictures/map.png\" width=\"40\">\n")
        .file("pictures/map.png", PIXEL)
        .write();
    campaign.run(["check"]).code(0);
    campaign.run(["preview"]).code(0);
    let file = campaign.file_of("preview/letters", "anna@one.test", ".eml");
    let message = fs::read_to_string(file).unwrap();
    assert_eq!(message.matches("Content-Disposition: inline").count(), 1, "{message}");
    assert_eq!(message.matches("Content-ID: <").count(), 1, "{message}");
    let html = campaign.run(["show", "--html"]).code(0).out;
    assert_eq!(html.matches("<img src=\"data:image/png;base64,").count(), 2, "{html}");
    assert!(html.contains("width=\"40\""), "{html}");
    campaign.run(["show", "--text"]).code(0).says("Схема: [схема проезда]");
}

#[test]
fn a_picture_from_elsewhere_is_an_error_at_its_place() {
    for (source, told) in [
        ("https://one.test/a.png", "is not in the campaign's folder"),
        ("../a.png", "the file \"../a.png\""),
        ("нет.png", "the file \"нет.png\""),
        ("letter.md", "is not a PNG, JPEG or GIF"),
    ] {
        campaign(&format!("![рисунок](<{source}>)\n"))
            .write()
            .run(["check"])
            .code(3)
            .says("letter.md:3:")
            .says(told);
    }
}

#[test]
fn a_changed_picture_breaks_the_seal() {
    let campaign = campaign("![рисунок](a.png)\n").file("a.png", PIXEL).write();
    let seal = |campaign: &Campaign| campaign.run(["check", "--json"]).summary()["seal"].clone();
    let before = seal(&campaign);
    let mut changed = PIXEL.to_vec();
    changed.push(0);
    fs::write(campaign.path().join("a.png"), changed).unwrap();
    assert_ne!(seal(&campaign), before);
}
