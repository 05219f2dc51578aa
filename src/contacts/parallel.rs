//! The parsed rows of a list in their order: one by one, or, of a long text, on all cores.
//!
//! The calling thread cuts a text into chunks of whole records, other threads parse them with
//! `row`, and the calling thread takes the rows back in their order.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use super::cross_check::RowHashes;
use super::format::{Chunk, CsvRecords, Input, RowSource};
use super::row::{ParsedRow, RowBatch, RowBody, RowParser, RowReader};
use crate::problem::Cause;
use crate::recipient::Cells;

/// The parsed rows of a list in their order, with their cells.
pub(super) struct ParsedRows {
    batch: RowBatch,
    supply: RowSupply,
}

enum RowSupply {
    Sequential(Box<RowReader>),
    /// Parallel, with chunks of so many bytes, as soon as the first row is asked for.
    Pending(Option<(Box<RowReader>, usize)>),
    Parallel(Box<ParallelReader>),
}

impl ParsedRows {
    /// Parses each row when it is asked for.
    pub(super) fn sequential(reader: RowReader) -> Self {
        Self::of(RowSupply::Sequential(Box::new(reader)))
    }

    /// Parses on all cores, in chunks of so many bytes, once the first row is asked for.
    pub(super) fn parallel(reader: RowReader, chunk: usize) -> Self {
        Self::of(RowSupply::Pending(Some((Box::new(reader), chunk))))
    }

    #[cfg(test)]
    pub(super) fn in_chunks(self, chunk: usize) -> Self {
        match self.supply {
            RowSupply::Sequential(reader) => Self::parallel(*reader, chunk),
            RowSupply::Pending(_) | RowSupply::Parallel(_) => self,
        }
    }

    /// The parser, until the first row is asked for.
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

    fn ahead(&self) -> &[ParsedRow] {
        self.batch.rows.as_slice()
    }

    /// Goes on to the next batch that has rows; false at the end of the list.
    fn refill(&mut self) -> bool {
        while self.ahead().is_empty() {
            match &mut self.supply {
                RowSupply::Pending(reader) => {
                    let Some((reader, chunk)) = reader.take() else { return false };
                    self.supply = match ParallelReader::start(*reader, chunk) {
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

    /// The hashes of the rows that are parsed and not yet taken.
    pub(super) fn hashes(&self) -> impl Iterator<Item = RowHashes> {
        self.ahead().iter().filter_map(|row| match &row.body {
            RowBody::Whole { addresses: Some((_, hashes)), .. } => Some(*hashes),
            RowBody::Whole { addresses: None, .. } | RowBody::Broken | RowBody::NoAddressee(_) => {
                None
            }
        })
    }

    /// Whether the next row is the first of a batch of several.
    pub(super) fn begins_batch(&mut self) -> bool {
        self.ahead().is_empty() && self.refill() && self.ahead().len() > 1
    }
}

impl Iterator for ParsedRows {
    type Item = (ParsedRow, Cells);

    fn next(&mut self) -> Option<(ParsedRow, Cells)> {
        self.batch.next().or_else(|| if self.refill() { self.batch.next() } else { None })
    }
}

/// Threads that parse the chunks of a long text.
struct ParallelReader {
    records: Box<CsvRecords<Input>>,
    /// The size of a chunk, in bytes.
    chunk: usize,
    file: Arc<str>,
    /// The rows of the chunks that were cut off.
    rows: u64,
    has_ended: bool,
    /// Dropped in order to end the threads.
    tasks: Option<Sender<ChunkTask>>,
    /// The answers to the tasks that were given, in the order of the list.
    answers: VecDeque<Receiver<Vec<RowBatch>>>,
    /// The rest of the last answer.
    parsed: std::vec::IntoIter<RowBatch>,
    threads: Vec<JoinHandle<()>>,
}

/// Chunks, with the number of rows before each, and where their rows go.
struct ChunkTask {
    chunks: Vec<(Chunk, u64)>,
    answer: Sender<Vec<RowBatch>>,
}

impl ParallelReader {
    /// Chunks in a task: to wake a thread costs as much as to parse a few rows.
    const TOGETHER: usize = 8;
    /// Tasks under way for each thread.
    const AHEAD: usize = 2;

    /// Starts the threads. Returns the reader if its rows have to be parsed one by one.
    fn start(reader: RowReader, chunk: usize) -> Result<Self, Box<RowReader>> {
        let (records, parser) = match reader {
            RowReader { source: RowSource::Text(records), parser, .. } => (records, parser),
            reader => return Err(Box::new(reader)),
        };
        let delimiter = records.delimiter_byte();
        let (sender, tasks) = channel();
        let tasks = Arc::new(Mutex::new(tasks));
        let count = std::thread::available_parallelism().map_or(1, usize::from).min(8);
        let start = |_| {
            let tasks = tasks.clone();
            let mut parser = parser.clone();
            let work = move || parse_chunks(&tasks, &mut parser, delimiter);
            std::thread::Builder::new().name("contacts".into()).spawn(work).ok()
        };
        let threads: Vec<_> = (0..count).filter_map(start).collect();
        if threads.is_empty() {
            let source = RowSource::Text(records);
            return Err(Box::new(RowReader { source, parser, row: 0, has_ended: false }));
        }
        Ok(Self {
            records,
            chunk,
            file: parser.origin.file,
            rows: 0,
            has_ended: false,
            tasks: Some(sender),
            answers: VecDeque::new(),
            parsed: Vec::new().into_iter(),
            threads,
        })
    }

    /// The rows of the next chunk.
    fn next(&mut self) -> Option<RowBatch> {
        if let Some(batch) = self.parsed.next() {
            return Some(batch);
        }
        while !self.has_ended && self.answers.len() < self.threads.len() * Self::AHEAD {
            self.give_task();
        }
        if let Ok(batches) = self.answers.pop_front()?.recv() {
            self.parsed = batches.into_iter();
            return self.parsed.next();
        }
        // A thread that panicked must not pass for the end of the list.
        self.tasks = None;
        for thread in self.threads.drain(..) {
            if let Err(panic) = thread.join() {
                std::panic::resume_unwind(panic);
            }
        }
        None
    }

    /// Cuts off the next chunks and hands them to the threads.
    fn give_task(&mut self) {
        let mut chunks = Vec::with_capacity(Self::TOGETHER);
        let mut unreadable = None;
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
                    let row = self.rows + 1;
                    unreadable = Some(ParsedRow::unreadable(row, &self.file, Cause::from(&error)));
                }
            }
        }
        // A send fails if all threads have panicked; then no answer comes, and `next` sees it.
        if !chunks.is_empty() {
            let (answer, batches) = channel();
            let _ = self.tasks.as_ref().map(|tasks| tasks.send(ChunkTask { chunks, answer }));
            self.answers.push_back(batches);
        }
        if let Some(row) = unreadable {
            let (answer, batches) = channel();
            let rows = vec![row].into_iter();
            let _ = answer.send(vec![RowBatch { page: Arc::default(), rows }]);
            self.answers.push_back(batches);
        }
    }
}

fn parse_chunks(tasks: &Mutex<Receiver<ChunkTask>>, parser: &mut RowParser, delimiter: u8) {
    loop {
        // A poisoned lock guards nothing unfinished: a thread only waits under it.
        let next = tasks.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(ChunkTask { chunks, answer }) = next else { return };
        let batches =
            chunks.into_iter().map(|(chunk, before)| parser.chunk(chunk, delimiter, before));
        // Nobody receives it if the list was dropped before its end.
        let _ = answer.send(batches.collect());
    }
}
