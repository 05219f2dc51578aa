//! What can be wrong, each with its code for the JSON lines.

use super::Cause;
use crate::russian::Reason;
use crate::russian::gender::Evidence;
use crate::russian::names::FullName;

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
        one: Evidence,
        other: Evidence,
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
