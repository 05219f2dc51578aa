//! The sheet for whoever asks what became of the mailing: sums, then whom to call.

use std::collections::HashMap;

use super::{ListNow, answer_cells, answer_of, reasons};
use crate::answer::{Answer, AnswerCounts, Answered};
use crate::campaign::RowFate;
use crate::delivery::{LedgerEntry, State};
use crate::letter::Record;
use crate::notice::{self, Fate, Heading, Language};
use crate::report::{Brief, BriefCell, Sum, Tone};

/// The columns; those that are empty throughout are left out.
const COLUMNS: [Heading; 9] = [
    Heading::Number,
    Heading::Addressee,
    Heading::Organisation,
    Heading::Address,
    Heading::State,
    Heading::Answer,
    Heading::AnsweredAt,
    Heading::AnsweredBy,
    Heading::Diagnostic,
];

/// A row of the list, a letter, or both.
type Line = Vec<BriefCell>;

/// Tells every row of the list, then the letters that are no longer on it.
pub(super) fn of(
    list: &ListNow,
    title: &str,
    entries: &[LedgerEntry],
    fates: &[Fate],
    language: Language,
) -> Brief {
    let by_id: HashMap<_, _> =
        entries.iter().zip(fates).map(|(entry, fate)| (entry.id, (entry, *fate))).collect();
    let of_rows =
        list.rows.iter().map(|row| (row.letter.and_then(|id| by_id.get(&id)).copied(), Some(row)));
    let others = entries.iter().zip(fates).filter(|(entry, _)| list.row_of(entry).is_none());
    let all: Vec<_> =
        of_rows.chain(others.map(|(entry, fate)| (Some((entry, *fate)), None))).collect();
    let mut lines = Vec::with_capacity(all.len());
    let mut states: Vec<(Fate, u64)> = Vec::new();
    let mut answers = Vec::new();
    for (letter, row) in all {
        let fate = letter.map(|(_, fate)| fate).or(row.map(|row| row.fate));
        let Some(fate) = fate else { continue };
        match states.iter_mut().find(|(it, _)| *it == fate) {
            Some((_, count)) => *count += 1,
            None => states.push((fate, 1)),
        }
        let entry = letter.map(|(entry, _)| entry);
        let answered = entry.and_then(|entry| list.answers.get(&entry.id));
        if let (Some(answer), Fate::Letter(State::Accepted)) = (answer_of(entry, answered), fate) {
            answers.push(answer);
        }
        lines.push(line(list, entry, fate, row, language));
    }
    states.sort_by_key(|(fate, _)| rank(*fate));
    let is_used = |column: &usize| lines.iter().any(|line: &Line| !line[*column].text.is_empty());
    let used: Vec<usize> = (0..COLUMNS.len()).filter(is_used).collect();
    let heading = |heading| notice::heading(heading, language).to_owned();
    let now = notice::moment(jiff::Timestamp::now(), language);
    Brief {
        name: heading(Heading::Report),
        title: title.to_owned(),
        as_of: format!("{} {now}", heading(Heading::AsOf)),
        sums: [of_states(&states, language), of_answers(&answers.into_iter().collect(), language)],
        headings: used.iter().map(|column| heading(COLUMNS[*column])).collect(),
        lines: lines
            .into_iter()
            .map(|line| used.iter().map(|column| line[*column].clone()).collect())
            .collect(),
    }
}

/// In the order of [`COLUMNS`].
fn line(
    list: &ListNow,
    entry: Option<&LedgerEntry>,
    fate: Fate,
    row: Option<&RowFate>,
    language: Language,
) -> Line {
    let answered = entry.and_then(|entry| list.answers.get(&entry.id));
    let record = entry.and_then(|entry| entry.record.as_ref());
    let number = record.and_then(|record| record.number.clone());
    let number = number.or_else(|| entry.and_then(|entry| entry.number.clone()));
    // A letter that went names people as it did; the list names the others.
    let told = |of_record: fn(&Record) -> &String, of_row: fn(&RowFate) -> &String| {
        let of_record = record.map(of_record).filter(|text| !text.is_empty());
        of_record.or(row.map(of_row)).cloned().unwrap_or_default()
    };
    let address = entry.map(|entry| entry.address.clone());
    let address = address.or_else(|| row.map(|row| row.address.clone()));
    let replaced_by = entry.and_then(|entry| entry.replaced_by.as_deref());
    let [answer, at, from, text] = answer_cells(entry, answered, language).map(|(shown, _)| shown);
    let why = match (entry, row) {
        _ if !text.is_empty() => said(&text, answered, language),
        (_, _) if fate == Fate::Letter(State::Accepted) => String::new(),
        (Some(entry), _) => {
            let reply = entry.reply.as_ref().filter(|_| matches!(fate, Fate::Letter(_)));
            reply.map_or_else(
                || list.reason(entry, fate, language),
                |reply| notice::reply_words(reply, language),
            )
        }
        (None, row) => row.map(|row| reasons(&row.problems, language)).unwrap_or_default(),
    };
    let of_answer = answer_of(entry, answered).map_or(Tone::Plain, tone_of_answer);
    let plain = |text: String| BriefCell { text, tone: Tone::Plain };
    vec![
        plain(number.unwrap_or_default()),
        plain(told(|record| &record.addressee, |row| &row.who)),
        plain(told(|record| &record.organisation, |row| &row.organisation)),
        plain(address.unwrap_or_default()),
        BriefCell { text: notice::fate_and(fate, replaced_by, language), tone: tone(fate) },
        BriefCell { text: answer, tone: of_answer },
        plain(at),
        plain(from),
        plain(why),
    ]
}

/// What a mail says, shortened to the server's reply where it reports a failure with one.
pub(super) fn said(text: &str, answered: Option<&Answered>, language: Language) -> String {
    let is_bounce = answered.is_some_and(|it| it.answer == Answer::Bounced);
    let reply = reply_in(text).filter(|_| is_bounce);
    reply.map_or_else(|| text.to_owned(), |it| notice::reply_words(it, language))
}

/// The server's reply in what a report of failure says: its code, its enhanced status code, and the
/// words up to the next line of dashes.
fn reply_in(text: &str) -> Option<&str> {
    let is_code = |at: usize| {
        let mut words = text[at..].split([' ', '-']);
        let code = words.next().unwrap_or_default();
        let enhanced = words.next().unwrap_or_default();
        let is_failure = code.starts_with(['4', '5']) && code.len() == 3;
        let is_enhanced = enhanced.starts_with(['4', '5']) && enhanced.matches('.').count() == 2;
        is_failure && code.bytes().all(|it| it.is_ascii_digit()) && is_enhanced
    };
    let begins = std::iter::once(0).chain(text.match_indices(' ').map(|(at, _)| at + 1));
    let reply = &text[begins.into_iter().find(|at| is_code(*at))?..];
    Some(reply.split(" ---").next().unwrap_or(reply))
}

fn of_states(states: &[(Fate, u64)], language: Language) -> Vec<Sum> {
    let all = states.iter().map(|(_, count)| count).sum();
    let words = notice::heading(Heading::Letters, language).to_owned();
    let total = Sum { words, count: all, tone: Tone::Plain };
    let each = states.iter().map(|(fate, count)| Sum {
        words: notice::fate(*fate, language).to_owned(),
        count: *count,
        tone: tone(*fate),
    });
    std::iter::once(total).chain(each).collect()
}

fn of_answers(answers: &AnswerCounts, language: Language) -> Vec<Sum> {
    let there_are = || answers.by_weight().filter(|(_, letters)| *letters > 0);
    let all = there_are().map(|(_, letters)| letters).sum();
    let words = notice::heading(Heading::Answers, language).to_owned();
    let total = Sum { words, count: all, tone: Tone::Plain };
    let each = there_are().map(|(answer, count)| Sum {
        words: notice::answer(answer, language).to_owned(),
        count,
        tone: tone_of_answer(answer),
    });
    std::iter::once(total).chain(each).collect()
}

/// The order of the sums.
fn rank(fate: Fate) -> u8 {
    match fate {
        Fate::Letter(State::Accepted) => 0,
        Fate::Letter(State::Filed) => 1,
        Fate::Letter(State::Refused) => 2,
        Fate::Replaced => 3,
        Fate::Letter(State::Unknown | State::Sending) => 4,
        Fate::Letter(State::Waiting) => 5,
        Fate::Blocked => 6,
        Fate::Suppressed => 7,
        Fate::LeftOut(_) => 8,
    }
}

fn tone(fate: Fate) -> Tone {
    match fate {
        Fate::Letter(State::Accepted) => Tone::Plain,
        Fate::Letter(State::Filed | State::Waiting) => Tone::Pending,
        Fate::Letter(State::Unknown | State::Sending) => Tone::Attention,
        Fate::Letter(State::Refused) | Fate::Blocked => Tone::Bad,
        Fate::Replaced | Fate::Suppressed | Fate::LeftOut(_) => Tone::Quiet,
    }
}

fn tone_of_answer(answer: Answer) -> Tone {
    match answer {
        Answer::Silent => Tone::Plain,
        Answer::Replied => Tone::Good,
        Answer::Delayed | Answer::AutoReplied | Answer::Away => Tone::Pending,
        Answer::Unsure => Tone::Attention,
        Answer::Bounced | Answer::Complained => Tone::Bad,
        Answer::Unsubscribed => Tone::Quiet,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_found_in_the_words_around_it() {
        let said =
            "<a@one.test>: host mx.one.test said: 550 5.1.1 User unknown ------ This is a copy";
        assert_eq!(reply_in(said), Some("550 5.1.1 User unknown"));
        assert_eq!(reply_in("452-4.2.2 full"), Some("452-4.2.2 full"));
        assert_eq!(reply_in("в 550 школах нет 5.1.1"), None);
        assert_eq!(reply_in("нет такого ящика"), None);
    }
}
