//! Mails in files: a Maildir, an mbox, a folder of `.eml`, or one mail. Nothing is ever written.

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use super::mime::MAX_READ;

/// Folders within folders are looked into so deep.
const MAX_DEPTH: usize = 8;

/// A place where mails lie.
#[derive(Debug)]
pub enum Files {
    /// Each mail in a file of its own.
    Each(Vec<PathBuf>),
    /// All in one file, parted by `From ` lines (RFC 4155).
    Mbox(PathBuf),
}

impl Files {
    /// Finds the mails of a Maildir (a folder with `cur` or `new`), of a folder of `.eml`, an mbox or
    /// a single mail.
    pub fn find(path: &Path) -> io::Result<Self> {
        if !fs::metadata(path)?.is_dir() {
            let mut first = [0; 5];
            let is_mbox = File::open(path)?.read_exact(&mut first).is_ok() && &first == b"From ";
            return Ok(if is_mbox {
                Self::Mbox(path.into())
            } else {
                Self::Each(vec![path.into()])
            });
        }
        let mut files = Vec::new();
        let is_maildir = path.join("cur").is_dir() || path.join("new").is_dir();
        if is_maildir {
            for part in ["cur", "new"] {
                match fs::read_dir(path.join(part)) {
                    Ok(entries) => {
                        for entry in entries {
                            let entry = entry?;
                            let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
                            if !is_hidden && entry.file_type()?.is_file() {
                                files.push(entry.path());
                            }
                        }
                    }
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) => return Err(error),
                }
            }
        } else {
            collect(path, 0, &mut files)?;
        }
        files.sort();
        Ok(Self::Each(files))
    }
}

impl Files {
    /// How many mails there are, if that is known.
    pub fn count(&self) -> Option<u64> {
        match self {
            Self::Each(files) => Some(files.len() as u64),
            Self::Mbox(_) => None,
        }
    }
}

fn collect(folder: &Path, depth: usize, into: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        // Links are not followed: they may lead anywhere, also round in a circle.
        let kind = entry.file_type()?;
        let path = entry.path();
        let is_mail = path.extension().is_some_and(|it| it.eq_ignore_ascii_case("eml"));
        if kind.is_dir() && depth < MAX_DEPTH {
            collect(&path, depth + 1, into)?;
        } else if kind.is_file() && is_mail {
            into.push(path);
        }
    }
    Ok(())
}

/// Reads a mail as far as it is looked at.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut raw = Vec::new();
    File::open(path)?.take(MAX_READ as u64 + 1).read_to_end(&mut raw)?;
    Ok(raw)
}

/// The mails of an mbox, one after another.
pub struct MboxReader {
    lines: BufReader<File>,
    is_begun: bool,
}

impl MboxReader {
    pub fn open(path: &Path) -> io::Result<Self> {
        Ok(Self { lines: BufReader::with_capacity(256 * 1024, File::open(path)?), is_begun: false })
    }

    /// The next mail, as far as it is looked at.
    fn read(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut mail = Vec::new();
        let mut line = Vec::new();
        let mut was_empty = true;
        loop {
            line.clear();
            // A line without an end is read in pieces.
            let n = (&mut self.lines).take(MAX_READ as u64).read_until(b'\n', &mut line)?;
            if n == 0 {
                return Ok((self.is_begun && !mail.is_empty()).then_some(mail));
            }
            if was_empty && is_separator(&line) {
                if self.is_begun && !mail.is_empty() {
                    return Ok(Some(mail));
                }
                self.is_begun = true;
                was_empty = false;
                continue;
            }
            was_empty = line == b"\n" || line == b"\r\n";
            // `>From ` was written for `From `.
            let quoted = line.iter().position(|byte| *byte != b'>').unwrap_or(0);
            let is_quoted = quoted > 0 && line[quoted..].starts_with(b"From ");
            if mail.len() <= MAX_READ {
                mail.extend_from_slice(if is_quoted { &line[1..] } else { &line });
            }
        }
    }
}

/// `From anna@one.test Mon Nov 30 10:00:00 2026`: a time and more than two words; a sentence that
/// begins so has none.
fn is_separator(line: &[u8]) -> bool {
    let has_time =
        |word: &[u8]| word.len() >= 4 && word.contains(&b':') && word[0].is_ascii_digit();
    line.starts_with(b"From ")
        && line.len() < 1000
        && line.split(u8::is_ascii_whitespace).any(has_time)
}

impl Iterator for MboxReader {
    type Item = io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_mbox_is_parted_at_its_from_lines() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mbox");
        fs::write(
            &path,
            "From a@one.test Mon Nov 30 10:00:00 2026\nSubject: 1\n\nText\n>From here\n\nFrom b@one.test Tue Dec  1 10:00:00 2026\nSubject: 2\n\nFrom is no line here\n",
        )
        .unwrap();
        assert!(matches!(Files::find(&path).unwrap(), Files::Mbox(_)));
        let mails: Vec<Vec<u8>> = MboxReader::open(&path).unwrap().map(Result::unwrap).collect();
        assert_eq!(mails.len(), 2, "a sentence may begin with From");
        assert_eq!(mails[0], b"Subject: 1\n\nText\nFrom here\n\n");
    }

    #[test]
    fn a_maildir_and_a_folder_of_mails_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let all = |path: &Path| match Files::find(path).unwrap() {
            Files::Each(files) => files.len(),
            Files::Mbox(_) => panic!("no mbox"),
        };
        fs::create_dir_all(folder.path().join("deeper")).unwrap();
        fs::write(folder.path().join("a.eml"), "x").unwrap();
        fs::write(folder.path().join("deeper/b.EML"), "x").unwrap();
        fs::write(folder.path().join("c.txt"), "x").unwrap();
        assert_eq!(all(folder.path()), 2);
        for part in ["cur", "new", "tmp"] {
            fs::create_dir(folder.path().join(part)).unwrap();
            fs::write(folder.path().join(part).join("1:2,S"), "x").unwrap();
        }
        assert_eq!(all(folder.path()), 2);
    }
}
