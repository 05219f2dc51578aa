//! A set of numbers with one bit each, for rows of a list and positions in the ledger: a million
//! take 122 KiB.

/// A set of numbers from 0 on, as large as its greatest number requires.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BitSet {
    words: Vec<u64>,
    count: u64,
}

/// More than any list needs; bounds the memory that a damaged number can claim.
const MOST_WORDS: usize = 1 << 24;

impl BitSet {
    /// Adds a number and returns whether it is new. A number beyond a billion is ignored.
    pub fn insert(&mut self, number: u64) -> bool {
        let (word, bit) = place(number);
        if word >= MOST_WORDS || self.contains(number) {
            return false;
        }
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        self.words[word] |= bit;
        self.count += 1;
        true
    }

    /// Removes a number.
    pub fn remove(&mut self, number: u64) {
        let (word, bit) = place(number);
        if let Some(bits) = self.words.get_mut(word) {
            self.count -= u64::from(*bits & bit != 0);
            *bits &= !bit;
        }
    }

    /// Whether the set has a number.
    pub fn contains(&self, number: u64) -> bool {
        let (word, bit) = place(number);
        self.words.get(word).is_some_and(|bits| bits & bit != 0)
    }

    /// How many numbers it has.
    pub fn count(&self) -> u64 {
        self.count
    }
}

/// The word and the bit of a number.
fn place(number: u64) -> (usize, u64) {
    (usize::try_from(number / 64).unwrap_or(usize::MAX), 1 << (number % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_again_until_they_are_taken_out() {
        let mut numbers = BitSet::default();
        assert!([0, 1, 63, 64, 1_000_000].into_iter().all(|number| numbers.insert(number)));
        assert!(!numbers.insert(64) && !numbers.insert(u64::MAX));
        numbers.remove(63);
        numbers.remove(63);
        let found: Vec<u64> = (0..1_000_100).filter(|number| numbers.contains(*number)).collect();
        assert_eq!(found, [0, 1, 64, 1_000_000]);
        assert_eq!(numbers.count(), 4);
        assert!(!numbers.contains(u64::MAX));
    }
}
