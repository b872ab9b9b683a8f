//! Which clusters a run is about, and what happens beyond them.

use crate::bed::Bed;
use testkit::world::mesh_shared;

#[test]
fn the_other_cluster_is_suggested_when_the_service_is_there() {
    let Some(ground) = testkit::real::ground() else { return };
    let _mesh = mesh_shared(ground);
    let bed = Bed::new(ground, "wrongside");
    let namespace = bed.world.namespace();
    let outcome = bed.kubectl().run(["mesh-export", "svc/postgres-rw", "--context", "apps", "-n", namespace]);
    assert_eq!(outcome.code, Some(3), "{outcome}");
    let suggestion = format!("kubectl mesh-export svc/postgres-rw --context infra --namespace {namespace}");
    assert!(outcome.stderr.contains("from apps to infra"), "{outcome}");
    assert!(outcome.stderr.contains(&suggestion), "{outcome}");
}

#[test]
fn an_unknown_context_is_refused_in_kubectls_words() {
    let Some(ground) = testkit::real::ground() else { return };
    let bed = Bed::new(ground, "unknown");
    for flag in ["--context=infr", "--contexts=infr,apps"] {
        let outcome = bed.kubectl().run(["mesh-export", "svc/postgres-rw", flag]);
        assert_eq!(outcome.code, Some(2), "{outcome}");
        assert!(outcome.stderr.contains("context \"infr\" does not exist"), "{outcome}");
    }
    let outcome = bed.kubectl().run(["mesh-export", "svc/postgres-rw", "--to=edge"]);
    assert_eq!(outcome.code, Some(2), "{outcome}");
    assert!(
        outcome.stderr.contains("--to \"edge\" is no cluster of this run; there are infra, apps"),
        "{outcome}"
    );
}

#[test]
fn two_names_for_one_cluster_are_refused() {
    let Some(ground) = testkit::real::ground() else { return };
    let bed = Bed::new(ground, "double");
    let file = testkit::world::KubeconfigFile::new(ground)
        .through("infra", &bed.infra, testkit::world::User::Admin)
        .context("infra-again", "infra", testkit::world::User::Admin)
        .current("infra");
    let kubectl = bed.kubectl().kubeconfig(bed.world.kubeconfig(&file));
    let outcome = kubectl.run(["mesh-export", "svc/postgres-rw", "--contexts", "infra,infra-again"]);
    assert_eq!(outcome.code, Some(2), "{outcome}");
    assert!(outcome.stderr.contains("infra and infra-again are the same cluster"), "{outcome}");
}
