//! What holds of a verdict whatever the world.

use super::*;
use crate::mesh::explain::tests::blind::ROWS;
use crate::mesh::explain::tests::order::{crowded, shuffled};
use crate::mesh::explain::tests::worlds::forbidden;
use crate::mesh::explain::tests::worlds::hidden::HIDING;
use proptest::prelude::*;

/// As a program reads it.
fn bytes(seen: MeshSeen) -> String {
    let judged = judge(&[seen], &|_| true);
    let causes: Vec<_> = judged.causes.iter().map(|cause| (&cause.finding, &cause.effects)).collect();
    serde_json::to_string(&(causes, judged.looked, judged.links)).unwrap()
}

proptest! {
    #[test]
    fn the_order_in_which_servers_list_things_changes_no_byte(seeds in prop::array::uniform5(0usize..5000)) {
        let seen = || crowded().seen().0;
        prop_assert_eq!(bytes(shuffled(seen(), seeds)), bytes(seen()));
    }
}

/// Everything that was found.
pub(super) fn found(judged: Judged) -> Vec<Finding> {
    judged.causes.into_iter().flat_map(|cause| [vec![cause.finding], cause.effects].concat()).collect()
}

/// That something was not seen, and what.
pub(super) fn says_unseen(finding: &Finding, resource: &str) -> bool {
    let is_of_sight = finding.severity == Severity::Unknown || finding.summary.starts_with("not looked at");
    is_of_sight && finding.summary.contains(resource)
}

/// In a broken world with one right less each finding is still there, or it is said what could not be seen: never is the answer
/// better, or quieter, for a right that lacks.
#[test]
fn a_right_that_lacks_never_makes_a_verdict_better() {
    for (id, _, words, change) in rows() {
        let before = found(judged(world(change)));
        for (_, resource, cluster, hide) in ROWS {
            let after = found(judged(world(|world| {
                change(world);
                hide(world, forbidden(resource));
            })));
            let is_said = after.iter().any(|one| says_unseen(one, resource));
            let is_kept = |one: &Finding| after.iter().any(|other| other.check == one.check);
            let lost: Vec<&Finding> = before.iter().filter(|one| !is_kept(one)).collect();
            assert!(
                lost.is_empty() || is_said,
                "{id} ({words}) without {resource} of {cluster}: {lost:#?}\n{after:#?}"
            );
        }
    }
}

/// Each is told once, and whatever explains it is told.
fn are_distinct(found: &[Finding]) -> bool {
    let prints: BTreeSet<&str> = found.iter().map(|one| one.fingerprint.as_str()).collect();
    let is_told = |one: &Finding| {
        let is_it = |cause: &Finding| {
            one.because_of.as_ref() == Some(&cause.fingerprint) && one.because == Some(cause.check)
        };
        one.because.is_none() || found.iter().any(is_it)
    };
    prints.len() == found.len() && found.iter().all(is_told)
}

#[test]
fn no_two_findings_have_one_fingerprint_and_what_explains_them_has_one() {
    for (_, _, words, change) in rows() {
        let all = found(judged(world(change)));
        assert!(are_distinct(&all), "{words}: {all:#?}");
        for (_, resource, cluster, hide) in ROWS {
            let all = found(judged(world(|world| {
                change(world);
                hide(world, forbidden(resource));
            })));
            assert!(are_distinct(&all), "{words} without {resource} of {cluster}: {all:#?}");
        }
    }
}

/// Whether both are about one object: what it does wrong besides may be told where the first of it is hidden.
fn same_fault(one: &Finding, other: &Finding) -> bool {
    one.object.is_some() && one.object == other.object
}

/// What is hidden accuses nobody: no check speaks that did not before, but of what cannot be seen.
#[test]
fn a_right_that_lacks_accuses_nobody() {
    let accuses = |one: &Finding| matches!(one.severity, Severity::Warning | Severity::Error);
    let mut odd = Vec::new();
    for (id, _, words, change) in rows() {
        // Some of what hides matters only until the mirror has come, which is gone there.
        let bare = |world: &mut World| {
            change(world);
            world.without_mirror();
        };
        let before = [found(judged(world(change))), found(judged(world(bare)))].concat();
        for (_, resource, cluster, hide) in ROWS.iter().chain(HIDING.iter().filter(|(check, ..)| check == id))
        {
            let after = found(judged(world(|world| {
                change(world);
                hide(world, forbidden(resource));
            })));
            let is_known =
                |one: &Finding| before.iter().any(|other| other.check == one.check || same_fault(other, one));
            let new = after.iter().filter(|one| accuses(one) && !is_known(one));
            odd.extend(
                new.map(|one| format!("{id} ({words}) without {resource} of {cluster}: {}", one.summary)),
            );
        }
    }
    assert_eq!(odd, Vec::<String>::new());
}
