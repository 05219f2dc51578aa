//! `doctor --spf` and what `doctor` says of a domain, against zones served on loopback.

use std::collections::HashMap;
use std::net::{SocketAddr, UdpSocket};

use gonets::dns::Resolver;
use gonets::doctor::spf::{SpfQuestion, SpfResult, check};
use simple_dns::rdata::{A, AAAA, MX, PTR, RData, TXT};
use simple_dns::{CLASS, CharacterString, Name, Packet, PacketFlag, QTYPE, RCODE, ResourceRecord};

/// The records of a zone: `name kind value`, one a line; `name silent` gets a server failure.
pub fn serve(zone: &str) -> SocketAddr {
    let mut records: HashMap<String, Vec<(String, String)>> = HashMap::new();
    for line in zone.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut words = line.splitn(3, ' ');
        let mut word = || words.next().unwrap_or_default().to_owned();
        records.entry(word()).or_default().push((word(), word()));
    }
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let server = socket.local_addr().unwrap();
    std::thread::spawn(move || {
        let mut query = [0; 512];
        while let Ok((n, from)) = socket.recv_from(&mut query) {
            socket.send_to(&reply(&query[..n], &records), from).unwrap();
        }
    });
    server
}

fn reply(query: &[u8], records: &HashMap<String, Vec<(String, String)>>) -> Vec<u8> {
    let query = Packet::parse(query).unwrap();
    let question = query.questions.first().unwrap().clone();
    let mut reply = Packet::new_reply(query.id());
    reply.set_flags(PacketFlag::RESPONSE);
    reply.questions.push(question.clone());
    let name = question.qname.to_string().to_lowercase();
    let Some(own) = records.get(&name) else {
        *reply.rcode_mut() = RCODE::NameError;
        return reply.build_bytes_vec().unwrap();
    };
    for (kind, value) in own {
        let data = match (kind.as_str(), question.qtype) {
            ("silent", _) => {
                *reply.rcode_mut() = RCODE::ServerFailure;
                continue;
            }
            ("txt", QTYPE::TYPE(simple_dns::TYPE::TXT)) => {
                // As a zone file has it: strings of at most 255 octets.
                let strings = value.as_bytes().chunks(200);
                RData::TXT(strings.fold(TXT::new(), |txt, part| {
                    txt.with_char_string(CharacterString::new(part).unwrap().into_owned())
                }))
            }
            ("a", QTYPE::TYPE(simple_dns::TYPE::A)) => {
                RData::A(A::from(value.parse::<std::net::Ipv4Addr>().unwrap()))
            }
            ("aaaa", QTYPE::TYPE(simple_dns::TYPE::AAAA)) => {
                RData::AAAA(AAAA::from(value.parse::<std::net::Ipv6Addr>().unwrap()))
            }
            ("mx", QTYPE::TYPE(simple_dns::TYPE::MX)) => {
                let exchange = Name::new(value).unwrap().into_owned();
                RData::MX(MX { preference: 10, exchange })
            }
            ("ptr", QTYPE::TYPE(simple_dns::TYPE::PTR)) => {
                RData::PTR(PTR(Name::new(value).unwrap().into_owned()))
            }
            _ => continue,
        };
        reply.answers.push(ResourceRecord::new(question.qname.clone(), CLASS::IN, 60, data));
    }
    reply.build_bytes_vec().unwrap()
}

/// The answer for `ip` that sends as `a@example.test`.
fn result(zone: &str, ip: &str) -> SpfResult {
    let resolver = Resolver::at(serve(zone));
    let question = SpfQuestion {
        ip: ip.parse().unwrap(),
        mail_from: "a@example.test",
        helo: "relay.example.test",
    };
    check(&question, &resolver)
}

#[test]
fn mechanisms_match_what_they_name() {
    let zone = "example.test txt v=spf1 ip4:192.0.2.0/28 ip6:2001:db8::/32 a:host.test/30 mx exists:%{ir}.list.test include:other.test ptr:names.test ~all
        host.test a 198.51.100.4
        example.test mx in.test
        in.test a 203.0.113.9
        in.test aaaa 2001:dbb::9
        7.100.51.198.list.test a 127.0.0.2
        other.test txt v=spf1 -ip4:203.0.113.1 +ip4:203.0.113.0/30 -all
        77.113.0.203.in-addr.arpa ptr mail.names.test
        mail.names.test a 203.0.113.77";
    for (ip, wanted) in [
        ("192.0.2.15", SpfResult::Pass),
        ("192.0.2.16", SpfResult::SoftFail),
        ("2001:db8::5", SpfResult::Pass),
        ("::ffff:192.0.2.1", SpfResult::Pass),
        ("198.51.100.6", SpfResult::Pass),
        ("203.0.113.9", SpfResult::Pass),
        ("2001:dbb::9", SpfResult::Pass),
        ("203.0.113.2", SpfResult::Pass),
        ("203.0.113.1", SpfResult::SoftFail),
        ("203.0.113.77", SpfResult::Pass),
    ] {
        assert_eq!(result(zone, ip), wanted, "{ip}");
    }
}

#[test]
fn a_record_that_is_wrong_is_a_permanent_error() {
    for record in [
        "v=spf1 ip4:192.0.2.300 -all",
        "v=spf1 ip4:192.0.2.1/33",
        "v=spf1 all:example.test",
        "v=spf1 include: -all",
        "v=spf1 redirect=a.test redirect=b.test",
        "v=spf1 exists:%{x}.test",
        "v=spf1 a:111.222",
        "v=spf1 nothing-like-it",
        "v=spf1 redirect=missing.test",
        "v=spf1 include:missing.test",
    ] {
        let zone = format!("example.test txt {record}");
        assert_eq!(result(&zone, "192.0.2.1"), SpfResult::PermError, "{record}");
    }
    let two = "example.test txt v=spf1 -all\nexample.test txt v=spf1 ~all";
    assert_eq!(result(two, "192.0.2.1"), SpfResult::PermError);
}

#[test]
fn more_than_ten_look_ups_or_two_empty_ones_are_an_error() {
    let chain = |length: u32| {
        let mut zone = "example.test txt v=spf1 include:h1.test -all\n".to_owned();
        for n in 1..length {
            zone.push_str(&format!("h{n}.test txt v=spf1 include:h{}.test\n", n + 1));
        }
        zone + &format!("h{length}.test txt v=spf1 ip4:192.0.2.1")
    };
    assert_eq!(result(&chain(10), "192.0.2.1"), SpfResult::Pass);
    assert_eq!(result(&chain(11), "192.0.2.1"), SpfResult::PermError);
    let empty = |n| format!("example.test txt v=spf1{} -all", " a:none.test".repeat(n));
    assert_eq!(result(&empty(2), "192.0.2.1"), SpfResult::Fail);
    assert_eq!(result(&empty(3), "192.0.2.1"), SpfResult::PermError);
    // Each name of an MX is counted apart: ten are the most.
    let hosts = |n: u32| {
        let one = |n| format!("example.test mx m{n}.test\nm{n}.test a 198.51.100.{n}\n");
        (1..=n).map(one).collect::<String>() + "example.test txt v=spf1 mx -all"
    };
    assert_eq!(result(&hosts(10), "198.51.100.10"), SpfResult::Pass);
    assert_eq!(result(&hosts(11), "198.51.100.10"), SpfResult::PermError);
}

#[test]
fn a_domain_without_a_record_and_a_silent_server_are_told_apart() {
    assert_eq!(result("example.test txt other", "192.0.2.1"), SpfResult::None);
    assert_eq!(result("", "192.0.2.1"), SpfResult::None);
    assert_eq!(result("example.test silent", "192.0.2.1"), SpfResult::TempError);
    assert_eq!(result("example.test txt v=spf1", "192.0.2.1"), SpfResult::Neutral);
}

#[test]
fn macros_are_filled_with_the_question() {
    let zone =
        "example.test txt v=spf1 exists:%{l}.%{d2}.%{v}.check.test exists:%{h1r}.%{o}.x.test -all
        a.example.test.in-addr.check.test a 127.0.0.2";
    assert_eq!(result(zone, "192.0.2.1"), SpfResult::Pass);
    assert_eq!(result(zone, "2001:db8::1"), SpfResult::Fail);
}

#[test]
fn a_long_record_is_read_as_one() {
    let mut zone = "example.test txt v=spf1".to_owned();
    (1..=40).for_each(|n| zone.push_str(&format!(" ip4:198.51.100.{n}")));
    assert_eq!(result(&zone, "198.51.100.40"), SpfResult::Pass);
}
