//! The namespace in which a mirror or a federated Service is to stand.

use std::collections::BTreeMap;

use k8s_openapi::{
    api::core::v1::{Namespace, Service},
    apimachinery::pkg::apis::meta::v1::ObjectMeta,
};
use kube::ResourceExt;

use super::{
    NamespaceCreation, keys,
    recorder::Skipped,
    status::{List, Outcome},
    trouble::{Trouble, exists_already},
    worker::Worker,
};

impl Worker {
    /// Returns whether the namespace is there, after making it where that is wanted. One that is missing is
    /// told in the list and in an Event.
    pub(super) async fn namespace_is_there(&self, list: List, exported: &Service) -> Result<bool, Trouble> {
        let name = exported.namespace().unwrap_or_default();
        if self.parameters.namespaces == NamespaceCreation::On {
            return match self.make_namespace(&name).await {
                Ok(()) => Ok(true),
                Err(trouble) => self.failed(list, exported, "create namespace", trouble).await,
            };
        }
        match self.importer.has_namespace(&name).await {
            Ok(true) => Ok(true),
            Ok(false) => {
                self.recorder.skipped(exported, Skipped::NamespaceMissing);
                self.tell(list, exported, &Outcome::MissingNamespace).await;
                Ok(false)
            }
            Err(error) => self.failed(list, exported, "get namespace", error.into()).await,
        }
    }

    /// As [`Self::namespace_is_there`], but nobody hears of a missing one: so it is for headless mirrors.
    pub(super) async fn namespace_is_there_quietly(&self, name: &str) -> Result<bool, Trouble> {
        match self.parameters.namespaces {
            NamespaceCreation::On => self.make_namespace(name).await.map(|()| true),
            NamespaceCreation::Off => Ok(self.stores.namespaces.get("", name).is_some()),
        }
    }

    async fn make_namespace(&self, name: &str) -> Result<(), Trouble> {
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
            Err(error) if !exists_already(&error) => Err(error.into()),
            Ok(()) | Err(_) => Ok(()),
        }
    }
}
