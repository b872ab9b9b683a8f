//! Commands that are suggested, pasted: they go where the run went, in the same name.

use super::stage::{EXPORTED, Stage, ended};
use testkit::kubectl::{Kubectl, Outcome};
use testkit::world::{LinkSpec, World, mesh_alone, mesh_shared};

#[test]
fn a_command_to_paste_reaches_the_cluster_of_the_run_whatever_the_default_kubeconfig_says() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::on(World::only_in(ground, "pasted", &["infra"]));
    let file = stage.world.kubeconfig(&stage.file(stage.administrator(), stage.administrator()));
    let (file, kubectl) = (file.display().to_string(), stage.kubectl().without("KUBECONFIG"));
    let export = |more: &[&str]| {
        kubectl.run(["mesh-export", "svc/postgres-rw", "--kubeconfig", &file].iter().chain(more))
    };
    let namespace = stage.world.namespace();
    let refused = export(&["--as", "jane", "--as-group", "system:masters"]);
    let make = format!(
        "kubectl --kubeconfig {file} --context apps --as jane --as-group system:masters create namespace {namespace}"
    );
    ended(&refused, 3, &[&make]);
    assert_eq!(paste(&kubectl, &make).code, Some(0));
    ended(&export(&[]), 0, &["endpoints ready"]);
}

#[test]
fn a_proof_that_fails_suggests_an_export_to_the_same_clusters() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let _mesh = mesh_alone(ground);
    let stage = Stage::new(ground, "same-clusters");
    stage.world.link("apps", "infra", LinkSpec::default());
    let kubectl = stage.kubectl();
    let words = ["mesh-export", "verify", "svc/postgres-rw", "--to", "apps", "--contexts", "infra,apps"];
    let outcome = kubectl.run(words.iter().chain(&["--timeout=0"]));
    let export = format!(
        "kubectl mesh-export svc/postgres-rw --contexts infra,apps --context infra --namespace {} --to apps",
        stage.world.namespace()
    );
    ended(&outcome, 3, &["export it", &export]);
    assert_eq!(stage.label(), None, "{EXPORTED}: a proof changes nothing");
}

#[test]
fn a_dry_run_that_fails_suggests_a_dry_run() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "dry-again");
    let kubectl = stage.kubectl();
    for flag in ["--dry-run=client", "--dry-run=server"] {
        let outcome = kubectl.run(["mesh-export", "svc/postgres-rx", flag, "-o", "json"]);
        ended(&outcome, 3, &[]);
        let report = outcome.json();
        let command = report["findings"][0]["remedy"]["command"].as_str().unwrap().to_owned();
        assert!(command.contains("svc/postgres-rw") && command.ends_with(flag), "{command}");
        assert_eq!(Some(report["dryRun"].as_str().unwrap()), flag.split('=').nth(1));
        assert_eq!(paste(&kubectl, &command).code, Some(5), "{command}");
    }
    assert_eq!(stage.label(), None);
}

/// Runs a command line of kubectl as a shell would, when nothing in it is quoted.
fn paste(kubectl: &Kubectl, command: &str) -> Outcome {
    assert!(!command.contains('\''), "{command}");
    kubectl.run(command.split(' ').skip(1))
}
