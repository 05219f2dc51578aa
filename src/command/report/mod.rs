//! `report`: what became of each letter and of each row without one, one by one, or as a table with
//! the list's own columns.
//!
//! A letter that went is told as it went, from the ledger. The list is read as it is now.

mod brief;

use std::collections::HashMap;

use anyhow::Result;
use serde_json::json;

use super::inbox::counts_of;
use super::load::{load_if_sound, settings_and_leave};
use super::local::zoned;
use super::output;
use crate::answer::{Answer, Answered};
use crate::campaign::{self, Campaign, Numbers, RowFate};
use crate::cli::Report;
use crate::config::Config;
use crate::delivery::{Account, LedgerEntry, State};
use crate::failure::Exit;
use crate::ledger::Ledger;
use crate::letter::{LetterId, Record};
use crate::notice::{self, Fate, Heading, InboxNotice, Lacks, Language, Notice, RowLine, Summary};
use crate::preview::Outcome;
use crate::problem::{Problem, Severity};
use crate::report::{Column, Table, TableRow};
use crate::russian::dates;
use crate::suppression::Suppression;
use crate::terminal::Terminal;

/// The columns that are added to the list's, with their names in JSON.
const COLUMNS: [(&str, Heading); 12] = [
    ("address", Heading::Address),
    ("number", Heading::Number),
    ("date", Heading::Date),
    ("addressee", Heading::Addressee),
    ("subject", Heading::Subject),
    ("state", Heading::State),
    ("at", Heading::Time),
    ("reply", Heading::Reply),
    ("answer", Heading::Answer),
    ("answered_at", Heading::AnsweredAt),
    ("answer_from", Heading::AnsweredBy),
    ("diagnostic", Heading::Diagnostic),
];

pub(super) fn run(given: &Report, terminal: &Terminal) -> Result<Exit> {
    let (file, config) =
        settings_and_leave(given.place.campaign.as_deref(), given.place.trust.into(), terminal)?;
    let ledger = Ledger::look(&config.ledger)?;
    let mut entries = ledger.as_ref().map_or(Ok(Vec::new()), |ledger| ledger.entries(None))?;
    for entry in entries.iter_mut().filter(|entry| entry.went().is_none()) {
        // What was put off may say something else when it goes.
        entry.record = None;
    }
    let out = output::table(&given.out, &config)?;
    let suppression = campaign::suppression(&config).unwrap_or_default();
    let campaign = load_if_sound(&file, given.place.trust.into())?;
    if let (Some((path, _)), Some(campaign)) = (&out, &campaign) {
        output::not_of_letters(path, campaign)?;
    }
    let mut list = match campaign {
        Some(campaign) => ListNow::read(&campaign, ledger.as_ref(), &entries)?,
        None => ListNow::of_letters_alone(&config, &entries, terminal),
    };
    list.answers = ledger.as_ref().map_or(Ok(HashMap::new()), Ledger::answers)?;
    let fates: Vec<Fate> = entries.iter().map(|entry| list.fate(entry, &suppression)).collect();
    let account = ledger.as_ref().map_or(Ok(Account::default()), Ledger::account)?;
    let mut summary = list.count(account, &entries, &fates);
    summary.answers = Some(counts_of(&entries, &list.answers));
    if let Some((path, form)) = out {
        let table = list.table(config.name.clone(), &entries, &fates, terminal.language);
        table.write(path, form)?;
        terminal
            .result(&Notice::Written { path: path.to_owned(), lines: table.lines.len() as u64 });
    } else {
        if entries.is_empty() {
            terminal.result(&Notice::NothingSentYet);
        }
        list.tell(&entries, &fates, terminal);
    }
    if summary.letters > 0 && !entries.is_empty() {
        terminal.result(&Notice::Account {
            account: summary.account,
            blocked: summary.blocked,
            suppressed: summary.suppressed,
            left_out: summary.left_out,
        });
    }
    terminal.summary(&summary);
    Ok(Exit::Well)
}

/// The list as it is now; empty if it, or the letter, has a fault that lets nothing be read.
#[derive(Default)]
struct ListNow {
    headings: Vec<String>,
    rows: Vec<RowFate>,
    /// The rows of letters that the ledger knows.
    of_letters: HashMap<LetterId, usize>,
    /// What came back for letters.
    answers: HashMap<LetterId, Answered>,
}

impl ListNow {
    fn read(campaign: &Campaign, ledger: Option<&Ledger>, entries: &[LedgerEntry]) -> Result<Self> {
        let states: HashMap<LetterId, State> =
            entries.iter().map(|entry| (entry.id, entry.state)).collect();
        let numbers = Numbers::new(&campaign.config.numbering, ledger)?;
        let chosen = ledger.map_or(Ok(None), Ledger::last_choice)?;
        let mut list = Self { headings: campaign.headings().to_vec(), ..Self::default() };
        campaign.each_fate(numbers, &|id| states.get(&id).copied(), chosen, &mut |row| {
            list.of_letters.extend(row.letter.map(|id| (id, list.rows.len())));
            list.rows.push(row);
            Ok(())
        })?;
        Ok(list)
    }

    /// What can be told where the campaign cannot be read: it says itself what is missing.
    fn of_letters_alone(config: &Config, entries: &[LedgerEntry], terminal: &Terminal) -> Self {
        let states: HashMap<LetterId, State> =
            entries.iter().map(|entry| (entry.id, entry.state)).collect();
        let read = campaign::rows_with_letters(config, &|id| states.get(&id).copied());
        let lacks = if read.is_some() { Lacks::RowsWithoutLetter } else { Lacks::List };
        terminal.warn(&Notice::ToldFromRecord { lacks, folder: config.folder.clone() });
        let (headings, rows) = read.unwrap_or_default();
        let of_letters = rows.iter().enumerate().filter_map(|(at, row)| Some((row.letter?, at)));
        let of_letters = of_letters.collect();
        Self { headings, rows, of_letters, ..Self::default() }
    }

    fn row_of(&self, entry: &LedgerEntry) -> Option<&RowFate> {
        self.of_letters.get(&entry.id).map(|row| &self.rows[*row])
    }

    /// The rows that have no letter in the ledger.
    fn others(&self) -> impl Iterator<Item = &RowFate> {
        self.rows.iter().filter(|row| row.letter.is_none())
    }

    /// What becomes of a letter of the ledger.
    fn fate(&self, entry: &LedgerEntry, suppression: &Suppression) -> Fate {
        match self.row_of(entry) {
            Some(row) if entry.state == State::Waiting => row.fate,
            None if entry.state == State::Waiting && suppression.forbids(&entry.address) => {
                Fate::Suppressed
            }
            Some(_) | None => Fate::of(entry),
        }
    }

    /// Counts letters and rows: a letter that waits and cannot go is counted as why it cannot.
    fn count(&self, account: Account, entries: &[LedgerEntry], fates: &[Fate]) -> Summary {
        let rows = self.rows.len() as u64;
        let mut summary = Summary { command: "report", rows, account, ..Summary::default() };
        for (entry, fate) in entries.iter().zip(fates) {
            if entry.state == State::Waiting && *fate != Fate::Letter(State::Waiting) {
                summary.account.waiting = summary.account.waiting.saturating_sub(1);
                summary.count_row(*fate);
            }
        }
        for row in self.others() {
            summary.account.waiting += u64::from(row.fate == Fate::Letter(State::Waiting));
            summary.count_row(row.fate);
        }
        summary.letters = summary.account.letters();
        summary
    }

    /// Reports the letters in the order of the ledger, then the rows without one.
    fn tell(&self, entries: &[LedgerEntry], fates: &[Fate], terminal: &Terminal) {
        for (entry, fate) in entries.iter().zip(fates) {
            let answered = self.answers.get(&entry.id);
            let row = self.row_of(entry).map(|row| row.sheet_row);
            terminal.letter_with(entry, *fate, answered, [("sheet_row", row.into())]);
            let reply = self.reason(entry, *fate, terminal.language);
            terminal.result(&Notice::LetterSettled {
                address: entry.address.clone(),
                fate: *fate,
                replaced_by: entry.replaced_by.clone(),
                reply,
            });
            if let Some(answered) = answered {
                terminal.result(&Notice::Inbox(InboxNotice::Answered(answered.clone())));
            }
        }
        for row in self.others() {
            let RowFate { row, sheet_row, address, fate, problems, .. } = row;
            let (row, sheet_row) = (*row, *sheet_row);
            terminal.row(&RowLine { row, sheet_row, address, fate: *fate, problems });
            if !entries.is_empty() {
                terminal.result(&Notice::RowSettled {
                    row: sheet_row,
                    address: address.clone(),
                    fate: *fate,
                    reason: reasons(problems, terminal.language),
                });
            }
        }
    }

    /// The relay's reply, or why the letter cannot go.
    fn reason(&self, entry: &LedgerEntry, fate: Fate, language: Language) -> String {
        match (fate, self.row_of(entry)) {
            (Fate::Letter(State::Waiting), None) if !self.rows.is_empty() => {
                notice::not_on_list(language).to_owned()
            }
            (Fate::Letter(_) | Fate::Replaced, _) => entry.reply.clone().unwrap_or_default(),
            (_, Some(row)) => reasons(&row.problems, language),
            (_, None) => String::new(),
        }
    }

    /// Every row of the list with what became of it, then the letters that are no longer on it.
    fn table(
        &self,
        title: String,
        entries: &[LedgerEntry],
        fates: &[Fate],
        language: Language,
    ) -> Table {
        let by_id: HashMap<LetterId, usize> =
            entries.iter().enumerate().map(|(at, entry)| (entry.id, at)).collect();
        let mut lines = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            let at = row.letter.and_then(|id| by_id.get(&id));
            let entry = at.map(|at| (&entries[*at], fates[*at]));
            let mut own = row.cells.clone();
            own.resize(self.headings.len(), String::new());
            let reasons = reasons(&row.problems, language);
            let mut added = match entry {
                Some((entry, fate)) => cells(entry, fate, reasons, language),
                None => cells_without_letter(row, &reasons, language),
            };
            let entry = entry.map(|(entry, _)| entry);
            let answered = entry.and_then(|entry| self.answers.get(&entry.id));
            added.extend(answer_cells(entry, answered, language));
            lines.push(TableRow { own, added });
        }
        let is_email =
            |heading: &String| heading.contains("mail") || heading.to_lowercase().contains("почт");
        let email = self.headings.iter().position(is_email);
        for (entry, fate) in entries.iter().zip(fates) {
            if self.of_letters.contains_key(&entry.id) {
                continue;
            }
            let mut own = vec![String::new(); self.headings.len()];
            if let Some(email) = email {
                own[email].clone_from(&entry.address);
            }
            let mut added = cells(entry, *fate, self.reason(entry, *fate, language), language);
            added.extend(answer_cells(Some(entry), self.answers.get(&entry.id), language));
            lines.push(TableRow { own, added });
        }
        let heading = |heading| notice::heading(heading, language).to_owned();
        let added = COLUMNS.map(|(key, name)| Column { key, heading: heading(name) }).to_vec();
        let (name, own) = (heading(Heading::Everything), self.headings.clone());
        let brief = Some(brief::of(self, &title, entries, fates, language));
        Table { name, title, signature: None, own, added, lines, brief }
    }
}

/// What came back for a letter, in the order of [`COLUMNS`] behind the reply.
pub(super) fn answer_cells(
    entry: Option<&LedgerEntry>,
    answered: Option<&Answered>,
    language: Language,
) -> [(String, serde_json::Value); 4] {
    let answer = answer_of(entry, answered);
    let mut words = answer.map_or("", |it| notice::answer(it, language)).to_owned();
    if let Some(bounce) = answered.and_then(|it| it.bounce) {
        words = format!("{words}: {}", notice::bounce(bounce, language));
    }
    if let Some(until) = answered.and_then(|it| it.until) {
        words = format!("{words} → {}", notice::day(until, language));
    }
    let at = answered.map(|it| it.at);
    let from = answered.map_or_else(String::new, |it| match &it.name {
        Some(name) => format!("{name} <{}>", it.from),
        None => it.from.clone(),
    });
    let text = answered.map(|it| it.diagnostic.as_ref().unwrap_or(&it.excerpt));
    [
        (words, json!(answer.map(Answer::as_str))),
        (at.map(|at| notice::moment(at, language)).unwrap_or_default(), json!(at.map(zoned))),
        (from, json!(answered.map(|it| &it.from))),
        (text.cloned().unwrap_or_default(), json!(text)),
    ]
}

/// What became of a letter that went, for the gallery; `None` if it has still to go.
pub(super) fn outcome(
    entry: &LedgerEntry,
    answered: Option<&Answered>,
    language: Language,
) -> Option<Outcome> {
    let fate = Fate::of(entry);
    let [words, at, from, text] =
        answer_cells(Some(entry), answered, language).map(|(shown, _)| shown);
    match (answer_of(Some(entry), answered), entry.state) {
        (_, State::Waiting | State::Filed) => None,
        (Some(answer), _) => Some(Outcome {
            kind: answer.as_str(),
            kind_words: notice::answer(answer, language),
            words,
            at,
            from,
            text: brief::said(&text, answered, language),
        }),
        (None, State::Accepted | State::Refused | State::Unknown | State::Sending) => {
            let reply = entry.reply.as_deref().unwrap_or_default();
            Some(Outcome {
                kind: fate.as_str(),
                kind_words: notice::fate(fate, language),
                words: notice::fate_and(fate, entry.replaced_by.as_deref(), language),
                at: notice::moment(entry.changed, language),
                from: String::new(),
                text: notice::reply_words(reply, language),
            })
        }
    }
}

/// The answer of a letter; `None` if nobody has it.
fn answer_of(entry: Option<&LedgerEntry>, answered: Option<&Answered>) -> Option<Answer> {
    let is_accepted = entry.is_some_and(|entry| entry.state == State::Accepted);
    answered.map(|it| it.answer).or(is_accepted.then_some(Answer::Silent))
}

/// What became of a letter, in the order of [`COLUMNS`].
fn cells(
    entry: &LedgerEntry,
    fate: Fate,
    reasons: String,
    language: Language,
) -> Vec<(String, serde_json::Value)> {
    let Record { number, date, addressee, subject, .. } = entry.record.clone().unwrap_or_default();
    let number = number.or_else(|| entry.number.clone());
    let reply = entry.reply.clone().filter(|_| matches!(fate, Fate::Letter(_) | Fate::Replaced));
    let shown = reply.as_ref().map_or(reasons, |reply| notice::reply_words(reply, language));
    vec![
        (entry.address.clone(), json!(entry.address)),
        (number.clone().unwrap_or_default(), json!(number)),
        (date.parse().map(dates::short).unwrap_or_default(), json!(date)),
        (addressee.clone(), json!(addressee)),
        (subject.clone(), json!(subject)),
        (notice::fate_and(fate, entry.replaced_by.as_deref(), language), json!(fate.as_str())),
        (notice::moment(entry.changed, language), json!(zoned(entry.changed))),
        (shown.clone(), json!(reply.unwrap_or(shown))),
    ]
}

/// What becomes of a row without a letter, in the order of [`COLUMNS`].
fn cells_without_letter(
    row: &RowFate,
    reasons: &str,
    language: Language,
) -> Vec<(String, serde_json::Value)> {
    let nothing = || (String::new(), serde_json::Value::Null);
    let state = (notice::fate(row.fate, language).to_owned(), json!(row.fate.as_str()));
    let mut cells = vec![nothing(), nothing(), nothing(), nothing(), nothing()];
    cells.extend([state, nothing(), (reasons.to_owned(), json!(reasons))]);
    cells
}

/// Why a row has no letter: its errors, or what leaves it out.
fn reasons(problems: &[Problem], language: Language) -> String {
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error);
    let others = problems
        .iter()
        .find(|problem| problem.suppresses() || problem.leaves_out().is_some())
        .filter(|problem| problem.severity != Severity::Error);
    let words = errors.chain(others).map(|problem| notice::fault(&problem.fault, language));
    words.collect::<Vec<_>>().join("; ")
}
