//! The schema of pods, which workloads embed as templates.
//!
//! Volumes, probes and the like follow the general rule, but for the references in them, which are one value.

use super::schema::{Key, Rule, Schema};

const NAME: &[Key] = &[Key::field("name")];
const PROTOCOL: Key = Key { field: "protocol", default: Some("TCP") };
const REFERENCE: (&str, Rule) = ("secretRef", Rule::Atomic);

/// What a pod shall be.
pub(super) const POD_SPEC: Schema = Schema(&[
    ("containers", Rule::EmbeddedKeyed(NAME, &Rule::Struct(CONTAINER))),
    ("initContainers", CONTAINERS),
    ("ephemeralContainers", CONTAINERS),
    ("volumes", Rule::Keyed(NAME, &Rule::Struct(VOLUME))),
    ("imagePullSecrets", Rule::Keyed(NAME, &Rule::Atomic)),
    ("nodeSelector", Rule::Atomic),
    ("hostAliases", Rule::Keyed(&[Key::field("ip")], &Rule::Deduced)),
    ("schedulingGates", Rule::Keyed(NAME, &Rule::Deduced)),
    ("resourceClaims", Rule::Keyed(NAME, &Rule::Deduced)),
    ("resources", Rule::Struct(RESOURCES)),
    (
        "topologySpreadConstraints",
        Rule::Keyed(SPREAD, &Rule::Struct(Schema(&[("labelSelector", Rule::Atomic)]))),
    ),
    ("affinity", Rule::Struct(Schema(&[("nodeAffinity", Rule::Struct(NODE_AFFINITY))]))),
]);

/// What a pod is.
pub(super) const POD_STATUS: Schema = Schema(&[
    ("conditions", Rule::Keyed(&[Key::field("type")], &Rule::Deduced)),
    ("podIPs", Rule::Keyed(&[Key::field("ip")], &Rule::Deduced)),
    ("resourceClaimStatuses", Rule::Keyed(NAME, &Rule::Deduced)),
    ("resources", Rule::Struct(RESOURCES)),
]);

const SPREAD: &[Key] = &[Key::field("topologyKey"), Key::field("whenUnsatisfiable")];
const NODE_AFFINITY: Schema = Schema(&[("requiredDuringSchedulingIgnoredDuringExecution", Rule::Atomic)]);
const RESOURCES: Schema = Schema(&[("claims", Rule::Keyed(NAME, &Rule::Deduced))]);
const CONTAINERS: Rule = Rule::Keyed(NAME, &Rule::Struct(CONTAINER));
const CONTAINER: Schema = Schema(&[
    ("env", Rule::Keyed(NAME, &Rule::Struct(Schema(&[("valueFrom", Rule::Struct(SOURCE))])))),
    ("ports", Rule::Keyed(&[Key::field("containerPort"), PROTOCOL], &Rule::Deduced)),
    ("volumeMounts", Rule::Keyed(&[Key::field("mountPath")], &Rule::Deduced)),
    ("volumeDevices", Rule::Keyed(&[Key::field("devicePath")], &Rule::Deduced)),
    ("resources", Rule::Struct(RESOURCES)),
]);
const SOURCE: Schema = Schema(&[
    ("configMapKeyRef", Rule::Atomic),
    ("fieldRef", Rule::Atomic),
    ("fileKeyRef", Rule::Atomic),
    ("resourceFieldRef", Rule::Atomic),
    ("secretKeyRef", Rule::Atomic),
]);
const VOLUME: Schema = Schema(&[
    ("cephfs", Rule::Struct(Schema(&[REFERENCE]))),
    ("cinder", Rule::Struct(Schema(&[REFERENCE]))),
    ("csi", Rule::Struct(Schema(&[("nodePublishSecretRef", Rule::Atomic)]))),
    ("flexVolume", Rule::Struct(Schema(&[REFERENCE]))),
    ("iscsi", Rule::Struct(Schema(&[REFERENCE]))),
    ("rbd", Rule::Struct(Schema(&[REFERENCE]))),
    ("scaleIO", Rule::Struct(Schema(&[REFERENCE]))),
    ("storageos", Rule::Struct(Schema(&[REFERENCE]))),
]);
