//! Why the operating system refused.

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
