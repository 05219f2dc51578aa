//! `check --dns` against a resolver on loopback: UDP, TCP, and no answer.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use gonets::dns::{MailStatus, Resolver};
use gonets::problem::NoMail;
use simple_dns::rdata::{A, MX, RData};
use simple_dns::{CLASS, Name, Packet, PacketFlag, QTYPE, RCODE, ResourceRecord, TYPE};

use crate::support::Campaign;

/// A resolver that knows some domains, by the first label of their names; it ends with the test's
/// process.
struct Server {
    port: u16,
    asked: Arc<AtomicUsize>,
}

impl Server {
    fn start() -> Self {
        let (udp, tcp) = loop {
            let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
            if let Ok(udp) = UdpSocket::bind(tcp.local_addr().unwrap()) {
                break (udp, tcp);
            }
        };
        let port = tcp.local_addr().unwrap().port();
        let asked = Arc::new(AtomicUsize::new(0));
        let count = asked.clone();
        std::thread::spawn(move || {
            let mut query = [0; 512];
            while let Ok((n, from)) = udp.recv_from(&mut query) {
                count.fetch_add(1, Ordering::Relaxed);
                // A forged answer comes first: it must not count.
                let mut forged = reply(&query[..n], Way::Udp).unwrap_or_default();
                if let Some(id) = forged.first_mut() {
                    *id ^= 0xFF;
                    udp.send_to(&forged, from).unwrap();
                }
                if let Some(reply) = reply(&query[..n], Way::Udp) {
                    udp.send_to(&reply, from).unwrap();
                }
            }
        });
        std::thread::spawn(move || {
            for stream in tcp.incoming() {
                let mut stream = stream.unwrap();
                let mut length = [0; 2];
                stream.read_exact(&mut length).unwrap();
                let mut query = vec![0; usize::from(u16::from_be_bytes(length))];
                stream.read_exact(&mut query).unwrap();
                let reply = reply(&query, Way::Tcp).unwrap();
                stream.write_all(&u16::try_from(reply.len()).unwrap().to_be_bytes()).unwrap();
                stream.write_all(&reply).unwrap();
            }
        });
        Self { port, asked }
    }

    fn resolver(&self) -> Resolver {
        Resolver::at(([127, 0, 0, 1], self.port).into())
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Way {
    Udp,
    Tcp,
}

fn reply(query: &[u8], way: Way) -> Option<Vec<u8>> {
    let query = Packet::parse(query).unwrap();
    let question = query.questions.first().unwrap().clone();
    let name = question.qname.clone();
    let shown = name.to_string();
    let mut reply = Packet::new_reply(query.id());
    let kind = match question.qtype {
        QTYPE::TYPE(kind) => kind,
        _ => TYPE::MX,
    };
    reply.questions.push(question);
    let record = |data| ResourceRecord::new(name.clone(), CLASS::IN, 60, data);
    let mx = |host| RData::MX(MX { preference: 10, exchange: Name::new_unchecked(host) });
    match (shown.split('.').next().unwrap(), kind) {
        ("good", TYPE::MX) => reply.answers.push(record(mx("mail.good.test"))),
        ("host", TYPE::A) => reply.answers.push(record(RData::A(A { address: 0x7F00_0001 }))),
        ("null", TYPE::MX) => reply.answers.push(record(mx(""))),
        ("missing" | "xn--e1afmkfd", _) => *reply.rcode_mut() = RCODE::NameError,
        ("broken", _) => *reply.rcode_mut() = RCODE::ServerFailure,
        ("long", TYPE::MX) if way == Way::Udp => reply.set_flags(PacketFlag::TRUNCATION),
        ("long", TYPE::MX) => {
            (0..60).for_each(|_| reply.answers.push(record(mx("mail.long.test"))));
        }
        ("silent", _) => return None,
        _ => {}
    }
    Some(reply.build_bytes_vec().unwrap())
}

#[test]
fn each_domain_is_asked_for_its_mail_once() {
    let server = Server::start();
    let domains = [
        "broken.test",
        "empty.test",
        "good.test",
        "host.test",
        "long.test",
        "missing.test",
        "null.test",
    ];
    let mut done = 0;
    let answers = server.resolver().ask(&domains.map(str::to_owned), |count| done = count);
    let expected = [
        MailStatus::Unanswered,
        MailStatus::Not(NoMail::NoHost),
        MailStatus::Accepts,
        MailStatus::Accepts,
        MailStatus::Accepts,
        MailStatus::Not(NoMail::NoSuchDomain),
        MailStatus::Not(NoMail::Declined),
    ];
    assert!(answers.keys().map(String::as_str).eq(domains), "{answers:?}");
    assert_eq!(answers.into_values().collect::<Vec<_>>(), expected);
    assert_eq!(done, 7);
}

#[test]
fn silence_is_given_up_soon_and_for_all() {
    let server = Server::start();
    let domains: Vec<String> = (0..200).map(|number| format!("silent.d{number}.test")).collect();
    let resolver =
        server.resolver().with_timeouts(Duration::from_millis(20), Duration::from_mins(1));
    let answers = resolver.ask(&domains, |_| {});
    assert_eq!(answers.len(), 200);
    assert!(answers.values().all(|mail| *mail == MailStatus::Unanswered));
    assert!(server.asked.load(Ordering::Relaxed) < 60);
}

const LIST: &str = "Фамилия;Эл. почта\nИльина;a@good.test\nЦой;b@missing.test\nПак;c@null.test\nКим;d@Пример.test\n";

#[test]
fn a_domain_without_mail_is_a_warning_at_its_cell() {
    let server = Server::start();
    let campaign = Campaign::new().contacts(LIST).letter("Добрый день.\n").write();
    let port = server.port;
    let checked =
        campaign.run(["check", "--all", "--dns", "--dns-server", &format!("127.0.0.1:{port}")]);
    let checked = checked
        .code(0)
        .says("contacts.csv:3:5: warning: Эл. почта: the domain missing.test does not exist");
    let checked = checked
        .says("contacts.csv:4:5: warning: Эл. почта: the domain null.test does not accept mail");
    let checked =
        checked.says("contacts.csv:5:5: warning: Эл. почта: the domain Пример.test does not exist");
    assert!(!checked.err.contains("good.test"), "{}", checked.err);
    let asked = server.asked.load(Ordering::Relaxed);
    let unasked = campaign.run(["check"]).code(0);
    assert!(!unasked.err.contains("missing.test"), "{}", unasked.err);
    assert_eq!(server.asked.load(Ordering::Relaxed), asked);
}

#[test]
fn a_resolver_that_is_not_there_is_one_warning() {
    // A port where nobody listens: bound, and let go.
    let port = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let campaign = Campaign::new().contacts(LIST).letter("Добрый день.\n").write();
    let server = format!("127.0.0.1:{port}");
    let checked = campaign.run(["check", "--dns", "--dns-server", &server, "--lang", "ru"]).code(0);
    let checked = checked.says("не удалось узнать, принимают ли почту 4 домена");
    assert_eq!(checked.err.matches("не удалось узнать").count(), 1, "{}", checked.err);
    campaign.run(["check", "--dns", "--dns-server", "nowhere"]).code(2);
    campaign.run(["check", "--dns-server", &server]).code(2);
}
