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

#[cfg(test)]
mod tests {
    use super::*;

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
