//! How the edges tell what they are doing, without knowing any surface.

use crate::terms::ClusterName;
use std::time::Duration;

/// Hears what happens while it happens. The surface implements it for people.
pub trait Progress {
    /// Something lasting began or changed, such as "waiting for svc/databases/postgres-rw-infra".
    fn doing(&self, cluster: &ClusterName, what: &str);

    /// Something was seen to happen, this long after the wait began.
    fn happened(&self, cluster: &ClusterName, what: &str, after: Duration);
}
