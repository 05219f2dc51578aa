//! The English words.

use super::{
    Fate, Group, Heading, Language, Misuse, Next, Notice, Outlook, Plan, Seen, Standing,
    encoding_name, field_name, grouped, letter_head, meaning, moment, problem_line, quoted,
    reply_words, size,
};
use crate::delivery::{Account, State, TlsFlaw, Trouble};
use crate::failure::{Asked, Doing, Failure, KeyringFlaw};
use crate::problem::{
    AddressFlaw, Cause, ConfigFault, Expected, Fault, FileFault, FilterFault, FormsFault, KeyFlaw,
    Kind, LetterFault, ListFault, NoMail,
};
use crate::russian::gender::{Evidence, EvidenceKind};
use crate::russian::{Gender, Reason};
use crate::seal::{self, Change, How};

/// A size in octets, for people.
#[expect(clippy::cast_precision_loss, reason = "one decimal is shown")]
fn megabytes(octets: u64) -> String {
    if octets < 1 << 20 {
        return format!("{} KB", octets.div_ceil(1 << 10));
    }
    format!("{:.1} MB", octets as f64 / f64::from(1 << 20))
}

fn count(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(n), if n == 1 { one } else { many })
}

fn number(n: u64) -> String {
    grouped(n, ',')
}

fn letters(n: u64) -> String {
    count(n, "letter", "letters")
}

fn reset_question(n: u64, accepted: u64) -> String {
    format!(
        "{} will go again with the next send; {accepted} of them the relay has accepted already, and their readers will get a second copy.\nType the number of letters ({n}) to go on: ",
        letters(n)
    )
}

#[expect(clippy::too_many_lines, reason = "one `match` over all notices")]
pub(super) fn notice(notice: &Notice) -> String {
    match notice {
        Notice::Problem(problem) => problem_line(problem, Language::English),
        Notice::Failure(it) => failure(it),
        Notice::Misuse(it) => format!("{}; see --help", misuse(it)),
        Notice::LetterHead { row, number, fields, attachments } => {
            let name = |name: &str| field_name(name, Language::English).to_owned();
            let mut lines: Vec<(String, String)> =
                fields.iter().map(|(field, value)| (name(field), value.clone())).collect();
            if !attachments.is_empty() {
                let files = attachments
                    .iter()
                    .map(|(file, bytes)| format!("{file} ({})", size(*bytes, Language::English)));
                lines.push((name("attachments"), files.collect::<Vec<_>>().join(", ")));
            }
            let number =
                number.as_ref().map(|number| format!(", No. {number}")).unwrap_or_default();
            lines.push(("Row".into(), format!("{row}{number}")));
            letter_head(&lines)
        }
        Notice::NextLetter { folder, row } => {
            format!("next: gonets show {} --row {row}", quoted(folder))
        }
        Notice::Written { path, lines } => {
            format!("{} written to {}", count(*lines, "row", "rows"), path.display())
        }
        Notice::PdfWritten { path } => format!("the letter on letterhead is in {}", path.display()),
        Notice::ManWritten { pages, folder } => {
            format!("{} written to {}", count(*pages, "page", "pages"), folder.display())
        }
        Notice::JournalLine { cells } => cells.join("\t"),
        Notice::Reasons { state, groups } => {
            let line = |group: &Group| {
                let what = meaning(&group.reply, Language::English)
                    .unwrap_or_else(|| "the relay's reply".into());
                format!(
                    "  {:>5}  {what}\n         for example {}: {}",
                    group.letters, group.example, group.reply
                )
            };
            let lines = groups.iter().map(line).collect::<Vec<_>>().join("\n");
            format!("{}, by reason:\n{lines}", state_word(*state))
        }
        Notice::NextAttempt { at, letters: n } => {
            format!(
                "{} put off by the relay; the next attempt is due {}",
                letters(*n),
                moment(*at, Language::English)
            )
        }
        Notice::MoreInReport { more } => format!("… and {} more: gonets report", letters(*more)),
        Notice::RelayTried { host, is_logged_in, most, largest } => {
            let largest = size(usize::try_from(*largest).unwrap_or(usize::MAX), Language::English);
            let login = if *is_logged_in { ", logged in" } else { "" };
            let most = most.map_or_else(
                || "it names no largest size".to_owned(),
                |most| {
                    format!(
                        "it takes up to {}",
                        size(usize::try_from(most).unwrap_or(usize::MAX), Language::English)
                    )
                },
            );
            format!("relay {host}: connected{login}; {most}, the largest letter has {largest}")
        }
        Notice::Checked { letters: n, to_look_at: 0 } => {
            format!("{} can be sent as {}", letters(*n), if *n == 1 { "it is" } else { "they are" })
        }
        Notice::Checked { letters: n, to_look_at } => {
            format!(
                "{} can be sent; look at {} first",
                letters(*n),
                count(*to_look_at, "place above", "places above")
            )
        }
        Notice::FormsWritten { file } => format!(
            "the forms of every row are in {}; read them through, mend them, and name the file in [contacts]: forms = \"…\"",
            file.display()
        ),
        Notice::ListRead { file, columns, headings, rows, text, sheet, sample } => {
            let (rows, columns) =
                (count(*rows, "row", "rows"), count(*columns as u64, "column", "columns"));
            let text = text.map(|(encoding, delimiter)| {
                format!(
                    ", {}, separated by «{}»",
                    encoding_name(encoding),
                    delimiter_name(delimiter)
                )
            });
            let sheet = sheet.as_ref().map(|sheet| format!(", sheet «{sheet}»"));
            let sample = sample.as_ref().map(|sample| {
                format!(
                    "\nThe encoding was guessed; if this row reads wrong, set `encoding` in [contacts]:\n  {sample}"
                )
            });
            let headings = headings.map(|row| format!(", headings in row {row}"));
            let [text, sheet, headings, sample] =
                [text, sheet, headings, sample].map(Option::unwrap_or_default);
            format!("{file}: {rows}, {columns}{text}{sheet}{headings}{sample}")
        }
        Notice::Mapping { fields, others } => {
            let mut lines: Vec<String> = fields
                .iter()
                .map(|(field, heading)| format!("  {field:<16} ← {heading}"))
                .collect();
            if !others.is_empty() {
                lines.push(format!("  other columns: {}", others.join(", ")));
            }
            format!("Columns of the list:\n{}", lines.join("\n"))
        }
        Notice::Folded { more, example } => {
            format!("… and {more} more of this kind: {}", fault(example))
        }
        Notice::FaultyRows { rows, path } => {
            format!(
                "{} with errors in {}: the last column says what to mend",
                count(*rows, "row", "rows"),
                path.display()
            )
        }
        Notice::ListAlone { rows } => {
            format!(
                "The list was read: {} without errors; no letter was composed",
                count(*rows, "row", "rows")
            )
        }
        Notice::SuppressedEntry { entry, reason, date } => {
            [entry, date, reason].map(String::as_str).join("\t").trim_end().to_owned()
        }
        Notice::SuppressedNobody => "The ledger of this campaign forbids nobody".into(),
        Notice::SuppressChanged { added, removed } => {
            format!("Those who must not be written to: {added} added, {removed} removed")
        }
        Notice::SuppressHeard { by } => format!(
            "a run is going on ({by}): it hears of those added before its next letter; what the relay has cannot be called back, and who was removed is written to by the next run"
        ),
        Notice::SuppressedMeanwhile { letters: n } => {
            format!(
                "{} not sent: somebody forbade the address while the run was going on",
                letters(*n)
            )
        }
        Notice::Previewed { letters: n, index } => {
            format!("{} composed; look through them in {}", letters(*n), index.display())
        }
        Notice::Seal { seal } => format!("seal: {seal}"),
        Notice::Outlook(it) => format!("Pace: {}", outlook(it)),
        Notice::Standing(it) => format!("Seal:     {}", standing(it)),
        Notice::Approved { name, seal, given, people } => {
            let of = if *people == 0 { String::new() } else { format!(" of {people}") };
            format!("approval recorded: {name}, seal {seal}; approvals: {given}{of}")
        }
        Notice::Plan(it) => plan(it),
        Notice::TypeTheNumber { letters } => {
            format!("Type the number of letters ({letters}) to send them: ")
        }
        Notice::TypeThePassword { user, host } => format!("Password of {user} at {host}: "),
        Notice::TypeToReset { letters, accepted } => reset_question(*letters, *accepted),
        Notice::NothingToSend => "there is nothing left to send".into(),
        Notice::WouldSend { letters: n } => {
            format!("dry run: {} would be sent; nothing was", letters(*n))
        }
        Notice::Rehearsed { letters: n, address } => {
            format!("rehearsal: {} sent to {address}; nobody else was written to", letters(*n))
        }
        Notice::RehearsalFailed { address, reply } => {
            format!(
                "rehearsal: the letter of {address} did not go: {}",
                reply_words(reply, Language::English)
            )
        }
        Notice::LetterSettled { address, fate: it, reply } => {
            let reply = reply_words(reply, Language::English);
            let reply = if reply.is_empty() { reply } else { format!(" — {reply}") };
            format!("{address}: {}{reply}", fate(*it))
        }
        Notice::ConnectionTrouble { trouble: it } => format!("{}; trying again", trouble(it)),
        Notice::FewerConnections { trouble: it } => {
            format!(
                "{}; going on with the connections that are open, and trying for more now and then",
                trouble(it)
            )
        }
        Notice::GoesOnAt { time, letters: n } => {
            format!(
                "the pace allows no more now: {} go on at {time}; run the same command then, or let it wait with --wait",
                letters(*n)
            )
        }
        Notice::AskingDns => "asking whether domains take mail".into(),
        Notice::Composing => "composing".into(),
        Notice::Sending { account, reply } => {
            format!("{}\n{}", running(account), last_reply(reply))
        }
        Notice::LookedAtBefore { time, letters: n } => {
            format!(
                "{} checked at {time}; nothing has changed since, so they are not all checked again",
                letters(*n)
            )
        }
        Notice::WaitingUntil { time, letters: n } => {
            format!("{} waiting; going on at {time}", letters(*n))
        }
        Notice::Stopping => {
            "stopping: what is on its way is being finished; press Ctrl-C again to end at once"
                .into()
        }
        Notice::RunStopped { trouble: it } => {
            format!(
                "the run was stopped: {}. Going on now would make it worse; {}",
                trouble(it),
                trouble_hint(it)
            )
        }
        Notice::Account { account, blocked, suppressed } => {
            let suppressed = match *suppressed {
                0 => String::new(),
                n => format!("; {n} more must not be written to"),
            };
            let blocked = if *blocked == 0 {
                String::new()
            } else {
                format!("; {blocked} more cannot be sent until mended")
            };
            format!(
                "{}: {} accepted, {} refused, {} waiting, {} unknown{suppressed}{blocked}",
                letters(account.letters()),
                number(account.accepted),
                number(account.refused),
                number(account.waiting),
                number(account.unknown)
            )
        }
        Notice::InOutbox { folder } => format!(
            "no [smtp] server is set in campaign.toml: the letters were filed in {}, nobody was written to",
            folder.display()
        ),
        Notice::Next(it) => next(it),
        Notice::RecoveredUnknown { letters: n } => format!(
            "the last run was cut off: of {} nobody knows whether the relay took it; they are kept as unknown and not sent again",
            letters(*n)
        ),
        Notice::UnknownLetter { address, message_id, at } => {
            format!("unknown: {address} {message_id} {at}")
        }
        Notice::NotOnList { letters: n } => {
            format!(
                "{} waiting whose addresses are no longer on the list; they were not sent",
                letters(*n)
            )
        }
        Notice::Resolved { letters: n, state } => {
            format!("{} settled as {}", letters(*n), state_word(*state))
        }
        Notice::NothingSentYet => "nothing was sent yet in this campaign".into(),
        Notice::LedgerIsHeld { by } => format!("a run is going on ({by})"),
        Notice::Created { folder } => format!("created the campaign {}", folder.display()),
        Notice::Begin => "gonets writes one letter to each person on a list.\n\n\
             To begin:\n\
             \x20 gonets init my-campaign       make a campaign that works at once\n\
             \x20 gonets check my-campaign      find what is wrong with list and letter\n\
             \x20 gonets preview my-campaign    look at every letter; nothing is sent\n\
             \x20 gonets send my-campaign --test-to YOUR-ADDRESS --limit 3   to yourself first\n\
             \x20 gonets send my-campaign       send them, each once\n\n\
             gonets --help tells the rest"
            .into(),
    }
}

fn misuse(misuse: &Misuse) -> String {
    match misuse {
        Misuse::Unknown { written, nearest } if nearest.is_empty() => {
            format!("«{written}» is not known")
        }
        Misuse::Unknown { written, nearest } => {
            format!("«{written}» is not known; did you mean «{nearest}»?")
        }
        Misuse::Missing { argument } => format!("missing: {argument}"),
        Misuse::NoValue { argument } => format!("{argument} needs a value"),
        Misuse::Value { argument, value, allowed } if allowed.is_empty() => {
            format!("{argument} cannot be «{value}»")
        }
        Misuse::Value { argument, value, allowed } => {
            format!("{argument} cannot be «{value}»; it can be: {allowed}")
        }
        Misuse::Conflict { argument, other } => {
            format!("{argument} and {other} cannot stand together")
        }
        Misuse::Other { detail } => detail.clone(),
    }
}

fn delimiter_name(delimiter: char) -> String {
    if delimiter == '\t' { "tab".into() } else { delimiter.to_string() }
}

fn keyring(service: &str, user: &str, flaw: &KeyringFlaw) -> String {
    let asked = format!("the keyring was asked for «{service}», user «{user}»");
    let store = if cfg!(windows) {
        format!("cmdkey /generic:{service} /user:{user} /pass")
    } else if cfg!(target_os = "macos") {
        format!("security add-generic-password -s {service} -a {user} -w")
    } else {
        format!("secret-tool store --label={service} service {service} username {user}")
    };
    match flaw {
        KeyringFlaw::NoEntry => format!("{asked}, and holds no such password; store it: {store}"),
        KeyringFlaw::NoProgram(program) => format!(
            "{asked} through «{program}», which is not installed; install it (Debian: libsecret-tools), or set `password` in [smtp] in another way"
        ),
        KeyringFlaw::Failed(detail) => format!(
            "{asked}, and did not answer: {detail}; without a desktop there is often no keyring: set `password` in [smtp] in another way"
        ),
    }
}

fn outlook(outlook: &Outlook) -> String {
    match &outlook.begins {
        Some(begins) => {
            format!("the first letter at {begins}, the last at {} at the earliest", outlook.ends)
        }
        None => format!("the last letter at {} at the earliest", outlook.ends),
    }
}

fn plan(plan: &Plan) -> String {
    let domains: Vec<String> =
        plan.domains.iter().map(|(domain, n)| format!("{domain} {n}")).collect();
    let more = if plan.more_domains == 0 {
        String::new()
    } else {
        format!(" and {} more", plan.more_domains)
    };
    let to = plan
        .relay
        .as_ref()
        .map_or_else(|| "the outbox folder".into(), |relay| format!("the relay {relay}"));
    let already = if plan.already == 0 {
        String::new()
    } else {
        format!(" ({} were settled before)", plan.already)
    };
    let pace =
        plan.outlook.as_ref().map(|it| format!("\nPace:     {}", outlook(it))).unwrap_or_default();
    format!(
        "From:     {}\nLetters:  {}{already}\nFirst:    {}\nLast:     {}\nDomains:  {}{more}\nThrough:  {to}{pace}\nSeal:     {}",
        plan.from,
        plan.letters,
        plan.first,
        plan.last,
        domains.join(", "),
        standing(&plan.standing)
    )
}

/// The seal and all that is known of it, without the label before it.
fn standing(standing: &Standing) -> String {
    let mut lines = vec![standing.seal.clone()];
    let at = |at| moment(at, Language::English);
    match &standing.previewed {
        Seen::Never => lines.push("not looked at yet: gonets preview shows every letter".into()),
        Seen::This { at: when } => lines.push(format!("previewed {}: the same letters", at(*when))),
        Seen::Other { at: when, changes: what } => {
            lines.push(format!("last previewed {}: the letters were others", at(*when)));
            lines.extend(
                what.iter().map(|change| format!("  {} since the preview", changed(change))),
            );
        }
    }
    match &standing.sent {
        Seen::Never => {}
        Seen::This { at: when } => {
            lines.push(format!("letters went under this seal {}", at(*when)));
        }
        Seen::Other { at: when, changes: what } => {
            lines.push(format!("letters went {} under another seal", at(*when)));
            lines.extend(what.iter().map(|change| format!("  {} since then", changed(change))));
        }
    }
    if standing.people > 0 || !standing.approved.is_empty() {
        let names = standing.approved.iter().map(|it| match it.user.as_str() {
            "?" => format!("{} ({})", it.name, at(it.at)),
            user => format!("{} ({user}, {})", it.name, at(it.at)),
        });
        let names = names.collect::<Vec<_>>().join(", ");
        let names = if names.is_empty() { "nobody yet".to_owned() } else { names };
        let of = match standing.people {
            0 => String::new(),
            people => format!("; {} of {people}", standing.approved.len()),
        };
        lines.push(format!("approved by {names}{of}"));
    }
    lines.join("\n          ")
}

/// What became of a part of the seal: «letter.md was changed».
fn changed(change: &Change) -> String {
    let part = match change.part.as_str() {
        seal::PROGRAM => return "the version of gonets changed".into(),
        seal::SELECTION => return "other rows are chosen (--where, --rows)".into(),
        seal::LETTERS => return "the outgoing numbers in the ledger changed".into(),
        seal::SUPPRESSED => "the list of those who must not be written to".to_owned(),
        part if part.starts_with('[') => format!("{part} in campaign.toml"),
        part => part.to_owned(),
    };
    let how = match change.how {
        How::Changed => "was changed",
        How::Added => "was added",
        How::Removed => "was removed",
    };
    format!("{part} {how}")
}

fn all_changed(changes: &[Change]) -> String {
    changes.iter().map(|change| format!("\n  {} since the preview", changed(change))).collect()
}

fn running(account: &Account) -> String {
    let Account { accepted, retrying, refused, unknown, .. } = account;
    let [accepted, retrying, refused, unknown] =
        [accepted, retrying, refused, unknown].map(|n| number(*n));
    format!(
        "accepted {accepted}, to be tried again {retrying}, refused {refused}, unknown {unknown}"
    )
}

fn last_reply(reply: &str) -> String {
    if reply.is_empty() {
        String::new()
    } else {
        format!("last reply: {}", reply_words(reply, Language::English))
    }
}

fn next(next: &Next) -> String {
    match next {
        Next::AllDone => "every letter was accepted; nothing is left to do".into(),
        Next::RunAgain { waiting, folder } => {
            format!("{} still waiting; to go on: gonets send {}", letters(*waiting), quoted(folder))
        }
        Next::ResolveUnknown { unknown, folder } => format!(
            "{} unknown: ask the relay's log or the addressee, then\n  gonets resolve {1} --to ADDRESS --accepted   (it has arrived)\n  gonets resolve {1} --to ADDRESS --resend     (it has not)",
            letters(*unknown),
            quoted(folder)
        ),
        Next::LookAtRefused { refused, folder } => format!(
            "{} refused for good: mend the addresses on the list; the reasons:\n  gonets status {1}\n  gonets report {1} --out report.xlsx   (one by one)",
            letters(*refused),
            quoted(folder)
        ),
        Next::Filed { folder } => format!(
            "the letters lie in a folder, nobody got anything; to send them, set a server in [smtp] of campaign.toml, then\n  gonets reset {0} --all   (let them go again)\n  gonets send {0}",
            quoted(folder)
        ),
        Next::AfterRehearsal { folder, files: Some(files) } => format!(
            "next: open the .eml files of {} in a mail program, then\n  gonets send {}",
            quoted(files),
            quoted(folder)
        ),
        Next::AfterRehearsal { folder, files: None } => {
            format!("next: look how the letters arrived, then\n  gonets send {}", quoted(folder))
        }
        Next::Check { folder } => {
            format!("the campaign has errors; gonets check {} shows them", quoted(folder))
        }
        Next::FillIn { folder } => format!(
            "  campaign.toml   settings: from whom, subject, server\n  letter.md       the letter, one for all\n  letterhead.typ  the letterhead on which it goes along as PDF\n  contacts.csv    the list, opens in Excel\nnext: make these files your own, or look at once what comes of them:\n  gonets preview {} --open",
            quoted(folder)
        ),
        Next::Preview { folder } => format!("next: gonets preview {}", quoted(folder)),
        Next::LookThenSend { folder } => format!(
            "next: open the file above and look; then\n  gonets send {0} --test-to YOUR-ADDRESS --limit 3   (to yourself first)\n  gonets send {0}",
            quoted(folder)
        ),
        Next::LookThenApprove { folder, people } => format!(
            "next: open the file above and look; {} must approve the letters, each in their own name:\n  gonets approve {} --by NAME",
            count(u64::from(*people), "person", "people"),
            quoted(folder)
        ),
        Next::Send { folder } => format!(
            "next:\n  gonets send {0} --test-to YOUR-ADDRESS --limit 3   (to yourself first)\n  gonets send {0}",
            quoted(folder)
        ),
        Next::MoreApprovals { folder, missing } => format!(
            "{} missing: let them look at the letters and run\n  gonets approve {} --by NAME",
            count(u64::from(*missing), "approval is", "approvals are"),
            quoted(folder)
        ),
        Next::Mend => "mend the errors above, or send the others with --skip-faulty".into(),
    }
}

fn state_word(state: State) -> &'static str {
    match state {
        State::Waiting => "waiting",
        State::Sending => "sending",
        State::Accepted => "accepted",
        State::Refused => "refused",
        State::Unknown => "unknown",
    }
}

pub(super) fn fate(fate: Fate) -> &'static str {
    match fate {
        Fate::Letter(state) => state_word(state),
        Fate::Suppressed => "must not be written to",
        Fate::Blocked => "has an error",
    }
}

pub(super) fn heading(heading: Heading) -> &'static str {
    match heading {
        Heading::Address => "Address",
        Heading::Addressee => "Addressee",
        Heading::Date => "Date",
        Heading::Number => "No.",
        Heading::Organisation => "Organisation",
        Heading::Position => "Position",
        Heading::Register => "Outgoing letters",
        Heading::Reply => "Reply",
        Heading::Report => "Report",
        Heading::State => "State",
        Heading::Subject => "Subject",
        Heading::Time => "Time",
    }
}

#[expect(clippy::too_many_lines, reason = "one `match` over all failures")]
pub(super) fn failure(failure: &Failure) -> String {
    match failure {
        Failure::NoCampaign { path } => format!(
            "{}: there is no campaign.toml here; name the campaign's folder, or make one with `gonets init FOLDER`",
            path.display()
        ),
        Failure::File { doing: of, path, cause: why } => {
            let doing = match of {
                Doing::Reading => "cannot be read",
                Doing::Writing => "cannot be written",
                Doing::Creating => "cannot be created",
                Doing::Replacing => "cannot be replaced",
            };
            // What is to be written is not there yet: its folder is what is missing.
            let no_folder = *why == Cause::NotFound && !matches!(of, Doing::Reading);
            let why_in_words = if no_folder { "there is no such folder".into() } else { cause(why) };
            format!("{}: {doing}: {why_in_words}; {}", path.display(), cause_hint(why))
        }
        Failure::Faulty { errors } => format!("{}; nothing was sent", count(*errors, "error", "errors")),
        Failure::NoSuchRecipient { address } => format!("{address}: no such address on the list; compare it with the list"),
        Failure::SealDiffers { given, now, changes } => format!(
            "the seal given is {given}, but the letters now have the seal {now}: they are not those that were looked at; run `gonets preview` and look again{}",
            all_changed(changes)
        ),
        Failure::NumbersMoved => {
            "the letters would get other outgoing numbers than those that were looked at: the ledger has given numbers to other letters since; run `gonets preview` and look again".into()
        }
        Failure::NotPreviewed { folder, changes } => format!(
            "nobody has looked at the letters with this seal yet; run gonets preview {}, look at them and approve them then{}",
            quoted(folder),
            all_changed(changes)
        ),
        Failure::NotApproved { folder, seal, approved, people, changes } => {
            let so_far = if approved.is_empty() { "nobody yet".to_owned() } else { approved.join(", ") };
            format!(
                "the letters with the seal {seal} have to be approved by {}; approved by {so_far}; nothing was sent{2}\n  gonets preview {1}             look at the letters\n  gonets approve {1} --by NAME   approve them",
                count(u64::from(*people), "person", "people"),
                quoted(folder),
                all_changed(changes)
            )
        }
        Failure::NeedsConfirmation(Asked::ToSend) => {
            "nobody can be asked, since this is no terminal; confirm with --seal SEAL (as `gonets preview` prints it) or --yes".into()
        }
        Failure::NeedsConfirmation(Asked::ToRehearse | Asked::ToReset) => {
            "nobody can be asked, since this is no terminal; confirm with --yes".into()
        }
        Failure::NotConfirmed => "not confirmed; nothing was sent".into(),
        Failure::BadAddress { address, flaw } => format!("«{address}» is not an e-mail address: {}", address_flaw(*flaw)),
        Failure::FileNotOurs { path } => {
            format!("{}: this file is no list of forms, so it is not overwritten; name another file", path.display())
        }
        Failure::PreviewNotOurs { path } => format!(
            "{}: this folder was not made by gonets, so it is not replaced; move it away or rename it",
            path.display()
        ),
        Failure::FolderNotEmpty { path } => {
            format!("{}: the folder is not empty; name a new one, so that nothing of yours is overwritten", path.display())
        }
        Failure::TableKind { path } => {
            format!("{}: a table is .csv, .xlsx or .json; name the file so", path.display())
        }
        Failure::FileThere { path } => {
            format!("{}: there is such a file already; name another, or add --replace to replace it", path.display())
        }
        Failure::FileOfCampaign { path } => {
            format!("{}: the campaign is made of this file, and it is never written to; name another", path.display())
        }
        Failure::NoPdf => "this campaign has no letter on letterhead: there is no [pdf] in campaign.toml".into(),
        Failure::NoSuchRow { row } => format!("there is no row {row} on the list; rows count from 1 below the headings"),
        Failure::NoSuchNumber { number } => format!("no letter on the list has the outgoing number «{number}»"),
        Failure::NothingBehind => "that letter is the last one on the list".into(),
        Failure::NothingWaits => "no letter on the list waits to be sent; choose one with --to, --row or --number".into(),
        Failure::TooLarge { largest, most } => {
            let size = |bytes: u64| size(usize::try_from(bytes).unwrap_or(usize::MAX), Language::English);
            format!(
                "the largest letter has {}, and the relay takes no more than {}; make the attachments smaller, or ask whoever runs the relay",
                size(*largest),
                size(*most)
            )
        }
        Failure::NotUnknown { address, state } => match state {
            Some(state) => format!("{address}: this letter is {}, only unknown letters are settled here; what was accepted or refused, `gonets reset` takes back", state_word(*state)),
            None => format!("{address}: no letter to this address in the ledger; see `gonets status`"),
        },
        Failure::NothingToReset { address, state } => match state {
            Some(state) => format!("{address}: this letter is {}; only accepted and refused ones, and those to be sent once more, can be reset", state_word(*state)),
            None => format!("{address}: no letter to this address in the ledger; see `gonets status`"),
        },
        Failure::LedgerHeld { by } => format!("another run holds this campaign ({by}); wait until it ends, or stop it with Ctrl-C"),
        Failure::LedgerLost { path, lost } => format!(
            "{}: the ledger lacks the last {} recorded in it: it was removed, cut short or replaced by an older copy, and people would get a second letter; put the newest copy back. To begin anew on purpose, so that everybody is written to again, remove ledger.lock beside it too",
            path.display(),
            count(*lost, "change", "changes")
        ),
        Failure::LedgerGone { path } => format!(
            "{}: the file was removed or replaced while the run went on; nothing more is sent: put it back where it was",
            path.display()
        ),
        Failure::LedgerDamaged { path, detail } => format!(
            "{}: the ledger is damaged ({detail}); nothing is sent without it: restore it from a backup, do not delete it",
            path.display()
        ),
        Failure::LedgerNewer { path, version } => format!(
            "{}: written by a newer gonets (version {version} of the ledger); install that version",
            path.display()
        ),
        Failure::LedgerOfOther { path, campaign } => format!(
            "{}: this ledger belongs to the campaign «{campaign}»; set id = \"{campaign}\" again, or begin a new campaign in a folder of its own",
            path.display()
        ),
        Failure::LedgerFailed { detail } => format!("the ledger cannot be written ({detail}); what cannot be recorded is not sent: free some space or mend the rights, then run the same command again"),
        Failure::NoLedger { path } => format!("{}: nothing was sent in this campaign yet", path.display()),
        Failure::SecretVariable { name } => format!("the environment variable {name} with the password is not set; set it and run the command again"),
        Failure::SecretCommand { program, detail } => format!("the command «{program}», which should tell the password, failed: {detail}; run it by hand to see why"),
        Failure::SecretFile { path, cause: why } => format!("{}: the file with the password: {}; {}", path.display(), cause(why), cause_hint(why)),
        Failure::SecretForAll { path } => format!(
            "{0}: others on this machine can read the password; close the file to them: chmod 600 {0}",
            quoted(path)
        ),
        Failure::SecretTimeOut { program, seconds } => format!(
            "«{program}», which should tell the password, did not end within {}; run it by hand to see what it waits for, or give it longer: timeout = \"5m\" beside `command`",
            count(*seconds, "second", "seconds")
        ),
        Failure::SecretKeyring { service, user, flaw } => keyring(service, user, flaw),
        Failure::SecretNobodyToAsk => "a password is needed, and nobody can be asked, since this is no terminal; set `password` in [smtp]: env, command, file or keyring".into(),
        Failure::SecretEmpty => "the password is empty; see `password` in [smtp]".into(),
        Failure::Relay { host, trouble: it } => format!("{host}: {}; {}", trouble(it), trouble_hint(it)),
        Failure::ListChanged => "the contact list or a template changed while it was being sent; the run was stopped: preview and send again".into(),
        Failure::OutputLost => "the output could not be written; is the disk full?".into(),
        Failure::Interrupted => "interrupted; go on with the same command".into(),
        Failure::Ours { detail } => format!("a fault of gonets itself: {detail}; please report it"),
    }
}

pub(super) fn trouble(trouble: &Trouble) -> String {
    match trouble {
        Trouble::NoConnection(detail) => format!("no connection: {detail}"),
        Trouble::ConnectionLost(detail) => format!("the connection was lost: {detail}"),
        Trouble::TimedOut => "no answer in time".into(),
        Trouble::Tls(flaw) => format!("the secure connection failed: {}", tls_flaw(flaw)),
        Trouble::TlsNotOffered => "the relay does not offer STARTTLS".into(),
        Trouble::LoginNotOffered => "the relay offers no login by PLAIN or LOGIN".into(),
        Trouble::Garbled(detail) => format!("an answer that makes no sense: {detail}"),
        Trouble::Turned(reply) => format!("the relay refused: {reply}"),
        Trouble::File(detail) => format!("the file could not be written: {detail}"),
        Trouble::Stopped => "the run was stopped".into(),
    }
}

fn tls_flaw(flaw: &TlsFlaw) -> String {
    match flaw {
        TlsFlaw::UnknownIssuer => "nobody whom this computer trusts vouches for the server's certificate".into(),
        TlsFlaw::OtherName => "the server's certificate is for another name".into(),
        TlsFlaw::Expired => "the server's certificate has expired".into(),
        TlsFlaw::BadCertificate => "the server's certificate is broken, withdrawn or not meant for this".into(),
        TlsFlaw::NotTls => {
            "on this port the server does not begin with TLS; port 587 wants security = \"starttls\", port 465 \"tls\""
                .into()
        }
        TlsFlaw::NothingCommon => "the server knows only ways of encryption that are not safe any more".into(),
        TlsFlaw::Other(detail) => format!("«{detail}»"),
    }
}

fn trouble_hint(trouble: &Trouble) -> &'static str {
    match trouble {
        Trouble::NoConnection(_) => "check host and port in [smtp] and the network",
        Trouble::ConnectionLost(_) | Trouble::TimedOut | Trouble::Garbled(_) => {
            "try the same command later"
        }
        Trouble::Tls(_) => {
            "check `security` and `host` in [smtp]: the certificate must be valid for that name"
        }
        Trouble::TlsNotOffered => {
            "check `security` and `port` in [smtp]; without encryption nothing is sent"
        }
        Trouble::LoginNotOffered => "check `username` and `security` in [smtp]",
        Trouble::Turned(_) => {
            "read what it says, check username and password, ask the relay's operator, and run the same command later"
        }
        Trouble::File(_) => {
            "check the outbox folder and the free space, then run the same command again"
        }
        Trouble::Stopped => "run the same command to go on",
    }
}

fn cause(cause: &Cause) -> String {
    match cause {
        Cause::NotFound => "there is no such file".into(),
        Cause::Forbidden => "access is denied".into(),
        Cause::IsFolder => "it is a folder".into(),
        Cause::NotFolder => "it is not a folder".into(),
        Cause::NotPlainFile => "it is not a plain file".into(),
        Cause::Exists => "it exists already".into(),
        Cause::DiskFull => "the disk is full".into(),
        Cause::ReadOnly => "the disk is read-only".into(),
        Cause::OutsideCampaign => "it lies outside the campaign's folder".into(),
        Cause::TooLarge => "it is too large".into(),
        Cause::LinkLoop => "a link that leads back to itself".into(),
        Cause::Changed => "it changed while the program was running".into(),
        Cause::Other(detail) => detail.clone(),
    }
}

fn cause_hint(cause: &Cause) -> &'static str {
    match cause {
        Cause::NotFound => "check the name and the path",
        Cause::Forbidden => "check the rights, and that no other program holds it open",
        Cause::IsFolder | Cause::NotPlainFile => "name a file",
        Cause::NotFolder => "name a folder",
        Cause::Exists => "choose another name",
        Cause::DiskFull => "free some space and try again",
        Cause::ReadOnly => "choose another place",
        Cause::OutsideCampaign => "copy it into the campaign's folder",
        Cause::TooLarge => "make it smaller",
        Cause::LinkLoop => "delete it and put the file itself there",
        Cause::Changed => "look at the letters again (preview) and repeat",
        Cause::Other(_) => "try again",
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "a text in quotes",
        Kind::Number => "a whole number",
        Kind::YesNo => "true or false",
        Kind::Date => "a date such as 2022-02-28",
        Kind::Duration => "a duration in quotes such as \"1m\" or \"30s\"",
        Kind::Table => "a table",
        Kind::List => "a list in [ ]",
        Kind::Size => "a size in quotes such as \"20 MB\"",
        Kind::Secret => {
            "{ env = \"NAME\" }, { command = [\"program\", …] }, { file = \"…\" } or { keyring = \"…\" }"
        }
    }
}

fn unreadable(value: &str, expected: Expected) -> String {
    match expected {
        Expected::Days => format!("«{value}» names no days of the week"),
        Expected::Hours => format!("«{value}» names no hours of a day"),
        Expected::Zone => format!("«{value}» is no time zone"),
        Expected::Dates => format!("«{value}» is neither a date nor a range of dates"),
        Expected::Domain => format!("«{value}» is no domain"),
        Expected::Server => format!("«{value}» is no address of a server"),
        Expected::Factor => format!("{value} is out of range"),
    }
}

fn way_to_write(expected: Expected) -> &'static str {
    match expected {
        Expected::Days => "write for instance \"mon-fri\" or \"mon, wed, sat-sun\"",
        Expected::Hours => {
            "write for instance \"09:00-18:00\" or \"9-13, 14-18\"; a window over midnight is two: \"0-6, 22-24\""
        }
        Expected::Zone => "write for instance \"Europe/Moscow\", \"UTC+7\" or \"МСК+4\"",
        Expected::Dates => "write for instance \"2026-12-31\" or \"2027-01-01..2027-01-08\"",
        Expected::Domain => {
            "write what stands behind the @, for instance \"example.org\"; several with a comma between them"
        }
        Expected::Server => "write for instance \"192.168.0.1\" or \"127.0.0.1:5353\"",
        Expected::Factor => "write a number from 1 to 100",
    }
}

#[expect(clippy::too_many_lines, reason = "one `match` over all faults")]
pub(super) fn fault(fault: &Fault) -> String {
    match fault {
        Fault::File(FileFault::Missing) => "there is no such file".into(),
        Fault::File(FileFault::Unreadable { cause: why }) => format!("cannot be read: {}", cause(why)),
        Fault::File(FileFault::NotUtf8) => "letters here are in another encoding than the rest of the file; these bytes are not UTF-8".into(),
        Fault::Config(ConfigFault::Toml { detail }) => format!("this is not TOML: {detail}"),
        Fault::Config(ConfigFault::KeyUnknown { key, .. }) => format!("unknown key «{key}»"),
        Fault::Config(ConfigFault::KeyMissing { key }) => format!("the key «{key}» is missing"),
        Fault::Config(ConfigFault::ValueKind { key, .. }) => format!("«{key}» has a value of the wrong kind"),
        Fault::Config(ConfigFault::ValueUnknown { key, value, .. }) => format!("«{key}» cannot be «{value}»"),
        Fault::Config(ConfigFault::ValueRange { key, .. }) => format!("«{key}» is out of range"),
        Fault::Config(ConfigFault::ValueUnreadable { value, expected }) => unreadable(value, *expected),
        Fault::Config(ConfigFault::DomainTwice { domain }) => format!("the domain {domain} has two limits"),
        Fault::Config(ConfigFault::ValueEmpty { key }) => format!("«{key}» is empty"),
        Fault::Config(ConfigFault::ValueControl { key }) => format!("«{key}» has a line break or a control character in it"),
        Fault::Config(ConfigFault::PasswordInFile) => "a password is written in the file".into(),
        Fault::Config(ConfigFault::PlainTextBeyondLoopback { host }) => {
            format!("security = \"none\" would send letters and password readable by anybody on the way to {host}")
        }
        Fault::Config(ConfigFault::BodyMissing) => "[letter] has no text".into(),
        Fault::Config(ConfigFault::NumberTwice) => "[register] has both one number for all and a first number".into(),
        Fault::Config(ConfigFault::NameReserved { name }) => format!("«{name}» is a name that gonets itself gives to templates"),
        Fault::List(ListFault::ListKind { extension }) => format!("contact lists in .{extension} cannot be read"),
        Fault::List(ListFault::ListEmpty) => "the contact list is empty".into(),
        Fault::List(ListFault::ListHasNoRows) => "the contact list has headings, but no rows".into(),
        Fault::List(ListFault::HeadingsBelow { row, passed }) => {
            format!("row {row} is taken for the headings; what stands above it («{passed}») is passed over")
        }
        Fault::List(ListFault::HeadingsRowEmpty { row }) => format!("row {row} is to be the headings, but there is nothing in it"),
        Fault::List(ListFault::HeadingMissing { field, seen, .. }) => {
            let seen = seen.iter().map(|heading| format!("«{heading}»")).collect::<Vec<_>>().join(", ");
            format!("no column for «{field}»; the headings are: {seen}")
        }
        Fault::List(ListFault::HeadingUnknown { key, heading, .. }) => {
            format!("«{key}» names the column «{heading}», which the list does not have")
        }
        Fault::List(ListFault::HeadingTwice { heading }) => format!("two columns have the heading «{heading}»"),
        Fault::List(ListFault::HeadingsForOneField { field, first, second }) => {
            format!("both «{first}» and «{second}» could be the field «{field}»")
        }
        Fault::List(ListFault::FormulaBare) => {
            "the formula in this cell has 0 for its result, as formulas have that no program computed".into()
        }
        Fault::List(ListFault::NumberUnformatted { text }) => {
            format!("numbers of an XLS workbook are read without their format: this one, the first, as «{text}»")
        }
        Fault::List(ListFault::CopyTwice { address, line }) => {
            format!("{address} is in row {line} too: that reader gets a letter of their own and a copy")
        }
        Fault::List(ListFault::CellBeyondHeadings { text }) => {
            format!("«{text}» stands here, in a column without a heading: no letter will have it")
        }
        Fault::List(ListFault::RowRagged { expected, found }) => {
            format!("{} here, {expected} in the headings", count(*found as u64, "cell", "cells"))
        }
        Fault::List(ListFault::QuoteUnclosed) => "a quotation mark opens here and never closes".into(),
        Fault::List(ListFault::CellEmpty) => "the cell is empty".into(),
        Fault::List(ListFault::CellControl { character: '\n' | '\r' | '\t' }) => {
            "there is a line break or a tab in the cell; the letter has a space there".into()
        }
        Fault::List(ListFault::CellControl { character }) => format!("the character U+{:04X} cannot be printed", u32::from(*character)),
        Fault::List(ListFault::CellTooLong { characters, .. }) => format!("the cell has {characters} characters"),
        Fault::List(ListFault::AddressSyntax { value, flaw }) => format!("«{value}» is not an e-mail address: {}", address_flaw(*flaw)),
        Fault::List(ListFault::KeyTwice { address, line }) => {
            format!("{address} stands already in line {line}, and nothing tells the two letters apart")
        }
        Fault::List(ListFault::AddressTwice { address, line }) => format!("{address} stands already in line {line}"),
        Fault::Forms(FormsFault::GenderUnreadable { value }) => format!("«{value}» says neither man nor woman"),
        Fault::List(ListFault::EncodingUnclear { likely }) => format!("the encoding is not clear: it looks like {likely}"),
        Fault::List(ListFault::EncodingUnread { name }) => format!("the list is written in {name}, which is not read"),
        Fault::List(ListFault::LettersLost) => {
            "the headings have question marks where Russian letters were: they were lost when the list was saved in an encoding without them".into()
        }
        Fault::List(ListFault::NotWorkbook) => "this is no workbook of Excel or LibreOffice, or it is damaged".into(),
        Fault::List(ListFault::WorkbookProtected) => "the workbook is locked with a password".into(),
        Fault::List(ListFault::WorkbookTooLarge) => "the workbook is too large to be read safely".into(),
        Fault::List(ListFault::SheetMissing { sheet, .. }) => format!("the workbook has no sheet «{sheet}»"),
        Fault::List(ListFault::HeadingFitsTwo { heading, first, second }) => {
            format!("the heading «{heading}» fits both «{first}» and «{second}»")
        }
        Fault::List(ListFault::QuoteStray) => "a quotation mark stands inside a quoted cell: what is text here is not clear".into(),
        Fault::List(ListFault::CharacterLost) => "the cell has a «\u{fffd}»: some other program lost the letter that stood there".into(),
        Fault::List(ListFault::CellIsError { value }) => format!("the formula in the cell gives the error {value}"),
        Fault::List(ListFault::InvisibleRemoved { character }) => {
            format!("an invisible character, U+{:04X}, was taken out", u32::from(*character))
        }
        Fault::List(ListFault::AddressTypo { address, .. }) => format!("{address} looks like a slip of the finger"),
        Fault::List(ListFault::DomainWithoutMail { domain, why }) => match why {
            NoMail::NoSuchDomain => format!("there is no domain {domain}: the letter would come back"),
            NoMail::Declined => format!("the domain {domain} says that it takes no mail: the letter would come back"),
            NoMail::NoHost => format!("the domain {domain} names no mail server: the letter would come back"),
        },
        Fault::List(ListFault::DnsUnanswered { domains, example }) => {
            format!("nobody answered whether {} ({example}, …) take mail", count(*domains, "domain", "domains"))
        }
        Fault::List(ListFault::SamePerson { name, line }) => format!("{name} stands already in line {line} with another address"),
        Fault::List(ListFault::Suppressed { entry, reason, date }) => {
            let date = if date.is_empty() { String::new() } else { format!(" since {date}") };
            let reason = if reason.is_empty() { String::new() } else { format!(": {reason}") };
            format!("{entry} is{date} among those who must not be written to{reason}; no letter is made")
        }
        Fault::Forms(FormsFault::FormMissing { column }) => format!("the letter uses this form and the column {column} is empty"),
        Fault::Forms(FormsFault::FormDoubtful { nominative, proposed, reason: why, .. }) => {
            format!("«{nominative}» → «{proposed}»: {}", reason(why))
        }
        Fault::Forms(FormsFault::FormsOfAnother { file }) => {
            format!("{file} holds forms for this address, but for another person or position; they were not used")
        }
        Fault::Forms(FormsFault::NameOrder { name, reason: why }) => format!(
            "read as surname «{}», first name «{}», patronymic «{}»: {}",
            name.surname,
            name.first_name,
            name.patronymic,
            reason(why)
        ),
        Fault::Forms(FormsFault::GenderUnknown { name }) => format!("whether «{name}» is a man or a woman is not known"),
        Fault::Forms(FormsFault::GenderContradicted { one, other }) => format!("{}, but {}", evidence(*one), evidence(*other)),
        Fault::Letter(LetterFault::Filter(it)) => filter(it),
        Fault::Letter(LetterFault::Template { detail }) => format!("the template cannot be understood: {detail}"),
        Fault::Letter(LetterFault::Condition { detail }) => format!("the condition cannot be understood: {detail}"),
        Fault::Letter(LetterFault::VariableUnknown { name, .. }) => {
            format!("the template uses «{name}», which is neither a column nor a value")
        }
        Fault::Letter(LetterFault::ColumnUnknown { name: Some(name), .. }) => format!("there is no «{name}» here"),
        Fault::Letter(LetterFault::ColumnUnknown { name: None, .. }) => "there is no such column or value".into(),
        Fault::Letter(LetterFault::ValuePrintedEmpty { before, after }) => {
            format!("an empty value leaves a gap in the letter: «{before} [ ] {after}»")
        }
        Fault::Letter(LetterFault::LetterChanged { message_id, .. }) => {
            format!("a relay may have this letter already, as {message_id}, and what it says was changed since")
        }
        Fault::Letter(LetterFault::SubjectEmpty) => "the subject is empty".into(),
        Fault::Letter(LetterFault::SubjectLineBreak) => "the subject has a line break or a control character in it".into(),
        Fault::Letter(LetterFault::BodyEmpty) => "the letter is empty".into(),
        Fault::Letter(LetterFault::Attachment { name, cause: why }) => format!("the file «{name}»: {}", cause(why)),
        Fault::Letter(LetterFault::AttachmentNone { template }) => {
            format!("the letter goes without the attachment «{template}»: the file name is empty")
        }
        Fault::Config(ConfigFault::NotDomain { key, value }) => format!("{key}: «{value}» is not a domain name"),
        Fault::Letter(LetterFault::MessageTooLarge { size, limit }) => {
            format!(
                "the message with its attachments takes {}, and the limit is {}",
                megabytes(*size),
                megabytes(*limit)
            )
        }
        Fault::Letter(LetterFault::PictureKind { name }) => format!("the file «{name}» is no PNG, JPEG or GIF picture"),
        Fault::Letter(LetterFault::PictureUnreadable) => "the picture that the letterhead shows cannot be read".into(),
        Fault::Letter(LetterFault::FileNameUnfit { name }) => format!("«{name}» cannot be a file name"),
        Fault::Letter(LetterFault::LinkUnfit { value }) => format!("«{value}» is no https address"),
        Fault::Config(ConfigFault::KeyFile { flaw: KeyFlaw::NotPem }) => "the file holds no private key in PEM".into(),
        Fault::Config(ConfigFault::KeyFile { flaw: KeyFlaw::Kind }) => "the key is neither RSA of 2048 bits or more nor Ed25519".into(),
        Fault::Config(ConfigFault::KeyFile { flaw: KeyFlaw::Open }) => "others can read the private key".into(),
        Fault::Letter(LetterFault::Typst { detail, .. }) => format!("the letterhead cannot be set: {detail}"),
        Fault::Letter(LetterFault::LetterTooLong { megabytes }) => {
            format!("the template prints more than {megabytes} MB: no letter is that long")
        }
        Fault::Letter(LetterFault::TemplateCircle { name }) => format!("the template «{name}» leads back to itself by extends or include"),
        Fault::Letter(LetterFault::GlyphsMissing { characters }) => format!("the letterhead's fonts lack the characters: {characters}"),
        Fault::Config(ConfigFault::PdfNotBuilt) => "this build of the program makes no PDF".into(),
    }
}

#[expect(clippy::too_many_lines, reason = "one `match` over all faults")]
pub(super) fn hint(fault: &Fault) -> String {
    let nearest_or = |nearest: &Option<String>, otherwise: &str| match nearest {
        Some(name) => format!("did you mean «{name}»?"),
        None => otherwise.to_owned(),
    };
    match fault {
        Fault::File(FileFault::Missing) => "check the name; it is looked for from the campaign's folder".into(),
        Fault::File(FileFault::Unreadable { cause }) | Fault::Letter(LetterFault::Attachment { cause, .. }) => cause_hint(cause).into(),
        Fault::File(FileFault::NotUtf8) => "type that text anew and save the file as UTF-8 (in Excel: “CSV UTF-8”)".into(),
        Fault::Config(ConfigFault::Toml { .. }) => "mend this line".into(),
        Fault::Config(ConfigFault::KeyUnknown { nearest, .. }) => nearest_or(nearest, "remove it, or see the README for the keys"),
        Fault::Config(ConfigFault::KeyMissing { key }) => format!("add a line `{key} = …`"),
        Fault::Config(ConfigFault::ValueKind { expected, .. }) => format!("write {}", kind(*expected)),
        Fault::Config(ConfigFault::ValueUnknown { allowed, .. }) => format!("write one of: {}", allowed.join(", ")),
        Fault::Config(ConfigFault::ValueRange { least, most, .. }) => format!("write a number from {least} to {most}"),
        Fault::Config(ConfigFault::ValueUnreadable { expected, .. }) => way_to_write(*expected).into(),
        Fault::Config(ConfigFault::DomainTwice { .. }) => "leave it in one of them".into(),
        Fault::Config(ConfigFault::ValueEmpty { .. }) => "fill it in, or remove the line".into(),
        Fault::Config(ConfigFault::ValueControl { .. }) => "write it in one line".into(),
        Fault::Config(ConfigFault::PasswordInFile) => "change that password, and write password = { env = \"SMTP_PASSWORD\" } here".into(),
        Fault::Config(ConfigFault::PlainTextBeyondLoopback { .. }) => {
            "write security = \"tls\" or \"starttls\"; \"none\" is for this machine only".into()
        }
        Fault::Config(ConfigFault::BodyMissing) => "add body = \"letter.md\"".into(),
        Fault::Config(ConfigFault::NumberTwice) => "keep either `number`, or `first` and `format`".into(),
        Fault::Config(ConfigFault::NameReserved { .. }) => "choose another name".into(),
        Fault::List(ListFault::ListKind { .. }) => "save it as an Excel workbook (.xlsx) or as CSV".into(),
        Fault::List(ListFault::ListEmpty) => "write headings into the first row (E-mail, Surname, First name …) and a row for each person".into(),
        Fault::List(ListFault::ListHasNoRows) => "add a row for each person".into(),
        Fault::List(ListFault::HeadingsBelow { row, .. }) => {
            format!("if that is right, write headings = {row} in [contacts]; if not, the number of the right row")
        }
        Fault::List(ListFault::HeadingsRowEmpty { .. }) => {
            "write the number of the row with the headings, as Excel shows it: headings = … in [contacts]".into()
        }
        Fault::List(ListFault::HeadingMissing { field, nearest, .. }) => match nearest {
            Some(heading) => {
                format!("if «{heading}» is that column, write {field} = \"{heading}\" in [contacts.columns]")
            }
            None => format!(
                "give the column the heading «{field}», or name it in campaign.toml, in [contacts.columns]: {field} = \"…\"; \
                 if the headings stand in another row, write headings = … in [contacts]"
            ),
        },
        Fault::List(ListFault::HeadingUnknown { nearest, .. }) => nearest_or(nearest, "compare it with the first line of the list"),
        Fault::List(ListFault::HeadingTwice { .. }) => "give one of them another heading".into(),
        Fault::List(ListFault::HeadingsForOneField { field, first, .. }) => {
            format!("give one of them another heading, or choose in [contacts.columns]: {field} = \"{first}\"")
        }
        Fault::List(ListFault::FormulaBare) => {
            "if Excel shows something else here, save the list from it as .xlsx, which keeps the results".into()
        }
        Fault::List(ListFault::NumberUnformatted { .. }) => {
            "if Excel shows 007, 13 % or money in a cell that the letter uses, save the list as XLSX".into()
        }
        Fault::List(ListFault::CopyTwice { .. }) => "if one of them is enough, take the address out of the other row".into(),
        Fault::List(ListFault::CellBeyondHeadings { .. }) => "give the column a heading, or clear this cell".into(),
        Fault::List(ListFault::RowRagged { expected, found }) if found > expected => {
            "a separator or a line break stands inside a cell of this row: put that cell in quotation marks, or save the list from Excel as .xlsx"
                .into()
        }
        Fault::List(ListFault::RowRagged { .. }) => {
            "the row was cut, perhaps by a line break inside a cell: join it again, or save the list from Excel as .xlsx".into()
        }
        Fault::List(ListFault::QuoteUnclosed) => {
            "close it, or write it twice where it belongs to the text; saving the list from Excel anew does so too".into()
        }
        Fault::List(ListFault::CellEmpty) => "fill it in, or delete the row if nobody is to be written to".into(),
        Fault::List(ListFault::CellControl { character: '\n' | '\r' | '\t' }) => "if that is right, nothing has to be done".into(),
        Fault::List(ListFault::CellControl { .. }) => "type the text of the cell anew: such a character comes along with copied text".into(),
        Fault::List(ListFault::CellTooLong { most, .. }) => format!("shorten the text of the cell to {most} characters"),
        Fault::List(ListFault::AddressSyntax { flaw: AddressFlaw::LookAlike(..), .. }) => {
            "type the address anew with the English keyboard".into()
        }
        Fault::List(ListFault::AddressSyntax { flaw: AddressFlaw::Several, .. }) => {
            "leave one; or write several = \"copy\" in [contacts]: the first gets the letter, the others a copy".into()
        }
        Fault::List(ListFault::AddressSyntax { flaw, .. }) => address_hint(*flaw).into(),
        Fault::List(ListFault::KeyTwice { .. }) => {
            "give each of them an own word in a column «key», which stays when the list is sorted".into()
        }
        Fault::List(ListFault::AddressTwice { .. }) => "delete one of the rows, or set duplicates = \"first\" in [contacts]".into(),
        Fault::Forms(FormsFault::GenderUnreadable { .. }) => "write m or f, or leave the cell empty".into(),
        Fault::List(ListFault::EncodingUnclear { likely }) => {
            format!("save the list from Excel as “CSV UTF-8” or .xlsx, or write encoding = \"{likely}\" in [contacts]")
        }
        Fault::List(ListFault::EncodingUnread { .. }) => {
            "save the list from Excel again: “CSV UTF-8 (comma delimited)” or a workbook, .xlsx".into()
        }
        Fault::List(ListFault::LettersLost) => {
            "save the list again from the workbook that it came from: as .xlsx or “CSV UTF-8 (comma delimited)”".into()
        }
        Fault::List(ListFault::NotWorkbook) => "open the file in Excel and save it anew as .xlsx or .csv".into(),
        Fault::List(ListFault::WorkbookProtected) => {
            "open it in Excel, take the password off (File → Info → Protect Workbook) and save it".into()
        }
        Fault::List(ListFault::WorkbookTooLarge) => {
            "delete sheets, rows and pictures that are not needed, or save the sheet as CSV".into()
        }
        Fault::List(ListFault::SheetMissing { known, .. }) => format!("the sheets are: {known}; correct `sheet` in [contacts]"),
        Fault::List(ListFault::HeadingFitsTwo { heading, first, .. }) => {
            format!("make two columns of it, or write {first} = \"{heading}\" in [contacts.columns]")
        }
        Fault::List(ListFault::QuoteStray) => {
            "save the list from Excel anew, or write the marks inside the cell twice: «\"Acme \"\"Ltd\"\"\"»".into()
        }
        Fault::List(ListFault::CharacterLost) => "type that letter anew".into(),
        Fault::List(ListFault::CellIsError { .. }) => "mend the formula, or type the value".into(),
        Fault::List(ListFault::InvisibleRemoved { .. }) => "nothing has to be done; type the cell anew to be rid of this message".into(),
        Fault::List(ListFault::AddressTypo { proposal, .. }) => format!("did you mean {proposal}? If the address is right, leave it"),
        Fault::List(ListFault::DomainWithoutMail { .. }) => "compare what stands after the @ with the organisation's site".into(),
        Fault::List(ListFault::DnsUnanswered { .. }) => {
            "the rest was checked; look at the network, or name a DNS server with --dns-server, and check again".into()
        }
        Fault::List(ListFault::SamePerson { .. }) => "if it is one person, delete one of the rows; if two, leave both".into(),
        Fault::List(ListFault::Suppressed { .. }) => {
            "if they may be written to after all, run gonets suppress --remove and correct the suppress file".into()
        }
        Fault::Forms(FormsFault::FormMissing { column }) => format!("fill in {column}"),
        Fault::Forms(FormsFault::FormDoubtful { column: Some(column), .. }) => {
            format!("if that is wrong, write the right form into {column}")
        }
        Fault::Forms(FormsFault::FormDoubtful { column: None, .. }) => "if that is wrong, write the right form into the template".into(),
        Fault::Forms(FormsFault::FormsOfAnother { .. }) => "write the list anew with check --forms".into(),
        Fault::Forms(FormsFault::NameOrder { .. }) => {
            "if that is wrong, give surname, first name and patronymic columns of their own".into()
        }
        Fault::Forms(FormsFault::GenderUnknown { .. }) => "write m or f into the column gender («Пол»)".into(),
        Fault::Forms(FormsFault::GenderContradicted { .. }) => "correct one of them".into(),
        Fault::Letter(LetterFault::Filter(it)) => match it {
            FilterFault::GenderNeeded { .. } => "add gender=recipient.gender, or gender=\"m\" or \"f\"".into(),
            FilterFault::Value { allowed, .. } => format!("write one of: {}", allowed.join(", ")),
            FilterFault::Unknown { known: [], .. } => "it takes no arguments: remove it".into(),
            FilterFault::Unknown { known, .. } => format!("it takes: {}", known.join(", ")),
            FilterFault::Missing { argument, .. } => format!("add {argument}=\"…\""),
            FilterFault::TooMuch => "make the numbers in range smaller, or nest fewer loops".into(),
            FilterFault::NotADate { .. } => "write it as 2022-02-28 or 28.02.2022".into(),
            FilterFault::NotANumber { .. } => "give it a whole number".into(),
            FilterFault::NotAText => "give it a single value, such as recipient.surname".into(),
            FilterFault::NoSuchFilter { nearest, .. } => nearest_or(nearest, "correct the name"),
        },
        Fault::Letter(LetterFault::Template { .. }) => "mend the template".into(),
        Fault::Letter(LetterFault::Condition { .. }) => "write it so: row['District'] == 'South'; all values of the list are text, in quotes".into(),
        Fault::Letter(LetterFault::VariableUnknown { nearest, .. } | LetterFault::ColumnUnknown { nearest, .. }) => {
            nearest_or(nearest, "add it to [letter.values], or correct the name")
        }
        Fault::Letter(LetterFault::ValuePrintedEmpty { .. }) => "fill in the cell, or put {% if … %} around it in the template".into(),
        Fault::Letter(LetterFault::LetterChanged { address, .. }) => format!(
            "undo the change to send it again just as it was; or run `gonets resolve --to {address} --accepted` if it arrived, or `gonets reset --to {address}` to send the new text as a letter of its own"
        ),
        Fault::Letter(LetterFault::SubjectEmpty) => "fill in `subject` in [letter]".into(),
        Fault::Letter(LetterFault::SubjectLineBreak) => "check `subject` and the cells that it uses".into(),
        Fault::Letter(LetterFault::BodyEmpty) => "check the template".into(),
        Fault::Letter(LetterFault::AttachmentNone { .. }) => "if it needs the file, write its name into the cell".into(),
        Fault::Config(ConfigFault::NotDomain { .. }) => "write it in Latin letters, such as example.org".into(),
        Fault::Letter(LetterFault::MessageTooLarge { .. }) => {
            "make the attachments smaller; if the server takes such messages, raise max_size in [letter]".into()
        }
        Fault::Letter(LetterFault::PictureKind { .. }) => "save it as PNG".into(),
        Fault::Letter(LetterFault::PictureUnreadable) => "save it anew as PNG".into(),
        Fault::Letter(LetterFault::FileNameUnfit { .. }) => {
            "no / \\ : * ? \" < > | and at most 200 bytes; a slash in the number is replaced by {{ letter.number | replace(from=\"/\", to=\"-\") }}".into()
        }
        Fault::Letter(LetterFault::LinkUnfit { .. }) => "it has to be like https://example.org/… without spaces".into(),
        Fault::Config(ConfigFault::KeyFile { flaw: KeyFlaw::Open }) => "let nobody but yourself read it: chmod 600".into(),
        Fault::Config(ConfigFault::KeyFile { .. }) => "openssl genrsa -out dkim.pem 2048 makes one".into(),
        Fault::Letter(LetterFault::Typst { hint, .. }) => hint.clone().unwrap_or_else(|| "mend the letterhead's template".into()),
        Fault::Letter(LetterFault::LetterTooLong { .. }) => "check the loops {% for … %}".into(),
        Fault::Letter(LetterFault::TemplateCircle { .. }) => "break the circle".into(),
        Fault::Letter(LetterFault::GlyphsMissing { .. }) => "replace them, or put a font that has them into the folder fonts of [pdf]".into(),
        Fault::Config(ConfigFault::PdfNotBuilt) => "remove [pdf], or take the full build".into(),
    }
}

/// What to change in an address.
fn address_hint(flaw: AddressFlaw) -> &'static str {
    match flaw {
        AddressFlaw::Empty => "fill it in",
        AddressFlaw::NoAt => "write the whole address, for instance ivanov@example.org",
        AddressFlaw::TwoAts => "leave one @",
        AddressFlaw::LocalPart => "take out the dot that stands twice, first, or before the @",
        AddressFlaw::LocalPartTooLong => "look whether two addresses ran together",
        AddressFlaw::Domain => "check what stands behind the @: a name such as example.org",
        AddressFlaw::DomainWithoutDot => {
            "complete what stands behind the @, for instance with .org"
        }
        AddressFlaw::Character(' ') => "take out the space",
        AddressFlaw::Character(',') => "a dot may be meant in place of the comma",
        AddressFlaw::Character(c) if c.is_alphabetic() => "type the address anew in Latin letters",
        AddressFlaw::Character(_) => "take out this character",
        AddressFlaw::Several => "leave one",
        AddressFlaw::LookAlike(..) => "type the address anew with the English keyboard",
    }
}

/// Why a form is as it is.
fn reason(reason: &Reason) -> String {
    match reason {
        Reason::AsGiven => "left as it is".into(),
        Reason::Rule { .. }
        | Reason::Listed { .. }
        | Reason::Compound { .. }
        | Reason::Initial
        | Reason::Plain => "by the rule".into(),
        Reason::Empty => "the cell is empty".into(),
        Reason::TwoReadings { other } => format!("«{other}» is possible too"),
        Reason::UnknownEnding => "no rule knows words of this kind".into(),
        Reason::WrongGender { worn_by: Gender::Male } => "this is a man's form".into(),
        Reason::WrongGender { worn_by: Gender::Female } => "this is a woman's form".into(),
        Reason::NotCyrillic => "it is not written in Russian letters, and was left as it is".into(),
        Reason::MixedAlphabets { letter } => {
            format!("a Latin «{letter}» stands among Russian letters")
        }
        Reason::LatinInside { word } => format!("there are Latin letters in «{word}»"),
        Reason::ForeignLetter { letter } => format!("Russian has no letter «{letter}»"),
        Reason::NotALetter { character } => {
            format!("the character «{character}» does not belong here")
        }
        Reason::RepeatedLetter { letter } => format!("three «{letter}» in a row"),
        Reason::TooLong { characters } => format!("{characters} characters are too long"),
        Reason::SmallLetter => "it begins with a small letter".into(),
        Reason::OddCapitals => "there are capitals in the middle".into(),
        Reason::AllCapitals => "it is written in capitals".into(),
        Reason::SeveralWords => "there are several words in it".into(),
        Reason::OrderUnclear => "it is not clear which word is the surname".into(),
        Reason::Swapped => "surname and first name seem to have changed places".into(),
        Reason::SurnameMissing => "there is no surname".into(),
        Reason::FirstNameMissing => "there is no first name".into(),
        Reason::FirstNameAbbreviated => "the first name is only an initial".into(),
        Reason::NoPatronymic => "there is no patronymic".into(),
        Reason::PositionMissing => "there is no position, only an organisation".into(),
        Reason::Unbalanced => "a quotation mark or a bracket has no pair".into(),
        Reason::UnknownHead { word } => {
            format!("the word «{word}» is not in the list of positions")
        }
        Reason::NotNominative { word } => format!("«{word}» is not in the nominative"),
        Reason::NoHead => "no position was found in it".into(),
        Reason::PluralHead { word } => format!("«{word}» is in the plural"),
        Reason::Disagreement { adjective, noun } => {
            format!("«{adjective}» does not agree with «{noun}»")
        }
        Reason::SecondNominative { word } => {
            format!("«{word}» is in the nominative too, and was declined with it")
        }
        Reason::NominativeAfterActing { word } => format!("«{word}» was put into the genitive"),
        Reason::UnclearTail { word } => format!("it is not clear what «{word}» belongs to"),
        Reason::Bracket { word } => format!("«{word}» in brackets was declined too"),
        Reason::Slash => "two variants stand with a slash".into(),
        Reason::PersonName { word } => format!("«{word}» looks like a person's name"),
        Reason::OrganisationAsPosition { word } => {
            format!("«{word}» looks like an organisation, not a position")
        }
        Reason::PositionAsOrganisation { word } => {
            format!("«{word}» looks like a position, not an organisation")
        }
        Reason::OrganisationRepeated { word } => {
            format!("the position names the organisation already («{word}»)")
        }
        Reason::UnfinishedPosition { word } => format!("after «{word}» something else is due"),
        Reason::OrganisationNotNominative { word } => {
            format!("the organisation is not in the nominative («{word}»)")
        }
        Reason::PlaceName { word } => {
            format!("whether the place name «{word}» declines is not certain")
        }
        Reason::AfterAbbreviation { word } => {
            format!("what stands behind «{word}» was left as it is")
        }
    }
}

fn filter(fault: &FilterFault) -> String {
    match fault {
        FilterFault::GenderNeeded { kind } => format!("to decline a {kind} needs gender"),
        FilterFault::Value { argument, value, .. } => format!("{argument} cannot be «{value}»"),
        FilterFault::Unknown { filter, argument, .. } => {
            format!("{filter} does not know the argument «{argument}»")
        }
        FilterFault::Missing { filter, argument } => format!("{filter} needs {argument}"),
        FilterFault::TooMuch => "the loops of one letter counted past 100,000 steps".into(),
        FilterFault::NotADate { value } => format!("«{value}» is not a date"),
        FilterFault::NotANumber { value } => format!("«{value}» is not a whole number"),
        FilterFault::NotAText => "this is no text".into(),
        FilterFault::NoSuchFilter { name, .. } => format!("there is no filter «{name}»"),
    }
}

fn evidence(evidence: Evidence) -> &'static str {
    match (evidence.kind, evidence.gender) {
        (EvidenceKind::Column, Gender::Male) => "the gender column says a man",
        (EvidenceKind::Column, Gender::Female) => "the gender column says a woman",
        (EvidenceKind::Patronymic, Gender::Male) => "the patronymic is a man's",
        (EvidenceKind::Patronymic, Gender::Female) => "the patronymic is a woman's",
        (EvidenceKind::Surname, Gender::Male) => "the surname is a man's",
        (EvidenceKind::Surname, Gender::Female) => "the surname is a woman's",
        (EvidenceKind::FirstName, Gender::Male) => "the first name is a man's",
        (EvidenceKind::FirstName, Gender::Female) => "the first name is a woman's",
    }
}

fn address_flaw(flaw: AddressFlaw) -> String {
    match flaw {
        AddressFlaw::Empty => "it is empty".into(),
        AddressFlaw::NoAt => "there is no @ in it".into(),
        AddressFlaw::TwoAts => "there are two @ in it".into(),
        AddressFlaw::LocalPart => "a dot stands where none can in the part before the @".into(),
        AddressFlaw::LocalPartTooLong => {
            "the part before the @ is longer than 64 characters".into()
        }
        AddressFlaw::Domain => "the part behind the @ is no host name".into(),
        AddressFlaw::DomainWithoutDot => "there is no dot behind the @".into(),
        AddressFlaw::Character(' ') => "there is a space in it".into(),
        AddressFlaw::Character(c) => {
            format!("the character «{c}» (U+{:04X}) cannot stand there", u32::from(c))
        }
        AddressFlaw::Several => "there seem to be several in one cell".into(),
        AddressFlaw::LookAlike(seen, latin) => {
            format!("the letter «{seen}» in it is Russian, where the Latin «{latin}» is meant")
        }
    }
}
