//! Which Services a selector means, and what becomes of a run that means none.

use super::stage::{Stage, ended};
use crate::bed::database;
use crate::marks::NOTHING;
use testkit::world::mesh_shared;

#[test]
fn an_empty_selector_selects_nothing_and_asks_no_server() {
    let Some(ground) = testkit::real::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "empty-selector");
    let marks = stage.mark();
    for words in [vec!["mesh-export", "-l", ""], vec!["mesh-export", "undo", "--selector= "]] {
        ended(&stage.kubectl().run(&words), 2, &["no Service was named", "next: name a Service"]);
    }
    assert!(marks.requests().iter().all(Vec::is_empty), "{:?}", marks.requests());
}

#[test]
fn a_selector_that_cannot_be_read_is_a_mistake_on_the_command_line() {
    let Some(ground) = testkit::real::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "odd-selector");
    for verb in [None, Some("verify"), Some("undo")] {
        let words = ["mesh-export"].into_iter().chain(verb).chain(["-l", "app in web"]);
        ended(
            &stage.kubectl().run(words),
            2,
            &["-l \"app in web\" is not a label selector", "such as `-l 'app=web"],
        );
    }
}

#[test]
fn a_selection_of_nothing_proves_nothing_exports_nothing_and_leaves_nothing_to_take_back() {
    let Some(ground) = testkit::real::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "no-selection");
    let marks = stage.mark();
    let none = format!("no Service of namespace {} is selected", stage.world.namespace());
    let look =
        format!("kubectl --context infra --namespace {} get services --show-labels", stage.world.namespace());
    for verb in [None, Some("verify")] {
        let words = ["mesh-export"].into_iter().chain(verb).chain(["-l", "app=typo"]);
        ended(&stage.kubectl().run(words), 3, &[&none, &look]);
    }
    ended(&stage.kubectl().run(["mesh-export", "undo", "-l", "app=typo"]), 0, &[&none, "nothing is undone"]);
    assert_eq!(marks.writes(), NOTHING);
}

#[test]
fn a_selector_that_the_export_itself_ends_is_followed_to_the_end() {
    let Some(ground) = testkit::real::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "not-yet");
    stage.world.service("infra", database("postgres-ro"));
    let run = |words: &[&str]| stage.kubectl().run(["mesh-export"].iter().chain(words));
    let exported = run(&["-l", "!mirror.linkerd.io/exported"]);
    ended(&exported, 0, &["postgres-rw-infra endpoints ready", "postgres-ro-infra endpoints ready"]);
    let labelled = run(&["-l", "!mirror.linkerd.io/exported", "--no-wait"]);
    ended(&labelled, 3, &["is selected"]);
    let undone = run(&["undo", "-l", "mirror.linkerd.io/exported=true"]);
    ended(&undone, 0, &["postgres-rw-infra gone", "postgres-ro-infra gone"]);
}

#[test]
fn services_are_named_by_manifests_in_files_and_on_the_standard_input() {
    let Some(ground) = testkit::real::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "manifests");
    let namespace = stage.world.namespace();
    let manifest = format!(
        "kind: Deployment\nmetadata: {{name: web}}\n---\napiVersion: v1\nkind: Service\nmetadata: {{name: postgres-rw, namespace: {namespace}}}\n"
    );
    let run = |words: &[&str]| {
        let kubectl = stage.kubectl().stdin(manifest.clone());
        std::fs::write(kubectl.home().join("service.yaml"), &manifest).unwrap();
        kubectl.run(["mesh-export"].iter().chain(words))
    };
    ended(&run(&["-f", "service.yaml", "-o", "name"]), 0, &["endpoints ready"]);
    assert_eq!(run(&["verify", "--filename=-", "-o", "name"]).stdout, "service/postgres-rw-infra\n");
    ended(&run(&["undo", "-f", "-"]), 0, &["postgres-rw-infra gone"]);
    ended(
        &run(&["-f", "missing.yaml"]),
        2,
        &["cannot read missing.yaml: ", "next: name files with manifests"],
    );
    ended(&run(&["svc/web", "-f", "-"]), 2, &["you may not specify resource arguments as well"]);
    let other = format!("does not match the namespace \"elsewhere\"\n  next: pass `--namespace={namespace}`");
    ended(&run(&["-f", "-", "-n", "elsewhere"]), 2, &[&other]);
}
