//! Words in tables, the gallery, sizes and durations.

use std::time::Duration;

use gonets::answer::{Answer, Bounce};
use gonets::delivery::State;
use gonets::notice::{self, Fate, Heading, Language};
use gonets::problem::LeftOut;

use super::{all_have_samples, entry, holds, page, variants};

variants!(Fate: Letter Replaced Suppressed Blocked LeftOut);
variants!(Heading: Address Answer AnsweredAt AnsweredBy Diagnostic Addressee Answers AsOf Date Enclosures Everything
    Executor Letters Number Organisation Position Register
    Reply Report Sheets Signature State Subject Time);

#[test]
fn headings_of_tables() {
    let headings = [
        Heading::Address,
        Heading::Answer,
        Heading::AnsweredAt,
        Heading::AnsweredBy,
        Heading::Diagnostic,
        Heading::Addressee,
        Heading::Answers,
        Heading::AsOf,
        Heading::Date,
        Heading::Enclosures,
        Heading::Everything,
        Heading::Executor,
        Heading::Letters,
        Heading::Number,
        Heading::Organisation,
        Heading::Position,
        Heading::Register,
        Heading::Reply,
        Heading::Report,
        Heading::Sheets,
        Heading::Signature,
        Heading::State,
        Heading::Subject,
        Heading::Time,
    ];
    all_have_samples(&headings);
    let words = |it: &Heading, language| notice::heading(*it, language).to_owned();
    holds("headings", &page(&headings, words));
}

#[test]
fn what_becomes_of_a_row() {
    let mut fates: Vec<Fate> = State::ALL.map(Fate::Letter).into();
    fates.extend([Fate::Replaced, Fate::Suppressed, Fate::Blocked]);
    fates.extend(LeftOut::ALL.map(Fate::LeftOut));
    all_have_samples(&fates);
    let words = |it: &Fate, language| notice::fate(*it, language).to_owned();
    holds("fates", &page(&fates, words));
}

#[test]
fn what_came_back() {
    let answers = Answer::ALL
        .map(|it| entry(it.as_str(), |language| notice::answer(it, language).to_owned()));
    let bounces = [Bounce::Hard, Bounce::Soft]
        .map(|it| entry(it.as_str(), |language| notice::bounce(it, language).to_owned()));
    holds("answers", &(answers.concat() + &bounces.concat()));
}

#[test]
fn the_gallery() {
    let mut russian = notice::gallery(Language::Russian);
    let page: String = notice::gallery(Language::English)
        .map(|(name, english)| {
            let (same, russian) = russian.next().unwrap();
            assert_eq!(name, same);
            entry(name, |language| match language {
                Language::English => english.to_owned(),
                Language::Russian => russian.to_owned(),
            })
        })
        .collect();
    holds("gallery", &page);
}

#[test]
fn sizes_durations_and_moments() {
    let sizes = [12, 1500, 3_670_016];
    let minutes = [1, 60, 61, 1440, 1500];
    let page = entry("all", |language| {
        let sizes = sizes.iter().map(|bytes| notice::size(*bytes, language));
        let times = minutes.iter().map(|n| notice::duration(Duration::from_secs(n * 60), language));
        let moment = notice::moment(super::notices::moment(), language);
        sizes.chain(times).chain([moment]).collect::<Vec<_>>().join("\n")
    });
    holds("numbers", &page);
}
