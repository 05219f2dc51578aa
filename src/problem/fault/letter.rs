//! Problems of templates, attachments and finished letters.

use crate::problem::Cause;

/// What can be wrong with a template and the letter made of it.
#[derive(Debug, Clone, PartialEq)]
pub enum LetterFault {
    Template {
        detail: String,
    },
    /// The condition of `--where`, which selects rows.
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
    /// The row has several addressees, the letter names the first alone.
    AddresseesUnnamed,
    /// A column named without `row[…]`, as written, and the expression to write.
    ColumnBare {
        written: String,
        instead: String,
    },
    ValuePrintedEmpty {
        before: String,
        after: String,
    },
    /// A relay may have this letter, and its text has changed under the same Message-ID.
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
    /// A letter goes without a file that the others have.
    AttachmentNone {
        template: String,
    },
    Risk(FilterRisk),
    /// Gmail shows no more of a letter's HTML.
    HtmlClipped {
        kilobytes: u64,
    },
    /// A file of 0 octets.
    AttachmentEmpty,
    MessageTooLarge {
        size: u64,
        limit: u64,
    },
    /// Signs of Markdown in the subject, which is plain text.
    SubjectMarked {
        signs: String,
    },
    /// Signs of Markdown that the reader would see.
    SignsLeft {
        signs: String,
    },
    /// A field of another program, or the half of one, in what is printed.
    BracesLeft {
        text: String,
    },
    /// A column of the list between the signs of another program, and what to write instead.
    FieldTyped {
        written: String,
        instead: String,
    },
    /// An HTML tag that the reader would see.
    TagPrinted {
        tag: String,
    },
    /// A link that leads nowhere: its text alone is left.
    LinkDead {
        target: String,
    },
    /// Words of the source that no reader sees.
    TextLost {
        text: String,
    },
    /// The letter greets one person, whoever reads it.
    GreetsOne {
        text: String,
    },
    /// The letter is addressed to one person; their row, if they are on the list.
    NamesOne {
        text: String,
        row: Option<u64>,
    },
    /// Nothing in the letter depends on who reads it.
    SameForAll,
    /// A picture in the text that lies elsewhere than in the campaign's folder.
    PictureElsewhere {
        address: String,
    },
    /// An image format that mail programs do not show.
    PictureKind {
        name: String,
    },
    /// The letterhead shows a broken image.
    PictureUnreadable,
    /// A template produced a file name that some systems do not allow.
    FileNameUnfit {
        name: String,
    },
    /// Not an https URL.
    LinkUnfit {
        value: String,
    },
    /// Typst could not typeset the letterhead.
    Typst {
        detail: String,
        hint: Option<String>,
    },
    /// A template produced more text than any letter needs.
    /// Further findings of kinds that were told before.
    MoreAlike {
        count: u64,
    },
    /// More templates are included than one letter has.
    TooManyTemplates {
        most: usize,
    },
    /// Quotes, lists or emphasis lie too deep in one another.
    NestedTooDeep,
    /// Composing this letter takes too much time or memory.
    NeverEnds,
    /// The letterhead makes too many pages.
    TooManyPages {
        pages: u64,
        most: u64,
    },
    LetterTooLong {
        megabytes: u64,
    },
    /// A template that includes or extends itself.
    TemplateCircle {
        name: String,
    },
    /// No font on this machine, in the campaign or in the program has this name.
    FaceUnknown {
        name: String,
        nearest: Option<String>,
    },
    /// None of the faces is there that letters are set in if the settings name none.
    FaceMissing {
        wanted: &'static [&'static str],
        instead: &'static str,
    },
    /// No available font has these characters.
    GlyphsMissing {
        characters: String,
    },
}

impl LetterFault {
    /// Returns the stable code used in JSON.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Template { .. } => "template",
            Self::Condition { .. } => "condition",
            Self::Filter(_) => "filter",
            Self::VariableUnknown { .. } => "variable_unknown",
            Self::ColumnUnknown { .. } => "column_unknown",
            Self::AddresseesUnnamed => "addressees_unnamed",
            Self::ColumnBare { .. } => "column_bare",
            Self::ValuePrintedEmpty { .. } => "value_printed_empty",
            Self::LetterChanged { .. } => "letter_changed",
            Self::SubjectEmpty => "subject_empty",
            Self::SubjectLineBreak => "subject_line_break",
            Self::BodyEmpty => "body_empty",
            Self::Attachment { .. } => "attachment",
            Self::AttachmentNone { .. } => "attachment_none",
            Self::Risk(risk) => risk.code(),
            Self::HtmlClipped { .. } => "html_clipped",
            Self::AttachmentEmpty => "attachment_empty",
            Self::MessageTooLarge { .. } => "message_too_large",
            Self::SubjectMarked { .. } => "markdown_left",
            Self::SignsLeft { .. } => "markdown_left",
            Self::BracesLeft { .. } => "braces_left",
            Self::FieldTyped { .. } => "field_typed",
            Self::TagPrinted { .. } => "html_tag_printed",
            Self::LinkDead { .. } => "link_dead",
            Self::TextLost { .. } => "text_lost",
            Self::GreetsOne { .. } => "greets_one",
            Self::NamesOne { .. } => "names_one",
            Self::SameForAll => "same_for_all",
            Self::PictureElsewhere { .. } => "picture_elsewhere",
            Self::PictureKind { .. } => "picture_kind",
            Self::PictureUnreadable => "picture_unreadable",
            Self::FileNameUnfit { .. } => "file_name_unfit",
            Self::LinkUnfit { .. } => "link_unfit",
            Self::Typst { .. } => "typst",
            Self::MoreAlike { .. } => "more_alike",
            Self::TooManyTemplates { .. } => "too_many_templates",
            Self::NestedTooDeep => "nested_too_deep",
            Self::NeverEnds => "letter_never_ends",
            Self::TooManyPages { .. } => "too_many_pages",
            Self::LetterTooLong { .. } => "letter_too_long",
            Self::TemplateCircle { .. } => "template_circle",
            Self::FaceUnknown { .. } => "font_unknown",
            Self::FaceMissing { .. } => "font_missing",
            Self::GlyphsMissing { .. } => "glyphs_missing",
        }
    }
}

/// What large receivers hold against a mailing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilterRisk {
    /// The sender's address is at a provider for everybody, the relay is not the provider's.
    SenderElsewhere {
        domain: String,
        host: String,
    },
    /// The signing domain and the sender's have nothing in common.
    SignatureElsewhere {
        signed: String,
        from: String,
    },
    OneClickUnsigned,
    AttachmentRefused {
        ending: String,
    },
    /// A zip archive with such a file, or with an archive, in it.
    ArchiveRefused {
        ending: String,
    },
    SubjectCapitals,
    /// The text of a link names one site, its target another.
    LinkElsewhere {
        text: String,
        host: String,
    },
    /// More letters an hour to one provider than it takes from a stranger.
    TooMany {
        domain: String,
        letters: u64,
        most: u64,
    },
}

impl FilterRisk {
    fn code(&self) -> &'static str {
        match self {
            Self::SenderElsewhere { .. } => "sender_elsewhere",
            Self::SignatureElsewhere { .. } => "signature_elsewhere",
            Self::OneClickUnsigned => "one_click_unsigned",
            Self::AttachmentRefused { .. } => "attachment_refused",
            Self::ArchiveRefused { .. } => "archive_refused",
            Self::SubjectCapitals => "subject_capitals",
            Self::LinkElsewhere { .. } => "link_elsewhere",
            Self::TooMany { .. } => "too_many_at_once",
        }
    }
}

/// How a filter is misused in a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilterFault {
    /// A name cannot be declined without the person's gender.
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
    /// A span of days whose end comes first.
    EndsBeforeItBegins {
        until: String,
    },
    /// The loops of a letter take too many steps.
    TooMuch,
    /// A list, a table or nothing in place of text.
    NotAText,
    NoSuchFilter {
        name: String,
        nearest: Option<String>,
    },
}
