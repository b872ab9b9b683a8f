//! What somebody has decided to live with.

use super::ClusterName;

/// A finding that is known, accepted, and not to be told again, with the reason for that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silence {
    /// The check that is not to speak.
    pub check: String,
    /// Only of these clusters; empty for all.
    pub clusters: Vec<ClusterName>,
    /// Only of this object, as it is printed: `infra: svc/shop/web`.
    pub object: Option<String>,
    /// Why.
    pub reason: String,
    /// The last day on which it holds, by UTC, such as `2027-01-31`; `None` for ever.
    pub until: Option<String>,
    /// Whether that day has passed.
    pub is_over: bool,
}
