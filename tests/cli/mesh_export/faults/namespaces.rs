//! `--create-namespace`: where a consumer lacks the namespace it is made, with what matters of the exporter's.

use super::rights::{CLUSTERWIDE, NAMESPACED, limited, rule};
use super::stage::{SOON, Stage, ended};
use crate::marks::{Marks, NOTHING};
use k8s_openapi::api::core::v1::Namespace;
use kube::Api;
use kube::api::{Patch, PatchParams};
use serde_json::{Value, json};
use testkit::kubectl::{Outcome, Signal};
use testkit::proxy::{Fault, When};
use testkit::real::Ground;
use testkit::world::{User, World, mesh_shared, wait};

const CREATE: &str = "--create-namespace";

/// A stage whose namespace is in `infra` alone, with labels and annotations of several kinds.
pub(crate) fn homeless(ground: &'static Ground, label: &str) -> Stage {
    let stage = Stage::on(World::only_in(ground, label, &["infra"]));
    let metadata = json!({
        "name": stage.world.namespace(),
        "labels": {
            "testkit": "world",
            "team": "storage",
            "kustomize.toolkit.fluxcd.io/name": "apps",
            "pod-security.kubernetes.io/enforce": "baseline",
        },
        "annotations": {
            "linkerd.io/inject": "enabled",
            "config.linkerd.io/skip-outbound-ports": "5432",
        },
    });
    stage.world.apply("infra", json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": metadata }));
    stage
}

fn namespace(stage: &Stage, cluster: &str) -> Option<Namespace> {
    let (api, name) =
        (Api::<Namespace>::all(stage.world.client(cluster)), stage.world.namespace().to_owned());
    wait(async move || api.get_opt(&name).await.unwrap())
}

fn writes(stage: &Stage, made: u16) -> Vec<String> {
    let namespace = stage.world.namespace();
    vec![
        "infra patch services postgres-rw 200".to_owned(),
        format!("apps create namespaces {namespace} {made}"),
    ]
}

#[test]
fn a_missing_namespace_is_made_as_it_is_at_home_and_a_second_run_leaves_it() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = homeless(ground, "furnished");
    let marks = stage.mark();
    let outcome = stage.export(&[CREATE]);
    ended(&outcome, 0, &["endpoints ready"]);
    let stdout = outcome.stdout.replace(stage.world.namespace(), "databases");
    insta::assert_snapshot!(stdout, @r"
    namespace/databases created in apps
    service/postgres-rw labeled
    SERVICE       CONSUMER   STATE             ADDRESS
    postgres-rw   apps       endpoints ready   postgres-rw-infra.databases.svc.cluster.local:5432
    ");
    assert_eq!(marks.writes(), writes(&stage, 201));
    let made = namespace(&stage, "apps").unwrap().metadata;
    let labels = json!({
        "kubernetes.io/metadata.name": stage.world.namespace(),
        "pod-security.kubernetes.io/enforce": "baseline",
    });
    assert_eq!(json!(made.labels), labels);
    assert_eq!(json!(made.annotations), json!({ "linkerd.io/inject": "enabled" }));
    let owners = made.managed_fields.unwrap_or_default();
    assert!(owners.iter().any(|owner| owner.manager.as_deref() == Some("mesh-export")), "{owners:?}");
    let marks = stage.mark();
    let again = stage.export(&[CREATE]);
    ended(&again, 0, &["endpoints ready"]);
    assert!(again.stdout.starts_with("service/postgres-rw unchanged\n"), "{again}");
    assert_eq!(marks.writes(), NOTHING, "{again}");
    ended(&stage.undo(&[]), 0, &["gone"]);
    assert!(namespace(&stage, "apps").is_some(), "an undo leaves the namespace");
}

#[test]
fn both_dry_runs_show_what_would_be_made_and_make_nothing() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = homeless(ground, "rehearsed");
    let marks = stage.mark();
    for (flag, suffix) in [("--dry-run=client", "(dry run)"), ("--dry-run=server", "(server dry run)")] {
        let outcome = stage.export(&[CREATE, flag]);
        ended(&outcome, 5, &[]);
        let name = stage.world.namespace();
        for line in [
            format!("namespace/{name} created in apps {suffix}\n"),
            format!(
                "apps: ns/{name}: to be created: labels pod-security.kubernetes.io/enforce=baseline, annotations \
                 linkerd.io/inject=enabled\n"
            ),
        ] {
            assert!(outcome.stdout.contains(&line), "{line}: {outcome}");
        }
    }
    let outcome = stage.export(&[CREATE, "--dry-run=server", "--probe", "-o", "json"]);
    ended(&outcome, 5, &[]);
    let report = outcome.json();
    assert_eq!(report["changes"][0]["kind"], "Namespace");
    assert_eq!(report["changes"][0]["change"], "created");
    assert_eq!(report["changes"][0]["service"], Value::Null);
    assert_eq!(
        report["mirrors"][0]["probe"]["state"], "pending",
        "nothing can be tried where nothing is yet"
    );
    assert_eq!(marks.writes(), NOTHING);
    assert!(namespace(&stage, "apps").is_none() && stage.label().is_none());
}

#[test]
fn without_the_flag_the_command_that_has_it_is_offered_and_works_as_pasted() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = homeless(ground, "offered");
    let outcome = stage.export(&["--timeout=40s", "-o", "json"]);
    ended(&outcome, 3, &["does not exist in apps"]);
    let report = outcome.json();
    let command = report["findings"][0]["remedy"]["command"].as_str().unwrap().to_owned();
    let expected = format!(
        "kubectl mesh-export svc/postgres-rw --namespace {} --context infra --timeout=40000ms {CREATE}",
        stage.world.namespace()
    );
    assert_eq!(command, expected);
    let pasted = stage.kubectl().run(command.split(' ').skip(1));
    ended(&pasted, 0, &["endpoints ready"]);
}

#[test]
fn a_namespace_that_somebody_else_makes_meanwhile_is_left_as_it_is() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = homeless(ground, "raced");
    stage.apps.on(When::first("POST", "/namespaces"), Fault::HoldBefore);
    let (kubectl, marks) = (stage.kubectl(), stage.mark());
    let running = kubectl.spawn(["mesh-export", "svc/postgres-rw", CREATE]);
    assert!(stage.apps.wait_held(SOON).is_some());
    stage.world.namespace_in("apps");
    stage.apps.release();
    ended(&running.wait(SOON), 0, &["endpoints ready"]);
    assert_eq!(marks.writes(), writes(&stage, 409));
    let there = namespace(&stage, "apps").unwrap().metadata;
    assert_eq!(there.labels.unwrap_or_default().get("pod-security.kubernetes.io/enforce"), None);
}

#[test]
fn a_namespace_that_cannot_be_made_ends_the_run_before_any_label() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = homeless(ground, "refused");
    let token = {
        let rules = |rights: &[super::rights::Right]| rights.iter().map(rule).collect::<Vec<_>>();
        let account = World::new(ground, "account");
        let token = account.restricted_user("apps", &[], &[rules(&NAMESPACED), rules(&CLUSTERWIDE)].concat());
        (token, account)
    };
    let marks = Marks::about(&stage.world);
    let kubectl = stage.kubectl_as(stage.administrator(), User::Token(token.0));
    let outcome = kubectl.run(["mesh-export", "svc/postgres-rw", CREATE]);
    let right = "`create namespaces` in apps";
    ended(&outcome, 3, &["could not be created: cannot create namespaces: forbidden", right]);
    rows(&outcome, &["created in apps (failed)", "labeled (not attempted)"]);
    assert_eq!(marks.writes().iter().filter(|line| !line.ends_with(" 403")).count(), 0, "{outcome}");
    assert!(namespace(&stage, "apps").is_none() && stage.label().is_none());
}

#[test]
fn a_home_that_cannot_be_read_is_not_guessed() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = homeless(ground, "hidden");
    let marks = Marks::about(&stage.world);
    let kubectl = limited(&stage, "infra", ("get", "", "namespaces"));
    let outcome = kubectl.run(["mesh-export", "svc/postgres-rw", CREATE]);
    let by_hand = format!(
        "create it by hand with `kubectl --context apps create namespace {}`",
        stage.world.namespace()
    );
    ended(&outcome, 4, &["cannot see which labels the namespace", &by_hand]);
    assert_eq!(marks.writes(), NOTHING);
}

#[test]
fn a_run_that_is_stopped_between_namespace_and_label_is_finished_by_the_next() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = homeless(ground, "halfway");
    stage.infra.on(When::first("PATCH", "/services/postgres-rw"), Fault::HoldBefore);
    let kubectl = stage.kubectl();
    let mut running = kubectl.spawn(["mesh-export", "svc/postgres-rw", CREATE]);
    assert!(stage.infra.wait_held(SOON).is_some());
    running.signal(Signal::Interrupt);
    let outcome = running.wait(SOON);
    stage.infra.cut_held();
    ended(&outcome, 130, &[]);
    rows(&outcome, &["created in apps", "labeled (sent, no answer seen)"]);
    assert!(namespace(&stage, "apps").is_some() && stage.label().is_none());
    ended(&stage.export(&[CREATE]), 0, &["endpoints ready"]);
}

#[test]
fn one_that_is_being_deleted_is_no_place_even_with_the_flag() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "going");
    let held = json!({
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "held", "finalizers": ["example.test/hold"] }
    });
    stage.world.apply("apps", held);
    let deleted =
        stage.kubectl().run(["--context=apps", "delete", "ns", stage.world.namespace(), "--wait=false"]);
    ended(&deleted, 0, &[]);
    let marks = stage.mark();
    ended(&stage.export(&[CREATE]), 3, &["is being deleted in apps", "wait until it is gone"]);
    assert_eq!(marks.writes(), NOTHING);
    let api: Api<k8s_openapi::api::core::v1::ConfigMap> =
        Api::namespaced(stage.world.client("apps"), stage.world.namespace());
    let free = json!({ "metadata": { "finalizers": null } });
    wait(async move || drop(api.patch("held", &PatchParams::default(), &Patch::Merge(&free)).await.unwrap()));
}

#[track_caller]
fn rows(outcome: &Outcome, ends: &[&str]) {
    for (line, end) in outcome.stdout.lines().zip(ends) {
        assert!(line.ends_with(end), "{end}: {outcome}");
    }
}
