//! The faces that letters are set in: the campaign's, the system's and the built-in ones.
//!
//! Of the system's fonts only those are read that settings or letterhead name, or that the list of
//! preference has, so that the others cannot change a letter.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::LazyLock;

use fontdb::{Database, FaceInfo, Source};
use sha2::{Digest as _, Sha256};
use typst::foundations::Bytes;
use typst::text::Font;

use super::{Face, FaceOrigin, LetterheadAssets};
use crate::problem::{LetterFault, Problem, nearest};

/// Faces with the metrics of Times New Roman, the best first: free ones that have ₽ and the letters
/// of Russia's languages (PT Astra Serif, Tinos), one that has them as of its version 2 and no ₽
/// (Liberation Serif), then that face itself.
const PREFERRED: [&str; 4] = ["PT Astra Serif", "Tinos", "Liberation Serif", "Times New Roman"];

/// The built-in face for want of one of these, and the one that has what others lack.
pub(super) const BUILT_IN: [&str; 2] = ["Libertinus Serif", "New Computer Modern"];

/// What a preferred face should have: letters of Russian, the signs of number and ruble, letters of
/// other languages of Russia. The first that has all of it is taken, else the first with Russian.
const WANTED: [&str; 2] = ["Жё№₽ӘӨҮҢҺҒҚҘҪӀӐӖӢӒӦ", "Жё№"];

/// The largest file of a font, in octets: one for Chinese has some 20 MB.
const LARGEST: u64 = 64 << 20;

/// The fonts that come with Typst, as far as `build.rs` takes them over.
static OF_TYPST: LazyLock<Vec<Font>> = LazyLock::new(|| {
    let files = include!(concat!(env!("OUT_DIR"), "/faces.rs"));
    files.into_iter().flat_map(|data| Font::iter(Bytes::new(data))).collect()
});

/// What fonts the system has, by their names; their files are not kept in memory.
static SYSTEM: LazyLock<Database> = LazyLock::new(|| {
    let mut fonts = Database::new();
    fonts.load_system_fonts();
    fonts
});

/// The fonts of a letterhead.
pub(super) struct Faces {
    pub fonts: Vec<Font>,
    pub taken: Vec<Face>,
    pub warnings: Vec<Problem>,
}

/// What the files of a letterhead say about fonts.
#[derive(Default)]
pub(super) struct Wishes {
    /// Whether the letterhead asks for the face of the settings.
    pub asks_for_face: bool,
    /// Texts in it, which can be names of fonts.
    pub texts: Vec<String>,
}

impl Faces {
    /// Finds the face of the settings, or the first of the list of preference, and those that the
    /// letterhead names.
    ///
    /// # Errors
    /// The face of the settings is not to be had.
    pub(super) fn find(
        assets: &LetterheadAssets,
        own: Vec<Font>,
        wishes: &Wishes,
    ) -> Result<Self, Problem> {
        let mut faces = Self { fonts: own, taken: Vec::new(), warnings: Vec::new() };
        let own = faces.fonts.len();
        faces.fonts.extend(OF_TYPST.iter().cloned());
        if let Some((name, place)) = &assets.font {
            let face = faces.take(name, own).ok_or_else(|| {
                let known = faces.fonts.iter().map(|font| font.info().family.as_str());
                let of_system = SYSTEM.faces().flat_map(names);
                let nearest = nearest(name, known.chain(of_system));
                Problem::error(
                    place.clone(),
                    LetterFault::FaceUnknown { name: name.clone(), nearest },
                )
            })?;
            faces.taken.push(Face { is_of_text: true, ..face });
        } else if wishes.asks_for_face {
            let known = faces.fonts.len();
            let mut found = Vec::new();
            for name in PREFERRED {
                let Some(face) = faces.take(name, own) else { continue };
                let has_all = faces.covers(&face.name, WANTED[0]);
                found.push(face);
                if has_all {
                    break;
                }
            }
            let best = WANTED.iter().find_map(|letters| {
                found.iter().position(|face| faces.covers(&face.name, letters))
            });
            let face = best.map(|at| found.swap_remove(at));
            let is_chosen = |font: &Font| face.iter().any(|it| is(&font.info().family, &it.name));
            let rest = faces.fonts.split_off(known).into_iter().filter(is_chosen);
            faces.fonts.extend(rest.collect::<Vec<_>>());
            let face = face.unwrap_or_else(|| {
                let fault = LetterFault::FaceMissing { wanted: &PREFERRED, instead: BUILT_IN[0] };
                faces.warnings.push(Problem::warning(assets.place.clone(), fault));
                let name = BUILT_IN[0].to_owned();
                Face { name, origin: FaceOrigin::BuiltIn, digests: Vec::new(), is_of_text: true }
            });
            faces.taken.push(Face { is_of_text: true, ..face });
        }
        for text in &wishes.texts {
            if !faces.has(text)
                && let Some(face) = faces.take(text, own)
            {
                faces.taken.push(face);
            }
        }
        Ok(faces)
    }

    /// The face of the text.
    pub(super) fn of_text(&self) -> &str {
        let face = self.taken.iter().find(|face| face.is_of_text);
        face.map_or(BUILT_IN[0], |face| face.name.as_str())
    }

    fn has(&self, name: &str) -> bool {
        self.fonts.iter().any(|font| is(&font.info().family, name))
    }

    fn covers(&self, name: &str, letters: &str) -> bool {
        let mut fonts = self.fonts.iter().filter(|font| is(&font.info().family, name));
        fonts.any(|font| letters.chars().all(|c| font.info().coverage.contains(u32::from(c))))
    }

    /// Takes a face from the first `own` fonts, which are the campaign's, from the system or from
    /// the built-in ones.
    fn take(&mut self, name: &str, own: usize) -> Option<Face> {
        let at = self.fonts.iter().position(|font| is(&font.info().family, name));
        let (name, origin, digests) = if let Some(at) = at {
            let origin = if at < own { FaceOrigin::Campaign } else { FaceOrigin::BuiltIn };
            (self.fonts[at].info().family.clone(), origin, Vec::new())
        } else {
            let (fonts, digests) = of_system(name);
            let name = fonts.first()?.info().family.clone();
            self.fonts.extend(fonts);
            (name, FaceOrigin::System, digests)
        };
        Some(Face { name, origin, digests, is_of_text: false })
    }
}

fn is(family: &str, name: &str) -> bool {
    family.to_lowercase() == name.trim().to_lowercase()
}

fn names(face: &FaceInfo) -> impl Iterator<Item = &str> {
    face.families.iter().map(|(name, _)| name.as_str())
}

/// The system's fonts of a family, in the order of their files, and the digests of these.
fn of_system(name: &str) -> (Vec<Font>, Vec<[u8; 32]>) {
    /// Regular and bold, upright and italic; more only in families of many widths.
    const MOST: usize = 64;
    let mut files: BTreeMap<PathBuf, Vec<u32>> = BTreeMap::new();
    for face in SYSTEM.faces().filter(|face| names(face).any(|family| is(family, name))).take(MOST)
    {
        if let Source::File(path) | Source::SharedFile(path, _) = &face.source {
            files.entry(path.clone()).or_default().push(face.index);
        }
    }
    let mut fonts = Vec::new();
    let mut digests = Vec::new();
    for (path, indices) in files {
        let is_fit = std::fs::metadata(&path).is_ok_and(|about| about.len() <= LARGEST);
        let Some(data) = is_fit.then(|| std::fs::read(&path).ok()).flatten() else { continue };
        digests.push(Sha256::digest(&data).into());
        let data = Bytes::new(data);
        fonts.extend(indices.into_iter().filter_map(|index| Font::new(data.clone(), index)));
    }
    // Of two versions, the one with more letters.
    fonts.sort_by_key(|font: &Font| Reverse(font.info().coverage.iter().count()));
    (fonts, digests)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::Typography;
    use crate::letter::PdfStandard;
    use crate::problem::{Fault, Place};

    fn assets(font: Option<&str>) -> LetterheadAssets {
        LetterheadAssets {
            letterhead: None,
            fonts: Vec::new(),
            font: font.map(|name| (name.to_owned(), Place::file("campaign.toml"))),
            font_size: 14,
            typography: Typography::Russian,
            logo: None,
            pictures: Vec::new(),
            signature: None,
            electronic_signature: None,
            standard: PdfStandard::A2b,
            place: Place::file("campaign.toml"),
        }
    }

    #[test]
    fn the_built_in_faces_are_three_families_in_four_styles() {
        let mut names: Vec<_> = OF_TYPST.iter().map(|font| font.info().family.clone()).collect();
        names.sort();
        let families = ["DejaVu Sans Mono", "Libertinus Serif", "New Computer Modern"];
        assert_eq!(names, families.map(|name| [name; 4]).concat());
    }

    #[test]
    fn a_built_in_face_is_known_by_its_name() {
        let wishes = Wishes::default();
        let faces = Faces::find(&assets(Some("libertinus serif")), Vec::new(), &wishes).unwrap();
        assert_eq!(faces.of_text(), "Libertinus Serif");
        let face = &faces.taken[0];
        assert_eq!((face.origin, face.is_of_text), (FaceOrigin::BuiltIn, true));
        assert!(faces.warnings.is_empty());
    }

    #[test]
    fn a_face_that_is_nowhere_is_an_error_with_the_nearest_name() {
        let wishes = Wishes::default();
        let error = Faces::find(&assets(Some("Libertinos Serif")), Vec::new(), &wishes);
        let Fault::Letter(LetterFault::FaceUnknown { nearest, .. }) = error.err().unwrap().fault
        else {
            panic!("another fault")
        };
        assert_eq!(nearest.as_deref(), Some("Libertinus Serif"));
    }

    #[test]
    fn the_preferred_face_is_one_of_the_list_or_there_is_a_warning() {
        let wishes = Wishes { asks_for_face: true, texts: Vec::new() };
        let faces = Faces::find(&assets(None), Vec::new(), &wishes).unwrap();
        let is_preferred = PREFERRED.contains(&faces.of_text());
        assert_ne!(is_preferred, faces.of_text() == BUILT_IN[0]);
        assert_eq!(faces.warnings.is_empty(), is_preferred);
        assert_eq!(faces.taken[0].digests.is_empty(), !is_preferred);
        // A letterhead that names its own fonts needs none of these, and there is nothing to say.
        let faces = Faces::find(&assets(None), Vec::new(), &Wishes::default()).unwrap();
        assert!(faces.taken.is_empty() && faces.warnings.is_empty());
    }
}
