//! `doctor`: tries the relay and asks DNS whether letters will arrive. Sends nothing.

use std::net::IpAddr;
use std::time::Duration;

use anyhow::Result;

use super::couriers;
use super::load::settings;
use super::trust;
use crate::campaign;
use crate::cli::Doctor;
use crate::compose::PublicKey;
use crate::config::Config;
use crate::dns::Resolver;
use crate::doctor::domain::{DkimKey, Origin};
use crate::doctor::spf::{self, SpfQuestion};
use crate::doctor::{Deadline, domain, relay};
use crate::failure::{Exit, Failure};
use crate::finding::{Finding, Gravity};
use crate::letter::LetterId;
use crate::notice::{Notice, Summary};
use crate::terminal::Terminal;

/// For one query, and for all that DNS is asked.
const QUERY_TIMEOUT: Duration = Duration::from_secs(2);
const DNS_TIMEOUT: Duration = Duration::from_secs(10);

pub(super) fn run(given: &Doctor, terminal: &Terminal) -> Result<Exit> {
    let resolver = given.dns_server.map_or_else(Resolver::of_system, Resolver::at);
    let resolver = resolver.with_timeouts(QUERY_TIMEOUT, DNS_TIMEOUT);
    if let Some(ip) = given.ip.filter(|_| given.spf) {
        let question = SpfQuestion {
            ip,
            mail_from: given.mail_from.as_deref().unwrap_or_default(),
            helo: given.helo.as_deref().unwrap_or_default(),
        };
        let result = spf::check(&question, &resolver);
        terminal.spf(result.as_str());
        terminal.result(&Notice::SpfResult { result: result.as_str() });
        return Ok(Exit::Well);
    }
    let (_, config) = settings(given.place.campaign.as_deref(), terminal)?;
    trust::ensure(&config, given.place.trust.into(), terminal)?;
    let key = campaign::dkim_key(&config).map_err(|problem| {
        terminal.problem(&problem);
        Failure::Faulty { errors: 1 }
    })?;
    let mut found = Vec::new();
    let ips = look_at_relay(&config, &resolver, &mut found, terminal)?;
    look_at_domain(&config, &resolver, (&ips, key.as_ref()), &mut found);
    Ok(conclude(&found, terminal))
}

/// Tries the relay, and returns its addresses.
fn look_at_relay(
    config: &Config,
    resolver: &Resolver,
    found: &mut Vec<Finding>,
    terminal: &Terminal,
) -> Result<Vec<IpAddr>> {
    let Some(smtp) = &config.smtp else {
        found.push(Finding::NoRelay);
        return Ok(Vec::new());
    };
    let host = &smtp.relay.host;
    let ips = if let Ok(ip) = host.parse() {
        vec![ip]
    } else {
        let until = Deadline::after(DNS_TIMEOUT).instant();
        resolver.addresses(host, until).unwrap_or_default()
    };
    let relay = couriers::relay(config, smtp, terminal)?;
    found.extend(relay::look(&relay, &ips, &[envelope_sender(config)]));
    Ok(ips)
}

/// The address to which bounces go, for a letter that does not exist.
fn envelope_sender(config: &Config) -> String {
    let from = &config.from;
    let id = LetterId::of(&config.id, &from.address, None);
    let sender = from.return_path.as_ref().and_then(|path| path.of(id));
    sender.as_ref().unwrap_or(&from.address).wire().to_owned()
}

fn look_at_domain(
    config: &Config,
    resolver: &Resolver,
    (ips, key): (&[IpAddr], Option<&PublicKey>),
    found: &mut Vec<Finding>,
) {
    let from = config.from.address.domain().to_owned();
    let sender = envelope_sender(config);
    let envelope = sender.rsplit('@').next().unwrap_or(&from);
    let key = config.dkim.as_ref().zip(key).map(|(dkim, public)| DkimKey {
        domain: dkim.domain.as_deref().unwrap_or(&from),
        selector: &dkim.selector,
        public,
    });
    let relay = config.smtp.as_ref().map(|smtp| (smtp.relay.host.as_str(), ips));
    let origin = Origin { from: &from, envelope, relay, key };
    found.extend(domain::look(&origin, resolver, Deadline::after(DNS_TIMEOUT)));
}

fn conclude(found: &[Finding], terminal: &Terminal) -> Exit {
    for finding in found {
        terminal.finding(finding);
        terminal.result(&Notice::Found(finding.clone()));
    }
    let count = |gravity| found.iter().filter(|it| it.gravity() == gravity).count() as u64;
    let (errors, warnings) = (count(Gravity::Error), count(Gravity::Warning));
    let summary = Summary { command: "doctor", errors, warnings, ..Summary::default() };
    terminal.summary(&summary);
    if found.iter().any(Finding::is_unusable) {
        Exit::Server
    } else if errors + warnings > 0 {
        Exit::Open
    } else {
        Exit::Well
    }
}
