//! How a run ended, as the ledger keeps it for whoever asks later.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{PutOff, StopCause};
use crate::delivery::{Reply, Trouble};

/// The most characters of a reply that are kept, and the most addresses.
const LONGEST: usize = 1000;
const MOST: usize = 20;

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// All that was asked for was tried.
    Through,
    Stopped(StopCause),
    /// Letters wait for a moment.
    PutOff(PutOff, Timestamp),
    /// By Ctrl-C, or by the system's request.
    Interrupted,
    /// It could not go on here. The detail is in the words of the run.
    Failed(Breakdown, String),
}

/// What failed on this side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breakdown {
    DiskFull,
    Ledger,
    ListChanged,
    Other,
}

/// The last run of a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastRun {
    pub began: Timestamp,
    /// `None` if it goes on, or was cut off.
    pub ended: Option<(Timestamp, Ending)>,
}

impl Ending {
    /// What it is called in JSON.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Through => "done",
            Self::PutOff(PutOff::ByPace, _) => "pace",
            Self::PutOff(PutOff::ByRelay, _) => "deferred",
            Self::Interrupted => "interrupted",
            Self::Failed(Breakdown::DiskFull, _) => "disk_full",
            Self::Failed(Breakdown::Ledger, _) => "ledger",
            Self::Failed(Breakdown::ListChanged, _) => "list_changed",
            Self::Failed(Breakdown::Other, _) => "failed",
            Self::Stopped(cause) => match cause {
                StopCause::Trouble(trouble) => match trouble {
                    Trouble::Turned(reply) if is_about_login(reply) => "login",
                    Trouble::Turned(_) => "relay",
                    Trouble::LoginNotOffered => "login",
                    Trouble::NoConnection(_) => "unreachable",
                    Trouble::ConnectionLost(_) | Trouble::TimedOut | Trouble::Garbled(_) => {
                        "connection_lost"
                    }
                    Trouble::Tls(_) | Trouble::TlsNotOffered => "tls",
                    Trouble::Copy { .. } => "copy",
                    Trouble::File(_) => "outbox",
                    Trouble::Stopped => "interrupted",
                },
                StopCause::Sender { .. } => "sender",
                StopCause::LetterOrSender { .. } => "letter_or_sender",
                StopCause::Refusals { .. } => "refusals",
                StopCause::Copy { .. } => "copy",
                StopCause::Archive { .. } => "archive",
            },
        }
    }

    /// What the relay or the system said, if that was the cause.
    pub fn said(&self) -> Option<String> {
        match self {
            Self::Through | Self::PutOff(..) | Self::Interrupted => None,
            Self::Failed(_, detail) | Self::Stopped(StopCause::Archive { detail, .. }) => {
                Some(detail.clone()).filter(|detail| !detail.is_empty())
            }
            Self::Stopped(StopCause::Trouble(trouble)) => Some(trouble.to_string()),
            Self::Stopped(
                StopCause::Sender { reply, .. }
                | StopCause::LetterOrSender { reply }
                | StopCause::Refusals { reply, .. }
                | StopCause::Copy { reply, .. },
            ) => Some(reply.to_string()),
        }
    }

    /// Without what was said, in which there may be addresses.
    pub fn without_people(self) -> Self {
        let nothing = |reply: Reply| Reply { text: String::new(), ..reply };
        match self {
            Self::Failed(what, _) => Self::Failed(what, String::new()),
            Self::Stopped(cause) => Self::Stopped(match cause {
                StopCause::Trouble(Trouble::Turned(reply)) => {
                    StopCause::Trouble(Trouble::Turned(nothing(reply)))
                }
                StopCause::Trouble(Trouble::Copy { reply, .. }) => {
                    StopCause::Trouble(Trouble::Copy {
                        address: String::new(),
                        reply: nothing(reply),
                    })
                }
                StopCause::Trouble(trouble) => StopCause::Trouble(trouble),
                StopCause::Sender { letters, reply } => {
                    StopCause::Sender { letters, reply: nothing(reply) }
                }
                StopCause::LetterOrSender { reply } => {
                    StopCause::LetterOrSender { reply: nothing(reply) }
                }
                StopCause::Refusals { letters, reply } => {
                    StopCause::Refusals { letters, reply: nothing(reply) }
                }
                StopCause::Copy { reply, .. } => {
                    StopCause::Copy { address: String::new(), reply: nothing(reply) }
                }
                StopCause::Archive { detail, .. } => {
                    StopCause::Archive { detail, lacks: Vec::new() }
                }
            }),
            other => other,
        }
    }

    /// As it is kept.
    pub fn to_json(&self) -> Value {
        let said = self.said().map(|said| said.chars().take(LONGEST).collect::<String>());
        let mut value = match self {
            Self::Through => json!({ "how": "through" }),
            Self::Interrupted => json!({ "how": "interrupted" }),
            Self::PutOff(by, until) => {
                let by = match by {
                    PutOff::ByPace => "pace",
                    PutOff::ByRelay => "relay",
                };
                json!({ "how": by, "until": until.to_string() })
            }
            Self::Failed(what, _) => json!({ "how": what.as_str() }),
            Self::Stopped(cause) => match cause {
                StopCause::Trouble(_) => json!({ "how": "trouble" }),
                StopCause::Sender { letters, .. } => json!({ "how": "sender", "letters": letters }),
                StopCause::LetterOrSender { .. } => json!({ "how": "letter or sender" }),
                StopCause::Refusals { letters, .. } => {
                    json!({ "how": "refusals", "letters": letters })
                }
                StopCause::Copy { address, .. } => json!({ "how": "copy", "address": address }),
                StopCause::Archive { lacks, .. } => {
                    json!({ "how": "archive", "lacks": lacks.iter().take(MOST).collect::<Vec<_>>() })
                }
            },
        };
        value["said"] = json!(said);
        value
    }

    /// Reads what was kept; `None` if it is nothing of the kind.
    pub fn of_json(value: &Value) -> Option<Self> {
        let said = value["said"].as_str().unwrap_or_default();
        let letters = || value["letters"].as_u64();
        let reply = || Reply::parse(said);
        Some(match value["how"].as_str()? {
            "through" => Self::Through,
            "interrupted" => Self::Interrupted,
            by @ ("pace" | "relay") => {
                let by = if by == "pace" { PutOff::ByPace } else { PutOff::ByRelay };
                Self::PutOff(by, value["until"].as_str()?.parse().ok()?)
            }
            "trouble" => {
                let trouble = Trouble::parse(said).or_else(|| reply().map(Trouble::Turned))?;
                Self::Stopped(StopCause::Trouble(trouble))
            }
            "sender" => Self::Stopped(StopCause::Sender { letters: letters()?, reply: reply()? }),
            "letter or sender" => Self::Stopped(StopCause::LetterOrSender { reply: reply()? }),
            "refusals" => {
                let letters = u32::try_from(letters()?).ok()?;
                Self::Stopped(StopCause::Refusals { letters, reply: reply()? })
            }
            "copy" => {
                let address = value["address"].as_str()?.to_owned();
                Self::Stopped(StopCause::Copy { address, reply: reply()? })
            }
            "archive" => {
                let lacks = value["lacks"].as_array()?.iter();
                let lacks = lacks.filter_map(|it| it.as_str().map(str::to_owned)).collect();
                Self::Stopped(StopCause::Archive { detail: said.to_owned(), lacks })
            }
            other => Self::Failed(Breakdown::parse(other)?, said.to_owned()),
        })
    }
}

/// Whether a relay's reply is to a login (RFC 4954, 6).
pub fn is_about_login(reply: &Reply) -> bool {
    matches!(reply.code, 432 | 530 | 534 | 535 | 538)
}

impl Breakdown {
    const ALL: [Self; 4] = [Self::DiskFull, Self::Ledger, Self::ListChanged, Self::Other];

    fn as_str(self) -> &'static str {
        match self {
            Self::DiskFull => "disk full",
            Self::Ledger => "ledger",
            Self::ListChanged => "list changed",
            Self::Other => "other",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(code: u16) -> Reply {
        Reply { code, text: "5.7.8 <anna@one.test> no".into() }
    }

    fn endings() -> Vec<Ending> {
        let stopped = [
            StopCause::Trouble(Trouble::Turned(reply(535))),
            StopCause::Trouble(Trouble::NoConnection("refused".into())),
            StopCause::Trouble(Trouble::TimedOut),
            StopCause::Sender { letters: 0, reply: reply(550) },
            StopCause::LetterOrSender { reply: reply(554) },
            StopCause::Refusals { letters: 25, reply: reply(550) },
            StopCause::Copy { address: "kopie@one.test".into(), reply: reply(550) },
            StopCause::Archive { detail: "full".into(), lacks: vec!["anna@one.test".into()] },
        ];
        let failed =
            Breakdown::ALL.map(|what| Ending::Failed(what, "as told anna@one.test".into()));
        let at = Timestamp::from_second(1_800_000_000).unwrap();
        let others = [
            Ending::Through,
            Ending::Interrupted,
            Ending::PutOff(PutOff::ByPace, at),
            Ending::PutOff(PutOff::ByRelay, at),
        ];
        stopped.map(Ending::Stopped).into_iter().chain(failed).chain(others).collect()
    }

    #[test]
    fn an_ending_is_read_back_as_it_was_kept() {
        for ending in endings() {
            assert_eq!(Ending::of_json(&ending.to_json()), Some(ending.clone()), "{ending:?}");
        }
        for other in [json!({}), json!({ "how": "pace" }), json!({ "how": "sender", "said": "no" })]
        {
            assert_eq!(Ending::of_json(&other), None);
        }
    }

    #[test]
    fn nobody_remains_in_one_that_is_forgotten() {
        for ending in endings() {
            let left = ending.clone().without_people();
            assert_eq!(left.code(), ending.code());
            assert!(!left.to_json().to_string().contains('@'), "{left:?}");
            assert_eq!(Ending::of_json(&left.to_json()), Some(left));
        }
    }

    #[test]
    fn a_long_reply_is_cut() {
        let reply = Reply { code: 550, text: "я".repeat(60_000) };
        let kept = Ending::Stopped(StopCause::LetterOrSender { reply }).to_json();
        assert_eq!(kept["said"].as_str().unwrap().chars().count(), LONGEST);
    }

    #[test]
    fn a_refused_login_is_told_from_other_refusals() {
        let of = |code| Ending::Stopped(StopCause::Trouble(Trouble::Turned(reply(code)))).code();
        assert_eq!(
            [of(535), of(534), of(530), of(554), of(421)],
            ["login", "login", "login", "relay", "relay"]
        );
    }
}
