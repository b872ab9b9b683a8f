//! Looks at routes of the exporter: one that leads to a mirror may lead in a circle, and one on the gateway's port for
//! probes takes away what lets them in.

use super::super::machinery::{Reference, Route, Settings};
use super::super::names::{CLUSTER_NAME, MIRRORED_SERVICE, REMOTE_DISCOVERY};
use super::super::snapshot::Key;
use super::super::wire::{Plain, WireRoute};
use super::Selected;
use super::bounded::{listed, optional, several, several_if_served};
use crate::cluster::{Archive, Cluster, Resource};
use crate::terms::{Fleet, Kind, Observed, Obstacle, Scope};
use std::collections::BTreeSet;

/// Those of Linkerd, which may have Servers as parents.
const LINKERD: Resource = Resource { group: "policy.linkerd.io", version: "v1beta3", plural: "httproutes" };
const GRPC: Resource = Resource { group: "gateway.networking.k8s.io", version: "v1", plural: "grpcroutes" };
const TCP: Resource =
    Resource { group: "gateway.networking.k8s.io", version: "v1alpha2", plural: "tcproutes" };

/// What clusters serve whose Gateway API is older than the one with routes of gRPC.
const OLD: Resource =
    Resource { group: "gateway.networking.k8s.io", version: "v1beta1", plural: "httproutes" };

/// What was seen of routes.
pub(super) struct Routes {
    /// Those of HTTP.
    pub(super) https: Observed<Vec<Route>>,
    /// Those of gRPC and TCP.
    pub(super) others: Observed<Vec<Route>>,
    /// Whether the cluster has the Gateway API, and not as Linkerd reads it.
    pub(super) is_old: bool,
}

impl Routes {
    /// Where nobody looked.
    pub(super) const NONE: Self = Self { https: Observed::Absent, others: Observed::Absent, is_old: false };
}

/// Those of HTTP in the namespaces of the extension and of the Services, and those of gRPC and TCP beside the Services: no
/// others may be attached to the gateway's ports.
pub(super) async fn look(
    (cluster, fleet): (&Cluster, &Fleet),
    settings: &Observed<Settings>,
    (extension, selected): (&str, &Selected),
) -> Routes {
    let places = selected.places(extension);
    let own = Scope::namespace(selected.namespace.as_deref());
    let (linkerds, (gateways, grpcs, tcps)) =
        futures::join!(several::<WireRoute>(cluster, LINKERD, &places), standard(cluster, &places, &own));
    let is_old = matches!(grpcs, Ok(None)) && is_old(cluster, settings).await;
    let of = |found: Served| found.map(Option::unwrap_or_default);
    let https =
        both((of(gateways), Kind::HttpRoute, Resource::HTTP_ROUTES), (linkerds, Kind::HttpRoute, LINKERD));
    let others = both((of(grpcs), Kind::GrpcRoute, GRPC), (of(tcps), Kind::TcpRoute, TCP));
    let names = fleet.names().filter(|name| *name != cluster.name());
    let names: Vec<&str> = names.flat_map(|name| [name.as_str(), fleet.context(name)]).collect();
    let mut all = [https, others];
    tell_mirrors((cluster, &names), &own, &mut all).await;
    let [https, others] = all.map(|found| found.map(|found| matter(found, &names)));
    Routes { https, others, is_old }
}

/// Whether the Gateway API is served as it was before it had routes of gRPC. It matters to Linkerd, and to nobody where it is not known.
async fn is_old(cluster: &Cluster, settings: &Observed<Settings>) -> bool {
    // Files without definitions do not tell in which versions something is served.
    let tells = |archive: &Archive| archive.defines(OLD);
    let is_told = matches!(settings, Observed::Present(settings) if settings.version.is_some())
        && cluster.archive().is_none_or(tells);
    is_told && cluster.serves(OLD).await == Ok(true)
}

/// What was found of a kind; `None` where the cluster does not have it.
type Served = Result<Option<Vec<WireRoute>>, Obstacle>;

/// Those of the Gateway API: of HTTP, of gRPC and of TCP. It comes with all of them, or with those of HTTP at least; files may have
/// the definition of one alone.
async fn standard(cluster: &Cluster, places: &[Scope], own: &Scope) -> (Served, Served, Served) {
    let https = several_if_served::<WireRoute>(cluster, Resource::HTTP_ROUTES, places).await;
    if matches!(https, Ok(None)) && cluster.archive().is_none() {
        return (https, Ok(None), Ok(None));
    }
    let (grpcs, tcps) =
        futures::join!(optional::<WireRoute>(cluster, GRPC, own), optional::<WireRoute>(cluster, TCP, own));
    (https, grpcs, tcps)
}

/// Says of each route of a Service which others it leads to that are mirrors through a gateway. Most clusters have none that lead
/// to others. Manifests do not have what is made.
async fn tell_mirrors(
    (cluster, others): (&Cluster, &[&str]),
    place: &Scope,
    all: &mut [Observed<Vec<Route>>; 2],
) {
    let routes = all.iter_mut().filter_map(|found| match found {
        Observed::Present(found) => Some(found),
        Observed::Absent | Observed::Unknown(_) => None,
    });
    let leading: Vec<&mut Route> = routes.flatten().filter(|route| is_leading_on(route)).collect();
    if leading.is_empty() || cluster.archive().is_some_and(Archive::is_of_manifests) {
        return;
    }
    let label = format!("{MIRRORED_SERVICE}=true,{CLUSTER_NAME},!{REMOTE_DISCOVERY}");
    // That Services cannot be listed is told elsewhere.
    let Observed::Present(found) =
        listed::<Plain>(cluster, Resource::SERVICES, &place.clone().labelled(label)).await
    else {
        return;
    };
    let mirrors: BTreeSet<Key> = found.iter().map(|one| one.metadata.key()).collect();
    let is_mirror =
        |one: &&Reference| one.kind == "Service" && mirrors.contains(&Key::new(&one.namespace, &one.name));
    for route in leading {
        let namesake = route.backends.iter().find(|one| !is_mirror(one) && is_namesake(route, one, others));
        // One that is not there may be a mirror that comes again.
        if namesake.is_none() || is_there(cluster, namesake).await {
            route.mirrors = Some(route.backends.iter().filter(is_mirror).cloned().collect());
        }
    }
}

/// Whether a backend is called like a mirror that another cluster has sent of a parent's namesake.
fn is_namesake(route: &Route, backend: &Reference, others: &[&str]) -> bool {
    let is_of =
        |parent: &Reference| others.iter().any(|end| backend.name == format!("{}-{end}", parent.name));
    backend.kind == "Service" && route.parents.iter().any(is_of)
}

async fn is_there(cluster: &Cluster, service: Option<&Reference>) -> bool {
    let Some(Reference { namespace, name, .. }) = service else { return false };
    let found = cluster.get::<Plain>(Resource::SERVICES, Some(namespace), name).await;
    matches!(found, Observed::Present(_))
}

/// Whether it sends what comes to a Service to another one.
fn is_leading_on(route: &Route) -> bool {
    let is_service = |kind: &str| kind == "Service";
    let is_of_service = route.parents.iter().any(|parent| is_service(&parent.kind));
    is_of_service && route.backends.iter().any(|one| is_service(&one.kind) && !route.parents.contains(one))
}

/// Those that may lead back: to what is called like a mirror of another cluster. Those of Servers may bear on the probe.
fn matter(mut found: Vec<Route>, others: &[&str]) -> Vec<Route> {
    let ends = |name: &str, end: &str| name.strip_suffix(end).is_some_and(|rest| rest.ends_with('-'));
    let is_back = |name: &str| others.iter().any(|other| ends(name, other));
    found.retain(|route| {
        route.parents.iter().any(|parent| parent.kind == "Server")
            || route.mirrors.as_ref().is_some_and(|mirrors| !mirrors.is_empty())
            || route.backends.iter().any(|backend| is_back(&backend.name))
    });
    found
}

/// What was found of a kind.
type Found = (Result<Vec<WireRoute>, Obstacle>, Kind, Resource);

fn both(one: Found, other: Found) -> Observed<Vec<Route>> {
    let of = |(found, kind, resource): Found| -> Result<Vec<Route>, Obstacle> {
        Ok(found?.into_iter().map(|one| one.of((kind, resource.group))).collect())
    };
    let all = || Ok([of(one)?, of(other)?].concat());
    all().map_or_else(Observed::Unknown, Observed::Present)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(kind: &str, backend: &str) -> Route {
        let refer = |kind: &str, name: &str| Reference {
            kind: kind.into(),
            namespace: "shop".into(),
            name: name.into(),
        };
        Route {
            kind: Kind::HttpRoute,
            group: "policy.linkerd.io".into(),
            namespace: "shop".into(),
            name: "web".into(),
            parents: vec![refer(kind, "web")],
            backends: vec![refer("Service", backend)],
            mirrors: None,
        }
    }

    #[test]
    fn what_may_lead_back_is_kept_and_what_servers_have() {
        let is_kept = |kind: &str, backend: &str| {
            !matter(vec![route(kind, backend)], &["apps", "admin@apps"]).is_empty()
        };
        assert!(is_kept("Service", "web-apps") && is_kept("Service", "web-admin@apps"));
        assert!(
            !is_kept("Service", "web") && !is_kept("Service", "webapps") && !is_kept("Service", "web-infra")
        );
        assert!(is_kept("Server", "web"), "it may be on the port of the probe");
    }
}
