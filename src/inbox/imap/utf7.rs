//! Names of folders in modified UTF-7 (RFC 3501, 5.1.3).

use base64::Engine as _;
use base64::alphabet::IMAP_MUTF7;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD};

const BASE64: GeneralPurpose = GeneralPurpose::new(&IMAP_MUTF7, NO_PAD);

/// The name as people see it. What is not modified UTF-7 is left as it is.
pub(super) fn decode(name: &str) -> String {
    let mut out = String::new();
    let mut rest = name;
    while let Some((plain, after)) = rest.split_once('&') {
        out.push_str(plain);
        let Some((coded, after)) = after.split_once('-') else {
            rest = &rest[plain.len()..];
            break;
        };
        match coded {
            "" => out.push('&'),
            _ => match decoded(coded) {
                Some(text) => out.push_str(&text),
                // Some servers leave a bare `&` in a name.
                None => out.push_str(&format!("&{coded}-")),
            },
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

fn decoded(coded: &str) -> Option<String> {
    let octets = BASE64.decode(coded).ok()?;
    let units: Vec<u16> =
        octets.chunks(2).filter_map(|it| Some(u16::from_be_bytes(it.try_into().ok()?))).collect();
    (units.len() * 2 == octets.len()).then(|| String::from_utf16(&units).ok()).flatten()
}

/// The name as it stands in commands.
pub(super) fn encode(name: &str) -> String {
    let mut out = String::new();
    let mut waiting: Vec<u8> = Vec::new();
    let flush = |waiting: &mut Vec<u8>, out: &mut String| {
        if !waiting.is_empty() {
            out.push_str(&format!("&{}-", BASE64.encode(&waiting)));
            waiting.clear();
        }
    };
    for c in name.chars() {
        if matches!(c, ' '..='~') {
            flush(&mut waiting, &mut out);
            out.push(c);
            if c == '&' {
                out.push('-');
            }
        } else {
            let mut units = [0; 2];
            waiting.extend(c.encode_utf16(&mut units).iter().flat_map(|unit| unit.to_be_bytes()));
        }
    }
    flush(&mut waiting, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_folders_are_read_and_written() {
        for (wire, shown) in [
            ("INBOX", "INBOX"),
            ("&BCEEPwQwBDw-", "Спам"),
            ("A&-B", "A&B"),
            ("&BB8EQAQ+BDUEOgRC-/2026 &-", "Проект/2026 &"),
            ("&2D3cjA-", "💌"),
            // The third is a comma where base64 has a slash.
            ("&U,BTFw-", "台北"),
        ] {
            assert_eq!(decode(wire), shown);
            assert_eq!(decode(&encode(shown)), shown);
            if wire != "&U,BTFw-" {
                assert_eq!(encode(shown), wire);
            }
        }
    }

    #[test]
    fn what_is_not_modified_utf_7_stays_as_it_is() {
        for name in ["R&D", "R&D-x", "&!-", "Спам", "&BCE"] {
            assert_eq!(decode(name), name);
        }
    }

    proptest::proptest! {
        #[test]
        fn every_name_comes_back(name in ".{0,20}") {
            proptest::prop_assert_eq!(decode(&encode(&name)), name);
        }

        #[test]
        fn no_name_breaks_the_reader(name in "[&,+/A-Za-z0-9Ж -]{0,30}") {
            decode(&name);
        }
    }
}
