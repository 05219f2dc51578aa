//! The parts of a document: a ZIP archive, and what leads from one part to another
//! (ECMA-376, part 2).

use std::collections::HashMap;
use std::io::{BufReader, Cursor, Read as _};

use zip::ZipArchive;
use zip::result::ZipError;

use super::xml::{self, Element, XmlFlaw};
use crate::problem::DocumentFlaw;

/// Octets that a part may have when unpacked.
const MOST_OCTETS: u64 = 64 << 20;

/// Octets that all parts that are read may have together.
const MOST_IN_ALL: u64 = 256 << 20;

pub(super) struct Package {
    zip: ZipArchive<Cursor<Vec<u8>>>,
    read: u64,
}

/// Where a part leads: the target by identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// Another part, by its full name.
    Part(String),
    /// An address outside the package.
    Outside(String),
}

impl Package {
    pub(super) fn open(bytes: Vec<u8>) -> Result<Self, DocumentFlaw> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| DocumentFlaw::Broken)?;
        Ok(Self { zip, read: 0 })
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.zip.index_for_name(name).is_some()
    }

    /// The octets of a part; `None` if there is none of that name.
    pub(super) fn bytes(&mut self, name: &str) -> Result<Option<Vec<u8>>, DocumentFlaw> {
        let part = match self.zip.by_name(name) {
            Ok(part) => part,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(ZipError::UnsupportedArchive(_)) => return Err(DocumentFlaw::Protected),
            Err(_) => return Err(DocumentFlaw::Broken),
        };
        let mut bytes = Vec::new();
        part.take(MOST_OCTETS + 1).read_to_end(&mut bytes).map_err(|_| DocumentFlaw::Broken)?;
        let length = bytes.len() as u64;
        self.read += length;
        if length > MOST_OCTETS || self.read > MOST_IN_ALL {
            return Err(DocumentFlaw::TooLarge);
        }
        Ok(Some(bytes))
    }

    /// A part as a tree; `None` if there is none of that name.
    pub(super) fn tree(&mut self, name: &str) -> Result<Option<Element>, DocumentFlaw> {
        let Some(bytes) = self.bytes(name)? else { return Ok(None) };
        let tree = xml::read(BufReader::new(&*bytes)).map_err(|flaw| match flaw {
            XmlFlaw::Broken => DocumentFlaw::Broken,
            XmlFlaw::TooLarge => DocumentFlaw::TooLarge,
        })?;
        Ok(Some(tree))
    }

    /// Where a part leads, by identifier.
    pub(super) fn targets(&mut self, part: &str) -> Result<Targets, DocumentFlaw> {
        let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
        let relations = format!("{folder}/_rels/{name}.rels");
        let Some(tree) = self.tree(relations.trim_start_matches('/'))? else {
            return Ok(Targets::default());
        };
        let mut targets = Targets::default();
        for relation in tree.children() {
            let [Some(id), Some(kind), Some(target)] =
                ["Id", "Type", "Target"].map(|name| relation.attribute(name))
            else {
                continue;
            };
            let target = if relation.attribute("TargetMode") == Some("External") {
                Target::Outside(target.to_owned())
            } else {
                Target::Part(joined(folder, target))
            };
            let kind = kind.rsplit('/').next().unwrap_or(kind).to_owned();
            targets.kinds.push((kind, target.clone()));
            targets.by_id.insert(id.to_owned(), target);
        }
        Ok(targets)
    }
}

/// Where a part leads.
#[derive(Debug, Default)]
pub(super) struct Targets {
    pub(super) by_id: HashMap<String, Target>,
    kinds: Vec<(String, Target)>,
}

impl Targets {
    /// The part of a kind, such as `styles`.
    pub(super) fn part(&self, kind: &str) -> Option<&str> {
        self.kinds.iter().find(|(known, _)| known == kind).and_then(|(_, target)| match target {
            Target::Part(name) => Some(name.as_str()),
            Target::Outside(_) => None,
        })
    }
}

/// The full name of a part that another in `folder` refers to.
fn joined(folder: &str, target: &str) -> String {
    let mut path: Vec<&str> = match target.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => folder.split('/').filter(|step| !step.is_empty()).collect(),
    };
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(path.pop()),
            step => path.push(step),
        }
    }
    path.join("/")
}
