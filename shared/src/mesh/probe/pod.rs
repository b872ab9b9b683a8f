//! How far the pod of a probe has come, from what the API shows of it.

use super::manifest::CONTAINER;
use super::outcome::Trouble;
use serde_json::Value;

/// The container that makes a pod a part of the mesh.
const PROXY: &str = "linkerd-proxy";

/// Why a container waits although waiting will not help.
const HOPELESS: [&str; 8] = [
    "CrashLoopBackOff",
    "CreateContainerConfigError",
    "CreateContainerError",
    "ErrImageNeverPull",
    "ImageInspectError",
    "ImagePullBackOff",
    "InvalidImageName",
    "RunContainerError",
];

/// How far a pod has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// On its way; what it waits for.
    Coming(String),
    /// It will not come any further.
    Stuck(Trouble),
    /// The probe has spoken.
    Done,
}

/// Whether Linkerd's proxy is in the pod, as a container or as a native sidecar.
pub fn is_meshed(pod: &Value) -> bool {
    let lists = ["/spec/containers", "/spec/initContainers"];
    lists.iter().flat_map(|list| list_at(pod, list)).any(|container| text(container, "/name") == PROXY)
}

/// How far the pod has come.
pub fn stage(pod: &Value) -> Stage {
    let statuses = || {
        ["/status/initContainerStatuses", "/status/containerStatuses"]
            .into_iter()
            .flat_map(|list| list_at(pod, list))
    };
    let own = list_at(pod, "/status/containerStatuses").find(|status| text(status, "/name") == CONTAINER);
    if own.is_some_and(|status| status.pointer("/state/terminated").is_some()) {
        return Stage::Done;
    }
    if let Some(status) = statuses().find(|status| HOPELESS.contains(&text(status, "/state/waiting/reason")))
    {
        return Stage::Stuck(Trouble::NotStarted(waiting(status)));
    }
    if text(pod, "/status/phase") == "Failed" {
        return Stage::Stuck(Trouble::Speechless(reason(pod, "/status")));
    }
    let scheduled = list_at(pod, "/status/conditions").find(|one| text(one, "/type") == "PodScheduled");
    match scheduled.filter(|condition| text(condition, "/status") == "False") {
        Some(condition) => Stage::Coming(format!("no node takes its pod: {}", reason(condition, ""))),
        None => Stage::Coming(
            statuses()
                .find(|status| status.pointer("/state/waiting").is_some())
                .map_or_else(|| "its pod has not started".to_owned(), waiting),
        ),
    }
}

/// What is said of a pod that has come no further than this in time.
pub fn late(pod: Option<&Value>) -> Trouble {
    match pod.map(stage) {
        None => Trouble::Late("no pod was created for it".to_owned()),
        Some(Stage::Coming(words)) => match words.strip_prefix("no node takes its pod: ") {
            Some(reason) => Trouble::Unscheduled(reason.to_owned()),
            None => Trouble::Late(words),
        },
        Some(Stage::Stuck(trouble)) => trouble,
        Some(Stage::Done) => Trouble::Late("its log did not arrive".to_owned()),
    }
}

fn waiting(status: &Value) -> String {
    let waits = reason(status, "/state/waiting");
    format!("its container {} ({}) waits: {waits}", text(status, "/name"), text(status, "/image"))
}

/// `Reason: message`, as far as there is either.
fn reason(value: &Value, at: &str) -> String {
    let words = ["reason", "message"].map(|field| text(value, &format!("{at}/{field}")).trim());
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "no reason is given".to_owned() } else { words.join(": ") }
}

fn list_at<'a>(value: &'a Value, at: &str) -> impl Iterator<Item = &'a Value> {
    value.pointer(at).and_then(Value::as_array).into_iter().flatten()
}

fn text<'a>(value: &'a Value, at: &str) -> &'a str {
    value.pointer(at).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn status(status: &Value) -> Stage {
        stage(&json!({ "status": status }))
    }

    #[test]
    fn a_probe_has_spoken_when_its_own_container_has_ended_whatever_the_proxy_does() {
        let of = |name: &str| json!({ "name": name, "state": { "terminated": { "exitCode": 0 } } });
        let running = json!({ "name": PROXY, "state": { "running": {} } });
        let done = json!({ "phase": "Running", "containerStatuses": [running, of(CONTAINER)] });
        assert_eq!(status(&done), Stage::Done);
        let other = json!({ "phase": "Running", "containerStatuses": [of("other"), running] });
        assert_eq!(status(&other), Stage::Coming("its pod has not started".into()));
    }

    #[test]
    fn an_image_that_cannot_be_had_is_no_reason_to_wait() {
        let waiting = |reason: &str| {
            let state = json!({ "waiting": { "reason": reason, "message": "not found" } });
            json!({ "phase": "Pending", "containerStatuses": [{ "name": CONTAINER, "image": "x:1", "state": state }] })
        };
        for reason in HOPELESS {
            let words = format!("its container probe (x:1) waits: {reason}: not found");
            assert_eq!(status(&waiting(reason)), Stage::Stuck(Trouble::NotStarted(words)));
        }
        let words = "its container probe (x:1) waits: ContainerCreating: not found";
        assert_eq!(status(&waiting("ContainerCreating")), Stage::Coming(words.into()));
    }

    #[test]
    fn a_pod_that_no_node_takes_is_late_for_that_reason() {
        let condition = json!({ "type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/3 nodes" });
        let pod = json!({ "status": { "phase": "Pending", "conditions": [condition] } });
        assert_eq!(late(Some(&pod)), Trouble::Unscheduled("Unschedulable: 0/3 nodes".into()));
        assert_eq!(late(None), Trouble::Late("no pod was created for it".into()));
    }

    #[test]
    fn a_pod_that_failed_before_it_spoke_says_why() {
        let evicted = json!({ "phase": "Failed", "reason": "Evicted", "message": "disk" });
        assert_eq!(status(&evicted), Stage::Stuck(Trouble::Speechless("Evicted: disk".into())));
        assert_eq!(
            status(&json!({ "phase": "Failed" })),
            Stage::Stuck(Trouble::Speechless("no reason is given".into()))
        );
    }

    #[test]
    fn a_proxy_is_found_in_both_lists() {
        for list in ["containers", "initContainers"] {
            assert!(is_meshed(&json!({ "spec": { list: [{ "name": "x" }, { "name": PROXY }] } })), "{list}");
        }
        assert!(!is_meshed(&json!({ "spec": { "containers": [{ "name": CONTAINER }] } })));
    }
}
