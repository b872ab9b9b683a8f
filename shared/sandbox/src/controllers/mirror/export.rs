//! Making, updating and removing one mirror.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{Endpoints, Service};
use kube::ResourceExt;
use tracing::{info, warn};

use super::{
    HeadlessServices,
    decide::Place,
    headless, keys,
    link::Mode,
    status::{List, Outcome},
    trouble::{Trouble, exists_already, is_missing, words},
    wanted,
    worker::Worker,
};

/// What the real controller says of headless Services when it does mirror them, from their Endpoints; it is never
/// taken back.
const HEADLESS: &str = "Headless mirror services are disabled";

impl Worker {
    /// Makes Service, Endpoints and status entry, in this order.
    ///
    /// A Service that exists already is accepted, Endpoints that exist already are not: then the Service
    /// goes again. So a second event for a mirror that is already there destroys it for a while.
    pub(super) async fn export(&self, exported: &Service) -> Result<(), Trouble> {
        let Some(mode) = self.link.mode(exported.metadata.labels.as_ref()) else { return Ok(()) };
        if self.parameters.headless == HeadlessServices::Enabled && headless::is_headless(exported) {
            self.tell(List::Mirrors, exported, &Outcome::Invalid(HEADLESS)).await;
            return Ok(());
        }
        if !self.namespace_is_there(List::Mirrors, exported).await? {
            return Ok(());
        }
        let mirror = wanted::service(&self.link, mode, exported);
        info!(service = mirror.name_any(), "creating a mirror");
        match self.importer.create_service(&mirror).await {
            Err(error) if !exists_already(&error) => {
                return self.failed(List::Mirrors, exported, "create mirror service", error.into()).await;
            }
            Ok(_) | Err(_) => {}
        }
        if mode == Mode::Gateway
            && let Err(trouble) = self.create_endpoints(exported).await
        {
            return self.failed(List::Mirrors, exported, "create mirror endpoints", trouble).await;
        }
        self.tell(List::Mirrors, exported, &Outcome::Mirrored(mirror.name_any())).await;
        Ok(())
    }

    /// Rewrites Endpoints, Service and status entry, in this order.
    pub(super) async fn update(&self, exported: &Service) -> Result<(), Trouble> {
        let Some(mode) = self.link.mode(exported.metadata.labels.as_ref()) else { return Ok(()) };
        let Some(local) = self.local_service(exported) else {
            return Err(Trouble::new("the mirror is gone"));
        };
        if let Err((what, trouble)) = self.update_endpoints(mode, exported).await {
            return self.failed(List::Mirrors, exported, what, trouble).await;
        }
        let mirror = wanted::updated(&self.link, mode, exported, &local);
        if let Err(error) = self.importer.replace_service(&mirror).await {
            return self.failed(List::Mirrors, exported, "update mirror service", error.into()).await;
        }
        self.tell(List::Mirrors, exported, &Outcome::Mirrored(mirror.name_any())).await;
        Ok(())
    }

    /// Removes the status entry, the mirrors of pods, and then whatever Service bears the mirror's name; kube
    /// removes the rest.
    pub(super) async fn unexport(&self, exported: &Place) -> Result<(), Trouble> {
        self.forget(List::Mirrors, exported).await;
        let Place { namespace, name } = exported;
        let mirror = wanted::mirror_name(&self.link, name);
        let Some(local) = self.stores.local.get(namespace, &mirror) else { return Ok(()) };
        if headless::is_headless(&local) {
            self.delete_pods(namespace, &mirror, &BTreeSet::new()).await?;
        }
        match self.importer.delete_service(namespace, &mirror).await {
            Err(error) if !is_missing(&error) => Err(error.into()),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    pub(super) async fn create_endpoints(&self, exported: &Service) -> Result<(), Trouble> {
        let mut endpoints = wanted::endpoints(&self.link, exported);
        let (namespace, name) = (endpoints.namespace().unwrap_or_default(), endpoints.name_any());
        // An address that cannot be resolved leaves the Service behind, without Endpoints.
        self.fill(&mut endpoints, exported)?;
        if self.has_no_backend(&namespace, &exported.name_any()) {
            endpoints.subsets = None;
        }
        let Err(error) = self.importer.create_endpoints(&endpoints).await else { return Ok(()) };
        self.take_back(&namespace, &name).await;
        let cause = format!("failed to create mirror endpoints for {namespace}/{name}: {}", words(&error));
        Err(Trouble::inner(&[cause]))
    }

    /// Deletes a mirror whose Endpoints could not be made.
    pub(super) async fn take_back(&self, namespace: &str, name: &str) {
        if let Err(error) = self.importer.delete_service(namespace, name).await {
            warn!(%error, namespace, name, "cannot take a mirror back");
        }
    }

    async fn update_endpoints(&self, mode: Mode, exported: &Service) -> Result<(), (&'static str, Trouble)> {
        let namespace = exported.namespace().unwrap_or_default();
        let name = wanted::mirror_name(&self.link, &exported.name_any());
        match (mode, self.stores.local_endpoints.get(&namespace, &name)) {
            (Mode::Gateway, None) => {
                let created = self.create_endpoints(exported).await;
                created.map_err(|trouble| ("create mirror endpoints", trouble))
            }
            (Mode::Gateway, Some(local)) => {
                let updated = self.rewritten(&local, exported);
                let updated = updated.map_err(|trouble| ("get gateway address", trouble))?;
                if updated == *local {
                    return Ok(());
                }
                let written = self.importer.replace_endpoints(&updated).await;
                written.map_err(|error| ("update mirror endpoints", error.into()))
            }
            (Mode::RemoteDiscovery, Some(_)) => {
                let deleted = self.importer.delete_endpoints(&namespace, &name).await;
                deleted.map_err(|error| ("delete mirror endpoints", error.into()))
            }
            (Mode::RemoteDiscovery, None) => Ok(()),
        }
    }

    /// Returns the Endpoints leading to the gateway, even if there is no backend or the mirror is headless; their
    /// labels stay as they are.
    fn rewritten(&self, local: &Endpoints, exported: &Service) -> Result<Endpoints, Trouble> {
        let mut endpoints = local.clone();
        self.fill(&mut endpoints, exported)?;
        let annotations = endpoints.metadata.annotations.get_or_insert_default();
        annotations.insert(keys::GATEWAY_IDENTITY.into(), self.link.gateway_identity.clone());
        Ok(endpoints)
    }
}
