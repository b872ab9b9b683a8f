//! What each check is seen by, and what hides that where it is no stage of every mirror.

use super::super::*;
use crate::mesh::explain::tests::blind::Row;
use crate::mesh::samples::cluster;
use crate::mesh::snapshot::{Belonging, Trusting};
use crate::terms::{Observed, Obstacle};

/// The credentials of the Link cannot be read, and so nothing that they say.
fn secrets(world: &mut World, why: Obstacle) {
    world.in_consumer(|apps| {
        let seen = &mut present(&mut apps.links)[0];
        seen.belonging = Belonging::Unknown(why);
        (seen.token, seen.trusting) = (None, Trusting::Own);
        (seen.server, seen.changed) = (String::new(), String::new());
    });
}

fn issuers(world: &mut World, why: Obstacle) {
    world.bed.there.issuer = Observed::Unknown(why.clone());
    world.bed.here.issuer = Observed::Unknown(why);
}

/// The check, what is hidden, where, and how. Of issuers and injectors that of both clusters.
pub(in crate::mesh) const HIDING: &[Row] = &[
    ("flat-network", "nodes", "apps", |world, why| {
        world.in_mesh(|seen| {
            let here = seen.networks.get_mut(&cluster("apps")).unwrap();
            here.nodes = Observed::Unknown(why);
        });
    }),
    ("credentials-name", "secrets", "apps", secrets),
    ("credentials-expired", "secrets", "apps", secrets),
    ("credentials-revoked", "secrets", "apps", secrets),
    ("credentials-server", "secrets", "apps", secrets),
    ("credentials-authority", "secrets", "apps", secrets),
    ("credentials-trust", "secrets", "apps", secrets),
    ("credentials-reread", "secrets", "apps", secrets),
    ("credentials-rights", "clusterroles", "infra", |world, why| {
        present(&mut world.bed.there.rights).cluster_roles = Observed::Unknown(why);
    }),
    ("credentials-rights", "clusterrolebindings", "infra", |world, why| {
        present(&mut world.bed.there.rights).cluster_bindings = Observed::Unknown(why);
    }),
    ("controller-rights", "clusterroles", "apps", |world, why| {
        present(&mut world.bed.here.rights).cluster_roles = Observed::Unknown(why);
    }),
    ("controller-rights", "clusterrolebindings", "apps", |world, why| {
        present(&mut world.bed.here.rights).cluster_bindings = Observed::Unknown(why);
    }),
    ("discovery-secret", "secrets", "apps", |world, why| {
        world.in_mesh(|seen| {
            seen.discovery.insert(cluster("apps"), Observed::Unknown(why));
        });
    }),
    ("proxy-injector", "mutatingwebhookconfigurations", "apps", |world, why| {
        for cluster in [&mut world.bed.there, &mut world.bed.here] {
            cluster.injector = Observed::Unknown(why.clone());
        }
    }),
    ("gateway-local", "leases", "infra", |world, why| {
        (world.bed.there.announcer, world.bed.there.unannounced) = (Observed::Unknown(why), None);
    }),
    ("gateway-address", "nodes", "infra", |world, why| world.bed.there.nodes = Observed::Unknown(why)),
    ("trust-issuer", "secrets", "apps", issuers),
    ("trust-expiry", "secrets", "apps", issuers),
    ("trust-renewal", "certificates", "apps", issuers),
    ("trust-copies", "secrets", "apps", issuers),
    ("trust-copies", "configmaps", "infra", |world, why| {
        world.bed.there.settings = Observed::Unknown(why);
    }),
    ("mirror-opaque", "configmaps", "apps", |world, why| {
        world.bed.here.settings = Observed::Unknown(why);
    }),
    ("export-endpoints", "endpoints", "infra", |world, why| {
        world.in_mesh(|seen| seen.endpoints = Observed::Unknown(why));
    }),
    ("namespace-missing", "namespaces", "apps", |world, why| {
        world.in_consumer(|apps| drop(apps.namespaces.insert("databases".into(), Observed::Unknown(why))));
    }),
    ("namespace-injection", "namespaces", "apps", |world, why| {
        world.in_consumer(|apps| {
            apps.misinjected.clear();
            drop(apps.namespaces.insert("databases".into(), Observed::Unknown(why)));
        });
    }),
    ("client-ingress", "ingresses", "apps", |world, why| {
        world.in_consumer(|apps| apps.ingresses = Observed::Unknown(why));
    }),
    ("cilium-restart", "configmaps", "apps", |world, why| {
        world.in_consumer(|apps| apps.unread_cilium = None);
        world.bed.here.cilium = Observed::Unknown(why);
    }),
    ("route-version", "grpcroutes", "infra", |world, why| {
        world.bed.there.has_old_routes = false;
        world.bed.there.other_routes = Observed::Unknown(why);
    }),
    ("route-circle", "tcproutes", "infra", |world, why| {
        world.bed.there.other_routes = Observed::Unknown(why);
    }),
    ("federated-local", "deployments", "infra", |world, why| {
        world.bed.there.deployments = Observed::Unknown(why);
    }),
];
