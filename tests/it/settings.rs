//! `campaign.toml` as people in offices write and save it: each slip says the line to write.

use std::fs;

use crate::support::Campaign;

fn settings(campaign: &Campaign) -> String {
    fs::read_to_string(campaign.path().join("campaign.toml")).unwrap()
}

fn save(campaign: &Campaign, bytes: impl AsRef<[u8]>) {
    fs::write(campaign.path().join("campaign.toml"), bytes).unwrap();
}

#[test]
fn a_file_saved_in_another_encoding_says_how_to_save_it() {
    let campaign = Campaign::new().write();
    let text = settings(&campaign);
    let ansi: Vec<u8> = text
        .chars()
        .map(|c| match c {
            'А'..='я' => u8::try_from(c as u32 - 0x350).unwrap(),
            c => u8::try_from(c as u32).unwrap(),
        })
        .collect();
    save(&campaign, ansi);
    campaign.run(["check"]).code(3).says("not in UTF-8 (Windows-1251)").says("Encoding: UTF-8");
    let wide: Vec<u8> =
        format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    save(&campaign, wide);
    campaign.run(["check"]).code(3).says("not in UTF-8 (UTF-16");
    save(&campaign, format!("\u{feff}{text}"));
    campaign.run(["check"]).code(0);
}

#[test]
fn a_file_with_an_ending_that_explorer_hides_is_named() {
    for name in ["campaign.toml.txt", "Campaign.toml.TXT", "campaign.txt"] {
        let campaign = Campaign::new().write();
        fs::rename(campaign.path().join("campaign.toml"), campaign.path().join(name)).unwrap();
        campaign.run(["check"]).code(3).says(name).says("Rename it:");
    }
}

#[test]
fn a_slip_says_the_line_to_write() {
    let campaign = Campaign::new().write();
    let good = settings(&campaign);
    for (instead, said) in [
        (r#"subject = "Для {{ row["Фамилия"] }}""#, "write subject = \"Для {{ row['Фамилия'] }}\""),
        (r#"subject = "Для {{ Фамилия }}""#, "write row['Фамилия']"),
        (r#"subject = "Для {{ фамилиа }}""#, "write row['Фамилия']"),
        ("subject = «О семинаре»", "write subject = \"О семинаре\""),
        ("subject = О семинаре", "write subject = \"О семинаре\""),
    ] {
        save(&campaign, good.replace("subject = \"О семинаре\"", instead));
        campaign.run(["check"]).code(3).says(said);
    }
    for path in [r"C:\Users\anna\list.csv", r"C:\temp\list.csv", r"..\new\list.csv"] {
        save(&campaign, good.replace("contacts.csv", path));
        let said = format!("write file = \"{}\"", path.replace('\\', "/"));
        campaign.run(["check"]).code(3).says(&said);
    }
}

#[test]
fn braces_where_nothing_is_inserted_are_told() {
    let campaign = Campaign::new().write();
    let text = settings(&campaign)
        .replace("name = \"Дирекция\"", "name = \"{Отдел}\"")
        .replace("event = \"на *семинар*\"", "event = \"{{ Район }}\"");
    save(&campaign, text);
    campaign
        .run(["check"])
        .code(0)
        .says("3:8 the reader will see the braces: {Отдел}")
        .says("braces: {{");
}

#[test]
fn a_column_is_named_in_the_letter_as_the_message_says() {
    let campaign = Campaign::new().letter("Уважаемый {{ Имя }} {{ Отчество }}!\n").write();
    campaign
        .run(["check"])
        .code(3)
        .says("1:14 a column")
        .says("write row[\"Имя\"]")
        .says("write row[\"Отчество\"]");
}

#[test]
fn a_letter_to_one_person_goes_to_nobody() {
    let campaign = Campaign::new().letter("Уважаемая Анна Петровна!\n\nЖдём.\n").write();
    campaign
        .run(["send"])
        .code(3)
        .says("letter.md:1:1")
        .says("\"Уважаемая Анна Петровна\"")
        .says("write {{ salutation }} in place of these words");
    let campaign = Campaign::new().letter("Уважаемые коллеги!\n\nЖдём.\n").write();
    campaign.run(["check"]).code(0).says("the letter has no field");
}
