//! Where the program keeps what it knows about folders, outside of them.

use std::path::PathBuf;

/// The user's folder for state: `$XDG_STATE_HOME/gonets`, `~/.local/state/gonets` where it is not
/// set, `%LOCALAPPDATA%\gonets` on Windows (XDG Base Directory Specification 0.8). `None` if the
/// system names none.
pub(crate) fn state_folder() -> Option<PathBuf> {
    let base = if cfg!(windows) {
        absolute("LOCALAPPDATA")
    } else {
        absolute("XDG_STATE_HOME").or_else(|| Some(absolute("HOME")?.join(".local/state")))
    };
    base.map(|base| base.join("gonets"))
}

/// The folders of settings, the nearest first, and whether nobody but the person or the system's
/// administrator can have written what is in them: the user's (`$XDG_CONFIG_HOME/gonets`,
/// `~/.config/gonets`, `%APPDATA%\gonets`), then the system's (`/etc/gonets`, `%PROGRAMDATA%\gonets`).
pub(crate) fn settings_folders() -> Vec<(PathBuf, bool)> {
    let folders = if cfg!(windows) {
        // Anybody may create folders in the system's.
        [
            absolute("APPDATA").map(|base| (base, true)),
            absolute("PROGRAMDATA").map(|base| (base, false)),
        ]
    } else {
        let user = absolute("XDG_CONFIG_HOME").or_else(|| Some(absolute("HOME")?.join(".config")));
        // A home that this user may not enter is another's: `sudo` may leave its name.
        let is_closed = |base: &PathBuf| {
            std::fs::metadata(base.join("gonets"))
                .is_err_and(|error| error.kind() == std::io::ErrorKind::PermissionDenied)
        };
        let user = user.filter(|base| !is_closed(base));
        [user.map(|base| (base, true)), Some((PathBuf::from("/etc"), true))]
    };
    folders.into_iter().flatten().map(|(base, is_own)| (base.join("gonets"), is_own)).collect()
}

/// A path from the environment.
fn absolute(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).map(PathBuf::from).filter(|it| it.is_absolute())
}

/// Whether a file belongs to whoever runs us, or to root, and nobody else can write it. Not looked at on
/// Windows.
#[cfg(unix)]
pub(crate) fn is_persons_own(about: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let us = rustix::process::geteuid().as_raw();
    [0, us].contains(&about.uid()) && about.mode() & 0o022 == 0
}

#[cfg(windows)]
pub(crate) fn is_persons_own(_: &std::fs::Metadata) -> bool {
    true
}

/// Whether nobody can read a file but its owner, or the group that root gave it to. Not looked at on
/// Windows.
#[cfg(unix)]
pub(crate) fn is_private(about: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    is_closed(about.mode(), about.uid(), rustix::process::geteuid().as_raw())
}

#[cfg(windows)]
pub(crate) fn is_private(_: &std::fs::Metadata) -> bool {
    true
}

#[cfg(unix)]
fn is_closed(mode: u32, owner: u32, us: u32) -> bool {
    let others = if owner == 0 && us != 0 { 0o037 } else { 0o077 };
    mode & others == 0
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn root_alone_gives_a_secret_to_a_group() {
        for (mode, owner, us, closed) in [
            (0o600, 1000, 1000, true),
            (0o400, 0, 0, true),
            (0o640, 1000, 1000, false),
            (0o640, 0, 0, false),
            (0o640, 0, 1000, true),
            (0o660, 0, 1000, false),
            (0o644, 0, 1000, false),
        ] {
            assert_eq!(is_closed(mode, owner, us), closed, "{mode:o} {owner} {us}");
        }
    }
}
