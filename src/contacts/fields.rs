//! The fields of a recipient, their names, and the headings that people give them.

/// How many rows that are not blank may precede the headings.
pub(super) const TITLE_ROWS: usize = 20;

/// A field of a recipient that a column can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Email,
    Surname,
    FirstName,
    Patronymic,
    FullName,
    Gender,
    Position,
    Organisation,
    Salutation,
    SurnameDative,
    NameDative,
    PositionDative,
    Key,
    Timezone,
    Cc,
    ReplyTo,
    Title,
    Degree,
    Language,
}

/// How many fields there are.
pub(super) const FIELD_COUNT: usize = 19;

/// The fields, their names in `[contacts.columns]`, and the headings that people give them, as
/// [`plain`] returns them.
pub(super) const FIELDS: [(Field, &str, &[&str]); FIELD_COUNT] = [
    (
        Field::Email,
        "email",
        &[
            "email",
            "mail",
            "emailaddress",
            "emails",
            "элпочта",
            "электроннаяпочтаemail",
            "эпочта",
            "адресэлектроннойпочтыemail",
            "адресemail",
            "emailадрес",
            "электроннаяпочта",
            "почта",
            "адресэлпочты",
            "адресэлектроннойпочты",
            "электронныйадрес",
            "эладрес",
            "имейл",
            "емейл",
            "емайл",
            "имэйл",
            "мейл",
            "мэйл",
            "контактныйemail",
            "электроннаяпочтаруководителя",
        ],
    ),
    (
        Field::Surname,
        "surname",
        &["surname", "lastname", "familyname", "фамилия", "фамилияруководителя"],
    ),
    (Field::FirstName, "first_name", &["firstname", "givenname", "имя", "имяруководителя"]),
    (
        Field::Patronymic,
        "patronymic",
        &["patronymic", "middlename", "отчество", "отчествоприналичии", "отчестворуководителя"],
    ),
    (
        Field::FullName,
        "full_name",
        &[
            "fullname",
            "фио",
            "фиоруководителя",
            "фамилияимяотчество",
            "полноеимя",
            "руководительфио",
            "фиополностью",
            "фиополучателя",
            "фиоадресата",
            "фамилияиимя",
            "фамилияимяиотчество",
            "фамилияимяотчествоприналичии",
            "фамилияимя",
        ],
    ),
    (Field::Gender, "gender", &["gender", "sex", "пол", "полмж"]),
    (
        Field::Position,
        "position",
        &[
            "position",
            "jobtitle",
            "title",
            "должность",
            "должностьруководителя",
            "наименованиедолжности",
            "должностьадресата",
        ],
    ),
    (
        Field::Organisation,
        "organisation",
        &[
            "organisation",
            "organization",
            "company",
            "организация",
            "наименованиеорганизации",
            "учреждение",
            "ведомство",
            "орган",
            "названиеорганизации",
            "полноенаименованиеорганизации",
            "компания",
            "местоработы",
        ],
    ),
    (Field::Salutation, "salutation", &["salutation", "обращение"]),
    (
        Field::SurnameDative,
        "surname_dative",
        &["surnamedative", "фамилиядательный", "фамилиявдательномпадеже"],
    ),
    (
        Field::NameDative,
        "name_dative",
        &["namedative", "addresseename", "имядательный", "фиовдательномпадеже"],
    ),
    (
        Field::PositionDative,
        "position_dative",
        &["positiondative", "addresseeposition", "должностьдательный", "должностьвдательномпадеже"],
    ),
    (Field::Key, "key", &["key", "ключ"]),
    (
        Field::Timezone,
        "timezone",
        &[
            "timezone",
            "tz",
            "часовойпояс",
            "часпояс",
            "часоваязона",
            "часовойпоясмск",
            "поясвремени",
        ],
    ),
    (Field::Cc, "cc", &["cc", "копияписьма", "копияcc", "ccкопия", "кудакопия", "адресдлякопии"]),
    (Field::ReplyTo, "reply_to", &["replyto", "адресдляответа", "ответнаадрес", "кудаотвечать"]),
    (
        Field::Title,
        "title",
        &[
            "титул",
            "гнгжа",
            "господингоспожа",
            "honorific",
            "courtesytitle",
            "prefix",
            "nameprefix",
            "mrms",
            "mrmrs",
            "mrmrsms",
        ],
    ),
    (
        Field::Degree,
        "degree",
        &[
            "degree",
            "academicdegree",
            "academictitle",
            "ученаястепень",
            "ученаястепеньзвание",
            "ученаястепеньученоезвание",
            "ученоезвание",
            "степень",
            "степеньзвание",
        ],
    ),
    (
        Field::Language,
        "language",
        &["language", "lang", "languageoftheletter", "язык", "языкписьма", "языкобращения"],
    ),
];

/// The fields that each further addressee of a letter has, and their names in
/// `[contacts.columns]` for the second, the third and the fourth. GOST R 7.0.97 allows four.
pub(super) const FURTHER_FIELDS: [(Field, [&str; FURTHER]); 11] = [
    (Field::Surname, ["surname_2", "surname_3", "surname_4"]),
    (Field::FirstName, ["first_name_2", "first_name_3", "first_name_4"]),
    (Field::Patronymic, ["patronymic_2", "patronymic_3", "patronymic_4"]),
    (Field::FullName, ["full_name_2", "full_name_3", "full_name_4"]),
    (Field::Gender, ["gender_2", "gender_3", "gender_4"]),
    (Field::Position, ["position_2", "position_3", "position_4"]),
    (Field::Organisation, ["organisation_2", "organisation_3", "organisation_4"]),
    (Field::NameDative, ["name_dative_2", "name_dative_3", "name_dative_4"]),
    (Field::PositionDative, ["position_dative_2", "position_dative_3", "position_dative_4"]),
    (Field::Title, ["title_2", "title_3", "title_4"]),
    (Field::Degree, ["degree_2", "degree_3", "degree_4"]),
];

/// Addressees beside the first.
pub(super) const FURTHER: usize = 3;

/// Which addressee beside the first a heading is about, counted from 0, and of what: «ФИО 2»,
/// «Должность второго адресата», «Второй адресат».
pub(super) fn of_further_addressee(heading: &str) -> Option<(usize, String)> {
    const NTH: [[&str; 5]; 4] = [
        ["2", "второгоадресата", "второгополучателя", "второйадресат", "secondaddressee"],
        ["3", "третьегоадресата", "третьегополучателя", "третийадресат", "thirdaddressee"],
        ["4", "четвертогоадресата", "четвертогополучателя", "четвертыйадресат", "fourthaddressee"],
        ["5", "пятогоадресата", "пятогополучателя", "пятыйадресат", "fifthaddressee"],
    ];
    let whole = plain(heading);
    NTH.iter().enumerate().find_map(|(nth, marks)| {
        let base = marks.iter().find_map(|mark| whole.strip_suffix(mark))?;
        Some((nth, if base.is_empty() { "фио".to_owned() } else { base.to_owned() }))
    })
}

/// Headings of exports (Google Contacts, Outlook, 1C, registers of schools) that count if no column
/// has one of [`FIELDS`]; of several the first in this order is taken.
pub(super) fn further_headings(field: Field) -> &'static [&'static str] {
    match field {
        Field::Email => &[
            "email1value",
            "primaryemail",
            "emailaddress1",
            "адресэлпочты1",
            "электроннаяпочта1",
            "email1",
            "официальныйадресэлектроннойпочты",
            "официальнаяэлектроннаяпочта",
            "адресэлектроннойпочтыорганизации",
            "электроннаяпочтаорганизации",
            "электроннаяпочтаоо",
            "электроннаяпочтаоу",
            "адресэлектроннойпочтыоо",
            "адресэлектроннойпочтыоу",
            "emailорганизации",
            "emailоо",
            "рабочаяэлектроннаяпочта",
            "рабочаяпочта",
            "рабочийemail",
            "служебнаяпочта",
        ],
        Field::Surname => &["фамилияконтактноголица", "фамилиядиректора"],
        Field::FirstName => &["имяконтактноголица", "имядиректора"],
        Field::Patronymic => {
            &["additionalname", "второеимя", "отчествоконтактноголица", "отчестводиректора"]
        }
        Field::FullName => &[
            "фиодиректора",
            "директорфио",
            "фиоруководителяоо",
            "фиоруководителяоу",
            "фиоруководителяорганизации",
            "фиоруководителяучреждения",
            "руководительоо",
            "фиоконтактноголица",
            "контактноелицо",
            "руководитель",
            "директор",
            "адресат",
            "получатель",
            "contactname",
            "contactperson",
            "addressee",
            "name",
        ],
        Field::Position => &[
            "organizationtitle",
            "organization1title",
            "должностьруководителяоо",
            "должностьконтактноголица",
        ],
        Field::Organisation => &[
            "organizationname",
            "organization1name",
            "companyname",
            "полноенаименованиеоо",
            "полноенаименованиеоу",
            "полноенаименование",
            "наименованиеполное",
            "наименованиеоо",
            "наименованиеоу",
            "наименованиеобразовательнойорганизации",
            "образовательнаяорганизация",
            "наименованиеучреждения",
            "наименованиеконтрагента",
            "контрагент",
            "наименование",
            "сокращенноенаименованиеорганизации",
            "сокращенноенаименованиеоо",
            "сокращенноенаименование",
        ],
        Field::Salutation => &["приветствие"],
        Field::Gender
        | Field::SurnameDative
        | Field::NameDative
        | Field::PositionDative
        | Field::Cc
        | Field::ReplyTo
        | Field::Key
        | Field::Timezone
        | Field::Title
        | Field::Degree
        | Field::Language => &[],
    }
}

/// The names of the fields in `[contacts.columns]`.
pub(crate) fn field_names() -> impl Iterator<Item = &'static str> {
    let further = FURTHER_FIELDS.iter().flat_map(|(_, names)| *names);
    FIELDS.iter().map(|(_, name, _)| *name).chain(further)
}

impl Field {
    /// Its name in `[contacts.columns]` and in the JSON lines.
    pub(super) fn name(self) -> &'static str {
        FIELDS[self as usize].1
    }
}

/// Whether one of the first lines has a heading for the column of addresses.
pub(super) fn name_an_address(text: &str) -> bool {
    text.lines()
        .take(TITLE_ROWS)
        .flat_map(|line| line.split([';', ',', '\t', '|']))
        .any(is_of_address)
}

/// Whether a heading is one for the column of addresses.
fn is_of_address(heading: &str) -> bool {
    // Letters in a wrong encoding often become other characters than letters.
    heading.chars().all(|c| c.is_alphanumeric() || c.is_ascii() && !c.is_control())
        && FIELDS[Field::Email as usize].2.contains(&plain(heading).as_str())
}

/// A heading as it is compared: only letters, in lower case, and digits; ё as е.
pub(super) fn plain(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .map(|c| if c == 'ё' { 'е' } else { c })
        .filter(|c| c.is_alphanumeric())
        .collect()
}
