//! Services that were asked for and are not there, with what may have been meant.

use super::super::snapshot::{Key, MeshSeen};
use crate::terms::{Kind, ObjectRef, Observed, Obstacle};
use crate::verdict::{Finding, Remedy, against, command};

/// How alike two names must be, from 0 to 1, to be worth mentioning.
const ALIKE: f64 = 0.7;

/// One finding per Service that is asked for and not there, or one that says why the Services cannot be seen.
pub fn missing(seen: &MeshSeen) -> Vec<Finding> {
    match &seen.services {
        Observed::Present(services) => {
            let gone = seen.asked.iter().filter(|key| !services.by_key.contains_key(key));
            gone.map(|key| not_there(seen, key)).collect()
        }
        Observed::Absent => seen.asked.iter().map(|key| not_there(seen, key)).collect(),
        Observed::Unknown(obstacle) => vec![unseen(seen, obstacle)],
    }
}

fn unseen(seen: &MeshSeen, obstacle: &Obstacle) -> Finding {
    let exporter = &seen.exporter;
    let remedy = against(obstacle, exporter, seen.context(exporter));
    Finding::unknown("services-unseen", &[exporter], format!("cannot see the Services: {obstacle}"), remedy)
}

fn not_there(seen: &MeshSeen, key: &Key) -> Finding {
    let object = ObjectRef::namespaced(&seen.exporter, Kind::Service, &key.namespace, &key.name);
    let text = format!("not found: namespace {} has no Service of this name", key.namespace);
    Finding::error("service-not-found", &[&seen.exporter], text, suggestion(seen, key)).about(object)
}

/// The same name elsewhere beats a similar name here.
fn suggestion(seen: &MeshSeen, key: &Key) -> Remedy {
    let same = seen.nearby.iter().filter(|near| near.name == key.name);
    let same = same.max_by_key(|near| near.namespace.as_deref() == Some(&key.namespace));
    if let Some(near) = same.filter(|near| near.cluster != seen.exporter) {
        let action = format!("it is in {}; to export it from there, run", near.cluster);
        return Remedy::run(action, export_command(seen, near));
    }
    if let Some(near) = same {
        let namespace = near.namespace.as_deref().unwrap_or_default();
        return Remedy::run(format!("it is in namespace {namespace}; run"), export_command(seen, near));
    }
    let likeness = |near: &&ObjectRef| strsim::jaro_winkler(&near.name, &key.name);
    let here = seen.nearby.iter().filter(|near| near.cluster == seen.exporter);
    let closest = here.max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    if let Some(near) = closest.filter(|near| likeness(near) >= ALIKE) {
        return Remedy::run(format!("did you mean svc/{}? Run", near.name), export_command(seen, near));
    }
    let list = ["kubectl", "--context", seen.context(&seen.exporter), "get", "services", "--all-namespaces"];
    Remedy::run("find its name and namespace with", command(list))
}

fn export_command(seen: &MeshSeen, near: &ObjectRef) -> String {
    let namespace = near.namespace.as_deref().unwrap_or_default();
    let service = format!("svc/{}", near.name);
    let place = ["--context", seen.context(&near.cluster), "--namespace", namespace];
    command(["kubectl", "mesh-export", service.as_str()].into_iter().chain(place))
}
