//! From data to running clusters.

use std::io;
use std::time::Duration;

use jiff::SignedDuration;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use serde_json::Value;

use super::{ClusterSpec, Controller, LocalMirror, World, link};
use crate::controllers::mirror::{MirrorController, Parameters};
use crate::{Failure, Running, Sandbox};

/// A world that runs; it ends when it is dropped.
#[derive(Debug)]
pub struct Started {
    /// Its clusters.
    pub sandbox: Sandbox,
    _controllers: Vec<MirrorController>,
}

impl World {
    /// Starts the clusters, fills them, links them, and arms the faults last. Needs a running tokio runtime. What is written down
    /// is let go as it is made, so that a large world is never there twice.
    ///
    /// # Errors
    /// Says which object was refused, which fault would never do anything, or why nothing could be started.
    pub async fn start(mut self) -> Result<Started, Failure> {
        self.started().await.map_err(|failure| failure.at(&self.origin))
    }

    async fn started(&mut self) -> Result<Started, Failure> {
        let places: Vec<_> =
            self.clusters.iter().map(|cluster| (cluster.name.as_str(), cluster.port)).collect();
        let sandbox = Sandbox::start_at(&places).await.map_err(|error| not_started(&error))?;
        for (cluster, running) in self.clusters.iter_mut().zip(sandbox.clusters()) {
            running.skew(SignedDuration::from_secs(cluster.skew));
            fill(cluster, running)?;
        }
        let controllers = self.mirrors(&sandbox).await?;
        for (cluster, running) in self.clusters.iter().zip(sandbox.clusters()) {
            arm(cluster, running)?;
        }
        Ok(Started { sandbox, _controllers: controllers })
    }

    /// Starts the local service mirrors, makes the Links and starts the other ones.
    async fn mirrors(&self, sandbox: &Sandbox) -> Result<Vec<MirrorController>, Failure> {
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

fn not_started(error: &io::Error) -> Failure {
    let is = |kind| error.kind() == kind;
    let next = if is(io::ErrorKind::AddrInUse) {
        "end what listens there, give the cluster another `port`, or leave that out for any that is free"
    } else if is(io::ErrorKind::PermissionDenied) {
        "give the cluster a `port` above 1023, or leave that out for any that is free"
    } else {
        "try again; when it stays, look whether this machine has files and memory left"
    };
    Failure::new(error.to_string(), next)
}

/// Looks at all faults before the first one is armed.
fn arm(cluster: &ClusterSpec, running: &Running) -> Result<(), Failure> {
    for (index, rule) in cluster.faults.iter().enumerate() {
        running
            .check(rule)
            .map_err(|failure| failure.at(format!("{}: fault {}", cluster.name, index + 1)))?;
    }
    cluster.faults.iter().for_each(|rule| running.fault(rule.clone()));
    Ok(())
}

/// Definitions and namespaces come before what needs them.
fn fill(cluster: &mut ClusterSpec, running: &Running) -> Result<(), Failure> {
    let mut objects: Vec<Value> = std::mem::take(&mut cluster.objects);
    objects.sort_by_key(|object| match crate::object::text(object, "/kind") {
        "CustomResourceDefinition" => 0,
        "Namespace" => 1,
        _ => 2,
    });
    for object in objects {
        running.create(&object).map_err(|failure| failure.at(&cluster.name))?;
    }
    Ok(())
}

async fn client(sandbox: &Sandbox, context: &str) -> Result<Client, Failure> {
    let words = |error: &dyn std::fmt::Display| {
        Failure::new(
            format!("{context}: {error}"),
            "report this: a cluster of the sandbox cannot be connected to",
        )
    };
    let file: Kubeconfig = serde_json::from_value(sandbox.kubeconfig()).map_err(|error| words(&error))?;
    let options = KubeConfigOptions { context: Some(context.into()), ..KubeConfigOptions::default() };
    let mut config = Config::from_custom_kubeconfig(file, &options).await.map_err(|error| words(&error))?;
    // It listens in this process: no proxy that the environment names is on the way.
    config.proxy_url = None;
    Client::try_from(config).map_err(|error| words(&error))
}

/// Looks every few milliseconds until there is something.
pub(super) async fn until<T>(what: &str, look: impl Fn() -> Option<T>) -> Result<T, Failure> {
    for _ in 0..2000 {
        if let Some(found) = look() {
            return Ok(found);
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    Err(Failure::new(format!("{what} never came"), "try again; when it stays, report it"))
}
