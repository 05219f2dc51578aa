//! `[pace]`: windows, time zones, limits by domain, and ramp-up.

use std::fs;

use jiff::Timestamp;

use crate::server::Server;
use crate::support::{Campaign, THREE};

/// The distance from UTC at which it is now the given hour.
fn zone_where_it_is(hour: i32) -> String {
    let utc = i32::from(jiff::tz::TimeZone::UTC.to_datetime(Timestamp::now()).hour());
    let mut distance = hour - utc;
    while distance < -11 {
        distance += 24;
    }
    while distance > 13 {
        distance -= 24;
    }
    format!("UTC{distance:+}")
}

#[test]
fn outside_its_window_a_run_says_when_it_goes_on() {
    let server = Server::kind();
    let zone = zone_where_it_is(4);
    let pace = format!("[pace]\nwindow = {{ hours = \"09:00-18:00\", timezone = \"{zone}\" }}");
    let campaign = Campaign::new().to(&server).with(&pace).write();
    campaign.run(["send", "--dry-run"]).code(0).says("the first letter at");
    campaign.run(["send", "--yes"]).code(7).says("3 letters waiting until").says("3 waiting");
    assert!(server.taken().is_empty());
    campaign.run(["status"]).code(0).says("pace: the first letter at");
    let campaign_file = campaign.path().join("campaign.toml");
    let text = fs::read_to_string(&campaign_file).unwrap();
    fs::write(&campaign_file, text.replace(&zone, &zone_where_it_is(12))).unwrap();
    campaign.run(["send", "--yes"]).code(0).says("3 accepted");
}

#[test]
fn a_mailing_is_prepared_before_the_day_on_which_it_begins() {
    let server = Server::kind();
    let pace = "[pace]\nnot_before = \"01.12.2099 09:00\"";
    let campaign = Campaign::new().to(&server).with(pace).write();
    campaign.run(["check"]).code(0);
    campaign.run(["send", "--yes"]).code(7).says("3 letters waiting until 2099-12-01 09:00");
    assert!(server.taken().is_empty());
    campaign.run(["status"]).code(0).says("2099-12-01 09:00");
    let campaign_file = campaign.path().join("campaign.toml");
    let text = fs::read_to_string(&campaign_file).unwrap();
    fs::write(&campaign_file, text.replace("\"01.12.2099 09:00\"", "2026-01-01T09:00:00")).unwrap();
    campaign.run(["send", "--yes"]).code(0).says("3 accepted");
    fs::write(&campaign_file, text.replace("01.12", "31.11")).unwrap();
    campaign.run(["check"]).code(3).says("\"31.11.2099 09:00\" is not a day and hour");
}

#[test]
fn everyone_is_written_to_by_their_own_clock_and_nobody_keeps_others_back() {
    let server = Server::kind();
    let (day, night) = (zone_where_it_is(12), zone_where_it_is(4));
    let zones = ["Часовой пояс", &night, &day, &night];
    let list: String =
        THREE.lines().zip(zones).map(|(line, zone)| format!("{line};{zone}\n")).collect();
    let list = list + "gleb@four.test;Ким;Глеб;;Киму Г.;Директору;Уважаемый господин Ким;Горный;\n";
    let pace = format!("[pace]\nwindow = {{ hours = \"9-18\", timezone = \"{day}\" }}");
    let campaign = Campaign::new().contacts(&list).to(&server).with(&pace).write();
    campaign
        .run(["send", "--yes"])
        .code(7)
        .says("2 accepted, 0 refused, 2 waiting")
        .says("2 letters waiting until");
    let counts = server.counts();
    assert_eq!(counts.keys().collect::<Vec<_>>(), ["boris@two.test", "gleb@four.test"]);
}

#[test]
fn a_zone_that_cannot_be_read_is_a_problem_of_its_row_where_it_matters() {
    let list = THREE.replace("Район", "timezone");
    let campaign = Campaign::new().contacts(&list).write();
    campaign.run(["check"]).code(0);
    let campaign =
        Campaign::new().contacts(&list).with("[pace]\nwindow = { hours = \"0-24\" }").write();
    campaign
        .run(["check"])
        .code(3)
        .says("contacts.csv, column \"timezone\": 3 rows")
        .says("\"Северный\" is not a time zone");
}

#[test]
fn a_domain_at_its_limit_keeps_nobody_else_back() {
    let server = Server::kind();
    let rows: String =
        ["a@slow.test", "b@slow.test", "c@also-slow.test", "d@quick.test", "e@quick.test"]
            .map(|address| {
                format!("{address};Ильина;Анна;;Ильиной А.;Начальнику;Уважаемая Анна;Район\n")
            })
            .concat();
    let list = format!("{}\n{rows}", THREE.lines().next().unwrap());
    let pace =
        "[pace]\nconnections = 2\n[pace.domains]\n\"slow.test, also-slow.test\" = { per_hour = 2 }";
    let campaign = Campaign::new().contacts(&list).to(&server).with(pace).write();
    campaign.run(["send", "--yes"]).code(7).says("4 accepted, 0 refused, 1 waiting");
    assert!(!server.counts().contains_key("c@also-slow.test"));
    campaign.run(["send", "--yes"]).code(7).says("1 letter waiting until");
    assert_eq!(server.taken().len(), 4);
}

#[test]
fn a_new_sender_begins_with_few_letters() {
    let server = Server::kind();
    // Far from midnight, for which a run would wait.
    let noon = zone_where_it_is(12);
    let pace = format!(
        "[pace]\nwindow = {{ hours = \"0-24\", timezone = \"{noon}\" }}\nramp_up = {{ first_day = 3, factor = 2 }}"
    );
    let campaign = Campaign::new().people(7).to(&server).with(&pace).write();
    campaign.run(["send", "--yes"]).code(7).says("3 accepted, 0 refused, 4 waiting");
    campaign.run(["send", "--yes"]).code(7).says("4 letters waiting until");
    assert_eq!(server.taken().len(), 3);
    // As if all that had been yesterday.
    let db = rusqlite::Connection::open(campaign.path().join("ledger.sqlite")).unwrap();
    db.execute_batch("UPDATE attempt SET begun = begun - 86400000, ended = ended - 86400000")
        .unwrap();
    drop(db);
    campaign.run(["send", "--yes"]).code(0).says("7 accepted");
}

#[test]
fn what_is_wrong_with_the_pace_is_told_at_its_place() {
    let pace = r#"[pace]
window = { days = "mon-fry", hours = "18-9", timezone = "Europe/Mosow", holidays = [2026-12-31, "2027-01-08..2027-01-01"] }
ramp_up = { factor = 0.5 }
[pace.domains]
"mail.test" = { per_minute = 1 }
"inbox.test mail.test" = { per_day = 5, per_week = 3 }
"@x" = {}
"#;
    let campaign = Campaign::new().with(pace).write();
    let mut ran = campaign.run(["check", "--all"]).code(3);
    for line in [
        "campaign.toml:14:19: \"mon-fry\" does not name days of the week",
        "campaign.toml:14:38: \"18-9\" does not name hours of the day",
        "campaign.toml:14:57: \"Europe/Mosow\" is not a time zone",
        "campaign.toml:14:97: \"2027-01-08..2027-01-01\" is neither a date nor a range",
        "campaign.toml:15:1: the key \"first_day\" is missing",
        "campaign.toml:15:22: 0.5 is out of range",
        "campaign.toml:17:1: the domain mail.test has two limits",
        "campaign.toml:18:41: ",
        "campaign.toml:19:1: \"@x\" is not a domain name",
    ] {
        ran = ran.says(line);
    }
    campaign
        .run(["check", "--all", "--lang", "ru"])
        .says("«18-9» — не часы дня")
        .says("напишите, например, \"09:00-18:00\"");
}
