//! Manifests that overlays use, and patches that were proposed before: what is edited, and what is left to people.

use super::keepers::{FLUX, MANIFEST, Repository, flux, of_cluster, snapshot};
use super::stage::{EXPORTED, Stage, ended};
use serde_json::json;
use testkit::world::mesh_shared;

fn overlay(namespace: &str, resources: &str) -> String {
    format!("namespace: {namespace}\nresources: [{resources}]\n")
}

#[test]
fn a_base_that_several_overlays_use_is_not_edited() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "kept-shared");
    stage.apply_as("kustomize-controller", &flux(&[]));
    let (ours, others) = (overlay("NAMESPACE", "../base"), overlay("other", "../base"));
    let files = [
        ("base/service.yaml", MANIFEST),
        ("base/kustomization.yaml", "resources: [service.yaml]\n"),
        ("prod/kustomization.yaml", &ours),
    ];
    let alone = Repository::new(&stage, "alone", &files);
    ended(&stage.export(&["--repo", alone.folder()]), 5, &["the diff of base/service.yaml"]);
    let shared = [&files[..], &[("dev/kustomization.yaml", &others)]].concat();
    let shared = Repository::new(&stage, "shared", &shared);
    // Who uses the base is seen from within it too.
    let base = format!("{}/base", shared.folder());
    let marks = stage.mark();
    let outcome = stage.export(&["--repo", &base]);
    assert_eq!(outcome.stdout, "", "{outcome}");
    snapshot("shared_base", &stage, outcome);
    let all = stage.export(&["--repo", shared.folder()]);
    ended(
        &all,
        3,
        &["base/service.yaml is used by the overlays prod, dev", "in the kustomization.yaml of prod"],
    );
    assert_eq!(marks.writes(), Vec::<String>::new());
}

#[test]
fn the_manifest_of_a_service_of_the_same_name_elsewhere_is_left_alone() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "kept-namesake");
    stage.apply_as("kustomize-controller", &flux(&[]));
    let other = overlay("other", "service.yaml");
    let by_overlay = [("a/service.yaml", MANIFEST), ("a/kustomization.yaml", &other)];
    let by_ports = [("a/service.yaml", &*MANIFEST.replace("5432", "3306"))];
    for (name, files) in [("overlay", &by_overlay[..]), ("ports", &by_ports)] {
        let repository = Repository::new(&stage, name, files);
        let outcome = stage.export(&["--repo", repository.folder()]);
        ended(&outcome, 3, &["no manifest of the Service"]);
        assert_eq!(outcome.stdout, "", "{outcome}");
    }
}

/// What nobody could read is no reason to be sure.
#[test]
fn an_overlay_that_is_no_yaml_leaves_the_edit_to_people() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "kept-unclear");
    stage.apply_as("kustomize-controller", &flux(&[]));
    let ours = overlay("NAMESPACE", "../base");
    let files = [
        ("base/service.yaml", MANIFEST),
        ("base/kustomization.yaml", "resources: [service.yaml]\n"),
        ("prod/kustomization.yaml", &ours),
        ("dev/kustomization.yaml", "resources: [../base]\nnamespace: {{ .dev }}: x\n"),
    ];
    let repository = Repository::new(&stage, "unclear", &files);
    let outcome = stage.export(&["--repo", repository.folder()]);
    ended(&outcome, 3, &["dev/kustomization.yaml cannot be read as YAML, and may use base/service.yaml"]);
    assert_eq!(outcome.stdout, "", "{outcome}");
}

/// Who asks for a change in Git wants none in the cluster.
#[test]
fn what_nobody_keeps_is_not_written_when_a_diff_is_asked_for() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "unkept");
    let repository = Repository::new(&stage, "unkept", &[("service.yaml", MANIFEST)]);
    let marks = stage.mark();
    let outcome = stage.export(&["--repo", repository.folder()]);
    ended(&outcome, 3, &["nothing shows that it is kept in Git", "omit --repo"]);
    assert_eq!((outcome.stdout.as_str(), marks.writes()), ("", vec![]), "{outcome}");
    ended(&stage.export(&["--wait"]), 0, &["endpoints ready"]);
    let marks = stage.mark();
    ended(&stage.undo(&["--repo", repository.folder()]), 3, &["nothing shows that it is kept in Git"]);
    assert_eq!(marks.writes(), Vec::<String>::new());
}

/// The item for Flux names the namespace unless that is set after its patches; an undo takes it out again.
#[test]
fn a_patch_that_flux_applies_is_added_and_taken_out_again() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "kept-patch");
    stage.apply_as("kustomize-controller", &flux(&[]));
    let source = |more: &str| {
        format!(
            "apiVersion: {FLUX}/v1\nkind: Kustomization\nmetadata:\n  name: apps\n  namespace: flux-system\nspec:\n  \
             path: ./deploy\n{more}  prune: true\n"
        )
    };
    let named = format!("        namespace: {}\n", stage.world.namespace());
    for (name, more, setting, is_named) in [
        ("plain", "", "resources: []\n", true),
        ("targeted", "  targetNamespace: NAMESPACE\n", "resources: []\n", false),
        ("overlaid", "", "namespace: NAMESPACE\n", false),
    ] {
        let files = [("flux.yaml", &*source(more)), ("deploy/kustomization.yaml", setting)];
        let repository = Repository::new(&stage, name, &files);
        let before = repository.read("flux.yaml");
        let offered = stage.export(&["--repo", repository.folder()]);
        ended(&offered, 5, &["the diff of flux.yaml"]);
        repository.git(&["apply"], &offered.stdout);
        let after = repository.read("flux.yaml");
        assert!(after.contains("      patch: |\n"), "{after}");
        assert_eq!(after.contains(&named), is_named, "{name}: {after}");
        stage.apply_as("kustomize-controller", &flux(&[(EXPORTED, "true")]));
        let undone = stage.undo(&["--repo", repository.folder()]);
        ended(&undone, 5, &["the diff of flux.yaml"]);
        repository.git(&["apply"], &undone.stdout);
        assert_eq!(repository.read("flux.yaml").replace("  patches: []\n", ""), before, "{name}");
        stage.apply_as("kustomize-controller", &flux(&[]));
    }
}

/// The operator leaves labels that it once set, so that Git comes first and the Service second.
#[test]
fn an_additional_service_of_a_cluster_is_labelled_in_its_entry_and_taken_back_there() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "kept-entry");
    let mut metadata = of_cluster("postgres");
    metadata["labels"]["cnpg.io/isManaged"] = "true".into();
    stage.apply_as("cloudnative-pg", &metadata);
    let cluster = "apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata:\n  name: postgres\nspec:\n  managed:\n    \
                   services:\n      additional:\n        - selectorType: rw # the primary\n          serviceTemplate:\n            \
                   metadata:\n              name: postgres-rw\n";
    let repository = Repository::new(&stage, "entry", &[("postgres.yaml", cluster)]);
    let offered = stage.export(&["--repo", repository.folder()]);
    ended(&offered, 5, &["the diff of postgres.yaml"]);
    repository.git(&["apply"], &offered.stdout);
    let labelled = format!("              labels:\n                {EXPORTED}: \"true\"\n");
    assert_eq!(repository.read("postgres.yaml"), format!("{cluster}{labelled}"));
    metadata["labels"][EXPORTED] = json!("true");
    stage.apply_as("cloudnative-pg", &metadata);
    let undone = stage.undo(&["--repo", repository.folder()]);
    ended(&undone, 5, &["then remove it from svc/postgres-rw with `undo --take-over`"]);
    repository.git(&["apply"], &undone.stdout);
    assert_eq!(repository.read("postgres.yaml"), cluster);
    ended(&stage.undo(&["--take-over"]), 0, &["gone"]);
    assert_eq!(stage.label(), None);
}
