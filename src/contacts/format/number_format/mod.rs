//! Numbers, dates and texts as a Russian Excel shows them by the number format of their cells.
//!
//! Format codes are those of ECMA-376, 18.8.31. Where a code cannot be followed, the value is
//! written plainly, and the caller is told.

mod code;
mod moment;
mod names;
mod number;

use code::{Part, Section};

/// What a cell shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    pub text: String,
    /// False if the format could not be followed: Excel may show something else.
    pub is_followed: bool,
}

impl Shown {
    fn followed(text: String) -> Self {
        Self { text, is_followed: true }
    }
}

/// The day from which a workbook counts its dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Epoch {
    #[default]
    Of1900,
    /// 1462 days later (ECMA-376, 18.2.28, `date1904`).
    Of1904,
}

/// The cell of a boolean value.
pub(super) fn boolean(value: bool) -> &'static str {
    if value { "ИСТИНА" } else { "ЛОЖЬ" }
}

/// A whole number of a workbook.
#[expect(clippy::cast_precision_loss, reason = "a workbook's numbers are floating-point ones")]
pub(super) fn to_f64(number: i64) -> f64 {
    number as f64
}

/// The longest code that is followed, in octets; Excel takes 255 characters.
const LONGEST_CODE: usize = 1024;

/// A number, or the moment that it stands for, by the format code of its cell.
pub(super) fn number(value: f64, format: &str, epoch: Epoch) -> Shown {
    if !value.is_finite() {
        return Shown::followed(String::new());
    }
    if is_general(format) || format == "@" {
        return Shown::followed(number::general(value));
    }
    if format.len() > LONGEST_CODE {
        return Shown { text: number::general(value), is_followed: false };
    }
    if let Some(shown) = moment::short(value, format, epoch) {
        return Shown::followed(shown);
    }
    by_sections(value, format, epoch).map_or_else(
        || Shown {
            text: if code::is_of_moments(format) {
                moment::plain(value, epoch).unwrap_or_else(|| number::general(value))
            } else {
                number::general(value)
            },
            is_followed: false,
        },
        Shown::followed,
    )
}

/// A text by the format code of its cell: most leave it as it is.
pub(super) fn text(text: &str, format: &str) -> Option<String> {
    if format == "@" || !format.contains('@') {
        return None;
    }
    let sections = code::sections(format)?;
    let section = match sections.as_slice() {
        [_, _, _, text] => text,
        [.., last] if last.parts.contains(&Part::Text) => last,
        _ => return None,
    };
    let shown = section.parts.iter().map(|part| match part {
        Part::Text => Some(text.to_owned()),
        Part::Literal(c) => Some(c.to_string()),
        _ => None,
    });
    shown.collect()
}

/// An ISO 8601 moment of a cell (`t="d"`) as the number that it stands for, if it is one.
pub(super) fn iso(text: &str) -> Option<f64> {
    moment::of_iso(text)
}

/// The format of a moment whose cell has none.
pub(super) fn plain_format(value: f64) -> &'static str {
    if value < 1.0 {
        "hh:mm"
    } else if value.fract() == 0.0 {
        "dd.mm.yyyy"
    } else {
        "dd.mm.yyyy hh:mm"
    }
}

pub(super) fn is_general(format: &str) -> bool {
    format.is_empty() || format.eq_ignore_ascii_case("general")
}

fn by_sections(value: f64, format: &str, epoch: Epoch) -> Option<String> {
    let sections = code::sections(format)?;
    let (section, value) = choose(&sections, value)?;
    if section.is_of_moment() {
        moment::shown(section, value, epoch)
    } else {
        number::shown(section, value)
    }
}

/// The section that a value is shown by, and the value without the sign that the section writes
/// itself.
fn choose(sections: &[Section], value: f64) -> Option<(&Section, f64)> {
    let numeric = match sections {
        [numeric @ .., last] if last.parts.contains(&Part::Text) && !numeric.is_empty() => numeric,
        all => &all[..all.len().min(3)],
    };
    if numeric.iter().any(|section| section.condition.is_some()) {
        let section = numeric
            .iter()
            .find(|section| section.condition.is_none_or(|condition| condition.holds(value)))?;
        return Some((section, value));
    }
    Some(match numeric {
        [_, negative, ..] if value < 0.0 => (negative, -value),
        [_, _, zero] if value == 0.0 => (zero, value),
        [first, ..] => (first, value),
        [] => return None,
    })
}

/// The formats that every file has without declaring them (ECMA-376, 18.8.30), as they are in a
/// Russian Excel. An empty code is the general format; `None` an id that has no fixed meaning.
pub(super) fn built_in(format: u16) -> Option<&'static str> {
    Some(match format {
        0 => "",
        1 => "0",
        2 => "0.00",
        3 | 37 | 38 | 41 => "#,##0",
        4 | 39 | 40 | 43 => "#,##0.00",
        5 | 6 | 42 => "#,##0 ₽",
        7 | 8 | 44 => "#,##0.00 ₽",
        9 => "0%",
        10 => "0.00%",
        11 => "0.00E+00",
        12 => "# ?/?",
        13 => "# ??/??",
        14 => "mm-dd-yy",
        15 => "dd.mmm.yy",
        16 => "dd.mmm",
        17 => "mmm.yy",
        18 => "h:mm AM/PM",
        19 => "h:mm:ss AM/PM",
        20 => "h:mm",
        21 => "h:mm:ss",
        22 => "m/d/yy h:mm",
        45 => "mm:ss",
        46 => "[h]:mm:ss",
        47 => "mm:ss.0",
        48 => "##0.0E+0",
        49 => "@",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: f64, format: &str) -> String {
        let shown = number(value, format, Epoch::Of1900);
        assert!(shown.is_followed, "{format}");
        shown.text
    }

    #[test]
    fn a_code_without_end_is_not_followed() {
        let shown = number(7.0, &"0".repeat(32_000), Epoch::Of1900);
        assert_eq!((shown.text.as_str(), shown.is_followed), ("7", false));
    }

    #[test]
    fn a_number_is_shown_as_excel_shows_it() {
        for (value, format, text) in [
            (7.0, "000", "007"),
            (7.0, "General", "7"),
            (7.0, "", "7"),
            (1234.0, "000", "1234"),
            (0.1 + 0.2, "", "0,3"),
            (1.0 / 3.0, "", "0,333333333"),
            (123_456.789_012, "", "123456,789"),
            (79_990_001_122.0, "", "79990001122"),
            (-1.5, "0.00", "-1,50"),
            (1_234_567.0, "#,##0", "1\u{a0}234\u{a0}567"),
            (1_234_567.0, "0.0,,", "1,2"),
            (0.125, "0%", "13%"),
            (9_990_001_122.0, "\\+7 (000) 000-00-00", "+7 (999) 000-11-22"),
            (12.0, "\"№\" 000", "№ 012"),
            (12.0, "General\" шт.\"", "12 шт."),
            (12.0, "0.###", "12"),
            (12.5, "0.###", "12,5"),
            (12.0, "0.0##", "12,0"),
            (1234.5, "#,##0.00р.", "1\u{a0}234,50р."),
            (1234.0, "#,##0р.", "1\u{a0}234р."),
            (0.0, "#", ""),
            (5.0, "0.00E+00", "5,00E+00"),
            (12_345.0, "0.00E+00", "1,23E+04"),
            (0.000_12, "0.0E-0", "1,2E-4"),
            (1.5, "# ?/?", "1 1/2"),
            (0.75, "# ?/?", "3/4"),
            (0.333_333, "# ??/??", "1/3"),
            (2.0, "# ?/?", "2"),
            (1.625, "# ?/8", "1 5/8"),
            (-5.0, "0;(0)", "(5)"),
            (0.0, "0;-0;\"нет\"", "нет"),
            (150.0, "[>=100]\"много\";0", "много"),
            (15.0, "[>=100]\"много\";0", "15"),
            (-7.0, "[<0]0.0;0", "-7,0"),
            (1234.5, "#,##0.00\\ \"₽\"", "1\u{a0}234,50 ₽"),
            (1234.5, "#,##0.00[$₽-419]", "1\u{a0}234,50₽"),
        ] {
            assert_eq!(shown(value, format), text, "{value} {format}");
        }
    }

    #[test]
    fn a_moment_is_shown_as_excel_shows_it() {
        let at = 46_464.586_909_722_225;
        for (value, format, text) in [
            (44_620.0, "mm-dd-yy", "28.02.2022"),
            (at, "mm-dd-yy", "18.03.2027"),
            (at, "m/d/yy h:mm", "18.03.2027 14:05"),
            (at, "h:mm AM/PM", "2:05 PM"),
            (at, "dd.mm.yyyy hh:mm:ss", "18.03.2027 14:05:09"),
            (at, "mm:ss", "05:09"),
            (at, "ss.00", "09,00"),
            (44_620.0, "DD/MM/YYYY", "28.02.2022"),
            (44_620.0, "[$-409]m/d/yyyy", "2/28/2022"),
            (44_620.0, "dd\\/mm\\/yyyy", "28/02/2022"),
            (44_620.0, "mmmmm", "Ф"),
            (44_620.0, built_in(16).unwrap(), "28.фев"),
            (44_620.0, built_in(17).unwrap(), "фев.22"),
            (44_620.0, "dd\\.mm\\.yyyy", "28.02.2022"),
            (44_620.0, "[$-419]d mmmm yyyy\\ \"г.\"", "28 февраля 2022 г."),
            (44_620.0, "[$-FC19]dd\\ mmmm\\ yyyy\\ \\г\\.;@", "28 февраля 2022 г."),
            (44_620.0, "mmmm yyyy", "Февраль 2022"),
            (44_620.5, "dd.mm.yyyy hh:mm", "28.02.2022 12:00"),
            (0.4375, "h:mm", "10:30"),
            (46_464.0, "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", "18 марта 2027 г."),
            (46_464.0, "dddd, d mmmm yyyy", "четверг, 18 марта 2027"),
            (46_464.0, "ddd", "Чт"),
            (at, "[$-F400]h:mm:ss\\ AM/PM", "14:05:09"),
            (46_464.0, "[$-409]mmmm d, yyyy", "March 18, 2027"),
            (46_464.0, "[$-en-US]ddd, mmm d", "Thu, Mar 18"),
            (46_464.0, "[$-422]d mmmm yyyy", "18 березня 2027"),
            (1.5, "[h]:mm:ss", "36:00:00"),
            (0.5, "[mm]", "720"),
            (60.0, "dd.mm.yyyy", "29.02.1900"),
            (61.0, "dd.mm.yyyy", "01.03.1900"),
            (46_464.999_999, "dd.mm.yyyy hh:mm", "19.03.2027 00:00"),
        ] {
            assert_eq!(shown(value, format), text, "{format}");
        }
        assert_eq!(number(45_002.0, "dd.mm.yyyy", Epoch::Of1904).text, "18.03.2027");
    }

    #[test]
    fn a_format_that_cannot_be_followed_says_so() {
        for (value, format, text) in [
            (46_464.5, "aaaa", "46464,5"),
            (46_464.0, "[$-411]d mmmm yyyy", "18.03.2027"),
            (46_464.0, "ge.m.d", "18.03.2027"),
            (46_464.0, "[$-3010401]dd.mm.yyyy", "18.03.2027"),
            (5.0, "[DBNum1]0", "5"),
        ] {
            let shown = number(value, format, Epoch::Of1900);
            assert_eq!((shown.text.as_str(), shown.is_followed), (text, false), "{format}");
        }
    }

    #[test]
    fn a_format_of_text_writes_its_own_words_too() {
        assert_eq!(text("Томск", "0;0;0;\"г. \"@"), Some("г. Томск".into()));
        assert_eq!(text("Томск", "@\" (город)\""), Some("Томск (город)".into()));
        assert_eq!(text("Томск", "@"), None);
        assert_eq!(text("Томск", "0.00"), None);
    }

    #[test]
    fn an_iso_moment_is_a_number_of_days() {
        assert_eq!(iso("2027-03-18T10:30:00"), Some(46_464.437_5));
        assert_eq!(iso("2027-03-18"), Some(46_464.0));
        assert_eq!(iso("2027-03-18T10:30:00Z"), Some(46_464.437_5));
        assert_eq!(iso("10:30:00"), Some(0.4375));
        assert_eq!(iso("завтра"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_format_makes_it_panic(
            value: f64,
            small in -2e6..3e6,
            format in "[0#?.,%;@dmyhsAPE+/*$<>=\\[\\]\"\\\\ _г-]{0,16}",
        ) {
            for value in [value, small] {
                number(value, &format, Epoch::Of1900);
                number(value, &format, Epoch::Of1904);
            }
            text("x", &format);
        }
    }
}
