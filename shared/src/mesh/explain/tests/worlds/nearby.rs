//! For each check a world that is near one in which it speaks, and in which it must not: what is of a Link and of what carries
//! its mirrors.

use super::super::*;
use super::apart::linked_to;
use super::later::injector;
use super::lost::flat;
use super::past::{DAY, certificate, fence, route};
use crate::mesh::machinery::{Fence, Opening, Pod, Rule, Server};
use crate::mesh::samples::install::roots;
use crate::mesh::samples::selecting;
use crate::mesh::snapshot::Trusting;
use crate::terms::{LabelSelector, Labels, Observed, Requirement, SelectorOperator};

/// The check, what is so, and what is done to a healthy world for it.
pub(in crate::mesh) type Near = (&'static str, &'static str, fn(&mut World));

fn requirement(key: &str, operator: SelectorOperator, values: &[&str]) -> LabelSelector {
    let values = values.iter().map(|value| (*value).to_owned()).collect();
    let one = Requirement { key: key.into(), operator, values };
    LabelSelector { match_expressions: vec![one], ..LabelSelector::default() }
}

/// Everything of everything.
fn all() -> Rule {
    let any = || vec!["*".to_owned()];
    Rule { groups: any(), resources: any(), verbs: any(), names: Vec::new() }
}

/// A policy about these pods that lets out everywhere.
fn free(namespace: &str, app: &str) -> Fence {
    let own = fence(namespace, app, vec![]);
    Fence { ingress: None, egress: Some(vec![Opening::default()]), ..own }
}

/// One that lets in everybody.
fn open(namespace: &str, app: &str) -> Fence {
    Fence { ingress: Some(vec![Opening::default()]), ..fence(namespace, app, vec![]) }
}

fn version(world: &mut World, there: &str, here: &str) {
    present(&mut world.bed.there.settings).version = Some(there.into());
    present(&mut world.bed.here.settings).version = Some(here.into());
}

/// A second pod of the gateway.
fn second(world: &mut World, change: fn(&mut Pod)) {
    let pods = in_list(&mut world.bed.there.pods);
    let mut pod = Pod { name: "linkerd-gateway-1".into(), ..pods[0].clone() };
    change(&mut pod);
    pods.push(pod);
}

/// Of Links, and of what carries their mirrors.
pub(in crate::mesh) const OF_LINKS: &[Near] = &[
    ("link-fields", "a selector with an expression that servers take", |world| {
        world.bed.link.selector = requirement(names::EXPORTED, SelectorOperator::In, &["true"]);
    }),
    ("link-twice", "a second Link to another cluster", |world| linked_to(world, "edge")),
    ("link-version", "older Links with an older service mirror", |world| {
        world.bed.link.version = "v1alpha2".into();
        in_list(&mut world.bed.here.deployments)[0].version = "edge-24.11.8".into();
    }),
    ("link-selects-all", "a selector for whatever value of a label", |world| {
        world.bed.link.selector = requirement(names::EXPORTED, SelectorOperator::Exists, &[]);
    }),
    ("credentials-name", "the usual name, where nobody looks at roles", |world| {
        world.bed.here.rights = Observed::Absent;
    }),
    ("gateway-mode", "nothing is selected for a flat network", |world| {
        world.bed.link.remote_discovery_selector = selecting(&[]);
    }),
    ("flat-mode", "nothing is selected for the gateway", |world| {
        flat(world);
        world.bed.link.selector = selecting(&[]);
    }),
    ("federated-mode", "nothing is selected for a flat network", |world| {
        *world = World::healthy(Way::Federated);
        world.bed.link.remote_discovery_selector = selecting(&[]);
    }),
    ("target-domain", "the exporter's settings leave its domain to the default", |world| {
        present(&mut world.bed.there.settings).cluster_domain = None;
        world.bed.link.target_domain = "cluster.local".into();
        let name = "postgres-rw.databases.svc.cluster.local".to_owned();
        world.mirror.as_mut().unwrap().annotations.insert(names::REMOTE_NAME.into(), name);
    }),
    ("target-control-plane", "the Link says where it is", |world| {
        world.bed.link.target_linkerd_namespace = "linkerd".into();
    }),
    ("credentials-expired", "a token that is good for eight more days", |world| {
        world.bed.token.as_mut().unwrap().left = Some(8 * DAY);
    }),
    ("credentials-revoked", "a token that no Secret keeps", |world| {
        world.bed.token.as_mut().unwrap().secret = None;
    }),
    ("credentials-server", "a loopback address, and a controller with the network of its node", |world| {
        world.bed.server = "https://127.0.0.1:6443".into();
        in_list(&mut world.bed.here.pods)[0].is_on_host = true;
    }),
    ("credentials-authority", "another address, whose certificate is another one", |world| {
        world.bed.server = "https://203.0.113.5:6443".into();
    }),
    ("credentials-trust", "its own authority at another port", |world| {
        world.bed.server = "https://infra.example:443".into();
        world.in_consumer(|apps| present(&mut apps.links)[0].trusting = Trusting::Own);
    }),
    ("credentials-reread", "a controller that was started after the change", |world| {
        in_list(&mut world.bed.here.pods)[0].started = "2026-01-03T00:00:00Z".into();
        world.in_consumer(|apps| present(&mut apps.links)[0].changed = "2026-01-02T00:00:00Z".into());
    }),
    ("credentials-reread", "a Secret that came a minute after its controller", |world| {
        in_list(&mut world.bed.here.pods)[0].started = "2026-01-02T00:00:00Z".into();
        world.in_consumer(|apps| present(&mut apps.links)[0].changed = "2026-01-02T00:01:00Z".into());
    }),
    ("credentials-rights", "a role for everything", |world| {
        in_list(&mut in_list(&mut world.bed.there.rights).cluster_roles)[1].rules = vec![all()];
    }),
    ("discovery-secret", "a Secret of another name", |world| {
        flat(world);
        world.bed.discovery[0].name = "own".into();
    }),
    ("controller-running", "one of two pods serves", |world| {
        in_list(&mut world.bed.here.deployments)[0].wanted = 2;
    }),
    ("controller-rights", "a role for everything", |world| {
        in_list(&mut in_list(&mut world.bed.here.rights).cluster_roles)[0].rules = vec![all()];
    }),
    ("controller-network-policy", "a policy that lets out everywhere", |world| {
        let own = Fence { pods: LabelSelector::default(), ..free("linkerd-multicluster", "") };
        in_list(&mut world.bed.here.fences).push(own);
    }),
    ("controller-leading", "a Lease that was renewed less than its patience ago", |world| {
        in_list(&mut world.bed.here.leases)[0].age = Some(100);
    }),
    ("controller-leading", "a leader that has gone a moment ago, in a roll-out", |world| {
        in_list(&mut world.bed.here.leases)[0].holder = "controller-infra-9".into();
    }),
    ("controller-leading", "a Lease that was released a moment ago, in a roll-out", |world| {
        let lease = &mut in_list(&mut world.bed.here.leases)[0];
        (lease.holder, lease.duration, lease.age) = (String::new(), 1, Some(100));
    }),
    ("controller-leading", "a leader without labels of ours that is on its way out", |world| {
        let pods = in_list(&mut world.bed.here.pods);
        pods.push(Pod { name: "controller-infra-1".into(), ..pods[0].clone() });
        (pods[0].is_over, pods[0].labels) = (true, labels(&[]));
    }),
    ("proxy-injector", "a webhook that was not there a moment ago", |world| {
        world.bed.here.injector = injector(Some((2, 1)));
        let injector = present(&mut world.bed.here.injector);
        (injector.authorities, injector.is_missed, injector.age) = (Observed::Absent, false, Some(299));
    }),
    ("controller-meshed", "a pod without a proxy that is not ready", |world| {
        let pods = in_list(&mut world.bed.here.pods);
        let (is_meshed, is_ready) = (false, false);
        pods.push(Pod { name: "controller-infra-1".into(), is_meshed, is_ready, ..pods[0].clone() });
    }),
    ("gateway-up", "one of two pods is ready", |world| second(world, |pod| pod.is_ready = false)),
    ("gateway-spread", "two pods on two nodes", |world| {
        in_list(&mut world.bed.there.pods)[0].node = "node-1".into();
        second(world, |pod| pod.node = "node-2".into());
    }),
    ("gateway-local", "its own node answers for it", |world| {
        in_list(&mut world.bed.there.pods)[0].node = "node-1".into();
        world.bed.there.announcer = Observed::Present("node-1".into());
    }),
    ("gateway-local", "agents agree who announces it", |world| world.bed.there.unannounced = Some(299)),
    ("gateway-meshed", "a pod without a proxy that is not ready", |world| {
        second(world, |pod| (pod.is_meshed, pod.is_ready) = (false, false));
    }),
    ("gateway-ranges", "a range with the node in it", |world| {
        in_list(&mut world.bed.here.pods)[0].host = "192.0.2.7".into();
        in_list(&mut world.bed.there.services)[0].ranges = vec!["192.0.2.0/24".into()];
    }),
    ("gateway-network-policy", "a policy that lets everybody in", |world| {
        in_list(&mut world.bed.there.fences).push(open("linkerd-multicluster", "linkerd-gateway"));
    }),
    ("gateway-address", "an address of one of the nodes", |world| {
        in_list(&mut world.bed.there.services)[0].service_type = "NodePort".into();
        world.bed.there.nodes = Observed::Present(vec!["203.0.113.10".into(), "198.51.100.7".into()]);
    }),
    ("gateway-addresses", "an address of another family", |world| {
        in_list(&mut world.bed.there.services)[0].ingress.push("2001:db8::1".into());
    }),
    ("gateway-identity", "a gateway whose annotation says nothing", |world| {
        in_list(&mut world.bed.there.services)[0].annotations = Labels::default();
    }),
    ("trust-roots", "both have a second anchor", |world| {
        world.bed.there.roots = Observed::Present(roots(&["root", "next"]));
        world.bed.here.roots = Observed::Present(roots(&["next", "root"]));
    }),
    ("trust-issuer", "neither Secret is there, as where dumps leave them out", |world| {
        (world.bed.here.issuer, world.bed.there.issuer) = (Observed::Absent, Observed::Absent);
    }),
    ("trust-issuer", "one lacks, of a cluster of which no Secret was seen", |world| {
        world.bed.there.issuer = Observed::Present(vec![certificate(365 * DAY, -DAY)].into());
        world.bed.here.issuer = Observed::Absent;
        world.bed.server.clear();
    }),
    ("trust-renewal", "issuers that were renewed a day ago", |world| {
        let fresh = || Observed::Present(vec![certificate(364 * DAY, -DAY)].into());
        (world.bed.here.issuer, world.bed.there.issuer) = (fresh(), fresh());
    }),
    ("trust-copies", "installed with the anchors that proxies are given", |world| {
        present(&mut world.bed.there.settings).anchors = vec![b"root".to_vec()];
    }),
    ("trust-copies", "neither has settings, as where the control plane is elsewhere", |world| {
        (world.bed.here.settings, world.bed.there.settings) = (Observed::Absent, Observed::Absent);
    }),
    ("trust-expiry", "an issuer with a month of a year to go", |world| {
        world.bed.there.issuer = Observed::Present(vec![certificate(30 * DAY, -335 * DAY)].into());
    }),
    ("trust-restart", "a pod that was started with the anchors of now", |world| {
        let now = labels(&[("linkerd.io/trust-root-sha256", "root")]);
        in_list(&mut world.bed.here.pods)[0].annotations = now;
    }),
    ("version-skew", "versions that are one apart", |world| version(world, "stable-2.18.0", "stable-2.17.1")),
    ("cilium-sockets", "the exporter's own sockets", |world| {
        present(&mut world.bed.there.cilium).is_bypassing = true;
    }),
    ("cilium-restart", "agents that have read that they are connected", |world| {
        present(&mut world.bed.here.cilium).mesh = Observed::Present(());
    }),
    ("cilium-cni", "Linkerd's CNI plugin, and a Cilium that leaves it", |world| {
        present(&mut world.bed.there.settings).is_cni = true;
    }),
    ("gateway-probe", "a period of a minute", |world| world.bed.link.gateway.probe.period = "1m".into()),
    ("probe-place", "the gateway says the path that it is probed at", |world| {
        let path = labels(&[("mirror.linkerd.io/probe-path", "/ready")]);
        in_list(&mut world.bed.there.services)[0].annotations.extend(path);
    }),
    ("probe-place", "a Link that was made a moment ago, and no Endpoints yet", |world| {
        in_list(&mut world.bed.here.probed).clear();
        world.in_consumer(|apps| present(&mut apps.links)[0].is_fresh = true);
    }),
    ("probe-networks", "a range with the controller in it", |world| {
        in_list(&mut world.bed.here.pods)[0].address = "10.2.0.4".into();
        present(&mut world.bed.there.settings).probe_networks = Some(vec!["10.2.0.0/16".into()]);
        in_list(&mut world.bed.there.services)[0].is_local = true;
    }),
    ("probe-route", "a route on another Server", |world| {
        let parent = ("Server", "linkerd-multicluster", "other");
        in_list(&mut world.bed.there.routes).push(route(parent, "other"));
    }),
    ("gateway-policy", "a Server for other pods", |world| {
        let policies = present(&mut world.bed.there.policies);
        let pods = Some(selecting(&[("app", "other")]));
        let other = Server { name: "other".into(), pods, ..policies.servers[0].clone() };
        policies.servers.push(other);
    }),
];
