//! What a namespace says of the proxies of its pods.

use super::super::machinery::Machinery;
use super::super::snapshot::{ConsumerSeen, Misinjection};
use super::super::wire::Metadata;
use crate::terms::{Labels, Observed, PerCluster};

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

/// The label that keeps Linkerd's webhooks away.
const WEBHOOKS: &str = "config.linkerd.io/admission-webhooks";

/// What of it does not come to what it says.
pub(super) fn mark(metadata: &Metadata) -> Option<Misinjection> {
    let of = |all: &Option<Labels>, key: &str| all.as_ref().and_then(|all| all.get(key)).cloned();
    if of(&metadata.labels, WEBHOOKS).is_some_and(|value| value == "disabled") {
        return Some(Misinjection::PassedOver);
    }
    // Where it says nothing, what the cluster holds pods to by default is not known yet.
    let level = of(&metadata.labels, ENFORCED).unwrap_or_default();
    let level = Some(level).filter(|level| level.is_empty() || BARRING.contains(&level.as_str()));
    match (of(&metadata.annotations, INJECT), of(&metadata.labels, INJECT)) {
        (Some(value), _) if MESHED.contains(&value.as_str()) => level.map(Misinjection::Barred),
        (Some(value), _) => (!TAKEN.contains(&value.as_str())).then_some(Misinjection::Value(value)),
        (None, label) => label.filter(|value| value != "disabled").map(Misinjection::Label),
    }
}

/// What was seen of consumers, and of what carries their mirrors.
type Both = (PerCluster<Observed<ConsumerSeen>>, PerCluster<Observed<Machinery>>);

/// Forgets what bars pods where they need no rights, since Linkerd's CNI plugin sets up their network, or where nobody says whether it
/// does; and the plugin, which matters besides where Cilium removes it.
pub(super) fn spared((consumers, machinery): Both) -> Both {
    let consumers = consumers.map(|name, consumer| {
        let is_alone = machinery.get(name).is_some_and(has_no_plugin);
        consumer.map(|mut consumer| {
            consumer.misinjected.retain(|_, mark| is_alone || !matches!(mark, Misinjection::Barred(_)));
            consumer
        })
    });
    let machinery = machinery.map(|_, seen| seen.map(left));
    (consumers, machinery)
}

fn has_no_plugin(seen: &Observed<Machinery>) -> bool {
    let Observed::Present(seen) = seen else { return false };
    matches!(&seen.settings, Observed::Present(settings) if !settings.is_cni)
}

fn left(mut seen: Machinery) -> Machinery {
    let is_left = matches!(&seen.cilium, Observed::Present(cilium) if !cilium.is_exclusive);
    if let Observed::Present(settings) = &mut seen.settings {
        settings.is_cni &= !is_left;
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::samples::bed::Bed;
    use crate::mesh::samples::{cluster, consumer, labels};
    use crate::terms::Fleet;

    #[test]
    fn linkerds_cni_plugin_spares_pods_the_rights() {
        let barred = |is_cni: Option<bool>| {
            let seen = Bed::healthy().seen();
            let one = Fleet::clone(&seen.fleet);
            let mut machinery = seen.machinery.get(&cluster("apps")).unwrap().clone();
            if let Observed::Present(seen) = &mut machinery {
                match (&mut seen.settings, is_cni) {
                    (Observed::Present(settings), Some(is_cni)) => settings.is_cni = is_cni,
                    (settings, _) => *settings = Observed::Absent,
                }
            }
            let mut apps = consumer(vec![]);
            apps.misinjected.insert("databases".into(), Misinjection::Barred("restricted".into()));
            let consumers = PerCluster::of(&one, |_| Observed::Present(apps.clone()));
            let machinery = PerCluster::of(&one, |_| machinery.clone());
            let (consumers, _) = spared((consumers, machinery));
            let Some(Observed::Present(apps)) = consumers.get(&cluster("apps")) else { panic!("seen") };
            !apps.misinjected.is_empty()
        };
        assert_eq!([Some(false), Some(true), None].map(barred), [true, false, false]);
    }

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
        let perhaps = Some(Misinjection::Barred(String::new()));
        assert_eq!(of(meshed, &[(warned, "restricted")]), perhaps.clone(), "it is only spoken of");
        assert_eq!(of(meshed, &[(WEBHOOKS, "disabled")]), Some(Misinjection::PassedOver));
        assert_eq!(of(meshed, &[(WEBHOOKS, "enabled")]), perhaps);
    }
}
