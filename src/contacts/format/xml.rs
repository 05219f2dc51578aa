//! What the readers of XML share: attributes by their local names, and text with its entities.

use std::borrow::Cow;
use std::io::{self, BufRead};

use quick_xml::events::{BytesEnd, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::problem::{Fault, ListFault};

/// A document, read from its beginning to its end.
pub(super) struct Xml<R> {
    reader: Reader<Measured<R>>,
    buffer: Vec<u8>,
}

/// The longest part of a document that is read, in octets: a text, a comment, a tag with its
/// attributes. The parser keeps each as a whole.
const LONGEST_PART: usize = 4 << 20;

/// Octets of an XML document, of which only so many make one part.
struct Measured<R> {
    content: R,
    /// Octets of the current part so far.
    passed: usize,
}

impl<R: BufRead> io::Read for Measured<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.content.read(into)
    }
}

impl<R: BufRead> BufRead for Measured<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.passed > LONGEST_PART {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.content.fill_buf()
    }

    fn consume(&mut self, octets: usize) {
        self.passed += octets;
        self.content.consume(octets);
    }
}

/// A part of a document. Names are without their prefix.
pub(super) enum Node<'a> {
    Open(BytesStart<'a>),
    Close(BytesEnd<'a>),
    Text(Cow<'a, str>),
    Other,
}

impl<R: BufRead> Xml<R> {
    pub(super) fn new(content: R) -> Self {
        let mut reader = Reader::from_reader(Measured { content, passed: 0 });
        reader.config_mut().expand_empty_elements = true;
        Self { reader, buffer: Vec::new() }
    }

    /// The next part; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Node<'_>>, Fault> {
        self.buffer.clear();
        self.reader.get_mut().passed = 0;
        let event = self.reader.read_event_into(&mut self.buffer).map_err(|error| match error {
            quick_xml::Error::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                Fault::from(ListFault::WorkbookTooLarge)
            }
            _ => ListFault::NotWorkbook.into(),
        })?;
        Ok(Some(match event {
            Event::Start(tag) => Node::Open(tag),
            Event::End(tag) => Node::Close(tag),
            Event::Text(text) => Node::Text(text.xml10_content()),
            Event::CData(text) => Node::Text(text.xml10_content()),
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
                Node::Text(resolved.map_or_else(|| Cow::Borrowed(known()), Cow::Owned))
            }
            Event::Eof => return Ok(None),
            _ => Node::Other,
        }))
    }
}

/// An attribute by its local name.
pub(super) fn attribute(tag: &BytesStart, name: &str) -> Option<String> {
    let found = tag
        .attributes()
        .with_checks(false)
        .flatten()
        .find(|attribute| attribute.key.local_name().as_ref() == name)?;
    Some(found.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned())
}

/// Whether an attribute says yes (`1`, `true`, `on`).
pub(super) fn is_set(tag: &BytesStart, name: &str) -> bool {
    attribute(tag, name).is_some_and(|value| matches!(value.trim(), "1" | "true" | "on"))
}

/// A number in an attribute.
pub(super) fn number<T: std::str::FromStr>(tag: &BytesStart, name: &str) -> Option<T> {
    attribute(tag, name)?.trim().parse().ok()
}
