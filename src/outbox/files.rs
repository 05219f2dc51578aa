//! The outbox: a courier that files each letter as `.eml` in a folder.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::delivery::{Courier, LetterQueue, Outcome, Permit, Reply, Stage, Trouble, Work};
use crate::letter::{Letter, LetterId};

/// A courier that files letters.
pub(crate) struct Outbox {
    folder: PathBuf,
}

impl Outbox {
    /// Opens the folder, creating it if necessary.
    pub(crate) fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let probe = folder.join(".gonets.part");
        File::create(&probe)?;
        fs::remove_file(&probe)?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// Whether an interrupted run filed a letter: its file is complete if it exists.
    pub(crate) fn holds(folder: &Path, address: &str, id: LetterId) -> bool {
        folder.join(file_name(address, id)).is_file() && sync_folder(folder).is_ok()
    }

    pub(super) fn write(&self, letter: &Letter) -> io::Result<String> {
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
            let outcome = match self.write(&letter) {
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

/// Returns a file name that is valid on every system, made of the address and the letter's id.
pub(crate) fn file_name(address: &str, id: LetterId) -> String {
    let plain = |c: char| if c.is_alphanumeric() || "@._-+".contains(c) { c } else { '_' };
    let address: String = address.chars().map(plain).take(60).collect();
    format!("{address}-{}.eml", id.short())
}

/// Makes a rename survive a power cut; Windows does so by itself.
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
