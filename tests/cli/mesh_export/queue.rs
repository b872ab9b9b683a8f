//! A service mirror that is slow: the queue is counted, announced, and waited for.

use crate::bed::{Bed, database};
use sandbox_parameters::slow;
use testkit::world::{LinkSpec, mesh_alone};

mod sandbox_parameters {
    use sandbox::controllers::mirror::{Parameters, Rate};

    /// Six mirrors a second instead of less than two, so that a queue of forty is over in seconds.
    pub(super) fn slow(link: &str) -> Parameters {
        let rate = Rate { per_second: 10, burst: 3 };
        Parameters { rate, status_rate: rate, ..Parameters::for_link(link) }
    }
}

#[test]
fn a_queue_is_announced_and_the_deadline_grows_with_it() {
    let Some(ground) = testkit::real::ground() else { return };
    let mesh = mesh_alone(ground);
    let bed = Bed::new(ground, "queue");
    for number in 0..40 {
        bed.world.service("infra", database(&format!("web-{number:02}")).label("tier", "web"));
    }
    bed.world.link("apps", "infra", LinkSpec::default());
    let _controller = mesh.controller("apps", slow("infra"));
    let outcome = bed.kubectl().run(["mesh-export", "-l", "tier=web", "--timeout=7s", "-o", "name"]);
    assert_eq!(outcome.code, Some(0), "{outcome}");
    assert_eq!(outcome.stdout.lines().count(), 40);
    assert!(outcome.stderr.contains("Services wait for the service mirror of Link infra"), "{outcome}");
    assert!(outcome.elapsed.as_secs() >= 8, "it waited longer than it was told to: {:?}", outcome.elapsed);
}
