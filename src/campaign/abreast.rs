//! Composing on all cores: rows are handed out in batches, and the letters come back in the order
//! of the list.
//!
//! The calling thread reads the list and knows the numbers; the others only compose. So much is
//! under way at once that nobody waits, and no more: memory stays flat however long the list is.

use std::collections::VecDeque;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, PoisonError};

use anyhow::Result;
use jiff::Zoned;

use super::numbers::{Numbered, Numbers};
use super::{Campaign, Draft};
use crate::compose::Mode;
use crate::contacts::ListRow;
use crate::failure::Failure;

/// So many rows are handed out together.
const BATCH: usize = 32;

/// So many batches for each thread are under way.
const AHEAD: usize = 3;

/// Rows to compose, and where the drafts go.
struct Task {
    rows: Vec<(ListRow, Numbered)>,
    answer: Sender<Vec<(Draft, Numbered)>>,
}

impl Campaign {
    /// Composes the letter of every row and gives each draft to `each`, in the order of the list.
    ///
    /// # Errors
    /// The same as [`Campaign::rows`], and what `each` says.
    pub fn each_draft(
        &self,
        mut numbers: Numbers,
        date: &Zoned,
        mode: &Mode,
        each: &mut dyn FnMut(Draft) -> Result<()>,
    ) -> Result<()> {
        let mut rows = self.rows()?;
        let first: Vec<ListRow> = rows.by_ref().take(BATCH).collect();
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let rows = first.into_iter().chain(rows);
        if threads == 1 || rows.size_hint().0 < BATCH {
            return rows.map(|row| self.draft(row, &mut numbers, date, mode)).try_for_each(each);
        }
        let (hand_out, tasks) = mpsc::channel();
        let tasks = Mutex::new(tasks);
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| self.compose_tasks(&tasks, date, mode));
            }
            let done = self.hand_out(
                rows,
                &mut numbers,
                &hand_out,
                threads * AHEAD,
                &mut |mut draft, numbered, numbers| {
                    let due = numbers.due(&numbered);
                    // A letter before it failed after this one was numbered.
                    if due != numbered.number {
                        let numbered =
                            Numbered { number: due, promise: numbered.promise.clone(), ..numbered };
                        self.compose_draft(&mut draft, &numbered, date, mode);
                    }
                    numbers.given_out(&numbered, &draft);
                    each(draft)
                },
            );
            // The threads end when nobody can hand out any more.
            drop(hand_out);
            done
        })
    }

    /// Hands rows out and takes the drafts back in order.
    fn hand_out(
        &self,
        mut rows: impl Iterator<Item = ListRow>,
        numbers: &mut Numbers,
        hand_out: &Sender<Task>,
        most: usize,
        take: &mut dyn FnMut(Draft, Numbered, &mut Numbers) -> Result<()>,
    ) -> Result<()> {
        let mut under_way = VecDeque::new();
        // Letters that were numbered and whose drafts are not back.
        let mut new_ahead = 0;
        loop {
            while under_way.len() < most {
                let mut batch = Vec::with_capacity(BATCH);
                for row in rows.by_ref().take(BATCH) {
                    let numbered = numbers
                        .of(row.recipient.as_ref().map(|recipient| self.id(recipient)), new_ahead);
                    new_ahead += u64::from(numbered.is_new);
                    batch.push((row, numbered));
                }
                if batch.is_empty() {
                    break;
                }
                let (answer, drafts) = mpsc::channel();
                under_way.push_back(drafts);
                let gone = |_| Failure::Ours { detail: "nobody composes any more".into() };
                hand_out.send(Task { rows: batch, answer }).map_err(gone)?;
            }
            let Some(drafts) = under_way.pop_front() else { return Ok(()) };
            let gone = |_| Failure::Ours { detail: "a thread that composed is gone".into() };
            for (draft, numbered) in drafts.recv().map_err(gone)? {
                new_ahead -= u64::from(numbered.is_new);
                take(draft, numbered, numbers)?;
            }
        }
    }

    fn compose_tasks(&self, tasks: &Mutex<Receiver<Task>>, date: &Zoned, mode: &Mode) {
        loop {
            // What a thread that panicked leaves behind is whole: it only waited under the lock.
            let next = tasks.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok(Task { rows, answer }) = next else { return };
            let drafts = rows.into_iter().map(|(row, numbered)| {
                let mut draft = self.prepare(row);
                self.compose_draft(&mut draft, &numbered, date, mode);
                (draft, numbered)
            });
            // Nobody wants them any more where the list ended early.
            let _ = answer.send(drafts.collect());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::campaign::testing::campaign;

    /// A list longer than what is under way at once; every fiftieth row has no number for a code.
    fn list() -> String {
        (0..1200).fold("email;code\r\n".to_owned(), |mut list, n| {
            let code = if n % 50 == 49 { "seven" } else { "7" };
            let _ = write!(list, "p{n}@one.test;{code}\r\n");
            list
        })
    }

    fn told(draft: &Draft) -> (u64, Option<(String, String)>, Vec<&'static str>) {
        let letter = draft.composed.as_ref().map(|composed| {
            (composed.letter.number.clone().unwrap_or_default(), composed.text.clone())
        });
        (draft.row, letter, draft.problems.iter().map(|problem| problem.fault.code()).collect())
    }

    #[test]
    fn letters_composed_on_all_cores_are_those_composed_one_by_one() {
        let (_folder, campaign) = campaign(
            &list(),
            "No. {{ letter.number }} {{ code | int }}",
            "[register]\nfirst = 7\n",
        );
        let numbers = || Numbers::new(&campaign.config.numbering, None).unwrap();
        let now = Zoned::now();
        let mut abreast = Vec::new();
        let mut each = |draft: Draft| {
            abreast.push(told(&draft));
            Ok(())
        };
        campaign.each_draft(numbers(), &now, &Mode::Real, &mut each).unwrap();
        let one_by_one: Vec<_> = campaign
            .drafts(numbers(), &now, &Mode::Real)
            .unwrap()
            .map(|draft| told(&draft))
            .collect();
        assert!(abreast == one_by_one);
        // A letter that fails leaves its number to the next.
        let numbers = abreast.iter().filter_map(|(_, letter, _)| letter.as_ref());
        let numbers: Vec<String> = numbers.map(|(number, _)| number.clone()).collect();
        assert_eq!(numbers, (7..7 + 1176).map(|n: u32| n.to_string()).collect::<Vec<_>>());
    }

    #[test]
    fn composing_ends_with_whoever_takes_the_drafts() {
        let (_folder, campaign) = campaign(&list(), "Hello", "");
        let numbers = Numbers::new(&campaign.config.numbering, None).unwrap();
        let mut taken = 0;
        let ended = campaign.each_draft(numbers, &Zoned::now(), &Mode::Real, &mut |draft| {
            taken += 1;
            if draft.row == 100 { Err(anyhow::anyhow!("enough")) } else { Ok(()) }
        });
        assert_eq!((ended.unwrap_err().to_string(), taken), ("enough".to_owned(), 100));
    }
}
