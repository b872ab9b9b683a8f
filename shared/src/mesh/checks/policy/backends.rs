//! Whether the backends of a Service let in whom its mirror brings: the gateway, or clients themselves.

use super::inside::{is_by_address, outside};
use super::named::Named;
use super::offer::{self, Offer};
use super::{BY_DEFAULT, client, closed, default, domain_of_clients, nearby};
use super::{policies, required, routes, several, the};
use crate::mesh::checks::behind::{behind, number, targets};
use crate::mesh::checks::gateway::Gateway;
use crate::mesh::checks::{Question, known, settings};
use crate::mesh::machinery::{Caller, Client, Pod, Policies, Server};
use crate::mesh::names::CONFIG;
use crate::verdict::{Finding, Remedy, Severity};

const CHECK: &str = "backend-policy";

/// Who comes to the backends of a mirror.
struct Comer<'a> {
    /// The gateway's account; `None` when clients come themselves.
    account: Option<(&'a str, &'a str)>,
    /// What its pods are to others. What the Link takes them for is another finding, and shuts nobody out here.
    identity: String,
    /// Those of the gateway, or of clients that are known.
    addresses: Vec<String>,
}

impl<'a> Comer<'a> {
    /// Clients past the gateway, by their addresses.
    fn placed(asked: &Question<'_>) -> Option<Self> {
        let clients = known(&asked.seen_here.clients).filter(|_| asked.way.is_direct())?.iter();
        let ours = clients.filter(|one| one.names(&asked.target.key()) && !one.pod.is_on_host);
        let addresses: Vec<String> =
            ours.map(|one| one.pod.address.clone()).filter(|one| !one.is_empty()).collect();
        (!addresses.is_empty()).then(|| Self { account: None, identity: String::new(), addresses })
    }

    /// A client past the gateway, by what it is called.
    fn called(one: &'a Named<'_>) -> Self {
        let account = (one.pod.namespace.as_str(), one.pod.account.as_str());
        Self { account: Some(account), identity: one.identity.clone(), addresses: Vec::new() }
    }

    fn of(asked: &'a Question<'_>) -> Option<Self> {
        if !asked.uses_gateway() {
            return Some(Self { account: None, identity: String::new(), addresses: Vec::new() });
        }
        let gateway = Gateway::of(asked)?;
        let pods = gateway.pods()?;
        let account = (gateway.there.namespace.as_str(), pods.first()?.account.as_str());
        let addresses =
            pods.iter().map(|pod| pod.address.clone()).filter(|address| !address.is_empty()).collect();
        let identity = gateway.identity().unwrap_or_else(|| asked.link.gateway.identity.clone());
        Some(Self { account: Some(account), identity, addresses })
    }

    fn caller<'b>(&'b self, asked: &'b Question<'_>) -> Caller<'b> {
        match self.account {
            Some(account) => Caller::Known { identity: &self.identity, account, addresses: &self.addresses },
            None => client(asked, &self.addresses),
        }
    }

    fn words(&self, asked: &Question<'_>) -> String {
        match self.account {
            Some((namespace, name)) => format!("the gateway ({namespace}/{name})"),
            None => format!("clients of {}", asked.consumer),
        }
    }
}

/// A port of a pod that lets nobody in, and why.
struct Shut<'a> {
    pod: &'a Pod,
    port: u16,
    server: Option<&'a Server>,
    /// What is let in without a policy: by the Server, or where there is none by default.
    access: &'a str,
    why: String,
    /// Whether it is told by the addresses of some clients.
    is_guess: bool,
}

pub(in crate::mesh::checks) fn backends(asked: &Question<'_>) -> Option<Finding> {
    let (policies, comer) = (policies(asked)?, Comer::of(asked)?);
    let ports = ports(asked)?;
    let of =
        |comer: &Comer<'_>| ports.iter().find_map(|(pod, port)| shut(asked, policies, (pod, *port), comer));
    // Who lets in some addresses is told of where all that are known are others.
    let from = || {
        let placed = Comer::placed(asked)?;
        let shut = of(&placed)?;
        let why = format!("{}, from {}", shut.why, placed.addresses.join(", "));
        Some(Shut { why, is_guess: true, ..shut })
    };
    // The same of who is called otherwise than whom it lets in.
    let called = || {
        let is_one = |one: &Client| one.names(&asked.target.key()) && asked.way.is_direct();
        let named = Named::among(asked, is_one);
        let all: Vec<Shut<'_>> = named.iter().map(|one| of(&Comer::called(one))).collect::<Option<_>>()?;
        let (first, shut) = named.first().zip(all.into_iter().next())?;
        let why = format!("{}, such as {}", shut.why, first.words());
        Some(Shut { why, is_guess: true, ..shut })
    };
    if let Some(shut) = of(&comer).or_else(from).or_else(called) {
        return Some(told(asked, policies, &comer, &shut));
    }
    let twice = ports.iter().map(|(pod, port)| (port, policies.servers_of(pod, *port)));
    let (port, servers) = twice.into_iter().find(|(_, servers)| servers.len() > 1)?;
    let (text, remedy): (String, Remedy) = several(asked, &servers, &format!("port {port} of its pods"));
    Some(Finding::warning(CHECK, &[&asked.seen.exporter], text, remedy).about(asked.exported()))
}

/// What is told of a port that lets nobody in.
fn told(asked: &Question<'_>, policies: &Policies, comer: &Comer<'_>, shut: &Shut<'_>) -> Finding {
    let whom = comer.words(asked);
    let by =
        shut.server.map_or("its pods deny".to_owned(), |server| format!("the Server {} denies", server.name));
    let text = format!("{by} {whom} access on port {}{}", shut.port, shut.why);
    let offer = Offer {
        server: shut.server,
        pod: shut.pod,
        port: shut.port,
        access: Some(shut.access).filter(|access| is_by_address(access)),
        account: comer.account,
    };
    // All that comes through the gateway is alike.
    let both = asked.both();
    let clusters = if comer.account.is_some() { &both[..1] } else { &both[..] };
    let finding = Finding::error(CHECK, clusters, text, offer::remedy(asked, &offer));
    // Past the gateway, something may translate addresses, and other clients may come from others.
    let is_guess = shut.is_guess || (comer.account.is_none() && is_by_address(shut.access));
    let severity = if is_guess { Severity::Warning } else { Severity::Error };
    let finding = Finding { severity, ..finding };
    let finding = finding.about(shut.server.map_or_else(|| asked.exported(), |server| the(asked, server)));
    let finding = finding.seen("pod", &shut.pod.name).seen("spec.accessPolicy", shut.access);
    let finding = if comer.account.is_none() { domain_of_clients(asked, finding) } else { finding };
    match shut.server {
        Some(server) => required(finding, policies, server),
        None => nearby(by_default(asked, finding, shut.access), policies, shut.pod),
    }
}

/// The finding with what is let in without a policy, and where that is so for all pods, with what says so.
fn by_default(asked: &Question<'_>, finding: Finding, access: &str) -> Finding {
    let finding = finding.seen("default-inbound-policy", access);
    let set = asked.there().and_then(settings).and_then(|settings| settings.inbound_policy.as_deref());
    let Some(set) = set.filter(|set| *set == access) else { return finding };
    let remedy = finding.remedy.clone().map(|one| {
        let action = format!(
            "if that is not intended for all pods, restore {BY_DEFAULT} in the Helm values of linkerd-control-plane in {} \
             (the chart has all-unauthenticated), and restart them; otherwise, for each Service it blocks, {}",
            asked.seen.exporter, one.action
        );
        Remedy { action, ..one }
    });
    Finding { remedy, ..finding }.seen(format!("{BY_DEFAULT} in configmap/{}", CONFIG.1), set)
}

/// What is let in by default since Linkerd is set so, of which its policy controller tells pods that were made before, but for
/// those with an annotation.
fn since<'a>(asked: &'a Question<'_>, pod: &Pod) -> Option<&'a str> {
    let set = asked.there().and_then(settings)?.inbound_policy.as_deref()?;
    let is_told = pod.inbound_policy.as_deref().is_some_and(|own| own != set);
    (is_told && !pod.annotations.contains_key("config.linkerd.io/default-inbound-policy")).then_some(set)
}

/// The ports of the meshed pods behind the Service that its TCP ports lead to. Pods without a proxy know no policies.
fn ports<'a>(asked: &'a Question<'_>) -> Option<Vec<(&'a Pod, u16)>> {
    let of_pod =
        |pod: &'a Pod| targets(asked).filter_map(move |(_, target)| Some((pod, number(pod, target)?)));
    Some(behind(asked)?.into_iter().filter(|pod| pod.is_meshed).flat_map(of_pod).collect())
}

fn shut<'a>(
    asked: &'a Question<'_>,
    policies: &'a Policies,
    (pod, port): (&'a Pod, u16),
    comer: &Comer<'_>,
) -> Option<Shut<'a>> {
    let servers = policies.servers_of(pod, port);
    if servers.is_empty() {
        let own = default(asked, pod)?;
        let why = |access: &str| match access {
            "deny" => Some(": no policy covers it, and the default denies all traffic".to_owned()),
            by_address if is_by_address(by_address) => outside(asked, &comer.addresses),
            _ => None,
        };
        let shut = |access, why, is_guess| Shut { pod, port, server: None, access, why, is_guess };
        return why(own).map(|why| shut(own, why, false)).or_else(|| {
            let access = since(asked, pod)?;
            let told = "proxies that run were made with";
            Some(shut(access, format!("{}; {told} {own}, and are told of it", why(access)?), true))
        });
    }
    let closing = |server: &Server| {
        let strict = Server { access: "deny".into(), ..server.clone() };
        let others = || closed(policies.admission(&strict, comer.caller(asked), routes(asked)));
        if is_by_address(&server.access) {
            return outside(asked, &comer.addresses).filter(|_| others().is_some());
        }
        closed(policies.admission(server, comer.caller(asked), routes(asked)))
    };
    // Where one of several admits, it may be the one that holds.
    let mut why = servers.iter().map(|server| closing(server));
    let (first, server) = (why.next().flatten()?, *servers.first()?);
    let access = server.access.as_str();
    why.all(|one| one.is_some()).then_some(Shut {
        pod,
        port,
        server: Some(server),
        access,
        why: first,
        is_guess: false,
    })
}
