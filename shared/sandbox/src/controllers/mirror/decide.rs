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
    /// Endpoints of the exporter changed; those of headless Services also when they appear.
    EndpointsChanged(Arc<Endpoints>),
    /// A Namespace of the importer appeared.
    NamespaceAppeared(String),
    /// Make the mirror.
    Export(Arc<Service>),
    /// Bring the mirror up to date.
    Update(Arc<Service>),
    /// Remove the mirror of this Service.
    Unexport(Place),
    /// Bring the federated Service up to date with this member.
    Join(Arc<Service>),
    /// Make the federated Service with this first member.
    Federate(Arc<Service>),
    /// Take this member out of the federated Service.
    Leave(Place),
    /// Write the gateway into all mirrors again.
    Repair,
}

/// Namespace and name of a Service of the exporter, which may be gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) namespace: String,
    pub(super) name: String,
}

/// What the importer has under the two names that an exported Service may get there.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Local<'a> {
    pub(super) mirror: Option<&'a Service>,
    pub(super) federated: Option<&'a Service>,
}

/// Returns what follows from a Service of the exporter and from what the importer has.
///
/// Over a mirror that has to be made the real controller forgets the federated Service, until the Service is
/// seen the next time.
pub(super) fn decide(link: &Link, exported: &Arc<Service>, local: Local<'_>) -> Vec<Event> {
    if exported.metadata.namespace.as_deref() == Some(keys::SYSTEM_NAMESPACE) {
        return Vec::new();
    }
    match decide_mirror(link, exported, local.mirror) {
        Some(Event::Export(service)) => vec![Event::Export(service)],
        other => other.into_iter().chain(decide_membership(link, exported, local.federated)).collect(),
    }
}

/// A Service of the mirror's name that is no mirror is left alone when it is met here. A mirror is only
/// rewritten when the exported Service has another version than the one noted in it.
fn decide_mirror(link: &Link, exported: &Arc<Service>, mirror: Option<&Service>) -> Option<Event> {
    let meta = &exported.metadata;
    let wanted = link.mode(meta.labels.as_ref()).is_some();
    match (wanted, mirror) {
        (true, None) => Some(Event::Export(exported.clone())),
        (true, Some(mirror)) => {
            let noted = mirror.metadata.annotations.as_ref()?.get(keys::REMOTE_VERSION)?;
            let changed = meta.resource_version.as_ref() != Some(noted);
            changed.then(|| Event::Update(exported.clone()))
        }
        (false, Some(mirror)) => is_mirror(link, mirror).then(|| Event::Unexport(place(exported))),
        (false, None) => None,
    }
}

/// A member is compared with the federated Service each time. Who is no member may have been one.
fn decide_membership(link: &Link, exported: &Arc<Service>, federated: Option<&Service>) -> Option<Event> {
    if link.is_member(exported.metadata.labels.as_ref()) {
        return Some(Event::Join(exported.clone()));
    }
    let ours = federated?.metadata.labels.as_ref()?.contains_key(keys::MIRRORED_SERVICE);
    ours.then(|| Event::Leave(place(exported)))
}

/// Returns what follows from the deletion of a Service: whatever bears the mirror's name has to go.
pub(super) fn decide_gone(link: &Link, exported: &Service) -> Vec<Event> {
    let labels = exported.metadata.labels.as_ref();
    let unexport = link.mode(labels).map(|_| Event::Unexport(place(exported)));
    let leave = link.is_member(labels).then(|| Event::Leave(place(exported)));
    unexport.into_iter().chain(leave).collect()
}

/// Returns whether a Service carries the two labels of this Link's mirrors.
pub(super) fn is_mirror(link: &Link, service: &Service) -> bool {
    service.metadata.labels.as_ref().is_some_and(|labels| {
        labels.contains_key(keys::MIRRORED_SERVICE)
            && labels.get(keys::CLUSTER_NAME) == Some(&link.target_cluster_name)
    })
}

fn place(exported: &Service) -> Place {
    let [namespace, name] =
        [&exported.metadata.namespace, &exported.metadata.name].map(|text| text.clone().unwrap_or_default());
    Place { namespace, name }
}

#[cfg(test)]
#[path = "decide_tests.rs"]
mod tests;
