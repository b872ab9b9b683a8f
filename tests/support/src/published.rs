//! What others have published of formats that reports can have: schemas, out of crates that carry them. Nobody compiles
//! these crates; `Cargo.lock` says which version and which bytes.

#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "test support: a schema that cannot be read ends the test at once"
)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;
use uppsala::XsdValidator;

/// The one pattern that was published with a bracket too many, so that it is none, and what it should be.
const LANGUAGE: [&str; 2] = ["^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$", "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$"];

/// What the schema of SARIF 2.1.0 has against a text; `None` where the schema cannot be had, which the runner is told.
pub fn against_sarif(text: &str) -> Option<Vec<String>> {
    let [published, meant] = LANGUAGE;
    let schema = schema("serde-sarif", "src/schema.json")?.replace(published, meant);
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::draft7::new(&schema).unwrap();
    let Ok(document) = serde_json::from_str(text) else { return Some(vec!["no JSON".to_owned()]) };
    let wrong = validator.iter_errors(&document);
    Some(wrong.map(|error| format!("{}: {error}", error.instance_path())).collect())
}

/// What a schema of JUnit has against a text; `None` where the schema cannot be had, which the runner is told. There are
/// several, and no word from JUnit itself; this is the one that Jenkins began with, and the strictest.
pub fn against_junit(text: &str) -> Option<Vec<String>> {
    let schema = schema("junit-report", "tests/JUnit.xsd")?;
    let validator = XsdValidator::from_schema(&uppsala::parse(&schema).unwrap()).unwrap();
    Some(match uppsala::parse(text) {
        Ok(document) => validator.validate(&document).iter().map(ToString::to_string).collect(),
        Err(error) => vec![error.to_string()],
    })
}

/// A file of a crate that nobody compiles.
fn schema(package: &str, file: &str) -> Option<String> {
    static PACKAGES: OnceLock<Option<Value>> = OnceLock::new();
    let Some(packages) = PACKAGES.get_or_init(packages) else {
        crate::real::skipped("the crates that carry published schemas: run `cargo fetch`");
        return None;
    };
    let folder = folder(packages, package).unwrap();
    Some(std::fs::read_to_string(folder.join(file)).unwrap())
}

fn packages() -> Option<Value> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut cargo = Command::new(env!("CARGO"));
    let output =
        cargo.args(["metadata", "--format-version=1", "--locked"]).current_dir(root).output().unwrap();
    output.status.success().then(|| serde_json::from_slice(&output.stdout).unwrap())
}

fn folder(metadata: &Value, package: &str) -> Option<PathBuf> {
    let packages = metadata.get("packages")?.as_array()?;
    let found = packages.iter().find(|one| one.get("name").and_then(Value::as_str) == Some(package))?;
    Some(Path::new(found.get("manifest_path")?.as_str()?).parent()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schemas_refuse_what_is_wrong() {
        let Some(wrong) = against_junit("<testsuites><testsuite name=\"a\"/></testsuites>") else { return };
        assert!(wrong.iter().any(|one| one.contains("tests")), "{wrong:?}");
        let suite = |inner: &str| {
            format!("<testsuites><testsuite name=\"a\" tests=\"1\">{inner}</testsuite></testsuites>")
        };
        assert_eq!(against_junit(&suite("<testcase name=\"b\"><failure/></testcase>")), Some(Vec::new()));
        for inner in ["<testcase/>", "<case/>", "<testcase name=\"b\" why=\"c\"/>", "<testcase name=\"b\">"] {
            assert_ne!(against_junit(&suite(inner)), Some(Vec::new()), "{inner}");
        }
        let sarif = |results: &str| {
            format!(
                r#"{{"version":"2.1.0","runs":[{{"tool":{{"driver":{{"name":"a"}}}},"results":[{results}]}}]}}"#
            )
        };
        assert_eq!(against_sarif(&sarif(r#"{"message":{"text":"b"}}"#)), Some(Vec::new()));
        for results in
            ["{}", r#"{"message":{"text":"b"},"kind":"wrong"}"#, r#"{"message":{"text":"b"},"more":1}"#]
        {
            assert_ne!(against_sarif(&sarif(results)), Some(Vec::new()), "{results}");
        }
    }
}
