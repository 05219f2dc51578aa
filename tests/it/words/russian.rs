//! Why a Russian form is as it is, and what speaks for a gender.

use gonets::notice::{self, Language};
use gonets::problem::FormsFault;
use gonets::russian::gender::EvidenceKind;
use gonets::russian::{Gender, Reason, Source};

use super::{all_have_samples, holds, page, variants};

variants!(EvidenceKind: Column Title Patronymic Surname FirstName);
variants!(Gender: Male Female);
variants!(Reason: AsGiven Rule Listed Compound Initial Plain Empty TwoReadings HandbooksDisagree UnknownEnding
    WrongGender NotCyrillic MixedAlphabets ForeignLetter NotALetter RepeatedLetter
    ImpossibleLetter FinalI TooLong
    SmallLetter OddCapitals AllCapitals SeveralWords OrderUnclear Swapped SurnameMissing
    FirstNameMissing FirstNameAbbreviated NoPatronymic NobodyNamed PostUnclear NotLatin WomansPost PositionMissing LatinInside Unbalanced
    UnknownHead NotNominative NotDative NoHead PluralHead Disagreement SecondNominative
    NominativeAfterActing UnclearTail Bracket Slash PersonName OrganisationAsPosition
    PositionAsOrganisation OnlyAName
    OrganisationRepeated UnfinishedPosition OrganisationNotNominative
    PlaceName AfterAbbreviation);

#[test]
fn every_reason() {
    let word = || "слово".to_owned();
    let mut reasons = vec![
        Reason::AsGiven,
        Reason::Rule { ending: "ов", source: Source::Usage },
        Reason::Listed { source: Source::Usage },
        Reason::Compound { frozen: true },
        Reason::Initial,
        Reason::Plain,
        Reason::Empty,
        Reason::TwoReadings { other: "Коваля".into() },
        Reason::UnknownEnding,
        Reason::WrongGender { gender: Gender::Male },
        Reason::WrongGender { gender: Gender::Female },
        Reason::NotCyrillic,
        Reason::MixedAlphabets { letter: 'c' },
        Reason::ForeignLetter { letter: 'ә' },
        Reason::NotALetter { character: '7' },
        Reason::RepeatedLetter { letter: 'о' },
        Reason::ImpossibleLetter { letter: 'ь' },
        Reason::FinalI { proposal: "Анатолий".into() },
        Reason::SmallLetter,
        Reason::OddCapitals,
        Reason::AllCapitals,
        Reason::SeveralWords,
        Reason::OrderUnclear,
        Reason::Swapped,
        Reason::SurnameMissing,
        Reason::FirstNameMissing,
        Reason::FirstNameAbbreviated,
        Reason::NoPatronymic,
        Reason::NobodyNamed,
        Reason::PostUnclear,
        Reason::NotLatin,
        Reason::WomansPost { word: "заведующая".into() },
        Reason::PositionMissing,
        Reason::LatinInside { word: word() },
        Reason::Unbalanced,
        Reason::UnknownHead { word: word() },
        Reason::NotNominative { word: word() },
        Reason::NotDative { word: word() },
        Reason::NoHead,
        Reason::PluralHead { word: word() },
        Reason::Disagreement { adjective: "главная".into(), noun: "врач".into() },
        Reason::SecondNominative { word: word() },
        Reason::NominativeAfterActing { word: word() },
        Reason::UnclearTail { word: word() },
        Reason::Bracket { word: word() },
        Reason::Slash,
        Reason::PersonName { word: word() },
        Reason::OrganisationAsPosition { word: word() },
        Reason::PositionAsOrganisation { word: word() },
        Reason::OnlyAName,
        Reason::OrganisationRepeated { word: word() },
        Reason::UnfinishedPosition { word: word() },
        Reason::OrganisationNotNominative { word: word() },
        Reason::PlaceName { word: word() },
        Reason::AfterAbbreviation { word: word() },
    ];
    let sources = [
        (Source::Kalakutskaya, Source::Superanskaya),
        (Source::Rosenthal149, Source::Lopatin),
        (Source::Gramota, Source::Zaliznyak),
        (Source::Usage, Source::Usage),
    ];
    reasons.extend(sources.map(|(own, others)| {
        let other = "Айгули".into();
        Reason::HandbooksDisagree { own, other, others }
    }));
    reasons.extend([101, 202, 305].map(|characters| Reason::TooLong { characters }));
    all_have_samples(&reasons);
    let words = |reason: &Reason, language: Language| {
        let doubt = FormsFault::FormDoubtful {
            nominative: "А".into(),
            proposed: "Б".into(),
            reason: reason.clone(),
            column: None,
        };
        notice::fault(&doubt.into(), language)
    };
    holds("reasons", &page(&reasons, words));
}
