use serde_json::{Value, json};

use super::*;

fn link(cluster: &str) -> Link {
    Link { target_cluster_name: cluster.into(), ..Link::default() }
}

fn member(team: &str, port: u16) -> Service {
    serde_json::from_value(json!({
        "metadata": {
            "name": "web", "namespace": "shop", "resourceVersion": "42",
            "labels": {"team": team, "mirror.linkerd.io/federated": "member"},
            "annotations": {"example.com/from": team},
        },
        "spec": {"selector": {"app": "web"}, "ports": [{"port": port, "protocol": "TCP", "targetPort": port}]},
    }))
    .unwrap()
}

fn looks(service: &Service) -> (Value, Value) {
    let value = serde_json::to_value(service).unwrap();
    let metadata = &value["metadata"];
    (json!([metadata["labels"]["team"], value["spec"]["ports"][0]["port"]]), metadata["annotations"].clone())
}

#[test]
fn the_first_member_gives_the_federated_service_its_looks() {
    let service = serde_json::to_value(with_first(&link("infra"), &member("shop", 80))).unwrap();
    assert_eq!(
        service["metadata"],
        json!({
            "name": "web-federated", "namespace": "shop",
            "labels": {"mirror.linkerd.io/mirrored-service": "true", "team": "shop"},
            "annotations": {"example.com/from": "shop", "multicluster.linkerd.io/remote-discovery": "web@infra"},
        })
    );
    let port = json!({"port": 80, "protocol": "TCP", "targetPort": 80});
    assert_eq!(service["spec"], json!({"ports": [port]}));
}

#[test]
fn the_oldest_member_replaces_the_looks_and_keeps_the_members() {
    let federated = with_first(&link("infra"), &member("shop", 80));
    let service = joined(&Link::local(), Seniority::Oldest, &member("local", 90), &federated);
    let notes = json!({
        "example.com/from": "local", "multicluster.linkerd.io/local-discovery": "web",
        "multicluster.linkerd.io/remote-discovery": "web@infra",
    });
    assert_eq!(looks(&service), (json!(["local", 90]), notes));
    assert!(has_local_member(&service) && !has_local_member(&federated));
}

#[test]
fn a_younger_member_is_added_once_and_changes_nothing_else() {
    let federated = with_first(&link("infra"), &member("shop", 80));
    let service = joined(&link("east"), Seniority::Younger, &member("other", 90), &federated);
    let notes =
        json!({"example.com/from": "shop", "multicluster.linkerd.io/remote-discovery": "web@infra,web@east"});
    assert_eq!(looks(&service), (json!(["shop", 80]), notes));
    assert_eq!(clusters(&service), ["infra", "east"]);
    assert_eq!(joined(&link("east"), Seniority::Younger, &member("new", 90), &service), service);
}

#[test]
fn an_emptied_list_takes_a_new_member_without_a_comma() {
    let both = joined(
        &Link::local(),
        Seniority::Oldest,
        &member("local", 90),
        &with_first(&link("infra"), &member("shop", 80)),
    );
    let Departure::Left(emptied) = left(&link("infra"), "web", &both) else { panic!("nobody is left") };
    let annotations = emptied.metadata.annotations.as_ref().unwrap();
    assert_eq!(annotations.get(REMOTE_DISCOVERY).unwrap(), "");
    let again = joined(&link("infra"), Seniority::Younger, &member("shop", 80), &emptied);
    assert_eq!(again.metadata.annotations.unwrap().get(REMOTE_DISCOVERY).unwrap(), "web@infra");
}

#[test]
fn a_federated_service_ends_with_its_last_member() {
    let first = with_first(&link("infra"), &member("shop", 80));
    let second = joined(&link("east"), Seniority::Younger, &member("other", 90), &first);
    let Departure::Left(rest) = left(&link("infra"), "web", &second) else { panic!("nobody is left") };
    assert_eq!(clusters(&rest), ["east"]);
    assert_eq!(looks(&rest).0, json!(["shop", 80]));
    assert_eq!(left(&link("infra"), "web", &rest), Departure::Unknown);
    assert_eq!(left(&link("east"), "web", &rest), Departure::Last);
    assert_eq!(left(&Link::local(), "web", &with_first(&Link::local(), &member("x", 1))), Departure::Last);
}

#[test]
fn only_a_known_earlier_time_is_older() {
    let times = [None, Some(Timestamp::UNIX_EPOCH), Some(Timestamp::MAX)];
    let [none, early, late] = times;
    assert!(is_older(early, late));
    for (other, own) in [(late, early), (early, early), (none, late), (early, none)] {
        assert!(!is_older(other, own), "{other:?} {own:?}");
    }
}
