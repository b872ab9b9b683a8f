//! The clusters of a look: those that were named, the one that everything hangs on, and the line that says so.

use platform::mesh::export::are_links_seen;
use platform::mesh::snapshot::MeshSeen;
use platform::run::Place;
use platform::terms::{ClusterName, Obstacle};
use platform::verdict::{Exit, Failure, against};

/// `--to`, resolved.
///
/// # Errors
/// A name that no cluster has, or the exporter's (exit 2).
pub(crate) fn consumers(place: &Place, to: &[String]) -> Result<Vec<ClusterName>, Failure> {
    let fleet = &place.set.fleet;
    let names = || fleet.names().map(ClusterName::as_str).collect::<Vec<_>>().join(", ");
    let find = |text: &String| {
        let found = fleet.find(text).ok_or_else(|| {
            Failure::usage(
                format!("--to {text:?} is not a cluster of this run; there are {}", names()),
                "name one of them, or name the whole fleet with --contexts",
            )
        })?;
        if found.name == place.set.primary {
            return Err(Failure::usage(
                format!("--to {text:?} is where the Service is"),
                "name another cluster, or choose the exporter with --context",
            ));
        }
        Ok(found.name.clone())
    };
    to.iter().map(find).collect()
}

/// Why a run cannot begin.
pub(super) fn unreachable(place: &Place, obstacle: &Obstacle) -> Failure {
    let primary = &place.set.primary;
    let exit = if obstacle.is_worth_another_try() { Exit::Unreachable } else { Exit::Unsure };
    Failure::new(
        exit,
        format!("{primary}: {obstacle}"),
        against(obstacle, primary, &place.set.fleet).to_string(),
    )
}

/// The first line of every run, so that nobody acts on the wrong cluster unaware: the clusters that were named, else
/// those that have a Link or cannot be asked for one.
pub(super) fn whereabouts(seen: &MeshSeen, namespace: Option<&str>, consumers: &[ClusterName]) -> String {
    let named = |name: &ClusterName| match seen.context(name) {
        context if context != name.as_str() => format!("{name} (context {context})"),
        _ => name.to_string(),
    };
    let concerned = |name: &ClusterName| match consumers {
        [] => !are_links_seen(seen, name) || !seen.links_of(name).is_empty(),
        chosen => chosen.contains(name),
    };
    let others = seen.others().map(|(name, _)| name).filter(|name| concerned(name));
    let others = others.map(named).collect::<Vec<_>>().join(", ");
    let to = if others.is_empty() { String::new() } else { format!(" to {others}") };
    let namespace = namespace.map_or_else(String::new, |name| format!(", namespace {name}"));
    format!("from {}{to}{namespace}", named(&seen.exporter))
}
