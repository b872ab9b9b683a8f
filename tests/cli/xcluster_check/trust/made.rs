//! Certificates, made while a test runs: they are good or bad by the clock of the run.

use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, PKCS_ECDSA_P256_SHA256,
    PKCS_ECDSA_P384_SHA384, date_time_ymd,
};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub(super) const MINUTE: i64 = 60;
pub(super) const HOUR: i64 = 60 * MINUTE;
pub(super) const DAY: i64 = 24 * HOUR;

/// Of what kind a key is.
#[derive(Clone, Copy)]
pub(super) enum Key {
    P256,
    P384,
    /// Making one takes seconds, so that everybody has this one of 2048 bits.
    Rsa,
}

impl Key {
    fn pair(self) -> KeyPair {
        match self {
            Self::P256 => KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap(),
            Self::P384 => KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap(),
            Self::Rsa => KeyPair::try_from(&include_bytes!("rsa-2048.pk8")[..]).unwrap(),
        }
    }
}

/// What a certificate is to say: whose it is, between which seconds from now it is good, and whether it may sign others.
#[derive(Clone, Copy)]
pub(super) struct Wish<'a> {
    pub(super) name: &'a str,
    pub(super) good: (i64, i64),
    pub(super) key: Key,
    pub(super) may_sign: bool,
}

impl<'a> Wish<'a> {
    /// One as `linkerd install` makes it: an authority on P-256, good for a year, made a month ago.
    pub(super) fn usual(name: &'a str) -> Self {
        Self { name, good: (-30 * DAY, 335 * DAY), key: Key::P256, may_sign: true }
    }

    pub(super) fn good(self, from: i64, to: i64) -> Self {
        Self { good: (from, to), ..self }
    }

    pub(super) fn key(self, key: Key) -> Self {
        Self { key, ..self }
    }

    fn params(self) -> CertificateParams {
        let mut params = CertificateParams::new(vec![]).unwrap();
        params.distinguished_name.push(DnType::CommonName, self.name);
        if self.may_sign {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        } else {
            params.is_ca = IsCa::ExplicitNoCa;
        }
        let moment = |seconds: i64| date_time_ymd(1970, 1, 1) + from_epoch(seconds);
        (params.not_before, params.not_after) = (moment(self.good.0), moment(self.good.1));
        params
    }
}

/// What lies between the beginning of all times and so many seconds from now.
#[expect(clippy::disallowed_methods, reason = "the program that is tried has no other clock")]
fn from_epoch(seconds: i64) -> Duration {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let while_ = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 { now.checked_sub(while_).unwrap() } else { now + while_ }
}

/// A certificate with its key, so that it can sign others.
pub(super) struct Made {
    pub(super) pem: String,
    params: CertificateParams,
    key: KeyPair,
}

impl Made {
    /// One that has signed itself, as trust anchors have.
    pub(super) fn anchor(wish: Wish<'_>) -> Self {
        Self::renewed(wish, wish.key.pair())
    }

    /// The same authority with the same key, in another certificate.
    pub(super) fn again(&self, wish: Wish<'_>) -> Self {
        Self::renewed(wish, KeyPair::try_from(self.key.serialize_der()).unwrap())
    }

    fn renewed(wish: Wish<'_>, key: KeyPair) -> Self {
        let params = wish.params();
        Self { pem: params.self_signed(&key).unwrap().pem(), params, key }
    }

    /// One that this one has signed.
    pub(super) fn signs(&self, wish: Wish<'_>) -> Self {
        let (params, key) = (wish.params(), wish.key.pair());
        let pem = params.signed_by(&key, &Issuer::from_params(&self.params, &self.key)).unwrap().pem();
        Self { pem, params, key }
    }
}
