//! What goes over all mirrors at once: the repair of their Endpoints, and the clean-up at start.

use std::{collections::BTreeMap, net::IpAddr};

use k8s_openapi::{
    api::core::v1::{EndpointPort, Endpoints, Service},
    apimachinery::pkg::apis::meta::v1::ObjectMeta,
};
use kube::ResourceExt;
use tracing::{info, warn};

use super::{
    Parameters,
    decide::is_mirror,
    gateway::{self, Liveness},
    headless, keys,
    link::Link,
    trouble::{Trouble, is_missing},
    wanted,
    worker::Worker,
};

impl Worker {
    /// Deletes every Service with the two labels whose exported Service is gone, exported or not; mirrors of
    /// pods go with the Service of their headless mirror.
    ///
    /// Their status entries stay.
    pub(super) async fn collect_orphans(&self) -> Result<(), Trouble> {
        for mirror in self.mirrors() {
            let (namespace, name) = (mirror.namespace().unwrap_or_default(), mirror.name_any());
            let home = wanted::exported_name(&self.link, headless::home(&mirror));
            if self.stores.exported.get(&namespace, home).is_some() {
                continue;
            }
            info!(namespace, name, "deleting an orphan");
            match self.importer.delete_service(&namespace, &name).await {
                Err(error) if !is_missing(&error) => return Err(error.into()),
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }

    /// Writes the gateway into the probe's Endpoints and into those of every mirror, one request each.
    ///
    /// Endpoints that were deleted are not made again, labels are not looked at.
    pub(super) async fn repair(&self) -> Result<(), Trouble> {
        self.board.write(|metrics| *metrics.endpoint_repairs.get_or_insert_default() += 1);
        let addresses = gateway::resolve(&self.link.gateway_address, &self.parameters.names)?;
        if let Err(trouble) = self.repair_probe(&addresses).await {
            warn!(%trouble, "cannot write the probe's Endpoints");
        }
        for mirror in self.mirrors() {
            if let Err(trouble) = self.repair_mirror(&mirror).await {
                warn!(%trouble, mirror = mirror.name_any(), "cannot repair Endpoints");
            }
        }
        Ok(())
    }

    async fn repair_mirror(&self, mirror: &Service) -> Result<(), Trouble> {
        if headless::is_headless(mirror) || mirror.labels().contains_key(keys::REMOTE_DISCOVERY) {
            return Ok(());
        }
        let (namespace, name) = (mirror.namespace().unwrap_or_default(), mirror.name_any());
        let local = self.stores.local_endpoints.get(&namespace, &name);
        let local = local.ok_or_else(|| Trouble::new(format!("no Endpoints {namespace}/{name}")))?;
        let mut endpoints = Endpoints::clone(&local);
        self.fill(&mut endpoints, mirror)?;
        // The exporter has no Endpoints by the name of a pod: its mirror would always count as empty.
        let of_pod = headless::is_of_pod(mirror, None);
        if !of_pod && self.has_no_backend(&namespace, wanted::exported_name(&self.link, &name)) {
            endpoints.subsets = None;
        }
        let annotations = endpoints.metadata.annotations.get_or_insert_default();
        annotations.insert(keys::GATEWAY_IDENTITY.into(), self.link.gateway_identity.clone());
        Ok(self.importer.replace_endpoints(&endpoints).await?)
    }

    async fn repair_probe(&self, addresses: &[IpAddr]) -> Result<(), Trouble> {
        let wanted = probe_endpoints(&self.link, &self.parameters, addresses)?;
        let (namespace, name) = (&self.parameters.namespace, wanted.name_any());
        match self.stores.local_endpoints.get(namespace, &name) {
            Some(local) => {
                let endpoints = Endpoints { subsets: wanted.subsets, ..Endpoints::clone(&local) };
                Ok(self.importer.replace_endpoints(&endpoints).await?)
            }
            None => Ok(self.importer.create_endpoints(&wanted).await?),
        }
    }

    fn mirrors(&self) -> impl Iterator<Item = std::sync::Arc<Service>> + use<'_> {
        self.stores.local.all().into_iter().filter(|service| is_mirror(&self.link, service))
    }
}

/// The probe's Endpoints never become "not ready": they are what the probe goes through.
pub(super) fn probe_endpoints(
    link: &Link,
    parameters: &Parameters,
    addresses: &[IpAddr],
) -> Result<Endpoints, Trouble> {
    let port = EndpointPort {
        name: Some(keys::PROBE_PORT_NAME.into()),
        port: link.probe_port()?,
        protocol: Some("TCP".into()),
        app_protocol: None,
    };
    let label = (keys::CLUSTER_NAME.into(), link.target_cluster_name.clone());
    let annotation = (keys::GATEWAY_IDENTITY.into(), link.gateway_identity.clone());
    let metadata = ObjectMeta {
        name: Some(parameters.probe_service()),
        namespace: Some(parameters.namespace.clone()),
        labels: Some(BTreeMap::from([label])),
        annotations: Some(BTreeMap::from([annotation])),
        ..ObjectMeta::default()
    };
    Ok(Endpoints { metadata, subsets: Some(vec![gateway::subset(addresses, vec![port], Liveness::Alive)]) })
}
