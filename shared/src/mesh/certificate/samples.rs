//! Real certificates to judge in tests, good for a year from the moment at which they are seen.

use super::Certificate;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};

/// In seconds.
pub(in crate::mesh) const DAY: i64 = 24 * 3600;

/// Who signs, such as a trust anchor, and an issuer that it signed.
pub(in crate::mesh) struct Authority {
    pub(in crate::mesh) anchor: Certificate,
    pub(in crate::mesh) issuer: Certificate,
    signer: Issuer<'static, KeyPair>,
}

fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(vec![]).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    (params.not_before, params.not_after) = (date_time_ymd(2026, 1, 1), date_time_ymd(2027, 1, 1));
    params
}

fn read(der: &[u8]) -> Certificate {
    Certificate::read(der.to_vec(), date_time_ymd(2026, 1, 1).unix_timestamp())
}

/// One for a name, that may sign nothing.
pub(in crate::mesh) fn leaf(name: &str) -> Certificate {
    let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    read(params.self_signed(&KeyPair::generate().unwrap()).unwrap().der())
}

/// An authority with a key on another curve.
pub(in crate::mesh) fn p384() -> Certificate {
    let key = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap();
    read(params("large").self_signed(&key).unwrap().der())
}

impl Authority {
    /// With keys of its own, whatever its name.
    pub(in crate::mesh) fn new(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let anchor = read(params(name).self_signed(&key).unwrap().der());
        Self::of(name, anchor, key)
    }

    /// Its anchor with the same key, made for longer.
    pub(in crate::mesh) fn renewed(&self, name: &str) -> Certificate {
        let mut longer = params(name);
        longer.not_after = date_time_ymd(2030, 1, 1);
        read(longer.self_signed(self.signer.key()).unwrap().der())
    }

    /// One that this one has signed.
    pub(in crate::mesh) fn between(&self, name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let signed = read(params(name).signed_by(&key, &self.signer).unwrap().der());
        Self::of(name, signed, key)
    }

    fn of(name: &str, anchor: Certificate, key: KeyPair) -> Self {
        let signer = Issuer::new(params(name), key);
        let own = params(&format!("issuer of {name}"));
        let issuer = read(own.signed_by(&KeyPair::generate().unwrap(), &signer).unwrap().der());
        Self { anchor, issuer, signer }
    }
}
