//! Whose ports a federated Service has, and which clusters have members.

use super::tests::wanted;
use super::*;
use crate::mesh::names;
use crate::mesh::samples::*;
use crate::mesh::snapshot::{Belonging, ConsumerSeen, LinkSeen, Objects, Port};
use std::collections::BTreeMap;

fn port(port: u16) -> Vec<Port> {
    vec![Port { name: String::new(), port, protocol: "TCP".into(), ..Port::default() }]
}

/// The federated Service of `apps` with these members, under port 80.
fn apps(remote: &str, local: Option<&str>, links: Vec<LinkSeen>) -> ConsumerSeen {
    let federated = ServiceSeen { ports: port(80), ..federated_service(remote, local) };
    holding(consumer(links), "postgres-rw-federated", federated)
}

fn ours(created: &str) -> LinkSeen {
    let mut link = default_link("infra-east");
    link.link.created = created.into();
    link
}

/// The Link of `apps` to a third cluster.
fn third(created: &str) -> LinkSeen {
    let mut link = link("edge", "edge", selecting(&[(names::EXPORTED, "true")]));
    (link.link.created, link.belonging) = (created.into(), Belonging::Elsewhere);
    link
}

fn planned(apps: ConsumerSeen, peer: Option<ServiceSeen>) -> Planned {
    let mut seen =
        mesh(service(), vec![("apps", apps), ("edge", consumer(vec![])), ("lab", consumer(vec![]))]);
    let services = |one: Option<ServiceSeen>| {
        let by_key: BTreeMap<_, _> = one.map(|one| (exported(), one)).into_iter().collect();
        Observed::Present(Objects { by_key, places: vec![] })
    };
    seen.peers = [(cluster("apps"), services(peer)), (cluster("edge"), services(Some(service())))].into();
    plan(&seen, &Wanted { ways: vec![Way::Federated], ..wanted(&[]) }).unwrap()
}

/// The port that clients find, and what is said of those that they do not find.
fn told(planned: &Planned) -> (u16, Option<String>) {
    let warning = planned.findings.iter().find(|one| one.check == "federated-ports");
    (planned.targets[0].ports[0].port, warning.map(|one| one.summary.clone()))
}

#[test]
fn a_member_of_its_own_cluster_decides_about_the_ports() {
    let member = ServiceSeen { ports: port(80), ..labelled(&[(names::FEDERATED, "member")], "x", "Apply") };
    let (held, said) =
        told(&planned(apps("", Some("postgres-rw"), vec![ours("2026-01-01")]), Some(member.clone())));
    let text = "postgres-rw-federated has the ports of the member in apps, which counts as the oldest: 80/TCP; clients \
     cannot reach 5432/TCP there";
    assert_eq!((held, said.as_deref()), (80, Some(text)));
    // Before its service mirror has seen it, too.
    assert_eq!(told(&planned(consumer(vec![ours("")]), Some(member))).0, 80);
}

#[test]
fn of_remote_members_that_of_the_oldest_link_decides() {
    let with = |own: &str, other: &str| {
        told(&planned(apps("postgres-rw@edge", None, vec![ours(own), third(other)]), None))
    };
    let (held, said) = with("2026-02-01T00:00:00Z", "2026-01-01T00:00:00Z");
    assert_eq!(held, 80);
    assert!(
        said.unwrap()
            .contains("that came by the Link edge, which is older: 80/TCP; clients cannot reach 5432/TCP")
    );
    for (own, other) in [
        ("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"),
        ("", "2026-01-01T00:00:00Z"),
        ("2026-01-01T00:00:00Z", ""),
    ] {
        let (held, said) = with(own, other);
        assert_eq!(held, 5432, "{own} {other}");
        assert!(
            said.unwrap()
                .contains("of infra, whose Link is the oldest: 5432/TCP; clients cannot reach 80/TCP")
        );
    }
}

#[test]
fn ports_that_are_the_same_are_not_spoken_of_and_the_other_clusters_are() {
    let member = labelled(&[(names::FEDERATED, "member")], "x", "Apply");
    let planned = planned(consumer(vec![ours("")]), Some(member));
    assert_eq!(told(&planned), (5432, None));
    let said: Vec<_> = planned.findings.iter().map(|one| (one.check, one.summary.as_str())).collect();
    let text = "other members: in apps; a Service of its name without the label in edge; not looked at: lab";
    assert_eq!(said, [("federated-members", text)]);
}
