//! All that was looked at, as tables: what the picture shows, for who does not see it, and with names at full length.

use super::{Markup, Page, section, table};

/// Nothing where there is nothing.
pub(super) fn tables(page: &Page<'_>) -> Markup {
    if page.nodes.is_empty() {
        return Markup::default();
    }
    let nodes = page.nodes.iter().map(|node| {
        vec![Markup::text(node.name), node.state.badge(), Markup::word("code", &[], node.context)]
    });
    let arrows = page.arrows.iter().map(|arrow| {
        let ends = format!("{} -> {}", arrow.from, arrow.to);
        let (name, carries) = (Markup::text(arrow.name), Markup::text(&arrow.carries));
        vec![Markup::text(&ends), name, arrow.state.badge(), carries]
    });
    let nodes = table("Clusters", &["cluster", "state", "context"], nodes);
    let arrows = table("Links", &["from -> to", "Link", "state", "carries"], arrows);
    let arrows = if page.arrows.is_empty() { Markup::word("p", &[], "There are no Links.") } else { arrows };
    section("looked", "What was looked at", Markup::lines([nodes, arrows]))
}
