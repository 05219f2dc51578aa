//! Workbooks: which file holds one, which of its sheets are read, and which others have addresses.
//!
//! `xlsx`, `xls` and `ods` read the sheets, `number_format` decides how a number looks, `sheet` how
//! much is kept.

use super::ListFile;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::panic::AssertUnwindSafe;

use zip::ZipArchive;

use super::ods::Ods;
use super::sheet::{MOST_BYTES, Sheet, SheetInfo, choose_sheets};
use super::xls::XlsBook;
use super::xlsx::Xlsx;
use crate::problem::{Cause, Fault, FileFault, ListFault};

/// The most sheets that are looked into for addresses.
const MOST_GLANCES: usize = 50;

/// What a workbook is stored in, by its first bytes, whatever its extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    /// XLSX and ODS.
    Zip,
    /// XLS, and XLSX protected by a password.
    Compound,
}

/// How much of a sheet is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    Whole,
    /// The first rows, to see whether there are addresses.
    Glance,
}

/// A workbook whose sheets are known and not read yet.
pub(super) trait Workbook {
    fn sheets(&self) -> &[SheetInfo];

    /// Reads each sheet as far as it is wanted.
    fn read(&mut self, extents: &[Option<Extent>]) -> Result<Vec<Option<Sheet>>, Fault>;
}

/// Reads the sheets of a workbook that can be read one by one.
pub(super) fn read_each(
    extents: &[Option<Extent>],
    mut read: impl FnMut(usize, Extent) -> Result<Sheet, Fault>,
) -> Result<Vec<Option<Sheet>>, Fault> {
    let mut sheets = Vec::new();
    for (at, extent) in extents.iter().enumerate() {
        sheets.push(match extent {
            None => None,
            Some(Extent::Whole) => Some(read(at, Extent::Whole)?),
            // A sheet that nobody asked for may be broken.
            Some(Extent::Glance) => read(at, Extent::Glance).ok(),
        });
    }
    Ok(sheets)
}

/// The sheets of a workbook that make the list, and what is to be told of the others.
pub(super) struct BookSheets {
    pub sheets: Vec<Sheet>,
    /// Those of them that are hidden.
    pub hidden: Vec<String>,
    /// Sheets that are shown and not read, with how many addresses a column of theirs has.
    pub others: Vec<(String, usize)>,
}

/// Detects the container of a workbook; `None` if the file is not one.
pub(super) fn container(file: &mut ListFile) -> std::io::Result<Option<Container>> {
    let mut head = Vec::new();
    (&mut *file).take(8).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(match head.as_slice() {
        [b'P', b'K', 3 | 5 | 7, ..] => Some(Container::Zip),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => Some(Container::Compound),
        _ => None,
    })
}

/// Reads the sheets that are named, else the first that is shown.
pub(super) fn read(
    file: ListFile,
    container: Container,
    wanted: &[String],
) -> Result<BookSheets, Fault> {
    // The readers may panic on a malicious file: that is a fault of the file.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let read = std::panic::catch_unwind(AssertUnwindSafe(|| match container {
        Container::Zip => read_zip(file, wanted),
        Container::Compound => read_sheets(&mut XlsBook::open(file)?, wanted),
    }));
    std::panic::set_hook(hook);
    read.unwrap_or(Err(ListFault::NotWorkbook.into()))
}

/// Reads a FODS file, which is not packed.
pub(super) fn read_flat(file: ListFile, wanted: &[String]) -> Result<BookSheets, Fault> {
    let about = file.metadata().map_err(|error| unreadable(&error))?;
    match about.len() {
        0 => Err(ListFault::ListEmpty.into()),
        1..=MOST_BYTES => read_sheets(&mut Ods::flat(file)?, wanted),
        _ => Err(ListFault::WorkbookTooLarge.into()),
    }
}

fn read_zip(mut file: ListFile, wanted: &[String]) -> Result<BookSheets, Fault> {
    let mut zip = ZipArchive::new(BufReader::new(&mut file)).map_err(|_| ListFault::NotWorkbook)?;
    let is_ods = zip.index_for_name("content.xml").is_some();
    if !is_ods && zip.index_for_name("xl/workbook.bin").is_some() {
        return Err(ListFault::ListKind { extension: "xlsb".into() }.into());
    }
    check_size(&mut zip, MOST_BYTES)?;
    drop(zip);
    file.seek(SeekFrom::Start(0)).map_err(|error| unreadable(&error))?;
    if is_ods {
        read_sheets(&mut Ods::open(file)?, wanted)
    } else {
        read_sheets(&mut Xlsx::open(file)?, wanted)
    }
}

fn read_sheets(book: &mut dyn Workbook, wanted: &[String]) -> Result<BookSheets, Fault> {
    let infos = book.sheets().to_vec();
    let chosen = choose_sheets(wanted, &infos)?;
    let mut extents = vec![None; infos.len()];
    let others_of = |is_hidden: bool| -> Vec<usize> {
        let is_other = |at: &usize| infos[*at].is_hidden == is_hidden && !chosen.contains(at);
        (0..infos.len()).filter(is_other).take(MOST_GLANCES).collect()
    };
    let shown = others_of(false);
    shown.iter().for_each(|other| extents[*other] = Some(Extent::Glance));
    chosen.iter().for_each(|sheet| extents[*sheet] = Some(Extent::Whole));
    let mut read = book.read(&extents)?;
    read.resize_with(infos.len(), || None);
    let addresses = |read: &[Option<Sheet>], at: usize| {
        let sheet = read.get(at)?.as_ref()?;
        Some((sheet.name.clone(), sheet.addresses())).filter(|(_, addresses)| *addresses > 0)
    };
    let with_addresses = |read: &[Option<Sheet>], sheets: &[usize]| -> Vec<(String, usize)> {
        sheets.iter().filter_map(|at| addresses(read, *at)).collect()
    };
    let mut others = with_addresses(&read, &shown);
    if others.is_empty() && with_addresses(&read, &chosen).is_empty() {
        // Nobody sees those, but they are better than no list.
        let hidden = others_of(true);
        let mut extents = vec![None; infos.len()];
        hidden.iter().for_each(|at| extents[*at] = Some(Extent::Glance));
        others = with_addresses(&book.read(&extents)?, &hidden);
    }
    let hidden = chosen.iter().filter(|at| infos[**at].is_hidden);
    let hidden = hidden.map(|at| infos[*at].name.clone()).collect();
    let sheets: Option<Vec<Sheet>> = chosen.iter().map(|at| read[*at].take()).collect();
    Ok(BookSheets { sheets: sheets.ok_or(ListFault::NotWorkbook)?, hidden, others })
}

/// Checks the size by unpacking every part once: the size that a part declares may be a lie.
fn check_size<R: Read + Seek>(zip: &mut ZipArchive<R>, most: u64) -> Result<(), Fault> {
    if zip.len() > 10_000 {
        return Err(ListFault::WorkbookTooLarge.into());
    }
    let mut left = most;
    for index in 0..zip.len() {
        let part = zip.by_index(index).map_err(|_| ListFault::NotWorkbook)?;
        if !part.name().is_ok_and(|name| name.ends_with(".xml") || name.ends_with(".rels")) {
            continue;
        }
        let read = std::io::copy(&mut part.take(left + 1), &mut std::io::sink())
            .map_err(|_| ListFault::NotWorkbook)?;
        left = left.checked_sub(read).ok_or(ListFault::WorkbookTooLarge)?;
    }
    Ok(())
}

pub(super) fn unreadable(error: &std::io::Error) -> Fault {
    FileFault::Unreadable { cause: Cause::from(error) }.into()
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use super::*;

    #[test]
    fn a_zip_that_unpacks_to_too_much_is_refused() {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for name in ["xl/a.xml", "xl/b.xml", "xl/media/picture.png"] {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(&vec![b' '; 100_000]).unwrap();
        }
        let bytes = zip.finish().unwrap().into_inner();
        assert!(bytes.len() < 2_000);
        let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
        assert_eq!(check_size(&mut zip, 200_000), Ok(()));
        assert_eq!(check_size(&mut zip, 199_999), Err(ListFault::WorkbookTooLarge.into()));
    }
}
