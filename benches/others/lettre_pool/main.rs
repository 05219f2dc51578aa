//! A mailing as one would write it with lettre's own transport: a pool, a thread for each
//! connection, no ledger.
//!
//!     lettre_pool LIST LETTER PORT CONNECTIONS LETTERS

use std::collections::BTreeMap;
use std::sync::Mutex;

use lettre::message::MultiPart;
use lettre::transport::smtp::PoolConfig;
use lettre::{Message, SmtpTransport, Transport};
use tera::{Context, Tera};

fn main() {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let [list, letter, port, connections, letters] = given.as_slice() else {
        panic!("LIST LETTER PORT CONNECTIONS LETTERS")
    };
    let connections: u32 = connections.parse().expect("a number of connections");
    let pool = PoolConfig::new().max_size(connections);
    let relay = SmtpTransport::builder_dangerous("127.0.0.1")
        .port(port.parse().expect("a port"))
        .pool_config(pool)
        .build();
    let mut tera = Tera::default();
    tera.add_raw_template("letter", &std::fs::read_to_string(letter).expect("the letter")).expect("a template");
    let mut list = csv::ReaderBuilder::new().delimiter(b';').from_path(list).expect("the list");
    let rows = Mutex::new(list.deserialize::<BTreeMap<String, String>>().take(letters.parse().expect("a number")));
    std::thread::scope(|scope| {
        for _ in 0..connections {
            scope.spawn(|| {
                loop {
                    let Some(row) = rows.lock().expect("nobody panics with it").next() else { return };
                    let row = row.expect("a sound row");
                    let mut values = Context::new();
                    row.iter().for_each(|(name, value)| values.insert(name.clone(), value));
                    values.insert("event", "«Осень»");
                    let text = tera.render("letter", &values).expect("a sound letter");
                    let html = format!("<p>{text}</p>");
                    let message = Message::builder()
                        .from("Дирекция <invite@sender.test>".parse().expect("an address"))
                        .to(row["email"].parse().expect("an address"))
                        .subject("О семинаре")
                        .multipart(MultiPart::alternative_plain_html(text, html))
                        .expect("a message");
                    relay.send(&message).expect("the relay takes everything");
                }
            });
        }
    });
}
