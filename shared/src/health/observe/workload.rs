//! Deployments with the nodes of their pods, which are looked for only where none of these serves.

use super::super::snapshot::WorkloadSeen;
use super::object::{Object, text};
use crate::cluster::{Cluster, Resource, Shape};
use crate::terms::{Failing, LabelSelector, Observed, Scope};
use jiff::Timestamp;
use serde::Deserialize as _;
use std::collections::BTreeSet;

/// It as it runs. That its pods cannot be listed hides no more than where they are.
pub(super) async fn look(cluster: &Cluster, deployment: Object, now: Timestamp) -> WorkloadSeen {
    let namespace = deployment.metadata.namespace.clone();
    let selector = deployment.spec.get("selector").and_then(|one| LabelSelector::deserialize(one).ok());
    let seen = deployment.workload(now);
    let Some(selector) = selector.filter(|one| seen.available == Some(0) && !one.is_empty()) else {
        return seen;
    };
    let place = Scope::namespace(namespace.as_deref()).labelled(selector.query());
    match cluster.list::<Object>(Resource::PODS, &place, Shape::Full).await {
        Observed::Present(pods) => {
            let idle = missed(&pods.items).map(|pod| pod.metadata.name.clone()).collect();
            WorkloadSeen { idle, nodes: nodes(&pods.items), failing: failing(&pods.items), ..seen }
        }
        Observed::Absent | Observed::Unknown(_) => seen,
    }
}

/// Pods that do not serve. Those of lost nodes are being deleted for as long as these are; one that has ended waits for nothing.
fn missed(pods: &[Object]) -> impl Iterator<Item = &Object> {
    let is_over = |pod: &Object| ["Succeeded", "Failed"].contains(&text(&pod.status, "/phase"));
    pods.iter().filter(move |pod| !is_over(pod) && pod.condition("Ready", "True").is_none())
}

/// What keeps the first of them that says so.
fn failing(pods: &[Object]) -> Option<(String, Failing)> {
    missed(pods).find_map(|pod| Some((pod.metadata.name.clone(), Failing::of(&pod.status)?)))
}

/// Where these are.
fn nodes(pods: &[Object]) -> BTreeSet<String> {
    missed(pods).map(|pod| text(&pod.spec, "/nodeName").to_owned()).filter(|node| !node.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn pods_that_do_not_serve_say_their_nodes_and_those_that_ended_or_have_none_do_not() {
        let pod = |node: &str, phase: &str, ready: &str| {
            serde_json::from_value::<Object>(
                json!({"metadata": {"name": "x"}, "spec": {"nodeName": node}, "status": {
                "phase": phase, "conditions": [{"type": "Ready", "status": ready}]}}),
            )
            .unwrap()
        };
        let pods = [
            pod("lost", "Running", "False"),
            pod("unheard", "Running", "Unknown"),
            pod("fine", "Running", "True"),
            pod("evicted", "Failed", "False"),
            pod("", "Pending", "False"),
        ];
        assert_eq!(nodes(&pods), ["lost".to_owned(), "unheard".to_owned()].into());
        assert_eq!(failing(&pods), None, "no container says why");
    }

    #[test]
    fn the_container_of_one_that_does_not_serve_is_named() {
        let pod = |name: &str, ready: &str| {
            let waits = json!({"waiting": {"reason": "CrashLoopBackOff"}});
            serde_json::from_value::<Object>(json!({"metadata": {"name": name}, "status": {
                "conditions": [{"type": "Ready", "status": ready}],
                "containerStatuses": [{"name": "identity", "state": waits}]}}))
            .unwrap()
        };
        let (name, found) = failing(&[pod("one", "True"), pod("two", "False")]).unwrap();
        assert_eq!(
            (name.as_str(), found.to_string()),
            ("two", "container identity: CrashLoopBackOff".to_owned())
        );
    }
}
