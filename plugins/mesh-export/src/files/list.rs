//! Lists of exports: `kind: ExportList`. Read strictly, since a word that is passed over here would export something else.

use platform::mesh::link::Way;
use platform::surface::API_VERSION;
use platform::terms::{is_dns_label, nearest};
use platform::verdict::Failure;
use serde::Deserialize;
use std::collections::BTreeSet;

// With its path, since `fuzz/` compiles this file as a part of a program of its own.
#[cfg(any(test, feature = "fuzzing"))]
#[path = "list/laws.rs"]
pub(crate) mod laws;

/// What a list calls itself; `docs/schemas/export-list.json` says the same for editors.
pub(crate) const KIND: &str = "ExportList";
const SCHEMA: &str = "docs/schemas/export-list.json has every field of a list";

/// How alike a word must be to one that is known, from 0 to 1, to be taken for it.
const ALIKE: f64 = 0.75;

/// A document.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Document {
    #[serde(rename = "apiVersion")]
    api_version: String,
    kind: String,
    #[serde(default, rename = "metadata")]
    _metadata: Option<serde_json::Value>,
    exports: Vec<Listed>,
}

/// One export.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Listed {
    /// The namespace of the Service; that of the run when it says none.
    pub(crate) namespace: Option<String>,
    /// The Service.
    pub(crate) name: String,
    /// To these clusters; to those of `--to`, or all that have a Link, when it says none.
    #[serde(default)]
    pub(crate) to: Vec<String>,
    /// `--mode` of this one.
    #[serde(default)]
    mode: Option<Modes>,
}

/// One mode, or several.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
enum Modes {
    One(String),
    Several(Vec<String>),
}

impl Listed {
    /// The words of its mode, as `--mode` takes them.
    pub(crate) fn modes(&self) -> Vec<&str> {
        match &self.mode {
            None => Vec::new(),
            Some(Modes::One(words)) => words.split(',').map(str::trim).collect(),
            Some(Modes::Several(words)) => words.iter().map(String::as_str).collect(),
        }
    }

    /// The ways that it asks for.
    ///
    /// # Errors
    /// A word that is none, or ways that exclude each other (exit 2).
    pub(crate) fn ways(&self) -> Result<Vec<Way>, Failure> {
        let what = |problem: String| {
            let next = "write gateway or flat, with or without federated, or auto alone; for both, `mode: [gateway, federated]`";
            Failure::usage(format!("the export of {:?}: {problem}", self.name), next)
        };
        let mut ways = Vec::new();
        for word in self.modes() {
            match Way::ALL.into_iter().find(|way| way.word() == word) {
                Some(way) => ways.push(way),
                None if word == "auto" && self.modes().len() == 1 => {}
                None if word == "auto" => {
                    return Err(what("auto cannot be combined with other modes".to_owned()));
                }
                None => return Err(what(format!("{word:?} is not a mode"))),
            }
        }
        ways.sort_unstable();
        ways.dedup();
        if ways.contains(&Way::Gateway) && ways.contains(&Way::Flat) {
            return Err(what(
                "gateway and flat cannot be combined: a mirror uses one or the other".to_owned(),
            ));
        }
        Ok(ways)
    }
}

/// The exports of the lists in a text.
///
/// # Errors
/// A field that no list has, with its line and what may be meant; a name that cannot be one; the same export twice (exit 2).
pub(super) fn read(file: &str, text: &str) -> Result<Vec<Listed>, Failure> {
    let documents: Vec<Option<Document>> =
        serde_saphyr::from_multiple(text).map_err(|error| wrong(file, &error))?;
    let mut exports = Vec::new();
    for document in documents.into_iter().flatten() {
        if (document.api_version.as_str(), document.kind.as_str()) != (API_VERSION, KIND) {
            let what = format!("{file} holds a {KIND} and something of kind {} besides", document.kind);
            return Err(Failure::usage(
                what,
                format!("keep lists, with `apiVersion: {API_VERSION}`, in files of their own"),
            ));
        }
        exports.extend(document.exports);
    }
    for one in &exports {
        let names = [Some(&one.name), one.namespace.as_ref()];
        if let Some(name) = names.into_iter().flatten().find(|name| !is_dns_label(name)) {
            let what = format!("{file}: {name:?} cannot be the name of a Service or a namespace");
            return Err(Failure::usage(
                what,
                "use lower case letters, digits and dashes inside, 63 characters at the most",
            ));
        }
        one.ways()?;
    }
    Ok(exports)
}

/// The first that is named twice.
pub(crate) fn twice<'a>(keys: impl Iterator<Item = (&'a str, &'a str)>) -> Option<(&'a str, &'a str)> {
    let mut seen = BTreeSet::new();
    let mut keys = keys;
    keys.find(|key| !seen.insert(*key))
}

fn wrong(file: &str, error: &serde_saphyr::Error) -> Failure {
    let line = error.location().map(|place| place.line()).filter(|line| *line > 0);
    let place = line.map_or_else(|| file.to_owned(), |line| format!("{file}:{line}"));
    let words = error.without_snippet().to_string();
    // What follows is the place once more, and options of the parser.
    let words = [" at line ", ", set "]
        .into_iter()
        .fold(words.as_str(), |words, mark| words.split(mark).next().unwrap_or_default());
    Failure::usage(format!("{place}: {words}"), format!("{}; {SCHEMA}", instead(error)))
}

fn instead(error: &serde_saphyr::Error) -> String {
    let serde_saphyr::Error::SerdeUnknownField { field, expected, .. } = error.without_snippet() else {
        return "correct this line".to_owned();
    };
    match nearest(field, expected.iter().copied(), ALIKE) {
        Some(known) => format!("write {known}, if that is meant"),
        None => format!("write one of {}, or remove the line", expected.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> String {
        let failure = read("x.yaml", text).unwrap_err();
        format!("{} => {}", failure.what, failure.next)
    }

    #[test]
    fn the_published_schema_has_the_fields_that_are_read() {
        let schema: serde_json::Value =
            serde_json::from_str(include_str!("../../../../docs/schemas/export-list.json")).unwrap();
        let fields = |of: &serde_json::Value| {
            assert_eq!(of["additionalProperties"], false);
            of["properties"].as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>()
        };
        let known = |text: &str| {
            let (_, words) = problem(text)
                .split_once("expected one of ")
                .map(|(a, b)| (a.to_owned(), b.to_owned()))
                .unwrap();
            let words =
                words.split(" => ").next().unwrap().split(", ").map(|word| word.trim_matches('`').to_owned());
            words.collect::<BTreeSet<_>>()
        };
        assert_eq!(fields(&schema), known("zzz: 1\n"));
        assert_eq!(
            fields(&schema["properties"]["exports"]["items"]),
            known("apiVersion: platform.tools/v1\nkind: ExportList\nexports: [{zzz: 1}]\n")
        );
        assert_eq!(schema["properties"]["apiVersion"]["const"], API_VERSION);
        assert_eq!(schema["properties"]["kind"]["const"], KIND);
        for mode in schema["$defs"]["mode"]["enum"].as_array().unwrap() {
            let text =
                format!("apiVersion: {API_VERSION}\nkind: {KIND}\nexports: [{{name: a, mode: {mode}}}]\n");
            assert_eq!(read("x", &text).unwrap().len(), 1, "{mode}");
        }
        for example in schema["examples"].as_array().unwrap() {
            let exports = read("x", &example.to_string()).unwrap();
            assert!(!exports.is_empty(), "{example}");
        }
    }

    #[test]
    fn what_no_list_has_is_refused_with_its_line_and_what_may_be_meant() {
        let head = "apiVersion: platform.tools/v1\nkind: ExportList\n";
        assert_eq!(
            problem(&format!("{head}exports:\n- nmae: web\n")),
            "x.yaml:4: unknown field `nmae`, expected one of namespace, name, to, mode => write name, if that is meant; \
             docs/schemas/export-list.json has every field of a list"
        );
        assert!(
            problem(&format!("{head}exports:\n- name: web\n  zone: a\n"))
                .contains("write one of namespace, name, to, mode")
        );
        assert!(
            problem(&format!("{head}exports: [{{name: web, mode: flot}}]\n"))
                .contains("\"flot\" is not a mode")
        );
        assert!(
            problem(&format!("{head}exports: [{{name: web, mode: [flat, gateway]}}]\n"))
                .contains("cannot be combined: a mirror uses")
        );
        assert!(problem(&format!("{head}exports: [{{name: Web}}]\n")).contains("cannot be the name"));
        assert!(
            problem(&format!("{head}exports: []\n---\napiVersion: v1\nkind: Other\nexports: []\n"))
                .contains("of kind Other")
        );
    }
}
