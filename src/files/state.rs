//! Where the program keeps what it knows about folders, outside of them.

use std::path::PathBuf;

/// The user's folder for state: `$XDG_STATE_HOME/gonets`, `~/.local/state/gonets` where it is not
/// set, `%LOCALAPPDATA%\gonets` on Windows (XDG Base Directory Specification 0.8). `None` if the
/// system names none.
pub(crate) fn state_folder() -> Option<PathBuf> {
    let absolute = |name| std::env::var_os(name).map(PathBuf::from).filter(|it| it.is_absolute());
    let base = if cfg!(windows) {
        absolute("LOCALAPPDATA")
    } else {
        absolute("XDG_STATE_HOME").or_else(|| Some(absolute("HOME")?.join(".local/state")))
    };
    base.map(|base| base.join("gonets"))
}
