//! The outbox: with no server configured, letters are filed as `.eml` in a folder.
//!
//! Written under another name, synced, renamed: a letter is there whole or not at all.

pub mod archive;

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::delivery::{Courier, LetterQueue, Outcome, Permit, Reply, Stage, Trouble, Work};
use crate::letter::{Letter, LetterId};

/// A courier that files letters.
pub struct Outbox {
    folder: PathBuf,
}

impl Outbox {
    /// Makes the folder where there is none.
    ///
    /// # Errors
    /// What the system says when the folder cannot be made or written into.
    pub fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let probe = folder.join(".gonets.part");
        File::create(&probe)?;
        fs::remove_file(&probe)?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// Whether a letter was filed, after a run that was cut off: it is there whole or not at all.
    pub fn holds(folder: &Path, address: &str, id: LetterId) -> bool {
        folder.join(file_name(address, id)).is_file() && sync_folder(folder).is_ok()
    }

    fn file(&self, letter: &Letter) -> io::Result<String> {
        let name = file_name(letter.to.first().map_or("", |address| address.shown()), letter.id);
        let part = self.folder.join(format!("{name}.part"));
        let mut file = File::create(&part)?;
        file.write_all(&letter.bytes)?;
        file.sync_all()?;
        drop(file);
        fs::rename(&part, self.folder.join(&name))?;
        sync_folder(&self.folder)?;
        Ok(name)
    }
}

impl Courier for Outbox {
    fn carry(&mut self, queue: &mut dyn LetterQueue) {
        loop {
            let letter = match queue.draw() {
                Work::Carry(letter) => letter,
                Work::Rest => continue,
                Work::Done => return,
            };
            if queue.begin(letter.id, None) == Permit::Denied {
                queue.settle(
                    letter.id,
                    Outcome::Unsent { stage: Stage::File, trouble: Trouble::Stopped },
                );
                continue;
            }
            let outcome = match self.file(&letter) {
                Ok(name) => Outcome::Accepted(Reply { code: 250, text: name }),
                Err(error) => Outcome::Unsent {
                    stage: Stage::File,
                    trouble: Trouble::File(error.to_string()),
                },
            };
            queue.settle(letter.id, outcome);
        }
    }
}

/// A name for a letter's file that every system takes: the address, and the letter's identity.
pub fn file_name(address: &str, id: LetterId) -> String {
    let plain = |c: char| if c.is_alphanumeric() || "@._-+".contains(c) { c } else { '_' };
    let address: String = address.chars().map(plain).take(60).collect();
    format!("{address}-{}.eml", id.short())
}

/// Makes a rename last through a power cut; Windows does so by itself.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipient::Address;

    #[test]
    fn a_file_name_holds_no_path_and_no_device() {
        let id = LetterId::of("a", &Address::parse("a@example.org").unwrap(), None);
        let name = file_name("../../CON:<x>|*?\\\"@пример.рф", id);
        assert!(name.starts_with(".._.._CON__x______@пример.рф-"), "{name}");
        assert!(!name.contains(['/', '\\', ':', '*', '?', '"', '<', '>', '|']));
    }
}
