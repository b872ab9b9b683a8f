//! Roles and their bindings, as they come over the wire.

use crate::mesh::machinery::{Binding, Role, Rule};
use serde::Deserialize;

/// A cluster has hundreds of roles, and who keeps their fields takes longer to read than what they grant.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Called {
    name: String,
    namespace: String,
}

/// A Role or ClusterRole.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::mesh) struct WireRole {
    metadata: Called,
    rules: Option<Vec<WireRule>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct WireRule {
    api_groups: Option<Vec<String>>,
    resources: Option<Vec<String>>,
    verbs: Option<Vec<String>>,
    resource_names: Option<Vec<String>>,
}

impl From<WireRole> for Role {
    fn from(role: WireRole) -> Self {
        let rule = |rule: WireRule| Rule {
            groups: rule.api_groups.unwrap_or_default(),
            resources: rule.resources.unwrap_or_default(),
            verbs: rule.verbs.unwrap_or_default(),
            names: rule.resource_names.unwrap_or_default(),
        };
        Self {
            name: role.metadata.name,
            rules: role.rules.unwrap_or_default().into_iter().map(rule).collect(),
        }
    }
}

/// A RoleBinding or ClusterRoleBinding.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::mesh) struct WireBinding {
    metadata: Called,
    role_ref: RoleRef,
    subjects: Option<Vec<Subject>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RoleRef {
    kind: String,
    name: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Subject {
    kind: String,
    name: String,
    namespace: String,
}

impl From<WireBinding> for Binding {
    fn from(binding: WireBinding) -> Self {
        let home = &binding.metadata.namespace;
        // An account without a namespace is one of the binding's own.
        let subject = |subject: Subject| {
            let is_home = subject.kind == "ServiceAccount" && subject.namespace.is_empty();
            (subject.kind, if is_home { home.clone() } else { subject.namespace }, subject.name)
        };
        Self {
            name: binding.metadata.name,
            is_to_cluster_role: binding.role_ref.kind == "ClusterRole",
            subjects: binding.subjects.unwrap_or_default().into_iter().map(subject).collect(),
            role: binding.role_ref.name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn an_account_without_a_namespace_is_one_of_the_bindings_own() {
        let binding =
            |value: Value| -> Binding { serde_json::from_value::<WireBinding>(value).unwrap().into() };
        let seen =
            binding(json!({"metadata": {"namespace": "mesh"}, "roleRef": {"kind": "Role", "name": "reader"},
            "subjects": [{"kind": "ServiceAccount", "name": "a"}, {"kind": "Group", "name": "g"},
                         {"kind": "ServiceAccount", "name": "b", "namespace": "other"}]}));
        let subjects: Vec<_> =
            seen.subjects.iter().map(|(_, home, name)| (home.as_str(), name.as_str())).collect();
        assert_eq!(subjects, [("mesh", "a"), ("", "g"), ("other", "b")]);
        assert!(!seen.is_to_cluster_role && seen.role == "reader");
        assert!(binding(json!({"roleRef": {"kind": "ClusterRole"}, "subjects": null})).is_to_cluster_role);
    }

    #[test]
    fn a_rule_may_leave_out_what_it_does_not_restrict() {
        let role: Role =
            serde_json::from_value::<WireRole>(json!({"metadata": {"name": "reader"}, "rules": [
            {"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"], "resourceNames": ["mine"]},
            {"nonResourceURLs": ["/metrics"], "verbs": ["get"]}]}))
            .unwrap()
            .into();
        let seen: Vec<_> = role.rules.iter().map(|rule| (rule.resources.len(), rule.names.len())).collect();
        assert_eq!(seen, [(1, 1), (0, 0)]);
    }
}
