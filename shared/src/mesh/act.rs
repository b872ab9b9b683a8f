//! Carries out a plan of this domain, one step after the other, and stops at the first that fails.

use super::change::{Change, Ownership, TOUCHED};
use super::export::MANAGER;
use crate::act::{Write, Written, write};
use crate::cluster::{ClusterSet, Resource, Undone};
use crate::plan::{Plan, Progress, Step};
use crate::terms::{Labels, Mode, ObjectRef, Obstacle};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::time::Instant;

/// How a step went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Went {
    /// Not begun.
    Waiting,
    /// Sent; no answer yet. After an interruption nobody knows more.
    Sent,
    /// Done.
    Done,
    /// Refused, or never sent.
    Failed(Obstacle),
    /// Sent, and no answer that counts came: it may be done or not.
    Unanswered(Obstacle),
}

/// Carries out the steps; `went` has an entry for each and outlives an interruption.
pub async fn execute(
    plan: &Plan<Change>,
    set: &ClusterSet,
    mode: Mode,
    (went, progress): (&RefCell<Vec<Went>>, &dyn Progress),
) -> bool {
    let started = Instant::now();
    for (index, step) in plan.steps().iter().enumerate() {
        let note = |how: Went| {
            if let Some(entry) = went.borrow_mut().get_mut(index) {
                *entry = how;
            }
        };
        note(Went::Sent);
        match carry_out(set, step, mode).await {
            Ok(_) => {
                note(Went::Done);
                progress.happened(&step.object.cluster, &words(step, mode), started.elapsed());
            }
            Err(Undone { obstacle, in_doubt }) => {
                note(if in_doubt { Went::Unanswered(obstacle) } else { Went::Failed(obstacle) });
                return false;
            }
        }
    }
    true
}

fn words(step: &Step<Change>, mode: Mode) -> String {
    let ObjectRef { kind, namespace, name, .. } = &step.object;
    let namespace = namespace.as_deref().unwrap_or_default();
    let dry = if mode == Mode::ServerDryRun { " (server dry run)" } else { "" };
    format!("{}/{namespace}/{name} {} {}{dry}", kind.short(), step.action.done(), step.action.details())
}

async fn carry_out(set: &ClusterSet, step: &Step<Change>, mode: Mode) -> Result<Written, Undone> {
    let cluster = set.cluster(&step.object.cluster);
    let cluster = cluster.map_err(|obstacle| Undone { obstacle, in_doubt: false })?;
    let namespace = step.object.namespace.as_deref().unwrap_or_default();
    let place = (Resource::SERVICES, namespace, step.object.name.as_str());
    write(cluster, place, &request(&step.object, &step.action), MANAGER, mode).await
}

fn request(object: &ObjectRef, change: &Change) -> Write {
    match change {
        Change::Apply { labels, ownership, uid, .. } => {
            Write::Apply { body: applied(object, labels, uid), forced: *ownership == Ownership::TakeOver }
        }
        Change::Touch { labels, version, uid } => {
            let mut body = applied(object, labels, uid);
            if let Some(metadata) = body.pointer_mut("/metadata").and_then(Value::as_object_mut) {
                metadata.insert("annotations".to_owned(), json!({ TOUCHED: version }));
            }
            Write::Apply { body, forced: false }
        }
        Change::Remove { labels, version } => {
            let gone = labels.iter().map(|key| (key.clone(), Value::Null));
            let labels: serde_json::Map<String, Value> = gone.collect();
            Write::Merge { body: json!({"metadata": {"resourceVersion": version, "labels": labels}}) }
        }
        Change::DeleteMirror { uid } => Write::Delete { uid: uid.clone() },
    }
}

/// The Service with labels that are ours. With its uid, so that a Service that is gone is not made anew by an apply. An
/// empty map of labels would belong to us as a whole, so there is none.
fn applied(object: &ObjectRef, labels: &Labels, uid: &str) -> Value {
    let mut metadata = json!({"name": object.name, "namespace": object.namespace, "uid": uid});
    if let (false, Some(fields)) = (labels.is_empty(), metadata.as_object_mut()) {
        fields.insert("labels".to_owned(), json!(labels));
    }
    json!({"apiVersion": "v1", "kind": "Service", "metadata": metadata})
}
