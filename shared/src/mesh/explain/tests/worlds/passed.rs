//! The table of worlds in which pods of the extension get no proxies, or what is asked leads nowhere near them.

use super::super::*;
use super::later::injector;
use super::nearby::Near;
use super::rows::Row;
use crate::mesh::machinery::{Barrier, Injector, Pod};
use crate::terms::{Observed, Requirement, SelectorOperator};

use Outcome::{Broken, Doubtful};

/// An injector that serves, and is kept from pods of the extension for so long.
fn barred(barrier: Barrier, age: i64) -> Observed<Injector> {
    let Observed::Present(one) = injector(Some((1, 1))) else { panic!("it is there") };
    Observed::Present(Injector { barrier: Some(barrier), is_missed: false, age: Some(age), ..one })
}

fn passed_over(operator: SelectorOperator, key: &str, values: &[&str]) -> Barrier {
    let values = values.iter().map(|one| (*one).to_owned()).collect();
    Barrier::PassedOver(Requirement { key: key.into(), operator, values })
}

/// Pods of the gateway beside backends of the Service, which leads to those of the same node alone.
fn kept_local(world: &mut World, nodes: &[&str], backends: &[&str]) {
    world.bed.service.is_local = true;
    let first = in_list(&mut world.bed.there.pods)[0].clone();
    let beside = |(at, node): (usize, &&str)| Pod {
        name: format!("linkerd-gateway-{at}"),
        node: (*node).into(),
        ..first.clone()
    };
    in_list(&mut world.bed.there.pods).splice(..1, nodes.iter().enumerate().map(beside)).for_each(drop);
    let own = in_list(&mut world.bed.there.backends)[0].clone();
    let backend =
        |(at, node): (usize, &&str)| Pod { name: format!("pg-{at}"), node: (*node).into(), ..own.clone() };
    let all: Vec<Pod> = backends.iter().enumerate().map(backend).collect();
    world.bed.there.backends = Observed::Present(all.into());
}

pub(super) const PASSED: &[Row] = &[
    (
        "proxy-injector",
        Doubtful,
        "skips namespaces with config.linkerd.io/admission-webhooks=disabled",
        |world| {
            let key = "config.linkerd.io/admission-webhooks";
            world.bed.there.injector = barred(passed_over(SelectorOperator::NotIn, key, &["disabled"]), 300);
        },
    ),
    ("proxy-injector", Doubtful, "skips namespaces without mesh=on", |world| {
        world.bed.here.injector = barred(passed_over(SelectorOperator::In, "mesh", &["on"]), 300);
    }),
    ("proxy-injector", Doubtful, "in apps (restricted) rejects pods with a proxy", |world| {
        world.bed.here.injector = barred(Barrier::Refused("restricted".into()), 300);
    }),
    (
        "proxy-injector",
        Broken,
        "points to the Service linkerd/linkerd-proxy-injector, which does not exist",
        |world| {
            let service = "linkerd/linkerd-proxy-injector".to_owned();
            world.bed.there.injector = barred(Barrier::Unserved(service), 300);
            present(&mut world.bed.there.injector).is_missed = true;
            in_list(&mut world.bed.there.pods)[0].is_meshed = false;
            world.not_ready();
        },
    ),
    ("gateway-up", Broken, "has no selector, and nothing answers", |world| {
        in_list(&mut world.bed.there.services)[0].selector = crate::terms::Labels::default();
        world.not_ready();
    }),
    ("export-endpoints", Doubtful, "none of them is ready on node-1", |world| {
        kept_local(world, &["node-1"], &["node-2"]);
    }),
];

pub(in crate::mesh) const NEAR_PASSED: &[Near] = &[
    ("proxy-injector", "a label that was set a moment ago", |world| {
        world.bed.here.injector = barred(Barrier::Refused("baseline".into()), 299);
    }),
    ("proxy-injector", "pods that pod security has refused, as their Deployment says", |world| {
        world.bed.here.injector = barred(Barrier::Refused("baseline".into()), 900);
        let refused = "pods \"x\" is forbidden: violates PodSecurity \"baseline:latest\"";
        in_list(&mut world.bed.here.deployments)[0].trouble = refused.into();
    }),
    ("gateway-up", "a gateway without a selector that answers", |world| {
        in_list(&mut world.bed.there.services)[0].selector = crate::terms::Labels::default();
    }),
    ("export-endpoints", "a backend on the node of each pod of the gateway", |world| {
        kept_local(world, &["node-1", "node-2"], &["node-2", "node-1", "node-3"]);
    }),
];
