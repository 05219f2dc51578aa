//! The journal's file: blocks of changes, each one written and synced by itself, with a number that
//! counts on.
//!
//! The file is made beforehand and overwritten in place, as a ring, so that a sync moves nothing
//! but the octets. A block begins at a sector of its own: whatever a power cut does to it, it does
//! to no other. What is found on reading counts where salt and checksum are right and the numbers
//! follow on the ledger's own without a gap; blocks of an earlier lap have numbers that the ledger
//! has passed.

use std::collections::{BTreeMap, VecDeque};
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _};
#[cfg(not(unix))]
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;

use flate2::Crc;

use super::change::{Change, Line};
use super::codec::{Reader, Writer};

/// The size of the file. Some hundred letters have room in it before the ledger has to take them.
pub(super) const SIZE: u64 = 256 * 1024;

/// What a disk writes whole or not at all.
const SECTOR: usize = 512;

/// A block holds no more than this, and one change.
const FULL: usize = 16 * 1024;

const MAGIC: [u8; 4] = *b"gnj1";

/// Magic and checksum; the checksum is over all that follows it.
const SUMMED_FROM: usize = 8;

/// Magic, checksum, length, salt, number.
const HEAD: usize = 32;

/// As many of the changes as one block holds, under a number; and how many those are.
pub(super) fn block(salt: i64, number: u64, relay: &str, changes: &[Change]) -> (Vec<u8>, usize) {
    let mut out = Writer::default();
    out.octets(&MAGIC).octets(&[0; 4]).number(0).signed(salt).number(number).text(relay);
    let mut taken = 0;
    for change in changes {
        change.write(&mut out);
        taken += 1;
        if out.len() > FULL {
            break;
        }
    }
    let mut octets = out.into_octets();
    let length = (octets.len() - HEAD) as u64;
    octets[SUMMED_FROM..SUMMED_FROM + 8].copy_from_slice(&length.to_le_bytes());
    let sum = checksum(&octets[SUMMED_FROM..]);
    octets[4..SUMMED_FROM].copy_from_slice(&sum);
    octets.resize(octets.len().next_multiple_of(SECTOR), 0);
    (octets, taken)
}

fn checksum(octets: &[u8]) -> [u8; 4] {
    let mut sum = Crc::new();
    sum.update(octets);
    sum.sum().to_le_bytes()
}

/// What a block holds.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) number: u64,
    pub(super) relay: String,
    pub(super) lines: Vec<Line>,
}

/// The block that begins here, if one does.
fn read(octets: &[u8], salt: i64) -> Option<Block> {
    let mut head = Reader::new(octets.strip_prefix(&MAGIC)?);
    let sum = head.octets::<4>()?;
    let length = usize::try_from(head.number()?).ok()?;
    let (own_salt, number) = (head.signed()?, head.number()?);
    let end = HEAD.checked_add(length)?;
    if own_salt != salt || checksum(octets.get(SUMMED_FROM..end)?) != sum {
        return None;
    }
    let mut body = Reader::new(&octets[HEAD..end]);
    let relay = body.text()?;
    let mut lines = Vec::new();
    while !body.is_at_end() {
        lines.push(Line::read(&mut body)?);
    }
    Some(Block { number, relay, lines })
}

/// The blocks that follow a number without a gap, in their order. None where there is no file.
///
/// # Errors
/// What the system says.
pub(super) fn following(path: &Path, salt: i64, after: u64) -> io::Result<Vec<Block>> {
    let mut octets = Vec::new();
    match File::open(path) {
        Ok(file) => file.take(SIZE).read_to_end(&mut octets)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let starts = (0..octets.len()).step_by(SECTOR);
    let mut found: BTreeMap<u64, Block> = starts
        .filter_map(|at| read(&octets[at..], salt))
        .map(|block| (block.number, block))
        .collect();
    Ok((after + 1..).map_while(|number| found.remove(&number)).collect())
}

/// Makes the file, for its owner alone, as long as it will ever be: nothing that is written into it
/// later can find the disk full.
///
/// # Errors
/// What the system says.
pub(super) fn make(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).read(true).write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let file = options.open(path)?;
    file.set_len(SIZE)?;
    // Not only as long: a hole would be filled when it is written to, and that may fail, and takes
    // its time.
    write_at(&file, &vec![0; usize::try_from(SIZE).unwrap_or(0)], 0)?;
    file.sync_all()?;
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(file)
}

/// Writes at a place of the file. One thread at a time does.
///
/// # Errors
/// What the system says.
pub(super) fn write_at(file: &File, octets: &[u8], at: u64) -> io::Result<()> {
    #[cfg(unix)]
    {
        std::os::unix::fs::FileExt::write_all_at(file, octets, at)
    }
    #[cfg(not(unix))]
    {
        let mut file = file;
        file.seek(SeekFrom::Start(at))?;
        file.write_all(octets)
    }
}

/// Where the next block goes: behind the last, and over none that the ledger has not taken.
#[derive(Debug, Default)]
pub(super) struct Ring {
    next: u64,
    /// Number, start and end of each block that is needed still.
    kept: VecDeque<(u64, u64, u64)>,
}

impl Ring {
    /// A place for a block; `None` while there is no room.
    pub(super) fn place(&mut self, number: u64, length: u64) -> Option<u64> {
        let start = if self.next + length > SIZE { 0 } else { self.next };
        let end = start + length;
        if end > SIZE || self.kept.iter().any(|(_, from, to)| start < *to && *from < end) {
            return None;
        }
        self.kept.push_back((number, start, end));
        self.next = end;
        Some(start)
    }

    /// The ledger has taken all blocks up to a number.
    pub(super) fn let_go(&mut self, up_to: u64) {
        self.kept.retain(|(number, _, _)| *number > up_to);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::change::Key;
    use crate::letter::{Digest, LetterId};
    use jiff::Timestamp;

    fn change(position: u64) -> Change {
        let letter = Key { position, id: LetterId::from_bytes([3; 16]) };
        Change::Begin {
            letter,
            dated: "d".repeat(400),
            digest: Digest::of(b""),
            at: Timestamp::UNIX_EPOCH,
        }
    }

    fn written(path: &Path, ring: &mut Ring, numbers: std::ops::Range<u64>) {
        let file = if path.exists() {
            OpenOptions::new().write(true).open(path).unwrap()
        } else {
            make(path).unwrap()
        };
        for number in numbers {
            let (octets, _) = block(1, number, "relay", &[change(number)]);
            let at = ring.place(number, octets.len() as u64).unwrap();
            write_at(&file, &octets, at).unwrap();
        }
    }

    fn numbers(path: &Path, salt: i64, after: u64) -> Vec<u64> {
        following(path, salt, after).unwrap().iter().map(|block| block.number).collect()
    }

    #[test]
    fn blocks_are_found_where_they_follow_without_a_gap() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        assert!(numbers(&path, 1, 0).is_empty());
        written(&path, &mut Ring::default(), 10..20);
        assert_eq!(numbers(&path, 1, 9), (10..20).collect::<Vec<_>>());
        assert_eq!(numbers(&path, 1, 15), (16..20).collect::<Vec<_>>());
        assert!(
            numbers(&path, 1, 8).is_empty()
                && numbers(&path, 1, 19).is_empty()
                && numbers(&path, 2, 9).is_empty()
        );
    }

    #[test]
    fn a_torn_block_ends_what_is_read_and_spoils_nothing_before_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        written(&path, &mut Ring::default(), 1..4);
        let whole = std::fs::read(&path).unwrap();
        // The second block lies at 1024, and is two sectors long.
        for sector in [1024, 1536] {
            let mut torn = whole.clone();
            torn[sector..sector + 512].fill(0);
            std::fs::write(&path, torn).unwrap();
            assert_eq!(numbers(&path, 1, 0), [1]);
        }
    }

    #[test]
    fn earlier_laps_do_not_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let mut ring = Ring::default();
        let mut next = 1;
        for _ in 0..10 {
            written(&path, &mut ring, next..next + 100);
            assert_eq!(numbers(&path, 1, next - 1).len(), 100);
            next += 100;
            ring.let_go(next - 1);
        }
        assert!(numbers(&path, 1, next - 1).is_empty());
    }

    #[test]
    fn no_block_goes_over_one_that_is_needed() {
        let mut ring = Ring::default();
        let full = (1..).map_while(|number| ring.place(number, 512)).count() as u64;
        assert_eq!(full, SIZE / 512);
        ring.let_go(2);
        assert_eq!(ring.place(9001, 512), Some(0));
        assert_eq!(ring.place(9002, 1024), None);
        assert_eq!(ring.place(9003, 512), Some(512));
    }

    proptest::proptest! {
        #[test]
        fn no_octets_break_the_reader(mut octets in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            let _ = read(&octets, 0);
            octets.splice(0..0, MAGIC);
            let _ = read(&octets, 0);
        }
    }
}
