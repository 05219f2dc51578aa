//! `[pace]`: how much, how fast and when.

use jiff::tz::TimeZone;

use super::reader::Reader;
use crate::policy::{Dates, Days, Group, Hours, Limits, Pace, RampUp, Whose, Window, zone};
use crate::problem::{Expected, Fault};
use crate::recipient::Address;

pub(super) fn read(table: &mut Reader) -> Pace {
    let default = Pace::default();
    let connections = count(table, "connections", 64).unwrap_or(default.connections);
    let messages = count(table, "messages_per_connection", 1_000_000)
        .unwrap_or(default.messages_per_connection);
    let limits = limits(table);
    let window = table.table("window").map(|mut inner| {
        let window = window(&mut inner);
        table.absorb(inner);
        window
    });
    let ramp_up = table.table("ramp_up").and_then(|mut inner| {
        let first_day =
            inner.required_integer("first_day", 1, 10_000_000).and_then(|n| u32::try_from(n).ok());
        let factor = inner.factor("factor");
        table.absorb(inner);
        Some(RampUp { first_day: first_day?, factor: factor.unwrap_or(2.0) })
    });
    let groups = table.table("domains").map(|mut inner| {
        let groups = groups(&mut inner);
        table.absorb(inner);
        groups
    });
    Pace {
        connections,
        messages_per_connection: messages,
        limits,
        groups: groups.unwrap_or_default(),
        window,
        ramp_up,
    }
}

fn count(table: &mut Reader, key: &str, most: i64) -> Option<u32> {
    table.integer(key, 1, most).and_then(|n| u32::try_from(n).ok())
}

fn limits(table: &mut Reader) -> Limits {
    Limits {
        per_minute: count(table, "per_minute", 1_000_000),
        per_hour: count(table, "per_hour", 10_000_000),
        per_day: count(table, "per_day", 10_000_000),
    }
}

fn window(table: &mut Reader) -> Window {
    let days = table.parsed("days", Expected::Days, Days::parse);
    let hours = table.parsed("hours", Expected::Hours, Hours::parse);
    let named = table.parsed("timezone", Expected::Zone, zone);
    Window {
        days: days.unwrap_or(Days::ALL),
        hours: hours.unwrap_or_else(Hours::all),
        zone: named.unwrap_or_else(TimeZone::system),
        whose: Whose::Sender,
        holidays: table.all_parsed("holidays", Expected::Dates, Dates::parse),
        working_days: table.all_parsed("working_days", Expected::Dates, Dates::parse),
    }
}

/// Each key names a domain, or several that share one limit: `"mail.ru, inbox.ru" = { per_minute =
/// 20 }`.
fn groups(table: &mut Reader) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for key in table.keys() {
        let Some(mut inner) = table.table(&key) else { continue };
        let limits = limits(&mut inner);
        if limits == Limits::default() {
            inner.fault_here(Fault::KeyMissing { key: "per_minute".into() });
        }
        table.absorb(inner);
        let mut domains = Vec::new();
        for name in key.split([',', ' ', ';']).filter(|name| !name.is_empty()) {
            match Address::parse(&format!("x@{name}")) {
                Err(_) => {
                    let value = name.to_owned();
                    table.fault_at_key(
                        &key,
                        Fault::Unreadable { value, expected: Expected::Domain },
                    );
                }
                Ok(address) => {
                    let domain = address.domain().to_owned();
                    if domains.contains(&domain)
                        || groups.iter().any(|group| group.domains.contains(&domain))
                    {
                        table.fault_at_key(&key, Fault::DomainTwice { domain: name.to_owned() });
                    }
                    domains.push(domain);
                }
            }
        }
        groups.push(Group { domains, limits });
    }
    groups
}
