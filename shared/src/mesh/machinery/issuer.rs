//! Who signs for the proxies of a cluster.

use crate::mesh::certificate::Certificate;
use crate::terms::Obstacle;

/// The issuer of a cluster, as its Secret and what is about it say. Its key is never kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Issuer {
    /// Its certificate, and what lies between it and an anchor.
    pub chain: Vec<Certificate>,
    /// What its Secret says has signed it, and is none of its cluster's anchors; empty where that says nothing.
    pub signers: Vec<Certificate>,
    /// What its Secret has of its key.
    pub key: Key,
    /// What keeps a new one from being made or used.
    pub stuck: Option<Stuck>,
    /// What hides whether anything does.
    pub hidden: Option<Obstacle>,
}

/// What a Secret has of the key of a certificate, of which nothing else is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Key {
    /// Nobody can say, as where it was taken out of files.
    #[default]
    Hidden,
    /// None: there is no such entry.
    Gone,
    /// One that says that it is of this certificate.
    Held,
    /// One that says that it is of another certificate.
    Other,
}

/// Why a cluster does not sign with what it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stuck {
    /// The Certificate of cert-manager that it comes from is not ready: its name, and the reason in its words.
    Unready(String, String),
    /// The last one went well, and the next one will not.
    Hindered(Hindrance),
    /// The identity controller has refused it, in its words.
    Refused(String),
    /// It has changed, and the identity controller has not said that it uses the new one.
    Missed,
}

/// What keeps cert-manager from renewing an issuer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hindrance {
    /// There is no Certificate for its Secret any more; it was of this one.
    Gone(String),
    /// Its Certificate writes another Secret: the names of both.
    Elsewhere(String, String),
    /// Its Certificate could not be made: its name, how often, and the reason in its words.
    Failing(String, u64, String),
    /// What should sign it, an `Issuer` or a `ClusterIssuer`, is not ready: its name, and the reason in its words.
    Unsigned(&'static str, String, String),
    /// Its Certificate names such a signer that is not there: the name of the Certificate, the kind, and the name.
    Signerless(String, &'static str, String),
    /// No pod of cert-manager serves: the namespace and the name of its Deployment.
    Unmanned(String, String),
}

impl From<Vec<Certificate>> for Issuer {
    fn from(chain: Vec<Certificate>) -> Self {
        Self { chain, ..Self::default() }
    }
}
