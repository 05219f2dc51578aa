//! What the Russian language asks of a letter: names, positions, gender, dates, typography.
//!
//! Plain values in, plain values out: no input, no output.

pub mod dates;
pub mod forms;
pub mod plural;

/// The grammatical gender that a person is addressed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Gender {
    Male,
    Female,
}

impl Gender {
    /// `m` or `f`, as in the JSON lines and the list of forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Male => "m",
            Self::Female => "f",
        }
    }
}
