//! What became of one port.

use super::super::outcome::{Outcome, PortOutcome};
use super::About;
use crate::verdict::{Finding, Remedy, kubectl};

impl About<'_> {
    /// Nothing where a server has spoken.
    pub(super) fn port(&self, seen: &PortOutcome) -> Option<Finding> {
        let (check, text) = self.words(seen)?;
        match self.next(seen.outcome) {
            Some(remedy) => Some(self.error(check, text, remedy)),
            None => Some(self.info(check, text)),
        }
    }

    fn words(
        &self,
        PortOutcome { port, protocol, outcome, detail }: &PortOutcome,
    ) -> Option<(&'static str, String)> {
        let said = if detail.is_empty() { String::new() } else { format!(": {detail}") };
        let protocol = protocol.word();
        let words = match outcome {
            Outcome::Answered | Outcome::Greeted => return None,
            Outcome::Held => (
                "probe-held",
                format!(
                    "port {port} held the connection and sent nothing: that proves a connection through the mesh, not that \
                     its server works"
                ),
            ),
            Outcome::WrongAnswer => {
                ("probe-wrong-answer", format!("port {port} answers, but not in {protocol}{said}"))
            }
            Outcome::ProxyAnswered => {
                ("probe-proxy-answer", format!("port {port} is answered by a mesh proxy{said}"))
            }
            Outcome::Silent => (
                "probe-silent",
                format!("port {port} accepts the connection and does not answer in {protocol}"),
            ),
            Outcome::Reset => (
                "probe-reset",
                format!(
                    "port {port} accepts the connection and closes it at once: the mesh does not forward it"
                ),
            ),
            Outcome::TimedOut => (
                "probe-timeout",
                format!("port {port}: the connection times out: packets are dropped on the way"),
            ),
            Outcome::Refused | Outcome::Unreachable => {
                ("probe-refused", format!("port {port}: nothing listens at the address of the mirror{said}"))
            }
            Outcome::Unresolved => ("probe-unresolved", format!("{} has no address{said}", self.target.dns)),
            Outcome::Failed => ("probe-failed", format!("port {port}: the probe failed{said}")),
        };
        Some(words)
    }

    fn next(&self, outcome: Outcome) -> Option<Remedy> {
        let remedy = match outcome {
            Outcome::Answered | Outcome::Greeted | Outcome::Held => return None,
            Outcome::ProxyAnswered | Outcome::Reset if self.target.way.is_direct() => self.policies(),
            Outcome::ProxyAnswered | Outcome::Reset => self.gateway(),
            Outcome::WrongAnswer => Remedy::run(
                "set the port's appProtocol to the protocol it speaks; to see it, run",
                self.service(),
            ),
            Outcome::Silent => Remedy::run(
                "check that the server works, and list its port in config.linkerd.io/opaque-ports if it speaks first; to see \
                 its Service, run",
                self.service(),
            ),
            Outcome::TimedOut | Outcome::Refused | Outcome::Unreachable if self.target.way.is_direct() => {
                self.routes()
            }
            Outcome::TimedOut => Remedy::run(
                "let the namespace reach the gateway (port 4143): a NetworkPolicy or firewall blocks it; to see the \
                 policies, run",
                self.in_consumer(&["get", "networkpolicies"]),
            ),
            Outcome::Refused | Outcome::Unreachable => {
                Remedy::run("check which endpoints the mirror has", self.endpoints())
            }
            Outcome::Unresolved => Remedy::run(
                "check that the mirror exists and that the cluster DNS serves this domain",
                self.in_consumer(&["get", &format!("svc/{}", self.target.mirror), "-o", "wide"]),
            ),
            Outcome::Failed => {
                Remedy::new("choose an image with sh, nc, timeout and od with --probe-image, then run again")
            }
        };
        Some(remedy)
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

    /// Past a gateway clients come themselves: their identity and their trust anchors count.
    fn policies(&self) -> Remedy {
        let kinds = "servers.policy.linkerd.io,authorizationpolicies.policy.linkerd.io";
        let words = ["--namespace", &self.target.exported.namespace, "get", kinds];
        let action = format!(
            "find out why: a policy of the backends that denies clients of {}, a different trust anchor, or pods without a \
             proxy; to see the policies, run",
            self.target.consumer
        );
        Remedy::run(action, kubectl(&self.seen.fleet, &self.seen.exporter, &words))
    }

    /// Past a gateway clients reach for the pods' own addresses.
    fn routes(&self) -> Remedy {
        let words = ["--namespace", &self.target.exported.namespace, "get", "pods", "-o", "wide"];
        let action = format!(
            "let pods of {} reach pods of {} by their addresses (port 4143): a route is missing, or a NetworkPolicy or \
             firewall blocks it; to see the addresses, run",
            self.target.consumer, self.seen.exporter
        );
        Remedy::run(action, kubectl(&self.seen.fleet, &self.seen.exporter, &words))
    }

    /// Where the exporter says why it does not pass a connection on.
    fn gateway(&self) -> Remedy {
        let account = self.target.link_in(self.seen).and_then(|link| link.gateway.account());
        let (namespace, name) = account.unwrap_or(("linkerd-multicluster", "linkerd-gateway"));
        let workload = format!("deploy/{name}");
        let words = ["--namespace", namespace, "logs", &workload];
        let words = [&words[..], &["--container", "linkerd-proxy", "--tail=50"]].concat();
        Remedy::run(
            "find out why: the gateway is down, the trust anchors differ, a policy denies the gateway, or there is no \
             backend; its proxy logs which",
            kubectl(&self.seen.fleet, &self.seen.exporter, &words),
        )
    }
}
