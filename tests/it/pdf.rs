//! The letter on letterhead.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::attachments::PIXEL;
use crate::support::{Campaign, THREE};

const OFFICIAL: &str = "| | |\n|:--|:--|\n| № {{ letter.number }}<br>от {{ letter.date }} | {{ addressee.position }}<br>{{ addressee.name }} |\n\nО проведении семинара\n\n{{ salutation }}!\n\nПриглашаем Вас **на семинар** «{{ row[\"Район\"] }}».\n\n- первое;\n- второе.\n\n| Дата | Тема |\n|---|---|\n| 5 мая | Школа |\n\n| | |\n|:--|--:|\n| Директор | И.И. Цой |\n\nИсп.: Ким А.Б.\n";

fn official() -> Campaign {
    Campaign::new().letter(OFFICIAL).with(
        "[pdf]\nname = \"Приглашение № {{ letter.number }}.pdf\"\n[register]\nnumber = \"007\"\ndate = 2022-02-28\n",
    )
}

/// The PDF that goes with a letter, taken out of the message by Python's `email`.
fn pdf_of(campaign: &Campaign, address: &str) -> PathBuf {
    const TAKE: &str = r#"
import sys, email
from email import policy
message = email.message_from_bytes(open(sys.argv[1], "rb").read(), policy=policy.default)
part = [p for p in message.walk() if p.get_content_type() == "application/pdf"][0]
open(sys.argv[2], "wb").write(part.get_payload(decode=True))
print(part.get_filename())
"#;
    let eml = campaign.file_of("preview/letters", address, ".eml");
    let path = campaign.path().join(format!("{address}.pdf"));
    let output = Command::new("python3").args(["-c", TAKE]).arg(eml).arg(&path).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "Приглашение № 007.pdf");
    path
}

fn text_of(pdf: &PathBuf) -> String {
    let output = Command::new("pdftotext").arg("-layout").arg(pdf).arg("-").output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
#[ignore = "needs python3, poppler-utils and qpdf"]
fn each_person_gets_a_sound_pdf_that_says_what_the_message_says() {
    let campaign = official().write();
    campaign.run(["preview"]).code(0);
    let pdf = pdf_of(&campaign, "anna@one.test");
    let text = text_of(&pdf).split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "28.02.2022 № 007",
        "Начальнику отдела",
        "Ильиной А.П.",
        "О проведении семинара",
        "Уважаемая Анна Петровна!",
        "на семинар «Северный»",
        "– второе.",
        "5 мая",
        "И.И. Цой",
        "Исп.: Ким А.Б.",
    ] {
        assert!(text.contains(part), "«{part}» is not in {text}");
    }
    assert_eq!(text.matches("Ильиной А.П.").count(), 1, "{text}");
    let info = Command::new("pdfinfo").arg(&pdf).output().unwrap();
    let info = String::from_utf8_lossy(&info.stdout).into_owned();
    for line in ["О семинаре", "Дирекция", "Tagged:          yes", "Pages:           1", "A4"]
    {
        assert!(info.contains(line), "«{line}» is not in {info}");
    }
    let bytes = fs::read(&pdf).unwrap();
    let says = |text: &[u8]| bytes.windows(text.len()).any(|part| part == text);
    assert!(
        says(b"<pdfaid:part>2</pdfaid:part>")
            && says(b"<pdfaid:conformance>B</pdfaid:conformance>")
    );
    let checked = Command::new("qpdf").arg("--check").arg(&pdf).output().unwrap();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
}

#[test]
#[ignore = "needs python3"]
fn the_same_letter_makes_the_same_bytes() {
    let campaign = official().write();
    let take = || {
        campaign.run(["preview"]).code(0);
        fs::read(pdf_of(&campaign, "boris@two.test")).unwrap()
    };
    assert_eq!(take(), take());
}

#[test]
#[ignore = "needs python3 and poppler-utils"]
fn without_a_date_in_the_register_the_pdf_has_that_of_the_message() {
    let campaign = official().write();
    let toml = campaign.path().join("campaign.toml");
    let text = fs::read_to_string(&toml).unwrap().replace("date = 2022-02-28\n", "");
    fs::write(&toml, text).unwrap();
    let letter = OFFICIAL.replace("от {{ letter.date }}", "");
    fs::write(campaign.path().join("letter.md"), letter).unwrap();
    campaign.run(["preview"]).code(0);
    let eml = campaign.file_of("preview/letters", "anna@one.test", ".eml");
    let dated = fs::read_to_string(eml).unwrap();
    let day =
        dated.lines().next().unwrap().split(' ').nth(2).unwrap().trim_start_matches('0').to_owned();
    let info = Command::new("pdfinfo").arg(pdf_of(&campaign, "anna@one.test")).output().unwrap();
    let info = String::from_utf8_lossy(&info.stdout).into_owned();
    let created = info.lines().find(|line| line.starts_with("CreationDate")).unwrap();
    assert!(created.split_whitespace().any(|word| word == day), "{created}: {day}");
}

#[test]
fn a_mistake_in_the_letterhead_is_told_at_its_line() {
    let campaign =
        official().file("letterhead.typ", "#import \"/gonets.typ\": *\n\n#body\n#salutaton\n");
    let campaign = campaign.write();
    let toml = campaign.path().join("campaign.toml");
    let text = fs::read_to_string(&toml)
        .unwrap()
        .replace("[pdf]\n", "[pdf]\nletterhead = \"letterhead.typ\"\n");
    fs::write(&toml, text).unwrap();
    campaign.run(["check"]).code(3).says("letterhead.typ:4:2").says("salutaton").says("salutation");
    fs::write(campaign.path().join("letterhead.typ"), "#image(\"stamp.png\")").unwrap();
    campaign.run(["check"]).code(3).says("letterhead.typ:1:").says("stamp.png");
    fs::write(
        campaign.path().join("letterhead.typ"),
        "#read(\"/etc/passwd\")\n#read(\"../../etc/passwd\")",
    )
    .unwrap();
    campaign.run(["check"]).code(3).says("letterhead.typ:1:");
}

#[test]
fn a_cell_is_never_typst() {
    let hostile = "#panic(1) $x$ *b* _e_ `r` @a <l> \\\\ [x] // c";
    let campaign = official().contacts(&THREE.replace("Северный", hostile)).write();
    campaign.run(["check"]).code(0);
}

#[test]
fn a_cell_cannot_name_a_file_for_the_letterhead() {
    let list = THREE.replace("Северный", "secret.txt");
    let campaign = official()
        .contacts(&list)
        .file("secret.txt", "тайна")
        .file("letterhead.typ", "#import \"/gonets.typ\": *\n#read(row.at(\"Район\"))");
    let campaign = campaign.write();
    let toml = campaign.path().join("campaign.toml");
    let text = fs::read_to_string(&toml)
        .unwrap()
        .replace("[pdf]\n", "[pdf]\nletterhead = \"letterhead.typ\"\n");
    fs::write(&toml, text).unwrap();
    campaign.run(["check"]).code(3).says("secret.txt");
}

#[test]
fn a_character_that_no_font_has_is_named() {
    let campaign = official().contacts(&THREE.replace("Северный", "漢字 школа")).write();
    campaign.run(["check"]).code(0).says("漢 (U+6F22)").says("warning");
}

#[test]
fn a_file_name_with_a_slash_is_refused_with_a_way_on() {
    let campaign = official().write();
    campaign.edit("campaign.toml", "\"007\"", "\"01/7\"");
    campaign
        .run(["check"])
        .code(3)
        .says("\"Приглашение № 01/7.pdf\" cannot be a file name")
        .says("replace(from=");
    campaign.edit("campaign.toml", "name = \"Приглашение № {{ letter.number }}.pdf\"\n", "");
    campaign.run(["preview"]).code(0);
    let eml = fs::read(campaign.file_of("preview/letters", "anna@one.test", ".eml")).unwrap();
    let eml = String::from_utf8(eml).unwrap();
    let pieces =
        eml.lines().filter_map(|line| line.trim().strip_prefix("filename*")?.split_once('='));
    let name: String = pieces.map(|(_, piece)| piece.trim_end_matches(';')).collect();
    assert!(name.ends_with("%E2%84%96%2001-7.pdf"), "{name}");
}

#[test]
fn logo_and_signature_are_part_of_the_seal() {
    let campaign = official()
        .file("logo.png", PIXEL)
        .file("sign.png", PIXEL)
        .letter_table("logo = \"logo.png\"")
        .write();
    let toml = campaign.path().join("campaign.toml");
    let text =
        fs::read_to_string(&toml).unwrap().replace("[pdf]\n", "[pdf]\nsignature = \"sign.png\"\n");
    fs::write(&toml, text).unwrap();
    let seal = || campaign.run(["check", "--json"]).code(0).summary()["seal"].clone();
    let before = seal();
    let mut other = PIXEL.to_vec();
    other.push(0);
    fs::write(campaign.path().join("sign.png"), other).unwrap();
    assert_ne!(seal(), before);
}

/// The official letter with these settings behind `[pdf]`.
fn set(settings: &str, letter: &str) -> Campaign {
    Campaign::new().letter(letter).with(&format!(
        "[pdf]\nfont = \"Libertinus Serif\"\nname = \"Приглашение № {{{{ letter.number }}}}.pdf\"\n{settings}\n[register]\nnumber = \"007\"\ndate = 2022-02-28\n"
    ))
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
#[ignore = "needs python3 and poppler-utils"]
fn date_and_number_stand_in_the_order_of_the_standard_with_what_is_answered() {
    let list = THREE
        .lines()
        .enumerate()
        .map(|(at, line)| match at {
            0 => format!("{line};На №;На № от\n"),
            1 => format!("{line};12-34/05;2022-02-15\n"),
            _ => format!("{line};;\n"),
        })
        .collect::<String>();
    let campaign = set("", OFFICIAL).contacts(&list).write();
    campaign.run(["preview"]).code(0);
    let text = squeezed(&text_of(&pdf_of(&campaign, "anna@one.test")));
    assert!(text.contains("28.02.2022 № 007") && !text.contains("от 28.02.2022"), "{text}");
    assert!(text.contains("На № 12-34/05 от 15.02.2022"), "{text}");
    let text = squeezed(&text_of(&pdf_of(&campaign, "boris@two.test")));
    assert!(text.contains("28.02.2022 № 007") && !text.contains("На №"), "{text}");
}

#[test]
fn a_column_for_the_reference_that_is_not_in_the_list_is_an_error() {
    let campaign = Campaign::new().with("[register]\nreference_number = \"Вх.\"\n").write();
    campaign.run(["check"]).code(3).says("\"reference_number\" names the column \"Вх.\"");
}

#[test]
#[ignore = "needs python3 and poppler-utils"]
fn the_mark_of_an_electronic_signature_says_whose_and_until_when() {
    let mark = "[pdf.electronic_signature]\ncertificate = \"00B1C2D3\"\nowner = \"Цой Ион Ильич\"\nvalid_from = 2022-01-01\nvalid_until = 2023-04-01\n";
    let campaign = set(mark, OFFICIAL).write();
    campaign.run(["preview"]).code(0);
    let text = squeezed(&text_of(&pdf_of(&campaign, "anna@one.test")));
    for part in [
        "Документ подписан электронной подписью",
        "Сертификат: 00B1C2D3",
        "Владелец: Цой Ион Ильич",
        "Действителен с 01.01.2022 по 01.04.2023",
    ] {
        assert!(text.contains(part), "«{part}» is not in {text}");
    }
    set("[pdf.electronic_signature]\nowner = \"Цой\"\n", OFFICIAL)
        .write()
        .run(["check"])
        .code(3)
        .says("certificate")
        .says("valid_until");
}

/// The text of each page, and how many lines of the letter stand above the signature on its page.
fn pages(pdf: &PathBuf) -> Vec<String> {
    text_of(pdf).split('\u{c}').map(str::to_owned).filter(|page| !page.trim().is_empty()).collect()
}

#[test]
#[ignore = "needs python3 and poppler-utils"]
fn a_signature_is_never_alone_on_a_sheet_and_never_torn() {
    let sentence = "Приглашаем Вас принять участие в семинаре и просим сообщить о нём коллегам. ";
    let position = "Директор<br>автономной организации<br>«Дирекция семинаров»";
    let mut broken = 0;
    for lines in 10..30 {
        let mut letter = OFFICIAL.replace("| Директор |", &format!("| {position} |"));
        let body = "слово о семинаре\\\n".repeat(lines) + "\n" + &sentence.repeat(6) + "\n\n";
        letter = letter.replace("- первое;", &format!("{body}- первое;"));
        // What comes last is now a long paragraph, then a short one.
        let last =
            if lines % 2 == 0 { sentence.repeat(5) } else { "С уважением,".to_owned() };
        letter = letter.replace("| | |\n|:--|--:|", &format!("{last}\n\n| | |\n|:--|--:|"));
        let campaign = set("", &letter).write();
        campaign.run(["preview"]).code(0);
        let pages = pages(&pdf_of(&campaign, "anna@one.test"));
        let of_signature = pages.iter().find(|page| page.contains("И.И. Цой")).unwrap();
        broken += usize::from(pages.len() > 1 && pages.last() == Some(of_signature));
        assert!(of_signature.contains("Директор"), "torn: {of_signature}");
        let above = of_signature.split("Директор").next().unwrap();
        let words = above.split_whitespace().filter(|word| word.chars().count() > 2).count();
        assert!(words >= 4, "alone with {lines} lines: {of_signature}");
        // And the executor's mark has the signature on its sheet.
        assert!(of_signature.contains("Исп.: Ким"), "{of_signature}");
    }
    assert!(broken >= 5, "only {broken} letters had two sheets");
}

#[test]
#[ignore = "needs python3 and poppler-utils"]
fn a_table_fits_the_sheet_and_repeats_its_headings() {
    let wide = "Межведомственная конференция | Константинопольский Александр | konstantinopolsky.a@department.example.org | 28.02.2022 | 10:30";
    let rows = format!("| {wide} |\n").repeat(40);
    let table =
        format!("| Мероприятие | Ведущий | Почта | Дата | Час |\n|---|---|---|---|---|\n{rows}");
    let endless = format!("| Слово | Час |\n|---|---|\n| {} | 10 |\n", "ж".repeat(300));
    let letter = OFFICIAL
        .replace("| Дата | Тема |\n|---|---|\n| 5 мая | Школа |\n", &format!("{table}\n{endless}"));
    let campaign = set("", &letter).write();
    campaign.run(["preview"]).code(0);
    let pdf = pdf_of(&campaign, "anna@one.test");
    let pages = pages(&pdf);
    let with_rows: Vec<_> = pages.iter().filter(|page| page.contains("10:30")).collect();
    assert!(with_rows.len() > 1, "{}", pages.len());
    assert!(with_rows.iter().all(|page| page.contains("Мероприятие")), "{with_rows:?}");
    assert!(text_of(&pdf).contains("konstantinopolsky.a@department.example.org"));
    // A4 is 595 points wide; the margins are 30 and 15 mm.
    let output = Command::new("pdftotext").arg("-bbox").arg(&pdf).arg("-").output().unwrap();
    let boxes = String::from_utf8(output.stdout).unwrap();
    let edges = boxes.split("xMax=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    for edge in edges {
        assert!(edge.parse::<f64>().unwrap() < 595.3 - 42.5 + 2.0, "{edge}");
    }
}

#[test]
#[ignore = "needs python3 and poppler-utils"]
fn typed_signs_become_those_of_print_and_nothing_that_belongs_together_is_parted() {
    let text = "Семинар \"Школа **\"Рост\"**\" - по распоряжению от 3 марта 2016 г. № 368-р, его ведёт А.П. Константинопольская, ";
    let letter = OFFICIAL.replace("- первое;", &format!("{}\n\n- первое;", text.repeat(12)));
    let campaign = set("", &letter).write();
    campaign.run(["preview"]).code(0);
    let set_so = text_of(&pdf_of(&campaign, "anna@one.test"));
    assert!(set_so.contains("«Школа „Рост“» –") && !set_so.contains('"'), "{set_so}");
    for (part, times) in
        [("3 марта 2016 г.", 12), ("№ 368-р", 12), ("А.П. Константинопольская", 12)]
    {
        let found = set_so.replace('\u{a0}', " ").matches(part).count();
        assert_eq!(found, times, "{part}: {set_so}");
    }
    let message = campaign.run(["show", "--text"]).code(0).out;
    assert!(message.contains("\"Школа"), "{message}");
    let campaign = set("typography = false", &letter).write();
    campaign.run(["preview"]).code(0);
    let typed = text_of(&pdf_of(&campaign, "anna@one.test"));
    assert!(typed.contains("\"Школа \"Рост\"\" -"), "{typed}");
}

#[test]
fn the_face_is_named_and_a_wrong_one_is_an_error() {
    set("", OFFICIAL).write().run(["check"]).code(0).says("Libertinus Serif, 14 pt");
    let campaign = set("font_size = 12", OFFICIAL).write();
    campaign.run(["check", "--lang", "ru"]).code(0).says("Шрифт PDF: Libertinus Serif, 12 пт");
    set("font_size = 18", OFFICIAL).write().run(["check"]).code(3).says("font_size");
    campaign.edit("campaign.toml", "Libertinus", "Libertinos");
    campaign
        .run(["check"])
        .code(3)
        .says("there is no font \"Libertinos Serif\"")
        .says("Libertinus Serif");
}

#[test]
fn face_size_and_typography_are_part_of_the_seal() {
    let seal = |settings: &str| {
        let campaign = set(settings, OFFICIAL).write();
        campaign.run(["check", "--json"]).code(0).summary()["seal"].clone()
    };
    let seals = ["", "font_size = 13", "typography = false"].map(seal);
    assert!(seals[0] != seals[1] && seals[0] != seals[2] && seals[1] != seals[2], "{seals:?}");
}

#[test]
#[ignore = "needs fonts-croscore, python3 and poppler-utils"]
fn a_face_with_the_metrics_of_times_is_taken_from_the_system() {
    let campaign = Campaign::new().letter(OFFICIAL).with(
        "[pdf]\nname = \"Приглашение № {{ letter.number }}.pdf\"\n[register]\nnumber = \"007\"\ndate = 2022-02-28\n",
    );
    let campaign = campaign.write();
    let checked = campaign.run(["check"]).code(0);
    let face = ["PT Astra Serif", "Tinos"].into_iter().find(|face| checked.err.contains(face));
    let face = face.unwrap_or_else(|| panic!("{}", checked.err));
    assert!(!checked.err.contains("warning"), "{}", checked.err);
    campaign.run(["preview"]).code(0);
    let pdf = pdf_of(&campaign, "anna@one.test");
    let fonts = Command::new("pdffonts").arg(&pdf).output().unwrap();
    let fonts = String::from_utf8_lossy(&fonts.stdout).into_owned();
    assert!(fonts.contains(&face.replace(' ', "")), "{fonts}");
}

fn on(letterhead: &str) -> Campaign {
    let own = "[pdf]\nletterhead = \"own.typ\"\n";
    Campaign::new().with(own).file("own.typ", letterhead).write()
}

#[test]
fn a_letterhead_has_a_bound_in_pages() {
    let campaign = on("#for i in range(150) { pagebreak(); [x] }");
    campaign.run(["check"]).code(3).says("own.typ").says("has 151 pages; it may have 100");
}

#[cfg(target_os = "linux")]
#[test]
fn a_letterhead_without_end_is_stopped() {
    let campaign = on("#for i in range(1000000000) { pagebreak(); [x] }");
    campaign.run(["check"]).code(3).says("too much time or memory");
}

#[test]
fn a_picture_of_a_letterhead_has_a_bound_in_pixels() {
    // The beginning of a PNG of 100,000 pixels each way, which is all that is looked at.
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(100_000_u32.to_be_bytes().repeat(2));
    bytes.extend([8, 6, 0, 0, 0, 0xff]);
    let own = "[pdf]\nletterhead = \"own.typ\"\n";
    let campaign = Campaign::new().with(own).file("own.typ", "#image(\"big.png\")");
    let campaign = campaign.file("big.png", &bytes).write();
    campaign.run(["check"]).code(3).says("big.png").says("too large");
    let signature = "[pdf]\nsignature = \"big.png\"\n";
    let campaign = Campaign::new().with(signature).file("big.png", &bytes).write();
    campaign.run(["check"]).code(3).says("big.png").says("too large");
}

#[test]
fn quotes_and_lists_of_the_greatest_depth_are_set() {
    let deep = format!("{} да\n\n{}да\n", "> ".repeat(32), "- ".repeat(31));
    let campaign = Campaign::new().letter(&deep).with("[pdf]\n").write();
    let ran = campaign.run(["check"]);
    assert!(!ran.err.contains("overflow") && ran.code >= 0, "{}", ran.err);
}
