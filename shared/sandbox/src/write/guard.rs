//! What a change may not touch: the version it was made from, what another path writes, what the server counts.

use serde_json::Value;

use super::Act;
use crate::admission;
use crate::object::{self, metadata, text, uid};
use crate::refusal::Refusal;

impl Act<'_> {
    /// # Errors
    /// Refuses another version than the present one; none and an empty one are no precondition.
    pub(super) fn same_version(&self, before: &Value, new: &Value) -> Result<(), Refusal> {
        let wanted = text(new, "/metadata/resourceVersion");
        if wanted.is_empty() || wanted == text(before, "/metadata/resourceVersion") {
            return Ok(());
        }
        let words =
            "the object has been modified; please apply your changes to the latest version and try again";
        Err(Refusal::conflict(&self.named(), words))
    }

    /// Keeps what this path may not change: the status, or all but the status; and what only the server writes.
    pub(super) fn restrict(&self, before: &Value, new: &mut Value) {
        let status =
            if self.is_status() { new.get("status").cloned() } else { before.get("status").cloned() };
        if self.is_status() {
            let managed = new.pointer("/metadata/managedFields").cloned();
            *new = before.clone();
            if let Some(managed) = managed {
                metadata(new).insert("managedFields".into(), managed);
            }
        }
        if self.is_status() || self.has_status() {
            let fields = object::as_map(new);
            fields.shift_remove("status");
            fields.extend(status.map(|status| ("status".to_owned(), status)));
        }
        let fields = metadata(new);
        for name in
            ["name", "namespace", "creationTimestamp", "resourceVersion", "deletionTimestamp", "generation"]
        {
            fields.shift_remove(name);
            let kept = before.pointer(&format!("/metadata/{name}")).cloned();
            fields.extend(kept.map(|kept| (name.to_owned(), kept)));
        }
        if !fields.contains_key("uid") {
            fields.insert("uid".into(), uid(before).into());
        }
    }

    /// Counts the changes of all but metadata and status; those of labels too, where the server does.
    pub(super) fn count(&self, before: &Value, new: &mut Value) {
        let spec = |object: &Value| {
            let fields = object.as_object().into_iter().flatten();
            let kept = fields.filter(|(name, _)| !matches!(name.as_str(), "metadata" | "status"));
            kept.map(|(name, value)| (name.clone(), value.clone())).collect::<serde_json::Map<_, _>>()
        };
        let labels = |object: &Value| object.pointer("/metadata/labels").cloned();
        let counted = self.kind.is("discovery.k8s.io", "EndpointSlice") && labels(before) != labels(new);
        if admission::counts_generations(self.kind) && (counted || spec(before) != spec(new)) {
            let count = before.pointer("/metadata/generation").and_then(Value::as_u64).unwrap_or(1);
            metadata(new).insert("generation".into(), (count + 1).into());
        }
    }
}
