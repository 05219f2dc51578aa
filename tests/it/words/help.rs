//! The help of every command and the main manual page.

use std::process::Command;

use super::holds;

fn printed(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_gonets"))
        .args(arguments)
        .env("COLUMNS", "80")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.replace("gonets.exe", "gonets").replace(env!("CARGO_PKG_VERSION"), "VERSION")
}

/// The main page, then that of each command which it lists.
fn help_in(language: &str) -> String {
    let main = printed(&["--help", "--lang", language]);
    let (_, commands) = main.split_once("Commands:\n").or(main.split_once("Команды:\n")).unwrap();
    let names = commands.lines().take_while(|line| !line.is_empty());
    let names = names.filter(|line| !line.starts_with("    "));
    let of = |line: &str| {
        let command = line.split_whitespace().next().unwrap();
        let page = printed(&[command, "--help", "--lang", language]);
        format!("\n---- {command}\n{page}")
    };
    format!("{main}{}", names.map(of).collect::<String>())
}

#[test]
fn help_in_english() {
    holds("help_en", &help_in("en"));
}

#[test]
fn help_in_russian() {
    holds("help_ru", &help_in("ru"));
}

#[test]
fn the_manual_in_both_languages() {
    holds("manual_en", &printed(&["man", "--lang", "en"]));
    holds("manual_ru", &printed(&["man", "--lang", "ru"]));
}
