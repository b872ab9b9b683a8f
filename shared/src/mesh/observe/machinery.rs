//! Looks at what carries the mirrors: controllers, gateways and the settings of Linkerd.

use super::super::link::Link;
use super::super::machinery::{Machinery, Settings};
use super::super::names::TRUST_ROOTS;
use super::super::snapshot::{Belonging, LinkSeen};
use super::super::wire;
use super::{Selected, networks, policies, rights};
use crate::cluster::{Cluster, ClusterSet, Resource, Shape};
use crate::terms::{ClusterName, Observed, Obstacle, PerCluster, Scope};
use serde::de::DeserializeOwned;
use std::time::Duration;

/// How long nobody waits more for what is not needed.
pub(super) const PATIENCE: Duration = Duration::from_secs(3);

/// The control plane's namespace.
pub(super) const LINKERD: &str = "linkerd";

/// What the control plane of each cluster is set to.
pub(super) async fn settings(set: &ClusterSet) -> PerCluster<Observed<Settings>> {
    set.each(async |cluster| {
        let config =
            cluster.get::<wire::ConfigMap>(Resource::CONFIG_MAPS, Some(LINKERD), "linkerd-config").await;
        match config {
            Observed::Present(config) => wire::settings(config.data.as_ref()).map_or_else(
                |()| {
                    Observed::Unknown(Obstacle::Malformed {
                        what: "configmap linkerd/linkerd-config".to_owned(),
                        cause: "its `values` are no YAML map".to_owned(),
                    })
                },
                Observed::Present,
            ),
            Observed::Absent => Observed::Absent,
            Observed::Unknown(obstacle) => Observed::Unknown(obstacle),
        }
    })
    .await
}

/// What its proxies trust.
async fn roots(cluster: &Cluster) -> Observed<Vec<Vec<u8>>> {
    let (namespace, name) = TRUST_ROOTS;
    let look = cluster.get::<wire::ConfigMap>(Resource::CONFIG_MAPS, Some(namespace), name);
    match tokio::time::timeout(PATIENCE, look).await {
        Ok(found) => found.map(|found| wire::roots(found.data.as_ref())),
        Err(_) => Observed::Unknown(Obstacle::TimedOut { after: PATIENCE }),
    }
}

/// The machinery of every cluster that a Link to the exporter leads from or to; of the others it is absent. What only a
/// judgement needs, roles and policies, is looked at when one is to come, about these Services.
pub(super) async fn all(
    set: &ClusterSet,
    links: &PerCluster<Observed<Vec<LinkSeen>>>,
    settings: &PerCluster<Observed<Settings>>,
    judged: Option<&Selected>,
) -> PerCluster<Observed<Machinery>> {
    set.each(async |cluster| {
        let Some(namespace) = namespace(set, cluster.name(), links) else { return Observed::Absent };
        let settings = settings.get(cluster.name()).cloned().unwrap_or(Observed::Absent);
        let is_exporter = cluster.name() == &set.primary;
        let rights = async {
            let place = (!is_exporter).then_some(namespace.as_str());
            if judged.is_some() {
                Observed::Present(rights::look(cluster, place).await)
            } else {
                Observed::Absent
            }
        };
        let policies = async {
            match judged.filter(|_| is_exporter) {
                Some(selected) => policies::look(cluster, &namespace, selected).await,
                None => Observed::Absent,
            }
        };
        let roots = async { if judged.is_some() { roots(cluster).await } else { Observed::Absent } };
        let is_bypassed = async {
            if judged.is_some() && !is_exporter { networks::bypass(cluster).await } else { Observed::Absent }
        };
        let seen = look(cluster, &namespace, settings);
        let settled = async { futures::join!(roots, is_bypassed) };
        let (rights, policies, (roots, is_bypassed), seen) = futures::join!(rights, policies, settled, seen);
        Observed::Present(Machinery { roots, is_bypassed, rights, policies, ..seen })
    })
    .await
}

/// Where the extension is: beside the Links, and in the exporter where their gateway's identity says.
fn namespace(
    set: &ClusterSet,
    name: &ClusterName,
    links: &PerCluster<Observed<Vec<LinkSeen>>>,
) -> Option<String> {
    if name != &set.primary {
        return ours(links.get(name)?).next().map(|link| link.namespace.clone());
    }
    let all: Vec<&Link> = links.iter().flat_map(|(_, links)| ours(links)).collect();
    let named = all.iter().find_map(|link| link.gateway.namespace());
    named.or_else(|| all.first().map(|link| link.namespace.as_str())).map(str::to_owned)
}

fn ours(links: &Observed<Vec<LinkSeen>>) -> impl Iterator<Item = &Link> {
    let links = match links {
        Observed::Present(links) => links.as_slice(),
        Observed::Absent | Observed::Unknown(_) => &[],
    };
    links.iter().filter(|seen| matches!(seen.belonging, Belonging::Exporter(_))).map(|seen| &seen.link)
}

async fn look(cluster: &Cluster, namespace: &str, settings: Observed<Settings>) -> Machinery {
    let place = Scope::namespace(Some(namespace));
    let now = super::now();
    let (services, deployments, pods, leases) = futures::join!(
        listed::<wire::WireService>(cluster, Resource::SERVICES, &place),
        listed::<wire::WireDeployment>(cluster, Resource::DEPLOYMENTS, &place),
        listed::<wire::WirePod>(cluster, Resource::PODS, &place),
        listed::<wire::WireLease>(cluster, Resource::LEASES, &place),
    );
    Machinery {
        services: services.map(|found| found.into_iter().map(Into::into).collect()),
        deployments: deployments.map(|found| found.into_iter().map(Into::into).collect()),
        pods: pods.map(|found| found.into_iter().map(Into::into).collect()),
        leases: leases.map(|found| found.into_iter().map(|lease| lease.at(now)).collect()),
        namespace: namespace.to_owned(),
        settings,
        rights: Observed::Absent,
        policies: Observed::Absent,
        backends: Observed::Absent,
        roots: Observed::Absent,
        is_bypassed: Observed::Absent,
    }
}

pub(super) async fn listed<T: DeserializeOwned>(
    cluster: &Cluster,
    resource: Resource,
    place: &Scope,
) -> Observed<Vec<T>> {
    match tokio::time::timeout(PATIENCE, cluster.list::<T>(resource, place, Shape::Full)).await {
        Ok(listed) => listed.map(|listed| listed.items),
        Err(_) => Observed::Unknown(Obstacle::TimedOut { after: PATIENCE }),
    }
}
