//! A part of the package as a tree of elements. Prefixes are left out: programs choose their own.

use std::collections::BTreeMap;
use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};

/// How deep elements may lie in one another; Word nests tables and text boxes some thirty deep.
const MOST_LEVELS: usize = 200;

/// How many elements a part may have: a letter of a hundred pages has some 200,000.
const MOST_ELEMENTS: usize = 2_000_000;

/// An element: name, attributes, and what it holds in order.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub(super) name: String,
    attributes: BTreeMap<String, String>,
    pub(super) content: Vec<Node>,
}

#[derive(Debug)]
pub(super) enum Node {
    Element(Element),
    Text(String),
}

impl Element {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }

    pub(super) fn children(&self) -> impl Iterator<Item = &Self> {
        self.content.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children().find(|child| child.name == name)
    }

    /// The `val` of a child, as most properties are written.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.child(name)?.attribute("val")
    }

    /// The first element of that name below this one, at any depth.
    pub(super) fn find(&self, name: &str) -> Option<&Self> {
        self.children()
            .find_map(|child| if child.name == name { Some(child) } else { child.find(name) })
    }

    /// All text in this element and those below it.
    pub(super) fn whole_text(&self) -> String {
        let texts = self.content.iter().map(|node| match node {
            Node::Text(text) => text.clone(),
            Node::Element(element) => element.whole_text(),
        });
        texts.collect()
    }

    /// The text directly in this element.
    pub(super) fn text(&self) -> String {
        let texts = self.content.iter().filter_map(|node| match node {
            Node::Text(text) => Some(text.as_str()),
            Node::Element(_) => None,
        });
        texts.collect()
    }
}

/// Why a part could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum XmlFlaw {
    Broken,
    TooLarge,
}

/// Reads a part to its end and returns its outermost element.
pub(super) fn read(part: impl BufRead) -> Result<Element, XmlFlaw> {
    let mut xml = Reader::from_reader(part);
    xml.config_mut().expand_empty_elements = true;
    let mut open = vec![Element::default()];
    let (mut buffer, mut elements) = (Vec::new(), 0);
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer).map_err(|_| XmlFlaw::Broken)? {
            Event::Start(tag) => {
                elements += 1;
                if elements > MOST_ELEMENTS || open.len() > MOST_LEVELS {
                    return Err(XmlFlaw::TooLarge);
                }
                open.push(element(&tag));
            }
            Event::End(_) => {
                let closed = open.pop().ok_or(XmlFlaw::Broken)?;
                open.last_mut().ok_or(XmlFlaw::Broken)?.content.push(Node::Element(closed));
            }
            Event::Text(text) => push_text(&mut open, &text.xml10_content()),
            Event::CData(text) => push_text(&mut open, &text.xml10_content()),
            Event::GeneralRef(name) => {
                let resolved = name.resolve_char_ref().ok().flatten().map(String::from);
                let known = || match &*name.xml10_content() {
                    "amp" => "&",
                    "lt" => "<",
                    "gt" => ">",
                    "quot" => "\"",
                    "apos" => "'",
                    _ => "\u{fffd}",
                };
                push_text(&mut open, &resolved.unwrap_or_else(|| known().to_owned()));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    let top = open.pop().filter(|_| open.is_empty()).ok_or(XmlFlaw::Broken)?;
    let outermost = top.content.into_iter().find_map(|node| match node {
        Node::Element(element) => Some(element),
        Node::Text(_) => None,
    });
    outermost.ok_or(XmlFlaw::Broken)
}

fn element(tag: &BytesStart) -> Element {
    let local = |name: &str| name.rsplit(':').next().unwrap_or(name).to_owned();
    let attributes = tag.attributes().flatten().map(|attribute| {
        let value = attribute.normalized_value(XmlVersion::Explicit1_0).unwrap_or_default();
        (local(attribute.key.as_ref()), value.into_owned())
    });
    Element {
        name: local(tag.name().as_ref()),
        attributes: attributes.collect(),
        content: Vec::new(),
    }
}

fn push_text(open: &mut [Element], text: &str) {
    if let Some(inside) = open.last_mut() {
        match inside.content.last_mut() {
            Some(Node::Text(before)) => before.push_str(text),
            _ => inside.content.push(Node::Text(text.to_owned())),
        }
    }
}
