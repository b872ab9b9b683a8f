//! What has service mirrors write anew what they have written.

use crate::mesh::checks::Pair;
use crate::mesh::link::Way;
use crate::mesh::snapshot::{Key, MeshSeen, ServiceSeen};
use crate::terms::{ClusterName, Observed};
use crate::verdict::{Remedy, kubectl};

/// What makes the service mirror write all its mirrors anew. The same mark twice would change nothing.
pub(in crate::mesh::checks) fn all_anew(asked: &Pair<'_>) -> String {
    let Observed::Present(services) = &asked.seen.services else { return String::new() };
    let newest = services.by_key.values().filter_map(|service| service.version.parse::<u64>().ok()).max();
    let mark = format!("platform.tools/touched={}", newest.unwrap_or_default());
    let goes = |way: &Way| services.by_key.values().any(|service| asked.link.goes(&service.labels, *way));
    let ways = [Way::Gateway, Way::Flat].into_iter().filter(|way| *way == asked.way || goes(way));
    let command = |way| {
        let query = asked.link.selector_of(way).query();
        let words = ["annotate", "--overwrite", "services", "--all-namespaces", "--selector", &query, &mark];
        asked.kubectl_there(&words)
    };
    ways.map(command).collect::<Vec<_>>().join(" && ")
}

/// What makes service mirrors write a federated Service anew: it keeps the ports and the type that it was made with.
pub(crate) fn made_anew(seen: &MeshSeen, cluster: &ClusterName, key: &Key) -> Remedy {
    let words = ["--namespace", &key.namespace, "delete", "service", &key.name];
    Remedy::run(
        "recreate it: delete it, then touch its members, for example with an annotation; to begin with, run",
        kubectl(&seen.fleet, cluster, &words),
    )
}

/// What makes the service mirror write everything of a mirror anew. The same mark twice would change nothing.
pub(crate) fn written_anew(seen: &MeshSeen, exported: &Key) -> Remedy {
    let service = known_service(seen, exported).map_or("now", |service| service.version.as_str());
    let (object, mark) = (format!("svc/{}", exported.name), format!("platform.tools/touched={service}"));
    let words = ["--namespace", &exported.namespace, "annotate", "--overwrite", &object, &mark];
    Remedy::run(
        "touch the Service so that its mirror is rewritten; for example, run",
        kubectl(&seen.fleet, &seen.exporter, &words),
    )
}

fn known_service<'a>(seen: &'a MeshSeen, key: &Key) -> Option<&'a ServiceSeen> {
    let Observed::Present(services) = &seen.services else { return None };
    services.by_key.get(key)
}
