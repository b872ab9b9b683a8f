//! Making, updating and removing one mirror.

use std::collections::BTreeMap;

use k8s_openapi::{
    api::core::v1::{EndpointSubset, Endpoints, Namespace, Service},
    apimachinery::pkg::apis::meta::v1::ObjectMeta,
};
use kube::ResourceExt;
use tracing::{info, warn};

use super::{
    NamespaceCreation,
    gateway::Liveness,
    keys,
    link::Mode,
    status::{Exported, Outcome},
    trouble::{Trouble, exists_already, is_missing, words},
    wanted,
    worker::Worker,
};

impl Worker {
    /// Makes Service, Endpoints and status entry, in this order.
    ///
    /// A Service that exists already is accepted, Endpoints that exist already are not: then the Service
    /// goes again. So a second event for a mirror that is already there destroys it for a while.
    pub(super) async fn export(&self, exported: &Service) -> Result<(), Trouble> {
        let Some(mode) = self.link.mode(exported.metadata.labels.as_ref()) else { return Ok(()) };
        if !self.namespace_is_there(exported).await? {
            return Ok(());
        }
        let mirror = wanted::service(&self.link, mode, exported);
        info!(service = mirror.name_any(), "creating a mirror");
        match self.importer.create_service(&mirror).await {
            Err(error) if !exists_already(&error) => {
                return self.failed(exported, "create mirror service", error.into()).await;
            }
            Ok(()) | Err(_) => {}
        }
        if mode == Mode::Gateway
            && let Err(trouble) = self.create_endpoints(exported).await
        {
            return self.failed(exported, "create mirror endpoints", trouble).await;
        }
        self.tell(exported, &Outcome::Mirrored(mirror.name_any())).await;
        Ok(())
    }

    /// Rewrites Endpoints, Service and status entry, in this order.
    pub(super) async fn update(&self, exported: &Service) -> Result<(), Trouble> {
        let Some(mode) = self.link.mode(exported.metadata.labels.as_ref()) else { return Ok(()) };
        let Some(local) = self.local_service(exported) else {
            return Err(Trouble::new("the mirror is gone"));
        };
        if let Err((what, trouble)) = self.update_endpoints(mode, exported).await {
            return self.failed(exported, what, trouble).await;
        }
        let mirror = wanted::updated(&self.link, mode, exported, &local);
        if let Err(error) = self.importer.replace_service(&mirror).await {
            return self.failed(exported, "update mirror service", error.into()).await;
        }
        self.tell(exported, &Outcome::Mirrored(mirror.name_any())).await;
        Ok(())
    }

    /// Removes the status entry, then whatever Service bears the mirror's name; kube removes the rest.
    pub(super) async fn unexport(&self, namespace: &str, name: &str) -> Result<(), Trouble> {
        if let Err(error) = self.importer.forget(Exported { namespace, name }).await {
            warn!(%error, namespace, name, "cannot remove a status entry");
        }
        let mirror = wanted::mirror_name(&self.link, name);
        if self.stores.local.get(namespace, &mirror).is_none() {
            return Ok(());
        }
        match self.importer.delete_service(namespace, &mirror).await {
            Err(error) if !is_missing(&error) => Err(error.into()),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    async fn namespace_is_there(&self, exported: &Service) -> Result<bool, Trouble> {
        let name = exported.namespace().unwrap_or_default();
        if self.parameters.namespaces == NamespaceCreation::On {
            return self.make_namespace(&name, exported).await.map(|()| true);
        }
        match self.importer.has_namespace(&name).await {
            Ok(true) => Ok(true),
            Ok(false) => {
                self.recorder.namespace_missing(exported);
                self.tell(exported, &Outcome::MissingNamespace).await;
                Ok(false)
            }
            Err(error) => self.failed(exported, "get namespace", error.into()).await,
        }
    }

    async fn make_namespace(&self, name: &str, exported: &Service) -> Result<(), Trouble> {
        if self.stores.namespaces.get("", name).is_some() {
            return Ok(());
        }
        let cluster = self.link.target_cluster_name.clone();
        let labels = BTreeMap::from([
            (keys::MIRRORED_SERVICE.into(), "true".into()),
            (keys::CLUSTER_NAME.into(), cluster),
        ]);
        let metadata = ObjectMeta { name: Some(name.into()), labels: Some(labels), ..ObjectMeta::default() };
        let namespace = Namespace { metadata, ..Namespace::default() };
        match self.importer.create_namespace(&namespace).await {
            Err(error) if !exists_already(&error) => {
                self.failed(exported, "create namespace", error.into()).await
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }

    async fn create_endpoints(&self, exported: &Service) -> Result<(), Trouble> {
        let mut endpoints = wanted::endpoints(&self.link, exported);
        let (namespace, name) = (endpoints.namespace().unwrap_or_default(), endpoints.name_any());
        // An address that cannot be resolved leaves the Service behind, without Endpoints.
        self.fill(&mut endpoints, exported)?;
        if self.has_no_backend(&namespace, &exported.name_any()) {
            endpoints.subsets = None;
        }
        let Err(error) = self.importer.create_endpoints(&endpoints).await else { return Ok(()) };
        if let Err(error) = self.importer.delete_service(&namespace, &name).await {
            warn!(%error, namespace, name, "cannot take a mirror back");
        }
        let cause = format!("failed to create mirror endpoints for {namespace}/{name}: {}", words(&error));
        Err(Trouble::inner(&[cause]))
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
                let updated = self.with_new_ports(&local, exported);
                let written = match updated {
                    Ok(updated) if updated == *local => Ok(()),
                    Ok(updated) => self.importer.replace_endpoints(&updated).await.map_err(Trouble::from),
                    Err(trouble) => Err(trouble),
                };
                written.map_err(|trouble| ("update mirror endpoints", trouble))
            }
            (Mode::RemoteDiscovery, Some(_)) => {
                let deleted = self.importer.delete_endpoints(&namespace, &name).await;
                deleted.map_err(|error| ("delete mirror endpoints", error.into()))
            }
            (Mode::RemoteDiscovery, None) => Ok(()),
        }
    }

    /// Returns the Endpoints with other ports and the gateway's identity; their labels stay as they are.
    fn with_new_ports(&self, local: &Endpoints, exported: &Service) -> Result<Endpoints, Trouble> {
        let ports = wanted::gateway_ports(&self.link, exported)?;
        let mut endpoints = local.clone();
        let annotations = endpoints.metadata.annotations.get_or_insert_default();
        annotations.insert(keys::GATEWAY_IDENTITY.into(), self.link.gateway_identity.clone());
        for subset in endpoints.subsets.iter_mut().flatten() {
            subset.ports = Some(ports.clone());
            if *self.liveness.borrow() == Liveness::Dead {
                withdraw(subset);
            }
        }
        Ok(endpoints)
    }

    async fn failed<T>(&self, exported: &Service, what: &str, trouble: Trouble) -> Result<T, Trouble> {
        let words = format!("Failed to {what}: {trouble}");
        self.tell(exported, &Outcome::Error(words)).await;
        Err(trouble)
    }
}

/// Moves the ready addresses to those that are not ready.
fn withdraw(subset: &mut EndpointSubset) {
    if let Some(ready) = subset.addresses.take() {
        subset.not_ready_addresses.get_or_insert_default().extend(ready);
    }
}
