//! Worlds for tests on the real ground: a namespace of their own in every cluster, and what a test puts there.
//!
//! Everything here is blocking, so that a test reads from top to bottom; the work itself is done by a thread in
//! the background that lives as long as the process. Tests of one binary run side by side on the same clusters:
//! a namespace is a test's own, Links are not (see [`mesh_shared`] and [`mesh_alone`]).
//!
//! ```no_run
//! use std::time::Duration;
//! use testkit::{kubectl::{Kubectl, Signal}, proxy::{CountingProxy, Fault, Upstream, When}};
//! use testkit::world::{KubeconfigFile, Service, User, World, mesh_shared};
//!
//! # fn a_test(plugin: &std::path::Path) {
//! let Some(ground) = testkit::real::ground() else { return };
//! let _mesh = mesh_shared(ground);
//! let world = World::new(ground, "killed");
//! world.pod("infra", "web-0", &[("app", "web")]);
//! world.service("infra", Service::new("web").port("http", 80, 8080).selector("app", "web"));
//! let proxy = CountingProxy::start(Upstream::of(ground, "infra"));
//! proxy.on(When::first("PATCH", "/services/web"), Fault::HoldAfter);
//! let file = KubeconfigFile::new(ground).through("infra", &proxy, User::Admin).direct("apps", User::Admin);
//! let kubectl = Kubectl::new(plugin).kubeconfig(world.kubeconfig(&file));
//! let mut running = kubectl.spawn(["mesh-export", "web", "-n", world.namespace()]);
//! assert!(proxy.wait_held(Duration::from_secs(20)).is_some());
//! running.signal(Signal::Kill); // the API server has done it, the plugin does not know
//! assert_eq!(running.wait(Duration::from_secs(20)).signal, Some(9));
//! proxy.cut_held();
//! let again = kubectl.run(["mesh-export", "web", "-n", world.namespace()]);
//! assert_eq!(again.code, Some(0), "{again}");
//! # }
//! ```
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "test support: a broken bed ends the test at once"
)]

mod account;
mod background;
mod kubeconfig;
mod link;
mod machinery;
mod mesh;
mod objects;
mod service;

#[cfg(test)]
mod tests;

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    path::PathBuf,
    time::Duration,
};

use k8s_openapi::api::{
    core::v1::Namespace,
    rbac::v1::{ClusterRole, ClusterRoleBinding},
};
use kube::{
    Api, Client,
    api::{DeleteParams, ListParams},
};
use serde_json::{Value, json};
use tempfile::TempDir;

pub(crate) use self::background::begin;
pub use self::{
    background::wait,
    kubeconfig::{KubeconfigFile, User},
    link::{Credentials, LinkSpec},
    machinery::{BESIDES, POLICIES, install},
    mesh::{Alone, Controller, Shared, is_at_rest, mesh_alone, mesh_shared, quick},
    service::Service,
};
use crate::real::Ground;

/// The namespace of Links and of everything that belongs to them.
pub const MESH_NAMESPACE: &str = "linkerd-multicluster";
/// On everything outside of the world's namespace that goes with it; the value is the namespace's name.
const WORLD_LABEL: &str = "testkit/world";
/// What the cluster does within a second gets this long on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A namespace with a random name of fixed width, in all clusters or in some. Dropping it deletes the
/// namespace, without waiting until it is gone.
pub struct World {
    ground: &'static Ground,
    namespace: String,
    folder: TempDir,
}

impl World {
    /// Makes a world in every cluster; the namespace is called `<label>-<8 random characters>`.
    pub fn new(ground: &'static Ground, label: &str) -> Self {
        let clusters: Vec<_> = ground.clusters().iter().map(crate::real::ControlPlane::name).collect();
        Self::only_in(ground, label, &clusters)
    }

    /// Makes a world whose namespace is missing in the other clusters.
    pub fn only_in(ground: &'static Ground, label: &str, clusters: &[&str]) -> Self {
        let random = RandomState::new().build_hasher().finish() & 0xffff_ffff;
        let namespace = format!("{label}-{random:08x}");
        let world = Self { ground, namespace, folder: TempDir::new().unwrap() };
        for cluster in clusters {
            world.namespace_in(cluster);
        }
        world
    }

    /// Makes the world's namespace in a cluster that lacks it.
    pub fn namespace_in(&self, cluster: &str) {
        let labels = json!({ "testkit": "world" });
        let metadata = json!({ "name": self.namespace, "labels": labels });
        self.apply(cluster, json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": metadata }));
    }

    /// Makes pod security enforce a level in the world's namespace of a cluster.
    pub fn enforces(&self, cluster: &str, level: &str) {
        let labels = json!({ "testkit": "world", "pod-security.kubernetes.io/enforce": level });
        let metadata = json!({ "name": self.namespace, "labels": labels });
        self.apply(cluster, json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": metadata }));
    }

    /// Returns the name of the namespace.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// Returns the ground on which this world stands.
    pub fn ground(&self) -> &'static Ground {
        self.ground
    }

    /// Returns a folder of the test's own, which goes with the world.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// Returns an administrator's client. It may be used from any runtime.
    pub fn client(&self, cluster: &str) -> Client {
        background::client(self.ground, cluster)
    }

    /// Applies an object (server-side, as `testkit`). It goes to the world's namespace unless it names another.
    pub fn apply(&self, cluster: &str, object: Value) {
        let (client, namespace) = (self.client(cluster), self.namespace.clone());
        wait(async move || objects::apply(&client, &namespace, object).await);
    }

    /// Applies a YAML text of one or more documents.
    pub fn apply_yaml(&self, cluster: &str, text: &str) {
        let documents: Vec<Value> = serde_saphyr::from_multiple(text).expect("YAML documents");
        for object in documents {
            self.apply(cluster, object);
        }
    }

    /// Puts a Service into the world's namespace.
    pub fn service(&self, cluster: &str, service: Service) {
        self.apply(cluster, service.into_object());
    }

    /// Puts a pod on the only node and waits until it is Ready.
    pub fn pod(&self, cluster: &str, name: &str, labels: &[(&str, &str)]) {
        self.apply(cluster, objects::pod(name, labels));
        let (client, namespace, name) = (self.client(cluster), self.namespace.clone(), name.to_owned());
        wait(async move || objects::until_ready(client, &namespace, &name).await);
    }

    /// Writes Endpoints by hand, for a Service without a selector. Loopback addresses are refused by the API.
    pub fn endpoints(&self, cluster: &str, name: &str, addresses: &[&str], ports: &[(&str, u16)]) {
        self.apply(cluster, objects::endpoints(name, addresses, ports));
    }

    /// Makes a Link in `importer` that points at `exporter`, with working credentials unless the Link says
    /// otherwise. Links are no test's own: hold [`mesh_alone`] while it exists.
    pub fn link(&self, importer: &str, exporter: &str, link: LinkSpec) {
        let (ground, clusters) = (self.ground, (importer.to_owned(), exporter.to_owned()));
        wait(async move || link::make(ground, &clusters.0, &clusters.1, link).await);
    }

    /// Makes a service account that may do what these RBAC rules say, `namespaced` in the world's namespace and
    /// `clusterwide` everywhere, and returns its token.
    pub fn restricted_user(&self, cluster: &str, namespaced: &[Value], clusterwide: &[Value]) -> String {
        let random = RandomState::new().build_hasher().finish() & 0xffff;
        let user = account::User { namespace: self.namespace.clone(), name: format!("user-{random:04x}") };
        let (client, rules) = (self.client(cluster), (namespaced.to_vec(), clusterwide.to_vec()));
        wait(async move || user.make(&client, rules.0, rules.1).await)
    }

    /// Writes a kubeconfig into the world's folder and returns its path.
    pub fn kubeconfig(&self, file: &KubeconfigFile) -> PathBuf {
        file.write(self.folder.path())
    }

    /// Deletes the world and returns when every cluster has accepted that.
    pub fn finish(self) {
        drop(self);
    }
}

impl Drop for World {
    fn drop(&mut self) {
        for cluster in self.ground.clusters() {
            let (client, namespace) = (self.client(cluster.name()), self.namespace.clone());
            wait(async move || remove(client, &namespace).await);
        }
    }
}

/// What is gone already, or never was there, needs no removal; other errors only cost rubbish on a bed that
/// is thrown away.
async fn remove(client: Client, namespace: &str) {
    let (parameters, ours) =
        (DeleteParams::background(), ListParams::default().labels(&format!("{WORLD_LABEL}={namespace}")));
    let bindings = Api::<ClusterRoleBinding>::all(client.clone());
    drop(bindings.delete_collection(&parameters, &ours).await);
    drop(Api::<ClusterRole>::all(client.clone()).delete_collection(&parameters, &ours).await);
    drop(Api::<Namespace>::all(client).delete(namespace, &parameters).await);
}
