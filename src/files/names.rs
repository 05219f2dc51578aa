//! File names that mean the same on every system.

/// Names that Windows keeps for devices, with any ending.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// Whether a file of this name can be made on every system, Windows included: it names no device,
/// does not end in a dot or space, and has no character that some system does not allow.
pub(crate) fn is_portable(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    let is_port = ["com", "lpt"].iter().any(|port| {
        let mut rest = stem.strip_prefix(port).unwrap_or_default().chars();
        matches!((rest.next(), rest.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
    });
    !name.is_empty()
        && name.len() <= 255
        && !DEVICES.contains(&stem.as_str())
        && !is_port
        && !name.ends_with(['.', ' '])
        && !name.contains(|c: char| c.is_control() || "/\\:*?\"<>|".contains(c))
}

/// Whether a path within a folder leads to a file of that folder on Windows too: no part of it is a
/// device, a stream of another file (`a.txt:b`), or a name that Windows cuts at its end.
pub(crate) fn is_path_of_files(path: &str) -> bool {
    path.split(['/', '\\']).all(|part| matches!(part, "" | "." | "..") || is_portable(part))
}

/// Whether a path names another computer or a device by itself (`\\server\share`, `\\?\…`,
/// `\\.\…`): Windows logs in there as soon as it is looked at.
pub(crate) fn is_remote(path: &str) -> bool {
    let is_slash = |c: char| matches!(c, '/' | '\\');
    let mut first = path.trim_start().chars();
    first.next().is_some_and(is_slash) && first.next().is_some_and(is_slash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_to_files_and_to_no_device_or_stream() {
        for path in ["a.pdf", "files/a.pdf", ".\\files\\a.pdf", "../b/c.d.md", "files//a"] {
            assert!(is_path_of_files(path), "{path}");
        }
        for path in [
            "CON.pdf",
            "files/nul",
            "files\\aux\\a.md",
            "COM1.txt",
            "a.txt:b",
            "a.txt::$DATA",
            "files./a.md",
            "files /a.md",
            "letter.md...",
            "files/conin$",
        ] {
            assert!(!is_path_of_files(path), "{path}");
        }
    }

    #[test]
    fn another_computer_is_told_by_its_name() {
        for path in
            ["\\\\server\\share\\a.md", "//server/a", " \\\\?\\C:\\a", "\\\\.\\pipe\\a", "\\/a/b"]
        {
            assert!(is_remote(path), "{path}");
        }
        for path in ["/etc/hostname", "\\a", "C:\\a", "a//b", "a", ""] {
            assert!(!is_remote(path), "{path}");
        }
    }

    #[test]
    fn a_portable_name_is_a_file_on_windows_too() {
        for name in ["a.pdf", "Приглашение № 7.pdf", "context.pdf", "com.pdf", "com10.pdf", ".part"]
        {
            assert!(is_portable(name), "{name}");
        }
        for name in [
            "",
            "CON",
            "con.pdf",
            "Con .txt",
            "aux.tar.gz",
            "COM1.pdf",
            "lpt¹",
            "nul",
            "a.pdf.",
            "a.pdf ",
            "a:b",
            "a/b",
            "..\\b",
            "a\u{7}b",
            "CONOUT$",
        ] {
            assert!(!is_portable(name), "{name}");
        }
    }
}
