//! What gives pods their proxies.

use crate::mesh::certificate::Certificate;
use crate::terms::{Observed, Requirement};

/// The proxy injector of a cluster: a webhook that the API server asks about every new pod, and goes on without where it does
/// not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Injector {
    /// How many of its pods are wanted, and how many serve; `None` when it has no Deployment.
    pub pods: Option<(u32, u32)>,
    /// The authorities by which the API server knows it; absent when it is not told to ask.
    pub authorities: Observed<Vec<Certificate>>,
    /// Whether it is told to ask, and names no authority for it.
    pub is_unbundled: bool,
    /// The certificate that it shows, with what lies between it and an authority; empty when that is hidden.
    pub shown: Vec<Certificate>,
    /// Whether a pod of the extension lacks a proxy.
    pub is_missed: bool,
    /// What keeps it from pods of the extension, though it serves.
    pub barrier: Option<Barrier>,
    /// For how many seconds all of that has been as it is: what an installation writes does not all come at once. `None` when nobody
    /// says.
    pub age: Option<i64>,
}

/// What keeps the injector from the pods of a namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Barrier {
    /// Its webhook wants of the namespace what that has not.
    PassedOver(Requirement),
    /// Its webhook leads to a Service that is not there: `NAMESPACE/NAME`.
    Unserved(String),
    /// The pod security of the namespace refuses pods that set up their network, at this level, and nobody else does that for them.
    Refused(String),
}
