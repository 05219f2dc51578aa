//! A table as an XLSX workbook that can be printed: landscape, one page wide, its headings on each page.

use rust_xlsxwriter::{
    Format, FormatAlign, FormatBorder, IgnoreError, Workbook, Worksheet, XlsxError,
};

use super::{Table, brief};
use crate::escaping::visible;

/// The most rows of a sheet, headings included.
pub(super) const MAX_ROWS: usize = 1_048_576;

/// The longest text in a cell of a sheet, in UTF-16 units.
const MAX_CELL: usize = 32_767;

/// The longest header or footer, in characters.
const MAX_HEADER: usize = 255;

/// A4.
const PAPER: u8 = 9;

/// The rows that decide how wide a column is.
const MEASURED: usize = 200;

/// The width of a column in characters; longer text is wrapped.
const WIDTHS: std::ops::RangeInclusive<usize> = 6..=26;

/// The height of a line, and the most that Excel gives a row, in points.
pub(super) const LINE: f64 = 15.0;
pub(super) const MAX_HEIGHT: f64 = 409.0;

/// Writes the workbook.
pub(super) fn of(table: &Table) -> Result<Vec<u8>, String> {
    let mut workbook = Workbook::new();
    let mut write = || -> Result<Vec<u8>, XlsxError> {
        if let Some(brief) = &table.brief {
            let sheet = workbook.add_worksheet();
            let headings = brief::fill(sheet, brief)?;
            to_print(sheet, &brief.name, table, headings)?;
        }
        let sheet = workbook.add_worksheet();
        sheet.set_name(&table.name)?;
        fill(sheet, table)?;
        to_print(sheet, &table.name, table, 0)?;
        workbook.save_to_buffer()
    };
    write().map_err(|error| error.to_string())
}

fn fill(sheet: &mut Worksheet, table: &Table) -> Result<(), XlsxError> {
    let cell = || Format::new().set_text_wrap().set_border(FormatBorder::Thin);
    let bold = cell().set_bold().set_align(FormatAlign::VerticalCenter);
    let text = cell().set_num_format("@").set_align(FormatAlign::Top);
    let mut widths = Vec::new();
    for (column, heading) in (0u16..).zip(table.headings()) {
        let cells = table.lines.iter().filter_map(|line| line.cells().nth(usize::from(column)));
        let width = width(cells, heading, *WIDTHS.end());
        sheet.write_string_with_format(0, column, fitting(heading), &bold)?;
        sheet.set_column_width(column, u32::try_from(width).unwrap_or_default() + 2)?;
        widths.push(width);
    }
    for (row, line) in (1u32..).zip(table.lines.iter().take(MAX_ROWS - 1)) {
        for (column, cell) in (0u16..).zip(line.cells()) {
            // As text, a number keeps its leading zeros, and nothing is a formula.
            sheet.write_string_with_format(row, column, fitting(cell), &text)?;
        }
        // Only Excel itself would find the height of a row with wrapped text.
        let lines = line.cells().zip(&widths).map(|(cell, width)| lines(cell, *width)).max();
        let lines = u32::try_from(lines.unwrap_or(1)).unwrap_or(u32::MAX);
        if lines > 1 {
            sheet.set_row_height(row, (LINE * f64::from(lines)).min(MAX_HEIGHT))?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    let rows = table.lines.len().min(MAX_ROWS - 1);
    let columns = table.headings().count();
    if let (Ok(last), Ok(columns)) = (u32::try_from(rows), u16::try_from(columns))
        && columns > 0
    {
        sheet.autofilter(0, 0, last, columns - 1)?;
        // Excel would mark each number that is text with a green corner.
        sheet.ignore_error_range(0, 0, last, columns - 1, IgnoreError::NumberStoredAsText)?;
    }
    Ok(())
}

/// `headings` is the row that is repeated on each page.
fn to_print(
    sheet: &mut Worksheet,
    name: &str,
    table: &Table,
    headings: u32,
) -> Result<(), XlsxError> {
    let literal = |text: &str| text.replace('&', "&&");
    let title = format!("&C&\"-,Bold\"{}: {}", literal(name), literal(&table.title));
    let signature = table.signature.as_deref().map(literal).unwrap_or_default();
    sheet.set_landscape();
    sheet.set_paper_size(PAPER);
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_margins(0.4, 0.4, 0.7, 0.8, 0.3, 0.4);
    sheet.set_repeat_rows(headings, headings)?;
    sheet.set_header(title.chars().take(MAX_HEADER).collect::<String>());
    sheet.set_footer(format!("&L{signature}&R&P / &N"));
    Ok(())
}

/// Wide enough for the longest of the first cells and for the heading, within bounds.
pub(super) fn width<'a>(
    cells: impl Iterator<Item = &'a str>,
    heading: &'a str,
    widest: usize,
) -> usize {
    let cells = cells.take(MEASURED).chain([heading]);
    let longest = cells.map(|cell| cell.chars().count()).max().unwrap_or(0);
    longest.clamp(*WIDTHS.start(), widest)
}

/// The lines that a text takes when it is wrapped at words; a word that is too long is broken.
pub(super) fn lines(text: &str, width: usize) -> usize {
    let of_paragraph = |paragraph: &str| {
        let (mut lines, mut taken) = (1, 0);
        for word in paragraph.split(' ').map(|word| word.chars().count()) {
            if taken > 0 && taken + 1 + word > width {
                lines += 1;
                taken = 0;
            }
            taken += usize::from(taken > 0) + word;
            while taken > width {
                lines += 1;
                taken -= width;
            }
        }
        lines
    };
    text.lines().map(of_paragraph).sum::<usize>().max(1)
}

/// Shortens a text to what a cell can hold, with nothing hidden in it.
pub(super) fn fitting(text: &str) -> String {
    let mut units = 0;
    let fits = |c: &char| {
        units += c.len_utf16();
        units <= MAX_CELL
    };
    visible(text).chars().take_while(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_as_high_as_its_wrapped_text() {
        assert_eq!(lines("", 10), 1);
        assert_eq!(lines("раз два три", 7), 2);
        assert_eq!(lines("раз два три", 11), 1);
        assert_eq!(lines("длинноеслово", 5), 3);
        assert_eq!(lines("раз\nдва", 9), 2);
    }
}
