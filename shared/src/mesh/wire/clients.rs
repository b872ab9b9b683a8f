//! Pods that name mirrors, as they come over the wire.

use super::WirePod;
use super::mention::Mirror;
use crate::mesh::machinery::{Client, Pod};
use crate::mesh::snapshot::Key;
use serde_json::Value;
use std::collections::BTreeSet;

/// A pod, when it names one of these; what runs no more is no client.
pub(in crate::mesh) fn client(pod: Value, mirrors: &BTreeSet<Key>) -> Option<Client> {
    let spec = pod.get("spec").cloned().unwrap_or_default();
    let pod: Pod = serde_json::from_value::<WirePod>(pod).ok()?.into();
    let named = mirrors.iter().filter(|key| {
        let is_beside = key.namespace == pod.namespace;
        is_beside && Mirror { name: &key.name, namespace: &key.namespace, is_beside }.is_in(&spec)
    });
    let mirrors: BTreeSet<String> = named.map(|key| key.name.clone()).collect();
    (!pod.is_over && !mirrors.is_empty()).then_some(Client { pod, mirrors })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_pod_is_a_client_of_what_its_environment_names() {
        let mirrors = BTreeSet::from([Key::new("shop", "web-infra"), Key::new("shop", "db-infra")]);
        let pod = |value: &str, phase: &str| {
            let containers = json!([{ "name": "app", "env": [{ "name": "URL", "value": value }] }]);
            let pod = json!({ "metadata": { "namespace": "shop", "name": "app" },
                "spec": { "containers": containers }, "status": { "phase": phase } });
            client(pod, &mirrors).map(|client| client.mirrors.into_iter().collect::<Vec<_>>())
        };
        assert_eq!(pod("http://web-infra:80", "Running"), Some(vec!["web-infra".to_owned()]));
        assert_eq!(
            pod("http://web-infra.shop.svc.cluster.local", "Pending"),
            Some(vec!["web-infra".to_owned()])
        );
        for (value, phase) in
            [("http://web", "Running"), ("http://web-infra.other", "Running"), ("web-infra", "Failed")]
        {
            assert_eq!(pod(value, phase), None, "{value} {phase}");
        }
    }
}
