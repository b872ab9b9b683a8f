//! Headless mirrors and the mirrors of single pods that they lead to. All of it follows from Endpoints, not from the
//! Service, and none of it is told in the Link's status.

use std::{collections::BTreeSet, sync::Arc};

use k8s_openapi::api::core::v1::{Endpoints, Service};
use kube::ResourceExt;
use tracing::{info, warn};

use super::{
    gateway::{self, Liveness},
    headless,
    recorder::Skipped,
    trouble::{Trouble, exists_already, is_missing},
    wanted,
    worker::Worker,
};

impl Worker {
    /// Makes the mirror of a headless Service, headless or not, or brings a headless one up to date.
    pub(super) async fn headless_changed(&self, endpoints: &Endpoints) -> Result<(), Trouble> {
        let (namespace, name) = (endpoints.namespace().unwrap_or_default(), endpoints.name_any());
        let Some(exported) = self.stores.exported.get(&namespace, &name) else {
            // The real controller does not try this again.
            warn!(namespace, name, "no Service of these Endpoints yet");
            return Ok(());
        };
        if self.link.mode(exported.metadata.labels.as_ref()).is_none() {
            // Its Endpoints have the label already: the news of the Service is under way.
            return Err(Trouble::new(format!("Service {namespace}/{name} is not exported yet")));
        }
        if exported.spec.as_ref().and_then(|spec| spec.ports.as_ref()).is_none_or(Vec::is_empty) {
            self.recorder.skipped(&exported, Skipped::NoPorts);
            return Ok(());
        }
        let mirror = match self.local_service(&exported) {
            Some(mirror) => Some(mirror),
            None => self.create_headless(&exported, endpoints).await?,
        };
        let local = self.stores.local_endpoints.get(&namespace, &wanted::mirror_name(&self.link, &name));
        match (local, mirror.is_some_and(|mirror| headless::is_headless(&mirror))) {
            // So it is even for a mirror that was not made, which leaves Endpoints without a Service.
            (None, false) => self.create_endpoints(&exported).await,
            (None, true) => self.create_headless_endpoints(&exported, endpoints).await,
            // The next repair looks at the addresses of a mirror that is not headless.
            (Some(_), false) => Ok(()),
            (Some(local), true) => self.update_headless_endpoints(&exported, endpoints, &local).await,
        }
    }

    /// Deletes the mirrors of pods that belong to a headless mirror, but for those with these names.
    pub(super) async fn delete_pods(
        &self,
        namespace: &str,
        headless: &str,
        kept: &BTreeSet<String>,
    ) -> Result<(), Trouble> {
        let mut failures = Vec::new();
        for mirror in self.stores.local.all() {
            let name = mirror.name_any();
            let here = mirror.metadata.namespace.as_deref() == Some(namespace);
            if !here || !headless::is_of_pod(&mirror, Some(headless)) || kept.contains(&name) {
                continue;
            }
            match self.importer.delete_service(namespace, &name).await {
                Err(error) if !is_missing(&error) => failures.push(Trouble::from(error).to_string()),
                Ok(()) | Err(_) => {}
            }
        }
        if failures.is_empty() { Ok(()) } else { Err(Trouble::inner(&failures)) }
    }

    /// Returns `None` while nothing says which kind of mirror it is to be, or when the namespace is missing.
    async fn create_headless(
        &self,
        exported: &Service,
        endpoints: &Endpoints,
    ) -> Result<Option<Arc<Service>>, Trouble> {
        let namespace = exported.namespace().unwrap_or_default();
        let undecided = endpoints.subsets.as_ref().is_none_or(Vec::is_empty);
        if undecided || !self.namespace_is_there_quietly(&namespace).await? {
            return Ok(None);
        }
        let mirror = headless::service(&self.link, exported, endpoints);
        info!(service = mirror.name_any(), "creating a mirror of a headless Service");
        Ok(Some(Arc::new(self.importer.create_service(&mirror).await?)))
    }

    /// Makes the mirrors of all pods, and last the Endpoints that lead to them. A pod whose mirror fails is
    /// left out.
    async fn create_headless_endpoints(
        &self,
        exported: &Service,
        endpoints: &Endpoints,
    ) -> Result<(), Trouble> {
        let mut mirror = wanted::endpoints(&self.link, exported);
        let version = endpoints.resource_version().unwrap_or_default();
        let mut subsets = Vec::new();
        for subset in endpoints.subsets.iter().flatten() {
            let mut addresses = Vec::new();
            for (hostname, address) in headless::named_ones(subset) {
                // They are called like their pods here, and by their host names from the first update on.
                let pod = address.target_ref.as_ref().and_then(|pod| pod.name.as_deref());
                match self.create_pod(exported, hostname, &version).await {
                    Ok(made) => addresses.push(headless::address(pod.unwrap_or(hostname), &made)),
                    Err(trouble) => warn!(%trouble, hostname, "cannot mirror a pod"),
                }
            }
            subsets.extend(headless::subset(subset, addresses));
        }
        mirror.subsets = Some(subsets);
        let Err(error) = self.importer.create_endpoints(&mirror).await else { return Ok(()) };
        self.take_back(&exported.namespace().unwrap_or_default(), &mirror.name_any()).await;
        Err(error.into())
    }

    /// Makes mirrors of new pods, deletes those of pods that are gone, and then has the Endpoints say so.
    async fn update_headless_endpoints(
        &self,
        exported: &Service,
        endpoints: &Endpoints,
        local: &Endpoints,
    ) -> Result<(), Trouble> {
        let namespace = exported.namespace().unwrap_or_default();
        let version = endpoints.resource_version().unwrap_or_default();
        let (mut subsets, mut kept) = (Vec::new(), BTreeSet::new());
        for subset in endpoints.subsets.iter().flatten() {
            let mut addresses = Vec::new();
            for (hostname, _) in headless::named_ones(subset) {
                let name = wanted::mirror_name(&self.link, hostname);
                let mirror = match self.stores.local.get(&namespace, &name) {
                    Some(mirror) => mirror,
                    None => Arc::new(self.create_pod(exported, hostname, &version).await?),
                };
                kept.insert(name);
                addresses.push(headless::address(hostname, &mirror));
            }
            subsets.extend(headless::subset(subset, addresses));
        }
        self.delete_pods(&namespace, &local.name_any(), &kept).await?;
        if *self.liveness.borrow() == Liveness::Dead {
            subsets.iter_mut().for_each(gateway::withdraw);
        }
        let updated = Endpoints { subsets: Some(subsets), ..local.clone() };
        Ok(self.importer.replace_endpoints(&updated).await?)
    }

    /// Makes the mirror of a pod and its Endpoints. As with other mirrors, a Service that exists already is
    /// accepted, and Endpoints that exist already cost it.
    async fn create_pod(
        &self,
        exported: &Service,
        hostname: &str,
        version: &str,
    ) -> Result<Service, Trouble> {
        let mirror = headless::pod(&self.link, exported, hostname, version);
        let mut endpoints = headless::pod_endpoints(&self.link, &mirror);
        self.fill(&mut endpoints, exported)?;
        let created = match self.importer.create_service(&mirror).await {
            Ok(created) => created,
            // The API says nothing about it then, so its address is not known.
            Err(error) if exists_already(&error) => Service::default(),
            Err(error) => return Err(error.into()),
        };
        let Err(error) = self.importer.create_endpoints(&endpoints).await else { return Ok(created) };
        self.take_back(&mirror.namespace().unwrap_or_default(), &mirror.name_any()).await;
        Err(error.into())
    }
}
