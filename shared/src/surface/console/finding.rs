//! How a finding reads on one line.

use crate::terms::ClusterName;
use crate::verdict::Finding;

/// Where and what: the object with its cluster, else the clusters, else nothing but the sentence.
pub(super) fn sentence(finding: &Finding) -> String {
    if let Some(object) = &finding.object {
        return format!("{object}: {}", finding.summary);
    }
    let clusters: Vec<&str> = finding.clusters.iter().map(ClusterName::as_str).collect();
    if clusters.is_empty() {
        finding.summary.clone()
    } else {
        format!("{}: {}", clusters.join(" -> "), finding.summary)
    }
}
