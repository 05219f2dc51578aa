//! Every problem: what is wrong, and what to do about it.

use gonets::notice::{self, Language, Notice};
use gonets::problem::{
    AddressFlaw, Cause, Expected, Fault, FilterFault, KeyFlaw, Kind, NoMail, Place, Problem,
    Severity,
};
use gonets::russian::gender::{Evidence, EvidenceKind};
use gonets::russian::names::FullName;
use gonets::russian::{Gender, Reason};

use super::{all_have_samples, entry, holds, variants};

variants!(Fault: FileMissing FileUnreadable NotUtf8 Toml KeyUnknown KeyMissing ValueKind
    ValueUnknown ValueRange Unreadable DomainTwice ValueEmpty ValueControl PasswordInFile
    PlainTextBeyondLoopback BodyMissing NumberTwice NameReserved ListKind ListEmpty ListHasNoRows
    HeadingsBelow HeadingsRowEmpty HeadingMissing HeadingUnknown HeadingTwice HeadingsForOneField
    RowRagged CellBeyondHeadings NumberUnformatted FormulaBare CopyTwice QuoteUnclosed CellEmpty
    CellControl CellTooLong AddressSyntax AddressTwice KeyTwice GenderUnreadable FormMissing
    FormDoubtful FormsOfAnother NameOrder GenderUnknown GenderContradicted EncodingUnclear
    EncodingUnread LettersLost NotWorkbook WorkbookProtected WorkbookTooLarge SheetMissing
    HeadingFitsTwo QuoteStray CharacterLost CellIsError InvisibleRemoved AddressTypo
    DomainWithoutMail DnsUnanswered SamePerson Suppressed Template Condition Filter
    VariableUnknown ColumnUnknown ValuePrintedEmpty LetterChanged SubjectEmpty SubjectLineBreak
    BodyEmpty Attachment AttachmentNone NotDomain MessageTooLarge PictureKind PictureUnreadable
    FileNameUnfit LinkUnfit KeyFile Typst LetterTooLong TemplateCircle GlyphsMissing PdfNotBuilt);
variants!(Cause: NotFound Forbidden IsFolder NotFolder NotPlainFile Exists DiskFull ReadOnly
    OutsideCampaign TooLarge LinkLoop Changed Other);
variants!(AddressFlaw: Empty NoAt TwoAts LocalPart LocalPartTooLong Domain DomainWithoutDot
    Character Several LookAlike);
variants!(Expected: Days Hours Zone Dates Domain Factor Server);
variants!(FilterFault: GenderNeeded Value Unknown Missing NotADate NotANumber TooMuch NotAText
    NoSuchFilter);
variants!(KeyFlaw: NotPem Kind Open);
variants!(Kind: Text Number YesNo Date Duration Table List Secret Size);
variants!(NoMail: NoSuchDomain Declined NoHost);
variants!(Severity: Error Warning Doubt);

pub fn causes() -> Vec<Cause> {
    vec![
        Cause::NotFound,
        Cause::Forbidden,
        Cause::IsFolder,
        Cause::NotFolder,
        Cause::NotPlainFile,
        Cause::Exists,
        Cause::DiskFull,
        Cause::ReadOnly,
        Cause::OutsideCampaign,
        Cause::TooLarge,
        Cause::LinkLoop,
        Cause::Changed,
        Cause::Other("Input/output error (os error 5)".into()),
    ]
}

pub fn address_flaws() -> Vec<AddressFlaw> {
    vec![
        AddressFlaw::Empty,
        AddressFlaw::NoAt,
        AddressFlaw::TwoAts,
        AddressFlaw::LocalPart,
        AddressFlaw::LocalPartTooLong,
        AddressFlaw::Domain,
        AddressFlaw::DomainWithoutDot,
        AddressFlaw::Character(' '),
        AddressFlaw::Character(','),
        AddressFlaw::Character('ж'),
        AddressFlaw::Character('('),
        AddressFlaw::Several,
        AddressFlaw::LookAlike('о', 'o'),
    ]
}

#[expect(clippy::unnecessary_wraps, reason = "the samples read better")]
fn some(name: &str) -> Option<String> {
    Some(name.to_owned())
}

/// What the TOML and the template libraries say, as far as we have words for it, and one more.
const FOREIGN: [&str; 24] = [
    "unexpected end of input",
    "cannot compare a string and an integer",
    "cannot divide by 0",
    "unknown function `now`",
    "unknown test `odd`",
    "unknown template `head.md`",
    "missing keyword argument `from`",
    "iteration not possible on type string",
    "invalid type for the value",
    "index out of range",
    "found `}` but expected `%}`",
    "unexpected `%}`",
    "circular include",
    "unclosed block",
    "duplicate key",
    "invalid date",
    "key with no value, expected `=`",
    "invalid basic string",
    "missing assignment",
    "string values must be quoted",
    "invalid table header",
    "extra `,`",
    "expected `.`",
    "no such luck",
];

fn config() -> Vec<Fault> {
    let key = || "port".to_owned();
    let mut faults = vec![Fault::FileMissing, Fault::NotUtf8];
    faults.extend(causes().into_iter().map(|cause| Fault::FileUnreadable { cause }));
    faults.extend(FOREIGN.map(|detail| Fault::Toml { detail: detail.into() }));
    faults.extend([
        Fault::KeyUnknown { key: "sucject".into(), nearest: some("subject") },
        Fault::KeyUnknown { key: "colour".into(), nearest: None },
        Fault::KeyMissing { key: "from".into() },
    ]);
    faults.extend(kinds().map(|expected| Fault::ValueKind { key: key(), expected }));
    faults.extend([
        Fault::ValueUnknown {
            key: "security".into(),
            value: "ssl".into(),
            allowed: vec!["tls", "starttls", "none"],
        },
        Fault::ValueRange { key: key(), least: 1, most: 65535 },
    ]);
    faults.extend(expected().map(|expected| Fault::Unreadable { value: "12x".into(), expected }));
    faults.extend([
        Fault::DomainTwice { domain: "mail.test".into() },
        Fault::ValueEmpty { key: "from".into() },
        Fault::ValueControl { key: "subject".into() },
        Fault::PasswordInFile,
        Fault::PlainTextBeyondLoopback { host: "mail.test".into() },
        Fault::BodyMissing,
        Fault::NumberTwice,
        Fault::NameReserved { name: "salutation".into() },
        Fault::Condition { detail: "unexpected end of input".into() },
        Fault::Condition { detail: "no such luck".into() },
        Fault::NotDomain { key: "domain".into(), value: "почта".into() },
        Fault::LinkUnfit { value: "http://one.test".into() },
        Fault::KeyFile { flaw: KeyFlaw::NotPem },
        Fault::KeyFile { flaw: KeyFlaw::Kind },
        Fault::KeyFile { flaw: KeyFlaw::Open },
        Fault::PdfNotBuilt,
    ]);
    faults
}

fn kinds() -> [Kind; 9] {
    [
        Kind::Text,
        Kind::Number,
        Kind::YesNo,
        Kind::Date,
        Kind::Duration,
        Kind::Table,
        Kind::List,
        Kind::Secret,
        Kind::Size,
    ]
}

fn expected() -> [Expected; 7] {
    [
        Expected::Days,
        Expected::Hours,
        Expected::Zone,
        Expected::Dates,
        Expected::Domain,
        Expected::Factor,
        Expected::Server,
    ]
}

fn list() -> Vec<Fault> {
    let address = || "anna@one.test".to_owned();
    let mut faults = vec![
        Fault::ListKind { extension: "doc".into() },
        Fault::ListEmpty,
        Fault::ListHasNoRows,
        Fault::HeadingsBelow { row: 3, passed: "Список приглашённых".into() },
        Fault::HeadingsRowEmpty { row: 3 },
        Fault::HeadingMissing {
            field: "email",
            seen: vec!["Ф.И.О.".into(), "Почта".into()],
            nearest: some("Почта"),
        },
        Fault::HeadingMissing { field: "email", seen: vec!["Ф.И.О.".into()], nearest: None },
        Fault::HeadingMissing { field: "surname", seen: vec!["Почта".into()], nearest: None },
        Fault::HeadingUnknown {
            key: "email".into(),
            heading: "E-mai".into(),
            nearest: some("E-mail"),
        },
        Fault::HeadingUnknown { key: "email".into(), heading: "E-mai".into(), nearest: None },
        Fault::HeadingTwice { heading: "Имя".into() },
        Fault::HeadingsForOneField {
            field: "email",
            first: "Почта".into(),
            second: "E-mail".into(),
        },
        Fault::HeadingFitsTwo {
            heading: "Фамилия Имя".into(),
            first: "surname",
            second: "first_name",
        },
        Fault::CellBeyondHeadings { text: "перезвонить".into() },
        Fault::NumberUnformatted { text: "7".into() },
        Fault::FormulaBare,
        Fault::CopyTwice { address: address(), line: 5 },
        Fault::QuoteUnclosed,
        Fault::QuoteStray,
        Fault::CellEmpty,
        Fault::CellControl { character: '\n' },
        Fault::CellControl { character: '\u{7}' },
        Fault::CellControl { character: '\u{202e}' },
        Fault::CharacterLost,
        Fault::CellIsError { value: "#REF!".into() },
        Fault::InvisibleRemoved { character: '\u{200b}' },
        Fault::AddressTwice { address: address(), line: 5 },
        Fault::KeyTwice { address: address(), line: 5 },
        Fault::AddressTypo { address: "anna@gmial.com".into(), proposal: "anna@gmail.com".into() },
        Fault::SamePerson { name: "Ильина Анна Петровна".into(), line: 5 },
        Fault::EncodingUnclear { likely: "windows-1251" },
        Fault::EncodingUnread { name: "UTF-32" },
        Fault::LettersLost,
        Fault::NotWorkbook,
        Fault::WorkbookProtected,
        Fault::WorkbookTooLarge,
        Fault::SheetMissing { sheet: "Лист9".into(), known: "Лист1, Лист2".into() },
        Fault::Suppressed { entry: address(), reason: String::new(), date: String::new() },
        Fault::Suppressed {
            entry: "one.test".into(),
            reason: "просили не писать".into(),
            date: "2026-11-22".into(),
        },
    ];
    faults.extend(
        [(3, 1), (3, 2), (3, 5), (5, 11), (5, 21)]
            .map(|(expected, found)| Fault::RowRagged { expected, found }),
    );
    faults.extend(
        [1, 22, 1005, 12345].map(|characters| Fault::CellTooLong { characters, most: 1000 }),
    );
    faults.extend(
        address_flaws()
            .into_iter()
            .map(|flaw| Fault::AddressSyntax { value: "anna.one.test".into(), flaw }),
    );
    faults.extend(
        [NoMail::NoSuchDomain, NoMail::Declined, NoMail::NoHost]
            .map(|why| Fault::DomainWithoutMail { domain: "one.test".into(), why }),
    );
    faults.extend(
        [1, 3, 5, 11].map(|domains| Fault::DnsUnanswered { domains, example: "one.test".into() }),
    );
    faults
}

fn forms() -> Vec<Fault> {
    let doubtful = |column| Fault::FormDoubtful {
        nominative: "Седых Вера".into(),
        proposed: "Седых Вере".into(),
        reason: Reason::NoPatronymic,
        column,
    };
    let mut faults = vec![
        Fault::GenderUnreadable { value: "муж?".into() },
        Fault::FormMissing { column: "position_dative" },
        doubtful(Some("name_dative")),
        doubtful(None),
        Fault::FormsOfAnother { file: "forms.csv".into() },
        Fault::NameOrder {
            name: FullName {
                surname: "Седых".into(),
                first_name: "Вера".into(),
                patronymic: "Львовна".into(),
            },
            reason: Reason::OrderUnclear,
        },
        Fault::GenderUnknown { name: "Саша".into() },
    ];
    let kinds = [
        EvidenceKind::Column,
        EvidenceKind::Patronymic,
        EvidenceKind::Surname,
        EvidenceKind::FirstName,
    ];
    super::all_have_samples(&kinds);
    faults.extend(kinds.map(|kind| Fault::GenderContradicted {
        one: Evidence { kind, gender: Gender::Male },
        other: Evidence { kind, gender: Gender::Female },
    }));
    faults
}

fn letter() -> Vec<Fault> {
    let mut faults = vec![
        Fault::Template { detail: "unexpected end of input".into() },
        Fault::Template { detail: "no such luck".into() },
    ];
    faults.extend(filters().into_iter().map(Fault::Filter));
    faults.extend(
        causes().into_iter().map(|cause| Fault::Attachment { name: "план.pdf".into(), cause }),
    );
    faults.extend([
        Fault::VariableUnknown { name: "salutaion".into(), nearest: some("salutation") },
        Fault::VariableUnknown { name: "weather".into(), nearest: None },
        Fault::ColumnUnknown { name: some("Раён"), nearest: some("Район") },
        Fault::ColumnUnknown { name: some("weather"), nearest: None },
        Fault::ColumnUnknown { name: None, nearest: None },
        Fault::ValuePrintedEmpty { before: "кабинет".into(), after: ", этаж 2".into() },
        Fault::LetterChanged {
            address: "anna@one.test".into(),
            message_id: "<7d1f@one.test>".into(),
        },
        Fault::SubjectEmpty,
        Fault::SubjectLineBreak,
        Fault::BodyEmpty,
        Fault::AttachmentNone { template: "{{ row.файл }}".into() },
        Fault::MessageTooLarge { size: 900_000, limit: 500 },
        Fault::MessageTooLarge { size: 26_214_400, limit: 20_971_520 },
        Fault::PictureKind { name: "фото.bmp".into() },
        Fault::PictureUnreadable,
        Fault::FileNameUnfit { name: "12/3.pdf".into() },
        Fault::Typst { detail: "expected length, found string".into(), hint: None },
        Fault::Typst { detail: "cannot hash this".into(), hint: some("try a different value") },
        Fault::LetterTooLong { megabytes: 10 },
        Fault::TemplateCircle { name: "head.md".into() },
        Fault::GlyphsMissing { characters: "☃ ♞".into() },
    ]);
    faults
}

fn filters() -> Vec<FilterFault> {
    vec![
        FilterFault::GenderNeeded { kind: "surname".into() },
        FilterFault::Value {
            argument: "case",
            value: "dativ".into(),
            allowed: &["genitive", "dative"],
        },
        FilterFault::Unknown { filter: "dative", argument: "gendre".into(), known: &["gender"] },
        FilterFault::Unknown { filter: "trim", argument: "x".into(), known: &[] },
        FilterFault::Missing { filter: "decline", argument: "case" },
        FilterFault::NotADate { value: "завтра".into() },
        FilterFault::NotANumber { value: "пять".into() },
        FilterFault::TooMuch,
        FilterFault::NotAText,
        FilterFault::NoSuchFilter { name: "datve".into(), nearest: some("dative") },
        FilterFault::NoSuchFilter { name: "weather".into(), nearest: None },
    ]
}

fn page(faults: &[Fault]) -> String {
    let words = |fault: &Fault, language| {
        format!("{}\n{}", notice::fault(fault, language), notice::hint(fault, language))
    };
    faults.iter().map(|it| entry(it.code(), |language| words(it, language))).collect()
}

#[test]
fn problems_of_files_and_settings() {
    holds("problems_config", &page(&config()));
}

#[test]
fn problems_of_the_list() {
    holds("problems_list", &page(&list()));
}

#[test]
fn problems_of_forms() {
    holds("problems_forms", &page(&forms()));
}

#[test]
fn problems_of_templates_and_letters() {
    holds("problems_letter", &page(&letter()));
}

#[test]
fn every_problem_has_a_sample() {
    all_have_samples(&[config(), list(), forms(), letter()].concat());
    all_have_samples(&causes());
    all_have_samples(&address_flaws());
    all_have_samples(&expected());
    all_have_samples(&filters());
    all_have_samples(&[KeyFlaw::NotPem, KeyFlaw::Kind, KeyFlaw::Open]);
    all_have_samples(&kinds());
    all_have_samples(&[NoMail::NoSuchDomain, NoMail::Declined, NoMail::NoHost]);
}

/// The whole line: place, severity, field or heading, and what comes of them.
#[test]
fn the_line_of_a_problem() {
    let severities = [Severity::Error, Severity::Warning, Severity::Doubt];
    all_have_samples(&severities);
    let cell = || Problem::error(Place::at("list.csv", 14, 9), Fault::CellEmpty);
    let mut problems: Vec<Problem> =
        severities.into_iter().map(|severity| cell().with_severity(severity)).collect();
    problems.push(Problem::error(Place::file("list.csv"), Fault::ListEmpty));
    problems.push(Problem::error(Place::at("list.csv", 14, 0), Fault::CellEmpty));
    problems.push(Problem::error(Place::in_sheet("list.xlsx", "Лист1", 14, 3), Fault::CellEmpty));
    problems.push(cell().of_row(13, "position").headed("Кем работает"));
    problems.push(cell().of_row(13, ""));
    for field in [
        "email",
        "surname",
        "first_name",
        "patronymic",
        "full_name",
        "gender",
        "position",
        "organisation",
        "salutation",
        "timezone",
        "surname_dative",
        "Район",
    ] {
        problems.push(cell().of_row(13, field));
    }
    let lines = |language: Language| {
        let line = |it: &Problem| Notice::Problem(it.clone()).words(language);
        problems.iter().map(line).collect::<Vec<_>>().join("\n")
    };
    holds("problem_lines", &entry("Problem", lines));
}
