//! What keeps a probe from proving anything.

use super::super::outcome::{Security, Trouble};
use super::About;
use crate::verdict::{Finding, Remedy, kubectl};

impl About<'_> {
    pub(super) fn stopped(&self, trouble: &Trouble) -> Finding {
        let (check, text) = self.reason(trouble);
        self.error(check, text, self.way_out(trouble))
    }

    fn reason(&self, trouble: &Trouble) -> (&'static str, String) {
        match trouble {
            Trouble::PodRefused { message, security: None } => {
                ("probe-pod-refused", format!("the cluster rejects the probe's pod: {message}"))
            }
            Trouble::PodRefused { message, security: Some(security) } => {
                ("probe-pod-security", security_text(&self.target.exported.namespace, message, security))
            }
            Trouble::Unmeshed => {
                let text = "pods in its namespace get no proxy, and clients without one are reset: nothing would be proved";
                ("probe-unmeshed", text.to_owned())
            }
            Trouble::Unscheduled(why) => {
                ("probe-not-scheduled", format!("the probe's pod cannot be scheduled: {why}"))
            }
            Trouble::NotStarted(why) => {
                ("probe-not-started", format!("the probe's pod does not start: {why}"))
            }
            Trouble::Speechless(why) => {
                ("probe-speechless", format!("the probe ended without a result: {why}"))
            }
            Trouble::Late(why) => ("probe-late", format!("the probe was not done in time: {why}")),
        }
    }

    fn way_out(&self, trouble: &Trouble) -> Remedy {
        let namespace = &self.target.exported.namespace;
        let run = |action: &str, words: &[&str]| Remedy::run(action, self.in_consumer(words));
        let events = ["get", "events", "--sort-by=.lastTimestamp"];
        match trouble {
            Trouble::PodRefused { security: None, .. } => Remedy::new(format!(
                "allow a small restricted pod in the namespace {namespace}, then run again"
            )),
            Trouble::PodRefused { security: Some(security), .. } => self.security(security),
            Trouble::Unmeshed => run(
                "bring up Linkerd's injector, and remove config.linkerd.io/admission-webhooks=disabled from the namespace; \
                 to see both, run",
                &[
                    "get",
                    &format!(
                        "mutatingwebhookconfigurations/linkerd-proxy-injector-webhook-config,ns/{namespace}"
                    ),
                    "-o",
                    "yaml",
                ],
            ),
            Trouble::Unscheduled(_) => {
                run("make room on a node, then run again; to see the nodes, run", &["get", "nodes"])
            }
            Trouble::NotStarted(_) => run(
                "choose an image that the nodes can pull with --probe-image; to see the events, run",
                &events,
            ),
            Trouble::Speechless(_) => {
                Remedy::new("choose an image with sh, nc, timeout and od with --probe-image, then run again")
            }
            Trouble::Late(_) => {
                run("give it more time with --probe-timeout; to see what it waits for, run", &events)
            }
        }
    }

    fn security(&self, security: &Security) -> Remedy {
        let namespace = &self.target.exported.namespace;
        match (&security.level, security.cni) {
            (_, Some(true)) => Remedy::new(format!(
                "make meshed pods of the namespace {namespace} meet its pod security; what it rejects is in the server's \
                 message"
            )),
            (None, _) => Remedy::new(
                "install linkerd-cni and set cniEnabled in Linkerd, or have the cluster's default of pod security \
                 allow what linkerd-init needs in this namespace",
            ),
            (Some(_), _) => {
                let words = [
                    "label",
                    "--overwrite",
                    "ns",
                    namespace,
                    "pod-security.kubernetes.io/enforce=privileged",
                ];
                let action = "install linkerd-cni and set cniEnabled in Linkerd, or allow what linkerd-init needs with";
                Remedy::run(action, kubectl(&self.seen.fleet, &self.target.consumer, &words))
            }
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
        Some(false) => ", and Linkerd runs without linkerd-cni, so each meshed pod needs NET_ADMIN",
        None => ", and whether Linkerd runs with linkerd-cni cannot be seen",
    };
    let said = if message.is_empty() { String::new() } else { format!("; the server says: {message}") };
    format!("no meshed pod can run in its namespace: {level}{cni}{said}")
}
