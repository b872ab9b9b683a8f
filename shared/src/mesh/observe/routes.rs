//! Looks at routes of the exporter: one that leads to a mirror may lead in a circle, and one on the gateway's port for
//! probes takes away what lets them in.

use super::super::machinery::Route;
use super::super::wire::WireRoute;
use super::Selected;
use super::bounded::{optional, several};
use crate::cluster::{Cluster, Resource};
use crate::terms::{Kind, Observed, Obstacle, Scope};

/// Those of Linkerd, which may have Servers as parents.
const LINKERD: Resource = Resource { group: "policy.linkerd.io", version: "v1beta3", plural: "httproutes" };
const GRPC: Resource = Resource { group: "gateway.networking.k8s.io", version: "v1", plural: "grpcroutes" };
const TCP: Resource =
    Resource { group: "gateway.networking.k8s.io", version: "v1alpha2", plural: "tcproutes" };

/// Those in the namespaces of the extension and of the Services.
pub(super) async fn look(cluster: &Cluster, extension: &str, selected: &Selected) -> Observed<Vec<Route>> {
    let places = selected.places(extension);
    // No other kinds may be attached to the gateway's ports.
    let own = Scope::namespace(selected.namespace.as_deref());
    let (gateways, linkerds, grpcs, tcps) = futures::join!(
        several::<WireRoute>(cluster, Resource::HTTP_ROUTES, &places),
        several::<WireRoute>(cluster, LINKERD, &places),
        optional::<WireRoute>(cluster, GRPC, &own),
        optional::<WireRoute>(cluster, TCP, &own)
    );
    let all = || -> Result<Vec<Route>, Obstacle> {
        let found = [
            (gateways?, (Kind::HttpRoute, Resource::HTTP_ROUTES.group)),
            (linkerds?, (Kind::HttpRoute, LINKERD.group)),
            (grpcs?.unwrap_or_default(), (Kind::GrpcRoute, GRPC.group)),
            (tcps?.unwrap_or_default(), (Kind::TcpRoute, TCP.group)),
        ];
        Ok(found
            .into_iter()
            .flat_map(|(found, kind)| found.into_iter().map(move |one| one.of(kind)))
            .collect())
    };
    all().map_or_else(Observed::Unknown, Observed::Present)
}
