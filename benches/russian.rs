//! How many forms a second on one core: `cargo bench --bench russian`. Prints rates and their ratio
//! to copying the text. «All forms of a row» knows positions that it met lately, as in a real list;
//! the others are made anew each time.

use std::hint::black_box;
use std::time::{Duration, Instant};

use gonets::russian::forms::{Forms, Given, Manner, Person};
use gonets::russian::names::{self, FullName};
use gonets::russian::{Case, Gender, positions};

const NAMES: &str = include_str!("../tests/gold/names.tsv");
const POSITIONS: &str = include_str!("../tests/gold/positions.tsv");

fn main() {
    let people: Vec<(FullName, Gender)> = NAMES.lines().skip(1).filter_map(person).collect();
    let posts: Vec<&str> = POSITIONS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split('\t').next())
        .collect();
    let given = Given::default();

    let copying = rate(&people, |(name, _)| drop(black_box(name.clone())));
    report("full names, copied", copying, copying);
    let declining =
        rate(&people, |(name, gender)| drop(black_box(names::full(name, *gender, Case::Dative))));
    report("full names, dative", declining, copying);
    report(
        "positions, dative",
        rate(&posts, |post| drop(black_box(positions::decline(post, Case::Dative)))),
        copying,
    );
    let pairs: Vec<_> = people.iter().zip(posts.iter().cycle()).collect();
    let all = rate(&pairs, |((name, gender), position)| {
        let person = Person {
            name,
            gender: Some(*gender),
            title: "",
            degree: "",
            position,
            organisation: "",
            given: &given,
            others: &[],
        };
        drop(black_box(Forms::of(&person, &Manner::default())));
    });
    report("all forms of a row", all, copying);
}

/// Runs over the list again and again for a second; items a second.
fn rate<T>(items: &[T], mut work: impl FnMut(&T)) -> f64 {
    let started = Instant::now();
    let mut done = 0_u32;
    while started.elapsed() < Duration::from_secs(1) {
        items.iter().for_each(&mut work);
        done += u32::try_from(items.len()).unwrap_or(u32::MAX);
    }
    f64::from(done) / started.elapsed().as_secs_f64()
}

fn report(what: &str, rate: f64, of: f64) {
    println!("{what:24} {rate:>12.0}/s  {:.3}", rate / of);
}

fn person(line: &str) -> Option<(FullName, Gender)> {
    let mut cells = line.split('\t').map(str::to_owned);
    let gender = if cells.next()? == "m" { Gender::Male } else { Gender::Female };
    Some((
        FullName { surname: cells.next()?, first_name: cells.next()?, patronymic: cells.next()? },
        gender,
    ))
}
