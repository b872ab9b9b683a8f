//! Carries out a plan of this domain, one step after the other, and stops at the first that fails.

use super::change::{Change, Ownership, TOUCHED};
use super::export::MANAGER;
use super::wire;
use crate::act::{Write, Written, write};
use crate::cluster::{Cluster, ClusterSet, Resource, Undone};
use crate::plan::{Plan, Progress, Step};
use crate::terms::{Labels, Mode, ObjectRef, Observed, Obstacle};
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
    let namespace = namespace.as_ref().map_or_else(String::new, |namespace| format!("{namespace}/"));
    let dry = if mode == Mode::ServerDryRun { " (server dry run)" } else { "" };
    format!("{}/{namespace}{name} {} {}{dry}", kind.short(), step.action.done(), step.action.details())
}

async fn carry_out(set: &ClusterSet, step: &Step<Change>, mode: Mode) -> Result<Written, Undone> {
    let cluster = set.cluster(&step.object.cluster);
    let cluster = cluster.map_err(|obstacle| Undone { obstacle, in_doubt: false })?;
    let (object, name) = (&step.object, step.object.name.as_str());
    let request = request(object, &step.action);
    if let Change::MakeNamespace { .. } = &step.action {
        return make_namespace(cluster, (name, &request), mode).await;
    }
    let place = (Resource::SERVICES, object.namespace.as_deref(), name);
    write(cluster, place, &request, MANAGER, mode).await
}

/// Makes a namespace. One that somebody else has made meanwhile does as well, unless it is being deleted.
async fn make_namespace(
    cluster: &Cluster,
    (name, request): (&str, &Write),
    mode: Mode,
) -> Result<Written, Undone> {
    let place = (Resource::NAMESPACES, None, name);
    let done = write(cluster, place, request, MANAGER, mode).await;
    let Err(Undone { obstacle: obstacle @ Obstacle::Conflict { .. }, in_doubt }) = done else { return done };
    match cluster.get::<wire::Plain>(Resource::NAMESPACES, None, name).await {
        Observed::Present(there) if there.metadata.deletion_timestamp.is_none() => {
            Ok(Written::Done(there.metadata.resource_version))
        }
        Observed::Present(_) | Observed::Absent | Observed::Unknown(_) => Err(Undone { obstacle, in_doubt }),
    }
}

/// Empty maps would belong to us as a whole, so there are none.
fn namespace(name: &str, labels: &Labels, annotations: &Labels) -> Value {
    let mut metadata = serde_json::Map::from_iter([("name".to_owned(), json!(name))]);
    for (field, all) in [("labels", labels), ("annotations", annotations)] {
        if !all.is_empty() {
            metadata.insert(field.to_owned(), json!(all));
        }
    }
    json!({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
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
        Change::MakeNamespace { labels, annotations } => {
            Write::Create { body: namespace(&object.name, labels, annotations) }
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
