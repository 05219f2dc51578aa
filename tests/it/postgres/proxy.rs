//! A way to the server that can fall silent, as a network does that swallows packets, or break.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex};

use super::cluster::Cluster;

/// Stands between the program and the server.
pub struct Proxy {
    port: u16,
    way: Arc<Way>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passage {
    Open,
    /// What comes is held.
    Silent,
    /// What there is is closed, and what comes too.
    Cut,
}

struct Way {
    passage: Mutex<Passage>,
    changed: Condvar,
    open: Mutex<Vec<TcpStream>>,
    /// How often the server may still say something before the way falls silent.
    replies: AtomicU32,
}

impl Proxy {
    /// Leads to a server.
    pub fn to(cluster: &Cluster) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let way = Arc::new(Way {
            passage: Mutex::new(Passage::Open),
            changed: Condvar::new(),
            open: Mutex::default(),
            replies: AtomicU32::new(u32::MAX),
        });
        let (own, target) = (way.clone(), cluster.port);
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let server = TcpStream::connect(("127.0.0.1", target));
                let Some(server) = server.ok().filter(|_| own.now() != Passage::Cut) else {
                    continue;
                };
                let copy = |stream: &TcpStream| stream.try_clone().unwrap();
                own.open.lock().unwrap().extend([copy(&client), copy(&server)]);
                let (way, from, to) = (own.clone(), copy(&client), copy(&server));
                std::thread::spawn(move || way.carry(from, to, false));
                let way = own.clone();
                std::thread::spawn(move || way.carry(server, client, true));
            }
        });
        Self { port, way }
    }

    pub fn url(&self, user: &str) -> String {
        format!("postgresql://{user}@127.0.0.1:{}/postgres?sslmode=disable", self.port)
    }

    pub fn set(&self, passage: Passage) {
        self.way.set(passage);
    }

    /// Falls silent once the server has said something so often.
    pub fn silent_after(&self, replies: u32) {
        self.way.replies.store(replies, Ordering::SeqCst);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.set(Passage::Cut);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

impl Way {
    fn now(&self) -> Passage {
        *self.passage.lock().unwrap()
    }

    fn set(&self, passage: Passage) {
        *self.passage.lock().unwrap() = passage;
        self.changed.notify_all();
        if passage == Passage::Cut {
            for stream in self.open.lock().unwrap().drain(..) {
                let _ = stream.shutdown(std::net::Shutdown::Both);
            }
        }
    }

    /// Carries what one side says to the other.
    fn carry(&self, mut from: TcpStream, mut to: TcpStream, is_reply: bool) {
        let mut buffer = [0; 1 << 14];
        while let Ok(count) = from.read(&mut buffer) {
            if is_reply && count > 0 {
                let spend = |left: u32| (left < u32::MAX).then(|| left.saturating_sub(1));
                let left = self.replies.fetch_update(Ordering::SeqCst, Ordering::SeqCst, spend);
                if left == Ok(0) {
                    self.set(Passage::Silent);
                }
            }
            let mut passage = self.passage.lock().unwrap();
            while *passage == Passage::Silent {
                passage = self.changed.wait(passage).unwrap();
            }
            drop(passage);
            if count == 0 || to.write_all(&buffer[..count]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(std::net::Shutdown::Both);
    }
}
