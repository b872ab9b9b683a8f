//! The plugin's own way into a cluster: the client of `platform`, made from a kubeconfig as a user would have it.

use std::fs;
use std::sync::Arc;

use platform::{
    cluster::{ClusterSet, Connecting, dial::NoTerminal, fleet, kubeconfig},
    terms::{ClusterName, ConnectionChoice, ContextName, Environment, FleetChoice, Obstacle},
};
use serde_json::Value;
use tempfile::TempDir;

use crate::ground::Place;

/// A set of one cluster.
pub(crate) struct Own {
    set: ClusterSet,
    name: ClusterName,
}

impl Own {
    /// Connects to a cluster as this user.
    pub(crate) async fn connect(place: &Place, user: &Value) -> Self {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("kubeconfig");
        fs::write(&file, place.kubeconfig(user).to_string()).unwrap();
        let environment = Environment::default();
        let loaded = kubeconfig::load(Some(&file), &environment).unwrap();
        let contexts = vec![ContextName(place.name.to_owned())];
        let choice = FleetChoice { contexts, ..FleetChoice::default() };
        let resolved = fleet::resolve(&choice, &loaded, &environment).unwrap();
        let with = Connecting {
            loaded: &loaded,
            choice: &ConnectionChoice::default(),
            environment: &environment,
            user_agent: "contract",
            terminal: Arc::new(NoTerminal),
        };
        let set = ClusterSet::connect(resolved, &with).await.unwrap();
        Self { set, name: ClusterName::new(place.name) }
    }

    /// The cluster.
    pub(crate) fn cluster(&self) -> &platform::cluster::Cluster {
        self.set.cluster(&self.name).unwrap()
    }

    /// Why there is none.
    pub(crate) fn obstacle(&self) -> Option<Obstacle> {
        self.set.cluster(&self.name).err()
    }
}
