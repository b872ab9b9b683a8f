//! Claims of volumes, and the classes that serve them.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::age;
use super::layout::{AGE, Heading, Layout, NAME, or, texts};
use crate::object::{is_going, name, text};

pub(super) const CLAIM: Layout = Layout {
    headings: &[
        NAME,
        Heading::text("Status", "Whether the claim has a volume."),
        Heading::text("Volume", "The volume that it has."),
        Heading::text("Capacity", "How much the volume holds."),
        Heading::text("Access Modes", "Who may use the volume at once."),
        Heading::text("StorageClass", "The class that the claim asks for."),
        Heading::text("VolumeAttributesClass", "The class of the volume's attributes."),
        AGE,
        Heading::text("VolumeMode", "Whether the volume is a file system or a device.").wide(),
    ],
    cells: claim,
};

pub(super) const CLASS: Layout = Layout {
    headings: &[
        NAME,
        Heading::text("Provisioner", "What makes the volumes."),
        Heading::text("ReclaimPolicy", "What becomes of a volume that is given back."),
        Heading::text("VolumeBindingMode", "When a claim gets its volume."),
        Heading::text("AllowVolumeExpansion", "Whether a volume can grow."),
        AGE,
    ],
    cells: class,
};

/// Access modes in their order, and how they are written.
const MODES: [(&str, &str); 4] = [
    ("ReadWriteOnce", "RWO"),
    ("ReadOnlyMany", "ROX"),
    ("ReadWriteMany", "RWX"),
    ("ReadWriteOncePod", "RWOP"),
];
const OLD_CLASS: &str = "/metadata/annotations/volume.beta.kubernetes.io~1storage-class";
const DEFAULTS: [&str; 2] = [
    "/metadata/annotations/storageclass.kubernetes.io~1is-default-class",
    "/metadata/annotations/storageclass.beta.kubernetes.io~1is-default-class",
];

fn claim(claim: &Value, now: Timestamp) -> Vec<Value> {
    let volume = text(claim, "/spec/volumeName");
    let phase = if is_going(claim) { "Terminating" } else { or(text(claim, "/status/phase"), "Pending") };
    // What a volume is like is known when there is one.
    let (capacity, modes) = match volume {
        "" => ("", String::new()),
        _ => (or(text(claim, "/status/capacity/storage"), "0"), modes(claim)),
    };
    vec![
        json!(name(claim)),
        json!(phase),
        json!(volume),
        json!(capacity),
        json!(modes),
        json!(or(text(claim, OLD_CLASS), text(claim, "/spec/storageClassName"))),
        json!(or(text(claim, "/spec/volumeAttributesClassName"), "<unset>")),
        json!(age::of(claim, now)),
        json!(or(text(claim, "/spec/volumeMode"), "Filesystem")),
    ]
}

fn modes(claim: &Value) -> String {
    let has = texts(claim, "/status/accessModes");
    let written = MODES.into_iter().filter(|(mode, _)| has.contains(mode)).map(|(_, short)| short);
    written.collect::<Vec<_>>().join(",")
}

fn class(class: &Value, now: Timestamp) -> Vec<Value> {
    let is_default = DEFAULTS.iter().any(|way| text(class, way) == "true");
    let name = if is_default { format!("{} (default)", name(class)) } else { name(class).to_owned() };
    vec![
        json!(name),
        json!(text(class, "/provisioner")),
        json!(or(text(class, "/reclaimPolicy"), "Delete")),
        json!(or(text(class, "/volumeBindingMode"), "Immediate")),
        json!(class.get("allowVolumeExpansion") == Some(&Value::Bool(true))),
        json!(age::of(class, now)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-01-01T00:05:00Z".parse().unwrap()
    }

    #[test]
    fn a_claim_shows_its_volume_when_it_has_one() {
        let metadata = json!({ "name": "data", "creationTimestamp": "2026-01-01T00:00:00Z" });
        let status = json!({
            "phase": "Bound", "capacity": { "storage": "10Gi" }, "accessModes": ["ReadWriteMany", "ReadWriteOnce"],
        });
        let spec = json!({ "volumeName": "pv-1", "storageClassName": "fast", "volumeMode": "Block" });
        let bound = json!({ "metadata": metadata, "spec": spec, "status": status });
        let expected = json!(["data", "Bound", "pv-1", "10Gi", "RWO,RWX", "fast", "<unset>", "5m", "Block"]);
        assert_eq!(json!(claim(&bound, now())), expected);
        let waiting = json!({ "metadata": metadata, "spec": { "storageClassName": "fast" } });
        let expected = json!(["data", "Pending", "", "", "", "fast", "<unset>", "5m", "Filesystem"]);
        assert_eq!(json!(claim(&waiting, now())), expected);
    }

    #[test]
    fn the_default_class_says_so() {
        let annotations = json!({ "storageclass.kubernetes.io/is-default-class": "true" });
        let metadata = json!({ "name": "fast", "creationTimestamp": "2026-01-01T00:00:00Z", "annotations": annotations });
        let fast =
            json!({ "metadata": metadata, "provisioner": "ceph.example", "allowVolumeExpansion": true });
        let expected = json!(["fast (default)", "ceph.example", "Delete", "Immediate", true, "5m"]);
        assert_eq!(json!(class(&fast, now())), expected);
    }
}
