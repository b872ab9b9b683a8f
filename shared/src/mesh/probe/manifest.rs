//! The Job of a probe. Its pod asks for nothing that the strictest level of pod security forbids; what Linkerd adds
//! to it is Linkerd's. It runs as other clients of its namespace do: same service account, same defaults.

use super::super::export::{MANAGER, Target};
use super::super::snapshot::Key;
use super::protocol::Protocol;
use crate::terms::GoDuration;
use serde_json::{Value, json};

/// What runs unless another image is named: the smallest well-known one with a shell, `nc`, `timeout` and `od`.
pub const IMAGE: &str = "docker.io/library/busybox:1.37";
/// The container of the probe.
pub const CONTAINER: &str = "probe";
/// Label of everything that a probe makes: the mirror that it is about.
pub const MIRROR_LABEL: &str = "mesh-export.platform.tools/probe";
/// Label of everything that one run of a probe makes.
pub const RUN_LABEL: &str = "mesh-export.platform.tools/run";

/// How many seconds a connection may take to come about.
const CONNECT: u64 = 5;
/// For how many seconds it is held. The outbound proxy accepts each connection itself and may wait ten seconds for
/// the client's first bytes before it goes on to the server.
const HOLD: u64 = 13;
/// What a probe may run longer than anybody waits for it.
const GRACE: u64 = 30;
/// After so many seconds a finished Job goes by itself, should its run have been killed.
const LINGER: u64 = 60;
/// The longest name of a Job, whose name becomes the value of a label.
const LONGEST: usize = 63;
const SCRIPT: &str = include_str!("script.sh");

/// One probe of one mirror.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// Namespace and name of its Job.
    pub key: Key,
    /// The mirror.
    pub mirror: String,
    /// What tells this run from others.
    pub run: String,
    /// Under which name the mirror is reached.
    pub host: String,
    /// The ports with what is spoken there.
    pub ports: Vec<(u16, Protocol)>,
}

impl Probe {
    /// The probe of a mirror; `run` is a few letters and digits that no other run has.
    pub fn new(target: &Target, run: &str) -> Self {
        let (mirror, head) = (target.mirror.clone(), "mesh-probe-");
        let room = LONGEST.saturating_sub(head.len() + run.len() + 1);
        // Names of Services are of one byte a letter.
        let cut = mirror.get(..room.min(mirror.len())).unwrap_or_default().trim_end_matches('-');
        Self {
            key: Key::new(target.exported.namespace.clone(), format!("{head}{cut}-{run}")),
            run: run.to_owned(),
            host: target.dns.clone(),
            ports: target.ports.iter().filter_map(|port| Some((port.port, Protocol::of(port)?))).collect(),
            mirror,
        }
    }

    /// The selector of everything that probes of this mirror made.
    pub fn of_mirror(&self) -> String {
        format!("{MIRROR_LABEL}={}", self.mirror)
    }

    /// The selector of the pods of this run.
    pub fn of_run(&self) -> String {
        format!("{RUN_LABEL}={}", self.run)
    }

    /// The Job.
    pub fn job(&self, image: &str, patience: GoDuration) -> Value {
        json!({
            "apiVersion": "batch/v1", "kind": "Job",
            "metadata": { "name": self.key.name, "namespace": self.key.namespace, "labels": self.labels() },
            "spec": {
                "backoffLimit": 0,
                "activeDeadlineSeconds": patience.as_duration().as_secs() + GRACE,
                "ttlSecondsAfterFinished": LINGER,
                "template": {
                    "metadata": { "labels": self.labels(), "annotations": annotations() }, "spec": self.spec(image),
                },
            },
        })
    }

    /// Its pod alone, so that a server can be asked what it would make of it.
    pub fn pod(&self, image: &str) -> Value {
        json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {
                "name": self.key.name, "namespace": self.key.namespace,
                "labels": self.labels(), "annotations": annotations(),
            },
            "spec": self.spec(image),
        })
    }

    fn labels(&self) -> Value {
        json!({
            "app.kubernetes.io/name": "mesh-export-probe", "app.kubernetes.io/managed-by": MANAGER,
            MIRROR_LABEL: self.mirror, RUN_LABEL: self.run,
        })
    }

    fn spec(&self, image: &str) -> Value {
        let volume = json!({ "name": "room", "emptyDir": { "medium": "Memory", "sizeLimit": "1Mi" } });
        json!({
            "restartPolicy": "Never", "enableServiceLinks": false, "terminationGracePeriodSeconds": 5,
            "nodeSelector": { "kubernetes.io/os": "linux" },
            // The service account stays mounted: Linkerd passes over pods without one.
            "securityContext": {
                "runAsNonRoot": true, "runAsUser": 65534, "runAsGroup": 65534,
                "seccompProfile": { "type": "RuntimeDefault" },
            },
            "volumes": [volume],
            "containers": [self.container(image)],
        })
    }

    fn container(&self, image: &str) -> Value {
        let fixed = [self.host.clone(), CONNECT.to_string(), HOLD.to_string()].into_iter();
        let ports = self.ports.iter().map(|(port, protocol)| format!("{port}/{}", protocol.word()));
        json!({
            "name": CONTAINER, "image": image,
            "command": ["sh", "-c", SCRIPT, "probe"],
            "args": fixed.chain(ports).collect::<Vec<_>>(),
            "resources": {
                "requests": { "cpu": "10m", "memory": "16Mi" }, "limits": { "cpu": "100m", "memory": "32Mi" },
            },
            "securityContext": {
                "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true,
                "capabilities": { "drop": ["ALL"] },
            },
            "volumeMounts": [{ "name": "room", "mountPath": "/probe" }],
        })
    }
}

/// The proxy as a native sidecar in every spelling that Linkerd has had for it: one that does not end with the probe
/// would keep the Job from ending.
fn annotations() -> Value {
    json!({
        "linkerd.io/inject": "enabled",
        "config.linkerd.io/proxy-enable-native-sidecar": "true",
        "config.beta.linkerd.io/proxy-enable-native-sidecar": "true",
        "config.alpha.linkerd.io/proxy-enable-native-sidecar": "true",
    })
}

#[cfg(test)]
mod tests {
    use super::super::samples::target;
    use super::*;
    use crate::terms::is_dns_label;

    #[test]
    fn names_fit_however_long_the_mirror_is() {
        for name in ["web-infra", &"x".repeat(63), &format!("{}-infra", "y".repeat(40)), &"z-".repeat(31)] {
            let probe = Probe::new(&target(name), "0123abcd");
            assert!(is_dns_label(&probe.key.name), "{}", probe.key.name);
            assert!(probe.key.name.starts_with("mesh-probe-") && probe.key.name.ends_with("-0123abcd"));
        }
        assert_eq!(Probe::new(&target("web-infra"), "0123abcd").key.name, "mesh-probe-web-infra-0123abcd");
    }

    #[test]
    fn what_is_asked_is_passed_beside_the_script_and_never_in_it() {
        let probe = Probe::new(&target("web-infra"), "0123abcd");
        let job = probe.job("example.test/tools:1", GoDuration::from_secs(60));
        let container = &job["spec"]["template"]["spec"]["containers"][0];
        assert_eq!(container["command"], json!(["sh", "-c", SCRIPT, "probe"]));
        assert_eq!(
            container["args"],
            json!([
                "web-infra.databases.svc.apps.example",
                "5",
                "13",
                "5432/postgres",
                "80/http",
                "9999/tcp"
            ])
        );
        assert_eq!(container["image"], "example.test/tools:1");
        assert!(!SCRIPT.contains("$$"), "Kubernetes would make one of them");
    }

    #[test]
    fn a_job_ends_by_itself_and_goes_by_itself() {
        let job = Probe::new(&target("web-infra"), "0123abcd").job(IMAGE, GoDuration::from_secs(60));
        let spec = &job["spec"];
        assert_eq!(
            (&spec["activeDeadlineSeconds"], &spec["ttlSecondsAfterFinished"]),
            (&json!(90), &json!(60))
        );
        assert_eq!(
            (&spec["backoffLimit"], &spec["template"]["spec"]["restartPolicy"]),
            (&json!(0), &json!("Never"))
        );
    }

    #[test]
    fn job_and_pod_bear_the_labels_by_which_they_are_found_again() {
        let probe = Probe::new(&target("web-infra"), "0123abcd");
        let job = probe.job(IMAGE, GoDuration::from_secs(60));
        for labels in [&job["metadata"]["labels"], &job["spec"]["template"]["metadata"]["labels"]] {
            assert_eq!(labels["app.kubernetes.io/managed-by"], "mesh-export");
            assert_eq!(labels[MIRROR_LABEL], "web-infra");
            assert_eq!(labels[RUN_LABEL], "0123abcd");
        }
        assert_eq!(probe.of_mirror(), "mesh-export.platform.tools/probe=web-infra");
        assert_eq!(probe.of_run(), "mesh-export.platform.tools/run=0123abcd");
        assert_eq!(probe.pod(IMAGE)["spec"], job["spec"]["template"]["spec"], "the same pod is asked about");
    }
}
