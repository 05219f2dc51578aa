//! Finds what a position says of its organisation already, so that nothing is repeated unnoticed.

use super::adjective;
use super::lexicon::{self, Tag};
use super::words::Words;

/// How much of the organisation the position says already.
pub(super) enum Overlap {
    None,
    /// Part of it; both are kept.
    Doubtful(String),
    /// All of it: the position is kept alone.
    Whole(String),
    /// Its first words, as the position's last ones, which the organisation replaces.
    Run {
        words: usize,
    },
    /// All its words, as the position's last ones.
    Ending,
}

/// Heads that go with a territory as «в Томской области» rather than by a genitive.
const REPRESENTING: &[&str] = &["уполномочен", "представител", "посол", "полпред"];

/// Posts named like their own organisation («министр» and «министерство»), by its stem.
const OWN_ORGANISATIONS: &[(&str, &str)] =
    &[("министр", "министерств"), ("префект", "префектур"), ("мэр", "мэри")];

/// Compares the words of the two, whatever their cases.
pub(super) fn find(position: &Words, organisation: &Words) -> Overlap {
    let distinctive: Vec<&String> =
        organisation.list.iter().filter(|word| is_distinctive(word)).collect();
    let nouns: Vec<&String> =
        organisation.list.iter().filter(|word| lexicon::is_organisation(word)).collect();
    let Some(name) = nouns.first().or(distinctive.first()).map(|word| (*word).clone()) else {
        return Overlap::None;
    };
    if is_of_its_own_organisation(position, &name) || represents_a_territory(position, organisation)
    {
        return Overlap::Doubtful(name);
    }
    let tail: Vec<&String> =
        position.list.iter().skip(1).filter(|word| !lexicon::is_post(word)).collect();
    if tail.is_empty() {
        return Overlap::None;
    }
    let said = |word: &str| tail.iter().any(|own| same_stem(own, word));
    match common_run(position, organisation)
        .or_else(|| bare_noun_at_the_end(position, organisation))
    {
        Some(run) if run == organisation.list.len() => return Overlap::Ending,
        Some(words) => return Overlap::Run { words },
        None => {}
    }
    if position.folded.contains(&organisation.folded)
        || (!distinctive.is_empty() && distinctive.iter().all(|word| said(word)))
    {
        return Overlap::Whole(name);
    }
    if nouns.iter().any(|word| said(word))
        || shares_a_place(&distinctive, said)
        || shares_a_figure(&tail, organisation)
        || ends_in_an_establishment(position, organisation)
    {
        return Overlap::Doubtful(name);
    }
    Overlap::None
}

/// How many last words of the position are the first words of the organisation, its noun included.
fn common_run(position: &Words, organisation: &Words) -> Option<usize> {
    position.last()?;
    let longest = organisation.list.len().min(position.list.len().saturating_sub(1));
    (1..=longest).rev().find(|run| {
        let own = &position.list[position.list.len() - run..];
        let other = &organisation.list[..*run];
        own.iter().zip(other).all(|(own, other)| same_stem(own, other))
            && other.iter().any(|word| lexicon::is_organisation(word))
            && own.iter().any(|word| lexicon::is_oblique(word))
    })
}

/// «Директор школы» and «Средняя школа № 5»: the noun has epithets only in the organisation.
fn bare_noun_at_the_end(position: &Words, organisation: &Words) -> Option<usize> {
    let last = position.last().filter(|last| lexicon::is_oblique(last))?;
    let noun = organisation.list.iter().position(|word| lexicon::is_organisation(word))?;
    let epithets = organisation.list[..noun].iter().all(|word| adjective::find(word).is_some());
    (position.list.len() > 1 && epithets && same_stem(last, &organisation.list[noun])).then_some(1)
}

fn is_of_its_own_organisation(position: &Words, name: &str) -> bool {
    let head = position.list.first().map_or("", String::as_str);
    OWN_ORGANISATIONS.iter().any(|(post, stem)| head == *post && name.starts_with(stem))
}

/// «Уполномоченный» and «Томская область»: «в Томской области» is as likely.
fn represents_a_territory(position: &Words, organisation: &Words) -> bool {
    let noun = organisation
        .list
        .iter()
        .map(|word| lexicon::tags(word))
        .find(|tags| tags.has(Tag::Territory) || tags.has(Tag::Organisation));
    noun.is_some_and(|tags| tags.has(Tag::Territory))
        && position.list.iter().any(|word| REPRESENTING.iter().any(|stem| word.starts_with(stem)))
}

/// «Мэр города Томска» and «Администрация города Томска».
fn shares_a_place(distinctive: &[&String], said: impl Fn(&str) -> bool) -> bool {
    let shared: Vec<&&String> = distinctive.iter().filter(|word| said(word)).collect();
    let place = |word: &str| {
        lexicon::tags(word).has(Tag::Territory)
            || lexicon::nominative_of(word)
                .is_some_and(|noun| lexicon::tags(&noun).has(Tag::Territory))
    };
    shared.len() > 1 && shared.iter().any(|word| place(word))
}

/// «Директор школы № 5» and «МБОУ СОШ № 5».
fn shares_a_figure(tail: &[&String], organisation: &Words) -> bool {
    let figure = |word: &str| word.bytes().all(|b| b.is_ascii_digit());
    organisation.list.iter().any(|word| figure(word) && tail.contains(&word))
}

/// Establishments that other ones have within.
const INNER: &[&str] = &["библиотека", "столовая", "общежитие", "лаборатория", "музей", "архив"];

/// «Директор школы» and «МБОУ СОШ № 5», «Гимназия № 1»; an authority may well follow a school, and a
/// school the library that it has.
fn ends_in_an_establishment(position: &Words, organisation: &Words) -> bool {
    let authority = organisation.list.iter().any(|word| lexicon::tags(word).has(Tag::Authority));
    let noun = || position.last().and_then(lexicon::nominative_of);
    let is_whole = |noun: &String| !INNER.contains(&noun.as_str());
    !authority
        && noun().filter(is_whole).is_some_and(|noun| lexicon::tags(&noun).has(Tag::Establishment))
}

/// Whether the word distinguishes one organisation from another.
fn is_distinctive(word: &str) -> bool {
    word.chars().count() >= 3 && !lexicon::tags(word).has(Tag::Preposition)
}

/// Whether two words are forms of one noun or adjective, as far as their beginnings show.
fn same_stem(one: &str, other: &str) -> bool {
    let common = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let shortest = one.chars().count().min(other.chars().count()) - common;
    let longest = one.chars().count().max(other.chars().count()) - common;
    let is_prefix = common >= 3 && shortest == 0 && longest <= 2;
    let differ_in_ending = common >= 4 && longest <= if common < 6 { 2 } else { 3 };
    one == other || is_prefix || differ_in_ending
}
