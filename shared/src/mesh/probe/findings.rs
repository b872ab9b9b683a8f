//! What a probe proves, or what keeps it from that, with what to do next.

use super::super::export::Target;
use super::super::snapshot::MeshSeen;
use super::outcome::{Outcome, PortOutcome, Probed, Security, Trouble};
use crate::terms::ClusterName;
use crate::verdict::{Finding, Remedy, against, kubectl};

/// A mirror with what was seen, for the words about it.
#[derive(Clone, Copy)]
struct About<'a> {
    seen: &'a MeshSeen,
    target: &'a Target,
}

/// What there is to say of a probe.
pub fn findings(seen: &MeshSeen, target: &Target, probed: &Probed) -> Vec<Finding> {
    let about = About { seen, target };
    match probed {
        Probed::Ran(ports) => ports.iter().filter_map(|port| about.port(port)).collect(),
        Probed::NoPort => {
            vec![
                about.info(
                    "probe-no-port",
                    "it has no port that connections can be made to; nothing is proved",
                ),
            ]
        }
        Probed::Stopped(trouble) => vec![about.stopped(trouble)],
        Probed::Blind(obstacle) => {
            let remedy = against(obstacle, &target.consumer, &seen.fleet);
            let text = format!("cannot be probed: {obstacle}");
            vec![Finding::unknown("probe-unseen", &about.clusters(), text, remedy).about(target.object())]
        }
        Probed::Pending => Vec::new(),
    }
}

/// A Job that could not be removed, and how to do it. It goes by itself once it has ended, where the cluster removes
/// such Jobs.
pub fn left_behind(seen: &MeshSeen, target: &Target, job: &str, why: &str) -> Finding {
    let about = About { seen, target };
    let name = format!("job/{job}");
    let words = about.in_consumer(&["delete", &name, "--cascade=background", "--ignore-not-found"]);
    let remedy = Remedy::run("remove it, or leave it to end and go by itself; to remove it, run", words);
    let text = format!("the Job {job} of its probe may be left behind: {why}");
    Finding::warning("probe-left-behind", &about.clusters(), text, remedy).about(target.object())
}

impl<'a> About<'a> {
    fn clusters(&self) -> [&'a ClusterName; 2] {
        [&self.seen.exporter, &self.target.consumer]
    }

    fn info(&self, check: &'static str, text: impl Into<String>) -> Finding {
        Finding::info(check, &self.clusters(), text).about(self.target.object())
    }

    fn error(&self, check: &'static str, text: impl Into<String>, remedy: Remedy) -> Finding {
        Finding::error(check, &self.clusters(), text, remedy).about(self.target.object())
    }

    /// A command in the namespace of the mirror.
    fn in_consumer(&self, words: &[&str]) -> String {
        let place = ["--namespace", self.target.exported.namespace.as_str()];
        kubectl(&self.seen.fleet, &self.target.consumer, &[&place, words].concat())
    }

    fn port(&self, seen: &PortOutcome) -> Option<Finding> {
        let PortOutcome { port, outcome, detail, .. } = seen;
        let said = if detail.is_empty() { String::new() } else { format!(": {detail}") };
        let (check, text, remedy) = match outcome {
            Outcome::Answered | Outcome::Greeted => return None,
            Outcome::Held => {
                let text = format!(
                    "port {port} held a connection and said nothing: that proves a connection through the mesh, and \
                     not that its server works"
                );
                return Some(self.info("probe-held", text));
            }
            Outcome::WrongAnswer => (
                "probe-wrong-answer",
                format!("port {port} answers, but not in {}{said}", seen.protocol.word()),
                Remedy::run(
                    "set the appProtocol of the port to what it speaks; to see it, run",
                    self.service(),
                ),
            ),
            Outcome::ProxyAnswered => (
                "probe-proxy-answer",
                format!("port {port} is answered by a proxy of the mesh{said}"),
                self.gateway(),
            ),
            Outcome::Silent => (
                "probe-silent",
                format!("port {port} accepts the connection and does not answer in {}", seen.protocol.word()),
                Remedy::run(
                    "see whether the server works, and list its port in config.linkerd.io/opaque-ports if it speaks \
                     first; to see its Service, run",
                    self.service(),
                ),
            ),
            Outcome::Reset => (
                "probe-reset",
                format!(
                    "port {port} accepts the connection and ends it at once: the mesh does not pass it on"
                ),
                self.gateway(),
            ),
            Outcome::TimedOut => (
                "probe-timeout",
                format!("port {port} takes no connection in time: packets are dropped on the way"),
                Remedy::run(
                    "let the namespace reach the gateway (port 4143): a NetworkPolicy or firewall stands between; to \
                     see the policies, run",
                    self.in_consumer(&["get", "networkpolicies"]),
                ),
            ),
            Outcome::Refused | Outcome::Unreachable => (
                "probe-refused",
                format!("port {port}: nobody listens at the address of the mirror{said}"),
                Remedy::run("see which endpoints the mirror has", self.endpoints()),
            ),
            Outcome::Unresolved => (
                "probe-unresolved",
                format!("{} has no address{said}", self.target.dns),
                Remedy::run(
                    "see whether the mirror is there and the DNS of the cluster serves this domain",
                    self.in_consumer(&["get", &format!("svc/{}", self.target.mirror), "-o", "wide"]),
                ),
            ),
            Outcome::Failed => (
                "probe-failed",
                format!("port {port}: the probe failed{said}"),
                Remedy::new("choose an image with sh, nc, timeout and od with --probe-image, then run again"),
            ),
        };
        Some(self.error(check, text, remedy))
    }

    fn endpoints(&self) -> String {
        let selector = format!("kubernetes.io/service-name={}", self.target.mirror);
        self.in_consumer(&["get", "endpointslices", "--selector", &selector])
    }

    fn service(&self) -> String {
        let key = &self.target.exported;
        let name = format!("svc/{}", key.name);
        kubectl(&self.seen.fleet, &self.seen.exporter, &["--namespace", &key.namespace, "describe", &name])
    }

    /// Where the exporter says why it does not pass a connection on.
    fn gateway(&self) -> Remedy {
        let words = ["--namespace", "linkerd-multicluster", "logs", "deploy/linkerd-gateway"];
        let words = [&words[..], &["--container", "linkerd-proxy", "--tail=50"]].concat();
        Remedy::run(
            "see why: a gateway that is down, another trust anchor, a policy that denies the gateway, or no backend; \
             its proxy says which",
            kubectl(&self.seen.fleet, &self.seen.exporter, &words),
        )
    }

    fn stopped(&self, trouble: &Trouble) -> Finding {
        let namespace = &self.target.exported.namespace;
        let events = || self.in_consumer(&["get", "events", "--sort-by=.lastTimestamp"]);
        let (check, text, remedy) = match trouble {
            Trouble::PodRefused { message, security: None } => (
                "probe-pod-refused",
                format!("the cluster does not admit the pod of the probe: {message}"),
                Remedy::new(format!("let a small restricted pod run in the namespace {namespace}, then run again")),
            ),
            Trouble::PodRefused { message, security: Some(security) } => {
                ("probe-pod-security", security_text(namespace, message, security), self.security(security))
            }
            Trouble::Unmeshed => (
                "probe-unmeshed",
                "a pod of its namespace gets no proxy, and a client without one is reset: nothing would be proved"
                    .to_owned(),
                Remedy::run(
                    "have Linkerd's injector answer, and take config.linkerd.io/admission-webhooks=disabled off the \
                     namespace; to see both, run",
                    self.in_consumer(&[
                        "get",
                        &format!("mutatingwebhookconfigurations/linkerd-proxy-injector-webhook-config,ns/{namespace}"),
                        "-o",
                        "yaml",
                    ]),
                ),
            ),
            Trouble::Unscheduled(why) => (
                "probe-not-scheduled",
                format!("no node takes the pod of the probe: {why}"),
                Remedy::run("make room on a node, then run again; to see the nodes, run", self.in_consumer(&["get", "nodes"])),
            ),
            Trouble::NotStarted(why) => (
                "probe-not-started",
                format!("the pod of the probe does not start: {why}"),
                Remedy::run("choose an image that the nodes can have with --probe-image; to see the events, run", events()),
            ),
            Trouble::Speechless(why) => (
                "probe-speechless",
                format!("the probe ended without a result: {why}"),
                Remedy::new("choose an image with sh, nc, timeout and od with --probe-image, then run again"),
            ),
            Trouble::Late(why) => (
                "probe-late",
                format!("the probe was not done in time: {why}"),
                Remedy::run("give it longer with --probe-timeout; to see what it waits for, run", events()),
            ),
        };
        self.error(check, text, remedy)
    }

    fn security(&self, security: &Security) -> Remedy {
        let namespace = &self.target.exported.namespace;
        match (&security.level, security.cni) {
            (_, Some(true)) => Remedy::new(format!(
                "run meshed pods of the namespace {namespace} as its pod security asks for; what it does not take is \
                 in the server's words"
            )),
            (None, _) => Remedy::new(
                "install linkerd-cni and set cniEnabled in Linkerd, or have the cluster's default of pod security \
                 allow what linkerd-init needs in this namespace",
            ),
            (Some(_), _) => Remedy::run(
                "install linkerd-cni and set cniEnabled in Linkerd, or allow what linkerd-init needs with",
                kubectl(
                    &self.seen.fleet,
                    &self.target.consumer,
                    &[
                        "label",
                        "--overwrite",
                        "ns",
                        namespace,
                        "pod-security.kubernetes.io/enforce=privileged",
                    ],
                ),
            ),
        }
    }
}

fn security_text(namespace: &str, message: &str, security: &Security) -> String {
    let level = match &security.level {
        Some(level) => format!("the namespace {namespace} enforces pod security {level}"),
        None => format!("pod security in the namespace {namespace} is enforced"),
    };
    let cni = match security.cni {
        Some(true) => "",
        Some(false) => ", and Linkerd works without linkerd-cni, so that each meshed pod needs NET_ADMIN",
        None => ", and whether Linkerd works with linkerd-cni cannot be seen",
    };
    let said = if message.is_empty() { String::new() } else { format!("; the server says: {message}") };
    format!("no meshed pod can run beside it: {level}{cni}{said}")
}

#[cfg(test)]
#[path = "findings_tests.rs"]
mod tests;
