//! The three questions of `init`: who sends, from which address, over which server. They are asked
//! only on a terminal; whatever is left open is filled in by hand later.

use crate::config;
use crate::notice::{InitQuestion, Notice};
use crate::recipient::Address;
use crate::terminal::Terminal;

/// How often a question is asked.
const TIMES: usize = 3;

/// What a person answered; `None` where they left it open.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Answers {
    name: Option<String>,
    address: Option<String>,
    server: Option<Server>,
}

#[derive(Debug, PartialEq, Eq)]
struct Server {
    host: String,
    port: Option<u16>,
}

pub(super) fn ask(terminal: &Terminal) -> Answers {
    if !terminal.can_ask() || terminal.is_json() {
        return Answers::default();
    }
    let text = |answer: &str| (!answer.contains(char::is_control)).then(|| answer.to_owned());
    let address = |answer: &str| Address::parse(answer).ok().map(|it| it.shown().to_owned());
    Answers {
        name: asked(terminal, InitQuestion::Sender, text),
        address: asked(terminal, InitQuestion::Address, address),
        server: asked(terminal, InitQuestion::Server, server),
    }
}

fn asked<T>(
    terminal: &Terminal,
    question: InitQuestion,
    read: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    for time in 0..TIMES {
        let answer = terminal.ask(&Notice::InitQuestion { question, is_again: time > 0 })?;
        if answer.is_empty() {
            return None;
        }
        if let Some(read) = read(&answer) {
            return Some(read);
        }
    }
    None
}

/// `smtp.example.org`, `smtp.example.org:587` or an address.
fn server(answer: &str) -> Option<Server> {
    let (host, port) = match answer.split_once(':') {
        Some((host, port)) => (host, Some(port.parse().ok().filter(|port| *port > 0)?)),
        None => (answer, None),
    };
    let is_host = host.contains(|c: char| c.is_alphanumeric())
        && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'));
    is_host.then(|| Server { host: host.to_owned(), port })
}

impl Answers {
    /// Whether name and address of the sender were given.
    pub(super) fn have_sender(&self) -> bool {
        self.name.is_some() && self.address.is_some()
    }

    /// The settings with the answers in the place of the examples.
    pub(super) fn written_into(&self, settings: &str) -> String {
        let mut written = String::with_capacity(settings.len());
        let mut table = String::new();
        let mut is_example_of_server = false;
        for line in settings.split_inclusive('\n') {
            let bare = line.trim_end().trim_start_matches("# ");
            if bare.starts_with('[') {
                bare.split(']').next().unwrap_or_default().clone_into(&mut table);
                is_example_of_server = table == "[smtp" && self.server.is_some();
                if is_example_of_server {
                    written.push_str(&self.smtp());
                }
            }
            is_example_of_server &= line.starts_with("# ");
            if is_example_of_server {
                continue;
            }
            let key = bare.split(" =").next().unwrap_or_default();
            let answer = match (table.as_str(), key) {
                ("[from", "name") => &self.name,
                ("[from", "address") => &self.address,
                _ => &None,
            };
            match answer {
                Some(answer) => {
                    written.push_str(&format!("{key} = {}\n", config::text_value(answer)));
                }
                None => written.push_str(line),
            }
        }
        written
    }

    /// The table of the server; the password is asked for when it is needed.
    fn smtp(&self) -> String {
        let Some(Server { host, port }) = &self.server else { return String::new() };
        let mut lines = format!("[smtp]\nhost = {}\n", config::text_value(host));
        if let Some(port) = port {
            let security = if *port == 465 { "tls" } else { "starttls" };
            lines.push_str(&format!("port = {port}\nsecurity = \"{security}\"\n"));
        }
        if let Some(address) = &self.address {
            lines.push_str(&format!("username = {}\n", config::text_value(address)));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_stand_in_place_of_the_examples() {
        let answers = Answers {
            name: Some("Отдел \"А\"".into()),
            address: Some("a@one.test".into()),
            server: server("smtp.one.test:587"),
        };
        let templates = [
            include_str!("../../../templates/campaign.toml"),
            include_str!("../../../templates/campaign.en.toml"),
            include_str!("../../../templates/adopted.ru.toml"),
            include_str!("../../../templates/adopted.en.toml"),
        ];
        for template in templates {
            let written = answers.written_into(template);
            let from = "[from]\nname = 'Отдел \"А\"'\naddress = \"a@one.test\"\n";
            let smtp = "\n[smtp]\nhost = \"smtp.one.test\"\nport = 587\nsecurity = \"starttls\"\n\
                        username = \"a@one.test\"\n";
            assert!(written.contains(from) && written.contains(smtp), "{written}");
            assert!(!written.contains("# host"), "{written}");
            assert_eq!(Answers::default().written_into(template), template);
        }
    }

    #[test]
    fn a_server_is_a_host_with_or_without_a_port() {
        assert_eq!(server("mail"), Some(Server { host: "mail".into(), port: None }));
        for other in ["", "smtp.one.test:x", "https://one.test", "a b", "one.test:0"] {
            assert_eq!(server(other), None, "{other}");
        }
    }
}
