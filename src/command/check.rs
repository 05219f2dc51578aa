//! `check`: everything read, every letter composed. Writes only files that were asked for.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Result;
use jiff::Zoned;

use super::load::{load_unsealed, select};
use crate::campaign::{Campaign, Numbers};
use crate::cli::Check;
use crate::compose::Mode;
use crate::contacts;
use crate::dns::{MailStatus, Resolver};
use crate::failure::{Doing, Exit, Failure};
use crate::ledger::Ledger;
use crate::notice::{self, Language, NextStep, Notice, Summary};
use crate::problem::{Cause, Fault, FormsFault, ListFault, Place, Problem, Severity};
use crate::recipient::Cells;
use crate::report::FormsTable;
use crate::russian::forms::{Forms, Question};
use crate::terminal::Terminal;

pub(super) fn run(given: &Check, terminal: &mut Terminal) -> Result<Exit> {
    let mut summary = Summary { command: "check", ..Summary::default() };
    let mut campaign = load_unsealed(given.place.campaign.as_deref(), terminal, &mut summary)?;
    select(&mut campaign, &given.select, terminal, &mut summary)?;
    if given.dns {
        ask_about_domains(given, &mut campaign, terminal, &mut summary)?;
    }
    let mut faulty = match &given.problems {
        Some(path) => Some(FaultyRows::create(path, &campaign, terminal.language)?),
        None => None,
    };
    if given.list {
        terminal.start(None, &Notice::Composing);
        for check in campaign.row_checks()? {
            summary.add(&check.problems, check.is_sound);
            tell(&check.problems, &check.cells, faulty.as_mut(), terminal)?;
            // A bar that moves a thousand times a second is seen by nobody.
            if summary.rows.is_multiple_of(1024) {
                terminal.progress(summary.rows, None);
            }
        }
    } else {
        let ledger = Ledger::look(&campaign.config.folder, &campaign.config.id)?;
        let numbers = Numbers::new(&campaign.config.numbering, ledger.as_ref())?;
        let now = Zoned::now();
        let mut table = given.forms.as_deref().map(FormsTable::begin).transpose()?;
        // Counted only for a bar that somebody sees.
        let rows = if terminal.is_watched() { Some(campaign.count_rows()?) } else { None };
        terminal.start(rows, &Notice::Composing);
        campaign.each_draft(numbers, &now, &Mode::Real, &mut |draft| {
            summary.add(&draft.problems, draft.composed.is_some());
            if let (Some(table), Some(card), Some(forms)) = (&mut table, draft.card(), &draft.forms)
            {
                let doubt = doubt(&draft.problems, forms, terminal.language);
                table.add(draft.row, &card.email, &card.person(), forms, &doubt)?;
            }
            tell(&draft.problems, draft.cells(), faulty.as_mut(), terminal)?;
            terminal.progress(summary.rows, None);
            Ok(())
        })?;
        if let (Some(table), Some(file)) = (&mut table, &given.forms) {
            table.finish()?;
            terminal.tell(&Notice::FormsWritten { file: file.clone() });
        }
    }
    terminal.finish();
    summary.seal = Some(campaign.seal().as_str().to_owned());
    terminal.tell(&campaign.list_read(summary.rows));
    terminal.tell(&campaign.mapping());
    if let Some(problem) = campaign.no_rows(summary.rows) {
        terminal.problem(&problem);
        summary.count(&problem);
    }
    if let Some(faulty) = faulty {
        let (rows, path) = faulty.finish()?;
        terminal.result(&Notice::FaultyRows { rows, path });
    }
    terminal.summary(&summary);
    if summary.errors > 0 {
        return Err(Failure::Faulty { errors: summary.errors }.into());
    }
    if given.list {
        terminal.result(&Notice::ListAlone { rows: summary.letters });
        return Ok(Exit::Well);
    }
    terminal.result(&Notice::Checked {
        letters: summary.letters,
        to_look_at: summary.warnings + summary.doubts,
    });
    terminal.tell(&Notice::Next(NextStep::Preview { folder: campaign.config.folder.clone() }));
    Ok(Exit::Well)
}

/// Asks whether the list's domains take mail. That nobody could be asked is told once and hinders
/// nothing.
fn ask_about_domains(
    given: &Check,
    campaign: &mut Campaign,
    terminal: &mut Terminal,
    summary: &mut Summary,
) -> Result<()> {
    let domains = campaign.domains()?;
    let server = given.dns_server.or(campaign.config.contacts.resolver);
    let resolver = server.map_or_else(Resolver::of_system, Resolver::at);
    terminal.start(Some(domains.len() as u64), &Notice::AskingDns);
    let answers = resolver.ask(&domains, |done| terminal.progress(done, None));
    terminal.finish();
    let mut unanswered = answers
        .iter()
        .filter(|(_, mail)| **mail == MailStatus::Unanswered)
        .map(|(domain, _)| domain);
    if let Some(example) = unanswered.next().cloned() {
        let fault = ListFault::DnsUnanswered { domains: unanswered.count() as u64 + 1, example };
        let place = Place::file(campaign.config.contacts.file.as_str());
        let problem = Problem::error(place, fault).with_severity(Severity::Warning);
        terminal.problem(&problem);
        summary.count(&problem);
    }
    let without = answers.into_iter().filter_map(|(domain, mail)| match mail {
        MailStatus::Not(why) => Some((domain, why)),
        MailStatus::Accepts | MailStatus::Unanswered => None,
    });
    campaign.set_domains_without_mail(without.collect());
    Ok(())
}

/// All that is to be looked at in a row's forms, in words.
fn doubt(problems: &[Problem], forms: &Forms, language: Language) -> String {
    let mut words: Vec<String> = problems
        .iter()
        .map(|problem| &problem.fault)
        .filter(|fault| matches!(fault, Fault::Forms(FormsFault::NameOrder { .. })))
        .map(|fault| notice::fault(fault, language))
        .collect();
    words.extend(forms.doubts.iter().map(|doubt| {
        let (nominative, proposed) = (doubt.nominative.clone(), doubt.proposed.clone());
        let fault = FormsFault::FormDoubtful {
            nominative,
            proposed,
            reason: doubt.reason.clone(),
            column: Some(doubt.remedy),
        };
        notice::fault(&fault.into(), language)
    }));
    words.extend(forms.question.map(|question| match question {
        Question::GenderUnknown => {
            notice::hint(&FormsFault::GenderUnknown { name: String::new() }.into(), language)
        }
        Question::GenderContradicted { one, other } => {
            notice::fault(&FormsFault::GenderContradicted { one, other }.into(), language)
        }
    }));
    words.join("; ")
}

fn tell(
    problems: &[Problem],
    cells: &Cells,
    faulty: Option<&mut FaultyRows>,
    terminal: &Terminal,
) -> Result<()> {
    problems.iter().for_each(|problem| terminal.problem(problem));
    match faulty {
        Some(faulty) if problems.iter().any(|problem| problem.severity == Severity::Error) => {
            faulty.add(problems, cells)
        }
        Some(_) | None => Ok(()),
    }
}

/// A CSV file of the rows that have errors, as Excel opens it: UTF-8 with its mark, semicolons.
struct FaultyRows {
    file: BufWriter<File>,
    path: PathBuf,
    /// The columns of the list, the reason of an earlier time left out.
    own: Vec<usize>,
    rows: u64,
    language: Language,
}

impl FaultyRows {
    fn create(path: &Path, campaign: &Campaign, language: Language) -> Result<Self> {
        // The list itself is never written.
        if campaign.is_list(path) {
            let cause = Cause::Exists;
            return Err(
                Failure::File { doing: Doing::Creating, path: path.to_owned(), cause }.into()
            );
        }
        let file =
            File::create(path).map_err(|error| Failure::file(Doing::Creating, path, &error))?;
        // A list that came out of here once has the column already.
        let columns = campaign
            .headings()
            .iter()
            .enumerate()
            .filter(|(_, heading)| !contacts::is_reason(heading));
        let own = columns.map(|(column, _)| column).collect();
        let mut rows =
            Self { file: BufWriter::new(file), path: path.to_owned(), own, rows: 0, language };
        rows.write("\u{feff}")?;
        let [english, russian] = contacts::REASONS;
        let reason = match language {
            Language::English => english,
            Language::Russian => russian,
        };
        let own = campaign
            .headings()
            .iter()
            .map(String::as_str)
            .filter(|heading| !contacts::is_reason(heading));
        rows.line(own.chain([reason]))?;
        Ok(rows)
    }

    fn add(&mut self, problems: &[Problem], cells: &Cells) -> Result<()> {
        self.rows += 1;
        let language = self.language;
        let reasons =
            problems.iter().filter(|problem| problem.severity == Severity::Error).map(|problem| {
                let field = notice::field_of(problem, language)
                    .map(|field| format!("{field}: "))
                    .unwrap_or_default();
                let (what, way_on) = (
                    notice::fault(&problem.fault, language),
                    notice::hint(&problem.fault, language),
                );
                format!("{}: {field}{what}; {way_on}", problem.place)
            });
        let reason = reasons.collect::<Vec<_>>().join("\n");
        let own: Vec<&str> =
            self.own.iter().map(|column| cells.get(*column).unwrap_or_default()).collect();
        self.line(own.into_iter().chain([reason.as_str()]))
    }

    fn line<'a>(&mut self, cells: impl Iterator<Item = &'a str>) -> Result<()> {
        let line = cells.map(for_excel).collect::<Vec<_>>().join(";");
        self.write(&format!("{line}\r\n"))
    }

    fn write(&mut self, text: &str) -> Result<()> {
        let written = self.file.write_all(text.as_bytes());
        written.map_err(|error| Failure::file(Doing::Writing, &self.path, &error).into())
    }

    fn finish(mut self) -> Result<(u64, PathBuf)> {
        self.file.flush().map_err(|error| Failure::file(Doing::Writing, &self.path, &error))?;
        Ok((self.rows, self.path))
    }
}

/// A cell that Excel takes for text: what it would run as a formula gets an apostrophe before it,
/// save plain numbers and telephone numbers, which run nothing.
fn for_excel(cell: &str) -> String {
    let is_formula = match cell.trim_start().chars().next() {
        Some('=' | '@') => true,
        Some('+' | '-') => {
            cell.contains(|c: char| !c.is_ascii_digit() && !"+-(). ,\u{a0}".contains(c))
        }
        Some(_) | None => cell.starts_with(['\t', '\r', '\n']),
    };
    let cell = if is_formula { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains([';', '"', '\n', '\r', ',', '\t']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::for_excel;

    #[test]
    fn a_cell_is_never_a_formula() {
        for (cell, written) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-2+cmd|' /C calc'!A0", "'-2+cmd|' /C calc'!A0"),
            ("+7 (999) 000-11-22", "+7 (999) 000-11-22"),
            ("-5", "-5"),
            (" =1", "' =1"),
            ("ООО «Ромашка»; \"Лютик\"", "\"ООО «Ромашка»; \"\"Лютик\"\"\""),
        ] {
            assert_eq!(for_excel(cell), written);
        }
    }
}
