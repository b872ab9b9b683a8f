//! Whether policies let the probe of the gateway in, which its service mirror sends.

use super::{ADMIN, anybody, closed, default, policies, port_of, routes, several, the};
use crate::mesh::checks::controller::serves;
use crate::mesh::checks::gateway::Gateway;
use crate::mesh::checks::{Pair, known, settings};
use crate::mesh::machinery::{Caller, Pod};
use crate::mesh::names::{PROBE_PATH, identity_of};
use crate::verdict::{Finding, Remedy};

/// The controller, which probes.
pub(in crate::mesh::checks) struct Prober {
    identity: String,
    account: String,
}

impl Prober {
    pub(in crate::mesh::checks) fn of(asked: &Pair<'_>) -> Option<Self> {
        let here = asked.here()?;
        let pods = known(&here.pods)?.iter().filter(|pod| serves(&pod.labels, asked.link));
        let pod = pods.min_by_key(|pod| pod.name.as_str())?;
        let (account, trust) = (pod.account.clone(), settings(here)?.trust());
        Some(Self { identity: identity_of(&account, &here.namespace, trust), account })
    }
}

/// Where the controller is not known, anybody may be it.
pub(in crate::mesh::checks) fn prober_or_anybody<'a>(
    asked: &'a Pair<'_>,
    prober: Option<&'a Prober>,
) -> Caller<'a> {
    let of = |prober: &'a Prober| Caller::Known {
        identity: &prober.identity,
        account: (&asked.link.namespace, &prober.account),
        addresses: &[],
    };
    prober.map_or_else(|| anybody(asked, None, &[]), of)
}

/// The probe comes without an account that a policy knows: a Server lets it through where the kubelet asks the proxy for
/// the same path.
pub(in crate::mesh::checks) fn probe(asked: &Pair<'_>) -> Option<Finding> {
    const CHECK: &str = "probe-policy";
    let (gateway, policies, exporter) = (Gateway::of(asked)?, policies(asked)?, &asked.seen.exporter);
    let pods = gateway.pods()?;
    let pod = pods.iter().find(|pod| pod.is_meshed)?;
    let port = port_of(pod, ADMIN);
    let servers = policies.servers_of(pod, port);
    let (what, path) = (format!("port {port} of the gateway of {exporter}"), &asked.link.gateway.probe.path);
    // Without a path there is no probe, which is another finding.
    let is_kubelets = path.is_empty() || pod.probed.is_empty() || pod.probed.contains(path);
    let (text, remedy, server) = match servers.as_slice() {
        [] if default(asked, pod) == Some("deny") && !is_kubelets => {
            let text = format!(
                "no policy covers {what}, and the default admits only {} there, not the probe to {path}",
                pod.probed.join(" and ")
            );
            (text, at_another_path(asked, &gateway, pod), gateway.object(asked))
        }
        [] => return None,
        [server] => {
            let prober = Prober::of(asked);
            closed(policies.admission(server, prober_or_anybody(asked, prober.as_ref()), routes(asked)))
                .filter(|_| !is_kubelets)?;
            let text = format!(
                "the Server {} denies the probe access to {path} of {what}: without a policy it admits only {}",
                server.name,
                pod.probed.join(" and ")
            );
            (text, at_another_path(asked, &gateway, pod), the(asked, server))
        }
        [server, ..] => {
            let (text, remedy) = several(asked, &servers, &what);
            (text, remedy, the(asked, server))
        }
    };
    let finding = Finding::error(CHECK, &[&asked.seen.exporter], text, remedy).about(server);
    let finding = finding.seen("spec.probeSpec.path", path);
    let finding = annotated(&gateway).into_iter().fold(finding, |finding, value| {
        finding.seen(format!("metadata.annotations[{PROBE_PATH}] of svc/{}", gateway.service().name), value)
    });
    let field = "spec.containers[name=linkerd-proxy].readinessProbe.httpGet.path";
    Some(finding.seen(format!("{field} of pod/{}", pod.name), pod.probed.join(", ")))
}

/// The path of which the gateway's Service says that it is probed there: a Link gets it from here.
fn annotated<'a>(gateway: &Gateway<'a>) -> Option<&'a String> {
    gateway.service().annotations.get(PROBE_PATH)
}

/// How the probe gets to a path that the proxy answers at: a Link that is made anew has the one of the chart.
fn at_another_path(asked: &Pair<'_>, gateway: &Gateway<'_>, pod: &Pod) -> Remedy {
    let anew = asked.link_anew();
    if annotated(gateway).is_none_or(|said| pod.probed.contains(said)) {
        return anew;
    }
    let ready = pod.probed.iter().find(|path| *path == "/ready").or(pod.probed.first());
    let action = format!(
        "set gateway.probe.path back to {}, at which the gateway's proxy answers, in the Helm values of linkerd-multicluster in {}, \
         then {}",
        ready.map_or("/ready", String::as_str),
        asked.seen.exporter,
        anew.action
    );
    Remedy { action, ..anew }
}
