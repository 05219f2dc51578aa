//! Problems of files and of `campaign.toml`.

use crate::problem::Cause;

/// What can be wrong with any file.
#[derive(Debug, Clone, PartialEq)]
pub enum FileFault {
    Missing,
    Unreadable { cause: Cause },
    NotUtf8,
}

impl FileFault {
    /// Returns the stable code used in JSON.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Missing => "file_missing",
            Self::Unreadable { .. } => "file_unreadable",
            Self::NotUtf8 => "not_utf8",
        }
    }
}

/// What can be wrong with `campaign.toml`.
#[derive(Debug, Clone, PartialEq)]
pub enum ConfigFault {
    Toml {
        detail: String,
    },
    /// What those write who do not know TOML; the line to write, unless it may hold a secret.
    Slip {
        slip: Slip,
        line: Option<String>,
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
    /// A value with a syntax of its own, in `campaign.toml` or in a cell.
    ValueUnreadable {
        value: String,
        expected: Expected,
    },
    /// Two entries of `[pace.domains]` name the same domain.
    DomainTwice {
        domain: String,
    },
    ValueEmpty {
        key: String,
    },
    ValueControl {
        key: String,
    },
    /// Others can write a file of defaults.
    DefaultsOpen,
    PasswordInFile,
    ConnectionInFile,
    PlainTextBeyondLoopback {
        host: String,
    },
    BodyMissing,
    NumberTwice,
    NameReserved {
        name: String,
    },
    NotDomain {
        key: String,
        value: String,
    },
    KeyFile {
        flaw: KeyFlaw,
    },
    /// `[pdf]` in a build without PDF.
    PdfNotBuilt,
    /// `ca_file` has no certificate in it.
    NoCertificate {
        file: String,
    },
}

impl ConfigFault {
    /// Returns the stable code used in JSON.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Toml { .. } | Self::Slip { .. } => "toml_syntax",
            Self::KeyUnknown { .. } => "key_unknown",
            Self::KeyMissing { .. } => "key_missing",
            Self::ValueKind { .. } => "value_kind",
            Self::ValueUnknown { .. } => "value_unknown",
            Self::ValueRange { .. } => "value_range",
            Self::ValueUnreadable { .. } => "value_unreadable",
            Self::DomainTwice { .. } => "domain_twice",
            Self::ValueEmpty { .. } => "value_empty",
            Self::ValueControl { .. } => "value_control",
            Self::DefaultsOpen => "defaults_open",
            Self::PasswordInFile => "password_in_file",
            Self::ConnectionInFile => "connection_in_file",
            Self::PlainTextBeyondLoopback { .. } => "plain_text_beyond_loopback",
            Self::BodyMissing => "body_missing",
            Self::NumberTwice => "number_twice",
            Self::NameReserved { .. } => "name_reserved",
            Self::NotDomain { .. } => "not_domain",
            Self::KeyFile { .. } => "key_file",
            Self::PdfNotBuilt => "pdf_not_built",
            Self::NoCertificate { .. } => "no_certificate",
        }
    }
}

/// How a line of settings was written instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slip {
    /// A path with backslashes between double quotes.
    Backslash,
    /// Double quotes within double quotes.
    QuotesInside,
    /// «…» or “…” around a text.
    OtherQuotes,
    NoQuotes,
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

/// The syntax that a value must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    Days,
    Hours,
    Zone,
    Dates,
    /// A day, with or without an hour.
    Moment,
    Domain,
    /// A number from 1 to 100, possibly with a fraction.
    Factor,
    /// An IP address, with or without a port.
    Server,
    /// An IP address of this computer.
    LocalAddress,
    /// A number of days or working days.
    Wait,
}

/// What is wrong with a private key's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyFlaw {
    /// Not a private key in PEM.
    NotPem,
    /// Neither Ed25519 nor RSA with at least 2048 bits.
    Kind,
    /// Other users may read it.
    Open,
}
