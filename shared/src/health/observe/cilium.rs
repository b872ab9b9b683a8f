//! Cilium, where it is the network of a cluster: its settings are there. Others read these too, so that a cluster without
//! it costs nothing.

use super::super::snapshot::{AgentSeen, AgentsSeen, CiliumSeen, GatewaySeen, PoolSeen};
use super::object::{Object, entries, text};
use super::{kept, running, workload};
use crate::cluster::{Archive, Cluster, Resource, Shape};
use crate::mesh::names::{CILIUM, EXTENSION, GATEWAY_PORT};
use crate::terms::{Observed, Obstacle, Scope};
use jiff::Timestamp;
use serde::de::IgnoredAny;
use serde_json::Value;

/// Its agents' pods.
const AGENTS: &str = "k8s-app=cilium";
/// What its operator says of a Service that it should give an address.
const SATISFIED: &str = "cilium.io/IPAMRequestSatisfied";

const fn pools_of(version: &'static str) -> Resource {
    Resource { group: "cilium.io", version, plural: "ciliumloadbalancerippools" }
}

pub(super) async fn look(cluster: &Cluster, now: Timestamp) -> Observed<CiliumSeen> {
    let settings = cluster.get::<IgnoredAny>(Resource::CONFIG_MAPS, Some(CILIUM.0), CILIUM.1).await;
    match settings {
        // The chart makes the settings, and a repository may have the pools alone.
        Observed::Unknown(Obstacle::NotInFiles { .. })
            if cluster.archive().is_some_and(Archive::is_of_manifests) =>
        {
            Observed::Present(CiliumSeen {
                agents: Observed::Absent,
                operator: Observed::Absent,
                pools: Box::pin(pools(cluster)).await,
                gateways: Observed::Absent,
            })
        }
        Observed::Absent => Observed::Absent,
        Observed::Unknown(obstacle) => Observed::Unknown(obstacle),
        Observed::Present(_) => {
            let (agents, operator, pools, gateways) = futures::join!(
                Box::pin(agents(cluster, now)),
                Box::pin(cluster.get::<Object>(Resource::DEPLOYMENTS, Some(CILIUM.0), "cilium-operator")),
                Box::pin(pools(cluster)),
                Box::pin(gateways(cluster)),
            );
            let operator = match running(cluster, Resource::DEPLOYMENTS, operator) {
                Observed::Present(found) => {
                    Observed::Present(Box::pin(workload::look(cluster, found, now)).await)
                }
                Observed::Absent => Observed::Absent,
                Observed::Unknown(obstacle) => Observed::Unknown(obstacle),
            };
            let (agents, operator) = parts(cluster, agents, operator);
            Observed::Present(CiliumSeen { agents, operator, pools, gateways })
        }
    }
}

/// Where one of them is there the other one should be, too: it may have been left out. Without both Cilium was removed.
fn parts<A, O>(cluster: &Cluster, agents: Observed<A>, operator: Observed<O>) -> (Observed<A>, Observed<O>) {
    if !matches!(agents, Observed::Present(_)) && !matches!(operator, Observed::Present(_)) {
        return (agents, operator);
    }
    let agents = kept(cluster, (Resource::DAEMON_SETS, CILIUM.0), agents);
    (agents, kept(cluster, (Resource::DEPLOYMENTS, CILIUM.0), operator))
}

/// Their pods are only looked for where one is missed.
async fn agents(cluster: &Cluster, now: Timestamp) -> Observed<AgentsSeen> {
    let found = cluster.get::<Object>(Resource::DAEMON_SETS, Some(CILIUM.0), "cilium").await;
    let agents = match running(cluster, Resource::DAEMON_SETS, found) {
        Observed::Present(found) => read(&found, now),
        Observed::Absent => return Observed::Absent,
        Observed::Unknown(obstacle) => return Observed::Unknown(obstacle),
    };
    if agents.unavailable == 0 {
        return Observed::Present(agents);
    }
    let place = Scope::namespace(Some(CILIUM.0)).labelled(AGENTS);
    let pods = cluster.list::<Object>(Resource::PODS, &place, Shape::Full).await;
    // Files mostly do not say when a status was written: the numbers are no older than the youngest agent.
    let youngest = match &pods {
        Observed::Present(pods) => pods.items.iter().filter_map(|pod| pod.age(now)).min(),
        Observed::Absent | Observed::Unknown(_) => None,
    };
    let lost = pods.map(|pods| pods.items.iter().filter_map(|pod| lost(pod, now)).collect());
    Observed::Present(AgentsSeen { lost, age: agents.age.or(youngest), ..agents })
}

/// Counts that are zero may be left out. One that nobody has made is counted neither as current nor as updated, so that
/// those that are there tell whether they are being replaced.
fn read(agents: &Object, now: Timestamp) -> AgentsSeen {
    let count = |field: &str| agents.count(field).unwrap_or_default();
    let (wanted, current) = (count("desiredNumberScheduled"), count("currentNumberScheduled"));
    let seen = agents.status.get("observedGeneration").and_then(Value::as_u64);
    // Who writes a status by hand may leave it out.
    let counted = || {
        agents.count("numberReady").map(|ready| wanted.saturating_sub(ready.max(count("numberAvailable"))))
    };
    let unavailable = agents.count("numberUnavailable").or_else(counted).unwrap_or_default();
    let is_old = agents.metadata.generation.zip(seen).is_some_and(|(present, seen)| seen < present);
    AgentsSeen {
        is_counted: seen.is_some_and(|seen| seen > 0),
        wanted,
        unavailable,
        missing: wanted.saturating_sub(current),
        is_rolling: is_old || count("updatedNumberScheduled") < current,
        age: agents.status_age(now),
        lost: Observed::Present(Vec::new()),
    }
}

/// A pod that is there to stay, and not ready.
fn lost(pod: &Object, now: Timestamp) -> Option<AgentSeen> {
    if pod.metadata.deletion_timestamp.is_some() || pod.condition("Ready", "True").is_some() {
        return None;
    }
    let containers = entries(&pod.status, "/initContainerStatuses")
        .chain(entries(&pod.status, "/containerStatuses"))
        .map(|one| text(one, "/state/waiting/reason"));
    let unready = ["False", "Unknown"].into_iter().find_map(|status| pod.condition("Ready", status));
    Some(AgentSeen {
        pod: pod.metadata.name.clone(),
        node: text(&pod.spec, "/nodeName").to_owned(),
        reason: containers.into_iter().find(|reason| !reason.is_empty()).unwrap_or_default().to_owned(),
        // One that was bound to its node a moment ago has no condition yet.
        age: unready.and_then(|one| one.age(now)).or_else(|| pod.age(now)),
    })
}

/// Cilium has them in `v2` since 1.18; before, and until nobody needs it any more, in `v2alpha1`.
async fn pools(cluster: &Cluster) -> Observed<Vec<PoolSeen>> {
    let list = async |version| {
        let listed = cluster.list::<Object>(pools_of(version), &Scope::default(), Shape::Full).await;
        listed.map(|listed| listed.items.iter().map(pool).collect::<Vec<_>>())
    };
    let is_there = |found: &Observed<_>| !matches!(found, Observed::Unknown(Obstacle::NotServed { .. }));
    let found = list("v2").await;
    let found = if is_there(&found) { found } else { list("v2alpha1").await };
    if is_there(&found) { found } else { Observed::Absent }
}

/// Numbers stand in messages of conditions, whose status is `Unknown` by design.
fn pool(pool: &Object) -> PoolSeen {
    let conflict = pool.condition("cilium.io/PoolConflict", "True");
    let free = pool.condition("cilium.io/IPsAvailable", "Unknown").and_then(|one| one.message);
    PoolSeen {
        name: pool.metadata.name.clone(),
        ranges: entries(&pool.spec, "/blocks").map(range).collect(),
        is_disabled: pool.spec.get("disabled").and_then(Value::as_bool).unwrap_or_default(),
        conflict: conflict
            .map(|one| one.message.filter(|text| !text.is_empty()).unwrap_or(one.r#type))
            .unwrap_or_default(),
        is_exhausted: free.as_deref() == Some("0"),
    }
}

/// Of first and last, or as one.
fn range(block: &Value) -> String {
    match (text(block, "/cidr"), text(block, "/start"), text(block, "/stop")) {
        ("", start, "") => start.to_owned(),
        ("", start, stop) => format!("{start}-{stop}"),
        (cidr, ..) => cidr.to_owned(),
    }
}

/// By the list that looks at the mesh make, too.
async fn gateways(cluster: &Cluster) -> Observed<Vec<GatewaySeen>> {
    let place = Scope::namespace(Some(EXTENSION));
    let listed = cluster.list_only(Resource::SERVICES, &place, Shape::Full, is_gateway).await;
    listed.map(|listed| listed.items.iter().map(gateway).collect())
}

/// A class says whose load balancer is meant; without one it is that of whoever takes it.
fn is_gateway(service: &Object) -> bool {
    let class = text(&service.spec, "/loadBalancerClass");
    text(&service.spec, "/type") == "LoadBalancer"
        && (class.is_empty() || class.starts_with("io.cilium/"))
        && entries(&service.spec, "/ports").any(|port| text(port, "/name") == GATEWAY_PORT)
}

fn gateway(service: &Object) -> GatewaySeen {
    let refused = service.condition(SATISFIED, "False");
    GatewaySeen {
        namespace: service.metadata.namespace.clone().unwrap_or_default(),
        name: service.metadata.name.clone(),
        has_address: entries(&service.status, "/loadBalancer/ingress").next().is_some()
            || entries(&service.spec, "/externalIPs").next().is_some(),
        refusal: refused.map(|one| (one.why(), one.message.unwrap_or_default())),
    }
}

#[cfg(test)]
mod tests;
