//! Who leads among the pods of a controller: only the leader makes mirrors.

use super::{Pair, controller, known};
use crate::mesh::machinery::Lease;
use crate::terms::{Kind, ObjectRef};
use crate::verdict::{Finding, Remedy};

/// How many times its duration a Lease may be old. One is the rule; the clocks of clusters and workstations differ.
const PATIENCE: i64 = 4;

pub(super) fn leading(asked: &Pair<'_>) -> Option<Finding> {
    let here = asked.here()?;
    let name = format!("service-mirror-write-{}", asked.link.name);
    let Some(lease) = known(&here.leases)?.iter().find(|lease| lease.name == name) else {
        return none(asked, &name);
    };
    let (text, field, value) = if lease.holder.is_empty() {
        let text = format!("no pod leads the service mirror of the Link {}", asked.link.name);
        (text, "spec.holderIdentity", String::new())
    } else {
        old(asked, lease)?
    };
    let namespace = asked.link.namespace.as_str();
    let words = ["--namespace", namespace, "get", "lease", &name, "-o", "yaml"];
    let remedy =
        Remedy::run("restart the controller; to see who held the Lease last, run", asked.kubectl(&words));
    let object = ObjectRef::namespaced(asked.consumer, Kind::Lease, namespace, &name);
    Some(
        Finding::error("controller-leading", &asked.both(), text, remedy)
            .about(object)
            .seen(field, value)
            .because("controller-running"),
    )
}

/// A Lease that nobody renews. By whom a fresh one is held does not matter: pods come and go.
fn old(asked: &Pair<'_>, lease: &Lease) -> Option<(String, &'static str, String)> {
    let since = match lease.age {
        Some(age) => (age > PATIENCE * lease.duration.max(1))
            .then(|| format!("for {age} s by the clock of this machine"))?,
        None => "ever".to_owned(),
    };
    let text = format!(
        "the service mirror of the Link {} has no leader: {} has not renewed its Lease {since}",
        asked.link.name, lease.holder
    );
    let seen = lease.age.map_or_else(|| "<none>".to_owned(), |age| format!("{age} s ago"));
    Some((text, "spec.renewTime", format!("{seen}, and spec.leaseDurationSeconds is {}", lease.duration)))
}

/// A controller that runs and for which nobody ever led; one that has just begun takes a moment.
fn none(asked: &Pair<'_>, name: &str) -> Option<Finding> {
    if !controller::is_available(asked) {
        return None;
    }
    let (namespace, link) = (asked.link.namespace.as_str(), &asked.link.name);
    let text = format!("nobody leads the service mirror of the Link {link}: there is no Lease {name}");
    let words = ["--namespace", namespace, "get", "leases"];
    let remedy = Remedy::run(
        "see in the controller's log why it takes none; to see those there are, run",
        asked.kubectl(&words),
    );
    let object = ObjectRef::namespaced(asked.consumer, Kind::Lease, namespace, name);
    Some(Finding::warning("controller-leading", &asked.both(), text, remedy).about(object))
}
