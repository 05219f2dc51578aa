//! Reads the files that go with the letters: logo, DKIM key, letterhead, and, as they are asked
//! for, attachments.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::compose::{
    Fetch, Letterhead, LetterheadAssets, NamedPicture, PdfSettings, Picture, PublicKey, Signer,
};
use crate::config::{Config, DkimTable, PdfTable, Placed};
use crate::document::PictureFile;
use crate::folder::CampaignFolder;
use crate::problem::{Cause, ConfigFault, Fault, KeyFlaw, LetterFault, Problem};

/// What the composer gets from the campaign's folder.
pub(super) struct Assets {
    pub(super) folder: Arc<CampaignFolder>,
    pub(super) logo: Option<Picture>,
    /// The pictures in the text, by the names that the letter gives them.
    pub(super) pictures: Vec<(String, Picture)>,
    pub(super) pdf: Option<PdfSettings>,
    pub(super) signer: Option<Signer>,
}

impl Assets {
    /// Reads the files that all letters share: `named` are the pictures of the letter, `inside`
    /// those that came with it.
    ///
    /// # Errors
    /// Every file that may not or cannot be used, at the place in `campaign.toml` that names it.
    pub(super) fn read(
        config: &Config,
        named: &[NamedPicture],
        inside: &[PictureFile],
        allowed: Vec<PathBuf>,
    ) -> Result<Self, Vec<Problem>> {
        let letter = &config.letter;
        let mut problems = Vec::new();
        let folder = Arc::new(Self::open_folder(config)?.allowing(allowed));
        let logo = letter.logo.as_ref().and_then(|(name, place)| {
            let bytes = folder
                .read(name)
                .map_err(|cause| LetterFault::Attachment { name: name.clone(), cause }.into());
            let picture =
                bytes.and_then(|bytes| Picture::new(name, bytes, config.from.address.domain()));
            picture.map_err(|fault| problems.push(Problem::error(place.clone(), fault))).ok()
        });
        let mut pictures: Vec<(String, Picture)> = Vec::new();
        for NamedPicture { source, place } in named {
            if pictures.iter().any(|(known, _)| known == source) {
                continue;
            }
            let domain = config.from.address.domain();
            let read = match inside.iter().find(|picture| picture.name == *source) {
                Some(known) => Picture::new(source, known.bytes.clone(), domain),
                None => picture(source, &folder, domain),
            };
            match read {
                Ok(picture) => pictures.push((source.clone(), picture)),
                Err(fault) => problems.push(Problem::error(place.clone(), fault)),
            }
        }
        let signer = config.dkim.as_ref().and_then(|dkim| {
            let domain = dkim.domain.as_deref().unwrap_or(config.from.address.domain());
            signer(config, dkim, domain).map_err(|problem| problems.push(problem)).ok()
        });
        let pdf = config.pdf.as_ref().and_then(|pdf| {
            let logo =
                letter.logo.as_ref().filter(|_| logo.is_some()).map(|(name, _)| name.clone());
            let pictures =
                pictures.iter().map(|(name, it)| (name.clone(), it.bytes.clone())).collect();
            let shown = Shown { logo, pictures };
            pdf_settings(pdf, shown, &folder).map_err(|faults| problems.extend(faults)).ok()
        });
        if problems.is_empty() {
            Ok(Self { folder, logo, pictures, pdf, signer })
        } else {
            Err(problems)
        }
    }

    /// Opens the campaign's folder and those of `attachments_from`.
    ///
    /// # Errors
    /// The first that is not a folder, where `campaign.toml` names it.
    pub(super) fn open_folder(config: &Config) -> Result<CampaignFolder, Vec<Problem>> {
        let letter = &config.letter;
        let others: Vec<String> =
            letter.attachments_from.iter().map(|(folder, _)| folder.clone()).collect();
        CampaignFolder::open(&config.folder, &others, letter.settings.max_size).map_err(
            |(name, cause)| {
                let place = letter.attachments_from.iter().find(|(folder, _)| *folder == name);
                let place = place.map_or_else(
                    || letter.settings.subject_place.clone(),
                    |(_, place)| place.clone(),
                );
                vec![Problem::error(place, LetterFault::Attachment { name, cause })]
            },
        )
    }

    /// Reads files for the composer.
    pub(super) fn fetch(&self) -> Arc<Fetch> {
        fetch(&self.folder)
    }
}

fn fetch(folder: &Arc<CampaignFolder>) -> Arc<Fetch> {
    let folder = folder.clone();
    Arc::new(move |name| folder.read(name))
}

/// Reads a picture that the letter shows.
fn picture(name: &str, folder: &CampaignFolder, domain: &str) -> Result<Picture, Fault> {
    if name.contains("://") || name.starts_with("//") || name.starts_with("data:") {
        return Err(LetterFault::PictureElsewhere { address: name.to_owned() }.into());
    }
    let bytes = folder
        .read(name)
        .map_err(|cause| LetterFault::Attachment { name: name.to_owned(), cause })?;
    Picture::new(name, bytes, domain)
}

/// The pictures that a letterhead shows beside its own.
struct Shown {
    logo: Option<String>,
    pictures: Vec<(String, Arc<[u8]>)>,
}

/// Reads the letterhead and the files that it needs.
fn pdf_settings(
    pdf: &PdfTable,
    Shown { logo, pictures }: Shown,
    folder: &Arc<CampaignFolder>,
) -> Result<PdfSettings, Vec<Problem>> {
    let mut fonts = Vec::new();
    if let Some((name, place)) = &pdf.fonts {
        let files = folder.list(name).map_err(|cause| {
            vec![Problem::error(
                place.clone(),
                LetterFault::Attachment { name: name.clone(), cause },
            )]
        })?;
        let is_font = |file: &String| {
            let ending = file.rsplit('.').next().unwrap_or_default().to_lowercase();
            ["ttf", "otf", "ttc", "otc"].contains(&ending.as_str())
        };
        fonts.extend(files.into_iter().filter(is_font).map(|file| (file, place.clone())));
    }
    let assets = LetterheadAssets { fonts, logo, pictures, ..pdf.assets.clone() };
    let letterhead = Letterhead::new(&assets, &*fetch(folder))?;
    Ok(PdfSettings { letterhead, name: pdf.name.clone() })
}

/// The public half of the DKIM key, if the campaign signs.
pub(crate) fn dkim_key(config: &Config) -> Result<Option<PublicKey>, Problem> {
    let Some(dkim) = &config.dkim else { return Ok(None) };
    let domain = dkim.domain.as_deref().unwrap_or(config.from.address.domain());
    Ok(Some(signer(config, dkim, domain)?.public_key()))
}

/// Reads the DKIM key. It may lie outside the campaign's folder, which is often shared.
fn signer(config: &Config, dkim: &DkimTable, domain: &str) -> Result<Signer, Problem> {
    let folder = &config.folder;
    let (name, place): &Placed<String> = &dkim.key;
    let problem = |fault: Fault| Problem::error(place.clone(), fault);
    let path = folder.join(name);
    let unreadable = |cause| problem(LetterFault::Attachment { name: name.clone(), cause }.into());
    let about = std::fs::metadata(&path).map_err(|error| unreadable(Cause::from(&error)))?;
    if is_open_to_others(&about, config.is_for_group) {
        return Err(problem(ConfigFault::KeyFile { flaw: KeyFlaw::Open }.into()));
    }
    let pem = file_of(folder, name).map_err(unreadable)?;
    Signer::new(domain, &dkim.selector, &pem)
        .map_err(|flaw| problem(ConfigFault::KeyFile { flaw }.into()))
}

/// Reads a small file that may lie outside the campaign's folder.
pub(super) fn file_of(folder: &Path, name: &str) -> Result<Vec<u8>, Cause> {
    /// Of an authority or a key; the authorities of a whole system take a quarter of it.
    const MOST: u64 = 1 << 20;
    crate::folder::read(&folder.join(name), MOST)
}

#[cfg(unix)]
fn is_open_to_others(about: &std::fs::Metadata, is_for_group: bool) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    // A group that shares the campaign signs its letters with one key, which it only reads.
    let others = if is_for_group { 0o037 } else { 0o077 };
    about.mode() & others != 0
}

#[cfg(not(unix))]
fn is_open_to_others(_: &std::fs::Metadata, _: bool) -> bool {
    false
}
