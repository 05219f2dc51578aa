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
    /// The file has a second name somewhere (a hard link): what is written here changes there too.
    SecondName,
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

/// Says inside an [`std::io::Error`] that what is there is no plain file of a single name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotPlain {
    /// A pipe, a device, a socket or a folder.
    OtherKind,
    /// It has a second name: a hard link.
    SecondName,
}

impl std::fmt::Display for NotPlain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::OtherKind => "not a plain file",
            Self::SecondName => "it has a second name",
        })
    }
}

impl std::error::Error for NotPlain {}

impl From<&std::io::Error> for Cause {
    fn from(error: &std::io::Error) -> Self {
        use std::io::ErrorKind;
        if let Some(odd) = error.get_ref().and_then(|inner| inner.downcast_ref::<NotPlain>()) {
            return match odd {
                NotPlain::OtherKind => Self::NotPlainFile,
                NotPlain::SecondName => Self::SecondName,
            };
        }
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
