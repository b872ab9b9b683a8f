//! Members of federated Services in their own clusters.

use crate::mesh::names;
use crate::mesh::snapshot::{Key, MeshSeen};
use crate::terms::{Kind, ObjectRef};
use crate::verdict::{Finding, Remedy, kubectl};

/// What makes federated Services of the members of its own cluster, from Linkerd 2.17 on.
pub(crate) const LOCAL_MIRROR: &str = "linkerd-local-service-mirror";

/// A warning for an exported member that has no federated Service in its own cluster: clients there do not find the name that
/// they find everywhere else.
pub(crate) fn missing_at_its_home(seen: &MeshSeen, key: &Key) -> Finding {
    let (exporter, name) = (&seen.exporter, names::federated(&key.name));
    let text = format!(
        "{exporter} itself has no {name} with this member: its local service mirror did not create it"
    );
    let words = ["--namespace", names::EXTENSION, "get", "deployment", LOCAL_MIRROR];
    let remedy = Remedy::run(
        format!(
            "clients in {exporter} keep using svc/{}; to see whether the local service mirror runs, run",
            key.name
        ),
        kubectl(&seen.fleet, exporter, &words),
    );
    let object = ObjectRef::namespaced(exporter, Kind::Service, &key.namespace, &name);
    Finding::warning("federated-local", &[exporter], text, remedy).about(object)
}
