use super::*;
use serde_json::json;

fn link(spec: &Value) -> Link {
    Link::read("linkerd-multicluster", "infra", spec)
}

fn labels(pairs: &[(&str, &str)]) -> Labels {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn ordinary() -> Value {
    json!({
        "targetClusterName": "infra", "clusterCredentialsSecret": "cluster-credentials-infra",
        "gatewayAddress": "203.0.113.10", "gatewayPort": "4143",
        "selector": {"matchLabels": {"mirror.linkerd.io/exported": "true"}},
        "remoteDiscoverySelector": {"matchLabels": {"mirror.linkerd.io/exported": "remote-discovery"}},
        "federatedServiceSelector": {"matchLabels": {"mirror.linkerd.io/federated": "member"}},
    })
}

#[test]
fn an_ordinary_link_mirrors_what_its_selectors_say() {
    let link = link(&ordinary());
    assert_eq!(link.problems, Vec::<String>::new());
    assert_eq!(link.way(&labels(&[("mirror.linkerd.io/exported", "true")])), Some(Way::Gateway));
    assert_eq!(link.way(&labels(&[("mirror.linkerd.io/exported", "remote-discovery")])), Some(Way::Flat));
    assert_eq!(link.ways(&labels(&[("mirror.linkerd.io/exported", "True")])), []);
}

#[test]
fn a_member_of_a_federated_service_may_be_mirrored_besides() {
    let link = link(&ordinary());
    let (member, flat) =
        (("mirror.linkerd.io/federated", "member"), ("mirror.linkerd.io/exported", "remote-discovery"));
    assert_eq!(link.ways(&labels(&[member])), [Way::Federated]);
    assert_eq!(link.ways(&labels(&[member, flat])), [Way::Flat, Way::Federated]);
    assert_eq!(link.way(&labels(&[member])), None);
}

#[test]
fn a_selector_that_says_nothing_selects_nothing() {
    let mut spec = ordinary();
    spec["selector"] = json!({});
    assert_eq!(link(&spec).ways(&labels(&[])), []);
    assert_eq!(link(&spec).way(&labels(&[("mirror.linkerd.io/exported", "true")])), None);
}

#[test]
fn where_both_selectors_match_the_mirror_is_flat() {
    let mut spec = ordinary();
    spec["remoteDiscoverySelector"] = spec["selector"].clone();
    assert_eq!(link(&spec).way(&labels(&[("mirror.linkerd.io/exported", "true")])), Some(Way::Flat));
}

#[test]
fn a_selector_that_no_server_would_take_is_a_problem_and_selects_nothing() {
    let mut spec = ordinary();
    for (selector, said) in [
        (json!({"matchLabels": {"a b": "true"}}), "\"a b\" cannot be the key of a label"),
        (json!({"matchLabels": {"a": "no spaces"}}), "\"no spaces\" cannot be the value of a label"),
        (
            json!({"matchExpressions": [{"key": "a", "operator": "In"}]}),
            "the label a is compared with no value",
        ),
        (json!({"matchExpressions": [{"key": "a", "operator": "Near"}]}), "unknown variant `Near`"),
        (
            json!({"matchExpressions": [{"key": "a", "operator": "Exists", "values": ["b"]}]}),
            "but values are given",
        ),
    ] {
        spec["selector"] = selector;
        let link = link(&spec);
        assert!(link.problems.join("; ").contains(said), "{:?}", link.problems);
        assert!(link.selector.is_empty());
    }
}

#[test]
fn odd_and_hostile_fields_become_problems_that_name_the_field() {
    let odd = json!({"targetClusterName": "a/../b\u{202e}", "clusterCredentialsSecret": 7, "selector": "x"});
    let problems = link(&odd).problems.join("; ");
    for named in ["spec.targetClusterName", "spec.clusterCredentialsSecret", "spec.selector"] {
        assert!(problems.contains(named), "{problems}");
    }
    assert!(link(&Value::Null).problems.join("").contains("spec.targetClusterName"));
}
