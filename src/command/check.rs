//! `check`: everything read and composed, nothing written.

use anyhow::Result;
use jiff::Zoned;

use super::{Exit, load};
use crate::campaign::Numbers;
use crate::cli::Check;
use crate::compose::Mark;
use crate::ledger::Ledger;
use crate::notice::{self, Failure, Language, Next, Notice, Summary};
use crate::place::{Fault, Problem};
use crate::report::FormsTable;
use crate::russian::forms::{Forms, Question};
use crate::screen::Screen;

pub(super) fn run(given: &Check, screen: &mut Screen) -> Result<Exit> {
    let mut summary = Summary { command: "check", ..Summary::default() };
    let campaign = load(given.place.campaign.as_deref(), screen, &mut summary)?;
    let ledger = Ledger::look(&campaign.config.folder, &campaign.config.id)?;
    let numbers = Numbers::new(&campaign.config.numbering, ledger.as_ref())?;
    let now = Zoned::now();
    let mut table = given.forms.as_deref().map(FormsTable::begin).transpose()?;
    screen.start(None, &Notice::Composing);
    for draft in campaign.drafts(numbers, &now, &Mark::Real)? {
        summary.add(&draft.problems, draft.composed.is_some());
        if let (Some(table), Some((card, forms))) = (&mut table, &draft.person) {
            table.add(
                draft.row,
                &card.email,
                &card.person(),
                forms,
                &doubt(&draft.problems, forms, screen.language),
            )?;
        }
        draft.problems.iter().for_each(|problem| screen.problem(problem));
        screen.progress(summary.rows, None);
    }
    screen.finish();
    if let (Some(table), Some(file)) = (&mut table, &given.forms) {
        table.finish()?;
        screen.tell(&Notice::FormsWritten { file: file.clone() });
    }
    screen.tell(&campaign.list_read(summary.rows));
    if let Some(problem) = campaign.no_rows(summary.rows) {
        screen.problem(&problem);
        summary.count(&problem);
    }
    screen.summary(&summary);
    if summary.errors > 0 {
        return Err(Failure::Faulty { errors: summary.errors }.into());
    }
    screen.result(&Notice::Checked { letters: summary.letters, to_look_at: summary.warnings + summary.doubts });
    screen.tell(&Notice::Next(Next::Preview { folder: campaign.config.folder.clone() }));
    Ok(Exit::Well)
}

/// All that is to be looked at in a row's forms, in words.
fn doubt(problems: &[Problem], forms: &Forms, language: Language) -> String {
    let mut words: Vec<String> = problems
        .iter()
        .map(|problem| &problem.fault)
        .filter(|fault| matches!(fault, Fault::NameOrder { .. }))
        .map(|fault| notice::fault(fault, language))
        .collect();
    words.extend(forms.doubts.iter().map(|doubt| {
        let (nominative, proposed) = (doubt.nominative.clone(), doubt.proposed.clone());
        let fault =
            Fault::FormDoubtful { nominative, proposed, reason: doubt.reason.clone(), column: Some(doubt.remedy) };
        notice::fault(&fault, language)
    }));
    words.extend(forms.question.map(|question| match question {
        Question::GenderUnknown => notice::hint(&Fault::GenderUnknown { name: String::new() }, language),
        Question::GenderContradicted { one, other } => {
            notice::fault(&Fault::GenderContradicted { one, other }, language)
        }
    }));
    words.join("; ")
}
