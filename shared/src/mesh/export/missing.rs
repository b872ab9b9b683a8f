//! Services that were asked for and are not there, with what may have been meant.

use super::super::snapshot::{Key, MeshSeen};
use crate::terms::{Kind, ObjectRef, Observed, Obstacle};
use crate::verdict::{Finding, Remedy, against, command};

/// How alike two names must be, from 0 to 1, to be worth mentioning.
const ALIKE: f64 = 0.7;

/// How the command of this run was given, so that a remedy can give it again: a `verify` that suggested an export, or
/// lost the fleet, would do what nobody wants.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Again {
    /// What follows `kubectl mesh-export`; nothing in an export.
    pub verb: Option<&'static str>,
    /// `--kubeconfig`
    pub kubeconfig: Option<String>,
    /// `--contexts`
    pub contexts: Vec<String>,
    /// `--config`
    pub config: Option<String>,
    /// `--to`, as it was typed.
    pub to: Vec<String>,
}

impl Again {
    /// The beginning of the command.
    pub fn head(&self) -> Vec<String> {
        ["kubectl", "mesh-export"].into_iter().chain(self.verb).map(str::to_owned).collect()
    }

    /// The whole command for another Service.
    fn command(&self, seen: &MeshSeen, near: &ObjectRef) -> String {
        let namespace = near.namespace.as_deref().unwrap_or_default();
        let mut words = self.head();
        words.push(format!("svc/{}", near.name));
        let mut flag = |name: &str, value: &str| words.extend([name.to_owned(), value.to_owned()]);
        if let Some(file) = &self.kubeconfig {
            flag("--kubeconfig", file);
        }
        if !self.contexts.is_empty() {
            flag("--contexts", &self.contexts.join(","));
        }
        if let Some(file) = &self.config {
            flag("--config", file);
        }
        flag("--context", seen.context(&near.cluster));
        flag("--namespace", namespace);
        // A cluster does not mirror to itself.
        let is_there = |to: &&String| *to == near.cluster.as_str() || *to == seen.context(&near.cluster);
        for to in self.to.iter().filter(|to| !is_there(to)) {
            flag("--to", to);
        }
        command(words)
    }
}

/// One finding per Service that is asked for and not there, or one that says why the Services cannot be seen.
pub fn missing(seen: &MeshSeen, again: &Again) -> Vec<Finding> {
    match &seen.services {
        Observed::Present(services) => {
            let gone = seen.asked.iter().filter(|key| !services.by_key.contains_key(key));
            gone.map(|key| not_there(seen, key, again)).collect()
        }
        Observed::Absent => seen.asked.iter().map(|key| not_there(seen, key, again)).collect(),
        Observed::Unknown(obstacle) => vec![unseen(seen, obstacle)],
    }
}

fn unseen(seen: &MeshSeen, obstacle: &Obstacle) -> Finding {
    let exporter = &seen.exporter;
    let remedy = against(obstacle, exporter, seen.context(exporter));
    Finding::unknown("services-unseen", &[exporter], format!("cannot see the Services: {obstacle}"), remedy)
}

fn not_there(seen: &MeshSeen, key: &Key, again: &Again) -> Finding {
    let object = ObjectRef::namespaced(&seen.exporter, Kind::Service, &key.namespace, &key.name);
    let text = format!("not found: namespace {} has no Service of this name", key.namespace);
    Finding::error("service-not-found", &[&seen.exporter], text, suggestion(seen, key, again)).about(object)
}

/// The same name elsewhere beats a similar name here.
fn suggestion(seen: &MeshSeen, key: &Key, again: &Again) -> Remedy {
    let same = seen.nearby.iter().filter(|near| near.name == key.name);
    let same = same.max_by_key(|near| near.namespace.as_deref() == Some(&key.namespace));
    if let Some(near) = same.filter(|near| near.cluster != seen.exporter) {
        let action = format!("it is in {}; to go on from there, run", near.cluster);
        return Remedy::run(action, again.command(seen, near));
    }
    if let Some(near) = same {
        let namespace = near.namespace.as_deref().unwrap_or_default();
        return Remedy::run(format!("it is in namespace {namespace}; run"), again.command(seen, near));
    }
    let likeness = |near: &&ObjectRef| strsim::jaro_winkler(&near.name, &key.name);
    let here = seen.nearby.iter().filter(|near| near.cluster == seen.exporter);
    let closest = here.max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    if let Some(near) = closest.filter(|near| likeness(near) >= ALIKE) {
        return Remedy::run(format!("did you mean svc/{}? Run", near.name), again.command(seen, near));
    }
    let kubectl = again.kubeconfig.iter().flat_map(|file| ["--kubeconfig", file]);
    let list = ["--context", seen.context(&seen.exporter), "get", "services", "--all-namespaces"];
    let words = ["kubectl"].into_iter().chain(kubectl).chain(list);
    Remedy::run("find its name and namespace with", command(words))
}
