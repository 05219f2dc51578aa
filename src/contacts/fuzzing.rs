//! What `fuzz/` asks of the reader of records.

use super::format::CsvRecords;
use crate::encoding::{Encoding, Utf8Reader};

/// Reads octets as a list in an encoding; the first octet chooses it.
///
/// # Panics
/// If lines do not ascend, or a record has a cell beyond its last.
pub fn records(octets: &[u8]) {
    let Some((choice, octets)) = octets.split_first() else { return };
    let (_, encoding) = Encoding::NAMES[usize::from(*choice) % Encoding::NAMES.len()];
    let Ok(mut records) = CsvRecords::new(Utf8Reader::new(octets, encoding), None) else { return };
    let mut before = 0;
    while let Ok(Some(line)) = records.next() {
        assert!(line > before, "line {line} follows line {before}");
        before = line;
        for cell in 0..records.len() {
            let _ = records.cell(cell);
            assert!(records.column(cell) > 0);
        }
        assert_eq!(records.cell(records.len()), Ok(""));
        records.flaw();
    }
}
