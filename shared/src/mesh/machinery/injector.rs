//! What gives pods their proxies.

use crate::mesh::certificate::Certificate;
use crate::terms::Observed;

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
    /// For how many seconds all of that has been as it is: what an installation writes does not all come at once. `None` when nobody
    /// says.
    pub age: Option<i64>,
}
