//! Laws over many manifests.

use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};

/// How one manifest is written.
#[derive(Debug, Clone)]
struct Style {
    indent: usize,
    line_break: &'static str,
    comment: &'static str,
    end: &'static str,
    documents: usize,
    labels: Labels,
}

/// How its labels are.
#[derive(Debug, Clone)]
enum Labels {
    Absent,
    Lines(Vec<String>),
    Braces(Vec<String>),
}

fn labels() -> impl Strategy<Value = Labels> {
    let label = ("[a-z][a-z0-9]{0,5}(/[a-z]{1,4})?", "[A-Za-z0-9]([A-Za-z0-9._-]{0,5}[A-Za-z0-9])?");
    let exported = (Just("mirror.linkerd.io/exported".to_owned()), "true|false|remote-discovery");
    let some = prop::collection::vec(prop_oneof![4 => label.boxed(), 1 => exported.boxed()], 0..4);
    let some = some.prop_map(|mut pairs| {
        pairs.sort();
        pairs.dedup_by(|a, b| a.0 == b.0);
        pairs.iter().map(|(key, value)| format!("{key}: \"{value}\"")).collect::<Vec<_>>()
    });
    (0..3, some).prop_map(|(form, labels)| match form {
        0 => Labels::Absent,
        1 => Labels::Lines(labels),
        _ => Labels::Braces(labels),
    })
}

fn styles() -> impl Strategy<Value = Style> {
    let comment = prop_oneof![Just(""), Just(" # é: {x")];
    let ends = (prop_oneof![Just("\n"), Just("\r\n")], prop_oneof![Just(""), Just("\n")]);
    (1_usize..6, ends, comment, 1_usize..4, labels()).prop_map(
        |(indent, (line_break, end), comment, documents, labels)| Style {
            indent,
            line_break,
            comment,
            end,
            documents,
            labels,
        },
    )
}

impl Style {
    fn text(&self) -> String {
        let Self { comment, end, .. } = self;
        let other =
            "kind: Secret\napiVersion: v1\nmetadata: {name: postgres-rw}\n---\n".repeat(self.documents - 1);
        let pad = " ".repeat(self.indent);
        let labels = match &self.labels {
            Labels::Absent => String::new(),
            Labels::Braces(labels) => format!("{pad}labels: {{{}}}{comment}\n", labels.join(", ")),
            Labels::Lines(labels) => {
                let lines: Vec<_> =
                    labels.iter().map(|label| format!("{pad}{pad}{label}{comment}\n")).collect();
                format!("{pad}labels:{comment}\n{}", lines.concat())
            }
        };
        let text = format!(
            "{other}apiVersion: v1{comment}\nkind: Service\nmetadata:\n{pad}name: postgres-rw{comment}\n{labels}\
             spec:\n{pad}type: ClusterIP\n{pad}text: |\n{pad} labels: a\n{pad}last: 1{end}"
        );
        text.replace('\n', self.line_break)
    }
}

/// What another reader of YAML sees.
fn read(text: &str) -> Vec<Value> {
    serde_saphyr::from_multiple(text).unwrap()
}

/// What should be seen after an edit.
fn with(mut seen: Vec<Value>, edit: &LabelEdit) -> Vec<Value> {
    let metadata = &mut seen.last_mut().unwrap()["metadata"];
    if metadata["labels"].is_null() {
        metadata["labels"] = json!({});
    }
    let labels = metadata["labels"].as_object_mut().unwrap();
    for (key, value) in &edit.set {
        labels.insert(key.clone(), json!(value));
    }
    edit.removed.iter().for_each(|key| drop(labels.shift_remove(key)));
    if labels.is_empty() {
        metadata.as_object_mut().unwrap().shift_remove("labels");
    }
    seen
}

fn without_empty_labels(mut seen: Vec<Value>) -> Vec<Value> {
    let metadata = seen.last_mut().unwrap()["metadata"].as_object_mut().unwrap();
    let is_empty =
        |labels: &Value| labels.is_null() || labels.as_object().is_some_and(serde_json::Map::is_empty);
    if metadata.get("labels").is_some_and(is_empty) {
        metadata.shift_remove("labels");
    }
    seen
}

/// The old text made new by a diff, as `git apply` does it.
fn applied(old: &str, diff: &str) -> String {
    let mut lines = old.split_inclusive('\n');
    let (mut out, mut at) = (String::new(), 0);
    let mut parts = diff.split_inclusive('\n').skip(2).peekable();
    while let Some(part) = parts.next() {
        if let Some(numbers) = part.strip_prefix("@@ -") {
            let start: usize = numbers.split(',').next().unwrap().parse().unwrap();
            while at + 1 < start {
                out.push_str(lines.next().unwrap());
                at += 1;
            }
            continue;
        }
        let is_open = parts.peek().is_some_and(|next| next.starts_with('\\'));
        let content = if is_open { part[1..].trim_end_matches('\n') } else { &part[1..] };
        match &part[..1] {
            "\\" => {}
            "+" => out.push_str(content),
            mark => {
                assert_eq!(lines.next().unwrap(), content);
                at += 1;
                if mark == " " {
                    out.push_str(content);
                }
            }
        }
    }
    out.extend(lines);
    out
}

proptest! {
    #[test]
    fn an_edit_changes_the_label_and_nothing_else(style in styles()) {
        let text = style.text();
        for edit in [export(), undo()] {
            let after = edited(&text, &edit).unwrap();
            if edit == export() {
                prop_assert_eq!(read(&after), with(read(&text), &edit));
            } else {
                prop_assert_eq!(without_empty_labels(read(&after)), with(read(&text), &edit));
            }
            prop_assert_eq!(edited(&after, &edit).unwrap(), after.clone());
            let diff = unified("x.yaml", &text, &after);
            prop_assert_eq!(if diff.is_empty() { text.clone() } else { applied(&text, &diff) }, after);
        }
    }

    #[test]
    fn any_text_is_edited_or_refused(text in "(?s)[ \\-:{}\\[\\]&*!|>'\"#%@a-z0-9\n\r\t,?~é]{0,200}") {
        if let Ok(all) = found(&text, &SERVICE) {
            for one in all {
                drop(labelled(&text, &one.address, &export()));
            }
        }
    }

    #[test]
    fn odd_metadata_is_edited_or_refused(odd in "(?s)[ \\-:{}\\[\\]&*!|>'\"#a-z0-9\n\r\t,?~é]{0,80}") {
        let text = format!("{HEAD}  name: postgres-rw\n  labels:{odd}");
        for edit in [export(), undo()] {
            let all = found(&text, &SERVICE).unwrap_or_default();
            let after = all.first().and_then(|one| labelled(&text, &one.address, &edit).ok());
            prop_assert!(after.is_none_or(|after| found(&after, &SERVICE).is_ok()));
        }
    }

    #[test]
    fn a_diff_leads_from_any_text_to_any_other(old in "([ab]{0,2}\n){0,12}[ab]{0,2}", new in "([ab]{0,2}\n){0,12}[ab]{0,2}") {
        let diff = unified("x", &old, &new);
        prop_assert_eq!(if diff.is_empty() { old.clone() } else { applied(&old, &diff) }, new);
    }
}
