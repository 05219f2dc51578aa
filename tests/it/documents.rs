//! Letters from Word: `init --letter --list`, and `body = "letter.docx"`. The documents were
//! written by python-docx and, `head-at-the-right.docx`, by LibreOffice.

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::support::{Campaign, Ran, gonets, ran};

const LIST: &str = "\
Фамилия;Имя;Отчество;Должность;Организация;Эл. почта;Город;Пол
Савенков;Максим;Георгиевич;Руководитель;Департамент образования администрации Города Томска;a@one.test;Томск;м
Рябинина;Екатерина;Сергеевна;Директор;МБОУ «Гимназия № 100»;b@one.test;Тверь;ж
";

fn document(name: &str) -> PathBuf {
    Path::new("tests/it/documents").join(name)
}

/// Like [`made`], from the body of a Word document.
fn made_of(body: &str) -> (TempDir, PathBuf, Ran) {
    let folder = tempfile::tempdir().unwrap();
    let letter = folder.path().join("a.docx");
    fs::write(&letter, docx(body)).unwrap();
    made(&letter)
}

/// A folder with a list, and the campaign that `init` makes in it of a letter.
fn made(letter: &Path) -> (TempDir, PathBuf, Ran) {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("Список.csv");
    fs::write(&list, format!("\u{feff}{LIST}")).unwrap();
    let campaign = folder.path().join("campaign");
    let mut init = gonets();
    init.arg("init").arg(&campaign).arg("--letter").arg(letter).arg("--list").arg(&list);
    let ran = ran(init.output().unwrap());
    (folder, campaign, ran)
}

fn shown(campaign: &Path, address: &str, how: &str) -> String {
    let mut show = gonets();
    show.arg("show").arg(campaign).args(["--to", address, how]);
    ran(show.output().unwrap()).code(0).out
}

/// A document of one part, written by hand: `body` is what `w:body` holds.
fn docx(body: &str) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut part = |name: &str, text: &str| {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    };
    part(
        "_rels/.rels",
        "<Relationships><Relationship Id=\"r1\" Type=\"x/officeDocument\" Target=\"word/document.xml\"/></Relationships>",
    );
    part(
        "word/document.xml",
        &format!("<w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>"),
    );
    zip.finish().unwrap().into_inner()
}

fn paragraph(text: &str) -> String {
    format!("<w:p><w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>")
}

#[test]
fn the_letter_to_tomsk_comes_out_word_for_word_for_him_and_rightly_for_another() {
    let (_folder, campaign, ran) = made(&document("head-in-a-table.docx"));
    let ran = ran.code(0);
    for replaced in [
        ("Уважаемый Максим Георгиевич", "{{ salutation }}"),
        (
            "Руководителю Департамента образования администрации Города Томска",
            "{{ addressee.position }}",
        ),
        ("Савенкову М.Г.", "{{ addressee.name }}"),
        ("007", "{{ letter.number }}"),
        ("28.02.2022", "{{ letter.date }}"),
    ] {
        assert!(ran.err.contains(replaced.0) && ran.err.contains(replaced.1), "{}", ran.err);
    }
    let text = shown(&campaign, "a@one.test", "--text");
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for said in [
        "О проведении Московского международного салона образования Уважаемый Максим Георгиевич, Приглашаем",
        "Московском международном салоне образования, который пройдёт 5*10*15 <тест> {скобки}.",
        "– деловая программа; – выставка. 1. Первое 2. Второе 3. Третье 18. марта — день открытия",
        "Исп. Иванова А.А. тел. 8 (495) 123-45-67",
    ] {
        assert!(words.contains(said), "«{said}» is not in\n{words}");
    }
    let html = shown(&campaign, "a@one.test", "--html").replace('\u{a0}', " ");
    for said in [
        ">Исх. № 007<br>от 28.02.2022</td>",
        ">Руководителю Департамента образования администрации Города Томска<br>Савенкову М.Г.</td>",
        "<strong>Уважаемый Максим Георгиевич,</strong>",
    ] {
        assert!(html.contains(said), "«{said}» is not in\n{html}");
    }
    let html = shown(&campaign, "b@one.test", "--html").replace('\u{a0}', " ");
    for said in [
        "Директору МБОУ «Гимназия № 100»<br>Рябининой Е.С.",
        "<strong>Уважаемая Екатерина Сергеевна,</strong>",
        "<strong>Московском</strong> <em>международном</em> салоне <u>образования</u>",
        "<img src=\"data:image/png;base64,",
        ">Директор</td>",
        ">В.В. Петров</td>",
    ] {
        assert!(html.contains(said), "«{said}» is not in\n{html}");
    }
    let settings = fs::read_to_string(campaign.join("campaign.toml")).unwrap();
    assert!(settings.contains("number = \"007\"\ndate = 2022-02-28\n"), "{settings}");
    assert!(
        settings
            .contains("subject = \"О проведении Московского международного салона образования\"")
    );
}

/// Thirty people, and how a letter to each begins: name, position, organisation; the addressee's
/// position and name in the dative, and the salutation.
const THIRTY: &str = "\
Рябинина Екатерина Сергеевна;Директор;МБОУ «Гимназия № 100»;Директору МБОУ «Гимназия № 100»;Рябининой Е.С.;Уважаемая Екатерина Сергеевна
Пахомов Илья Андреевич;Начальник;Управление образования администрации города Рыбинска;Начальнику Управления образования администрации города Рыбинска;Пахомову И.А.;Уважаемый Илья Андреевич
Белых Тамара Ивановна;Ректор;Областной институт развития образования;Ректору Областного института развития образования;Белых Т.И.;Уважаемая Тамара Ивановна
Гнатенко Сергей Леонидович;Директор;Лицей № 7;Директору Лицея № 7;Гнатенко С.Л.;Уважаемый Сергей Леонидович
Валеев Тимур Маратович;Заместитель директора;Центр цифрового образования «Точка опоры»;Заместителю директора Центра цифрового образования «Точка опоры»;Валееву Т.М.;Уважаемый Тимур Маратович
Цой Борис Ильич;Министр образования Приморской области;;Министру образования Приморской области;Цою Б.И.;Уважаемый Борис Ильич
Лебедева Анна Викторовна;Руководитель;Департамент образования города Примерска;Руководителю Департамента образования города Примерска;Лебедевой А.В.;Уважаемая Анна Викторовна
Достоевский Фёдор Павлович;Глава администрации Лесного района;;Главе администрации Лесного района;Достоевскому Ф.П.;Уважаемый Фёдор Павлович
Зимина Ольга Петровна;Заведующая;Детский сад № 15;Заведующей Детским садом № 15;Зиминой О.П.;Уважаемая Ольга Петровна
Соловей Андрей Юрьевич;Председатель;Комитет по образованию города Кедровска;Председателю Комитета по образованию города Кедровска;Соловью А.Ю.;Уважаемый Андрей Юрьевич
Черных Вера Львовна;Директор;Средняя школа № 3;Директору Средней школы № 3;Черных В.Л.;Уважаемая Вера Львовна
Дурново Павел Олегович;Советник;Министерство просвещения;Советнику Министерства просвещения;Дурново П.О.;Уважаемый Павел Олегович
Ким Наталья Сергеевна;Начальник отдела;Управление культуры;Начальнику отдела Управления культуры;Ким Н.С.;Уважаемая Наталья Сергеевна
Шмидт Ирина Эдуардовна;Директор;Колледж искусств;Директору Колледжа искусств;Шмидт И.Э.;Уважаемая Ирина Эдуардовна
Шмидт Роман Эдуардович;Декан;Исторический факультет;Декану Исторического факультета;Шмидту Р.Э.;Уважаемый Роман Эдуардович
Бойко Марина Андреевна;Исполняющая обязанности директора;Лицей № 2;Исполняющей обязанности директора Лицея № 2;Бойко М.А.;Уважаемая Марина Андреевна
Гринёв Пётр Андреевич;Первый заместитель министра образования;;Первому заместителю министра образования;Гринёву П.А.;Уважаемый Пётр Андреевич
Кузьмич Олег Иванович;Главный специалист;Отдел образования Речного района;Главному специалисту Отдела образования Речного района;Кузьмичу О.И.;Уважаемый Олег Иванович
Абрамович Лидия Марковна;Учёный секретарь;Институт истории;Учёному секретарю Института истории;Абрамович Л.М.;Уважаемая Лидия Марковна
Мицкевич Адам Николаевич;Профессор;Кафедра славянской филологии;Профессору Кафедры славянской филологии;Мицкевичу А.Н.;Уважаемый Адам Николаевич
Толстая Софья Андреевна;Президент;Фонд «Чтение»;Президенту Фонда «Чтение»;Толстой С.А.;Уважаемая Софья Андреевна
Горный Яков Семёнович;Генеральный директор;ООО «Рассвет»;Генеральному директору ООО «Рассвет»;Горному Я.С.;Уважаемый Яков Семёнович
Погребняк Юрий Иванович;Ведущий инженер;Завод «Прибор»;Ведущему инженеру Завода «Прибор»;Погребняку Ю.И.;Уважаемый Юрий Иванович
Сорока Нина Яковлевна;Заместитель начальника;Управление образования города Лугова;Заместителю начальника Управления образования города Лугова;Сороке Н.Я.;Уважаемая Нина Яковлевна
Заречная Мария Ильинична;Учитель;Средняя школа № 12;Учителю Средней школы № 12;Заречной М.И.;Уважаемая Мария Ильинична
Седых Глеб Кириллович;Мэр города Старогорска;;Мэру города Старогорска;Седых Г.К.;Уважаемый Глеб Кириллович
Орлова Дарья Никитична;Статс-секретарь;Министерство науки;Статс-секретарю Министерства науки;Орловой Д.Н.;Уважаемая Дарья Никитична
Чайка Виктор Фомич;Проректор по научной работе;Технический университет;Проректору по научной работе Технического университета;Чайке В.Ф.;Уважаемый Виктор Фомич
Левин Константин Дмитриевич;Председатель правления;Ассоциация учителей;Председателю правления Ассоциации учителей;Левину К.Д.;Уважаемый Константин Дмитриевич
Ростова Наталья Ильинична;Методист;Центр развития одарённых детей;Методисту Центра развития одарённых детей;Ростовой Н.И.;Уважаемая Наталья Ильинична
";

#[test]
fn the_letter_to_tomsk_comes_out_rightly_for_thirty_others() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("Список.csv");
    let row = |(at, line): (usize, &str)| {
        let cells: Vec<&str> = line.split(';').collect();
        format!("{};{};{};p{at}@one.test\n", cells[0], cells[1], cells[2])
    };
    let rows: String = THIRTY.lines().enumerate().map(row).collect();
    let first = "Савенков Максим Георгиевич;Руководитель;Департамент образования администрации \
                 Города Томска;a@one.test";
    fs::write(&list, format!("ФИО;Должность;Организация;Эл. почта\n{first}\n{rows}")).unwrap();
    let campaign = folder.path().join("campaign");
    let mut init = gonets();
    init.arg("init").arg(&campaign).arg("--list").arg(&list);
    init.arg("--letter").arg(document("head-in-a-table.docx"));
    ran(init.output().unwrap()).code(0);
    let mut check = gonets();
    check.args(["check", "--list"]).arg(&campaign);
    ran(check.output().unwrap()).code(0).says("31 rows without errors");
    for (at, line) in THIRTY.lines().enumerate() {
        let cells: Vec<&str> = line.split(';').collect();
        let html = shown(&campaign, &format!("p{at}@one.test"), "--html").replace('\u{a0}', " ");
        let head = format!(">{}<br>{}</td>", cells[3], cells[4]);
        let greeting = format!("<strong>{},</strong>", cells[5]);
        assert!(html.contains(&head) && html.contains(&greeting), "{line}\n{html}");
        assert!(!html.contains("Савенков") && !html.contains("Максим"), "{html}");
    }
}

#[test]
fn a_letter_of_libreoffice_is_read_like_the_same_of_word() {
    for (word, libre) in [
        ("head-in-a-table.docx", "head-in-a-table.odt"),
        ("fields-and-changes.docx", "fields-and-changes.odt"),
    ] {
        let sources = [word, libre].map(|name| {
            let (_folder, campaign, ran) = made(&document(name));
            let ran = ran.code(0);
            let told = ["tracked changes (", "hidden text is left out: \"скрыто\""];
            let told = told.map(|it| ran.err.contains(it));
            (fs::read_to_string(campaign.join("letter.md")).unwrap(), told)
        });
        assert_eq!(sources[0], sources[1], "{libre}");
    }
}

#[test]
fn an_addressee_without_a_table_and_a_long_date_are_found() {
    let (_folder, campaign, ran) = made(&document("head-at-the-right.docx"));
    ran.code(0).says("{{ letter.date | date_long }}").says("01-15/007");
    let text = shown(&campaign, "b@one.test", "--text").replace('\u{a0}', " ");
    assert!(text.contains("28 февраля 2022 г. № 01-15/007"), "{text}");
    assert!(text.contains("Рябининой Е.С.\n"), "{text}");
    assert!(!text.contains("Томска"), "{text}");
}

#[test]
fn fields_become_columns_and_changes_are_told() {
    let (_folder, campaign, ran) = made(&document("fields-and-changes.docx"));
    ran.code(0)
        .says("MERGEFIELD Должность")
        .says("the field {IF {MERGEFIELD Пол}")
        .says("tracked changes (2)")
        .says("hidden text is left out: \"скрыто\"");
    let text = shown(&campaign, "b@one.test", "--text");
    assert!(text.contains("до Екатерина вставлено\n\nДиректор Рябинина\n"), "{text}");
    assert!(
        text.contains("Тип Тверь и «Колокол» и Тверь и Уважаемая Екатерина Сергеевна!"),
        "{text}"
    );
    assert!(!text.contains("удалено") && !text.contains("скрыто"), "{text}");
}

#[test]
fn a_document_is_the_letter_itself() {
    let body = paragraph("{{ salutation }}!")
        + &paragraph("Ваш город: «Город», &lt;не тег&gt;, *5*, {скобки}.");
    let campaign =
        Campaign::new().contacts(LIST).letter("").file("letter.docx", docx(&body)).write();
    let toml = campaign.path().join("campaign.toml");
    let settings = fs::read_to_string(&toml).unwrap().replace("letter.md", "letter.docx");
    fs::write(&toml, settings).unwrap();
    let text = shown(campaign.path(), "b@one.test", "--text");
    assert!(
        text.ends_with(
            "Уважаемая Екатерина Сергеевна!\n\nВаш город: Тверь, <не тег>, *5*, {скобки}.\n"
        ),
        "{text}"
    );
    // A field that the list does not have is an error, not braces in every letter.
    fs::write(campaign.path().join("letter.docx"), docx(&paragraph("{{ Оклад }}"))).unwrap();
    campaign.run(["check"]).code(3).says("letter.docx:1:").says("there is no \"Оклад\" here");
}

#[test]
fn every_field_that_is_replaced_left_out_or_unfinished_is_told() {
    let field = |code: &str, shown: &str| {
        format!(
            "<w:p><w:fldSimple w:instr=\"{code}\"><w:r><w:t>{shown}</w:t></w:r></w:fldSimple></w:p>"
        )
    };
    let unfinished = "<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>\
                      <w:r><w:instrText>QUOTE забыто</w:instrText></w:r></w:p>";
    let body = field("ADDRESSBLOCK \\f x", "«Адрес»")
        + &field("GREETINGLINE \\f x", "«Привет»")
        + &field("PAGE", "1")
        + unfinished
        + &paragraph("Текст за полем не пропал.");
    let (_folder, campaign, ran) = made_of(&body);
    ran.code(0)
        .says("{{ addressee.block }}")
        .says("{{ salutation }}")
        .says("the field {PAGE} is not carried over")
        .says("the field {QUOTE забыто} is not carried over");
    let text = shown(&campaign, "b@one.test", "--text");
    assert!(text.contains("Уважаемая Екатерина Сергеевна!"), "{text}");
    assert!(text.contains("Текст за полем не пропал."), "{text}");
}

#[test]
fn merged_cells_stay_merged_in_html_and_in_text() {
    let cell = |properties: &str, text: &str| {
        format!("<w:tc><w:tcPr>{properties}</w:tcPr>{}</w:tc>", paragraph(text))
    };
    let row = |cells: &[String]| format!("<w:tr>{}</w:tr>", cells.concat());
    let body = paragraph("{{ salutation }}!")
        + "<w:tbl><w:tblPr><w:tblBorders><w:top w:val=\"single\"/></w:tblBorders></w:tblPr>"
        + &row(&[
            cell("<w:vMerge w:val=\"restart\"/>", "Школа"),
            cell("<w:gridSpan w:val=\"2\"/>", "Человек по списку на год"),
        ])
        + &row(&[cell("<w:vMerge/>", ""), cell("", "план"), cell("", "факт")])
        + &row(&[cell("<w:gridSpan w:val=\"3\"/>", "Северный район")])
        + &row(&[cell("", "№ 1"), cell("", "10"), cell("", "9")])
        + "</w:tbl>";
    let (_folder, campaign, ran) = made_of(&body);
    ran.code(0);
    let source = fs::read_to_string(campaign.join("letter.md")).unwrap();
    let table = "| Школа | Человек по списку на год | << |\n|:--|:--|:--|\n| ^^ | план | факт |\n\
                 | Северный район | << | << |\n| № 1 | 10 | 9 |\n";
    assert!(source.contains(table), "{source}");
    let html = shown(&campaign, "b@one.test", "--html");
    assert!(html.contains(" rowspan=\"2\"") && html.contains(" colspan=\"3\""), "{html}");
    let text = shown(&campaign, "b@one.test", "--text");
    assert!(text.contains("\nСеверный район\n") && !text.contains("<<"), "{text}");
}

#[test]
fn columns_between_other_signs_are_told_with_what_to_write() {
    let folder = tempfile::tempdir().unwrap();
    let letter = folder.path().join("a.docx");
    let text = "{{ salutation }}! В &lt;&lt;Город&gt;&gt; и [Город]";
    fs::write(&letter, docx(&paragraph(text))).unwrap();
    let (_folder, campaign, init) = made(&letter);
    init.code(0).says("the reader will see <<Город>>").says("write {{ row[\"Город\"] }}");
    let mut check = gonets();
    check.arg("check").arg(&campaign);
    ran(check.output().unwrap()).code(0).says("the reader will see [Город]");
}

#[test]
fn a_placeholder_of_libreoffice_is_told() {
    let content = "<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:\
        office:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:body>\
        <office:text><text:p>Блок: <text:placeholder text:placeholder-type=\"text\">\
        &lt;ADDRESSBLOCK&gt;</text:placeholder></text:p></office:text></office:body>\
        </office:document-content>";
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in
        [("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", content)]
    {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let letter = folder.path().join("a.odt");
    fs::write(&letter, zip.finish().unwrap().into_inner()).unwrap();
    let (_folder, _, ran) = made(&letter);
    ran.code(0).says("the field {placeholder} is not carried over").says("<ADDRESSBLOCK>");
}

#[test]
fn a_page_number_in_a_footer_of_libreoffice_is_nothing_to_tell() {
    let named = |name: &str| {
        let names = ["office", "style", "text"]
            .map(|it| format!("xmlns:{it}=\"urn:oasis:names:tc:opendocument:xmlns:{it}:1.0\""));
        format!("<office:{name} {}>", names.join(" "))
    };
    let content = named("document-content")
        + "<office:body><office:text><text:p>Приглашаем.</text:p></office:text></office:body>\
           </office:document-content>";
    let styles = named("document-styles")
        + "<office:master-styles><style:master-page style:name=\"Standard\"><style:footer>\
           <text:p>Исп. Ильина А.П.</text:p><text:p>Стр. <text:page-number>1</text:page-number>\
           </text:p></style:footer></style:master-page></office:master-styles>\
           </office:document-styles>";
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("content.xml", content.as_str()),
        ("styles.xml", styles.as_str()),
    ] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let letter = folder.path().join("a.odt");
    fs::write(&letter, zip.finish().unwrap().into_inner()).unwrap();
    let (_folder, campaign, ran) = made(&letter);
    let ran = ran.code(0).says("the footer");
    assert!(!ran.err.contains("page-number"), "{}", ran.err);
    let text = fs::read_to_string(campaign.join("letter.md")).unwrap();
    assert!(text.contains("Исп. Ильина А.П.") && !text.contains("Стр."), "{text}");
}

#[test]
fn other_documents_are_named_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let ole = [&b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"[..], &[0; 600]].concat();
    for (name, bytes, told) in [
        ("a.doc", ole, "Word 97-2003"),
        ("a.rtf", b"{\\rtf1 }".to_vec(), "RTF"),
        ("a.pdf", b"%PDF-1.7".to_vec(), "this is a PDF"),
        ("a.docx", b"PK\x03\x04 broken".to_vec(), "damaged"),
        ("b.docx", b"no".to_vec(), "not a document of Word"),
    ] {
        let letter = folder.path().join(name);
        fs::write(&letter, bytes).unwrap();
        let (_folder, campaign, ran) = made(&letter);
        ran.code(3).says(told).says(".docx");
        assert!(!campaign.exists(), "{name}");
    }
}

#[test]
fn a_text_in_windows_1251_is_read_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let letter = folder.path().join("Письмо.txt");
    // «Да.»
    fs::write(&letter, b"{{ salutation }}!\n\n\xc4\xe0.\n").unwrap();
    let (_folder, campaign, ran) = made(&letter);
    ran.code(0).says("windows-1251");
    assert!(shown(&campaign, "a@one.test", "--text").ends_with("Да.\n"));
}

#[test]
fn a_document_that_is_too_deep_or_too_large_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let deep = "<w:sdt><w:sdtContent>".repeat(300) + &"</w:sdtContent></w:sdt>".repeat(300);
    let large = "<w:p/>".repeat(2_000_000);
    for body in [deep, large] {
        let letter = folder.path().join("a.docx");
        fs::write(&letter, docx(&body)).unwrap();
        let (_folder, _, ran) = made(&letter);
        ran.code(3).says("larger than any letter");
    }
}

#[test]
fn nothing_in_a_document_is_run_or_read_as_a_template() {
    let body = paragraph("{% include \"/etc/passwd\" %} {# нет #} {{ 1")
        + "<w:p><w:hyperlink r:id=\"x\"><w:r><w:t>да</w:t></w:r></w:hyperlink></w:p>"
        + &paragraph("&lt;script&gt;alert(1)&lt;/script&gt; {{ get_env(name=\"HOME\") }}");
    let (_folder, campaign, ran) = made_of(&body);
    ran.code(0);
    let source = fs::read_to_string(campaign.join("letter.md")).unwrap();
    assert!(!source.contains("{% include") && !source.contains("{#"), "{source}");
    assert!(!source.contains("{{ get_env"), "{source}");
}

#[test]
fn init_sets_what_the_list_needs_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("Список.csv");
    let text = "\
ФИО;Должность;Эл. почта
Зимин Пётр Ильич;Директор;office@one.test
Лугова Анна Ивановна;Заместитель директора;office@one.test
Рябинина Екатерина Сергеевна;Начальник;приёмная: c@one.test / d@one.test (канцелярия)
";
    fs::write(&list, text).unwrap();
    let campaign = folder.path().join("campaign");
    let mut init = gonets();
    init.arg("init").arg(&campaign).arg("--list").arg(&list);
    ran(init.output().unwrap())
        .code(0)
        .says("several = \"copy\": 1 cell with several addresses")
        .says("duplicates = \"each\": 1 row with the address of another")
        .says("\"ФИО\" tells them apart");
    let settings = fs::read_to_string(campaign.join("campaign.toml")).unwrap();
    assert!(settings.contains("several = \"copy\"\nduplicates = \"each\"\n"), "{settings}");
    assert!(settings.contains("\n[contacts.columns]\nkey = \"ФИО\"\n\n"), "{settings}");
    let mut check = gonets();
    check.args(["check", "--list"]).arg(&campaign);
    ran(check.output().unwrap()).code(0).says("3 rows without errors");
}

#[test]
fn init_leaves_a_list_alone_that_needs_nothing_or_has_a_person_twice() {
    for rows in ["", "Зимин Пётр Ильич;a@one.test\n"] {
        let folder = tempfile::tempdir().unwrap();
        let list = folder.path().join("list.csv");
        fs::write(&list, format!("ФИО;Эл. почта\nЗимин Пётр Ильич;a@one.test\n{rows}")).unwrap();
        let campaign = folder.path().join("campaign");
        let mut init = gonets();
        init.arg("init").arg(&campaign).arg("--list").arg(&list);
        let ran = ran(init.output().unwrap()).code(0);
        assert!(!ran.err.contains("Set in [contacts]"), "{}", ran.err);
        let settings = fs::read_to_string(campaign.join("campaign.toml")).unwrap();
        assert!(settings.contains("file = \"list.csv\"\n# delimiter"), "{settings}");
    }
}

#[test]
fn a_long_date_and_a_name_in_full_stand_in_a_table_as_they_do_elsewhere() {
    let cell = |lines: &[&str]| {
        let lines: String = lines.iter().map(|line| paragraph(line)).collect();
        format!("<w:tc>{lines}</w:tc>")
    };
    let left = cell(&["№ 7 | 12", "от 10 марта 2027 г."]);
    let right = cell(&["Директору Гимназии № 100", "Рябининой Екатерине Сергеевне"]);
    let body = format!("<w:tbl><w:tr>{left}{right}</w:tr></w:tbl>")
        + &paragraph("Уважаемая Екатерина Сергеевна!")
        + &paragraph("Приглашаем.");
    let folder = tempfile::tempdir().unwrap();
    let letter = folder.path().join("letter.docx");
    fs::write(&letter, docx(&body)).unwrap();
    let (_folder, campaign, ran) = made(&letter);
    ran.code(0);
    let html = shown(&campaign, "a@one.test", "--html").replace('\u{a0}', " ");
    for expected in
        ["№ 7 | 12<br>от 10 марта 2027 г.</td>", "<br>Савенкову Максиму Георгиевичу</td>"]
    {
        assert!(html.contains(expected), "{html}");
    }
}
