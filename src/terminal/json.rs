//! The objects of `--json`. Their names are a contract: fields may be added, never renamed.

use serde_json::{Map, Value, json};

use crate::answer::{Answer, Answered, Bounce};
use crate::delivery::{LedgerEntry, State};
use crate::finding::Finding;
use crate::notice::{
    self, Fate, InboxSummary, Language, MailRead, Origin, RecipientRead, RowLine, Setting, Summary,
};
use crate::policy::Ending;
use crate::problem::{Problem, Severity};
use crate::trust::Leave;

/// A problem, worded in `language`.
pub(super) fn problem(problem: &Problem, language: Language) -> Map<String, Value> {
    object([
        ("type", json!("problem")),
        ("severity", json!(problem.severity.as_str())),
        ("code", json!(problem.fault.code())),
        ("file", json!(&*problem.place.file)),
        ("line", json!(problem.place.line)),
        ("column", json!(problem.place.column)),
        ("row", json!(problem.row)),
        ("cell", json!(problem.place.cell.as_deref())),
        ("field", json!(problem.field.as_deref())),
        ("message", json!(notice::fault(&problem.fault, language))),
        ("hint", json!(notice::hint(&problem.fault, language))),
        ("sheet_row", json!(problem.row.map(|_| problem.place.sheet_row()))),
    ])
}

/// A letter of the ledger and what became of it.
pub(super) fn letter(
    entry: &LedgerEntry,
    fate: Fate,
    answered: Option<&Answered>,
) -> Map<String, Value> {
    // Every accepted letter has an answer, if only that there is none.
    let silent = (entry.state == State::Accepted).then_some(Answer::Silent);
    let answer = answered.map(|it| it.answer).or(silent);
    let record = entry.record.as_ref();
    let number = record.and_then(|it| it.number.as_ref()).or(entry.number.as_ref());
    object([
        ("type", json!("letter")),
        ("address", json!(entry.address)),
        ("state", json!(fate.as_str())),
        ("number", json!(number)),
        ("row", json!(entry.row)),
        ("attempts", json!(entry.attempts)),
        ("reply", json!(entry.reply)),
        ("message_id", json!(entry.message_id)),
        ("at", json!(local(entry.changed))),
        ("next_attempt", json!(entry.not_before.map(local))),
        ("date", json!(record.map(|it| &it.date))),
        ("subject", json!(record.map(|it| &it.subject))),
        ("addressee", json!(record.map(|it| &it.addressee))),
        ("position", json!(record.map(|it| &it.position))),
        ("organisation", json!(record.map(|it| &it.organisation))),
        ("copies", json!(record.map(|it| &it.copies))),
        ("files", json!(record.map(|it| &it.files))),
        ("sheets", json!(record.and_then(|it| it.sheets))),
        ("executor", json!(record.and_then(|it| it.executor.as_ref()))),
        ("replaced_by", json!(entry.replaced_by)),
        ("rule", json!(rule(fate))),
        ("digest", json!(entry.digest.map(|digest| digest.to_string()))),
        ("answer", json!(answer.map(Answer::as_str))),
        ("bounce", json!(answered.and_then(|it| it.bounce).map(Bounce::as_str))),
        ("answered_at", json!(answered.map(|it| local(it.at)))),
        ("answer_from", json!(answered.map(|it| &it.from))),
        ("status", json!(answered.and_then(|it| it.status.as_ref()))),
        ("diagnostic", json!(answered.and_then(|it| it.diagnostic.as_ref()))),
        ("until", json!(answered.and_then(|it| it.until).map(|day| day.to_string()))),
    ])
}

/// A mail that was read.
pub(super) fn mail(mail: &MailRead) -> Map<String, Value> {
    let mut object = object([("type", json!("mail"))]);
    match &mail.origin {
        Origin::File(path) => object.insert("file".into(), json!(path)),
        Origin::Mailbox { folder, uid } => {
            object.insert("folder".into(), json!(folder));
            object.insert("uid".into(), json!(uid))
        }
    };
    let recipient = |it: &RecipientRead| {
        json!({
            "address": it.address,
            "kind": it.kind,
            "bounce": it.bounce.map(Bounce::as_str),
            "status": it.status,
            "letter": it.letter,
        })
    };
    let fields = [
        ("kind", json!(mail.kind)),
        ("bounce", json!(mail.bounce.map(Bounce::as_str))),
        ("address", json!(mail.address)),
        ("status", json!(mail.status)),
        ("matched_by", json!(mail.matched_by)),
        ("letter", json!(mail.letter)),
        ("counted", json!(mail.counted)),
        ("already", json!(mail.is_already_kept)),
        ("from", json!(mail.from)),
        ("subject", json!(mail.subject)),
        ("until", json!(mail.until.map(|day| day.to_string()))),
        ("recipients", json!(mail.recipients.iter().map(recipient).collect::<Vec<_>>())),
    ];
    object.extend(fields.map(|(name, value)| (name.to_owned(), value)));
    object
}

/// The last line of `inbox`.
pub(super) fn inbox_summary(summary: &InboxSummary) -> Map<String, Value> {
    object([
        ("type", json!("summary")),
        ("command", json!("inbox")),
        ("read", json!(summary.read)),
        ("ours", json!(summary.ours)),
        ("not_ours", json!(summary.not_ours)),
        ("unsure", json!(summary.unsure)),
        ("unreadable", json!(summary.unreadable)),
        ("already", json!(summary.already)),
        ("suppressed", json!(summary.suppressed)),
        ("proved", json!(summary.proved)),
    ])
}

fn rule(fate: Fate) -> Option<&'static str> {
    match fate {
        Fate::LeftOut(rule) => Some(rule.as_str()),
        Fate::Letter(_) | Fate::Replaced | Fate::Suppressed | Fate::Blocked => None,
    }
}

/// A row of the list that has no letter in the ledger, with the fields of a letter.
pub(super) fn row(row: &RowLine) -> Map<String, Value> {
    let errors = row.problems.iter().filter(|problem| problem.severity == Severity::Error);
    object([
        ("type", json!("letter")),
        ("address", json!(row.address)),
        ("state", json!(row.fate.as_str())),
        ("number", Value::Null),
        ("row", json!(row.row)),
        ("sheet_row", json!(row.sheet_row)),
        ("attempts", json!(0)),
        ("reply", Value::Null),
        ("message_id", Value::Null),
        ("at", Value::Null),
        ("next_attempt", Value::Null),
        ("rule", json!(rule(row.fate))),
        ("problems", json!(errors.map(|problem| problem.fault.code()).collect::<Vec<_>>())),
    ])
}

/// What a folder may do.
pub(super) fn leave(leave: &Leave) -> Map<String, Value> {
    object([
        ("type", json!("trust")),
        ("folder", json!(leave.folder.to_string_lossy())),
        ("at", json!(local(leave.at()))),
        ("needs", json!(leave.needs)),
    ])
}

/// The last line of a command.
pub(super) fn summary(summary: &Summary) -> Map<String, Value> {
    let account = &summary.account;
    let mut fields = object([
        ("type", json!("summary")),
        ("command", json!(summary.command)),
        ("rows", json!(summary.rows)),
        ("letters", json!(summary.letters)),
        ("accepted", json!(account.accepted)),
        ("filed", json!(account.filed)),
        ("refused", json!(account.refused)),
        ("waiting", json!(account.waiting)),
        ("unknown", json!(account.unknown)),
        ("suppressed", json!(summary.suppressed)),
        ("blocked", json!(summary.blocked)),
        ("left_out", json!(summary.left_out)),
        ("replaced", json!(account.refusals.replaced)),
        ("errors", json!(summary.errors)),
        ("warnings", json!(summary.warnings)),
        ("doubts", json!(summary.doubts)),
        ("seal", json!(summary.seal)),
    ]);
    if let Some(answers) = summary.answers {
        let counts = answers.by_weight().map(|(answer, letters)| (answer.as_str(), json!(letters)));
        let counts = counts.map(|(name, letters)| (name.to_owned(), letters)).collect();
        fields.insert("answers".into(), Value::Object(counts));
    }
    if let Some(ages) = summary.ages {
        fields.insert("oldest_waiting_age".into(), json!(ages.oldest_waiting));
        fields.insert("mailbox_read_age".into(), json!(ages.mailbox_read));
    }
    if let Some(seen) = &summary.last_run {
        let ended = seen.run.ended.as_ref();
        let until = ended.and_then(|(_, ending)| match ending {
            Ending::PutOff(_, until) => Some(local(*until)),
            _ => None,
        });
        let last_run = object([
            ("began", json!(local(seen.run.began))),
            ("ended", json!(ended.map(|(at, _)| local(*at)))),
            ("end", json!(seen.code())),
            ("reply", json!(ended.and_then(|(_, ending)| ending.said()))),
            ("until", json!(until)),
        ]);
        fields.insert("last_run".into(), Value::Object(last_run));
    }
    fields
}

/// What was found about a relay or a domain; `fix` is the record or the line that puts it right.
pub(super) fn finding(found: &Finding, language: Language) -> Map<String, Value> {
    object([
        ("type", json!("finding")),
        ("check", json!(found.check().as_str())),
        ("severity", json!(found.gravity().as_str())),
        ("message", json!(notice::finding(found, language))),
        ("fix", json!(Some(notice::fix(found, language)).filter(|fix| !fix.is_empty()))),
    ])
}

/// What `doctor` asked of the network.
pub(super) fn asked(dns: &[String], names: &[String], servers: &[String]) -> Map<String, Value> {
    object([
        ("type", json!("asked")),
        ("dns_servers", json!(dns)),
        ("names", json!(names)),
        ("servers", json!(servers)),
    ])
}

/// A setting in force.
pub(super) fn setting(setting: &Setting) -> Map<String, Value> {
    object([
        ("type", json!("setting")),
        ("table", json!(setting.table)),
        ("key", json!(setting.key)),
        ("value", json!(setting.value)),
        ("file", json!(&*setting.place.file)),
        ("line", json!(setting.place.line)),
    ])
}

/// The answer to a question of SPF.
pub(super) fn spf(result: &str) -> Map<String, Value> {
    object([("type", json!("spf")), ("result", json!(result))])
}

/// A moment for programs (RFC 3339), in this machine's time zone.
fn local(at: jiff::Timestamp) -> String {
    at.to_zoned_datetime(jiff::tz::TimeZone::system()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

fn object<const N: usize>(pairs: [(&str, Value); N]) -> Map<String, Value> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
