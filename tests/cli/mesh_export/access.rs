//! The roles that the plugin prints are enough for what it does, as the API servers judge them.

use crate::faults::namespaces::homeless;
use crate::faults::stage::{MIRROR, Stage, ended};
use crate::faults::waiting::orphaned;
use crate::marks::NOTHING;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::sync::{Mutex, PoisonError};
use testkit::kubectl::Outcome;
use testkit::linkerd::{Injector, Linkerd};
use testkit::world::{mesh_alone, mesh_shared};

const RBAC: &str = "rbac.authorization.k8s.io";
/// In which cluster, in which of its namespaces (else in all), and which role.
type Bound<'a> = (&'a str, Option<&'a str>, &'a str);
/// Who exports and takes back has these.
const USUAL: [Bound<'static>; 5] = [
    ("infra", None, "reader-source"),
    ("infra", None, "exporter-source"),
    ("infra", Some("linkerd-multicluster"), "reader-links"),
    ("apps", None, "reader-consumer"),
    ("apps", Some("linkerd-multicluster"), "reader-links"),
];

/// Somebody who has roles and nothing else; what binds him goes with this.
struct Somebody<'a> {
    stage: &'a Stage,
    user: String,
    bindings: RefCell<Vec<Vec<String>>>,
}

impl<'a> Somebody<'a> {
    fn new(stage: &'a Stage, more: &[Bound<'_>]) -> Self {
        // Of two who create the same role at once, kubectl tells one that it is there already.
        static ONE_BY_ONE: Mutex<()> = Mutex::new(());
        let printed = stage.kubectl().run(["mesh-export", "--show-rbac"]);
        assert_eq!((printed.code, printed.stderr.as_str()), (Some(0), ""), "{printed}");
        let user = format!("somebody-in-{}", stage.world.namespace());
        let somebody = Self { stage, user, bindings: RefCell::default() };
        let turn = ONE_BY_ONE.lock().unwrap_or_else(PoisonError::into_inner);
        for cluster in ["infra", "apps"] {
            let apply = ["--context", cluster, "apply", "--validate=false", "-f", "-"];
            ended(&stage.kubectl().stdin(printed.stdout.clone()).run(apply), 0, &[]);
        }
        drop(turn);
        for bound in USUAL.iter().chain(more) {
            somebody.bind(*bound);
        }
        somebody
    }

    fn bind(&self, (cluster, namespace, role): Bound<'_>) {
        let role = format!("mesh-export-{role}");
        let name = format!("{role}-{}", self.user);
        let kind = if namespace.is_some() { "RoleBinding" } else { "ClusterRoleBinding" };
        let metadata = json!({ "name": name, "namespace": namespace });
        let object = json!({ "apiVersion": format!("{RBAC}/v1"), "kind": kind, "metadata": metadata,
            "roleRef": { "apiGroup": RBAC, "kind": "ClusterRole", "name": role },
            "subjects": [{ "apiGroup": RBAC, "kind": "User", "name": self.user }] });
        self.create(cluster, &object);
        let words = ["--context", cluster, "-n", namespace.unwrap_or_default(), "delete", kind, &name];
        self.bindings.borrow_mut().push(words.map(str::to_owned).to_vec());
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
        for words in self.bindings.take() {
            drop(self.stage.kubectl().run(words));
        }
    }
}

#[test]
fn who_has_the_roles_that_are_printed_can_export_look_and_take_back() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "roles");
    let somebody = Somebody::new(&stage, &[]);
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

#[test]
fn who_has_the_role_of_a_prober_can_prove_that_bytes_arrive() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "probing-role");
    ended(&stage.export(&[]), 0, &[]);
    let namespace = stage.world.namespace();
    let somebody = Somebody::new(&stage, &[("apps", Some(namespace), "prober-consumer")]);
    let log = "mesh-export-probe 5432 bytes 53\n";
    let _linkerd = Linkerd::new(&stage.world, "apps", Injector::WithInit, Some(log));
    let proven = somebody.run(&["verify", "svc/postgres-rw", "--probe"]);
    ended(&proven, 0, &[]);
    assert!(proven.stdout.contains("answered: PostgreSQL, which offers TLS"), "{proven}");
}

#[test]
fn who_has_the_role_for_namespaces_can_make_one_where_it_is_missing() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = homeless(ground, "namespace-role");
    let somebody = Somebody::new(&stage, &[("apps", None, "namespaces-consumer")]);
    ended(&somebody.run(&["svc/postgres-rw", "--create-namespace"]), 0, &["endpoints ready"]);
}

#[test]
fn who_has_the_roles_for_flat_networks_can_export_for_one() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "flat-role");
    let roles = ["infra", "apps"].map(|cluster| {
        [
            (cluster, Some("linkerd"), "reader-flat"),
            (cluster, Some("linkerd"), "reader-issuer"),
            (cluster, Some("kube-system"), "reader-clustermesh"),
        ]
    });
    let somebody = Somebody::new(&stage, roles.as_flattened());
    let flat = ["svc/postgres-rw", "--mode=flat", "--assume-routable"];
    ended(&somebody.run(&flat), 0, &["postgres-rw-infra mirrored"]);
    ended(&somebody.run(&["explain", "svc/postgres-rw"]), 0, &[]);
    ended(&somebody.run(&["undo", "svc/postgres-rw"]), 0, &["postgres-rw-infra gone"]);
}

#[test]
fn who_may_delete_services_can_remove_a_mirror_that_a_deleted_link_left() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let mesh = mesh_alone(ground);
    let stage = orphaned(ground, &mesh, "orphan-role");
    let namespace = stage.world.namespace();
    let somebody = Somebody::new(&stage, &[("apps", Some(namespace), "exporter-consumer")]);
    ended(&somebody.run(&["undo", "svc/postgres-rw", "--yes"]), 0, &[]);
    assert!(stage.get("apps", "Service", MIRROR).is_none());
}
