//! Time zones and moments as people write them.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

/// Moscow's offset from UTC in minutes, from which `МСК+4` counts.
const MOSCOW: i32 = 180;

/// Beginnings of the names of Russia's zones in lower case, by city or as in `Омское время`.
const RUSSIAN: [(&str, &str); 19] = [
    ("калининград", "Europe/Kaliningrad"),
    ("моск", "Europe/Moscow"),
    ("самар", "Europe/Samara"),
    ("саратов", "Europe/Saratov"),
    ("екатеринбург", "Asia/Yekaterinburg"),
    ("омск", "Asia/Omsk"),
    ("новосибирск", "Asia/Novosibirsk"),
    ("томск", "Asia/Tomsk"),
    ("барнаул", "Asia/Barnaul"),
    ("кемеров", "Asia/Novokuznetsk"),
    ("красноярск", "Asia/Krasnoyarsk"),
    ("иркутск", "Asia/Irkutsk"),
    ("чит", "Asia/Chita"),
    ("якутск", "Asia/Yakutsk"),
    ("владивосток", "Asia/Vladivostok"),
    ("магадан", "Asia/Magadan"),
    ("сахалин", "Asia/Sakhalin"),
    ("среднеколым", "Asia/Srednekolymsk"),
    ("камчат", "Asia/Kamchatka"),
];

/// Parses a day, with or without an hour: `2026-11-30T09:00`, `30.11.2026 09:00`, `2026-11-30`. It is
/// in `zone` unless it ends with an offset of its own. An hour that a change of clocks leaves out
/// means the one after it.
pub fn moment(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let text = text.trim();
    let russian = |form| DateTime::strptime(form, text).ok();
    let civil = text
        .parse::<DateTime>()
        .ok()
        .filter(|_| !text.ends_with(['Z', 'z']))
        .or_else(|| russian("%d.%m.%Y %H:%M"))
        .or_else(|| Some(jiff::civil::Date::strptime("%d.%m.%Y", text).ok()?.at(0, 0, 0, 0)));
    match text.parse::<Timestamp>() {
        Ok(moment) => Some(moment),
        Err(_) => Some(civil?.to_zoned_datetime(zone.clone()).ok()?.timestamp()),
    }
}

/// Parses a time zone: an IANA name, an offset from UTC or Moscow, or a Russian name.
///
/// `Europe/Moscow`, `UTC+7`, `+05:30`, `МСК+4`, `(UTC+07:00) Красноярск`, `Омское время`.
pub fn zone(text: &str) -> Option<TimeZone> {
    let text = text.trim();
    let inside = text
        .strip_prefix('(')
        .and_then(|rest| rest.split_once(')'))
        .map_or(text, |(inside, _)| inside);
    let plain: String = inside.to_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    let plain = plain.replace(['−', '–', '—'], "-");
    let (base, rest) = [("utc", 0), ("gmt", 0), ("мск", MOSCOW), ("msk", MOSCOW)]
        .iter()
        .find_map(|(prefix, base)| plain.strip_prefix(prefix).map(|rest| (Some(*base), rest)))
        .unwrap_or((None, &plain));
    let minutes = match (base, rest) {
        (Some(base), "") => Some(base),
        (base, rest) => minutes(rest).map(|minutes| base.unwrap_or(0) + minutes),
    };
    if let Some(minutes) = minutes {
        // The widest offsets of any place.
        let is_on_earth = (-12 * 60..=14 * 60).contains(&minutes);
        return Offset::from_seconds(minutes * 60)
            .ok()
            .filter(|_| is_on_earth)
            .map(TimeZone::fixed);
    }
    let russian = RUSSIAN.iter().find(|(stem, _)| plain.starts_with(stem)).map(|(_, name)| *name);
    let is_name = |name: &&str| name.contains('/') || name.chars().all(|c| c.is_ascii_alphabetic());
    russian.or_else(|| Some(inside).filter(is_name)).and_then(|name| TimeZone::get(name).ok())
}

/// Parses `+7`, `-3:30` or `+0700` into minutes.
fn minutes(text: &str) -> Option<i32> {
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some((hours, minutes)) if minutes.len() == 2 => (hours, minutes),
        Some(_) => return None,
        None if digits.len() == 4 => digits.split_at_checked(2)?,
        None => (digits, "0"),
    };
    let number = |text: &str| {
        text.parse::<u8>()
            .ok()
            .filter(|_| text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit()))
    };
    let (hours, minutes) = (number(hours)?, number(minutes).filter(|minutes| *minutes < 60)?);
    Some(sign * (i32::from(hours) * 60 + i32::from(minutes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_in_the_zone_unless_it_names_another() {
        let moscow = zone("Europe/Moscow").unwrap();
        for text in [
            "2026-11-30T09:00:00",
            "2026-11-30 09:00",
            "30.11.2026 09:00",
            "2026-11-30T06:00:00Z",
            "2026-11-30T11:00:00+05:00",
        ] {
            let read = moment(text, &moscow).map(|moment| moment.to_string());
            assert_eq!(read.as_deref(), Some("2026-11-30T06:00:00Z"), "{text}");
        }
        for text in ["2026-11-30", "30.11.2026"] {
            let read = moment(text, &moscow).map(|moment| moment.to_string());
            assert_eq!(read.as_deref(), Some("2026-11-29T21:00:00Z"), "{text}");
        }
        for text in ["понедельник", "31.11.2026 09:00", "09:00", ""] {
            assert_eq!(moment(text, &moscow), None, "{text}");
        }
    }

    #[test]
    fn zones_are_read_as_people_write_them() {
        let hours = |text: &str| {
            let at = jiff::civil::date(2026, 1, 15).at(12, 0, 0, 0);
            zone(text).map(|zone| {
                f64::from(at.to_zoned_datetime(zone).unwrap().offset().seconds()) / 3600.0
            })
        };
        for (text, expected) in [
            ("Europe/Moscow", 3.0),
            ("asia/vladivostok", 10.0),
            ("МСК", 3.0),
            ("МСК+4", 7.0),
            ("мск −1", 2.0),
            ("MSK+0", 3.0),
            ("UTC", 0.0),
            ("UTC+7", 7.0),
            ("utc + 05:30", 5.5),
            ("GMT-3:30", -3.5),
            ("+0900", 9.0),
            ("+3", 3.0),
            ("(UTC+07:00) Красноярск", 7.0),
            ("Омское время", 6.0),
            ("Екатеринбург", 5.0),
            ("America/St_Johns", -3.5),
        ] {
            assert_eq!(hours(text), Some(expected), "{text}");
        }
        for text in [
            "",
            "7",
            "UTC+15",
            "МСК+99",
            "Europe/Nowhere",
            "завтра",
            "+7:5",
            "UTC+7:60",
            "+",
            "МСК+",
        ] {
            assert_eq!(hours(text), None, "{text}");
        }
    }
}
