//! Foreign objects under the name of a mirror. The service mirror overwrites or empties foreign Endpoints without a
//! trace, and deletes a foreign Service once the exported one is deleted.

use super::Question;
use crate::mesh::export::Target;
use crate::mesh::link::Way;
use crate::mesh::names;
use crate::mesh::snapshot::{Objects, ServiceSeen};
use crate::terms::{Kind, ObjectRef, Observed, Obstacle};
use crate::verdict::{Finding, Remedy, against};

pub(super) fn service(asked: &Question<'_>) -> Option<Finding> {
    let target = asked.target;
    let key = target.key();
    let Observed::Present(services) = &asked.seen_here.services else { return None };
    let found = services.by_key.get(&key)?;
    let text = if let Some(other) = of_another_link(found, target) {
        format!(
            "the mirror's name is taken by a mirror labelled as from {other}: two mirrors cannot share a name"
        )
    } else if !target.is_made(found) {
        foreign(target.way).to_owned()
    } else if target.way == Way::Federated {
        return None;
    } else if !found.mirrors(&target.exported) {
        let other = found.annotations.get(names::REMOTE_NAME).cloned().unwrap_or_default();
        format!("the mirror's name is taken by the mirror of {other}")
    } else {
        return None;
    };
    let action = match of_another_link(found, target) {
        Some(_) => {
            "rename one of the two Services or Links; if its labels were edited, delete it and it is recreated; to look at \
             it, run"
        }
        None => REMOVE,
    };
    let finding = clashing("mirror-name-clash", (Kind::Service, action), text, asked);
    let labels =
        [names::MIRRORED_SERVICE, names::CLUSTER_NAME].map(|key| ("labels", key, found.labels.get(key)));
    let annotations = [names::REMOTE_VERSION, names::REMOTE_NAME]
        .map(|key| ("annotations", key, found.annotations.get(key)));
    Some(labels.into_iter().chain(annotations).fold(finding, |finding, (part, key, value)| {
        finding.seen(format!("metadata.{part}[{key}]"), value.map_or("<none>", String::as_str))
    }))
}

/// The cluster of which it is a mirror, where that is another one.
fn of_another_link<'a>(found: &'a ServiceSeen, target: &Target) -> Option<&'a str> {
    let is_mirror = found.labels.get(names::MIRRORED_SERVICE).is_some_and(|said| said == "true");
    let other = found.labels.get(names::CLUSTER_NAME).filter(|said| **said != target.target_cluster_name)?;
    (is_mirror && target.way != Way::Federated).then_some(other)
}

/// What would become of a Service that Linkerd did not make.
fn foreign(way: Way) -> &'static str {
    match way {
        Way::Gateway | Way::Flat => {
            "a Service with the mirror's name exists that Linkerd did not create; its Endpoints would be overwritten, and it \
             would be deleted with the exported Service"
        }
        Way::Federated => {
            "a Service with the federated name exists that Linkerd did not create; its labels, annotations and ports would \
             be overwritten"
        }
    }
}

pub(super) fn endpoints(asked: &Question<'_>) -> Option<Finding> {
    let key = asked.target.key();
    // A federated Service has none, and nobody looks.
    if asked.way == Way::Federated {
        return None;
    }
    let Observed::Present(endpoints) = &asked.seen_here.endpoints else { return None };
    let Observed::Present(services) = &asked.seen_here.services else { return None };
    // Endpoints of a Service belong to it: where it is foreign, that is the finding.
    if services.by_key.contains_key(&key) {
        return None;
    }
    let found = endpoints.by_key.get(&key)?;
    // What the mirror of the last export left is cleared away by its maker, or taken by the next mirror.
    if found.is_made_for(&asked.target.target_cluster_name) {
        return None;
    }
    let text = "Endpoints with the mirror's name exist without a Service; they would be replaced".to_owned();
    let finding = clashing("mirror-endpoints-clash", (Kind::Endpoints, REMOVE), text, asked);
    let target = found.labels.get(names::CLUSTER_NAME).map_or("<none>", String::as_str);
    Some(finding.seen(format!("metadata.labels[{}]", names::CLUSTER_NAME), target))
}

const REMOVE: &str = "rename or remove it, or export under another name; to look at it, run";

fn clashing(
    check: &'static str,
    (kind, action): (Kind, &str),
    text: String,
    asked: &Question<'_>,
) -> Finding {
    let target = asked.target;
    let key = target.key();
    let object = ObjectRef::namespaced(&target.consumer, kind, &key.namespace, &key.name);
    let spelled = format!("{}/{}", kind.short(), key.name);
    let words = asked.kubectl(&["--namespace", &key.namespace, "get", &spelled, "-o", "yaml"]);
    let remedy = Remedy::run(action, words);
    Finding::error(check, &[&asked.seen.exporter, &target.consumer], text, remedy).about(object)
}

/// A place that cannot be looked at may hold anything.
pub(super) fn unseen(asked: &Question<'_>) -> Option<Finding> {
    let target = asked.target;
    let ends = || hindrance(&asked.seen_here.endpoints).filter(|_| target.way != Way::Federated);
    let obstacle = hindrance(&asked.seen_here.services).or_else(ends)?;
    let remedy = against(obstacle, &target.consumer, &asked.seen.fleet);
    let text = format!("cannot see whether the mirror's name is free: {obstacle}");
    let clusters = [&asked.seen.exporter, &target.consumer];
    let finding = Finding::unknown("mirror-unseen", &clusters, text, remedy).about(target.object());
    Some(finding.seen("obstacle", obstacle.to_string()))
}

fn hindrance<T>(objects: &Observed<Objects<T>>) -> Option<&Obstacle> {
    match objects {
        Observed::Unknown(obstacle) => Some(obstacle),
        Observed::Present(_) | Observed::Absent => None,
    }
}
