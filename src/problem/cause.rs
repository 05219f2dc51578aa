//! Why the operating system refused an operation.

/// Why the operating system refused; `Other` keeps its own words.
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
    /// It changed since it was first read.
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
            // This kind has no stable name yet.
            kind if format!("{kind:?}") == "FilesystemLoop" => Self::LinkLoop,
            _ => Self::Other(error.to_string()),
        }
    }
}
