//! Pods that do not serve: how they stand, and what helps.

use super::injection::ground;
use crate::mesh::machinery::Pod;
use crate::verdict::{Finding, Ground, Remedy, Typed};

/// How many pods are named.
const NAMED: usize = 3;

/// The finding with how they stand.
pub(super) fn standing<'a>(finding: Finding, pods: impl IntoIterator<Item = &'a Pod>) -> Finding {
    pods.into_iter().take(NAMED).fold(finding, |finding, pod| {
        let name = &pod.name;
        if pod.is_over {
            let finding = finding.seen(format!("status.phase of pod/{name}"), "it runs no more");
            return match pod.trouble.as_str() {
                "" => finding,
                reason => finding.seen(format!("status.reason of pod/{name}"), reason),
            };
        }
        let finding = finding.seen(format!("status.conditions[type=Ready].status of pod/{name}"), "not True");
        pod.failing
            .iter()
            .fold(finding, |finding, one| finding.seen(format!("{} of pod/{name}", one.field()), one.state()))
    })
}

/// Why the first of them does not serve of which anything is known, as it stands behind that, and what it stands on.
pub(crate) fn told<'a>(pods: impl IntoIterator<Item = &'a Pod>) -> (String, Option<Ground>) {
    let Some(why) = pods.into_iter().map(Pod::why).find(|why| !why.is_empty()) else {
        return (String::new(), None);
    };
    (format!(" ({why})"), ground(Some(&why)))
}

/// How they are brought up, where what is seen of them says it: where their namespace refuses them, or a container of them fails.
pub(super) fn raised<'a>(
    namespace: &str,
    (trouble, pods): (&str, impl IntoIterator<Item = &'a Pod>),
    typed: Typed<'_>,
) -> Option<Remedy> {
    let of = |pod: &'a Pod| Remedy::of_failing((namespace, &pod.name), pod.failing.as_deref()?, typed);
    Remedy::of_refused(namespace, trouble, typed).or_else(|| pods.into_iter().find_map(of))
}
