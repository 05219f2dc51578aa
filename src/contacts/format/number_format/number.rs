//! Numbers: in general, with fixed places, as fractions, with an exponent.

use super::code::{ExponentSign, Filler, Part, Section};

/// A number in a cell without a format: at most eleven characters, as wide as Excel makes it.
/// Whole numbers are written out, however long.
pub(super) fn general(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 {
        return "0".into();
    }
    if !(1e-9..1e21).contains(&size) {
        return format!("{value:E}").replace('.', ",");
    }
    let before = if size >= 1.0 { size.log10().floor() } else { 0.0 };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 9")]
    let behind = (9.0 - before).clamp(0.0, 9.0) as usize;
    let text = format!("{value:.behind$}");
    let text =
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".into() } else { text.replace('.', ",") }
}

/// A number by a section of a format code.
pub(super) fn shown(section: &Section, value: f64) -> Option<String> {
    let parts = &section.parts;
    let is_digit = |part: &Part| matches!(part, Part::Digit(_));
    let has_digits = parts.iter().any(is_digit);
    let exponent = parts.iter().position(|part| matches!(part, Part::Exponent(_)));
    let slash = parts.iter().position(|part| *part == Part::Slash);
    let shown = if let Some(exponent) = exponent {
        scientific(parts, exponent, value.abs())?
    } else if let Some(slash) = slash.filter(|slash| parts[..*slash].iter().any(is_digit)) {
        fraction(parts, slash, value.abs())?
    } else if has_digits {
        fixed(parts, value.abs())?
    } else {
        without_digits(parts, value.abs())?
    };
    let is_zero = !shown.contains(|c: char| matches!(c, '1'..='9'));
    Some(if value < 0.0 && (has_digits || parts.contains(&Part::General)) && !is_zero {
        format!("-{shown}")
    } else {
        shown
    })
}

/// Words alone, or the number as it is.
fn without_digits(parts: &[Part], value: f64) -> Option<String> {
    let mut shown = String::new();
    for part in parts {
        match part {
            Part::General | Part::Text => shown.push_str(&general(value)),
            part => shown.push(literal(*part)?),
        }
    }
    Some(shown)
}

/// What a part that is not of a number shows.
fn literal(part: Part) -> Option<char> {
    match part {
        Part::Literal(c) => Some(c),
        Part::Point => Some('.'),
        Part::Comma => Some(','),
        Part::Slash => Some('/'),
        Part::Percent => Some('%'),
        Part::Digit(_)
        | Part::Exponent(_)
        | Part::Time(..)
        | Part::Elapsed(..)
        | Part::HalfDay
        | Part::Text
        | Part::General => None,
    }
}

/// How many placeholders for digits there are.
fn places(parts: &[Part]) -> usize {
    parts.iter().filter(|part| matches!(part, Part::Digit(_))).count()
}

fn fixed(parts: &[Part], value: f64) -> Option<String> {
    let percents = parts.iter().filter(|part| **part == Part::Percent).count();
    let last_digit = parts.iter().rposition(|part| matches!(part, Part::Digit(_)))?;
    let point = parts.iter().position(|part| *part == Part::Point).unwrap_or(parts.len());
    // Commas directly behind the digits divide by a thousand each; between digits they group.
    let last_before_point = parts[..point].iter().rposition(|part| matches!(part, Part::Digit(_)));
    let behind =
        |at: usize| parts[at + 1..].iter().take_while(|part| **part == Part::Comma).count();
    let thousands =
        behind(last_digit) + last_before_point.filter(|at| *at != last_digit).map_or(0, behind);
    let has_groups = last_before_point.is_some_and(|last| parts[..last].contains(&Part::Comma));
    let exponent = i32::try_from(percents * 2).ok()? - i32::try_from(thousands * 3).ok()?;
    let digits_behind = places(&parts[point..]);
    if digits_behind > 30 {
        return None;
    }
    let text = rounded(value * 10f64.powi(exponent), digits_behind);
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let mut shown = whole_part(&parts[..point], whole.trim_start_matches('0'), has_groups)?;
    let mut decimals = decimals.chars();
    let mut trailing = decimals.as_str().trim_end_matches('0').len();
    // Where no decimals are shown, nothing stands before them; behind words a point is one of theirs.
    let is_optional = |part: &Part| matches!(part, Part::Digit(Filler::Nothing | Filler::Space));
    let has_decimals = trailing > 0
        || parts[point..].iter().any(|part| matches!(part, Part::Digit(Filler::Zero)))
        || !parts[point..].iter().any(is_optional);
    let is_of_number = point > 0 && matches!(parts[point - 1], Part::Digit(_)) || digits_behind > 0;
    for (at, part) in parts[point..].iter().enumerate() {
        match part {
            Part::Point if at == 0 && is_of_number && !has_decimals => {}
            Part::Point if at == 0 && is_of_number => shown.push(','),
            Part::Comma => {}
            Part::Digit(filler) => {
                let digit = decimals.next()?;
                // Optional digits at the end are left away if they are zeros.
                if trailing > 0 || *filler == Filler::Zero {
                    shown.push(digit);
                }
                trailing = trailing.saturating_sub(1);
            }
            part => shown.push(literal(*part)?),
        }
    }
    Some(shown)
}

/// A number with so many digits behind the point. Excel rounds a half away from zero.
fn rounded(value: f64, digits: usize) -> String {
    let scale = 10f64.powi(i32::try_from(digits.min(15)).unwrap_or(0));
    // The nearest number with fifteen digits is what Excel sees.
    let seen: f64 = format!("{value:.14E}").parse().unwrap_or(value);
    let scaled = (seen * scale).round() / scale;
    let value = if scaled.is_finite() { scaled } else { value };
    format!("{value:.digits$}")
}

/// The digits before the point, from the last to the first.
fn whole_part(parts: &[Part], digits: &str, has_groups: bool) -> Option<String> {
    let mut digits: Vec<char> = digits.chars().collect();
    let first_digit = parts.iter().position(|part| matches!(part, Part::Digit(_)));
    let mut shown: Vec<char> = Vec::new();
    let mut placed = 0;
    let mut place = |shown: &mut Vec<char>, digit: char| {
        if has_groups && placed > 0 && placed % 3 == 0 {
            shown.push('\u{a0}');
        }
        placed += 1;
        shown.push(digit);
    };
    for (at, part) in parts.iter().enumerate().rev() {
        match part {
            Part::Digit(filler) => {
                match digits.pop() {
                    Some(digit) => place(&mut shown, digit),
                    None if *filler == Filler::Zero => place(&mut shown, '0'),
                    None => {}
                }
                // Digits for which the format has no place go before the first one.
                while Some(at) == first_digit
                    && let Some(digit) = digits.pop()
                {
                    place(&mut shown, digit);
                }
            }
            Part::Comma if first_digit.is_some_and(|first| at > first) => {}
            part => shown.push(literal(*part)?),
        }
    }
    // A format without a place before the point, `.00`, still shows what is there.
    while let Some(digit) = digits.pop() {
        place(&mut shown, digit);
    }
    Some(shown.iter().rev().collect())
}

/// A number with an exponent, which is a multiple of the digits before the point.
fn scientific(parts: &[Part], exponent: usize, value: f64) -> Option<String> {
    let Part::Exponent(sign) = parts[exponent] else { return None };
    let mantissa = &parts[..exponent];
    let point = mantissa.iter().position(|part| *part == Part::Point).unwrap_or(exponent);
    let step = i32::try_from(places(&mantissa[..point])).ok()?.max(1);
    #[expect(clippy::cast_possible_truncation, reason = "an exponent of a double is below 400")]
    let power = if value == 0.0 { 0 } else { value.log10().floor() as i32 };
    let mut power = power.div_euclid(step) * step;
    let mut shown = fixed(mantissa, value / 10f64.powi(power))?;
    if step == 1 && shown.starts_with("10") {
        power += 1;
        shown = fixed(mantissa, value / 10f64.powi(power))?;
    }
    shown.push('E');
    if power < 0 {
        shown.push('-');
    } else if sign == ExponentSign::Always {
        shown.push('+');
    }
    let digits = power.abs().to_string();
    shown.push_str(&whole_part(&parts[exponent + 1..], digits.trim_start_matches('0'), false)?);
    Some(shown)
}

/// A fraction: `# ?/?` with the nearest denominator of so many digits, `# ?/8` with that one.
fn fraction(parts: &[Part], slash: usize, value: f64) -> Option<String> {
    let is_digit = |part: &Part| matches!(part, Part::Digit(_));
    let behind = &parts[slash + 1..];
    let fixed_denominator: String = behind
        .iter()
        .map_while(|part| match part {
            Part::Literal(c) if c.is_ascii_digit() => Some(*c),
            Part::Digit(Filler::Zero) => Some('0'),
            _ => None,
        })
        .collect();
    let fixed_denominator = fixed_denominator.parse::<u64>().ok().filter(|it| *it > 0);
    let width = behind.iter().take_while(|part| is_digit(part)).count();
    // The numerator stands directly before the line; digits further ahead are of the whole part.
    let numerator = parts[..slash].iter().rev().take_while(|part| is_digit(part)).count();
    let has_whole = parts[..slash - numerator].iter().any(is_digit);
    let whole = if has_whole { value.floor() } else { 0.0 };
    let rest = value - whole;
    if value >= 1e9 || width > 4 {
        return None;
    }
    let (mut above, below) = match fixed_denominator {
        Some(below) => (nearest_above(rest, below), below),
        None => (1..10u64.pow(u32::try_from(width.max(1)).ok()?))
            .map(|below| (nearest_above(rest, below), below))
            .min_by(|one, other| {
                let off = |(above, below): &(u64, u64)| (rest - ratio(*above, *below)).abs();
                off(one).total_cmp(&off(other))
            })?,
    };
    let mut whole = whole;
    if has_whole && above == below {
        whole += 1.0;
        above = 0;
    }
    let prefix: String = parts[..slash - numerator]
        .iter()
        .take_while(|part| !is_digit(part))
        .filter_map(|part| literal(*part))
        .collect();
    let suffix: String = behind
        .iter()
        .skip(width)
        .skip_while(|part| matches!(part, Part::Literal(c) if c.is_ascii_digit()))
        .filter_map(|part| literal(*part))
        .collect();
    let number = match (has_whole, above) {
        (true, 0) => format!("{whole:.0}"),
        (true, _) if whole > 0.0 => format!("{whole:.0} {above}/{below}"),
        _ => format!("{above}/{below}"),
    };
    Some(format!("{prefix}{number}{suffix}"))
}

fn ratio(above: u64, below: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "both are small")]
    let ratio = above as f64 / below as f64;
    ratio
}

fn nearest_above(rest: f64, below: u64) -> u64 {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a number below a thousand million"
    )]
    let above = (rest * below as f64).round() as u64;
    above
}
