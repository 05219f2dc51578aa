//! The command line: what can be said, nothing of what is done.

mod arguments;
mod help_ru;
mod manual;

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory as _, FromArgMatches as _};
use clap_complete::Shell;

pub(crate) use arguments::*;

use crate::notice::{Language, Misuse};

/// What a command line came to.
#[derive(Debug)]
pub enum Parsed {
    Run(Box<Cli>),
    /// Help or version: to be printed as a result.
    Text(String),
    /// It cannot be understood.
    Misuse(Misuse),
}

/// Parses the command line; help comes in `language`.
pub fn parse(arguments: Vec<OsString>, language: Language) -> Parsed {
    let mut command = Cli::command();
    if language == Language::Russian {
        command = in_russian(command, "");
    }
    let matches = match command.try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => return refused(&error, language),
    };
    match Cli::from_arg_matches(&matches) {
        Ok(cli) => Parsed::Run(Box::new(cli)),
        Err(error) => refused(&error, language),
    }
}

/// Returns the completion script of a shell.
pub fn completions(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "gonets", &mut script);
    script
}

/// Returns the manual pages in a language, each with its file's name; the main one first.
pub fn manual(language: Language) -> std::io::Result<Vec<(String, Vec<u8>)>> {
    let mut command = Cli::command();
    if language == Language::Russian {
        command = in_russian(command, "");
    }
    command.build();
    let mut pages = Vec::new();
    let subcommands = command.get_subcommands().filter(|sub| !sub.is_hide_set()).cloned();
    for (command, name) in std::iter::once((command.clone(), "gonets".to_owned()))
        .chain(subcommands.map(|sub| (sub.clone(), format!("gonets-{}", sub.get_name()))))
    {
        let mut page = Vec::new();
        let source = format!("gonets {}", env!("CARGO_PKG_VERSION"));
        let subject = name.strip_prefix("gonets-").unwrap_or_default().to_owned();
        clap_mangen::Man::new(command.version(None::<&str>)).source(source).render(&mut page)?;
        let mut page = String::from_utf8_lossy(&page).into_owned();
        if language == Language::Russian {
            page = help_ru::manual_page(&page);
        }
        page.push_str(&manual::sections(&subject, language));
        pages.push((format!("{name}.1"), page.into_bytes()));
    }
    Ok(pages)
}

/// Sets the Russian help texts, found by the ids of commands and arguments.
fn in_russian(command: clap::Command, prefix: &str) -> clap::Command {
    let id = if prefix.is_empty() { "gonets".to_owned() } else { prefix.to_owned() };
    let about = help_ru::help(&id).unwrap_or_default();
    let command = command.about(about).mut_args(|argument| {
        let words = russian_help_of(prefix, argument.get_id().as_str()).unwrap_or_default();
        let name = argument
            .get_value_names()
            .and_then(|names| help_ru::value_name(names.first()?.as_str()));
        let argument = argument.help(words);
        match name {
            Some(name) if argument.get_action().takes_values() => argument.value_name(name),
            Some(_) | None => argument,
        }
    });
    let names: Vec<String> =
        command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    names
        .into_iter()
        .fold(command, |command, name| command.mut_subcommand(&name, |sub| in_russian(sub, &name)))
}

fn russian_help_of(prefix: &str, argument: &str) -> Option<&'static str> {
    help_ru::help(&format!("{prefix}.{argument}")).or_else(|| help_ru::help(argument))
}

/// Returns help as text, and what was wrong as a value.
fn refused(error: &clap::Error, language: Language) -> Parsed {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        Some(_) | None => String::new(),
    };
    let argument = text(ContextKind::InvalidArg);
    Parsed::Misuse(match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let page = error.render().to_string();
            return Parsed::Text(match language {
                Language::English => page,
                Language::Russian => help_ru::help_page(&page),
            });
        }
        ErrorKind::UnknownArgument => {
            Misuse::Unknown { written: argument, nearest: text(ContextKind::SuggestedArg) }
        }
        ErrorKind::InvalidSubcommand => Misuse::Unknown {
            written: text(ContextKind::InvalidSubcommand),
            nearest: text(ContextKind::SuggestedSubcommand),
        },
        ErrorKind::MissingRequiredArgument => Misuse::Missing { argument },
        ErrorKind::ArgumentConflict => {
            Misuse::Conflict { argument, other: text(ContextKind::PriorArg) }
        }
        ErrorKind::InvalidValue
        | ErrorKind::ValueValidation
        | ErrorKind::NoEquals
        | ErrorKind::TooFewValues
            if text(ContextKind::InvalidValue).is_empty() =>
        {
            Misuse::NoValue { argument }
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let allowed = match text(ContextKind::ValidValue) {
                none if none.is_empty() => example_of(&argument).to_owned(),
                named => named,
            };
            Misuse::Value { argument, value: text(ContextKind::InvalidValue), allowed }
        }
        _ => Misuse::Other { detail: error.kind().to_string() },
    })
}

/// What an argument's value may look like, unless clap can list its values: `10-20`.
fn example_of(argument: &str) -> &'static str {
    match argument {
        argument if argument.starts_with("--rows") => "10-20, 10-, 10",
        argument if argument.ends_with("<N>") || argument.ends_with("<ЧИСЛО>") => "1, 2, 3 …",
        argument if argument.ends_with("<DATE>") || argument.ends_with("<ДАТА>") => {
            "2026-03-01"
        }
        argument if argument.starts_with("--dns-server") => "127.0.0.1:53",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_and_argument_has_its_words_in_both_languages() {
        let mut command = Cli::command();
        command.build();
        let check = |prefix: &str, command: &clap::Command| {
            assert!(command.get_about().is_some(), "{prefix}");
            assert!(manual::has_example(prefix.trim_start_matches("gonets")), "{prefix}");
            for argument in command.get_arguments() {
                let id = argument.get_id().as_str();
                assert!(argument.get_help().is_some(), "English: {prefix}.{id}");
                assert!(russian_help_of(prefix, id).is_some(), "Russian: {prefix}.{id}");
                if argument.get_action().takes_values() {
                    let name = argument.get_value_names().map_or("", |names| names[0].as_str());
                    assert!(help_ru::value_name(name).is_some(), "Russian: {prefix}.{id} <{name}>");
                }
            }
        };
        check("gonets", &command);
        for sub in command.get_subcommands() {
            assert!(help_ru::help(sub.get_name()).is_some(), "Russian: {}", sub.get_name());
            check(sub.get_name(), sub);
        }
    }
}
