//! The scripts of the documentation, which compose the plugin with itself and with kubectl, as they stand there.

use crate::faults::stage::{MIRROR, Stage, ended};
use serde_json::json;
use std::path::Path;
use testkit::kubectl::Outcome;
use testkit::world::mesh_shared;

fn run(stage: &Stage, script: &str, words: &[&str]) -> Outcome {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/scripts");
    stage.kubectl().run_program(&folder.join(script), words)
}

#[test]
fn what_is_connected_is_proved_and_retired_when_nobody_uses_it() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "scripts");
    let namespace = stage.world.namespace();
    let label = ["--context", "infra", "-n", namespace, "label", "svc", "postgres-rw", "tier=database"];
    ended(&stage.kubectl().run(label), 0, &[]);

    let broken = run(&stage, "prove.sh", &[namespace, "svc/postgres-rw"]);
    ended(&broken, 3, &[]);
    assert!(broken.stdout.starts_with("apps: not-labelled: "), "{broken}");
    let typed = broken.stdout.lines().nth(1).unwrap_or_default();
    assert!(typed.starts_with("kubectl mesh-export svc/postgres-rw "), "{broken}");

    for _ in 0..2 {
        ended(&run(&stage, "connect.sh", &["tier=database", namespace, "apps"]), 0, &[]);
        let names = stage.get("apps", "ConfigMap", "mirrors").unwrap_or_default();
        let wanted = json!({ MIRROR: format!("{MIRROR}.{namespace}.svc.cluster.local") });
        assert_eq!(names["data"], wanted);
    }
    ended(&run(&stage, "prove.sh", &[namespace, "svc/postgres-rw"]), 0, &[]);

    let container =
        json!({ "name": "app", "image": "example.test/app:1", "env": [{ "name": "HOST", "value": MIRROR }] });
    let client = json!({ "apiVersion": "v1", "kind": "Pod", "metadata": { "name": "client" },
        "spec": { "containers": [container] } });
    stage.world.apply("apps", client);
    let kept = run(&stage, "retire.sh", &[namespace, "svc/postgres-rw"]);
    ended(&kept, 3, &["mirror-in-use: the mirror is used by pod/client"]);
    assert!(stage.get("apps", "Service", MIRROR).is_some());
    let gone = ["--context", "apps", "-n", namespace, "delete", "pod", "client", "--force"];
    ended(&stage.kubectl().run(gone), 0, &[]);
    ended(&run(&stage, "retire.sh", &[namespace, "svc/postgres-rw"]), 0, &[]);
    assert!(stage.get("apps", "Service", MIRROR).is_none());
    ended(&run(&stage, "retire.sh", &[namespace, "svc/postgres-rw"]), 0, &[]);
}

#[test]
fn a_script_leaves_with_the_code_of_what_failed_and_goes_no_further() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "scripts-fail");
    let namespace = stage.world.namespace();
    let missing = run(&stage, "connect.sh", &["tier=nowhere", namespace, "apps"]);
    assert_ne!(missing.code, Some(0), "{missing}");
    assert!(stage.get("apps", "ConfigMap", "mirrors").is_none());
    ended(&run(&stage, "retire.sh", &[namespace, "svc/misspelt"]), 3, &["misspelt"]);
}
