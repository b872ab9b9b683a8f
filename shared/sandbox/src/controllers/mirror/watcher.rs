//! What runs while the exporter can be reached: reflectors and timers that feed the worker's queue.

use std::{fmt::Debug, sync::Arc};

use k8s_openapi::api::core::v1::{Endpoints, Service};
use kube::{Api, Client, Resource, ResourceExt};
use serde::de::DeserializeOwned;
use tokio::{
    sync::{mpsc, watch},
    time::{Instant, MissedTickBehavior, interval_at},
};

use super::{
    Parameters,
    decide::Event,
    gateway::Liveness,
    headless,
    importer::Importer,
    link::Link,
    metrics::Board,
    queue::Queue,
    recorder::Recorder,
    reflector::{Change, Store},
    task::Task,
    worker::{Stores, Worker},
};

/// What a watcher works with.
#[derive(Clone)]
pub(super) struct Surroundings {
    pub(super) importer: Client,
    pub(super) exporter: Client,
    pub(super) link: Link,
    pub(super) parameters: Arc<Parameters>,
    pub(super) board: Board,
}

/// Watches until it is dropped. Nobody tells anything about a gateway.
pub(super) async fn keep(around: Surroundings) {
    let (_nobody, changes) = mpsc::unbounded_channel();
    let _watcher = Watcher::start(around, changes);
    std::future::pending::<()>().await;
}

pub(super) struct Watcher {
    queue: Queue,
    worker: Task,
    feeders: Vec<Task>,
}

impl Watcher {
    /// Starts with the assumption that the gateway is alive; `changes` tells when that is wrong.
    pub(super) fn start(around: Surroundings, changes: mpsc::UnboundedReceiver<Liveness>) -> Self {
        let (queue, stores) = (Queue::default(), Stores::default());
        around.board.set_queue(Some(queue.clone()));
        let alive = watch::Sender::new(Liveness::Alive);
        queue.push(Event::CollectOrphans);
        let worker = Worker {
            link: around.link.clone(),
            parameters: around.parameters.clone(),
            importer: Importer::new(around.importer.clone(), &around.parameters),
            stores: stores.clone(),
            recorder: Recorder::start(around.exporter.clone(), &around.link.target_cluster_name),
            queue: queue.clone(),
            liveness: alive.subscribe(),
            board: around.board.clone(),
        };
        let mut feeders = follow_exporter(&around.exporter, &stores, &queue);
        feeders.extend(follow_importer(&around.importer, &stores, &queue));
        feeders.push(Task::spawn(resync(around.parameters.clone(), stores, queue.clone())));
        if !around.link.gateway_address.is_empty() {
            queue.push(Event::Repair);
            feeders.push(Task::spawn(refresh(around.parameters, queue.clone(), alive, changes)));
        }
        Self { queue, worker: Task::spawn(worker.run()), feeders }
    }

    /// Ends the feeding; what waits in the queue is still worked off by the returned task.
    pub(super) fn retire(self) -> Task {
        self.queue.close();
        drop(self.feeders);
        self.worker
    }
}

fn follow_exporter(exporter: &Client, stores: &Stores, queue: &Queue) -> Vec<Task> {
    let (services, endpoints) = (queue.clone(), queue.clone());
    let service = move |change: Change<Service>| {
        services.push(match change {
            Change::Added(one) | Change::Updated(one) => Event::Seen(one),
            Change::Deleted(one) => Event::Gone(one),
        });
    };
    let endpoint = move |change: Change<Endpoints>| {
        let heard = match change {
            Change::Updated(one) => Some(one),
            // Those of other Services are read when a mirror is made; here they are what makes the mirror.
            Change::Added(one) => headless::is_of_headless(&one).then_some(one),
            Change::Deleted(_) => None,
        };
        if let Some(one) = heard {
            endpoints.push(Event::EndpointsChanged(one));
        }
    };
    vec![
        follow(exporter, stores.exported.clone(), service),
        follow(exporter, stores.exported_endpoints.clone(), endpoint),
    ]
}

fn follow_importer(importer: &Client, stores: &Stores, queue: &Queue) -> Vec<Task> {
    let queue = queue.clone();
    let namespace = move |change| {
        if let Change::Added(one) = change {
            queue.push(Event::NamespaceAppeared(ResourceExt::name_any(&*one)));
        }
    };
    vec![
        follow(importer, stores.local.clone(), |_| ()),
        follow(importer, stores.local_endpoints.clone(), |_| ()),
        follow(importer, stores.namespaces.clone(), namespace),
    ]
}

fn follow<K>(client: &Client, store: Store<K>, heard: impl Fn(Change<K>) + Send + Sync + 'static) -> Task
where
    K: Resource<DynamicType = ()> + Clone + Debug + DeserializeOwned + Send + Sync + 'static,
{
    Task::spawn(store.follow(Api::all(client.clone()), String::new(), heard))
}

/// Asks for a repair once a period and at each change of the gateway's liveness.
async fn refresh(
    parameters: Arc<Parameters>,
    queue: Queue,
    alive: watch::Sender<Liveness>,
    mut changes: mpsc::UnboundedReceiver<Liveness>,
) {
    let mut ticks = interval_at(Instant::now() + parameters.refresh, parameters.refresh);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            Some(liveness) = changes.recv() => drop(alive.send_replace(liveness)),
        }
        queue.push(Event::Repair);
    }
}

/// Has every Service and all Endpoints of the exporter looked at again once a period.
async fn resync(parameters: Arc<Parameters>, stores: Stores, queue: Queue) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(parameters.resync) => {}
            () = parameters.again.notified() => {}
        }
        stores.exported.all().into_iter().map(Event::Seen).for_each(|event| queue.push(event));
        let endpoints = stores.exported_endpoints.all().into_iter();
        endpoints.map(Event::EndpointsChanged).for_each(|event| queue.push(event));
    }
}
