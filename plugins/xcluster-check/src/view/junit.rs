//! The report as a test run: a suite for each cluster, and for each direction in which Links lead.

use super::counted::many;
use crate::args::Counts;
use crate::report::Report;
use platform::mesh::fleetwide::LinkSummary;
use platform::surface::{CaseKind, Suite, junit};
use platform::terms::ClusterName;
use platform::verdict::{Finding, Severity};

/// What the run is called.
const TOOL: &str = "xcluster-check";

/// The report in XML. What counts has failed, what nobody could see is an error, what nobody had to look at is skipped, and what
/// passed says so.
pub(super) fn page(report: &Report, counts: Counts) -> String {
    let left = left_to_clusters(report);
    let mut groups = Groups::default();
    for cluster in &report.clusters {
        groups.of(&[&cluster.name]).passed =
            cluster.reached.then(|| format!("nothing counts against {} alone", cluster.name));
    }
    for link in &report.links {
        let is_good = |one: &&LinkSummary| {
            one.worst.is_none_or(|worst| worst != Severity::Unknown && !counts.fail_on.counts(worst))
        };
        let beside: Vec<&LinkSummary> =
            report.links.iter().filter(|other| ends(other) == ends(link)).collect();
        groups.of(&ends(link)).passed = beside.iter().all(is_good).then(|| passed(&beside));
    }
    for finding in report.findings.iter().chain(left.iter().filter(|_| counts.is_strict)) {
        let clusters: Vec<&ClusterName> = finding.clusters.iter().collect();
        groups.of(&clusters).found.extend(kind(finding, counts).map(|kind| (finding, kind)));
    }
    junit(TOOL, &groups.suites())
}

/// What files leave to a running cluster is counted, and told by no finding.
fn left_to_clusters(report: &Report) -> Option<Finding> {
    let count = report.looked.unanswered_because.not_in_files;
    let names = report.clusters.iter().map(|cluster| &cluster.name);
    let names: Vec<&ClusterName> = names.filter(|name| report.places.has(name)).collect();
    (count > 0).then(|| Finding::not_asked("not-looked-at", &names, many(count, "question"), "in no file"))
}

fn ends(link: &LinkSummary) -> [&ClusterName; 2] {
    [&link.exporter, &link.consumer]
}

fn passed(links: &[&LinkSummary]) -> String {
    let names: Vec<&str> = links.iter().map(|link| link.link.as_str()).collect();
    let mirrors = links.iter().map(|link| link.mirrors).sum();
    format!("nothing counts against Link {}: {}", names.join(", "), many(mirrors, "mirror"))
}

/// How a finding is told, if it is.
fn kind(finding: &Finding, counts: Counts) -> Option<CaseKind> {
    match finding.severity {
        // Who shows test runs takes what is skipped for good; the exit code is none.
        Severity::Unknown => Some(CaseKind::Erred),
        Severity::Info if finding.is_unseen && counts.is_strict => Some(CaseKind::Erred),
        severity if counts.fail_on.counts(severity) => Some(CaseKind::Failed),
        Severity::Info if finding.is_unseen => Some(CaseKind::Skipped),
        Severity::Error | Severity::Warning => Some(CaseKind::Passed),
        Severity::Info => None,
    }
}

/// Findings by the clusters that they are about.
#[derive(Default)]
struct Groups<'a>(Vec<Group<'a>>);

struct Group<'a> {
    clusters: Vec<&'a ClusterName>,
    /// What to say where nothing was found; nothing where that would not be true.
    passed: Option<String>,
    found: Vec<(&'a Finding, CaseKind)>,
}

impl<'a> Groups<'a> {
    fn of(&mut self, clusters: &[&'a ClusterName]) -> &mut Group<'a> {
        let at = self.0.iter().position(|group| group.clusters == clusters);
        let at = at.unwrap_or_else(|| {
            self.0.push(Group { clusters: clusters.to_vec(), passed: None, found: Vec::new() });
            self.0.len() - 1
        });
        #[expect(clippy::indexing_slicing, reason = "the place was found, or made, just now")]
        &mut self.0[at]
    }

    fn suites(self) -> Vec<Suite<'a>> {
        let told = self.0.into_iter().filter(|group| group.passed.is_some() || !group.found.is_empty());
        let suite = |group: Group<'a>| {
            let names: Vec<&str> = group.clusters.iter().map(|name| name.as_str()).collect();
            Suite { name: names.join(" -> "), passed: group.passed.unwrap_or_default(), found: group.found }
        };
        told.map(suite).collect()
    }
}
