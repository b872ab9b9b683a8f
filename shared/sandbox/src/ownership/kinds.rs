//! The schemas of the built-in kinds, as far as they differ from the general rule.
//!
//! The facts are those of the API server's `OpenAPI` documents (`x-kubernetes-list-type`, `-list-map-keys` and
//! `-map-type`). What is not listed follows the general rule; kinds that are not listed have metadata only.

use super::pods::{POD_SPEC, POD_STATUS};
use super::schema::{Key, Rule, Schema};

/// Of every object.
pub(super) const METADATA: Schema = Schema(&[
    ("labels", Rule::Texts),
    ("annotations", Rule::Texts),
    ("finalizers", Rule::Set),
    ("ownerReferences", Rule::Keyed(&[Key::field("uid")], &Rule::Atomic)),
]);

const META: (&str, Rule) = ("metadata", Rule::Embedded(METADATA));
const PLAIN: Rule = Rule::Embedded(Schema(&[]));
const PROTOCOL: Key = Key { field: "protocol", default: Some("TCP") };
const SELECTOR: (&str, Rule) = ("selector", Rule::Atomic);
const CONDITIONS: (&str, Rule) = ("conditions", Rule::Keyed(&[Key::field("type")], &Rule::Deduced));
const CONDITIONED: (&str, Rule) = ("status", Rule::Embedded(Schema(&[CONDITIONS])));
const TEMPLATE: (&str, Rule) =
    ("template", Rule::Embedded(Schema(&[META, ("spec", Rule::Embedded(POD_SPEC))])));
const JOB_SPEC: Schema = Schema(&[TEMPLATE, SELECTOR]);
const JOB_STATUS: (&str, Rule) =
    ("status", Rule::Embedded(Schema(&[("uncountedTerminatedPods", UNCOUNTED)])));
const UNCOUNTED: Rule = Rule::Struct(Schema(&[("failed", Rule::Set), ("succeeded", Rule::Set)]));
const BALANCED: (&str, Rule) = ("loadBalancer", PLAIN);

const OTHER: Schema = Schema(&[META]);
const CONFIG_MAP: Schema = Schema(&[META, ("data", Rule::Texts), ("binaryData", Rule::Texts)]);
const SECRET: Schema = Schema(&[META, ("data", Rule::Texts), ("stringData", Rule::Texts)]);
const SERVICE: Schema = Schema(&[
    META,
    (
        "spec",
        Rule::Embedded(Schema(&[
            ("ports", Rule::Keyed(&[Key::field("port"), PROTOCOL], &Rule::Deduced)),
            SELECTOR,
        ])),
    ),
    ("status", Rule::Embedded(Schema(&[BALANCED, CONDITIONS]))),
]);
const SERVICE_ACCOUNT: Schema =
    Schema(&[META, ("secrets", Rule::Keyed(&[Key::field("name")], &Rule::Atomic))]);
const NAMESPACE: Schema = Schema(&[META, ("spec", PLAIN), CONDITIONED]);
const NODE: Schema = Schema(&[
    META,
    ("spec", Rule::Embedded(Schema(&[("podCIDRs", Rule::Set)]))),
    (
        "status",
        Rule::Embedded(Schema(&[
            CONDITIONS,
            ("addresses", Rule::Keyed(&[Key::field("type")], &Rule::Deduced)),
            ("daemonEndpoints", Rule::Embedded(Schema(&[("kubeletEndpoint", PLAIN)]))),
            ("nodeInfo", PLAIN),
        ])),
    ),
]);
const CLAIM: Schema = Schema(&[
    META,
    ("spec", Rule::Embedded(Schema(&[SELECTOR, ("dataSource", Rule::Atomic), ("resources", PLAIN)]))),
    CONDITIONED,
]);
const POD: Schema =
    Schema(&[META, ("spec", Rule::Embedded(POD_SPEC)), ("status", Rule::Embedded(POD_STATUS))]);
const EVENT: Schema =
    Schema(&[META, ("involvedObject", Rule::Atomic), ("related", Rule::Atomic), ("source", PLAIN)]);
const DEPLOYMENT: Schema = Schema(&[
    META,
    ("spec", Rule::Embedded(Schema(&[TEMPLATE, SELECTOR, ("strategy", PLAIN)]))),
    CONDITIONED,
]);
const REPLICA_SET: Schema =
    Schema(&[META, ("spec", Rule::Embedded(Schema(&[TEMPLATE, SELECTOR]))), CONDITIONED]);
/// Of `DaemonSet`s and `StatefulSet`s.
const UPDATED_SET: Schema = Schema(&[
    META,
    ("spec", Rule::Embedded(Schema(&[TEMPLATE, SELECTOR, ("updateStrategy", PLAIN)]))),
    CONDITIONED,
]);
const JOB: Schema = Schema(&[META, ("spec", Rule::Embedded(JOB_SPEC)), JOB_STATUS]);
const CRON_JOB: Schema =
    Schema(&[META, ("spec", Rule::Embedded(Schema(&[JOB_TEMPLATE]))), ("status", PLAIN)]);
const JOB_TEMPLATE: (&str, Rule) =
    ("jobTemplate", Rule::Embedded(Schema(&[META, ("spec", Rule::Embedded(JOB_SPEC))])));
const LEASE: Schema = Schema(&[META, ("spec", PLAIN)]);
const INGRESS: Schema =
    Schema(&[META, ("spec", INGRESS_SPEC), ("status", Rule::Embedded(Schema(&[BALANCED])))]);
const INGRESS_SPEC: Rule = Rule::Embedded(Schema(&[("defaultBackend", Rule::Struct(BACKEND))]));
const BACKEND: Schema =
    Schema(&[("resource", Rule::Atomic), ("service", Rule::Struct(Schema(&[("port", Rule::Atomic)])))]);
const NETWORK_POLICY: Schema =
    Schema(&[META, ("spec", Rule::Embedded(Schema(&[("podSelector", Rule::Atomic)])))]);
const BINDING: Schema = Schema(&[META, ("roleRef", Rule::Atomic)]);
const STORAGE_CLASS: Schema = Schema(&[META, ("parameters", Rule::Texts)]);
const DEFINITION: Schema = Schema(&[
    META,
    ("spec", Rule::Embedded(Schema(&[("names", PLAIN)]))),
    ("status", Rule::Embedded(Schema(&[CONDITIONS, ("acceptedNames", PLAIN)]))),
]);

impl Schema {
    /// The rules of this kind; of one that is not known, those of the metadata.
    pub(crate) fn of(kind: &str) -> &'static Self {
        match kind {
            "ConfigMap" => &CONFIG_MAP,
            "Secret" => &SECRET,
            "Service" => &SERVICE,
            "ServiceAccount" => &SERVICE_ACCOUNT,
            "Namespace" => &NAMESPACE,
            "Node" => &NODE,
            "PersistentVolumeClaim" => &CLAIM,
            "Pod" => &POD,
            "Event" => &EVENT,
            "Deployment" => &DEPLOYMENT,
            "ReplicaSet" => &REPLICA_SET,
            "DaemonSet" | "StatefulSet" => &UPDATED_SET,
            "Job" => &JOB,
            "CronJob" => &CRON_JOB,
            "Lease" => &LEASE,
            "Ingress" => &INGRESS,
            "NetworkPolicy" => &NETWORK_POLICY,
            "RoleBinding" | "ClusterRoleBinding" => &BINDING,
            "StorageClass" => &STORAGE_CLASS,
            "CustomResourceDefinition" => &DEFINITION,
            _ => &OTHER,
        }
    }
}
