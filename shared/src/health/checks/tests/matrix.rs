//! Each check of what clusters stand on: a world in which it speaks, one near it in which it must not, and one in which it cannot
//! see. Complete: a check that lacks one of these fails the test.

use super::super::super::snapshot::{AgentSeen, AgentsSeen, ApiSeen, CiliumSeen, PoolSeen, WorkloadSeen};
use super::super::cilium::tests::with;
use super::super::pools::tests::gateway;
use super::*;
use crate::mesh::names::IDENTITY;

/// A world, in a few words.
type World = (&'static str, fn() -> HealthSeen);

/// What hides something, or why nothing does.
enum Sight {
    Hidden(&'static str, fn(&mut HealthSeen)),
    Always(&'static str),
}

/// A check with its worlds: where it speaks, and where it must not.
type Row = (&'static str, World, World, Sight);

fn nodes(change: impl Fn(&mut NodeSeen)) -> HealthSeen {
    let mut seen = fleet(&["infra", "apps"]);
    let mut second = node("b");
    change(&mut second);
    seen.clusters[0].nodes = Observed::Present(vec![node("a"), second]);
    seen
}

fn api(is_lost: bool) -> HealthSeen {
    let (name, service) = ("v1beta1.metrics.k8s.io".into(), "kube-system/metrics-server".into());
    let api = ApiSeen { name, service, is_lost, age: Some(900), ..ApiSeen::default() };
    let mut seen = fleet(&["infra", "apps"]);
    seen.clusters[0].apis = Observed::Present(vec![api]);
    seen
}

fn agents(is_rolling: bool, age: i64) -> HealthSeen {
    let agent =
        AgentSeen { pod: "cilium-b".into(), node: "b".into(), age: Some(age), ..AgentSeen::default() };
    let lost = Observed::Present(vec![agent]);
    let agents =
        AgentsSeen { is_counted: true, wanted: 3, unavailable: 1, missing: 0, is_rolling, age: None, lost };
    with(|cilium| cilium.agents = Observed::Present(agents))
}

fn operator(available: u32) -> HealthSeen {
    with(|cilium| {
        let (name, age) = ("cilium-operator".into(), Some(900));
        let operator = WorkloadSeen { name, available: Some(available), age, ..WorkloadSeen::default() };
        cilium.operator = Observed::Present(operator);
    })
}

/// A gateway that waits for an address, and whether Cilium has refused it one.
fn pools(refusal: Option<(&'static str, &'static str)>) -> HealthSeen {
    with(|cilium| {
        let main = PoolSeen { name: "main".into(), ..PoolSeen::default() };
        cilium.pools = Observed::Present(vec![main]);
        cilium.gateways = Observed::Present(vec![gateway(refusal)]);
    })
}

fn control_plane(age: Option<i64>, available: u32) -> HealthSeen {
    let mut seen = fleet(&["infra", "apps"]);
    let all = crate::mesh::names::CONTROLLERS.map(|name| WorkloadSeen {
        name: name.to_owned(),
        available: Some(if name == IDENTITY { available } else { 1 }),
        age: age.filter(|_| name == IDENTITY),
        ..WorkloadSeen::default()
    });
    seen.clusters[0].control_plane = Observed::Present(all.into());
    seen
}

fn clocks(apart: i64) -> HealthSeen {
    let mut seen = fleet(&["infra", "apps"]);
    seen.clusters[1].clock = Some(apart);
    seen
}

fn cilium(seen: &mut HealthSeen) -> &mut CiliumSeen {
    let Observed::Present(cilium) = &mut seen.clusters[0].cilium else { panic!("it is there") };
    cilium
}

fn blind_nodes(seen: &mut HealthSeen) {
    seen.clusters[0].nodes = Observed::Unknown(blind("list", "nodes"));
}

fn kubelet(version: &str) -> HealthSeen {
    nodes(|node| node.kubelet = version.into())
}

const DATED: &str = "API servers date each of their answers; of files nobody asks for it";

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("node-ready", ("a node that is lost", || nodes(|node| (node.is_ready, node.age) = (false, Some(900)))),
        ("a node that restarts", || nodes(|node| (node.is_ready, node.age) = (false, Some(40)))),
        Sight::Hidden("nodes", blind_nodes)),
    ("node-network", ("a node without a network", || nodes(|node| node.lacks_network = true)),
        ("a node that starts", || nodes(|node| (node.lacks_network, node.network_age) = (true, Some(20)))),
        Sight::Hidden("nodes", blind_nodes)),
    ("node-pressure", ("a node that is short of disk", || nodes(|node| node.pressures = vec!["DiskPressure".into()])),
        ("a node for the control plane", || nodes(|node| node.has_control_plane = true)),
        Sight::Hidden("nodes", blind_nodes)),
    ("cluster-clock", ("clocks 10 s apart", || clocks(10)), ("clocks 4 s apart", || clocks(4)), Sight::Always(DATED)),
    ("api-version-skew", ("a kubelet newer than its API server", || kubelet("v1.34.0")),
        ("a kubelet that waits for its upgrade", || kubelet("v1.30.0")),
        Sight::Hidden("/version", |seen| seen.clusters[0].version = Observed::Unknown(blind("get", "/version")))),
    ("api-services", ("an API that nobody answers for", || api(true)), ("one that somebody answers for", || api(false)),
        Sight::Hidden("apiservices", |seen| seen.clusters[0].apis = Observed::Unknown(blind("list", "apiservices")))),
    ("cilium-agents", ("an agent that is lost", || agents(false, 900)), ("an agent that is replaced", || agents(true, 200)),
        Sight::Hidden("daemonsets", |seen| cilium(seen).agents = Observed::Unknown(blind("get", "daemonsets")))),
    ("cilium-operator", ("an operator without a pod", || operator(0)), ("an operator with one of two", || operator(1)),
        Sight::Hidden("deployments", |seen| cilium(seen).operator = Observed::Unknown(blind("get", "deployments")))),
    ("cilium-pools", ("a gateway that is refused an address", || pools(Some(("out_of_ips", "no address is left")))),
        ("a gateway that somebody else is to give one", || pools(None)),
        Sight::Hidden("ciliumloadbalancerippools", |seen| {
            cilium(seen).pools = Observed::Unknown(blind("list", "ciliumloadbalancerippools"));
        })),
    ("control-plane", ("an identity controller without a pod", || control_plane(Some(900), 0)),
        ("one that restarts", || control_plane(Some(20), 0)),
        Sight::Hidden("deployments", |seen| {
            seen.clusters[0].control_plane = Observed::Unknown(blind("list", "deployments"));
        })),
];

fn speaks(id: &str, seen: &HealthSeen) -> bool {
    judge(seen, &|_| true)
        .iter()
        .any(|one| one.check == id && one.severity > Severity::Info && one.hidden.is_empty())
}

#[test]
fn each_check_speaks_in_one_world_not_near_it_and_not_where_it_cannot_see() {
    let rows: Vec<&str> = ROWS.iter().map(|(id, ..)| *id).collect();
    assert_eq!(rows, CHECKS.map(|check| check.id), "each check has its row");
    let mut text = String::new();
    for (id, (broken, world), (near, miss), sight) in ROWS {
        assert!(speaks(id, &world()), "{id} does not speak: {broken}");
        let miss = miss();
        assert!(miss != fleet(&["infra", "apps"]), "{id}: nothing is near: {near}");
        let told = told(&miss).into_iter().filter(|(_, severity, _)| *severity > Severity::Info);
        assert_eq!(told.collect::<Vec<_>>(), [], "{id}: {near}");
        let hidden = match sight {
            Sight::Always(why) => format!("nothing hides it: {why}"),
            Sight::Hidden(what, hide) => {
                let mut seen = world();
                hide(&mut seen);
                assert!(!speaks(id, &seen), "{id} speaks without {what}");
                let is_said = short(&seen)
                    .iter()
                    .any(|(_, text)| text.starts_with("not looked at") && text.contains(what));
                assert!(is_said, "{id}: {what}");
                format!("hidden by: {what}")
            }
        };
        text = format!("{text}{id}\n  speaks: {broken}\n  not near by: {near}\n  {hidden}\n");
    }
    insta::assert_snapshot!("matrix", text);
}

/// What each check says in its world.
pub(crate) fn spoken() -> Vec<Finding> {
    let said = |(id, (_, world), ..): &Row| {
        let found = judge(&world(), &|_| true);
        found.into_iter().filter(|one| one.check == *id).collect::<Vec<_>>()
    };
    ROWS.iter().flat_map(said).collect()
}

/// What a check sees by.
pub(crate) fn own(check: &str) -> Option<&'static str> {
    let row = ROWS.iter().find(|(id, ..)| *id == check)?;
    match row.3 {
        Sight::Hidden(what, _) => Some(what),
        Sight::Always(_) => None,
    }
}
