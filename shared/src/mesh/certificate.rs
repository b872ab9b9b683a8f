//! Certificates of a mesh: until when they are good, and who signed them. Proxies prove who they are by certificates that
//! the issuer of their cluster signs, and believe those whose issuer a trust anchor has signed.

use x509_parser::prelude::{FromDer, X509Certificate};

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
}

impl Certificate {
    /// Reads one; what is none says nothing of itself.
    pub fn read(der: Vec<u8>, now: i64) -> Self {
        let Ok((_, parsed)) = X509Certificate::from_der(&der) else { return Self { der, ..Self::default() } };
        let validity = parsed.validity();
        let left = validity.not_after.timestamp().saturating_sub(now);
        let until = validity.not_before.timestamp().saturating_sub(now);
        Self { subject: parsed.subject().to_string(), left: Some(left), until, der }
    }

    /// Whether one of these signed it; `None` when one of the two cannot be read, or has a key that we cannot verify with.
    pub fn is_signed_by<'a>(&self, anchors: impl IntoIterator<Item = &'a [u8]>) -> Option<bool> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

    const DAY: i64 = 24 * 3600;

    fn params(name: &str) -> CertificateParams {
        let mut params = CertificateParams::new(vec![]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        (params.not_before, params.not_after) =
            (rcgen::date_time_ymd(2026, 1, 1), rcgen::date_time_ymd(2027, 1, 1));
        params
    }

    /// An anchor with this name, and an issuer that it signed.
    fn pair(name: &str) -> (Certificate, Certificate) {
        let key = KeyPair::generate().unwrap();
        let anchor = params(name).self_signed(&key).unwrap();
        let signer = Issuer::new(params(name), key);
        let issuer = params("issuer").signed_by(&KeyPair::generate().unwrap(), &signer).unwrap();
        let read =
            |der: &[u8]| Certificate::read(der.to_vec(), rcgen::date_time_ymd(2026, 12, 31).unix_timestamp());
        (read(anchor.der()), read(issuer.der()))
    }

    #[test]
    fn a_certificate_says_whose_it_is_and_for_how_long_it_is_good() {
        let (anchor, _) = pair("root");
        assert!(anchor.subject.ends_with("CN=root"), "{}", anchor.subject);
        assert_eq!((anchor.left, anchor.until), (Some(DAY), -364 * DAY));
        let none = Certificate::read(b"none".to_vec(), 0);
        assert_eq!((none.left, none.subject.as_str()), (None, ""));
    }

    #[test]
    fn an_issuer_is_believed_by_who_signed_it_and_not_by_a_namesake() {
        let ((one, of_one), (namesake, _)) = (pair("root"), pair("root"));
        let stranger = pair("other").0;
        assert_eq!(of_one.is_signed_by([stranger.der.as_slice(), &one.der]), Some(true));
        assert_eq!(of_one.is_signed_by([stranger.der.as_slice(), &namesake.der]), Some(false));
        assert_eq!(of_one.is_signed_by([]), Some(false));
        assert_eq!(Certificate::read(b"none".to_vec(), 0).is_signed_by([]), None);
    }
}
