use super::*;
use proptest::prelude::*;
use serde_json::json;

const BESIDE: Mirror<'static> = Mirror { name: "web-infra", namespace: "shop", is_beside: true };
const AWAY: Mirror<'static> = Mirror { is_beside: false, ..BESIDE };

#[test]
fn a_name_is_found_as_a_whole_and_not_inside_another() {
    for text in ["web-infra", "http://web-infra.shop.svc:80/x", "PGHOST=web-infra", "user@web-infra:5432"] {
        assert!(BESIDE.is_named(text), "{text}");
    }
    for text in ["my-web-infra", "web-infra-2", "web-infrastructure", "x.web-infra", "web-infra.other.svc"] {
        assert!(!BESIDE.is_named(text), "{text}");
    }
    for text in
        ["psql -h web-infra -p 5432", "curl web-infra/health", "nc web-infra:5432", "https://web-infra/x"]
    {
        assert!(BESIDE.is_named(text), "{text}");
    }
    let others =
        ["/etc/web-infra/x.yaml", "s3://web-infra/x", "Overview of web-infra", "registry/web-infra:1.2"];
    for text in others {
        assert!(!BESIDE.is_named(text), "{text}");
    }
}

#[test]
fn from_another_namespace_only_the_name_with_its_namespace_leads_there() {
    for text in ["web-infra.shop", "http://web-infra.shop.svc.cluster.local:80", "a=web-infra.shop:80"] {
        assert!(AWAY.is_named(text), "{text}");
    }
    for text in ["web-infra", "web-infra:80", "web-infra.shopping", "web-infra.other.svc", "web-infra."] {
        assert!(!AWAY.is_named(text), "{text}");
    }
}

#[test]
fn of_many_names_those_are_found_that_are_found_one_by_one() {
    let names = ["web-infra", "web-infra-2", "my-web-infra", "infra", "web"];
    let mirrors: Mirrors = names.into_iter().map(|name| ("shop".to_owned(), name.to_owned())).collect();
    for text in [
        "web-infra",
        "http://web-infra-2.shop:80",
        "x.web",
        "web.infra",
        "web.shop",
        "a=web,b=infra",
        "my-web-infra.other",
        "user@web:1 infra.",
        "",
        "webinfra",
    ] {
        let spec = json!({"env": [{"name": "URL", "value": text}]});
        let alone = |name: &&str| Mirror { name, ..BESIDE }.is_in(&spec);
        let expected: BTreeSet<String> =
            names.into_iter().filter(|name| alone(name)).map(str::to_owned).collect();
        assert_eq!(mirrors.named_in("shop", &spec), expected, "{text}");
        assert!(mirrors.named_in("other", &spec).is_empty(), "{text}");
        assert!(expected.is_empty() || mirrors.may_be_named_in(&spec.to_string()), "{text}");
    }
    let found = mirrors.named_in("shop", &json!("postgres://web-infra.shop.svc/db,web"));
    assert_eq!(found.into_iter().collect::<Vec<_>>(), ["web", "web-infra"]);
}

#[test]
fn a_text_without_their_names_need_not_be_parsed() {
    let mirrors: Mirrors = [("shop".to_owned(), "web-infra".to_owned())].into_iter().collect();
    for (spec, may_be) in [
        (r#"{"env":[{"value":"http://web-infra:80"}]}"#, true),
        (r#"{"env":[{"value":"http://web-infra-2:80","name":"web"}]}"#, false),
        (r#"{"args":["a\nweb-infra"]}"#, true),
        (r#"{"args":["a\\web-infra"]}"#, true),
        (r#"{"args":["\u003cweb-infra\u003e"]}"#, true),
        (r#"{"args":["\u0077eb-infra"]}"#, true),
        (r#"{"args":["a\nweb-infra-2\nweb\u003c\tweb-infra2"]}"#, false),
        (r#"{"args":["-----BEGIN CERTIFICATE-----\nMIIB+web/infra\n"]}"#, false),
        ("{}", false),
    ] {
        assert_eq!(mirrors.may_be_named_in(spec), may_be, "{spec}");
    }
}

proptest! {
    #[test]
    fn whoever_names_one_is_parsed(text in "(web-infra|[\\x00-\\x7f]|\\\\|\\\\u00|é){0,6}", key in ".{0,3}") {
        let mirrors: Mirrors = [("shop".to_owned(), "web-infra".to_owned())].into_iter().collect();
        let spec = json!({key: [text]});
        let is_named = !mirrors.named_in("shop", &spec).is_empty();
        prop_assert!(!is_named || mirrors.may_be_named_in(&spec.to_string()), "{spec}");
    }
}

#[test]
fn a_reference_counts_by_its_own_namespace() {
    let reference = |namespace: &str| json!({"rules": [{"backendRefs": [{"name": "web-infra", "namespace": namespace}]}]});
    assert!(AWAY.is_in(&reference("shop")) && BESIDE.is_in(&reference("shop")));
    assert!(!AWAY.is_in(&reference("other")) && !BESIDE.is_in(&reference("other")));
    let bare = json!({"backend": {"service": {"name": "web-infra", "port": {"number": 80}}}});
    assert!(BESIDE.is_in(&bare) && !AWAY.is_in(&bare));
}
