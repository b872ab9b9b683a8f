//! Edits that a reader would make by hand, and those that are refused.

use super::*;

mod detaching;
mod laws;

const SERVICE: Searched<'static> =
    Searched { group: "", kind: "Service", namespace: "databases", name: "postgres-rw" };

fn export() -> LabelEdit {
    let set = [("mirror.linkerd.io/exported".to_owned(), "true".to_owned())].into();
    LabelEdit { set, removed: Vec::new() }
}

fn undo() -> LabelEdit {
    LabelEdit { set: crate::terms::Labels::new(), removed: vec!["mirror.linkerd.io/exported".to_owned()] }
}

fn edited(text: &str, edit: &LabelEdit) -> Result<String, Unfit> {
    let all = found(text, &SERVICE)?;
    assert_eq!(all.len(), 1, "{all:?} in {text}");
    labelled(text, &all[0].address, edit)
}

const HEAD: &str = "apiVersion: v1\nkind: Service\nmetadata:\n";

/// What the metadata become; the undo of that is what was there.
#[track_caller]
fn becomes(metadata: &str, wanted: &str) {
    let tail = "spec:\n  ports: [{port: 5432}]\n";
    let (before, after) = (format!("{HEAD}{metadata}{tail}"), format!("{HEAD}{wanted}{tail}"));
    assert_eq!(edited(&before, &export()).as_deref(), Ok(after.as_str()));
    assert_eq!(edited(&after, &export()).as_deref(), Ok(after.as_str()), "a second time");
    assert_eq!(edited(&after, &undo()).as_deref(), Ok(before.as_str()), "taken back");
}

#[test]
fn the_first_label_stands_after_name_and_namespace() {
    becomes(
        "  name: postgres-rw # the primary\n  annotations: {a: b}\n",
        "  name: postgres-rw # the primary\n  labels:\n    mirror.linkerd.io/exported: \"true\"\n  annotations: {a: b}\n",
    );
    becomes(
        "    namespace: databases\n    name: \"postgres-rw\"\n",
        "    namespace: databases\n    name: \"postgres-rw\"\n    labels:\n        mirror.linkerd.io/exported: \"true\"\n",
    );
}

#[test]
fn a_label_joins_others_in_their_style() {
    becomes(
        "  labels:\n      # who pays\n      team: data # é\n  name: postgres-rw\n",
        "  labels:\n      # who pays\n      team: data # é\n      mirror.linkerd.io/exported: \"true\"\n  name: postgres-rw\n",
    );
    becomes(
        "  name: postgres-rw\n  labels: {team: data}\n",
        "  name: postgres-rw\n  labels: {team: data, mirror.linkerd.io/exported: \"true\"}\n",
    );
    becomes(
        "  {name: postgres-rw, namespace: databases}\n",
        "  {name: postgres-rw, namespace: databases, labels: {mirror.linkerd.io/exported: \"true\"}}\n",
    );
}

#[test]
fn an_empty_map_of_labels_is_filled() {
    for (empty, filled) in [
        ("  labels: {}\n", "  labels: {mirror.linkerd.io/exported: \"true\"}\n"),
        ("  labels: # none\n", "  labels: # none\n    mirror.linkerd.io/exported: \"true\"\n"),
    ] {
        let text = |labels: &str| format!("{HEAD}  name: postgres-rw\n{labels}");
        assert_eq!(edited(&text(empty), &export()), Ok(text(filled)));
        assert_eq!(edited(&text(filled), &undo()), Ok(text("")));
    }
}

#[test]
fn another_value_is_replaced_where_it_stands() {
    for (old, new) in [
        ("\"false\" # off", "\"true\" # off"),
        ("'remote-discovery'", "'true'"),
        ("false", "\"true\""),
        // A truth value is no text: the API server refuses it as a label.
        ("true", "\"true\""),
    ] {
        let text = |value: &str| {
            format!(
                "{HEAD}  name: postgres-rw\n  labels:\n    mirror.linkerd.io/exported: {value}\n    a: b\n"
            )
        };
        assert_eq!(edited(&text(old), &export()), Ok(text(new)));
    }
}

#[test]
fn line_breaks_and_an_end_without_one_stay() {
    let crlf = "apiVersion: v1\r\nkind: Service\r\nmetadata:\r\n  name: postgres-rw\r\nspec: {}\r\n";
    let wanted = crlf.replace(
        "  name: postgres-rw\r\n",
        "  name: postgres-rw\r\n  labels:\r\n    mirror.linkerd.io/exported: \"true\"\r\n",
    );
    assert_eq!(edited(crlf, &export()).as_deref(), Ok(wanted.as_str()));
    let open = "kind: Service\napiVersion: v1\nmetadata:\n  name: postgres-rw";
    let wanted = format!("{open}\n  labels:\n    mirror.linkerd.io/exported: \"true\"");
    assert_eq!(edited(open, &export()), Ok(wanted));
}

#[test]
fn json_is_edited_as_json() {
    let text = |labels: &str| {
        format!(
            "{{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"Service\",\n  \"metadata\": {{\n    \"name\": \"postgres-rw\"{labels}\n  }}\n}}\n"
        )
    };
    let wanted = text(",\n    \"labels\": {\"mirror.linkerd.io/exported\": \"true\"}");
    assert_eq!(edited(&text(""), &export()).as_deref(), Ok(wanted.as_str()));
    assert!(serde_json::from_str::<serde_json::Value>(&wanted).is_ok());
    let filled = edited(&text(",\n    \"labels\": {}"), &export()).unwrap();
    assert!(serde_json::from_str::<serde_json::Value>(&filled).is_ok(), "{filled}");
}

#[test]
fn only_the_service_that_is_meant_is_edited() {
    let service = |kind: &str, name: &str, namespace: &str| {
        format!("apiVersion: v1\nkind: {kind}\nmetadata:\n  name: {name}\n  namespace: {namespace}\n")
    };
    let text = format!(
        "{}---\n{}---\n{}---\napiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {{name: postgres-rw}}\n\
         ---\napiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Service\n  metadata:\n    name: postgres-rw\n",
        service("Service", "postgres-ro", "databases"),
        service("Service", "postgres-rw", "other"),
        service("Secret", "postgres-rw", "databases"),
    );
    let all = found(&text, &SERVICE).unwrap();
    let [other, one] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!((other.namespace.as_deref(), one.namespace.as_deref()), (Some("other"), None));
    assert_eq!(one.address, Address { document: 4, item: Some(0), inside: vec![] });
    let wanted = format!("{text}    labels:\n      mirror.linkerd.io/exported: \"true\"\n");
    assert_eq!(labelled(&text, &one.address, &export()), Ok(wanted));
}

#[test]
fn what_cannot_be_edited_with_certainty_is_refused() {
    let metadata = |rest: &str| format!("{HEAD}  name: postgres-rw\n{rest}");
    for (text, why) in [
        (metadata("  labels: null\n"), Unfit::Odd("labels")),
        (metadata("  annotations: &a {a: b}\n  labels: *a\n"), Unfit::Odd("labels")),
        (
            metadata("  labels:\n    mirror.linkerd.io/exported: &a \"false\"\n    b: *a\n"),
            Unfit::Odd("label"),
        ),
        (metadata("  labels:\n    mirror.linkerd.io/exported: |-\n      false\n"), Unfit::Odd("label")),
        (metadata("  labels: [a]\n"), Unfit::Odd("labels")),
    ] {
        assert_eq!(edited(&text, &export()), Err(why), "{text}");
    }
    assert!(matches!(found("a: {{ .Values.x }}: b\n", &SERVICE), Err(Unfit::Unreadable(_))));
    assert_eq!(found(&format!("{}{}", "[".repeat(100), "]".repeat(100)), &SERVICE), Err(Unfit::TooDeep));
}

fn item() -> Vec<String> {
    ["selectorType: rw", "serviceTemplate:", "  metadata:", "    name: x"].map(str::to_owned).to_vec()
}

#[test]
fn an_item_joins_a_list_or_makes_it() {
    let cluster =
        Searched { group: "postgresql.cnpg.io", kind: "Cluster", namespace: "databases", name: "postgres" };
    let path = ["spec", "managed", "services", "additional"];
    let head = "apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata:\n  name: postgres\nspec:\n";
    let check = |before: &str, after: &str| {
        let (before, after) = (format!("{head}{before}"), format!("{head}{after}"));
        let address = &found(&before, &cluster).unwrap()[0].address;
        assert_eq!(appended(&before, address, &path, &item()).as_deref(), Ok(after.as_str()));
        assert_eq!(appended(&after, address, &path, &item()).as_deref(), Ok(after.as_str()), "a second time");
    };
    let tail = "selectorType: rw\n          serviceTemplate:\n            metadata:\n              name: x\n";
    check(
        "  instances: 3\n  storage:\n    size: 1Gi # small\n",
        &format!(
            "  instances: 3\n  storage:\n    size: 1Gi # small\n  managed:\n    services:\n      additional:\n        - {tail}"
        ),
    );
    check(
        "  managed:\n    services:\n      additional:\n      - selectorType: ro\n",
        &format!(
            "  managed:\n    services:\n      additional:\n      - selectorType: ro\n      - {}",
            tail.replace("\n    ", "\n  ")
        ),
    );
    check(
        "  managed:\n    roles: []\n    note: |\n      text\n",
        &format!(
            "  managed:\n    services:\n      additional:\n        - {tail}    roles: []\n    note: |\n      text\n"
        ),
    );
}

#[test]
fn a_list_that_stands_in_brackets_is_left_to_its_author() {
    let text = "kind: Service\napiVersion: v1\nmetadata:\n  name: postgres-rw\nspec:\n  patches: [a]\n";
    let address = &found(text, &SERVICE).unwrap()[0].address;
    assert_eq!(appended(text, address, &["spec", "patches"], &item()), Err(Unfit::Odd("list")));
    let empty = text.replace("[a]", "[] # none yet");
    let filled = appended(&empty, address, &["spec", "patches"], &item()).unwrap();
    assert!(
        filled.contains("  patches: # none yet\n    - selectorType: rw\n      serviceTemplate:\n"),
        "{filled}"
    );
}

#[test]
fn a_diff_shows_three_lines_around_each_change() {
    let old = (1..=20).map(|n| format!("{n}\n")).collect::<Vec<_>>().concat();
    let new = old.replace("5\n6\n", "5\nnew\n6\n").replace("\n18\n", "\n");
    let wanted = "--- a/x y.yaml\t\n+++ b/x y.yaml\t\n@@ -3,6 +3,7 @@\n 3\n 4\n 5\n+new\n 6\n 7\n 8\n\
                  @@ -15,6 +16,5 @@\n 15\n 16\n 17\n-18\n 19\n 20\n";
    assert_eq!(unified("x y.yaml", &old, &new), wanted);
    assert_eq!(unified("x", &old, &old), "");
    let open = unified("a\"b", "a", "a\nb");
    let wanted = "--- \"a/a\\\"b\"\n+++ \"b/a\\\"b\"\n@@ -1,1 +1,2 @@\n-a\n\\ No newline at end of file\n+a\n+b\n\\ No newline at end of file\n";
    assert_eq!(open, wanted);
}
