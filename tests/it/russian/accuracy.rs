//! Accuracy as a figure: the gold lists against the rules. Run with `--nocapture` to read it.

use gonets::russian::gender::{self, Verdict};
use gonets::russian::names::{self, FullName};
use gonets::russian::{Case, Confidence, Form, Gender};

const REALISTIC: &str = include_str!("../../gold/names.tsv");
const HARD: &str = include_str!("../../gold/names_hard.tsv");

/// What came out of one list.
#[derive(Default, Debug)]
struct Tally {
    rows: usize,
    right: usize,
    doubted: usize,
    silent: Vec<String>,
    doubted_errors: Vec<String>,
    doubts: Vec<String>,
}

impl Tally {
    fn percent_right(&self) -> f64 {
        share(self.right, self.rows)
    }

    fn percent_doubted(&self) -> f64 {
        share(self.doubted, self.rows)
    }

    fn add(&mut self, label: &str, forms: &[(&Form, &str)]) {
        self.rows += 1;
        let right = forms.iter().all(|(form, wanted)| form.text == *wanted);
        let sure = forms.iter().all(|(form, _)| form.confidence == Confidence::Sure);
        self.right += usize::from(right);
        self.doubted += usize::from(!sure);
        let line = || format!("{label}: {forms:?}");
        match (right, sure) {
            (true, true) => {}
            (true, false) => self.doubts.push(line()),
            (false, true) => self.silent.push(line()),
            (false, false) => self.doubted_errors.push(line()),
        }
    }
}

fn share(part: usize, whole: usize) -> f64 {
    100.0 * f64::from(u32::try_from(part).expect("small"))
        / f64::from(u32::try_from(whole.max(1)).expect("small"))
}

fn measure(list: &str, wanted: impl Fn(Case) -> bool) -> (Tally, Tally) {
    let (mut names, mut parts) = (Tally::default(), Tally::default());
    for line in list.lines().skip(1).filter(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [
            gender,
            surname,
            first_name,
            patronymic,
            case,
            surname_form,
            first_form,
            patronymic_form,
        ] = cells[..]
        else {
            panic!("eight cells: {line}");
        };
        let case = Case::ALL
            .into_iter()
            .find(|c| format!("{c:?}").to_lowercase() == case)
            .expect("a case");
        if !wanted(case) {
            continue;
        }
        let gender = if gender == "m" { Gender::Male } else { Gender::Female };
        let name = FullName {
            surname: surname.to_owned(),
            first_name: first_name.to_owned(),
            patronymic: patronymic.to_owned(),
        };
        let form = names::full(&name, gender, case);
        let pairs = [
            (&form.surname, surname_form),
            (&form.first_name, first_form),
            (&form.patronymic, patronymic_form),
        ];
        names.add(line, &pairs);
        for pair in pairs {
            parts.add(line, &[pair]);
        }
    }
    (names, parts)
}

fn report(title: &str, tally: &Tally) {
    println!(
        "{title}: {} rows, {:.2} % right, {:.2} % in doubt, {} silent errors, {} doubted errors",
        tally.rows,
        tally.percent_right(),
        tally.percent_doubted(),
        tally.silent.len(),
        tally.doubted_errors.len()
    );
    for line in &tally.silent {
        println!("  SILENT {line}");
    }
    for line in &tally.doubted_errors {
        println!("  doubted error {line}");
    }
    if std::env::var_os("GOLD_DOUBTS").is_some() {
        for line in &tally.doubts {
            println!("  doubt {line}");
        }
    }
}

#[test]
fn whole_names_in_the_dative_reach_the_target() {
    let (names, _) = measure(REALISTIC, |case| case == Case::Dative);
    report("realistic names, dative", &names);
    assert!(names.silent.is_empty());
    assert!(names.percent_right() >= 99.9);
    assert!(names.percent_doubted() <= 2.0);
}

#[test]
fn name_parts_in_the_other_cases_reach_the_target() {
    let (_, parts) = measure(REALISTIC, |case| case != Case::Dative);
    report("name parts, other cases", &parts);
    assert!(parts.silent.is_empty());
    assert!(parts.percent_right() >= 99.5);
}

#[test]
fn hard_names_in_the_dative_reach_the_target() {
    let (names, _) = measure(HARD, |case| case == Case::Dative);
    report("hard names, dative", &names);
    assert!(names.silent.is_empty());
    assert!(names.percent_right() >= 97.5);
}

#[test]
fn gender_of_gold_people_is_never_wrong() {
    let (mut known, mut unknown, mut against) = (0, 0, Vec::new());
    for line in REALISTIC.lines().chain(HARD.lines()).filter(|line| line.contains("\tdative\t")) {
        let cells: Vec<&str> = line.split('\t').collect();
        let wanted = if cells[0] == "m" { Gender::Male } else { Gender::Female };
        match gender::of(None, "", &super::person(cells[1], cells[2], cells[3])) {
            Verdict::Known { gender, .. } => {
                assert_eq!(gender, wanted, "{line}");
                known += 1;
            }
            Verdict::Unknown => unknown += 1,
            Verdict::Contradiction { .. } => against.push(line),
        }
    }
    println!("gender: {known} known, {unknown} unknown, {} contradictions", against.len());
    for line in &against {
        println!("  contradiction {line}");
    }
    assert!(against.len() <= 3);
}

#[test]
fn gold_names_in_one_cell_are_split_back() {
    let (mut sure, mut doubted) = (0, Vec::new());
    for line in REALISTIC.lines().chain(HARD.lines()).filter(|line| line.contains("\tdative\t")) {
        let cells: Vec<&str> = line.split('\t').collect();
        let person = super::person(cells[1], cells[2], cells[3]);
        let orders = [
            format!("{} {} {}", person.surname, person.first_name, person.patronymic),
            format!("{} {} {}", person.first_name, person.patronymic, person.surname),
        ];
        for cell in orders {
            let split = FullName::split(&cell);
            if split.confidence == Confidence::Sure {
                assert_eq!(split.name, person, "{cell}");
                sure += 1;
            } else {
                doubted.push(cell);
            }
        }
    }
    println!("full names: {sure} split and sure, {} in doubt", doubted.len());
    for cell in &doubted {
        println!("  doubt {cell}");
    }
    assert!(doubted.len() * 100 < sure * 5);
}
