//! The one worker: takes events off the queue in order and is the only writer of mirrors.

use std::sync::Arc;

use k8s_openapi::api::core::v1::{Endpoints, Namespace, Service};
use kube::ResourceExt;
use tokio::sync::watch;
use tracing::{debug, warn};

use super::{
    HeadlessServices, Parameters, clock,
    decide::{Event, Local, Place, decide, decide_gone},
    federated,
    gateway::Liveness,
    headless,
    importer::Importer,
    link::{Link, Mode},
    metrics::Board,
    queue::{Job, Queue},
    recorder::Recorder,
    reflector::Store,
    status::{Exported, List, Outcome},
    trouble::Trouble,
    wanted,
};

/// Copies of what the two clusters hold.
#[derive(Clone, Debug, Default)]
pub(super) struct Stores {
    pub(super) exported: Store<Service>,
    pub(super) exported_endpoints: Store<Endpoints>,
    pub(super) local: Store<Service>,
    pub(super) local_endpoints: Store<Endpoints>,
    pub(super) namespaces: Store<Namespace>,
}

pub(super) struct Worker {
    pub(super) link: Link,
    pub(super) parameters: Arc<Parameters>,
    pub(super) importer: Importer,
    pub(super) stores: Stores,
    pub(super) recorder: Recorder,
    pub(super) queue: Queue,
    pub(super) liveness: watch::Receiver<Liveness>,
    pub(super) board: Board,
}

impl Worker {
    /// Handles events until the queue is closed and empty.
    pub(super) async fn run(self) {
        self.stores.exported.synced().await;
        self.stores.exported_endpoints.synced().await;
        self.stores.local.synced().await;
        self.stores.local_endpoints.synced().await;
        self.stores.namespaces.synced().await;
        while let Some(job) = self.queue.next().await {
            match self.handle(&job.event).await {
                Ok(()) => self.queue.done(),
                Err(trouble) => self.try_again(job, &trouble),
            }
        }
    }

    fn try_again(&self, mut job: Job, trouble: &Trouble) {
        if job.failures >= self.parameters.requeue_limit {
            warn!(%trouble, event = ?job.event, "given up");
            return self.queue.done();
        }
        debug!(%trouble, event = ?job.event, "trying again");
        let pause = self.parameters.requeue_pause * 2_u32.saturating_pow(job.failures);
        job.failures += 1;
        self.queue.push_later(job, pause);
    }

    async fn handle(&self, event: &Event) -> Result<(), Trouble> {
        match event {
            Event::CollectOrphans => self.collect_orphans().await,
            Event::Seen(service) => self.seen(service),
            Event::Gone(service) => self.follow_up(decide_gone(&self.link, service)),
            Event::EndpointsChanged(endpoints) => self.endpoints_changed(endpoints).await,
            Event::NamespaceAppeared(name) => self.namespace_appeared(name),
            Event::Export(service) => self.export(service).await,
            Event::Update(service) => self.update(service).await,
            Event::Unexport(which) => self.unexport(which).await,
            Event::Join(member) => self.join(member).await,
            Event::Federate(member) => self.federate(member).await,
            Event::Leave(which) => self.leave(which).await,
            Event::Repair => self.repair().await,
        }
    }

    fn seen(&self, service: &Arc<Service>) -> Result<(), Trouble> {
        let mirror = self.local_service(service);
        let namespace = service.namespace().unwrap_or_default();
        let federated = self.stores.local.get(&namespace, &federated::name(&service.name_any()));
        let local = Local { mirror: mirror.as_deref(), federated: federated.as_deref() };
        self.follow_up(decide(&self.link, service, local))
    }

    #[expect(clippy::unnecessary_wraps, reason = "it ends the arms of a match over fallible work")]
    fn follow_up(&self, events: Vec<Event>) -> Result<(), Trouble> {
        for event in events {
            self.queue.push(event);
        }
        Ok(())
    }

    fn namespace_appeared(&self, name: &str) -> Result<(), Trouble> {
        let all = self.stores.exported.all();
        all.iter()
            .filter(|service| service.metadata.namespace.as_deref() == Some(name))
            .try_for_each(|service| self.seen(service))
    }

    /// Empties or fills the Endpoints of the mirror's name, whoever made them, when only one side is empty.
    /// Those of a headless Service count only where such Services are mirrored, and for more.
    async fn endpoints_changed(&self, changed: &Endpoints) -> Result<(), Trouble> {
        if self.link.mode(changed.metadata.labels.as_ref()) != Some(Mode::Gateway) {
            return Ok(());
        }
        if headless::is_of_headless(changed) {
            return match self.parameters.headless {
                HeadlessServices::Disabled => Ok(()),
                HeadlessServices::Enabled => self.headless_changed(changed).await,
            };
        }
        let (namespace, name) = (changed.namespace().unwrap_or_default(), changed.name_any());
        let mirror = wanted::mirror_name(&self.link, &name);
        let local = self.stores.local_endpoints.get(&namespace, &mirror);
        let local = local.ok_or_else(|| Trouble::new(format!("no Endpoints {namespace}/{mirror} yet")))?;
        let empty = wanted::is_empty(Some(changed));
        if empty == wanted::is_empty(Some(&local)) {
            return Ok(());
        }
        let mut local = Endpoints::clone(&local);
        local.subsets = None;
        if !empty {
            let service = self.stores.exported.get(&namespace, &name);
            let service =
                service.ok_or_else(|| Trouble::new(format!("no Service {namespace}/{name} yet")))?;
            self.fill(&mut local, &service)?;
        }
        Ok(self.importer.replace_endpoints(&local).await?)
    }

    /// Writes the gateway with the ports of `service` into the Endpoints.
    pub(super) fn fill(&self, endpoints: &mut Endpoints, service: &Service) -> Result<(), Trouble> {
        let liveness = *self.liveness.borrow();
        let subset = wanted::subset(&self.link, service, &self.parameters.names, liveness)?;
        endpoints.subsets = Some(vec![subset]);
        Ok(())
    }

    pub(super) fn local_service(&self, exported: &Service) -> Option<Arc<Service>> {
        let mirror = wanted::mirror_name(&self.link, &exported.name_any());
        self.stores.local.get(&exported.namespace().unwrap_or_default(), &mirror)
    }

    pub(super) fn has_no_backend(&self, namespace: &str, exported: &str) -> bool {
        wanted::is_empty(self.stores.exported_endpoints.get(namespace, exported).as_deref())
    }

    /// Writes the status entry. That it cannot be written changes nothing about the mirror; without a Link there
    /// is nothing to write to.
    pub(super) async fn tell(&self, list: List, exported: &Service, outcome: &Outcome) {
        if self.link.is_local() {
            return;
        }
        let (namespace, name) = (exported.namespace().unwrap_or_default(), exported.name_any());
        let about = Exported { namespace: &namespace, name: &name };
        if let Err(error) = self.importer.tell(list, about, outcome, clock::now()).await {
            warn!(%error, namespace, name, "cannot write the status of the Link");
        }
    }

    /// Removes the status entry, as far as [`Self::tell`] writes it.
    pub(super) async fn forget(&self, list: List, exported: &Place) {
        if self.link.is_local() {
            return;
        }
        let Place { namespace, name } = exported;
        if let Err(error) = self.importer.forget(list, Exported { namespace, name }).await {
            warn!(%error, namespace, name, "cannot remove a status entry");
        }
    }

    /// Tells the failure and returns it.
    pub(super) async fn failed<T>(
        &self,
        list: List,
        exported: &Service,
        what: &str,
        trouble: Trouble,
    ) -> Result<T, Trouble> {
        let words = format!("Failed to {what}: {trouble}");
        self.tell(list, exported, &Outcome::Error(words)).await;
        Err(trouble)
    }
}
