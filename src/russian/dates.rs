//! Dates in words of the language.

use jiff::civil::Date;

/// «28.02.2022»: zeros kept, no «г.» (ГОСТ Р 7.0.97).
pub fn short(date: Date) -> String {
    format!("{:02}.{:02}.{}", date.day(), date.month(), date.year())
}
