//! Problems of templates, attachments and finished letters.

use crate::problem::Cause;

/// What can be wrong with a template and the letter made of it.
#[derive(Debug, Clone, PartialEq)]
pub enum LetterFault {
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
}

impl LetterFault {
    /// The stable name in the JSON lines.
    pub(super) fn code(&self) -> &'static str {
        match self {
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
            Self::MessageTooLarge { .. } => "message_too_large",
            Self::PictureKind { .. } => "picture_kind",
            Self::PictureUnreadable => "picture_unreadable",
            Self::FileNameUnfit { .. } => "file_name_unfit",
            Self::LinkUnfit { .. } => "link_unfit",
            Self::Typst { .. } => "typst",
            Self::LetterTooLong { .. } => "letter_too_long",
            Self::TemplateCircle { .. } => "template_circle",
            Self::GlyphsMissing { .. } => "glyphs_missing",
        }
    }
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
