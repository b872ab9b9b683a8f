//! Namespaces that are missing where mirrors are to be: made as in the exporter when that is asked for, else the
//! refusal says how that is asked for.

use super::super::change::Change;
use super::super::namespace::NamespaceSeen;
use super::super::snapshot::MeshSeen;
use super::{Target, Wanted};
use crate::plan::Step;
use crate::terms::{ClusterName, Kind, ObjectRef, Observed};
use crate::verdict::{Finding, Remedy, Severity, against, kubectl};
use std::collections::BTreeSet;

/// The check that notices them.
const MISSING: &str = "namespace-missing";
/// Why one is made.
const WHY: &str = "mirrors are created in the namespace of their Service, which does not exist";

/// What becomes of namespaces that are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Creation {
    /// They are a reason against the export.
    #[default]
    Refused,
    /// `--create-namespace`
    Asked,
}

/// The consumers with the namespaces that these mirrors lack, each once and in order.
fn lacking<'a>(seen: &MeshSeen, targets: &'a [Target]) -> Vec<(&'a ClusterName, &'a str)> {
    let mut lacking = BTreeSet::new();
    for target in targets {
        let Some(consumer) = seen.consumer(&target.consumer) else { continue };
        let namespace = target.exported.namespace.as_str();
        if consumer.namespaces.get(namespace) == Some(&Observed::Absent) {
            lacking.insert((namespace, &target.consumer));
        }
    }
    lacking.into_iter().map(|(namespace, consumer)| (consumer, namespace)).collect()
}

/// The namespaces of the exporter that have to be read before such a plan can be made.
pub fn namespaces_needed(seen: &MeshSeen, wanted: &Wanted) -> BTreeSet<String> {
    if wanted.creation == Creation::Refused {
        return BTreeSet::new();
    }
    let consumers = super::chosen(seen, &wanted.consumers).consumers;
    let targets = super::targets(seen, &consumers, &wanted.ways);
    lacking(seen, &targets).into_iter().map(|(_, namespace)| namespace.to_owned()).collect()
}

/// The steps that make what is missing; they come before all labels. What they answer is no reason against the export.
pub(super) fn made(
    seen: &MeshSeen,
    targets: &[Target],
    wanted: &Wanted,
    findings: &mut Vec<Finding>,
) -> Vec<Step<Change>> {
    if wanted.creation == Creation::Refused {
        for finding in findings {
            offer(seen, targets, wanted, finding);
        }
        return Vec::new();
    }
    let lacking = lacking(seen, targets);
    let object =
        |(cluster, name): (&ClusterName, &str)| ObjectRef::cluster_scoped(cluster, Kind::Namespace, name);
    let answered: BTreeSet<ObjectRef> = lacking.iter().map(|one| object(*one)).collect();
    findings.retain(|finding| {
        let is_answered = finding.object.as_ref().is_some_and(|object| answered.contains(object));
        finding.check != MISSING || !is_answered
    });
    let mut steps = Vec::new();
    for (cluster, name) in lacking {
        match seen.homes.get(name) {
            Some(Observed::Present(home)) => {
                let NamespaceSeen { labels, annotations } = home.copied();
                let action = Change::MakeNamespace { labels, annotations };
                steps.push(Step { object: object((cluster, name)), action, why: WHY.to_owned() });
            }
            Some(Observed::Unknown(obstacle)) => {
                let text = format!(
                    "cannot see which labels the namespace {name} has in {}, so it is not created in {cluster}: {obstacle}",
                    seen.exporter
                );
                let create = kubectl(&seen.fleet, cluster, &["create", "namespace", name]);
                let read = against(obstacle, &seen.exporter, &seen.fleet);
                let remedy =
                    Remedy::new(format!("{read}; or create it by hand with `{create}`, and run again"));
                let finding = Finding::unknown("namespace-unseen", &[&seen.exporter, cluster], text, remedy);
                findings.push(finding.about(object((cluster, name))));
            }
            // Without it there is no Service to export either, and that is said already.
            Some(Observed::Absent) | None => {}
        }
    }
    steps
}

/// Beside kubectl's own command, the refusal names ours: the same one once more.
fn offer(seen: &MeshSeen, targets: &[Target], wanted: &Wanted, finding: &mut Finding) {
    let is_meant = finding.check == MISSING && finding.severity == Severity::Error;
    let Some(object) = finding.object.clone().filter(|_| is_meant) else { return };
    let is_lacking = lacking(seen, targets).contains(&(&object.cluster, object.name.as_str()));
    let (true, Some(create)) =
        (is_lacking, finding.remedy.as_ref().and_then(|remedy| remedy.command.clone()))
    else {
        return;
    };
    let mut again = wanted.again.clone();
    again.flags.push("--create-namespace".to_owned());
    let action = format!(
        "create it with `{create}`, or have it created with the mesh and pod security settings it has in {}; run",
        seen.exporter
    );
    finding.remedy = Some(Remedy::run(action, again.whole(&seen.fleet, &seen.exporter)));
}
