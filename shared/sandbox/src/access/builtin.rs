//! The roles for people that every cluster has: `cluster-admin`, and `view`, `edit` and `admin`, of which each may
//! what the ones before it may.

use serde_json::{Value, json};

const READ: &[&str] = &["get", "list", "watch"];
const CHANGE: &[&str] = &["create", "delete", "deletecollection", "patch", "update"];

/// The role that a rule begins with, its groups and its resources, and the verbs.
type Rule = (&'static str, &'static str, &'static str, &'static [&'static str]);

/// A group that is written as a dash is the core API.
#[rustfmt::skip]
const RULES: &[Rule] = &[
    ("view", "-", "configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers replicationcontrollers/scale serviceaccounts services services/status", READ),
    ("view", "-", "bindings limitranges namespaces namespaces/status pods/log pods/status replicationcontrollers/status resourcequotas resourcequotas/status", READ),
    ("view", "- events.k8s.io", "events", READ),
    ("view", "discovery.k8s.io", "endpointslices", READ),
    ("view", "apps", "controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status", READ),
    ("view", "autoscaling", "horizontalpodautoscalers horizontalpodautoscalers/status", READ),
    ("view", "batch", "cronjobs cronjobs/status jobs jobs/status", READ),
    ("view", "policy", "poddisruptionbudgets poddisruptionbudgets/status", READ),
    ("view", "networking.k8s.io", "ingresses ingresses/status networkpolicies", READ),
    ("view", "resource.k8s.io", "resourceclaims resourceclaims/status resourceclaimtemplates", READ),
    ("edit", "-", "pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy", READ),
    ("edit", "-", "serviceaccounts", &["impersonate"]),
    ("edit", "-", "pods pods/attach pods/exec pods/portforward pods/proxy", CHANGE),
    ("edit", "-", "pods/eviction serviceaccounts/token", &["create"]),
    ("edit", "-", "configmaps persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets serviceaccounts services services/proxy", CHANGE),
    ("edit", "- events.k8s.io", "events", CHANGE),
    ("edit", "apps", "daemonsets deployments deployments/rollback deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale", CHANGE),
    ("edit", "autoscaling", "horizontalpodautoscalers", CHANGE),
    ("edit", "batch", "cronjobs jobs", CHANGE),
    ("edit", "policy", "poddisruptionbudgets", CHANGE),
    ("edit", "networking.k8s.io", "ingresses networkpolicies", CHANGE),
    ("edit", "coordination.k8s.io", "leases", READ),
    ("edit", "coordination.k8s.io", "leases", CHANGE),
    ("edit", "resource.k8s.io", "resourceclaims resourceclaimtemplates", CHANGE),
    ("admin", "authorization.k8s.io", "localsubjectaccessreviews", &["create"]),
    ("admin", "rbac.authorization.k8s.io", "rolebindings roles", READ),
    ("admin", "rbac.authorization.k8s.io", "rolebindings roles", CHANGE),
];

/// The roles.
pub(crate) fn roles() -> Vec<Value> {
    let everything = json!([
        {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}, {"nonResourceURLs": ["*"], "verbs": ["*"]},
    ]);
    let people: [&[&str]; 3] = [&["view"], &["view", "edit"], &["view", "edit", "admin"]];
    let people = people.into_iter().map(|parts| (parts.last().copied().unwrap_or_default(), rules(parts)));
    let role = |(name, rules): (&str, Value)| {
        json!({
            "metadata": {"name": name, "labels": {"kubernetes.io/bootstrapping": "rbac-defaults"}}, "rules": rules,
        })
    };
    people.chain([("cluster-admin", everything)]).map(role).collect()
}

fn rules(parts: &[&str]) -> Value {
    let words =
        |text: &str| text.split(' ').map(|word| word.trim_matches('-').to_owned()).collect::<Vec<_>>();
    let rules = RULES.iter().filter(|(role, ..)| parts.contains(role)).map(|(_, groups, resources, verbs)| {
        json!({"apiGroups": words(groups), "resources": words(resources), "verbs": verbs})
    });
    rules.collect()
}
