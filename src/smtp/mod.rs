//! The courier that speaks SMTP to a relay: which letter goes over which connection, and when.
//!
//! The stage at which something happens decides the outcome: before the end of the message is
//! written nobody can have the letter; from then on, until a reply is read, nobody can know. Where
//! the relay takes commands in groups (PIPELINING, RFC 2920), the end of one message and the next
//! envelope leave in one write, so that a letter costs one round trip. Never retries.
//!
//! Commands, credentials and extensions are lettre's; the stream is our own (`wire`): lettre's has
//! a time-out for each read instead of a deadline for the wait, and hides what stands unread and
//! how much was written.

mod session;
mod wire;

use std::fmt;
use std::sync::{Arc, OnceLock};

use rustls::ClientConfig;
use zeroize::Zeroizing;

use crate::delivery::{Courier, LetterQueue, Outcome, Permit, Security, Stage, Trouble, Work};
use crate::letter::Letter;
use crate::policy::Timeouts;
use session::Session;

/// A relay and how to speak to it.
#[derive(Debug, Clone)]
pub struct Relay {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub login: Option<Login>,
    /// A certificate authority beside the system's own, as PEM.
    pub authority: Option<Vec<u8>>,
    pub timeouts: Timeouts,
    pub messages_per_connection: u32,
}

/// A name and a password. Its `Debug` tells the name alone.
#[derive(Clone)]
pub struct Login {
    pub user: String,
    pub password: Zeroizing<String>,
    pub scheme: Scheme,
}

/// What the password is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// A password, for PLAIN or LOGIN.
    Password,
    /// An OAuth 2 access token, for XOAUTH2.
    Token,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Login({}, …)", self.user)
    }
}

/// Whom TLS trusts; read from the system once for all connections.
type Trust = Arc<OnceLock<Result<Arc<ClientConfig>, Trouble>>>;

/// A courier that speaks SMTP to a relay.
pub struct Smtp {
    relay: Arc<Relay>,
    trust: Trust,
    session: Option<Session>,
}

/// What a relay says of itself before it is given anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Welcome {
    /// The largest message that it takes, in octets, where it names one (RFC 1870).
    pub most: Option<u64>,
    pub is_logged_in: bool,
}

/// Connects, secures the connection, logs in where there is a login, and takes leave. Sends
/// nothing.
///
/// # Errors
/// Why the relay could not be used.
pub fn knock(relay: Relay) -> Result<Welcome, Trouble> {
    let is_logged_in = relay.login.is_some();
    let mut couriers = Smtp::several(relay, 1);
    let session = couriers.remove(0).connect().map_err(|(_, trouble)| trouble)?;
    let welcome = Welcome { most: session.most(), is_logged_in };
    session.quit();
    Ok(welcome)
}

impl Smtp {
    /// Couriers to one relay that have not connected yet, one for each connection.
    pub fn several(relay: Relay, connections: u32) -> Vec<Self> {
        let (relay, trust) = (Arc::new(relay), Trust::default());
        (0..connections)
            .map(|_| Self { relay: relay.clone(), trust: trust.clone(), session: None })
            .collect()
    }

    fn leave(&mut self) {
        if let Some(session) = self.session.take() {
            session.quit();
        }
    }

    fn connect(&self) -> Result<Session, (Stage, Trouble)> {
        let trust = match self.relay.security {
            Security::None => None,
            Security::Tls | Security::StartTls => {
                let trust = self.trust.get_or_init(|| wire::trust(self.relay.authority.as_deref()));
                Some(trust.clone().map_err(|trouble| (Stage::Tls, trouble))?)
            }
        };
        Session::open(&self.relay, trust)
    }

    /// Carries a letter, and those that can follow it at once, over the open connection or a new
    /// one. Gives the letter that was drawn and can go no further on this connection.
    fn carry_from(
        &mut self,
        letter: Box<Letter>,
        queue: &mut dyn LetterQueue,
    ) -> Option<Box<Letter>> {
        if self
            .session
            .as_ref()
            .is_some_and(|session| session.carried >= self.relay.messages_per_connection)
        {
            self.leave();
        }
        let mut session = match self.session.take() {
            Some(session) => session,
            None => match self.connect() {
                Ok(session) => session,
                Err((stage, trouble)) => {
                    queue.settle(letter.id, Outcome::Unsent { stage, trouble });
                    return None;
                }
            },
        };
        let ahead = chain(&mut session, letter, self.relay.messages_per_connection, queue);
        if session.is_sound {
            self.session = Some(session);
            return ahead;
        }
        // The next connection waits for its time: so does what would have gone over this one.
        give_back(ahead, queue);
        None
    }
}

impl Courier for Smtp {
    fn carry(&mut self, queue: &mut dyn LetterQueue) {
        let mut ahead = None;
        loop {
            let letter = match ahead.take() {
                Some(letter) => letter,
                None => match queue.draw() {
                    Work::Carry(letter) => letter,
                    Work::Rest => {
                        self.leave();
                        continue;
                    }
                    Work::Done => return self.leave(),
                },
            };
            ahead = self.carry_from(letter, queue);
        }
    }
}

/// Carries `letter`, then whatever is drawn while the relay thinks, until nothing can follow at
/// once. At any instant at most one letter's end is written and not answered.
fn chain(
    session: &mut Session,
    mut letter: Box<Letter>,
    most: u32,
    queue: &mut dyn LetterQueue,
) -> Option<Box<Letter>> {
    if let Some(objection) = session.objection(&letter) {
        queue.settle(letter.id, objection);
        return None;
    }
    if let Err(trouble) = session.offer(&letter) {
        let outcome = session.broken(Stage::Mail, trouble);
        settle_envelope(session, &letter, outcome, queue);
        return None;
    }
    let mut before = None;
    loop {
        // Drawn and composed while the replies travel.
        let next = if session.carried < most { queue.draw_ahead() } else { None };
        let mut settled = None;
        if let Some(id) = before.take() {
            let outcome = session.end();
            if !session.is_sound {
                queue.settle(id, outcome);
                queue.give_back(letter.id);
                return next;
            }
            // Where the envelope is answered already, one transaction will do for both letters.
            if session.has_more() {
                settled = Some((id, outcome));
            } else {
                queue.settle(id, outcome);
            }
        }
        if let Err(outcome) = session.envelope(&letter) {
            if let Some((id, outcome)) = settled {
                queue.settle(id, outcome);
            }
            settle_envelope(session, &letter, outcome, queue);
            // What a refusal means for those behind it is not decided here.
            give_back(next, queue);
            return None;
        }
        if queue.begin(letter.id, settled) == Permit::Denied {
            queue.settle(letter.id, session.broken(Stage::Data, Trouble::Stopped));
            return next;
        }
        if let Some(trouble) = session.unasked() {
            queue.settle(letter.id, session.broken(Stage::Data, trouble));
            return next;
        }
        let follower =
            next.as_deref().filter(|next| session.pipelines() && session.objection(next).is_none());
        let follows = follower.is_some();
        if let Err(outcome) = session.message(&letter, follower) {
            queue.settle(letter.id, outcome);
            return next;
        }
        match next {
            Some(next) if follows => {
                before = Some(letter.id);
                letter = next;
            }
            next => {
                let outcome = session.end();
                let is_accepted = matches!(outcome, Outcome::Accepted(_));
                queue.settle(letter.id, outcome);
                if is_accepted {
                    return next;
                }
                give_back(next, queue);
                return None;
            }
        }
    }
}

/// What became of an envelope that was not taken.
fn settle_envelope(
    session: &Session,
    letter: &Letter,
    outcome: Outcome,
    queue: &mut dyn LetterQueue,
) {
    if session.was_ended_by(&outcome) {
        queue.give_back(letter.id);
    } else {
        queue.settle(letter.id, outcome);
    }
}

fn give_back(letter: Option<Box<Letter>>, queue: &mut dyn LetterQueue) {
    if let Some(letter) = letter {
        queue.give_back(letter.id);
    }
}
