//! Looks at Linkerd's policies in the exporter, and at the pods behind the exported Services, which they are about.

use super::super::checks::is_before_access;
use super::super::machinery::{
    Authorization, Identities, Networks, Pod, Pods, Policies, Selectors, Settings,
};
use super::super::snapshot::{LinkSeen, Objects, ServiceSeen};
use super::super::wire::{
    self, AuthorizationSpec, IdentitiesSpec, NetworksSpec, OlderSpec, Policy, ServerSpec,
};
use super::Selected;
use super::bounded::{optional, several, sifted};
use super::machinery::namespace;
use crate::cluster::{Cluster, ClusterSet, Resource};
use crate::terms::{Observed, Obstacle, PerCluster, Scope};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::slice;
use std::sync::Arc;

/// Since Linkerd 2.16; what is let in without a policy is a field of this version alone.
const SERVERS: Resource = of("v1beta3", "servers");
/// What an older Linkerd serves, and each newer one too.
const OLD_SERVERS: Resource = of("v1beta1", "servers");
const AUTHORIZATIONS: Resource = of("v1alpha1", "authorizationpolicies");
const IDENTITIES: Resource = of("v1alpha1", "meshtlsauthentications");
const NETWORKS: Resource = of("v1alpha1", "networkauthentications");
const OLDER: Resource = of("v1beta1", "serverauthorizations");

const fn of(version: &'static str, plural: &'static str) -> Resource {
    Resource { group: "policy.linkerd.io", version, plural }
}

/// The Servers as this cluster has them: its definition says it, and where none is at hand, its Linkerd, which nobody has to ask.
fn servers_of(cluster: &Cluster, settings: &Observed<Settings>) -> Resource {
    let defines = |servers| cluster.archive().is_some_and(|archive| archive.defines(servers));
    let is_old = || match settings {
        Observed::Present(settings) => settings.version.as_deref().is_some_and(is_before_access),
        Observed::Absent | Observed::Unknown(_) => false,
    };
    let takes_old = !defines(SERVERS) && (defines(OLD_SERVERS) || is_old());
    if takes_old { OLD_SERVERS } else { SERVERS }
}

/// The policies in the namespace of the gateway and in that of the Services; absent where the cluster knows none.
pub(super) async fn look(
    cluster: &Cluster,
    settings: &Observed<Settings>,
    (gateway, selected): (&str, &Selected),
) -> Observed<Policies> {
    let kind = servers_of(cluster, settings);
    let places = selected.places(gateway);
    let (first, others) = match places.split_first() {
        Some((first, others)) => (first.clone(), others),
        None => (Scope::default(), &[][..]),
    };
    // Where nobody serves the first, one question is enough.
    let servers_there = match optional::<Policy<ServerSpec>>(cluster, kind, &first).await {
        Ok(Some(found)) => found,
        Ok(None) => return Observed::Absent,
        Err(obstacle) => return Observed::Unknown(obstacle),
    };
    let others = others.iter().map(async |place| {
        let servers = several::<Policy<ServerSpec>>(cluster, kind, slice::from_ref(place)).await?;
        of_servers(cluster, place, servers).await
    });
    let others = futures::future::try_join_all(others);
    let seen = async {
        let (mut all, others) = futures::try_join!(of_servers(cluster, &first, servers_there), others)?;
        for one in others {
            all.servers.extend(one.servers);
            all.authorizations.extend(one.authorizations);
            all.older.extend(one.older);
        }
        (all.identities, all.networks) = authenticated(cluster, &places, &all.authorizations).await?;
        all.namespaces = places.iter().filter_map(|place| place.namespace.clone()).collect();
        Ok(all)
    };
    seen.await.map_or_else(Observed::Unknown, Observed::Present)
}

/// The Servers of a place with those whom they let in. Who is let in is asked by the Servers of a namespace, and where there is
/// none, by nobody.
async fn of_servers(
    cluster: &Cluster,
    place: &Scope,
    servers: Vec<Policy<ServerSpec>>,
) -> Result<Policies, Obstacle> {
    let mut seen = Policies { servers: plain(servers), ..Policies::default() };
    if !seen.servers.is_empty() {
        let place = slice::from_ref(place);
        let (authorizations, older) = futures::try_join!(
            several::<Policy<AuthorizationSpec>>(cluster, AUTHORIZATIONS, place),
            several::<Policy<OlderSpec>>(cluster, OLDER, place),
        )?;
        (seen.authorizations, seen.older) = (plain(authorizations), plain(older));
    }
    Ok(seen)
}

/// Who clients have to be by these AuthorizationPolicies: most places have no policy, and ask nobody who that is.
async fn authenticated(
    cluster: &Cluster,
    places: &[Scope],
    authorizations: &[Authorization],
) -> Result<(Vec<Identities>, Vec<Networks>), Obstacle> {
    let required = |kind: &str| {
        let all = authorizations.iter().flat_map(|one| &one.required).filter(|one| one.kind == kind);
        let homes: BTreeSet<&str> = all.map(|one| one.namespace.as_str()).collect();
        let is_home = |place: &&Scope| match &place.namespace {
            Some(namespace) => homes.contains(namespace.as_str()),
            None => !homes.is_empty(),
        };
        places.iter().filter(is_home).cloned().collect::<Vec<_>>()
    };
    let (there, from) = (required("MeshTLSAuthentication"), required("NetworkAuthentication"));
    let (identities, networks) = futures::try_join!(
        several::<Policy<IdentitiesSpec>>(cluster, IDENTITIES, &there),
        several::<Policy<NetworksSpec>>(cluster, NETWORKS, &from)
    )?;
    Ok((plain(identities), plain(networks)))
}

fn plain<S, T: From<Policy<S>>>(found: Vec<Policy<S>>) -> Vec<T> {
    found.into_iter().map(Into::into).collect()
}

/// The pods behind the Services, where something may keep anybody from them: of one Service its own, of several all of their
/// place.
pub(super) async fn backends(
    set: &ClusterSet,
    links: &PerCluster<Observed<Vec<LinkSeen>>>,
    judged: Option<&Selected>,
    services: &Observed<Objects<ServiceSeen>>,
) -> Observed<Pods> {
    // Nobody looks at the machinery of a cluster to which no Link leads, or judges it.
    let (Some(selected), Some(_)) = (judged, namespace(set, &set.primary, links)) else {
        return Observed::Absent;
    };
    let (Observed::Present(services), Ok(cluster)) = (services, set.cluster(&set.primary)) else {
        return Observed::Absent;
    };
    let mut selectors = services.by_key.values().map(|service| &service.selector);
    let place = Scope::namespace(selected.namespace.as_deref());
    let place = match (selectors.next(), selectors.next()) {
        (None, _) => return Observed::Absent,
        (Some(selector), None) if selector.is_empty() => return Observed::Absent,
        (Some(selector), None) => {
            let pairs: Vec<String> = selector.iter().map(|(key, value)| format!("{key}={value}")).collect();
            place.labelled(pairs.join(","))
        }
        (Some(_), Some(_)) => place,
    };
    let selectors = services.by_key.iter().map(|(key, service)| (key.namespace.as_str(), &service.selector));
    let sieve =
        Sieve { selectors: selectors.collect(), nodes: RefCell::default(), anchors: RefCell::default() };
    let found = sifted(cluster, Resource::PODS, &place, |pod: wire::WirePod| sieve.keeps(pod.into())).await;
    found.map(Pods::from)
}

/// Lets through the pods that Services select, and of each node one: what it tells is that there is such a node.
struct Sieve<'a> {
    selectors: Selectors<'a>,
    nodes: RefCell<BTreeSet<String>>,
    /// Trust anchors so far, each once.
    anchors: RefCell<BTreeSet<Arc<[u8]>>>,
}

impl Sieve<'_> {
    fn keeps(&self, pod: Pod) -> Option<Pod> {
        let is_new = !pod.node.is_empty() && self.nodes.borrow_mut().insert(pod.node.clone());
        if self.selectors.select(&pod) {
            return Some(self.sharing(pod));
        }
        let Pod { namespace, name, node, .. } = pod;
        is_new.then(|| Pod { namespace, name, node, ..Pod::default() })
    }

    /// The pod, with the same anchors as others have, not with a copy of them.
    fn sharing(&self, mut pod: Pod) -> Pod {
        let mut known = self.anchors.borrow_mut();
        for anchor in &mut pod.anchors {
            match known.get(anchor) {
                Some(same) => *anchor = same.clone(),
                None => drop(known.insert(anchor.clone())),
            }
        }
        pod
    }
}
