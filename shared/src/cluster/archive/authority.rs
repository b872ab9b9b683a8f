//! Who a cluster is, as far as its files tell.

use super::Archive;
use crate::cluster::call::Resource;
use crate::cluster::pem::certificates;
use crate::terms::{Observed, Obstacle};
use serde_json::Value;

/// In every namespace: the certificates that pods accept as signers of their API server's.
const AUTHORITY: &str = "kube-root-ca.crt";

impl Archive {
    /// The uid of the namespace `kube-system`. A dump without it, and manifests, do not tell which cluster they are of.
    pub fn identity(&self) -> Observed<String> {
        let namespace = self.object(Resource::NAMESPACES, None, "kube-system");
        let uid = namespace.as_ref().and_then(|found| found.pointer("/metadata/uid")).and_then(Value::as_str);
        match uid {
            Some(uid) => Observed::Present(uid.to_owned()),
            None => Observed::Unknown(Obstacle::NotInFiles {
                what: "the uid of namespace kube-system".to_owned(),
            }),
        }
    }

    /// The certificates (DER) that its own pods accept as signers of its API server's; empty when no file has them.
    pub fn certificate_authority(&self) -> Vec<Vec<u8>> {
        let namespaces = ["kube-system", "default", "kube-public"];
        let mut found = namespaces.into_iter().filter_map(|namespace| {
            let object = self.object(Resource::CONFIG_MAPS, Some(namespace), AUTHORITY)?;
            object.pointer("/data/ca.crt")?.as_str().map(str::to_owned)
        });
        let bundle = found.next().unwrap_or_default();
        certificates(bundle)
    }

    fn object(&self, resource: Resource, namespace: Option<&str>, name: &str) -> Option<Value> {
        let kept = self.tables.get(resource.group, resource.plural)?.get(namespace, name)?;
        serde_json::from_str(&kept.text).ok()
    }
}
