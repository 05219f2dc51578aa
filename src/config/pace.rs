//! `[pace]` and `[retry]`: how much, how fast, when, and how often again.

use jiff::tz::TimeZone;

use super::table_reader::TableReader;
use crate::policy::{
    DateRange, Days, DomainGroup, Hours, Limits, Pace, RampUp, Retry, Window, WindowClock, zone,
};
use crate::problem::{ConfigFault, Expected};
use crate::recipient::Address;

/// What of the pace is a relay's own: all else counts for all workers of a campaign together.
#[derive(Default)]
pub(super) struct Connections {
    pub connections: Option<u32>,
    pub messages_per_connection: Option<u32>,
}

pub(super) fn connections(table: &mut TableReader) -> Connections {
    Connections {
        connections: table.count("connections", 64),
        messages_per_connection: table.count("messages_per_connection", 1_000_000),
    }
}

/// `home` is the sender's zone, if it is set.
pub(super) fn read(table: &mut TableReader, home: Option<&TimeZone>) -> Pace {
    let default = Pace::default();
    let window = table.inner("window", |table| window(table, home));
    let zone = window.as_ref().map(|window| &window.zone).or(home);
    let not_before = table.moment("not_before", zone.unwrap_or(&TimeZone::system()));
    let of_relay = connections(table);
    Pace {
        connections: of_relay.connections.unwrap_or(default.connections),
        messages_per_connection: of_relay
            .messages_per_connection
            .unwrap_or(default.messages_per_connection),
        limits: limits(table),
        window,
        not_before,
        ramp_up: table.inner("ramp_up", ramp_up).flatten(),
        groups: table.inner("domains", groups).unwrap_or_default(),
    }
}

/// `[retry]`
pub(super) fn retry(table: &mut TableReader) -> Retry {
    let default = Retry::default();
    Retry {
        attempts: table.count("attempts", 100).unwrap_or(default.attempts),
        first_delay: table.duration("first_delay").unwrap_or(default.first_delay),
        max_delay: table.duration("max_delay").unwrap_or(default.max_delay),
        reconnect_delay: table.duration("reconnect_delay").unwrap_or(default.reconnect_delay),
        refusals_in_a_row: table
            .count("refusals_in_a_row", 1_000_000)
            .unwrap_or(default.refusals_in_a_row),
    }
}

fn ramp_up(table: &mut TableReader) -> Option<RampUp> {
    let first_day = table.required_integer("first_day", 1, 10_000_000);
    let factor = table.factor("factor").unwrap_or(2.0);
    Some(RampUp { first_day: u32::try_from(first_day?).ok()?, factor })
}

fn limits(table: &mut TableReader) -> Limits {
    Limits {
        per_minute: table.count("per_minute", 1_000_000),
        per_hour: table.count("per_hour", 10_000_000),
        per_day: table.count("per_day", 10_000_000),
    }
}

fn window(table: &mut TableReader, home: Option<&TimeZone>) -> Window {
    let days = table.parsed("days", Expected::Days, Days::parse);
    let hours = table.parsed("hours", Expected::Hours, Hours::parse);
    let named = table.parsed("timezone", Expected::Zone, zone);
    Window {
        days: days.unwrap_or(Days::ALL),
        hours: hours.unwrap_or_else(Hours::all),
        zone: named.or(home.cloned()).unwrap_or_else(TimeZone::system),
        whose: WindowClock::Sender,
        holidays: table.all_parsed("holidays", Expected::Dates, DateRange::parse),
        working_days: table.all_parsed("working_days", Expected::Dates, DateRange::parse),
    }
}

/// Each key names a domain, or several that share one limit: `"mail.ru, inbox.ru" = { per_minute =
/// 20 }`.
fn groups(table: &mut TableReader) -> Vec<DomainGroup> {
    let mut groups: Vec<DomainGroup> = Vec::new();
    for key in table.keys() {
        let limits = table.inner(&key, |inner| {
            let limits = limits(inner);
            if limits == Limits::default() {
                inner.fault_here(ConfigFault::KeyMissing { key: "per_minute".into() });
            }
            limits
        });
        let Some(limits) = limits else { continue };
        let mut domains = Vec::new();
        for name in key.split([',', ' ', ';']).filter(|name| !name.is_empty()) {
            match Address::parse(&format!("x@{name}")) {
                Err(_) => {
                    let value = name.to_owned();
                    table.fault_at_key(
                        &key,
                        ConfigFault::ValueUnreadable { value, expected: Expected::Domain },
                    );
                }
                Ok(address) => {
                    let domain = address.domain().to_owned();
                    if domains.contains(&domain)
                        || groups.iter().any(|group| group.domains.contains(&domain))
                    {
                        table.fault_at_key(
                            &key,
                            ConfigFault::DomainTwice { domain: name.to_owned() },
                        );
                    }
                    domains.push(domain);
                }
            }
        }
        groups.push(DomainGroup { domains, limits });
    }
    groups
}
