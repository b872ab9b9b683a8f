//! A healthy mesh, and one break after another: exactly the check for it speaks.

mod anew;
mod blamed;
mod changed;
mod close;
mod controllers;
mod denied;
mod expiry;
mod fenced;
mod fronts;
mod gateways;
mod installs;
mod named;
mod near;
mod nodes;
mod outward;
mod pods;
mod policies;
mod raised;
mod rights;
mod rotation;
mod services;
mod taken;
mod tokens;
mod trust;
mod users;

use super::*;
use crate::mesh::export::Routed;
use crate::mesh::export::target::of_service;
use crate::mesh::link::Way;
use crate::mesh::machinery::{Deployment, Policies, Rights, Role, Rule, Token};
use crate::mesh::samples::bed::{Bed, IDENTITY, in_list};
use crate::mesh::samples::{cluster, exported, labels};
use crate::terms::Obstacle;
use crate::verdict::Severity;

impl Bed {
    fn findings(self) -> Vec<Finding> {
        let all = self.seen();
        let routed = Routed { consumer: cluster("apps"), link: &self.link, ways: vec![self.way] };
        let targets = of_service(&all, &[routed], &exported(), &self.service);
        ask(&all, &exported(), &self.service, &targets)
    }
}

/// Breaks one thing of the healthy mesh, and returns what is said.
fn broken(change: impl FnOnce(&mut Bed)) -> Vec<(&'static str, Severity)> {
    let mut bed = Bed::healthy();
    change(&mut bed);
    let findings = bed.findings();
    for finding in &findings {
        let wants_remedy = finding.severity >= Severity::Warning;
        assert_eq!(finding.remedy.is_some(), wants_remedy, "{finding:?}");
    }
    findings.iter().map(|finding| (finding.check, finding.severity)).collect()
}

/// What is to be done about the first of what is found.
fn action(change: impl FnOnce(&mut Bed)) -> String {
    let mut bed = Bed::healthy();
    change(&mut bed);
    bed.findings().remove(0).remedy.unwrap().action
}

fn error(id: &'static str) -> Vec<(&'static str, Severity)> {
    vec![(id, Severity::Error)]
}

fn warning(id: &'static str) -> Vec<(&'static str, Severity)> {
    vec![(id, Severity::Warning)]
}

#[test]
fn nothing_speaks_against_a_mirror_in_a_healthy_mesh() {
    assert_eq!(broken(|_| ()), vec![]);
}

#[test]
fn what_goes_past_the_gateway_needs_none() {
    let without = |way: Way| {
        broken(move |bed| {
            bed.way = way;
            *in_list(&mut bed.there.services) = vec![];
            *in_list(&mut bed.there.pods) = vec![];
            in_list(&mut bed.here.pods)[0].is_meshed = false;
            in_list(&mut bed.here.services)[0].name = "other".into();
        })
    };
    assert_eq!(without(Way::Flat), vec![]);
    assert_eq!(without(Way::Federated), vec![]);
    let gateway: Vec<_> = without(Way::Gateway).into_iter().map(|(id, _)| id).collect();
    assert_eq!(gateway, ["controller-meshed", "gateway-up", "gateway-probe"]);
}

#[test]
fn every_check_has_an_id_of_its_own() {
    let mut ids: Vec<_> = CHECKS.iter().map(|check| check.id).collect();
    ids.sort_unstable();
    let all = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), all);
}

#[test]
fn what_cannot_be_seen_accuses_nobody_and_is_named() {
    let obstacle = Obstacle::Unauthorized;
    let blind = |bed: &mut Bed| {
        for machinery in [&mut bed.here, &mut bed.there] {
            machinery.services = Observed::Unknown(obstacle.clone());
            machinery.deployments = Observed::Unknown(obstacle.clone());
            machinery.pods = Observed::Unknown(obstacle.clone());
            machinery.leases = Observed::Unknown(obstacle.clone());
            machinery.settings = Observed::Unknown(obstacle.clone());
            machinery.policies = Observed::Unknown(obstacle.clone());
            machinery.backends = Observed::Unknown(obstacle.clone());
        }
    };
    assert_eq!(broken(blind), [("not-looked-at", Severity::Info), ("not-looked-at-here", Severity::Info)]);
}
