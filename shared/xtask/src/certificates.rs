//! Certificates of a control plane under test, from an authority that lives as long as the run.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    IsCa, KeyPair, KeyUsagePurpose,
};

use crate::Outcome;

/// What everybody trusts in one cluster, and nobody in the other.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key.
pub(crate) struct Identity {
    pub(crate) certificate: rcgen::Certificate,
    pub(crate) key: KeyPair,
}

impl Authority {
    /// Makes a new authority of this name.
    pub(crate) fn new(name: &str) -> Outcome<Self> {
        let mut params = CertificateParams::default();
        params.distinguished_name = subject(name, None);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages =
            vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign, KeyUsagePurpose::DigitalSignature];
        CertifiedIssuer::self_signed(params, new_key()?).map(Self).map_err(explain)
    }

    /// The certificate, as PEM.
    pub(crate) fn pem(&self) -> String {
        self.0.pem()
    }

    /// The key, as PEM.
    pub(crate) fn key_pem(&self) -> String {
        self.0.key().serialize_pem()
    }

    /// The certificate, as DER.
    pub(crate) fn der(&self) -> rustls::pki_types::CertificateDer<'static> {
        self.0.der().clone()
    }

    /// Issues the certificate of a server that answers under these names and addresses.
    pub(crate) fn server(&self, name: &str, answers: &[&str]) -> Outcome<Identity> {
        let answers: Vec<String> = answers.iter().map(ToString::to_string).collect();
        let mut params = CertificateParams::new(answers).map_err(explain)?;
        params.distinguished_name = subject(name, None);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        self.issue(params)
    }

    /// Issues the certificate of a client: for Kubernetes the common name is the user, the organization the
    /// group.
    pub(crate) fn client(&self, user: &str, group: &str) -> Outcome<Identity> {
        let mut params = CertificateParams::default();
        params.distinguished_name = subject(user, Some(group));
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.issue(params)
    }

    fn issue(&self, mut params: CertificateParams) -> Outcome<Identity> {
        let key = new_key()?;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment];
        params.use_authority_key_identifier_extension = true;
        let certificate = params.signed_by(&key, &self.0).map_err(explain)?;
        Ok(Identity { certificate, key })
    }
}

/// Makes a key on its own, as service accounts need it.
pub(crate) fn new_key() -> Outcome<KeyPair> {
    KeyPair::generate().map_err(explain)
}

fn subject(name: &str, organization: Option<&str>) -> DistinguishedName {
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CommonName, name);
    if let Some(organization) = organization {
        subject.push(DnType::OrganizationName, organization);
    }
    subject
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err asks for")]
fn explain(error: rcgen::Error) -> String {
    format!("cannot make a certificate: {error}")
}
