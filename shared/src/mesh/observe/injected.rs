//! What a namespace says of the proxies of its pods.

use super::super::snapshot::Misinjection;
use super::super::wire::Metadata;
use crate::terms::Labels;

/// What the proxy injector looks for, ...
const INJECT: &str = "linkerd.io/inject";
/// ... what it takes, ...
const TAKEN: [&str; 3] = ["enabled", "disabled", "ingress"];
/// ... and what of it means a proxy.
const MESHED: [&str; 2] = ["enabled", "ingress"];

/// What the admission of pods holds them to, ...
const ENFORCED: &str = "pod-security.kubernetes.io/enforce";
/// ... and with which of it no pod may set up its network (the Pod Security Standards).
const BARRING: [&str; 2] = ["baseline", "restricted"];

/// What of it does not come to what it says.
pub(super) fn mark(metadata: &Metadata) -> Option<Misinjection> {
    let of = |all: &Option<Labels>, key: &str| all.as_ref().and_then(|all| all.get(key)).cloned();
    let level = of(&metadata.labels, ENFORCED).filter(|level| BARRING.contains(&level.as_str()));
    match (of(&metadata.annotations, INJECT), of(&metadata.labels, INJECT)) {
        (Some(value), _) if MESHED.contains(&value.as_str()) => level.map(Misinjection::Barred),
        (Some(value), _) => (!TAKEN.contains(&value.as_str())).then_some(Misinjection::Value(value)),
        (None, label) => label.filter(|value| value != "disabled").map(Misinjection::Label),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::samples::labels;

    fn of(annotations: &[(&str, &str)], own: &[(&str, &str)]) -> Option<Misinjection> {
        let (labels, annotations) = (Some(labels(own)), Some(labels(annotations)));
        mark(&Metadata { labels, annotations, ..Metadata::default() })
    }

    #[test]
    fn pods_that_get_a_proxy_are_barred_by_all_but_the_widest_security() {
        let meshed: &[_] = &[(INJECT, "enabled")];
        for (level, barred) in [("baseline", true), ("restricted", true), ("privileged", false)] {
            let expected = barred.then(|| Misinjection::Barred(level.into()));
            assert_eq!(of(meshed, &[(ENFORCED, level)]), expected);
            assert_eq!(of(&[(INJECT, "disabled")], &[(ENFORCED, level)]), None);
            assert_eq!(of(&[], &[(ENFORCED, level)]), None);
        }
        let warned = "pod-security.kubernetes.io/warn";
        assert_eq!(of(meshed, &[(warned, "restricted")]), None, "it is only spoken of");
    }
}
