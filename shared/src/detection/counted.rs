//! A law of what is counted: a question of which the answer could not be seen was not answered, and none gets lost.

use super::certificates::Certificates;
use super::look::Seen;
use super::world::World;
use crate::mesh::fleetwide::{Looked, judge};
use crate::mesh::link::Way;

fn looked(seen: Seen) -> Looked {
    let Seen::Looked { sides, .. } = seen else { panic!("it is refused") };
    judge(&sides, &|_| true).looked
}

#[test]
fn who_may_read_everything_gets_all_questions_answered_and_others_are_told_how_many_were_not() {
    for way in Way::ALL {
        let (world, certificates) = (World::healthy(way), Certificates::new());
        let all = looked(Seen::of(&world, &certificates));
        assert!(all.questions > 0, "{way:?}");
        assert_eq!(all.unanswered, 0, "{way:?}: {all:?}");
        for (resource, cluster) in
            [("pods", "apps"), ("deployments.apps", "apps"), ("networkpolicies.networking.k8s.io", "infra")]
        {
            let some = looked(Seen::without(resource, cluster, &world, &certificates));
            assert!(some.unanswered > 0, "{way:?} {resource}: {some:?}");
            assert_eq!(some.unanswered, some.unanswered_because.denied, "{way:?} {resource}: {some:?}");
            assert_eq!(some.questions + some.unanswered, all.questions, "{way:?} {resource}");
        }
    }
}
