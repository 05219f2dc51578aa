//! `[contacts]`: the list, and what goes with it.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::Placed;
use super::table_reader::TableReader;
use crate::contacts::{self, DuplicatePolicy, ListSettings, ManyAddresses, OddRowPolicy, OddRows};
use crate::dns;
use crate::encoding::Encoding;
use crate::problem::Expected;

/// `[contacts]`
#[derive(Debug, Clone)]
pub struct ContactsTable {
    pub file: String,
    /// How the list is read, as far as the file says it.
    pub list: ListSettings,
    /// A list of forms that a person has reviewed, as `check --forms` writes it.
    pub forms: Option<String>,
    /// The file of those who must not be written to.
    pub suppress: Option<String>,
    /// An expression that a row must fulfil.
    pub filter: Option<Placed<String>>,
    /// The DNS server that is asked whether domains take mail; the system's if `None`.
    pub resolver: Option<SocketAddr>,
}

pub(super) fn read(table: &mut TableReader) -> Option<ContactsTable> {
    let file = table.required_text("file");
    let delimiter = table.choice("delimiter", &[",", ";", "|", "tab"], |text| match text {
        "," => Some(','),
        ";" => Some(';'),
        "|" => Some('|'),
        "tab" | "\t" | "\\t" => Some('\t'),
        _ => None,
    });
    let policies = [
        ("error", DuplicatePolicy::Error),
        ("first", DuplicatePolicy::First),
        ("each", DuplicatePolicy::Each),
    ];
    let duplicates = table.one_of("duplicates", &policies).unwrap_or_default();
    let forms = table.text("forms");
    let encodings = Encoding::NAMES.map(|(name, _)| name);
    let encoding = table.choice("encoding", &encodings, Encoding::parse);
    let sheets = if table.is_text("sheet") {
        table.text("sheet").into_iter().collect()
    } else {
        table.texts("sheet").unwrap_or_default()
    };
    let fates = [("leave-out", OddRows::LeaveOut), ("write", OddRows::Write)];
    let hidden = table.one_of("hidden_rows", &fates).unwrap_or_default();
    let struck = table.one_of("struck_rows", &fates).unwrap_or_default();
    let meanings = [("error", ManyAddresses::Error), ("copy", ManyAddresses::Copy)];
    let several = table.one_of("several", &meanings).unwrap_or_default();
    let suppress = table.text("suppress");
    let filter = table.placed_text("where");
    let resolver = table.parsed("resolver", Expected::Server, dns::server_address);
    let headings = table.count("headings", 1_048_576).map(u64::from);
    let columns = table.inner("columns", columns).unwrap_or_default();
    let list = ListSettings {
        delimiter,
        encoding,
        sheets,
        odd_rows: OddRowPolicy { hidden, struck },
        duplicates,
        several,
        headings,
        columns,
        ..ListSettings::default()
    };
    Some(ContactsTable { file: file?, list, forms, suppress, filter, resolver })
}

fn columns(table: &mut TableReader) -> BTreeMap<String, Placed<String>> {
    let column = |field: &'static str| Some((field.to_owned(), table.placed_text(field)?));
    contacts::field_names().filter_map(column).collect()
}
