//! Worlds: clusters described in data, and started.
//!
//! A world may extend another one: its clusters of the same name add to those of the other, and what it lists under
//! `without` is taken out. So a broken platform is written down as what breaks it.

mod build;
mod known;
mod link;

use std::fmt;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::controllers::mirror::HeadlessServices;
use crate::faults::Rule;

pub use build::Started;

/// A world.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct World {
    /// What this is a world of, for whoever lists worlds.
    pub about: String,
    /// A built-in world that this one changes.
    pub extends: Option<String>,
    /// The clusters.
    pub clusters: Vec<ClusterSpec>,
    /// Links between them, with credentials that work.
    pub links: Vec<LinkSpec>,
    /// Objects of the extended world that this one lacks.
    pub without: Vec<Reference>,
}

/// One cluster.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ClusterSpec {
    /// Its name, which is also its context.
    pub name: String,
    /// The loopback port on which it listens; 0 is any that is free.
    pub port: u16,
    /// How far its clock is ahead, in seconds; negative for behind.
    pub skew: i64,
    /// What it holds, as manifests. A status in them is written as a controller would.
    pub objects: Vec<Value>,
    /// Whether a stand-in for the local service mirror works in it; it does not unless this says so.
    pub local_mirror: LocalMirror,
    /// What goes wrong with requests, once everything is in place.
    pub faults: Vec<Rule>,
}

/// A Link from one cluster to another.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LinkSpec {
    /// The cluster that has the Link and gets the mirrors.
    pub importer: String,
    /// The cluster that it leads to.
    pub exporter: String,
    /// Whether a stand-in for the service mirror works on it; it does unless this says otherwise.
    #[serde(default)]
    pub controller: Controller,
    /// What the stand-in does with headless Services.
    #[serde(default)]
    pub headless_services: HeadlessServices,
    /// Fields of its spec that differ from the usual ones.
    #[serde(default)]
    pub spec: Map<String, Value>,
}

/// The stand-in for the service mirror.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Controller {
    /// It works.
    #[default]
    Running,
    /// There is none.
    Stopped,
}

/// The stand-in for the local service mirror, which makes a cluster's own Services members of federated ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LocalMirror {
    /// There is none.
    #[default]
    Stopped,
    /// It works.
    Running,
}

/// An object of a world.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Reference {
    /// Its cluster.
    pub cluster: String,
    /// Its kind.
    pub kind: String,
    /// Its namespace; empty for an object of the whole cluster.
    #[serde(default)]
    pub namespace: String,
    /// Its name.
    pub name: String,
}

/// What is wrong with a world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorldError(pub(crate) String);

impl fmt::Display for WorldError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for WorldError {}

impl World {
    /// Reads a world in YAML.
    ///
    /// # Errors
    /// Says what cannot be read, and where, or which world it extends in vain.
    pub fn read(text: &str) -> Result<Self, WorldError> {
        let world: Self = serde_saphyr::from_str(text).map_err(|error| WorldError(error.to_string()))?;
        match &world.extends {
            Some(name) => Self::known(name)?.changed_by(world),
            None => Ok(world),
        }
    }

    /// A built-in world.
    ///
    /// # Errors
    /// Lists the worlds that there are when there is none of this name.
    pub fn known(name: &str) -> Result<Self, WorldError> {
        let text = known::text(name).ok_or_else(|| {
            WorldError(format!("there is no world {name:?}; there are: {}", known::names().join(", ")))
        })?;
        Self::read(text)
    }

    fn changed_by(mut self, change: Self) -> Result<Self, WorldError> {
        for cluster in change.clusters {
            match self.clusters.iter_mut().find(|own| own.name == cluster.name) {
                Some(own) => own.add(cluster),
                None => self.clusters.push(cluster),
            }
        }
        for link in change.links {
            self.links.retain(|own| (&own.importer, &own.exporter) != (&link.importer, &link.exporter));
            self.links.push(link);
        }
        for reference in &change.without {
            self.take_out(reference)?;
        }
        self.about = change.about;
        Ok(self)
    }

    fn take_out(&mut self, reference: &Reference) -> Result<(), WorldError> {
        let cluster = self.clusters.iter_mut().find(|cluster| cluster.name == reference.cluster);
        let objects = cluster.map(|cluster| &mut cluster.objects);
        let before = objects.as_ref().map_or(0, |objects| objects.len());
        let after = objects.map_or(0, |objects| {
            objects.retain(|object| !reference.is(object));
            objects.len()
        });
        if before == after {
            return Err(WorldError(format!(
                "the extended world has no {reference:?} that could be taken out"
            )));
        }
        Ok(())
    }
}

impl ClusterSpec {
    fn add(&mut self, other: Self) {
        self.objects.extend(other.objects);
        self.faults.extend(other.faults);
        self.skew += other.skew;
        if other.port != 0 {
            self.port = other.port;
        }
        if other.local_mirror == LocalMirror::Running {
            self.local_mirror = other.local_mirror;
        }
    }
}

impl Reference {
    fn is(&self, object: &Value) -> bool {
        use crate::object::{name, namespace, text};
        text(object, "/kind") == self.kind && namespace(object) == self.namespace && name(object) == self.name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_world_can_be_read_and_says_what_it_is() {
        for name in known::names() {
            let world = World::known(name).unwrap();
            assert!(!world.about.is_empty() && !world.clusters.is_empty(), "{name}");
        }
    }

    #[test]
    fn a_world_says_where_services_are_federated_and_how_headless_ones_are_mirrored() {
        let text = "{extends: platform, clusters: [{name: apps, localMirror: running}],
                     links: [{importer: apps, exporter: infra, headlessServices: enabled}]}";
        let world = World::read(text).unwrap();
        let local: Vec<_> = world.clusters.iter().map(|one| (one.name.as_str(), one.local_mirror)).collect();
        assert_eq!(local, [("infra", LocalMirror::Stopped), ("apps", LocalMirror::Running)]);
        let headless: Vec<_> = world.links.iter().map(|link| link.headless_services).collect();
        assert_eq!(headless, [HeadlessServices::Enabled]);
    }

    #[test]
    fn a_world_that_takes_out_what_is_not_there_is_refused() {
        let text = "{extends: platform, without: [{cluster: apps, kind: Namespace, name: nope}]}";
        assert!(World::read(text).unwrap_err().to_string().contains("taken out"));
        assert!(World::read("{extends: nope}").unwrap_err().to_string().contains("there are: platform"));
        assert!(World::read("{clusters: [{nam: infra}]}").unwrap_err().to_string().contains("nam"));
    }
}
