//! Findings as SARIF 2.1.0, for what shows the results of analyses. There are no files in a cluster, so places are logical; where
//! files answered for it, they are named as well, as code scanning of GitHub wants it.

use super::structured;
use super::told::next;
use super::uri::uri;
use crate::surface::clean;
use crate::terms::{ClusterName, ObjectRef};
use crate::verdict::{Failure, Finding, Severity};
use serde_json::{Map, Value, json};
use std::path::PathBuf;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// What our fingerprints are called there. A new form of them would get a new name.
const FINGERPRINT: &str = "platform.tools/v1";

/// What paths are relative to: where the repository is checked out.
const ROOT: &str = "%SRCROOT%";

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// The file or the folder, relative to the root of its repository where it is in one.
    pub path: PathBuf,
    /// Line and column in it, from 1, where they are known.
    pub position: Option<(usize, usize)>,
}

/// Who found it.
pub struct SarifTool<'a> {
    /// The name of the tool.
    pub name: &'a str,
    /// Its version.
    pub version: &'a str,
    /// Where it comes from; empty where nobody says.
    pub home: &'a str,
    /// What a check asks, if anybody says.
    pub title: &'a dyn Fn(&str) -> Option<&'static str>,
    /// Where it stands, if a file tells of it.
    pub spot: &'a dyn Fn(&Finding) -> Option<Spot>,
    /// The command that says more about a check, without the check.
    pub explain: &'a str,
    /// Whether everything could be looked at that it was run for.
    pub is_complete: bool,
}

/// A SARIF log of one run.
///
/// # Errors
/// None in practice; a value that cannot be written as JSON would be a bug (exit 70).
pub fn sarif(tool: &SarifTool<'_>, findings: &[Finding]) -> Result<String, Failure> {
    let mut rules: Vec<(&str, Severity)> = Vec::new();
    for finding in findings {
        match rules.iter_mut().find(|(check, _)| *check == finding.check) {
            Some((_, worst)) => *worst = finding.severity.max(*worst),
            None => rules.push((finding.check, finding.severity)),
        }
    }
    let index = |check: &str| rules.iter().position(|(id, _)| *id == check);
    let results: Vec<Value> =
        findings.iter().map(|finding| result(tool, finding, index(finding.check))).collect();
    let rules: Vec<Value> = rules.iter().map(|(check, worst)| rule(tool, check, *worst)).collect();
    let mut driver = json!({ "name": tool.name, "version": tool.version, "rules": rules });
    put(&mut driver, "informationUri", (!tool.home.is_empty()).then(|| tool.home.into()));
    structured::json(&json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver },
            "invocations": [{ "executionSuccessful": tool.is_complete }],
            // Columns are counted so.
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    }))
}

fn rule(tool: &SarifTool<'_>, check: &str, worst: Severity) -> Value {
    let level = match worst {
        Severity::Error => "error",
        Severity::Warning | Severity::Unknown => "warning",
        Severity::Info => "note",
    };
    // Some readers refuse a rule of which nothing is said.
    let title = (tool.title)(check).unwrap_or(check);
    json!({
        "id": check,
        "shortDescription": { "text": title },
        "defaultConfiguration": { "level": level },
        "help": { "text": format!("more about it: {} {check}", tool.explain) },
    })
}

fn result(tool: &SarifTool<'_>, finding: &Finding, rule: Option<usize>) -> Value {
    // Whatever is no failure has no level, says the specification, and a reader may refuse what has one.
    let (kind, level) = match finding.severity {
        Severity::Error => ("fail", "error"),
        // What could not be seen is no reason to pass: what has no level is green in most of what reads this.
        Severity::Warning | Severity::Unknown => ("fail", "warning"),
        Severity::Info => ("informational", "none"),
    };
    let mut properties = json!({ "clusters": finding.clusters, "severity": finding.severity.word() });
    put(&mut properties, "because", finding.because.map(Into::into));
    put(&mut properties, "becauseOf", finding.because_of.as_deref().map(Into::into));
    put(&mut properties, "evidence", (!finding.evidence.is_empty()).then(|| json!(finding.evidence)));
    let mut result = json!({ "ruleId": finding.check });
    put(&mut result, "ruleIndex", rule.map(Into::into));
    put(&mut result, "kind", Some(kind.into()));
    put(&mut result, "level", Some(level.into()));
    put(&mut result, "message", Some(json!({ "text": message(finding) })));
    put(&mut result, "locations", Some(json!([location(tool, finding)])));
    put(&mut result, "partialFingerprints", Some(json!({ FINGERPRINT: finding.fingerprint })));
    put(&mut result, "properties", Some(properties));
    result
}

/// A field, where there is something to say.
fn put(object: &mut Value, field: &str, value: Option<Value>) {
    let fields = object.as_object_mut().map(|fields: &mut Map<String, Value>| (fields, value));
    if let Some((fields, Some(value))) = fields {
        fields.insert(field.to_owned(), value);
    }
}

/// For people, so that nothing in it hides, and for readers that would make a link of `[this](that)`.
fn message(finding: &Finding) -> String {
    let next = finding.remedy.iter().flat_map(next);
    let lines = std::iter::once(finding.summary.clone()).chain(next);
    let lines: Vec<String> = lines.map(|line| clean(&line).replace("](", "] (")).collect();
    lines.join("\n")
}

/// In the cluster, and in a file where one is known. A reader refuses a report with an empty place.
fn location(tool: &SarifTool<'_>, finding: &Finding) -> Value {
    let mut location = json!({ "logicalLocations": places(finding) });
    put(&mut location, "physicalLocation", (tool.spot)(finding).map(|spot| physical(&spot)));
    location
}

fn physical(spot: &Spot) -> Value {
    let mut artifact = json!({ "uri": uri(&spot.path) });
    put(&mut artifact, "uriBaseId", spot.path.is_relative().then(|| ROOT.into()));
    let mut place = json!({ "artifactLocation": artifact });
    let region = spot.position.map(|(line, column)| json!({ "startLine": line, "startColumn": column }));
    put(&mut place, "region", region);
    place
}

fn places(finding: &Finding) -> Vec<Value> {
    match &finding.object {
        Some(object) => vec![place(object)],
        None => finding.clusters.iter().map(cluster).collect(),
    }
}

fn place(object: &ObjectRef) -> Value {
    let path = [Some(object.cluster.as_str()), object.namespace.as_deref(), Some(object.kind.name())];
    let path: Vec<&str> = path.into_iter().flatten().chain([object.name.as_str()]).collect();
    json!({ "name": object.name, "fullyQualifiedName": path.join("/"), "kind": object.kind.name() })
}

fn cluster(name: &ClusterName) -> Value {
    json!({ "name": name, "fullyQualifiedName": name, "kind": "Cluster" })
}
