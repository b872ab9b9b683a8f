//! What is said in two ways and is the same: of a snapshot it is kept in one way alone, since nobody judges the difference.

use super::super::certificate::{Certificate, is_same_anchor};
use super::super::machinery::{Deployment, Issuer, Lease, Machinery, Pod, Roots, Settings};
use super::super::names::{CLUSTER_NAME, DIGEST};
use crate::terms::Observed;

/// How the Leases of service mirrors are called before the name of their Link.
const LEADING: &str = "service-mirror-write-";
/// What their pods are called by their labels.
const COMPONENTS: [&str; 3] = ["controller", "service-mirror", "linkerd-service-mirror"];

/// The machinery of a cluster without such differences.
pub(super) fn alike(mut seen: Machinery) -> Machinery {
    if let Observed::Present(roots) = &seen.roots {
        if let Observed::Present(pods) = &mut seen.pods {
            for pod in pods {
                of_pod(pod, roots);
            }
        }
        if let Observed::Present(issuer) = &mut seen.issuer {
            of_issuer(issuer, roots);
        }
    }
    if let (Observed::Present(settings), Observed::Present(roots)) = (&mut seen.settings, &seen.roots) {
        of_install(settings, roots);
    }
    if let Observed::Present(deployments) = &mut seen.deployments {
        deployments.iter_mut().for_each(uncounted);
    }
    if let Observed::Present(leases) = &mut seen.leases {
        leases.iter_mut().filter(|lease| lease.is_kept()).for_each(untimed);
        if let Observed::Present(pods) = &seen.pods {
            leases.iter_mut().filter(|lease| lease.is_kept()).for_each(|lease| of_holder(lease, pods));
        }
    }
    seen
}

/// Proxies go by the names and keys of their anchors. Of one that holds what its cluster has now nothing is to be said.
pub(super) fn of_pod(pod: &mut Pod, roots: &Roots) {
    for held in &mut pod.anchors {
        // Of thousands of pods most hold the very text.
        if roots.anchors.iter().any(|anchor| *anchor.der == **held) {
            continue;
        }
        let known = roots.anchors.iter().find(|anchor| is_same_anchor(&anchor.der, held));
        if let Some(anchor) = known {
            *held = anchor.der.as_slice().into();
        }
    }
    let has = |anchor: &Certificate| pod.anchors.iter().any(|held| **held == *anchor.der);
    let is_current = !pod.anchors.is_empty() && roots.anchors.iter().all(has);
    if is_current || pod.annotations.get(DIGEST).is_some_and(|digest| *digest == roots.digest) {
        pod.annotations.remove(DIGEST);
    }
    if is_current {
        pod.anchors.clear();
    }
}

/// That an anchor has signed an issuer is as it should be.
fn of_issuer(issuer: &mut Issuer, roots: &Roots) {
    let is_anchor =
        |signer: &Certificate| roots.anchors.iter().any(|anchor| is_same_anchor(&anchor.der, &signer.der));
    issuer.signers.retain(|signer| !is_anchor(signer));
}

/// That Linkerd was installed with the anchors that its proxies are given is as it should be.
fn of_install(settings: &mut Settings, roots: &Roots) {
    let has = |one: &Vec<u8>| roots.anchors.iter().any(|anchor| anchor.der == *one);
    let is_told = |anchor: &Certificate| settings.anchors.contains(&anchor.der);
    if settings.anchors.iter().all(has) && roots.anchors.iter().all(is_told) {
        settings.anchors.clear();
    }
}

/// One pod that serves is enough, and none is wanted or some are.
fn uncounted(deployment: &mut Deployment) {
    (deployment.wanted, deployment.available) = (deployment.wanted.min(1), deployment.available.min(1));
}

/// When a Lease was renewed is of no matter as long as it is renewed.
fn untimed(lease: &mut Lease) {
    (lease.age, lease.duration) = (Some(0), 0);
}

/// Who holds a Lease that is kept is of no matter, unless it is a pod that the labels of its controller have left.
fn of_holder(lease: &mut Lease, pods: &[Pod]) {
    let of = lease.name.strip_prefix(LEADING).unwrap_or_default();
    let is_lost = |pod: &Pod| {
        let component = pod.labels.get("component").map(String::as_str).unwrap_or_default();
        pod.name == lease.holder
            && (!COMPONENTS.contains(&component)
                || pod.labels.get(CLUSTER_NAME).map(String::as_str) != Some(of))
    };
    if !pods.iter().any(is_lost) {
        lease.holder.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::certificate::samples::Authority;
    use crate::terms::Labels;

    #[test]
    fn an_anchor_of_the_same_name_and_key_is_the_same_and_a_namesake_is_not() {
        let [own, namesake] = ["root", "root"].map(Authority::new);
        let roots = Roots { anchors: vec![own.anchor.clone()], digest: "now".into(), ..Roots::default() };
        let held = |der: &[u8], digest: &str| {
            let annotations = Labels::from([(DIGEST.to_owned(), digest.to_owned())]);
            let mut pod = Pod { anchors: vec![der.into()], annotations, ..Pod::default() };
            of_pod(&mut pod, &roots);
            (pod.anchors.len(), pod.annotations.len())
        };
        assert_eq!(held(&own.anchor.der, "now"), (0, 0));
        assert_eq!(
            held(&own.renewed("root").der, "old"),
            (0, 0),
            "the text is another one, and no anchor is"
        );
        assert_eq!(held(&namesake.anchor.der, "old"), (1, 1));
        assert_eq!(held(b"none", "old"), (1, 1));
        let mut issuer =
            Issuer { signers: vec![own.renewed("root"), namesake.anchor.clone()], ..Issuer::default() };
        of_issuer(&mut issuer, &roots);
        assert_eq!(issuer.signers, [namesake.anchor]);
    }

    #[test]
    fn a_lease_that_is_renewed_has_no_time_and_one_that_is_not_keeps_it() {
        let of = |age| {
            let mut leases = [Lease { age, duration: 30, ..Lease::default() }];
            leases.iter_mut().filter(|lease| lease.is_kept()).for_each(untimed);
            (leases[0].age, leases[0].duration)
        };
        assert_eq!([of(Some(4)), of(Some(120))], [(Some(0), 0); 2]);
        assert_eq!([of(Some(121)), of(None)], [(Some(121), 30), (None, 30)]);
    }

    #[test]
    fn anchors_that_linkerd_was_installed_with_are_kept_where_others_are_in_use() {
        let [own, other] = ["root", "other"].map(|name| Authority::new(name).anchor);
        let roots = Roots { anchors: vec![own.clone()], digest: String::new(), ..Roots::default() };
        let of = |told: &[&Certificate]| {
            let anchors = told.iter().map(|one| one.der.clone()).collect();
            let mut settings = Settings { anchors, ..Settings::default() };
            of_install(&mut settings, &roots);
            settings.anchors.len()
        };
        assert_eq!([of(&[&own]), of(&[&other]), of(&[&own, &other]), of(&[])], [0, 1, 2, 0]);
    }

    #[test]
    fn many_pods_are_as_good_as_one_and_none_are_not() {
        let of = |wanted, available| {
            let mut deployment = Deployment { wanted, available, ..Deployment::default() };
            uncounted(&mut deployment);
            (deployment.wanted, deployment.available)
        };
        assert_eq!([of(3, 2), of(2, 0), of(0, 0)], [(1, 1), (1, 0), (0, 0)]);
    }

    #[test]
    fn the_holder_of_a_lease_is_kept_where_its_labels_are_no_service_mirrors() {
        let of = |labels: &[(&str, &str)]| {
            let labels = labels.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
            let pods = [Pod { name: "one".into(), labels, ..Pod::default() }];
            let mut lease =
                Lease { name: "service-mirror-write-infra".into(), holder: "one".into(), ..Lease::default() };
            of_holder(&mut lease, &pods);
            lease.holder
        };
        let component = ("component", "controller");
        assert_eq!(of(&[component, (CLUSTER_NAME, "infra")]), "");
        assert_eq!(of(&[component, (CLUSTER_NAME, "other")]), "one");
        assert_eq!(of(&[(CLUSTER_NAME, "infra")]), "one");
        assert_eq!(of(&[("component", "gateway"), (CLUSTER_NAME, "infra")]), "one");
    }
}
