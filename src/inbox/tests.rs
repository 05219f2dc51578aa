use super::*;

use std::collections::HashMap;
use std::path::Path;

/// Real mails of some sixty servers, where the folder is given: prints how many are recognised.
#[test]
fn real_bounces_are_recognised() {
    let Some(folder) = std::env::var_os("GONETS_BOUNCES") else {
        eprintln!("left out: GONETS_BOUNCES names no folder");
        return;
    };
    let folder = Path::new(&folder);
    let index = std::fs::read_to_string(folder.join("index.tsv")).unwrap();
    let mut rows: HashMap<&str, Vec<Vec<&str>>> = HashMap::new();
    for line in index.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        rows.entry(cells[0]).or_default().push(cells);
    }
    let (mut failed, mut found, mut judged, mut right) = (0, 0, 0, 0);
    let (mut delays, mut told_delays, mut false_failures, mut other) = (0, 0, 0, 0);
    let mut names: Vec<&&str> = rows.keys().collect();
    names.sort();
    let is_loud = std::env::var_os("GONETS_LOUD").is_some();
    for name in names {
        let raw = std::fs::read(folder.join("mails").join(name)).unwrap();
        let reading = read(&raw).unwrap();
        let mut known: Vec<String> = Vec::new();
        for row in &rows[*name] {
            let mut addresses = vec![row[1].to_lowercase()];
            addresses.extend(
                row[2].split([',', ' ', ';']).map(str::to_lowercase).filter(|it| !it.is_empty()),
            );
            known.extend(addresses.iter().cloned());
            let of = reading.told.iter().find(|told| {
                std::iter::once(&told.address)
                    .chain(&told.also)
                    .any(|it| addresses.contains(&it.to_lowercase()))
            });
            let loud = |what: &str| {
                if is_loud {
                    println!("{what} {name} {row:?}\n    {:?} {:?}", reading.kind, reading.told);
                }
            };
            match row[3] {
                kind @ ("hard" | "soft" | "fail") => {
                    failed += 1;
                    let Some(told) = of.filter(|told| told.kind == Kind::Bounce) else {
                        loud("MISSED");
                        continue;
                    };
                    found += 1;
                    if kind != "fail" {
                        judged += 1;
                        if told.bounce.map(Bounce::as_str) == Some(kind) {
                            right += 1;
                        } else {
                            loud("WRONG");
                        }
                    }
                }
                "delay" => {
                    delays += 1;
                    if of.is_some_and(|told| told.kind == Kind::Delay) {
                        told_delays += 1;
                    } else {
                        loud("DELAY");
                    }
                    if of.is_some_and(|told| told.kind == Kind::Bounce) {
                        false_failures += 1;
                    }
                }
                other_kind => {
                    let is_right = matches!(
                        (other_kind, reading.kind),
                        ("feedback", Kind::Complaint | Kind::None)
                            | ("vacation", Kind::Away | Kind::AutoReply)
                            | ("delivered", Kind::Delivered)
                            | ("none", Kind::None)
                    );
                    if !is_right {
                        other += 1;
                        loud("OTHER");
                    }
                    if reading.kind == Kind::Bounce {
                        false_failures += 1;
                    }
                }
            }
        }
        for told in reading.told.iter().filter(|told| told.kind == Kind::Bounce) {
            let mut all = std::iter::once(&told.address).chain(&told.also);
            let is_known = all.any(|it| known.contains(&it.to_lowercase()));
            // lhost-apachejames-01.eml: the row has a digit less than the address in the mail.
            if !is_known && !known.iter().any(|it| lacks_one(it, &told.address)) {
                false_failures += 1;
                if is_loud {
                    println!("FALSE {name} {told:?}");
                }
            }
        }
    }
    println!(
        "failed recipients {found} of {failed}, hard or soft {right} of {judged} (506), delays \
         {told_delays} of {delays}, false failures {false_failures}, other kinds wrong {other}"
    );
    assert!(found >= 575 && right >= 496 && told_delays >= 22 && false_failures == 0);
}

/// Whether `short` is `long` without one of its characters.
fn lacks_one(short: &str, long: &str) -> bool {
    let long: Vec<char> = long.chars().collect();
    (0..long.len()).any(|at| {
        let others = long.iter().enumerate().filter(|(other, _)| *other != at);
        short.chars().eq(others.map(|(_, it)| *it))
    })
}

/// A mail with a head of its own and a text, UTF-8.
fn mail(head: &str, text: &str) -> Reading {
    let head: String = head.split("; ").map(|field| format!("{field}\n")).collect();
    let raw = format!(
        "{head}Date: Thu, 02 Jul 2026 10:00:00 +0300\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
    );
    let as_crlf = read(raw.replace('\n', "\r\n").as_bytes()).unwrap();
    let reading = read(raw.as_bytes()).unwrap();
    assert_eq!(
        (reading.kind, &reading.told),
        (as_crlf.kind, &as_crlf.told),
        "CRLF changes nothing"
    );
    reading
}

const NOBODY: &str = "Return-Path: <>; From: Mail Delivery System <MAILER-DAEMON@mx.example.org>; To: <invite@example.org>";

/// The one recipient of a notice: kind, address, hard or soft.
fn one(reading: &Reading) -> (Kind, &str, Option<Bounce>) {
    let [told] = reading.told.as_slice() else { panic!("{reading:?}") };
    (told.kind, &told.address, told.bounce)
}

#[test]
fn notices_in_russian_prose_are_read() {
    let cases = [
        // Yandex.
        (
            "Недоставленное сообщение",
            "Это письмо отправлено почтовым сервером yandex.ru.\n\nК сожалению, мы вынуждены сообщить Вам о том, что Ваше письмо не может быть\nотправлено одному или нескольким адресатам. Технические подробности можно найти ниже.\n\nВозможные причины недоставки указаны по адресу:\nhttps://yandex.example/support\n\n<anna@school.test>: host mx.school.test[192.0.2.1] said: 550 5.7.1 No such user! (in reply to RCPT TO command)",
            Kind::Bounce,
            Some(Bounce::Hard),
        ),
        // Mail.ru.
        (
            "Mail failure.",
            "Это письмо создано автоматически сервером Mail.Ru, отвечать на него не нужно.\n\nК сожалению, Ваше письмо не может быть доставлено одному или нескольким получателям:\n\n**********************\n\nanna@school.test (ошибка / error: user not found)\n",
            Kind::Bounce,
            Some(Bounce::Hard),
        ),
        (
            "Mail delivery failed",
            "Письмо не доставлено.\n\nanna@school.test\n  Ящик получателя переполнен\n",
            Kind::Bounce,
            Some(Bounce::Soft),
        ),
        // Exchange.
        (
            "Не удается доставить: О форуме",
            "Сбой при доставке следующим получателям или спискам рассылки:\n\nanna@school.test\nНе удалось найти введенный адрес электронной почты. Проверьте адрес электронной почты получателя и попробуйте отправить сообщение повторно.\n",
            Kind::Bounce,
            Some(Bounce::Hard),
        ),
        (
            "Задержка доставки: О форуме",
            "Доставка этого сообщения следующим получателям задерживается:\n\nanna@school.test\n\nСервер продолжит попытки доставить сообщение.\n",
            Kind::Delay,
            None,
        ),
        // CommuniGate Pro.
        (
            "Недоставленное сообщение",
            "Невозможно доставить сообщение по адресу <anna@school.test>\n  модуль LOCAL сообщает: пользователь не найден\n",
            Kind::Bounce,
            Some(Bounce::Hard),
        ),
        // Exim.
        (
            "Warning: message 1AbCdE delayed 24 hours",
            "Сообщение, которое вы отправили, ещё не доставлено:\n\n  anna@school.test\n\nПопытки доставки будут продолжены.\n",
            Kind::Delay,
            None,
        ),
    ];
    for (subject, text, kind, bounce) in cases {
        let reading = mail(&format!("{NOBODY}; Subject: {subject}"), text);
        assert_eq!(one(&reading), (kind, "anna@school.test", bounce), "{subject}: {text}");
        assert_eq!(reading.kind, kind);
    }
}

#[test]
fn notices_in_base64_and_old_charsets_are_read() {
    let text = "Сообщение не доставлено:\n\nanna@school.test\n  пользователь не найден\n";
    let koi8: Vec<u8> = encoding_rs::KOI8_R.encode(text).0.into_owned();
    let win: Vec<u8> = encoding_rs::WINDOWS_1251.encode(text).0.into_owned();
    let head = "Return-Path: <>\nFrom: postmaster@school.test\nSubject: =?koi8-r?B?7sUgxM/T1MHXzMXOzw==?=\n";
    let base64 = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &win);
    let mails = [
        [head.as_bytes(), b"Content-Type: text/plain; charset=koi8-r\n\n", &koi8].concat(),
        // Neither charset nor encoding is declared.
        [head.as_bytes(), b"\n", &win].concat(),
        [head.as_bytes(), b"Content-Type: text/plain; charset=\"windows-1251\"\nContent-Transfer-Encoding: base64\n\n", base64.as_bytes()].concat(),
    ];
    for raw in mails {
        let reading = read(&raw).unwrap();
        assert_eq!(one(&reading), (Kind::Bounce, "anna@school.test", Some(Bounce::Hard)));
    }
}

#[test]
fn a_report_says_of_each_recipient_what_became_of_the_letter() {
    let raw = "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.org\nSubject: Undelivered Mail Returned to Sender\n\
        Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nThe mail system\n\n\
        --b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\nOriginal-Envelope-Id: 0011\n\n\
        Original-Recipient: rfc822;anna@school.test\nFinal-Recipient: rfc822; a.ilina@other.test\nAction: failed\nStatus: 5.0.0\n\
        Diagnostic-Code: smtp; 550 No such user here\n\nFinal-Recipient: rfc822; ivan@school.test\nAction: delayed\nStatus: 4.4.1\n\n\
        Final-Recipient: rfc822; olga@school.test\nAction: relayed\nStatus: 2.0.0\n\n--b\nContent-Type: text/rfc822-headers\n\n\
        Message-ID: <x@example.org>\nSubject: Forum\n\n--b--\n";
    let reading = read(raw.as_bytes()).unwrap();
    let all: Vec<_> =
        reading.told.iter().map(|it| (it.address.as_str(), it.kind, it.bounce)).collect();
    assert_eq!(
        all,
        [
            ("anna@school.test", Kind::Bounce, Some(Bounce::Hard)),
            ("ivan@school.test", Kind::Delay, None),
            ("olga@school.test", Kind::Delivered, None),
        ]
    );
    assert_eq!(reading.told[0].also, ["a.ilina@other.test"]);
    assert_eq!(reading.clues.envelope_id.as_deref(), Some("0011"));
    assert_eq!(reading.clues.returned, ["<x@example.org>"]);
}

#[test]
fn programs_answers_are_no_persons_and_nobodys_unsubscription() {
    let re = "From: Анна <anna@school.test>; To: invite@example.org; In-Reply-To: <x@example.org>";
    let cases = [
        (
            "Subject: Автоматический ответ: О форуме",
            "Добрый день! Я в отпуске до 20 июля. Больше не присылайте мне письма на этот адрес.",
            Kind::Away,
        ),
        ("Subject: Автоответ: О форуме", "Спасибо за ваше письмо!", Kind::AutoReply),
        ("Subject: ; Auto-Submitted: auto-generated", "", Kind::AutoReply),
        (
            "Subject: Re: О форуме; X-Auto-Response-Suppress: All",
            "Отсутствую на рабочем месте.",
            Kind::Away,
        ),
        (
            "Subject: Re: О форуме",
            "Здравствуйте! Нахожусь в отпуске по 14.07.2026 включительно. По срочным вопросам обращайтесь к Ивановой О. П.",
            Kind::Away,
        ),
        (
            "Subject: Re: О форуме",
            "Это автоматический ответ. Ваше письмо получено.",
            Kind::AutoReply,
        ),
        (
            "Subject: Re: О форуме",
            "Ваше обращение № 123 зарегистрировано. Пожалуйста, не отвечайте на это письмо.",
            Kind::AutoReply,
        ),
        ("Subject: Автоответ: О форуме", "Меня не будет в офисе с 1 по 20 июля.", Kind::Away),
        (
            "Subject: Re: О форуме",
            "С 1 по 20 июля я в ежегодном отпуске. По вопросам приёма обращайтесь в канцелярию.",
            Kind::Away,
        ),
        ("Subject: Прочтено: О форуме", "Ваше сообщение было прочтено 01.07.2026.", Kind::Receipt),
        (
            "Subject: Out of Office: Forum",
            "I am on vacation until July 20th. Please remove me from urgent lists.",
            Kind::Away,
        ),
        (
            "Subject: Re: О форуме",
            "Подтвердите, что вы не робот: https://filter.test/1",
            Kind::Challenge,
        ),
    ];
    for (head, text, kind) in cases {
        assert_eq!(mail(&format!("{re}; {head}"), text).kind, kind, "{head}: {text}");
    }
}

#[test]
fn an_empty_return_path_alone_makes_no_program_of_a_person() {
    let head = "Return-Path: <>; From: anna@school.test; To: invite@example.org; \
        In-Reply-To: <x@example.org>";
    let cases = [
        ("Re: О форуме", "Здравствуйте! Спасибо за приглашение, приеду с коллегой.", Kind::Reply),
        ("Re: О форуме", "Передала директору.\n\n> Приглашаем Вас", Kind::Reply),
        ("Re: О форуме", "Ваше письмо получено и будет рассмотрено.", Kind::AutoReply),
        ("Re: О форуме", "К сожалению, я в отпуске до 20 июля.", Kind::Away),
        ("Re: О форуме", "Это автоответ. К сожалению, адрес не читают.", Kind::AutoReply),
        ("Автоответ: О форуме", "К сожалению, адрес не читают.", Kind::AutoReply),
    ];
    for (subject, text, kind) in cases {
        assert_eq!(mail(&format!("{head}; Subject: {subject}"), text).kind, kind, "{text}");
    }
    let other = format!("{head}; Auto-Submitted: auto-replied; Subject: Re: О форуме");
    assert_eq!(mail(&other, "К сожалению, адрес не читают.").kind, Kind::AutoReply);
}

#[test]
fn persons_are_persons() {
    let re = "From: Анна <anna@school.test>; To: invite@example.org";
    let cases = [
        (
            "Subject: Re: О форуме; In-Reply-To: <x@example.org>",
            "Спасибо за приглашение! Я буду в отпуске до 20 июля и приехать не смогу.",
            Kind::Reply,
        ),
        (
            "Subject: Re: Undelivered Mail Returned to Sender; References: <x@example.org>",
            "Коллеги, письмо не доставлено, user unknown: anna@school.test. Пришлите ещё раз.",
            Kind::Reply,
        ),
        (
            "Subject: Re:О форуме",
            "Подтверждаю участие.\n\n02.07.2026 09:00, Дирекция пишет:\n> Чтобы отписаться, ответьте «отпишите меня»",
            Kind::Reply,
        ),
        ("Subject: О нас", "Здравствуйте, предлагаем сотрудничество.", Kind::None),
        (
            "Subject: Re: О форуме",
            "Не присылайте договор на бумаге, достаточно скана.",
            Kind::Reply,
        ),
        (
            "Subject: Re: О форуме",
            "Спасибо за приглашение, но больше не пишите на этот адрес.",
            Kind::Unsure,
        ),
        ("Subject: Re: О форуме", "Прошу исключить меня из списка рассылки.", Kind::Unsubscribe),
        ("Subject: Re: О форуме", "Отпишите, пожалуйста.", Kind::Unsubscribe),
        ("Subject: Re: О форуме", "Unsubscribe.", Kind::Unsubscribe),
        (
            "Subject: Re: О форуме",
            "Просим не направлять подобные письма в наш адрес.",
            Kind::Unsubscribe,
        ),
        (
            "Subject: Re: О форуме",
            "Пришлите список участников и уберите из программы третий день.",
            Kind::Reply,
        ),
        (
            "Subject: Re: О форуме",
            "Наш автоответчик вчера ответил вам неправильно, я на месте.",
            Kind::Reply,
        ),
        (
            "Subject: Re: О форуме; In-Reply-To: <x@example.org>",
            "Я буду в отпуске до 10 декабря, но на форум успею. Записывайте меня.",
            Kind::Reply,
        ),
        (
            "Subject: unsubscribe 00112233445566778899aabbccddeeff; Auto-Submitted: auto-replied",
            "",
            Kind::Unsubscribe,
        ),
        (
            "Subject: Re: О форуме",
            "Прочитаем.\n\nчт, 2 июл. 2026 г. в 10:00, Дирекция <invite@example.org>:\nЕсли не хотите участвовать, напишите «отпишите меня»: больше не пишем.",
            Kind::Reply,
        ),
        (
            "Subject: Re: О форуме",
            "Прочитаем.\n\nОт: Дирекция\nОтправлено: 2 июля 2026 г.\nКому: Анна\n\nОтпишите меня — и мы больше не пишем.",
            Kind::Reply,
        ),
        ("Subject: Fwd: О форуме; References: <x@example.org>", "См. ниже", Kind::Reply),
    ];
    for (head, text, kind) in cases {
        assert_eq!(mail(&format!("{re}; {head}"), text).kind, kind, "{head}: {text}");
    }
}

#[test]
fn receipts_and_complaints_are_neither_answers_nor_failures() {
    let multi = |kind: &str, fields: &str| {
        let raw = format!(
            "From: anna@school.test\nSubject: x\nContent-Type: multipart/report; boundary=b\n\n--b\n\nText\n--b\nContent-Type: {kind}\n\n{fields}\n\n--b--\n"
        );
        read(raw.as_bytes()).unwrap()
    };
    let receipt = multi(
        "message/disposition-notification",
        "Final-Recipient: rfc822;anna@school.test\nOriginal-Message-ID: <x@example.org>\nDisposition: manual-action/MDN-sent-manually; displayed",
    );
    assert_eq!(
        (receipt.kind, receipt.clues.returned),
        (Kind::Receipt, vec!["<x@example.org>".into()])
    );
    assert_eq!(
        multi("message/feedback-report", "Feedback-Type: abuse\nVersion: 1").kind,
        Kind::Complaint
    );
    assert_eq!(multi("message/feedback-report", "Feedback-Type: not-spam").kind, Kind::None);
}

#[test]
fn hostile_mails_are_bounded() {
    let deep = "Content-Type: message/rfc822\n\n".repeat(50_000);
    assert!(read(deep.as_bytes()).is_some());
    let wide = format!("{NOBODY}; Subject: failure notice");
    let many: String =
        (0..5_000).map(|n| format!("<a{n}@school.test>:\n550 user unknown\n")).collect();
    assert!(mail(&wide, &many).told.len() <= 200);
    assert!(read(b"").is_none());
    assert!(read(&[0; 1000]).is_none());
    let named = "Д".repeat(5_000);
    let reading = mail(&format!("From: {named} <anna@school.test>; Subject: {named}"), "Буду.");
    assert!(reading.name.unwrap().len() <= 500 && reading.subject.len() <= 500);
    let long = format!("{NOBODY}; Subject: {}", "=?utf-8?B?".repeat(3_000));
    assert!(mail(&long, &"@".repeat(20_000)).told.len() <= 1);
}

proptest::proptest! {
    #[test]
    fn no_octets_break_the_recogniser(raw in proptest::collection::vec(proptest::num::u8::ANY, 0..600)) {
        let _ = read(&[b"From: MAILER-DAEMON\nSubject: failure notice\n\n".as_slice(), &raw].concat());
        let _ = read(&raw);
    }
}

#[test]
fn what_an_html_mail_quotes_is_not_its_own() {
    let raw = "From: anna@school.test\nSubject: Re: Forum\nContent-Type: text/html; charset=utf-8\n\n\
        <div>Прочитаем.</div><blockquote><div>Если вам это не нужно, больше не пишите.</div></blockquote>";
    let reading = read(raw.as_bytes()).unwrap();
    assert_eq!((reading.kind, reading.excerpt.as_str()), (Kind::Reply, "Прочитаем."));
}

mod letters {
    use super::*;
    use crate::letter::LetterId;

    fn letters() -> Letters {
        let letter = |n: u8, address: &str| Answerable {
            id: LetterId::from_bytes([n; 16]),
            address: address.into(),
            message_id: format!("<{n}@example.org>"),
            number: Some(format!("007-{n}")),
            subject: Some("О форуме".into()),
            at: "2026-07-01T10:00:00Z".parse().unwrap(),
        };
        let all = vec![letter(1, "anna@school.test"), letter(2, "ivan@school.test")];
        Letters::new(all, vec!["invite@example.org".into()], vec!["archive@example.org".into()])
    }

    fn found(head: &str, text: &str) -> Result<Option<(usize, MatchedBy)>, &'static str> {
        match letters().find(&mail(head, text)) {
            Match::Ours(found) => Ok(found.first().copied().flatten().map(|it| (it.letter, it.by))),
            Match::Unsure(_) => Err("unsure"),
            Match::NotOurs => Err("not ours"),
        }
    }

    #[test]
    fn a_mail_is_matched_by_its_surest_clue() {
        let id = "02".repeat(16);
        let cases = [
            (
                format!("From: x@y.test; Delivered-To: bounce+{id}@example.org; Subject: x"),
                "",
                1,
                MatchedBy::ReturnPath,
            ),
            (
                "From: x@y.test; Subject: Re: О форуме; In-Reply-To: <2@example.org>".into(),
                "",
                1,
                MatchedBy::InReplyTo,
            ),
            (
                "From: x@y.test; Subject: Re: О форуме; References: <a@b> <1@example.org>".into(),
                "",
                0,
                MatchedBy::References,
            ),
            (
                "From: x@y.test; Subject: Ответ".into(),
                "На ваш исх. № 007-2 сообщаем",
                1,
                MatchedBy::Number,
            ),
            (
                "From: office@school.test; Subject: RE: О форуме".into(),
                "Будем.\n\nОт: Дирекция\nКому: ivan@school.test\n",
                1,
                MatchedBy::Quotation,
            ),
            ("From: anna@school.test; Subject: Re:О форуме".into(), "Буду", 0, MatchedBy::Address),
        ];
        for (head, text, letter, by) in cases {
            assert_eq!(found(&head, text), Ok(Some((letter, by))), "{head}: {text}");
        }
    }

    #[test]
    fn what_contradicts_itself_is_unsure_and_what_is_of_others_is_not_ours() {
        let unsure = Err("unsure");
        let others = Err("not ours");
        let cases = [
            (
                "From: x@y.test; Subject: Re: О форуме; In-Reply-To: <1@example.org>; References: <2@example.org>",
                unsure,
            ),
            ("From: anna@school.test; Subject: О ремонте", unsure),
            ("From: anna@school.test; Subject: Re: О ремонте; In-Reply-To: <other@z.test>", others),
            ("From: x@y.test; Subject: О ремонте; References: <1@example.org>", others),
            (
                "From: invite@example.org; Subject: Re: О форуме; In-Reply-To: <1@example.org>",
                others,
            ),
            ("From: stranger@z.test; Subject: Re: О форуме", others),
        ];
        for (head, expected) in cases {
            assert_eq!(found(head, "Текст"), expected, "{head}");
        }
    }
}

#[test]
fn an_excerpt_is_one_line_of_at_most_500_octets() {
    assert_eq!(excerpt(" a\r\n\tb  c "), "a b c");
    assert_eq!(excerpt(""), "");
    for text in ["слово ".repeat(200), "я".repeat(400), "abcd ".repeat(200)] {
        let excerpt = excerpt(&text);
        assert!((480..=500).contains(&excerpt.len()), "{}", excerpt.len());
    }
}
