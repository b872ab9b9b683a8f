//! Mirrors for a flat network, and from the gateway to it and back.

use super::{flat_network, mesh_export, mirror, networks, nodes, told};
use crate::faults::stage::{MIRROR, SERVICE, Stage, ended};
use crate::marks::NOTHING;
use sandbox::controllers::mirror::Parameters;
use serde_json::json;
use std::time::Duration;
use testkit::proxy::{Answer, Fault, When};
use testkit::world::{LinkSpec, mesh_alone, mesh_shared};

const FLAT: [&str; 3] = ["svc/postgres-rw", "--mode", "flat"];

#[test]
fn a_mirror_changes_from_the_gateway_to_a_flat_network_and_back_in_place() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "switch");
    flat_network(&stage);
    ended(&stage.export(&[]), 0, &["endpoints ready"]);
    let (uid, _) = mirror(&stage);
    let flat = mesh_export(&stage, &FLAT);
    let changed = format!(
        "apps: svc/{}/{MIRROR}: mode to be changed from gateway to flat, in place",
        stage.world.namespace()
    );
    ended(&flat, 0, &[&changed, "Cilium routes natively"]);
    let (same, labels) = mirror(&stage);
    assert_eq!((&same, labels["multicluster.linkerd.io/remote-service"].as_str()), (&uid, Some(SERVICE)));
    assert!(stage.get("apps", "Endpoints", MIRROR).is_none(), "a mirror for a flat network has none");
    stays_flat(&stage);
    let back = mesh_export(&stage, &["svc/postgres-rw", "--mode=gateway"]);
    ended(&back, 0, &["mode to be changed from flat to gateway, in place", "endpoints ready"]);
    assert_eq!(mirror(&stage).0, uid);
    ended(&stage.undo(&[]), 0, &["postgres-rw-infra gone"]);
}

/// Whatever is asked without a mode keeps the one that is there.
fn stays_flat(stage: &Stage) {
    let marks = stage.mark();
    let again = stage.export(&["-o", "json"]);
    assert_eq!((told(&again), again.code), (vec![("flat".into(), "mirrored".into())], Some(0)), "{again}");
    for words in [&["verify", "svc/postgres-rw"][..], &["verify", "svc/postgres-rw", "--mode=flat"]] {
        ended(&mesh_export(stage, words), 0, &[]);
    }
    let listed = mesh_export(stage, &["list", "-o", "json"]);
    assert_eq!(told(&listed), [("flat".to_owned(), "mirrored".to_owned())], "{listed}");
    let gateway = mesh_export(stage, &["verify", "svc/postgres-rw", "--mode=gateway", "--timeout=0"]);
    assert_eq!(gateway.code, Some(3), "{gateway}");
    assert_eq!(marks.writes(), NOTHING);
    let narrowed = stage.undo(&["--mode=gateway"]);
    assert_eq!(
        (narrowed.stdout.as_str(), narrowed.code),
        ("service/postgres-rw unchanged\n", Some(0)),
        "{narrowed}"
    );
}

#[test]
fn a_flat_network_that_is_not_shown_is_refused_until_it_is_assumed() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "unshown");
    let marks = stage.mark();
    networks(&stage, ["10.1.0.0/16", "10.2.0.0/16"], "10.9.0.0/16");
    let refused = mesh_export(&stage, &FLAT);
    let reason = "the native routing CIDR of infra does not cover 10.2.0.0/16, the pods of apps";
    ended(&refused, 3, &["pods are not known to reach each other", reason, "--mode=flat --assume-routable"]);
    assert_eq!(marks.writes(), NOTHING);
    let assumed = mesh_export(&stage, &["svc/postgres-rw", "--mode=flat", "--assume-routable"]);
    ended(&assumed, 0, &["postgres-rw-infra mirrored", "assumed, and not shown"]);
    ended(&stage.undo(&["--mode", "flat"]), 0, &["postgres-rw-infra gone"]);
}

#[test]
fn ranges_that_overlap_are_an_error_that_nobody_can_assume_away() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "overlap");
    networks(&stage, ["10.1.0.0/16", "10.1.128.0/24"], "10.0.0.0/8");
    let marks = stage.mark();
    for more in [&[][..], &["--assume-routable"]] {
        let refused = mesh_export(&stage, &[&FLAT[..], more].concat());
        ended(
            &refused,
            3,
            &["pods of infra have addresses of 10.1.0.0/16, and those of apps of 10.1.128.0/24"],
        );
    }
    assert_eq!(marks.writes(), NOTHING);
}

#[test]
fn a_network_that_may_not_be_looked_at_is_unknown_and_the_right_is_named() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "hidden");
    nodes(&stage.infra, "10.1.0.0/16");
    let forbidden = Answer::forbidden("tester", "list", "nodes", "");
    stage.apps.on(When::every("GET", "/api/v1/nodes"), Fault::Answer(forbidden));
    ended(
        &mesh_export(&stage, &FLAT),
        4,
        &["cannot see whether pods reach each other", "`list nodes` in apps"],
    );
    let assumed =
        mesh_export(&stage, &["svc/postgres-rw", "--mode=flat", "--assume-routable", "--dry-run=client"]);
    ended(&assumed, 5, &["not looked at: whether pods reach each other"]);
}

#[test]
fn without_a_gateway_the_mode_is_flat_where_the_network_is_and_else_that_is_explained() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let mesh = mesh_alone(ground);
    let stage = Stage::new(ground, "auto");
    let gatewayless = LinkSpec::default().without("gatewayAddress").set("selector", json!({}));
    stage.world.link("apps", "infra", gatewayless);
    let _controller = mesh.controller("apps", quick("infra"));
    let marks = stage.mark();
    networks(&stage, ["10.1.0.0/16", "10.2.0.0/16"], "10.9.0.0/16");
    let refused = stage.export(&[]);
    let words = ["its selector is empty", "a flat network is not shown", "--mode flat --assume-routable"];
    ended(&refused, 3, &words);
    assert_eq!(marks.writes(), NOTHING);
    stage.infra.reset();
    stage.apps.reset();
    flat_network(&stage);
    let taken = stage.export(&["-o", "json"]);
    assert_eq!((told(&taken), taken.code), (vec![("flat".into(), "mirrored".into())], Some(0)), "{taken}");
}

#[test]
fn an_ordinary_export_asks_for_no_network() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "ordinary");
    for more in [&[][..], &["--mode=gateway"]] {
        ended(&stage.export(more), 0, &[]);
    }
    for proxy in [&stage.infra, &stage.apps] {
        let of_networks = |path: &str| path.contains("nodes") || path.contains("cilium-clustermesh");
        let asked = proxy.requests().into_iter().filter(|one| of_networks(&one.path));
        assert_eq!(asked.count(), 0);
    }
}

#[test]
fn modes_that_exclude_each_other_are_a_mistake_on_the_command_line() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "modes");
    refused_line(&stage, &["svc/postgres-rw", "--mode=gateway,flat"], "gateway and flat cannot be combined");
    refused_line(
        &stage,
        &["svc/postgres-rw", "--mode=auto,flat"],
        "--mode auto cannot be combined with other modes",
    );
    refused_line(&stage, &["verify", "svc/postgres-rw", "--mode=near"], "near");
    refused_line(
        &stage,
        &["undo", "svc/postgres-rw", "--assume-routable"],
        "--assume-routable is for exports",
    );
}

fn refused_line(stage: &Stage, words: &[&str], said: &str) {
    let marks = stage.mark();
    ended(&mesh_export(stage, words), 2, &[said]);
    assert!(marks.requests().iter().all(Vec::is_empty), "{:?}", marks.requests());
}

/// A stand-in that is soon told of what it could not do.
pub(super) fn quick(link: &str) -> Parameters {
    Parameters { retry: Duration::from_millis(200), ..Parameters::for_link(link) }
}
