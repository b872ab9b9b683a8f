//! What has changed in one cluster after the files of the other were taken.

use super::*;
use crate::mesh::snapshot::{Later, Young};

const DAY: i64 = 86400;

/// How much the first finding of a check matters, and what it says.
fn said(check: &str, change: impl Fn(&mut World), later: Later) -> (Severity, String) {
    let mut seen = world(change).seen().0;
    seen.young = Some(Young { later, ..Young::default() });
    let judged = judge(&[seen], &|_| true);
    let finding = all(&judged).find(|one| one.check == check).unwrap();
    (finding.severity, finding.summary.clone())
}

fn apps() -> ClusterName {
    ClusterName::new("apps")
}

#[test]
fn a_mirror_is_not_missed_in_files_that_were_taken_before_it_was_asked_for() {
    let missing = |label: &str| {
        let place = (apps(), exported(), label.to_owned());
        let later = Later { labels: [(place, 6 * DAY)].into(), ..Later::default() };
        said("mirror-missing", World::without_mirror, later)
    };
    let (severity, text) = missing("mirror.linkerd.io/exported");
    assert_eq!(severity, Severity::Info);
    assert!(text.ends_with("; it was asked for 6 days after the files of apps were taken"), "{text}");
    assert_eq!(missing("team").0, Severity::Error, "no Link asks for that label");
    let changed = Later { written: [((apps(), exported()), DAY)].into(), ..Later::default() };
    let (severity, _) = said("mirror-missing", World::without_mirror, changed);
    assert_eq!(severity, Severity::Error, "it was asked for before");
}

#[test]
fn a_mirror_is_not_behind_a_service_that_changed_after_its_files_were_taken() {
    let behind = |later| {
        let change = |world: &mut World| world.bed.service.version = "9".to_owned();
        said("mirror-behind", change, later)
    };
    assert_eq!(behind(Later::default()).0, Severity::Error);
    let changed = Later { written: [((apps(), exported()), DAY)].into(), ..Later::default() };
    let (severity, text) = behind(changed);
    assert_eq!(severity, Severity::Info);
    assert!(text.ends_with("the Service was changed 1 day after the files of apps were taken"), "{text}");
    let key = Key::new("databases", "postgres-rw-infra-east");
    let (severity, text) = behind(Later { mirrors: [((apps(), key), 7200)].into(), ..Later::default() });
    assert_eq!(severity, Severity::Info);
    assert!(text.ends_with("was written 2 hours after the files of infra were taken"), "{text}");
}
