//! A picture inside the message, to which the HTML refers by its content identifier (RFC 2392).

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::mime::{self, Disposition};
use crate::problem::{Cause, Fault, LetterFault};

/// The most pixels of a picture: a mail program unpacks them all, in four octets each.
const MOST_PIXELS: usize = 40_000_000;

/// A picture, plain and as a MIME part.
#[derive(Debug)]
pub(crate) struct Picture {
    pub media_type: &'static str,
    pub bytes: Arc<[u8]>,
    /// In pixels.
    pub width: usize,
    pub(super) content_id: String,
    pub(super) part: Vec<u8>,
}

/// Whether a file is a picture with more pixels than any that is shown. It is not unpacked for that.
pub(super) fn has_too_many_pixels(bytes: &[u8]) -> bool {
    imagesize::blob_size(bytes)
        .is_ok_and(|size| size.width.saturating_mul(size.height) > MOST_PIXELS)
}

impl Picture {
    /// Reads a PNG, JPEG or GIF, which every mail program shows.
    pub(crate) fn new(name: &str, bytes: Vec<u8>, domain: &str) -> Result<Self, Fault> {
        let unfit = || LetterFault::PictureKind { name: name.to_owned() };
        let media_type = match imagesize::image_type(&bytes) {
            Ok(imagesize::ImageType::Png) => "image/png",
            Ok(imagesize::ImageType::Jpeg) => "image/jpeg",
            Ok(imagesize::ImageType::Gif) => "image/gif",
            Ok(_) | Err(_) => return Err(unfit().into()),
        };
        let size = imagesize::blob_size(&bytes).map_err(|_| unfit())?;
        if has_too_many_pixels(&bytes) {
            let (name, cause) = (name.to_owned(), Cause::TooLarge);
            return Err(LetterFault::Attachment { name, cause }.into());
        }
        // Made from the content: equal pictures have equal identifiers.
        let digest: String =
            Sha256::digest(&bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let content_id = format!("{digest}@{domain}");
        let shown = name.rsplit(['/', '\\']).next().unwrap_or(name).to_owned();
        let part =
            mime::file(&shown, media_type, &bytes, Disposition::Inline { content_id: &content_id });
        Ok(Self { media_type, bytes: bytes.into(), width: size.width, content_id, part })
    }

    /// The address by which the HTML of a message refers to it.
    pub(super) fn source(&self) -> String {
        format!("cid:{}", self.content_id)
    }

    /// The picture as an address that needs no file (RFC 2397).
    pub(super) fn data(&self) -> String {
        format!("data:{};base64,{}", self.media_type, STANDARD.encode(&self.bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The beginning of a PNG of this size, which is all that is looked at.
    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.extend([8, 6, 0, 0, 0]);
        bytes
    }

    #[test]
    fn a_picture_has_a_bound_in_pixels() {
        assert!(Picture::new("a.png", png(4000, 3000), "a.test").is_ok());
        let fault = Picture::new("a.png", png(100_000, 100_000), "a.test").err().unwrap();
        let cause = Cause::TooLarge;
        assert_eq!(fault, LetterFault::Attachment { name: "a.png".into(), cause }.into());
    }
}
