//! Certificates of the worlds, by name. What stands after `@` says what is odd about one.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use std::collections::BTreeMap;

/// PEM, by name.
pub(super) struct Certificates(BTreeMap<String, String>);

/// Signed by the anchor of the mesh.
const ISSUERS: [&str; 2] = ["infra-issuer", "apps-issuer"];
/// Signed by themselves.
const AUTHORITIES: [&str; 4] = ["infra-server", "apps-server", "infra-injector", "apps-injector"];
/// Signed likewise, and made an hour before the dumps are taken.
const FRESH: &str = "fresh-issuer";

/// When one is good: as the worlds have them, over, or not yet.
const TIMES: [(&str, i32, i32); 3] = [("", 2026, 2027), ("@expired", 2024, 2025), ("@early", 2027, 2028)];

fn params(name: &str, (from, to): (i32, i32)) -> CertificateParams {
    let mut params = CertificateParams::new(vec![]).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    (params.not_before, params.not_after) = (date_time_ymd(from, 1, 1), date_time_ymd(to, 1, 1));
    params
}

/// An issuer that is made just before its Secret changes, where it is not over or to come.
fn fresh((from, to): (i32, i32), signer: &CertifiedIssuer<'_, KeyPair>) -> String {
    let mut params = params(FRESH, (from, to));
    if from == 2026 {
        params.not_before = date_time_ymd(2026, 2, 28) + std::time::Duration::from_secs(23 * 3600);
    }
    params.signed_by(&KeyPair::generate().unwrap(), signer).unwrap().pem()
}

impl Certificates {
    pub(super) fn new() -> Self {
        let mut all = BTreeMap::new();
        for (suffix, anchor) in [("", "root"), ("@stranger", "stranger")] {
            let key = KeyPair::generate().unwrap();
            let signer = CertifiedIssuer::self_signed(params(anchor, (2026, 2027)), key).unwrap();
            for (when, from, to) in TIMES {
                let name = |name: &str| format!("{name}{suffix}{when}");
                let own =
                    |name: &str, key: &KeyPair| params(name, (from, to)).self_signed(key).unwrap().pem();
                all.insert(name("root"), own(anchor, signer.key()));
                all.extend(AUTHORITIES.map(|one| (name(one), own(one, &KeyPair::generate().unwrap()))));
                let signed =
                    |name: &str| params(name, (from, to)).signed_by(&KeyPair::generate().unwrap(), &signer);
                all.extend(ISSUERS.map(|one| (name(one), signed(one).unwrap().pem())));
                all.insert(name(FRESH), fresh((from, to), &signer));
            }
        }
        Self(all)
    }

    pub(super) fn pem(&self, name: &str) -> &str {
        self.0.get(name).unwrap_or_else(|| panic!("no certificate is called {name}"))
    }
}
