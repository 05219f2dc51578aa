//! The couriers: which letter goes over which connection, and when.
//!
//! The stage at which something happens decides the outcome: until the end of the message is
//! written nobody can have the letter; from then until a reply is read, it is unknown. With
//! PIPELINING (RFC 2920) the end of one message and the next envelope leave in one write, so that a
//! letter costs one round trip.

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use rustls::ClientConfig;

use super::session::Session;
use super::{Relay, tls};
use crate::delivery::{Courier, LetterQueue, Outcome, Permit, Security, Stage, Trouble, Work};
use crate::letter::Letter;

/// The TLS settings with the trusted roots, read from the system once for all connections.
type SharedTls = Arc<OnceLock<Result<Arc<ClientConfig>, Trouble>>>;

/// A courier with one connection to a relay.
pub struct SmtpCourier {
    relay: Arc<Relay>,
    tls: SharedTls,
    /// The address of this computer from which it connects, if it matters.
    bind: Option<IpAddr>,
    session: Option<Session>,
}

impl SmtpCourier {
    /// Returns couriers to one relay, one for each connection, none of them connected yet.
    pub fn for_relay(relay: Relay, connections: u32) -> Vec<Self> {
        let relay = Arc::new(relay);
        let tls = SharedTls::default();
        (0..connections)
            .map(|nth| {
                let bind = relay.bind.get(nth as usize % relay.bind.len().max(1)).copied();
                Self { relay: relay.clone(), tls: tls.clone(), bind, session: None }
            })
            .collect()
    }

    fn quit(&mut self) {
        if let Some(session) = self.session.take() {
            session.quit();
        }
    }

    pub(super) fn connect(&self) -> Result<Session, (Stage, Trouble)> {
        let tls = match self.relay.security {
            Security::None => None,
            Security::Tls | Security::StartTls => {
                let authority = self.relay.authority.as_deref();
                let tls = self.tls.get_or_init(|| tls::config(authority));
                Some(tls.clone().map_err(|trouble| (Stage::Tls, trouble))?)
            }
        };
        Session::open(&self.relay, self.bind, tls)
    }

    /// Carries a letter, and those that can follow it at once, over the open connection or a new
    /// one. Returns the letter that was drawn ahead and is to be carried next.
    fn carry_from(
        &mut self,
        letter: Box<Letter>,
        queue: &mut dyn LetterQueue,
    ) -> Option<Box<Letter>> {
        let most = self.relay.messages_per_connection;
        if self.session.as_ref().is_some_and(|session| session.carried >= most) {
            self.quit();
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
        let ahead = carry_in_sequence(&mut session, letter, most, queue);
        if session.is_usable {
            self.session = Some(session);
            return ahead;
        }
        // The next connection may have to wait, so the letter must not be held meanwhile.
        give_back(ahead, queue);
        None
    }
}

impl Courier for SmtpCourier {
    fn carry(&mut self, queue: &mut dyn LetterQueue) {
        let mut ahead = None;
        loop {
            let letter = match ahead.take() {
                Some(letter) => letter,
                None => match queue.draw() {
                    Work::Carry(letter) => letter,
                    Work::Rest => {
                        self.quit();
                        continue;
                    }
                    Work::Done => return self.quit(),
                },
            };
            ahead = self.carry_from(letter, queue);
        }
    }
}

/// Carries `letter`, then the letters drawn while waiting for replies, until none can follow at
/// once. At most one letter's end is written and unanswered at any time.
fn carry_in_sequence(
    session: &mut Session,
    mut letter: Box<Letter>,
    most: u32,
    queue: &mut dyn LetterQueue,
) -> Option<Box<Letter>> {
    if let Some(objection) = session.objection(&letter) {
        queue.settle(letter.id, objection);
        return None;
    }
    if let Err(trouble) = session.start_envelope(&letter) {
        let outcome = session.unsent(Stage::Mail, trouble);
        settle_envelope(session, &letter, outcome, queue);
        return None;
    }
    let mut previous = None;
    loop {
        // Drawn and composed while the replies are on their way.
        let next = if session.carried < most { queue.draw_ahead() } else { None };
        let mut settled = None;
        if let Some(id) = previous.take() {
            let outcome = session.message_outcome();
            if !session.is_usable {
                queue.settle(id, outcome);
                queue.give_back(letter.id);
                return next;
            }
            // If the envelope is answered already, one transaction serves both letters.
            if session.has_unread() {
                settled = Some((id, outcome));
            } else {
                queue.settle(id, outcome);
            }
        }
        if let Err(outcome) = session.finish_envelope(&letter) {
            if let Some((id, outcome)) = settled {
                queue.settle(id, outcome);
            }
            settle_envelope(session, &letter, outcome, queue);
            // What a refusal means for the letters behind it is decided by the queue.
            give_back(next, queue);
            return None;
        }
        if queue.begin(letter.id, settled) == Permit::Denied {
            queue.settle(letter.id, session.unsent(Stage::Data, Trouble::Stopped));
            return next;
        }
        if let Some(trouble) = session.unsolicited() {
            queue.settle(letter.id, session.unsent(Stage::Data, trouble));
            return next;
        }
        let follower =
            next.as_deref().filter(|next| session.pipelines() && session.objection(next).is_none());
        let follows = follower.is_some();
        if let Err(outcome) = session.write_message(&letter, follower) {
            queue.settle(letter.id, outcome);
            return next;
        }
        match next {
            Some(next) if follows => {
                previous = Some(letter.id);
                letter = next;
            }
            next => {
                let outcome = session.message_outcome();
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

/// Settles a letter whose envelope was not accepted, or gives it back if the relay merely closed
/// the connection.
fn settle_envelope(
    session: &Session,
    letter: &Letter,
    outcome: Outcome,
    queue: &mut dyn LetterQueue,
) {
    if session.was_closed_by(&outcome) {
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
