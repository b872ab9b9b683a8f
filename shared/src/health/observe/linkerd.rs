//! Linkerd's control plane, and what is left where it is gone.

use super::super::snapshot::{RelicSeen, WorkloadSeen};
use super::object::{Object, text};
use super::{all_running, workload};
use crate::cluster::{Archive, Cluster, Resource, Shape};
use crate::mesh::names::{CONFIG, CONTROL_PLANE, CONTROLLERS, DESTINATION, EXTENSION, IDENTITY};
use crate::terms::{Kind, Labels, ObjectRef, Observed, Obstacle, Scope};
use jiff::Timestamp;
use serde::Deserialize as _;

/// The label of a pod with a proxy: the namespace of the control plane that gave it one.
const OWNER: &str = "linkerd.io/control-plane-ns";
/// The label of a pod of the control plane: which part, as its Deployment is called behind `linkerd-`.
const COMPONENT: &str = "linkerd.io/control-plane-component";
/// What asks for a proxy in the template of a pod.
const INJECT: &str = "linkerd.io/inject";

/// By which Services proxies find its parts, since Linkerd 2.11.
const FOUND_BY: [(&str, &str); 3] = [
    (DESTINATION, "linkerd-dst-headless"),
    (DESTINATION, "linkerd-policy"),
    (IDENTITY, "linkerd-identity-headless"),
];

/// All Deployments of its namespace: there are few, and others look at them with the same list. Where none of them is a part of
/// it, also what shows that it should be there.
pub(super) async fn look(
    cluster: &Cluster,
    now: Timestamp,
) -> (Observed<Vec<WorkloadSeen>>, Observed<RelicSeen>) {
    let (found, services) = futures::join!(
        listed(cluster, Resource::DEPLOYMENTS, CONTROL_PLANE),
        listed(cluster, Resource::SERVICES, CONTROL_PLANE)
    );
    let is_part = |one: &Object| CONTROLLERS.contains(&one.metadata.name.as_str());
    let is_gone = matches!(&found, Observed::Present(all) if !all.iter().any(is_part));
    let relic = if is_gone { relic(cluster, now).await } else { Observed::Absent };
    let workloads = match all_running(cluster, Resource::DEPLOYMENTS, found) {
        Observed::Present(all) => {
            let services = if let Observed::Present(all) = services { all } else { Vec::new() };
            let looks = all.into_iter().map(async |one| {
                let unfound = unfound(&one, &services);
                WorkloadSeen { unfound, ..workload::look(cluster, one, now).await }
            });
            Observed::Present(futures::future::join_all(looks).await)
        }
        Observed::Absent => Observed::Absent,
        Observed::Unknown(obstacle) => Observed::Unknown(obstacle),
    };
    (workloads, relic)
}

/// The Services by which proxies do not find it, where others of Linkerd are there.
fn unfound(part: &Object, services: &[Object]) -> Vec<(String, String)> {
    let labels =
        |all: Option<&serde_json::Value>| Labels::deserialize(all?).ok().filter(|all| !all.is_empty());
    let own = labels(part.spec.pointer("/template/metadata/labels"));
    let lost = |name: &str| {
        let Some(service) = services.iter().find(|one| one.metadata.name == name) else {
            return Some(String::new());
        };
        let (own, selector) = own.as_ref().zip(labels(service.spec.get("selector")))?;
        let is_met = selector.iter().all(|(key, value)| own.get(key) == Some(value));
        let each = selector.iter().map(|(key, value)| format!("{key}={value}"));
        (!is_met).then(|| each.collect::<Vec<_>>().join(","))
    };
    let is_known = services.iter().any(|one| one.metadata.name.starts_with("linkerd-"));
    let ours = FOUND_BY.iter().filter(|(name, _)| is_known && *name == part.metadata.name);
    ours.filter_map(|(_, name)| Some(((*name).to_owned(), lost(name)?))).collect()
}

async fn listed(cluster: &Cluster, resource: Resource, namespace: &str) -> Observed<Vec<Object>> {
    let place = Scope::namespace(Some(namespace));
    cluster.list::<Object>(resource, &place, Shape::Full).await.map(|listed| listed.items)
}

/// What of the extension was made to work with a control plane that is not there. What cannot be listed shows nothing.
async fn relic(cluster: &Cluster, now: Timestamp) -> Observed<RelicSeen> {
    let (deployments, pods) = futures::join!(
        listed(cluster, Resource::DEPLOYMENTS, EXTENSION),
        listed(cluster, Resource::PODS, EXTENSION)
    );
    let all = |found| if let Observed::Present(found) = found { found } else { Vec::new() };
    let Some(relic) = waiting(cluster, (&all(deployments), &all(pods)), now) else { return Observed::Absent };
    match cluster.get::<Object>(Resource::CONFIG_MAPS, Some(CONFIG.0), CONFIG.1).await {
        Observed::Present(_) if is_bare(cluster).await => Observed::Present(relic),
        Observed::Present(_) => Observed::Absent,
        Observed::Absent if cluster.archive().is_none_or(is_told) => Observed::Present(relic),
        Observed::Absent => {
            let what = format!("configmaps of namespace {CONTROL_PLANE}, or all namespaces without it");
            Observed::Unknown(Obstacle::NotInFiles { what })
        }
        Observed::Unknown(obstacle) => Observed::Unknown(obstacle),
    }
}

/// Whether files that lack the settings of Linkerd say that the cluster has none.
fn is_told(archive: &Archive) -> bool {
    archive.tells_of(Resource::CONFIG_MAPS, CONTROL_PLANE) || archive.spans(Resource::CONFIG_MAPS)
}

/// Whether a cluster that has its settings, and none of its Deployments, has none of its pods either. Files may leave Deployments
/// out.
async fn is_bare(cluster: &Cluster) -> bool {
    let is_whole = |archive: &Archive| archive.spans(Resource::DEPLOYMENTS) && archive.spans(Resource::PODS);
    if !cluster.archive().is_none_or(is_whole) {
        return false;
    }
    let is_part = |pod: &Object| {
        pod.label(COMPONENT).is_some_and(|part| CONTROLLERS.contains(&&*format!("linkerd-{part}")))
    };
    let pods = listed(cluster, Resource::PODS, CONTROL_PLANE).await;
    matches!(pods, Observed::Present(pods) if !pods.iter().any(is_part))
}

/// What was made to have a proxy, the eldest first; nothing where a control plane in another namespace gives proxies.
fn waiting(
    cluster: &Cluster,
    (deployments, pods): (&[Object], &[Object]),
    now: Timestamp,
) -> Option<RelicSeen> {
    let owner = |pod: &Object| pod.label(OWNER).map(str::to_owned);
    if pods.iter().filter_map(owner).any(|owner| owner != CONTROL_PLANE) {
        return None;
    }
    let asking = deployments.iter().filter_map(|one| {
        let said = text(&one.spec, "/template/metadata/annotations/linkerd.io~1inject");
        let field = format!("spec.template.metadata.annotations[{INJECT}]");
        ["enabled", "ingress"].contains(&said).then(|| (one, Kind::Deployment, field, said.to_owned()))
    });
    let having = pods
        .iter()
        .filter_map(|pod| Some((pod, Kind::Pod, format!("metadata.labels[{OWNER}]"), owner(pod)?)));
    let (found, kind, field, value) = eldest(asking).or_else(|| eldest(having))?;
    let object = ObjectRef::namespaced(cluster.name(), kind, EXTENSION, &found.metadata.name);
    Some(RelicSeen { object, field, value, age: found.age(now) })
}

/// An object that says that it is to have a proxy: its kind, the field, and what it says.
type Said<'a> = (&'a Object, Kind, String, String);

fn eldest<'a>(all: impl Iterator<Item = Said<'a>>) -> Option<Said<'a>> {
    all.min_by_key(|(one, ..)| one.metadata.creation_timestamp.clone())
}
