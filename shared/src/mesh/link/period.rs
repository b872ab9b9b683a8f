//! How often a gateway is probed, as far as that ends who probes it.

use super::Probe;
use crate::terms::GoDuration;
use core::time::Duration;

impl Probe {
    /// Why the service mirror ends when it begins to probe: it waits a part of the period more or less, and there is none.
    pub(super) fn ending(&self) -> Option<String> {
        let is_negative = self.period.strip_prefix('-').is_some_and(|rest| GoDuration::parse(rest).is_ok());
        let is_short = GoDuration::parse(&self.period).is_ok_and(|period| period.as_duration() < SHORTEST);
        (!self.path.is_empty() && (is_negative || is_short)).then(|| {
            format!("spec.probeSpec.period is {:?}, with which the service mirror crashes", self.period)
        })
    }
}

/// A tenth of the period is the most that it waits besides, in whole nanoseconds.
const SHORTEST: Duration = Duration::from_nanos(10);

#[cfg(test)]
mod tests {
    use super::super::Link;
    use serde_json::json;

    #[test]
    fn a_period_that_is_none_ends_the_service_mirror() {
        let problems = |period: &str, path: &str| {
            let probe = json!({"path": path, "period": period});
            let spec = json!({"targetClusterName": "infra", "gatewayAddress": "203.0.113.10", "gatewayPort": "4143", "probeSpec": probe});
            Link::read("linkerd-multicluster", "infra", &spec).problems
        };
        for odd in ["0s", "0", "0m0s", "-3s", "9ns"] {
            let words = format!("spec.probeSpec.period is {odd:?}, with which the service mirror crashes");
            assert_eq!(problems(odd, "/ready"), [words]);
            assert_eq!(problems(odd, ""), Vec::<String>::new(), "nobody probes");
        }
        for other in ["3s", "10ns", "3", "", "-", "often"] {
            assert_eq!(problems(other, "/ready"), Vec::<String>::new(), "{other}");
        }
    }
}
