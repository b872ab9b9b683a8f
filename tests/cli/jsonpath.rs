//! Our JSONPath beside kubectl's own, template by template; and kubectl reading the YAML that we write.
#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

#[path = "jsonpath/templates.rs"]
mod templates;

use platform::surface::{Rendered, Template, render};
use platform::terms::Format;
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output};
use templates::TEMPLATES;

fn document() -> Value {
    json!({
        "apiVersion": "example.com/v1",
        "kind": "Thing",
        "metadata": {"labels": {"a.io/x": "dotted"}, "name": "thing"},
        "größe": {"数": "wide"},
        "list": [
            {"b": true, "f": 1.5, "n": 1, "s": "a", "z": null},
            {"n": 2, "s": "b"},
            {"n": 3, "s": "x)]y"},
        ],
        "nested": [
            {"inner": [1, 2], "name": "one"},
            {"inner": [], "name": "two"},
            {"inner": [3], "name": "three"},
        ],
        "matrix": [[1, 2], [3, 4]],
        "empty": [],
        "nil": null,
        "yes": true,
        "no": false,
        "int": 42, "neg": -7, "big": 1e20, "huge": 1e21, "tiny": -0.000_000_1, "small": 0.000_1, "half": 0.5,
        "million": 1_234_567.5, "whole": 3.0, "unsigned": u64::MAX,
        "numbers": [42, 1e20, 1e21, -0.000_000_1, 0.000_001, 0.5, 1_234_567.5, 3.0, 1e-10],
        "text": "a\"b\\c<&>\n\té\u{2028}数",
        "texts": ["a\"b\\c<&>\n\t\u{8}\u{c}\u{1}\u{7f}é\u{2028}数", ""],
    })
}

/// kubectl with a document, and without any cluster.
fn patched(kubectl: &Path, document: &str, output: &str) -> Output {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(document.as_bytes()).unwrap();
    let mut command = Command::new(kubectl);
    command.args(["patch", "--local", "--type=merge", "--patch={}", "--filename"]).arg(file.path());
    command.arg(format!("--output={output}")).env("KUBECONFIG", file.path().with_extension("missing"));
    command.output().unwrap()
}

/// What is different between us and kubectl for a template.
fn difference(template: &str, document: &Value, theirs: &Output) -> Option<String> {
    let ours = Template::parse(template)
        .and_then(|parsed| parsed.print(document))
        .map_err(|error| error.to_string());
    let printed = String::from_utf8_lossy(&theirs.stdout);
    let complained = String::from_utf8_lossy(&theirs.stderr);
    let agreed = match &ours {
        Ok(text) => theirs.status.success() && *text == printed,
        Err(error) => !theirs.status.success() && complained.contains(reason(error, template)),
    };
    (!agreed)
        .then(|| format!("{template}\n    ours:   {ours:?}\n    theirs: {printed:?} {complained:.300?}\n"))
}

/// The part of our refusal that kubectl words alike. Around it, kubectl shows values of the object where we show
/// types, and ends with a dump of the whole object, which may hold secrets.
fn reason<'a>(error: &'a str, template: &str) -> &'a str {
    let reason = error.strip_prefix(&format!("error executing jsonpath {template:?}: ")).unwrap_or(error);
    reason
        .find("is not array or slice and cannot be filtered")
        .map_or(reason, |start| reason.split_at(start).1)
}

#[test]
fn every_template_prints_what_it_prints_in_kubectl_or_is_refused_for_the_same_reason() {
    let Some(kubectl) = testkit::kubectl::program() else { return };
    let document = document();
    let text = document.to_string();
    let compare = |templates: &[&str]| {
        let compared = templates.iter().filter_map(|template| {
            let theirs = patched(&kubectl, &text, &format!("jsonpath={template}"));
            difference(template, &document, &theirs)
        });
        compared.collect::<Vec<_>>()
    };
    // kubectl starts slowly, so several run at a time.
    let differences: Vec<String> = std::thread::scope(|scope| {
        let compare = &compare;
        let parts: Vec<_> = TEMPLATES
            .chunks(TEMPLATES.len() / 4 + 1)
            .map(|part| scope.spawn(move || compare(part)))
            .collect();
        parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
    });
    assert!(
        differences.is_empty(),
        "{} of {}:\n{}",
        differences.len(),
        TEMPLATES.len(),
        differences.concat()
    );
}

/// Texts that a reader of YAML may take for something else.
const TRAPS: &[&str] = &[
    "no",
    "on",
    "off",
    "yes",
    "Y",
    "n",
    "true",
    "null",
    "~",
    "",
    " ",
    "0x1f",
    "0o17",
    "017",
    "1_000",
    "1e3",
    ".5",
    "1:30",
    "2026-08-21",
    "2026-08-21T10:00:00Z",
    ".inf",
    "- a",
    "a: b",
    "a #b",
    "#a",
    "&a",
    "*a",
    "!a",
    "%a",
    "@a",
    "`a",
    "'a",
    "\"a",
    "a\nb\n",
    "\n",
    "\t",
    "\u{1b}",
    "é",
    "=",
    "<<",
    "? a",
    "a:",
    "{a",
    "[a",
];

#[test]
fn kubectl_reads_our_yaml_as_we_meant_it() {
    let Some(kubectl) = testkit::kubectl::program() else { return };
    let document = json!({
        "apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": "thing"},
        "traps": TRAPS, "keys": {"no": 1, "1": 2, "a: b": 3}, "nested": [{"a": []}, {}, [[1]]],
        "long": "word ".repeat(60), "numbers": [1, -1, 1.5, 1e21, true, null],
    });
    let rendered = Rendered { document: document.clone(), ..Rendered::default() };
    let yaml = render(&Format::Yaml, &rendered, None).unwrap();
    let theirs = patched(&kubectl, &yaml, "json");
    assert_eq!(String::from_utf8_lossy(&theirs.stderr), "");
    assert_eq!(serde_json::from_slice::<Value>(&theirs.stdout).unwrap(), document, "{yaml}");
}
