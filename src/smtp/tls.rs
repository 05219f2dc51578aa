//! Which certificates are trusted, for how long, and the errors of rustls in our own terms.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, ConfigBuilder, DigitallySignedStruct, RootCertStore,
    SignatureScheme, WantsVerifier,
};

use crate::delivery::{TlsFlaw, Trouble};
use crate::finding::CertificateFlaw;

/// TLS settings that trust the system's authorities and the one that the campaign names, if any.
pub(crate) fn config(authority: Option<&[u8]>) -> Result<Arc<ClientConfig>, Trouble> {
    let config = builder()?.with_root_certificates(roots(authority)?).with_no_client_auth();
    Ok(Arc::new(config))
}

/// The same settings, and a witness of what the relay shows.
pub(super) fn config_with_witness(
    authority: Option<&[u8]>,
) -> Result<(Arc<ClientConfig>, Arc<Witness>), Trouble> {
    let inner =
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots(authority)?), provider());
    let inner = inner.build().map_err(|error| other(&error))?;
    let witness = Arc::new(Witness { inner, seen: Mutex::default() });
    let builder = builder()?.dangerous().with_custom_certificate_verifier(witness.clone());
    Ok((Arc::new(builder.with_no_client_auth()), witness))
}

fn other(error: &dyn ToString) -> Trouble {
    Trouble::Tls(TlsFlaw::Other(error.to_string()))
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn builder() -> Result<ConfigBuilder<ClientConfig, WantsVerifier>, Trouble> {
    ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| other(&error))
}

fn roots(authority: Option<&[u8]>) -> Result<RootCertStore, Trouble> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    for certificate in authority.map(CertificateDer::pem_slice_iter).into_iter().flatten() {
        let certificate = certificate.map_err(|error| other(&error))?;
        roots.add(certificate).map_err(|error| other(&error))?;
    }
    Ok(roots)
}

/// Judges a certificate as always, and remembers it and the judgement.
#[derive(Debug)]
pub(super) struct Witness {
    inner: Arc<WebPkiServerVerifier>,
    seen: Mutex<Option<Seen>>,
}

/// A chain of certificates, the relay's own first, and for which name it was judged.
#[derive(Debug)]
struct Seen {
    chain: Vec<CertificateDer<'static>>,
    name: ServerName<'static>,
    flaw: Option<CertificateFlaw>,
}

/// The longest time that is looked ahead, in hours; certificates of public authorities end sooner.
const LONGEST: u64 = 400 * 24;

impl Witness {
    /// For how many more hours the certificates are valid, [`LONGEST`] at most; `None` if they are
    /// not, or none was shown.
    ///
    /// The same chain is judged as if it were later: an authority's certificate may end before the
    /// relay's own.
    pub(super) fn hours_left(&self) -> Option<u64> {
        let seen = self.seen.lock().ok()?;
        let Seen { chain, name, flaw: None } = seen.as_ref()? else { return None };
        let (own, others) = chain.split_first()?;
        let now = UnixTime::now().as_secs();
        let is_valid = |hours: u64| {
            let then = UnixTime::since_unix_epoch(Duration::from_secs(now + hours * 3600));
            self.inner.verify_server_cert(own, others, name, &[], then).is_ok()
        };
        let (mut valid, mut ended) = (0, LONGEST + 1);
        while ended - valid > 1 {
            let middle = u64::midpoint(valid, ended);
            if is_valid(middle) { valid = middle } else { ended = middle }
        }
        Some(valid)
    }

    /// What is wrong with the certificate.
    pub(super) fn flaw(&self) -> Option<CertificateFlaw> {
        self.seen.lock().ok()?.as_ref()?.flaw.clone()
    }
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verified = self.inner.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        );
        let flaw = verified.as_ref().err().map(certificate_flaw);
        let all = std::iter::once(end_entity).chain(intermediates);
        let chain = all.map(|certificate| certificate.clone().into_owned()).collect();
        if let Ok(mut seen) = self.seen.lock() {
            *seen = Some(Seen { chain, name: server_name.to_owned(), flaw });
        }
        verified
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

fn certificate_flaw(error: &rustls::Error) -> CertificateFlaw {
    use CertificateError as Bad;
    let day = |time: &UnixTime| {
        let seconds = i64::try_from(time.as_secs()).ok()?;
        Some(jiff::Timestamp::from_second(seconds).ok()?.strftime("%Y-%m-%d").to_string())
    };
    match error {
        rustls::Error::InvalidCertificate(Bad::ExpiredContext { not_after, .. }) => {
            CertificateFlaw::Expired { on: day(not_after) }
        }
        rustls::Error::InvalidCertificate(Bad::NotValidYetContext { not_before, .. }) => {
            CertificateFlaw::NotYetValid { from: day(not_before) }
        }
        rustls::Error::InvalidCertificate(Bad::NotValidYet) => {
            CertificateFlaw::NotYetValid { from: None }
        }
        rustls::Error::InvalidCertificate(Bad::NotValidForNameContext { presented, .. }) => {
            // `DnsName("mail.example.org")`, `IpAddress(192.0.2.1)`
            let name = |shown: &String| match shown.split('"').nth(1) {
                Some(name) => name.to_owned(),
                None => shown.replace("IpAddress(", "").replace(')', ""),
            };
            CertificateFlaw::OtherName { names: presented.iter().map(name).collect() }
        }
        error => match flaw(error) {
            TlsFlaw::Expired => CertificateFlaw::Expired { on: None },
            TlsFlaw::OtherName => CertificateFlaw::OtherName { names: Vec::new() },
            TlsFlaw::UnknownIssuer => CertificateFlaw::UnknownIssuer,
            TlsFlaw::BadCertificate
            | TlsFlaw::NotTls
            | TlsFlaw::NothingCommon
            | TlsFlaw::Other(_) => CertificateFlaw::Bad,
        },
    }
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
