//! `check`: reads everything and composes every letter. Writes only the files that were asked for.

use anyhow::Result;
use jiff::ZonedDateTime;

use super::load::{load_unsealed, repair, select, tell_following, warn, warn_of_second_letters};
use super::output::{self, Existing};
use crate::campaign::{Campaign, Numbers, Providers};
use crate::cli::Check;
use crate::compose::Mode;
use crate::dns::{MailStatus, Resolver};
use crate::failure::{Exit, Failure};
use crate::ledger::Ledger;
use crate::notice::{self, Language, NextStep, Notice, Summary};
use crate::problem::{Fault, FormsFault, ListFault, Place, Problem, Severity};
use crate::recipient::Cells;
use crate::report::{FaultyRows, FormsTable};
use crate::russian::forms::{Forms, Question};
use crate::terminal::Terminal;

pub(super) fn run(given: &Check, terminal: &mut Terminal) -> Result<Exit> {
    if given.all {
        terminal.list_all_problems();
    }
    terminal.gather_all_problems();
    let mut summary = Summary { command: "check", ..Summary::default() };
    let mut campaign = load_unsealed(&given.place, terminal, &mut summary)?;
    select(&mut campaign, &given.select, terminal, &mut summary)?;
    outputs_are_free(given, &campaign)?;
    tell_following(&campaign, terminal)?;
    if given.dns {
        ask_about_domains(given, &mut campaign, terminal, &mut summary)?;
    }
    let mut providers = Providers::default();
    let mut faulty = match &given.problems {
        Some(path) => Some(FaultyRows::create(path, campaign.headings(), terminal.language)?),
        None => None,
    };
    if given.list {
        terminal.start(None, &Notice::Composing);
        check_rows(&campaign, faulty.as_mut(), terminal, &mut summary)?;
    } else {
        let ledger = Ledger::look(&campaign.config.ledger)?;
        warn_of_second_letters(&campaign, ledger.as_ref(), terminal)?;
        let numbers = Numbers::new(&campaign.config.numbering, ledger.as_ref())?;
        let now = ZonedDateTime::now();
        let mut table = given.forms.as_deref().map(FormsTable::begin).transpose()?;
        // Counting reads the list once more, and only a bar needs it.
        let rows = if terminal.is_watched() { Some(campaign.count_rows()?) } else { None };
        terminal.start(rows, &Notice::Composing);
        let composed = campaign.each_draft(numbers, &now, &Mode::Real, &mut |draft| {
            summary.add(&draft.problems, draft.composed.is_some());
            campaign.count_state(&draft, ledger.as_ref(), &mut summary.account)?;
            if let (Some(table), Some(card), Some(forms)) = (&mut table, draft.card(), &draft.forms)
            {
                let doubt = doubt(&draft.problems, forms, terminal.language);
                table.add(draft.place.sheet_row(), &card.email, &card.person(), forms, &doubt)?;
            }
            if let Some(recipient) = &draft.recipient {
                providers.count(&recipient.address);
            }
            tell(&draft.problems, draft.cells(), faulty.as_mut(), terminal)?;
            terminal.progress(summary.rows, None);
            Ok(summary.must_be_mendable()?)
        });
        // What was found until then is told first.
        if summary.must_be_mendable().is_ok() {
            composed?;
        }
        if let (Some(table), Some(file)) = (table, &given.forms) {
            table.finish()?;
            terminal.tell(&Notice::FormsWritten { file: file.clone() });
        }
    }
    terminal.end_task();
    summary.seal = Some(campaign.seal().as_str().to_owned());
    terminal.tell(&campaign.list_read(summary.rows));
    warn(&campaign, terminal, &mut summary);
    let flaws = campaign.no_rows(summary.rows).into_iter().chain(campaign.flaw_of_authority());
    for problem in flaws.chain(providers.risks(&campaign.config)) {
        terminal.problem(&problem);
        summary.count(&problem);
    }
    let to_look_at = summary.warnings + summary.doubts;
    let is_unsound = summary.errors > 0 || given.strict && to_look_at > 0;
    if !is_unsound || given.all {
        terminal.tell(&campaign.mapping());
        campaign.faces().iter().for_each(|faces| terminal.tell(faces));
    }
    if is_unsound {
        terminal.result(&Notice::Unsound {
            well: summary.letters,
            is_of_rows: given.list,
            blocked: summary.blocked,
            errors: summary.errors,
            to_look_at,
        });
    }
    terminal.finish();
    if let (Some(faulty), Some(path)) = (faulty, &given.problems) {
        terminal.result(&Notice::FaultyRows { rows: faulty.finish()?, path: path.clone() });
    }
    terminal.summary(&summary);
    summary.must_be_mendable()?;
    let folder = campaign.config.folder.clone();
    if is_unsound {
        // No letter goes with an error that is no row's.
        let others = if summary.blocked > 0 { summary.letters } else { 0 };
        let repair = repair(folder, &given.select, flags(given), others);
        terminal.tell(&Notice::Next(NextStep::Repair(repair)));
        return Ok(Exit::Faulty);
    }
    if given.list {
        terminal.result(&Notice::ListAlone { rows: summary.letters });
        return Ok(Exit::Well);
    }
    terminal.result(&Notice::Checked { letters: summary.letters, to_look_at });
    if summary.letters > 0 {
        terminal.tell(&Notice::Next(NextStep::Preview { folder }));
    }
    Ok(Exit::Well)
}

/// Reports what is wrong with the rows, without their letters.
fn check_rows(
    campaign: &Campaign,
    mut faulty: Option<&mut FaultyRows>,
    terminal: &Terminal,
    summary: &mut Summary,
) -> Result<()> {
    for check in campaign.row_checks()? {
        summary.add(&check.problems, check.is_sound);
        tell(&check.problems, &check.cells, faulty.as_deref_mut(), terminal)?;
        // Rows are read faster than a bar needs to move.
        if summary.rows.is_multiple_of(1024) {
            terminal.progress(summary.rows, None);
        }
        if summary.must_be_mendable().is_err() {
            break;
        }
    }
    Ok(())
}

/// Whether the files that were asked for can be written.
fn outputs_are_free(given: &Check, campaign: &Campaign) -> Result<()> {
    let existing = Existing::from(given.replace);
    for path in given.forms.iter().chain(&given.problems) {
        output::free_of_letters(path, campaign, existing)?;
    }
    match (&given.forms, given.forms == given.problems) {
        (Some(path), true) => Err(Failure::FileThere { path: path.clone() }.into()),
        (Some(_) | None, _) => Ok(()),
    }
}

/// The flags that decide what is checked, apart from the rows.
fn flags(given: &Check) -> Vec<String> {
    let flags = [(given.list, "--list"), (given.dns, "--dns"), (given.strict, "--strict")];
    let mut flags: Vec<String> =
        flags.into_iter().filter(|(is_given, _)| *is_given).map(|(_, flag)| flag.into()).collect();
    flags.extend(given.dns_server.map(|server| format!("--dns-server {server}")));
    flags
}

/// Asks whether the list's domains accept mail. Domains that gave no answer are one warning.
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

/// What to look at in a row's forms, in words.
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
        Question::SalutationUnknown => notice::hint(
            &FormsFault::SalutationUnknown { language: String::new() }.into(),
            language,
        ),
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
    faulty.map_or(Ok(()), |faulty| faulty.add(problems, cells))
}
