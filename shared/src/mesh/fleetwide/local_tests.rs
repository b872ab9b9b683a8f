use super::*;
use crate::mesh::fleetwide::links;
use crate::mesh::machinery::Machinery;
use crate::mesh::samples::bed::{Bed, in_list};
use crate::mesh::samples::{cluster, consumer, exported, federated_service, holding, labels, mesh, service};
use crate::terms::PerCluster;
use crate::verdict::Severity;

/// What is found of a member where its cluster has this federated Service, and this Deployment.
fn found(made: Option<ServiceSeen>, deployment: &str, change: impl Fn(&mut MeshSeen)) -> Vec<Finding> {
    let mut bed = Bed::healthy();
    bed.way = Way::Federated;
    bed.service.labels = labels(&[(names::FEDERATED, "member")]);
    if let Observed::Present(deployments) = &mut bed.there.deployments {
        deployments.push(Deployment { name: deployment.into(), ..bed_controller() });
    }
    let mut seen = bed.seen();
    change(&mut seen);
    let at_home =
        made.map_or(consumer(vec![]), |made| holding(consumer(vec![]), "postgres-rw-federated", made));
    let mut other = mesh(service(), vec![("apps", consumer(vec![]))]);
    other.exporter = cluster("apps");
    other.consumers = PerCluster::of(&other.fleet, |name| {
        if name.as_str() == "infra" { Observed::Present(at_home.clone()) } else { Observed::Absent }
    });
    let sides = [seen, other];
    at_home_of(&sides)
}

fn at_home_of(sides: &[MeshSeen]) -> Vec<Finding> {
    at_home(sides, &sides[0], &links(&sides[0]))
}

fn bed_controller() -> Deployment {
    let Observed::Present(all) = Bed::healthy().here.deployments else { panic!("there") };
    all[0].clone()
}

#[test]
fn a_member_that_its_own_cluster_does_not_list_is_told_where_somebody_should_list_it() {
    for made in [None, Some(federated_service("postgres-rw@apps", None))] {
        let found = found(made, LOCAL_MIRROR, |_| ());
        let [finding] = &found[..] else { panic!("{found:#?}") };
        assert_eq!((finding.check, finding.severity), ("federated-local", Severity::Warning));
        assert!(finding.summary.starts_with("infra itself has no postgres-rw-federated with this member"));
    }
}

#[test]
fn one_that_it_lists_one_that_was_asked_for_just_now_and_an_old_installation_are_no_matter() {
    let listed = federated_service("", Some("postgres-rw"));
    assert_eq!(found(Some(listed), LOCAL_MIRROR, |_| ()), []);
    let young = |seen: &mut MeshSeen| {
        let labels = [((exported(), names::FEDERATED.to_owned()), 5)].into_iter().collect();
        seen.young = Some(Young { labels, ..Young::default() });
    };
    assert_eq!(found(None, LOCAL_MIRROR, young), []);
    assert_eq!(found(None, "other", |_| ()), []);
}

#[test]
fn a_federated_service_that_is_not_like_its_own_member_is_told() {
    let listed = federated_service("", Some("postgres-rw"));
    let external = ServiceSeen { is_external: true, ..listed.clone() };
    let port = Port { port: 5433, ..service().ports[0].clone() };
    let other = ServiceSeen { ports: vec![port], ..listed.clone() };
    for (made, field, value) in
        [(external, "spec.type", "ExternalName"), (other, "spec.ports[].port, .protocol", "5433/TCP")]
    {
        let found = found(Some(made), LOCAL_MIRROR, |_| ());
        let [finding] = &found[..] else { panic!("{found:#?}") };
        assert_eq!((finding.check, finding.severity), ("mirror-edited", Severity::Warning));
        let evidence = &finding.evidence[0];
        assert_eq!((evidence.field.as_str(), evidence.value.as_str()), (field, value));
    }
    let same = ServiceSeen { ports: service().ports, ..listed };
    assert_eq!(found(Some(same), LOCAL_MIRROR, |_| ()), []);
}

/// The same without a Deployment that serves.
fn idle(mut machinery: Machinery) -> Machinery {
    if let Observed::Present(all) = &mut machinery.deployments {
        for one in all {
            one.available = 0;
        }
    }
    machinery
}

#[test]
fn a_local_service_mirror_that_does_not_serve_is_told_in_place_of_what_it_does_not_make() {
    let down = |seen: &mut MeshSeen| {
        let machinery =
            std::mem::replace(&mut seen.machinery, PerCluster::of(&seen.fleet, |_| Observed::Absent));
        seen.machinery = machinery.map(|_, found| found.map(idle));
    };
    let told = found(None, LOCAL_MIRROR, down);
    let [finding] = &told[..] else { panic!("{told:#?}") };
    assert!(finding.summary.starts_with("the local service mirror of infra has no pod that serves"));
    let restarts = found(None, LOCAL_MIRROR, |seen| {
        down(seen);
        let turned = [((cluster("infra"), LOCAL_MIRROR.to_owned()), 20)].into_iter().collect();
        seen.young = Some(Young { turned, ..Young::default() });
    });
    assert_eq!(restarts, []);
}

#[test]
fn what_nobody_could_see_accuses_nobody() {
    let mut bed = Bed::healthy();
    bed.service.labels = labels(&[(names::FEDERATED, "member")]);
    assert_eq!(at_home_of(&[bed.seen()]), [], "the other side does not answer");
}

/// Gives all Deployments this argument.
fn argue(seen: &mut MeshSeen, argument: &str) {
    let tell = |one: Deployment| Deployment { arguments: vec![argument.to_owned()], ..one };
    let all = |machinery: Machinery| {
        let deployments =
            machinery.deployments.clone().map(|all| all.into_iter().map(tell).collect::<Vec<_>>());
        Machinery { deployments, ..machinery }
    };
    let old = std::mem::replace(&mut seen.machinery, PerCluster::of(&seen.fleet, |_| Observed::Absent));
    seen.machinery = old.map(|_, found| found.map(all));
}

/// What helps a member that is not listed, where its local service mirror has such an argument.
fn helping(argument: &str) -> (String, String) {
    let told = found(None, LOCAL_MIRROR, |seen| argue(seen, argument));
    let [finding] = &told[..] else { panic!("{told:#?}") };
    (finding.summary.clone(), finding.remedy.clone().unwrap().command.unwrap())
}

#[test]
fn a_member_is_taken_up_when_it_changes_unless_the_local_service_mirror_selects_others() {
    for usual in ["-log-level=info", "-federated-service-selector=mirror.linkerd.io/federated=member"] {
        let (_, command) = helping(usual);
        assert!(
            command.contains("annotate --overwrite svc/postgres-rw platform.tools/touched="),
            "{command}"
        );
    }
    let (summary, command) = helping("-federated-service-selector=mesh/federated=yes");
    assert!(summary.ends_with(", since it selects mesh/federated=yes"), "{summary}");
    assert!(command.ends_with("get deployment linkerd-local-service-mirror -o yaml"), "{command}");
}

#[test]
fn of_a_name_that_is_too_long_for_a_federated_service_its_length_is_told() {
    let told = found(None, LOCAL_MIRROR, |seen| {
        let Observed::Present(all) = &mut seen.services else { panic!("there") };
        let service = all.by_key.remove(&exported()).unwrap();
        all.by_key.insert(Key::new("databases", "a".repeat(54)), service);
    });
    assert_eq!(told, []);
}

/// What is found of a member that is listed, where another side has seen this of the cluster as a consumer.
fn as_consumer(change: impl Fn(&mut Machinery)) -> Vec<Finding> {
    let mut bed = Bed::healthy();
    bed.way = Way::Federated;
    bed.service.labels = labels(&[(names::FEDERATED, "member")]);
    if let Observed::Present(deployments) = &mut bed.there.deployments {
        deployments.push(Deployment { name: LOCAL_MIRROR.into(), ..bed_controller() });
    }
    let mut here = Bed::healthy().here;
    for lease in in_list(&mut here.leases) {
        lease.name = "local-service-mirror-write".into();
    }
    in_list(&mut here.pods)[0].name = format!("{LOCAL_MIRROR}-0");
    change(&mut here);
    let made = holding(consumer(vec![]), "postgres-rw-federated", federated_service("", Some("postgres-rw")));
    let mut other = mesh(service(), vec![("apps", consumer(vec![]))]);
    other.exporter = cluster("apps");
    other.consumers = PerCluster::of(&other.fleet, |_| Observed::Present(made.clone()));
    other.machinery = PerCluster::of(&other.fleet, |_| Observed::Present(here.clone()));
    at_home_of(&[bed.seen(), other])
}

#[test]
fn a_local_service_mirror_that_may_not_write_or_that_nobody_leads_is_told() {
    assert_eq!(as_consumer(|_| ()), []);
    let forbidden = as_consumer(|here| in_list(&mut in_list(&mut here.rights).cluster_bindings).clear());
    let unknown = as_consumer(|here| {
        let rights = in_list(&mut here.rights);
        in_list(&mut rights.cluster_bindings).clear();
        in_list(&mut rights.bindings).clear();
    });
    assert_eq!(unknown, [], "files without its rights");
    let unled = as_consumer(|here| in_list(&mut here.leases)[0].age = Some(900));
    for (found, said) in [(forbidden, "is not allowed to list/"), (unled, "has no leader")] {
        let [finding] = &found[..] else { panic!("{found:#?}") };
        assert_eq!((finding.check, finding.severity), ("federated-local", Severity::Warning));
        assert!(finding.summary.contains(said), "{}", finding.summary);
    }
    let hidden = Observed::Unknown(crate::terms::Obstacle::Unauthorized);
    assert_eq!(as_consumer(|here| in_list(&mut here.rights).cluster_bindings = hidden.clone()), []);
    assert_eq!(as_consumer(|here| here.leases = Observed::Present(vec![])), [], "older ones have none");
}

#[test]
fn members_that_are_listed_and_that_a_local_service_mirror_does_not_select_are_told_once() {
    let listed = || Some(federated_service("", Some("postgres-rw")));
    let told = |argument: &str| found(listed(), LOCAL_MIRROR, |seen| argue(seen, argument));
    let other = told("-federated-service-selector=mirror.linkerd.io/federated=yes");
    let [finding] = &other[..] else { panic!("{other:#?}") };
    assert!(finding.summary.contains("selects mirror.linkerd.io/federated=yes"), "{}", finding.summary);
    assert_eq!(told("-federated-service-selector=mirror.linkerd.io/federated=member"), []);
}
