//! From data to running clusters.

use std::time::Duration;

use jiff::SignedDuration;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use serde_json::Value;

use super::{ClusterSpec, Controller, LocalMirror, World, WorldError, link};
use crate::controllers::mirror::{MirrorController, Parameters};
use crate::{Running, Sandbox};

/// A world that runs; it ends when it is dropped.
#[derive(Debug)]
pub struct Started {
    /// Its clusters.
    pub sandbox: Sandbox,
    _controllers: Vec<MirrorController>,
}

impl World {
    /// Starts the clusters, fills them, links them, and arms the faults last. Needs a running tokio runtime.
    ///
    /// # Errors
    /// Says which object was refused, or why nothing could be started.
    pub async fn start(&self) -> Result<Started, WorldError> {
        let places: Vec<_> =
            self.clusters.iter().map(|cluster| (cluster.name.as_str(), cluster.port)).collect();
        let sandbox = Sandbox::start_at(&places).await.map_err(|error| WorldError(error.to_string()))?;
        for (cluster, running) in self.clusters.iter().zip(sandbox.clusters()) {
            running.skew(SignedDuration::from_secs(cluster.skew));
            fill(cluster, running)?;
        }
        let controllers = self.mirrors(&sandbox).await?;
        for (cluster, running) in self.clusters.iter().zip(sandbox.clusters()) {
            cluster.faults.iter().for_each(|rule| running.fault(rule.clone()));
        }
        Ok(Started { sandbox, _controllers: controllers })
    }

    /// Starts the local service mirrors, makes the Links and starts the other ones.
    async fn mirrors(&self, sandbox: &Sandbox) -> Result<Vec<MirrorController>, WorldError> {
        let mut controllers = Vec::new();
        for cluster in self.clusters.iter().filter(|cluster| cluster.local_mirror == LocalMirror::Running) {
            let client = client(sandbox, &cluster.name).await?;
            let mirror = MirrorController::start_local(client, Parameters::local());
            // Of two that make the same federated Service at once, one would leave its member out.
            until("the end of the local mirror's first work", || mirror.is_idle().then_some(())).await?;
            controllers.push(mirror);
        }
        for link in &self.links {
            link::make(sandbox, link).await?;
            if link.controller == Controller::Running {
                let client = client(sandbox, &link.importer).await?;
                let usual = Parameters::for_link(&link.exporter);
                let parameters = Parameters { headless: link.headless_services, ..usual };
                controllers.push(MirrorController::start(client, parameters));
            }
        }
        Ok(controllers)
    }
}

/// Definitions and namespaces come before what needs them.
fn fill(cluster: &ClusterSpec, running: &Running) -> Result<(), WorldError> {
    let mut objects: Vec<&Value> = cluster.objects.iter().collect();
    objects.sort_by_key(|object| match crate::object::text(object, "/kind") {
        "CustomResourceDefinition" => 0,
        "Namespace" => 1,
        _ => 2,
    });
    for object in objects {
        running.create(object).map_err(|why| WorldError(format!("{}: {why}", cluster.name)))?;
    }
    Ok(())
}

async fn client(sandbox: &Sandbox, context: &str) -> Result<Client, WorldError> {
    let words = |error: &dyn std::fmt::Display| WorldError(format!("{context}: {error}"));
    let file: Kubeconfig = serde_json::from_value(sandbox.kubeconfig()).map_err(|error| words(&error))?;
    let options = KubeConfigOptions { context: Some(context.into()), ..KubeConfigOptions::default() };
    let mut config = Config::from_custom_kubeconfig(file, &options).await.map_err(|error| words(&error))?;
    // It listens in this process: no proxy that the environment names is on the way.
    config.proxy_url = None;
    Client::try_from(config).map_err(|error| words(&error))
}

/// Looks every few milliseconds until there is something.
pub(super) async fn until<T>(what: &str, look: impl Fn() -> Option<T>) -> Result<T, WorldError> {
    for _ in 0..2000 {
        if let Some(found) = look() {
            return Ok(found);
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    Err(WorldError(format!("{what} never came")))
}
