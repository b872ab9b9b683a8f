//! A container that keeps its pod from being ready, by the status of the pod.

use serde_json::Value;

/// Why containers wait that are about to be started.
const STARTING: [&str; 2] = ["ContainerCreating", "PodInitializing"];
/// How the kubelet calls an end for want of memory.
const KILLED: &str = "OOMKilled";
/// Linkerd's proxy.
const PROXY: &str = "linkerd-proxy";

/// The first of them, of which more is known than that it starts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Failing {
    /// Its name.
    pub container: String,
    /// Whether it is one of those that come before the others.
    pub is_init: bool,
    /// Why it does not run, as one word of the kubelet: `CrashLoopBackOff`, `ImagePullBackOff`; empty while it does, and where it
    /// has just ended.
    pub reason: String,
    /// How its last run has ended: `OOMKilled`, `Error, exit code 1`; empty where it had none.
    pub ended: String,
    /// Whether somebody has started it again since.
    pub is_restarted: bool,
}

impl Failing {
    /// The one of a pod with this status: one that is not started again, then one that has ended, then one that runs again.
    pub fn of(status: &Value) -> Option<Self> {
        let list = |field: &str| status.get(field).and_then(Value::as_array).into_iter().flatten();
        let all = || {
            let init = list("initContainerStatuses").map(|one| (one, true));
            init.chain(list("containerStatuses").map(|one| (one, false)))
        };
        let held = || all().find_map(|(one, is_init)| Self::held(one, is_init));
        let over = || all().find_map(|(one, is_init)| Self::over(one, is_init));
        held().or_else(over).or_else(|| all().find_map(|(one, is_init)| Self::back(one, is_init)))
    }

    /// It waits, and does not do so because it is about to be started.
    fn held(status: &Value, is_init: bool) -> Option<Self> {
        let reason = text(status, "/state/waiting/reason");
        let is_held = !reason.is_empty() && !STARTING.contains(&reason);
        let ended = end(status, "/lastState/terminated");
        let (reason, is_restarted) = (reason.to_owned(), ended.is_some());
        let of = |ended| Self { reason, ended, is_restarted, ..Self::new(status, is_init) };
        is_held.then(|| of(ended.unwrap_or_default()))
    }

    /// It has ended, and not as one that is done.
    fn over(status: &Value, is_init: bool) -> Option<Self> {
        let ended = end(status, "/state/terminated").filter(|_| !is_done(status, "/state/terminated"))?;
        Some(Self { ended, ..Self::new(status, is_init) })
    }

    /// It runs again, and is not ready.
    fn back(status: &Value, is_init: bool) -> Option<Self> {
        let runs = status.pointer("/state/running").is_some();
        let is_ready = status.get("ready") == Some(&Value::Bool(true));
        let is_back = runs && !is_ready && !is_done(status, "/lastState/terminated");
        let ended = end(status, "/lastState/terminated").filter(|_| is_back)?;
        Some(Self { ended, is_restarted: true, ..Self::new(status, is_init) })
    }

    fn new(status: &Value, is_init: bool) -> Self {
        Self { container: text(status, "/name").to_owned(), is_init, ..Self::default() }
    }

    /// Whether it needs more memory than it may have.
    pub fn is_killed(&self) -> bool {
        self.ended.starts_with(KILLED)
    }

    /// Whether it is Linkerd's proxy.
    pub fn is_proxy(&self) -> bool {
        self.container == PROXY
    }

    /// Whether it cannot run for want of memory or of its image, whoever it waits for.
    pub fn is_unable(&self) -> bool {
        self.is_killed() || self.reason.contains("Image")
    }

    /// Whether it has ended with an error by itself, as one does that may not read what it lives on.
    pub fn is_failed(&self) -> bool {
        self.ended.contains(&with_code("Error", ""))
    }

    /// The field of its pod that says so.
    pub fn field(&self) -> String {
        let list = if self.is_init { "initContainerStatuses" } else { "containerStatuses" };
        format!("status.{list}[name={}].state", self.container)
    }

    /// What that says.
    pub fn state(&self) -> String {
        match (self.reason.as_str(), self.ended.as_str()) {
            ("", ended) if self.is_restarted => format!("runs again after {ended}"),
            ("", ended) => ended.to_owned(),
            (reason, "") => reason.to_owned(),
            (reason, ended) => format!("{reason} after {ended}"),
        }
    }
}

impl std::fmt::Display for Failing {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "container {}: {}", self.container, self.state())
    }
}

/// How a run ended, in short.
fn end(status: &Value, run: &str) -> Option<String> {
    let run = status.pointer(run)?;
    let reason = text(run, "/reason");
    let code = run.get("exitCode").and_then(Value::as_i64);
    Some(match code {
        _ if reason == KILLED => KILLED.to_owned(),
        Some(code) if reason.is_empty() => format!("exit code {code}"),
        Some(code) => with_code(reason, code),
        None => reason.to_owned(),
    })
    .filter(|text| !text.is_empty())
}

fn with_code(reason: &str, code: impl std::fmt::Display) -> String {
    format!("{reason}, exit code {code}")
}

/// Whether it has ended as somebody who is done does.
fn is_done(status: &Value, run: &str) -> bool {
    status.pointer(run).and_then(|run| run.get("exitCode")).and_then(Value::as_i64) == Some(0)
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn said(status: &Value) -> String {
        Failing::of(status).map(|one| one.to_string()).unwrap_or_default()
    }

    fn ended(reason: &str, code: i64) -> Value {
        json!({"terminated": {"reason": reason, "exitCode": code}})
    }

    #[test]
    fn a_container_is_named_with_why_it_does_not_run_and_how_it_ended() {
        let waits = |reason: &str| json!({"waiting": {"reason": reason}});
        let of = |state: Value, last: Value| {
            said(&json!({"containerStatuses": [
            {"name": "pause", "ready": true, "state": {"running": {}}},
            {"name": "linkerd-proxy", "ready": false, "state": state, "lastState": last}]}))
        };
        assert_eq!(
            of(waits("CrashLoopBackOff"), ended("OOMKilled", 137)),
            "container linkerd-proxy: CrashLoopBackOff after OOMKilled"
        );
        assert_eq!(
            of(waits("CrashLoopBackOff"), ended("Error", 1)),
            "container linkerd-proxy: CrashLoopBackOff after Error, exit code 1"
        );
        assert_eq!(of(waits("ImagePullBackOff"), json!({})), "container linkerd-proxy: ImagePullBackOff");
        assert_eq!(of(ended("Error", 2), json!({})), "container linkerd-proxy: Error, exit code 2");
        assert_eq!(
            of(json!({"running": {}}), ended("OOMKilled", 137)),
            "container linkerd-proxy: runs again after OOMKilled"
        );
        assert_eq!(of(waits("ContainerCreating"), json!({})), "", "it is about to start");
        assert_eq!(of(json!({"running": {}}), json!({})), "");
        assert_eq!(of(json!({"running": {}}), ended("Completed", 0)), "");
    }

    #[test]
    fn what_ails_a_container_is_told_apart() {
        let of = |name: &str, reason: &str, last: Value| {
            let waits = json!({"waiting": {"reason": reason}});
            let one = json!({"name": name, "state": waits, "lastState": last});
            let one = Failing::of(&json!({"containerStatuses": [one]})).unwrap();
            (one.is_proxy(), one.is_unable(), one.is_failed())
        };
        let crashed = "CrashLoopBackOff";
        assert_eq!(of("linkerd-proxy", crashed, ended("Error", 137)), (true, false, true));
        assert_eq!(of("linkerd-proxy", crashed, ended("OOMKilled", 137)), (true, true, false));
        assert_eq!(of("app", "ErrImagePull", json!({})), (false, true, false));
        assert_eq!(of("app", crashed, ended("Completed", 0)), (false, false, false));
    }

    #[test]
    fn one_that_comes_before_the_others_is_named_unless_it_is_done() {
        let of = |init: Value| {
            let others = json!([{"name": "app", "state": {"waiting": {"reason": "PodInitializing"}}}]);
            Failing::of(
                &json!({"initContainerStatuses": [{"name": "linkerd-init", "ready": true, "state": init}],
                "containerStatuses": others}),
            )
        };
        let failing = of(ended("Error", 1)).unwrap();
        assert_eq!(failing.field(), "status.initContainerStatuses[name=linkerd-init].state");
        assert!(!failing.is_restarted, "what it wrote is of its only run");
        assert_eq!(of(ended("Completed", 0)), None);
        assert_eq!(Failing::of(&Value::Null), None);
    }
}
