//! The file of a list. What is read for sending is what was read first, octet for octet: a file that
//! is overwritten meanwhile gives an error instead of its new text.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sha2::{Digest as _, Sha256};

const BLOCK: u64 = 128 * 1024;

/// What a file was when it was read first.
#[derive(Debug, Default)]
pub(crate) struct Blocks {
    /// SHA-256 of each block of 128 KiB.
    digests: Vec<[u8; 32]>,
    /// In octets.
    length: u64,
    is_changed: AtomicBool,
}

impl Blocks {
    /// Reads a file.
    ///
    /// # Errors
    /// What the system reports.
    pub(crate) fn read(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let mut blocks = Self::default();
        let mut block = Vec::new();
        loop {
            block.clear();
            let length = (&mut file).take(BLOCK).read_to_end(&mut block)?;
            if length == 0 {
                return Ok(blocks);
            }
            blocks.length += length as u64;
            blocks.digests.push(Sha256::digest(&block).into());
        }
    }

    /// A digest of the whole file.
    pub(crate) fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new_with_prefix(self.length.to_be_bytes());
        self.digests.iter().for_each(|digest| hash.update(digest));
        hash.finalize().into()
    }

    /// Whether somebody has read the file since and found it changed.
    pub(crate) fn is_changed(&self) -> bool {
        self.is_changed.load(Ordering::SeqCst)
    }

    fn changed(&self) -> io::Error {
        self.is_changed.store(true, Ordering::SeqCst);
        io::Error::other("the file has changed")
    }

    /// Reads a block into `into`, which is empty.
    fn load(&self, file: &mut File, number: u64, into: &mut Vec<u8>) -> io::Result<()> {
        let start = number * BLOCK;
        file.seek(SeekFrom::Start(start))?;
        file.take(BLOCK.min(self.length - start)).read_to_end(into)?;
        let digest: [u8; 32] = Sha256::digest(&*into).into();
        let expected = usize::try_from(number).ok().and_then(|at| self.digests.get(at));
        if expected == Some(&digest) { Ok(()) } else { Err(self.changed()) }
    }
}

/// An open list.
pub(crate) struct ListFile {
    file: File,
    sealed: Option<Sealed>,
}

/// Where reading is in a file that must be what it was.
struct Sealed {
    blocks: Arc<Blocks>,
    at: u64,
    /// The block with this number.
    number: Option<u64>,
    block: Vec<u8>,
}

impl ListFile {
    pub(crate) fn new(file: File, blocks: Option<Arc<Blocks>>) -> Self {
        let sealed = blocks.map(|blocks| Sealed { blocks, at: 0, number: None, block: Vec::new() });
        Self { file, sealed }
    }

    pub(super) fn metadata(&self) -> io::Result<Metadata> {
        self.file.metadata()
    }
}

impl Read for ListFile {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let Some(Sealed { blocks, at, number, block }) = &mut self.sealed else {
            return self.file.read(into);
        };
        if *at >= blocks.length {
            let is_longer = self.file.metadata()?.len() != blocks.length;
            return if is_longer { Err(blocks.changed()) } else { Ok(0) };
        }
        let wanted = *at / BLOCK;
        if *number != Some(wanted) {
            *number = None;
            block.clear();
            blocks.load(&mut self.file, wanted, block)?;
            *number = Some(wanted);
        }
        // A block fits into memory, and so does a place in it.
        let from = usize::try_from(*at % BLOCK).unwrap_or(usize::MAX);
        let rest = block.get(from..).unwrap_or_default();
        let length = rest.len().min(into.len());
        into[..length].copy_from_slice(&rest[..length]);
        *at += length as u64;
        Ok(length)
    }
}

impl Seek for ListFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let Some(Sealed { blocks, at, .. }) = &mut self.sealed else { return self.file.seek(to) };
        let target = match to {
            SeekFrom::Start(target) => Some(target),
            SeekFrom::End(by) => blocks.length.checked_add_signed(by),
            SeekFrom::Current(by) => at.checked_add_signed(by),
        };
        *at = target.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(*at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &Path, blocks: &Arc<Blocks>) -> io::Result<Vec<u8>> {
        let mut text = Vec::new();
        ListFile::new(File::open(path)?, Some(blocks.clone())).read_to_end(&mut text)?;
        Ok(text)
    }

    #[test]
    fn a_file_is_read_as_it_was_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list");
        let text: Vec<u8> = (0..300_000_u32).map(|at| at.to_le_bytes()[0]).collect();
        std::fs::write(&path, &text).unwrap();
        let blocks = Arc::new(Blocks::read(&path).unwrap());
        assert!(read(&path, &blocks).unwrap() == text && !blocks.is_changed());
        let changed = |at: usize| {
            let mut changed = text.clone();
            changed[at] ^= 1;
            changed
        };
        let longer = [&text[..], b"x"].concat();
        for other in [changed(0), changed(200_000), changed(299_999), text[1..].to_vec(), longer] {
            std::fs::write(&path, other).unwrap();
            let blocks = Arc::new(Blocks {
                length: blocks.length,
                digests: blocks.digests.clone(),
                ..Blocks::default()
            });
            assert!(read(&path, &blocks).is_err() && blocks.is_changed());
        }
    }

    #[test]
    fn what_stands_before_the_change_is_still_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("list");
        let mut text = vec![b'a'; 300_000];
        std::fs::write(&path, &text).unwrap();
        let blocks = Arc::new(Blocks::read(&path).unwrap());
        text[299_000] = b'b';
        std::fs::write(&path, &text).unwrap();
        let mut file = ListFile::new(File::open(&path).unwrap(), Some(blocks));
        let mut first = vec![0; 1000];
        file.seek(SeekFrom::Start(100_000)).unwrap();
        file.read_exact(&mut first).unwrap();
        assert!(file.seek(SeekFrom::End(-10)).is_ok() && file.read(&mut first).is_err());
    }
}
