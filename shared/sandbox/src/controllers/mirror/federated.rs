//! What a federated Service should be as its members come and go. Pure: objects in, objects out.

use std::collections::BTreeMap;

use k8s_openapi::{
    api::core::v1::{Service, ServiceSpec},
    apimachinery::pkg::apis::meta::v1::ObjectMeta,
    jiff::Timestamp,
};

use super::{
    keys::{LOCAL_DISCOVERY, REMOTE_DISCOVERY},
    link::Link,
    wanted,
};

type Texts = BTreeMap<String, String>;

/// Whether labels, annotations and ports of a federated Service are those of the member at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seniority {
    /// They are: no other member has an older Link.
    Oldest,
    /// They are not.
    Younger,
}

/// What becomes of a federated Service when a member leaves.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Departure {
    /// The member was none.
    Unknown,
    /// This is left of it.
    Left(Box<Service>),
    /// Nobody is left.
    Last,
}

/// Returns the name of the federated Service of members with this name.
pub(super) fn name(member: &str) -> String {
    format!("{member}-federated")
}

/// Returns the federated Service with its first member.
pub(super) fn with_first(link: &Link, member: &Service) -> Service {
    let meta = &member.metadata;
    Service {
        metadata: ObjectMeta {
            name: Some(name(meta.name.as_deref().unwrap_or_default())),
            namespace: meta.namespace.clone(),
            labels: Some(wanted::common_labels(link, meta)),
            annotations: Some(annotations(link, meta)),
            ..ObjectMeta::default()
        },
        spec: Some(ServiceSpec { ports: wanted::ports(member), ..ServiceSpec::default() }),
        status: None,
    }
}

/// Returns the federated Service with this member, which it may have already.
pub(super) fn joined(link: &Link, seniority: Seniority, member: &Service, federated: &Service) -> Service {
    let mut service = federated.clone();
    let meta = &member.metadata;
    if seniority == Seniority::Oldest {
        let old = service.metadata.annotations.take().unwrap_or_default();
        let members =
            old.into_iter().filter(|(key, _)| [LOCAL_DISCOVERY, REMOTE_DISCOVERY].contains(&&**key));
        let mut all = annotations(link, meta);
        all.extend(members);
        service.metadata.annotations = Some(all);
        service.metadata.labels = Some(wanted::common_labels(link, meta));
        service.spec.get_or_insert_default().ports = wanted::ports(member);
    }
    let (key, own) = entry(link, meta.name.as_deref().unwrap_or_default());
    let listed = service.metadata.annotations.get_or_insert_default().entry(key).or_default();
    if link.is_local() {
        *listed = own;
    } else if !listed.split(',').any(|one| one == own) {
        let comma = if listed.is_empty() { "" } else { "," };
        *listed = format!("{listed}{comma}{own}");
    }
    service
}

/// Returns what is left of the federated Service without the member of this name.
///
/// Its looks stay those of the member that left. An emptied list of remote members stays as an empty text.
pub(super) fn left(link: &Link, member: &str, federated: &Service) -> Departure {
    let mut service = federated.clone();
    let annotations = service.metadata.annotations.get_or_insert_default();
    let (key, own) = entry(link, member);
    if link.is_local() {
        annotations.remove(&key);
    } else {
        let listed = annotations.remove(&key).unwrap_or_default();
        if !listed.split(',').any(|one| one == own) {
            return Departure::Unknown;
        }
        let others: Vec<_> = listed.split(',').filter(|one| *one != own).collect();
        annotations.insert(key, others.join(","));
    }
    let lists = [LOCAL_DISCOVERY, REMOTE_DISCOVERY].map(|key| annotations.get(key));
    let empty = lists.iter().flatten().all(|list| list.is_empty());
    if empty { Departure::Last } else { Departure::Left(Box::new(service)) }
}

/// Returns whether there is a member of this cluster, which counts as older than all others.
pub(super) fn has_local_member(federated: &Service) -> bool {
    federated.metadata.annotations.as_ref().is_some_and(|all| all.contains_key(LOCAL_DISCOVERY))
}

/// Returns the clusters of the remote members. The real controller takes each for the name of a Link.
pub(super) fn clusters(federated: &Service) -> Vec<&str> {
    let listed = federated.metadata.annotations.as_ref().and_then(|all| all.get(REMOTE_DISCOVERY));
    let members = listed.into_iter().flat_map(|list| list.split(','));
    members.filter_map(|member| Some(member.split_once('@')?.1)).collect()
}

/// Returns whether another Link is older; who knows no time of one is not.
pub(super) fn is_older(other: Option<Timestamp>, own: Option<Timestamp>) -> bool {
    other.zip(own).is_some_and(|(other, own)| other < own)
}

fn annotations(link: &Link, member: &ObjectMeta) -> Texts {
    let mut annotations = wanted::common_annotations(link, member);
    annotations.extend([entry(link, member.name.as_deref().unwrap_or_default())]);
    annotations
}

/// The annotation that names a member, and how it is named there.
fn entry(link: &Link, member: &str) -> (String, String) {
    if link.is_local() {
        (LOCAL_DISCOVERY.into(), member.into())
    } else {
        (REMOTE_DISCOVERY.into(), format!("{member}@{}", link.target_cluster_name))
    }
}

#[cfg(test)]
#[path = "federated_tests.rs"]
mod tests;
