//! What a Link's status says of one Service. Hearsay: entries outlive what they describe, and some never come.

use super::super::export::Target;
use super::super::link::{GROUP, VERSIONS};
use super::super::snapshot::MeshSeen;
use super::super::wire;
use crate::cluster::{ClusterSet, Resource};
use crate::terms::Observed;
use serde_json::Value;

/// The condition of the Service in its Link's status, as `Reason: message`; `None` when there is none to be seen.
pub async fn mirroring_status(set: &ClusterSet, seen: &MeshSeen, target: &Target) -> Option<String> {
    let cluster = set.cluster(&target.consumer).ok()?;
    let links = seen.links_of(&target.consumer);
    let link = links.into_iter().find(|link| link.name == target.link)?;
    for version in VERSIONS {
        let resource = Resource { group: GROUP, version, plural: "links" };
        let found = cluster.get::<wire::Plain>(resource, Some(&link.namespace), &link.name).await;
        if let Observed::Present(found) = found {
            return condition(&found.status, target);
        }
    }
    None
}

fn condition(status: &Value, target: &Target) -> Option<String> {
    let entries = status.get("mirrorServices")?.as_array()?;
    let entry = entries.iter().find(|entry| {
        let text = |field: &str| entry.pointer(&format!("/remoteRef/{field}")).and_then(Value::as_str);
        text("name") == Some(&target.exported.name) && text("namespace") == Some(&target.exported.namespace)
    })?;
    let condition = entry.pointer("/conditions/0")?;
    let text = |field: &str| condition.get(field).and_then(Value::as_str).unwrap_or_default();
    match (text("status"), text("message")) {
        ("True", _) => None,
        (_, "") => Some(text("reason").to_owned()),
        (_, message) => Some(format!("{}: {message}", text("reason"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::snapshot::Key;
    use crate::terms::ClusterName;
    use serde_json::json;

    fn said(conditions: &Value) -> Option<String> {
        let target = Target {
            exported: Key::new("shop", "web"),
            consumer: ClusterName::new("apps"),
            link: "infra".into(),
            target_cluster_name: "infra".into(),
            mirror: "web-infra".into(),
            dns: String::new(),
            ports: vec![],
        };
        let entry = |name: &str, conditions: &Value| json!({"remoteRef": {"name": name, "namespace": "shop"}, "conditions": conditions});
        let other = json!([{"status": "False", "reason": "Error", "message": "of another"}]);
        condition(&json!({"mirrorServices": [entry("api", &other), entry("web", conditions)]}), &target)
    }

    #[test]
    fn only_bad_news_of_this_service_is_repeated() {
        assert_eq!(
            said(
                &json!([{"status": "False", "reason": "MissingNamespace", "message": "Namespace does not exist"}])
            ),
            Some("MissingNamespace: Namespace does not exist".into())
        );
        assert_eq!(said(&json!([{"status": "True", "reason": "Mirrored", "message": ""}])), None);
        assert_eq!(said(&json!([])), None);
    }
}
