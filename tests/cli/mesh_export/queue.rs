//! A service mirror that is slow: the queue is counted, announced, and waited for.

use crate::bed::{Bed, database};
use crate::faults::stage::SOON;
use sandbox_parameters::slow;
use serde_json::json;
use testkit::world::{LinkSpec, mesh_alone};

mod sandbox_parameters {
    use sandbox::controllers::mirror::{Parameters, Rate};

    /// Three mirrors a second instead of less than two, so that a queue of fifty is over in seconds.
    pub(super) fn slow(link: &str) -> Parameters {
        let rate = Rate { per_second: 10, burst: 3 };
        Parameters { rate, status_rate: rate, ..Parameters::for_link(link) }
    }
}

#[test]
fn a_queue_is_announced_and_the_deadline_grows_with_it() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let mesh = mesh_alone(ground);
    let bed = Bed::new(ground, "queue");
    for number in 0..50 {
        bed.world.service("infra", database(&format!("web-{number:02}")).label("tier", "web"));
    }
    bed.world.link("apps", "infra", LinkSpec::default());
    let _controller = mesh.controller("apps", slow("infra"));
    let outcome = bed.kubectl().run(["mesh-export", "-l", "tier=web", "--timeout=7s", "-o", "name"]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert_eq!(outcome.stdout.lines().count(), 50);
    let lines: Vec<&str> =
        outcome.stderr.lines().filter(|line| line.contains(" of 50 mirrors have come")).collect();
    assert!((1..=4).contains(&lines.len()), "once in a few seconds: {outcome}");
    for words in ["Services are queued for the service mirror of Link infra", "s left at the current rate"] {
        assert!(lines[0].contains(words), "{words}: {outcome}");
    }
    assert!(outcome.elapsed.as_secs() >= 8, "it waited longer than it was told to: {:?}", outcome.elapsed);
}

#[test]
fn a_queue_that_nobody_works_off_is_not_waited_for_beyond_its_first_allowance() {
    let Some(ground) = testkit::kubectl::ground_apart() else { return };
    let _mesh = mesh_alone(ground);
    let bed = Bed::new(ground, "stuck");
    for number in 0..25 {
        bed.world.service("infra", database(&format!("web-{number:02}")).label("tier", "web"));
    }
    // A selector of its own, so that nothing of other tests stands in this queue.
    let selector = json!({ "matchLabels": { "mirror.linkerd.io/exported": "stuck" } });
    bed.world.link("apps", "infra", LinkSpec::default().set("selector", selector));
    let export = |timeout| bed.kubectl().run(["mesh-export", "-l", "tier=web", "-o", "name", timeout]);
    let outcome = export("--timeout=7s");
    assert_eq!(outcome.code, Some(3), "{outcome}");
    // 25 mirrors take 15 s in a queue, and get half of that again.
    assert!((22..60).contains(&outcome.elapsed.as_secs()), "{:?}", outcome.elapsed);
    for word in [
        "25 Services are queued for the service mirror of Link infra",
        "the queue is not shrinking",
        "labelled after",
    ] {
        assert!(outcome.stderr.contains(word), "{word}: {outcome}");
    }
    let outcome = export("--timeout=0");
    assert_eq!(outcome.code, Some(3), "{outcome}");
    assert!(outcome.elapsed < SOON, "one look is no wait: {:?}", outcome.elapsed);
}
