//! Services that were asked for and are not there, with what may have been meant.

use super::super::snapshot::{Key, MeshSeen};
use crate::terms::{ClusterName, Fleet, Kind, ObjectRef, Observed, Obstacle, nearest};
use crate::verdict::{Finding, Remedy, against, command, kubectl};

/// How alike two names must be, from 0 to 1, to be worth mentioning.
const ALIKE: f64 = 0.7;

/// How the command of this run was given, so that a remedy can give it again: a `verify` that suggested an export, or
/// lost the fleet or `--dry-run`, would do what nobody wants. `--yes` is not given again: it answered another question.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Again {
    /// What follows `kubectl mesh-export`; nothing in an export.
    pub verb: Option<&'static str>,
    /// `--to`, as it was typed.
    pub to: Vec<String>,
    /// The words that select Services, as they were typed, and their namespace.
    pub selection: Vec<String>,
    /// Other flags of the command that were typed, with their values.
    pub flags: Vec<String>,
}

impl Again {
    /// The beginning of the command.
    pub fn head(&self) -> Vec<String> {
        ["kubectl", "mesh-export"].into_iter().chain(self.verb).map(str::to_owned).collect()
    }

    /// Whether the command, given for this exporter, would reach clusters that nobody named: `--to` named the exporter
    /// alone, and without it all are meant.
    fn widens(&self, fleet: &Fleet, home: &ClusterName) -> bool {
        let is_there = |to: &String| *to == home.as_str() || *to == fleet.context(home);
        !self.to.is_empty() && self.to.iter().all(is_there)
    }

    /// The whole command for a Service of this cluster.
    pub fn command(&self, fleet: &Fleet, home: &ClusterName, key: &Key) -> String {
        let mut words = self.head();
        words.push(format!("svc/{}", key.name));
        words.extend(self.place(fleet, home, &key.namespace));
        words.extend(self.flags.iter().cloned());
        command(words)
    }

    /// The whole command for all that was selected.
    pub fn whole(&self, fleet: &Fleet, home: &ClusterName) -> String {
        command(
            [self.head(), self.selection.clone(), self.clusters(fleet, home), self.flags.clone()].concat(),
        )
    }

    /// The flags that lead to the same clusters, with this one as the exporter.
    pub fn place(&self, fleet: &Fleet, home: &ClusterName, namespace: &str) -> Vec<String> {
        let mut words = from(fleet, home);
        words.extend(["--namespace".to_owned(), namespace.to_owned()]);
        words.extend(self.others(fleet, home));
        words
    }

    /// The same without a namespace.
    fn clusters(&self, fleet: &Fleet, home: &ClusterName) -> Vec<String> {
        from(fleet, home).into_iter().chain(self.others(fleet, home)).collect()
    }

    /// `--to`; a cluster does not mirror to itself.
    fn others(&self, fleet: &Fleet, home: &ClusterName) -> Vec<String> {
        let is_there = |to: &&String| *to == home.as_str() || *to == fleet.context(home);
        let others = self.to.iter().filter(|to| !is_there(to));
        others.flat_map(|to| ["--to".to_owned(), to.clone()]).collect()
    }
}

fn from(fleet: &Fleet, home: &ClusterName) -> Vec<String> {
    fleet.route().fleet_flags().into_iter().chain(fleet.flags(home)).collect()
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
    let remedy = against(obstacle, exporter, &seen.fleet);
    Finding::unknown("services-unseen", &[exporter], format!("cannot see the Services: {obstacle}"), remedy)
        .seen("obstacle", obstacle.to_string())
}

fn not_there(seen: &MeshSeen, key: &Key, again: &Again) -> Finding {
    let object = ObjectRef::namespaced(&seen.exporter, Kind::Service, &key.namespace, &key.name);
    let text = format!("not found: namespace {} has no Service of this name", key.namespace);
    let finding = Finding::error("service-not-found", &[&seen.exporter], text, suggestion(seen, key, again));
    finding.about(object).seen("services", "none of this name")
}

/// The same name elsewhere beats a similar name here.
fn suggestion(seen: &MeshSeen, key: &Key, again: &Again) -> Remedy {
    let command = |near: &ObjectRef| again.command(&seen.fleet, &near.cluster, &place(near));
    let same = seen.nearby.iter().filter(|near| near.name == key.name);
    let same = same.max_by_key(|near| near.namespace.as_deref() == Some(&key.namespace));
    if let Some(near) = same.filter(|near| again.widens(&seen.fleet, &near.cluster)) {
        let namespace = near.namespace.as_deref().unwrap_or_default();
        let look = ["--namespace", namespace, "get", "services", &near.name];
        let action = format!(
            "it is in {}; go on from there and name other clusters with --to; to look at it, run",
            near.cluster
        );
        return Remedy::run(action, kubectl(&seen.fleet, &near.cluster, &look));
    }
    if let Some(near) = same.filter(|near| near.cluster != seen.exporter) {
        let action = format!("it is in {}; to go on from there, run", near.cluster);
        return Remedy::run(action, command(near));
    }
    if let Some(near) = same {
        let namespace = near.namespace.as_deref().unwrap_or_default();
        return Remedy::run(format!("it is in namespace {namespace}; run"), command(near));
    }
    let here = || seen.nearby.iter().filter(|near| near.cluster == seen.exporter);
    let meant = nearest(&key.name, here().map(|near| near.name.as_str()), ALIKE);
    if let Some(near) = here().find(|near| Some(near.name.as_str()) == meant) {
        return Remedy::run(format!("did you mean svc/{}? Run", near.name), command(near));
    }
    let words = kubectl(&seen.fleet, &seen.exporter, &["get", "services", "--all-namespaces"]);
    Remedy::run("find its name and namespace with", words)
}

fn place(object: &ObjectRef) -> Key {
    Key::new(object.namespace.clone().unwrap_or_default(), object.name.clone())
}
