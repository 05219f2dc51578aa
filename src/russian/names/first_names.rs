//! First names of citizens of Russia by gender: evidence of gender and of the order of words.
//!
//! In small letters with `е` for `ё`, in the order of their bytes. Written by hand. A name that is
//! missing here still declines by its ending, but gives no evidence.

use std::sync::LazyLock;

/// Names that only men bear.
pub(super) static MALE: LazyLock<Vec<&str>> =
    LazyLock::new(|| include_str!("first_names/male.txt").lines().collect());

/// Names that only women bear.
pub(super) static FEMALE: LazyLock<Vec<&str>> =
    LazyLock::new(|| include_str!("first_names/female.txt").lines().collect());

/// Names and short names that both bear: no evidence of gender.
pub(super) static EITHER: LazyLock<Vec<&str>> =
    LazyLock::new(|| include_str!("first_names/either.txt").lines().collect());
