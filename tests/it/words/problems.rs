//! Every problem: what is wrong, and what to do about it.

use gonets::notice::{self, Language, Notice};
use gonets::problem::{
    AddressFlaw, Cause, ConfigFault, DocumentFault, DocumentFlaw, Expected, Fault, FileFault,
    FilterFault, FilterRisk, FormsFault, KeyFlaw, Kind, LetterFault, ListFault, NoMail, OddRowFate,
    Place, Problem, Severity, Slip, TableFault,
};
use gonets::russian::gender::{Evidence, EvidenceKind};
use gonets::russian::names::FullName;
use gonets::russian::{Gender, Reason};

use super::{all_have_samples, entry, holds, variants};

variants!(FileFault: Missing Unreadable NotUtf8);
variants!(ConfigFault: Toml Slip KeyUnknown KeyMissing ValueKind ValueUnknown ValueRange
    ValueUnreadable DomainTwice ValueEmpty ValueControl DefaultsOpen PasswordInFile ConnectionInFile PlainTextBeyondLoopback
    BodyMissing NumberTwice NameReserved NotDomain KeyFile PdfNotBuilt NoCertificate);
variants!(ListFault: ListKind ListEmpty ListHasNoRows HeadingsBelow HeadingsRowEmpty
    HeadingMissing HeadingUnknown HeadingTwice HeadingsForOneField RowRagged CellBeyondHeadings
    NumberUnformatted FormulaBare CopyTwice QuoteUnclosed CellEmpty CellsMore CellControl RowTooWide CellTooLong
    AddressSyntax AddressTwice AddressSkipped KeyTwice EncodingUnclear EncodingUnread LettersLost NotWorkbook
    WorkbookProtected WorkbookTooLarge SheetMissing HeadingFitsTwo QuoteStray CharacterLost
    CellIsError InvisibleRemoved AddressTypo DomainWithoutMail DnsUnanswered SamePerson
    Suppressed);
variants!(TableFault: SheetHidden SheetNotRead SheetWithoutAddresses SheetsDiffer CellsMerged
    RowsHidden RowsAllLeftOut ColumnsHidden RowsStruckThrough RowsOfNobody NobodyHere AddressNote FormatUnfollowed FormulaUncalculated
    EmailByCells NamesWhole TitlesOnly NamesInCapitals FurtherAddressees AddresseesTooMany
    LanguageUnknown HeadingsAbsent);
variants!(OddRowFate: LeftOut Written);
variants!(FormsFault: GenderUnreadable FormMissing FormDoubtful FormsOfAnother NameOrder
    GenderUnknown SalutationUnknown GenderContradicted);
variants!(LetterFault: Template Condition Filter VariableUnknown ColumnUnknown AddresseesUnnamed
    ColumnBare ValuePrintedEmpty GreetsOne NamesOne SameForAll
    LetterChanged SubjectEmpty SubjectLineBreak BodyEmpty Attachment AttachmentNone AttachmentEmpty HtmlClipped Risk
    MessageTooLarge SubjectMarked SignsLeft BracesLeft FieldTyped TagPrinted LinkDead TextLost PictureElsewhere
    PictureKind PictureUnreadable FileNameUnfit LinkUnfit Typst MoreAlike TooManyTemplates NestedTooDeep NeverEnds TooManyPages LetterTooLong
    TemplateCircle FaceUnknown FaceMissing GlyphsMissing);
variants!(DocumentFault: Unreadable ChangesAccepted CommentsLeftOut HiddenLeftOut FieldAsText
    FooterAtEnd PictureLeftOut SymbolLeftOut ObjectLeftOut ColumnMissing
    LineForAll ReadAs);
variants!(DocumentFlaw: OldWord RichText Pdf OpenDocument Pages Protected NotDocument Broken
    TooLarge);
variants!(Cause: NotFound Forbidden IsFolder NotFolder NotPlainFile Exists DiskFull ReadOnly
    OutsideCampaign TooLarge LinkLoop IsLink SecondName Changed Other);
variants!(AddressFlaw: Empty NoAt TwoAts LocalPart LocalPartTooLong Domain DomainWithoutDot
    Character Several LookAlike);
variants!(Expected: Days Hours Zone Dates Moment Domain Factor Server LocalAddress Wait);
variants!(FilterFault: GenderNeeded Value Unknown Missing NotADate NotANumber EndsBeforeItBegins TooMuch NotAText
    NoSuchFilter);
variants!(FilterRisk: SenderElsewhere SignatureElsewhere OneClickUnsigned AttachmentRefused
    ArchiveRefused SubjectCapitals LinkElsewhere TooMany);
variants!(Slip: Backslash QuotesInside OtherQuotes NoQuotes);
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
        Cause::IsLink,
        Cause::SecondName,
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

fn files() -> Vec<FileFault> {
    let mut faults = vec![FileFault::Missing, FileFault::NotUtf8];
    faults.extend(causes().into_iter().map(|cause| FileFault::Unreadable { cause }));
    faults
}

fn config() -> Vec<ConfigFault> {
    let key = || "port".to_owned();
    let mut faults: Vec<ConfigFault> =
        FOREIGN.map(|detail| ConfigFault::Toml { detail: detail.into() }).into();
    let slips = [Slip::Backslash, Slip::QuotesInside, Slip::OtherQuotes, Slip::NoQuotes];
    all_have_samples(&slips);
    faults.extend(
        slips.map(|slip| ConfigFault::Slip {
            slip, line: some("file = \"C:/Списки/list.csv\"")
        }),
    );
    faults.extend([
        ConfigFault::Slip { slip: Slip::Backslash, line: None },
        ConfigFault::KeyUnknown { key: "sucject".into(), nearest: some("subject") },
        ConfigFault::KeyUnknown { key: "colour".into(), nearest: None },
        ConfigFault::KeyMissing { key: "from".into() },
    ]);
    faults.extend(kinds().map(|expected| ConfigFault::ValueKind { key: key(), expected }));
    faults.extend([
        ConfigFault::ValueUnknown {
            key: "security".into(),
            value: "ssl".into(),
            allowed: vec!["tls", "starttls", "none"],
        },
        ConfigFault::ValueRange { key: key(), least: 1, most: 65535 },
    ]);
    faults.extend(
        expected().map(|expected| ConfigFault::ValueUnreadable { value: "12x".into(), expected }),
    );
    faults.extend([
        ConfigFault::DomainTwice { domain: "mail.test".into() },
        ConfigFault::ValueEmpty { key: "from".into() },
        ConfigFault::ValueControl { key: "subject".into() },
        ConfigFault::DefaultsOpen,
        ConfigFault::PasswordInFile,
        ConfigFault::ConnectionInFile,
        ConfigFault::PlainTextBeyondLoopback { host: "mail.test".into() },
        ConfigFault::BodyMissing,
        ConfigFault::NumberTwice,
        ConfigFault::NameReserved { name: "salutation".into() },
        ConfigFault::NotDomain { key: "domain".into(), value: "почта".into() },
        ConfigFault::KeyFile { flaw: KeyFlaw::NotPem },
        ConfigFault::KeyFile { flaw: KeyFlaw::Kind },
        ConfigFault::KeyFile { flaw: KeyFlaw::Open },
        ConfigFault::PdfNotBuilt,
        ConfigFault::NoCertificate { file: "ca.pem".into() },
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

fn expected() -> [Expected; 10] {
    [
        Expected::Days,
        Expected::Hours,
        Expected::Zone,
        Expected::Dates,
        Expected::Moment,
        Expected::Domain,
        Expected::Factor,
        Expected::Server,
        Expected::LocalAddress,
        Expected::Wait,
    ]
}

#[expect(clippy::too_many_lines, reason = "a list of samples")]
fn list() -> Vec<ListFault> {
    let address = || "anna@one.test".to_owned();
    let mut faults = vec![
        ListFault::ListKind { extension: "doc".into() },
        ListFault::ListEmpty,
        ListFault::ListHasNoRows,
        ListFault::HeadingsBelow { row: 3, passed: "Список приглашённых".into() },
        ListFault::HeadingsRowEmpty { row: 3 },
        ListFault::HeadingMissing {
            field: "email",
            seen: vec!["Ф.И.О.".into(), "Почта".into()],
            nearest: some("Почта"),
        },
        ListFault::HeadingMissing { field: "email", seen: vec!["Ф.И.О.".into()], nearest: None },
        ListFault::HeadingMissing {
            field: "surname", seen: vec!["Почта".into()], nearest: None
        },
        ListFault::HeadingUnknown {
            key: "email".into(),
            heading: "E-mai".into(),
            nearest: some("E-mail"),
        },
        ListFault::HeadingUnknown { key: "email".into(), heading: "E-mai".into(), nearest: None },
        ListFault::HeadingTwice { heading: "Имя".into() },
        ListFault::HeadingsForOneField {
            field: "email",
            first: "Почта".into(),
            second: "E-mail".into(),
        },
        ListFault::HeadingFitsTwo {
            heading: "Фамилия Имя".into(),
            first: "surname",
            second: "first_name",
        },
        ListFault::CellBeyondHeadings { text: "перезвонить".into() },
        ListFault::NumberUnformatted { text: "7".into() },
        ListFault::FormulaBare,
        ListFault::CopyTwice { address: address(), row: "5".into() },
        ListFault::QuoteUnclosed,
        ListFault::QuoteStray,
        ListFault::CellEmpty,
        ListFault::CellsMore { cells: 12_000 },
        ListFault::CellControl { character: '\n' },
        ListFault::CellControl { character: '\u{7}' },
        ListFault::CellControl { character: '\u{202e}' },
        ListFault::CharacterLost,
        ListFault::CellIsError { value: "#REF!".into() },
        ListFault::InvisibleRemoved { character: '\u{200b}' },
        ListFault::AddressTwice { address: address(), row: "5".into(), names: None },
        ListFault::AddressTwice {
            address: address(), row: "5".into(), names: Some("ФИО".into())
        },
        ListFault::AddressSkipped {
            address: address(),
            row: "5".into(),
            name: String::new(),
            names: None,
        },
        ListFault::AddressSkipped {
            address: address(),
            row: "5".into(),
            name: "Цой Борис".into(),
            names: Some("ФИО".into()),
        },
        ListFault::KeyTwice { address: address(), row: "5".into() },
        ListFault::AddressTypo { address: "anna@gmial.com".into(), proposal: "gmail.com".into() },
        ListFault::SamePerson {
            name: "Ильина Анна Петровна".into(), row: "Юг!5".into()
        },
        ListFault::EncodingUnclear { likely: "windows-1251" },
        ListFault::EncodingUnread { name: "UTF-32" },
        ListFault::LettersLost,
        ListFault::NotWorkbook,
        ListFault::WorkbookProtected,
        ListFault::WorkbookTooLarge,
        ListFault::SheetMissing {
            sheet: "Лист9".into(),
            known: vec!["Лист1".into(), "Лист2".into()],
        },
        ListFault::Suppressed { entry: address(), reason: String::new(), date: String::new() },
        ListFault::Suppressed {
            entry: "one.test".into(),
            reason: "просили не писать".into(),
            date: "2026-11-22".into(),
        },
    ];
    faults.extend(
        [(3, 1), (3, 2), (3, 5), (5, 11), (5, 21)]
            .map(|(expected, found)| ListFault::RowRagged { expected, found }),
    );
    faults.push(ListFault::RowTooWide { most: 16384 });
    faults.extend(
        [1, 22, 1005, 12345].map(|characters| ListFault::CellTooLong { characters, most: 1000 }),
    );
    faults.extend(
        address_flaws()
            .into_iter()
            .map(|flaw| ListFault::AddressSyntax { value: "anna.one.test".into(), flaw }),
    );
    faults.extend(
        [NoMail::NoSuchDomain, NoMail::Declined, NoMail::NoHost]
            .map(|why| ListFault::DomainWithoutMail { domain: "one.test".into(), why }),
    );
    faults.extend(
        [1, 3, 5, 11]
            .map(|domains| ListFault::DnsUnanswered { domains, example: "one.test".into() }),
    );
    faults
}

fn table() -> Vec<TableFault> {
    let sheet = || "Юг".to_owned();
    let odd = |fate| {
        let rows = || "3, 5–7".to_owned();
        [
            TableFault::RowsHidden { rows: "3".into(), count: 1, fate },
            TableFault::RowsHidden { rows: rows(), count: 4, fate },
            TableFault::RowsStruckThrough { rows: "3".into(), count: 1, fate },
            TableFault::RowsStruckThrough { rows: rows(), count: 4, fate },
        ]
    };
    let mut faults = vec![
        TableFault::SheetHidden { sheet: sheet() },
        TableFault::SheetNotRead { sheet: sheet(), addresses: 1, read: vec!["Север".into()] },
        TableFault::SheetNotRead { sheet: sheet(), addresses: 12, read: vec!["Север".into()] },
        TableFault::RowsAllLeftOut,
        TableFault::ColumnsHidden { columns: "E".into(), count: 1 },
        TableFault::ColumnsHidden { columns: "E, G".into(), count: 2 },
        TableFault::SheetWithoutAddresses {
            sheet: "Титул".into(),
            others: vec!["Север".into(), sheet()],
        },
        TableFault::SheetsDiffer { sheet: sheet(), heading: "Район".into() },
        TableFault::CellsMerged { range: "F2:F3".into(), others: 0 },
        TableFault::CellsMerged { range: "F2:F3".into(), others: 1 },
        TableFault::CellsMerged { range: "F2:F3".into(), others: 5 },
        TableFault::RowsOfNobody { rows: "4".into(), count: 1 },
        TableFault::RowsOfNobody { rows: "4, 9".into(), count: 2 },
        TableFault::RowsOfNobody { rows: "4–8".into(), count: 5 },
        TableFault::NobodyHere { value: "вакансия".into() },
        TableFault::AddressNote {
            addresses: vec!["anna@one.test".into()],
            note: "приёмная".into(),
        },
        TableFault::FormatUnfollowed { format: "[$-411]ge.m.d".into(), text: "18.03.2027".into() },
        TableFault::FormulaUncalculated,
        TableFault::EmailByCells { heading: "Контакт".into(), instead: None },
        TableFault::EmailByCells {
            heading: "Контакт".into(), instead: Some("Почта".into())
        },
        TableFault::NamesWhole { heading: "Имя".into() },
        TableFault::TitlesOnly { heading: "Обращение".into() },
        TableFault::NamesInCapitals { headings: vec!["Фамилия".into(), "Имя".into()] },
        TableFault::FurtherAddressees {
            headings: vec!["ФИО 2".into(), "Должность 2".into()]
        },
        TableFault::AddresseesTooMany { heading: "ФИО 5".into() },
        TableFault::LanguageUnknown { value: "de".into(), known: vec!["ru".into(), "en".into()] },
        TableFault::HeadingsAbsent { example: "anna@one.test".into() },
    ];
    let fates = [OddRowFate::LeftOut, OddRowFate::Written];
    all_have_samples(&fates);
    faults.extend(fates.into_iter().flat_map(odd));
    faults
}

fn forms() -> Vec<FormsFault> {
    let doubtful = |column| FormsFault::FormDoubtful {
        nominative: "Седых Вера".into(),
        proposed: "Седых Вере".into(),
        reason: Reason::NoPatronymic,
        column,
    };
    let mut faults = vec![
        FormsFault::GenderUnreadable { value: "муж?".into() },
        FormsFault::FormMissing { column: "position_dative", used: Place::at("letter.md", 3, 7) },
        doubtful(Some("name_dative")),
        doubtful(None),
        FormsFault::FormsOfAnother { file: "forms.csv".into() },
        FormsFault::NameOrder {
            name: FullName {
                surname: "Седых".into(),
                first_name: "Вера".into(),
                patronymic: "Львовна".into(),
            },
            reason: Reason::OrderUnclear,
        },
        FormsFault::SalutationUnknown { language: "tt".into() },
        FormsFault::GenderUnknown { name: "Саша".into() },
    ];
    let kinds = [
        EvidenceKind::Column,
        EvidenceKind::Title,
        EvidenceKind::Patronymic,
        EvidenceKind::Surname,
        EvidenceKind::FirstName,
    ];
    super::all_have_samples(&kinds);
    faults.extend(kinds.map(|kind| FormsFault::GenderContradicted {
        one: Evidence { kind, gender: Gender::Male },
        other: Evidence { kind, gender: Gender::Female },
    }));
    faults
}

fn left() -> [LetterFault; 2] {
    let (written, instead) = ("<<Город>>".into(), "{{ row[\"Город\"] }}".into());
    [
        LetterFault::BracesLeft { text: "{Фамилия}".into() },
        LetterFault::FieldTyped { written, instead },
    ]
}

fn letter() -> Vec<LetterFault> {
    let mut faults = vec![
        LetterFault::Template { detail: "unexpected end of input".into() },
        LetterFault::Template { detail: "no such luck".into() },
        LetterFault::Condition { detail: "unexpected end of input".into() },
        LetterFault::Condition { detail: "no such luck".into() },
        LetterFault::LinkUnfit { value: "http://one.test".into() },
        LetterFault::SubjectMarked { signs: "**".into() },
    ];
    faults.extend(
        ["**", "](", "#", "|", "`", "[^"]
            .map(|signs| LetterFault::SignsLeft { signs: signs.into() }),
    );
    faults.extend(left().into_iter().chain(filters().into_iter().map(LetterFault::Filter)));
    faults.extend(
        causes()
            .into_iter()
            .map(|cause| LetterFault::Attachment { name: "план.pdf".into(), cause }),
    );
    faults.extend([
        LetterFault::VariableUnknown { name: "salutaion".into(), nearest: some("salutation") },
        LetterFault::VariableUnknown { name: "weather".into(), nearest: None },
        LetterFault::ColumnUnknown { name: some("Раён"), nearest: some("Район") },
        LetterFault::ColumnUnknown { name: some("weather"), nearest: None },
        LetterFault::ColumnUnknown { name: None, nearest: None },
        LetterFault::AddresseesUnnamed,
        LetterFault::ColumnBare {
            written: "Фамилия".into(), instead: "row[\"Фамилия\"]".into()
        },
        LetterFault::GreetsOne {
            text: "Уважаемый Максим Георгиевич".into()
        },
        LetterFault::NamesOne { text: "Савенкову М.Г.".into(), row: Some(2) },
        LetterFault::NamesOne { text: "Савенкову М.Г.".into(), row: None },
        LetterFault::SameForAll,
        LetterFault::ValuePrintedEmpty {
            before: "кабинет".into(), after: ", этаж 2".into()
        },
        LetterFault::ValuePrintedEmpty { before: String::new(), after: String::new() },
        LetterFault::LetterChanged {
            address: "anna@one.test".into(),
            message_id: "<7d1f@one.test>".into(),
        },
        LetterFault::SubjectEmpty,
        LetterFault::SubjectLineBreak,
        LetterFault::BodyEmpty,
        LetterFault::AttachmentNone { template: "{{ row.файл }}".into() },
        LetterFault::AttachmentEmpty,
        LetterFault::HtmlClipped { kilobytes: 140 },
        LetterFault::Risk(FilterRisk::SenderElsewhere {
            domain: "mail.ru".into(),
            host: "smtp.example.org".into(),
        }),
        LetterFault::Risk(FilterRisk::SignatureElsewhere {
            signed: "other.example".into(),
            from: "example.org".into(),
        }),
        LetterFault::Risk(FilterRisk::OneClickUnsigned),
        LetterFault::Risk(FilterRisk::AttachmentRefused { ending: "exe".into() }),
        LetterFault::Risk(FilterRisk::ArchiveRefused { ending: "zip".into() }),
        LetterFault::Risk(FilterRisk::SubjectCapitals),
        LetterFault::Risk(FilterRisk::LinkElsewhere {
            text: "bank.example".into(),
            host: "other.example".into(),
        }),
        LetterFault::Risk(FilterRisk::TooMany {
            domain: "mail.ru".into(),
            letters: 1200,
            most: 300,
        }),
        LetterFault::MessageTooLarge { size: 900_000, limit: 500 },
        LetterFault::MessageTooLarge { size: 26_214_400, limit: 20_971_520 },
        LetterFault::TagPrinted { tag: "<font color=\"red\">".into() },
        LetterFault::LinkDead { target: "план.pdf".into() },
        LetterFault::TextLost { text: "Важно]: завтра".into() },
        LetterFault::PictureElsewhere { address: "https://one.test/map.png".into() },
        LetterFault::PictureKind { name: "фото.bmp".into() },
        LetterFault::PictureUnreadable,
        LetterFault::FileNameUnfit { name: "12/3.pdf".into() },
        LetterFault::Typst { detail: "expected length, found string".into(), hint: None },
        LetterFault::Typst {
            detail: "cannot hash this".into(),
            hint: some("try a different value"),
        },
        LetterFault::MoreAlike { count: 7 },
        LetterFault::TooManyTemplates { most: 100 },
        LetterFault::NestedTooDeep,
        LetterFault::NeverEnds,
        LetterFault::TooManyPages { pages: 1200, most: 100 },
        LetterFault::LetterTooLong { megabytes: 10 },
        LetterFault::TemplateCircle { name: "head.md".into() },
        LetterFault::FaceUnknown { name: "Arail".into(), nearest: some("Arial") },
        LetterFault::FaceUnknown { name: "Гротеск".into(), nearest: None },
        LetterFault::FaceMissing {
            wanted: &["Liberation Serif", "Tinos"],
            instead: "Libertinus Serif",
        },
        LetterFault::GlyphsMissing { characters: "☃ ♞".into() },
    ]);
    faults
}

fn document() -> Vec<DocumentFault> {
    let mut faults: Vec<DocumentFault> =
        document_flaws().into_iter().map(|flaw| DocumentFault::Unreadable { flaw }).collect();
    faults.extend([
        DocumentFault::ChangesAccepted { changes: 3 },
        DocumentFault::CommentsLeftOut { comments: 2 },
        DocumentFault::HiddenLeftOut { text: "не для всех".into() },
        DocumentFault::FieldAsText {
            code: "IF {MERGEFIELD Пол} = \"ж\" \"Уважаемая\" \"Уважаемый\"".into(),
            result: "Уважаемая".into(),
        },
        DocumentFault::FooterAtEnd { text: "г. Томск, ул. Школьная, д. 1".into() },
        DocumentFault::PictureLeftOut { name: "image1.emf".into() },
        DocumentFault::SymbolLeftOut { font: "Wingdings".into() },
        DocumentFault::ObjectLeftOut { kind: "Диаграмма 1".into() },
        DocumentFault::FieldAsText { code: "IF".into(), result: String::new() },
        DocumentFault::ColumnMissing { name: "Оклад".into() },
        DocumentFault::LineForAll { text: "634050, г. Томск".into() },
        DocumentFault::ReadAs { encoding: "windows-1251" },
    ]);
    faults
}

fn document_flaws() -> [DocumentFlaw; 9] {
    [
        DocumentFlaw::OldWord,
        DocumentFlaw::RichText,
        DocumentFlaw::Pdf,
        DocumentFlaw::OpenDocument,
        DocumentFlaw::Pages,
        DocumentFlaw::Protected,
        DocumentFlaw::NotDocument,
        DocumentFlaw::Broken,
        DocumentFlaw::TooLarge,
    ]
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
        FilterFault::EndsBeforeItBegins { until: "01.03.2027".into() },
        FilterFault::TooMuch,
        FilterFault::NotAText,
        FilterFault::NoSuchFilter { name: "datve".into(), nearest: some("dative") },
        FilterFault::NoSuchFilter { name: "weather".into(), nearest: None },
    ]
}

fn page<T: Clone + Into<Fault>>(faults: &[T]) -> String {
    let words = |fault: &Fault, language| {
        format!("{}\n{}", notice::fault(fault, language), notice::hint(fault, language))
    };
    let faults = faults.iter().cloned().map(Into::into);
    faults.map(|it: Fault| entry(it.code(), |language| words(&it, language))).collect()
}

#[test]
fn problems_of_files_and_settings() {
    holds("problems_config", &format!("{}{}", page(&files()), page(&config())));
}

#[test]
fn problems_of_the_list() {
    holds("problems_list", &page(&list()));
}

#[test]
fn problems_of_a_table_as_it_is_seen() {
    holds("problems_table", &page(&table()));
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
fn problems_of_documents() {
    holds("problems_document", &page(&document()));
}

#[test]
fn every_problem_has_a_sample() {
    all_have_samples(&document());
    all_have_samples(&document_flaws());
    all_have_samples(&files());
    all_have_samples(&config());
    all_have_samples(&list());
    all_have_samples(&table());
    all_have_samples(&forms());
    all_have_samples(&letter());
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
    let cell = || Problem::error(Place::at("list.csv", 14, 9), ListFault::CellEmpty);
    let mut problems: Vec<Problem> =
        severities.into_iter().map(|severity| cell().with_severity(severity)).collect();
    problems.push(Problem::error(Place::file("list.csv"), ListFault::ListEmpty));
    problems.push(Problem::error(Place::at("list.csv", 14, 0), ListFault::CellEmpty));
    problems
        .push(Problem::error(Place::in_sheet("list.xlsx", "Лист1", 14, 3), ListFault::CellEmpty));
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
