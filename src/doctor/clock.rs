//! This computer's clock, against the time that servers tell.

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;

use crate::finding::CampaignFinding;

/// From so many seconds on, a difference is worth a word: a letter that comes from the future is
/// taken for spam, and one-time codes fail.
const TOLERANCE: i64 = 5 * 60;

/// A server's time, and who told it.
#[derive(Debug, Clone)]
pub struct Told {
    pub by: String,
    pub time: Timestamp,
    /// By our clock, when it was told.
    pub at: Timestamp,
}

impl Told {
    /// Reads the time in a text, such as the greeting of Exim, Sendmail or Exchange, or a field
    /// `Date`.
    pub fn read(by: &str, text: &str) -> Option<Self> {
        Some(Self { by: by.to_owned(), time: time_in(text)?, at: Timestamp::now() })
    }
}

/// Compares the clock with the first server that told the time.
pub fn judge(told: &[Told], now: String) -> CampaignFinding {
    let Some(Told { by, time, at }) = told.first().cloned() else {
        return CampaignFinding::ClockUnknown { now };
    };
    let seconds = at.as_second() - time.as_second();
    if seconds.abs() > TOLERANCE {
        CampaignFinding::ClockWrong { by, seconds }
    } else {
        CampaignFinding::Clock { by }
    }
}

/// The first date of RFC 5322 within a text.
fn time_in(text: &str) -> Option<Timestamp> {
    const PARSER: DateTimeParser = DateTimeParser::new();
    let words: Vec<&str> = text.split_whitespace().collect();
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let starts = words.iter().enumerate().filter(|(_, word)| {
        let word = word.trim_end_matches(',').to_ascii_lowercase();
        days.contains(&word.as_str())
    });
    starts.into_iter().find_map(|(start, _)| {
        // `Sun, 29 Nov 2026 05:51:27 +0300`
        let date = words.get(start..start + 6)?.join(" ");
        PARSER.parse_timestamp(&date).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greetings_tell_the_time() {
        let wanted = "2026-11-29T05:51:27Z".parse::<Timestamp>().unwrap();
        for text in [
            "mx.example.org ESMTP Exim 4.98 Sun, 29 Nov 2026 08:51:27 +0300",
            "EX1.example.org Microsoft ESMTP MAIL Service ready at Sun, 29 Nov 2026 05:51:27 +0000",
            "Sun, 29 Nov 2026 05:51:27 GMT",
        ] {
            assert_eq!(time_in(text), Some(wanted), "{text}");
        }
        assert_eq!(time_in("mail.example.org ESMTP Postfix"), None);
        assert_eq!(time_in("Sun sets over Sun"), None);
    }

    #[test]
    fn five_minutes_are_forgiven() {
        let at = |seconds: i64| Timestamp::from_second(1_000_000 + seconds).unwrap();
        let told = |seconds| [Told { by: "relay".into(), time: at(0), at: at(seconds) }];
        let judged = |seconds| judge(&told(seconds), String::new());
        assert!(matches!(judged(-300), CampaignFinding::Clock { .. }));
        assert!(matches!(judged(301), CampaignFinding::ClockWrong { seconds: 301, .. }));
        assert!(matches!(judged(-301), CampaignFinding::ClockWrong { seconds: -301, .. }));
    }
}
