//! What two checks find of one break, which is told once.

use super::*;

#[test]
fn anchors_that_refuse_their_own_issuer_explain_that_it_is_refused() {
    let infra = ClusterName::new("infra");
    let of = |id, kind, name: &str| {
        let object = ObjectRef::namespaced(&infra, kind, "linkerd", name);
        Finding::error(id, &[&infra], "x", Remedy::new("y")).about(object)
    };
    let roots = of("trust-roots", Kind::ConfigMap, "linkerd-identity-trust-roots");
    let wrong = roots.clone().on(Ground::Identity);
    let [issuer, copies] =
        ["trust-issuer", "trust-copies"].map(|id| of(id, Kind::Secret, "linkerd-identity-issuer"));
    let refused = issuer.clone().on(Ground::Identity);
    assert!(explains(&wrong, &refused) && explains(&wrong, &copies));
    assert!(!explains(&wrong, &issuer), "it is no authority");
    assert!(!explains(&roots, &refused), "the other side's issuer is what they refuse");
    assert!(!explains(&wrong, &of("trust-expiry", Kind::Secret, "linkerd-identity-issuer")));
}

#[test]
fn a_service_mirror_that_asks_for_a_version_that_is_not_served_ends_itself() {
    let [infra, apps] = ["infra", "apps"].map(ClusterName::new);
    let of = |id, cluster| {
        let object = ObjectRef::namespaced(cluster, Kind::Deployment, "linkerd-multicluster", "x");
        Finding::error(id, &[cluster], "x", Remedy::new("y")).about(object)
    };
    let down = |cluster| of("controller-running", cluster);
    let cause = of("link-version", &apps);
    assert!(explains(&cause, &down(&apps)));
    assert!(!explains(&cause, &down(&infra)), "of another cluster");
    let works = Finding { severity: Severity::Warning, ..cause };
    assert!(!explains(&works, &down(&apps)), "it does not run for another reason");
}

#[test]
fn one_change_of_credentials_that_nobody_has_read_is_told_once() {
    let apps = ClusterName::new("apps");
    let of = |id, at: &str| {
        Finding::warning(id, &[&apps], "x", Remedy::new("y")).seen("metadata.managedFields[].time", at)
    };
    let cause = of("credentials-reread", "2026-05-01T10:00:00Z");
    assert!(explains(&cause, &of("discovery-secret", "2026-05-01T10:00:40Z")));
    assert!(!explains(&cause, &of("discovery-secret", "2026-05-01T11:00:00Z")), "another change");
    let other = Finding::warning("discovery-secret", &[&apps], "x", Remedy::new("y"));
    assert!(!explains(&cause, &other.seen("type", "Opaque")), "it is ignored for something else");
}

#[test]
fn a_port_that_somebody_gave_a_mirror_is_one_of_its_endpoints_too() {
    let apps = ClusterName::new("apps");
    let of = |id, field: &str| Finding::error(id, &[&apps], "x", Remedy::new("y")).seen(field, "z");
    let edited = of("mirror-edited", "spec.ports[].name, .port, .protocol");
    assert!(explains(&edited, &of("mirror-address", "subsets[].ports[].name")));
    assert!(!explains(&edited, &of("mirror-address", "subsets[].addresses[].ip")), "that nobody reads there");
}
