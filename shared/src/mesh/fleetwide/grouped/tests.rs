//! What is told once.

use super::*;
use crate::mesh::samples::{mesh, service};
use crate::terms::Kind;
use crate::terms::Obstacle;
use crate::verdict::against;

fn told(all: Vec<Finding>) -> Vec<(&'static str, usize)> {
    let mut judged = Judged::default();
    judged.add(all);
    judged.fold_groups();
    judged.causes.iter().map(|cause| (cause.finding.check, cause.effects.len())).collect()
}

fn mirror(consumer: &str, name: &str, field: &str) -> Finding {
    let (infra, consumer) = (ClusterName::new("infra"), ClusterName::new(consumer));
    let object = ObjectRef::namespaced(&consumer, Kind::Service, "shop", name);
    let finding = Finding::error("mirror-endpoints", &[&infra, &consumer], "x", Remedy::new("y"));
    finding.about(object).seen(field, "1")
}

#[test]
fn mirrors_of_a_gateway_that_is_taken_for_dead_are_told_once_for_each_link() {
    let dead = |consumer, name| mirror(consumer, name, "subsets[].notReadyAddresses of endpoints/x");
    let all = vec![dead("apps", "web-infra"), dead("apps", "db-infra"), dead("edge", "web-infra")];
    assert_eq!(told(all), [("mirror-endpoints", 1), ("mirror-endpoints", 0)]);
    let empty = |name| mirror("apps", name, "subsets[].addresses of endpoints/x");
    assert_eq!(told(vec![empty("web-infra"), empty("db-infra")]).len(), 2, "each for itself");
}

#[test]
fn mirrors_that_one_controller_has_let_be_are_told_once() {
    let of = |check, consumer: &str, command: &str| {
        let consumer = ClusterName::new(consumer);
        let object = ObjectRef::namespaced(&consumer, Kind::Service, "shop", check);
        let command = format!("kubectl --context {consumer} {command}");
        Finding::error(check, &[&consumer], "x", Remedy::run("y", command)).about(object)
    };
    let [missing, behind] = ["mirror-missing", "mirror-behind"]
        .map(|check| move |on| of(check, on, "rollout restart deployment c"));
    assert_eq!(told(vec![missing("apps"), behind("apps")]).len(), 1);
    assert_eq!(told(vec![missing("apps"), behind("edge")]).len(), 2, "each has its own");
    let said = of("mirror-behind", "apps", "logs --tail=50");
    assert_eq!(told(vec![missing("apps"), said]).len(), 2, "the Link says why");
    let one = of("mirror-edited", "apps", "annotate --overwrite svc/a x=1");
    assert_eq!(told(vec![one.clone(), Finding { summary: "z".into(), ..one }]).len(), 1, "one object");
}

#[test]
fn mirrors_that_one_deleted_link_has_left_are_told_once() {
    let left = |cluster: &str, name: &str, target: &str| {
        let cluster = ClusterName::new(cluster);
        let object = ObjectRef::namespaced(&cluster, Kind::Service, "shop", name);
        let finding = Finding::warning("mirror-orphaned", &[&cluster], "x", Remedy::new("y"));
        finding.about(object).seen("of", target)
    };
    let all = vec![left("apps", "web-infra", "infra"), left("apps", "web-federated", "web@infra")];
    assert_eq!(told(all), [("mirror-orphaned", 1)]);
    assert_eq!(told(vec![left("apps", "web-infra", "infra"), left("edge", "web-infra", "infra")]).len(), 2);
    assert_eq!(told(vec![left("apps", "web-infra", "infra"), left("apps", "web-edge", "edge")]).len(), 2);
}

#[test]
fn what_one_right_hides_is_told_under_what_it_hides_of_the_whole_cluster() {
    let [infra, apps] = ["infra", "apps"].map(ClusterName::new);
    let hidden = |check, cluster: &ClusterName, resource: &str| {
        let (verb, resource, message) = ("list".to_owned(), resource.to_owned(), String::new());
        let obstacle = Obstacle::Forbidden { verb, resource, namespace: None, message };
        let remedy = against(&obstacle, cluster, &mesh(service(), Vec::new()).fleet);
        Finding::unknown(check, &[cluster], format!("cannot see it: {obstacle}"), remedy)
    };
    let mirror = |cluster: &ClusterName, resource| {
        let object = ObjectRef::namespaced(cluster, Kind::Service, "shop", "web-apps");
        hidden("mirror-unseen", cluster, resource).about(object)
    };
    let of_all = hidden("services-unseen", &infra, "services");
    assert_eq!(told(vec![mirror(&infra, "services"), of_all.clone()]), [("services-unseen", 1)]);
    assert_eq!(told(vec![mirror(&infra, "endpoints"), of_all.clone()]).len(), 2, "another right");
    assert_eq!(told(vec![mirror(&apps, "services"), of_all]).len(), 2, "in another cluster");
}

#[test]
fn an_account_that_is_gone_is_told_once_for_all_links_with_its_tokens() {
    let revoked = |exporter: &str, consumer: &str, account: &str| {
        let (exporter, consumer) = (ClusterName::new(exporter), ClusterName::new(consumer));
        let object = ObjectRef::namespaced(&consumer, Kind::Link, "linkerd-multicluster", exporter.as_str());
        let finding = Finding::error("credentials-revoked", &[&exporter, &consumer], "x", Remedy::new("y"));
        finding.about(object).seen("service-account.name", account)
    };
    let own = |exporter, consumer| revoked(exporter, consumer, "mc/mirror");
    assert_eq!(told(vec![own("edge", "apps"), own("edge", "infra")]), [("credentials-revoked", 1)]);
    assert_eq!(told(vec![own("edge", "apps"), own("infra", "apps")]).len(), 2, "of two clusters");
    assert_eq!(told(vec![own("edge", "apps"), revoked("edge", "infra", "mc/infra")]).len(), 2);
}

#[test]
fn what_a_cluster_lets_in_by_default_is_told_once() {
    let shut = |cluster: &str, name: &str, field: &str| {
        let cluster = ClusterName::new(cluster);
        let object = ObjectRef::namespaced(&cluster, Kind::Service, "shop", name);
        let finding = Finding::error("backend-policy", &[&cluster], name, Remedy::new("y")).about(object);
        finding.seen(field, "deny")
    };
    let set = format!("{BY_DEFAULT} in configmap/linkerd-config");
    assert_eq!(told(vec![shut("infra", "web", &set), shut("infra", "db", &set)]), [("backend-policy", 1)]);
    assert_eq!(told(vec![shut("infra", "web", &set), shut("apps", "db", &set)]).len(), 2);
    assert_eq!(told(vec![shut("infra", "web", "x"), shut("infra", "db", "x")]).len(), 2, "each its own");
}

#[test]
fn an_object_that_several_links_find_broken_is_told_once() {
    let finding = |consumer: &str, name: &str| {
        let infra = ClusterName::new("infra");
        let object = ObjectRef::namespaced(&infra, Kind::ConfigMap, "linkerd", name);
        Finding::warning("probe-networks", &[&infra, &ClusterName::new(consumer)], consumer, Remedy::new("y"))
            .about(object)
    };
    let config = "linkerd-config";
    assert_eq!(told(vec![finding("apps", config), finding("edge", config)]), [("probe-networks", 1)]);
    assert_eq!(told(vec![finding("apps", config), finding("edge", "other")]).len(), 2);
    let known = |consumer| Finding { severity: Severity::Info, ..finding(consumer, config) };
    assert_eq!(told(vec![known("apps"), known("edge")]).len(), 2, "what does not matter is left as it is");
}
