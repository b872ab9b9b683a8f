//! Links as hands, old charts and attackers leave them.

use super::stage::{EXPORTED, SOON, Stage, ended};
use super::streams::is_harmless;
use crate::marks::NOTHING;
use serde_json::{Value, json};
use testkit::proxy::{Answer, Fault, When};
use testkit::real::Ground;
use testkit::world::{Credentials, LinkSpec, MESH_NAMESPACE, mesh_alone, mesh_shared};

#[test]
fn without_the_api_of_links_it_is_said_that_multicluster_is_not_there() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "crdless");
    stage.apps.on(When::any("multicluster.linkerd.io"), Fault::Answer(Answer::not_served()));
    let install = "linkerd --context apps multicluster install";
    let marks = stage.mark();
    for more in [Vec::new(), vec!["--to", "apps"]] {
        let outcome = stage.export(&more);
        ended(&outcome, 3, &["Linkerd multicluster is not installed in apps", install]);
    }
    assert_eq!(marks.writes(), NOTHING);
}

#[test]
fn fields_of_a_link_that_cannot_be_used_are_named_and_nothing_is_written() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let link = LinkSpec::default;
    for (spec, words) in [
        (link().set("targetClusterName", ""), "spec.targetClusterName is \"\""),
        (link().set("targetClusterName", "a\u{1b}[31m/../b\u{202e}"), "spec.targetClusterName"),
        (link().set("targetClusterName", "x".repeat(300)), "which is not a DNS label"),
        (link().set("selector", json!({})), "its selector is empty"),
        (link().without("selector"), "its selector is empty"),
        (link().set("gatewayAddress", ""), "it has no gateway address"),
        (link().without("gatewayAddress"), "it has no gateway address"),
    ] {
        refused(ground, spec, 3, words);
    }
}

#[test]
fn credentials_that_lead_nowhere_leave_the_run_unsure_and_are_never_shown() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let raw = |text: &str| LinkSpec::default().credentials(Credentials::Raw(text.to_owned()));
    for (spec, words) in [
        (LinkSpec::default().credentials(Credentials::Missing), "it does not exist"),
        (LinkSpec::default().set("clusterCredentialsSecret", ""), "spec.clusterCredentialsSecret"),
        (raw("{hunter2: ["), "the kubeconfig is not valid YAML"),
        (raw("hunter2"), "the kubeconfig"),
        (raw("clusters: [{name: hunter2, cluster: {server: 'ftp://hunter2'}}]"), "no current-context"),
    ] {
        refused(ground, spec, 4, words);
    }
}

#[test]
fn a_secret_without_its_key_or_with_text_that_is_no_base64_is_explained() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let _mesh = mesh_alone(ground);
    let stage = Stage::new(ground, "keyless");
    stage.world.link("apps", "infra", LinkSpec::default());
    for (data, words) in [
        (json!({ "other": "aHVudGVyMg==" }), "it has no key `kubeconfig`"),
        (json!({ "kubeconfig": "%hunter2%" }), "the kubeconfig is not base64"),
    ] {
        stage.apps.reset();
        let marks = stage.mark();
        let metadata = json!({ "name": "cluster-credentials-infra", "namespace": MESH_NAMESPACE });
        let secret = json!({ "apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": data });
        stage.apps.on(When::every("GET", "/secrets/"), Fault::Answer(Answer::json(200, &secret)));
        let outcome = stage.export(&[]);
        ended(&outcome, 4, &[words, "next:"]);
        assert!(!outcome.stderr.contains("hunter2"), "{outcome}");
        assert_eq!(marks.writes(), NOTHING, "{outcome}");
    }
}

#[test]
fn a_link_that_leads_to_another_cluster_is_no_link_whatever_it_is_called() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let _mesh = mesh_alone(ground);
    let stage = Stage::new(ground, "elsewhere");
    let disguised = LinkSpec::default().name("infra").set("targetClusterName", "infra");
    stage.world.link("apps", "apps", disguised);
    let marks = stage.mark();
    ended(&stage.export(&[]), 3, &["no cluster of this run has a Link to infra", "link-gen"]);
    assert_eq!(marks.writes(), NOTHING);
}

#[test]
fn a_selector_with_every_operator_is_satisfied_by_the_fewest_labels() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let _mesh = mesh_alone(ground);
    let stage = Stage::new(ground, "operators");
    let selector = json!({ "matchLabels": { EXPORTED: "true" }, "matchExpressions": [
        { "key": "tier", "operator": "In", "values": ["gold", "silver"] },
        { "key": "stage", "operator": "NotIn", "values": ["test"] },
        { "key": "visible", "operator": "Exists" },
        { "key": "secret", "operator": "DoesNotExist" },
    ] });
    stage.world.link("apps", "infra", LinkSpec::default().set("selector", selector));
    ended(&stage.export(&["--no-wait"]), 0, &[]);
    let labels = stage.state()["labels"].clone();
    assert_eq!(labels, json!({ EXPORTED: "true", "tier": "gold", "visible": "true" }));
    ended(&stage.undo(&["--no-wait"]), 0, &[]);
    assert_eq!(stage.label(), None);
}

#[test]
fn two_links_to_one_exporter_give_two_mirrors() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let _mesh = mesh_alone(ground);
    let stage = Stage::new(ground, "two-links");
    stage.world.link("apps", "infra", LinkSpec::default());
    stage.world.link("apps", "infra", LinkSpec::default().name("east").set("targetClusterName", "east"));
    let outcome = stage.export(&["--no-wait", "-o", "name"]);
    ended(&outcome, 0, &[]);
    for mirror in ["service/postgres-rw-infra", "service/postgres-rw-east"] {
        assert!(outcome.stdout.lines().any(|line| line == mirror), "{outcome}");
    }
}

#[test]
fn a_link_whose_selector_no_server_takes_hides_no_export_of_the_others() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let _mesh = mesh_alone(ground);
    let stage = Stage::new(ground, "odd-key");
    let odd = LinkSpec::default().name("east").set("targetClusterName", "east");
    stage.world.link("apps", "infra", LinkSpec::default());
    ended(&stage.export(&["--no-wait"]), 0, &[]);
    stage.world.link("apps", "infra", odd.set("selector", json!({ "matchLabels": { "a b": "c\u{1b}d" } })));
    let listed = stage.kubectl().run(["mesh-export", "list"]);
    ended(&listed, 0, &["links.multicluster.linkerd.io/", "\"a b\" cannot be the key of a label"]);
    is_harmless(&listed);
    let row = |line: &str| line.contains("postgres-rw") && line.contains("labelled");
    assert!(listed.stdout.lines().any(row), "{listed}");
    let marks = stage.mark();
    ended(&stage.export(&["--dry-run=client"]), 3, &["spec.selector cannot be used"]);
    assert_eq!(marks.writes(), NOTHING);
}

/// Each Link needs two watches; together they may not take all connections from the looks.
#[test]
fn many_links_to_one_exporter_leave_room_to_look() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let _mesh = mesh_alone(ground);
    let stage = Stage::new(ground, "many-links");
    for name in ["l1", "l2", "l3", "l4", "l5"] {
        stage.world.link("apps", "infra", LinkSpec::default().name(name).set("targetClusterName", name));
    }
    let outcome = stage.export(&["--timeout", "3s"]);
    ended(&outcome, 3, &["labelled after 3s"]);
    assert!(!outcome.stderr.contains("cannot see"), "{outcome}");
    assert!(outcome.elapsed < SOON, "{:?}", outcome.elapsed);
    assert!(stage.apps.connections() <= 8, "{} connections at once", stage.apps.connections());
}

fn refused(ground: &'static Ground, spec: LinkSpec, code: i32, words: &str) {
    let _mesh = mesh_alone(ground);
    let stage = Stage::new(ground, "odd-link");
    stage.world.link("apps", "infra", spec);
    let marks = stage.mark();
    let outcome = stage.export(&[]);
    ended(&outcome, code, &[words, "next:"]);
    is_harmless(&outcome);
    assert!(!outcome.stderr.contains("hunter2"), "{outcome}");
    assert_eq!(marks.writes(), NOTHING, "{outcome}");
    assert_eq!(stage.state()["labels"], Value::Null, "{outcome}");
}
