//! Certificates of a mesh: until when they are good, and who signed them. Proxies prove who they are by certificates that
//! the issuer of their cluster signs, and believe those whose issuer a trust anchor has signed.

use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::public_key::PublicKey;

/// A certificate, with what is judged of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Certificate {
    /// As it was found, DER.
    pub der: Vec<u8>,
    /// Whose it is, as `CN=root.linkerd.cluster.local`; empty when it is no certificate.
    pub subject: String,
    /// For how many seconds more it is good, by the clock of this machine; `None` when it is no certificate.
    pub left: Option<i64>,
    /// In how many seconds it begins to be good; not positive when it has begun.
    pub until: i64,
    /// Whether it may sign others; `None` when it is no certificate.
    pub may_sign: Option<bool>,
    /// Whether its key is one of ECDSA on the curve P-256; likewise.
    pub is_p256: Option<bool>,
    /// Whether its key is one that Linkerd supports in a trust anchor: on P-256, or of RSA with 2048 or 4096 bits; likewise.
    pub may_anchor: Option<bool>,
}

impl Certificate {
    /// Reads one; what is none says nothing of itself.
    pub fn read(der: Vec<u8>, now: i64) -> Self {
        let Ok((_, parsed)) = X509Certificate::from_der(&der) else { return Self { der, ..Self::default() } };
        let validity = parsed.validity();
        let left = validity.not_after.timestamp().saturating_sub(now);
        let until = validity.not_before.timestamp().saturating_sub(now);
        let (may_sign, is_p256) = (Some(parsed.is_ca()), is_p256(&parsed));
        let (may_anchor, is_p256) = (Some(is_p256 || is_usual_rsa(&parsed)), Some(is_p256));
        Self {
            subject: parsed.subject().to_string(),
            left: Some(left),
            until,
            may_sign,
            is_p256,
            may_anchor,
            der,
        }
    }

    /// What tells it from a namesake: how its SHA-256 begins.
    pub fn print(&self) -> String {
        let digest = ring::digest::digest(&ring::digest::SHA256, &self.der);
        let begin = digest.as_ref().iter().take(4).map(|byte| format!("{byte:02x}"));
        format!("SHA-256 {}", begin.collect::<String>())
    }

    /// Whether one of these signed it; `None` when one of the two cannot be read, or has a key that we cannot verify with.
    pub fn is_signed_by(&self, anchors: &[&[u8]]) -> Option<bool> {
        let (_, own) = X509Certificate::from_der(&self.der).ok()?;
        let mut is_unclear = false;
        for anchor in anchors {
            let Ok((_, anchor)) = X509Certificate::from_der(anchor) else { continue };
            if anchor.subject() != own.issuer() {
                continue;
            }
            match own.verify_signature(Some(anchor.public_key())) {
                Ok(()) => return Some(true),
                Err(x509_parser::error::X509Error::SignatureVerificationError) => {}
                Err(_) => is_unclear = true,
            }
        }
        (!is_unclear).then_some(false)
    }
}

/// Whether two certificates (DER) have one name and one key: as an anchor the one is as good as the other, whenever it was
/// made.
pub fn is_same_anchor(one: &[u8], other: &[u8]) -> bool {
    let (Ok((_, one)), Ok((_, other))) = (X509Certificate::from_der(one), X509Certificate::from_der(other))
    else {
        return one == other;
    };
    one.subject() == other.subject() && one.public_key().raw == other.public_key().raw
}

/// The curve of a key of ECDSA (`prime256v1`, RFC 5480).
const P256: &str = "1.2.840.10045.3.1.7";

fn is_p256(certificate: &X509Certificate<'_>) -> bool {
    let curve = certificate.public_key().algorithm.parameters.as_ref().and_then(|any| any.as_oid().ok());
    curve.is_some_and(|curve| curve.to_id_string() == P256)
}

fn is_usual_rsa(certificate: &X509Certificate<'_>) -> bool {
    matches!(certificate.public_key().parsed(), Ok(PublicKey::RSA(key)) if [2048, 4096].contains(&key.key_size()))
}

/// Whether who holds these anchors believes the first of a chain: it, or one above it, is an anchor or signed by one. `None` when
/// the chain ends before an anchor of its own cluster, so that nobody can say what lies above.
pub fn is_believed(chain: &[Certificate], own: &[&[u8]], anchors: &[&[u8]]) -> Option<bool> {
    let mut current = chain.first()?;
    for _ in chain {
        if anchors.contains(&current.der.as_slice()) || current.is_signed_by(anchors)? {
            return Some(true);
        }
        if own.contains(&current.der.as_slice()) || current.is_signed_by(own)? {
            return Some(false);
        }
        current = chain.iter().find(|above| current.is_signed_by(&[above.der.as_slice()]) == Some(true))?;
    }
    None
}

/// Whether a chain, as it is, leads from its first to one of these anchors: who verifies has no other certificates. `None` when
/// one of them cannot be read, or has a key that we cannot verify with.
pub fn leads_to(chain: &[Certificate], anchors: &[&[u8]]) -> Option<bool> {
    let mut current = chain.first()?;
    for _ in chain {
        if anchors.contains(&current.der.as_slice()) || current.is_signed_by(anchors)? {
            return Some(true);
        }
        let above = chain.iter().find(|above| current.is_signed_by(&[above.der.as_slice()]) == Some(true));
        let Some(above) = above else { return Some(false) };
        current = above;
    }
    Some(false)
}

/// What a chain has between its first and one of these anchors.
pub fn between<'a>(chain: &'a [Certificate], anchors: &[&[u8]]) -> Vec<&'a Certificate> {
    let mut between = Vec::new();
    let mut current = chain.first();
    while let Some(one) = current.filter(|one| one.is_signed_by(anchors) == Some(false)) {
        let is_above = |above: &&Certificate| {
            !between.contains(above) && one.is_signed_by(&[above.der.as_slice()]) == Some(true)
        };
        current = chain.iter().find(is_above).filter(|above| !anchors.contains(&above.der.as_slice()));
        between.extend(current);
    }
    between
}

#[cfg(test)]
pub(super) mod samples;

#[cfg(test)]
mod tests {
    use super::samples::{Authority, DAY};
    use super::*;

    #[test]
    fn a_certificate_says_whose_it_is_and_for_how_long_it_is_good() {
        let Authority { anchor, issuer, .. } = Authority::new("root");
        assert!(anchor.subject.ends_with("CN=root"), "{}", anchor.subject);
        assert_eq!((anchor.left, anchor.until), (Some(365 * DAY), 0));
        assert!(issuer.subject.ends_with("CN=issuer of root"), "{}", issuer.subject);
        assert_eq!([anchor.may_sign, samples::leaf("identity").may_sign], [Some(true), Some(false)]);
        assert_eq!([issuer.is_p256, samples::p384().is_p256], [Some(true), Some(false)]);
        assert_eq!([issuer.may_anchor, samples::p384().may_anchor], [Some(true), Some(false)]);
        let none = Certificate::read(b"none".to_vec(), 0);
        assert_eq!((none.left, none.may_sign, none.subject.as_str()), (None, None, ""));
    }

    fn ders<'a>(authorities: &[&'a Authority]) -> Vec<&'a [u8]> {
        authorities.iter().map(|one| one.anchor.der.as_slice()).collect()
    }

    #[test]
    fn an_issuer_is_believed_by_who_signed_it_and_not_by_a_namesake() {
        let [one, namesake, stranger] = ["root", "root", "other"].map(Authority::new);
        let by = |anchors: &[&Authority]| {
            is_believed(std::slice::from_ref(&one.issuer), &ders(&[&one]), &ders(anchors))
        };
        assert_eq!(by(&[&stranger, &one]), Some(true));
        assert_eq!(by(&[&stranger, &namesake]), Some(false));
        assert_eq!(by(&[]), Some(false));
        assert_eq!(Certificate::read(b"none".to_vec(), 0).is_signed_by(&[]), None);
    }

    #[test]
    fn what_lies_between_an_issuer_and_an_anchor_counts() {
        let (root, other) = (Authority::new("root"), Authority::new("other"));
        let between = root.between("between");
        let chain = [between.issuer.clone(), between.anchor.clone()];
        let (own, root, other) = (ders(&[&root]), ders(&[&root]), ders(&[&other]));
        assert_eq!(is_believed(&chain, &own, &root), Some(true));
        assert_eq!(is_believed(&chain, &own, &other), Some(false));
        // The one between, or the issuer itself, may be an anchor.
        assert_eq!(is_believed(&chain, &own, &[&between.anchor.der]), Some(true));
        assert_eq!(is_believed(&chain, &own, &[&between.issuer.der]), Some(true));
        // Without the one between nobody can say who signed the issuer, and who verifies it fails.
        assert_eq!(is_believed(&chain[..1], &own, &root), None);
        assert_eq!(super::between(&chain, &root), [&between.anchor]);
        assert_eq!(super::between(&chain, &[&between.anchor.der]), Vec::<&Certificate>::new());
        let led = [&chain[..], &chain[..1]].map(|chain| leads_to(chain, &root));
        assert_eq!((led, leads_to(&chain, &other)), ([Some(true), Some(false)], Some(false)));
        let unread = Certificate::read(b"none".to_vec(), 0);
        assert_eq!(leads_to(&[unread], &root), None);
    }
}
