//! One cluster: its state behind a lock, and a bell that rings whenever something has changed.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::access::roles;
use crate::addresses::Addresses;
use crate::clock::Clock;
use crate::faults::Faults;
use crate::kinds::Kind;
use crate::object;
use crate::refusal::Refusal;
use crate::request::Place;
use crate::state::State;
use crate::write::{Act, Owner, Written};

/// One cluster.
#[derive(Debug)]
pub(crate) struct Cluster {
    pub(crate) name: String,
    /// The certificate of its authority, as PEM.
    pub(crate) authority: String,
    pub(crate) clock: Clock,
    pub(crate) faults: Faults,
    state: Mutex<State>,
    changed: watch::Sender<u64>,
}

impl Cluster {
    /// A new cluster with the namespaces and roles that every cluster has.
    pub(crate) fn new(name: &str, authority: String) -> Arc<Self> {
        let cluster = Self {
            name: name.into(),
            authority,
            clock: Clock::default(),
            faults: Faults::default(),
            state: Mutex::new(State { addresses: Addresses::of(name), ..State::default() }),
            changed: watch::Sender::new(0),
        };
        for namespace in ["default", "kube-node-lease", "kube-public", "kube-system"] {
            // A new store refuses nothing.
            drop(cluster.make("namespaces", "", json!({"metadata": {"name": namespace}})));
        }
        for role in roles() {
            drop(cluster.make("clusterroles.rbac.authorization.k8s.io", "", role));
        }
        Arc::new(cluster)
    }

    /// The state, for one look or one change. The bell rings afterwards when something has changed.
    pub(crate) fn with<T>(&self, job: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.lock();
        let done = job(&mut state);
        let version = state.store.version();
        drop(state);
        self.changed.send_if_modified(|seen| std::mem::replace(seen, version) != version);
        done
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A change that panicked has stored nothing halfway: each one is stored in one step.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The bell.
    pub(crate) fn bell(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Makes an object in the name of the cluster itself.
    ///
    /// # Errors
    /// Refuses what any user would be refused.
    pub(crate) fn make(&self, table: &str, namespace: &str, object: Value) -> Result<Written, Refusal> {
        let now = self.now();
        self.with(|state| {
            let kind = state.kinds.of_table(table).ok_or_else(Refusal::not_served)?;
            let place = place(&kind, namespace, object::name(&object));
            Act::of_house(&kind, &place, now).create(state, object, Owner::Updates)
        })
    }
}

impl Cluster {
    /// Makes the object of a manifest in the name of the cluster itself, and writes its status.
    ///
    /// # Errors
    /// Refuses a kind that is not served, and what any user would be refused.
    pub(crate) fn create(&self, manifest: &Value) -> Result<(), Refusal> {
        let now = self.now();
        let (api_version, kind) = (object::text(manifest, "/apiVersion"), object::text(manifest, "/kind"));
        self.with(|state| {
            let kind = state.kinds.of_object(api_version, kind).ok_or_else(Refusal::not_served)?;
            let mut place = place(&kind, object::namespace(manifest), object::name(manifest));
            let bare = kind.read(manifest).map_err(|misfit| Refusal::bad_request(misfit.0))?;
            let written = Act::of_house(&kind, &place, now).create(state, bare, Owner::Updates)?;
            let Some(status) = manifest.get("status") else { return Ok(()) };
            let mut new = Value::clone(&written.object);
            object::as_map(&mut new).insert("status".into(), status.clone());
            place.subresource = "status".into();
            Act::of_house(&kind, &place, now).replace(state, &written.object, new, Owner::Updates).map(drop)
        })
    }
}

/// Where an object of a kind is, in the preferred version.
pub(crate) fn place(kind: &Kind, namespace: &str, name: &str) -> Place {
    Place {
        group: kind.group.clone(),
        version: kind.versions.first().map(|version| version.name.clone()).unwrap_or_default(),
        resource: kind.plural.clone(),
        namespace: namespace.into(),
        name: name.into(),
        subresource: String::new(),
    }
}
