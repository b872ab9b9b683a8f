//! What an exported Service demands, given what the importer has. Pure.

use std::sync::Arc;

use k8s_openapi::api::core::v1::{Endpoints, Service};

use super::{keys, link::Link};

/// Work for the one worker, in the order in which it came up.
#[derive(Clone, Debug)]
pub(super) enum Event {
    /// Delete mirrors whose exported Service is gone; once, when a watcher starts.
    CollectOrphans,
    /// A Service of the exporter appeared or changed, or is looked at again.
    Seen(Arc<Service>),
    /// A Service of the exporter is gone.
    Gone(Arc<Service>),
    /// Endpoints of the exporter changed.
    EndpointsChanged(Arc<Endpoints>),
    /// A Namespace of the importer appeared.
    NamespaceAppeared(String),
    /// Make the mirror.
    Export(Arc<Service>),
    /// Bring the mirror up to date.
    Update(Arc<Service>),
    /// Remove the mirror of this Service.
    Unexport(Unexported),
    /// Write the gateway into all mirrors again.
    Repair,
}

/// Namespace and name of a Service whose mirror has to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unexported {
    pub(super) namespace: String,
    pub(super) name: String,
}

/// Returns what follows from a Service of the exporter and the importer's Service of the mirror's name.
///
/// A Service of that name that is no mirror is left alone when it is met here. A mirror is only
/// rewritten when the exported Service has another version than the one noted in it.
pub(super) fn decide(link: &Link, exported: &Arc<Service>, local: Option<&Service>) -> Option<Event> {
    let meta = &exported.metadata;
    if meta.namespace.as_deref() == Some(keys::SYSTEM_NAMESPACE) {
        return None;
    }
    let wanted = link.mode(meta.labels.as_ref()).is_some();
    match (wanted, local) {
        (true, None) => Some(Event::Export(exported.clone())),
        (true, Some(local)) => {
            let noted = local.metadata.annotations.as_ref()?.get(keys::REMOTE_VERSION)?;
            let changed = meta.resource_version.as_ref() != Some(noted);
            changed.then(|| Event::Update(exported.clone()))
        }
        (false, Some(local)) => is_mirror(link, local).then(|| unexport(exported)),
        (false, None) => None,
    }
}

/// Returns what follows from the deletion of a Service: whatever bears the mirror's name has to go.
pub(super) fn decide_gone(link: &Link, exported: &Service) -> Option<Event> {
    link.mode(exported.metadata.labels.as_ref()).map(|_| unexport(exported))
}

/// Returns whether a Service carries the two labels of this Link's mirrors.
pub(super) fn is_mirror(link: &Link, service: &Service) -> bool {
    service.metadata.labels.as_ref().is_some_and(|labels| {
        labels.contains_key(keys::MIRRORED_SERVICE)
            && labels.get(keys::CLUSTER_NAME) == Some(&link.target_cluster_name)
    })
}

fn unexport(exported: &Service) -> Event {
    let [namespace, name] =
        [&exported.metadata.namespace, &exported.metadata.name].map(|text| text.clone().unwrap_or_default());
    Event::Unexport(Unexported { namespace, name })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn link() -> Link {
        let selector = json!({"matchLabels": {"exported": "true"}});
        serde_json::from_value(json!({"targetClusterName": "infra", "selector": selector})).unwrap()
    }

    fn exported(namespace: &str, label: &str) -> Arc<Service> {
        let metadata = json!({"name": "web", "namespace": namespace, "resourceVersion": "7",
                              "labels": {"exported": label}});
        Arc::new(serde_json::from_value(json!({"metadata": metadata})).unwrap())
    }

    fn local(version: Option<&str>, cluster: &str) -> Service {
        let mut service: Service = serde_json::from_value(json!({"metadata": {"name": "web-infra", "labels":
            {keys::MIRRORED_SERVICE: "true", keys::CLUSTER_NAME: cluster}}}))
        .unwrap();
        let note = |text: &str| (keys::REMOTE_VERSION.to_owned(), text.to_owned());
        service.metadata.annotations = version.map(|text| [note(text)].into());
        service
    }

    fn decided(label: &str, local: Option<&Service>) -> String {
        let event = decide(&link(), &exported("shop", label), local);
        let text = format!("{event:?}");
        text.trim_start_matches("Some(").split('(').next().unwrap_or_default().to_owned()
    }

    #[test]
    fn only_a_difference_between_exporter_and_importer_demands_work() {
        assert_eq!(decided("true", None), "Export");
        assert_eq!(decided("true", Some(&local(Some("6"), "infra"))), "Update");
        assert_eq!(decided("true", Some(&local(Some("7"), "infra"))), "None");
        assert_eq!(decided("false", Some(&local(Some("7"), "infra"))), "Unexport");
        assert_eq!(decided("false", None), "None");
    }

    #[test]
    fn what_is_not_our_mirror_is_left_alone_until_the_exported_service_is_deleted() {
        assert_eq!(decided("true", Some(&local(None, "infra"))), "None");
        assert_eq!(decided("false", Some(&local(Some("7"), "other"))), "None");
        assert!(decide_gone(&link(), &exported("shop", "true")).is_some());
        assert!(decide_gone(&link(), &exported("shop", "false")).is_none());
    }

    #[test]
    fn the_system_namespace_is_never_mirrored() {
        assert!(decide(&link(), &exported("kube-system", "true"), None).is_none());
    }
}
