//! `init`, `check`, `show`, `preview`: the steps before anything is sent.

use std::fs;

use crate::support::{Campaign, EXAMPLE, THREE, example, gonets, ran};

#[test]
#[cfg_attr(not(feature = "pdf"), ignore = "the example has [pdf]")]
fn the_example_composes_forty_letters() {
    let folder = example();
    let campaign = folder.path().join(EXAMPLE);
    let preview = ran(gonets().arg("preview").arg(&campaign).output().unwrap())
        .code(0)
        .says("40 letters composed");
    assert!(preview.out.contains("index.html"));
    assert_eq!(fs::read_dir(campaign.join("preview/letters")).unwrap().count(), 40);
}

#[test]
fn a_new_campaign_works_at_once_and_has_an_id_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let made = folder.path().join("Мой семинар");
    ran(gonets().arg("init").arg(&made).output().unwrap()).code(0);
    assert!(
        fs::read_to_string(made.join("campaign.toml")).unwrap().contains("id = \"мой-семинар-20")
    );
    ran(gonets().arg("check").arg(&made).output().unwrap()).code(0).says("can be sent");
    ran(gonets().arg("init").arg(&made).output().unwrap()).code(3).says("not empty");
}

#[test]
fn a_new_campaign_in_english_is_english_and_sound() {
    let folder = tempfile::tempdir().unwrap();
    let made = folder.path().join("seminar");
    let run = |command: &str| {
        ran(gonets().args(["--lang", "en", command]).arg(&made).output().unwrap()).code(0)
    };
    run("init");
    for file in fs::read_dir(&made).unwrap() {
        let path = file.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let is_russian = |c: &char| ('а'..='я').contains(c);
        let is_remark = |line: &&str| !path.ends_with("letterhead.typ") || line.contains("//");
        let text: String = text.lines().filter(is_remark).collect();
        assert_eq!(text.chars().find(is_russian), None, "{}", path.display());
    }
    run("check").says("6 letters can be sent as they are");
    run("show").says("Dear Ms Ryabinina,");
}

#[test]
fn show_prints_the_letter_as_its_reader_sees_it() {
    let campaign = Campaign::new().write();
    let shown = campaign.run(["show", "--to", "BORIS@two.test"]).code(0);
    assert!(shown.out.contains("To:      Борис Цой <boris@two.test>"), "{}", shown.out);
    assert!(
        shown
            .out
            .contains("Директору\nЦою Б.\n\nУважаемый господин Цой!\n\nПриглашаем на *семинар*.\n"),
        "{}",
        shown.out
    );
    campaign.run(["show", "--to", "nobody@two.test"]).code(3).says("no such address");
}

#[test]
fn what_show_prints_raw_is_the_message_of_the_preview() {
    let campaign = Campaign::new().write();
    campaign.run(["preview"]).code(0);
    let raw = campaign.run(["show", "--raw"]).code(0).out;
    let file =
        fs::read_to_string(campaign.file_of("preview/letters", "anna@one.test", ".eml")).unwrap();
    let without_date = |text: &str| text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(without_date(&raw), without_date(&file));
}

#[test]
fn the_seal_follows_the_letters_and_nothing_else() {
    let seal = |campaign: &Campaign| {
        campaign.run(["check", "--json"]).code(0).summary()["seal"].as_str().unwrap().to_owned()
    };
    let campaign = Campaign::new().write();
    let before = seal(&campaign);
    let toml = campaign.path().join("campaign.toml");
    let text = fs::read_to_string(&toml).unwrap();
    fs::write(&toml, format!("{text}\n[pace]\nper_minute = 10\n")).unwrap();
    assert_eq!(seal(&campaign), before);
    fs::write(campaign.path().join("letter.md"), format!("{} ", crate::support::LETTER)).unwrap();
    assert_ne!(seal(&campaign), before);
}

#[test]
fn a_preview_replaces_its_own_folder_and_no_other() {
    let campaign = Campaign::new().write();
    campaign.run(["preview"]).code(0);
    campaign.run(["preview"]).code(0);
    fs::write(campaign.path().join("preview/index.html"), "<p>mine</p>").unwrap();
    campaign.run(["preview"]).code(3).says("was not created by gonets");
    assert_eq!(
        fs::read_to_string(campaign.path().join("preview/index.html")).unwrap(),
        "<p>mine</p>"
    );
}

#[test]
fn a_preview_that_was_killed_is_in_nobodys_way() {
    let campaign = Campaign::new().people(3000).write();
    let mut child = campaign.spawn(["preview"]);
    let letters = campaign.path().join("preview.part/letters");
    let has_begun = || fs::read_dir(&letters).is_ok_and(|mut files| files.next().is_some());
    while !has_begun() && child.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(has_begun(), "it ended before it was killed");
    fs::write(campaign.path().join("contacts.csv"), THREE).unwrap();
    campaign.run(["preview"]).code(0);
    assert!(!campaign.path().join("preview.part").exists());
    assert_eq!(fs::read_dir(campaign.path().join("preview/letters")).unwrap().count(), 3);
}

#[test]
fn what_somebody_put_into_an_old_preview_is_kept() {
    let campaign = Campaign::new().write();
    campaign.run(["preview"]).code(0);
    let preview = campaign.path().join("preview");
    fs::create_dir_all(preview.join("letters/notes")).unwrap();
    fs::write(preview.join("letters/notes/mine.txt"), "мои пометки").unwrap();
    fs::write(preview.join("mine.txt"), "мои пометки").unwrap();
    // A line of another hand in the list of files leads nowhere outside.
    let outside = campaign.path().join("outside.txt");
    fs::write(&outside, "x").unwrap();
    fs::write(preview.join("made.txt"), "../outside.txt\n").unwrap();
    fs::write(
        campaign.path().join("contacts.csv"),
        THREE.lines().take(2).collect::<Vec<_>>().join("\n"),
    )
    .unwrap();
    campaign.run(["preview"]).code(0);
    assert_eq!(fs::read_to_string(preview.join("mine.txt")).unwrap(), "мои пометки");
    assert_eq!(fs::read_to_string(preview.join("letters/notes/mine.txt")).unwrap(), "мои пометки");
    assert_eq!(fs::read_dir(preview.join("letters")).unwrap().count(), 2);
    assert!(outside.exists() && !campaign.path().join("preview.old").exists());
}

#[test]
fn the_page_of_a_preview_holds_no_cell_and_runs_no_foreign_script() {
    let campaign = Campaign::new()
        .contacts("email;Фамилия;name_dative;position_dative;salutation\na@one.test;</td><script>alert(1)</script>;<img src=x>;{{ 7 * 7 }};[x](javascript:y) **z**\n")
        .write();
    campaign.run(["preview"]).code(0);
    let page = fs::read_to_string(campaign.path().join("preview/index.html")).unwrap();
    assert!(page.contains("default-src 'none'; script-src 'nonce-") && !page.contains("alert(1)"));
    assert!(!page.contains("http://") && !page.contains("https://"));
    for name in ["list-0.js", "letters-0.js", "about.js"] {
        let data = fs::read_to_string(campaign.path().join("preview/data").join(name)).unwrap();
        assert!(!data.contains('<'), "{name}: {data}");
    }
    let letters = fs::read_to_string(campaign.path().join("preview/data/letters-0.js")).unwrap();
    assert!(
        letters.contains("{{ 7 * 7 }}") && letters.contains("[x](javascript:y) **z**"),
        "{letters}"
    );
}

#[test]
fn messages_come_in_the_language_asked_for() {
    let campaign = Campaign::new().write();
    campaign.run(["check", "--lang", "ru"]).code(0).says("3 письма в полном порядке");
    ran(campaign.command(["check"]).env("LANG", "ru_RU.UTF-8").output().unwrap())
        .says("Можно отправлять");
    campaign.run(["check", "--lang", "en"]).code(0).says("3 letters can be sent");
    ran(gonets().args(["--lang", "ru", "send", "--help"]).output().unwrap())
        .code(0)
        .says("Использование:")
        .says("Репетиция");
    ran(gonets().args(["--lang", "ru", "sned"]).output().unwrap())
        .code(2)
        .says("может быть, «send»");
}
