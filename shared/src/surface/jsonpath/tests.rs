use super::Template;
use serde_json::{Value, json};

fn print(template: &str, document: &Value) -> Result<String, String> {
    let parsed = Template::parse(template).map_err(|error| error.to_string())?;
    parsed.print(document).map_err(|error| error.to_string())
}

fn report() -> Value {
    json!({
        "kind": "Report",
        "findings": [
            {"check": "links-up", "clusters": ["infra", "apps"], "age": 90, "share": 0.5},
            {"check": "mirrors", "clusters": [], "age": 5, "share": 1e21, "object": null},
        ],
        "labels": {"b.io/x": "2", "a": "<1>"},
    })
}

#[test]
fn what_users_write_most_works() {
    for (template, expected) in [
        ("{.kind}", "Report"),
        ("{.findings[*].check}", "links-up mirrors"),
        ("{.findings[-1:].check}", "mirrors"),
        ("{range .findings[*]}{.check}{\"\\t\"}{.age}{\"\\n\"}{end}", "links-up\t90\nmirrors\t5\n"),
        ("{.findings[?(@.age>10)].check}", "links-up"),
        ("{.findings[?(@.check==\"mirrors\")].age}", "5"),
        ("{.findings[?(@.object)].age}", "5"),
        ("{.labels.b\\.io/x} {.labels['b\\.io/x']}", "2 2"),
        ("{.labels}", "{\"a\":\"\\u003c1\\u003e\",\"b.io/x\":\"2\"}"),
        ("{..share}", "0.5 1e+21"),
        ("{.missing}", ""),
        (".kind", ".kind"),
    ] {
        assert_eq!(print(template, &report()).as_deref(), Ok(expected), "{template}");
    }
}

#[test]
fn refusals_say_where_and_why_in_kubectls_words() {
    for (template, expected) in [
        ("{.kind", "error parsing jsonpath {.kind, unclosed action"),
        ("{#}", "error parsing jsonpath {#}, unrecognized character in action: U+0023 '#'"),
        ("{.kind[0]}", "error executing jsonpath \"{.kind[0]}\": string is not array or slice"),
        (
            "{.findings[7]}",
            "error executing jsonpath \"{.findings[7]}\": array index out of bounds: index 7, length 2",
        ),
        ("{end}", "error executing jsonpath \"{end}\": not in range, nothing to end"),
    ] {
        assert_eq!(print(template, &report()), Err(expected.to_owned()), "{template}");
    }
}

#[test]
fn a_template_that_would_run_for_ever_is_given_up() {
    let mut bomb = "{".to_owned();
    bomb.push_str(&"['a','a']..['a','a']".repeat(30));
    bomb.push('}');
    let mut nested = json!({});
    for _ in 0..60 {
        nested = json!({ "a": nested });
    }
    let refused = print(&bomb, &nested);
    assert!(refused.is_err_and(|reason| reason.ends_with("the template visits more than 1000000 values")));
    let deep = "{range @}".repeat(10_000);
    assert!(print(&deep, &json!({})).is_err_and(|reason| reason.ends_with("nested more than 64 deep")));
}

fn documents() -> impl proptest::strategy::Strategy<Value = Value> {
    use proptest::prelude::*;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-c\"<\u{2028}]{0,3}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("[a-c]", inner, 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

const WORDS: [&str; 32] = [
    "{",
    "}",
    "range ",
    "end",
    ".a",
    ".b",
    "..",
    "*",
    "[*]",
    "[0]",
    "[-1:]",
    "[0,1]",
    "['a','b']",
    "[?(",
    ")]",
    "@",
    "$",
    "==",
    "<",
    "\"a\"",
    "'",
    "\\",
    "1",
    "-",
    ".5",
    "true",
    " ",
    "[",
    "]",
    ",",
    "\n",
    "é",
];

proptest::proptest! {
    #[test]
    fn any_text_over_any_document_is_printed_or_refused(template in ".{0,40}", document in documents()) {
        drop(print(&template, &document));
    }

    #[test]
    fn any_heap_of_template_words_is_printed_or_refused(
        picks in proptest::collection::vec(0..WORDS.len(), 0..24),
        document in documents(),
    ) {
        let template: String = picks.into_iter().map(|pick| WORDS[pick]).collect();
        drop(print(&template, &document));
        drop(print(&format!("{{{template}}}"), &document));
    }
}
