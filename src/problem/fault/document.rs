//! Problems of letters that come from a word processor.

/// What is worth knowing about a document, or why it cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocumentFault {
    Unreadable {
        flaw: DocumentFlaw,
    },
    /// Tracked changes were taken as accepted.
    ChangesAccepted {
        changes: u64,
    },
    CommentsLeftOut {
        comments: u64,
    },
    HiddenLeftOut {
        text: String,
    },
    /// A field of Word that is not a column, as written; what it last showed stays in every letter.
    FieldAsText {
        code: String,
        result: String,
    },
    /// The footer of the first page was put behind the text.
    FooterAtEnd {
        text: String,
    },
    PictureLeftOut {
        name: String,
    },
    /// Characters of a symbol font that have no others like them.
    SymbolLeftOut {
        font: String,
    },
    /// Something that is neither text nor picture, such as a chart.
    ObjectLeftOut {
        kind: String,
    },
    /// A field that is no column of the list.
    ColumnMissing {
        name: String,
    },
    /// A line of the addressee's block that every letter keeps.
    LineForAll {
        text: String,
    },
    /// A text that was not in UTF-8, and was read all the same.
    ReadAs {
        encoding: &'static str,
    },
}

impl DocumentFault {
    /// Returns the stable code used in JSON.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "document_unreadable",
            Self::ChangesAccepted { .. } => "document_changes",
            Self::CommentsLeftOut { .. } => "document_comments",
            Self::HiddenLeftOut { .. } => "document_hidden_text",
            Self::FieldAsText { .. } => "document_field",
            Self::FooterAtEnd { .. } => "document_footer",
            Self::PictureLeftOut { .. } => "document_picture",
            Self::SymbolLeftOut { .. } => "document_symbol",
            Self::ObjectLeftOut { .. } => "document_object",
            Self::ColumnMissing { .. } => "document_column",
            Self::LineForAll { .. } => "document_line_for_all",
            Self::ReadAs { .. } => "read_in_other_encoding",
        }
    }
}

/// Why a file is not a letter that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentFlaw {
    /// Word 97-2003.
    OldWord,
    RichText,
    Pdf,
    OpenDocument,
    Pages,
    Protected,
    NotDocument,
    Broken,
    TooLarge,
}
