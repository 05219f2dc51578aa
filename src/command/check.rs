//! `check`: everything read and composed, nothing written.

use anyhow::Result;
use jiff::Zoned;

use super::{Exit, load};
use crate::campaign::Numbers;
use crate::cli::Check;
use crate::compose::Mark;
use crate::ledger::Ledger;
use crate::notice::{Failure, Next, Notice, Summary};
use crate::screen::Screen;

pub(super) fn run(given: &Check, screen: &mut Screen) -> Result<Exit> {
    let mut summary = Summary { command: "check", ..Summary::default() };
    let campaign = load(given.place.campaign.as_deref(), screen, &mut summary)?;
    let ledger = Ledger::look(&campaign.config.folder, &campaign.config.id)?;
    let numbers = Numbers::new(&campaign.config.numbering, ledger.as_ref())?;
    let now = Zoned::now();
    screen.start(None, &Notice::Composing);
    for draft in campaign.drafts(numbers, &now, &Mark::Real)? {
        summary.add(&draft.problems, draft.composed.is_some());
        draft.problems.iter().for_each(|problem| screen.problem(problem));
        screen.progress(summary.rows, None);
    }
    screen.finish();
    screen.tell(&campaign.list_read(summary.rows));
    if let Some(problem) = campaign.no_rows(summary.rows) {
        screen.problem(&problem);
        summary.count(&problem);
    }
    screen.summary(&summary);
    if summary.errors > 0 {
        return Err(Failure::Faulty { errors: summary.errors }.into());
    }
    screen.result(&Notice::Checked { letters: summary.letters });
    screen.tell(&Notice::Next(Next::Preview { folder: campaign.config.folder.clone() }));
    Ok(Exit::Well)
}
