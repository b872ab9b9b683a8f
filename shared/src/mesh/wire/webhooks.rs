//! What the API server asks about new pods, as it comes over the wire.

use super::Metadata;
use super::trust::decoded;
use crate::mesh::certificate::Certificate;
use crate::mesh::snapshot::Key;
use crate::terms::{LabelSelector, Part};
use serde::Deserialize;

/// A `MutatingWebhookConfiguration`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::mesh) struct WireWebhooks {
    metadata: Metadata,
    webhooks: Option<Vec<Webhook>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Webhook {
    client_config: Client,
    namespace_selector: LabelSelector,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Client {
    ca_bundle: String,
    service: Option<Metadata>,
}

impl WireWebhooks {
    /// When it was last changed, as the API writes times.
    pub(in crate::mesh) fn changed(&self) -> String {
        self.metadata.written(Part::Webhooks)
    }

    /// Whether the first of its webhooks names no authority at all: nobody brings one for a Service then.
    pub(in crate::mesh) fn is_unbundled(&self) -> bool {
        let first = self.webhooks.iter().flatten().next();
        first.is_some_and(|one| one.client_config.ca_bundle.trim().is_empty())
    }

    /// Of which namespaces the first of its webhooks asks, and the Service that it leads to, if it leads to one.
    pub(in crate::mesh) fn led(&self) -> Option<(&LabelSelector, Option<Key>)> {
        let first = self.webhooks.iter().flatten().next()?;
        Some((&first.namespace_selector, first.client_config.service.as_ref().map(Metadata::key)))
    }

    /// The authorities by which the first of its webhooks is known; `None` when there is none.
    pub(in crate::mesh) fn authorities(self, now: i64) -> Option<Vec<Certificate>> {
        let first = self.webhooks?.into_iter().next()?;
        Some(decoded(&first.client_config.ca_bundle, now).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use serde_json::json;

    #[test]
    fn a_webhook_is_known_by_the_authorities_in_its_bundle() {
        let key = rcgen::KeyPair::generate().unwrap();
        let pem = rcgen::CertificateParams::new(vec![]).unwrap().self_signed(&key).unwrap().pem();
        let of = |found: serde_json::Value| {
            let read: WireWebhooks = serde_json::from_value(found).unwrap();
            let is_unbundled = read.is_unbundled();
            read.authorities(0).map(|found| (found.len(), is_unbundled))
        };
        let bundle = base64::engine::general_purpose::STANDARD.encode(pem);
        assert_eq!(of(json!({ "webhooks": [{ "clientConfig": { "caBundle": bundle } }] })), Some((1, false)));
        assert_eq!(of(json!({ "webhooks": [{ "clientConfig": {} }] })), Some((0, true)));
        assert_eq!(of(json!({ "webhooks": [] })), None);
        assert_eq!(of(json!({})), None);
    }
}
