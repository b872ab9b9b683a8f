//! What containers are told: passwords stand in environments, command lines and headers of probes. What is judged of it is
//! whether it leads to a mirror, and what Linkerd tells its own.

use super::{HIDDEN, notes};
use crate::terms::{Mirrors, is_label};
use serde_json::{Map, Value};

/// Linkerd's container, ...
const PROXY: &str = "linkerd-proxy";
/// ... and what of its environment is Linkerd's own.
const PROXYS: &str = "LINKERD2_PROXY_";
/// The label of the controllers that make mirrors, whose arguments say what for.
const CONTROLLERS: &str = "mirror.linkerd.io/cluster-name";
/// Pods, and what makes some.
const MAKERS: [&str; 9] = [
    "CronJob",
    "DaemonSet",
    "Deployment",
    "Job",
    "Pod",
    "PodTemplate",
    "ReplicaSet",
    "ReplicationController",
    "StatefulSet",
];
/// Where containers stand in a pod.
const CONTAINERS: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];
/// Fields of a container that hold what somebody runs or sends.
const ACTS: [&str; 4] = ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"];
/// Fields of these that are names of Kubernetes, and no texts of anybody.
const PLAIN: [&str; 3] = ["port", "scheme", "name"];
/// What is told to drivers of volumes.
const OPTIONS: [&str; 2] = ["options", "volumeAttributes"];

/// Takes out what the containers of a pod, or of what makes pods, are told.
pub(super) fn told(object: &mut Value, mirrors: &Mirrors) {
    let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let (namespace, kind) = (text("/metadata/namespace").to_owned(), text("/kind").to_owned());
    let is_mirroring = kind == "Deployment"
        && object.pointer("/metadata/labels").and_then(|labels| labels.get(CONTROLLERS)).is_some();
    let ears = Ears { mirrors, namespace: &namespace, is_mirroring };
    ears.pods(object);
    if MAKERS.contains(&kind.as_str()) {
        notes::of_others(object);
    }
    if let Some(status) = object.get_mut("status").filter(|_| kind == "Pod") {
        endings(status);
    }
}

/// Values of environments, wherever they are.
pub(super) fn environments(value: &mut Value) {
    let none = Mirrors::default();
    let ears = Ears { mirrors: &none, namespace: "", is_mirroring: false };
    match value {
        Value::Object(fields) => {
            for (_, entries) in fields.iter_mut().filter(|(key, _)| key.to_lowercase().ends_with("env")) {
                ears.environment(entries, false);
            }
            fields.values_mut().for_each(environments);
        }
        Value::Array(items) => items.iter_mut().for_each(environments),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A container that has ended may have left what it logged last.
fn endings(status: &mut Value) {
    match status {
        Value::Object(fields) => {
            for state in ["state", "lastState"] {
                let states = fields.get_mut(state).and_then(Value::as_object_mut);
                let messages =
                    states.into_iter().flat_map(Map::values_mut).filter_map(|one| one.get_mut("message"));
                messages.for_each(|message| *message = HIDDEN.into());
            }
            fields.values_mut().for_each(endings);
        }
        Value::Array(items) => items.iter_mut().for_each(endings),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Who listens to what containers are told.
struct Ears<'a> {
    mirrors: &'a Mirrors,
    namespace: &'a str,
    is_mirroring: bool,
}

impl Ears<'_> {
    /// Every pod below a value.
    fn pods(&self, value: &mut Value) {
        match value {
            Value::Object(fields) => {
                self.pod(fields);
                fields.values_mut().for_each(|value| self.pods(value));
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.pods(item)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    /// The spec of a pod, where it is one.
    fn pod(&self, fields: &mut Map<String, Value>) {
        let is_pod = CONTAINERS.iter().any(|key| fields.get(*key).is_some_and(Value::is_array));
        for key in CONTAINERS {
            let containers = fields.get_mut(key).and_then(Value::as_array_mut);
            containers.into_iter().flatten().for_each(|container| self.container(container));
        }
        if let Some(volumes) = fields.get_mut("volumes").filter(|_| is_pod) {
            self.volumes(volumes);
        }
    }

    fn container(&self, container: &mut Value) {
        let is_proxy = container.get("name").is_some_and(|name| name == PROXY);
        let Some(fields) = container.as_object_mut() else { return };
        if let Some(entries) = fields.get_mut("env") {
            self.environment(entries, is_proxy);
        }
        let told: &[&str] = if self.is_mirroring { &["command"] } else { &["command", "args"] };
        for key in told {
            if let Some(words) = fields.get_mut(*key) {
                self.listen(words, &[]);
            }
        }
        for key in ACTS {
            if let Some(act) = fields.get_mut(key) {
                self.act(act, is_proxy);
            }
        }
    }

    /// A probe, or what is done when a container begins or ends.
    fn act(&self, act: &mut Value, is_proxy: bool) {
        // Which of its own paths a proxy is asked for is judged.
        let path = act.pointer("/httpGet/path").and_then(Value::as_str).filter(|_| is_proxy);
        let path = path.and_then(|path| path.split('?').next()).map(Value::from);
        self.listen(act, &PLAIN);
        if let Some((place, path)) = act.pointer_mut("/httpGet/path").zip(path) {
            *place = path;
        }
    }

    fn environment(&self, entries: &mut Value, is_proxy: bool) {
        for entry in entries.as_array_mut().into_iter().flatten() {
            let name = entry.get("name").and_then(Value::as_str).unwrap_or_default();
            let is_linkerds = is_proxy && name.starts_with(PROXYS);
            let is_label = is_label(name);
            match entry.get_mut("value").filter(|_| !is_linkerds) {
                Some(value) if is_label => *value = HIDDEN.into(),
                Some(value) => self.listen(value, &[]),
                None => {}
            }
        }
    }

    fn volumes(&self, value: &mut Value) {
        match value {
            Value::Object(fields) => {
                for key in OPTIONS {
                    fields.get_mut(key).into_iter().for_each(|value| self.listen(value, &[]));
                }
                fields.values_mut().for_each(|value| self.volumes(value));
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.volumes(item)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    /// Leaves of each text the mirrors that it leads to; all of it where it stands in one of these fields.
    fn listen(&self, value: &mut Value, plain: &[&str]) {
        match value {
            Value::String(_) => {
                let names = self.mirrors.named_in(self.namespace, value);
                let names = names.into_iter().collect::<Vec<_>>().join(",");
                *value = if names.is_empty() { HIDDEN.to_owned() } else { names }.into();
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.listen(item, plain)),
            Value::Object(fields) => {
                let others = fields.iter_mut().filter(|(key, _)| !plain.contains(&key.as_str()));
                others.for_each(|(_, value)| self.listen(value, plain));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}
