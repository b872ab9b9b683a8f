//! The clocks of API servers.

use super::super::snapshot::HealthSeen;
use crate::terms::ClusterName;
use crate::verdict::{Finding, Remedy, Severity};

/// Certificates of proxies are good from so many seconds before they were made, and no clock may be further behind (the
/// default of Linkerd's `clockSkewAllowance`); ...
const TOLERATED: i64 = 20;
/// ... and a difference from which on it is worth a look. Dates of answers have whole seconds.
const SMALL: i64 = 5;

/// Each cluster is compared with the one whose clock stands in the middle; of two, the one behind with the one ahead.
pub(super) fn clock(seen: &HealthSeen) -> Vec<Finding> {
    let mut clocks: Vec<(i64, &ClusterName)> =
        seen.clusters.iter().filter_map(|cluster| Some((cluster.clock?, &cluster.name))).collect();
    clocks.sort_unstable();
    let Some((middle, right)) = clocks.get(clocks.len() / 2).copied() else { return Vec::new() };
    let differs = clocks.iter().filter(|(clock, _)| (clock - middle).abs() > SMALL);
    differs.map(|(clock, name)| apart(name, right, clock - middle)).collect()
}

fn apart(cluster: &ClusterName, other: &ClusterName, ahead: i64) -> Finding {
    const CHECK: &str = "cluster-clock";
    let (seconds, side) = (ahead.abs(), if ahead < 0 { "behind" } else { "ahead of" });
    let text = format!(
        "the clock of {cluster} is {seconds}s {side} that of {other}: certificates and tokens of one may not be valid yet, \
         or already expired, in the other"
    );
    let remedy = Remedy::new(
        "point the control planes of both at the same NTP servers, and make sure they reach them",
    );
    let severity = if seconds > TOLERATED { Severity::Error } else { Severity::Warning };
    let finding = Finding { severity, ..Finding::error(CHECK, &[cluster, other], text, remedy) };
    finding.mutual().seen("Date", format!("{ahead:+}s"))
}

#[cfg(test)]
mod tests {
    use super::super::tests::fleet;
    use super::*;

    #[test]
    fn clocks_are_compared_with_the_one_in_the_middle() {
        let clocks = |all: &[(&str, i64)]| {
            let mut seen = fleet(&all.iter().map(|(name, _)| *name).collect::<Vec<_>>());
            for (cluster, (_, clock)) in seen.clusters.iter_mut().zip(all) {
                cluster.clock = Some(*clock);
            }
            let all = super::clock(&seen);
            let short = |finding: &Finding| {
                (finding.severity, finding.summary.split(':').next().unwrap_or_default().to_owned())
            };
            all.iter().map(short).collect::<Vec<_>>()
        };
        assert_eq!(clocks(&[("infra", -3600), ("apps", -3598)]), [], "it is this machine that is wrong");
        let behind = "the clock of apps is 90s behind that of infra".to_owned();
        assert_eq!(clocks(&[("infra", 0), ("apps", -90)]), [(Severity::Error, behind)]);
        let little = "the clock of infra is 10s behind that of apps".to_owned();
        assert_eq!(clocks(&[("infra", 0), ("apps", 10)]), [(Severity::Warning, little)]);
        let ahead = "the clock of edge is 21s ahead of that of infra".to_owned();
        assert_eq!(clocks(&[("apps", -1), ("edge", 21), ("infra", 0)]), [(Severity::Error, ahead)]);
    }
}
