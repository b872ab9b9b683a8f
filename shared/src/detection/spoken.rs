//! What each check says in the worlds in which it must speak, with what proves it and what to do: kept as a person reads it.
//! Complete: a check of the catalogue that says nothing here fails the test.

use crate::health::checks::CHECKS as STAND;
use crate::health::checks::tests::matrix::spoken as of_clusters;
use crate::mesh::checks::CHECKS;
use crate::mesh::fleetwide::ended;
use crate::mesh::fleetwide::tests::spoken as of_mesh;
use crate::run::weigh::warned;
use crate::terms::{ClusterName, Silence};
use crate::verdict::{Finding, all_said};
use std::collections::{BTreeMap, BTreeSet};

/// What findings of a check lack in all worlds, and why.
const BARE: &[(&str, Lack, &str)] =
    &[("server-warning", Lack::Evidence, "its words are those of the server")];

/// A part of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Lack {
    Evidence,
    Remedy,
}

/// What no look says: a silence of the fleet file that is over, and what a server has said.
fn of_runs() -> [Finding; 2] {
    let apps = ClusterName::new("apps");
    let silence = Silence {
        check: "gateway-spread".to_owned(),
        clusters: vec![apps.clone()],
        object: None,
        reason: "a second node comes with the new rack".to_owned(),
        until: Some("2026-02-28".to_owned()),
        is_over: true,
    };
    [ended(&silence), warned(&apps, "v1 Endpoints is deprecated in v1.33+")]
}

/// By check, each way to say it once.
pub(super) fn spoken() -> BTreeMap<&'static str, Vec<Finding>> {
    let mut spoken = BTreeMap::<_, Vec<Finding>>::new();
    for finding in of_mesh().into_iter().chain(of_clusters()).chain(of_runs()) {
        let known = spoken.entry(finding.check).or_default();
        if !known.iter().any(|other| text(other) == text(&finding)) {
            known.push(finding);
        }
    }
    spoken
}

fn lacking(said: &[Finding]) -> impl Iterator<Item = Lack> {
    let has_evidence = said.iter().any(|one| !one.evidence.is_empty());
    let has_remedy = said.iter().any(|one| one.remedy.is_some());
    let lacks = [(has_evidence, Lack::Evidence), (has_remedy, Lack::Remedy)];
    lacks.into_iter().filter(|(has, _)| !has).map(|(_, lack)| lack)
}

#[test]
fn each_check_says_what_it_is_what_proves_it_and_what_to_do() {
    let spoken = spoken();
    let silent: Vec<&str> = all_said().map(|(id, _)| id).filter(|id| !spoken.contains_key(id)).collect();
    assert_eq!(silent, Vec::<&str>::new(), "checks without a world in which they speak");
    let bare: BTreeSet<_> =
        spoken.iter().flat_map(|(id, said)| lacking(said).map(move |lack| (*id, lack))).collect();
    assert_eq!(bare, BARE.iter().map(|(id, lack, _)| (*id, *lack)).collect());
}

fn text(finding: &Finding) -> String {
    let seen = finding.evidence.iter().map(|one| format!("  seen: {}: {}\n", one.field, one.value));
    let next = finding.remedy.iter().map(|remedy| format!("  next: {remedy}\n"));
    let all = seen.chain(next).collect::<String>();
    format!("{} {}: {}\n{all}", finding.severity.word(), finding.check, finding.summary)
}

/// By group: what carries mirrors, what a look finds besides, and what clusters stand on.
#[test]
fn what_each_check_says_is_kept() {
    let spoken = spoken();
    let group = |id: &str| match id {
        _ if CHECKS.iter().any(|check| check.id == id) => "mesh",
        _ if STAND.iter().any(|check| check.id == id) => "stand",
        _ => "besides",
    };
    for name in ["mesh", "besides", "stand"] {
        let ids = all_said().map(|(id, _)| id).filter(|id| group(id) == name);
        let said = ids.filter_map(|id| spoken.get(id)).flatten().map(text);
        insta::assert_snapshot!(name, said.collect::<String>());
    }
}
