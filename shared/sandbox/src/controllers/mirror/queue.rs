//! The one queue: events leave it in the order in which they came, failed ones come back later.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::Notify;

use super::decide::Event;

/// An event and how often it has failed.
#[derive(Clone, Debug)]
pub(super) struct Job {
    pub(super) event: Event,
    pub(super) failures: u32,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Queue(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    line: Mutex<Line>,
    news: Notify,
}

#[derive(Debug, Default)]
struct Line {
    jobs: VecDeque<Job>,
    closed: bool,
    // Jobs that were taken on and are not done: those that wait, pause or are being handled.
    owed: usize,
}

impl Queue {
    /// Appends an event; a repair that already waits is not doubled.
    pub(super) fn push(&self, event: Event) {
        self.lock().append(Job { event, failures: 0 });
        self.0.news.notify_one();
    }

    /// Appends the job that was handed out last again after a pause, if the queue is still open then.
    pub(super) fn push_later(&self, job: Job, pause: Duration) {
        let queue = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(pause).await;
            let mut line = queue.lock();
            line.append(job);
            line.owed = line.owed.saturating_sub(1);
            drop(line);
            queue.0.news.notify_one();
        });
    }

    /// Says that the job that was handed out last will not come back.
    pub(super) fn done(&self) {
        let mut line = self.lock();
        line.owed = line.owed.saturating_sub(1);
    }

    /// Returns whether nothing waits, pauses or is being handled.
    pub(super) fn is_idle(&self) -> bool {
        self.lock().owed == 0
    }

    /// Takes no more events; those that wait are still handed out.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.0.news.notify_one();
    }

    /// Returns the next job, or `None` once the queue is closed and empty.
    pub(super) async fn next(&self) -> Option<Job> {
        loop {
            if let Some(answer) = self.lock().take() {
                return answer;
            }
            self.0.news.notified().await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Line> {
        self.0.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Line {
    fn append(&mut self, job: Job) {
        let doubled = matches!(job.event, Event::Repair)
            && self.jobs.iter().any(|other| matches!(other.event, Event::Repair));
        if !self.closed && !doubled {
            let place = self.place(&job.event);
            self.jobs.insert(place, job);
            self.owed += 1;
        }
    }

    /// The end, except for a Service whose Endpoints wait already. kube writes Endpoints after the Service that they
    /// follow, but two watches may tell of both at once and in either order; the real controller as good as always
    /// hears of the Service first.
    fn place(&self, event: &Event) -> usize {
        let waits = |job: &Job| match (event, &job.event) {
            (Event::Seen(service), Event::EndpointsChanged(endpoints)) => {
                let (service, endpoints) = (&service.metadata, &endpoints.metadata);
                (&service.namespace, &service.name) == (&endpoints.namespace, &endpoints.name)
            }
            _ => false,
        };
        self.jobs.iter().position(waits).unwrap_or(self.jobs.len())
    }

    /// Returns `None` when there is nothing to hand out yet, `Some(None)` when there never will be.
    #[expect(clippy::option_option, reason = "waiting and ended are different answers")]
    fn take(&mut self) -> Option<Option<Job>> {
        match self.jobs.pop_front() {
            Some(job) => Some(Some(job)),
            None => self.closed.then_some(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use k8s_openapi::{
        api::core::v1::{Endpoints, Service},
        apimachinery::pkg::apis::meta::v1::ObjectMeta,
    };

    use super::*;

    fn named(name: &str) -> ObjectMeta {
        ObjectMeta { namespace: Some("shop".into()), name: Some(name.into()), ..ObjectMeta::default() }
    }

    fn name(event: &Event) -> String {
        let Event::EndpointsChanged(one) = event else { return "the Service".into() };
        one.metadata.name.clone().unwrap()
    }

    #[tokio::test]
    async fn a_service_comes_before_its_own_endpoints_and_behind_everything_else() {
        let queue = Queue::default();
        for name in ["api", "web"] {
            let endpoints = Endpoints { metadata: named(name), subsets: None };
            queue.push(Event::EndpointsChanged(Arc::new(endpoints)));
        }
        queue.push(Event::Seen(Arc::new(Service { metadata: named("web"), ..Service::default() })));
        queue.close();
        let mut order = Vec::new();
        while let Some(Job { event, .. }) = queue.next().await {
            order.push(name(&event));
        }
        assert_eq!(order, ["api", "the Service", "web"]);
    }

    #[tokio::test]
    async fn repairs_that_wait_collapse_and_a_closed_queue_is_emptied_first() {
        let queue = Queue::default();
        for event in [Event::Repair, Event::CollectOrphans, Event::Repair] {
            queue.push(event);
        }
        queue.close();
        queue.push(Event::CollectOrphans);
        let mut seen = Vec::new();
        while let Some(job) = queue.next().await {
            seen.push(format!("{:?}", job.event));
        }
        assert_eq!(seen, ["Repair", "CollectOrphans"]);
    }

    #[tokio::test]
    async fn a_queue_is_idle_when_all_is_done_and_nothing_comes_back() {
        let queue = Queue::default();
        assert!(queue.is_idle());
        queue.push(Event::Repair);
        let job = queue.next().await.unwrap();
        assert!(!queue.is_idle());
        queue.push_later(job, Duration::ZERO);
        assert!(!queue.is_idle());
        queue.next().await.unwrap();
        queue.done();
        assert!(queue.is_idle());
    }
}
