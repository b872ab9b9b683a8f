//! Names, labels and the words with which they are refused.

use serde_json::Value;

use crate::kinds::Kind;
use crate::object::{name, text};
use crate::refusal::Problem;

const LABEL: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must \
                     start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for \
                     validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const SUBDOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or \
                         '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used \
                         for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const QUALIFIED: &str = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end \
                         with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for \
                         validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUE: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', \
                     and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or \
                     '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/// Why a name cannot stand in a path: the server refuses it before it looks.
pub(crate) fn path_problem(name: &str) -> Option<String> {
    matches!(name, "." | "..").then(|| format!("may not be '{name}'"))
}

/// What is wrong with name and labels.
pub(super) fn metadata_problems(kind: &Kind, object: &Value) -> Vec<Problem> {
    let mut problems: Vec<_> = name_problem(kind, name(object)).into_iter().collect();
    let labels = object.pointer("/metadata/labels").and_then(Value::as_object).into_iter().flatten();
    for (key, value) in labels {
        problems.extend(key_problem(key));
        problems.extend(value_problem(value.as_str().unwrap_or_default()));
    }
    problems
}

fn name_problem(kind: &Kind, name: &str) -> Option<Problem> {
    let problem = |why: &str| Some(Problem::invalid("metadata.name", name, why));
    if name.is_empty() {
        return Some(Problem::required("metadata.name", "name or generateName is required"));
    }
    if name.contains('/') {
        return problem("may not contain '/'");
    }
    if path_problem(name).is_some() {
        return problem(&format!("may not be '{name}'"));
    }
    if kind.group == "rbac.authorization.k8s.io" {
        return None;
    }
    if matches!(kind.kind.as_str(), "Service" | "Namespace") && kind.group.is_empty() {
        if name.len() > 63 {
            return problem("must be no more than 63 characters");
        }
        let dotted = name.contains('.') && name.split('.').all(is_label);
        return if dotted {
            problem("must not contain dots")
        } else if is_label(name) {
            None
        } else {
            problem(LABEL)
        };
    }
    if name.len() > 253 {
        return problem("must be no more than 253 characters");
    }
    if name.split('.').all(is_label) { None } else { problem(SUBDOMAIN) }
}

/// A definition is called like what it defines.
pub(super) fn definition_problem(object: &Value) -> Option<Problem> {
    let expected = format!("{}.{}", text(object, "/spec/names/plural"), text(object, "/spec/group"));
    let why = "must be spec.names.plural+\".\"+spec.group";
    (name(object) != expected).then(|| Problem::invalid("metadata.name", name(object), why))
}

fn key_problem(key: &str) -> Option<Problem> {
    let name = key.rsplit_once('/').map_or(key, |(_, name)| name);
    let fits = !name.is_empty() && name.len() <= 63 && is_word(name);
    (!fits).then(|| Problem::invalid("metadata.labels", key, QUALIFIED))
}

fn value_problem(value: &str) -> Option<Problem> {
    if value.len() > 63 {
        return Some(Problem::invalid("metadata.labels", value, "must be no more than 63 bytes"));
    }
    (!value.is_empty() && !is_word(value)).then(|| Problem::invalid("metadata.labels", value, VALUE))
}

fn is_label(text: &str) -> bool {
    let inside = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !text.is_empty() && text.chars().all(inside) && !text.starts_with('-') && !text.ends_with('-')
}

fn is_word(text: &str) -> bool {
    let inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let ends = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.chars().all(inside) && ends(text.chars().next()) && ends(text.chars().next_back())
}
