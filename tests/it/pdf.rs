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
        "№ 007",
        "от 28.02.2022",
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
    let toml = campaign.path().join("campaign.toml");
    let text = fs::read_to_string(&toml).unwrap();
    fs::write(&toml, text.replace("\"007\"", "\"01/7\"")).unwrap();
    campaign
        .run(["check"])
        .code(3)
        .says("\"Приглашение № 01/7.pdf\" cannot be a file name")
        .says("replace(from=");
    fs::write(
        &toml,
        text.replace("\"007\"", "\"01/7\"")
            .replace("name = \"Приглашение № {{ letter.number }}.pdf\"\n", ""),
    )
    .unwrap();
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
