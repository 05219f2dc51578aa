//! One Tera template: reading and rendering it. What goes wrong is explained in `diagnosis`.

mod bare_columns;
mod diagnosis;

use std::collections::{BTreeMap, HashSet};
use std::io;
use std::sync::Arc;

use serde_json::Value;
use tera::Tera;

use super::values::Values;
use super::{TemplateSource, body, escape, filters};
use crate::problem::{LetterFault, ListFault, Place, Problem};

pub(super) use bare_columns::{BareColumn, bare_columns};
pub(super) use diagnosis::unknown_columns;

/// What a template makes, and so how values are escaped in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OutputFormat {
    Markdown,
    Html,
    Plain,
    /// An address, finished by [`escape::into_url`].
    Url,
}

/// What all templates of a campaign share.
#[derive(Clone, Copy)]
pub(super) struct Environment<'a> {
    /// The campaign's own values.
    pub values: &'a BTreeMap<String, Value>,
    /// Templates that others extend or include.
    pub partials: &'a [TemplateSource],
}

/// The longest output allowed, in octets, so that a template that prints on and on is stopped.
const MAX_LENGTH: usize = 8 << 20;

/// A template that others extend or include.
struct Partial {
    name: String,
    text: String,
    source: String,
}

/// A template that Tera has read.
pub(super) struct Template {
    tera: Tera,
    name: Arc<str>,
    /// As Tera reads it.
    text: String,
    /// As it was written; line by line the same, but for what Markdown is meant to be.
    source: String,
    partials: Vec<Partial>,
    /// Where the text begins in a larger file, if it is part of one.
    origin: Option<Place>,
    /// The names that it may ask for; `None` if that is not known.
    used: Option<HashSet<String>>,
}

impl Template {
    /// Reads a template; `origin` is where it begins if it is part of a larger file.
    ///
    /// # Errors
    /// What Tera does not understand, at its line and column.
    pub(super) fn new(
        source: &TemplateSource,
        format: OutputFormat,
        environment: Environment,
        origin: Option<&Place>,
    ) -> Result<Self, Problem> {
        let mut tera = Tera::new();
        filters::register(&mut tera);
        tera.autoescape_on(vec![""]);
        tera.set_escape_fn(match format {
            OutputFormat::Markdown | OutputFormat::Url => escape::markdown,
            OutputFormat::Html => escape::html,
            OutputFormat::Plain => escape::plain,
        });
        for (name, value) in environment.values {
            tera.global_context().insert(name.clone(), value);
        }
        let TemplateSource { name, text } = source;
        let meant = |text: &str| match format {
            OutputFormat::Markdown => body::as_meant(text),
            OutputFormat::Html | OutputFormat::Plain | OutputFormat::Url => text.to_owned(),
        };
        let source = text.strip_prefix('\u{feff}').unwrap_or(text).to_owned();
        let text = meant(&source);
        let others = environment.partials.iter().filter(|partial| partial.name != *name);
        let partials: Vec<Partial> = others
            .map(|TemplateSource { name, text }| Partial {
                name: name.clone(),
                text: meant(text),
                source: text.clone(),
            })
            .collect();
        let all = partials.iter().map(|partial| (partial.name.as_str(), partial.text.as_str()));
        let added = tera.add_raw_templates(all.chain([(name.as_str(), text.as_str())]));
        let name = name.as_str().into();
        let origin = origin.cloned();
        let mut template = Self { tera, name, text, source, partials, origin, used: None };
        template.used = template.names();
        let odd = template
            .text
            .char_indices()
            .find(|(_, c)| c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
        if let Some((byte, character)) = odd {
            return Err(Problem::error(template.place(byte), ListFault::CellControl { character }));
        }
        match added {
            Ok(()) => Ok(template),
            Err(error) => Err(template.problem(&error, &[])),
        }
    }

    /// The file's name as the user knows it.
    pub(super) fn name(&self) -> Arc<str> {
        self.name.clone()
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The place of the whole template: its file, or where it begins in a larger file.
    pub(super) fn whole(&self) -> Place {
        self.origin.clone().unwrap_or_else(|| Place::file(self.name.clone()))
    }

    /// Whether `name` occurs in the text.
    pub(super) fn mentions(&self, name: &str) -> bool {
        self.text.contains(name) || self.partials.iter().any(|partial| partial.text.contains(name))
    }

    /// Where the text first names `name`; the whole template if only what it includes does.
    pub(super) fn place_where_named(&self, name: &str) -> Place {
        self.text.find(name).map_or_else(|| self.whole(), |byte| self.place(byte))
    }

    /// Whether the template may ask for `name` at the top level.
    pub(super) fn uses(&self, name: &str) -> bool {
        self.used.as_ref().is_none_or(|used| used.contains(name))
    }

    /// Where the values stand that this letter prints and that are empty, in their order; `None` where a
    /// condition, a loop or another template keeps them from being told apart.
    pub(super) fn empty_values(&self, values: &Values, count: usize) -> Option<Vec<Place>> {
        let printed = body::tags_of_template(&self.text).into_iter().filter(|tag| {
            let tag = &self.text[tag.clone()];
            filters::begin();
            tag.starts_with("{{")
                && self
                    .tera
                    .render_str(tag, values.context(), true)
                    .is_ok_and(|printed| escape::has_gap(&printed))
        });
        let places: Vec<Place> = printed.map(|tag| self.place(tag.start)).collect();
        (places.len() == count).then_some(places)
    }

    fn names(&self) -> Option<HashSet<String>> {
        // Tera does not list the names that a component asks its caller for.
        if self.text.contains("component") {
            return None;
        }
        let used = self.tera.get_template_variables(&self.name).ok()?;
        Some(used.into_iter().map(str::to_owned).collect())
    }

    /// Renders the template. `headings` are the columns that a message can propose.
    pub(super) fn render(&self, values: &Values, headings: &[String]) -> Result<String, Problem> {
        filters::begin();
        let mut output = Output { octets: Vec::with_capacity(self.text.len() * 2), is_full: false };
        match self.tera.render_to(&self.name, values.context(), &mut output) {
            _ if output.is_full => Err(Problem::error(
                self.whole(),
                LetterFault::LetterTooLong { megabytes: MAX_LENGTH as u64 >> 20 },
            )),
            Err(error) => Err(self.problem(&error, headings)),
            // Templates and values are text, so the output is.
            Ok(()) => Ok(match simdutf8::basic::from_utf8(&output.octets) {
                Ok(text) => text.to_owned(),
                Err(_) => String::from_utf8_lossy(&output.octets).into_owned(),
            }),
        }
    }
}

/// The output so far.
struct Output {
    octets: Vec<u8>,
    is_full: bool,
}

impl io::Write for Output {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        if self.octets.len() + octets.len() > MAX_LENGTH {
            self.is_full = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.octets.extend_from_slice(octets);
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The names of the templates that `text` extends or includes.
pub(crate) fn partials_of(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for tag in text.split("{%").skip(1).filter_map(|rest| rest.split_once("%}")).map(|(tag, _)| tag)
    {
        let tag = tag.trim_matches(['-', ' ', '\t', '\n', '\r']);
        let Some(named) = tag.strip_prefix("extends").or_else(|| tag.strip_prefix("include"))
        else {
            continue;
        };
        names.extend(named.split(['"', '\'']).skip(1).step_by(2).map(str::to_owned));
    }
    names
}
