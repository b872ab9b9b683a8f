//! The built-in kinds, as a table. A kind that is missing here is not served, as on a server where it is turned off.

use k8s_openapi::api::{
    admissionregistration::v1::MutatingWebhookConfiguration,
    apps::v1::{DaemonSet, Deployment, ReplicaSet, StatefulSet},
    batch::v1::{CronJob, Job},
    coordination::v1::Lease,
    core::v1::{
        ConfigMap, Endpoints, Event, Namespace, Node, PersistentVolumeClaim, Pod, Secret, Service,
        ServiceAccount,
    },
    discovery::v1::EndpointSlice,
    networking::v1::{Ingress, NetworkPolicy},
    rbac::v1::{ClusterRole, ClusterRoleBinding, Role, RoleBinding},
    storage::v1::StorageClass,
};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use k8s_openapi::kube_aggregator::pkg::apis::apiregistration::v1::APIService;

use super::{
    Kind, Origin, Scope, Version,
    schema::{Check, as_type},
};

/// Group, kind, plural, short names separated by blanks, category, scope, whether it has a status path, type.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str, Scope, bool, Check);

use Scope::{Cluster, Namespaced};

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("", "ConfigMap", "configmaps", "cm", "", Namespaced, false, as_type::<ConfigMap>),
    ("", "Endpoints", "endpoints", "ep", "", Namespaced, false, as_type::<Endpoints>),
    ("", "Event", "events", "ev", "", Namespaced, false, as_type::<Event>),
    ("", "Namespace", "namespaces", "ns", "", Cluster, true, as_type::<Namespace>),
    ("", "Node", "nodes", "no", "", Cluster, true, as_type::<Node>),
    ("", "PersistentVolumeClaim", "persistentvolumeclaims", "pvc", "", Namespaced, true, as_type::<PersistentVolumeClaim>),
    ("", "Pod", "pods", "po", "all", Namespaced, true, as_type::<Pod>),
    ("", "Secret", "secrets", "", "", Namespaced, false, as_type::<Secret>),
    ("", "Service", "services", "svc", "all", Namespaced, true, as_type::<Service>),
    ("", "ServiceAccount", "serviceaccounts", "sa", "", Namespaced, false, as_type::<ServiceAccount>),
    ("admissionregistration.k8s.io", "MutatingWebhookConfiguration", "mutatingwebhookconfigurations", "", "api-extensions", Cluster, false, as_type::<MutatingWebhookConfiguration>),
    ("apiextensions.k8s.io", "CustomResourceDefinition", "customresourcedefinitions", "crd crds", "api-extensions", Cluster, true, as_type::<CustomResourceDefinition>),
    ("apiregistration.k8s.io", "APIService", "apiservices", "", "api-extensions", Cluster, true, as_type::<APIService>),
    ("apps", "DaemonSet", "daemonsets", "ds", "all", Namespaced, true, as_type::<DaemonSet>),
    ("apps", "Deployment", "deployments", "deploy", "all", Namespaced, true, as_type::<Deployment>),
    ("apps", "ReplicaSet", "replicasets", "rs", "all", Namespaced, true, as_type::<ReplicaSet>),
    ("apps", "StatefulSet", "statefulsets", "sts", "all", Namespaced, true, as_type::<StatefulSet>),
    ("batch", "CronJob", "cronjobs", "cj", "all", Namespaced, true, as_type::<CronJob>),
    ("batch", "Job", "jobs", "", "all", Namespaced, true, as_type::<Job>),
    ("coordination.k8s.io", "Lease", "leases", "", "", Namespaced, false, as_type::<Lease>),
    ("discovery.k8s.io", "EndpointSlice", "endpointslices", "", "", Namespaced, false, as_type::<EndpointSlice>),
    ("networking.k8s.io", "Ingress", "ingresses", "ing", "", Namespaced, true, as_type::<Ingress>),
    ("networking.k8s.io", "NetworkPolicy", "networkpolicies", "netpol", "", Namespaced, false, as_type::<NetworkPolicy>),
    ("rbac.authorization.k8s.io", "ClusterRole", "clusterroles", "", "", Cluster, false, as_type::<ClusterRole>),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding", "clusterrolebindings", "", "", Cluster, false, as_type::<ClusterRoleBinding>),
    ("rbac.authorization.k8s.io", "Role", "roles", "", "", Namespaced, false, as_type::<Role>),
    ("rbac.authorization.k8s.io", "RoleBinding", "rolebindings", "", "", Namespaced, false, as_type::<RoleBinding>),
    ("storage.k8s.io", "StorageClass", "storageclasses", "sc", "", Cluster, false, as_type::<StorageClass>),
];

/// All of them; every one is served as v1.
pub(super) fn kinds() -> impl Iterator<Item = Kind> {
    ROWS.iter().map(|(group, kind, plural, short, category, scope, has_status, check)| Kind {
        group: (*group).into(),
        versions: vec![Version { name: "v1".into(), has_status: *has_status, ..Version::default() }],
        kind: (*kind).into(),
        plural: (*plural).into(),
        singular: kind.to_lowercase(),
        short_names: short.split_whitespace().map(str::to_owned).collect(),
        categories: category.split_whitespace().map(str::to_owned).collect(),
        scope: *scope,
        origin: Origin::BuiltIn(*check),
    })
}
