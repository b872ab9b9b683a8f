//! Writes to the importing cluster, and the few reads that are not served from a copy.

use k8s_openapi::{
    api::core::v1::{Endpoints, Namespace, Service},
    jiff::Timestamp,
};
use kube::{
    Api, Client, ResourceExt,
    api::{DeleteParams, DynamicObject, Patch, PatchParams, PostParams},
};
use serde_json::Value;

use super::{
    Parameters, keys,
    limiter::Limiter,
    link::Link,
    status::{self, Exported, List, Outcome},
};

/// The importer's API under the two rate limits of the real controller.
pub(super) struct Importer {
    client: Client,
    limiter: Limiter,
    status_limiter: Limiter,
    link: String,
    link_namespace: String,
}

impl Importer {
    pub(super) fn new(client: Client, parameters: &Parameters) -> Self {
        Self {
            client,
            limiter: Limiter::new(parameters.rate),
            status_limiter: Limiter::new(parameters.status_rate),
            link: parameters.link.clone(),
            link_namespace: parameters.namespace.clone(),
        }
    }

    pub(super) async fn has_namespace(&self, name: &str) -> kube::Result<bool> {
        self.limiter.take().await;
        let api: Api<Namespace> = Api::all(self.client.clone());
        Ok(api.get_opt(name).await?.is_some())
    }

    pub(super) async fn create_namespace(&self, namespace: &Namespace) -> kube::Result<()> {
        self.limiter.take().await;
        let api: Api<Namespace> = Api::all(self.client.clone());
        api.create(&as_us(), namespace).await.map(drop)
    }

    /// Returns the Service as it was made.
    pub(super) async fn create_service(&self, service: &Service) -> kube::Result<Service> {
        self.limiter.take().await;
        self.services(service.namespace()).create(&as_us(), service).await
    }

    pub(super) async fn replace_service(&self, service: &Service) -> kube::Result<()> {
        self.limiter.take().await;
        self.services(service.namespace()).replace(&service.name_any(), &as_us(), service).await.map(drop)
    }

    pub(super) async fn delete_service(&self, namespace: &str, name: &str) -> kube::Result<()> {
        self.limiter.take().await;
        self.services(Some(namespace.into())).delete(name, &DeleteParams::default()).await.map(drop)
    }

    pub(super) async fn create_endpoints(&self, endpoints: &Endpoints) -> kube::Result<()> {
        self.limiter.take().await;
        self.endpoints(endpoints.namespace()).create(&as_us(), endpoints).await.map(drop)
    }

    pub(super) async fn replace_endpoints(&self, endpoints: &Endpoints) -> kube::Result<()> {
        self.limiter.take().await;
        let api = self.endpoints(endpoints.namespace());
        api.replace(&endpoints.name_any(), &as_us(), endpoints).await.map(drop)
    }

    pub(super) async fn delete_endpoints(&self, namespace: &str, name: &str) -> kube::Result<()> {
        self.limiter.take().await;
        self.endpoints(Some(namespace.into())).delete(name, &DeleteParams::default()).await.map(drop)
    }

    /// Returns when the Link of this name was made. The real controller keeps a copy of all Links, so that this
    /// costs it no request.
    pub(super) async fn link_created(&self, name: &str) -> kube::Result<Option<Timestamp>> {
        let link = self.links().get(name).await?;
        Ok(link.metadata.creation_timestamp.map(|time| time.0))
    }

    /// Sets the status entry of an exported Service.
    pub(super) async fn tell(
        &self,
        list: List,
        exported: Exported<'_>,
        outcome: &Outcome,
        now: Timestamp,
    ) -> kube::Result<()> {
        let entries = self.entries(list).await?;
        self.patch_status(list, status::with(&entries, exported, outcome, now)).await
    }

    /// Removes the status entry of an exported Service, unless it is the last one.
    pub(super) async fn forget(&self, list: List, exported: Exported<'_>) -> kube::Result<()> {
        let entries = self.entries(list).await?;
        self.patch_status(list, status::without(&entries, exported)).await
    }

    async fn entries(&self, list: List) -> kube::Result<Vec<Value>> {
        self.status_limiter.take().await;
        let link = self.links().get(&self.link).await?;
        let entries = link.data.pointer(&format!("/status/{}", list.field())).and_then(Value::as_array);
        Ok(entries.cloned().unwrap_or_default())
    }

    async fn patch_status(&self, list: List, entries: Vec<Value>) -> kube::Result<()> {
        self.status_limiter.take().await;
        let us = PatchParams { field_manager: as_us().field_manager, ..PatchParams::default() };
        let patch = Patch::Merge(status::patch(list, entries));
        self.links().patch_status(&self.link, &us, &patch).await.map(drop)
    }

    fn links(&self) -> Api<DynamicObject> {
        Api::namespaced_with(self.client.clone(), &self.link_namespace, &Link::resource())
    }

    fn services(&self, namespace: Option<String>) -> Api<Service> {
        Api::namespaced(self.client.clone(), &namespace.unwrap_or_default())
    }

    fn endpoints(&self, namespace: Option<String>) -> Api<Endpoints> {
        Api::namespaced(self.client.clone(), &namespace.unwrap_or_default())
    }
}

fn as_us() -> PostParams {
    PostParams { field_manager: Some(keys::FIELD_MANAGER.into()), ..PostParams::default() }
}
