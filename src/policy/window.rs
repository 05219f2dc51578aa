//! `[pace] window`: the days and hours in which letters may be sent.
//!
//! A moment is inside if the zone's wall clock is. Clock changes need no further rule: an hour that
//! is skipped is never inside, one that is repeated is inside twice.

use jiff::civil::{Date, Weekday};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, ToSpan as _};

/// How many days are searched for one on which letters may be sent.
const HORIZON: i32 = 400;

/// When letters may be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Window {
    pub days: Days,
    pub hours: Hours,
    pub zone: TimeZone,
    pub whose: WindowClock,
    /// Days without letters, whatever day of the week they are.
    pub holidays: Vec<DateRange>,
    /// Days with letters, whatever day of the week they are, even among the holidays.
    pub working_days: Vec<DateRange>,
}

/// The clock by which the window opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowClock {
    /// The window's own zone, for all letters.
    Sender,
    /// The zone of each recipient; the window's own if it is not known.
    Recipient,
}

/// A range of days, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateRange {
    pub first: Date,
    pub last: Date,
}

impl DateRange {
    /// Parses `2026-12-31` or `2027-01-01..2027-01-08`.
    pub fn parse(text: &str) -> Option<Self> {
        let (first, last) = text.split_once("..").unwrap_or((text, text));
        let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
        (first <= last).then_some(Self { first, last })
    }

    fn holds(self, day: Date) -> bool {
        (self.first..=self.last).contains(&day)
    }
}

/// Days of the week, Monday first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days([bool; 7]);

/// The names of the days in lower case, English and Russian.
const NAMES: [[&str; 4]; 7] = [
    ["mon", "monday", "пн", "понедельник"],
    ["tue", "tuesday", "вт", "вторник"],
    ["wed", "wednesday", "ср", "среда"],
    ["thu", "thursday", "чт", "четверг"],
    ["fri", "friday", "пт", "пятница"],
    ["sat", "saturday", "сб", "суббота"],
    ["sun", "sunday", "вс", "воскресенье"],
];

impl Days {
    pub const ALL: Self = Self([true; 7]);

    /// Parses `mon-fri`, `mon, wed, sat-sun`, `пн-пт`; a range may go past the end of the week.
    pub fn parse(text: &str) -> Option<Self> {
        let day = |name: &str| NAMES.iter().position(|names| names.contains(&name.trim()));
        let mut days = [false; 7];
        let text = text.to_lowercase().replace(['–', '—', '−'], "-");
        for part in text.split(',') {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let (mut at, last) = (day(first)?, day(last)?);
            days[at] = true;
            while at != last {
                at = (at + 1) % 7;
                days[at] = true;
            }
        }
        Some(Self(days))
    }

    fn hold(self, day: Weekday) -> bool {
        usize::try_from(day.to_monday_zero_offset()).is_ok_and(|day| self.0[day])
    }
}

/// Ranges of minutes from midnight, ends excluded, in ascending order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours(Vec<(u16, u16)>);

impl Hours {
    /// From midnight to midnight.
    pub fn all() -> Self {
        Self(vec![(0, 24 * 60)])
    }

    /// Parses `09:00-18:00` or `9-13, 14-18:30`. Ranges may not overlap or pass midnight.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.replace(['–', '—', '−'], "-");
        let mut stretches = text.split(',').map(|part| {
            let (from, to) = part.split_once('-')?;
            let (from, to) = (minute_of_day(from)?, minute_of_day(to)?);
            (from < to).then_some((from, to))
        });
        let mut hours: Vec<(u16, u16)> = stretches.by_ref().collect::<Option<_>>()?;
        hours.sort_unstable();
        hours.windows(2).all(|pair| pair[0].1 <= pair[1].0).then_some(Self(hours))
    }
}

fn minute_of_day(text: &str) -> Option<u16> {
    let (hours, minutes) = text.trim().split_once([':', '.']).unwrap_or((text.trim(), "00"));
    let number =
        |text: &str| text.parse::<u16>().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()));
    let minutes = number(minutes).filter(|n| *n < 60 && minutes.len() == 2)?;
    Some(number(hours)? * 60 + minutes).filter(|minute| *minute <= 24 * 60)
}

impl Window {
    /// Whether letters may be sent at a moment.
    pub fn is_open(&self, at: Timestamp, zone: &TimeZone) -> bool {
        let clock = zone.to_datetime(at);
        let second = i64::from(clock.hour()) * 3600
            + i64::from(clock.minute()) * 60
            + i64::from(clock.second());
        let holds = |(from, to): &(u16, u16)| {
            (i64::from(*from) * 60..i64::from(*to) * 60).contains(&second)
        };
        self.hours.0.iter().any(holds) && self.is_working(clock.date())
    }

    /// Whether letters may be sent on a day.
    pub(super) fn is_working(&self, day: Date) -> bool {
        let is_among = |all: &[DateRange]| all.iter().any(|dates| dates.holds(day));
        is_among(&self.working_days) || self.days.hold(day.weekday()) && !is_among(&self.holidays)
    }

    /// The first moment, not before `at`, at which letters may be sent; if there is none for more
    /// than a year, the end of that time.
    pub fn next(&self, at: Timestamp, zone: &TimeZone) -> Timestamp {
        if self.is_open(at, zone) {
            return at;
        }
        let today = zone.to_datetime(at).date();
        for days in -1..HORIZON {
            let Ok(day) = today.checked_add(days.days()) else { break };
            let opened = self.hours.0.iter().flat_map(|(from, _)| moments(day, *from, zone));
            // The window also opens when the clock jumps into it.
            let jumps = day.at(0, 0, 0, 0).to_zoned_datetime(zone.clone()).ok();
            let jumps = jumps.into_iter().flat_map(|midnight| {
                let after =
                    zone.following(midnight.timestamp() - 1.second()).map(|jump| jump.timestamp());
                after
                    .take_while(move |jump| zone.to_datetime(*jump).date() <= day)
                    .collect::<Vec<_>>()
            });
            let first = opened
                .chain(jumps)
                .filter(|moment| *moment >= at && self.is_open(*moment, zone))
                .min();
            if let Some(first) = first {
                return first;
            }
        }
        at.checked_add(i64::from(HORIZON * 24).hours()).unwrap_or(Timestamp::MAX)
    }
}

/// The moments at which a zone's clock shows `minute` of a day: one, two or none.
fn moments(day: Date, minute: u16, zone: &TimeZone) -> Vec<Timestamp> {
    let Ok(clock) = day.at(0, 0, 0, 0).checked_add(i64::from(minute).minutes()) else {
        return Vec::new();
    };
    let offsets = match zone.to_ambiguous_timestamp(clock).offset() {
        AmbiguousOffset::Unambiguous { offset } => vec![offset],
        AmbiguousOffset::Gap { .. } => Vec::new(),
        AmbiguousOffset::Fold { before, after } => vec![before, after],
    };
    offsets.into_iter().filter_map(|offset| offset.to_timestamp(clock).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::zone;

    fn window(days: &str, hours: &str, zone_name: &str) -> Window {
        Window {
            days: Days::parse(days).unwrap(),
            hours: Hours::parse(hours).unwrap(),
            zone: zone(zone_name).unwrap(),
            whose: WindowClock::Sender,
            holidays: Vec::new(),
            working_days: Vec::new(),
        }
    }

    fn next(window: &Window, at: &str) -> String {
        let at: Timestamp = at.parse().unwrap();
        window
            .next(at, &window.zone)
            .to_zoned_datetime(window.zone.clone())
            .strftime("%a %Y-%m-%d %H:%M %:z")
            .to_string()
    }

    #[test]
    fn letters_wait_for_the_morning_and_for_monday() {
        let office = window("mon-fri", "09:00-18:00", "Europe/Moscow");
        assert_eq!(next(&office, "2026-11-20T17:59:59+03:00"), "Fri 2026-11-20 17:59 +03:00");
        assert_eq!(next(&office, "2026-11-20T18:00:00+03:00"), "Mon 2026-11-23 09:00 +03:00");
        assert_eq!(next(&office, "2026-11-23T08:59:59+03:00"), "Mon 2026-11-23 09:00 +03:00");
        let with_lunch = window("пн-пт", "9-13, 14:00–18:30", "МСК");
        assert_eq!(next(&with_lunch, "2026-11-23T13:00:00+03:00"), "Mon 2026-11-23 14:00 +03:00");
    }

    #[test]
    fn holidays_are_passed_over_and_working_saturdays_are_not() {
        let mut office = window("mon-fri", "09:00-18:00", "Europe/Moscow");
        office.holidays = ["2026-12-31", "2027-01-01..2027-01-10"]
            .map(|text| DateRange::parse(text).unwrap())
            .into();
        assert_eq!(next(&office, "2026-12-30T18:30:00+03:00"), "Mon 2027-01-11 09:00 +03:00");
        office.working_days = vec![DateRange::parse("2027-01-09").unwrap()];
        assert_eq!(next(&office, "2026-12-30T18:30:00+03:00"), "Sat 2027-01-09 09:00 +03:00");
    }

    #[test]
    fn an_hour_that_is_left_out_opens_when_the_clock_has_jumped() {
        // On 2026-03-29 Berlin's clock jumps from 02:00 to 03:00.
        let early = window("mon-sun", "02:30-04:00", "Europe/Berlin");
        assert_eq!(next(&early, "2026-03-29T00:00:00+01:00"), "Sun 2026-03-29 03:00 +02:00");
        let gone = window("mon-sun", "02:00-03:00", "Europe/Berlin");
        assert_eq!(next(&gone, "2026-03-29T00:00:00+01:00"), "Mon 2026-03-30 02:00 +02:00");
    }

    #[test]
    fn an_hour_that_comes_twice_is_open_twice() {
        // On 2026-10-25 Berlin's clock goes back from 03:00 to 02:00.
        let early = window("mon-sun", "02:00-02:30", "Europe/Berlin");
        assert_eq!(next(&early, "2026-10-25T00:00:00+02:00"), "Sun 2026-10-25 02:00 +02:00");
        assert_eq!(next(&early, "2026-10-25T02:30:00+02:00"), "Sun 2026-10-25 02:00 +01:00");
        assert_eq!(next(&early, "2026-10-25T02:30:00+01:00"), "Mon 2026-10-26 02:00 +01:00");
    }

    #[test]
    fn a_window_that_never_opens_is_looked_for_no_longer_than_a_year() {
        let mut never = window("mon-fri", "09:00-18:00", "UTC");
        never.holidays = vec![DateRange::parse("2026-01-01..2040-01-01").unwrap()];
        assert_eq!(next(&never, "2026-06-01T00:00:00Z"), "Tue 2027-07-06 00:00 +00:00");
    }

    #[test]
    fn days_and_hours_that_mean_nothing_are_refused() {
        for text in ["", "mon-", "mo-fr", "mon;fri", "1-5"] {
            assert_eq!(Days::parse(text), None, "{text}");
        }
        for text in [
            "",
            "9",
            "18-9",
            "9-9",
            "09:60-10",
            "9-25",
            "22:00-24:01",
            "9-12,11-13",
            "9:0-10",
            "-1-5",
        ] {
            assert_eq!(Hours::parse(text), None, "{text}");
        }
        assert!(
            Hours::parse("0-24").is_some() && Days::parse("sat-mon") == Days::parse("sun, сб, пн")
        );
        assert_eq!(
            (DateRange::parse("2026-02-30"), DateRange::parse("2026-02-02..2026-02-01")),
            (None, None)
        );
    }

    proptest::proptest! {
        /// In zones whose clocks jump by an hour, by half an hour, and not at all.
        #[test]
        fn the_next_moment_is_the_first_inside(
            start in 1_735_689_600i64..1_830_297_600,
            zone_name in proptest::sample::select(vec!["Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns", "UTC"]),
            days in proptest::sample::select(vec!["mon-fri", "sun", "mon-sun"]),
            hours in proptest::sample::select(vec!["02:00-03:00", "0-1, 2:15-2:45, 23-24", "9-18"]),
        ) {
            let window = window(days, hours, zone_name);
            let at = Timestamp::from_second(start).unwrap();
            let next = window.next(at, &window.zone);
            assert!(next >= at && window.is_open(next, &window.zone));
            let mut before = at;
            while before < next {
                assert!(!window.is_open(before, &window.zone), "{before} is inside and before {next}");
                before += 5.minutes();
            }
        }
    }
}
