//! The body of a letter: Markdown read into blocks, and the blocks written as text and as HTML.
//!
//! All forms come from the same blocks, so they cannot disagree; `pdf` sets them too. Templates and
//! values are not known here: what they printed comes in as escaped Markdown.

mod dialect;
mod fragment_cache;
mod html;
mod links;
mod lint;
mod markdown;
mod preheader;
mod seen_lines;
mod setting;
mod tags;
mod text;

pub(super) use dialect::{as_meant, tags_of_template};
pub(super) use fragment_cache::{render, unprintable};
pub(super) use html::{Logo, PICTURE, Page, page};
pub(crate) use lint::NamedPicture;
pub(crate) use lint::{braces, masked};
pub(super) use lint::{lint, markup, pictures};
pub(super) use markdown::Block;
#[cfg(all(test, feature = "pdf"))]
pub(super) use markdown::blocks;
pub(super) use markdown::parse;
#[cfg(feature = "pdf")]
pub(super) use markdown::{Align, Item, Run, Span, Table, plain};
pub(super) use preheader::first_sentence;
pub(crate) use seen_lines::{SeenLine, seen_lines};
#[cfg(feature = "pdf")]
pub(super) use setting::set_blocks;
