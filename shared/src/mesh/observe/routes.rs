//! Looks at routes of the exporter: one that leads to a mirror may lead in a circle, and one on the gateway's port for
//! probes takes away what lets them in.

use super::super::machinery::Route;
use super::super::wire::WireRoute;
use super::Selected;
use super::bounded::several;
use crate::cluster::{Cluster, Resource};
use crate::terms::{Observed, Obstacle};

/// Those of Linkerd, which may have Servers as parents.
const LINKERD: Resource = Resource { group: "policy.linkerd.io", version: "v1beta3", plural: "httproutes" };

/// Those in the namespaces of the extension and of the Services.
pub(super) async fn look(cluster: &Cluster, extension: &str, selected: &Selected) -> Observed<Vec<Route>> {
    let places = selected.places(extension);
    let found = futures::join!(
        several::<WireRoute>(cluster, Resource::HTTP_ROUTES, &places),
        several::<WireRoute>(cluster, LINKERD, &places)
    );
    let all = || -> Result<Vec<Route>, Obstacle> {
        let (gateways, linkerds) = (found.0?, found.1?);
        let of = |found: Vec<WireRoute>, kind: Resource| {
            found.into_iter().map(move |one| one.of_group(kind.group))
        };
        Ok(of(gateways, Resource::HTTP_ROUTES).chain(of(linkerds, LINKERD)).collect())
    };
    all().map_or_else(Observed::Unknown, Observed::Present)
}
