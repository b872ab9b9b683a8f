//! What `kubectl xcluster-check --from` makes of a world.

use super::certificates::Certificates;
use super::encode::encoded;
use super::world::{CLUSTERS, World};
use crate::cluster::collect::collected;
use crate::cluster::{Archive, ClusterSet};
use crate::health::checks::judge as stand;
use crate::health::observe::health;
use crate::health::snapshot::HealthSeen;
use crate::mesh::fleetwide::judge;
use crate::mesh::observe::{mirrors, sides};
use crate::mesh::snapshot::MeshSeen;
use crate::terms::{ClusterName, ContextName, Fleet, Member};
use crate::verdict::{Failure, Finding, Remedy};
use serde_json::Value;

/// When the dumps of the worlds are taken.
pub(super) const TAKEN: &str = "2026-03-01T00:00:00Z";

/// All that a judgement is made of.
#[derive(Debug, PartialEq)]
pub(super) enum Seen {
    Looked {
        sides: Vec<MeshSeen>,
        health: HealthSeen,
    },
    /// The run ends before a look, with these words.
    Refused(String),
}

impl Seen {
    pub(super) fn of(world: &World, certificates: &Certificates) -> Self {
        Self::named(CLUSTERS, world, certificates)
    }

    /// The same under other names.
    pub(super) fn named(names: [&str; 2], world: &World, certificates: &Certificates) -> Self {
        Self::looked(names, world, certificates, None)
    }

    /// The same by somebody who may not read a resource of one cluster.
    pub(super) fn without(resource: &str, cluster: &str, world: &World, certificates: &Certificates) -> Self {
        Self::looked(CLUSTERS, world, certificates, Some((cluster, resource)))
    }

    fn looked(
        names: [&str; 2],
        world: &World,
        certificates: &Certificates,
        denied: Option<(&str, &str)>,
    ) -> Self {
        match set(names, world, certificates, denied) {
            Ok(set) => Self::of_set(&set).0,
            Err(failure) => Self::Refused(failure.what),
        }
    }

    /// What is seen of a set, and the objects that `collect` would write of it, by cluster.
    pub(super) fn of_set(set: &ClusterSet) -> (Self, [Vec<Value>; 2]) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let (sides, health) = (Box::pin(sides(set, None)).await, health(set).await);
            let written = collected(set, &[], mirrors(&sides)).await;
            let mut written = written.iter().map(|one| one.pages(|object| object).flatten().collect());
            let written = [written.next().unwrap_or_default(), written.next().unwrap_or_default()];
            (Self::Looked { sides, health }, written)
        })
    }

    pub(super) fn judged(&self) -> Vec<Finding> {
        let (sides, health) = match self {
            Self::Looked { sides, health } => (sides, health),
            Self::Refused(words) => {
                return vec![Finding::error("refused", &[], words, Remedy::new("as it says"))];
            }
        };
        let judged = judge(sides, &|_| true);
        let mesh = judged.causes.into_iter().flat_map(|cause| [vec![cause.finding], cause.effects].concat());
        mesh.chain(stand(health, &|_| true)).collect()
    }
}

/// The dumps of a world, which may be of somebody who may not read a resource of one cluster.
pub(super) fn set(
    names: [&str; 2],
    world: &World,
    certificates: &Certificates,
    denied: Option<(&str, &str)>,
) -> Result<ClusterSet, Failure> {
    let members =
        names.map(|name| Member { name: ClusterName::new(name), context: ContextName(name.into()) });
    let fleet = Fleet::new(members.to_vec()).unwrap();
    let archives = names.into_iter().zip(&world.0).map(|(name, objects)| {
        let objects = objects.iter().map(|object| encoded(object, certificates));
        let archive = Archive::of_objects(name, TAKEN.parse().unwrap(), objects).unwrap();
        let denied = denied.filter(|(cluster, _)| *cluster == name).map(|(_, resource)| resource);
        (ClusterName::new(name), archive.denying(denied))
    });
    ClusterSet::of_archives(fleet, ClusterName::new(names[0]), archives.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::Severity;

    #[track_caller]
    fn is_well(world: &World, what: &str) {
        let found = Seen::of(world, &Certificates::new()).judged();
        let odd: Vec<&Finding> = found.iter().filter(|one| one.severity >= Severity::Info).collect();
        assert!(odd.is_empty(), "{what}: {odd:#?}");
    }

    #[test]
    fn nothing_is_wrong_in_a_healthy_world() {
        for (name, world) in World::all() {
            is_well(&world, name);
        }
    }

    // Clients go with what they name.
    #[test]
    fn nothing_is_wrong_with_a_link_before_anything_is_exported() {
        for (name, mut world) in World::all() {
            let is_of_service = |object: &serde_json::Value| {
                let name = object["metadata"]["name"].as_str().unwrap_or_default();
                ["postgres-rw", "web", "web-infra", "front", "shop"].iter().any(|one| name.starts_with(one))
            };
            world.0.iter_mut().for_each(|objects| objects.retain(|object| !is_of_service(object)));
            is_well(&world, name);
        }
    }
}
