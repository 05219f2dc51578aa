//! A relay for benches, in this process: takes every letter at once, keeps none, and notes when;
//! and a wire to it that is as long as one asks for. Loopback only.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

/// What the relay saw.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    pub first_mail: Option<Instant>,
    pub last_letter: Option<Instant>,
    pub letters: u64,
    /// When each was taken, where the relay takes its time.
    pub times: Vec<Instant>,
}

pub struct Relay {
    pub address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
}

impl Relay {
    pub fn open() -> Self {
        Self::with(Replies::Together, Duration::ZERO)
    }

    /// One that takes so long for each letter.
    #[allow(dead_code, reason = "not every bench looks at it")]
    pub fn slow(pause: Duration) -> Self {
        Self::with(Replies::Together, pause)
    }

    /// One that writes each reply by itself and leaves it to the system when it goes, as many small
    /// servers do: the second of them waits until the client has told that it has the first.
    #[allow(dead_code, reason = "not every bench looks at it")]
    pub fn of_few_words() -> Self {
        Self::with(Replies::OneByOne, Duration::ZERO)
    }

    fn with(replies: Replies, pause: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("the port is known");
        let seen = Arc::new(Mutex::new(Seen::default()));
        let noted = seen.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let noted = noted.clone();
                // A client that goes away ends its thread, and that is all.
                std::thread::spawn(move || serve(client, &noted, replies, pause).ok());
            }
        });
        Self { address, seen }
    }

    /// What was seen since the last time that somebody asked.
    pub fn take(&self) -> Seen {
        std::mem::take(&mut self.seen.lock().expect("nobody panics with it"))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Replies {
    Together,
    OneByOne,
}

fn serve(
    mut client: TcpStream,
    noted: &Mutex<Seen>,
    manner: Replies,
    pause: Duration,
) -> std::io::Result<()> {
    client.set_nodelay(manner == Replies::Together)?;
    client.write_all(b"220 relay.test ESMTP\r\n")?;
    let (mut input, mut block, mut in_message) = (Vec::new(), vec![0; 64 * 1024], false);
    loop {
        let read = client.read(&mut block)?;
        if read == 0 {
            return Ok(());
        }
        input.extend_from_slice(&block[..read]);
        let (mut replies, mut at) = (Vec::new(), 0);
        loop {
            let rest = &input[at..];
            if in_message {
                let Some(end) = memchr::memmem::find(rest, b"\r\n.\r\n") else { break };
                (at, in_message) = (at + end + 5, false);
                std::thread::sleep(pause);
                replies.extend_from_slice(b"250 2.0.0 Ok: queued\r\n");
                let mut seen = noted.lock().expect("nobody panics with it");
                seen.letters += 1;
                seen.last_letter = Some(Instant::now());
                if !pause.is_zero() {
                    seen.times.push(Instant::now());
                }
                continue;
            }
            let Some(end) = memchr::memmem::find(rest, b"\r\n") else { break };
            let command = String::from_utf8_lossy(&rest[..end.min(4)]).to_uppercase();
            at += end + 2;
            match command.as_str() {
                "EHLO" => {
                    replies.extend_from_slice(
                        b"250-relay.test\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 0\r\n",
                    );
                }
                "DATA" => {
                    // The empty line before a message that begins with a dot counts too.
                    in_message = true;
                    at -= 2;
                    replies.extend_from_slice(b"354 go on\r\n");
                }
                "QUIT" => {
                    client.write_all(b"221 2.0.0 bye\r\n")?;
                    return Ok(());
                }
                word => {
                    if word == "MAIL" {
                        noted
                            .lock()
                            .expect("nobody panics with it")
                            .first_mail
                            .get_or_insert_with(Instant::now);
                    }
                    replies.extend_from_slice(b"250 2.1.0 Ok\r\n");
                }
            }
        }
        input.drain(..at);
        match manner {
            Replies::Together => client.write_all(&replies)?,
            Replies::OneByOne => replies
                .split_inclusive(|it| *it == b'\n')
                .try_for_each(|it| client.write_all(it))?,
        }
    }
}

/// A wire to `relay` on which every octet travels for `one_way`.
#[allow(dead_code, reason = "not every bench needs a long one")]
pub fn long_wire(relay: SocketAddr, one_way: Duration) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("the port is known");
    std::thread::spawn(move || {
        for near in listener.incoming().map_while(Result::ok) {
            let Ok(far) = TcpStream::connect(relay) else { return };
            let ends = [(&near, &far), (&far, &near)];
            for (from, to) in ends.map(|(from, to)| (from.try_clone(), to.try_clone())) {
                let (Ok(from), Ok(to)) = (from, to) else { return };
                carry(from, to, one_way);
            }
        }
    });
    address
}

fn carry(mut from: TcpStream, mut to: TcpStream, one_way: Duration) {
    let (send, receive) = mpsc::channel::<(Instant, Vec<u8>)>();
    to.set_nodelay(true).expect("a plain socket");
    std::thread::spawn(move || {
        let mut block = vec![0; 64 * 1024];
        while let Ok(read @ 1..) = from.read(&mut block) {
            if send.send((Instant::now() + one_way, block[..read].to_vec())).is_err() {
                return;
            }
        }
    });
    std::thread::spawn(move || {
        for (due, octets) in receive {
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            if to.write_all(&octets).is_err() {
                return;
            }
        }
        // The end of the stream travels too.
        let _ = to.shutdown(std::net::Shutdown::Write);
    });
}

/// A campaign of `rows` people with a personal letter of about 6 KB, to be sent to `relay`.
pub fn write_campaign(folder: &Path, rows: usize, relay: SocketAddr, connections: usize) {
    const PARAGRAPH: &str = "Приглашаем Вас принять участие в семинаре **{{ event }}**, который состоится в Москве; просим подтвердить участие до конца месяца по телефону или электронной почте.\n\n";
    let letter = format!(
        "{{{{ addressee.position }}}}\n{{{{ addressee.name }}}}\n\n{{{{ salutation }}}}!\n\n{}",
        PARAGRAPH.repeat(4)
    );
    let settings = format!(
        "id = \"bench\"\n[from]\nname = \"Дирекция\"\naddress = \"invite@sender.test\"\n[contacts]\nfile = \"contacts.csv\"\n\
         [letter]\nsubject = \"О семинаре\"\nbody = \"letter.md\"\n[letter.values]\nevent = \"«Осень»\"\n\
         [smtp]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\n\
         [pace]\nconnections = {connections}\nmessages_per_connection = 1000000\n",
        relay.port()
    );
    std::fs::create_dir_all(folder).expect("a folder for the bench");
    let file = |name: &str| std::fs::File::create(folder.join(name)).expect("the bench's folder");
    file("letter.md").write_all(letter.as_bytes()).expect("room on the disk");
    file("campaign.toml").write_all(settings.as_bytes()).expect("room on the disk");
    let mut list = std::io::BufWriter::new(file("contacts.csv"));
    writeln!(list, "email;Фамилия;Имя;Отчество;name_dative;position_dative;salutation;Район")
        .expect("room on the disk");
    for row in 1..=rows {
        writeln!(list, "p{row}@many{}.test;Ильина-{row};Анна;Петровна;Ильиной А.П.;Начальнику отдела;Уважаемая Анна Петровна;Район {row}", row % 997)
            .expect("room on the disk");
    }
}

/// A folder for a bench, in `TMPDIR`; gone when dropped.
pub struct Folder(pub std::path::PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("gonets-{name}-{}", std::process::id())))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What one fsync costs in a folder, in milliseconds: the median of some.
pub fn fsync_cost(folder: &Path) -> f64 {
    let path = folder.join("fsync.part");
    let mut file = std::fs::File::create(&path).expect("the bench's folder");
    let mut times: Vec<f64> = (0..41)
        .map(|_| {
            file.write_all(&[0; 8192]).expect("room on the disk");
            let begun = Instant::now();
            file.sync_data().expect("a file that can be synced");
            begun.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let _ = std::fs::remove_file(path);
    times[20]
}
