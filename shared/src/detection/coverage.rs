//! Whether the worlds hold all that is looked at: every kind that is read, and every field of what is kept of it.

use super::fields::all;
use super::harmless::fits;
use super::measure::Measured;
use super::world::World;
use crate::mesh::access::FLEET_ROLES;
use serde_json::Value;
use std::collections::BTreeSet;

const NAMED: &str = "an object of another name is another object";
const LOST: &str = "a healthy cluster has none, and what a mutation makes of one is no change of it";
const YOUNG: &str = "all is old: detection/alarms has what is young";
const LATER: &str = "all files are of one moment: fleetwide/tests/later.rs has others";
const ELSEWHERE: &str = "of manifests, or for commands that look at one Service";
const USUAL: &str = "no world says it, as most clusters do not: the tests of its check do";

/// Fields that no mutation of a leaf changes, and why; `*` stands for anything.
#[rustfmt::skip]
const BESIDE: &[(&str, &str)] = &[
    ("*.name", NAMED), ("*.namespace", NAMED), ("Fence.kind", NAMED), ("Route.kind", NAMED), ("Route.group", NAMED),
    ("MeshSeen.fleet", "the run says it"), ("MeshSeen.exporter", "the run says it"), ("HealthSeen.fleet", "the run says it"),
    ("ClusterHealth.version", "a dump says it beside its objects"), ("ClusterHealth.clock", "files have no clock"),
    ("AgentSeen.*", LOST), ("AgentsSeen.*", LOST), ("WorkloadSeen.*", LOST), ("Client.mirrors", LOST), ("Route.backends", LOST), ("Route.mirrors", LOST), ("IngressSeen.mirrors", LOST),
    ("Young.*", YOUNG), ("MeshSeen.refused", LOST), ("Refused.*", LOST), ("Later.*", LATER), ("MeshSeen.young", YOUNG), ("LinkSeen.is_fresh", YOUNG), ("Link.created", YOUNG), ("Deployment.turned", YOUNG),
    ("EndpointsSeen.changed", YOUNG), ("EndpointsSeen.written", YOUNG), ("Pod.turned", YOUNG), ("ServiceSeen.created", YOUNG), ("ServiceSeen.owners", YOUNG),
    ("Mark.*", ELSEWHERE), ("MeshSeen.written", ELSEWHERE), ("MeshSeen.nearby", ELSEWHERE),
    ("MeshSeen.homes", ELSEWHERE), ("MeshSeen.peers", ELSEWHERE),
    ("Policies.namespaces", "the run says it"), ("Binding.is_to_cluster_role", "nobody can change it (RoleRef v1)"),
    ("Certificate.is_p256", "all keys are usual ones"), ("Certificate.may_*", "all that sign are authorities with usual keys"),
    ("Deployment.trouble", USUAL), ("Deployment.version", USUAL), ("Deployment.wanted", "there is none that wants no pod"),
    ("EndpointsSeen.hostnames", USUAL), ("Lease.behind", LOST), ("EndpointsSeen.version", "nobody judges it: watches go on from there"),
    ("CiliumSettings.mesh", USUAL), ("NetworkSeen.*", USUAL), ("Fence.is_addition", USUAL), ("Fence.denied", USUAL), ("Reading.are_ranges_foreign", USUAL),
    ("GatewayService.external", USUAL), ("GatewayService.is_passed_on", USUAL), ("Machinery.nodes", USUAL), ("Machinery.externals", USUAL), ("Machinery.has_old_routes", USUAL), ("Identities.accounts", USUAL),
    ("Older.accounts", USUAL), ("Older.is_open", USUAL), ("Older.server", USUAL), ("Older.ranges", USUAL), ("Reading.is_strict", USUAL), ("Reading.servers", USUAL), ("Servers.*", USUAL), ("Reading.is_world_told", USUAL),
    ("ConsumerSeen.lost", LOST), ("ConsumerSeen.made", "what is new is spared, and what is old is usual"),
    ("CiliumSettings.reading", "each policy has it"), ("Link.excluded", USUAL), ("Link.version", "files have one version"),
    ("NodeSeen.has_control_plane", USUAL), ("Opening.protocol", USUAL), ("Pod.address", USUAL), ("Pod.made_as", "detection::rolled has it"), ("Pod.inbound_policy", USUAL), ("Pod.is_on_host", USUAL), ("Pod.trouble", USUAL), ("Pod.failing", USUAL),
    ("PoolSeen.is_exhausted", USUAL), ("Port.app_protocol", USUAL), ("Server.protocol", USUAL), ("ServiceSeen.controller", USUAL),
    ("ServiceSeen.is_headless", USUAL), ("ServiceSeen.uid", "undo and export alone compare it"), ("Settings.networks", USUAL),
    ("CiliumSettings.is_announcing", USUAL), ("CiliumSettings.is_mute", USUAL), ("GatewayService.given", USUAL), ("GatewayService.ending", LOST), ("Machinery.going", LOST), ("GatewayService.class", USUAL), ("GatewayService.created", YOUNG), ("Machinery.unannounced", LOST),
    ("ClusterHealth.mute", LOST), ("ClusterHealth.unfound", LOST), ("ClusterHealth.relic", LOST), ("RelicSeen.*", LOST), ("Machinery.lost", LOST), ("NodeSeen.is_virtual", USUAL),
    ("NodeSeen.is_silent", LOST),
    ("Issuer.hidden", "nothing hides it here: detection::rights takes rights"), ("LinkSeen.refused", LOST), ("LinkSeen.hidden", "nothing hides it here: detection::rights takes rights"), ("Refusal.*", LOST),
    ("LinkSeen.inside", "detection/alarms has it"), ("Token.is_replaced", "detection/alarms has it"), ("Roots.changed", "detection/alarms has it"), ("Roots.unread", "detection/alarms has it"), ("Discovery.barred", "detection/alarms has it"), ("Issuer.key", "no key is in the worlds"), ("LinkSeen.certified", "the credentials of the worlds have tokens"), ("Settings.opaque_ports", USUAL), ("Settings.probe_*", USUAL), ("Settings.transport", USUAL),
    ("Injector.barrier", USUAL), ("ServiceSeen.is_local", USUAL), ("Settings.is_ipv6", USUAL), ("Settings.skipped_*", USUAL), ("Settings.is_by_endpoints", USUAL), ("Machinery.home", USUAL),
];

/// Fields that are neither changed by a mutation nor in the table, and rows of it that nothing needs.
pub(super) fn unexercised(measured: &[Measured]) -> Vec<String> {
    let found: BTreeSet<&String> = measured.iter().flat_map(|one| &one.exercised).collect();
    let all = all();
    let is_beside = |field: &str| BESIDE.iter().any(|(row, _)| fits(row, field));
    let left: Vec<&String> = all.iter().filter(|field| !found.contains(field)).collect();
    let missed = left.iter().filter(|field| !is_beside(field)).map(|field| (*field).clone());
    let is_needed = |row: &str| left.iter().any(|field| fits(row, field));
    let needless = BESIDE.iter().filter(|(row, _)| !is_needed(row)).map(|(row, _)| format!("{row}: no row"));
    missed.chain(needless).collect()
}

/// As API servers name a kind.
fn plural(kind: &str) -> String {
    let kind = kind.to_lowercase();
    match kind.strip_suffix('y') {
        _ if kind == "endpoints" => kind,
        Some(stem) => format!("{stem}ies"),
        None if kind.ends_with('s') => format!("{kind}es"),
        None => format!("{kind}s"),
    }
}

#[test]
fn every_kind_that_is_read_is_in_some_world() {
    let of = |object: &Value| {
        let version = object["apiVersion"].as_str().unwrap();
        let group = version.split_once('/').map_or("", |(group, _)| group).to_owned();
        (group, plural(object["kind"].as_str().unwrap()))
    };
    let there: BTreeSet<_> = World::all()
        .iter()
        .flat_map(|(_, world)| world.0.iter().flatten().map(of).collect::<Vec<_>>())
        .collect();
    let read = FLEET_ROLES.iter().flat_map(|role| role.rules);
    let read =
        read.flat_map(|rule| rule.resources.iter().map(|one| (rule.group.to_owned(), (*one).to_owned())));
    let missed: BTreeSet<_> = read.filter(|one| !there.contains(one)).collect();
    assert_eq!(missed, BTreeSet::new(), "kinds that are read, and in no world");
}
