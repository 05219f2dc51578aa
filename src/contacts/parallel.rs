//! The readings of a list in their order: row by row, or, of a long text, read on all cores.
//!
//! Whole records are cut off here as chunks, which threads read (`reading`), and come back in their
//! order.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use super::cross_check::RowHashes;
use super::format::{Chunk, CsvRecords, Input, RowSource};
use super::row::{ParsedRow, RowBatch, RowBody, RowParser, RowReader, unread};
use crate::problem::Cause;
use crate::recipient::Cells;

/// The readings of a list in their order, with their cells.
pub(super) struct ParsedRows {
    batch: RowBatch,
    supply: RowSupply,
}

enum RowSupply {
    Sequential(Box<RowReader>),
    /// To be read on all cores, once the first row is asked for.
    Pending(Option<(Box<RowReader>, usize)>),
    Parallel(Box<ParallelReader>),
}

impl ParsedRows {
    /// The rows, one at a time as they are asked for.
    pub(super) fn sequential(reader: RowReader) -> Self {
        Self::of(RowSupply::Sequential(Box::new(reader)))
    }

    /// The rows, read on all cores from the first that is asked for, so many bytes at once.
    pub(super) fn parallel(reader: RowReader, chunk: usize) -> Self {
        Self::of(RowSupply::Pending(Some((Box::new(reader), chunk))))
    }

    /// The same rows, read in chunks of so many bytes, however few they are.
    #[cfg(test)]
    pub(super) fn in_chunks(self, chunk: usize) -> Self {
        match self.supply {
            RowSupply::Sequential(reader) => Self::parallel(*reader, chunk),
            RowSupply::Pending(_) | RowSupply::Parallel(_) => self,
        }
    }

    /// What the rows are read by, until the first is asked for.
    pub(super) fn parser(&mut self) -> Option<&mut RowParser> {
        match &mut self.supply {
            RowSupply::Sequential(reader) | RowSupply::Pending(Some((reader, _))) => {
                Some(&mut reader.parser)
            }
            RowSupply::Pending(None) | RowSupply::Parallel(_) => None,
        }
    }

    fn of(supply: RowSupply) -> Self {
        Self { batch: RowBatch { page: Arc::default(), rows: Vec::new().into_iter() }, supply }
    }

    /// Goes on to the next rows that have something in them; false at the end of the list.
    fn refill(&mut self) -> bool {
        while self.batch.rows.as_slice().is_empty() {
            match &mut self.supply {
                RowSupply::Pending(reader) => {
                    let Some((reader, chunk)) = reader.take() else { return false };
                    self.supply = match ParallelReader::begin(*reader, chunk) {
                        Ok(reader) => RowSupply::Parallel(Box::new(reader)),
                        Err(reader) => RowSupply::Sequential(reader),
                    };
                }
                RowSupply::Sequential(reader) if reader.has_ended => return false,
                RowSupply::Sequential(reader) => self.batch = reader.batch(1),
                RowSupply::Parallel(reader) => match reader.next() {
                    Some(batch) => self.batch = batch,
                    None => return false,
                },
            }
        }
        true
    }

    /// The hashes of the rows that were read and not yet taken.
    pub(super) fn hashes(&self) -> impl Iterator<Item = RowHashes> {
        self.batch.rows.as_slice().iter().filter_map(|reading| match &reading.body {
            RowBody::Whole { addresses: Some((_, hashes)), .. } => Some(*hashes),
            RowBody::Whole { addresses: None, .. } | RowBody::Broken => None,
        })
    }

    /// True where the next row is the first of those that were read together.
    pub(super) fn begins(&mut self) -> bool {
        let begins = self.batch.rows.as_slice().is_empty() && self.refill();
        begins && self.batch.rows.as_slice().len() > 1
    }
}

impl Iterator for ParsedRows {
    type Item = (ParsedRow, Cells);

    fn next(&mut self) -> Option<(ParsedRow, Cells)> {
        self.batch.next().or_else(|| if self.refill() { self.batch.next() } else { None })
    }
}

/// Threads that read the chunks of a long text. Whoever asks for the rows cuts them off and takes
/// them back in their order.
struct ParallelReader {
    records: Box<CsvRecords<Input>>,
    /// The text that is cut off at once, in bytes.
    chunk: usize,
    file: Arc<str>,
    /// The rows of the chunks that were cut off.
    rows: u64,
    has_ended: bool,
    tasks: Option<Sender<ChunkTask>>,
    pending: VecDeque<Receiver<Vec<RowBatch>>>,
    /// Those that came back together and are not yet taken.
    back: std::vec::IntoIter<RowBatch>,
    threads: Vec<JoinHandle<()>>,
}

/// Chunks, the rows above each, and where their readings go.
struct ChunkTask {
    chunks: Vec<(Chunk, u64)>,
    answer: Sender<Vec<RowBatch>>,
}

impl ParallelReader {
    /// So many chunks go to a thread together: to wake one costs as much as to read a few rows.
    const TOGETHER: usize = 8;
    /// So many times that for each thread are under way.
    const AHEAD: usize = 2;

    /// Begins to read; gives the reader back where the rows have to be read one after the other.
    fn begin(reader: RowReader, chunk: usize) -> Result<Self, Box<RowReader>> {
        let (records, parser) = match reader {
            RowReader { source: RowSource::Text(records), parser, .. } => (records, parser),
            reader => return Err(Box::new(reader)),
        };
        let delimiter = records.delimiter_byte();
        let (sender, tasks) = channel();
        let tasks = Arc::new(Mutex::new(tasks));
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(8);
        let threads: Vec<_> = (0..threads)
            .filter_map(|_| {
                let (tasks, mut parser) = (tasks.clone(), parser.clone());
                let read = move || read_tasks(&tasks, &mut parser, delimiter);
                std::thread::Builder::new().name("contacts".into()).spawn(read).ok()
            })
            .collect();
        if threads.is_empty() {
            let source = RowSource::Text(records);
            return Err(Box::new(RowReader { source, parser, row: 0, has_ended: false }));
        }
        let (file, pending, back) = (parser.origin.file, VecDeque::new(), Vec::new().into_iter());
        Ok(Self {
            records,
            chunk,
            file,
            rows: 0,
            has_ended: false,
            tasks: Some(sender),
            pending,
            back,
            threads,
        })
    }

    /// The rows of the next chunk.
    fn next(&mut self) -> Option<RowBatch> {
        if let Some(batch) = self.back.next() {
            return Some(batch);
        }
        while !self.has_ended && self.pending.len() < self.threads.len() * Self::AHEAD {
            let mut chunks = Vec::with_capacity(Self::TOGETHER);
            let mut failed = None;
            while chunks.len() < Self::TOGETHER && !self.has_ended {
                match self.records.chunk(self.chunk) {
                    Ok(None) => self.has_ended = true,
                    Ok(Some(chunk)) => {
                        let before = self.rows;
                        self.rows += chunk.records;
                        chunks.push((chunk, before));
                    }
                    Err(error) => {
                        self.has_ended = true;
                        failed = Some(unread(self.rows + 1, &self.file, Cause::from(&error)));
                    }
                }
            }
            // Where nobody takes it any more, the answer never comes, and that is seen below.
            if !chunks.is_empty() {
                let (answer, batches) = channel();
                let _ = self.tasks.as_ref().map(|tasks| tasks.send(ChunkTask { chunks, answer }));
                self.pending.push_back(batches);
            }
            if let Some(reading) = failed {
                let (answer, batches) = channel();
                let _ = answer
                    .send(vec![RowBatch { page: Arc::default(), rows: vec![reading].into_iter() }]);
                self.pending.push_back(batches);
            }
        }
        let batches = self.pending.pop_front()?;
        if let Ok(batches) = batches.recv() {
            self.back = batches.into_iter();
            return self.back.next();
        }
        // A reader that fell over must not pass for the end of the list.
        self.tasks = None;
        for reader in self.threads.drain(..) {
            if let Err(panic) = reader.join() {
                std::panic::resume_unwind(panic);
            }
        }
        None
    }
}

fn read_tasks(tasks: &Mutex<Receiver<ChunkTask>>, parser: &mut RowParser, delimiter: u8) {
    loop {
        // What a thread that panicked leaves behind is whole: it only waited under the lock.
        let next = tasks.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(ChunkTask { chunks, answer }) = next else { return };
        let batches =
            chunks.into_iter().map(|(chunk, before)| parser.chunk(chunk, delimiter, before));
        // Whoever asked for the rows may have seen enough.
        let _ = answer.send(batches.collect());
    }
}
