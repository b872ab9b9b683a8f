//! What a deadline bounds, what is done when it has passed, and what one look is worth.

use super::stage::{MIRROR, SOON, Stage, ended};
use std::time::Duration;
use testkit::proxy::{Answer, Fault, When};
use testkit::real::Ground;
use testkit::world::{LinkSpec, Service, mesh_alone, mesh_shared};

/// Every listing of Services where the mirrors are, but the first so many.
fn lists_after(stage: &Stage, passed: usize) -> When {
    let place = format!("/{}/services", stage.world.namespace());
    When::every("GET", place).query("limit=").after(passed)
}

#[test]
fn a_silent_consumer_does_not_stretch_the_deadline() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let _mesh = mesh_alone(ground);
    let stage = Stage::new(ground, "silent");
    stage.world.link("apps", "infra", LinkSpec::default());
    stage.apps.on(lists_after(&stage, 1), Fault::HoldBefore);
    let outcome = stage.export(&["--timeout", "6s"]);
    ended(&outcome, 6, &["apps", "cannot see how far the mirrors are: no answer within 3s"]);
    assert!(outcome.stdout.contains("unknown"), "{outcome}");
    // The six seconds, and three more for the last look.
    assert!((9..30).contains(&outcome.elapsed.as_secs()), "{:?}", outcome.elapsed);
}

#[test]
fn a_link_that_does_not_answer_does_not_stretch_the_deadline_and_the_time_that_is_told_is_the_real_one() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let _mesh = mesh_alone(ground);
    let stage = Stage::new(ground, "mute-link");
    stage.world.link("apps", "infra", LinkSpec::default());
    stage.apps.on(When::every("GET", "/links/infra"), Fault::HoldBefore);
    stage.apps.on(lists_after(&stage, 1), Fault::Delay(Duration::from_secs(2)));
    let outcome = stage.export(&["--timeout", "3s"]);
    ended(
        &outcome,
        3,
        &[
            "labelled after 5s, not endpoints ready",
            "logs --selector 'component in (controller,linkerd-service-mirror),mirror.linkerd.io/cluster-name=infra'",
        ],
    );
    assert!((5..20).contains(&outcome.elapsed.as_secs()), "{:?}", outcome.elapsed);
}

#[test]
fn a_goal_that_is_first_seen_at_the_deadline_is_looked_at_twice_like_any_other() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "at-the-end");
    for proxy in [&stage.infra, &stage.apps] {
        proxy.on(When::any("").query("watch=true"), Fault::StallAfterHeaders);
    }
    let outcome = stage.export(&["--timeout", "8s"]);
    ended(&outcome, 0, &["endpoints ready"]);
    assert!((10..30).contains(&outcome.elapsed.as_secs()), "{:?}", outcome.elapsed);
}

#[test]
fn no_timeout_is_one_look_which_says_that_it_is_one() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "one-look");
    let verify = || stage.kubectl().run(["mesh-export", "verify", "svc/postgres-rw", "--timeout=0"]);
    let outcome = verify();
    let export = format!(
        "kubectl mesh-export svc/postgres-rw --context infra --namespace {}",
        stage.world.namespace()
    );
    ended(&outcome, 3, &["not labelled after 0s", "export it", &export]);
    ended(&stage.export(&[]), 0, &[]);
    let outcome = verify();
    ended(&outcome, 0, &["seen in a single look"]);
    assert!(outcome.stdout.contains("endpoints ready"), "{outcome}");
    let outcome = stage.kubectl().run(["mesh-export", "verify", "svc/postgres-rw"]);
    ended(&outcome, 0, &[]);
    assert!(!outcome.stderr.contains("seen in a single look"), "{outcome}");
}

#[test]
fn without_a_wait_what_cannot_be_seen_is_unknown_and_not_as_it_was_before() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    for cluster in ["infra", "apps"] {
        let stage = Stage::new(ground, "no-wait");
        stage.proxy(cluster).on(lists_after(&stage, 1), Fault::Answer(Answer::unavailable()));
        let outcome = stage.export(&["--no-wait"]);
        ended(&outcome, 0, &[cluster, "cannot see how far the mirrors are", "503"]);
        assert!(outcome.stdout.contains("service/postgres-rw labeled\n"), "{outcome}");
        assert!(outcome.stdout.contains("unknown") && !outcome.stdout.contains("not labelled"), "{outcome}");
    }
}

#[test]
fn a_mirror_that_comes_back_right_after_it_went_is_not_gone() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let _mesh = mesh_alone(ground);
    let stage = exported_by_hand(ground);
    let kubectl = stage.kubectl();
    let undo = kubectl.spawn(["mesh-export", "undo", "svc/postgres-rw"]);
    stage.eventually("the label is gone", || stage.label().is_none());
    stage.delete("apps", "Service", MIRROR);
    assert!(undo.wait_stderr("-infra gone", SOON), "it went and was not noticed");
    stage.world.service("apps", by_hand(stage.world.namespace()));
    assert!(undo.wait_stderr("still there", SOON), "it came back and was not noticed");
    stage.delete("apps", "Service", MIRROR);
    ended(&undo.wait(SOON), 0, &[]);
}

#[test]
fn a_mirror_that_nobody_takes_away_is_waited_for_aloud() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let _mesh = mesh_alone(ground);
    let stage = exported_by_hand(ground);
    let kubectl = stage.kubectl();
    let undo = kubectl.spawn(["mesh-export", "undo", "svc/postgres-rw"]);
    assert!(undo.wait_stderr("still there", SOON), "nobody was told what is waited for");
    stage.delete("apps", "Service", MIRROR);
    ended(&undo.wait(SOON), 0, &["-infra gone"]);
}

fn exported_by_hand(ground: &'static Ground) -> Stage {
    let stage = Stage::new(ground, "comes-back");
    stage.world.link("apps", "infra", LinkSpec::default());
    ended(&stage.export(&["--no-wait"]), 0, &[]);
    stage.world.service("apps", by_hand(stage.world.namespace()));
    stage
}

/// A mirror as a service mirror makes it.
pub(super) fn by_hand(namespace: &str) -> Service {
    Service::new(MIRROR)
        .port("postgres", 5432, 5432)
        .label("mirror.linkerd.io/mirrored-service", "true")
        .label("mirror.linkerd.io/cluster-name", "infra")
        .annotation("mirror.linkerd.io/remote-resource-version", "1")
        .annotation(
            "mirror.linkerd.io/remote-svc-fq-name",
            &format!("postgres-rw.{namespace}.svc.cluster.local"),
        )
}
