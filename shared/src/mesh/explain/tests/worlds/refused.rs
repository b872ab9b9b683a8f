//! The table of worlds in which what a Link says, its credentials, pods with proxies, or who comes from elsewhere is taken by nobody.

use super::super::*;
use super::lost::flat;
use super::nearby::Near;
use super::past::{DAY, certificate, fence};
use super::rows::Row;
use crate::mesh::certificate::Certificate;
use crate::mesh::machinery::{Client, Fence, Issuer, Key, Opening, Peer, Pod, Probed, Refused};
use crate::mesh::samples::cluster;
use crate::mesh::snapshot::{Misinjection, Trusting};
use crate::terms::Kind;

use Outcome::{Broken, Doubtful};

/// An issuer of whose key this is known.
fn keyed(key: Key) -> Observed<Issuer> {
    Observed::Present(Issuer { key, ..vec![certificate(364 * DAY, -DAY)].into() })
}

/// The gateway is reached from inside alone, or by these addresses.
fn inward(world: &mut World, external: &[&str]) {
    let gateway = &mut in_list(&mut world.bed.there.services)[0];
    gateway.service_type = "ClusterIP".into();
    gateway.ingress.clear();
    gateway.external = external.iter().map(|one| (*one).to_owned()).collect();
}

/// Cilium has given the gateway its address long ago, and announces none.
fn mute(world: &mut World) {
    world.bed.there.unannounced = Some(900);
    present(&mut world.bed.there.cilium).is_mute = true;
}

/// The backends let everybody in, and deny a peer.
fn denied(world: &mut World, peer: Peer) {
    let opening = |peers| Opening { peers, ..Opening::default() };
    let (ingress, denied) = (Some(vec![opening(None)]), [vec![opening(Some(vec![peer]))], vec![]]);
    let own = fence("databases", "postgres", vec![]);
    let mut own = Fence { kind: Kind::CiliumNetworkPolicy, ingress, denied, ..own };
    own.reading.cluster = Some("infra".into());
    in_list(&mut world.bed.there.fences).push(own);
}

/// The pods of a Deployment are refused in a cluster that bars them where their namespace says nothing.
fn barred(world: &mut World, name: &'static str, namespace: &'static str) {
    let message = "pods \"x\" is forbidden: violates PodSecurity \"baseline:latest\": container \"linkerd-init\" must not";
    let labels = labels(&[("app", "postgres")]);
    let one = Refused { namespace: namespace.into(), name: "app".into(), labels, message: message.into() };
    world.in_consumer(|apps| {
        apps.misinjected.insert("databases".into(), Misinjection::Barred(String::new()));
    });
    world.in_mesh(move |seen| drop(seen.refused.insert(cluster(name), vec![one])));
}

/// A pod without a proxy elsewhere, that names this.
fn client(world: &mut World, mirror: &str) {
    let pod = Pod { namespace: "shop".into(), name: "app-0".into(), ..Pod::default() };
    let mirrors = [mirror.to_owned()].into();
    world.in_consumer(|apps| present(&mut apps.clients).push(Client { pod, mirrors }));
}

fn trusting(world: &mut World, trusting: Trusting) {
    world.in_consumer(move |apps| present(&mut apps.links)[0].trusting = trusting);
}

pub(super) const REFUSED: &[Row] = &[
    ("credentials-revoked", Broken, "now holds another token in infra", |world| {
        world.bed.token.as_mut().unwrap().is_replaced = true;
        world.without_mirror();
    }),
    ("credentials-authority", Doubtful, "trust a CA that is not one of infra's own", |world| {
        trusting(world, Trusting::Other(true));
    }),
    ("credentials-authority", Broken, "unless something in front of it presents another one", |world| {
        world.without_mirror();
        trusting(world, Trusting::Other(false));
    }),
    ("credentials-authority", Broken, "name the CA as a file", |world| {
        let (field, why) = ("clusters[].cluster.certificate-authority", "name the CA as a file");
        world.without_mirror();
        in_list(&mut world.bed.here.probed).clear();
        trusting(world, Trusting::Refused(field, why));
    }),
    ("link-fields", Broken, "with which the service mirror crashes", |world| {
        let problem = "spec.probeSpec.period is \"0s\", with which the service mirror crashes";
        world.bed.link.problems = vec![problem.into()];
        world.bed.link.gateway.probe.period = "0s".into();
        in_list(&mut world.bed.here.deployments)[0].available = 0;
        in_list(&mut world.bed.here.leases)[0].age = Some(900);
        world.without_mirror();
    }),
    ("gateway-address", Broken, "has no external address", |world| {
        inward(world, &[]);
        world.not_ready();
    }),
    ("gateway-local", Broken, "is not configured to announce it", |world| {
        mute(world);
        world.not_ready();
    }),
    ("backend-network-policy", Broken, "no other policy can allow what it denies", |world| {
        denied(world, Peer::Cluster);
    }),
    ("namespace-injection", Broken, "(baseline) rejects pods with a proxy", |world| {
        barred(world, "apps", "databases");
    }),
    ("client-proxy", Doubtful, "refers to postgres-rw-infra-east.databases but has no proxy", |world| {
        client(world, "postgres-rw-infra-east.databases");
    }),
    ("probe-place", Doubtful, "probe-infra points nowhere: its Endpoints have no address", |world| {
        let name = "probe-infra".into();
        world.bed.here.probed = Observed::Present(vec![Probed { name, ..Probed::default() }]);
    }),
    ("discovery-secret", Doubtful, "trust a CA that has expired", |world| {
        flat(world);
        world.bed.discovery[0].trusting = Trusting::Expired;
    }),
    ("discovery-secret", Broken, "linkerd/linkerd-destination has no role", |world| {
        flat(world);
        world.bed.discovery[0].barred = Some("linkerd-destination".into());
    }),
    ("credentials-trust", Doubtful, "name no CA", |world| {
        flat(world);
        world.bed.discovery[0].trusting = Trusting::Public;
        world.in_consumer(|apps| present(&mut apps.links)[0].trusting = Trusting::Public);
    }),
    ("trust-issuer", Doubtful, "the issuer of infra has no key", |world| {
        (world.bed.here.issuer, world.bed.there.issuer) = (keyed(Key::Held), keyed(Key::Gone));
    }),
    ("trust-issuer", Doubtful, "the issuer of apps has a key that does not match the certificate", |world| {
        world.bed.here.issuer = keyed(Key::Other);
    }),
    ("trust-issuer", Doubtful, "the issuer of apps is not a certificate", |world| {
        let garbage = Certificate { der: b"none".to_vec(), ..Certificate::default() };
        world.bed.here.issuer = Observed::Present(vec![garbage].into());
    }),
];

pub(in crate::mesh) const NEAR_REFUSED: &[Near] = &[
    (
        "credentials-authority",
        "the authority of what stands in front of the server, and all is mirrored",
        |world| {
            trusting(world, Trusting::Other(false));
        },
    ),
    (
        "trust-issuer",
        "keys of which nobody can say whose they are, as where they were taken out of files",
        |world| {
            (world.bed.here.issuer, world.bed.there.issuer) = (keyed(Key::Hidden), keyed(Key::Held));
        },
    ),
    ("trust-issuer", "no keys at all, as where somebody leaves them out of files", |world| {
        (world.bed.here.issuer, world.bed.there.issuer) = (keyed(Key::Gone), keyed(Key::Gone));
    }),
    ("gateway-address", "an external address of a Service that has no load balancer", |world| {
        inward(world, &["203.0.113.10"]);
    }),
    ("gateway-address", "a name, behind which such an address may be", |world| {
        inward(world, &["203.0.113.99"]);
        world.bed.link.gateway_address = "gateway.example".into();
    }),
    ("gateway-local", "an address that Cilium does not announce, and that clients reach", mute),
    ("backend-network-policy", "somebody else is denied", |world| denied(world, Peer::Outside)),
    ("backend-network-policy", "nobody knows whom a group means that is denied", |world| {
        denied(world, Peer::Unclear);
    }),
    ("namespace-injection", "pods are refused in another namespace", |world| barred(world, "apps", "shop")),
    ("namespace-injection", "pods are refused in the exporter", |world| barred(world, "infra", "databases")),
    ("client-proxy", "a pod elsewhere that names a mirror of this name there", |world| {
        client(world, "postgres-rw-infra-east");
    }),
];
