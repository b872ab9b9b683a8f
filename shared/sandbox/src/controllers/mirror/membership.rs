//! Members joining and leaving federated Services. Several controllers write the same object: one for each Link, and
//! the local one.

use std::sync::Arc;

use k8s_openapi::api::core::v1::Service;
use kube::ResourceExt;
use tracing::{info, warn};

use super::{
    decide::{Event, Place},
    federated::{self, Departure, Seniority},
    headless,
    status::{List, Outcome},
    trouble::{Trouble, exists_already, is_missing},
    worker::Worker,
};

const HEADLESS: &str = "Headless service cannot join federated service";

impl Worker {
    /// Writes the member into the federated Service; when nothing changes by it, nothing is written, not even
    /// the status.
    pub(super) async fn join(&self, member: &Arc<Service>) -> Result<(), Trouble> {
        let namespace = member.namespace().unwrap_or_default();
        let Some(old) = self.federated_service(&namespace, &member.name_any()) else {
            self.queue.push(Event::Federate(member.clone()));
            return Ok(());
        };
        if headless::is_headless(member) {
            self.refuse(member).await;
            return Ok(());
        }
        let new = federated::joined(&self.link, self.seniority(&old).await, member, &old);
        if new == *old {
            return Ok(());
        }
        if let Err(error) = self.importer.replace_service(&new).await {
            return self.failed(List::Federated, member, "update federated service", error.into()).await;
        }
        self.tell(List::Federated, member, &Outcome::Mirrored(new.name_any())).await;
        Ok(())
    }

    /// Makes the federated Service. One that somebody else has made meanwhile is accepted as it is.
    pub(super) async fn federate(&self, member: &Service) -> Result<(), Trouble> {
        if headless::is_headless(member) {
            self.refuse(member).await;
            return Ok(());
        }
        if !self.namespace_is_there(List::Federated, member).await? {
            return Ok(());
        }
        let service = federated::with_first(&self.link, member);
        info!(service = service.name_any(), "creating a federated Service");
        match self.importer.create_service(&service).await {
            Err(error) if !exists_already(&error) => {
                return self.failed(List::Federated, member, "create federated service", error.into()).await;
            }
            Ok(_) | Err(_) => {}
        }
        self.tell(List::Federated, member, &Outcome::Mirrored(service.name_any())).await;
        Ok(())
    }

    /// Takes the member out; with the last one the federated Service goes.
    pub(super) async fn leave(&self, member: &Place) -> Result<(), Trouble> {
        self.forget(List::Federated, member).await;
        let Some(old) = self.federated_service(&member.namespace, &member.name) else { return Ok(()) };
        match federated::left(&self.link, &member.name, &old) {
            Departure::Unknown => Ok(()),
            Departure::Left(new) => Ok(self.importer.replace_service(&new).await?),
            Departure::Last => match self.importer.delete_service(&member.namespace, &old.name_any()).await {
                Err(error) if !is_missing(&error) => Err(error.into()),
                Ok(()) | Err(_) => {
                    self.forget(List::Federated, member).await;
                    Ok(())
                }
            },
        }
    }

    /// A headless Service stays one, so this is said once and not tried again.
    async fn refuse(&self, member: &Service) {
        warn!(member = member.name_any(), "a headless Service cannot be federated");
        self.tell(List::Federated, member, &Outcome::Invalid(HEADLESS)).await;
    }

    async fn seniority(&self, old: &Service) -> Seniority {
        if self.link.is_local() {
            return Seniority::Oldest;
        }
        if federated::has_local_member(old) {
            return Seniority::Younger;
        }
        for cluster in federated::clusters(old) {
            match self.importer.link_created(cluster).await {
                Ok(created) if federated::is_older(created, self.link.created) => return Seniority::Younger,
                Ok(_) => {}
                Err(error) => warn!(%error, cluster, "cannot tell the age of a Link"),
            }
        }
        Seniority::Oldest
    }

    fn federated_service(&self, namespace: &str, member: &str) -> Option<Arc<Service>> {
        self.stores.local.get(namespace, &federated::name(member))
    }
}
