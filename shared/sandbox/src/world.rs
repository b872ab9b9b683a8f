//! Worlds: clusters described in data, and started.
//!
//! A world may extend another one: its clusters of the same name add to those of the other, and what it lists under
//! `without` is taken out. So a broken platform is written down as what breaks it.

mod build;
mod check;
mod known;
mod link;
pub mod machinery;
mod read;
pub mod remote;
pub mod roles;

use std::fmt;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::controllers::mirror::HeadlessServices;
use crate::faults::Rule;
use crate::object;

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
    /// Where it was read, for whoever must correct it.
    #[serde(skip)]
    origin: String,
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
    /// It has made all mirrors, and is never heard of again: a large world is there at once, and changes nothing by itself.
    Finished,
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

impl fmt::Display for Reference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.kind, object::key(&self.namespace, &self.name))
    }
}
