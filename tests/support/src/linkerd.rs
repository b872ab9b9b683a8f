//! What a meshed pod needs and no test machine has: Linkerd's injector, as an admission webhook of the real API server
//! for the namespace of one world, and a node whose kubelet has a log for every pod, as another server behind the
//! same port. Pods become ready as on every node of the ground, those of Jobs complete at once, and nothing runs.

#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "test support: a broken bed ends the test at once"
)]

mod objects;
mod serve;

use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use k8s_openapi::api::{admissionregistration::v1::MutatingWebhookConfiguration, core::v1::Node};
use kube::{Api, api::DeleteParams};

use crate::proxy::authority::Authority;
use crate::world::{World, wait};

/// What the injector adds to pods that ask for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Injector {
    /// The proxy, and `linkerd-init`, which needs `NET_ADMIN`.
    WithInit,
    /// The proxy alone: the rules of the network are the CNI plugin's.
    WithCni,
    /// There is none.
    Absent,
}

/// Linkerd for one world in one cluster. Dropping it removes the node and the webhook.
pub struct Linkerd {
    ground: &'static crate::real::Ground,
    cluster: String,
    name: String,
    state: Arc<State>,
}

#[derive(Debug)]
struct State {
    injector: Injector,
    log: Mutex<String>,
    asked: Mutex<Vec<String>>,
    stop: AtomicBool,
}

impl Linkerd {
    /// Sets it up. The log is that of every container of every pod of the world that runs; without one, no node
    /// takes the pods.
    pub fn new(world: &World, cluster: &str, injector: Injector, log: Option<&str>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let (port, name) =
            (listener.local_addr().unwrap().port(), format!("linkerd-of-{}", world.namespace()));
        let log_text = Mutex::new(log.unwrap_or_default().to_owned());
        let state = Arc::new(State {
            injector,
            log: log_text,
            asked: Mutex::default(),
            stop: AtomicBool::new(false),
        });
        let authority = Authority::new();
        serve::start(listener, authority.server(), Arc::clone(&state));
        world.apply(cluster, objects::node(&name, port));
        if injector != Injector::Absent {
            world.apply(cluster, objects::webhook(&name, world.namespace(), port, &authority.pem()));
        }
        let (client, namespace) = (world.client(cluster), world.namespace().to_owned());
        if log.is_some() {
            serve::bind_pods(client, namespace, name.clone(), Arc::clone(&state));
        }
        Self { ground: world.ground(), cluster: cluster.to_owned(), name, state }
    }

    /// Changes the log of every container.
    pub fn says(&self, log: &str) {
        log.clone_into(&mut self.state.log.lock().unwrap());
    }

    /// The paths that were asked for of the kubelet and the injector.
    pub fn asked(&self) -> Vec<String> {
        self.state.asked.lock().unwrap().clone()
    }
}

impl Drop for Linkerd {
    fn drop(&mut self) {
        self.state.stop.store(true, Ordering::Relaxed);
        let (ground, cluster, name) = (self.ground, self.cluster.clone(), self.name.clone());
        wait(async move || {
            let client = ground.cluster(&cluster).client().await;
            let parameters = DeleteParams::background();
            drop(Api::<MutatingWebhookConfiguration>::all(client.clone()).delete(&name, &parameters).await);
            drop(Api::<Node>::all(client).delete(&name, &parameters).await);
        });
    }
}
