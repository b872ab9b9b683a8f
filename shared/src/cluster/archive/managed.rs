//! Services that CloudNativePG makes as a Cluster says: nobody writes them down themselves.

use super::objects::{Found, text};
use super::table::group_of;
use serde_json::{Value, json};

/// The Services of `spec.managed.services.additional`, as they will be; each stands where its Cluster does.
pub(super) fn services(cluster: &Found) -> Vec<Found> {
    let object = &cluster.object;
    if text(object, "/kind") != "Cluster" || group_of(text(object, "/apiVersion")) != "postgresql.cnpg.io" {
        return Vec::new();
    }
    let all = object.pointer("/spec/managed/services/additional").and_then(Value::as_array);
    let of = |one: &Value| {
        let object = service(object, one.get("serviceTemplate")?)?;
        Some(Found { object, origin: cluster.origin.clone() })
    };
    all.into_iter().flatten().filter_map(of).collect()
}

fn service(cluster: &Value, template: &Value) -> Option<Value> {
    let mut metadata = template.get("metadata")?.as_object()?.clone();
    metadata.get("name")?.as_str()?;
    metadata
        .insert("namespace".to_owned(), cluster.pointer("/metadata/namespace").cloned().unwrap_or_default());
    let mut spec = template.get("spec").and_then(Value::as_object).cloned().unwrap_or_default();
    let port = json!([{ "name": "postgres", "port": 5432, "protocol": "TCP", "targetPort": 5432 }]);
    spec.entry("ports").or_insert(port);
    spec.entry("selector").or_insert_with(|| json!({ "cnpg.io/cluster": text(cluster, "/metadata/name") }));
    Some(json!({ "apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec }))
}

#[cfg(test)]
mod tests {
    use crate::cluster::{Archive, Resource};
    use std::fs;

    #[test]
    fn services_of_a_cluster_stand_where_it_does_and_one_that_is_written_itself_counts() {
        let folder = tempfile::tempdir().unwrap();
        let cluster = "apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: pg, namespace: db}\nspec:\n  managed:\n    \
                       services:\n      additional:\n      - serviceTemplate: {metadata: {name: own, labels: {a: b}}}\n      - \
                       serviceTemplate: {metadata: {name: written}}\n      - serviceTemplate: {metadata: {}}\n      - {}\n";
        let written = "---\n{apiVersion: v1, kind: Service, metadata: {name: written, namespace: db}, spec: {type: LoadBalancer}}\n";
        fs::write(folder.path().join("a.yaml"), format!("{cluster}{written}")).unwrap();
        let manifests = Archive::read_manifests(&[folder.path().to_owned()]).unwrap();
        assert_eq!(manifests.count(), 3);
        let line = |name| manifests.origin(Resource::SERVICES, Some("db"), name).map(|origin| origin.line);
        assert_eq!((line("own"), line("written")), (Some(1), Some(13)));
        let text = &manifests.tables.get("", "services").unwrap().get(Some("db"), "own").unwrap().text;
        assert!(text.contains("\"port\":5432") && text.contains("\"cnpg.io/cluster\":\"pg\""), "{text}");
        assert_eq!(Archive::read(folder.path()).unwrap().count(), 2, "a cluster has them itself");
    }
}
