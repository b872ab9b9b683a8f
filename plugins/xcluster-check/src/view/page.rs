//! The report as a page for a browser.

use super::counted::{counted, many};
use super::{EXPLAIN, unhidden};
use crate::report::{ClusterRow, Report};
use platform::mesh::fleetwide::{ExportSummary, LinkSummary};
use platform::surface::{Arrow, Load, Node, Page, State, html};
use platform::terms::ClusterName;
use platform::verdict::{Finding, Severity};

/// The report in HTML.
pub(super) fn page(report: &Report) -> String {
    let names: Vec<&str> = report.clusters.iter().map(|cluster| cluster.name.as_str()).collect();
    html(&Page {
        title: &format!("kubectl xcluster-check: {}", names.join(", ")),
        verdict: &counted(report),
        causes: report.led(),
        unhiding: unhidden(report),
        nodes: report.clusters.iter().map(|cluster| node(report, cluster)).collect(),
        arrows: report.links.iter().map(arrow).collect(),
        explain: EXPLAIN,
    })
}

/// A cluster is as good as the causes that lie in it. What only shows in it colours the Link that brings it there.
fn node<'a>(report: &Report, cluster: &'a ClusterRow) -> Node<'a> {
    let causes = report.led().into_iter().map(|(finding, _)| finding);
    let weights = causes.filter(|finding| lies_in(finding, &cluster.name)).map(|finding| finding.severity);
    let worst = weights.filter(|severity| *severity > Severity::Info).max();
    let hidden = (!cluster.reached).then_some(Severity::Unknown);
    Node { name: cluster.name.as_str(), context: &cluster.context, state: State::of(worst.max(hidden)) }
}

fn lies_in(finding: &Finding, cluster: &ClusterName) -> bool {
    match &finding.object {
        Some(object) => object.cluster == *cluster,
        None => finding.clusters == [cluster.clone()],
    }
}

fn arrow(link: &LinkSummary) -> Arrow<'_> {
    let load = |export: &ExportSummary| Load {
        name: format!("{}/{}", export.namespace, export.name),
        state: State::of(export.worst),
    };
    Arrow {
        from: link.exporter.as_str(),
        to: link.consumer.as_str(),
        name: &link.link,
        carries: many(link.mirrors, "mirror"),
        loads: link.exports.iter().map(load).collect(),
        state: State::of(link.worst),
    }
}
