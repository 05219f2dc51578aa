//! `init --follow`: a campaign that follows another: its people, its sender, a letter of its own.

use std::path::{Component, Path};

use anyhow::Result;

use crate::campaign::follow::relative;
use crate::cli::Init;
use crate::config::{self, Config, text_value};
use crate::failure::Failure;
use crate::policy::FollowTo;
use crate::terminal::Terminal;

/// The tables that are taken over as they are, with those within them.
const TAKEN: [&str; 7] = ["from", "contacts", "letter.values", "smtp", "pace", "retry", "inbox"];

/// Keys whose values are paths.
const PATHS: [&str; 4] = ["file", "ca_file", "forms", "suppress"];

/// The files of a campaign that follows another.
///
/// # Errors
/// When the other one cannot be read.
pub(super) fn read(
    given: &Init,
    followed: &Path,
    terminal: &Terminal,
) -> Result<Vec<(String, Vec<u8>)>> {
    let (file, text) = config::find(Some(followed))?;
    let config = config::read(&file, &text).map_err(|problems| {
        problems.iter().for_each(|problem| terminal.problem(problem));
        Failure::Faulty { errors: problems.len() as u64 }
    })?;
    let to = given.to.unwrap_or(FollowTo::Silent);
    let campaign = settings(&given.folder, &config, &text, to);
    let letter = letter(&config, to);
    Ok(vec![
        (config::FILE.to_owned(), campaign.into_bytes()),
        ("letter.md".to_owned(), letter.into_bytes()),
    ])
}

fn settings(folder: &Path, config: &Config, text: &str, to: FollowTo) -> String {
    let is_russian = config.language == "ru";
    let other = slashed(&relative(folder, &config.folder));
    let (what, after) = match (to, is_russian) {
        (FollowTo::Silent, true) => ("напоминание", "5 working days"),
        (FollowTo::Silent, false) => ("reminder", "5 working days"),
        (_, true) => ("второе письмо", "0 days"),
        (_, false) => ("second letter", "0 days"),
    };
    let named = FollowTo::NAMES.into_iter().find(|(_, it)| *it == to).map_or("silent", |it| it.0);
    let mut out = format!(
        "id = {}\nname = {}\nlanguage = {}\n\n",
        text_value(&super::id(folder)),
        text_value(&format!("{}: {what}", config.name)),
        text_value(&config.language),
    );
    out.push_str(if is_russian {
        "# Кому: silent – кто молчит, accepted – у кого письмо есть, а также replied, bounced, refused.\n\
         # Когда: столько дней после первого письма (working days – рабочих).\n"
    } else {
        "# To whom: silent, accepted (who has the letter), replied, bounced, refused.\n\
         # When: so many days after the first letter.\n"
    });
    out.push_str(&format!(
        "[follows]\ncampaign = {}\nto = {}\nafter = {}\n# thread = false\n\n",
        text_value(&other),
        text_value(named),
        text_value(after),
    ));
    // In one thread, mail programs want the same subject.
    let subject = &config.letter.settings.subject;
    let is_reply = subject.to_lowercase().starts_with("re:");
    let subject = if is_reply { subject.clone() } else { format!("Re: {subject}") };
    out.push_str(&format!(
        "[letter]\nsubject = {}\nbody = \"letter.md\"\n\n",
        text_value(&subject)
    ));
    out.push_str(&taken(text, &other));
    out
}

/// The tables of the other campaign that are taken over, with their paths as seen from here.
fn taken(text: &str, other: &str) -> String {
    let mut out = String::new();
    let mut is_taken = false;
    for line in text.trim_start_matches('\u{feff}').lines() {
        let trimmed = line.trim_start();
        if let Some(name) = trimmed.strip_prefix('[') {
            let name = name.trim_start_matches('[');
            let name = name.split(']').next().unwrap_or_default().trim();
            let is_it = |table: &str| {
                name.strip_prefix(table).is_some_and(|it| it.is_empty() || it.starts_with('.'))
            };
            is_taken = TAKEN.into_iter().any(is_it);
            if is_taken && !out.is_empty() && !out.ends_with("\n\n") {
                out.push('\n');
            }
        }
        // What is commented out between tables belongs to the other campaign.
        if is_taken && !trimmed.is_empty() && !trimmed.starts_with('#') {
            out.push_str(&with_paths(line, other));
            out.push('\n');
        }
    }
    out
}

/// A line whose relative paths lead to the other folder.
fn with_paths(line: &str, other: &str) -> String {
    for key in PATHS {
        for quote in ['"', '\''] {
            let Some((before, rest)) = split_at_value(line, key, quote) else { continue };
            let is_relative = Path::new(rest)
                .components()
                .next()
                .is_none_or(|first| !matches!(first, Component::RootDir | Component::Prefix(_)));
            if is_relative {
                return format!("{before}{other}/{rest}");
            }
        }
    }
    line.to_owned()
}

/// The line up to the value of `key`, and the rest.
fn split_at_value<'a>(line: &'a str, key: &str, quote: char) -> Option<(&'a str, &'a str)> {
    let at = line.find(key)?;
    let before = line[..at].chars().next_back();
    if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '"' || c == '#') {
        return None;
    }
    let after = &line[at + key.len()..];
    let value = after.trim_start().strip_prefix('=')?.trim_start().strip_prefix(quote)?;
    Some(line.split_at(line.len() - value.len()))
}

fn slashed(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// A letter that greets as the other one does, if the list has what that needs.
fn letter(config: &Config, to: FollowTo) -> String {
    let body = config.letter.body.as_ref();
    let body = body.and_then(|name| std::fs::read_to_string(config.folder.join(name)).ok());
    let is_greeted = body.is_some_and(|body| body.contains("salutation"));
    let is_russian = config.language == "ru";
    let greeting = match (is_greeted, is_russian) {
        (true, true) => "{{ salutation }}!",
        (true, false) => "{{ salutation }},",
        (false, true) => "Здравствуйте!",
        (false, false) => "Hello,",
    };
    let text = match (to, is_russian) {
        (FollowTo::Silent, true) => {
            "Напоминаем о нашем письме, на которое мы ещё не получили ответа. Будем признательны, если \
             Вы сообщите о своём решении, ответив на это письмо.\n\n\
             Если Вы уже ответили, просим не принимать это напоминание во внимание."
        }
        (FollowTo::Silent, false) => {
            "We wrote to you some days ago and have not heard from you yet. Please let us know what you \
             have decided by replying to this letter.\n\n\
             If you have already replied, please disregard this reminder."
        }
        (_, true) => {
            "Направляем это письмо взамен прежнего. Просим руководствоваться тем, что сказано в нём."
        }
        (_, false) => "This letter replaces our earlier one. Please go by what it says.",
    };
    format!("{greeting}\n\n{text}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_taken_with_their_paths() {
        let text = "id = \"a\"\n[from] # us\naddress = \"a@a.test\"\n\n# [smtp]\n# host = \"x\"\n\
                    [contacts]\nfile = \"list.csv\"\n[contacts.columns]\nemail = \"file\"\n[letter]\n\
                    subject = \"S\"\n[letter.values.event]\nname = \"N\"\n[register]\nnumber = \"1\"\n\
                    [smtp]\nhost = 'h'\npassword = { file = 'secret' }\nca_file = \"/etc/ca.pem\"\n";
        assert_eq!(
            taken(text, "../a"),
            "[from] # us\naddress = \"a@a.test\"\n\n[contacts]\nfile = \"../a/list.csv\"\n\n\
             [contacts.columns]\nemail = \"file\"\n\n[letter.values.event]\nname = \"N\"\n\n[smtp]\n\
             host = 'h'\npassword = { file = '../a/secret' }\nca_file = \"/etc/ca.pem\"\n"
        );
    }
}
