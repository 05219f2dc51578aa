//! Every notice but problems, failures and misuse.

use gonets::answer::{Answer, Answered, Bounce};
use gonets::delivery::{Account, Home, Refusals, Reply, State, Trouble, WorkerAtWork, WorkerName};
use gonets::failure::Failure;
use gonets::finding::Subject;
use gonets::notice::{
    DefaultsPlace, Extent, Fate, Followed, Group, Held, InboxNotice, InitQuestion, Lacks, Language,
    NextStep, Notice, Omitted, Outlook, Plan, Reasons, Remains, Repair, ReviewMail, SealStatus,
    Seen, Setting,
};
use gonets::policy::{Ending, LastRun, PutOff, StopCause};
use gonets::problem::{LeftOut, Place};
use gonets::seal::{self, Approval, Change, How};
use gonets::trust::{Login, Need};
use jiff::Timestamp;

use super::{all_have_samples, holds, page, variants};

variants!(Notice: Problem Failure Misuse Found FindingsAbout DoctorVerdict AskedOfTheNetwork LoopWaits DoctorNotRun SpfResult Settings LetterHead TextNotKept NextLetter Written PdfWritten ManWritten
    JournalLine Reasons NextAttempt MoreInReport RelayTried ListRead Mapping Faces FaultyRows
    ListAlone Unsound SuppressedEntry SuppressedNobody SuppressChanged SuppressHeard SuppressedMeanwhile
    Checked FormsWritten Previewed Seal Outlook SealStatus Approved Plan Omitted TypeTheNumber
    WokeElsewhere AskWhetherHere ChangedLetters LookAlikes AskAboutFiled InitQuestion AskSameForAll FiledBefore TypeThePassword TypeToReset TypeToForget Forgotten NothingToForget OnNetworkShare LedgerCopied NothingToSend WouldSend Rehearsed
    RehearsalFailed LetterSettled RowSettled ConnectionTrouble FewerConnections WithoutCopy
    Unrecorded FewFiles
    GoesOnAt Composing AskingDns Sending LookedAtBefore
    WaitingUntil Stopping LedgerAway LedgerBack CutShort RunStopped LastRun Account InOutbox Next RecoveredUnknown UnknownLetter
    Resolved NothingSentYet Inbox LedgerIsHeld AtWork Created ListAdopted LetterRead Begin AskLeave AskRelayLeave TypeYes
    LeaveGiven LeaveNotNeeded LeaveTakenBack NobodyHasLeave PreviewHasOthers ReadOutside LedgerReady LedgerOnServer
    LedgerInFolder ToldFromRecord);
variants!(Lacks: RowsWithoutLetter List TextOfWaiting);
variants!(InboxNotice: Reading ReadingFolder Read Answers Unreadable FolderRefused Unsure ByAnother Proved Suppressed
    Answered DryRun Review AskWhat AskSuppress Following KeptByWord NothingToReview Reviewed);
variants!(NextStep: AllDone OffList RunAgain ResolveUnknown LookAtRefused Filed SendFiled AfterRehearsal Check FillIn LookAtAdopted
    Preview LookThenSend LookThenApprove Send MoreApprovals Repair Review);
variants!(InitQuestion: Sender Address Server);
variants!(Seen: Never This Other);
variants!(How: Changed Added Removed);
variants!(State: Waiting Sending Accepted Filed Refused Unknown);

/// Numbers that ask for each of the Russian plural forms.
const NUMBERS: [u64; 5] = [1, 3, 5, 11, 12_321];

/// A moment that reads the same in every time zone.
pub fn moment() -> Timestamp {
    let moment = jiff::civil::date(2026, 11, 22).at(18, 13, 40, 0);
    moment.to_zoned_datetime(jiff::tz::TimeZone::system()).unwrap().timestamp()
}

fn time() -> String {
    "2026-11-22 18:13:40".into()
}

pub fn elsewhere() -> Home {
    Home { host: "office-2".into(), path: "/home/anna/семинар".into() }
}

fn address() -> String {
    "anna@one.test".into()
}

fn by_number(notice: impl Fn(u64) -> Notice) -> impl Iterator<Item = Notice> {
    NUMBERS.into_iter().map(notice)
}

variants!(Need: Program Variable SecretFile Keyring Read Write);

pub fn needs() -> Vec<Need> {
    let login = || Login { server: "smtp.one.test:465".into(), account: "anna".into() };
    let words = ["pass", "почта отдела"].map(str::to_owned).to_vec();
    let needs = vec![
        Need::Program { words, contents: vec![], login: login() },
        Need::Variable { name: "SMTP_PASSWORD".into(), login: login() },
        Need::Variable {
            name: "GONETS_DATABASE".into(),
            login: Login { server: "PostgreSQL".into(), account: String::new() },
        },
        Need::SecretFile { path: "/home/anna/пароль".into(), login: login() },
        Need::Keyring { service: "почта".into(), login: login() },
        Need::Read { key: "body".into(), path: "/home/anna/общее/letter.md".into() },
        Need::Write { key: "archive".into(), path: "/home/anna/архив".into() },
    ];
    all_have_samples(&needs);
    needs
}

pub fn changes() -> Vec<Change> {
    let change = |part: &str, how| Change { part: part.into(), how };
    let changes = vec![
        change("letter.md", How::Changed),
        change("план.pdf", How::Added),
        change("план.pdf", How::Removed),
        change("[letter]", How::Changed),
        change(seal::PROGRAM, How::Changed),
        change(seal::SELECTION, How::Changed),
        change(seal::LETTERS, How::Changed),
        change(seal::SUPPRESSED, How::Changed),
    ];
    all_have_samples(&[How::Changed, How::Added, How::Removed]);
    changes
}

#[expect(clippy::too_many_lines, reason = "a list of samples")]
fn before_the_run() -> Vec<Notice> {
    let mut notices = vec![
        Notice::Begin,
        Notice::Created { folder: "семинар".into() },
        Notice::ListAdopted {
            file: "Список.xlsx".into(),
            sheet: Some("Адресаты".into()),
            several: 3,
            shared: Some((1, "ФИО".into())),
        },
        Notice::ListAdopted {
            file: "Список.xlsx".into(), sheet: None, several: 1, shared: None
        },
        Notice::LetterRead {
            file: "Письмо.docx".into(),
            heading: Some("О проведении семинара".into()),
            signature: Some("Директор А.П. Ильина".into()),
            mark: Some("Исп. Седых В.Л.".into()),
            replaced: vec![
                (
                    "Начальнику Управления образования города Томска".into(),
                    "{{ addressee.position }}".into(),
                ),
                ("Цою Б.А.".into(), "{{ addressee.name }}".into()),
            ],
        },
        Notice::LetterRead {
            file: "Письмо.docx".into(),
            heading: None,
            signature: None,
            mark: None,
            replaced: Vec::new(),
        },
        Notice::Mapping {
            fields: [
                "email",
                "surname",
                "first_name",
                "patronymic",
                "full_name",
                "gender",
                "position",
                "organisation",
                "salutation",
                "surname_dative",
                "name_dative",
                "position_dative",
                "key",
                "timezone",
                "cc",
            ]
            .map(|field| (field, "Столбец".to_owned()))
            .into(),
            others: vec!["Район".into(), "Кабинет".into()],
        },
        Notice::Mapping { fields: vec![("email", "Почта".into())], others: vec![] },
        Notice::Faces { of_text: Some("Liberation Serif".into()), others: vec![], size: 14 },
        Notice::Faces { of_text: None, others: vec!["Arial".into()], size: 12 },
        Notice::FormsWritten { file: "forms.csv".into() },
        Notice::Checked { letters: 1, to_look_at: 0 },
        Notice::Checked { letters: 22, to_look_at: 0 },
        Notice::Checked { letters: 11, to_look_at: 0 },
        Notice::Seal { seal: "12ab 34cd 56ef 7890".into() },
        Notice::AskingDns,
        Notice::AskLeave { folder: "семинар 2026".into(), needs: needs() },
        Notice::AskRelayLeave { file: "/etc/relay 2.toml".into(), needs: needs()[..1].to_vec() },
        Notice::TypeYes,
        Notice::LeaveGiven { folder: "семинар".into(), needs: needs(), at: None },
        Notice::LeaveGiven { folder: "семинар".into(), needs: needs(), at: Some(moment()) },
        Notice::LeaveNotNeeded { folder: "семинар".into() },
        Notice::LeaveTakenBack { folder: "семинар".into(), was_given: true },
        Notice::LeaveTakenBack { folder: "семинар".into(), was_given: false },
        Notice::NobodyHasLeave,
        Notice::PreviewHasOthers { files: 1, folder: "семинар/preview".into() },
        Notice::PreviewHasOthers { files: 40, folder: "семинар/preview".into() },
        Notice::ReadOutside { files: vec!["../forms.csv".into(), "../no.csv".into()] },
        Notice::Composing,
        Notice::PdfWritten { path: "письмо.pdf".into() },
        Notice::SpfResult { result: "softfail" },
        Notice::Settings {
            settings: [
                ("from", "address", "\"office@example.org\"", "/etc/gonets/relay.toml", 2),
                ("pace", "per_day", "500", "/etc/gonets/relay.toml", 9),
                ("pace", "window.hours", "\"09:00-18:00\"", "campaign.toml", 31),
            ]
            .map(|(table, key, value, file, line)| Setting {
                table,
                key: key.into(),
                value: value.into(),
                place: Place::at(file, line, 1),
            })
            .to_vec(),
            defaults: vec![
                DefaultsPlace {
                    path: "/home/anna/.config/gonets/relay.toml".into(),
                    is_there: false,
                },
                DefaultsPlace { path: "/etc/gonets/relay.toml".into(), is_there: true },
            ],
        },
        Notice::FindingsAbout(Subject::Relay),
        Notice::FindingsAbout(Subject::Domain),
        Notice::FindingsAbout(Subject::Mailbox),
        Notice::FindingsAbout(Subject::Campaign),
        Notice::DoctorVerdict { errors: 0, warnings: 0, is_unusable: false, extent: Extent::Whole },
        Notice::DoctorVerdict {
            errors: 0,
            warnings: 2,
            is_unusable: false,
            extent: Extent::FilesAlone,
        },
        Notice::DoctorVerdict { errors: 1, warnings: 0, is_unusable: true, extent: Extent::Whole },
        Notice::AskedOfTheNetwork {
            dns: vec!["192.0.2.53".into()],
            names: vec!["example.org MX".into(), "example.org TXT".into()],
            servers: Vec::new(),
        },
        Notice::LoopWaits { to: "invite@example.org".into() },
        Notice::DoctorNotRun { relay: "smtp.example.org:465".into(), folder: "seminar".into() },
        Notice::TextNotKept,
        Notice::NextLetter { folder: "семинар 2026".into(), row: "Юг!12".into() },
        Notice::JournalLine { cells: vec!["12-03".into(), "22.11.2026".into(), address()] },
        Notice::LetterHead {
            row: "12".into(),
            number: Some("12-03".into()),
            fields: vec![
                ("From".into(), "Отдел <info@one.test>".into()),
                ("To".into(), address()),
                ("Subject".into(), "О семинаре".into()),
                ("X-Own".into(), "1".into()),
            ],
            attachments: vec![("план.pdf".into(), 1500), ("карта.png".into(), 3_670_016)],
        },
        Notice::LetterHead {
            row: "1".into(),
            number: None,
            fields: vec![("Bcc".into(), address())],
            attachments: vec![],
        },
        Notice::SuppressedNobody,
        Notice::SuppressChanged { added: 2, removed: 1 },
        Notice::SuppressHeard { by: "pid 4711".into() },
        Notice::SuppressedEntry { entry: address(), reason: String::new(), date: String::new() },
        Notice::SuppressedEntry {
            entry: "one.test".into(),
            reason: "просили не писать".into(),
            date: "2026-11-22".into(),
        },
        Notice::Approved {
            name: "Анна Ильина".into(),
            seal: "12ab 34cd".into(),
            given: 1,
            people: 0,
        },
        Notice::Approved {
            name: "Анна Ильина".into(),
            seal: "12ab 34cd".into(),
            given: 1,
            people: 2,
        },
        Notice::ListRead {
            file: "list.csv".into(),
            columns: 1,
            headings: None,
            rows: 1,
            text: Some(("windows-1251", ';')),
            sheets: Vec::new(),
            sample: Some("Ильина Анна".into()),
        },
        Notice::ListRead {
            file: "list.csv".into(),
            columns: 3,
            headings: None,
            rows: 22,
            text: Some(("utf-8", '\t')),
            sheets: Vec::new(),
            sample: None,
        },
        Notice::ListRead {
            file: "list.xlsx".into(),
            columns: 5,
            headings: Some(3),
            rows: 11,
            text: None,
            sheets: vec!["Лист1".into()],
            sample: None,
        },
    ];
    notices.extend(by_number(|lines| Notice::Written { path: "t.csv".into(), lines }));
    notices.extend(by_number(|pages| Notice::ManWritten { pages, folder: "man".into() }));
    notices.extend(by_number(|rows| Notice::FaultyRows { rows, path: "t.csv".into() }));
    notices.extend(by_number(|rows| Notice::ListAlone { rows }));
    for (is_of_rows, blocked, errors, to_look_at) in
        [(false, 2, 3, 0), (true, 2, 3, 5), (false, 0, 0, 1), (false, 0, 1, 0)]
    {
        notices.push(Notice::Unsound { well: 38, is_of_rows, blocked, errors, to_look_at });
    }
    notices.extend(by_number(|to_look_at| Notice::Checked { letters: 100, to_look_at }));
    notices.extend(by_number(|letters| Notice::Previewed {
        letters,
        index: "preview/index.html".into(),
    }));
    notices
}

fn outlooks() -> [Outlook; 2] {
    [
        Outlook { begins: None, ends: time() },
        Outlook { begins: Some("2026-11-22 09:00".into()), ends: time() },
    ]
}

fn seal_statuses() -> Vec<SealStatus> {
    let seen = [
        Seen::Never,
        Seen::This { at: moment() },
        Seen::Other { at: moment(), changes: changes() },
    ];
    all_have_samples(&seen);
    let approval = |user: &str| Approval {
        name: "Анна Ильина".into(),
        user: user.into(),
        seal: "12ab 34cd 56ef 7890".into(),
        at: moment(),
    };
    let seal_status = |previewed: &Seen, sent: &Seen, approved: Vec<Approval>, people| SealStatus {
        seal: "12ab 34cd 56ef 7890".into(),
        previewed: previewed.clone(),
        sent: sent.clone(),
        approved,
        people,
    };
    let [never, this, other] = &seen;
    vec![
        seal_status(never, never, vec![], 0),
        seal_status(this, this, vec![], 2),
        seal_status(other, other, vec![approval("anna"), approval("?")], 2),
        seal_status(this, never, vec![approval("anna")], 0),
    ]
}

fn the_plan() -> Vec<Notice> {
    let plan = || Plan {
        from: "Отдел <info@one.test>".into(),
        subject: "О семинаре".into(),
        subjects_differ: false,
        letters: 12_321,
        already: 0,
        second_letters: 0,
        addresses: Some(12_321),
        files: vec![],
        files_differ: false,
        omitted: Omitted::default(),
        first: address(),
        last: "vera@three.test".into(),
        domains: vec![("one.test".into(), 200), ("two.test".into(), 100)],
        more_domains: 0,
        relay: None,
        relay_file: None,
        seal_status: seal_statuses().remove(0),
        outlook: None,
    };
    let [_, outlook] = outlooks();
    let large = Plan {
        already: 5,
        second_letters: 38,
        subjects_differ: true,
        addresses: Some(24_642),
        files: vec![("Приглашение № 007.pdf".into(), 90_000), ("план.pdf".into(), 1500)],
        files_differ: true,
        omitted: Omitted { blocked: 5, suppressed: 2, left_out: 1, warnings: 2, doubts: 1 },
        more_domains: 3,
        relay: Some("mail.one.test:587".into()),
        relay_file: Some("/etc/gonets/second relay.toml".into()),
        seal_status: seal_statuses().remove(2),
        outlook: Some(outlook),
        ..plan()
    };
    let left_out = Omitted { left_out: 1, ..Omitted::default() };
    let mut notices = vec![
        Notice::Omitted(left_out),
        Notice::Omitted(Omitted { blocked: 21, warnings: 1, ..left_out }),
        Notice::Plan(Box::new(plan())),
        Notice::Plan(Box::new(large)),
        Notice::TypeTheNumber { letters: 12_321 },
        Notice::TypeThePassword { user: "anna".into(), host: "mail.one.test".into() },
        Notice::NothingToSend,
    ];
    notices.extend(outlooks().map(Notice::Outlook));
    notices.extend(seal_statuses().into_iter().map(Notice::SealStatus));
    notices.extend(by_number(|letters| Notice::TypeToReset { letters, accepted: letters / 2 }));
    let remains =
        || Remains { files: vec!["seminar/contacts.csv".into()], letters: 3, suppressed: 2 };
    let before = || "2026-03-01".to_owned();
    notices.extend([
        Notice::TypeToForget { letters: 40, before: before(), remains: remains() },
        Notice::Forgotten { letters: 40, mails: 12, files: 41, remains: remains() },
        Notice::Forgotten { letters: 1, mails: 0, files: 1, remains: Remains::default() },
        Notice::NothingToForget { before: before() },
        Notice::OnNetworkShare { kind: "NFS", folder: "/mnt/office/seminar".into() },
        Notice::LedgerCopied { path: "copy.sqlite".into(), letters: 40 },
    ]);
    notices.extend(by_number(|letters| Notice::WouldSend { letters }));
    notices.push(Notice::WokeElsewhere { from: elsewhere() });
    notices.push(Notice::AskWhetherHere { from: elsewhere(), id: "seminar".into() });
    notices.extend(by_number(|letters| Notice::ChangedLetters {
        letters,
        first: Some(jiff::civil::date(2026, 3, 1)),
        folder: "семинар".into(),
    }));
    notices.extend(by_number(|letters| Notice::LookAlikes { letters }));
    notices.extend(by_number(|letters| Notice::AskAboutFiled { letters }));
    let questions = [InitQuestion::Sender, InitQuestion::Address, InitQuestion::Server];
    all_have_samples(&questions);
    for question in questions {
        notices.extend([false, true].map(|is_again| Notice::InitQuestion { question, is_again }));
    }
    notices.extend(by_number(|letters| Notice::AskSameForAll { letters }));
    notices.extend(by_number(|letters| Notice::FiledBefore { letters }));
    notices
}

fn folder() -> std::path::PathBuf {
    "семинар 2026".into()
}

fn account() -> Account {
    Account {
        accepted: 12_000,
        refused: 3,
        waiting: 100,
        unknown: 2,
        retrying: 7,
        ..Account::default()
    }
}

/// A letter that was refused, and went to another address.
fn replaced() -> [Notice; 3] {
    let refusals = Refusals { replaced: 2, ..Refusals::default() };
    [
        Notice::LastRun {
            run: LastRun { began: moment(), ended: Some((moment(), Ending::Interrupted)) },
            is_open: false,
            folder: folder(),
        },
        Notice::Account {
            account: Account { refusals, ..account() },
            blocked: 0,
            suppressed: 0,
            left_out: 0,
        },
        Notice::LetterSettled {
            address: address(),
            fate: Fate::Replaced,
            replaced_by: Some("anna.ilyina@one.test".into()),
            reply: "550 5.1.1 No such user".into(),
        },
    ]
}

fn from_the_record() -> [Notice; 3] {
    let lacks = [Lacks::RowsWithoutLetter, Lacks::List, Lacks::TextOfWaiting];
    all_have_samples(&lacks);
    lacks.map(|lacks| Notice::ToldFromRecord { lacks, folder: folder() })
}

fn on_a_server() -> [Notice; 3] {
    [
        Notice::LedgerReady { server: "db.one.test:5432/letters".into() },
        Notice::LedgerOnServer { letters: 21 },
        Notice::LedgerInFolder { letters: 3 },
    ]
}

/// What becomes of rows without a letter.
fn without_letter() -> [Fate; 4] {
    [
        Fate::Suppressed,
        Fate::Blocked,
        Fate::LeftOut(LeftOut::Duplicates),
        Fate::LeftOut(LeftOut::Follows),
    ]
}

#[expect(clippy::too_many_lines, reason = "a list of samples")]
fn the_run() -> Vec<Notice> {
    let trouble = || Trouble::TimedOut;
    let mut notices = vec![
        Notice::RelayTried {
            host: "mail.one.test".into(),
            is_logged_in: true,
            most: Some(20_971_520),
            largest: 90_000,
        },
        Notice::RelayTried {
            host: "mail.one.test".into(),
            is_logged_in: false,
            most: None,
            largest: 90_000,
        },
        Notice::RehearsalFailed { address: address(), reply: "550 5.1.1 No such user".into() },
        Notice::ConnectionTrouble { trouble: trouble() },
        Notice::FewerConnections {
            trouble: Trouble::Turned(Reply { code: 421, text: "too many".into() }),
        },
        Notice::RunStopped { cause: StopCause::Trouble(trouble()), folder: folder() },
        Notice::Unrecorded {
            addresses: vec!["anna@one.test".into(), "boris@two.test".into()],
            folder: folder(),
        },
        Notice::FewFiles { connections: 3, asked: 16 },
        Notice::WithoutCopy {
            address: "anna@one.test".into(),
            copy: "kopie@one.test".into(),
            reply: "550 5.1.1 No such user".into(),
        },
        Notice::Sending { account: account(), reply: String::new() },
        Notice::Sending { account: Account { filed: 7, ..account() }, reply: String::new() },
        Notice::Sending { account: account(), reply: "250 2.0.0 Ok".into() },
        Notice::Stopping,
        Notice::LedgerAway { server: "db.one.test:5432/letters".into() },
        Notice::LedgerBack,
        Notice::CutShort { folder: folder() },
        Notice::Account { account: account(), blocked: 0, suppressed: 0, left_out: 0 },
        Notice::Account { account: account(), blocked: 4, suppressed: 5, left_out: 2 },
        Notice::Account {
            account: Account { filed: 1234, ..account() },
            blocked: 0,
            suppressed: 0,
            left_out: 0,
        },
        Notice::InOutbox { folder: "outbox".into(), has_relay: false },
        Notice::InOutbox { folder: "outbox".into(), has_relay: true },
        Notice::UnknownLetter {
            address: address(),
            message_id: "<7d1f@one.test>".into(),
            at: time(),
        },
        Notice::NothingSentYet,
        Notice::LedgerIsHeld { by: "pid 4711".into() },
        Notice::AtWork(at_work("office-2")),
    ];
    notices.extend(replaced());
    let states = State::ALL;
    all_have_samples(&states);
    let fates = states.map(Fate::Letter).into_iter().chain(without_letter());
    notices.extend(fates.map(|fate| Notice::LetterSettled {
        address: address(),
        fate,
        replaced_by: None,
        reply: String::new(),
    }));
    for (address, reason) in [(address(), "в нём два знака @"), (String::new(), "")] {
        notices.push(Notice::RowSettled {
            row: 13,
            address,
            fate: Fate::Blocked,
            reason: reason.into(),
        });
    }
    notices.push(Notice::LetterSettled {
        address: address(),
        fate: Fate::Letter(State::Refused),
        replaced_by: None,
        reply: "550 5.1.1 No such user".into(),
    });
    notices.extend(states.map(|state| Notice::Reasons {
        state,
        groups: vec![
            Group { reply: "550 5.1.1 No such user".into(), letters: 12, example: address() },
            Group { reply: "299 odd".into(), letters: 1, example: address() },
        ],
    }));
    notices.extend(states.map(|state| Notice::Resolved { letters: 2, state }));
    notices.extend(by_number(|more| Notice::MoreInReport { more }));
    notices.extend(by_number(|letters| Notice::NextAttempt { at: moment(), letters }));
    notices.extend(by_number(|letters| Notice::SuppressedMeanwhile { letters }));
    notices.extend(by_number(|letters| Notice::Rehearsed { letters, address: address() }));
    for by in [PutOff::ByPace, PutOff::ByRelay] {
        let goes_on = |letters| Notice::GoesOnAt { time: time(), letters, by };
        notices.extend(by_number(goes_on));
    }
    notices.extend(by_number(|letters| Notice::LookedAtBefore { time: time(), letters }));
    notices.extend(by_number(|letters| Notice::WaitingUntil { time: time(), letters }));
    notices.extend(by_number(|letters| Notice::RecoveredUnknown { letters }));
    notices.extend(by_number(|letters| Notice::Resolved { letters, state: State::Accepted }));
    notices.into_iter().chain(on_a_server()).chain(from_the_record()).collect()
}

fn ways_on() -> Vec<NextStep> {
    let folder = || "семинар 2026".into();
    let mut ways = vec![
        NextStep::AllDone { replaced: 0 },
        NextStep::AllDone { replaced: 1 },
        NextStep::Filed { folder: folder() },
        NextStep::AfterRehearsal { folder: folder(), files: None },
        NextStep::AfterRehearsal { folder: folder(), files: Some("outbox/test".into()) },
        NextStep::Check { folder: folder() },
        NextStep::FillIn { folder: folder() },
        NextStep::LookAtAdopted { folder: folder(), has_sender: false },
        NextStep::LookAtAdopted { folder: folder(), has_sender: true },
        NextStep::Preview { folder: "семинар".into() },
        NextStep::LookThenSend { folder: folder() },
        NextStep::Send { folder: folder() },
        NextStep::Repair(Repair { folder: folder(), selection: vec![], flags: vec![], letters: 0 }),
        NextStep::Repair(Repair {
            folder: folder(),
            selection: vec![("--rows".into(), "10-20".into())],
            flags: vec!["--strict".into()],
            letters: 38,
        }),
    ];
    let refusals =
        Refusals { replaced: 9, address: 5, later: 1, letter: 2, relay: 21, off_list: 3 };
    for refusals in [
        refusals,
        Refusals { address: 1, ..Refusals::default() },
        Refusals { later: 1500, ..Refusals::default() },
    ] {
        for reasons in [Reasons::InStatus, Reasons::Shown] {
            ways.push(NextStep::LookAtRefused { refusals, reasons, folder: folder() });
        }
    }
    for n in NUMBERS {
        let few = u32::try_from(n).unwrap();
        ways.extend([
            NextStep::Review { mails: n, folder: folder() },
            NextStep::RunAgain { waiting: n, folder: folder() },
            NextStep::ResolveUnknown { unknown: n, folder: folder() },
            NextStep::OffList { letters: n, list: "список.csv".into(), folder: folder() },
            NextStep::SendFiled { filed: n, folder: folder() },
            NextStep::LookThenApprove { folder: folder(), people: few },
            NextStep::MoreApprovals { folder: folder(), missing: few },
        ]);
    }
    ways
}

#[test]
fn notices_before_the_run() {
    holds("notices_before_the_run", &page(&before_the_run(), Notice::words));
}

#[test]
fn notices_of_the_plan_and_its_questions() {
    holds("notices_plan", &page(&the_plan(), Notice::words));
}

#[test]
fn notices_of_the_run() {
    holds("notices_run", &page(&the_run(), Notice::words));
}

fn mails_that_came_back() -> Vec<InboxNotice> {
    let answered = |answer, bounce, until: Option<&str>| {
        InboxNotice::Answered(Answered {
            answer,
            bounce,
            status: None,
            diagnostic: bounce.map(|_| "550 5.1.1 No such user".into()),
            at: moment(),
            from: address(),
            name: None,
            until: until.map(|day| day.parse().unwrap()),
            excerpt: "Спасибо за приглашение!".into(),
        })
    };
    let review = ReviewMail {
        at: moment(),
        from: "office@one.test".into(),
        name: Some("Приёмная".into()),
        subject: "Re: О семинаре".into(),
        address: address(),
        answer: Answer::Unsubscribed,
        bounce: None,
        excerpt: "Исключите нас из списка.".into(),
        source: "INBOX/17".into(),
    };
    let dead = ReviewMail {
        name: None,
        answer: Answer::Bounced,
        bounce: Some(Bounce::Hard),
        ..review.clone()
    };
    let mut notices = vec![
        InboxNotice::Reading,
        InboxNotice::Answers {
            counts: [Answer::Replied, Answer::Silent, Answer::Silent].into_iter().collect(),
        },
        InboxNotice::Unreadable { source: "mails/7.eml".into() },
        InboxNotice::Following(Followed {
            folder: "../семинар".into(),
            wanted: 12,
            others: 25,
            later: 2,
            first_day: Some(jiff::civil::date(2026, 12, 14)),
            held: vec![
                ("anna@one.test".into(), Held::Unknown),
                ("boris@two.test".into(), Held::Delayed),
                ("olga@four.test".into(), Held::Away),
                ("vera@three.test".into(), Held::Unsure),
            ],
            by_hand: Some(("/home/anna/answers".into(), moment())),
        }),
        InboxNotice::ReadingFolder { folder: "Спам".into() },
        InboxNotice::FolderRefused {
            folder: "Ответы".into(),
            text: "EXAMINE: [NONEXISTENT] Unknown Mailbox".into(),
        },
        InboxNotice::Unsure {
            source: "INBOX/17".into(), from: address(), subject: "О нас".into()
        },
        InboxNotice::ByAnother {
            address: address(),
            from: "office@one.test".into(),
            name: Some("Приёмная".into()),
        },
        InboxNotice::ByAnother { address: address(), from: "office@one.test".into(), name: None },
        InboxNotice::Suppressed { address: address(), answer: Answer::Complained },
        InboxNotice::Suppressed { address: address(), answer: Answer::Bounced },
        InboxNotice::Suppressed { address: address(), answer: Answer::Unsubscribed },
        answered(Answer::Replied, None, None),
        answered(Answer::Bounced, Some(Bounce::Hard), None),
        answered(Answer::Away, None, Some("2026-12-14")),
        InboxNotice::DryRun,
        InboxNotice::Review(review),
        InboxNotice::Review(dead),
        InboxNotice::AskWhat,
        InboxNotice::AskSuppress { address: address() },
        InboxNotice::NothingToReview,
        InboxNotice::Reviewed { decided: 3, left: 1 },
    ];
    for n in NUMBERS {
        notices.push(InboxNotice::Read { read: n, ours: 1, already: n - 1 });
        notices.push(InboxNotice::Proved { letters: n });
        notices.push(InboxNotice::KeptByWord { letters: n });
    }
    notices
}

#[test]
fn notices_of_mails_that_came_back() {
    let samples = mails_that_came_back();
    all_have_samples(&samples);
    let words = |it: &InboxNotice, language| Notice::Inbox(it.clone()).words(language);
    holds("notices_inbox", &page(&samples, words));
}

#[test]
fn ways_to_go_on() {
    all_have_samples(&ways_on());
    let words = |next: &NextStep, language| Notice::Next(next.clone()).words(language);
    holds("notices_next", &page(&ways_on(), words));
}

#[test]
fn every_notice_has_a_sample() {
    // Problems, failures and misuse have files of their own, as have the ways to go on.
    let elsewhere = ["Problem", "Failure", "Misuse", "Next", "Found"];
    let inbox = mails_that_came_back().into_iter().map(Notice::Inbox).collect();
    let samples = [before_the_run(), the_plan(), the_run(), inbox].concat();
    let seen: Vec<&str> = samples.iter().map(super::Variants::name).collect();
    let missing: Vec<&&str> = <Notice as super::Variants>::NAMES
        .iter()
        .filter(|name| !seen.contains(*name) && !elsewhere.contains(*name))
        .collect();
    assert!(missing.is_empty(), "no sample of {missing:?}");
}

#[test]
fn what_the_ledger_says_of_people_and_places_stays_on_its_line() {
    let hostile = || "a\nerror: \u{1b}[31mb".to_owned();
    let from = || Home { host: hostile(), path: hostile() };
    let notices = [
        Notice::Failure(Failure::Elsewhere { from: from(), folder: "c".into() }),
        Notice::Failure(Failure::LedgerTorn { folder: "c".into(), by: hostile(), waiting: 1 }),
        Notice::Failure(Failure::LedgerHeld { by: hostile() }),
        Notice::Failure(Failure::LookAlikes {
            letters: 1,
            examples: vec![hostile()],
            folder: "c".into(),
        }),
        Notice::AskWhetherHere { from: from(), id: hostile() },
        Notice::WokeElsewhere { from: from() },
        Notice::LedgerIsHeld { by: hostile() },
        Notice::AtWork(at_work(&hostile())),
        Notice::Failure(Failure::OtherSeal { by: at_work(&hostile()).name, changes: vec![] }),
    ];
    for notice in notices {
        for language in [Language::English, Language::Russian] {
            let words = notice.words(language);
            assert!(!words.contains("\nerror: "), "{words}");
            assert!(!words.contains('\u{1b}'), "{words}");
        }
    }
}

fn at_work(host: &str) -> WorkerAtWork {
    let name = WorkerName { host: host.into(), account: "anna".into(), process: 4711 };
    let since = "2026-03-01T09:00:00Z".parse().unwrap();
    let last = "2026-03-01T09:05:07Z".parse().unwrap();
    WorkerAtWork { name, relay: "smtp.example.org:465".into(), since, letters: 1234, last }
}
