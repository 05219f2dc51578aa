//! Tables (ECMA-376, 17.4).

use super::super::model::{Cell, Join, Table, flat};
use super::super::styles::{has_lines, is_framed};
use super::super::xml::Element;
use super::DocxReader;
use crate::problem::DocumentFlaw;

/// More columns than Word allows (63) in no letter.
const MOST_COLUMNS: usize = 63;

impl DocxReader<'_> {
    pub(super) fn table(&mut self, table: &Element) -> Result<Table, DocumentFlaw> {
        let properties = table.child("tblPr");
        let own = properties.and_then(|it| it.child("tblBorders")).map(has_lines);
        let style = properties.and_then(|it| it.value("tblStyle"));
        let mut read = Table {
            rows: Vec::new(),
            has_lines: own.unwrap_or_else(|| self.styles.has_lines_of_table(style)),
        };
        self.push_rows(table, &mut read)?;
        let columns = read.rows.iter().map(Vec::len).max().unwrap_or(0);
        for row in &mut read.rows {
            row.resize(columns, Cell::default());
        }
        Ok(read)
    }

    fn push_rows(&mut self, parent: &Element, table: &mut Table) -> Result<(), DocumentFlaw> {
        for child in parent.children() {
            match child.name.as_str() {
                "tr" => {
                    let properties = child.child("trPr");
                    if properties.is_some_and(|it| it.child("del").is_some()) {
                        self.changes += 1;
                        continue;
                    }
                    let mut row = Vec::new();
                    self.push_cells(child, &mut row, &mut table.has_lines)?;
                    table.rows.push(row);
                }
                "sdt" => {
                    if let Some(content) = child.child("sdtContent") {
                        self.push_rows(content, table)?;
                    }
                }
                "ins" | "moveTo" | "customXml" => self.push_rows(child, table)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn push_cells(
        &mut self,
        parent: &Element,
        row: &mut Vec<Cell>,
        has_lines_here: &mut bool,
    ) -> Result<(), DocumentFlaw> {
        for child in parent.children() {
            match child.name.as_str() {
                "tc" => {
                    let properties = child.child("tcPr");
                    let borders = properties.and_then(|it| it.child("tcBorders"));
                    *has_lines_here |= borders.is_some_and(is_framed);
                    let merge = properties.and_then(|it| it.child("vMerge"));
                    let continues = merge.is_some_and(|it| it.attribute("val") != Some("restart"));
                    let blocks = self.blocks(child)?;
                    row.push(if continues {
                        Cell::joined(Join::Up)
                    } else {
                        Cell { blocks: flat(blocks), join: None }
                    });
                    let span = properties.and_then(|it| it.value("gridSpan")?.parse().ok());
                    let span = span.unwrap_or(1_usize).min(MOST_COLUMNS);
                    for _ in 1..span {
                        if row.len() < MOST_COLUMNS {
                            row.push(Cell::joined(Join::Left));
                        }
                    }
                }
                "sdt" => {
                    if let Some(content) = child.child("sdtContent") {
                        self.push_cells(content, row, has_lines_here)?;
                    }
                }
                "customXml" => self.push_cells(child, row, has_lines_here)?,
                _ => {}
            }
        }
        Ok(())
    }
}
