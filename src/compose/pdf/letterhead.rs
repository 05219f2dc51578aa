//! Reads a letterhead with its files, and typesets letters on it.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};
use typst::diag::{FileError, FileResult, SourceDiagnostic, Warned};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, SyntaxKind, SyntaxNode, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandards};

use super::faces::{self, Faces, Wishes};
use super::{
    ElectronicSignature, Face, LetterheadAssets, Pdf, Typography, faults, sections, setting,
};
use crate::compose::Fetch;
use crate::compose::body::Block;
use crate::compose::picture::has_too_many_pixels;
use crate::letter::PdfStandard;
use crate::problem::{Cause, FileFault, LetterFault, Place, Problem, Severity};
use crate::russian::dates;

const MAIN: &str = "/gonets/main.typ";
const LIBRARY: &str = "/gonets.typ";
const LETTER: &str = "/gonets/letter.json";
const BUILT_IN: &str = "letterhead.typ";

/// The most pages of a letter.
const MOST_PAGES: usize = 100;

/// A letterhead with the files that it needs. Shared by all threads.
pub(crate) struct Letterhead {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    files: HashMap<FileId, Bytes>,
    pub(super) sources: HashMap<FileId, Source>,
    main: FileId,
    letter: FileId,
    /// The letterhead's file, as the user and as Typst name it.
    pub(super) name: String,
    pub(super) path: String,
    logo: Option<String>,
    signature: Option<String>,
    electronic_signature: Option<ElectronicSignature>,
    typography: Typography,
    faces: Vec<Face>,
    /// What the letterhead calls the face of the text and the faces behind it, and its size.
    face: Value,
    size: u8,
    warnings: Vec<Problem>,
    standards: PdfStandards,
    /// Typst's warnings that were reported already: they repeat with every letter.
    reported: Mutex<HashSet<String>>,
}

impl Letterhead {
    /// Reads a letterhead and the files that it names.
    ///
    /// # Errors
    /// Each file that cannot be read, at the place that names it.
    pub(crate) fn new(assets: &LetterheadAssets, fetch: &Fetch) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut read = |(name, place): &(String, Place)| {
            let fault = |cause| {
                Problem::error(place.clone(), LetterFault::Attachment { name: name.clone(), cause })
            };
            fetch(name).and_then(fitting).map_err(|cause| problems.push(fault(cause))).ok()
        };
        let signature = assets
            .signature
            .as_ref()
            .and_then(|signature| Some((path(&signature.0), read(signature)?)));
        let own_fonts: Vec<Vec<u8>> = assets.fonts.iter().filter_map(&mut read).collect();
        let (name, text) = match &assets.letterhead {
            None => (
                BUILT_IN.to_owned(),
                Some(include_str!("../../../templates/letterhead.typ").into()),
            ),
            Some(own) => (own.0.clone(), read(own)),
        };
        let Some(text) = text.filter(|_| problems.is_empty()) else { return Err(problems) };
        let Ok(text) = String::from_utf8(text) else {
            return Err(vec![Problem::error(Place::file(name.as_str()), FileFault::NotUtf8)]);
        };
        let mut letterhead = Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::new()),
            fonts: Vec::new(),
            files: HashMap::new(),
            sources: HashMap::new(),
            main: id(MAIN),
            letter: id(LETTER),
            path: path(&name),
            name,
            logo: assets.logo.as_deref().map(path),
            signature: signature.as_ref().map(|(path, _)| path.clone()),
            electronic_signature: assets.electronic_signature.clone(),
            typography: assets.typography,
            faces: Vec::new(),
            face: Value::Null,
            size: assets.font_size,
            warnings: Vec::new(),
            standards: standards(assets.standard),
            reported: Mutex::default(),
        };
        letterhead.add_source(MAIN, include_str!("main.typ"));
        letterhead.add_source(LIBRARY, include_str!("gonets.typ"));
        if let Some((path, bytes)) = signature {
            letterhead.files.insert(id(&path), Bytes::new(bytes));
        }
        if let Some(logo) = &assets.logo
            && let Ok(bytes) = fetch(logo)
        {
            letterhead.files.insert(id(&path(logo)), Bytes::new(bytes));
        }
        for (picture, bytes) in &assets.pictures {
            letterhead.files.insert(id(&path(picture)), Bytes::new(bytes.to_vec()));
        }
        let mut wishes = letterhead.gather(text, fetch)?;
        if assets.letterhead.is_none() {
            wishes.texts.clear();
        }
        let own = own_fonts.into_iter().flat_map(|data| Font::iter(Bytes::new(data))).collect();
        let faces = Faces::find(assets, own, &wishes).map_err(|problem| vec![problem])?;
        letterhead.face = json!([faces.of_text(), faces::BUILT_IN[0], faces::BUILT_IN[1]]);
        letterhead.book = LazyHash::new(FontBook::from_fonts(&faces.fonts));
        Faces { fonts: letterhead.fonts, taken: letterhead.faces, warnings: letterhead.warnings } =
            faces;
        Ok(letterhead)
    }

    /// The faces taken from the system and the one that the text is set in.
    pub(crate) fn faces(&self) -> &[Face] {
        &self.faces
    }

    /// What is worth a look, once for all letters.
    pub(crate) fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// Reads the letterhead and, from it on, every file that a string literal names. Returns what
    /// they say about fonts.
    ///
    /// # Errors
    /// The first picture that is too large.
    fn gather(&mut self, letterhead: String, fetch: &Fetch) -> Result<Wishes, Vec<Problem>> {
        let mut wishes = Wishes::default();
        let mut ahead = VecDeque::from([(self.path.clone(), letterhead)]);
        while let Some((at, text)) = ahead.pop_front() {
            let source = self.add_source(&at, &text);
            let (literals, asks_for_face) = literals(source.root());
            wishes.asks_for_face |= asks_for_face;
            wishes.texts.extend(literals.iter().cloned());
            for name in literals {
                let Some(found) = joined(&at, &name) else { continue };
                let file = id(&found);
                if self.sources.contains_key(&file) || self.files.contains_key(&file) {
                    continue;
                }
                // Most literals do not name a file; one that should is reported when a letter asks
                // for the file.
                let inside = found.trim_start_matches('/');
                let Ok(bytes) = fetch(inside) else { continue };
                let bytes = fitting(bytes).map_err(|cause| {
                    let place = Place::file(at.trim_start_matches('/'));
                    let fault = LetterFault::Attachment { name: inside.to_owned(), cause };
                    vec![Problem::error(place, fault)]
                })?;
                match String::from_utf8(bytes) {
                    Ok(text) if found.to_lowercase().ends_with(".typ") => {
                        ahead.push_back((found, text));
                    }
                    Ok(text) => drop(self.files.insert(file, Bytes::from_string(text))),
                    Err(other) => drop(self.files.insert(file, Bytes::new(other.into_bytes()))),
                }
            }
        }
        Ok(wishes)
    }

    fn add_source(&mut self, path: &str, text: &str) -> Source {
        let source = Source::new(id(path), text.to_owned());
        self.sources.insert(source.id(), source.clone());
        source
    }

    /// Typesets one letter. `letter` holds the values, `identity` distinguishes the document.
    ///
    /// The same values always make the same bytes.
    ///
    /// # Errors
    /// What Typst does not understand, at its line and column.
    pub(crate) fn typeset(
        &self,
        mut letter: Value,
        blocks: &[Block],
        identity: &str,
    ) -> Result<Pdf, Problem> {
        let mut blocks = blocks.to_vec();
        setting::set(&mut blocks, self.typography);
        let sections = sections::Sections::of(&blocks, &letter);
        letter["registration"] = sections.registration(&letter);
        letter["whole"] = sections::whole(&blocks);
        letter["parts"] = sections.values();
        letter["face"] = self.face.clone();
        letter["size"] = json!(self.size);
        letter["logo"] = json!(self.logo);
        letter["signature"] = json!(self.signature);
        letter["electronic-signature"] =
            self.electronic_signature.as_ref().map_or(Value::Null, mark);
        letter["letterhead"] = json!(self.path);
        let world =
            LetterWorld { letterhead: self, letter: Bytes::from_string(letter.to_string()) };
        let pdf = self.typeset_in(&world, identity);
        // Without this a long run would fill the memory with what letters do not share.
        typst::comemo::evict(2);
        pdf
    }

    fn typeset_in(&self, world: &LetterWorld, identity: &str) -> Result<Pdf, Problem> {
        let Warned { output, warnings } = typst::compile::<PagedDocument>(world);
        let document = output.map_err(|errors| self.first(&errors))?;
        let pages = document.pages().len();
        if pages > MOST_PAGES {
            let fault = LetterFault::TooManyPages { pages: pages as u64, most: MOST_PAGES as u64 };
            return Err(Problem::error(Place::file(self.name.as_str()), fault));
        }
        let mut problems = self.new_warnings(&warnings);
        let missing = faults::missing_glyphs(&document);
        let is_whole = missing.is_empty();
        if !is_whole {
            let fault = LetterFault::GlyphsMissing { characters: missing };
            problems.push(
                Problem::error(Place::file(self.name.as_str()), fault)
                    .with_severity(Severity::Warning),
            );
        }
        let options = PdfOptions {
            ident: Smart::Custom(identity.to_owned()),
            creator: Smart::Custom(Some("gonets".to_owned())),
            // A document with missing glyphs cannot conform to PDF/A.
            standards: if is_whole { self.standards.clone() } else { PdfStandards::default() },
            ..PdfOptions::default()
        };
        let bytes = typst_pdf::pdf(&document, &options).map_err(|errors| self.first(&errors))?;
        let pages = u32::try_from(pages).unwrap_or(u32::MAX);
        Ok(Pdf { bytes, pages, warnings: problems })
    }

    fn first(&self, errors: &[SourceDiagnostic]) -> Problem {
        match errors.first() {
            Some(error) => self.problem(error),
            None => Problem::error(
                Place::file(self.name.as_str()),
                LetterFault::Typst { detail: "no reason given".into(), hint: None },
            ),
        }
    }

    fn new_warnings(&self, warnings: &[SourceDiagnostic]) -> Vec<Problem> {
        let mut reported = self.reported.lock().unwrap_or_else(PoisonError::into_inner);
        let new = warnings.iter().filter(|warning| reported.insert(warning.message.to_string()));
        new.map(|warning| self.problem(warning).with_severity(Severity::Warning)).collect()
    }
}

/// What the mark of an electronic signature says, a line each.
fn mark(of: &ElectronicSignature) -> Value {
    let ElectronicSignature { certificate, owner, valid_from, valid_until } = of;
    let until = dates::short(*valid_until);
    let validity = match valid_from {
        Some(from) => format!("Действителен с {} по {until}", dates::short(*from)),
        None => format!("Действителен до {until}"),
    };
    json!({
        "title": "Документ подписан электронной подписью",
        "lines": [format!("Сертификат: {certificate}"), format!("Владелец: {owner}"), validity],
    })
}

/// A file, unless it is a picture of more pixels than may be unpacked.
fn fitting(bytes: Vec<u8>) -> Result<Vec<u8>, Cause> {
    if has_too_many_pixels(&bytes) { Err(Cause::TooLarge) } else { Ok(bytes) }
}

fn standards(standard: PdfStandard) -> PdfStandards {
    use typst_pdf::PdfStandard as Typst;
    let list: &[Typst] = match standard {
        PdfStandard::A2b => &[Typst::A_2b],
        PdfStandard::A3u => &[Typst::A_3u],
        PdfStandard::Ua1 => &[Typst::Ua_1],
        PdfStandard::Plain => &[Typst::V_1_7],
    };
    // A single standard never conflicts.
    PdfStandards::new(list).unwrap_or_default()
}

/// A file's path as Typst names it.
fn path(name: &str) -> String {
    format!("/{}", name.trim().replace('\\', "/").trim_start_matches("./"))
}

/// Typst's identifier of a path. There are only 65,535 and none is freed, so they are made only
/// while a letterhead is read.
fn id(path: &str) -> FileId {
    let path = VirtualPath::new(path).or_else(|_| VirtualPath::new("/"));
    let path = path.unwrap_or_else(|_| unreachable!("«/» is a path"));
    FileId::new(RootedPath::new(VirtualRoot::Project, path))
}

/// Resolves `name` in the file `at`; `None` if it leads out of the campaign's folder.
fn joined(at: &str, name: &str) -> Option<String> {
    if name.is_empty()
        || name.len() > 200
        || name.starts_with('@')
        || name.chars().any(char::is_control)
    {
        return None;
    }
    let folder = VirtualPath::new(at).ok()?.parent()?;
    let path = if name.starts_with('/') {
        VirtualPath::new(name).ok()?
    } else {
        folder.join(name).ok()?
    };
    Some(path.get_with_slash().to_owned())
}

/// The string literals, and whether the code names the face of the settings.
fn literals(node: &SyntaxNode) -> (Vec<String>, bool) {
    let mut texts = Vec::new();
    let mut asks_for_face = false;
    let mut ahead = vec![node];
    while let Some(node) = ahead.pop() {
        if node.kind() == SyntaxKind::Str {
            texts.push(node.leaf_text().trim_matches('"').to_owned());
        }
        asks_for_face |= node.kind() == SyntaxKind::Ident && node.leaf_text() == "face";
        ahead.extend(node.children());
    }
    (texts, asks_for_face)
}

/// What Typst sees for one letter: the letterhead and the letter's own values.
pub(super) struct LetterWorld<'a> {
    pub(super) letterhead: &'a Letterhead,
    pub(super) letter: Bytes,
}

impl World for LetterWorld<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.letterhead.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.letterhead.book
    }

    fn main(&self) -> FileId {
        self.letterhead.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.letterhead.sources.get(&id).cloned().ok_or_else(|| not_found(id))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.letterhead.letter {
            return Ok(self.letter.clone());
        }
        let source = || {
            self.letterhead
                .sources
                .get(&id)
                .map(|source| Bytes::from_string(source.text().to_owned()))
        };
        self.letterhead.files.get(&id).cloned().or_else(source).ok_or_else(|| not_found(id))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.letterhead.fonts.get(index).cloned()
    }

    /// Nothing: the result must not depend on the day of composing.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn not_found(id: FileId) -> FileError {
    FileError::NotFound(id.get().vpath().get_without_slash().into())
}

/// Why Typst could not read a file that it did not find.
pub(super) const NOT_FOUND: Cause = Cause::NotFound;
