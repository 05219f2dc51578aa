//! This machine's user, language and clock.

use std::ffi::OsString;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::notice::{Language, Outlook};
use crate::policy::Forecast;

/// `--lang`, else the first of LC_ALL, LC_MESSAGES and LANG that is set, else the system's language.
pub(super) fn language(arguments: &[OsString]) -> Language {
    let mut words = arguments.iter().filter_map(|word| word.to_str());
    let asked = words.clone().find_map(|word| word.strip_prefix("--lang=")).or_else(|| {
        words.find(|word| *word == "--lang")?;
        words.next()
    });
    let locale = asked
        .map(str::to_owned)
        .or_else(|| ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set))
        .or_else(system_locale);
    Language::of_locale(locale.as_deref().unwrap_or_default())
}

#[cfg(windows)]
fn system_locale() -> Option<String> {
    sys_locale::get_locale()
}

#[cfg(not(windows))]
fn system_locale() -> Option<String> {
    None
}

/// An environment variable that is not empty.
fn set(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

const USER: [&str; 3] = ["USER", "USERNAME", "LOGNAME"];

/// The user's account, `?` if it is not known.
pub(super) fn user() -> String {
    USER.into_iter().find_map(set).unwrap_or_else(|| "?".into())
}

/// Who runs this process, for the record and for the next who finds the ledger held.
pub(super) fn who() -> String {
    let user = USER.into_iter().find_map(|name| std::env::var(name).ok());
    let user = user.map(|user| format!("{user}@")).unwrap_or_default();
    format!("{user}{}, PID {}, {}", host(), std::process::id(), clock(Timestamp::now()))
}

/// The name of this computer, `?` if it has none.
pub(super) fn host() -> String {
    hostname::get().map_or_else(|_| "?".into(), |name| name.to_string_lossy().into_owned())
}

/// A moment for people, in this machine's time zone.
pub(super) fn clock(at: Timestamp) -> String {
    at.to_zoned_datetime(TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// A moment for programs (RFC 3339), in this machine's time zone.
pub(super) fn zoned(at: Timestamp) -> String {
    at.to_zoned_datetime(TimeZone::system()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// When letters will go; `None` if at once.
pub(super) fn outlook(forecast: Forecast) -> Option<Outlook> {
    let now = Timestamp::now();
    let begins = (forecast.first > now).then(|| clock(forecast.first));
    (forecast.last > now).then(|| Outlook { begins, ends: clock(forecast.last) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_asked_for_is_found_in_either_spelling() {
        for arguments in [["--lang=ru", "status"].as_slice(), &["status", "--lang", "ru"]] {
            let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
            assert_eq!(language(&arguments), Language::Russian);
        }
    }

    #[test]
    fn letters_that_go_at_once_have_no_outlook() {
        let now = Timestamp::now();
        let hour = std::time::Duration::from_hours(1);
        assert!(outlook(Forecast { first: now, last: now }).is_none());
        let later = outlook(Forecast { first: now, last: now + hour }).unwrap();
        assert!(later.begins.is_none());
        assert!(
            outlook(Forecast { first: now + hour, last: now + hour }).unwrap().begins.is_some()
        );
    }
}
