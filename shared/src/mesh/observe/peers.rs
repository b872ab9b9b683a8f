//! Services that share a federated one with those of a run: of the same name and namespace in other clusters, and what
//! the local service mirror has made of the exported ones at home.

use super::super::export::Target;
use super::super::export::at_home::missing_at_its_home;
use super::super::link::Way;
use super::super::names;
use super::super::snapshot::{Key, MeshSeen, Objects, ServiceSeen};
use super::services_in;
use crate::cluster::ClusterSet;
use crate::terms::{ClusterName, Observed, Scope};
use crate::verdict::{Finding, against};
use std::collections::{BTreeMap, BTreeSet};

/// Up to how many Services are asked for by name.
const FEW: usize = 2;

/// The Services of the same names in all clusters but the exporter.
pub async fn peers(
    set: &ClusterSet,
    seen: &MeshSeen,
) -> BTreeMap<ClusterName, Observed<Objects<ServiceSeen>>> {
    let scopes: Vec<Scope> = if seen.asked.len() <= FEW {
        seen.asked.iter().map(|key| Scope::object(&key.namespace, &key.name)).collect()
    } else {
        namespaces(seen.asked.iter()).into_iter().map(|name| Scope::namespace(Some(name))).collect()
    };
    let names = seen.others().map(|(name, _)| name);
    let looks = names.map(async |name| {
        let found = match set.cluster(name) {
            Ok(cluster) => services_in(cluster, scopes.clone()).await,
            Err(obstacle) => Observed::Unknown(obstacle),
        };
        (name.clone(), found)
    });
    futures::future::join_all(looks).await.into_iter().collect()
}

fn namespaces<'a>(keys: impl Iterator<Item = &'a Key>) -> BTreeSet<&'a str> {
    keys.map(|key| key.namespace.as_str()).collect()
}

/// A warning for each exported member that has no federated Service in its own cluster: clients there do not find the name
/// that they find everywhere else.
pub async fn missing_at_home(set: &ClusterSet, seen: &MeshSeen, targets: &[Target]) -> Vec<Finding> {
    let members = targets.iter().filter(|target| target.way == Way::Federated);
    let keys: BTreeSet<&Key> = members.map(|target| &target.exported).collect();
    if keys.is_empty() {
        return Vec::new();
    }
    let made = format!("{}=true", names::MIRRORED_SERVICE);
    let scope = |name| Scope::namespace(Some(name)).labelled(made.clone());
    let scopes = namespaces(keys.iter().copied()).into_iter().map(scope).collect();
    let found = match set.cluster(&seen.exporter) {
        Ok(cluster) => services_in(cluster, scopes).await,
        Err(obstacle) => Observed::Unknown(obstacle),
    };
    let found = match found {
        Observed::Present(found) => found,
        Observed::Absent => Objects::default(),
        Observed::Unknown(obstacle) => return vec![unseen(seen, &obstacle)],
    };
    let lacks = |key: &&Key| {
        let federated = Key::new(key.namespace.clone(), names::federated(&key.name));
        found.by_key.get(&federated).and_then(ServiceSeen::local_member) != Some(key.name.as_str())
    };
    keys.into_iter().filter(lacks).map(|key| missing_at_its_home(seen, key)).collect()
}

fn unseen(seen: &MeshSeen, obstacle: &crate::terms::Obstacle) -> Finding {
    let remedy = against(obstacle, &seen.exporter, &seen.fleet);
    let what = format_args!("the federated Services of {}", seen.exporter);
    let finding = Finding::not_looked_at("federated-local", &[&seen.exporter], what, obstacle);
    Finding { remedy: Some(remedy), ..finding }
}
