//! Which clusters a run is about, and what happens beyond them.

use crate::bed::Bed;
use testkit::world::mesh_shared;

#[test]
fn the_other_cluster_is_suggested_when_the_service_is_there() {
    let Some(ground) = testkit::kubectl::ground() else { return };
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
fn a_remedy_gives_the_same_command_again_with_the_flags_that_say_where() {
    let Some(ground) = testkit::real::ground() else { return };
    let _mesh = mesh_shared(ground);
    let bed = Bed::new(ground, "again");
    let namespace = bed.world.namespace();
    let flags = ["--contexts", "infra,apps", "--to", "apps"];
    for verb in ["undo", "verify"] {
        let outcome = bed.kubectl().run(["mesh-export", verb, "svc/postgres-rx"].iter().chain(&flags));
        assert_eq!(outcome.code, Some(3), "{outcome}");
        let suggestion = format!(
            "kubectl mesh-export {verb} svc/postgres-rw --contexts infra,apps --context infra --namespace {namespace} \
             --to apps`"
        );
        assert!(outcome.stderr.contains(&suggestion), "{outcome}");
    }
}

#[test]
fn the_first_line_names_the_clusters_that_have_a_link() {
    let Some(ground) = testkit::real::ground() else { return };
    let _mesh = mesh_shared(ground);
    let bed = Bed::new(ground, "line");
    let namespace = bed.world.namespace();
    let alone = bed.kubectl().run(["mesh-export", "svc/postgres-rw", "--contexts=infra"]);
    assert_eq!(alone.code, Some(3), "{alone}");
    assert!(alone.stderr.contains(&format!("from infra, namespace {namespace}\n")), "{alone}");
    assert!(alone.stderr.contains("name the others too, as in `--contexts infra,OTHER`"), "{alone}");
    assert!(!alone.stderr.contains("link-gen"), "{alone}");
    let both = bed.kubectl().run(["mesh-export", "verify", "svc/postgres-rw", "--to", "apps,apps"]);
    assert!(both.stderr.contains(&format!("from infra to apps, namespace {namespace}\n")), "{both}");
}

#[test]
fn an_unknown_context_is_refused_in_kubectls_words() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let bed = Bed::new(ground, "unknown");
    for flag in ["--context=infr", "--contexts=infr,apps"] {
        let outcome = bed.kubectl().run(["mesh-export", "svc/postgres-rw", flag]);
        assert_eq!(outcome.code, Some(2), "{outcome}");
        assert!(outcome.stderr.contains("context \"infr\" does not exist"), "{outcome}");
    }
    let outcome = bed.kubectl().run(["mesh-export", "svc/postgres-rw", "--to=edge"]);
    assert_eq!(outcome.code, Some(2), "{outcome}");
    assert!(
        outcome.stderr.contains("--to \"edge\" is not a cluster of this run; there are infra, apps"),
        "{outcome}"
    );
}

#[test]
fn two_names_for_one_cluster_are_refused() {
    let Some(ground) = testkit::kubectl::ground() else { return };
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
