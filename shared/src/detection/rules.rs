//! Rules of the API by which a mutation is none: no API server, and no client of one, would ever see the object so.

use super::harmless::{Row, row};
use super::mutations::Operator::{Change, Delete};

/// Each with where it is written.
#[rustfmt::skip]
pub(super) const RULES: &[Row] = &[
    row(&[Delete], "Pod/*", "spec.containers[*].name", "required (Kubernetes API, Container v1)"),
    row(&[Delete], "Pod/*", "spec.containers[*].env[*].name", "required (EnvVar v1)"),
    row(&[Delete], "Pod/*", "spec.containers[*].ports[*].containerPort", "required (ContainerPort v1)"),
    row(&[Delete], "Pod/*", "status.conditions[*].type", "required (PodCondition v1)"),
    row(&[Delete], "Service/*", "spec.ports[*].port", "required (ServicePort v1)"),
    row(&[Delete], "Service/*", "metadata.resourceVersion", "API servers write it into every answer (API conventions, concurrency control)"),
    row(&[Delete], "Endpoints/*", "subsets[*].addresses[*].ip", "required (EndpointAddress v1)"),
    row(&[Delete], "Endpoints/*", "subsets[*].ports[*].port", "required (EndpointPort v1)"),
    row(&[Change], "Node/*", "spec.podCIDR*", "cannot be changed, and the first of podCIDRs is podCIDR (NodeSpec v1)"),
    row(&[Delete], "AuthorizationPolicy/*", "spec.requiredAuthenticationRefs[*].kind", "required (its CRD, v1alpha1)"),
    row(&[Delete], "NetworkAuthentication/*", "spec.networks[*].cidr", "required (its CRD, v1alpha1)"),
    row(&[Delete], "Server/*", "spec.port", "required (its CRD, v1beta3)"),
    row(&[Delete], "Node/*", "status.conditions[*].type", "required (NodeCondition v1)"),
    row(&[Change], "NetworkPolicy/*", "spec.policyTypes[*]", "Ingress or Egress (NetworkPolicySpec v1)"),
    row(&[Delete], "NetworkPolicy/*", "spec.egress[*].to[*].ipBlock.cidr", "required (IPBlock v1)"),
    row(&[Delete], "NetworkPolicy/*", "spec.egress[1].ports[0].port", "an endPort needs a port (NetworkPolicyPort v1)"),
    row(&[Delete], "Cilium*", "*toPorts[*].ports[*].port", "required (its CRD, v2)"),
    row(&[Delete], "Cilium*", "spec.egress[*].toCIDRSet[*].cidr", "required (its CRD, v2)"),
    row(&[Delete], "*Route/*", "spec.parentRefs[*].name", "required (Gateway API, ParentReference)"),
    row(&[Delete], "*Route/*", "spec.rules[*].backendRefs[*].name", "required (Gateway API, BackendObjectReference)"),
    row(&[Delete], "APIService/*", "spec.service.name*", "required (API aggregation, ServiceReference v1)"),
    row(&[Delete], "Ingress/*", "spec.defaultBackend.service.name", "required (IngressServiceBackend v1)"),
    row(&[Delete, Change], "*NetworkPolicy/*", "*matchExpressions[*].operator", "required, one of four (LabelSelectorRequirement v1)"),
    row(&[Delete], "*NetworkPolicy/*", "*matchExpressions[*].key", "required (LabelSelectorRequirement v1)"),
    row(&[Delete], "*NetworkPolicy/*", "*matchExpressions[*].values[*]", "In needs values (LabelSelectorRequirement v1)"),
    row(&[Change], "AuthorizationPolicy/*", "spec.requiredAuthenticationRefs[*].kind", "Linkerd's validator refuses it (policy-validator)"),
    row(&[Delete], "Server/gateway-probe", "spec.podSelector", "pods or workloads (its CRD, v1beta3)"),
];
