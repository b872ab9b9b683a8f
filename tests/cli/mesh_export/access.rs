//! The roles that the plugin prints are enough for what it does, as the API servers judge them.

use crate::faults::stage::{MIRROR, Stage, ended};
use crate::marks::NOTHING;
use serde_json::{Value, json};
use testkit::kubectl::Outcome;
use testkit::world::mesh_shared;

const RBAC: &str = "rbac.authorization.k8s.io";
const SOURCE: [&str; 2] = ["mesh-export-reader-source", "mesh-export-exporter-source"];
const CONSUMER: [&str; 1] = ["mesh-export-reader-consumer"];
/// Bound beside the Links alone.
const NARROW: &str = "mesh-export-reader-links";

/// Somebody who has roles and nothing else; what binds him goes with this.
struct Somebody<'a> {
    stage: &'a Stage,
    user: String,
}

impl<'a> Somebody<'a> {
    fn new(stage: &'a Stage) -> Self {
        let printed = stage.kubectl().run(["mesh-export", "--show-rbac"]);
        assert_eq!((printed.code, printed.stderr.as_str()), (Some(0), ""), "{printed}");
        let somebody = Self { stage, user: format!("somebody-in-{}", stage.world.namespace()) };
        for (cluster, roles) in [("infra", &SOURCE[..]), ("apps", &CONSUMER)] {
            let apply = ["--context", cluster, "apply", "--validate=false", "-f", "-"];
            ended(&stage.kubectl().stdin(printed.stdout.clone()).run(apply), 0, &[]);
            for role in roles {
                somebody.bind(cluster, None, role);
            }
            somebody.bind(cluster, Some("linkerd-multicluster"), NARROW);
        }
        somebody
    }

    fn bind(&self, cluster: &str, namespace: Option<&str>, role: &str) {
        let name = format!("{role}-{}", self.user);
        let kind = if namespace.is_some() { "RoleBinding" } else { "ClusterRoleBinding" };
        let metadata = json!({ "name": name, "namespace": namespace });
        let object = json!({ "apiVersion": format!("{RBAC}/v1"), "kind": kind, "metadata": metadata,
            "roleRef": { "apiGroup": RBAC, "kind": "ClusterRole", "name": role },
            "subjects": [{ "apiGroup": RBAC, "kind": "User", "name": self.user }] });
        self.create(cluster, &object);
    }

    fn create(&self, cluster: &str, object: &Value) {
        let create = ["--context", cluster, "create", "--validate=false", "-f", "-"];
        ended(&self.stage.kubectl().stdin(object.to_string()).run(create), 0, &[]);
    }

    fn run(&self, words: &[&str]) -> Outcome {
        let outcome =
            self.stage.kubectl().run(["mesh-export"].iter().chain(words).chain(&["--as", &self.user]));
        for lacking in ["forbidden", "not looked at", "cannot be told"] {
            assert!(
                !format!("{}{}", outcome.stdout, outcome.stderr).contains(lacking),
                "{words:?}: {outcome}"
            );
        }
        outcome
    }
}

impl Drop for Somebody<'_> {
    fn drop(&mut self) {
        for cluster in ["infra", "apps"] {
            for (kind, roles) in [
                ("clusterrolebinding", [SOURCE.as_slice(), &CONSUMER].concat()),
                ("rolebinding", vec![NARROW]),
            ] {
                let names = roles.iter().map(|role| format!("{role}-{}", self.user));
                let words = [
                    "--context",
                    cluster,
                    "-n",
                    "linkerd-multicluster",
                    "delete",
                    "--ignore-not-found",
                    kind,
                ];
                let words = words.map(str::to_owned).into_iter().chain(names);
                drop(self.stage.kubectl().run(words.collect::<Vec<_>>()));
            }
        }
    }
}

#[test]
fn who_has_the_roles_that_are_printed_can_export_look_and_take_back() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "roles");
    let somebody = Somebody::new(&stage);
    ended(&somebody.run(&["svc/postgres-rw", "--dry-run=server"]), 5, &[]);
    ended(&somebody.run(&["svc/postgres-rw"]), 0, &["endpoints ready"]);
    for words in
        [&["list"][..], &["list", "-A"], &["verify", "svc/postgres-rw"], &["explain", "svc/postgres-rw"]]
    {
        let marks = stage.mark();
        let outcome = somebody.run(words);
        assert_eq!(outcome.code, Some(0), "{words:?}: {outcome}");
        assert_eq!(marks.writes(), NOTHING, "{words:?}");
    }
    ended(&somebody.run(&["undo", "svc/postgres-rw", "--yes"]), 0, &[]);
    assert!(stage.get("apps", "Service", MIRROR).is_none());
}
