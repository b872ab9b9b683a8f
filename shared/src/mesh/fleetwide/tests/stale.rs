//! What is left over, and what takes it away.

use super::*;
use crate::mesh::samples::federated_service;
use crate::mesh::snapshot::Key;

/// What takes away the member of a cluster to which no Link leads, with the members of a federated Service.
fn removal(remote: &'static str, local: Option<&'static str>) -> String {
    let mut seen = World::healthy(Way::Federated).seen().0;
    seen.consumers = seen.consumers.map(|_, consumer| {
        consumer.map(|mut consumer| {
            let key = Key::new("databases", "postgres-rw-federated");
            drop(in_list(&mut consumer.services).by_key.insert(key, federated_service(remote, local)));
            consumer
        })
    });
    let found = all(&judge(&[seen], &|_| true)).find(|one| one.check == leftovers::CHECK).cloned();
    let finding = found.unwrap();
    assert!(finding.summary.contains("lists a member of a Service in old"), "{}", finding.summary);
    finding.remedy.unwrap().command.unwrap()
}

#[test]
fn one_member_is_taken_off_and_the_others_stay() {
    let start = "kubectl --context apps-admin --namespace databases";
    let list = format!(
        "{start} annotate --overwrite svc/postgres-rw-federated multicluster.linkerd.io/remote-discovery="
    );
    let listed = removal("postgres-rw@infra-east,postgres-rw@old", None);
    assert_eq!(listed, format!("{list}postgres-rw@infra-east"));
    assert_eq!(removal("postgres-rw@old", Some("postgres-rw")), list, "the one at home stays");
    assert_eq!(removal("postgres-rw@old", None), format!("{start} delete svc/postgres-rw-federated"));
}

/// What is told of a federated Service of apps that lists this member of its own cluster, which has such Services.
fn own(local: &'static str, at_home: &[&str]) -> Vec<String> {
    let mut world = World::healthy(Way::Federated);
    world.in_consumer(move |apps| {
        let made = federated_service("postgres-rw@infra-east", Some(local));
        let key = Key::new("databases", "postgres-rw-federated");
        drop(in_list(&mut apps.services).by_key.insert(key, made));
    });
    let seen = world.seen().0;
    let mut home = World::healthy(Way::Federated).seen().0;
    home.exporter = ClusterName::new("apps");
    home.consumers = PerCluster::of(&seen.fleet, |name| match name.as_str() {
        "infra" => seen.consumers.get(&ClusterName::new("apps")).unwrap().clone(),
        _ => Observed::Absent,
    });
    let Observed::Present(services) = &mut home.services else { panic!("there") };
    let member = services.by_key.values().next().unwrap().clone();
    services.by_key = at_home.iter().map(|name| (Key::new("databases", *name), member.clone())).collect();
    if let Some(Observed::Present(machinery)) = home.machinery.get_mut(&ClusterName::new("apps")) {
        let one = in_list(&mut machinery.deployments)[0].clone();
        let name = "linkerd-local-service-mirror".to_owned();
        in_list(&mut machinery.deployments).push(crate::mesh::machinery::Deployment { name, ..one });
    }
    let judged = judge(&[seen, home], &|_| true);
    let found = all(&judged).filter(|one| one.summary.contains("of its own cluster"));
    found.map(|one| format!("{}: {}", one.summary, one.remedy.clone().unwrap().command.unwrap())).collect()
}

#[test]
fn a_member_of_its_own_cluster_that_is_none_any_more_is_taken_off() {
    let told = own("postgres-rw", &["other"]);
    let [one] = &told[..] else { panic!("{told:#?}") };
    assert!(one.starts_with(
        "postgres-rw-federated lists svc/databases/postgres-rw of its own cluster, which is gone"
    ));
    assert!(
        one.ends_with("annotate svc/postgres-rw-federated multicluster.linkerd.io/local-discovery-"),
        "{one}"
    );
    assert_eq!(own("postgres-rw", &["postgres-rw"]), Vec::<String>::new());
}
