//! The gallery that a person looks through before anything is sent: an index, and each letter as a file.
//!
//! Works from the disk, without network and without script. Written beside the old one and put in its
//! place when complete. Every value of the list is escaped; letters stand in a sandboxed frame.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::compose::Composed;
use crate::notice::{Doing, Failure, Language};
use crate::outbox::file_name;
use crate::recipient::Recipient;
use crate::seal::Record;

/// The folder's name beside `campaign.toml`.
pub const FOLDER: &str = "preview";

/// The seal of the letters in it.
const SEAL: &str = "seal.json";

/// The seal under which a gallery was made; `None` where there is none.
pub fn record(folder: &Path) -> Option<Record> {
    Record::of_json(&fs::read_to_string(folder.join(SEAL)).ok()?)
}

/// Says that a folder was made by us, and so may be replaced.
const OURS: &str = "<meta name=\"generator\" content=\"gonets preview\">";

/// A gallery that is being written.
pub struct Gallery {
    folder: PathBuf,
    part: PathBuf,
    /// Closed before the folder is renamed, as Windows wants it.
    index: Option<BufWriter<File>>,
    language: Language,
    /// The letter that is shown before one is chosen.
    first: Option<String>,
}

impl Gallery {
    /// Begins a gallery that will stand in `folder`.
    ///
    /// # Errors
    /// [`Failure::PreviewNotOurs`] when something else stands there, or what the system says.
    pub fn begin(folder: &Path, title: &str, language: Language) -> Result<Self> {
        let is_ours =
            |folder: &Path| fs::read_to_string(folder.join("index.html")).is_ok_and(|index| index.contains(OURS));
        if folder.exists() && !is_ours(folder) {
            return Err(Failure::PreviewNotOurs { path: folder.to_owned() }.into());
        }
        let part = folder.with_extension("part");
        if part.exists() {
            if !is_ours(&part) {
                return Err(Failure::PreviewNotOurs { path: part }.into());
            }
            fs::remove_dir_all(&part).map_err(|error| Failure::file(Doing::Replacing, &part, &error))?;
        }
        let letters = part.join("letters");
        fs::create_dir_all(&letters).map_err(|error| Failure::file(Doing::Creating, &letters, &error))?;
        let path = part.join("index.html");
        let file = File::create(&path).map_err(|error| Failure::file(Doing::Creating, &path, &error))?;
        let mut gallery =
            Self { folder: folder.to_owned(), part, index: Some(BufWriter::new(file)), language, first: None };
        let head = head(title, language);
        gallery.write(&head)?;
        Ok(gallery)
    }

    /// Adds a letter.
    ///
    /// # Errors
    /// What the system says when it cannot be written.
    pub fn add(&mut self, recipient: &Recipient, composed: &Composed) -> Result<()> {
        let letter = &composed.letter;
        let name = format!("{:04}-{}", recipient.row, file_name(recipient.address.shown(), letter.id));
        let page = format!("{}.html", name.trim_end_matches(".eml"));
        self.write_file(&name, &letter.bytes)?;
        self.write_file(&page, framed(&composed.html).as_bytes())?;
        let person = [&recipient.card.name.surname, &recipient.card.name.first_name, &recipient.card.name.patronymic];
        let person = person.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" ");
        let row = format!(
            "<tr><td>{}</td><td>{}</td><td><a href=\"letters/{page}\" target=\"letter\">{}</a><br>{}</td>\
             <td><a href=\"letters/{name}\">.eml</a></td></tr>\n",
            recipient.row,
            escape(letter.number.as_deref().unwrap_or_default()),
            escape(if person.is_empty() { recipient.address.shown() } else { &person }),
            escape(recipient.address.shown()),
            page = escape(&page),
            name = escape(&name),
        );
        self.first.get_or_insert(page);
        self.write(&row)
    }

    /// Puts the gallery in its place. Tells where its index is.
    ///
    /// # Errors
    /// What the system says, for instance when a file of the old gallery is open in a program.
    pub fn finish(&mut self, record: &Record) -> Result<PathBuf> {
        let label = match self.language {
            Language::English => "Seal",
            Language::Russian => "Печать",
        };
        let first = self.first.take().map(|page| format!(" src=\"letters/{}\"", escape(&page))).unwrap_or_default();
        let foot = format!(
            "</table><p class=\"seal\">{label}: <code>{}</code></p></nav>\n\
             <iframe name=\"letter\" sandbox=\"\" title=\"\"{first}></iframe>\n</body></html>\n",
            escape(record.seal.as_str())
        );
        self.write(&foot)?;
        let flushed = self.index.take().map_or(Ok(()), |mut index| index.flush());
        flushed.map_err(|error| Failure::file(Doing::Writing, &self.part, &error))?;
        let path = self.part.join(SEAL);
        fs::write(&path, record.to_json()).map_err(|error| Failure::file(Doing::Writing, &path, &error))?;
        let replaced = |error| Failure::file(Doing::Replacing, &self.folder, &error);
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder).map_err(replaced)?;
        }
        fs::rename(&self.part, &self.folder).map_err(replaced)?;
        Ok(self.folder.join("index.html"))
    }

    fn write(&mut self, html: &str) -> Result<()> {
        let written = self.index.as_mut().map_or(Ok(()), |index| index.write_all(html.as_bytes()));
        written.map_err(|error| Failure::file(Doing::Writing, &self.part.join("index.html"), &error).into())
    }

    fn write_file(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let path = self.part.join("letters").join(name);
        fs::write(&path, bytes).map_err(|error| Failure::file(Doing::Writing, &path, &error).into())
    }
}

impl Drop for Gallery {
    /// What was begun and not finished is taken away again.
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.part);
    }
}

fn head(title: &str, language: Language) -> String {
    let (code, headings) = match language {
        Language::English => ("en", ["Row", "No.", "To"]),
        Language::Russian => ("ru", ["Строка", "№", "Кому"]),
    };
    let [row, number, to] = headings;
    format!(
        "<!DOCTYPE html>\n<html lang=\"{code}\"><head><meta charset=\"utf-8\">{OURS}\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; frame-src 'self' file:\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n<style>{STYLE}</style></head>\n\
         <body><nav><h1>{title}</h1><table><tr><th>{row}</th><th>{number}</th><th>{to}</th><th></th></tr>\n",
        title = escape(title)
    )
}

const STYLE: &str = "
:root{color-scheme:light dark}
body{margin:0;display:flex;height:100vh;font:15px/1.4 system-ui,sans-serif}
nav{width:26rem;overflow:auto;padding:0 1rem;border-right:1px solid #8888}
iframe{flex:1;border:0;background:Canvas}
h1{font-size:1.1rem}
table{border-collapse:collapse;width:100%}
td,th{padding:.35rem .5rem;border-bottom:1px solid #8884;text-align:left;vertical-align:top}
td:nth-child(3){overflow-wrap:anywhere}
.seal{color:#888}
@media(max-width:60rem){body{flex-direction:column}nav{width:auto;height:40vh}}
";

/// The letter's page with a policy of its own: should somebody open it by itself, it still runs nothing.
fn framed(html: &str) -> String {
    const POLICY: &str = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">";
    match html.split_once("<head>") {
        Some((before, after)) => format!("{before}<head>{POLICY}{after}"),
        None => format!("<head>{POLICY}</head>{html}"),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
