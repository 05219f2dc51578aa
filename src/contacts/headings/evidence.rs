//! What the first cells of a column hold.

use crate::contacts::row::is_title;
use crate::recipient::Address;
use crate::russian::names::is_in_capitals;

/// Counts over the first cells of a column that are not empty.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Evidence {
    pub filled: usize,
    /// Cells with an @.
    pub with_at: usize,
    addresses: usize,
    titles: usize,
    /// Cells of two to four words that begin with capitals.
    whole_names: usize,
    /// Cells with a word in capitals.
    capitals: usize,
}

impl Evidence {
    pub(super) fn add(&mut self, cell: &str) {
        let cell = cell.trim();
        if cell.is_empty() {
            return;
        }
        self.filled += 1;
        self.with_at += usize::from(cell.contains('@'));
        self.addresses += usize::from(has_address(cell));
        self.titles += usize::from(is_title(cell));
        self.whole_names += usize::from(is_whole_name(cell));
        // «ООО "Ромашка"» is no person.
        let is_name = !cell.contains(['"', '«', '“', '№']);
        self.capitals += usize::from(is_name && cell.split([' ', '-']).any(is_in_capitals));
    }

    pub(super) fn holds_addresses(self) -> bool {
        self.addresses > 0 && self.addresses * 2 >= self.filled
    }

    pub(super) fn holds_titles(self) -> bool {
        self.titles > 0 && self.titles * 2 > self.filled
    }

    pub(super) fn holds_capitals(self) -> bool {
        self.capitals > 0 && self.capitals * 2 > self.filled
    }

    pub(super) fn holds_whole_names(self) -> bool {
        self.whole_names > 0 && self.whole_names * 2 > self.filled
    }
}

/// Whether one of the words of a cell is an address.
pub(super) fn has_address(cell: &str) -> bool {
    cell.contains('@')
        && cell
            .split(|c: char| c.is_whitespace() || ",;/|()<>".contains(c))
            .any(|word| word.contains('@') && Address::parse(word).is_ok())
}

fn is_whole_name(cell: &str) -> bool {
    let words: Vec<&str> = cell.split_whitespace().collect();
    (2..=4).contains(&words.len())
        && words.iter().all(|word| word.chars().next().is_some_and(char::is_uppercase))
        && !cell.contains(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cells: &[&str]) -> Evidence {
        let mut evidence = Evidence::default();
        cells.iter().for_each(|cell| evidence.add(cell));
        evidence
    }

    #[test]
    fn a_column_is_known_by_what_most_of_its_cells_hold() {
        assert!(of(&["a@one.test", "приёмная: b@two.test", "", "нет"]).holds_addresses());
        assert!(!of(&["ул. Ленина, 1", "a@one.test", "пр. Мира, 2"]).holds_addresses());
        assert!(of(&["г-жа", "г-н"]).holds_titles());
        assert!(!of(&["Уважаемая Анна!", "г-н", "Коллеги"]).holds_titles());
        assert!(of(&["Ильина Анна Петровна", "Цой Б.", "Анна"]).holds_whole_names());
        assert!(!of(&["Анна", "Борис", "Вера Анна"]).holds_whole_names());
        assert!(of(&["ИЛЬИНА Анна", "ЦОЙ Б.", "Ким Анна"]).holds_capitals());
        assert!(!of(&["Ильина А.П.", "Ли Анна", "Ю"]).holds_capitals());
    }
}
