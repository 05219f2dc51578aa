//! The first sheet of the report's workbook, for whoever asks what became of the mailing: sums on
//! top, then a line for each letter, coloured by what there is to do about it.

use rust_xlsxwriter::{
    Color, Format, FormatAlign, FormatBorder, IgnoreError, Worksheet, XlsxError,
};

use super::sheet::{self, LINE, MAX_HEIGHT, MAX_ROWS, fitting, width};

/// What a cell says at a glance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Plain,
    Good,
    /// It will settle by itself.
    Pending,
    /// Somebody has to look.
    Attention,
    Bad,
    /// Nothing goes there, and nothing is to be done.
    Quiet,
}

impl Tone {
    fn fill(self) -> Option<Color> {
        let colour = match self {
            Self::Plain => return None,
            Self::Good => 0xC6_EF_CE,
            Self::Pending => 0xDD_EB_F7,
            Self::Attention => 0xFF_EB_9C,
            Self::Bad => 0xFF_C7_CE,
            Self::Quiet => 0xE7_E6_E6,
        };
        Some(Color::RGB(colour))
    }
}

/// How many letters are alike.
#[derive(Debug, Clone)]
pub(crate) struct Sum {
    pub words: String,
    pub count: u64,
    pub tone: Tone,
}

/// A cell of the table below the sums.
#[derive(Debug, Clone)]
pub(crate) struct BriefCell {
    pub text: String,
    pub tone: Tone,
}

/// What the sheet says.
#[derive(Debug, Clone)]
pub(crate) struct Brief {
    /// The name of the sheet.
    pub name: String,
    pub title: String,
    /// Of which moment it tells.
    pub as_of: String,
    /// Each begins with the sum of the others.
    pub sums: [Vec<Sum>; 2],
    pub headings: Vec<String>,
    pub lines: Vec<Vec<BriefCell>>,
}

/// The columns of the counts; their words stand to the right.
const SUMS_AT: [u16; 2] = [0, 4];

/// The first row of the sums.
const SUMS_FROM: u32 = 3;

/// The widest column, in characters.
const WIDEST: usize = 34;

/// Fills the sheet, and returns the row of the headings.
pub(super) fn fill(sheet: &mut Worksheet, brief: &Brief) -> Result<u32, XlsxError> {
    sheet.set_name(&brief.name)?;
    let title = Format::new().set_bold().set_font_size(14);
    sheet.write_string_with_format(0, 0, fitting(&brief.title), &title)?;
    sheet.write_string(1, 0, fitting(&brief.as_of))?;
    for (sums, column) in brief.sums.iter().zip(SUMS_AT) {
        for (row, sum) in (SUMS_FROM..).zip(sums) {
            let format = cell(sum.tone);
            let format = if row == SUMS_FROM { format.set_bold() } else { format };
            let words = format.clone().set_indent(1);
            sheet.write_string_with_format(row, column + 1, fitting(&sum.words), &words)?;
            // Of all numbers here, these alone are numbers.
            #[expect(clippy::cast_precision_loss, reason = "a sheet has far fewer rows")]
            sheet.write_number_with_format(row, column, sum.count as f64, &format)?;
        }
    }
    let tallest = brief.sums.iter().map(Vec::len).max().unwrap_or_default();
    let headings = SUMS_FROM + u32::try_from(tallest).unwrap_or_default() + 1;
    table(sheet, brief, headings)?;
    Ok(headings)
}

fn table(sheet: &mut Worksheet, brief: &Brief, headings: u32) -> Result<(), XlsxError> {
    let bold = cell(Tone::Plain).set_bold().set_align(FormatAlign::VerticalCenter);
    let mut widths = Vec::new();
    for (column, heading) in brief.headings.iter().enumerate() {
        let texts = brief.lines.iter().filter_map(|line| line.get(column));
        let mut width = width(texts.map(|cell| cell.text.as_str()), heading, WIDEST);
        for (sums, at) in brief.sums.iter().zip(SUMS_AT) {
            if usize::from(at) + 1 == column {
                let longest = sums.iter().map(|sum| sum.words.chars().count()).max();
                width = width.max(longest.unwrap_or_default()).min(WIDEST);
            }
        }
        let column = u16::try_from(column).unwrap_or_default();
        sheet.write_string_with_format(headings, column, fitting(heading), &bold)?;
        sheet.set_column_width(column, u32::try_from(width).unwrap_or_default() + 2)?;
        widths.push(width);
    }
    let first = headings + 1;
    let room = MAX_ROWS - headings as usize - 1;
    for (row, line) in (first..).zip(brief.lines.iter().take(room)) {
        for (column, it) in (0u16..).zip(line) {
            // As text, a number keeps its leading zeros, and nothing is a formula.
            let format = cell(it.tone).set_num_format("@").set_align(FormatAlign::Top);
            sheet.write_string_with_format(row, column, fitting(&it.text), &format)?;
        }
        let lines = line.iter().zip(&widths).map(|(it, width)| sheet::lines(&it.text, *width));
        let lines = u32::try_from(lines.max().unwrap_or(1)).unwrap_or(u32::MAX);
        if lines > 1 {
            sheet.set_row_height(row, (LINE * f64::from(lines)).min(MAX_HEIGHT))?;
        }
    }
    sheet.set_freeze_panes(first, 0)?;
    let last = headings + u32::try_from(brief.lines.len().min(room)).unwrap_or_default();
    if let Some(columns) = u16::try_from(brief.headings.len()).ok().filter(|it| *it > 0) {
        sheet.autofilter(headings, 0, last, columns - 1)?;
        // Excel would mark each number that is text with a green corner.
        sheet.ignore_error_range(
            headings,
            0,
            last,
            columns - 1,
            IgnoreError::NumberStoredAsText,
        )?;
    }
    Ok(())
}

fn cell(tone: Tone) -> Format {
    let format = Format::new().set_text_wrap().set_border(FormatBorder::Thin);
    match tone.fill() {
        Some(colour) => format.set_background_color(colour),
        None => format,
    }
}
