//! Clusters that run in this process.

use std::io;
use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::core::v1::Service;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::cluster::Cluster;
use crate::failure::Failure;
use crate::faults::Rule;
use crate::refusal::Refusal;
use crate::serve::{Authority, Server};
use crate::{house, manifest, object};

/// Resources that are asked and never kept, so that no kind stands for them.
const REVIEWS: [&str; 2] = ["selfsubjectaccessreviews", "selfsubjectreviews"];

/// Running clusters; they stop when this is dropped.
#[derive(Debug)]
pub struct Sandbox {
    clusters: Vec<Running>,
}

/// One running cluster.
#[derive(Debug)]
pub struct Running {
    cluster: Arc<Cluster>,
    authority: Authority,
    server: Server,
    _house: JoinSet<()>,
}

impl Sandbox {
    /// Starts a cluster of each name, on a free loopback port. Needs a running tokio runtime, on which the clusters
    /// live.
    ///
    /// # Errors
    /// Fails when no port can be opened or no certificate made.
    pub async fn start(names: &[&str]) -> io::Result<Self> {
        let places: Vec<_> = names.iter().map(|name| (*name, 0)).collect();
        Self::start_at(&places).await
    }

    /// As [`start`](Self::start), each cluster on a port of its own; 0 is any that is free.
    ///
    /// # Errors
    /// Fails when a port is taken or no certificate can be made.
    pub async fn start_at(places: &[(&str, u16)]) -> io::Result<Self> {
        let mut clusters = Vec::new();
        for (name, port) in places {
            let started = Running::start(name, *port).await;
            clusters.push(started.map_err(|error| placed(name, *port, &error))?);
        }
        Ok(Self { clusters })
    }

    /// The clusters, in the order of their names at the start.
    pub fn clusters(&self) -> &[Running] {
        &self.clusters
    }

    /// The cluster of this name.
    pub fn cluster(&self, name: &str) -> Option<&Running> {
        self.clusters.iter().find(|running| running.cluster.name == name)
    }

    /// A kubeconfig with a context, a cluster and a user of each cluster's name; the user may do everything.
    pub fn kubeconfig(&self) -> Value {
        let all = |entry: fn(&Running) -> Value| self.clusters.iter().map(entry).collect::<Vec<_>>();
        json!({
            "apiVersion": "v1", "kind": "Config",
            "clusters": all(|one| json!({"name": one.name(), "cluster": one.cluster_entry()})),
            "users": all(|one| json!({"name": one.name(), "user": {"token": one.token()}})),
            "contexts": all(|one| {
                json!({"name": one.name(), "context": {"cluster": one.name(), "user": one.name()}})
            }),
        })
    }
}

impl Running {
    async fn start(name: &str, port: u16) -> io::Result<Self> {
        let authority = Authority::new(name)?;
        let cluster = Cluster::new(name, authority.pem());
        let server = Server::start(Arc::clone(&cluster), &authority.server()?, port).await?;
        let mut house = JoinSet::new();
        house.spawn(house::keep(Arc::clone(&cluster)));
        Ok(Self { cluster, authority, server, _house: house })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.cluster.name
    }

    /// Where it listens: `https://127.0.0.1:<port>`.
    pub fn url(&self) -> String {
        format!("https://{}", self.server.address)
    }

    /// The certificate of its authority, as PEM.
    pub fn authority(&self) -> &str {
        &self.cluster.authority
    }

    /// The key of its authority, as PEM.
    pub fn authority_key(&self) -> String {
        self.authority.key_pem()
    }

    /// The token of who may do everything.
    pub fn token(&self) -> String {
        self.cluster.with(|state| state.tokens.administrator().to_owned())
    }

    /// Its entry in a kubeconfig.
    pub(crate) fn cluster_entry(&self) -> Value {
        json!({"server": self.url(), "certificate-authority-data": STANDARD.encode(self.authority())})
    }

    /// Adds a fault.
    pub fn fault(&self, rule: Rule) {
        self.cluster.faults.add(rule);
    }

    /// Looks whether a fault can ever do anything here.
    ///
    /// # Errors
    /// Says why it cannot.
    pub(crate) fn check(&self, rule: &Rule) -> Result<(), Failure> {
        self.cluster.with(|state| {
            let kinds = state.kinds.all().iter().map(|kind| kind.plural.as_str());
            rule.check(&kinds.chain(REVIEWS).collect::<Vec<_>>())
        })
    }

    /// Takes all faults away.
    pub fn heal(&self) {
        self.cluster.faults.clear();
    }

    /// Puts its clock ahead by so much, or behind.
    pub fn skew(&self, by: SignedDuration) {
        self.cluster.clock.set(by);
    }

    /// Makes the object of a manifest as the cluster itself would, its status too.
    ///
    /// # Errors
    /// Says why it was refused, a field that its kind does not have too.
    pub fn create(&self, object: &Value) -> Result<(), Failure> {
        self.cluster.with(|state| manifest::check(&state.kinds, object))?;
        self.cluster.create(object).map_err(|refusal| refused(object, &refusal))
    }

    /// As [`create`](Self::create); what is there already stays.
    ///
    /// # Errors
    /// Says why it was refused.
    pub fn ensure(&self, object: &Value) -> Result<(), Failure> {
        match self.cluster.create(object) {
            Err(refusal) if refusal.code != 409 => Err(refused(object, &refusal)),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Its clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.cluster.now()
    }

    /// All Services.
    pub(crate) fn services(&self) -> Vec<Service> {
        let read = |kept: &Arc<object::Kept>| serde_json::from_value(kept.value().clone()).ok();
        self.cluster.with(|state| state.store.list("services", None).filter_map(read).collect())
    }

    /// Reads an object of a table such as `services` or `deployments.apps`.
    pub fn read(&self, table: &str, namespace: &str, name: &str) -> Option<Value> {
        let found = self.cluster.with(|state| state.store.get(table, &object::key(namespace, name)));
        found.map(|found| Value::clone(&found))
    }
}

/// The same error with its cluster and port in front.
fn placed(name: &str, port: u16, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{name}: cannot listen on 127.0.0.1:{port}: {error}"))
}

fn refused(object: &Value, refusal: &Refusal) -> Failure {
    let next = match refusal.code {
        404 => {
            "add what is missing to the objects of this cluster; namespaces and definitions are made first"
        }
        409 => "list it once; a Link brings its namespace, its Secret and the Service of its probe",
        _ => "correct the manifest",
    };
    Failure::new(format!("{}: {}", manifest::title(object), refusal.message), next)
}
