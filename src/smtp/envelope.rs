//! The commands of an envelope, with the parameters of the service extensions that a relay offers.

use lettre::transport::smtp::authentication::Mechanism;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{MailParameter, RcptParameter};

use crate::letter::{Letter, Receipt};

/// The service extensions that a relay offers (RFC 5321, 4.1.1.1).
#[allow(clippy::struct_excessive_bools, reason = "each extension is offered or not")]
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Extensions {
    pub start_tls: bool,
    pub pipelining: bool,
    /// RFC 1870; 0 if it names no limit.
    pub size: Option<usize>,
    pub dsn: bool,
    /// RFC 6531.
    pub utf8: bool,
    /// RFC 6152.
    pub eight_bit: bool,
    pub mechanisms: Vec<Mechanism>,
    /// All of them by their names, also those that we do not speak.
    pub mechanism_names: Vec<String>,
    /// Whether a keyword was overwritten with Xs, as some firewalls do with STARTTLS.
    pub is_masked: bool,
}

impl Extensions {
    /// Reads the lines after the first of a reply to EHLO; unknown extensions are ignored.
    pub fn parse<'a>(lines: impl Iterator<Item = &'a str>) -> Self {
        let mut extensions = Self::default();
        for line in lines {
            let line = line.to_ascii_uppercase();
            let mut words = line.split([' ', '=']);
            match words.next().unwrap_or_default() {
                "STARTTLS" => extensions.start_tls = true,
                "PIPELINING" => extensions.pipelining = true,
                "SIZE" => {
                    extensions.size = Some(words.next().and_then(|n| n.parse().ok()).unwrap_or(0));
                }
                "DSN" => extensions.dsn = true,
                "SMTPUTF8" => extensions.utf8 = true,
                "8BITMIME" => extensions.eight_bit = true,
                "AUTH" => {
                    for word in words.filter(|word| !word.is_empty()) {
                        let mechanism = match word {
                            "PLAIN" => Some(Mechanism::Plain),
                            "LOGIN" => Some(Mechanism::Login),
                            "XOAUTH2" => Some(Mechanism::Xoauth2),
                            _ => None,
                        };
                        extensions.mechanisms.extend(mechanism);
                        if extensions.mechanism_names.iter().all(|known| known != word) {
                            extensions.mechanism_names.push(word.to_owned());
                        }
                    }
                }
                keyword => {
                    let xs = keyword.trim_end_matches('A');
                    extensions.is_masked |= xs.len() >= 4 && xs.bytes().all(|b| b == b'X');
                }
            }
        }
        extensions
    }
}

/// Appends all commands of a letter's envelope.
pub(super) fn push_envelope(letter: &Letter, extensions: &Extensions, out: &mut Vec<u8>) {
    (0..2 + letter.to.len()).for_each(|index| push_command(letter, index, extensions, out));
}

/// Appends one command of a letter's envelope: MAIL, a RCPT for each recipient, DATA.
pub(super) fn push_command(
    letter: &Letter,
    index: usize,
    extensions: &Extensions,
    out: &mut Vec<u8>,
) {
    let command = match index.checked_sub(1) {
        None => {
            let mut parameters = Vec::new();
            if extensions.size.is_some() {
                parameters.push(MailParameter::Size(letter.bytes.len()));
            }
            if extensions.dsn {
                // A bounce then names the letter and repeats only its header (RFC 3461, 4.3, 4.4).
                let other = |keyword: &str, value| MailParameter::Other {
                    keyword: keyword.into(),
                    value: Some(value),
                };
                parameters.push(other("RET", "HDRS".into()));
                parameters.push(other("ENVID", letter.id.to_string()));
            }
            if letter.needs_smtputf8() {
                parameters.push(MailParameter::SmtpUtfEight);
            }
            if let Ok(from) = letter.from.wire().parse() {
                Mail::new(Some(from), parameters).to_string()
            } else {
                // Our own check of addresses is the stricter one.
                let parameters: String = parameters.iter().map(|it| format!(" {it}")).collect();
                format!("MAIL FROM:<{}>{parameters}\r\n", letter.from.wire())
            }
        }
        Some(recipient) => match letter.to.get(recipient) {
            Some(to) => match to.wire().parse() {
                Ok(to) => {
                    let is_asked = extensions.dsn && letter.receipt == Receipt::Asked;
                    let value = Some("SUCCESS,FAILURE,DELAY".to_owned());
                    let notify =
                        is_asked.then(|| RcptParameter::Other { keyword: "NOTIFY".into(), value });
                    Rcpt::new(to, notify.into_iter().collect()).to_string()
                }
                // Our own check of addresses is the stricter one.
                Err(_) => format!("RCPT TO:<{}>\r\n", to.wire()),
            },
            None => Data.to_string(),
        },
    };
    out.extend_from_slice(command.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyword_that_a_firewall_overwrote_is_noticed() {
        let is_masked = |line: &str| Extensions::parse([line].into_iter()).is_masked;
        assert!(is_masked("XXXXXXXA") && is_masked("XXXXXXXX"));
        assert!(!is_masked("XCLIENT NAME") && !is_masked("X") && !is_masked("STARTTLS"));
    }

    #[test]
    fn extensions_are_read_line_by_line() {
        let extensions = Extensions::parse(
            ["size 1000", "AUTH=LOGIN", "AUTH PLAIN XOAUTH2", "PIPELINING", "X"].into_iter(),
        );
        assert_eq!(extensions.size, Some(1000));
        assert_eq!(extensions.mechanisms, [Mechanism::Login, Mechanism::Plain, Mechanism::Xoauth2]);
        assert!(extensions.pipelining && !extensions.dsn && !extensions.start_tls);
    }
}
