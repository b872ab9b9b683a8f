//! Whose signature makes a server's certificate good.

use super::parts::Parts;
use crate::bounded;
use crate::cluster::explain::io_words;
use crate::cluster::pem;
use crate::verdict::Failure;
use base64::Engine;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use std::path::Path;

/// What is trusted.
pub(super) enum Trust {
    /// The system's own authorities.
    System,
    /// These certificates (DER) and no others.
    Only(Vec<Vec<u8>>),
    /// Everything: `--insecure-skip-tls-verify`.
    Blindly,
}

/// What a cluster trusts. Data beat the file, as in client-go.
pub(super) fn of(parts: &Parts) -> Result<Trust, Failure> {
    let cluster = &parts.cluster;
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let bundle = match (given(&cluster.certificate_authority_data), given(&cluster.certificate_authority)) {
        (Some(data), _) => Some(decoded(&data, parts)?),
        (None, Some(file)) => Some(bounded::file(Path::new(&file)).map_err(|error| {
            let problem = format!("unable to read certificate-authority {file}: {}", io_words(&error));
            parts.wrong(&problem, "name a readable file")
        })?),
        (None, None) => None,
    };
    match (bundle, cluster.insecure_skip_tls_verify == Some(true)) {
        (None, false) => Ok(Trust::System),
        (None, true) => Ok(Trust::Blindly),
        (Some(bundle), false) => certificates(&bundle, parts).map(Trust::Only),
        (Some(_), true) => Err(parts.wrong(
            "specifying a root certificates file with the insecure flag is not allowed",
            "keep `certificate-authority` or `insecure-skip-tls-verify`, not both",
        )),
    }
}

fn decoded(data: &str, parts: &Parts) -> Result<Vec<u8>, Failure> {
    let compact: String = data.split_whitespace().collect();
    base64::engine::general_purpose::STANDARD.decode(compact).map_err(|_| {
        parts.wrong("certificate-authority-data is not base64", "copy it again from the cluster")
    })
}

/// What of a bundle is a certificate; like Go, we pass over what cannot be read as long as something is left.
fn certificates(bundle: &[u8], parts: &Parts) -> Result<Vec<Vec<u8>>, Failure> {
    let is_readable =
        |one: &Vec<u8>| RootCertStore::empty().add(CertificateDer::from(one.as_slice())).is_ok();
    let readable: Vec<_> = pem::certificates(bundle).into_iter().filter(is_readable).collect();
    if readable.is_empty() {
        return Err(parts.wrong(
            "unable to load root certificates: the certificate authority holds no certificate",
            "give it PEM text with `-----BEGIN CERTIFICATE-----`",
        ));
    }
    Ok(readable)
}

impl Trust {
    /// The certificates that are trusted and no others.
    pub(super) fn certificates(&self) -> &[Vec<u8>] {
        match self {
            Self::Only(certificates) => certificates,
            Self::System | Self::Blindly => &[],
        }
    }

    /// What the client is given. `None` makes it read the system's whole trust store, which takes longer than a
    /// request; where nothing is checked it gets an empty list instead.
    pub(super) fn roots(&self, encrypted: bool) -> Option<Vec<Vec<u8>>> {
        match self {
            Self::System if encrypted => None,
            Self::System | Self::Blindly => Some(Vec::new()),
            Self::Only(certificates) => Some(certificates.clone()),
        }
    }

    /// Whether any certificate will do.
    pub(super) fn is_blind(&self) -> bool {
        matches!(self, Self::Blindly)
    }
}
