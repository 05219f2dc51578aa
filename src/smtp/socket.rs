//! A TCP stream whose waits end at a deadline, and the look-up of host names.

use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs as _};
use std::sync::mpsc;
use std::time::{Duration, Instant};

#[cfg(unix)]
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use socket2::{Domain, SockRef, Socket as Socket2, Type};

use crate::delivery::Trouble;

/// For reading what arrived before the deadline passed, for instance while the process was stopped.
pub(super) const GRACE: Duration = Duration::from_millis(1);

/// A TCP stream whose reads and writes end at a deadline, however many there are.
pub(super) struct Socket {
    tcp: TcpStream,
    deadline: Instant,
    /// The system's time-out for one read or write; set again only if it would be too long.
    timeout: Option<Duration>,
    /// Whether the one read after the deadline has been made.
    is_grace_used: bool,
    wait: Wait,
}

/// Whether reads and writes wait.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wait {
    UntilDeadline,
    Never,
}

/// How much of what was written the system may hold before the relay's system has it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Hold {
    Little,
    Much,
}

/// Octets of a segment where the system does not tell.
const SEGMENT: usize = 1460;

/// The largest segment: between two programs on one machine it would be 64 KiB.
#[cfg(unix)]
const LARGEST_SEGMENT: u32 = 16 * 1024;

/// Octets; the system makes of it what it can (Linux 400 KiB, which lasts for 60 Mbit/s over 50 ms).
const MUCH: usize = 4 * 1024 * 1024;

/// Connects to an address, from one of this computer's if that is set.
pub(super) fn connect(
    bind: Option<IpAddr>,
    address: SocketAddr,
    timeout: Duration,
) -> io::Result<TcpStream> {
    let socket = Socket2::new(Domain::for_address(address), Type::STREAM, None)?;
    if let Some(ip) = bind {
        let bound = socket.bind(&SocketAddr::new(ip, 0).into());
        bound.map_err(|error| io::Error::new(error.kind(), format!("from {ip}: {error}")))?;
    }
    #[cfg(unix)]
    let _ = socket.set_tcp_mss(LARGEST_SEGMENT);
    socket.connect_timeout(&address.into(), timeout)?;
    socket.set_tcp_nodelay(true)?;
    Ok(socket.into())
}

impl Socket {
    pub fn new(tcp: TcpStream, deadline: Instant) -> Self {
        Self { tcp, deadline, timeout: None, is_grace_used: false, wait: Wait::UntilDeadline }
    }

    pub fn set_deadline(&mut self, deadline: Instant) {
        self.deadline = deadline;
        self.is_grace_used = false;
    }

    pub fn set_wait(&mut self, wait: Wait) -> io::Result<()> {
        self.wait = wait;
        self.tcp.set_nonblocking(wait == Wait::Never)
    }

    /// Says how much of what was written the system may hold before it takes more. How much it holds
    /// cannot be asked without `unsafe`.
    pub fn set_hold(&self, hold: Hold) -> io::Result<()> {
        let socket = SockRef::from(&self.tcp);
        // A lone segment may be acknowledged late, two are not (RFC 5681, 4.2).
        #[cfg(unix)]
        let segment = socket.tcp_mss().map_or(SEGMENT, |size| size as usize);
        #[cfg(not(unix))]
        let segment = SEGMENT;
        socket.set_send_buffer_size(match hold {
            Hold::Little => 2 * segment,
            Hold::Much => MUCH,
        })
    }

    /// Waits until there is room to write, or something to read. Returns whether there is room.
    #[cfg(unix)]
    pub fn wait_for_room(&self) -> io::Result<bool> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        let timeout = Timespec::try_from(left).map_err(io::Error::other)?;
        let mut polled = [PollFd::new(&self.tcp, PollFlags::IN | PollFlags::OUT)];
        match poll(&mut polled, Some(&timeout)) {
            Ok(0) => Err(io::ErrorKind::TimedOut.into()),
            Ok(_) => Ok(polled[0].revents().contains(PollFlags::OUT)),
            Err(error) if error == rustix::io::Errno::INTR => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// The next write waits for room.
    #[cfg(not(unix))]
    #[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "as on Unix")]
    pub fn wait_for_room(&self) -> io::Result<bool> {
        Ok(true)
    }

    /// Acknowledges what arrived at once, instead of together with the next write; only Linux has
    /// such an option.
    #[cfg_attr(not(target_os = "linux"), expect(clippy::unused_self, reason = "Linux only"))]
    pub fn acknowledge(&self) {
        #[cfg(target_os = "linux")]
        {
            let _ = std::os::linux::net::TcpStreamExt::set_quickack(&self.tcp, true);
        }
    }

    /// Repeats `act` until it succeeds, fails, or the deadline is over.
    fn within_deadline(
        &mut self,
        mut act: impl FnMut(&mut TcpStream) -> io::Result<usize>,
    ) -> io::Result<usize> {
        if self.wait == Wait::Never {
            return act(&mut self.tcp);
        }
        loop {
            let mut left = self.deadline.saturating_duration_since(Instant::now());
            if left < GRACE {
                if self.is_grace_used {
                    return Err(io::ErrorKind::TimedOut.into());
                }
                self.is_grace_used = true;
                left = GRACE;
            }
            if self.timeout.is_none_or(|timeout| timeout > left + left / 4) {
                self.tcp.set_read_timeout(Some(left))?;
                self.tcp.set_write_timeout(Some(left))?;
                self.timeout = Some(left);
            }
            match act(&mut self.tcp) {
                // The system's time-out may be that of an earlier, shorter deadline.
                Err(error) if is_timeout(&error) => self.timeout = None,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => return other,
            }
        }
    }
}

impl Read for Socket {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.within_deadline(|tcp| tcp.read(into))
    }
}

impl Write for Socket {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.within_deadline(|tcp| tcp.write(octets))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Resolves a host name. The system's resolver has no deadline, so it runs in a thread of its own.
pub(super) fn resolve(
    host: String,
    port: u16,
    timeout: Duration,
) -> Result<Vec<SocketAddr>, Trouble> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![(address, port).into()]);
    }
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let _ = sender.send((host.as_str(), port).to_socket_addrs().map(Iterator::collect));
    });
    match receiver.recv_timeout(timeout) {
        Ok(found) => found.map_err(|error| Trouble::NoConnection(error.to_string())),
        Err(_) => Err(Trouble::TimedOut),
    }
}

pub(super) fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock)
}
