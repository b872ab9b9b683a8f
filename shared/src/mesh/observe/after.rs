//! Looks that depend on what was seen of the extension: most clusters need none of them.

use super::super::machinery::{Barrier, Deployment, GatewayService, Injector, Machinery, Pod, Settings};
use super::super::names::{CONTROL_PLANE, DESTINATION, GATEWAY_PORT, INJECTOR};
use super::super::snapshot::Key;
use super::super::wire::{self, WireDeployment, WireWebhooks};
use super::announced::{Announced, announced, announcements, mute};
use super::bounded::{listed, one, wide};
use super::clocks;
use super::going;
use super::lost::lost;
use super::unread::unread;
use crate::cluster::{Archive, Cluster, Resource};
use crate::terms::{Observed, Obstacle, Scope};
use jiff::Timestamp;
use serde_json::Value;

const WEBHOOKS: Resource = Resource {
    group: "admissionregistration.k8s.io",
    version: "v1",
    plural: "mutatingwebhookconfigurations",
};
/// The names that the chart gives.
const WEBHOOK: &str = "linkerd-proxy-injector-webhook-config";
const SERVING: (&str, &str) = (CONTROL_PLANE, "linkerd-proxy-injector-k8s-tls");

/// What a namespace is called among its labels, ...
const OWN_NAME: &str = "kubernetes.io/metadata.name";
/// ... and what the admission of its pods holds them to.
const ENFORCED: &str = "pod-security.kubernetes.io/enforce";

/// The same with what it needs besides. Only the gateway of the exporter is gone through.
///
/// Who looks thoroughly hears of an injector that nobody has missed yet.
pub(super) async fn look(
    cluster: &Cluster,
    seen: Machinery,
    (is_exporter, is_thorough): (bool, bool),
) -> Machinery {
    let gateway = gateway(&seen).filter(|_| is_exporter);
    let (roots, injector, leases, nodes, externals, probed, going) = futures::join!(
        unread(cluster, &seen, is_thorough),
        injector(cluster, &seen, is_thorough),
        announcements(cluster, &seen, gateway),
        nodes(cluster, gateway),
        async { if is_exporter { Vec::new() } else { externals(cluster).await } },
        async { if gateway.is_some() { probed_from(cluster).await } else { None } },
        async { if is_thorough { going::look(cluster, &seen, gateway).await } else { Vec::new() } },
    );
    let Announced { announcer, unannounced, home } = announced(leases, &seen, (gateway, cluster.now()));
    let unannounced = unannounced.or_else(|| mute(&seen, gateway, cluster.now()));
    let lost = lost(cluster, &seen, is_exporter);
    let settings = seen.settings.clone().map(|settings| Settings { probe_argument: probed, ..settings });
    let leases =
        if is_thorough { clocks::told(cluster, seen.leases, present(&seen.pods)).await } else { seen.leases };
    Machinery {
        leases,
        settings,
        roots,
        injector,
        announcer,
        unannounced,
        home,
        nodes,
        externals,
        lost,
        going,
        ..seen
    }
}

pub(super) fn present<T>(seen: &Observed<Vec<T>>) -> &[T] {
    match seen {
        Observed::Present(seen) => seen,
        Observed::Absent | Observed::Unknown(_) => &[],
    }
}

fn gateway(seen: &Machinery) -> Option<&GatewayService> {
    present(&seen.services).iter().find(|service| service.port(GATEWAY_PORT).is_some())
}

/// What should have given its proxy to a pod that lacks it, or would to the next one. Manifests do not say how it does.
async fn injector(cluster: &Cluster, seen: &Machinery, is_thorough: bool) -> Observed<Injector> {
    let is_bare = |pod: &Pod| !pod.is_meshed && !pod.is_over && !pod.is_on_host;
    let is_missed = present(&seen.pods).iter().any(is_bare);
    let is_running = !cluster.archive().is_some_and(Archive::is_of_manifests);
    if !is_running || (!is_missed && !is_thorough) {
        return Observed::Absent;
    }
    let place = Scope::namespace(Some(CONTROL_PLANE));
    let deployments: Vec<Deployment> =
        match listed::<WireDeployment>(cluster, Resource::DEPLOYMENTS, &place).await {
            Observed::Present(found) => found.into_iter().map(Into::into).collect(),
            // A control plane elsewhere is not judged.
            Observed::Absent => return Observed::Absent,
            Observed::Unknown(obstacle) => return Observed::Unknown(obstacle),
        };
    let own = deployments.iter().find(|one| one.name == INJECTOR);
    // That it does not serve is told elsewhere, unless somebody misses it.
    if deployments.is_empty() || (!is_missed && own.is_none_or(|one| one.available == 0)) {
        return Observed::Absent;
    }
    Observed::Present(Injector { is_missed, ..asked(cluster, seen, own).await })
}

/// By whom the injector is asked, and what it shows to them.
async fn asked(cluster: &Cluster, seen: &Machinery, own: Option<&Deployment>) -> Injector {
    let now = cluster.now();
    let (webhooks, serving) = futures::join!(
        wide::<WireWebhooks>(cluster, WEBHOOKS, WEBHOOK),
        one::<wire::WireIssuer>(cluster, Resource::SECRETS, SERVING)
    );
    let barrier =
        if let Observed::Present(found) = &webhooks { barrier(cluster, seen, found).await } else { None };
    let is_left_out = cluster.archive().is_some_and(|archive| !archive.has_any(WEBHOOKS));
    let (authorities, is_unbundled, written) = match webhooks {
        Observed::Present(found) => {
            let (written, is_unbundled) = (found.changed(), found.is_unbundled());
            let authorities = found.authorities(now.as_second());
            (authorities.map_or(Observed::Absent, Observed::Present), is_unbundled, written)
        }
        Observed::Absent if is_left_out => {
            let what = format!("any {}", WEBHOOKS.name());
            (Observed::Unknown(Obstacle::NotInFiles { what }), false, String::new())
        }
        Observed::Absent => (Observed::Absent, false, String::new()),
        Observed::Unknown(obstacle) => (Observed::Unknown(obstacle), false, String::new()),
    };
    let serving = if let Observed::Present(serving) = serving { Some(serving) } else { None };
    let changed = serving.as_ref().map(wire::WireIssuer::changed);
    let times = [Some(written), changed, own.map(|one| one.turned.clone())];
    Injector {
        pods: own.map(|one| (one.wanted, one.available)),
        authorities,
        is_unbundled,
        shown: serving.and_then(|one| one.read(now.as_second())).map(|shown| shown.chain).unwrap_or_default(),
        is_missed: false,
        barrier,
        age: since(times.into_iter().flatten(), now),
    }
}

/// What keeps it from the namespace of the extension. What cannot be seen keeps nobody.
async fn barrier(cluster: &Cluster, seen: &Machinery, webhooks: &WireWebhooks) -> Option<Barrier> {
    let (selector, service) = webhooks.led()?;
    let space = wide::<wire::Plain>(cluster, Resource::NAMESPACES, &seen.namespace);
    let (space, is_gone) = futures::join!(space, is_gone(cluster, service.as_ref()));
    if let Some(Key { namespace, name }) = service.filter(|_| is_gone) {
        return Some(Barrier::Unserved(format!("{namespace}/{name}")));
    }
    let Observed::Present(space) = space else { return None };
    let mut labels = space.metadata.labels.unwrap_or_default();
    drop(labels.insert(OWN_NAME.to_owned(), seen.namespace.clone()));
    if let Some(unmet) = selector.requirements().find(|one| !one.holds(&labels)) {
        return Some(Barrier::PassedOver(unmet));
    }
    let is_alone = matches!(&seen.settings, Observed::Present(settings) if !settings.is_cni);
    let level = labels.remove(ENFORCED).filter(|level| is_alone && level != "privileged");
    level.map(Barrier::Refused)
}

/// Whether a Service is not there, while others beside it are.
async fn is_gone(cluster: &Cluster, service: Option<&Key>) -> bool {
    let Some(Key { namespace, name }) = service else { return false };
    let place = Scope::namespace(Some(namespace));
    let found = listed::<wire::Plain>(cluster, Resource::SERVICES, &place).await;
    let Observed::Present(found) = found else { return false };
    !found.is_empty() && found.iter().all(|one| one.metadata.name != *name)
}

/// How many seconds ago the last of some times was. Times of the API are texts of one form, so that they sort.
fn since(times: impl Iterator<Item = String>, now: Timestamp) -> Option<i64> {
    let last = times.max()?.parse::<Timestamp>().ok()?;
    Some(now.duration_since(last).as_secs())
}

/// The addresses of the nodes, where the gateway is reached by these.
async fn nodes(cluster: &Cluster, gateway: Option<&GatewayService>) -> Observed<Vec<String>> {
    if gateway.is_none_or(|one| one.service_type != "NodePort") {
        return Observed::Absent;
    }
    let found = listed::<wire::Plain>(cluster, Resource::NODES, &Scope::default()).await;
    found.map(|nodes| nodes.iter().flat_map(answering).collect())
}

/// From where its policy controller is told that probes may come, where its Deployment is looked at anyway.
async fn probed_from(cluster: &Cluster) -> Option<Vec<String>> {
    let place = Scope::namespace(Some(CONTROL_PLANE));
    if !cluster.is_remembering() {
        return None;
    }
    let found = listed::<WireDeployment>(cluster, Resource::DEPLOYMENTS, &place).await;
    let Observed::Present(found) = found else { return None };
    let mut arguments = found.into_iter().map(Deployment::from).filter(|one| one.name == DESTINATION);
    let arguments = arguments.next()?.arguments;
    let said = arguments.iter().find_map(|one| one.strip_prefix("--probe-networks="))?;
    Some(said.split(',').map(|one| one.trim().to_owned()).collect())
}

/// The external addresses of nodes, where these are looked at anyway.
async fn externals(cluster: &Cluster) -> Vec<String> {
    if !cluster.is_remembering() {
        return Vec::new();
    }
    match listed::<wire::Plain>(cluster, Resource::NODES, &Scope::default()).await {
        Observed::Present(nodes) => {
            nodes.iter().flat_map(|node| of_type(node, |kind| kind == "ExternalIP")).collect()
        }
        Observed::Absent | Observed::Unknown(_) => Vec::new(),
    }
}

/// The addresses of a node; of a virtual one, where nobody answers, none.
fn answering(node: &wire::Plain) -> Vec<String> {
    of_type(node, |_| true)
}

fn of_type(node: &wire::Plain, is_it: impl Fn(&str) -> bool) -> Vec<String> {
    let addresses = node.status.get("addresses").filter(|_| !node.metadata.is_virtual_node());
    let all = addresses.and_then(Value::as_array).into_iter().flatten();
    let all = all.filter(|one| one.get("type").and_then(Value::as_str).is_some_and(&is_it));
    all.filter_map(|one| one.get("address").and_then(Value::as_str)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_answers_at_the_addresses_of_a_virtual_node() {
        let of = |value: &str| {
            let node = serde_json::json!({"metadata": {"labels": {"type": value}},
                "status": {"addresses": [{"type": "InternalIP", "address": "192.0.2.7"}]}});
            answering(&serde_json::from_value(node).unwrap())
        };
        assert_eq!(of("virtual-kubelet"), Vec::<String>::new());
        assert_eq!(of("worker"), ["192.0.2.7"]);
    }
}
