//! What a report of `kubectl xcluster-check` says, as texts that runs share.
#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "test support: a report of another form ends the test at once"
)]

use std::fmt::Write as _;

use serde_json::Value;

use crate::kubectl::Kubectl;

/// A look at everything, but for what every test has wrong: its servers listen on loopback, which no pod can reach.
pub const BUT_LOOPBACK: [&str; 3] = ["xcluster-check", "--skip", "credentials-server"];

/// The report of such a look, with these words more.
#[track_caller]
pub fn report(kubectl: &Kubectl, more: &[&str]) -> Value {
    let words = BUT_LOOPBACK.iter().chain(&["-o", "json"]).chain(more);
    let outcome = kubectl.run(words);
    assert!(outcome.stdout.starts_with('{'), "{outcome}");
    outcome.json()
}

/// Each finding as it is told, the worst first, with what proves it, what explains it and what to do.
pub fn findings(report: &Value) -> Vec<String> {
    report["findings"].as_array().unwrap().iter().map(finding).collect()
}

fn finding(finding: &Value) -> String {
    let word = |name: &str| finding[name].as_str().unwrap_or_default();
    let mut text = format!("{} {}", word("severity"), word("fingerprint"));
    if let Some(because) = finding["because"].as_str() {
        write!(text, " because of {because}").unwrap();
    }
    write!(text, "\n  {}\n", word("summary")).unwrap();
    for seen in finding["evidence"].as_array().into_iter().flatten() {
        let [field, value] = ["field", "value"].map(|name| seen[name].as_str().unwrap());
        writeln!(text, "  seen: {field}: {value}").unwrap();
    }
    let remedy = &finding["remedy"];
    if let Some(action) = remedy["action"].as_str() {
        let command = remedy["command"].as_str().map(|command| format!(": `{command}`")).unwrap_or_default();
        writeln!(text, "  next: {action}{command}").unwrap();
    }
    text
}
