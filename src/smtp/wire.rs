//! The octets of one connection, in the clear or under TLS, with a total deadline for every wait.
//!
//! A reply that drips in cannot last for ever, and a failed write says how far it came. What the
//! replies mean is for `session` to say.

use std::io::{self, Read as _, Write};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, ProtocolVersion, StreamOwned};

use super::socket::{GRACE, Hold, Socket, Wait, connect, is_timeout, resolve};
use super::tls;
use crate::delivery::{Reply, TlsFlaw, Trouble};

/// The most octets of a reply, all its lines together.
const MAX_REPLY: usize = 64 * 1024;

/// The octets that share one deadline when they are written.
pub(super) const BLOCK: usize = 64 * 1024;

/// What is wrong when something stands between the answer to STARTTLS and the handshake.
pub(super) const BEFORE_HANDSHAKE: &str = "a reply before the handshake";

/// The last octets of a large message, which are held back until nearly all before them arrived.
const LAST: usize = 4 * 1024;

/// An open connection.
pub(crate) struct Wire {
    channel: Channel,
    /// Octets read that belong to no reply yet.
    input: Vec<u8>,
    /// Whether anything was received since the last write.
    is_answered: bool,
    /// When every wait ends, whatever its own deadline.
    limit: Option<Instant>,
}

enum Channel {
    Plain(Socket),
    Tls(Box<StreamOwned<ClientConnection, Socket>>),
}

/// A failed write, and how far it came.
pub(crate) struct WriteError {
    /// Octets that may have left; those after them certainly have not.
    pub written: usize,
    pub trouble: Trouble,
}

impl Wire {
    /// Connects to the first address of the host that answers.
    pub fn connect(host: &str, port: u16, timeout: Duration) -> Result<Self, Trouble> {
        Self::connect_from(None, host, port, timeout)
    }

    /// Like [`Wire::connect`], from this address of the computer.
    pub fn connect_from(
        bind: Option<IpAddr>,
        host: &str,
        port: u16,
        timeout: Duration,
    ) -> Result<Self, Trouble> {
        let deadline = Instant::now() + timeout;
        let addresses = resolve(host.to_owned(), port, timeout)?;
        Self::connect_to(bind, &addresses, deadline)
    }

    /// Connects to the first of these addresses that answers.
    pub fn connect_to(
        bind: Option<IpAddr>,
        addresses: &[SocketAddr],
        deadline: Instant,
    ) -> Result<Self, Trouble> {
        let mut last = Trouble::NoConnection("the name has no address".into());
        for (index, address) in addresses.iter().enumerate() {
            let others = u32::try_from(addresses.len() - index).unwrap_or(u32::MAX);
            let share = deadline.saturating_duration_since(Instant::now()) / others;
            match connect(bind, *address, share.max(GRACE)) {
                Ok(tcp) => {
                    let channel = Channel::Plain(Socket::new(tcp, deadline));
                    return Ok(Self {
                        channel,
                        input: Vec::new(),
                        is_answered: false,
                        limit: None,
                    });
                }
                Err(error) if is_timeout(&error) => last = Trouble::TimedOut,
                Err(error) => last = Trouble::NoConnection(error.to_string()),
            }
        }
        Err(last)
    }

    /// Ends every wait at this moment.
    pub fn limit(&mut self, limit: Instant) {
        self.limit = Some(limit);
    }

    /// The version of TLS, once the handshake is done.
    pub fn tls_version(&self) -> Option<&'static str> {
        match &self.channel {
            Channel::Plain(_) => None,
            Channel::Tls(tls) => match tls.conn.protocol_version()? {
                ProtocolVersion::TLSv1_2 => Some("TLS 1.2"),
                ProtocolVersion::TLSv1_3 => Some("TLS 1.3"),
                _ => None,
            },
        }
    }

    /// Performs the TLS handshake.
    ///
    /// Fails if anything was received in the clear beyond the last reply: an attacker could have
    /// injected it.
    pub fn start_tls(
        self,
        host: &str,
        config: Arc<ClientConfig>,
        timeout: Duration,
    ) -> Result<Self, Trouble> {
        if !self.input.is_empty() {
            return Err(Trouble::Garbled(BEFORE_HANDSHAKE.into()));
        }
        let Channel::Plain(mut socket) = self.channel else {
            return Err(Trouble::Garbled("TLS within TLS".into()));
        };
        let name =
            ServerName::try_from(host.to_owned()).map_err(|_| Trouble::Tls(TlsFlaw::OtherName))?;
        let mut tls =
            ClientConnection::new(config, name).map_err(|error| Trouble::Tls(tls::flaw(&error)))?;
        socket.set_deadline(at_most(timeout, self.limit));
        while tls.is_handshaking() {
            tls.complete_io(&mut socket).map_err(|error| trouble(&error))?;
        }
        let channel = Channel::Tls(Box::new(StreamOwned::new(tls, socket)));
        Ok(Self { channel, input: Vec::new(), is_answered: false, limit: self.limit })
    }

    /// Writes all octets, each block of 64 KiB within `timeout`.
    pub fn write(&mut self, octets: &[u8], timeout: Duration) -> Result<(), WriteError> {
        let mut written = 0;
        self.is_answered = false;
        for block in octets.chunks(BLOCK) {
            self.wait_at_most(timeout);
            let end = written + block.len();
            while written < end {
                match self.stream().write(&octets[written..end]) {
                    Ok(0) => {
                        return Err(WriteError {
                            written,
                            trouble: Trouble::ConnectionLost("closed".into()),
                        });
                    }
                    Ok(n) => written += n,
                    Err(error) => return Err(WriteError { written, trouble: trouble(&error) }),
                }
            }
        }
        self.stream().flush().map_err(|error| WriteError { written, trouble: trouble(&error) })
    }

    /// Writes a message but for its end, and holds back until the relay's system has nearly all of
    /// it. A relay that answers or closes meanwhile cannot have the message.
    ///
    /// A message shorter than a block is not worth the wait: it leaves in one write with its end.
    pub fn write_body(&mut self, octets: &[u8], timeout: Duration) -> Result<(), WriteError> {
        let (most, last) = octets.split_at(octets.len().saturating_sub(LAST));
        let mut written = 0;
        let failed = |before| {
            move |error: WriteError| WriteError { written: before + error.written, ..error }
        };
        for block in most.chunks(BLOCK) {
            self.write(block, timeout).map_err(failed(written))?;
            written += block.len();
            if let Some(trouble) = self.unsolicited() {
                return Err(WriteError { written, trouble });
            }
        }
        // Where the buffer cannot be set, the end leaves sooner, and that is all.
        let _ = self.socket().set_hold(Hold::Little);
        let drained = self.drain(timeout).map_err(|trouble| WriteError { written, trouble });
        let held = drained.and_then(|()| self.write(last, timeout).map_err(failed(written)));
        let _ = self.socket().set_hold(Hold::Much);
        held
    }

    /// Waits until the system holds little of what was written.
    fn drain(&mut self, timeout: Duration) -> Result<(), Trouble> {
        self.wait_at_most(timeout);
        loop {
            if let Some(trouble) = self.unsolicited() {
                return Err(trouble);
            }
            if self.socket().wait_for_room().map_err(|error| trouble(&error))? {
                return Ok(());
            }
            // Something arrived that is no reply, such as half a record of TLS.
            std::thread::sleep(GRACE);
        }
    }

    /// Reads one reply, its lines joined by spaces.
    pub fn reply(&mut self, timeout: Duration) -> Result<Reply, Trouble> {
        let mut reply = self.reply_lines(timeout)?;
        if reply.text.contains('\n') {
            reply.text = reply.text.replace('\n', " ");
        }
        Ok(reply)
    }

    /// Reads one reply, its lines joined by line feeds.
    pub fn reply_lines(&mut self, timeout: Duration) -> Result<Reply, Trouble> {
        self.wait_at_most(timeout);
        loop {
            if let Some((reply, length)) = parse(&self.input)? {
                self.input.drain(..length);
                return Ok(reply);
            }
            if self.input.len() > MAX_REPLY {
                return Err(Trouble::Garbled("a reply without an end".into()));
            }
            if self.is_answered {
                // A server that writes its replies one by one may hold the next one back until this
                // one is acknowledged (Nagle's algorithm).
                self.socket().acknowledge();
            }
            if self.fill().map_err(|error| trouble(&error))? == 0 {
                return Err(Trouble::ConnectionLost("closed".into()));
            }
            self.is_answered = true;
        }
    }

    /// Reads the head of an answer of HTTP, up to its empty line.
    pub fn http_head(&mut self, timeout: Duration) -> Result<String, Trouble> {
        self.wait_at_most(timeout);
        loop {
            if let Some(end) = memchr::memmem::find(&self.input, b"\r\n\r\n") {
                return Ok(String::from_utf8_lossy(&self.input[..end]).into_owned());
            }
            if self.input.len() > MAX_REPLY {
                return Err(Trouble::Garbled("a head without an end".into()));
            }
            if self.fill().map_err(|error| trouble(&error))? == 0 {
                return Err(Trouble::ConnectionLost("closed".into()));
            }
        }
    }

    /// Whether octets beyond the last reply have been received.
    pub fn has_unread(&self) -> bool {
        !self.input.is_empty()
    }

    /// What is wrong if the relay has sent something unasked or closed the connection. Never waits.
    pub fn unsolicited(&mut self) -> Option<Trouble> {
        if self.input.is_empty() {
            match self.fill_without_waiting() {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return None,
                Err(error) => return Some(trouble(&error)),
                Ok(0) => return Some(Trouble::ConnectionLost("closed".into())),
                Ok(_) => {}
            }
        }
        match parse(&self.input) {
            Ok(Some((reply, _))) if reply.code == 421 => Some(Trouble::Turned(reply)),
            Ok(Some((reply, _))) => Some(Trouble::Garbled(format!("unasked: {reply}"))),
            Ok(None) => Some(Trouble::Garbled("octets that nobody asked for".into())),
            Err(trouble) => Some(trouble),
        }
    }

    /// The octets that were read and not taken yet.
    pub fn input(&mut self) -> &mut Vec<u8> {
        &mut self.input
    }

    /// Reads what arrives next, before the deadline.
    pub fn read_more(&mut self, deadline: Instant) -> Result<(), Trouble> {
        self.socket().set_deadline(deadline);
        match self.fill() {
            Ok(0) => Err(Trouble::ConnectionLost("closed".into())),
            Ok(_) => Ok(()),
            Err(error) => Err(trouble(&error)),
        }
    }

    /// Sends a TLS peer close_notify.
    pub fn close(&mut self) {
        if let Channel::Tls(tls) = &mut self.channel {
            tls.conn.send_close_notify();
            let _ = tls.flush();
        }
    }

    fn fill_without_waiting(&mut self) -> io::Result<usize> {
        self.socket().set_wait(Wait::Never)?;
        let read = self.fill();
        self.socket().set_wait(Wait::UntilDeadline)?;
        read
    }

    /// Reads what has arrived into `input`.
    fn fill(&mut self) -> io::Result<usize> {
        let mut block = [0; 4096];
        let read = match &mut self.channel {
            Channel::Plain(socket) => socket.read(&mut block),
            // A peer that closes without close_notify has closed all the same: replies end with a
            // line end, so none is cut short unnoticed.
            Channel::Tls(tls) => match tls.read(&mut block) {
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(0),
                other => other,
            },
        }?;
        self.input.extend_from_slice(&block[..read]);
        Ok(read)
    }

    fn wait_at_most(&mut self, timeout: Duration) {
        let deadline = at_most(timeout, self.limit);
        self.socket().set_deadline(deadline);
    }

    fn socket(&mut self) -> &mut Socket {
        match &mut self.channel {
            Channel::Plain(socket) => socket,
            Channel::Tls(tls) => &mut tls.sock,
        }
    }

    fn stream(&mut self) -> &mut dyn Write {
        match &mut self.channel {
            Channel::Plain(socket) => socket,
            Channel::Tls(tls) => tls.as_mut(),
        }
    }
}

fn at_most(timeout: Duration, limit: Option<Instant>) -> Instant {
    let deadline = Instant::now() + timeout;
    limit.map_or(deadline, |limit| limit.min(deadline))
}

/// Converts an error of the system or of rustls.
fn trouble(error: &io::Error) -> Trouble {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(error) => Trouble::Tls(tls::flaw(error)),
        None if is_timeout(error) => Trouble::TimedOut,
        None => Trouble::ConnectionLost(error.to_string()),
    }
}

/// Parses the first reply in `input` and returns it with its length (RFC 5321, 4.2).
///
/// Lines are `ddd-text`, the last one `ddd text` or a bare `ddd`, all with the same code; the texts
/// are joined by line feeds. `None` if the last line has not arrived yet.
fn parse(input: &[u8]) -> Result<Option<(Reply, usize)>, Trouble> {
    let mut start = 0;
    let mut text = String::new();
    let mut first = None;
    while let Some(length) = memchr::memchr(b'\n', &input[start..]) {
        let line = &input[start..start + length];
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        start += length + 1;
        let shown = || String::from_utf8_lossy(&line[..line.len().min(200)]).into_owned();
        let garbled = || Trouble::Garbled(shown());
        let (digits, rest) = line.split_at_checked(3).ok_or_else(garbled)?;
        let [a @ b'2'..=b'5', b @ b'0'..=b'5', c @ b'0'..=b'9'] = *digits else {
            return Err(garbled());
        };
        let code = [a, b, c].iter().fold(0, |code, digit| code * 10 + u16::from(digit - b'0'));
        if *first.get_or_insert(code) != code {
            return Err(garbled());
        }
        if start > length + 1 {
            text.push('\n');
        }
        text.push_str(&String::from_utf8_lossy(rest.get(1..).unwrap_or_default()));
        match rest.first() {
            Some(b'-') => {}
            Some(b' ') | None => return Ok(Some((Reply { code, text }, start))),
            Some(_) => return Err(garbled()),
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(input: &str) -> Option<(u16, String, usize)> {
        parse(input.as_bytes()).unwrap().map(|(reply, length)| (reply.code, reply.text, length))
    }

    #[test]
    fn a_reply_ends_with_its_last_line() {
        assert_eq!(whole("250-one\r\n250 two\r\n354 go"), Some((250, "one\ntwo".into(), 18)));
        assert_eq!(whole("250\r\n"), Some((250, String::new(), 5)));
        assert_eq!(whole("250-one\r\n250 tw"), None);
    }

    #[test]
    fn what_is_no_reply_is_garbled() {
        for input in
            ["nonsense\r\n", "25\r\n", "999 what\r\n", "250-a\r\n550 b\r\n", "250_a\r\n", "\r\n"]
        {
            assert!(parse(input.as_bytes()).is_err(), "{input:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_octets_break_the_reader(input in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let _ = parse(&input);
        }
    }
}
