//! Sets the text of blocks as print asks, each paragraph as a whole: a quotation can begin in one run
//! and end in another.

use super::markdown::{Block, Run};
use crate::russian::typography::{self, Extent, SEAM};

/// Sets all text in blocks. Code and addresses stay as they are.
pub(crate) fn set_blocks(blocks: &mut [Block], extent: Extent) {
    for block in blocks {
        match block {
            Block::Paragraph(runs) | Block::Heading { runs, .. } => set_runs(runs, extent),
            Block::List(items) => {
                items.iter_mut().for_each(|item| set_blocks(&mut item.blocks, extent));
            }
            Block::Quote(inner) | Block::Aligned { blocks: inner, .. } => set_blocks(inner, extent),
            Block::Table(table) => {
                let rows = table.rows.iter_mut().chain([&mut table.headings]);
                rows.flatten().for_each(|cell| set_runs(cell, extent));
            }
            Block::Notes(notes) => {
                notes.iter_mut().for_each(|(_, inner)| set_blocks(inner, extent));
            }
            Block::Code(_) | Block::Rule => {}
        }
    }
}

/// Sets the runs of a paragraph together: a quotation can begin in one and end in another.
fn set_runs(runs: &mut [Run], extent: Extent) {
    let mut whole = String::new();
    gather(runs, &mut whole);
    let set = typography::set(&whole, extent);
    if set != whole && set.matches(SEAM).count() == whole.matches(SEAM).count() {
        spread(runs, &mut set.split(SEAM));
    }
}

fn gather(runs: &[Run], whole: &mut String) {
    for run in runs {
        match run {
            Run::Text(text) => {
                whole.push_str(text);
                whole.push(SEAM);
            }
            // A word, for what stands beside it.
            Run::Code(_) | Run::Note(_) | Run::Picture(_) => {
                whole.push('x');
                whole.push(SEAM);
            }
            // Begins the next text.
            Run::Break => whole.push('\n'),
            Run::Strong(inner)
            | Run::Emphasis(inner)
            | Run::Underline(inner)
            | Run::Strike(inner)
            | Run::Link { runs: inner, .. } => gather(inner, whole),
        }
    }
}

fn spread<'a>(runs: &mut [Run], set: &mut impl Iterator<Item = &'a str>) {
    for run in runs {
        match run {
            Run::Text(text) => {
                if let Some(set) = set.next() {
                    set.trim_start_matches('\n').clone_into(text);
                }
            }
            Run::Code(_) | Run::Note(_) | Run::Picture(_) => drop(set.next()),
            Run::Break => {}
            Run::Strong(inner)
            | Run::Emphasis(inner)
            | Run::Underline(inner)
            | Run::Strike(inner)
            | Run::Link { runs: inner, .. } => spread(inner, set),
        }
    }
}
