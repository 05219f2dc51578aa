//! How fast letters are composed: `cargo bench --bench composing [-- ROWS]`.
//!
//! Times `gonets check` as a whole process, over a list that the bench writes first, and in turns
//! with it a bare loop in this process: csv, tera with ten values of the row, pulldown-cmark's
//! events. Both use the letter of `examples/mmso-2022`. Go by the ratio. Nothing is sent.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

const NAMES: &str = include_str!("../tests/gold/names.tsv");
const POSTS: &str = include_str!("../tests/gold/organisations.tsv");
const LETTER: &str = include_str!("../examples/mmso-2022/letter.md");
const CAMPAIGN: &str = include_str!("../examples/mmso-2022/campaign.toml");

fn main() {
    let rows =
        std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(50_000);
    let folder = std::env::temp_dir().join(format!("gonets-composing-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the bench");
    write_campaign(&folder, rows);
    println!("{rows} letters of {} bytes of Markdown", LETTER.len());
    println!("{:>28} {:>14} {:>9} {:>11}", "bare tera + pulldown/s", "check/s", "ratio", "memory");
    for _ in 0..3 {
        let begun = Instant::now();
        let octets = bare(&folder);
        let bare = begun.elapsed().as_secs_f64();
        assert!(octets > rows * 1000, "the bare loop makes letters");
        let (check, memory) = check(&folder);
        #[allow(clippy::cast_precision_loss, reason = "a number of rows")]
        let each = rows as f64;
        println!("{:>28.0} {:>14.0} {:>9.2} {memory:>11}", each / bare, each / check, bare / check);
    }
    std::fs::remove_dir_all(&folder).expect("the folder of the bench can go");
}

/// Writes the example campaign with an invented list.
fn write_campaign(folder: &Path, rows: usize) {
    let campaign = CAMPAIGN.replace("../../contacts/city-education-heads.csv", "contacts.csv");
    // A build without PDF rejects the letterhead.
    let campaign = match campaign.split_once("[pdf]") {
        Some((before, _)) if !cfg!(feature = "pdf") => before.to_owned(),
        Some(_) | None => campaign,
    };
    let mut list = "Фамилия;Имя;Отчество;Пол;Должность;Организация;Эл. почта;Город\n".to_owned();
    let people = NAMES.lines().skip(1).filter(|line| line.contains("\tdative\t")).cycle();
    let posts = POSTS.lines().filter(|line| !line.starts_with('#')).cycle();
    for (row, (person, post)) in people.zip(posts).take(rows).enumerate() {
        let cells: Vec<&str> = person.split('\t').take(4).chain(post.split('\t').take(2)).collect();
        let [gender, surname, first_name, patronymic, position, organisation] = cells[..] else {
            continue;
        };
        let _ = writeln!(
            list,
            "{surname};{first_name};{patronymic};{gender};{position};{organisation};p{row}@d{}.example;Город-{row}",
            row % 997
        );
    }
    std::fs::write(folder.join("campaign.toml"), campaign).expect("the bench's folder");
    std::fs::write(folder.join("contacts.csv"), list).expect("the bench's folder");
    std::fs::write(folder.join("letter.md"), LETTER).expect("the bench's folder");
}

/// Only renders and parses each row's letter; returns the octets of Markdown.
fn bare(folder: &Path) -> usize {
    let mut tera = tera::Tera::new();
    tera.add_raw_template("letter", LETTER).expect("the example's letter");
    let campaign: toml::Table = CAMPAIGN.parse().expect("the example's settings");
    let values = campaign["letter"]["values"].as_table().cloned().unwrap_or_default();
    for (name, value) in &values {
        tera.global_context().insert(name.clone(), value);
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_path(folder.join("contacts.csv"))
        .expect("a list");
    let mut record = csv::StringRecord::new();
    let mut octets = 0;
    while reader.read_record(&mut record).expect("the bench writes good CSV") {
        let mut context = tera::Context::new();
        let pair = |name: &str, value: &str| {
            std::collections::BTreeMap::from([(name.to_owned(), value.to_owned())])
        };
        let mut addressee = pair("name", &record[0]);
        addressee.append(&mut pair("position", &record[4]));
        context.insert("addressee", &addressee);
        context.insert("salutation", &record[1]);
        let mut letter = pair("number", "007");
        letter.append(&mut pair("date", "28.02.2022"));
        context.insert("letter", &letter);
        let printed = tera.render("letter", &context).expect("the example's letter");
        let events =
            pulldown_cmark::Parser::new_ext(&printed, pulldown_cmark::Options::ENABLE_TABLES);
        octets += printed.len() + events.count();
    }
    octets
}

/// The seconds that `check` takes, and its peak memory.
fn check(folder: &Path) -> (f64, String) {
    let mut command = Command::new("/usr/bin/time");
    let has_time = Path::new("/usr/bin/time").exists();
    if has_time {
        command.args(["-f", "%M", env!("CARGO_BIN_EXE_gonets")]);
    } else {
        command = Command::new(env!("CARGO_BIN_EXE_gonets"));
    }
    let begun = Instant::now();
    command.args(["check", "--quiet"]).arg(folder);
    let ran = command.stdout(Stdio::null()).output().expect("gonets runs");
    let seconds = begun.elapsed().as_secs_f64();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    let kilobytes = said.lines().last().and_then(|line| line.parse::<u64>().ok());
    (
        seconds,
        kilobytes.map_or_else(|| "?".to_owned(), |kilobytes| format!("{} MiB", kilobytes / 1024)),
    )
}
