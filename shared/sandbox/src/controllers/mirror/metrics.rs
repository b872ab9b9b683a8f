//! What the real controller shows on its metrics endpoint, as a plain struct.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use super::queue::Queue;

/// The series of one Link; `None` is a series that does not exist.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metrics {
    /// Label `target_cluster_name` of the series below; set with the first Link seen.
    pub target_cluster_name: Option<String>,
    /// `gateway_enabled`: the Link names a gateway.
    pub gateway_enabled: Option<bool>,
    /// `gateway_alive`: the last word of the probe. It is true with broken credentials, too.
    pub gateway_alive: Option<bool>,
    /// `gateway_latency`: how long the last good probe took.
    pub gateway_latency: Option<Duration>,
    /// `gateway_probes{probe_successful="true"}`.
    pub good_probes: u64,
    /// `gateway_probes{probe_successful="false"}`: counts from the failure threshold on.
    pub bad_probes: u64,
    /// `service_mirror_endpoint_repairs`: absent as long as the exporter was never reached.
    pub endpoint_repairs: Option<u64>,
}

/// The shared copy that the controller's tasks write to, and the queue of the watcher that runs now.
#[derive(Clone, Debug, Default)]
pub(super) struct Board {
    metrics: Arc<Mutex<Metrics>>,
    queue: Arc<Mutex<Option<Queue>>>,
}

impl Board {
    pub(super) fn read(&self) -> Metrics {
        self.metrics.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn write(&self, change: impl FnOnce(&mut Metrics)) {
        change(&mut self.metrics.lock().unwrap_or_else(PoisonError::into_inner));
    }

    pub(super) fn set_queue(&self, queue: Option<Queue>) {
        *self.queue.lock().unwrap_or_else(PoisonError::into_inner) = queue;
    }

    pub(super) fn is_idle(&self) -> bool {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).as_ref().is_some_and(Queue::is_idle)
    }
}
