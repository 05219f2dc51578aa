//! Accuracy on the gold lists, printed and held: no error may be silent.
#![expect(
    clippy::cast_precision_loss,
    clippy::items_after_statements,
    reason = "small counts; a type beside its one use"
)]

use gonets::russian::{Case, Confidence, Form, organisation, positions};

const CASES: [Case; 6] = [
    Case::Nominative,
    Case::Genitive,
    Case::Dative,
    Case::Accusative,
    Case::Instrumental,
    Case::Prepositional,
];

#[derive(Default)]
struct Score {
    name: &'static str,
    forms: usize,
    errors: Vec<String>,
    silent: Vec<String>,
    doubts: Vec<String>,
}

impl Score {
    fn judge(&mut self, form: &Form, expected: &str) {
        self.forms += 1;
        let line = format!("{} | expected {expected} | {:?}", form.text, form.reason);
        match (form.text == expected, form.confidence) {
            (true, Confidence::Sure) => {}
            (true, Confidence::Likely | Confidence::Guess) => self.doubts.push(line),
            (false, Confidence::Likely | Confidence::Guess) => self.errors.push(line),
            (false, Confidence::Sure) => self.silent.push(line),
        }
    }

    fn report(&self) {
        let wrong = self.errors.len() + self.silent.len();
        println!(
            "{}: {} forms, {} right ({:.1} %), {} doubts, {} silent errors",
            self.name,
            self.forms,
            self.forms - wrong,
            100.0 * (self.forms - wrong) as f64 / self.forms as f64,
            self.doubts.len() + self.errors.len(),
            self.silent.len()
        );
        for (kind, lines) in
            [("silent", &self.silent), ("error", &self.errors), ("doubt", &self.doubts)]
        {
            lines.iter().for_each(|line| println!("  {kind}: {line}"));
        }
    }
}

fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect())
}

#[test]
fn positions_are_right_and_no_error_is_silent() {
    let mut dative = Score { name: "positions, dative", ..Score::default() };
    let mut others = Score { name: "positions, other cases", ..Score::default() };
    for row in rows(include_str!("../../gold/positions.tsv")) {
        if let [nominative, expected] = row[..] {
            dative.judge(&positions::decline(nominative, Case::Dative), expected);
            continue;
        }
        for (case, expected) in CASES.into_iter().zip(&row) {
            let score = if case == Case::Dative { &mut dative } else { &mut others };
            score.judge(&positions::decline(row[0], case), expected);
        }
    }
    for score in [&dative, &others] {
        hold(score, 100);
    }
}

#[test]
fn organisations_are_right_in_every_case() {
    let mut score = Score { name: "organisations, six cases", ..Score::default() };
    for row in rows(include_str!("../../gold/organisation_cases.tsv")) {
        for (case, expected) in CASES.into_iter().zip(&row) {
            score.judge(&organisation::decline(row[0], case), expected);
        }
    }
    hold(&score, 100);
}

#[test]
fn two_columns_are_right_and_no_error_is_silent() {
    let mut score = Score { name: "two columns", ..Score::default() };
    for row in rows(include_str!("../../gold/organisations.tsv")) {
        score.judge(&positions::addressee(row[0], Some(row[1])), row[2]);
    }
    hold(&score, 100);
}

/// Gold rows put together and written in other ways: the answer follows from the gold alone.
#[test]
fn double_positions_and_other_spellings_are_right_and_no_error_is_silent() {
    let gold: Vec<(&str, &str)> = rows(include_str!("../../gold/positions.tsv"))
        .map(|row| if row.len() == 2 { (row[0], row[1]) } else { (row[0], row[2]) })
        .collect();
    let lower = |text: &str| -> String {
        let mut chars = text.chars();
        chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
    };
    for separator in [" – ", " - ", ", ", " и ", "\n"] {
        let mut score = Score { name: "two positions in one", ..Score::default() };
        for (at, (one, one_dative)) in gold.iter().enumerate() {
            for step in [1, 7, 101, 222] {
                let (other, other_dative) = gold[(at * 5 + step) % gold.len()];
                let text = format!("{one}{separator}{}", lower(other));
                let expected = format!("{one_dative}{separator}{}", lower(other_dative));
                score.judge(&positions::decline(&text, Case::Dative), &expected);
            }
        }
        println!("with {separator:?}");
        hold(&score, 100);
    }
    type Spelling = (&'static str, fn(&str) -> String);
    let spellings: [Spelling; 4] = [
        ("capitals", |text| text.to_uppercase()),
        ("small", |text| text.to_lowercase()),
        ("without ё", |text| text.replace('ё', "е").replace('Ё', "Е")),
        ("no-break spaces", |text| text.replace(' ', "\u{a0}")),
    ];
    for (name, spelling) in spellings {
        let mut score = Score { name, ..Score::default() };
        for (nominative, dative) in &gold {
            score
                .judge(&positions::decline(&spelling(nominative), Case::Dative), &spelling(dative));
        }
        for row in
            rows(include_str!("../../gold/organisations.tsv")).filter(|_| name != "no-break spaces")
        {
            let form =
                positions::with_organisation(&spelling(row[0]), &spelling(row[1]), Case::Dative);
            // The gold has the capital of an addressee line, which this function does not set.
            let same_capital = Form { text: lower(&form.text), ..form };
            score.judge(&same_capital, &lower(&spelling(row[2])));
        }
        hold(&score, 100);
    }
}

/// Prints the score and holds it: nothing silent, and at most one error and one doubt in so many
/// forms.
fn hold(score: &Score, forms_an_error: usize) {
    score.report();
    assert_eq!(score.silent, Vec::<String>::new());
    assert!(score.errors.len() * forms_an_error <= score.forms);
    assert!(score.doubts.len() * 20 <= score.forms);
}

/// The addressee line of a post and an organisation, and whether it is sure.
fn line(position: &str, organisation: &str) -> (String, bool) {
    let organisation = Some(organisation).filter(|name| !name.is_empty());
    let form = positions::addressee(position, organisation);
    (form.text, form.confidence == Confidence::Sure)
}

#[track_caller]
fn all_are(sure: bool, lines: &[(&str, &str, &str)]) {
    for (position, organisation, wanted) in lines {
        assert_eq!(line(position, organisation), ((*wanted).to_owned(), sure));
    }
}

#[test]
fn towns_decline_beside_the_word_town() {
    all_are(
        true,
        &[
            ("Глава", "Город Тверь", "Главе Города Твери"),
            ("Глава", "город Севастополь", "Главе города Севастополя"),
            ("Глава", "ГОРОД ТВЕРЬ", "Главе ГОРОДА ТВЕРИ"),
            ("Глава", "г. Тверь", "Главе г. Твери"),
            ("Глава", "Город Нижний Новгород", "Главе Города Нижнего Новгорода"),
            ("Глава", "город Ростов-на-Дону", "Главе города Ростова-на-Дону"),
            ("Мэр", "город Комсомольск-на-Амуре", "Мэру города Комсомольска-на-Амуре"),
            ("Глава", "Город Минусинск", "Главе Города Минусинска"),
            ("Глава", "город Гусь-Хрустальный", "Главе города Гуся-Хрустального"),
            ("Глава", "город Петропавловск-Камчатский", "Главе города Петропавловска-Камчатского"),
            ("Глава", "город Старый Оскол", "Главе города Старого Оскола"),
            ("Глава", "город Орел", "Главе города Орла"),
            ("Глава", "Новосибирск", "Главе Новосибирска"),
        ],
    );
}

#[test]
fn places_that_official_usage_keeps_stay() {
    all_are(
        true,
        &[
            ("Глава", "город Набережные Челны", "Главе города Набережные Челны"),
            ("Глава", "город Иваново", "Главе города Иваново"),
            ("Глава", "город Сочи", "Главе города Сочи"),
            ("Глава", "Городской округ Самара", "Главе Городского округа Самара"),
            ("Глава", "городской округ город Томск", "Главе городского округа город Томск"),
            (
                "Глава",
                "муниципальное образование «Город Томск»",
                "Главе муниципального образования «Город Томск»",
            ),
        ],
    );
    all_are(
        false,
        &[
            ("Глава", "Посёлок Красный Яр", "Главе Посёлка Красный Яр"),
            ("Мэр города Москва", "", "Мэру города Москвы"),
        ],
    );
}

#[test]
fn charter_names_of_schools_are_not_doubted() {
    all_are(
        true,
        &[
            (
                "Директор",
                "Муниципальное бюджетное общеобразовательное учреждение лицей № 9",
                "Директору Муниципального бюджетного общеобразовательного учреждения лицея № 9",
            ),
            (
                "Директор",
                "Центр детского творчества «Дом «Радуга»",
                "Директору Центра детского творчества «Дом «Радуга»",
            ),
            ("Директор", "Детский сад-ясли № 5", "Директору Детского сада-яслей № 5"),
            (
                "Директор",
                "МУ – Дирекция единого заказчика",
                "Директору МУ – Дирекции единого заказчика",
            ),
            (
                "Председатель психолого-медико-педагогической, правовой и социальной службы",
                "",
                "Председателю психолого-медико-педагогической, правовой и социальной службы",
            ),
            (
                "Заведующий Областным методическим кабинетом",
                "",
                "Заведующему Областным методическим кабинетом",
            ),
            ("Министр образования РС(Я)", "", "Министру образования РС(Я)"),
            ("Заместитель министра (и.о.)", "", "Заместителю министра (и.о.)"),
            (
                "Инспектор по надзору в теплоэнергетике и дорожном хозяйстве",
                "",
                "Инспектору по надзору в теплоэнергетике и дорожном хозяйстве",
            ),
        ],
    );
}

#[test]
fn a_department_named_in_both_columns_is_said_once_without_a_doubt() {
    all_are(
        true,
        &[
            (
                "Начальник отдела образования",
                "Отдел образования администрации города Юрги",
                "Начальнику Отдела образования администрации города Юрги",
            ),
            ("Декан факультета", "Филологический факультет", "Декану Филологического факультета"),
            ("Заведующий кафедрой", "Кафедра педагогики", "Заведующему Кафедрой педагогики"),
            ("Директор школы", "Школа", "Директору школы"),
            ("Зав. библиотекой", "МБОУ СОШ № 9", "Зав. библиотекой МБОУ СОШ № 9"),
        ],
    );
    all_are(
        false,
        &[(
            "Директор, кандидат педагогических наук",
            "Гимназия № 3",
            "Директору, кандидату педагогических наук Гимназии № 3",
        )],
    );
}

#[test]
fn posts_that_were_declined_wrongly_in_silence_are_right_or_doubted() {
    all_are(
        true,
        &[
            ("Государственный инженер-контролёр", "", "Государственному инженеру-контролёру"),
            ("Инженер-капитан", "", "Инженер-капитану"),
            ("Инженер-эколог", "", "Инженеру-экологу"),
        ],
    );
    let doubted = [
        ("Старший консультантюрист", "", "Старшему консультантюристу"),
        ("Начальник отдела образова ния", "", "Начальнику отдела образова ния"),
        ("Учебно – методический центр", "", "Учебно – методическому центру"),
        ("Главный редактор", "«Родная газета»", "Главному редактору «Родная газета»"),
        (
            "И.о. директора, Муниципальное бюджетное учреждение",
            "",
            "И.о. директора, Муниципальное бюджетное учреждение",
        ),
        (
            "Директор",
            "Центральный аппарат и представительства в округах",
            "Директору Центрального аппарата и представительства в округах",
        ),
        (
            "Директор",
            "Отделение фонда по Курской области (объединённое)",
            "Директору Отделения фонда по Курской области (объединённого)",
        ),
    ];
    all_are(false, &doubted);
}

#[test]
fn a_list_of_400_schools_has_hardly_a_doubt() {
    let forms = [
        "Муниципальное бюджетное общеобразовательное учреждение",
        "Муниципальное автономное общеобразовательное учреждение",
        "Государственное казённое общеобразовательное учреждение",
        "МБОУ",
        "МАОУ",
        "ГБОУ",
        "Частное общеобразовательное учреждение",
    ];
    let names = [
        "«Средняя общеобразовательная школа № 5»",
        "средняя общеобразовательная школа № 5",
        "средняя общеобразовательная школа № 5 имени А.С. Пушкина",
        "гимназия № 7",
        "лицей № 9",
        "«Лицей № 9 имени академика С.П. Королёва»",
        "школа-интернат № 2",
        "СОШ № 11",
        "\"Основная школа № 3\" города Твери",
        "«Центр образования «Радуга»",
        "«Вечерняя (сменная) общеобразовательная школа № 1»",
        "«Начальная школа – детский сад № 8»",
        "Луговская средняя общеобразовательная школа",
        "«Луговская СОШ» Озёрского муниципального района",
    ];
    let posts = ["Директор", "И.о. директора", "Исполняющий обязанности директора", "Руководитель"];
    let mut doubts = Vec::new();
    let mut rows = 0;
    for (form, name, post) in forms
        .iter()
        .flat_map(|form| names.iter().map(move |name| (form, name)))
        .flat_map(|(form, name)| posts.iter().map(move |post| (form, name, post)))
    {
        rows += 1;
        let form = positions::addressee(post, Some(&format!("{form} {name}")));
        if form.confidence < Confidence::Sure {
            doubts.push(format!("{} {:?}", form.text, form.reason));
        }
    }
    println!("schools: {rows} rows, {} doubts", doubts.len());
    assert!(doubts.len() <= 8, "{doubts:#?}");
}
