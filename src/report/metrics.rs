//! What a monitor reads: the text format of Prometheus. Nobody's name or address is in it.

use std::fmt::Write as _;

use crate::answer::AnswerCounts;
use crate::delivery::Account;

/// The first words of every file, by which one of ours is known.
pub(crate) const BEGINNING: &str = "# HELP gonets_";

/// How a campaign is doing. Times are seconds since 1970.
pub(crate) struct Metrics<'a> {
    pub campaign: &'a str,
    pub account: Account,
    pub suppressed: u64,
    pub answers: AnswerCounts,
    pub is_running: bool,
    pub oldest_waiting: Option<i64>,
    pub mailbox_read: Option<i64>,
    pub now: i64,
}

impl Metrics<'_> {
    pub(crate) fn text(&self) -> String {
        let campaign = escaped(self.campaign);
        let mut text = String::new();
        let mut gauge = |name: &str, help: &str, samples: &[(String, i64)]| {
            if samples.is_empty() {
                return;
            }
            let _ = write!(text, "# HELP gonets_{name} {help}\n# TYPE gonets_{name} gauge\n");
            for (labels, value) in samples {
                let _ = writeln!(text, "gonets_{name}{{campaign=\"{campaign}\"{labels}}} {value}");
            }
        };
        let one = |value: i64| vec![(String::new(), value)];
        let count = |letters: u64| i64::try_from(letters).unwrap_or(i64::MAX);
        let account = &self.account;
        let states = [
            ("accepted", account.accepted),
            ("filed", account.filed),
            ("refused", account.refused),
            ("waiting", account.waiting),
            ("unknown", account.unknown),
            ("suppressed", self.suppressed),
        ];
        let states = states.map(|(state, n)| (format!(",state=\"{state}\""), count(n)));
        gauge("letters", "Letters by state.", &states);
        let answers = self.answers.by_weight();
        let answers: Vec<_> = answers
            .map(|(answer, n)| (format!(",answer=\"{}\"", answer.as_str()), count(n)))
            .collect();
        gauge("answers", "Accepted letters by what came back.", &answers);
        gauge("running", "Whether a run holds the ledger.", &one(self.is_running.into()));
        let times = [
            ("oldest_waiting", "the letter that waits longest was entered", self.oldest_waiting),
            ("mailbox_read", "the mailbox was last read to its end", self.mailbox_read),
        ];
        for (name, what, at) in times {
            let at = at.map(one).unwrap_or_default();
            let ages: Vec<_> =
                at.iter().map(|(none, at)| (none.clone(), (self.now - at).max(0))).collect();
            gauge(&format!("{name}_timestamp_seconds"), &format!("When {what}."), &at);
            gauge(&format!("{name}_age_seconds"), &format!("For how long: {what}."), &ages);
        }
        gauge("status_timestamp_seconds", "When this was written.", &one(self.now));
        text
    }
}

/// The value of a label.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_campaign_is_told_line_by_line() {
        let account = Account { accepted: 3, waiting: 2, ..Account::default() };
        let metrics = Metrics {
            campaign: "a\"b\\c",
            account,
            suppressed: 1,
            answers: AnswerCounts::default(),
            is_running: true,
            oldest_waiting: Some(900),
            mailbox_read: None,
            now: 1000,
        };
        let text = metrics.text();
        for line in [
            r#"gonets_letters{campaign="a\"b\\c",state="accepted"} 3"#,
            r#"gonets_letters{campaign="a\"b\\c",state="suppressed"} 1"#,
            r#"gonets_running{campaign="a\"b\\c"} 1"#,
            r#"gonets_oldest_waiting_timestamp_seconds{campaign="a\"b\\c"} 900"#,
            r#"gonets_oldest_waiting_age_seconds{campaign="a\"b\\c"} 100"#,
            r#"gonets_status_timestamp_seconds{campaign="a\"b\\c"} 1000"#,
        ] {
            assert!(text.lines().any(|it| it == line), "{line} is not in\n{text}");
        }
        assert!(text.starts_with(BEGINNING) && !text.contains("mailbox_read"));
    }
}
