//! Finds in a letter to one person what belongs to that person, to its number and its date, and
//! puts what each letter has of its own in their place (ГОСТ Р 7.0.97-2016, 5).
//!
//! Everything that is replaced is returned, to be shown.

use std::ops::Range;

use jiff::civil::Date;

use super::fields::{Replaced, for_each_paragraph};
use super::model::{Block, Document, Field, Paragraph, Run};
use crate::russian::dates;
use crate::russian::names::{Order, is_first_name, looks_like_surname};

/// What was found in a letter.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Proposal {
    pub replaced: Vec<Replaced>,
    /// Lines of the addressee's block that stay, and so go to everybody.
    pub stays: Vec<String>,
    /// The heading of the text: «О проведении …».
    pub heading: Option<String>,
    pub number: Option<String>,
    pub date: Option<Date>,
    /// On which side of the surname the addressee's initials stood.
    pub initials: Option<Order>,
    /// Whether people were addressed by title: «господин Савенков».
    pub is_by_title: bool,
    pub signature: Option<String>,
    /// «Исп. …»
    pub mark: Option<String>,
}

/// A line of the letter, as a person sees lines.
#[derive(Debug, Clone)]
struct Line {
    /// Counted over the whole letter.
    paragraph: usize,
    /// The table cell that it lies in; 0 outside of tables.
    container: usize,
    is_at_right: bool,
    /// In characters of the paragraph.
    range: Range<usize>,
    text: Vec<char>,
}

impl Line {
    fn text(&self) -> String {
        self.text.iter().collect()
    }

    fn is_blank(&self) -> bool {
        self.text.iter().all(|c| c.is_whitespace())
    }

    /// A part of the line as characters of its paragraph.
    fn part(&self, part: &Range<usize>) -> Range<usize> {
        self.range.start + part.start..self.range.start + part.end
    }
}

/// What happens to some characters of a paragraph.
struct Change {
    paragraph: usize,
    range: Range<usize>,
    /// Nothing, if they are taken out.
    field: Option<Field>,
}

/// Proposes what each letter has of its own, and puts it in.
pub(crate) fn propose(document: &mut Document) -> Proposal {
    let lines = lines(&document.blocks);
    let mut proposal = Proposal::default();
    let mut changes: Vec<Change> = Vec::new();
    let greeting = lines.iter().position(|line| {
        let Some(found) = salutation(&line.text) else { return false };
        proposal.is_by_title = found.is_by_title;
        note(&mut proposal, &mut changes, line, &found.range, found.expression);
        true
    });
    let greeting = greeting.or_else(|| typed_greeting(document, &lines));
    // Without a greeting the head is on the first page all the same.
    let head = &lines[..greeting.unwrap_or(lines.len().min(25))];
    let block = addressee(head, &mut proposal, &mut changes);
    for (at, line) in head.iter().enumerate() {
        if !block.contains(&at) {
            number_and_date(line, &mut proposal, &mut changes);
        }
    }
    proposal.heading = heading(head, &block);
    let rest = &lines[greeting.map_or(0, |at| at + 1)..];
    let mark = mark(rest);
    proposal.mark = mark.map(|at| shown(&rest[at].text));
    let signature = (0..rest.len()).rev().find(|at| {
        let line = &rest[*at];
        name(&line.text).is_some()
            && Some(*at) != mark
            && !begins_mark(line)
            && !line.text().contains('@')
    });
    proposal.signature = signature.map(|at| signature_line(rest, at));
    apply(document, changes);
    join_mark(&mut document.blocks);
    proposal
}

/// The line in which the writer put the salutation's field.
fn typed_greeting(document: &mut Document, lines: &[Line]) -> Option<usize> {
    let (mut at, mut found) = (0, None);
    for_each_paragraph(&mut document.blocks, &mut |paragraph| {
        let greets = |run: &Run| match run {
            Run::Field(Field::Expression(of), _) => of.starts_with("salutation"),
            Run::Field(Field::GreetingLine, _) => true,
            _ => false,
        };
        if found.is_none() && paragraph.runs.iter().any(greets) {
            found = Some(at);
        }
        at += 1;
    });
    lines.iter().position(|line| Some(line.paragraph) == found)
}

/// Where the executor's mark begins: «Исп. …», or a name with a telephone number below it.
fn mark(lines: &[Line]) -> Option<usize> {
    let is_name = |at: usize| {
        let line = &lines[at];
        let is_all =
            |range: Range<usize>| line.text[..range.start].iter().all(|c| !c.is_alphabetic());
        name(&line.text).is_some_and(|(range, _)| is_all(range))
            && lines
                .get(at + 1)
                .is_some_and(|below| below.container == line.container && is_telephone(&below.text))
    };
    let marked = (0..lines.len()).rev().find(|at| begins_mark(&lines[*at]));
    marked.or_else(|| (0..lines.len()).rev().find(|at| is_name(*at)))
}

fn begins_mark(line: &Line) -> bool {
    line.text().trim_start().to_lowercase().starts_with("исп")
}

/// «8 (3822) 90-00-00», «тел. 90-00-00»
fn is_telephone(line: &[char]) -> bool {
    let digits = line.iter().filter(|c| c.is_ascii_digit()).count();
    let letters = line.iter().filter(|c| c.is_alphabetic()).count();
    digits >= 5 && letters <= "телефон доб".len() / 2
}

/// A line with the name of who signs; if that stands in a table, with the post in a cell before it.
fn signature_line(lines: &[Line], at: usize) -> String {
    let line = &lines[at];
    let own = shown(&line.text);
    let before = lines[..at].iter().rev().find(|line| !line.is_blank());
    match before {
        Some(before)
            if line.container > 0
                && before.container > 0
                && before.container < line.container
                && line.container - before.container <= 2 =>
        {
            format!("{} {own}", shown(&before.text))
        }
        _ => own,
    }
}

/// Notes a replacement and what is to be done for it.
fn note(
    proposal: &mut Proposal,
    changes: &mut Vec<Change>,
    line: &Line,
    part: &Range<usize>,
    expression: &str,
) {
    let before = shown(&line.text[part.clone()]);
    proposal.replaced.push(Replaced { before, after: format!("{{{{ {expression} }}}}") });
    changes.push(Change {
        paragraph: line.paragraph,
        range: line.part(part),
        field: Some(Field::Expression(expression.to_owned())),
    });
}

fn shown(text: &[char]) -> String {
    let text: String = text.iter().map(|c| if *c == '\u{fffc}' { '…' } else { *c }).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn lines(blocks: &[Block]) -> Vec<Line> {
    fn add(blocks: &[Block], container: usize, state: &mut (usize, usize), lines: &mut Vec<Line>) {
        for block in blocks {
            match block {
                Block::Paragraph(paragraph) => {
                    push(paragraph, state.0, container, lines);
                    state.0 += 1;
                }
                Block::Table(table) => {
                    for cell in table.rows.iter().flatten() {
                        state.1 += 1;
                        let own = state.1;
                        add(&cell.blocks, own, state, lines);
                    }
                }
            }
        }
    }
    fn push(paragraph: &Paragraph, at: usize, container: usize, lines: &mut Vec<Line>) {
        let text: Vec<char> = paragraph.plain().chars().collect();
        let is_at_right =
            paragraph.is_indented_far || paragraph.align == super::model::Align::Right;
        let mut start = 0;
        for part in text.split(|c| *c == '\n') {
            lines.push(Line {
                paragraph: at,
                container,
                is_at_right,
                range: start..start + part.len(),
                text: part.to_vec(),
            });
            start += part.len() + 1;
        }
    }
    let mut lines = Vec::new();
    add(blocks, 0, &mut (0, 0), &mut lines);
    lines
}

/// The words with which a line greets one person, whom no field names.
pub(crate) struct GreetsOne {
    /// In characters of the line.
    pub range: Range<usize>,
    /// The names, each a word, without titles.
    pub names: Vec<String>,
    /// Whether it is a person beyond doubt, not «Уважаемая Редакция».
    pub is_sure: bool,
}

/// Whom a line greets, if it may be one person.
pub(crate) fn greets_one(line: &[char]) -> Option<GreetsOne> {
    let has_field = line.contains(&'\u{fffc}');
    if has_field {
        return None;
    }
    let bare = bare_greeting(line);
    let Some(greeting) = salutation(line) else { return bare };
    let is_blank = line[greeting.range.clone()].iter().filter(|c| **c == '_').count() > 2;
    let words = words(&line[greeting.range.clone()]);
    let word = |it: &Range<usize>| {
        line[greeting.range.start + it.start..greeting.range.start + it.end].iter().collect()
    };
    let mut words = words.iter().map(word);
    if is_blank || words.any(|word: String| is_patronymic(&word) && !is_anybody(&word)) {
        return Some(GreetsOne { range: greeting.range, names: Vec::new(), is_sure: true });
    }
    bare
}

/// «Dear Mr Smith», «Уважаемый Мехмет»: a greeting in which names alone follow, which no list of
/// names has to know.
fn bare_greeting(line: &[char]) -> Option<GreetsOne> {
    const TITLES: [&str; 14] = [
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "dr",
        "prof",
        "professor",
        "doctor",
        "господин",
        "госпожа",
        "г-н",
        "г-жа",
        "гн",
    ];
    let end = line.iter().position(|c| ",!:;".contains(*c)).unwrap_or(line.len());
    let words = words(line.get(..end)?);
    let word = |range: &Range<usize>| line[range.clone()].iter().collect::<String>();
    let small = |range: &Range<usize>| word(range).trim_end_matches('.').to_lowercase();
    let (first, rest) = words.split_first()?;
    let greeting = small(first);
    let is_greeting = greeting == "dear"
        || ["уважаем", "дорог"].iter().any(|it| greeting.contains(it))
            && ["ый", "ая", "ой", "ый(ая", "ая(ый"]
                .iter()
                .any(|ending| greeting.trim_end_matches(')').ends_with(ending));
    if !is_greeting {
        return None;
    }
    let titles = rest.iter().take_while(|it| TITLES.contains(&small(it).as_str())).count();
    let names: Vec<String> = rest[titles..].iter().map(word).collect();
    let are_names = names.iter().all(|it| it.starts_with(char::is_uppercase) && !is_anybody(it));
    if names.is_empty() || names.len() > 5 || !are_names {
        return None;
    }
    let is_initials = |it: &String| it.contains('.') && it.chars().count() <= 5;
    // Behind a title in English stands a name, or a post that `is_anybody` knows.
    let is_sure = titles > 0
        && (greeting == "dear" || names.iter().any(|it| looks_like_surname(it) || is_initials(it)))
        || names.iter().any(|it| is_first_name(it))
        || greeting == "dear" && names.iter().any(|it| is_english_first_name(it));
    Some(GreetsOne { range: first.start..rest.last()?.end, names, is_sure })
}

/// The commonest first names in English, and Russian ones as English has them.
fn is_english_first_name(word: &str) -> bool {
    #[rustfmt::skip]
    const NAMES: &[&str] = &[
        "james", "john", "robert", "michael", "william", "david", "richard", "joseph", "thomas",
        "charles", "christopher", "daniel", "matthew", "anthony", "mark", "donald", "steven",
        "stephen", "paul", "andrew", "joshua", "kenneth", "kevin", "brian", "george", "timothy",
        "ronald", "edward", "jason", "jeffrey", "geoffrey", "ryan", "jacob", "gary", "nicholas",
        "eric", "jonathan", "larry", "justin", "scott", "brandon", "benjamin", "samuel", "gregory",
        "alexander", "frank", "patrick", "raymond", "jack", "dennis", "jerry", "tyler", "aaron",
        "peter", "adam", "nathan", "henry", "douglas", "zachary", "kyle", "noah", "simon", "oliver",
        "harry", "martin", "philip", "alan", "ian", "colin", "graham", "neil", "hans", "pierre",
        "jean", "carlos", "jose", "luis", "ahmed", "mohamed", "muhammad", "ali", "wei", "mary",
        "patricia", "jennifer", "linda", "elizabeth", "barbara", "susan", "jessica", "sarah",
        "karen", "lisa", "nancy", "betty", "sandra", "margaret", "ashley", "kimberly", "emily",
        "donna", "michelle", "carol", "amanda", "melissa", "deborah", "stephanie", "rebecca",
        "sharon", "laura", "cynthia", "dorothy", "amy", "kathleen", "angela", "shirley", "emma",
        "brenda", "pamela", "nicole", "anna", "samantha", "katherine", "christine", "debra",
        "rachel", "carolyn", "janet", "maria", "catherine", "heather", "diane", "olivia", "julie",
        "joyce", "victoria", "ruth", "virginia", "lauren", "kelly", "christina", "joan", "evelyn",
        "judith", "andrea", "hannah", "megan", "cheryl", "jacqueline", "martha", "teresa", "gloria",
        "sara", "ann", "anne", "jane", "alice", "julia", "grace", "judy", "sophia", "helen",
        "charlotte", "claire", "fiona", "lucy", "kate", "fatima", "ivan", "alexei", "alexey",
        "aleksei", "aleksandr", "dmitry", "dmitri", "sergei", "sergey", "mikhail", "nikolai",
        "nikolay", "vladimir", "andrei", "andrey", "pavel", "yuri", "yury", "igor", "oleg",
        "viktor", "boris", "maxim", "maksim", "elena", "olga", "natalia", "natalya", "tatiana",
        "tatyana", "irina", "svetlana", "ekaterina", "galina", "lyudmila", "marina", "yulia",
    ];
    NAMES.contains(&word.to_lowercase().as_str())
}

/// Whether a word behind a greeting is nobody's name, however it is written.
fn is_anybody(word: &str) -> bool {
    #[rustfmt::skip]
    const ANYBODY: [&str; 110] = [
        "sir", "sirs", "madam", "madame", "ladies", "gentlemen", "colleague", "colleagues",
        "friend", "friends", "all", "everyone", "team", "participant", "participants",
        "customer", "client", "member", "members", "guest", "guests", "partner", "partners",
        "reader", "student", "students", "parent", "parents", "teacher", "teachers",
        "applicant", "author", "authors", "committee", "editor", "editors", "delegate",
        "alumni", "director", "rector", "minister", "ambassador", "manager", "hiring",
        "chair", "chairman", "secretary", "president", "dean", "head", "mayor", "governor",
        "principal", "друг", "коллега", "гость", "член", "партнёр", "партнер", "директор",
        "ректор", "министр", "губернатор", "мэр", "глава", "посол", "декан", "депутат",
        "судья", "speaker", "judge", "commissioner", "general", "vice", "deputy", "consul",
        "prime", "senator", "justice", "council", "sponsor", "sponsors", "neighbour",
        "neighbours", "resident", "residents", "speakers", "reviewer", "recipient",
        "subscriber", "user", "graduate", "graduates", "expert", "experts", "томич",
        "костромич", "вятич", "совет", "прокурор", "сенатор", "генерал", "атаман",
        "адвокат", "профессор", "доктор", "академик", "товарищ", "товарищи", "ветеран",
    ];
    // Клиент, участник, заявитель, редакция, комитет: whoever gets the letter.
    const KINDS: [&str; 9] = ["тель", "ник", "ент", "ист", "ант", "ция", "сия", "тет", "федра"];
    let small = word.trim_end_matches('.').to_lowercase();
    ANYBODY.contains(&small.as_str()) || KINDS.iter().any(|end| small.ends_with(end))
}

/// The name in the dative that ends a line of an addressee's block, if no field names them.
pub(crate) fn addresses_one(line: &[char]) -> Option<Range<usize>> {
    let (range, _) = name(line)?;
    let text: String = line.iter().collect();
    let is_somebody_else = number_at(line).is_some() || text.to_lowercase().contains("исп");
    let is_it = is_dative(&text.chars().skip(range.start).take(range.len()).collect::<String>());
    (is_it && !is_somebody_else && !line.contains(&'\u{fffc}')).then_some(range)
}

/// The surname and initials of a name, however it was written: «савенкову мг».
pub(crate) fn short_name(name: &str) -> String {
    let lower = name.to_lowercase().replace('ё', "е");
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric() && c != '-')
        .filter(|it| !it.is_empty())
        .collect();
    let surname = words.iter().position(|word| word.chars().nth(1).is_some()).unwrap_or(0);
    let others = words.iter().enumerate().filter(|(at, _)| *at != surname);
    let initials: String = others.filter_map(|(_, word)| word.chars().next()).collect();
    format!("{} {initials}", words.get(surname).unwrap_or(&""))
}

struct Greeting {
    /// In characters of the line.
    range: Range<usize>,
    expression: &'static str,
    is_by_title: bool,
}

/// A salutation that names one person: «Уважаемый Максим Георгиевич», «Здравствуйте, Анна
/// Петровна»; not «Уважаемые коллеги».
fn salutation(line: &[char]) -> Option<Greeting> {
    let words = words(line);
    let first = words.first()?;
    let end = words.last()?.end;
    if line.len() > 120 {
        return None;
    }
    let word = |range: &Range<usize>| line[range.clone()].iter().collect::<String>();
    let first_word = word(first).to_lowercase();
    let rest = &words[1..];
    let mut expression = "salutation";
    let mut start = first.start;
    if first_word.starts_with("здравствуйте") || first_word.starts_with("добрый")
    {
        let from = if first_word.starts_with("добрый") { rest.get(1..)? } else { rest };
        let begins = from.first()?;
        if word(begins).to_lowercase().starts_with("уважаем") {
            let later = salutation(&line[begins.start..])?;
            let range = begins.start + later.range.start..begins.start + later.range.end;
            return Some(Greeting { range, ..later });
        }
        start = begins.start;
        expression = "recipient.first_name }} {{ recipient.patronymic";
        let [_, patronymic] = from else { return None };
        return is_patronymic(&word(patronymic)).then_some(Greeting {
            range: start..end,
            expression,
            is_by_title: false,
        });
    }
    let stem = first_word.trim_end_matches(|c: char| !c.is_alphabetic());
    let is_greeting = ["уважаем", "дорог"].iter().any(|it| stem.contains(it))
        && ["ый", "ая", "ой", "ый(ая", "ая(ый"].iter().any(|ending| stem.ends_with(ending));
    if !is_greeting {
        return None;
    }
    let next = rest.first().map(word).unwrap_or_default().to_lowercase();
    let titles = ["господин", "госпожа", "г-н", "г-жа", "г-н."];
    let is_by_title = titles.contains(&next.as_str());
    let is_blank = line[first.end..].iter().filter(|c| **c == '_').count() > 2;
    let has_fields = line.contains(&'\u{fffc}');
    let is_name = |it: &[Range<usize>]| matches!(it, [one] if is_first_name(&word(one)));
    let is_person = rest.iter().any(|it| is_patronymic(&word(it))) || is_name(rest);
    // With fields of its own, the letter says itself whom it greets.
    let is_either = stem.contains('(');
    let fits = is_blank || is_by_title && !has_fields || is_person && !has_fields || is_either;
    let end = if is_blank {
        let blank = line.iter().rposition(|c| *c == '_' || c.is_alphabetic())?;
        blank + 1
    } else if has_fields {
        line.iter().rposition(|c| *c == '\u{fffc}' || c.is_alphabetic())? + 1
    } else {
        end
    };
    fits.then_some(Greeting { range: start..end, expression, is_by_title })
}

/// The ranges of words: letters, digits, hyphens, brackets of «(ая)», and full stops of initials.
fn words(line: &[char]) -> Vec<Range<usize>> {
    let is_inside = |c: char| c.is_alphanumeric() || matches!(c, '-' | '‑' | '(' | ')' | '.' | '’');
    let mut words = Vec::new();
    let mut start = None;
    for (at, c) in line.iter().copied().chain([' ']).enumerate() {
        match (start, is_inside(c)) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                let mut end = at;
                // A full stop ends a sentence, unless it ends initials.
                while end > from + 2 && line[end - 1] == '.' && line[end - 2].is_lowercase() {
                    end -= 1;
                }
                words.push(from..end);
                start = None;
            }
            _ => {}
        }
    }
    words
}

fn is_patronymic(word: &str) -> bool {
    const ENDINGS: [&str; 18] = [
        "ович",
        "евич",
        "ьич",
        "мич",
        "тич",
        "кич",
        "овна",
        "евна",
        "ична",
        "инична",
        "овичу",
        "евичу",
        "ичу",
        "овне",
        "евне",
        "ичне",
        "оглы",
        "кызы",
    ];
    let lower = word.to_lowercase();
    lower.chars().count() > 4
        && word.starts_with(char::is_uppercase)
        && ENDINGS.iter().any(|ending| lower.ends_with(ending))
}

/// The name that a line ends with, and on which side its initials are.
fn name(line: &[char]) -> Option<(Range<usize>, Order)> {
    let words = words(line);
    let word = |range: &Range<usize>| line[range.clone()].iter().collect::<String>();
    let is_surname = |range: &Range<usize>| {
        let text = word(range);
        text.chars().count() > 2
            && text.starts_with(char::is_uppercase)
            && text.chars().skip(1).any(char::is_lowercase)
            && !text.contains('.')
    };
    // Behind the name nothing but a mark may stand.
    let ends = |end: usize| line[end..].iter().all(|c| c.is_whitespace() || ",;.".contains(*c));
    let last = words.len().checked_sub(1)?;
    let initials = |from: usize, to: usize| {
        let text: String = (from..=to).map(|at| word(&words[at])).collect();
        let letters: Vec<char> = text.chars().filter(|c| *c != '.').collect();
        text.contains('.')
            && (1..=2).contains(&letters.len())
            && letters.iter().all(|c| c.is_uppercase())
    };
    for many in [2, 1] {
        if last >= many && is_surname(&words[last - many]) && initials(last - many + 1, last) {
            let end = words[last].end;
            return ends(end).then_some((words[last - many].start..end, Order::SurnameFirst));
        }
        if last >= many && is_surname(&words[last]) && initials(last - many, last - 1) {
            let end = words[last].end;
            return ends(end).then_some((words[last - many].start..end, Order::InitialsFirst));
        }
    }
    // Surname, first name and patronymic in full, or the surname last.
    let order = match last.checked_sub(2).map(|first| &words[first..]) {
        Some([one, two, three])
            if !ends(three.end) || ![one, two].map(is_surname).contains(&true) =>
        {
            None
        }
        Some([one, two, three]) => {
            let is = [one, two, three].map(|range| is_patronymic(&word(range)));
            let are_names = [one, two, three].into_iter().all(is_surname);
            match is {
                [false, false, true] if are_names => Some(Order::SurnameFirst),
                [false, true, false] if are_names => Some(Order::InitialsFirst),
                _ => None,
            }
        }
        _ => None,
    };
    order.map(|order| (words[last - 2].start..words[last].end, order))
}

/// Finds the block of the addressee, and returns its lines.
fn addressee(head: &[Line], proposal: &mut Proposal, changes: &mut Vec<Change>) -> Range<usize> {
    let found = head.iter().enumerate().rev().find_map(|(at, line)| {
        let (range, order) = name(&line.text)?;
        let surname = line.text[range.clone()].iter().collect::<String>();
        let is_somebody_else =
            number_at(&line.text).is_some() || line.text().to_lowercase().contains("исп");
        (!is_somebody_else && (is_dative(&surname) || line.is_at_right || line.container > 0))
            .then_some((at, range, order))
    });
    let Some((at, range, order)) = found else { return 0..0 };
    let line = &head[at];
    let is_full = !line.text[range.clone()].contains(&'.');
    if !is_full {
        proposal.initials = Some(order);
    }
    // The lines above, as far as they belong together.
    let mut first = at;
    while first > 0 && at - first < 8 {
        let above = &head[first - 1];
        let belongs = !above.is_blank()
            && above.container == line.container
            && above.is_at_right == line.is_at_right
            && number_at(&above.text).is_none()
            && date_at(&above.text).is_none();
        if !belongs {
            break;
        }
        first -= 1;
    }
    let before_name = line.text[..range.start].iter().any(|c| c.is_alphabetic());
    let last = if before_name { at + 1 } else { at };
    let mut begins = (first..last).find(|at| begins_position(&head[*at].text));
    if begins.is_none() && first == last {
        begins = position_above(head, first, line);
        first = begins.unwrap_or(first);
    }
    if let Some(begins) = begins {
        let position = (begins..last).map(|index| {
            let text = &head[index].text;
            let end = if index == at { range.start } else { text.len() };
            shown(&text[..end])
        });
        let position: Vec<String> = position.filter(|line| !line.is_empty()).collect();
        let before = position.join(" ");
        let after = "{{ addressee.position }}".to_owned();
        proposal.replaced.push(Replaced { before, after });
        let lines = head.iter().enumerate().take(last).skip(begins);
        for (index, here) in lines.filter(|(_, here)| !here.is_blank()) {
            let mut part = 0..if index == at { range.start } else { here.text.len() };
            while part.end > part.start && here.text[part.end - 1].is_whitespace() {
                part.end -= 1;
            }
            let is_first = index == begins;
            let expression = "addressee.position".to_owned();
            let mut whole = here.part(&part);
            // A break before what is taken out goes with it.
            if !is_first && here.range.start > 0 {
                whole.start -= 1;
            }
            let field = is_first.then_some(Field::Expression(expression));
            changes.push(Change { paragraph: here.paragraph, range: whole, field });
        }
    }
    let expression = match (is_full, order) {
        (false, _) => "addressee.name",
        (true, Order::SurnameFirst) => {
            "(recipient.surname ~ ' ' ~ recipient.first_name ~ ' ' ~ recipient.patronymic) | \
             dative(gender=recipient.gender)"
        }
        (true, Order::InitialsFirst) => {
            "(recipient.first_name ~ ' ' ~ recipient.patronymic ~ ' ' ~ recipient.surname) | \
             dative(gender=recipient.gender)"
        }
    };
    note(proposal, changes, line, &range, expression);
    let end = (at + 1..head.len())
        .find(|below| {
            let below = &head[*below];
            below.is_blank()
                || below.container != line.container
                || below.is_at_right != line.is_at_right
        })
        .unwrap_or(head.len());
    // Outside of a cell and at the left, what follows may be anything.
    let end = if line.container > 0 || line.is_at_right { end } else { at + 1 };
    let stays = (first..begins.unwrap_or(at)).chain(at + 1..end);
    proposal.stays = stays.map(|at| shown(&head[at].text)).filter(|it| !it.is_empty()).collect();
    first..end
}

/// The line that begins a position above the blank lines over a name.
fn position_above(head: &[Line], name: usize, of: &Line) -> Option<usize> {
    let belongs = |at: &usize| {
        let line = &head[*at];
        line.container == of.container
            && line.is_at_right == of.is_at_right
            && number_at(&line.text).is_none()
            && date_at(&line.text).is_none()
    };
    let blank = (0..name).rev().take_while(|at| head[*at].is_blank() && belongs(at)).count();
    let block = (0..name - blank).rev().take_while(|at| !head[*at].is_blank() && belongs(at));
    let lines: Vec<usize> = block.take(8).collect();
    lines.into_iter().rev().find(|at| begins_position(&head[*at].text))
}

/// Whether a name can be a dative: that of most surnames ends so.
fn is_dative(name: &str) -> bool {
    let surname = name.split_whitespace().find(|word| !word.contains('.')).unwrap_or_default();
    surname.ends_with(['у', 'ю', 'й', 'е', 'и'])
}

/// Whether a line begins with a position in the dative: «Руководителю …», «Главе …», «И.о. …».
fn begins_position(line: &[char]) -> bool {
    let words = words(line);
    let Some(first) = words.first() else { return false };
    let word: String = line[first.clone()].iter().collect();
    let lower = word.to_lowercase();
    lower.starts_with("и.о")
        || lower == "врио"
        || word.chars().count() > 3
            && word.starts_with(char::is_uppercase)
            && lower.ends_with(['у', 'ю', 'й', 'е', 'и'])
}

/// Where the number of a letter is in a line that has nothing else to say: «Исх. № 7», «№ 7 от …»,
/// «28.02.2022 № 7». «На № …» is another's.
fn number_at(line: &[char]) -> Option<Range<usize>> {
    let text: String = line.iter().collect::<String>().trim_start().to_lowercase();
    let begins = ["исх", "№", "от ", "от«", "дата", "рег"].iter().any(|it| text.starts_with(it))
        || text.starts_with(|c: char| c.is_ascii_digit() || c == '«' || c == '_');
    if !begins {
        return None;
    }
    let sign = line.iter().position(|c| *c == '№')?;
    let start = sign + 1 + line[sign + 1..].iter().take_while(|c| c.is_whitespace()).count();
    let length = line[start..]
        .iter()
        .take_while(|c| c.is_alphanumeric() || matches!(c, '-' | '–' | '/' | '.' | '‑'))
        .count();
    let length = length - usize::from(length > 0 && line[start + length - 1] == '.');
    let number = start..start + length;
    line[number.clone()].iter().any(char::is_ascii_digit).then_some(number)
}

/// Where a line has a date, and the date.
fn date_at(line: &[char]) -> Option<(Range<usize>, Date)> {
    let starts = (0..line.len()).filter(|at| {
        (line[*at].is_ascii_digit() || line[*at] == '«')
            && at.checked_sub(1).is_none_or(|before| !line[before].is_alphanumeric())
    });
    for start in starts {
        let most = (line.len() - start).min(30);
        for length in (8..=most).rev() {
            let text: String = line[start..start + length].iter().collect();
            let is_whole = line.get(start + length).is_none_or(|c| !c.is_alphanumeric());
            let text = text.replace('\u{a0}', " ");
            if is_whole
                && !text.ends_with(char::is_whitespace)
                && let Some(date) = dates::parse(&text)
            {
                return Some((start..start + length, date));
            }
        }
    }
    None
}

/// The places for number and date in a line that has nothing else to say: «№ ____ от ______»,
/// «"__" ______ 20__ г. № ____».
fn blanks(line: &[char]) -> (Option<Range<usize>>, Option<Range<usize>>) {
    const WORDS: [&str; 8] = ["исх", "исходящий", "рег", "номер", "от", "дата", "г", "год"];
    let is_word = |word: &str| word.is_empty() || WORDS.contains(&word);
    let text: String = line.iter().collect::<String>().to_lowercase();
    let is_bare = line.len() < 80 && text.split(|c: char| !c.is_alphabetic()).all(is_word);
    let has_no_number = !text
        .split('№')
        .skip(1)
        .any(|it| it.trim_start().starts_with(|c: char| c.is_alphanumeric()));
    if !is_bare || !has_no_number {
        return (None, None);
    }
    let run = |from: usize, is_in: fn(char) -> bool| {
        let length = line[from..].iter().take_while(|c| is_in(**c)).count();
        let mut range = from..from + length;
        while range.end > from && line[range.end - 1].is_whitespace() {
            range.end -= 1;
        }
        let marks = line[range.clone()].iter().filter(|c| **c == '_').count();
        (marks > 1).then_some(range)
    };
    let number = line.iter().position(|c| *c == '№').and_then(|sign| {
        let start = sign + 1 + line[sign + 1..].iter().take_while(|c| c.is_whitespace()).count();
        run(start, |c| c == '_' || c == '-' || c == '/')
    });
    let is_quote = |c: char| matches!(c, '«' | '"' | '“' | '„');
    let begins = (0..line.len()).find(|at| {
        !number.as_ref().is_some_and(|number| number.contains(at))
            && (line[*at] == '_' || is_quote(line[*at]))
    });
    let date = begins.and_then(|from| {
        run(from, |c| {
            c.is_whitespace()
                || c.is_ascii_digit()
                || matches!(c, '_' | '«' | '»' | '"' | '“' | '”' | '„' | '.' | 'г')
        })
    });
    // A line of nothing but a rule is no place for a date.
    let date = date.filter(|_| number.is_some() || text.trim_start().starts_with("от"));
    (number, date)
}

fn number_and_date(line: &Line, proposal: &mut Proposal, changes: &mut Vec<Change>) {
    let (number, date) = blanks(&line.text);
    if let Some(range) = number.filter(|_| proposal.number.is_none()) {
        note(proposal, changes, line, &range, "letter.number");
    }
    if let Some(range) = date.filter(|_| proposal.date.is_none()) {
        note(proposal, changes, line, &range, "letter.date");
        return;
    }
    let text = line.text().trim_start().to_lowercase();
    let number = number_at(&line.text);
    let is_of_letter = number.is_some()
        || text.starts_with("от ")
        || text.starts_with(|c: char| c.is_ascii_digit() || c == '«');
    if let Some(range) = number
        && proposal.number.is_none()
    {
        proposal.number = Some(line.text[range.clone()].iter().collect());
        note(proposal, changes, line, &range, "letter.number");
    }
    if is_of_letter
        && line.text.len() < 80
        && proposal.date.is_none()
        && let Some((range, date)) = date_at(&line.text)
    {
        proposal.date = Some(date);
        let is_long = line.text[range.clone()].iter().any(|c| c.is_alphabetic());
        let expression = if is_long { "letter.date | date_long" } else { "letter.date" };
        note(proposal, changes, line, &range, expression);
    }
}

/// The heading of the text, which says what it is about.
fn heading(head: &[Line], block: &Range<usize>) -> Option<String> {
    let begins = |line: &Line| {
        let text = line.text();
        let text = text.trim_start_matches(['«', '"', ' ', '\u{a0}']);
        ["О ", "Об ", "Обо ", "По вопросу", "О\u{a0}", "Об\u{a0}", "Приглашение"]
            .iter()
            .any(|it| text.starts_with(it))
    };
    let (at, first) =
        head.iter().enumerate().find(|(at, line)| !block.contains(at) && begins(line))?;
    let lines = head[at..].iter().take_while(|line| {
        line.container == first.container
            && !line.is_blank()
            && line.is_at_right == first.is_at_right
    });
    let text = lines.map(|line| shown(&line.text)).collect::<Vec<_>>().join(" ");
    let is_plain = !text.contains('…') && text.chars().count() < 300;
    is_plain.then(|| text.trim_end_matches('.').to_owned())
}

fn apply(document: &mut Document, mut changes: Vec<Change>) {
    changes.sort_by_key(|change| std::cmp::Reverse((change.paragraph, change.range.start)));
    let mut at = 0;
    let mut emptied = Vec::new();
    for_each_paragraph(&mut document.blocks, &mut |paragraph| {
        for change in changes.iter().filter(|change| change.paragraph == at) {
            if let Some(field) = &change.field {
                paragraph.replace(change.range.clone(), field.clone());
                continue;
            }
            paragraph.remove(change.range.clone());
            if paragraph.plain().trim().is_empty() {
                emptied.push(at);
            }
        }
        at += 1;
    });
    drop_paragraphs(&mut document.blocks, &emptied, &mut 0);
}

/// Drops paragraphs, counted over the whole letter.
fn drop_paragraphs(blocks: &mut Vec<Block>, dropped: &[usize], at: &mut usize) {
    blocks.retain_mut(|block| match block {
        Block::Paragraph(_) => {
            *at += 1;
            !dropped.contains(&(*at - 1))
        }
        Block::Table(table) => {
            for cell in table.rows.iter_mut().flatten() {
                drop_paragraphs(&mut cell.blocks, dropped, at);
            }
            true
        }
    });
}

/// Makes the executor's mark and the lines after it one paragraph.
fn join_mark(blocks: &mut Vec<Block>) {
    let is_mark = |block: &Block| match block {
        Block::Paragraph(paragraph) => {
            paragraph.plain().trim_start().to_lowercase().starts_with("исп")
        }
        Block::Table(_) => false,
    };
    let Some(at) = blocks.iter().rposition(is_mark) else { return };
    let mut after = blocks.split_off(at + 1).into_iter().peekable();
    if let Some(Block::Paragraph(mark)) = blocks.last_mut() {
        while let Some(Block::Paragraph(next)) = after.next_if(|block| match block {
            Block::Paragraph(next) => !next.plain().trim().is_empty() && next.label.is_none(),
            Block::Table(_) => false,
        }) {
            mark.runs.push(Run::Break);
            mark.runs.extend(next.runs);
        }
    }
    blocks.extend(after);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::model::{Align, Cell, Style, Table};

    fn paragraph(text: &str) -> Block {
        let mut runs = Vec::new();
        for (at, line) in text.split('\n').enumerate() {
            if at > 0 {
                runs.push(Run::Break);
            }
            runs.push(Run::Text(line.to_owned(), Style::default()));
        }
        Block::Paragraph(Paragraph { runs, ..Paragraph::default() })
    }

    fn proposed(blocks: Vec<Block>) -> (Document, Proposal) {
        let mut document = Document { blocks, ..Document::default() };
        let proposal = propose(&mut document);
        (document, proposal)
    }

    fn pairs(proposal: &Proposal) -> Vec<(&str, &str)> {
        proposal.replaced.iter().map(|it| (it.before.as_str(), it.after.as_str())).collect()
    }

    #[test]
    fn the_letter_to_tomsk_is_a_letter_to_anybody() {
        let cell = |text| Cell { blocks: vec![paragraph(text)], join: None };
        let head = Table {
            rows: vec![vec![
                cell("Исх. № 007\nот 28.02.2022"),
                cell(
                    "Руководителю Департамента образования\nадминистрации Города Томска\nСавенкову М.Г.",
                ),
            ]],
            has_lines: false,
        };
        let (_, proposal) = proposed(vec![
            Block::Table(head),
            paragraph("О проведении салона\nобразования"),
            paragraph("Уважаемый Максим Георгиевич,"),
            paragraph("Приглашаем. Договор № 5 от 01.02.2022."),
        ]);
        assert_eq!(
            pairs(&proposal),
            [
                ("Уважаемый Максим Георгиевич", "{{ salutation }}"),
                (
                    "Руководителю Департамента образования администрации Города Томска",
                    "{{ addressee.position }}"
                ),
                ("Савенкову М.Г.", "{{ addressee.name }}"),
                ("007", "{{ letter.number }}"),
                ("28.02.2022", "{{ letter.date }}"),
            ]
        );
        assert_eq!(proposal.heading.as_deref(), Some("О проведении салона образования"));
        assert_eq!(proposal.number.as_deref(), Some("007"));
    }

    #[test]
    fn a_block_at_the_right_and_a_long_date_are_found() {
        let right = |text| match paragraph(text) {
            Block::Paragraph(paragraph) => {
                Block::Paragraph(Paragraph { align: Align::Right, ..paragraph })
            }
            table @ Block::Table(_) => table,
        };
        let (document, proposal) = proposed(vec![
            right("Директору МБОУ «Гимназия № 100»"),
            right("Е.С. Рябининой"),
            right("634050, г. Томск"),
            paragraph(""),
            paragraph("28 февраля 2022 г. № 01-15/7"),
            paragraph("Уважаемая Екатерина Сергеевна!"),
        ]);
        assert_eq!(
            pairs(&proposal)[1..],
            [
                ("Директору МБОУ «Гимназия № 100»", "{{ addressee.position }}"),
                ("Е.С. Рябининой", "{{ addressee.name }}"),
                ("01-15/7", "{{ letter.number }}"),
                ("28 февраля 2022 г.", "{{ letter.date | date_long }}"),
            ]
        );
        assert_eq!(proposal.initials, Some(Order::InitialsFirst));
        assert_eq!(proposal.stays, ["634050, г. Томск"]);
        let Block::Paragraph(last) = document.blocks.last().unwrap() else { panic!() };
        assert_eq!(last.plain(), "\u{fffc}!");
    }

    #[test]
    fn what_names_nobody_stays() {
        let (_, proposal) = proposed(vec![
            paragraph("На № 15 от 01.02.2022"),
            paragraph("Уважаемые коллеги!"),
            paragraph("Просим сообщить Ивановой А.А. до 1 марта."),
            paragraph("Директор          В.В. Петров"),
            paragraph("Исп. Иванова А.А."),
            paragraph("тел. 12-34"),
        ]);
        assert_eq!(pairs(&proposal), [("", ""); 0]);
        assert_eq!(proposal.signature.as_deref(), Some("Директор В.В. Петров"));
        assert_eq!(proposal.mark.as_deref(), Some("Исп. Иванова А.А."));
    }

    #[test]
    fn places_for_number_and_date_are_filled() {
        for (line, left) in [
            ("№ ____ от __________", "№ \u{fffc} от \u{fffc}"),
            ("__________ № ____", "\u{fffc} № \u{fffc}"),
            ("Исх. № ______", "Исх. № \u{fffc}"),
            ("от «__» ________ 20__ г. № _____", "от \u{fffc} № \u{fffc}"),
            ("__.__.2026 № ___/__", "\u{fffc} № \u{fffc}"),
            ("На № ____ от ____", "На № ____ от ____"),
            ("____________________", "____________________"),
            ("Счёт № ____ от ____", "Счёт № ____ от ____"),
        ] {
            let (document, _) =
                proposed(vec![paragraph(line), paragraph("Уважаемая Екатерина Сергеевна!")]);
            let Some(Block::Paragraph(first)) = document.blocks.first() else { panic!() };
            assert_eq!(first.plain(), left);
        }
    }

    #[test]
    fn the_executor_may_be_a_name_above_a_telephone_number() {
        let cell = |text| Cell { blocks: vec![paragraph(text)], join: None };
        let row = vec![cell("Заместитель губернатора"), cell(""), cell("А.П. Ильина")];
        let (_, proposal) = proposed(vec![
            paragraph("Уважаемая Екатерина Сергеевна!"),
            Block::Table(Table { rows: vec![row], has_lines: false }),
            paragraph("Лугов Матвей Кириллович\n8 (3822) 90-00-00"),
        ]);
        assert_eq!(proposal.mark.as_deref(), Some("Лугов Матвей Кириллович"));
        assert_eq!(proposal.signature.as_deref(), Some("Заместитель губернатора А.П. Ильина"));
    }

    #[test]
    fn a_position_above_a_blank_line_and_a_name_in_full_are_found() {
        let full = "(recipient.first_name ~ ' ' ~ recipient.patronymic ~ ' ' ~ recipient.surname) \
                    | dative(gender=recipient.gender)";
        for (name, expression) in
            [("Рябининой Е.С.", "addressee.name"), ("Екатерине Сергеевне Рябининой", full)]
        {
            let (document, proposal) = proposed(vec![
                paragraph("Комитет по науке"),
                paragraph(""),
                paragraph("Директору"),
                paragraph("Гимназии № 100"),
                paragraph(""),
                paragraph(name),
                paragraph("Уважаемая Екатерина Сергеевна!"),
            ]);
            assert_eq!(
                pairs(&proposal)[1..],
                [
                    ("Директору Гимназии № 100", "{{ addressee.position }}"),
                    (name, &*format!("{{{{ {expression} }}}}")),
                ]
            );
            let text = |block: &Block| match block {
                Block::Paragraph(paragraph) => paragraph.plain(),
                Block::Table(_) => String::new(),
            };
            let lines: Vec<String> = document.blocks.iter().map(text).collect();
            let field = "\u{fffc}";
            assert_eq!(lines, ["Комитет по науке", "", field, "", field, &format!("{field}!")]);
        }
    }

    #[test]
    fn a_greeting_of_names_alone_may_be_one_person_s() {
        for (text, greets) in [
            ("Dear Mr Smith,", Some(("Dear Mr Smith", true))),
            ("Dear Dr. Anna K. Lee: we invite you", Some(("Dear Dr. Anna K. Lee", true))),
            ("Dear Anna,", Some(("Dear Anna", true))),
            ("Dear Folasade,", Some(("Dear Folasade", false))),
            ("Уважаемый Максим Георгиевич,", Some(("Уважаемый Максим Георгиевич", true))),
            ("Уважаемый господин Савенков!", Some(("Уважаемый господин Савенков", true))),
            ("Уважаемый г-н Савенков!", Some(("Уважаемый г-н Савенков", true))),
            ("Дорогая Анна Рябинина!", Some(("Дорогая Анна Рябинина", true))),
            ("Уважаемый(ая) ________!", Some(("Уважаемый(ая) ________", true))),
            ("Уважаемый Мехмет!", Some(("Уважаемый Мехмет", false))),
            ("Уважаемая Тхи Лан,", Some(("Уважаемая Тхи Лан", false))),
            ("Уважаемый Оргкомитет!", None),
            ("Dear Colleagues,", None),
            ("Dear Sir or Madam,", None),
            ("Dear Professor,", None),
            ("Dear Mr President,", None),
            ("Dear participants of the seminar,", None),
            ("Dear \u{fffc},", None),
            ("Уважаемый Заявитель!", None),
            ("Уважаемый Клиент,", None),
            ("Уважаемый коллега!", None),
            ("Уважаемый(ая) коллега!", None),
            ("Уважаемый господин министр!", None),
            ("Уважаемый господин Министр!", None),
            ("Уважаемый господин начальник управления!", None),
            ("Уважаемая Редакция", None),
            ("Уважаемый Учёный Совет!", None),
            ("Уважаемый Томич!", None),
            ("Уважаемый!", None),
        ] {
            let line: Vec<char> = text.chars().collect();
            let found = greets_one(&line);
            let found = found.map(|it| (line[it.range].iter().collect::<String>(), it.is_sure));
            let greets = greets.map(|(text, is_sure)| (text.to_owned(), is_sure));
            assert_eq!(found, greets, "{text}");
        }
    }

    #[test]
    fn salutations_are_told_from_other_lines() {
        let found = |text: &str| {
            let line: Vec<char> = text.chars().collect();
            salutation(&line).map(|it| line[it.range].iter().collect::<String>())
        };
        assert_eq!(
            found("Уважаемый господин Савенков!").as_deref(),
            Some("Уважаемый господин Савенков")
        );
        assert_eq!(found("Здравствуйте, Анна Петровна!").as_deref(), Some("Анна Петровна"));
        assert_eq!(
            found("Уважаемый(ая) ____________!").as_deref(),
            Some("Уважаемый(ая) ____________")
        );
        for other in
            ["Уважаемые коллеги!", "Глубокоуважаемые господа", "Приглашаем", "Уважаемый \u{fffc}!"]
        {
            assert_eq!(found(other), None, "{other}");
        }
    }
}
