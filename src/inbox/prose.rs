//! Notices of failure in prose: whom they name, what they say of each, and where the letter that
//! came back begins.

use std::collections::HashSet;

use super::addresses;
use super::mime::{Head, Mail};
use super::phrases::{NOTICES, Notice, SIGNS, SYSTEM_SENDERS, Sign, normalised};

/// What is kept of what a notice says of one recipient, in octets.
const MAX_SAID: usize = 16 * 1024;
/// Lines of a notice that are read.
const MAX_LINES: usize = 2000;
const MAX_RECIPIENTS: usize = 200;

/// The text above the letter that came back, and that letter's head.
#[derive(Debug, Default)]
pub(super) struct Text {
    pub lines: Vec<String>,
    pub returned: Option<Head>,
    /// What came back if it is a notice itself, wrapped by another server or program.
    pub wrapped: Option<Vec<u8>>,
}

impl Text {
    pub fn of(mail: &Mail) -> Self {
        let text = mail.text();
        let lines: Vec<&str> = text.lines().take(MAX_LINES).collect();
        let cut = returned_head(&lines);
        let mut returned = mail.returned.as_ref().map(|it| it.head.clone());
        let mut wrapped = mail.returned.as_ref().and_then(|it| it.notice.clone());
        if let Some(at) = cut {
            let rest: Vec<&str> =
                lines[at..].iter().map(|line| line.strip_prefix("> ").unwrap_or(line)).collect();
            let rest = rest.join("\n");
            let head = Head::parse(rest.trim_start().as_bytes()).0;
            if returned.is_none() && is_wrapped(&head) {
                wrapped = Some(rest.trim_start().as_bytes().to_vec());
            }
            returned.get_or_insert(head);
        }
        let lines = lines[..cut.unwrap_or(lines.len())].iter().map(|&line| line.to_owned());
        Self { lines: lines.collect(), returned, wrapped }
    }

    /// The beginning, as far as one recipient's fate is looked for in it.
    fn beginning(&self) -> String {
        limited(self.joined())
    }

    pub fn joined(&self) -> String {
        self.lines.join("\n")
    }
}

fn limited(mut text: String) -> String {
    if text.len() > MAX_SAID {
        let end = (0..=MAX_SAID).rev().find(|at| text.is_char_boundary(*at));
        text.truncate(end.unwrap_or(0));
    }
    text
}

/// The line at which the head of a letter begins: three fields in a row, one of which only a head
/// has; after words that announce a copy, one.
fn returned_head(lines: &[&str]) -> Option<usize> {
    let mut is_announced = false;
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        if line.trim().is_empty() {
            at += 1;
            continue;
        }
        let (fields, is_sure) = run_of_fields(&lines[at..]);
        if (fields >= 3 && is_sure) || (fields >= 1 && is_announced) {
            return Some(at);
        }
        let is_short = line.len() < 160;
        let announces = is_short && NOTICES.hits(&normalised(line)).any(|hit| hit == Notice::Copy);
        // Rules of hyphens may stand between the words and the head.
        let is_rule = line.trim().chars().all(|c| !c.is_alphanumeric());
        is_announced = announces || (is_announced && is_rule);
        at += 1;
    }
    None
}

/// How many fields of a mail's head follow each other, and whether one is among them that nobody
/// writes by hand.
fn run_of_fields(lines: &[&str]) -> (usize, bool) {
    let mut fields = 0;
    let mut is_sure = false;
    for line in lines.iter().take(60) {
        let line = line.strip_prefix("> ").unwrap_or(line);
        if fields > 0 && line.starts_with([' ', '\t']) {
            continue;
        }
        if fields == 0 && line.starts_with("From ") {
            continue;
        }
        let Some((name, _)) = line.split_once(':') else { break };
        let name = name.trim_end().to_ascii_lowercase();
        let is_known = [
            "from",
            "to",
            "cc",
            "subject",
            "date",
            "sender",
            "reply-to",
            "content-type",
            "mime-version",
            "content-transfer-encoding",
            "user-agent",
            "importance",
            "precedence",
            "in-reply-to",
            "references",
            "sent",
            "mailer",
            "errors-to",
            "delivered-to",
            "organization",
        ]
        .contains(&name.as_str());
        let is_of_head = [
            "received",
            "return-path",
            "message-id",
            "dkim-signature",
            "mime-version",
            "arc-seal",
            "authentication-results",
        ]
        .contains(&name.as_str());
        let is_extension =
            name.starts_with("x-") || name.starts_with("list-") || name.starts_with("arc-");
        if !(is_known || is_of_head || is_extension) || name.contains(' ') {
            break;
        }
        is_sure |= is_of_head;
        fields += 1;
    }
    (fields, is_sure)
}

/// Whether a head is that of a notice.
pub(super) fn is_wrapped(head: &Head) -> bool {
    SYSTEM_SENDERS.occur(&normalised(head.get("from").unwrap_or_default()))
}

/// Whether a mail server wrote this: its name, or its subject and words.
pub(super) fn is_notice(mail: &Mail, text: &Text, words: &str) -> bool {
    let head = &mail.head;
    let has_returned = text.returned.is_some();
    let from = normalised(head.get("from").unwrap_or_default());
    let is_system = SYSTEM_SENDERS.occur(&from)
        || head.get("x-failed-recipients").is_some()
        || head.get("x-ms-exchange-message-is-ndr").is_some();
    let path = head.get("return-path").unwrap_or_default().trim().to_ascii_lowercase();
    let is_from_nobody = path == "<>" || path.starts_with("<mailer-daemon");
    let subject = normalised(head.get("subject").unwrap_or_default());
    let is_answer = is_reply_subject(&subject);
    // Providers that write from a name that nobody reads, with the letter behind it.
    let is_unanswerable = from.contains("no-reply@") || from.contains("noreply@");
    let brings_letter = has_returned && is_unanswerable;
    let has_subject = SIGNS.hits(&subject).any(|hit| hit == Sign::NoticeSubject) && !is_answer;
    let says_failure = NOTICES
        .hits(words)
        .any(|hit| matches!(hit, Notice::Failed | Notice::Final | Notice::Delayed));
    let subject_fails = NOTICES.hits(&subject).any(|hit| hit != Notice::Copy);
    let says_reason = super::verdict::of_words(words, None).is_some();
    if is_system {
        return says_failure || subject_fails || has_subject || says_reason;
    }
    (has_subject || brings_letter || (is_from_nobody && subject_fails && !is_answer))
        && (says_failure || says_reason)
}

/// `Re:`, `Fwd:`, `Ответ:` at the beginning of a normalised subject.
pub(super) fn is_reply_subject(subject: &str) -> bool {
    is_answer_subject(subject)
        || ["fw:", "fwd:", "пересл", "wg:"].iter().any(|it| subject.starts_with(it))
}

/// `Re:`, `Ответ:` at the beginning of a normalised subject.
pub(super) fn is_answer_subject(subject: &str) -> bool {
    let prefixes =
        ["re:", "re[", "ha:", "на:", "aw:", "sv:", "ответ:", "отв:", "odp:", "rif:", "res:"];
    prefixes.iter().any(|prefix| subject.starts_with(prefix))
}

/// A recipient of whom a notice in prose speaks.
#[derive(Debug)]
pub(super) struct Named {
    pub address: String,
    /// Addresses told as the same recipient's.
    pub also: Vec<String>,
    /// What the notice says of it: the line that names it, the lines about it, all of it.
    pub texts: [String; 3],
}

impl Named {
    /// What the notice says of it.
    pub fn text(&self) -> &str {
        &self.texts[2]
    }
}

/// How an address stands in its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    /// A sender's, or whom to ask.
    Other,
    Mentioned,
    /// As a recipient's: «to», «RCPT TO:», «user».
    Recipient,
    /// The line begins with it.
    Heading,
}

struct Candidate {
    line: usize,
    address: String,
    role: Role,
}

/// Whom a notice says it did not reach.
pub(super) fn recipients(mail: &Mail, text: &Text) -> Vec<Named> {
    let own = own_addresses(&mail.head, text.returned.as_ref());
    let letter_to = letter_recipients(text.returned.as_ref());
    let is_own = |address: &str| own.contains(&address.to_lowercase());
    let candidates = candidates(&text.lines);
    let told: Vec<String> = mail
        .head
        .all("x-failed-recipients")
        .flat_map(|value| {
            addresses::find(value).into_iter().map(|(_, it)| it.to_owned()).collect::<Vec<_>>()
        })
        .take(MAX_RECIPIENTS)
        .collect();
    let is_alone = told.len() == 1;
    if !told.is_empty() {
        let named = told.into_iter().map(|address| {
            let heading = candidates
                .iter()
                .find(|it| it.role == Role::Heading && it.address.eq_ignore_ascii_case(&address));
            let line = heading.map_or_else(String::new, |it| text.lines[it.line].clone());
            let block = match heading {
                Some(heading) => block(text, &candidates, heading.line, &is_own),
                None => text.beginning(),
            };
            let also = alternatives(&block, &address);
            let whole = if is_alone { text.beginning() } else { block.clone() };
            Named { address, also, texts: [line, block, whole] }
        });
        return named.collect();
    }
    let others: Vec<&Candidate> = candidates.iter().filter(|it| !is_own(&it.address)).collect();
    let with = |role| others.iter().filter(move |it| it.role == role).copied();
    let is_addressee =
        |it: &&Candidate| it.role > Role::Other && letter_to.contains(&it.address.to_lowercase());
    let mut chosen: Vec<&Candidate> = distinct(with(Role::Heading));
    if chosen.is_empty() {
        chosen = distinct(others.iter().copied().filter(is_addressee));
    }
    if chosen.is_empty() {
        // «to anna@one.test, ivan@one.test»: what stands in one line is one list.
        let first = with(Role::Recipient).next().map(|first| first.line);
        let in_line = others.iter().filter(|it| it.role > Role::Other && Some(it.line) == first);
        chosen = distinct(in_line.copied());
    }
    if chosen.is_empty() {
        chosen.extend(with(Role::Mentioned).next());
    }
    if !chosen.is_empty() {
        let is_alone = chosen.len() == 1;
        let named = chosen.iter().map(|it| {
            let block = block(text, &candidates, it.line, &is_own);
            let mut also = beside(&candidates, it);
            also.extend(alternatives(&block, &it.address));
            let whole = if is_alone { text.beginning() } else { block.clone() };
            let line = text.lines[it.line].clone();
            Named { address: it.address.clone(), also, texts: [line, block, whole] }
        });
        return named.collect();
    }
    // Nobody else is named: the letter's only addressee, or one who is ourselves.
    let named = |address: String| {
        let texts = [String::new(), String::new(), text.beginning()];
        vec![Named { address, also: Vec::new(), texts }]
    };
    if let [only] = letter_to.as_slice() {
        return named(only.clone());
    }
    let ourselves = candidates.iter().find(|it| it.role >= Role::Recipient);
    ourselves.map_or_else(Vec::new, |it| named(it.address.clone()))
}

/// The first candidate of each address.
fn distinct<'a>(candidates: impl Iterator<Item = &'a Candidate>) -> Vec<&'a Candidate> {
    let mut seen = HashSet::new();
    candidates.filter(|it| seen.insert(it.address.to_lowercase())).take(MAX_RECIPIENTS).collect()
}

/// The lines about one recipient: from the one that names it to the next.
fn block(
    text: &Text,
    candidates: &[Candidate],
    from: usize,
    is_own: &dyn Fn(&str) -> bool,
) -> String {
    let own_address =
        candidates.iter().find(|it| it.line == from).map(|it| it.address.to_lowercase());
    let next = candidates.iter().find(|it| {
        it.line > from
            && it.role == Role::Heading
            && !is_own(&it.address)
            && Some(it.address.to_lowercase()) != own_address
    });
    limited(text.lines[from..next.map_or(text.lines.len(), |it| it.line)].join("\n"))
}

/// The other addresses of the line that an address heads.
fn beside(candidates: &[Candidate], heading: &Candidate) -> Vec<String> {
    let beside = candidates.iter().filter(|it| {
        it.line == heading.line
            && heading.role == Role::Heading
            && !it.address.eq_ignore_ascii_case(&heading.address)
    });
    beside.map(|it| it.address.clone()).collect()
}

/// Other addresses under which a block speaks of the same recipient: «generated from», «expanded
/// from», «Final recipient».
fn alternatives(block: &str, address: &str) -> Vec<String> {
    let mut also = Vec::new();
    for line in block.lines() {
        let low = line.to_lowercase();
        let is_same = [
            "generated from",
            "expanded from",
            "forwarded to",
            "original address",
            "final recipient",
            "alias",
            "original recipient",
            "for <",
            "rcpt to",
            "said:",
            "reason",
        ]
        .iter()
        .any(|words| low.contains(words));
        if is_same || low.trim_start().starts_with(['<', '(']) {
            for (_, found) in addresses::find(line) {
                let is_new = !found.eq_ignore_ascii_case(address)
                    && !also.iter().any(|it: &String| it.eq_ignore_ascii_case(found));
                if is_new && also.len() < 8 {
                    also.push(found.to_owned());
                }
            }
        }
    }
    also
}

fn candidates(lines: &[String]) -> Vec<Candidate> {
    let mut all = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        for (range, address) in addresses::find(line) {
            let role = role(&line[..range.start], &line[range.end..]);
            all.push(Candidate { line: index, address: address.to_owned(), role });
        }
    }
    all
}

fn role(before: &str, after: &str) -> Role {
    let before = before.to_lowercase();
    let before = before.as_str();
    let last = before.trim_end_matches(|c: char| c.is_whitespace() || "<\"'(:=«[*".contains(c));
    let ends_with = |words: &[&str]| words.iter().any(|word| last.ends_with(word));
    if ends_with(&[
        "mail from",
        "from",
        "sender",
        "отправитель",
        "отправителя",
        "mailto",
        "contact",
        "write to",
        "helo",
        "by",
        "reply-to",
        "return-path",
        "message-id",
        "id",
        "envelope-from",
        "e-mail to",
        "email to",
        "send mail to",
        "forward this message to",
        "message to",
    ]) || before.contains("http")
        || before.contains("mailto:")
        || before.contains("contact")
        || before.contains("assistance")
        || before.contains("обратитесь")
        || before.contains("questions")
        || before.contains("message-id")
        || before.contains("report")
    {
        return if ends_with(&["message to"]) { Role::Recipient } else { Role::Other };
    }
    if last.is_empty() || last.chars().all(|c| !c.is_alphanumeric()) {
        return Role::Heading;
    }
    // `550 5.1.1 <anna@one.test>... User unknown`: Sendmail's transcript.
    let is_code = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if after.trim_start_matches('>').starts_with("...") && last.split_whitespace().all(is_code) {
        return Role::Heading;
    }
    if ends_with(&[
        "rcpt to",
        "to",
        "recipient",
        "recipients",
        "address",
        "user",
        "mailbox",
        "for",
        "кому",
        "получатель",
        "получателю",
        "адрес",
        "адресу",
        "адресат",
        "адресата",
        "ящик",
        "пользователь",
        "account",
        "following recipient(s)",
        "errors",
        "rcpt",
        "адресату",
        "адресатам",
    ]) {
        return Role::Recipient;
    }
    Role::Mentioned
}

/// Our own addresses: to whom the notice goes, and who wrote the letter.
fn own_addresses(head: &Head, returned: Option<&Head>) -> Vec<String> {
    let mut own = Vec::new();
    for name in ["to", "delivered-to", "x-original-to", "envelope-to", "apparently-to"] {
        head.all(name).for_each(|value| own.extend(addresses::all(value)));
    }
    if let Some(returned) = returned {
        for name in ["from", "sender", "return-path", "reply-to"] {
            returned.all(name).for_each(|value| own.extend(addresses::all(value)));
        }
    }
    own.extend(addresses::first(head.get("from").unwrap_or_default()).map(str::to_lowercase));
    own
}

/// To whom the letter that came back was addressed.
pub(super) fn letter_recipients(returned: Option<&Head>) -> Vec<String> {
    let mut to = Vec::new();
    if let Some(returned) = returned {
        for name in ["to", "cc", "x-original-to", "envelope-to", "x-envelope-to", "delivered-to"] {
            returned.all(name).for_each(|value| to.extend(addresses::all(value)));
        }
        if to.is_empty() {
            for value in returned.all("received") {
                let after = value.split(" for ").nth(1).unwrap_or_default();
                to.extend(addresses::all(after).into_iter().take(1));
            }
        }
        to.sort();
        to.dedup();
    }
    to
}

/// Whether a notice tells of a delay or of a failure. `None` if it says neither.
pub(super) fn is_delay(words: &str) -> Option<bool> {
    let (mut failed, mut last, mut delayed) = (false, false, false);
    for hit in NOTICES.hits(words) {
        match hit {
            Notice::Failed => failed = true,
            Notice::Final => last = true,
            Notice::Delayed => delayed = true,
            Notice::Copy => {}
        }
    }
    if last {
        Some(false)
    } else if delayed {
        Some(true)
    } else {
        failed.then_some(false)
    }
}
