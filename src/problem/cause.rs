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
    /// A symbolic link or a junction stands where something is to be written.
    IsLink,
    /// It changed since it was first read.
    Changed,
    Other(String),
}

/// Says inside an [`std::io::Error`] that a symbolic link or a junction is in the way.
#[derive(Debug)]
pub struct IsLink;

impl std::fmt::Display for IsLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("it is a link")
    }
}

impl std::error::Error for IsLink {}

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
            _ if error
                .get_ref()
                .is_some_and(<dyn std::error::Error + Send + Sync>::is::<IsLink>) =>
            {
                Self::IsLink
            }
            // This kind has no stable name yet.
            kind if format!("{kind:?}") == "FilesystemLoop" => Self::LinkLoop,
            _ => Self::Other(error.to_string()),
        }
    }
}
