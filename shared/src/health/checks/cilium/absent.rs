//! What of Cilium is not there, while other parts of it are. Where none is, its settings alone are left, and nobody needs it.

use super::super::super::snapshot::{AgentsSeen, CiliumSeen, ClusterHealth, HealthSeen};
use super::super::are_fresh;
use super::super::pools::waiting;
use super::{AGENTS, HARM, IDLE, OPERATOR, daemon_set, missed};
use crate::mesh::names::CILIUM;
use crate::terms::{ClusterName, Kind, ObjectRef, Observed};
use crate::verdict::{Finding, Remedy, kubectl};

const INSTALL: &str = "reinstall Cilium in the same version; to see what is there, run";

/// Its operator is there, so that it was not removed.
pub(super) fn agents(seen: &HealthSeen, cluster: &ClusterName, cilium: &CiliumSeen) -> Option<Finding> {
    if !matches!(cilium.operator, Observed::Present(_)) {
        return None;
    }
    let text = format!("{cluster} has Cilium's operator but no agents: DaemonSet cilium is gone; {HARM}");
    let words = ["--namespace", CILIUM.0, "get", "daemonsets"];
    let remedy = Remedy::run(INSTALL, kubectl(&seen.fleet, cluster, &words));
    let finding = Finding::error(AGENTS, &[cluster], text, remedy).about(daemon_set(cluster));
    Some(finding.seen("daemonset/cilium", "<none>"))
}

/// Their controller finds no node that they are for.
pub(super) fn unwanted(seen: &HealthSeen, cluster: &ClusterHealth, agents: &AgentsSeen) -> Option<Finding> {
    let Observed::Present(nodes) = &cluster.nodes else { return None };
    let number = nodes.iter().filter(|node| !node.is_virtual).count();
    if !agents.is_counted || agents.wanted > 0 || number == 0 {
        return None;
    }
    let name = &cluster.name;
    let text = format!("Cilium's agents are scheduled to none of the {number} nodes of {name}");
    let words = ["--namespace", CILIUM.0, "get", "daemonset", "cilium", "--output", "yaml"];
    let action = "make their node selector, affinity and tolerations match the nodes; to see these, run";
    let remedy = Remedy::run(action, kubectl(&seen.fleet, name, &words));
    let finding = if are_fresh([agents.age]) {
        let age = agents.age.unwrap_or_default();
        Finding::info(AGENTS, &[name], format!("{text}, for {age}s so far, as in a start"))
    } else {
        Finding::error(AGENTS, &[name], format!("{text}; {HARM}"), remedy)
    };
    Some(finding.about(daemon_set(name)).seen("status.desiredNumberScheduled", "0"))
}

/// Who runs clusters for others may have it elsewhere.
pub(super) fn operator(seen: &HealthSeen, cluster: &ClusterName, cilium: &CiliumSeen) -> Option<Finding> {
    if !matches!(cilium.agents, Observed::Present(_)) {
        return None;
    }
    let text = format!("{cluster} has Cilium's agents but no operator in {}", CILIUM.0);
    let words = ["--namespace", CILIUM.0, "get", "deployments"];
    let finding = match waiting(cilium) {
        Some(gateway) => {
            let remedy = Remedy::run(INSTALL, kubectl(&seen.fleet, cluster, &words));
            Finding::error(OPERATOR, &[cluster], format!("{text}: {}", missed(gateway)), remedy)
        }
        None => Finding::info(OPERATOR, &[cluster], format!("{text}: unless it is elsewhere, {IDLE}")),
    };
    Some(finding.about(ObjectRef::namespaced(cluster, Kind::Deployment, CILIUM.0, OPERATOR)))
}

#[cfg(test)]
mod tests {
    use super::super::super::pools::tests::gateway;
    use super::super::super::tests::{blind, node, short, spoken};
    use super::super::tests::with;
    use super::*;
    use crate::health::snapshot::{NodeSeen, PoolSeen};
    use crate::verdict::Severity;

    fn hidden<T>() -> Observed<T> {
        Observed::Unknown(blind("get", "daemonsets.apps"))
    }

    #[test]
    fn agents_that_are_gone_are_told_while_their_operator_is_there() {
        insta::assert_snapshot!(spoken(&with(|cilium| cilium.agents = Observed::Absent)), @"
        error cilium-agents infra: ds/kube-system/cilium
          infra has Cilium's operator but no agents: DaemonSet cilium is gone; no pod starts there, and changes of policies and Services have no effect
          daemonset/cilium = <none>
          reinstall Cilium in the same version; to see what is there, run: `kubectl --context infra --namespace kube-system get daemonsets`
        ");
        let of = |operator| {
            let seen = with(|cilium| (cilium.agents, cilium.operator) = (Observed::Absent, operator));
            short(&seen)
                .into_iter()
                .filter(|(severity, _)| matches!(severity, Severity::Warning | Severity::Error))
                .count()
        };
        assert_eq!(of(Observed::Absent), 0, "it was removed");
        assert_eq!(of(hidden()), 0, "it may have been removed");
        assert_eq!(short(&with(|cilium| cilium.agents = hidden())).len(), 1, "not looked at");
    }

    /// Agents that have been meant for no node for a while, of which something is changed.
    fn unmeant(change: fn(&mut AgentsSeen)) -> HealthSeen {
        let mut agents = AgentsSeen {
            is_counted: true,
            wanted: 0,
            unavailable: 0,
            missing: 0,
            is_rolling: false,
            age: Some(900),
            lost: Observed::Present(Vec::new()),
        };
        change(&mut agents);
        with(|cilium| cilium.agents = Observed::Present(agents))
    }

    #[test]
    fn agents_that_are_meant_for_no_node_are_told_unless_they_start_or_nobody_has_counted() {
        insta::assert_snapshot!(spoken(&unmeant(|_| ())), @"
        error cilium-agents infra: ds/kube-system/cilium
          Cilium's agents are scheduled to none of the 3 nodes of infra; no pod starts there, and changes of policies and Services have no effect
          status.desiredNumberScheduled = 0
          make their node selector, affinity and tolerations match the nodes; to see these, run: `kubectl --context infra --namespace kube-system get daemonset cilium --output yaml`
        ");
        let starts = short(&unmeant(|agents| agents.age = Some(3)));
        assert_eq!(starts[0].0, Severity::Info, "{starts:?}");
        assert_eq!(spoken(&unmeant(|agents| agents.is_counted = false)), "");
        let is_virtual = NodeSeen { is_virtual: true, ..node("v") };
        for nodes in [Observed::Present(Vec::new()), Observed::Present(vec![is_virtual]), Observed::Absent] {
            let mut seen = unmeant(|_| ());
            seen.clusters[0].nodes = nodes;
            assert_eq!(spoken(&seen), "", "there are no nodes, for all that anybody knows");
        }
    }

    #[test]
    fn an_operator_that_is_not_there_is_an_error_where_a_gateway_waits_for_it_alone() {
        let seen = |has_address: bool, change: fn(&mut CiliumSeen)| {
            with(|cilium| {
                let pool = PoolSeen { name: "main".into(), ..PoolSeen::default() };
                let waits = super::super::GatewaySeen { has_address, ..gateway(None) };
                (cilium.pools, cilium.gateways) =
                    (Observed::Present(vec![pool]), Observed::Present(vec![waits]));
                cilium.operator = Observed::Absent;
                change(cilium);
            })
        };
        insta::assert_snapshot!(spoken(&seen(false, |_| ())), @"
        error cilium-operator infra: deploy/kube-system/cilium-operator
          infra has Cilium's agents but no operator in kube-system: new nodes may get no pod range, and load balancers get no address from its pools, and svc/linkerd-multicluster/linkerd-gateway waits for one
          reinstall Cilium in the same version; to see what is there, run: `kubectl --context infra --namespace kube-system get deployments`
        ");
        insta::assert_snapshot!(spoken(&seen(true, |_| ())), @"
        info cilium-operator infra: deploy/kube-system/cilium-operator
          infra has Cilium's agents but no operator in kube-system: unless it is elsewhere, new nodes may get no pod range, and load balancers get no address from its pools
        ");
        assert_eq!(spoken(&seen(false, |cilium| cilium.agents = Observed::Absent)), "", "it was removed");
    }
}
