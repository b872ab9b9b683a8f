//! The versions of Linkerd on both sides. They speak with each other from one minor version to the next.

use super::{Question, settings};
use crate::terms::ClusterName;
use crate::verdict::{Finding, Remedy};

/// Minor versions between which Linkerd is upgraded step by step.
const FAR: u32 = 2;

pub(super) fn skew(asked: &Question<'_>) -> Option<Finding> {
    let version = |machinery| settings(machinery)?.version.as_deref();
    let (there, here) = (version(asked.there()?)?, version(asked.here()?)?);
    let apart = minor(there)?.abs_diff(minor(here)?);
    if apart < FAR {
        return None;
    }
    let (exporter, consumer) = (&asked.seen.exporter, &asked.target.consumer);
    let older: &ClusterName = if minor(there) < minor(here) { exporter } else { consumer };
    let text = format!("{exporter} has Linkerd {there}, and {consumer} {here}: {apart} minor versions apart");
    let remedy = Remedy::new(format!(
        "bring Linkerd in {older} nearer, one minor version after the other, the control plane first and then \
         linkerd-multicluster"
    ));
    Some(
        Finding::warning("version-skew", &asked.both(), text, remedy)
            .seen("linkerdVersion", format!("{there}, {here}")),
    )
}

/// Of `stable-2.14.10`, `enterprise-2.17.1-1` or `2.18.0`, 14, 17 and 18; edge releases are called after their month.
fn minor(version: &str) -> Option<u32> {
    let (is_edge, major, minor) = numbers(version)?;
    (!is_edge && major == 2).then_some(minor)
}

/// Whether a version is older than a minor one, and the edge release that became it; `None` when it cannot be placed.
pub(super) fn is_older(version: &str, than: u32, edge: (u32, u32)) -> Option<bool> {
    let (is_edge, first, second) = numbers(version)?;
    match (is_edge, first) {
        (true, year) => Some((year, second) < edge),
        (false, 2) => Some(second < than),
        (false, _) => None,
    }
}

/// Whether it is an edge release, and its first two numbers.
fn numbers(version: &str) -> Option<(bool, u32, u32)> {
    let mut words = version.split('-');
    let first = words.next()?;
    let is_channel = first.starts_with(|c: char| c.is_ascii_lowercase() && c != 'v');
    let number = if is_channel { words.next()? } else { first };
    let mut parts = number.trim_start_matches('v').split('.');
    Some((first == "edge", parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_told_by_their_minor_number_where_they_have_one() {
        let versions =
            ["stable-2.14.10", "enterprise-2.17.1-1", "2.18.0", "v2.18", "edge-25.4.1", "dev-abc", ""];
        let minors = versions.map(minor);
        assert_eq!(minors, [Some(14), Some(17), Some(18), Some(18), None, None, None]);
    }

    #[test]
    fn an_edge_release_is_placed_by_its_month() {
        let old = |version: &str| is_older(version, 18, (25, 4));
        assert_eq!(
            ["edge-24.11.8", "edge-25.4.1", "stable-2.17.9", "2.18.0"].map(old),
            [true, false, true, false].map(Some)
        );
        assert_eq!(["dev-abc", "3.1.0", ""].map(old), [None; 3]);
    }
}
