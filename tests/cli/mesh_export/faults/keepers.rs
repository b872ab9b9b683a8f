//! Services that somebody keeps: who is named, what is to be committed, and that nothing is written past a keeper
//! unless that was asked for.

use super::stage::{EXPORTED, SERVICE, Stage, ended};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use testkit::kubectl::Outcome;
use testkit::world::{Service, mesh_shared};

pub(super) const FLUX: &str = "kustomize.toolkit.fluxcd.io";

/// Metadata as Flux leaves them on what it applies.
pub(super) fn flux(more: &[(&str, &str)]) -> Value {
    let mut labels = json!({ format!("{FLUX}/name"): "apps", format!("{FLUX}/namespace"): "flux-system" });
    for (key, value) in more {
        labels[*key] = (*value).into();
    }
    json!({ "labels": labels })
}

pub(super) fn of_cluster(cluster: &str) -> Value {
    let owner = json!({
        "apiVersion": "postgresql.cnpg.io/v1", "kind": "Cluster", "name": cluster,
        "uid": "6f9619ff-8b86-d011-b42d-00c04fc964ff", "controller": true,
    });
    json!({ "labels": { "cnpg.io/cluster": cluster }, "ownerReferences": [owner] })
}

/// A repository with these files, all committed.
pub(super) struct Repository(PathBuf);

impl Repository {
    pub(super) fn new(stage: &Stage, name: &str, files: &[(&str, &str)]) -> Self {
        let root = stage.kubectl().home().join(name);
        for (name, text) in files {
            let path = root.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text.replace("NAMESPACE", stage.world.namespace())).unwrap();
        }
        let repository = Self(root);
        repository.git(&["init", "--quiet"], "");
        repository
    }

    pub(super) fn git(&self, arguments: &[&str], stdin: &str) {
        use std::io::Write as _;
        let mut git = Command::new("git");
        git.arg("-C").arg(&self.0).args(arguments).stdin(std::process::Stdio::piped());
        let mut running = git.spawn().unwrap();
        running.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
        assert!(running.wait().unwrap().success(), "git {arguments:?} refused:\n{stdin}");
    }

    pub(super) fn folder(&self) -> &str {
        self.0.to_str().unwrap()
    }

    pub(super) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).unwrap()
    }
}

/// Compares an outcome without what differs between runs.
#[track_caller]
pub(super) fn snapshot(name: &str, stage: &Stage, outcome: Outcome) {
    let text = outcome.redacted(&[(stage.world.namespace(), "databases")]).to_string();
    insta::with_settings!({ snapshot_path => "../../snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(format!("mesh_export_kept_{name}"), text);
    });
}

pub(super) const MANIFEST: &str = "# The primary\napiVersion: v1\nkind: Service\nmetadata:\n  name: postgres-rw # never rename\n\
                        spec:\n  ports: [{port: 5432}]\n";

#[test]
fn what_flux_keeps_is_changed_in_git() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "kept-flux");
    stage.apply_as("kustomize-controller", &flux(&[]));
    let marks = stage.mark();
    let refused = stage.export(&[]);
    snapshot("flux_refused", &stage, refused);

    let repository = Repository::new(
        &stage,
        "repository",
        &[("apps/database/service.yaml", MANIFEST), ("README.yaml", "a: b\n")],
    );
    let offered = stage.export(&["--repo", repository.folder()]);
    repository.git(&["apply", "--check"], &offered.stdout);
    repository.git(&["apply"], &offered.stdout);
    snapshot("flux_diff", &stage, offered);
    let edited = format!("  name: postgres-rw # never rename\n  labels:\n    {EXPORTED}: \"true\"\n");
    assert!(repository.read("apps/database/service.yaml").contains(&edited));
    let again = stage.export(&["--repo", repository.folder()]);
    ended(
        &again,
        5,
        &["apps/database/service.yaml says so already", "flux --context infra reconcile kustomization apps"],
    );
    assert_eq!((again.stdout.as_str(), marks.writes()), ("", vec![]));

    stage.apply_as("kustomize-controller", &flux(&[(EXPORTED, "true")]));
    ended(&stage.export(&[]), 0, &["was set by kustomize-controller", "endpoints ready"]);
}

#[test]
fn an_imperative_export_is_done_and_can_be_taken_back() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "imperative");
    stage.apply_as("kustomize-controller", &flux(&[]));
    let said = "kept by the Flux Kustomization flux-system/apps, but changed anyway; it stays until Git sets";
    ended(&stage.export(&["--imperative"]), 0, &[said, "endpoints ready"]);
    // As Flux does it at its next run: it does not name the label, and so leaves it.
    stage.apply_as("kustomize-controller", &flux(&[]));
    assert_eq!(stage.label().as_deref(), Some("true"));
    ended(&stage.export(&[]), 0, &["endpoints ready"]);
    ended(&stage.undo(&[]), 0, &["gone"]);
    assert_eq!(stage.label(), None);
}

#[test]
fn an_undo_of_what_flux_set_is_committed_too() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "undo-flux");
    stage.apply_as("kustomize-controller", &flux(&[(EXPORTED, "true")]));
    ended(&stage.export(&[]), 0, &["endpoints ready"]);
    let marks = stage.mark();
    for flags in [&["--take-over"][..], &[]] {
        ended(&stage.undo(flags), 3, &["which may set mirror.linkerd.io/exported again", "exported: null"]);
    }
    ended(&stage.undo(&["--imperative"]), 3, &["was set by kustomize-controller", "--take-over"]);
    let labelled = MANIFEST.replace("spec:", &format!("  labels: {{{EXPORTED}: \"true\"}}\nspec:"));
    let repository = Repository::new(&stage, "repository", &[("service.yaml", &labelled)]);
    let offered = stage.undo(&["--repo", repository.folder()]);
    ended(&offered, 5, &["the diff of service.yaml"]);
    assert_eq!(marks.writes(), Vec::<String>::new());
    repository.git(&["apply"], &offered.stdout);
    assert_eq!(repository.read("service.yaml"), MANIFEST);
    let forced = stage.undo(&["--imperative", "--take-over"]);
    ended(&forced, 0, &["sets mirror.linkerd.io/exported back if that is in its source", "gone"]);
}

#[test]
fn a_service_of_cloudnativepg_is_exported_with_a_note() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "kept-cnpg");
    stage.apply_as("cloudnative-pg", &of_cluster("postgres"));
    let cluster = "apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata:\n  name: postgres\n  namespace: NAMESPACE\n\
                   spec:\n  instances: 3\n";
    let repository = Repository::new(&stage, "repository", &[("postgres.yml", cluster)]);
    let marks = stage.mark();
    let offered = stage.export(&["--repo", repository.folder()]);
    repository.git(&["apply", "--check"], &offered.stdout);
    snapshot("cnpg_diff", &stage, offered);
    assert_eq!(marks.writes(), Vec::<String>::new());
    let note = "the operator leaves other labels alone; it is lost when the Service is recreated";
    ended(&stage.export(&[]), 0, &["kept by CloudNativePG, for the Cluster", note, "endpoints ready"]);
    ended(&stage.undo(&[]), 0, &["gone"]);
}

#[test]
fn manifests_that_cannot_be_told_apart_or_found_are_said() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "kept-lost");
    stage.apply_as("kustomize-controller", &flux(&[]));
    let other = MANIFEST.replace("spec:", "  namespace: other\nspec:");
    let files = [
        ("one/service.yaml", MANIFEST),
        ("two/service.yaml", MANIFEST),
        ("odd/service.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: postgres-rw, labels: *none}\n"),
        ("none/service.yaml", &other),
        ("none/chart.yaml", "name: postgres-rw\na: {{ .Values.x }}: b\n"),
    ];
    let repository = Repository::new(&stage, "repository", &files);
    let marks = stage.mark();
    let offered = |folder: &str| {
        let folder = Path::new(repository.folder()).join(folder);
        stage.export(&["--repo", folder.to_str().unwrap()])
    };
    for (folder, said) in [
        ("", "several manifests describe it: one/service.yaml, two/service.yaml"),
        ("none", "no manifest of the Service"),
        ("none", "2 files were read, 1 of all could not be"),
        ("odd", "no manifest of the Service"),
    ] {
        let outcome = offered(folder);
        ended(&outcome, 3, &[said, &format!("    {EXPORTED}: \"true\"")]);
        assert_eq!(outcome.stdout, "", "{outcome}");
    }
    let one = offered("one");
    ended(&one, 5, &["the diff of one/service.yaml"]);
    assert!(one.stdout.starts_with("--- a/one/service.yaml\n+++ b/one/service.yaml\n@@ "), "{one}");
    assert_eq!((marks.writes(), stage.label()), (vec![], None));
}

#[test]
fn a_program_gets_the_diff_and_the_keeper_in_the_document() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "kept-json");
    stage.apply_as("kustomize-controller", &flux(&[]));
    let repository = Repository::new(&stage, "repository", &[("service.yaml", MANIFEST)]);
    let document = stage.export(&["--repo", repository.folder(), "-o", "json"]).json();
    let row = json!({
        "namespace": stage.world.namespace(), "service": SERVICE, "file": "service.yaml",
        "keeper": "the Flux Kustomization flux-system/apps",
    });
    assert_eq!(document["patches"], json!([row]));
    repository.git(&["apply", "--check"], document["diff"].as_str().unwrap());
    let document = stage.export(&["-o", "json"]).json();
    assert_eq!(
        (&document["diff"], &document["findings"][0]["check"]),
        (&Value::Null, &json!("service-kept"))
    );
    assert_eq!(document["patches"][0]["patch"][1], "apiVersion: v1");
}

#[test]
fn what_else_is_wrong_is_said_first_and_nothing_is_to_be_committed() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "kept-more");
    stage.apply_as("kustomize-controller", &flux(&[]));
    stage.world.service("apps", Service::new("postgres-rw-infra").port("other", 80, 80));
    let repository = Repository::new(&stage, "repository", &[("service.yaml", MANIFEST)]);
    let outcome = stage.export(&["--repo", repository.folder()]);
    ended(&outcome, 3, &["kept by the Flux Kustomization", "postgres-rw-infra"]);
    assert_eq!(outcome.stdout, "", "{outcome}");
}
