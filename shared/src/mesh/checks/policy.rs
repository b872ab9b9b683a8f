//! Linkerd's policies on the way of a mirror's clients: the gateway's port, the port that it is probed on, and the
//! backends. Most clusters let in what is meshed; these look for what does not.

mod backends;
mod inside;
mod named;
mod narrow;
mod offer;
mod probed;
mod shown;

use super::gateway::Gateway;
use super::{Pair, known, settings};
use crate::mesh::machinery::{Admission, Caller, Pod, Policies, Routes, Server};
use crate::mesh::names::CONFIG;
use crate::terms::{Kind, ObjectRef, Observed};
use crate::verdict::{Finding, Remedy};

pub(super) use backends::backends;
use named::nameless;
use narrow::{inside_alone, narrow};
pub(super) use probed::{Prober, probe, prober_or_anybody};
use shown::{nearby, required};

/// The proxy's port for what comes in: its usual number, and the name in its container.
pub(super) const DATA: (&str, u16) = ("linkerd-proxy", 4143);
/// Its port for metrics and probes.
pub(super) const ADMIN: (&str, u16) = ("linkerd-admin", 4191);

pub(super) fn policies<'a>(asked: &'a Pair<'_>) -> Option<&'a Policies> {
    match &asked.there()?.policies {
        Observed::Present(policies) => Some(policies),
        Observed::Absent | Observed::Unknown(_) => None,
    }
}

pub(super) fn port_of(pod: &Pod, (name, usual): (&str, u16)) -> u16 {
    pod.ports.iter().find(|port| port.0 == name).map_or(usual, |port| port.1)
}

/// What is let in by default, in the settings of Linkerd.
pub(crate) const BY_DEFAULT: &str = "proxy.defaultInboundPolicy";

/// What is let in where no Server is about a port.
fn default<'a>(asked: &'a Pair<'_>, pod: &'a Pod) -> Option<&'a str> {
    let set = || asked.there().and_then(settings).and_then(|settings| settings.inbound_policy.as_deref());
    pod.inbound_policy.as_deref().or_else(set)
}

/// Whoever comes from the consumer.
fn anybody<'a>(asked: &'a Pair<'_>, without: Option<&'a str>, addresses: &'a [String]) -> Caller<'a> {
    let [trust, own_trust] = [asked.here(), asked.there()]
        .map(|side| side.and_then(settings).map(crate::mesh::machinery::Settings::trust));
    Caller::Anybody { trust, own_trust, without, addresses }
}

/// A client, from one of these addresses: none is beside the gateways, whose account does not stand for others.
fn client<'a>(asked: &'a Pair<'_>, addresses: &'a [String]) -> Caller<'a> {
    let extension = asked.there().map(|there| there.namespace.as_str());
    anybody(asked, extension.filter(|name| *name == asked.link.namespace), addresses)
}

/// The routes of the exporter, where all of them were looked at.
fn routes<'a>(asked: &'a Pair<'_>) -> Routes<'a> {
    let there = asked.there()?;
    known(&there.routes).filter(|_| !there.has_old_routes)
}

fn the(asked: &Pair<'_>, server: &Server) -> ObjectRef {
    ObjectRef::namespaced(&asked.seen.exporter, Kind::Server, &server.namespace, &server.name)
}

fn look(asked: &Pair<'_>, namespace: &str) -> String {
    let kinds = "servers.policy.linkerd.io,authorizationpolicies.policy.linkerd.io,meshtlsauthentications.policy.linkerd.io,\
                 networkauthentications.policy.linkerd.io";
    asked.kubectl_there(&["--namespace", namespace, "get", kinds])
}

/// More than one Server is about a port: one of them holds, and nobody says which.
fn several(asked: &Pair<'_>, servers: &[&Server], what: &str) -> (String, Remedy) {
    let names: Vec<&str> = servers.iter().map(|server| server.name.as_str()).collect();
    let namespace = servers.first().map_or("", |server| server.namespace.as_str());
    let text =
        format!("the Servers {} all cover {what}: which of them applies is undefined", names.join(", "));
    (text, Remedy::run("keep one of them; to see them, run", look(asked, namespace)))
}

pub(super) fn gateway(asked: &Pair<'_>) -> Option<Finding> {
    const CHECK: &str = "gateway-policy";
    let (gateway, policies, exporter) = (Gateway::of(asked)?, policies(asked)?, &asked.seen.exporter);
    let pods = gateway.pods()?;
    let pod = pods.iter().find(|pod| pod.is_meshed)?;
    let port = port_of(pod, DATA);
    let servers = policies.servers_of(pod, port);
    let what = format!("port {port} of the gateway of {exporter}");
    let (text, remedy, server) = match servers.as_slice() {
        [] if default(asked, pod) == Some("deny") => {
            let text = format!("no policy covers {what}, and the default denies all traffic");
            (text, brings(asked, &pod.namespace), None)
        }
        [] => return inside_alone(asked, &gateway, (policies, pod), &what),
        [server] if !server.protocol.is_empty() => {
            let text = format!(
                "the Server {} assumes {} on {what}: other connections fail",
                server.name, server.protocol
            );
            (text, looks_itself(asked, server), Some(*server))
        }
        [server] => {
            let Some(why) = closed(policies.admission(server, client(asked, &[]), routes(asked))) else {
                return some_alone(asked, &gateway, (policies, server), &what);
            };
            let text = format!(
                "the Server {} denies clients of {} access to {what}{why}",
                server.name, asked.consumer
            );
            (text, brings(asked, &server.namespace), Some(*server))
        }
        [server, ..] => {
            let (text, remedy) = several(asked, &servers, &what);
            (text, remedy, Some(*server))
        }
    };
    let finding = domain_of_clients(asked, Finding::error(CHECK, &asked.both(), text, remedy));
    Some(match server {
        Some(server) => required(finding.about(the(asked, server)), policies, server),
        None => nearby(finding.seen("default-inbound-policy", "deny"), policies, pod),
    })
}

/// A Server that lets in somebody, who is nobody that is known.
fn some_alone(
    asked: &Pair<'_>,
    gateway: &Gateway<'_>,
    (policies, server): (&Policies, &Server),
    what: &str,
) -> Option<Finding> {
    narrow(asked, gateway, (policies, server), what).or_else(|| nameless(asked, (policies, server), what))
}

/// How the identities of clients end.
fn domain_of_clients(asked: &Pair<'_>, finding: Finding) -> Finding {
    let Some(settings) = asked.here().and_then(settings) else { return finding };
    let field = format!("identityTrustDomain in configmap/{} of {}", CONFIG.1, asked.consumer);
    finding.seen(field, settings.trust())
}

/// Why a Server lets nobody in; `None` when it does.
fn closed(admission: Admission) -> Option<String> {
    match admission {
        Admission::Open => None,
        Admission::Closed => Some(": no AuthorizationPolicy admits them".to_owned()),
        Admission::Dangling(missing) => {
            Some(format!(": its policy requires {missing}, which does not exist"))
        }
        Admission::Elsewhere(route) => {
            Some(format!(": its policy is for {route}, which is not one of its routes"))
        }
    }
}

fn brings(asked: &Pair<'_>, namespace: &str) -> Remedy {
    let action = format!(
        "restore the gateway's policies with `helm upgrade` of linkerd-multicluster in {}, or correct them; to see them, run",
        asked.seen.exporter
    );
    Remedy::run(action, look(asked, namespace))
}

/// A gateway finds out by itself what is spoken.
fn looks_itself(asked: &Pair<'_>, server: &Server) -> Remedy {
    let object = format!("servers.policy.linkerd.io/{}", server.name);
    let patch = r#"[{"op":"remove","path":"/spec/proxyProtocol"}]"#;
    let words = ["--namespace", &server.namespace, "patch", &object, "--type=json", "--patch", patch];
    Remedy::run("let the gateway detect the protocol", asked.kubectl_there(&words))
}
