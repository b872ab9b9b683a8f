//! What a controller leaves behind that has done all its work. It makes each mirror with requests of its own, and tells the Link
//! of each anew, which takes an hour in a cluster of thousands. Pure.

use std::collections::BTreeMap;

use k8s_openapi::{
    api::core::v1::{Endpoints, Service},
    jiff::Timestamp,
};
use kube::ResourceExt;
use serde_json::{Value, json};

use super::{
    Parameters,
    gateway::{self, Liveness},
    link::{Link, Mode},
    repair::probe_endpoints,
    status::{self, Exported, List, Outcome},
    trouble::Trouble,
    wanted,
};

/// Objects, and the status of the Link.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) objects: Vec<Value>,
    pub(crate) status: Value,
}

/// The mirrors of all these Services of the exporter that a Link of this name and spec exports, with the Endpoints of the probe. The
/// gateway counts as alive, and each Service as one with a backend. Nothing is federated.
///
/// # Errors
/// Says what of the Link cannot be read.
pub(crate) fn finished(
    (name, spec): (&str, &Value),
    services: impl Iterator<Item = Service>,
    now: Timestamp,
) -> Result<Finished, String> {
    made((name, spec), services, now).map_err(|trouble| trouble.to_string())
}

fn made(
    (name, spec): (&str, &Value),
    services: impl Iterator<Item = Service>,
    now: Timestamp,
) -> Result<Finished, Trouble> {
    let link = Link::of_spec(spec.clone())?;
    let (mut objects, mut entries) = (Vec::new(), Vec::new());
    if !link.gateway_address.is_empty() {
        let addresses = gateway::resolve(&link.gateway_address, &BTreeMap::new())?;
        objects.push(json!(probe_endpoints(&link, &Parameters::for_link(name), &addresses)?));
    }
    for service in services {
        let Some(mode) = link.mode(service.metadata.labels.as_ref()) else { continue };
        let mirror = wanted::service(&link, mode, &service);
        let (namespace, name) = (service.namespace().unwrap_or_default(), service.name_any());
        let exported = Exported { namespace: &namespace, name: &name };
        entries.push(status::entry(exported, &Outcome::Mirrored(mirror.name_any()), now));
        objects.push(json!(mirror));
        if mode == Mode::Gateway {
            let subset = wanted::subset(&link, &service, &BTreeMap::new(), Liveness::Alive)?;
            objects
                .push(json!(Endpoints { subsets: Some(vec![subset]), ..wanted::endpoints(&link, &service) }));
        }
    }
    let mut patch = status::patch(List::Mirrors, entries);
    Ok(Finished { objects, status: patch.pointer_mut("/status").map(Value::take).unwrap_or_default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(name: &str, exported: &str) -> Service {
        let labels = json!({"mirror.linkerd.io/exported": exported});
        let metadata = json!({"name": name, "namespace": "shop", "labels": labels, "resourceVersion": "7"});
        let spec = json!({"ports": [{"name": "http", "port": 80}]});
        serde_json::from_value(json!({"metadata": metadata, "spec": spec})).unwrap()
    }

    fn spec() -> Value {
        json!({
            "targetClusterName": "infra", "targetClusterDomain": "cluster.local",
            "gatewayAddress": "203.0.113.10", "gatewayPort": "4143", "probeSpec": {"port": "4191"},
            "selector": {"matchLabels": {"mirror.linkerd.io/exported": "true"}},
            "remoteDiscoverySelector": {"matchLabels": {"mirror.linkerd.io/exported": "flat"}},
        })
    }

    #[test]
    fn each_exported_service_has_its_mirror_and_its_entry() {
        let services = [service("web", "true"), service("api", "flat"), service("own", "no")];
        let done = finished(("infra", &spec()), services.into_iter(), Timestamp::UNIX_EPOCH).unwrap();
        let titles = done.objects.iter().map(|one| format!("{} {}", one["kind"], one["metadata"]["name"]));
        let expected =
            ["Endpoints probe-infra", "Service web-infra", "Endpoints web-infra", "Service api-infra"];
        assert_eq!(titles.map(|title| title.replace('"', "")).collect::<Vec<_>>(), expected);
        let subset = &done.objects[2]["subsets"][0];
        assert_eq!(
            (&subset["addresses"][0]["ip"], &subset["ports"][0]["port"]),
            (&"203.0.113.10".into(), &4143.into())
        );
        let noted = &done.objects[1]["metadata"]["annotations"]["mirror.linkerd.io/remote-resource-version"];
        assert_eq!(noted, "7");
        let entries = done.status["mirrorServices"].as_array().unwrap();
        let names: Vec<_> = entries.iter().map(|entry| &entry["conditions"][0]["localRef"]["name"]).collect();
        assert_eq!(names, ["web-infra", "api-infra"]);
    }

    #[test]
    fn a_link_that_cannot_be_read_is_no_link() {
        let mut spec = spec();
        spec["gatewayPort"] = "http".into();
        let refused = finished(("infra", &spec), [service("web", "true")].into_iter(), Timestamp::UNIX_EPOCH);
        assert_eq!(refused.unwrap_err(), "bad port 'http': invalid digit found in string");
    }
}
