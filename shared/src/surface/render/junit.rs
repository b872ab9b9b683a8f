//! Findings as test cases, in the XML that most of what shows test runs can read. Elements and attributes are those that
//! all of its schemas have in common: what is skipped has its reason as text, and only suites count what was.

use super::markup::Markup;
use super::told::{evidence, next};
use crate::verdict::Finding;
use std::collections::BTreeMap;

/// How a finding is told as a test case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseKind {
    /// As a test that failed.
    Failed,
    /// As one that could not be run: nobody knows the answer, which is asked for.
    Erred,
    /// As one that was skipped: nobody could look.
    Skipped,
    /// As one that passed and had something to say.
    Passed,
}

/// Findings that are shown together.
#[derive(Debug, Clone)]
pub struct Suite<'a> {
    /// What they are about.
    pub name: String,
    /// What passed where none of them is told: an empty report would look like one that nobody made.
    pub passed: String,
    /// The findings, each with how it is told.
    pub found: Vec<(&'a Finding, CaseKind)>,
}

/// How many there are.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Counts {
    fn of(suites: &[Suite<'_>]) -> Self {
        suites.iter().fold(Self::default(), |counts, suite| {
            let all = |kind| suite.found.iter().filter(|(_, told)| *told == kind).count();
            Self {
                tests: counts.tests + suite.found.len().max(1),
                failures: counts.failures + all(CaseKind::Failed),
                errors: counts.errors + all(CaseKind::Erred),
                skipped: counts.skipped + all(CaseKind::Skipped),
            }
        })
    }
}

/// A JUnit report of the findings of a tool.
pub fn junit(tool: &str, suites: &[Suite<'_>]) -> String {
    let Counts { tests, failures, errors, .. } = Counts::of(suites);
    let [tests, failures, errors] = [tests, failures, errors].map(|count| count.to_string());
    let attributes = [("name", tool), ("tests", &tests), ("failures", &failures), ("errors", &errors)];
    let inner = Markup::lines(suites.iter().map(|suite| of_suite(tool, suite)));
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    Markup::document(head, Markup::tag("testsuites", &attributes, inner))
}

fn of_suite(tool: &str, suite: &Suite<'_>) -> Markup {
    let Counts { tests, failures, errors, skipped } = Counts::of(std::slice::from_ref(suite));
    let [tests, failures, errors, skipped] =
        [tests, failures, errors, skipped].map(|count| count.to_string());
    let mut attributes = vec![("name", suite.name.as_str()), ("tests", &tests), ("failures", &failures)];
    attributes.extend([("errors", errors.as_str()), ("skipped", skipped.as_str())]);
    let mut names = Names::default();
    let cases = suite.found.iter().map(|(finding, kind)| of_finding(tool, finding, *kind, &mut names));
    let mut cases: Vec<Markup> = cases.collect();
    if cases.is_empty() {
        cases.push(Markup::empty("testcase", &[("classname", tool), ("name", &suite.passed)]));
    }
    Markup::tag("testsuite", &attributes, Markup::lines(cases))
}

/// Names that were given: who shows test runs takes two cases of one name for two runs of one case.
#[derive(Default)]
struct Names(BTreeMap<String, usize>);

impl Names {
    fn unique(&mut self, name: String) -> String {
        let count = self.0.entry(name.clone()).or_default();
        *count += 1;
        if *count == 1 { name } else { format!("{name} ({count})") }
    }
}

fn of_finding(tool: &str, finding: &Finding, kind: CaseKind, names: &mut Names) -> Markup {
    let class = format!("{tool}.{}", finding.check);
    let name = names.unique(format!("{}: {}", finding.check, finding.place()));
    let lines = body(finding);
    let body = Markup::lines(lines.iter().map(|line| Markup::text(line)));
    let severity = finding.severity.word();
    let attributes = [("message", finding.summary.as_str()), ("type", severity)];
    let inner = match kind {
        CaseKind::Failed => Markup::tag("failure", &attributes, body),
        CaseKind::Erred => Markup::tag("error", &attributes, body),
        CaseKind::Skipped => Markup::tag("skipped", &[], body),
        CaseKind::Passed => Markup::tag("system-out", &[], body),
    };
    Markup::tag("testcase", &[("classname", &class), ("name", &name)], Markup::lines([inner]))
}

/// All that there is to say, for who opens the case.
fn body(finding: &Finding) -> Vec<String> {
    let mut lines = vec![format!("{}: {}: {}", finding.severity.word(), finding.place(), finding.summary)];
    let cause = finding.because_of.as_deref().or(finding.because);
    lines.extend(cause.map(|cause| format!("because: {cause}")));
    lines.extend(finding.remedy.iter().flat_map(next));
    lines.extend(evidence(finding).map(|(field, value)| format!("seen: {field} = {value}")));
    lines
}

#[cfg(test)]
mod tests;
