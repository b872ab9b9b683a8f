//! Looks that depend on what was seen of the extension: most clusters need none of them.

use super::super::machinery::{Deployment, GatewayService, Injector, Lease, Machinery, Pod};
use super::super::names::{CILIUM, CONTROL_PLANE, GATEWAY_PORT, INJECTOR};
use super::super::wire::{self, WireDeployment, WireLease, WireWebhooks};
use super::bounded::{listed, one, wide};
use crate::cluster::{Cluster, Resource};
use crate::terms::{Observed, Scope};
use serde_json::Value;

const WEBHOOKS: Resource = Resource {
    group: "admissionregistration.k8s.io",
    version: "v1",
    plural: "mutatingwebhookconfigurations",
};
/// The names that the chart gives.
const WEBHOOK: &str = "linkerd-proxy-injector-webhook-config";
const SERVING: (&str, &str) = (CONTROL_PLANE, "linkerd-proxy-injector-k8s-tls");

/// The same with what it needs besides. Only the gateway of the exporter is gone through.
pub(super) async fn look(cluster: &Cluster, seen: Machinery, is_exporter: bool) -> Machinery {
    let gateway = gateway(&seen).filter(|_| is_exporter);
    let (injector, announcer, nodes) = futures::join!(
        injector(cluster, &seen),
        announcer(cluster, (&seen.namespace, gateway)),
        nodes(cluster, gateway)
    );
    let is_served = |node: &String| gateway.is_some_and(|gateway| serves_at(&seen, gateway, node));
    let is_well = matches!(&announcer, Observed::Present(node) if is_served(node));
    let announcer = if is_well { Observed::Absent } else { announcer };
    Machinery { injector, announcer, nodes, ..seen }
}

/// Whether a ready pod of the gateway is on a node: that it answers is as it should be.
fn serves_at(seen: &Machinery, gateway: &GatewayService, node: &str) -> bool {
    let is_own = |pod: &&Pod| pod.labels.get("app") == Some(&gateway.name) && pod.is_ready && !pod.is_over;
    present(&seen.pods).iter().filter(is_own).any(|pod| pod.node == node)
}

fn present<T>(seen: &Observed<Vec<T>>) -> &[T] {
    match seen {
        Observed::Present(seen) => seen,
        Observed::Absent | Observed::Unknown(_) => &[],
    }
}

fn gateway(seen: &Machinery) -> Option<&GatewayService> {
    present(&seen.services).iter().find(|service| service.port(GATEWAY_PORT).is_some())
}

/// Where a pod lacks its proxy, what should have given it one.
async fn injector(cluster: &Cluster, seen: &Machinery) -> Observed<Injector> {
    let is_bare = |pod: &Pod| !pod.is_meshed && !pod.is_over && !pod.is_on_host;
    if !present(&seen.pods).iter().any(is_bare) {
        return Observed::Absent;
    }
    let now = cluster.now().as_second();
    let place = Scope::namespace(Some(CONTROL_PLANE));
    let (deployments, webhooks, serving) = futures::join!(
        listed::<WireDeployment>(cluster, Resource::DEPLOYMENTS, &place),
        wide::<WireWebhooks>(cluster, WEBHOOKS, WEBHOOK),
        one::<wire::WireIssuer>(cluster, Resource::SECRETS, SERVING)
    );
    let deployments: Vec<Deployment> = match deployments {
        Observed::Present(found) => found.into_iter().map(Into::into).collect(),
        // A control plane elsewhere is not judged.
        Observed::Absent => return Observed::Absent,
        Observed::Unknown(obstacle) => return Observed::Unknown(obstacle),
    };
    if deployments.is_empty() {
        return Observed::Absent;
    }
    let authorities = match webhooks.map(|found| found.authorities(now)) {
        Observed::Present(None) | Observed::Absent => Observed::Absent,
        Observed::Present(Some(authorities)) => Observed::Present(authorities),
        Observed::Unknown(obstacle) => Observed::Unknown(obstacle),
    };
    let shown = if let Observed::Present(serving) = serving { serving.read(now) } else { None };
    let own = deployments.iter().find(|one| one.name == INJECTOR);
    Observed::Present(Injector {
        pods: own.map(|one| (one.wanted, one.available)),
        authorities,
        shown: shown.map(|shown| shown.chain).unwrap_or_default(),
    })
}

/// Of a gateway that only its own nodes answer for, the node that Cilium has chosen to announce it.
async fn announcer(
    cluster: &Cluster,
    (namespace, gateway): (&str, Option<&GatewayService>),
) -> Observed<String> {
    let Some(gateway) = gateway.filter(|one| one.is_local && one.service_type == "LoadBalancer") else {
        return Observed::Absent;
    };
    let name = format!("cilium-l2announce-{namespace}-{}", gateway.name);
    // Where Cilium keeps who announces it.
    let place = Scope::namespace(Some(CILIUM.0));
    let leases = listed::<WireLease>(cluster, Resource::LEASES, &place).await;
    let now = cluster.now();
    let holder = |leases: Vec<WireLease>| {
        let all = leases.into_iter().map(|lease| lease.at(now));
        // One that nobody renews is left over.
        let is_held =
            |lease: &Lease| lease.age.is_some_and(|age| age <= lease.duration) && !lease.holder.is_empty();
        all.filter(|lease| lease.name == name).find(is_held).map(|lease| lease.holder)
    };
    match leases {
        Observed::Present(leases) => holder(leases).map_or(Observed::Absent, Observed::Present),
        Observed::Absent => Observed::Absent,
        Observed::Unknown(obstacle) => Observed::Unknown(obstacle),
    }
}

/// The addresses of the nodes, where the gateway is reached by these.
async fn nodes(cluster: &Cluster, gateway: Option<&GatewayService>) -> Observed<Vec<String>> {
    if gateway.is_none_or(|one| one.service_type != "NodePort") {
        return Observed::Absent;
    }
    let found = listed::<wire::Plain>(cluster, Resource::NODES, &Scope::default()).await;
    found.map(|nodes| nodes.iter().flat_map(|node| addresses(&node.status)).collect())
}

fn addresses(status: &Value) -> Vec<String> {
    let all = status.get("addresses").and_then(Value::as_array).into_iter().flatten();
    all.filter_map(|one| one.get("address").and_then(Value::as_str)).map(str::to_owned).collect()
}
