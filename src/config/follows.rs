//! `[follows]`: the campaign that this one follows.

use std::path::{Path, PathBuf};

use super::table_reader::TableReader;
use crate::policy::{FollowTo, Wait};
use crate::problem::{ConfigFault, Expected};

/// `[follows]`
#[derive(Debug, Clone)]
pub struct FollowsTable {
    /// The folder of the campaign that is followed.
    pub campaign: PathBuf,
    pub to: Vec<FollowTo>,
    /// How long after a letter of that campaign.
    pub after: Option<Wait>,
    /// Whether the letters stand in the thread of those that they follow.
    pub thread: bool,
}

pub(super) fn read(table: &mut TableReader, folder: &Path) -> Option<FollowsTable> {
    let campaign = table.required_text("campaign");
    let named: Vec<String> = if table.is_text("to") {
        table.text("to").into_iter().collect()
    } else {
        table.placed_texts("to").into_iter().map(|(name, _)| name).collect()
    };
    let mut to = Vec::new();
    for name in named {
        match FollowTo::parse(&name) {
            Some(choice) => to.push(choice),
            None => table.fault("to", |key| ConfigFault::ValueUnknown {
                key,
                value: name,
                allowed: FollowTo::NAMES.map(|(name, _)| name).to_vec(),
            }),
        }
    }
    if to.is_empty() {
        to.push(FollowTo::Silent);
    }
    let after = table.parsed("after", Expected::Wait, Wait::parse);
    let thread = table.yes_no("thread").unwrap_or(true);
    Some(FollowsTable { campaign: folder.join(campaign?), to, after, thread })
}
