//! Signs messages with DKIM (RFC 6376; RFC 8463 for Ed25519): relaxed/relaxed, SHA-256.
//!
//! Our own code instead of lettre's: lettre writes the time of signing into the field, so that a
//! letter sent again would have other bytes, and depends on an RSA crate with an open advisory.
//! ring signs, as it does for TLS.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject as _;
use sha2::{Digest as _, Sha256};

use crate::problem::KeyFlaw;

/// Wraps an RSAPublicKey into a SubjectPublicKeyInfo (RFC 5280, 4.1.2.7; RFC 3279, 2.3.1).
fn subject_public_key_info(key: &[u8]) -> Vec<u8> {
    // SEQUENCE { OID rsaEncryption, NULL }
    const ALGORITHM: &[u8] = &[0x30, 0x0d, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0];
    let bits = der(0x03, &[&[0], key].concat());
    der(0x30, &[ALGORITHM, &bits].concat())
}

/// A DER value with its tag and length.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let length = &length[length.iter().take_while(|byte| **byte == 0).count()..];
    let mut out = vec![tag];
    match (content.len(), u8::try_from(length.len())) {
        (0..128, _) => out.extend_from_slice(if length.is_empty() { &[0] } else { length }),
        (_, Ok(count)) => {
            out.push(0x80 | count);
            out.extend_from_slice(length);
        }
        (_, Err(_)) => {}
    }
    out.extend_from_slice(content);
    out
}

/// The fields that a signature covers if present (RFC 6376, 5.4.1; RFC 8058, 4).
const SIGNED: [&str; 14] = [
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "date",
    "message-id",
    "subject",
    "content-language",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
];

/// The fields that are named once more than they occur, so that the signature breaks if somebody
/// adds another in front (RFC 6376, 5.4 and 8.15): what a reader is shown, and what decides how the
/// body is read.
const OVERSIGNED: [&str; 13] = [
    "from",
    "reply-to",
    "to",
    "cc",
    "date",
    "message-id",
    "subject",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "content-disposition",
    "content-id",
    "content-description",
];

/// Signs messages for a domain.
pub(crate) struct Signer {
    domain: String,
    selector: String,
    key: Key,
    random: SystemRandom,
}

/// The public half of a key, as its DNS record has it.
pub struct PublicKey {
    /// The tag `k`: `rsa` or `ed25519`.
    pub algorithm: &'static str,
    /// The tag `p`.
    pub base64: String,
    /// Of an RSA key.
    pub bits: Option<u32>,
}

enum Key {
    Rsa(Box<RsaKeyPair>),
    Ed25519(Box<Ed25519KeyPair>),
}

impl Signer {
    /// Reads the private key from a PEM file: PKCS#8, or PKCS#1 for RSA.
    pub(crate) fn new(domain: &str, selector: &str, pem: &[u8]) -> Result<Self, KeyFlaw> {
        let key = match PrivateKeyDer::from_pem_slice(pem).map_err(|_| KeyFlaw::NotPem)? {
            PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der()).map(rsa).ok(),
            PrivateKeyDer::Pkcs8(der) => {
                let der = der.secret_pkcs8_der();
                let ed25519 = || Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).ok();
                RsaKeyPair::from_pkcs8(der)
                    .ok()
                    .map(rsa)
                    .or_else(|| ed25519().map(|key| Key::Ed25519(Box::new(key))))
            }
            _ => None,
        };
        let key = key.ok_or(KeyFlaw::Kind)?;
        Ok(Self {
            domain: domain.to_owned(),
            selector: selector.to_owned(),
            key,
            random: SystemRandom::new(),
        })
    }

    /// The public half, for comparison with what is published.
    pub(crate) fn public_key(&self) -> PublicKey {
        match &self.key {
            Key::Ed25519(key) => PublicKey {
                algorithm: "ed25519",
                base64: STANDARD.encode(key.public_key().as_ref()),
                bits: None,
            },
            Key::Rsa(key) => {
                let bits = key.public().modulus_len() * 8;
                PublicKey {
                    algorithm: "rsa",
                    base64: STANDARD.encode(subject_public_key_info(key.public().as_ref())),
                    bits: u32::try_from(bits).ok(),
                }
            }
        }
    }

    /// Inserts the signature after the first line of a finished message. Deterministic.
    pub(crate) fn sign(&self, message: &mut Vec<u8>) {
        let end = memchr::memmem::find(message, b"\r\n\r\n").map_or(message.len(), |at| at + 2);
        let body = message.get(end + 2..).unwrap_or_default();
        let hash = STANDARD.encode(Sha256::digest(relaxed_body(body)));
        let head = String::from_utf8_lossy(&message[..end]).into_owned();
        let fields = fields(&head);
        let mut hashed = String::new();
        let mut names = Vec::new();
        for name in SIGNED {
            for field in fields.iter().rev().filter(|(key, _)| key == name) {
                hashed.push_str(&format!("{}:{}\r\n", field.0, field.1));
                names.push(name);
            }
        }
        names.extend(OVERSIGNED);
        let algorithm = match self.key {
            Key::Rsa(_) => "rsa-sha256",
            Key::Ed25519(_) => "ed25519-sha256",
        };
        let Self { domain, selector, .. } = self;
        let mut field = format!(
            "DKIM-Signature: v=1; a={algorithm}; c=relaxed/relaxed;\r\n d={domain};\r\n s={selector};\r\n h="
        );
        let mut column = "  h=".len();
        for (index, name) in names.iter().enumerate() {
            let is_last = index + 1 == names.len();
            if column + name.len() + 1 > 76 {
                field.push_str("\r\n ");
                column = 1;
            }
            field.push_str(name);
            field.push(if is_last { ';' } else { ':' });
            column += name.len() + 1;
        }
        field.push_str(&format!("\r\n bh={hash};\r\n b="));
        let (_, value) = field.split_once(": ").unwrap_or_default();
        hashed.push_str(&format!("dkim-signature:{}", relaxed(value)));
        for (index, chunk) in
            STANDARD.encode(self.signature(hashed.as_bytes())).as_bytes().chunks(72).enumerate()
        {
            if index > 0 {
                field.push_str("\r\n ");
            }
            field.push_str(&String::from_utf8_lossy(chunk));
        }
        field.push_str("\r\n");
        let after_first = memchr::memchr(b'\n', message).map_or(0, |at| at + 1);
        message.splice(after_first..after_first, field.into_bytes());
    }

    fn signature(&self, hashed: &[u8]) -> Vec<u8> {
        match &self.key {
            Key::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                // Fails only if the buffer does not have the length of the modulus.
                let _ = key.sign(&RSA_PKCS1_SHA256, &self.random, hashed, &mut signature);
                signature
            }
            // RFC 8463, 3: over the hash, not over the text.
            Key::Ed25519(key) => key.sign(&Sha256::digest(hashed)).as_ref().to_vec(),
        }
    }
}

fn rsa(key: RsaKeyPair) -> Key {
    Key::Rsa(Box::new(key))
}

/// Splits a header into fields: names in lower case, values relaxed.
fn fields(head: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in head.split_terminator("\r\n") {
        match (line.starts_with([' ', '\t']), line.split_once(':'), fields.last_mut()) {
            (true, _, Some((_, value))) => value.push_str(line),
            (_, Some((name, value)), _) => {
                fields.push((name.trim_end().to_lowercase(), value.to_owned()));
            }
            (_, None, _) => {}
        }
    }
    for (_, value) in &mut fields {
        *value = relaxed(value);
    }
    fields
}

/// Reduces white space, line ends included, to single spaces, none at the ends (RFC 6376, 3.4.2).
fn relaxed(value: &str) -> String {
    value.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

/// Removes trailing empty lines and reduces white space (RFC 6376, 3.4.4).
fn relaxed_body(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body;
    while !rest.is_empty() {
        let end = memchr::memmem::find(rest, b"\r\n");
        let line = &rest[..end.unwrap_or(rest.len())];
        let mut was_space = false;
        for byte in line.trim_ascii_end() {
            let is_space = matches!(byte, b' ' | b'\t');
            if !is_space {
                out.push(*byte);
            } else if !was_space {
                out.push(b' ');
            }
            was_space = is_space;
        }
        out.extend_from_slice(b"\r\n");
        rest = &rest[end.map_or(rest.len(), |end| end + 2)..];
    }
    while out.ends_with(b"\r\n\r\n") {
        out.truncate(out.len() - 2);
    }
    if out == b"\r\n" {
        out.clear();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_relaxed_as_the_rule_says() {
        // The example of RFC 6376, 3.4.5.
        assert_eq!(relaxed_body(b" C \r\nD \t E\r\n\r\n\r\n"), b" C\r\nD E\r\n");
        assert_eq!(relaxed_body(b"\r\n\r\n"), b"");
    }

    #[test]
    fn folded_fields_are_one() {
        let read = fields("A: X \r\nB : Y\t\r\n\tZ  \r\n");
        assert_eq!(read[0], ("a".to_owned(), "X".to_owned()));
        assert_eq!(read[1].1, "Y Z");
    }

    #[test]
    fn a_key_that_is_none_is_named() {
        let flaw = |pem: &[u8]| Signer::new("example.org", "a", pem).err();
        assert_eq!(flaw(b"hello"), Some(KeyFlaw::NotPem));
        let ec =
            rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap().serialize_pem();
        assert_eq!(flaw(ec.as_bytes()), Some(KeyFlaw::Kind));
    }

    #[test]
    fn the_signature_follows_the_date_in_short_lines() {
        let pem = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap().serialize_pem();
        let signer = Signer::new("example.org", "s2026", pem.as_bytes()).unwrap();
        let message = b"Date: x\r\nFrom: a@example.org\r\nSubject: y\r\n\r\nbody\r\n".to_vec();
        let (mut one, mut other) = (message.clone(), message);
        signer.sign(&mut one);
        signer.sign(&mut other);
        assert_eq!(one, other);
        let text = String::from_utf8(one).unwrap();
        assert!(text.starts_with("Date: x\r\nDKIM-Signature: v=1; a=ed25519-sha256;"), "{text}");
        assert!(text.lines().all(|line| line.len() <= 78), "{text}");
        let fields = fields(text.split_once("\r\n\r\n").unwrap().0);
        let (_, signature) = fields.iter().find(|(name, _)| name == "dkim-signature").unwrap();
        let names = signature.split_once("h=").unwrap().1.split_once(';').unwrap().0;
        assert!(
            names.replace(' ', "").starts_with("from:date:subject:from:reply-to:to:"),
            "{text}"
        );
    }
}
