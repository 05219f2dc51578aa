//! Addresses in running text and in fields.

/// The addresses of a text, in order, each with its octet range.
pub(super) fn find(text: &str) -> Vec<(std::ops::Range<usize>, &str)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut from = 0;
    for at in memchr::memchr_iter(b'@', bytes) {
        if at < from {
            continue;
        }
        let is_local = |byte: &u8| {
            byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(byte) || *byte >= 0x80
        };
        let is_domain =
            |byte: &u8| byte.is_ascii_alphanumeric() || b"-.".contains(byte) || *byte >= 0x80;
        let start = bytes[from..at]
            .iter()
            .rposition(|byte| !is_local(byte))
            .map_or(from, |it| from + it + 1);
        let end = bytes[at + 1..]
            .iter()
            .position(|byte| !is_domain(byte))
            .map_or(bytes.len(), |it| at + 1 + it);
        // Signs around it that could belong to an address but do not.
        let local = &text[floor(text, start)..at];
        let trimmed = local.trim_start_matches(|c: char| {
            "'`*=./-&|~".contains(c) || !(c.is_ascii() || c.is_alphabetic())
        });
        // An encoded word for a local part, as some servers quote it.
        let trimmed = if trimmed.starts_with('?') { local } else { trimmed };
        let start = at - trimmed.len();
        let domain = text[at + 1..ceil(text, end)]
            .trim_end_matches(|c: char| ".-".contains(c) || !(c.is_ascii() || c.is_alphabetic()));
        let end = at + 1 + domain.len();
        let is_sound = !trimmed.is_empty()
            && trimmed.len() <= 128
            && domain.len() <= 253
            && domain.contains('.')
            && !domain.contains("..")
            && !domain.starts_with('.')
            && domain.rsplit('.').next().is_some_and(|top| top.chars().any(char::is_alphabetic));
        if is_sound {
            found.push((start..end, &text[start..end]));
            from = end;
        }
    }
    found
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn ceil(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

/// The first address of a field such as From.
pub(super) fn first(field: &str) -> Option<&str> {
    // A display name may hold an address of its own: what stands in angles counts.
    let in_angles = field.rfind('<').and_then(|at| find(&field[at..]).first().map(|(_, it)| *it));
    in_angles.or_else(|| find(field).first().map(|(_, it)| *it))
}

/// All addresses of a field such as To, in lower case.
pub(super) fn all(field: &str) -> Vec<String> {
    find(field).into_iter().map(|(_, address)| address.to_lowercase()).collect()
}

/// The display name of a field such as From, if it has one.
pub(super) fn name(field: &str) -> Option<String> {
    let name = match field.rfind('<') {
        Some(at) => &field[..at],
        None => field.split_once('(')?.1.trim_end_matches(')'),
    };
    let name = name.trim().trim_matches('"').trim();
    (!name.is_empty()).then(|| super::excerpt(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        find(text).into_iter().map(|(_, address)| address).collect()
    }

    #[test]
    fn addresses_are_found_in_text_of_every_kind() {
        assert_eq!(found("<anna@one.test>: host mx.one.test"), ["anna@one.test"]);
        assert_eq!(found("«anna@one.test», a.b+c@two.test."), ["anna@one.test", "a.b+c@two.test"]);
        assert_eq!(found("иван@почта.рф не найден"), ["иван@почта.рф"]);
        assert_eq!(found("a@b, x@[192.0.2.1], @, user@, a@b..c"), [""; 0]);
    }

    #[test]
    fn the_name_beside_an_address_is_found() {
        assert_eq!(first("\"x@y.test\" <anna@one.test>"), Some("anna@one.test"));
        assert_eq!(name("\"Анна\" <anna@one.test>").as_deref(), Some("Анна"));
        assert_eq!(name("anna@one.test (Anna)").as_deref(), Some("Anna"));
    }
}
