//! `doctor`: tries the relay and the mailbox and asks DNS whether letters will arrive. Sends nothing
//! but the letter of `--loop`.
//!
//! What is looked at, in which order and for how long is decided here; what it means, in the room
//! `doctor`.

mod round_trip;
mod survey;

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use anyhow::Result;
use jiff::{Timestamp, ZonedDateTime};

use super::couriers;
use super::inbox::server_of;
use super::load::{settings, through};
use super::trust;
use crate::campaign::{self, needs};
use crate::cli::Doctor;
use crate::compose::PublicKey;
use crate::config::Config;
use crate::dns::Resolver;
use crate::doctor::clock::{self, Told};
use crate::doctor::domain::{DkimKey, KeyProblem, Origin};
use crate::doctor::relay::{Seen, Senders};
use crate::doctor::spf::{self, SpfQuestion};
use crate::doctor::{Deadline, Survey, domain, mailbox, record, relay, unsubscribe};
use crate::failure::{Exit, Failure};
use crate::finding::{Check, Finding, Gravity, MailboxFinding, RelayFinding};
use crate::inbox::imap;
use crate::letter::LetterId;
use crate::notice::{Extent, Notice, Summary};
use crate::problem::Problem;
use crate::smtp::Relay;
use crate::terminal::Terminal;
use crate::trust::{Need, Trust};

/// For one query, and for all that is asked of one party: relay, DNS, mailbox. They are asked at the
/// same time.
const QUERY_TIMEOUT: Duration = Duration::from_secs(2);
const TIMEOUT: Duration = Duration::from_secs(10);

pub(super) fn run(given: &Doctor, terminal: &mut Terminal) -> Result<Exit> {
    let resolver = given.dns_server.map_or_else(Resolver::of_system, Resolver::at);
    let resolver = resolver.with_timeouts(QUERY_TIMEOUT, TIMEOUT).with_journal();
    if let Some(ip) = given.ip.filter(|_| given.spf) {
        return Ok(judge_spf(ip, given, &resolver, terminal));
    }
    let routed = through(given.place.campaign.as_deref(), given.relay.as_deref());
    let (_, config) = settings(routed, terminal)?;
    let trust = Trust::from(given.place.trust);
    // Without the network no secret is taken.
    if !given.offline || needs::of(&config, trust).iter().any(Need::is_to_read) {
        trust::ensure(&config, trust, terminal)?;
    }
    let key = campaign::dkim_key(&config);
    let extent = if given.offline { Extent::FilesAlone } else { Extent::Whole };
    let (survey, about_files) =
        survey::survey(&config, (routed, trust), extent, terminal.language)?;
    let case = Case { config: &config, key, survey };
    let mut asked = Asked::default();
    let mut found = Vec::new();
    if given.offline {
        found.extend(case.foresee());
    } else {
        // Before the network is asked: a person may have to type the passwords.
        let relay = config.smtp.as_ref().map(|smtp| couriers::relay(&config, smtp, terminal));
        let inbox = config.inbox.as_ref().map(|inbox| server_of(&config, inbox, terminal));
        let language = terminal.language;
        let relay = relay.and_then(|relay| match relay {
            Ok(relay) => Some(relay),
            Err(error) => {
                let check = if is_of_secret(&error) { Check::Auth } else { Check::Tls };
                let detail = survey::worded(error, language);
                found.push(RelayFinding::NotAsked { check, detail }.into());
                None
            }
        });
        let inbox = inbox.and_then(|inbox| match inbox {
            Ok(inbox) => Some(inbox),
            Err(error) => {
                let detail = survey::worded(error, language);
                found.push(MailboxFinding::InboxNotAsked { detail }.into());
                None
            }
        });
        let mut told = Vec::new();
        let parties = Parties { relay: relay.as_ref(), inbox: inbox.as_ref() };
        found.extend(case.look(parties, &resolver, &mut asked, &mut told));
        match (relay, inbox) {
            _ if !given.round_trip => {}
            (Some(relay), Some(inbox)) => {
                let patience = Duration::from_secs(given.deadline);
                let campaign = (routed, trust);
                let made = round_trip::make(&config, campaign, &relay, &inbox, patience, terminal)?;
                found.extend(made.0);
                told.extend(made.1);
            }
            (_, _) if config.smtp.is_some() && config.inbox.is_some() => {}
            (_, _) => found.push(MailboxFinding::LoopImpossible.into()),
        }
        let now = ZonedDateTime::now().with_time_zone(config.zone.clone());
        let now = now.strftime("%Y-%m-%d %H:%M").to_string();
        found.push(clock::judge(&told, now).into());
    }
    found.extend(about_files);
    found.sort_by_key(Finding::subject);
    tell(&found, terminal);
    if given.explain {
        asked.names = resolver.asked();
        asked.dns = resolver.servers();
        explain(asked, terminal);
    }
    Ok(conclude(&found, extent, terminal))
}

fn judge_spf(ip: IpAddr, given: &Doctor, resolver: &Resolver, terminal: &Terminal) -> Exit {
    let question = SpfQuestion {
        ip,
        mail_from: given.mail_from.as_deref().unwrap_or_default(),
        helo: given.helo.as_deref().unwrap_or_default(),
    };
    let result = spf::check(&question, resolver);
    terminal.spf(result.as_str());
    terminal.result(&Notice::SpfResult { result: result.as_str() });
    Exit::Well
}

fn is_of_secret(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(Failure::Secret { .. }))
}

/// Whom the network was asked for.
#[derive(Default)]
struct Asked {
    /// The servers of names, and the names with the kinds of their records.
    dns: Vec<String>,
    names: Vec<(String, &'static str)>,
    /// The servers that were talked to, by name and address.
    servers: Vec<String>,
}

/// Who is asked beside DNS.
#[derive(Clone, Copy)]
struct Parties<'a> {
    relay: Option<&'a Relay>,
    inbox: Option<&'a imap::Server>,
}

/// The campaign that is looked at.
struct Case<'a> {
    config: &'a Config,
    key: Result<Option<PublicKey>, Problem>,
    survey: Survey,
}

impl Case<'_> {
    /// What can be said without the network.
    fn foresee(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        if self.config.smtp.is_none() {
            found.push(RelayFinding::NoRelay.into());
        }
        self.with_origin(&[], |origin| found.extend(domain::foresee(origin)));
        found
    }

    /// Asks relay, mailbox, DNS and the others, all at the same time.
    fn look(
        &self,
        Parties { relay, inbox }: Parties,
        resolver: &Resolver,
        asked: &mut Asked,
        told: &mut Vec<Told>,
    ) -> Vec<Finding> {
        let config = self.config;
        let deadline = Deadline::after(TIMEOUT);
        let one_click = self.one_click_host();
        let (seen, of_inbox, of_click, of_domain) = std::thread::scope(|scope| {
            let seen = relay.map(|relay| {
                scope.spawn(move || relay::look(relay, &self.senders(), &self.survey, deadline))
            });
            let of_inbox = inbox.map(|server| {
                let names = config.inbox.as_ref().map_or(&[] as &[String], |it| &it.folders);
                scope.spawn(move || mailbox::look(server, names, deadline))
            });
            let of_click = one_click.as_ref().map(|(host, port)| {
                scope.spawn(move || unsubscribe::look_at_host(host, *port, deadline))
            });
            let of_domain = self.look_at_domain(resolver, deadline);
            (
                seen.and_then(|it| it.join().ok()),
                of_inbox.and_then(|it| it.join().ok()),
                of_click.and_then(|it| it.join().ok()),
                of_domain,
            )
        });
        let mut found = Vec::new();
        match (relay, seen) {
            (Some(relay), Some(Seen { found: seen, greeting, talked_to })) => {
                found.extend(seen);
                told.extend(greeting.and_then(|text| Told::read(&relay.host, &text)));
                asked.servers.extend(talked_to.iter().map(|it| server(&relay.host, *it)));
                let from = config.from.address.domain();
                // If that cannot be kept, a run says once more that nobody looked.
                let _ = record::keep(&relay.name(), from, Timestamp::now());
            }
            (_, _) if config.smtp.is_some() => {}
            (_, _) => found.push(RelayFinding::NoRelay.into()),
        }
        found.extend(of_domain);
        match of_inbox {
            Some(of_inbox) => found.extend(of_inbox.into_iter().map(Finding::from)),
            None if config.inbox.is_some() => {}
            None => found.push(MailboxFinding::NoInbox.into()),
        }
        asked.servers.extend(inbox.map(|inbox| format!("{}:{}", inbox.host, inbox.port)));
        if let Some((finding, time)) = of_click {
            found.push(finding);
            told.extend(time);
        }
        asked.servers.extend(one_click.map(|(host, port)| format!("{host}:{port}")));
        found
    }

    fn look_at_domain(&self, resolver: &Resolver, deadline: Deadline) -> Vec<Finding> {
        let host = self.config.smtp.as_ref().map(|smtp| smtp.relay.host.as_str());
        let ips = host.map_or_else(Vec::new, |host| match host.parse() {
            Ok(ip) => vec![ip],
            Err(_) => resolver.addresses(host, deadline.instant()).unwrap_or_default(),
        });
        let mut found = self.with_origin(&ips, |origin| domain::look(origin, resolver, deadline));
        let is_silent = found.iter().any(|it| it.check() == Check::Dns);
        let from = self.config.from.address.domain();
        let address = self.config.letter.settings.headers.unsubscribe.as_ref();
        found.extend(address.filter(|_| !is_silent).and_then(|address| {
            unsubscribe::look_at_mailbox(address, &[from], resolver, deadline)
        }));
        found.extend(self.look_at_reader());
        found
    }

    /// Whether the mailbox of `[inbox]` is that of `[unsubscribe]`, as far as names tell.
    fn look_at_reader(&self) -> Option<Finding> {
        let address = self.config.letter.settings.headers.unsubscribe.as_ref()?.to_string();
        let user = &self.config.inbox.as_ref()?.username;
        let is_same = !user.contains('@') || plain(user) == plain(&address);
        (!is_same).then(|| MailboxFinding::UnsubscribeElsewhere { address }.into())
    }

    /// Calls `act` with what the letters say of their origin.
    fn with_origin<T>(&self, ips: &[IpAddr], act: impl FnOnce(&Origin) -> T) -> T {
        let config = self.config;
        let from = config.from.address.domain();
        let sender = self.senders().envelope;
        let envelope = sender.rsplit('@').next().unwrap_or(from);
        let dkim = config.dkim.as_ref();
        let key = match &self.key {
            Ok(public) => Ok(dkim.zip(public.as_ref()).map(|(dkim, public)| DkimKey {
                domain: dkim.domain.as_deref().unwrap_or(from),
                selector: &dkim.selector,
                public,
            })),
            Err(problem) => Err(KeyProblem { key: dkim.map_or("", |dkim| &dkim.key.0), problem }),
        };
        let relay = config.smtp.as_ref().map(|smtp| (smtp.relay.host.as_str(), ips));
        act(&Origin { from, envelope, relay, key })
    }

    /// The senders of a letter that does not exist.
    fn senders(&self) -> Senders {
        let from = &self.config.from;
        let id = LetterId::of(&self.config.id, &from.address, None);
        let envelope = from.return_path.as_ref().and_then(|path| path.of(id));
        Senders {
            envelope: envelope.as_ref().unwrap_or(&from.address).wire().to_owned(),
            from: from.address.wire().to_owned(),
        }
    }

    fn one_click_host(&self) -> Option<(String, u16)> {
        let (address, _) = self.config.letter.settings.headers.one_click.as_ref()?;
        unsubscribe::host_of(address)
    }
}

/// An address in small letters and without what stands behind a plus, which servers ignore.
fn plain(address: &str) -> String {
    let address = address.to_lowercase();
    match address.rsplit_once('@') {
        Some((local, domain)) => {
            format!("{}@{domain}", local.split('+').next().unwrap_or_default())
        }
        None => address,
    }
}

fn server(host: &str, address: SocketAddr) -> String {
    if host == address.ip().to_string() {
        address.to_string()
    } else {
        format!("{host} ({address})")
    }
}

fn tell(found: &[Finding], terminal: &Terminal) {
    let mut subject = None;
    for finding in found {
        terminal.finding(finding);
        if subject.replace(finding.subject()) != Some(finding.subject()) {
            terminal.result(&Notice::FindingsAbout(finding.subject()));
        }
        terminal.result(&Notice::Found(finding.clone()));
    }
}

fn conclude(found: &[Finding], extent: Extent, terminal: &Terminal) -> Exit {
    let count = |gravity| found.iter().filter(|it| it.gravity() == gravity).count() as u64;
    let (errors, warnings) = (count(Gravity::Error), count(Gravity::Warning));
    let is_unusable = found.iter().any(Finding::is_unusable);
    terminal.result(&Notice::DoctorVerdict { errors, warnings, is_unusable, extent });
    let summary = Summary { command: "doctor", errors, warnings, ..Summary::default() };
    terminal.summary(&summary);
    if is_unusable {
        Exit::Server
    } else if errors + warnings > 0 {
        Exit::Open
    } else {
        Exit::Well
    }
}

/// Lists the names that were looked up and the servers that were talked to.
fn explain(asked: Asked, terminal: &Terminal) {
    let Asked { dns, names, servers } = asked;
    let named = names.into_iter().map(|(name, kind)| format!("{name} {kind}"));
    let names: Vec<String> = named.collect();
    terminal.asked(&dns, &names, &servers);
    terminal.result(&Notice::AskedOfTheNetwork { dns, names, servers });
}
