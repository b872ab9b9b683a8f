//! Certificates as text.

use rustls::pki_types::{CertificateDer, pem::PemObject};

/// The certificates (DER) of a PEM text. What is none in it is passed over, as Go and the proxies do.
pub fn certificates(text: impl AsRef<[u8]>) -> Vec<Vec<u8>> {
    let found = CertificateDer::pem_slice_iter(text.as_ref()).filter_map(Result::ok);
    found.map(|certificate| certificate.to_vec()).collect()
}
