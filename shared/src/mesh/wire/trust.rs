//! What proxies trust and who signs for them, as it comes over the wire. Of the issuer's Secret only its certificate is
//! read; its key is dropped as it comes.

use super::Metadata;
use crate::cluster::pem;
use crate::mesh::certificate::Certificate;
use crate::mesh::machinery::{Issuer, Key, Roots};
use crate::terms::{Hidden, Labels, Part};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::{PrivateKeyDer, pem::PemObject};
use serde::Deserialize;

/// `linkerd-identity-trust-roots`, at a moment.
pub(in crate::mesh) fn roots(data: Option<&Labels>, now: i64) -> Roots {
    let bundle = data.and_then(|data| data.get("ca-bundle.crt")).map(String::as_str).unwrap_or_default();
    let digest = ring::digest::digest(&ring::digest::SHA256, bundle.as_bytes());
    let digest = digest.as_ref().iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    Roots { anchors: certificates(bundle, now), digest, ..Roots::default() }
}

/// The certificates of a text, read.
pub(in crate::mesh) fn certificates(text: &str, now: i64) -> Vec<Certificate> {
    pem::certificates(text).into_iter().map(|one| Certificate::read(one, now)).collect()
}

/// `linkerd-identity-issuer`, of which nothing else is kept.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::mesh) struct WireIssuer {
    metadata: Metadata,
    data: Option<IssuerData>,
}

/// One name a scheme: Linkerd's own, and that of Kubernetes.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct IssuerData {
    #[serde(rename = "crt.pem")]
    own: String,
    #[serde(rename = "tls.crt")]
    usual: String,
    #[serde(rename = "ca.crt")]
    signer: String,
    #[serde(rename = "key.pem")]
    own_key: Option<Whose>,
    #[serde(rename = "tls.key")]
    usual_key: Option<Whose>,
}

/// Whose a key is: its public part, where it says that, as keys on P-256 do.
#[derive(Debug, Deserialize)]
#[serde(from = "Hidden")]
struct Whose(Option<Vec<u8>>);

impl From<Hidden> for Whose {
    fn from(encoded: Hidden) -> Self {
        let pem = STANDARD.decode(encoded.reveal().trim()).unwrap_or_default();
        let der = PrivateKeyDer::from_pem_slice(&pem);
        Self(der.ok().and_then(|der| point(der.secret_der()).map(<[u8]>::to_vec)))
    }
}

/// How a public key on P-256 begins, in a key as in a certificate: 66 bytes, all of their bits, as two coordinates ...
const POINT: &[u8] = &[0x03, 0x42, 0x00, 0x04];
/// ... of so many bytes together.
const COORDINATES: usize = 64;

/// The first public key on P-256 in it.
fn point(der: &[u8]) -> Option<&[u8]> {
    der.windows(POINT.len() + COORDINATES).find_map(|bytes| bytes.strip_prefix(POINT))
}

/// The annotation of what cert-manager writes: the Certificate that it is of.
const CERTIFICATE: &str = "cert-manager.io/certificate-name";

impl WireIssuer {
    /// The Certificate that it is of, where cert-manager writes it.
    pub(in crate::mesh) fn certificate(&self) -> Option<String> {
        self.metadata.annotations.as_ref()?.get(CERTIFICATE).cloned()
    }

    /// When it was last changed, as the API writes times.
    pub(in crate::mesh) fn changed(&self) -> String {
        self.metadata.written(Part::Data)
    }

    /// Its certificate with those that lie between it and an anchor; nothing when it has none.
    pub(in crate::mesh) fn read(self, now: i64) -> Option<Issuer> {
        let IssuerData { own, usual, signer, own_key, usual_key } = self.data.unwrap_or_default();
        let key = if usual.is_empty() { own_key } else { usual_key };
        let chain = decoded(if usual.is_empty() { &own } else { &usual }, now)?;
        let signers = decoded(&signer, now).unwrap_or_default();
        let of = |first: &Certificate| match (key, point(&first.der)) {
            (None, _) => Key::Gone,
            (Some(Whose(Some(own))), Some(told)) if own == told => Key::Held,
            (Some(Whose(Some(_))), Some(_)) => Key::Other,
            (Some(_), _) => Key::Hidden,
        };
        let key = chain.first().map(of)?;
        Some(Issuer { chain, signers, key, ..Issuer::default() })
    }
}

pub(super) fn decoded(encoded: &str, now: i64) -> Option<Vec<Certificate>> {
    let pem = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    Some(certificates(&pem, now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_has_the_digest_of_its_text_and_what_is_no_certificate_in_it_is_passed_over() {
        let key = rcgen::KeyPair::generate().unwrap();
        let pem = rcgen::CertificateParams::new(vec![]).unwrap().self_signed(&key).unwrap().pem();
        let text = format!("# ours\n{pem}");
        let data = Labels::from([("ca-bundle.crt".to_owned(), text)]);
        let read = roots(Some(&data), 0);
        assert_eq!((read.anchors.len(), read.digest.len()), (1, 64));
        assert!(read.anchors[0].left.is_some());
        let empty = roots(None, 0);
        assert_eq!(empty.digest, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert!(empty.anchors.is_empty());
    }

    #[test]
    fn of_the_key_of_an_issuer_it_is_known_whose_it_is_and_nothing_else() {
        let [key, other] = [0; 2].map(|_| rcgen::KeyPair::generate().unwrap());
        let pem = rcgen::CertificateParams::new(vec![]).unwrap().self_signed(&key).unwrap().pem();
        let of = |kept: Option<String>| {
            let data = serde_json::json!({ "crt.pem": STANDARD.encode(&pem), "key.pem": kept });
            let mut secret = serde_json::json!({ "data": data });
            if kept.is_none() {
                secret["data"].as_object_mut().unwrap().remove("key.pem");
            }
            serde_json::from_value::<WireIssuer>(secret).unwrap().read(0).unwrap().key
        };
        let encoded = |key: &rcgen::KeyPair| Some(STANDARD.encode(key.serialize_pem()));
        assert_eq!([of(encoded(&key)), of(encoded(&other)), of(None)], [Key::Held, Key::Other, Key::Gone]);
        assert_eq!(of(Some(String::new())), Key::Hidden, "it was taken out");
    }

    #[test]
    fn the_certificate_of_an_issuer_is_read_in_both_schemes() {
        let key = rcgen::KeyPair::generate().unwrap();
        let pem = rcgen::CertificateParams::new(vec![]).unwrap().self_signed(&key).unwrap().pem();
        for name in ["crt.pem", "tls.crt"] {
            let secret =
                serde_json::json!({ "data": { name: STANDARD.encode(&pem), "tls.key": "c2VjcmV0" } });
            let issuer: WireIssuer = serde_json::from_value(secret).unwrap();
            assert!(!format!("{issuer:?}").contains("c2VjcmV0"));
            let read = issuer.read(0).unwrap();
            assert_eq!((read.chain.len(), read.signers.len()), (1, 0), "{name}");
        }
        assert_eq!(WireIssuer::default().read(0), None);
        let both = serde_json::json!({ "data": { "tls.crt": STANDARD.encode(&pem), "ca.crt": STANDARD.encode(&pem) } });
        assert_eq!(serde_json::from_value::<WireIssuer>(both).unwrap().read(0).unwrap().signers.len(), 1);
    }
}
