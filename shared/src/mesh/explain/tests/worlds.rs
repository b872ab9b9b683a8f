//! One world for each cause.

pub(in crate::mesh) mod apart;
pub(in crate::mesh) mod hidden;
mod later;
mod lost;
pub(in crate::mesh) mod mended;
pub(in crate::mesh) mod nearby;
pub(super) mod past;
mod reach;
mod rows;

use super::*;
use crate::mesh::causes::CAUSES;
use crate::mesh::network::{Cidr, CiliumSeen, NetworkSeen};
use crate::mesh::samples::cluster;
use crate::terms::Obstacle;
use later::LATER;
use lost::LOST;
use past::PAST;
use reach::REACHING;
use rows::{MAKING, Row};

pub(in crate::mesh) fn rows() -> Vec<&'static Row> {
    MAKING.iter().chain(REACHING).chain(PAST).chain(LATER).chain(LOST).collect()
}

pub(in crate::mesh) fn forbidden(resource: &str) -> Obstacle {
    let (verb, resource, message) = ("list".to_owned(), resource.to_owned(), String::new());
    Obstacle::Forbidden { verb, resource, namespace: None, message }
}

#[test]
fn in_each_world_exactly_its_cause_leads() {
    for (id, outcome, words, change) in rows() {
        let chain = world(change).chain();
        assert_eq!((leading(&chain), chain.outcome), (Some(*id), *outcome), "{words}: {chain:#?}");
        let cause = chain.cause.as_ref().unwrap();
        assert!(cause.summary.contains(words), "{id}: {}", cause.summary);
        assert!(chain.headline.ends_with(&cause.summary), "{id}: {}", chain.headline);
        assert!(cause.remedy.is_some(), "{id} says what to do");
        assert!(standing(&chain, Standing::Broken).len() <= 1, "{id}: nothing else leads: {chain:#?}");
        assert_eq!(chain.outcome == Outcome::Broken, !standing(&chain, Standing::Broken).is_empty(), "{id}");
    }
}

/// Those that need a world of their own stand beside the table; what is assumed or not looked at leads nowhere here.
const BESIDE: [&str; 7] = [
    "export-label",
    "mirror-orphaned",
    "federated-passed-over",
    "federated-local",
    "domain-assumed",
    "not-looked-at",
    "not-looked-at-here",
];

#[test]
fn every_cause_has_a_world() {
    let told: Vec<&str> = rows().iter().map(|(id, ..)| *id).collect();
    let lacking: Vec<&str> = CAUSES.iter().map(|cause| cause.id).filter(|id| !told.contains(id)).collect();
    let mut expected = BESIDE.to_vec();
    let place = |id: &&str| CAUSES.iter().position(|cause| cause.id == *id);
    expected.sort_by_key(place);
    assert_eq!(lacking, expected);
}

#[test]
fn a_federated_service_that_was_passed_over_is_told_from_one_that_is_not_made() {
    let made = |both: bool| {
        let mut world = World::healthy(Way::Federated);
        world.mirror = Some(federated_service("", None));
        world.asked.ways = vec![Way::Federated];
        let version = world.bed.service.version.clone();
        if both {
            world.bed.service.labels.insert(names::EXPORTED.into(), "true".into());
            world.in_consumer(move |apps| {
                let key = Key::new("databases", "postgres-rw-infra-east");
                let mirror = mirror(&exported(), "infra-east", &version);
                drop(present(&mut apps.services).by_key.insert(key, mirror));
            });
        }
        world.chain()
    };
    let (passed, missing) = (made(true), made(false));
    assert_eq!(leading(&passed), Some("federated-passed-over"), "{passed:#?}");
    let command = passed.cause.unwrap().remedy.unwrap().command.unwrap();
    assert!(command.starts_with("kubectl mesh-export svc/postgres-rw "), "{command}");
    assert!(!command.contains("--mode"), "a mode that is asked for has to be shown to work: {command}");
    assert_eq!(leading(&missing), Some("mirror-missing"), "{missing:#?}");
}

/// `None` of the ranges: nobody may list the nodes.
fn flat_between(ranges: [Option<&str>; 2]) -> Chain {
    let mut world = World::healthy(Way::Flat);
    let networks = [cluster("infra"), cluster("apps")].into_iter().zip(ranges).map(|(name, range)| {
        let ranges = range.map(|range| Cidr::read(range).into_iter().collect());
        let nodes = ranges.map_or_else(|| Observed::Unknown(forbidden("nodes")), Observed::Present);
        let cilium = Observed::Present(CiliumSeen { is_by_node: true, ..CiliumSeen::default() });
        (name, NetworkSeen { nodes, each: std::collections::BTreeMap::new(), cilium })
    });
    let networks: Vec<_> = networks.collect();
    world.in_mesh(move |seen| seen.networks.extend(networks));
    world.chain()
}

#[test]
fn addresses_that_pods_of_both_have_lead_past_a_gateway() {
    let overlapping = flat_between([Some("10.1.0.0/16"), Some("10.1.4.0/24")]);
    assert_eq!((leading(&overlapping), overlapping.outcome), (Some("flat-network"), Outcome::Broken));
    let apart = flat_between([Some("10.1.0.0/16"), Some("10.2.0.0/16")]);
    assert_eq!((leading(&apart), apart.outcome), (None, Outcome::Whole), "{apart:#?}");
    let unseen = flat_between([Some("10.1.0.0/16"), None]);
    assert_eq!(unseen.outcome, Outcome::Unsure, "{unseen:#?}");
    assert!(unseen.cause.unwrap().summary.contains("the addresses of its pods in apps"));
}

#[test]
fn an_assumed_domain_is_a_remark() {
    let mut world = World::healthy(Way::Gateway);
    world.in_consumer(|apps| apps.domain = Observed::Unknown(forbidden("configmaps")));
    let chain = world.chain();
    assert_eq!((chain.outcome, leading(&chain)), (Outcome::Whole, None));
    assert_eq!(chain.remarks.iter().map(|one| one.check).collect::<Vec<_>>(), ["domain-assumed"]);
}

/// Both breaks at once; `None` where there is no such world, since one takes away what the other breaks.
fn both(one: fn(&mut World), other: fn(&mut World)) -> Option<Chain> {
    let built = std::panic::catch_unwind(|| {
        world(|world| {
            one(world);
            other(world);
        })
        .seen()
    });
    let (seen, asked) = built.ok()?;
    explain(&seen, &asked).remove(0).mirrors.into_iter().next()
}

/// Pairs of which one break mends the other one; what is left of that is what leads then.
const MENDED: &[&str] = &[
    "without ports + 53/UDP will not be reachable: mirror-missing",
    "without ports + port 9000 is opaque in infra by its appProtocol: mirror-missing",
    "without ports + port 9000 is opaque in infra by its annotation, which the Link excludes: mirror-missing",
    "without ports + port 9000 is opaque in infra by its annotation, which the mirror lacks: mirror-missing",
    "its selector is empty + all Services of infra are mirrored: mirror-missing",
    "does not mirror for a flat network + would be made for a flat network: not-labelled",
    "selects (mirror.linkerd.io/exported=true) + all Services of infra are mirrored: mirror-missing",
    "so it is not exported + all Services of infra are mirrored: mirror-missing",
    "has expired + expires in 27 hours: mirror-missing",
    "expires in 27 hours + the client certificate of the Link infra has expired: mirror-missing",
    "without a Service + the Endpoints of postgres-rw-infra-east are gone: mirror-missing",
    "its load balancer gave none + does not lead to 203.0.113.11: gateway-address",
    "has no credentials for infra-east + its selector is empty: mirror-missing",
    "mirrors stay ready when the gateway dies + probed on port 4191, and it answers on 4192: mirror-endpoints",
    "mirrors stay ready when the gateway dies + probe-infra leads to 198.51.100.1: mirror-endpoints",
    "does not let the probe to + has Linkerd's trust anchors, and not its settings: mirror-endpoints",
    "the server speaks first + does not let the gateway (linkerd-multicluster/linkerd-gateway): control-plane-network-policy",
    "all Services of infra are mirrored + selects (mirror.linkerd.io/exported=true): mirror-missing",
    "all Services of infra are mirrored + so it is not exported: mirror-missing",
    "all Services of infra are mirrored + an annotation of that name counts for nothing: mirror-missing",
    "trust an authority that is not the one of infra + take anybody for the API server: mirror-missing",
    "to port 6443 of the API server of infra + does not let the service mirror of the Link infra to port 8086 of Linkerd's control plane (destination): mirror-missing",
    "to port 6443 of the API server of infra + service mirror of the Link infra ask DNS (port 53 of UDP): mirror-missing",
    "the issuer of infra has expired + expires in 6 hours: mirror-endpoints",
    "the issuer of infra has expired + is not ready (no signer): it is not renewed: mirror-endpoints",
    "the issuer of infra has expired + has not said that it uses the new one: mirror-endpoints",
    "the issuer of infra has expired + apps has no issuer: mirror-endpoints",
    "the trust anchor of infra is not valid yet, for 10 minutes more + the trust anchor of infra expires in 30 days: mirror-endpoints",
    "the trust anchor of infra is not valid yet, for 10 minutes more + differ (1 in common): mirror-endpoints",
    "the trust anchor of infra is not valid yet, for 10 minutes more + is neither of ECDSA on P-256 nor of RSA with 2048 or 4096 bits: mirror-endpoints",
    "the trust anchor of infra is not valid yet, for 10 minutes more + was installed with other trust anchors: mirror-endpoints",
    "the trust anchor of apps has expired + differ (1 in common): mirror-endpoints",
    "the trust anchor of apps has expired + is neither of ECDSA on P-256 nor of RSA with 2048 or 4096 bits: mirror-endpoints",
    "the trust anchor of apps has expired + was installed with other trust anchors: mirror-endpoints",
    "lead to https://old.example:6443 + its selector is empty: mirror-missing",
    "probed on port 4191, and it answers on 4192 + mirrors stay ready when the gateway dies: mirror-endpoints",
    "probed on port 4191, and it answers on 4192 + no Service probe-old, through which the service mirror is told: mirror-endpoints",
    "probe-infra leads to 198.51.100.1 + mirrors stay ready when the gateway dies: mirror-endpoints",
    "probe-infra leads to 198.51.100.1 + no Service probe-old, through which the service mirror is told: mirror-endpoints",
    "does not let pods of databases in apps to port 4143 + does not let pods of databases in apps ask DNS: nothing",
    "does not let the gateway (linkerd-multicluster/linkerd-gateway) + the server speaks first: control-plane-network-policy",
    "does not let the gateway (linkerd-multicluster/linkerd-gateway) + no container behind it has a port of this name: control-plane-network-policy",
    "does not let the gateway (linkerd-multicluster/linkerd-gateway) + does not let the gateway of infra ask DNS (port 53 of UDP): nothing",
    "does not let the gateway (linkerd-multicluster/linkerd-gateway) + Linkerd passes over \"5432-\", which is no port: control-plane-network-policy",
    "no container behind it has a port of this name + does not let the gateway (linkerd-multicluster/linkerd-gateway): control-plane-network-policy",
    "an annotation of that name counts for nothing + all Services of infra are mirrored: mirror-missing",
    "differ (1 in common) + the trust anchor of infra is not valid yet, for 10 minutes more: mirror-endpoints",
    "all 2 pods of the gateway of infra are on the node node-1 + has no ready pod: mirror-endpoints",
    "to port 4191 of the gateway of infra + does not let the service mirror of the Link infra to port 8086 of Linkerd's control plane (destination): mirror-endpoints",
    "to port 4191 of the gateway of infra + service mirror of the Link infra ask DNS (port 53 of UDP): mirror-endpoints",
    "does not let the service mirror of the Link infra to port 8086 of Linkerd's control plane (destination) + to port 6443 of the API server of infra: mirror-missing",
    "does not let the service mirror of the Link infra to port 8086 of Linkerd's control plane (destination) + to port 4191 of the gateway of infra: mirror-endpoints",
    "does not let the service mirror of the Link infra to port 8086 of Linkerd's control plane (destination) + service mirror of the Link infra ask DNS (port 53 of UDP): mirror-endpoints",
    "does not let the gateway of infra to port 8086 + does not let the gateway of infra ask DNS (port 53 of UDP): mirror-endpoints",
    "does not let the gateway of infra ask DNS (port 53 of UDP) + does not let the gateway (linkerd-multicluster/linkerd-gateway): nothing",
    "does not let the gateway of infra ask DNS (port 53 of UDP) + does not let the gateway of infra to port 8086: mirror-endpoints",
    "service mirror of the Link infra ask DNS (port 53 of UDP) + to port 6443 of the API server of infra: mirror-missing",
    "service mirror of the Link infra ask DNS (port 53 of UDP) + to port 4191 of the gateway of infra: mirror-endpoints",
    "service mirror of the Link infra ask DNS (port 53 of UDP) + does not let the service mirror of the Link infra to port 8086 of Linkerd's control plane (destination): mirror-endpoints",
    "does not let pods of databases in apps ask DNS + does not let pods of databases in apps to port 4143: nothing",
    "have changed since it was started: it still uses the old ones + its selector is empty: mirror-missing",
    "a token of a Secret without kubernetes.io/serviceaccount/secret.name + take anybody for the API server: mirror-missing",
    "the client certificate of the Link infra has expired + expires in 27 hours: mirror-missing",
    "lead nowhere: the kubeconfig names no usable server + its selector is empty: mirror-missing",
    "is led by controller-infra-0, which by its labels is no pod of it + cannot see whether the gateway lives: mirror-endpoints",
    "is led by controller-infra-0, which by its labels is no pod of it + it may still use the old ones: mirror-missing",
    "is led by controller-infra-0, which by its labels is no pod of it + lets probes of 10.9.0.0/16 in alone, and apps comes from 10.2.0.4: mirror-endpoints",
    "is led by controller-infra-0, which by its labels is no pod of it + lets in 198.51.100.0/24 alone: mirror-endpoints",
    "is led by controller-infra-0, which by its labels is no pod of it + of apps is not there: mirror-endpoints",
    "has Linkerd's trust anchors, and not its settings + does not let the probe to: mirror-endpoints",
    "no Service probe-old, through which the service mirror is told + probed on port 4191, and it answers on 4192: mirror-endpoints",
    "no Service probe-old, through which the service mirror is told + probe-infra leads to 198.51.100.1: mirror-endpoints",
    "is looked up in other, and the Link leads to infra-east + its selector is empty: mirror-missing",
    "is looked up in other, and the Link leads to infra-east + made for another mode than gateway: nothing",
    "a federated Service keeps the ports that it was made with + makes an ordinary mirror of it: federated-mode",
    "a federated Service keeps the ports that it was made with + its selector is empty: mirror-missing",
    "a federated Service keeps the ports that it was made with + selects (mirror.linkerd.io/exported=true): mirror-missing",
    "a federated Service keeps the ports that it was made with + so it is not exported: mirror-missing",
    "a federated Service keeps the ports that it was made with + a Service may have 63: mirror-missing",
    "a federated Service keeps the ports that it was made with + without a Service: mirror-missing",
    "a federated Service keeps the ports that it was made with + has no credentials for infra-east: mirror-missing",
    "a federated Service keeps the ports that it was made with + all Services of infra are mirrored: mirror-missing",
    "a federated Service keeps the ports that it was made with + lead to https://old.example:6443: mirror-missing",
    "a federated Service keeps the ports that it was made with + an annotation of that name counts for nothing: mirror-missing",
    "a federated Service keeps the ports that it was made with + have changed since it was started: it still uses the old ones: mirror-missing",
    "a part of what clients send there finds nobody + makes an ordinary mirror of it: federated-mode",
    "a part of what clients send there finds nobody + its selector is empty: mirror-missing",
    "a part of what clients send there finds nobody + selects (mirror.linkerd.io/exported=true): mirror-missing",
    "a part of what clients send there finds nobody + so it is not exported: mirror-missing",
    "a part of what clients send there finds nobody + a Service may have 63: mirror-missing",
    "a part of what clients send there finds nobody + without a Service: mirror-missing",
    "a part of what clients send there finds nobody + has no credentials for infra-east: mirror-missing",
    "a part of what clients send there finds nobody + all Services of infra are mirrored: mirror-missing",
    "a part of what clients send there finds nobody + lead to https://old.example:6443: mirror-missing",
    "a part of what clients send there finds nobody + an annotation of that name counts for nothing: mirror-missing",
    "a part of what clients send there finds nobody + have changed since it was started: it still uses the old ones: mirror-missing",
    "Linkerd passes over \"5432-\", which is no port + does not let the gateway (linkerd-multicluster/linkerd-gateway): control-plane-network-policy",
    "since Cilium of apps routes natively to 10.2.0.0/16 alone + its selector is empty: mirror-missing",
];

#[test]
fn of_two_causes_one_leads_and_no_third() {
    let (mut tried, mut odd) = (0, Vec::new());
    for (one, _, what, change) in rows() {
        for (other, _, too, change_too) in rows() {
            let Some(chain) = both(*change, *change_too) else { continue };
            tried += 1;
            let led = leading(&chain).unwrap_or("nothing");
            if ![*one, *other].contains(&led) {
                odd.push(format!("{what} + {too}: {led}"));
            }
        }
    }
    assert_eq!(odd, MENDED);
    assert!(tried > rows().len() * rows().len() / 2, "{tried} pairs");
}
