use serde_json::json;

use super::*;

fn read(text: &str) -> FieldSelector {
    FieldSelector::parse(text, &["type", "source", "spec.unschedulable", "spec.replicas"]).unwrap()
}

fn words(text: &str) -> String {
    FieldSelector::parse(text, &["type"]).unwrap_err()
}

fn named(name: &str) -> Value {
    json!({ "metadata": { "name": name, "namespace": "shop" }, "type": "Opaque" })
}

#[test]
fn comparisons_must_all_hold() {
    for (text, holds) in [
        ("", true),
        ("metadata.name=web", true),
        ("metadata.name==web,metadata.namespace=shop", true),
        ("metadata.name=web,metadata.namespace!=shop", false),
        ("metadata.name!=web", false),
        ("type=Opaque,", true),
        ("type!=kubernetes.io/tls", true),
    ] {
        assert_eq!(read(text).selects(&named("web")), holds, "{text}");
    }
}

#[test]
fn escaped_characters_are_parts_of_the_value() {
    for (text, name) in
        [(r"a\,b", "a,b"), (r"a\=b", "a=b"), (r"a\\", r"a\"), (r"\\\,", r"\,"), ("ü/x", "ü/x")]
    {
        let selector = read(&format!("metadata.name={text}"));
        assert!(selector.selects(&named(name)), "{text}");
        assert_eq!(selector.name(), Some(name));
    }
}

#[test]
fn a_comma_after_an_escaped_backslash_ends_the_term() {
    let selector = read(r"metadata.name=a\\,type=Opaque");
    assert_eq!(selector.name(), Some(r"a\"));
}

#[test]
fn what_cannot_be_read_is_refused_in_the_servers_words() {
    for (text, expected) in [
        ("metadata.name", "invalid selector: 'metadata.name'; can't understand 'metadata.name'"),
        ("type=b,what,other", "invalid selector: 'type=b,what,other'; can't understand 'other'"),
        ("metadata.name=a=b", "invalid field selector: unescaped character in value: 61"),
        ("metadata.name===b", "invalid field selector: unescaped character in value: 61"),
        (r"metadata.name=a\b", r"invalid field selector: invalid escape sequence: \b"),
        (r"metadata.name=a\", r"invalid field selector: invalid escape sequence: \"),
    ] {
        assert_eq!(words(text), expected, "{text}");
    }
}

#[test]
fn a_field_without_an_index_is_not_supported() {
    assert_eq!(words("spec.nope=1"), "field label not supported: spec.nope");
    assert_eq!(words("type=a,=b"), "field label not supported: ");
    assert_eq!(words("what=a,b"), "invalid selector: 'what=a,b'; can't understand 'b'");
}

#[test]
fn a_field_that_is_not_there_is_empty_or_false() {
    assert!(read("type=").selects(&json!({})));
    assert!(!read("type!=").selects(&json!({})));
    assert!(read("spec.unschedulable=false").selects(&json!({})));
    assert!(read("spec.unschedulable=true").selects(&json!({ "spec": { "unschedulable": true } })));
    assert!(read("spec.replicas=3").selects(&json!({ "spec": { "replicas": 3 } })));
}

#[test]
fn the_source_of_an_event_is_its_component_or_its_reporter() {
    let both = json!({ "source": { "component": "kubelet" }, "reportingComponent": "x" });
    assert!(read("source=kubelet").selects(&both));
    assert!(read("source=x").selects(&json!({ "source": {}, "reportingComponent": "x" })));
}

#[test]
fn a_name_is_known_if_just_one_is_demanded() {
    for (text, name) in [
        ("metadata.name=web", Some("web")),
        ("metadata.name=web,metadata.namespace=shop", Some("web")),
        ("metadata.name!=web", None),
        ("metadata.name=web,metadata.name=shop", None),
        ("metadata.namespace=shop", None),
    ] {
        assert_eq!(read(text).name(), name, "{text}");
    }
}

#[test]
fn an_empty_selector_has_no_comparisons() {
    assert!(read("").is_empty() && read(",").is_empty() && !read("type=").is_empty());
}
