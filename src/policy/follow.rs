//! Which letters of another campaign are followed, and when.

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};

use super::Window;

/// The letters that a campaign follows, by what came back for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FollowTo {
    /// Nobody has answered: nothing came, or a program's reply.
    Silent,
    /// Somebody has it, whether they answered or not.
    Accepted,
    Replied,
    Bounced,
    /// The relay refused it.
    Refused,
}

impl FollowTo {
    pub const NAMES: [(&str, Self); 5] = [
        ("silent", Self::Silent),
        ("accepted", Self::Accepted),
        ("replied", Self::Replied),
        ("bounced", Self::Bounced),
        ("refused", Self::Refused),
    ];

    /// The choice of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::NAMES.into_iter().find(|(known, _)| *known == name).map(|(_, choice)| choice)
    }
}

/// A number of days, or of working days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    pub days: u16,
    pub working: bool,
}

impl Wait {
    /// Parses `5 working days`, `3 days`, `5 рабочих дней`, `3 дня`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        let (number, unit) = text.split_once(char::is_whitespace)?;
        let days = number.parse().ok().filter(|days| *days <= 366)?;
        let working = match unit.trim() {
            "day" | "days" | "день" | "дня" | "дней" => false,
            "working day" | "working days" | "рабочий день" | "рабочих дня" | "рабочих дней" => {
                true
            }
            _ => return None,
        };
        Some(Self { days, working })
    }

    /// The first day on which so much time has passed since `day`.
    pub fn since(self, day: Date, window: Option<&Window>) -> Date {
        if self.working {
            working_days_after(day, self.days, window)
        } else {
            day.checked_add(i64::from(self.days).days()).unwrap_or(Date::MAX)
        }
    }
}

/// The working day that is so many of them after `day`: by the window's days and holidays, else
/// Monday to Friday.
pub fn working_days_after(day: Date, days: u16, window: Option<&Window>) -> Date {
    let is_working = |day: Date| match window {
        Some(window) => window.is_working(day),
        None => !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday),
    };
    let (mut day, mut left) = (day, days);
    // A window without any working day would have no end.
    for _ in 0..4000 {
        if left == 0 {
            break;
        }
        let Ok(next) = day.tomorrow() else { break };
        day = next;
        left -= u16::from(is_working(day));
    }
    day
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn waits_are_days_or_working_days() {
        let wait = |days, working| Some(Wait { days, working });
        assert_eq!(Wait::parse("5 working days"), wait(5, true));
        assert_eq!(Wait::parse("1 day"), wait(1, false));
        assert_eq!(Wait::parse("3 рабочих дня"), wait(3, true));
        for text in ["", "5", "days", "-1 days", "5 weeks", "1000 days"] {
            assert_eq!(Wait::parse(text), None, "{text}");
        }
    }

    #[test]
    fn working_days_leave_out_weekends() {
        // A Thursday.
        let day = date(2026, 11, 26);
        assert_eq!(working_days_after(day, 1, None), date(2026, 11, 27));
        assert_eq!(working_days_after(day, 2, None), date(2026, 11, 30));
        assert_eq!(working_days_after(day, 5, None), date(2026, 12, 3));
        assert_eq!(working_days_after(day, 0, None), day);
        assert_eq!(Wait { days: 2, working: false }.since(day, None), date(2026, 11, 28));
    }
}
