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
];
