//! Reports with fields: delivery status (RFC 3464, RFC 6533), and the same fields in plain text.

use super::addresses;

/// What a report says of one recipient.
#[derive(Debug, Clone, Default)]
pub(super) struct Group {
    /// `Original-Recipient`: whom we wrote to.
    pub original: Option<String>,
    /// `Final-Recipient`: where it went in the end.
    pub last: Option<String>,
    pub action: Option<String>,
    pub status: Option<String>,
    pub diagnostic: String,
}

#[derive(Debug, Default)]
pub(super) struct DeliveryStatus {
    /// `Original-Envelope-Id`: the ENVID that we sent (RFC 3461, 4.4).
    pub envelope_id: Option<String>,
    pub groups: Vec<Group>,
}

/// Recipients of a report that are read.
const MAX_GROUPS: usize = 200;

impl DeliveryStatus {
    /// Reads the fields of a report, whose groups are parted by empty lines, or should be.
    pub fn read(text: &str) -> Self {
        let mut report = Self::default();
        let mut group = Group::default();
        let mut has_gap = false;
        for (name, value) in unfolded(text) {
            if name.is_empty() {
                has_gap = true;
                continue;
            }
            let is_repeated = match name.as_str() {
                "final-recipient" => group.last.is_some(),
                "original-recipient" => {
                    group.original.is_some() || (has_gap && group.last.is_some())
                }
                "action" => group.action.is_some(),
                "status" => group.status.is_some(),
                _ => false,
            };
            let is_known = [
                "final-recipient",
                "original-recipient",
                "x-actual-recipient",
                "action",
                "status",
                "diagnostic-code",
            ]
            .contains(&name.as_str());
            if is_repeated {
                report.add(std::mem::take(&mut group));
            }
            if is_known {
                has_gap = false;
            }
            match name.as_str() {
                "original-envelope-id" => report.envelope_id = Some(value),
                "final-recipient" | "x-actual-recipient" => {
                    let address = recipient(&value);
                    if group.last.is_none() {
                        group.last = address;
                    }
                }
                "original-recipient" => group.original = recipient(&value),
                "action" => {
                    let word = value.split(|c: char| !c.is_ascii_alphabetic() && c != '-').next();
                    group.action = word.map(str::to_ascii_lowercase).filter(|it| !it.is_empty());
                }
                "status" => {
                    let code = value.split(|c: char| !c.is_ascii_digit() && c != '.').next();
                    group.status = code
                        .filter(|code| super::verdict::is_status(code))
                        .map(str::to_owned)
                        .or(group.status);
                }
                "diagnostic-code" | "x-supplementary-info" | "x-notes" | "x-display-name-note" => {
                    let value =
                        value.split_once(';').map_or(value.as_str(), |(_, text)| text.trim());
                    if !group.diagnostic.is_empty() {
                        group.diagnostic.push(' ');
                    }
                    group.diagnostic.push_str(value);
                }
                _ => {}
            }
        }
        report.add(group);
        report
    }

    fn add(&mut self, group: Group) {
        let is_somebodys = group.original.is_some() || group.last.is_some();
        if is_somebodys && self.groups.len() < MAX_GROUPS {
            self.groups.push(group);
        }
    }
}

/// The fields of a text: names in lower case, values unfolded; an empty name for an empty line.
pub(super) fn unfolded(text: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        if line.trim().is_empty() {
            fields.push((String::new(), String::new()));
        } else if line.starts_with([' ', '\t'])
            && fields.last().is_some_and(|(name, _)| !name.is_empty())
            && !line.trim_start().to_ascii_lowercase().starts_with("final-recipient")
        {
            if let Some((_, value)) = fields.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.trim_start().split_once(':')
            && !name.contains(' ')
        {
            fields.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    fields
}

/// The address of `rfc822; anna@one.test`.
fn recipient(value: &str) -> Option<String> {
    let (kind, address) = value.split_once(';').unwrap_or(("rfc822", value));
    let kind = kind.trim().to_ascii_lowercase();
    let address = address.trim();
    if kind == "x400" || kind == "local" && !address.contains('@') {
        return None;
    }
    let decoded = if kind == "utf-8" { unicode(address) } else { address.to_owned() };
    addresses::find(&decoded).first().map(|(_, found)| (*found).to_owned())
}

/// Decodes `\x{442}` of RFC 6533, 3.
fn unicode(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\\x{") {
        out.push_str(before);
        let Some((code, behind)) = after.split_once('}') else {
            rest = after;
            break;
        };
        out.extend(u32::from_str_radix(code, 16).ok().and_then(char::from_u32));
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// Decodes xtext: `user+2Btag@one.test` (RFC 3461, 4). `None` if nothing is encoded.
pub(super) fn from_xtext(text: &str) -> Option<String> {
    let mut out = Vec::new();
    let mut has_code = false;
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let code = bytes
            .get(at + 1..at + 3)
            .filter(|_| *byte == b'+')
            .filter(|code| code.iter().all(|c| c.is_ascii_digit() || matches!(c, b'A'..=b'F')));
        let decoded =
            code.and_then(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok());
        let decoded = decoded.filter(u8::is_ascii_graphic);
        out.push(decoded.unwrap_or(*byte));
        has_code |= decoded.is_some();
        at += if decoded.is_some() { 3 } else { 1 };
    }
    if has_code { String::from_utf8(out).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_read_however_they_are_parted() {
        let text = "Reporting-MTA: dns; mx.one.test\nOriginal-Envelope-Id: abc\n\n\
                    Final-Recipient: rfc822; anna@one.test\nOriginal-Recipient: rfc822;anna@two.test\n\
                    Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1\n no such user\n\
                    Final-Recipient: RFC822;<ivan@one.test>\nAction: delayed (x)\nStatus: 4.4.1 (y)\n";
        let report = DeliveryStatus::read(text);
        assert_eq!(report.envelope_id.as_deref(), Some("abc"));
        let [anna, ivan] = report.groups.as_slice() else { panic!("{report:?}") };
        assert_eq!(anna.original.as_deref(), Some("anna@two.test"));
        assert_eq!(anna.diagnostic, "550 5.1.1 no such user");
        assert_eq!(ivan.last.as_deref(), Some("ivan@one.test"));
        assert_eq!(
            (ivan.action.as_deref(), ivan.status.as_deref()),
            (Some("delayed"), Some("4.4.1"))
        );
    }

    #[test]
    fn addresses_outside_ascii_are_read() {
        assert_eq!(recipient("utf-8; \\x{438}\\x{432}@one.test").as_deref(), Some("ив@one.test"));
        assert_eq!(from_xtext("a+2Bb@one.test").as_deref(), Some("a+b@one.test"));
        assert_eq!(from_xtext("a+tag@one.test"), None);
    }
}
