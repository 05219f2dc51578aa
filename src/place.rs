//! Where something stands in a file, and what is wrong there.
//!
//! Plain values. A [`Fault`] says what is wrong, never how to word it: the words live in `notice`.

use std::fmt;
use std::sync::Arc;

use crate::russian::Reason;
use crate::russian::gender::Witness;
use crate::russian::names::FullName;

/// A place in a file of the user's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file's name as the user knows it.
    pub file: Arc<str>,
    /// The physical line, counted from 1; 0 when the whole file is meant.
    pub line: u64,
    /// The character of that line, counted from 1; 0 when the whole line is meant.
    pub column: u64,
    /// The cell of a workbook as its program names it: `Лист1!C14`.
    pub cell: Option<Arc<str>>,
}

impl Place {
    /// The file as a whole.
    pub fn file(file: impl Into<Arc<str>>) -> Self {
        Self { file: file.into(), line: 0, column: 0, cell: None }
    }

    /// One character of a file, both counted from 1.
    pub fn at(file: impl Into<Arc<str>>, line: u64, column: u64) -> Self {
        Self { file: file.into(), line, column, cell: None }
    }

    /// A cell of a workbook, row and column counted from 1.
    pub fn in_sheet(file: impl Into<Arc<str>>, sheet: &str, line: u64, column: u64) -> Self {
        let cell = format!("{sheet}!{}{line}", column_letters(column));
        Self { cell: Some(cell.into()), ..Self::at(file, line, column) }
    }

    /// The place of a byte of `text`, the whole content of `file`.
    pub fn of_byte(file: impl Into<Arc<str>>, text: &str, byte: usize) -> Self {
        let mut end = byte.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &text[..end];
        let line = before.matches('\n').count() as u64 + 1;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        Self::at(file, line, before[start..].chars().count() as u64 + 1)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(cell) = &self.cell {
            return write!(f, ":{cell}");
        }
        match (self.line, self.column) {
            (0, _) => Ok(()),
            (line, 0) => write!(f, ":{line}"),
            (line, column) => write!(f, ":{line}:{column}"),
        }
    }
}

/// The name of a sheet's column, counted from 1: A, B, … Z, AA.
fn column_letters(mut column: u64) -> String {
    let mut letters = Vec::new();
    while column > 0 {
        column -= 1;
        letters.push(char::from(b'A' + u8::try_from(column % 26).unwrap_or(0)));
        column /= 26;
    }
    letters.iter().rev().collect()
}

/// What a problem means for the letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The letter, or the whole campaign, cannot be sent.
    Error,
    /// It can be sent; somebody should look.
    Warning,
    /// The program chose between possibilities and is not sure.
    Doubt,
}

impl Severity {
    /// The word of the JSON lines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Doubt => "doubt",
        }
    }
}

/// One thing that is wrong, or worth a look, at one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    pub place: Place,
    pub severity: Severity,
    /// The record below the headings, counted from 1, when the problem belongs to one.
    pub row: Option<u64>,
    /// The field it belongs to, or the heading of a column that is none.
    pub field: Option<Arc<str>>,
    /// The heading of that column as the list has it, where it is known.
    pub heading: Option<Arc<str>>,
    pub fault: Fault,
}

impl Problem {
    /// An error that belongs to no row.
    pub fn error(place: Place, fault: Fault) -> Self {
        Self { place, severity: Severity::Error, row: None, field: None, heading: None, fault }
    }

    /// The same problem, said of a field of a row.
    pub fn of_row(mut self, row: u64, field: impl Into<Arc<str>>) -> Self {
        self.row = Some(row);
        self.field = Some(field.into());
        self
    }

    /// The same problem, said of a column by the heading that the list has for it.
    pub fn headed(mut self, heading: impl Into<Arc<str>>) -> Self {
        self.heading = Some(heading.into());
        self
    }

    /// The same problem with another severity.
    pub fn with_severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }
}

/// What a value in `campaign.toml` should have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Number,
    YesNo,
    Date,
    Duration,
    Table,
    List,
    Secret,
    Size,
}

/// A form in which a value has to be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    Days,
    Hours,
    Zone,
    Dates,
    Domain,
    /// A number of one and more, which may have a fraction.
    Factor,
    /// A host's number, with or without a port.
    Server,
}

/// Why a domain takes no mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoMail {
    /// There is no such domain.
    NoSuchDomain,
    /// Its owner says so (RFC 7505).
    Declined,
    /// It names no host that could.
    NoHost,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    // Any file.
    FileMissing,
    FileUnreadable {
        cause: Cause,
    },
    NotUtf8,

    // campaign.toml
    Toml {
        detail: String,
    },
    KeyUnknown {
        key: String,
        nearest: Option<String>,
    },
    KeyMissing {
        key: String,
    },
    ValueKind {
        key: String,
        expected: Kind,
    },
    ValueUnknown {
        key: String,
        value: String,
        allowed: Vec<&'static str>,
    },
    ValueRange {
        key: String,
        least: i64,
        most: i64,
    },
    /// A value that is written in a form of its own, in `campaign.toml` or in a cell.
    Unreadable {
        value: String,
        expected: Expected,
    },
    /// A domain that two entries of `[pace.domains]` name.
    DomainTwice {
        domain: String,
    },
    ValueEmpty {
        key: String,
    },
    ValueControl {
        key: String,
    },
    PasswordInFile,
    PlainTextBeyondLoopback {
        host: String,
    },
    BodyMissing,
    NumberTwice,
    NameReserved {
        name: String,
    },

    // The contact list.
    ListKind {
        extension: String,
    },
    ListEmpty,
    ListHasNoRows,
    /// Rows above the headings were passed over, the first of which says this.
    HeadingsBelow {
        row: u64,
        passed: String,
    },
    /// The row that is to be the headings has nothing in it.
    HeadingsRowEmpty {
        row: u64,
    },
    HeadingMissing {
        field: &'static str,
        /// The headings that the list has, some of them.
        seen: Vec<String>,
        nearest: Option<String>,
    },
    HeadingUnknown {
        key: String,
        heading: String,
        nearest: Option<String>,
    },
    HeadingTwice {
        heading: String,
    },
    HeadingsForOneField {
        field: &'static str,
        first: String,
        second: String,
    },
    RowRagged {
        expected: usize,
        found: usize,
    },
    /// A cell in a column that has no heading.
    CellBeyondHeadings {
        text: String,
    },
    /// A number of an old workbook, of which this is the first: how it is shown there is not known.
    NumberUnformatted {
        text: String,
    },
    /// A formula of an old workbook with 0 for a result, the first: nobody may have computed it.
    FormulaBare,
    /// An address that gets a copy with one row and is written to in another.
    CopyTwice {
        address: String,
        line: u64,
    },
    QuoteUnclosed,
    CellEmpty,
    CellControl {
        character: char,
    },
    CellTooLong {
        characters: usize,
        most: usize,
    },
    AddressSyntax {
        value: String,
        flaw: AddressFlaw,
    },
    AddressTwice {
        address: String,
        line: u64,
    },
    /// Two letters to one address that nothing tells apart.
    KeyTwice {
        address: String,
        line: u64,
    },
    GenderUnreadable {
        value: String,
    },
    FormMissing {
        column: &'static str,
    },
    /// A form that the rules are not sure of; `column` settles it, where one does.
    FormDoubtful {
        nominative: String,
        proposed: String,
        reason: Reason,
        column: Option<&'static str>,
    },
    /// The list of forms knows this address, but of somebody else.
    FormsOfAnother {
        file: String,
    },
    /// How a name in one cell was read.
    NameOrder {
        name: FullName,
        reason: Reason,
    },
    GenderUnknown {
        name: String,
    },
    GenderContradicted {
        one: Witness,
        other: Witness,
    },
    EncodingUnclear {
        likely: &'static str,
    },
    /// An encoding that is not read at all.
    EncodingUnread {
        name: &'static str,
    },
    /// Headings of question marks: the program that wrote the file had no place for Russian
    /// letters.
    LettersLost,
    NotWorkbook,
    WorkbookProtected,
    WorkbookTooLarge,
    SheetMissing {
        sheet: String,
        known: String,
    },
    HeadingFitsTwo {
        heading: String,
        first: &'static str,
        second: &'static str,
    },
    QuoteStray,
    CharacterLost,
    CellIsError {
        value: String,
    },
    InvisibleRemoved {
        character: char,
    },
    AddressTypo {
        address: String,
        proposal: String,
    },
    DomainWithoutMail {
        domain: String,
        why: NoMail,
    },
    /// So many domains about which nobody answered, and one of them.
    DnsUnanswered {
        domains: u64,
        example: String,
    },
    SamePerson {
        name: String,
        line: u64,
    },
    Suppressed {
        entry: String,
        reason: String,
        date: String,
    },

    // Templates and what they make.
    Template {
        detail: String,
    },
    /// Of `where`, which chooses rows.
    Condition {
        detail: String,
    },
    Filter(FilterFault),
    VariableUnknown {
        name: String,
        nearest: Option<String>,
    },
    ColumnUnknown {
        name: Option<String>,
        nearest: Option<String>,
    },
    ValuePrintedEmpty {
        before: String,
        after: String,
    },
    /// A relay may have this letter, and now it would say something else under the same Message-ID.
    LetterChanged {
        address: String,
        message_id: String,
    },
    SubjectEmpty,
    SubjectLineBreak,
    BodyEmpty,
    Attachment {
        name: String,
        cause: Cause,
    },
    /// A letter goes without the file that the others have.
    AttachmentNone {
        template: String,
    },
    NotDomain {
        key: String,
        value: String,
    },
    MessageTooLarge {
        size: u64,
        limit: u64,
    },
    /// A picture of a kind that mail programs do not show.
    PictureKind {
        name: String,
    },
    /// The letterhead shows a picture that is broken.
    PictureUnreadable,
    /// A template gave a file name that some system cannot have.
    FileNameUnfit {
        name: String,
    },
    /// Not an https address.
    LinkUnfit {
        value: String,
    },
    KeyFile {
        flaw: KeyFlaw,
    },
    /// The letterhead could not be set.
    Typst {
        detail: String,
        hint: Option<String>,
    },
    /// A template printed more than any letter holds.
    LetterTooLong {
        megabytes: u64,
    },
    /// Templates that lead back to themselves.
    TemplateCircle {
        name: String,
    },
    /// No font at hand has these characters.
    GlyphsMissing {
        characters: String,
    },
    /// `[pdf]` in a program that was built without it.
    PdfNotBuilt,
}

/// What is wrong with the file of a private key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyFlaw {
    /// Not a private key in PEM.
    NotPem,
    /// Of a kind that is neither RSA of 2048 bits and more nor Ed25519.
    Kind,
    /// Others than its owner may read it.
    Open,
}

/// What is wrong with the use of a filter in a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilterFault {
    /// A name cannot be declined without the gender of who bears it.
    GenderNeeded {
        kind: String,
    },
    Value {
        argument: &'static str,
        value: String,
        allowed: &'static [&'static str],
    },
    Unknown {
        filter: &'static str,
        argument: String,
        known: &'static [&'static str],
    },
    Missing {
        filter: &'static str,
        argument: &'static str,
    },
    NotADate {
        value: String,
    },
    NotANumber {
        value: String,
    },
    /// The loops of a template count too far.
    TooMuch,
    /// A list, a table or nothing where a text is due.
    NotAText,
    /// There is no such filter.
    NoSuchFilter {
        name: String,
        nearest: Option<String>,
    },
}

/// Why an address is none (RFC 5321, 4.1.2; RFC 6531 for letters beyond ASCII).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressFlaw {
    Empty,
    NoAt,
    TwoAts,
    LocalPart,
    LocalPartTooLong,
    Domain,
    DomainWithoutDot,
    Character(char),
    Several,
    /// A Cyrillic letter that looks like this Latin one.
    LookAlike(char, char),
}

/// Why the operating system said no; in our own words where they exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    NotFound,
    Forbidden,
    IsFolder,
    NotFolder,
    NotPlainFile,
    Exists,
    DiskFull,
    ReadOnly,
    OutsideCampaign,
    TooLarge,
    /// A link that leads back to itself.
    LinkLoop,
    /// It is no longer what it was when it was looked at first.
    Changed,
    Other(String),
}

impl From<&std::io::Error> for Cause {
    fn from(error: &std::io::Error) -> Self {
        use std::io::ErrorKind;
        match error.kind() {
            ErrorKind::NotFound => Self::NotFound,
            ErrorKind::PermissionDenied => Self::Forbidden,
            ErrorKind::IsADirectory => Self::IsFolder,
            ErrorKind::NotADirectory => Self::NotFolder,
            ErrorKind::AlreadyExists => Self::Exists,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::DiskFull,
            ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            // The kind has no stable name yet.
            kind if format!("{kind:?}") == "FilesystemLoop" => Self::LinkLoop,
            _ => Self::Other(error.to_string()),
        }
    }
}

impl Fault {
    /// The stable name in the JSON lines.
    pub fn code(&self) -> &'static str {
        match self {
            Self::FileMissing => "file_missing",
            Self::FileUnreadable { .. } => "file_unreadable",
            Self::NotUtf8 => "not_utf8",
            Self::Toml { .. } => "toml_syntax",
            Self::KeyUnknown { .. } => "key_unknown",
            Self::KeyMissing { .. } => "key_missing",
            Self::ValueKind { .. } => "value_kind",
            Self::ValueUnknown { .. } => "value_unknown",
            Self::ValueRange { .. } => "value_range",
            Self::Unreadable { .. } => "value_unreadable",
            Self::DomainTwice { .. } => "domain_twice",
            Self::ValueEmpty { .. } => "value_empty",
            Self::ValueControl { .. } => "value_control",
            Self::PasswordInFile => "password_in_file",
            Self::PlainTextBeyondLoopback { .. } => "plain_text_beyond_loopback",
            Self::BodyMissing => "body_missing",
            Self::NumberTwice => "number_twice",
            Self::NameReserved { .. } => "name_reserved",
            Self::ListKind { .. } => "list_kind",
            Self::ListEmpty => "list_empty",
            Self::ListHasNoRows => "list_has_no_rows",
            Self::HeadingsBelow { .. } => "headings_below",
            Self::HeadingsRowEmpty { .. } => "headings_row_empty",
            Self::HeadingMissing { .. } => "heading_missing",
            Self::HeadingUnknown { .. } => "heading_unknown",
            Self::HeadingTwice { .. } => "heading_twice",
            Self::HeadingsForOneField { .. } => "headings_for_one_field",
            Self::RowRagged { .. } => "row_ragged",
            Self::CellBeyondHeadings { .. } => "cell_beyond_headings",
            Self::NumberUnformatted { .. } => "number_unformatted",
            Self::FormulaBare => "formula_bare",
            Self::CopyTwice { .. } => "copy_twice",
            Self::QuoteUnclosed => "quote_unclosed",
            Self::CellEmpty => "cell_empty",
            Self::CellControl { .. } => "cell_control",
            Self::CellTooLong { .. } => "cell_too_long",
            Self::AddressSyntax { .. } => "address_syntax",
            Self::AddressTwice { .. } => "address_twice",
            Self::KeyTwice { .. } => "key_twice",
            Self::GenderUnreadable { .. } => "gender_unreadable",
            Self::EncodingUnclear { .. } => "encoding_unclear",
            Self::EncodingUnread { .. } => "encoding_unread",
            Self::LettersLost => "letters_lost",
            Self::NotWorkbook => "not_workbook",
            Self::WorkbookProtected => "workbook_protected",
            Self::WorkbookTooLarge => "workbook_too_large",
            Self::SheetMissing { .. } => "sheet_missing",
            Self::HeadingFitsTwo { .. } => "heading_fits_two",
            Self::QuoteStray => "quote_stray",
            Self::CharacterLost => "character_lost",
            Self::CellIsError { .. } => "cell_is_error",
            Self::InvisibleRemoved { .. } => "invisible_removed",
            Self::AddressTypo { .. } => "address_typo",
            Self::DomainWithoutMail { .. } => "domain_without_mail",
            Self::DnsUnanswered { .. } => "dns_unanswered",
            Self::SamePerson { .. } => "same_person",
            Self::Suppressed { .. } => "suppressed",
            Self::FormMissing { .. } => "form_missing",
            Self::FormDoubtful { .. } => "form_doubtful",
            Self::FormsOfAnother { .. } => "forms_of_another",
            Self::NameOrder { .. } => "name_order",
            Self::GenderUnknown { .. } => "gender_unknown",
            Self::GenderContradicted { .. } => "gender_contradicted",
            Self::Template { .. } => "template",
            Self::Condition { .. } => "condition",
            Self::Filter(_) => "filter",
            Self::VariableUnknown { .. } => "variable_unknown",
            Self::ColumnUnknown { .. } => "column_unknown",
            Self::ValuePrintedEmpty { .. } => "value_printed_empty",
            Self::LetterChanged { .. } => "letter_changed",
            Self::SubjectEmpty => "subject_empty",
            Self::SubjectLineBreak => "subject_line_break",
            Self::BodyEmpty => "body_empty",
            Self::Attachment { .. } => "attachment",
            Self::AttachmentNone { .. } => "attachment_none",
            Self::NotDomain { .. } => "not_domain",
            Self::MessageTooLarge { .. } => "message_too_large",
            Self::PictureKind { .. } => "picture_kind",
            Self::PictureUnreadable => "picture_unreadable",
            Self::FileNameUnfit { .. } => "file_name_unfit",
            Self::LinkUnfit { .. } => "link_unfit",
            Self::KeyFile { .. } => "key_file",
            Self::Typst { .. } => "typst",
            Self::LetterTooLong { .. } => "letter_too_long",
            Self::TemplateCircle { .. } => "template_circle",
            Self::GlyphsMissing { .. } => "glyphs_missing",
            Self::PdfNotBuilt => "pdf_not_built",
        }
    }
}

/// The known name that is nearest to what was written, if one is near enough to be meant.
///
/// Damerau's distance without case; about a third of the letters may differ.
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let written: Vec<char> = written.to_lowercase().chars().collect();
    known
        .into_iter()
        .filter(|name| !name.is_empty())
        .map(|name| (distance(&written, &name.to_lowercase().chars().collect::<Vec<_>>()), name))
        .filter(|(distance, name)| {
            *distance <= ((written.len().max(name.chars().count()) + 1) / 3).max(1)
        })
        .min()
        .map(|(_, name)| name.to_owned())
}

/// Insertions, deletions, replacements and swaps of neighbours that lead from one word to the
/// other.
pub fn distance(a: &[char], b: &[char]) -> usize {
    if a.len().max(b.len()) > 64 {
        return usize::MAX;
    }
    let mut rows = vec![(0..=b.len()).collect::<Vec<_>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_characters_not_bytes() {
        let text = "первая\nвторая = 1\n";
        let byte = text.find('=').unwrap();
        assert_eq!(Place::of_byte("a.toml", text, byte).to_string(), "a.toml:2:8");
    }

    #[test]
    fn a_place_in_a_workbook_is_named_as_its_program_names_it() {
        let place = |column| Place::in_sheet("a.xlsx", "Лист1", 14, column).to_string();
        assert_eq!(
            [place(3), place(27), place(16384)],
            ["a.xlsx:Лист1!C14", "a.xlsx:Лист1!AA14", "a.xlsx:Лист1!XFD14"]
        );
    }

    #[test]
    fn a_place_inside_a_character_is_that_character() {
        assert_eq!(Place::of_byte("a", "ж", 1).to_string(), "a:1:1");
    }

    #[test]
    fn the_nearest_name_forgives_a_slip_of_the_finger() {
        let known = ["subject", "body", "attachments"];
        assert_eq!(nearest("subjcet", known).as_deref(), Some("subject"));
        assert_eq!(nearest("Body", known).as_deref(), Some("body"));
        assert_eq!(nearest("colour", known), None);
    }
}
