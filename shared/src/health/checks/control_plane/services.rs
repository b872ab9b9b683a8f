//! The Services by which proxies find the parts of the control plane: without one nobody finds a part that serves.

use super::super::super::snapshot::{HealthSeen, WorkloadSeen};
use super::{CHECK, CONTROL_PLANE, ground, harm};
use crate::terms::{ClusterName, Kind, ObjectRef};
use crate::verdict::{Finding, Remedy, kubectl};

/// By which proxies ask what is let in.
const POLICY: &str = "linkerd-policy";

pub(super) fn unfound(seen: &HealthSeen, cluster: &ClusterName, part: &WorkloadSeen) -> Vec<Finding> {
    // That it does not serve is told of its Deployment.
    let serves = part.available.is_some_and(|available| available > 0);
    part.unfound.iter().filter(|_| serves).map(|one| of_service(seen, (cluster, part), one)).collect()
}

fn of_service(
    seen: &HealthSeen,
    (cluster, part): (&ClusterName, &WorkloadSeen),
    (service, selector): &(String, String),
) -> Finding {
    let what = if selector.is_empty() {
        format!("{cluster} has no Service {service}, by which proxies find {}", part.name)
    } else {
        format!("the Service {service} of {cluster} selects {selector}, but no pod of {} matches", part.name)
    };
    let harm = if service == POLICY { "new proxies get no policy" } else { harm(&part.name) };
    let action =
        "recreate it by upgrading Linkerd's control plane to the same version; to see what is there, run";
    let words = ["--namespace", CONTROL_PLANE, "get", "services", "--output", "wide"];
    let remedy = Remedy::run(action, kubectl(&seen.fleet, cluster, &words));
    let object = ObjectRef::namespaced(cluster, Kind::Service, CONTROL_PLANE, service);
    let finding = Finding::error(CHECK, &[cluster], format!("{what}: {harm}"), remedy).about(object);
    let finding = Finding { ground: ground(&part.name), ..finding };
    match selector.as_str() {
        "" => finding.seen(format!("services {service}"), "<none>"),
        selector => finding.seen("spec.selector", selector),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::{fleet, short, spoken};
    use super::*;
    use crate::mesh::names::{DESTINATION, IDENTITY};
    use crate::terms::Observed;
    use crate::verdict::Severity;

    /// A part that serves, and which Services do not lead to it.
    fn with(name: &str, available: u32, unfound: &[(&str, &str)]) -> HealthSeen {
        let mut seen = fleet(&["infra", "apps"]);
        let own = |(name, selector): &(&str, &str)| ((*name).to_owned(), (*selector).to_owned());
        let parts = [DESTINATION, IDENTITY, crate::mesh::names::INJECTOR];
        let part = |one: &&str| WorkloadSeen {
            name: (*one).to_owned(),
            available: Some(available),
            age: Some(9000),
            unfound: if *one == name { unfound.iter().map(own).collect() } else { Vec::new() },
            ..WorkloadSeen::default()
        };
        seen.clusters[0].control_plane = Observed::Present(parts.iter().map(part).collect());
        seen
    }

    #[test]
    fn a_service_that_leads_proxies_to_no_part_is_told_where_that_serves() {
        insta::assert_snapshot!(spoken(&with(IDENTITY, 1, &[("linkerd-identity-headless", "")])), @"
        error control-plane infra: svc/linkerd/linkerd-identity-headless
          infra has no Service linkerd-identity-headless, by which proxies find linkerd-identity: new proxies get no certificate and do not start, and those of running ones expire within a day
          services linkerd-identity-headless = <none>
          recreate it by upgrading Linkerd's control plane to the same version; to see what is there, run: `kubectl --context infra --namespace linkerd get services --output wide`
        ");
        let policy = [("linkerd-policy", "linkerd.io/control-plane-component=old")];
        let text = "the Service linkerd-policy of infra selects linkerd.io/control-plane-component=old, but no pod of \
         linkerd-destination matches: new proxies get no policy";
        assert_eq!(short(&with(DESTINATION, 1, &policy)), [(Severity::Error, text.to_owned())]);
        assert_eq!(spoken(&with(DESTINATION, 1, &[])), "");
        assert!(!spoken(&with(DESTINATION, 0, &policy)).contains("linkerd-policy"));
    }
}
