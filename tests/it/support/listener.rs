//! What the scripted servers share: they listen on a port of their own, with TLS or without.

use std::io::{self, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

/// TLS, from the first octet (`true`) or after STARTTLS.
pub type Tls = (Arc<rustls::ServerConfig>, bool);

pub trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

pub type Connection = BufReader<Box<dyn Stream>>;

/// Listens for `most` connections and returns the port. `accept` sees the number of each, from 0,
/// and returns what serves it in a thread.
pub fn listen<S: FnOnce(&TcpStream) + Send + 'static>(
    most: usize,
    mut accept: impl FnMut(usize, &TcpStream) -> S + Send + 'static,
) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for (number, stream) in listener.incoming().take(most).enumerate() {
            let Ok(stream) = stream else { return };
            let serve = accept(number, &stream);
            std::thread::spawn(move || serve(&stream));
        }
    });
    port
}

/// Reads and writes on a stream, under TLS if there is a configuration for it.
pub fn connection(stream: &TcpStream, tls: Option<&Tls>) -> io::Result<Connection> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let stream = stream.try_clone()?;
    let stream: Box<dyn Stream> = match tls {
        None => Box::new(stream),
        Some((config, _)) => {
            let session = rustls::ServerConnection::new(config.clone()).unwrap();
            Box::new(rustls::StreamOwned::new(session, stream))
        }
    };
    Ok(BufReader::with_capacity(1 << 16, stream))
}
