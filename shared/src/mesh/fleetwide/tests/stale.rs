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
