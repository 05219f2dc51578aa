//! Which certificates are trusted, and the errors of rustls in our own terms.

use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::time_provider::{DefaultTimeProvider, TimeProvider};
use rustls::{CertificateError, ClientConfig, RootCertStore};

use crate::delivery::{TlsFlaw, Trouble};

/// TLS settings that trust the system's authorities and the one that the campaign names, if any.
pub(crate) fn config(authority: Option<&[u8]>) -> Result<Arc<ClientConfig>, Trouble> {
    config_with(authority, Arc::new(DefaultTimeProvider))
}

/// The same settings, as if this time had passed.
pub(super) fn config_later(
    authority: Option<&[u8]>,
    time: Duration,
) -> Result<Arc<ClientConfig>, Trouble> {
    config_with(authority, Arc::new(Later(time)))
}

#[derive(Debug)]
struct Later(Duration);

impl TimeProvider for Later {
    fn current_time(&self) -> Option<UnixTime> {
        DefaultTimeProvider
            .current_time()
            .map(|now| UnixTime::since_unix_epoch(Duration::from_secs(now.as_secs()) + self.0))
    }
}

fn config_with(
    authority: Option<&[u8]>,
    clock: Arc<dyn TimeProvider>,
) -> Result<Arc<ClientConfig>, Trouble> {
    let other = |error: &dyn ToString| Trouble::Tls(TlsFlaw::Other(error.to_string()));
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    for certificate in authority.map(CertificateDer::pem_slice_iter).into_iter().flatten() {
        let certificate = certificate.map_err(|error| other(&error))?;
        roots.add(certificate).map_err(|error| other(&error))?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_details(provider, clock)
        .with_safe_default_protocol_versions()
        .map_err(|error| other(&error))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// Whether a file names at least one authority.
pub(crate) fn has_certificate(pem: &[u8]) -> bool {
    let mut roots = RootCertStore::empty();
    let sound = CertificateDer::pem_slice_iter(pem)
        .all(|certificate| certificate.is_ok_and(|certificate| roots.add(certificate).is_ok()));
    sound && !roots.is_empty()
}

/// Classifies an error of rustls.
pub(super) fn flaw(error: &rustls::Error) -> TlsFlaw {
    use CertificateError as Bad;
    match error {
        rustls::Error::InvalidCertificate(Bad::UnknownIssuer) => TlsFlaw::UnknownIssuer,
        rustls::Error::InvalidCertificate(
            Bad::NotValidForName | Bad::NotValidForNameContext { .. },
        ) => TlsFlaw::OtherName,
        rustls::Error::InvalidCertificate(Bad::Expired | Bad::ExpiredContext { .. }) => {
            TlsFlaw::Expired
        }
        // A self-signed certificate used as a server's.
        rustls::Error::InvalidCertificate(bad) if bad.to_string().contains("CaUsedAsEndEntity") => {
            TlsFlaw::UnknownIssuer
        }
        rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented => {
            TlsFlaw::BadCertificate
        }
        rustls::Error::InvalidMessage(_) => TlsFlaw::NotTls,
        rustls::Error::PeerIncompatible(_)
        | rustls::Error::AlertReceived(
            rustls::AlertDescription::HandshakeFailure | rustls::AlertDescription::ProtocolVersion,
        ) => TlsFlaw::NothingCommon,
        other => TlsFlaw::Other(other.to_string()),
    }
}
