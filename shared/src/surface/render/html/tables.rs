//! All that was looked at, as tables: what the picture shows, for who does not see it, and with names at full length.

use super::{Arrow, Load, Markup, Page, section, table};

/// So many are listed of an arrow: who has more looks for those that are named above.
const LISTED: usize = 100;

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
    section("looked", "What was looked at", Markup::lines([nodes, arrows, loads(page)]))
}

/// What each arrow carries, the worst first.
fn loads(page: &Page<'_>) -> Markup {
    let of_arrow = |arrow: &Arrow<'_>| {
        let by = format!("{} -> {}, {}", arrow.from, arrow.to, arrow.name);
        let row = |load: &Load| {
            vec![Markup::text(&load.name), load.state.badge(), Markup::text(&by), arrow.state.badge()]
        };
        let rest = arrow.loads.len().saturating_sub(LISTED);
        let more = (rest > 0).then(|| {
            let more = Markup::text(&format!("and {rest} more, none worse"));
            vec![more, Markup::default(), Markup::text(&by), arrow.state.badge()]
        });
        arrow.worst(LISTED).into_iter().map(row).chain(more).collect::<Vec<_>>()
    };
    let rows: Vec<_> = page.arrows.iter().flat_map(of_arrow).collect();
    if rows.is_empty() {
        return Markup::default();
    }
    table("Exports", &["Service", "state", "carried by", "state of that"], rows)
}
