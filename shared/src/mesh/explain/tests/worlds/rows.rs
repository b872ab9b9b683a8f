//! The table of worlds in which the mirror does not come.

use super::super::*;
use super::forbidden;
use super::past::{DAY, certificate};
use crate::mesh::certificate::samples::Authority;
use crate::mesh::machinery::{Issuer, Stuck};
use crate::mesh::samples::selecting;
use crate::mesh::snapshot::{Belonging, NamespaceState};
use crate::terms::Obstacle;

/// What leads, what the chain comes to, what is said, and how the world gets there.
pub(super) type Row = (&'static str, Outcome, &'static str, fn(&mut World));

use Outcome::{Broken, Doubtful, Unsure};

/// What keeps the mirror from being made, or as it should be.
pub(super) const MAKING: &[Row] = &[
    ("services-unseen", Unsure, "cannot list services: forbidden", |world| {
        world.in_mesh(|seen| seen.services = Observed::Unknown(forbidden("services")));
    }),
    ("service-not-found", Broken, "has no Service of this name", |world| {
        world.without_mirror();
        world.in_mesh(|seen| present(&mut seen.services).by_key.clear());
    }),
    ("export-shape", Broken, "ExternalName", |world| {
        world.bed.service.is_external = true;
        world.without_mirror();
    }),
    ("export-shape", Broken, "without ports", |world| {
        world.bed.service.ports.clear();
        world.without_mirror();
    }),
    ("export-is-mirror", Broken, "it is itself a mirror", |world| {
        let made = labels(&[(names::MIRRORED_SERVICE, "true"), (names::CLUSTER_NAME, "edge")]);
        world.bed.service.labels.extend(made);
    }),
    ("export-headless", Doubtful, "creates an ordinary mirror of it", |world| {
        world.bed.service.is_headless = true;
        world.in_mesh(|seen| {
            let ends = present(&mut seen.endpoints).by_key.values_mut().next().unwrap();
            ends.hostnames = [("postgres-0".into(), true)].into();
        });
    }),
    ("no-link", Broken, "apps has no Link to infra", |world| {
        world.without_mirror();
        world.in_consumer(|apps| apps.links = Observed::Present(vec![]));
    }),
    ("no-link", Broken, "is not installed in apps", |world| {
        world.without_mirror();
        let api = "links".to_owned();
        world.in_consumer(|apps| apps.links = Observed::Unknown(Obstacle::NotServed { api }));
    }),
    ("no-link", Broken, "apps has no Link to infra", |world| {
        world.without_mirror();
        world.in_consumer(|apps| present(&mut apps.links)[0].belonging = Belonging::Elsewhere);
    }),
    ("link-fields", Broken, "spec.selector cannot be used", |world| {
        world.bed.link.problems = vec!["spec.selector cannot be used: no operator".into()];
        world.bed.link.selector = selecting(&[]);
        world.without_mirror();
    }),
    ("gateway-mode", Broken, "its selector is empty", |world| {
        world.bed.link.selector = selecting(&[]);
        world.without_mirror();
    }),
    ("gateway-mode", Broken, "would be created for a flat network", |world| {
        world.bed.service.labels.insert(names::EXPORTED.into(), "remote-discovery".into());
        world.asked.ways = vec![Way::Gateway];
        world.without_mirror();
    }),
    ("flat-mode", Broken, "does not mirror for a flat network", |world| {
        world.asked.ways = vec![Way::Flat];
        world.bed.link.remote_discovery_selector = selecting(&[]);
    }),
    ("federated-mode", Broken, "does not federate", |world| {
        world.asked.ways = vec![Way::Federated];
        world.bed.link.federated_service_selector = selecting(&[]);
    }),
    ("not-labelled", Broken, "selects (mirror.linkerd.io/exported=true)", |world| {
        world.bed.service.labels.remove(names::EXPORTED);
        world.without_mirror();
    }),
    ("not-labelled", Broken, "so it is not exported", |world| {
        world.bed.service.labels.insert(names::EXPORTED.into(), "yes".into());
        world.without_mirror();
    }),
    ("credentials-expired", Broken, "has expired", |world| {
        world.bed.token.as_mut().unwrap().left = Some(0);
        world.without_mirror();
    }),
    ("credentials-expired", Doubtful, "expires in 27 hours", |world| {
        world.bed.token.as_mut().unwrap().left = Some(100_000);
    }),
    ("credentials-revoked", Broken, "are revoked", |world| {
        world.bed.token.as_mut().unwrap().has_secret = Observed::Absent;
        world.mirror.as_mut().unwrap().annotations.insert(names::REMOTE_VERSION.into(), "40".into());
    }),
    ("credentials-name", Broken, "read only cluster-credentials-infra", |world| {
        // Where nobody looks at roles, the name tells.
        world.bed.here.rights = Observed::Absent;
        world.bed.link.credentials = "mine".into();
        world.without_mirror();
    }),
    ("credentials-name", Doubtful, "are in the Secret mine", |world| {
        world.bed.here.rights = Observed::Absent;
        world.bed.link.credentials = "mine".into();
    }),
    ("credentials-server", Broken, "is the pod itself", |world| {
        world.bed.server = "https://127.0.0.1:6443".into();
        world.without_mirror();
    }),
    ("credentials-rights", Broken, "is not allowed to", |world| {
        present(&mut present(&mut world.bed.there.rights).cluster_bindings).clear();
        world.without_mirror();
    }),
    ("controller-rights", Broken, "it cannot mirror", |world| {
        present(&mut present(&mut world.bed.here.rights).cluster_bindings).clear();
        world.without_mirror();
    }),
    ("controller-running", Broken, "no service mirror is running for the Link", |world| {
        in_list(&mut world.bed.here.deployments).clear();
        world.without_mirror();
    }),
    ("controller-running", Broken, "is scaled to 0", |world| {
        let controller = &mut in_list(&mut world.bed.here.deployments)[0];
        (controller.wanted, controller.available) = (0, 0);
        world.without_mirror();
    }),
    ("controller-running", Broken, "(ImagePullBackOff)", |world| {
        in_list(&mut world.bed.here.deployments)[0].available = 0;
        in_list(&mut world.bed.here.pods)[0].trouble = "ImagePullBackOff".into();
        world.without_mirror();
    }),
    ("controller-running", Doubtful, "lacks the labels that identify a service mirror", |world| {
        in_list(&mut world.bed.here.deployments)[0].labels = labels(&[]);
    }),
    ("controller-leading", Broken, "has not renewed its Lease", |world| {
        in_list(&mut world.bed.here.leases)[0].age = Some(900);
        world.without_mirror();
    }),
    ("controller-leading", Doubtful, "is about 664 s behind that of this machine", |world| {
        let lease = &mut in_list(&mut world.bed.here.leases)[0];
        (lease.age, lease.behind) = (Some(664), Some("node-1".to_owned()));
    }),
    ("controller-leading", Broken, "nobody holds its Lease, which was released 900 s ago", |world| {
        let lease = &mut in_list(&mut world.bed.here.leases)[0];
        (lease.holder, lease.duration, lease.age) = (String::new(), 1, Some(900));
        world.without_mirror();
    }),
    ("namespace-missing", Broken, "does not exist in apps", |world| {
        world.without_mirror();
        world.in_consumer(|apps| drop(apps.namespaces.insert("databases".into(), Observed::Absent)));
    }),
    ("namespace-missing", Broken, "is being deleted in apps", |world| {
        let going = Observed::Present(NamespaceState::Terminating);
        world.without_mirror();
        world.in_consumer(|apps| drop(apps.namespaces.insert("databases".into(), going)));
    }),
    ("mirror-name-length", Broken, "a Service name may have 63", |world| {
        world.bed.link.target_cluster_name = "x".repeat(60);
        world.without_mirror();
    }),
    ("mirror-name-clash", Broken, "that Linkerd did not create", |world| {
        world.mirror = Some(ServiceSeen::default());
    }),
    ("mirror-name-clash", Broken, "taken by the mirror of other.databases", |world| {
        let other = "other.databases.svc.cluster.local".to_owned();
        world.mirror.as_mut().unwrap().annotations.insert(names::REMOTE_NAME.into(), other);
    }),
    ("mirror-name-clash", Broken, "by a mirror labelled as from other", |world| {
        world.mirror.as_mut().unwrap().labels.insert(names::CLUSTER_NAME.into(), "other".into());
    }),
    ("mirror-endpoints-clash", Broken, "without a Service", |world| {
        (world.mirror, world.ends) = (None, Some(EndpointsSeen::default()));
    }),
    ("mirror-unseen", Unsure, "cannot list endpoints: forbidden", |world| {
        world.in_consumer(|apps| apps.endpoints = Observed::Unknown(forbidden("endpoints")));
    }),
    ("mirror-missing", Broken, "apps has no Service postgres-rw-infra-east", World::without_mirror),
    ("mirror-behind", Broken, "an earlier version", |world| {
        world.mirror.as_mut().unwrap().annotations.insert(names::REMOTE_VERSION.into(), "40".into());
    }),
    ("mirror-behind", Broken, "from a version of the Service that infra no longer has", |world| {
        world.mirror.as_mut().unwrap().annotations.insert(names::REMOTE_VERSION.into(), "991000".into());
    }),
    ("mirror-behind", Broken, "created for a mode other than gateway", |world| {
        world.mirrored_flat();
    }),
    ("export-endpoints", Broken, "it has no ready endpoints", |world| {
        world.ends = Some(EndpointsSeen { ready: 0, ..world.ends.take().unwrap() });
        world.in_mesh(|seen| present(&mut seen.endpoints).by_key.clear());
    }),
    ("export-endpoints", Doubtful, "it has no ready endpoints", |world| {
        // A moment later the mirror has none either.
        world.in_mesh(|seen| present(&mut seen.endpoints).by_key.clear());
    }),
    ("trust-renewal", Broken, "has expired and cert-manager does not renew it", |world| {
        let stuck = Some(Stuck::Unready("linkerd-identity-issuer".into(), "no signer".into()));
        let issuer = Issuer { chain: vec![certificate(-5, -DAY)], stuck, ..Issuer::default() };
        world.bed.there.issuer = Observed::Present(issuer);
    }),
    ("trust-roots", Broken, "have signed neither its own issuer nor that of apps", |world| {
        let (old, new) = (Authority::new("old"), Authority::new("new"));
        for (cluster, anchor) in [(&mut world.bed.there, &new), (&mut world.bed.here, &old)] {
            present(&mut cluster.roots).anchors = vec![anchor.anchor.clone()];
            cluster.issuer = Observed::Present(vec![old.issuer.clone()].into());
        }
    }),
    ("version-skew", Doubtful, "has a proxy of Linkerd stable-2.14.10", |world| {
        present(&mut world.bed.there.settings).version = Some("2.18.0".into());
        present(&mut world.bed.here.settings).version = Some("2.18.0".into());
        let old = labels(&[("linkerd.io/proxy-version", "stable-2.14.10")]);
        in_list(&mut world.bed.there.pods)[0].annotations = old;
    }),
];
