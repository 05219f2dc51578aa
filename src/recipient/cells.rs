//! The cells of rows, many rows in one allocation.

use std::sync::Arc;

/// The cells of one row as text. Rows that were read together share one page.
#[derive(Debug, Clone, Default)]
pub struct Cells {
    page: Arc<CellPage>,
    first: usize,
    count: usize,
}

/// The cells of some rows, in the order of the rows.
#[derive(Debug, Default)]
pub struct CellPage {
    text: String,
    /// Where each cell begins and ends in the text.
    cells: Vec<(u32, u32)>,
}

impl CellPage {
    /// A page over a text, given the bytes at which each cell begins and ends.
    pub fn of(text: String, cells: Vec<(u32, u32)>) -> Self {
        Self { text, cells }
    }

    pub fn push(&mut self, cell: &str) {
        let begin = self.text.len();
        self.text.push_str(cell);
        let place = |at| u32::try_from(at).unwrap_or(u32::MAX);
        self.cells.push((place(begin), place(self.text.len())));
    }

    pub fn len(&self) -> usize {
        self.cells.len()
    }

    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// `count` cells from the cell `first` on, counted from 0.
    pub fn cells(self: &Arc<Self>, first: usize, count: usize) -> Cells {
        let first = first.min(self.len());
        Cells { page: self.clone(), first, count: count.min(self.len() - first) }
    }

    /// A cell, counted from 0.
    pub fn get(&self, cell: usize) -> Option<&str> {
        let (begin, end) = *self.cells.get(cell)?;
        self.text.get(begin as usize..end as usize)
    }
}

impl Cells {
    pub fn len(&self) -> usize {
        self.count
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// A cell, counted from 0.
    pub fn get(&self, cell: usize) -> Option<&str> {
        if cell < self.count { self.page.get(self.first + cell) } else { None }
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.count).filter_map(|cell| self.get(cell))
    }
}

impl<S: AsRef<str>> FromIterator<S> for Cells {
    fn from_iter<T: IntoIterator<Item = S>>(cells: T) -> Self {
        let mut page = CellPage::default();
        cells.into_iter().for_each(|cell| page.push(cell.as_ref()));
        let count = page.len();
        Arc::new(page).cells(0, count)
    }
}
