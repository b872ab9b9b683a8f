use super::*;
use serde_json::{Value, json};

fn read<S: Default + DeserializeOwned, T: From<Policy<S>>>(spec: &Value) -> T {
    let object = json!({"metadata": {"namespace": "shop", "name": "web"}, "spec": spec});
    serde_json::from_value::<Policy<S>>(object).unwrap().into()
}

#[test]
fn a_server_has_its_port_by_number_or_name() {
    let of = |port: Value| -> Server {
        read(
            &json!({"podSelector": {"matchLabels": {"app": "web"}}, "port": port, "proxyProtocol": "HTTP/1"}),
        )
    };
    assert_eq!((of(json!(80)).port, of(json!("http")).port), ("80".into(), "http".into()));
    assert_eq!(of(json!(80)).protocol, "HTTP/1");
    let other: Server = read(&json!({"externalWorkloadSelector": {}, "port": 1, "proxyProtocol": "unknown"}));
    assert_eq!((other.pods, other.protocol.as_str()), (None, ""), "it looks, and is about no pods");
}

#[test]
fn what_a_policy_names_is_beside_it_unless_it_says_where() {
    let policy: Authorization = read(&json!({"targetRef": {"kind": "Server", "name": "web"},
        "requiredAuthenticationRefs": [{"kind": "MeshTLSAuthentication", "name": "a"},
                                       {"kind": "ServiceAccount", "name": "b", "namespace": "mesh"}]}));
    assert_eq!(policy.target.to_string(), "Server shop/web");
    let required: Vec<String> = policy.required.iter().map(ToString::to_string).collect();
    assert_eq!(required, ["MeshTLSAuthentication shop/a", "ServiceAccount mesh/b"]);
    let identities: Identities =
        read(&json!({"identities": ["*"], "identityRefs": [{"kind": "Namespace", "name": "x"}]}));
    assert_eq!(
        (identities.identities.len(), identities.accounts[0].to_string()),
        (1, "Namespace shop/x".into())
    );
    let networks: Networks =
        read(&json!({"networks": [{"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}, {"cidr": "::/0"}]}));
    let ranges: Vec<_> = networks.ranges.iter().map(|(range, out)| (range.as_str(), out.len())).collect();
    assert_eq!(ranges, [("10.0.0.0/8", 1), ("::/0", 0)]);
}

#[test]
fn the_older_kind_is_read_as_far_as_it_admits() {
    let older: Older =
        read(&json!({"server": {"name": "web"}, "client": {"meshTLS": {"identities": ["*.example"],
        "serviceAccounts": [{"name": "a"}]}}}));
    assert_eq!((older.server.as_str(), older.is_open, older.identities.len()), ("web", false, 1));
    assert_eq!((older.accounts[0].namespace.as_str(), older.accounts[0].name.as_str()), ("shop", "a"));
    let open = |client: Value| {
        read::<OlderSpec, Older>(&json!({"server": {"selector": {}}, "client": client})).is_open
    };
    let near: Older =
        read(&json!({"client": {"networks": [{"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}]}}));
    assert_eq!(near.ranges, [("10.0.0.0/8".to_owned(), vec!["10.1.0.0/16".to_owned()])]);
    assert!(open(json!({"unauthenticated": true})) && open(json!({"meshTLS": {"unauthenticatedTLS": true}})));
}
