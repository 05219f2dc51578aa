//! When a letter may begin by all settings of `[pace]` together.
//!
//! Letters to the same group of domains and into the same time zone may begin at the same moments:
//! they share a gate.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use super::meter::Meter;
use super::pace::{Pace, RampUp};
use super::window::Window;

/// What letters that may begin at the same moments have in common.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Gate {
    group: Option<usize>,
    zone: Option<usize>,
}

/// Counts letters, and computes when the next may begin.
#[derive(Debug, Clone)]
pub struct Pacer {
    all: Meter,
    groups: Vec<Meter>,
    group_of: HashMap<String, usize>,
    window: Option<Window>,
    is_by_recipient: bool,
    /// The recipients' zones seen so far.
    zones: Vec<TimeZone>,
    ramp: Option<Ramp>,
    not_before: Option<Timestamp>,
}

/// The daily limit of a new sender.
#[derive(Debug, Clone)]
struct Ramp {
    settings: RampUp,
    home: TimeZone,
    begun: BTreeMap<Date, u32>,
    reserved: u32,
}

/// When letters begin under a pace, if each takes no time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forecast {
    pub first: Timestamp,
    pub last: Timestamp,
}

/// No clock that is right is further ahead than this: a day's zone and then some.
const WRONG_CLOCK: Duration = Duration::from_hours(24);

/// The most letters for which a forecast is computed.
const MAX_FORECAST: u64 = 1_000_000;

impl Pacer {
    /// A pacer that has not counted any letter.
    pub fn new(pace: &Pace) -> Self {
        let group_of = pace.groups.iter().enumerate().flat_map(|(index, group)| {
            group.domains.iter().map(move |domain| (domain.clone(), index))
        });
        let ramp =
            |settings| Ramp { settings, home: pace.home(), begun: BTreeMap::new(), reserved: 0 };
        Self {
            all: Meter::new(&pace.limits),
            groups: pace.groups.iter().map(|group| Meter::new(&group.limits)).collect(),
            group_of: group_of.collect(),
            window: pace.window.clone(),
            is_by_recipient: pace.is_by_recipient(),
            zones: Vec::new(),
            ramp: pace.ramp_up.map(ramp),
            not_before: pace.not_before,
        }
    }

    /// Counts a letter of an earlier run; the letters must come in the order of their ends, latest
    /// first. Breaks off when those that ended earlier make no difference.
    ///
    /// A letter that begins a little in the future was sent before the clock was set back, and
    /// counts as of now. One further in the future tells nothing of when it was sent: if it counted
    /// in every run until then, a clock that once was a year ahead would use up every day's limit
    /// for a year.
    pub fn remember(
        &mut self,
        begun: Timestamp,
        ended: Timestamp,
        domain: &str,
        now: Timestamp,
    ) -> ControlFlow<()> {
        if begun > now + WRONG_CLOCK {
            return ControlFlow::Continue(());
        }
        if let Some(ramp) = &mut self.ramp {
            *ramp.begun.entry(ramp.home.to_datetime(begun).date()).or_default() += 1;
        }
        let begun = begun.min(now);
        let ended = ended.min(now);
        let memory =
            self.groups.iter().map(Meter::memory).max().unwrap_or_default().max(self.all.memory());
        let oldest = now - memory;
        if begun >= oldest {
            self.all.remember(begun);
            if let Some(group) = self.group_of.get(domain) {
                self.groups[*group].remember(begun);
            }
        }
        let is_irrelevant = self.all.is_irrelevant(ended)
            && self.groups.iter().all(|group| group.is_irrelevant(ended));
        let is_enough = ended < oldest || is_irrelevant;
        if is_enough && self.ramp.is_none() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    /// The gate of letters to a domain and into a time zone, if that is known.
    pub fn gate(&mut self, domain: &str, zone: Option<&TimeZone>) -> Gate {
        let zone = zone.filter(|_| self.is_by_recipient).map(|zone| {
            self.zones.iter().position(|known| known == zone).unwrap_or_else(|| {
                self.zones.push(zone.clone());
                self.zones.len() - 1
            })
        });
        Gate { group: self.group_of.get(domain).copied(), zone }
    }

    /// The first moment, not before `now`, at which any letter may begin.
    pub fn next(&mut self, now: Timestamp) -> Timestamp {
        let now = self.not_before.map_or(now, |begin| begin.max(now));
        let free = self.all.next(now).max(self.ramp.as_ref().map_or(now, |ramp| ramp.next(now)));
        match &self.window {
            Some(window) if !self.is_by_recipient => window.next(free, &window.zone),
            Some(_) | None => free,
        }
    }

    /// The first moment, not before `now`, at which a letter may pass a gate.
    pub fn next_for(&mut self, gate: Gate, now: Timestamp) -> Timestamp {
        let now = self.not_before.map_or(now, |begin| begin.max(now));
        // Once free, the meters and the ramp stay free until a letter begins, so the window comes
        // last.
        let free = self.all.next(now).max(self.ramp.as_ref().map_or(now, |ramp| ramp.next(now)));
        let free = gate.group.map_or(free, |group| self.groups[group].next(free));
        self.window.as_ref().map_or(free, |window| window.next(free, self.zone(gate, window)))
    }

    /// Whether a letter that was handed out may still begin: its window may have closed.
    pub fn may_begin(&self, gate: Gate, now: Timestamp) -> bool {
        self.not_before.is_none_or(|begin| begin <= now)
            && self
                .window
                .as_ref()
                .is_none_or(|window| window.is_open(now, self.zone(gate, window)))
    }

    /// Whether one more letter keeps within all limits, apart from those that are handed out.
    pub fn fits(&self, gate: Gate, now: Timestamp) -> bool {
        let is_in_group = |group: usize| self.groups[group].fits(now);
        self.may_begin(gate, now)
            && self.all.fits(now)
            && gate.group.is_none_or(is_in_group)
            && self.ramp.as_ref().is_none_or(|ramp| ramp.fits(now))
    }

    fn zone<'a>(&'a self, gate: Gate, window: &'a Window) -> &'a TimeZone {
        gate.zone.map_or(&window.zone, |zone| &self.zones[zone])
    }

    /// Counts a letter that is handed out.
    pub fn reserve(&mut self, gate: Gate) {
        self.all.reserve();
        gate.group.into_iter().for_each(|group| self.groups[group].reserve());
        self.ramp.iter_mut().for_each(|ramp| ramp.reserved += 1);
    }

    /// Counts a letter that was handed out and begins now.
    pub fn begin(&mut self, gate: Gate, now: Timestamp) {
        self.all.begin(now);
        gate.group.into_iter().for_each(|group| self.groups[group].begin(now));
        if let Some(ramp) = &mut self.ramp {
            ramp.reserved = ramp.reserved.saturating_sub(1);
            *ramp.begun.entry(ramp.home.to_datetime(now).date()).or_default() += 1;
        }
    }

    /// Uncounts a letter that was handed out and does not begin.
    pub fn release(&mut self, gate: Gate) {
        self.all.release();
        gate.group.into_iter().for_each(|group| self.groups[group].release());
        self.ramp.iter_mut().for_each(|ramp| ramp.reserved = ramp.reserved.saturating_sub(1));
    }

    /// Computes when these numbers of letters at each gate begin; `None` if there are none, or too
    /// many.
    pub fn forecast(
        mut self,
        mut letters: BTreeMap<Gate, u64>,
        now: Timestamp,
    ) -> Option<Forecast> {
        letters.retain(|_, count| *count > 0);
        if letters.is_empty() || letters.values().sum::<u64>() > MAX_FORECAST {
            return None;
        }
        let mut at = now;
        let mut first = None;
        loop {
            let gates: Vec<Gate> = letters.keys().copied().collect();
            let next = gates.into_iter().map(|gate| (self.next_for(gate, at), gate)).min();
            let Some((next, gate)) = next else { break };
            at = next;
            let first = *first.get_or_insert(at);
            let left = letters.get_mut(&gate)?;
            while *left > 0 && self.next_for(gate, at) == at {
                self.reserve(gate);
                self.begin(gate, at);
                *left -= 1;
            }
            if *left == 0 {
                letters.remove(&gate);
            }
            if at > first + Duration::from_hours(24 * 3650) {
                return None;
            }
        }
        first.map(|first| Forecast { first, last: at })
    }
}

impl Ramp {
    fn fits(&self, now: Timestamp) -> bool {
        let today = self.home.to_datetime(now).date();
        let earlier_days = self.begun.range(..today).count();
        let begun = self.begun.get(&today).copied().unwrap_or_default();
        begun < self.settings.most(earlier_days)
    }

    fn next(&self, now: Timestamp) -> Timestamp {
        let today = self.home.to_datetime(now).date();
        let earlier_days = self.begun.range(..today).count();
        let begun = self.begun.get(&today).copied().unwrap_or_default();
        if begun.saturating_add(self.reserved) < self.settings.most(earlier_days) {
            return now;
        }
        let tomorrow =
            today.checked_add(1.day()).and_then(|day| day.to_zoned_datetime(self.home.clone()));
        tomorrow.map_or(Timestamp::MAX, |midnight| midnight.timestamp().max(now))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{DateRange, Days, DomainGroup, Hours, Limits, WindowClock, zone};
    use super::*;

    fn office(whose: WindowClock) -> Window {
        Window {
            days: Days::parse("mon-fri").unwrap(),
            hours: Hours::parse("09:00-18:00").unwrap(),
            zone: zone("Europe/Moscow").unwrap(),
            whose,
            holidays: vec![DateRange::parse("2026-11-24").unwrap()],
            working_days: Vec::new(),
        }
    }

    fn moment(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn per_minute(count: u32) -> Limits {
        Limits { per_minute: Some(count), ..Limits::default() }
    }

    #[test]
    fn nothing_begins_before_the_hour_that_was_set() {
        let begin = moment("2026-11-23T05:00:00+03:00");
        let window = Some(office(WindowClock::Sender));
        let mut pacer = Pacer::new(&Pace { window, not_before: Some(begin), ..Pace::default() });
        let gate = pacer.gate("a.test", None);
        let friday = moment("2026-11-20T17:00:00+03:00");
        assert!(!pacer.may_begin(gate, friday));
        // On Monday, and then when the window opens.
        assert_eq!(pacer.next_for(gate, friday), moment("2026-11-23T09:00:00+03:00"));
        assert_eq!(pacer.next(friday), moment("2026-11-23T09:00:00+03:00"));
        let monday = moment("2026-11-23T10:00:00+03:00");
        assert!(pacer.may_begin(gate, monday));
        assert_eq!(pacer.next_for(gate, monday), monday);
    }

    #[test]
    fn a_recipient_whose_window_is_shut_does_not_keep_others_back() {
        let mut pacer =
            Pacer::new(&Pace { window: Some(office(WindowClock::Recipient)), ..Pace::default() });
        let (east, west) = (zone("Asia/Vladivostok").unwrap(), zone("Europe/Kaliningrad").unwrap());
        let (east, west) = (pacer.gate("a.test", Some(&east)), pacer.gate("a.test", Some(&west)));
        let now = moment("2026-11-23T06:00:00+03:00");
        assert_eq!(pacer.next(now), now);
        assert_eq!(pacer.next_for(east, now), now);
        assert_eq!(pacer.next_for(west, now), moment("2026-11-23T09:00:00+02:00"));
        let home = pacer.gate("a.test", None);
        assert_eq!(pacer.next_for(home, now), moment("2026-11-23T09:00:00+03:00"));
        assert!(pacer.may_begin(east, now) && !pacer.may_begin(west, now));
    }

    #[test]
    fn a_domain_at_its_limit_does_not_keep_others_back() {
        let group = DomainGroup {
            domains: vec!["mail.test".into(), "inbox.test".into()],
            limits: per_minute(1),
        };
        let mut pacer = Pacer::new(&Pace { groups: vec![group], ..Pace::default() });
        let [mail, inbox, other] =
            ["mail.test", "inbox.test", "other.test"].map(|domain| pacer.gate(domain, None));
        let now = moment("2026-11-23T06:00:00Z");
        pacer.reserve(mail);
        pacer.begin(mail, now);
        assert_eq!(pacer.next_for(inbox, now), now + Duration::from_mins(1));
        assert_eq!(pacer.next_for(other, now), now);
    }

    #[test]
    fn a_new_sender_grows_by_the_days_on_which_it_sends() {
        let ramp_up = Some(RampUp { first_day: 2, factor: 1.5 });
        let mut pacer = Pacer::new(&Pace {
            window: Some(office(WindowClock::Sender)),
            ramp_up,
            ..Pace::default()
        });
        let gate = pacer.gate("a.test", None);
        // Friday, Monday; Tuesday is a holiday; Wednesday.
        let days = ["2026-11-20", "2026-11-23", "2026-11-25"]
            .map(|day| moment(&format!("{day}T10:00:00+03:00")));
        for (day, most) in days.into_iter().zip([2, 3, 4]) {
            for _ in 0..most {
                assert_eq!(pacer.next_for(gate, day), day);
                pacer.reserve(gate);
                pacer.begin(gate, day);
            }
            assert!(pacer.next_for(gate, day) > day + Duration::from_hours(22));
        }
    }

    #[test]
    fn earlier_runs_count_for_limits_and_growth() {
        let now = moment("2026-11-23T12:00:00+03:00");
        let ramp_up = Some(RampUp { first_day: 1, factor: 3.0 });
        let pace = Pace {
            limits: per_minute(2),
            window: Some(office(WindowClock::Sender)),
            ramp_up,
            ..Pace::default()
        };
        let mut pacer = Pacer::new(&pace);
        for (seconds, domain) in [(10, "a.test"), (20, "b.test"), (86_400 * 3, "a.test")] {
            let begun = now - Duration::from_secs(seconds);
            let _ = pacer.remember(begun, begun, domain, now);
        }
        let gate = pacer.gate("a.test", None);
        assert_eq!(pacer.next_for(gate, now), now + Duration::from_secs(40));
        pacer.reserve(gate);
        pacer.begin(gate, now + Duration::from_secs(40));
        // Three on the second day, and the next day is a holiday.
        assert_eq!(
            pacer.next_for(gate, now + Duration::from_mins(5)),
            moment("2026-11-25T09:00:00+03:00")
        );
    }

    #[test]
    fn a_letter_that_took_long_hides_none_of_those_that_ended_before_it() {
        let now = moment("2026-11-23T12:00:00+03:00");
        let ago = |seconds| now - Duration::from_secs(seconds);
        let mut pacer = Pacer::new(&Pace { limits: per_minute(2), ..Pace::default() });
        let attempts =
            [(ago(300), ago(1)), (ago(30), ago(5)), (ago(10), ago(8)), (ago(20), ago(19))];
        assert!(
            attempts
                .iter()
                .all(|(begun, ended)| pacer.remember(*begun, *ended, "a.test", now).is_continue())
        );
        assert!(pacer.remember(ago(22), ago(21), "a.test", now).is_break());
        let gate = pacer.gate("a.test", None);
        assert_eq!(pacer.next_for(gate, now), now + Duration::from_secs(40));
    }

    #[test]
    fn a_clock_that_was_a_year_ahead_once_blocks_no_quota() {
        let now = moment("2026-11-23T12:00:00+03:00");
        let limits = Limits { per_day: Some(2), ..Limits::default() };
        let mut pacer = Pacer::new(&Pace { limits, ..Pace::default() });
        let year = Duration::from_hours(24 * 365);
        for begun in [now + year, now + year, now - Duration::from_mins(5)] {
            assert!(pacer.remember(begun, begun, "a.test", now).is_continue());
        }
        let gate = pacer.gate("a.test", None);
        assert_eq!(pacer.next_for(gate, now), now);
        // An hour is summer time, or a clock put right: that letter counts as of now.
        let hour = now + Duration::from_hours(1);
        let _ = pacer.remember(hour, hour, "a.test", now);
        assert_eq!(
            pacer.next_for(gate, now),
            now - Duration::from_mins(5) + Duration::from_hours(24)
        );
    }

    #[test]
    fn the_end_of_a_run_is_foretold() {
        let now = moment("2026-11-23T17:59:00+03:00");
        let pace = Pace {
            limits: per_minute(10),
            window: Some(office(WindowClock::Sender)),
            ..Pace::default()
        };
        let mut pacer = Pacer::new(&pace);
        let gate = pacer.gate("a.test", None);
        let forecast = pacer.clone().forecast(BTreeMap::from([(gate, 25)]), now).unwrap();
        assert_eq!((forecast.first, forecast.last), (now, moment("2026-11-25T09:01:00+03:00")));
        assert_eq!(pacer.forecast(BTreeMap::new(), now), None);
    }

    proptest::proptest! {
        /// Letters to two groups and into three zones, begun when they may or a while later, in
        /// several runs.
        #[test]
        fn whatever_happens_no_limit_and_no_window_is_broken(
            steps in proptest::collection::vec((0u64..4000, 0usize..9, 0u64..90, 0u8..12), 1..150),
        ) {
            let groups = [("mail.test", 3), ("inbox.test", 5)]
                .map(|(domain, most)| DomainGroup { domains: vec![domain.into()], limits: per_minute(most) });
            let pace = Pace {
                limits: Limits { per_hour: Some(40), ..per_minute(6) },
                groups: groups.into(),
                window: Some(office(WindowClock::Recipient)),
                ramp_up: Some(RampUp { first_day: 10, factor: 2.0 }),
                ..Pace::default()
            };
            let zones = ["Asia/Vladivostok", "Europe/Moscow", "Europe/Berlin"].map(|name| zone(name).unwrap());
            let domains = ["mail.test", "inbox.test", "other.test"];
            let mut pacer = Pacer::new(&pace);
            let mut now = moment("2026-11-20T03:00:00Z");
            let mut begun: Vec<(Timestamp, usize)> = Vec::new();
            for (step, kind, delay, end_of_run) in steps {
                if end_of_run == 0 {
                    pacer = Pacer::new(&pace);
                    for (at, domain) in begun.iter().rev() {
                        if pacer.remember(*at, *at, domains[*domain], now).is_break() {
                            break;
                        }
                    }
                }
                now += Duration::from_secs(step);
                let gate = pacer.gate(domains[kind / 3], Some(&zones[kind % 3]));
                if pacer.next_for(gate, now) > now {
                    continue;
                }
                pacer.reserve(gate);
                now += Duration::from_secs(delay);
                if !pacer.may_begin(gate, now) {
                    pacer.release(gate);
                    continue;
                }
                pacer.begin(gate, now);
                assert!(office(WindowClock::Sender).is_open(now, &zones[kind % 3]));
                begun.push((now, kind / 3));
            }
            for (index, (start, _)) in begun.iter().enumerate() {
                let within = |seconds, domain: Option<usize>| {
                    let end = *start + Duration::from_secs(seconds);
                    begun[index..].iter().filter(|(at, of)| *at < end && domain.is_none_or(|it| it == *of)).count()
                };
                assert!(within(60, None) <= 6 && within(3600, None) <= 40);
                assert!(within(60, Some(0)) <= 3 && within(60, Some(1)) <= 5);
            }
            let mut days: BTreeMap<Date, u32> = BTreeMap::new();
            for (at, _) in &begun {
                *days.entry(zones[1].to_datetime(*at).date()).or_default() += 1;
            }
            for (index, count) in days.values().enumerate() {
                assert!(*count <= 10 << index.min(20));
            }
        }
    }
}
