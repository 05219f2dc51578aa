//! Problems of the contact list and its addresses.

/// What can be wrong with the contact list.
#[derive(Debug, Clone, PartialEq)]
pub enum ListFault {
    ListKind {
        extension: String,
    },
    ListEmpty,
    ListHasNoRows,
    /// Rows above the headings were skipped; `passed` is the text of the first.
    HeadingsBelow {
        row: u64,
        passed: String,
    },
    HeadingsRowEmpty {
        row: u64,
    },
    HeadingMissing {
        field: &'static str,
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
    /// The first number of an old workbook, whose number format is unknown.
    NumberUnformatted {
        text: String,
    },
    /// The first formula of an old workbook with the result 0, which may never have been
    /// calculated.
    FormulaBare,
    /// An address that gets both a copy of one letter and a letter of its own.
    CopyTwice {
        address: String,
        row: String,
    },
    QuoteUnclosed,
    CellEmpty,
    /// Further cells of a row have something wrong as well.
    CellsMore {
        cells: u64,
    },
    CellControl {
        character: char,
    },
    RowTooWide {
        most: usize,
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
        row: String,
        /// The column of names, which tells two people at one address apart.
        names: Option<String>,
    },
    /// An address that an earlier row has as well, so that this person gets nothing.
    AddressSkipped {
        address: String,
        row: String,
        name: String,
        names: Option<String>,
    },
    /// Two letters to one address that nothing distinguishes.
    KeyTwice {
        address: String,
        row: String,
    },
    EncodingUnclear {
        likely: &'static str,
    },
    /// An unsupported encoding.
    EncodingUnread {
        name: &'static str,
    },
    /// The headings are question marks: the file was saved in an encoding without Russian letters.
    LettersLost,
    NotWorkbook,
    WorkbookProtected,
    WorkbookTooLarge,
    SheetMissing {
        sheet: String,
        known: Vec<String>,
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
    /// The number of domains without an answer from DNS, and one of them.
    DnsUnanswered {
        domains: u64,
        example: String,
    },
    SamePerson {
        name: String,
        row: String,
    },
    Suppressed {
        entry: String,
        reason: String,
        date: String,
    },
}

impl ListFault {
    /// Returns the stable code used in JSON.
    pub(super) fn code(&self) -> &'static str {
        match self {
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
            Self::CellsMore { .. } => "cells_more",
            Self::CellControl { .. } => "cell_control",
            Self::RowTooWide { .. } => "row_too_wide",
            Self::CellTooLong { .. } => "cell_too_long",
            Self::AddressSyntax { .. } => "address_syntax",
            Self::AddressTwice { .. } => "address_twice",
            Self::AddressSkipped { .. } => "address_twice",
            Self::KeyTwice { .. } => "key_twice",
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
        }
    }
}

/// Why a text is not an address (RFC 5321, 4.1.2; RFC 6531 for letters beyond ASCII).
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
    /// A Cyrillic letter, and the Latin one that it looks like.
    LookAlike(char, char),
}

/// Why a domain does not accept mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoMail {
    NoSuchDomain,
    /// A null MX record (RFC 7505).
    Declined,
    /// It has no mail host.
    NoHost,
}
