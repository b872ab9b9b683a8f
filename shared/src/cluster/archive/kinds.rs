//! Which resource a kind is. Files say kinds, requests say plurals: built-in kinds and those that this library looks at
//! stand in a table, others are told by the definitions of custom resources in the files, and the rest is guessed as kubectl does.

use serde_json::Value;
use std::collections::BTreeMap;

/// Group, kind, plural.
type Row = (&'static str, &'static str, &'static str);

#[rustfmt::skip]
const NAMESPACED: &[Row] = &[
    ("", "ConfigMap", "configmaps"),
    ("", "Endpoints", "endpoints"),
    ("", "Event", "events"),
    ("", "LimitRange", "limitranges"),
    ("", "PersistentVolumeClaim", "persistentvolumeclaims"),
    ("", "Pod", "pods"),
    ("", "PodTemplate", "podtemplates"),
    ("", "ReplicationController", "replicationcontrollers"),
    ("", "ResourceQuota", "resourcequotas"),
    ("", "Secret", "secrets"),
    ("", "Service", "services"),
    ("", "ServiceAccount", "serviceaccounts"),
    ("apps", "ControllerRevision", "controllerrevisions"),
    ("apps", "DaemonSet", "daemonsets"),
    ("apps", "Deployment", "deployments"),
    ("apps", "ReplicaSet", "replicasets"),
    ("apps", "StatefulSet", "statefulsets"),
    ("autoscaling", "HorizontalPodAutoscaler", "horizontalpodautoscalers"),
    ("batch", "CronJob", "cronjobs"),
    ("batch", "Job", "jobs"),
    ("coordination.k8s.io", "Lease", "leases"),
    ("discovery.k8s.io", "EndpointSlice", "endpointslices"),
    ("events.k8s.io", "Event", "events"),
    ("networking.k8s.io", "Ingress", "ingresses"),
    ("networking.k8s.io", "NetworkPolicy", "networkpolicies"),
    ("policy", "PodDisruptionBudget", "poddisruptionbudgets"),
    ("rbac.authorization.k8s.io", "Role", "roles"),
    ("rbac.authorization.k8s.io", "RoleBinding", "rolebindings"),
    ("storage.k8s.io", "CSIStorageCapacity", "csistoragecapacities"),
];

#[rustfmt::skip]
const CLUSTER_SCOPED: &[Row] = &[
    ("", "Namespace", "namespaces"),
    ("", "Node", "nodes"),
    ("", "PersistentVolume", "persistentvolumes"),
    ("admissionregistration.k8s.io", "MutatingWebhookConfiguration", "mutatingwebhookconfigurations"),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy", "validatingadmissionpolicies"),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings"),
    ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration", "validatingwebhookconfigurations"),
    ("apiextensions.k8s.io", "CustomResourceDefinition", "customresourcedefinitions"),
    ("apiregistration.k8s.io", "APIService", "apiservices"),
    ("certificates.k8s.io", "CertificateSigningRequest", "certificatesigningrequests"),
    ("flowcontrol.apiserver.k8s.io", "FlowSchema", "flowschemas"),
    ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration", "prioritylevelconfigurations"),
    ("networking.k8s.io", "IngressClass", "ingressclasses"),
    ("node.k8s.io", "RuntimeClass", "runtimeclasses"),
    ("rbac.authorization.k8s.io", "ClusterRole", "clusterroles"),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding", "clusterrolebindings"),
    ("scheduling.k8s.io", "PriorityClass", "priorityclasses"),
    ("storage.k8s.io", "CSIDriver", "csidrivers"),
    ("storage.k8s.io", "CSINode", "csinodes"),
    ("storage.k8s.io", "StorageClass", "storageclasses"),
    ("storage.k8s.io", "VolumeAttachment", "volumeattachments"),
];

/// Of extensions, whose definitions may not be among the files: all in namespaces but those of the next table.
#[rustfmt::skip]
const EXTENSIONS: &[Row] = &[
    ("cert-manager.io", "Certificate", "certificates"),
    ("cert-manager.io", "Issuer", "issuers"),
    ("cilium.io", "CiliumNetworkPolicy", "ciliumnetworkpolicies"),
    ("gateway.networking.k8s.io", "GRPCRoute", "grpcroutes"),
    ("gateway.networking.k8s.io", "Gateway", "gateways"),
    ("gateway.networking.k8s.io", "HTTPRoute", "httproutes"),
    ("gateway.networking.k8s.io", "TCPRoute", "tcproutes"),
    ("multicluster.linkerd.io", "Link", "links"),
    ("policy.linkerd.io", "AuthorizationPolicy", "authorizationpolicies"),
    ("policy.linkerd.io", "HTTPRoute", "httproutes"),
    ("policy.linkerd.io", "MeshTLSAuthentication", "meshtlsauthentications"),
    ("policy.linkerd.io", "NetworkAuthentication", "networkauthentications"),
    ("policy.linkerd.io", "Server", "servers"),
    ("policy.linkerd.io", "ServerAuthorization", "serverauthorizations"),
];

const WIDE_EXTENSIONS: &[Row] = &[
    ("cert-manager.io", "ClusterIssuer", "clusterissuers"),
    ("cilium.io", "CiliumClusterwideNetworkPolicy", "ciliumclusterwidenetworkpolicies"),
    ("cilium.io", "CiliumLoadBalancerIPPool", "ciliumloadbalancerippools"),
    ("gateway.networking.k8s.io", "GatewayClass", "gatewayclasses"),
];

/// The kind of a resource in the tables.
pub(in crate::cluster) fn kind_of(group: &str, plural: &str) -> Option<&'static str> {
    let tables = [NAMESPACED, CLUSTER_SCOPED, EXTENSIONS, WIDE_EXTENSIONS].into_iter().flatten();
    tables.filter(|row| row.0 == group && row.2 == plural).map(|row| row.1).next()
}

/// The resource that was meant by a name that no table has: its kind, one letter too few, or no group. Named as RBAC does.
pub(super) fn meant(word: &str) -> Option<String> {
    let named = |row: &Row| if row.0.is_empty() { row.2.to_owned() } else { format!("{}.{}", row.2, row.0) };
    let rows = || [NAMESPACED, CLUSTER_SCOPED, EXTENSIONS, WIDE_EXTENSIONS].into_iter().flatten();
    let (plural, group) = word.split_once('.').unwrap_or((word, ""));
    if rows().any(|row| named(row) == word) {
        return None;
    }
    let is_like = |row: &&Row| {
        let is_slip = plural == row.1.to_lowercase() || strsim::osa_distance(plural, row.2) <= 2;
        (group == row.0 && is_slip) || (group.is_empty() && plural == row.2)
    };
    rows().find(is_like).map(named)
}

/// Where objects of a kind are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In a namespace; one that names none is meant for `default`.
    Namespace,
    /// In no namespace, whatever it says.
    Cluster,
    /// Where it says that it is.
    Unknown,
}

/// What the definition of a custom resource says.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Definition {
    kind: String,
    plural: String,
    place: Place,
    served: Vec<String>,
}

/// The kinds of one cluster.
#[derive(Debug, Default)]
pub(super) struct Kinds {
    /// By their groups.
    definitions: BTreeMap<String, Vec<Definition>>,
}

impl Kinds {
    /// Learns from the definition of a custom resource; anything else teaches nothing.
    pub(super) fn learn(&mut self, object: &Value) {
        let text = |value: &Value, pointer: &str| value.pointer(pointer)?.as_str().map(str::to_owned);
        let read = || {
            let place = match text(object, "/spec/scope").as_deref() {
                Some("Cluster") => Place::Cluster,
                Some("Namespaced") => Place::Namespace,
                Some(_) | None => Place::Unknown,
            };
            let (kind, plural) = (text(object, "/spec/names/kind")?, text(object, "/spec/names/plural")?);
            let versions = object.pointer("/spec/versions")?.as_array()?;
            let served = versions.iter().filter(|one| one.get("served") != Some(&Value::Bool(false)));
            let served = served.filter_map(|one| text(one, "/name")).collect();
            Some((text(object, "/spec/group")?, Definition { kind, plural, place, served }))
        };
        if object.get("kind").and_then(Value::as_str) == Some("CustomResourceDefinition")
            && let Some((group, definition)) = read()
        {
            self.definitions.entry(group).or_default().push(definition);
        }
    }

    /// The plural of a kind of a group, and where its objects are.
    pub(super) fn resource(&self, group: &str, kind: &str) -> (String, Place) {
        let of = |table: &[Row], place| {
            let row = table.iter().find(|row| row.0 == group && row.1 == kind);
            row.map(|row| (row.2.to_owned(), place))
        };
        let defined = || {
            let found = self.definitions.get(group)?.iter().find(|one| one.kind == kind)?;
            Some((found.plural.clone(), found.place))
        };
        of(NAMESPACED, Place::Namespace)
            .or_else(|| of(CLUSTER_SCOPED, Place::Cluster))
            .or_else(defined)
            .or_else(|| of(EXTENSIONS, Place::Namespace))
            .or_else(|| of(WIDE_EXTENSIONS, Place::Cluster))
            .unwrap_or_else(|| (guessed(kind), Place::Unknown))
    }

    /// Whether no definition can say anything else of objects of this kind.
    pub(super) fn is_settled(group: &str, kind: &str) -> bool {
        NAMESPACED.iter().chain(CLUSTER_SCOPED).any(|row| row.0 == group && row.1 == kind)
    }

    /// Whether every cluster has this resource.
    pub(super) fn is_built_in(group: &str, plural: &str) -> bool {
        NAMESPACED.iter().chain(CLUSTER_SCOPED).any(|row| row.0 == group && row.2 == plural)
    }

    /// Whether a definition among the files serves a version; `None` when there is none of this resource.
    pub(super) fn serves(&self, group: &str, version: &str, plural: &str) -> Option<bool> {
        let found = self.definitions.get(group)?.iter().find(|one| one.plural == plural)?;
        Some(found.served.iter().any(|one| one == version))
    }
}

/// The plural that kubectl tries where nobody tells it: right for most kinds.
fn guessed(kind: &str) -> String {
    let singular = kind.to_lowercase();
    if singular.ends_with("endpoints") {
        singular
    } else if singular.ends_with('s') {
        format!("{singular}es")
    } else if let Some(stem) = singular.strip_suffix('y') {
        format!("{stem}ies")
    } else {
        format!("{singular}s")
    }
}

#[cfg(test)]
#[path = "kinds_tests.rs"]
mod tests;
