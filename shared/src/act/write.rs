//! Single writes.

use crate::cluster::{Call, Cluster, Resource, Undone, read};
use crate::terms::{Mode, Obstacle};
use serde::Deserialize;
use serde_json::Value;

/// One write to one object.
#[derive(Debug, Clone, PartialEq)]
pub enum Write {
    /// A new object; one that is there already is a conflict.
    Create {
        /// The object.
        body: Value,
    },
    /// Server-side apply of these fields; the body names the object.
    Apply {
        /// The fields.
        body: Value,
        /// Whether to overrule other managers.
        forced: bool,
    },
    /// A JSON merge patch.
    Merge {
        /// The fields.
        body: Value,
    },
    /// Deletion of the object with this uid.
    Delete {
        /// The uid.
        uid: String,
    },
}

/// What the server says after a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// Done; the version of the object afterwards, empty after a deletion.
    Done(String),
    /// There was nothing to delete: somebody else was faster.
    AlreadyGone,
}

#[derive(Deserialize)]
struct Answer {
    metadata: AnswerMetadata,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AnswerMetadata {
    #[serde(default)]
    resource_version: String,
}

/// Sends a write; with [`Mode::ServerDryRun`] the server judges it and keeps nothing.
///
/// # Errors
/// What hindered it, and whether it may be done all the same. [`Obstacle::Conflict`] names the other manager in the
/// server's words.
pub async fn write(
    cluster: &Cluster,
    (resource, namespace, name): (Resource, Option<&str>, &str),
    write: &Write,
    manager: &str,
    mode: Mode,
) -> Result<Written, Undone> {
    let call = match write {
        Write::Create { body } => Call::create(resource, namespace, body).managed_by(manager),
        Write::Apply { body, forced } => {
            let call = Call::apply(resource, namespace, name, body).managed_by(manager);
            if *forced { call.forced() } else { call }
        }
        Write::Merge { body } => Call::merge(resource, namespace, name, body).managed_by(manager),
        Write::Delete { uid } => Call::delete(resource, namespace, name, uid),
    };
    let call = match mode {
        Mode::Live => call,
        Mode::ServerDryRun => call.dry(),
        // Showing sends nothing; whoever shows does not come here.
        Mode::Show => return Ok(Written::Done(String::new())),
    };
    let deletion = matches!(write, Write::Delete { .. });
    match cluster.submit(&call).await {
        Ok(_) if deletion => Ok(Written::Done(String::new())),
        Ok(body) => match read::<Answer>(&call, &body) {
            Ok(answer) => Ok(Written::Done(answer.metadata.resource_version)),
            Err(obstacle) => Err(Undone { obstacle, in_doubt: true }),
        },
        Err(Undone { obstacle: Obstacle::Refused { code: 404, .. }, .. }) if deletion => {
            Ok(Written::AlreadyGone)
        }
        Err(undone) => Err(undone),
    }
}
