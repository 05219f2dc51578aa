//! Mails that report no failure: complaints, notices of clouds, programs' answers, persons.

use super::mime::{Head, Mail};
use super::phrases::{SIGNS, Sign, normalised};
use super::prose::{is_answer_subject, is_reply_subject};
use super::{Kind, Told, verdict};
use crate::answer::Bounce;

/// The kind of a feedback report (RFC 5965, 3.1).
pub(super) fn feedback(fields: &str) -> Kind {
    let fields = super::report::unfolded(fields);
    let kind = fields.iter().find(|(name, _)| name == "feedback-type");
    match kind.map(|(_, value)| value.trim().to_ascii_lowercase()).as_deref() {
        Some("not-spam" | "auth-failure" | "dmarc") => Kind::None,
        _ => Kind::Complaint,
    }
}

/// Whether Amazon tells of events in JSON.
pub(super) fn is_cloud_notice(head: &Head) -> bool {
    head.get("from").is_some_and(|from| from.contains("sns.amazonaws.com"))
}

/// The recipients of an Amazon SES notification.
pub(super) fn cloud_notice(text: &str) -> Vec<Told> {
    let joined = text.replace('\n', "");
    let Some(start) = joined.find('{') else { return Vec::new() };
    let mut values =
        serde_json::Deserializer::from_str(&joined[start..]).into_iter::<serde_json::Value>();
    let Some(Ok(value)) = values.next() else { return Vec::new() };
    let value = value
        .get("Message")
        .and_then(|it| it.as_str())
        .and_then(|it| serde_json::from_str(it).ok())
        .unwrap_or(value);
    let (list, kind) = if let Some(bounce) = value.pointer("/bounce/bouncedRecipients") {
        (bounce, Kind::Bounce)
    } else if let Some(complaint) = value.pointer("/complaint/complainedRecipients") {
        (complaint, Kind::Complaint)
    } else if let Some(delivery) = value.pointer("/delivery/recipients") {
        (delivery, Kind::Delivered)
    } else if let Some(delay) = value.pointer("/deliveryDelay/delayedRecipients") {
        (delay, Kind::Delay)
    } else {
        return Vec::new();
    };
    let is_permanent =
        value.pointer("/bounce/bounceType").and_then(|it| it.as_str()) == Some("Permanent");
    let text = |item: &serde_json::Value, key: &str| {
        item.get(key).and_then(|it| it.as_str()).unwrap_or_default().to_owned()
    };
    let told = list.as_array().into_iter().flatten().take(200).map(|item| {
        let address = item.as_str().map_or_else(|| text(item, "emailAddress"), str::to_owned);
        let diagnostic = text(item, "diagnosticCode");
        let status = Some(text(item, "status"))
            .filter(|code| verdict::is_status(code))
            .or_else(|| verdict::status_in(&diagnostic));
        let bounce = (kind == Kind::Bounce).then(|| {
            verdict::of_words(&normalised(&diagnostic), status.as_deref()).unwrap_or_else(|| {
                let by_status = verdict::of([], status.as_deref());
                if is_permanent && status.is_none() { Bounce::Hard } else { by_status }
            })
        });
        Told {
            address,
            also: Vec::new(),
            kind,
            bounce,
            status,
            diagnostic: super::excerpt(&diagnostic),
        }
    });
    told.filter(|it| !it.address.is_empty()).collect()
}

/// What a mail is that reports nothing.
pub(super) fn kind(mail: &Mail, text: &str) -> Kind {
    let head = &mail.head;
    let subject = normalised(head.get("subject").unwrap_or_default());
    let own = own_words(text);
    let words = normalised(&own);
    let of_subject: Vec<Sign> = SIGNS.hits(&subject).collect();
    let of_text: Vec<Sign> = SIGNS.hits(&words).collect();
    let says = |sign| of_text.contains(&sign);
    let is_titled = |sign| of_subject.contains(&sign);
    let is_away = says(Sign::Away) || is_titled(Sign::AwaySubject);
    if says(Sign::Challenge) && !says(Sign::Answer) {
        return Kind::Challenge;
    }
    // Apple Mail says of the mails that its button sends that they were answered automatically.
    if is_unsubscribe_subject(&subject) {
        return Kind::Unsubscribe;
    }
    if says(Sign::Receipt) && is_receipt_subject(&subject) {
        return Kind::Receipt;
    }
    // An empty return path is what programs write, and some relays of people too.
    let is_persons_answer = head.get("in-reply-to").is_some()
        && !is_away
        && (says(Sign::Answer) || is_answer_subject(&subject) && has_quotation(text));
    let is_program = is_automatic(head) || (is_from_nobody(head) && !is_persons_answer);
    let is_titled_auto = (is_titled(Sign::AutoSubject) || is_titled(Sign::AwaySubject))
        && !is_answer_subject(&subject);
    if is_program || is_titled_auto {
        let is_reply = |value: &str| value.trim().to_ascii_lowercase().starts_with("auto-replied");
        let answers = answers_something(head, &subject)
            || is_titled_auto
            || head.get("auto-submitted").is_some_and(is_reply)
            || head.get("x-apple-action").is_some();
        return if is_away {
            Kind::Away
        } else if answers || !is_bulk(head) {
            Kind::AutoReply
        } else {
            Kind::None
        };
    }
    if is_bulk(head) && !answers_something(head, &subject) {
        return Kind::None;
    }
    let is_short = words.len() < 2500;
    if says(Sign::AutoWords) {
        return if is_away { Kind::Away } else { Kind::AutoReply };
    }
    if is_short && is_away && says(Sign::Instead) && !says(Sign::Answer) {
        return Kind::Away;
    }
    if is_short && is_away && !says(Sign::Answer) && words.len() < 400 {
        // A rule in Outlook sets no header: this may be a program's or a person's.
        return Kind::Unsure;
    }
    if is_unsubscribe_word(&words) {
        return Kind::Unsubscribe;
    }
    if says(Sign::Unsubscribe) && !says(Sign::Footer) && words.len() < 700 {
        // Who takes up the letter as well may mean only a part of what is sent.
        return if says(Sign::Answer) { Kind::Unsure } else { Kind::Unsubscribe };
    }
    if answers_something(head, &subject) || has_quotation(text) {
        return Kind::Reply;
    }
    Kind::None
}

/// The subject of a `mailto:` of List-Unsubscribe, which only a mail program writes.
pub(super) fn is_unsubscribe_subject(subject: &str) -> bool {
    let mut words = subject.split_whitespace();
    let is_ours = words.next() == Some("unsubscribe");
    let rest: Vec<&str> = words.collect();
    is_ours
        && (rest.is_empty()
            || matches!(rest.as_slice(), [id] if id.len() >= 8 && id.bytes().all(|b| b.is_ascii_hexdigit())))
}

/// A text that is this word and nothing else, as footers of mailings ask for it.
fn is_unsubscribe_word(words: &str) -> bool {
    let word = words.trim_matches(|c: char| !c.is_alphanumeric());
    ["unsubscribe", "отписка", "отписаться", "отпишите", "отказ от рассылки"].contains(&word)
}

/// «Прочтено:», the subject that Outlook gives to its receipts.
fn is_receipt_subject(subject: &str) -> bool {
    let prefixes =
        ["прочтено:", "прочитано:", "read:", "не прочитано:", "не прочтено:", "not read:"];
    prefixes.iter().any(|prefix| subject.starts_with(prefix))
}

fn answers_something(head: &Head, subject: &str) -> bool {
    head.get("in-reply-to").is_some_and(|it| it.contains('<'))
        || head.get("references").is_some_and(|it| it.contains('<'))
        || is_answer_subject(subject)
        || (is_reply_subject(subject) && head.get("references").is_some())
}

/// What a program sets in its answers (RFC 3834, and what servers do instead).
fn is_automatic(head: &Head) -> bool {
    let value = |name| head.get(name).map(|it| it.trim().to_ascii_lowercase());
    let by_rfc = value("auto-submitted").is_some_and(|it| !it.is_empty() && !it.starts_with("no"));
    let by_name = head.names().any(|name| {
        [
            "x-autoreply",
            "x-autorespond",
            "x-auto-reply",
            "x-autoresponder",
            "x-autoreply-from",
            "x-auto-response-suppress",
            "x-ms-exchange-inbox-rules-loop",
            "x-mail-autoreply",
            "x-yandex-autoreply",
            "x-vacation",
            "x-autogenerated",
            "x-apple-action",
            "x-facebook-notify",
            "x-autorespond-from",
        ]
        .contains(&name)
    });
    let precedence = value("precedence").unwrap_or_default();
    let from = super::addresses::first(head.get("from").unwrap_or_default())
        .unwrap_or_default()
        .to_ascii_lowercase();
    let local = from.split('@').next().unwrap_or_default();
    let is_nobody = [
        "noreply",
        "no-reply",
        "no_reply",
        "donotreply",
        "do-not-reply",
        "mailer-daemon",
        "autoreply",
        "auto-reply",
    ]
    .iter()
    .any(|it| local.starts_with(it));
    by_rfc || by_name || precedence == "auto_reply" || precedence == "junk" || is_nobody
}

fn is_from_nobody(head: &Head) -> bool {
    head.get("return-path").is_some_and(|it| it.trim() == "<>")
}

pub(super) fn is_bulk(head: &Head) -> bool {
    let precedence = head.get("precedence").unwrap_or_default().trim().to_ascii_lowercase();
    head.get("list-id").is_some()
        || head.get("list-unsubscribe").is_some()
        || precedence == "bulk"
        || precedence == "list"
}

/// The text above the first quotation, without quoted lines.
pub(super) fn own_words(text: &str) -> String {
    let mut own = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if begins_quotation(line) || begins_quoted_head(line, lines.peek().copied()) {
            break;
        }
        if line.trim_start().starts_with('>') {
            continue;
        }
        own.push_str(line);
        own.push('\n');
    }
    own
}

fn has_quotation(text: &str) -> bool {
    text.lines().any(|line| begins_quotation(line) || line.starts_with('>'))
}

/// Whether two lines are the first of a head as Outlook quotes it: «От:», «Отправлено:».
fn begins_quoted_head(line: &str, next: Option<&str>) -> bool {
    let starts = |line: &str, words: &[&str]| {
        let line = line.trim().trim_start_matches('*').to_lowercase();
        words.iter().any(|word| line.starts_with(word))
    };
    starts(line, &["from:", "от:", "von:", "de:"])
        && next.is_some_and(|next| {
            starts(next, &["sent:", "date:", "to:", "отправлено:", "дата:", "кому:", "gesendet:"])
        })
}

/// Whether a line introduces what the writer answers.
fn begins_quotation(line: &str) -> bool {
    let line = line.trim().to_lowercase();
    let rule = line.trim_matches(|c: char| c == '-' || c == '_' || c == '*' || c.is_whitespace());
    let is_rule = rule.len() < line.len() && line.starts_with(['-', '_']);
    let named = [
        "original message",
        "исходное сообщение",
        "пересылаемое сообщение",
        "forwarded message",
        "конец пересылаемого",
        "ursprüngliche nachricht",
    ];
    if is_rule && (named.contains(&rule) || (rule.is_empty() && line.len() >= 30)) {
        return true;
    }
    let writes = [
        "wrote:",
        "writes:",
        "пишет:",
        "писал:",
        "писала:",
        "писал(а):",
        "написал:",
        "написала:",
        "написал(а):",
        "schrieb:",
        "a écrit :",
    ];
    // «чт, 2 июл. 2026 г. в 10:00, Дирекция <invite@example.org>:» (Gmail, Yandex, Mail.ru).
    let introduces = line.ends_with(">:") && line.contains('@');
    if introduces || writes.iter().any(|word| line.ends_with(word)) {
        return true;
    }
    let starts = ["from:", "от:", "*from:*", "von:", "de:"];
    starts.iter().any(|start| line.starts_with(start)) && (line.contains('@') || line.contains('<'))
}
