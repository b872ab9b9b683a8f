//! Boxes in a row, and under them an arrow on each line: however many there are, none crosses the words of another.

use super::{Arrow, Load, Markup, Node, Page, section};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// From the middle of a box to the middle of the next.
const COLUMN: usize = 280;
const WIDTH: usize = 190;
const HEIGHT: usize = 56;
const ROW: usize = 46;
const MARGIN: usize = 12;
/// How long the head of an arrow is.
const HEAD: usize = 12;
/// How many letters have room in a box, and over an arrow to the next box.
const NAME: usize = 18;
const LABEL: usize = 32;
/// From one of those that an arrow carries to the next, and how many of them have room.
const LOAD: usize = 20;
const LOADS: usize = 4;

/// Nothing where there is nothing to draw.
pub(super) fn picture(page: &Page<'_>) -> Markup {
    if page.nodes.is_empty() {
        return Markup::default();
    }
    let arrows: Vec<(&Arrow<'_>, [usize; 2])> =
        page.arrows.iter().filter_map(|arrow| Some((arrow, ends(page, arrow)?))).collect();
    let width = 2 * MARGIN + WIDTH + COLUMN * page.nodes.len().saturating_sub(1);
    let high: usize = arrows.iter().map(|(arrow, _)| tall(arrow)).sum();
    let height = 2 * MARGIN + HEIGHT + high;
    let [wide, high] = [width, height].map(|length| length.to_string());
    let view = format!("0 0 {width} {height}");
    let mut around =
        vec![("role", "img"), ("aria-labelledby", "drawn drawn-how"), ("viewBox", view.as_str())];
    around.extend([("width", wide.as_str()), ("height", high.as_str())]);
    let told = "Arrows lead from the cluster that exports to the cluster that gets the mirrors, with exported \
        Services under them, each as it is by itself. The tables under it say the same.";
    let mut parts = vec![
        Markup::word("title", &[("id", "drawn")], "Clusters, the Links between them, and exports"),
        Markup::word("desc", &[("id", "drawn-how")], told),
    ];
    parts.extend((0..page.nodes.len()).map(|at| life(at, height)));
    parts.extend(page.nodes.iter().enumerate().map(|(at, node)| of_node(at, node)));
    let mut top = MARGIN + HEIGHT;
    for (arrow, ends) in arrows {
        parts.push(of_arrow(top, arrow, ends));
        top += tall(arrow);
    }
    let scroll = [("class", "scroll"), ("role", "group"), ("aria-label", "picture"), ("tabindex", "0")];
    let drawn = Markup::tag("div", &scroll, Markup::tag("svg", &around, Markup::lines(parts)));
    section("picture", "Clusters, Links and exports", drawn)
}

/// The places of the boxes that it leaves and leads to.
fn ends(page: &Page<'_>, arrow: &Arrow<'_>) -> Option<[usize; 2]> {
    let at = |name: &str| page.nodes.iter().position(|node| node.name == name);
    Some([at(arrow.from)?, at(arrow.to)?]).filter(|[from, to]| from != to)
}

fn middle(at: usize) -> usize {
    MARGIN + WIDTH / 2 + at * COLUMN
}

/// What arrows begin and end at, under each box.
fn life(at: usize, height: usize) -> Markup {
    let (x, from, to) = (middle(at), MARGIN + HEIGHT, height - MARGIN / 2);
    Markup::empty("path", &[("class", "life"), ("d", &format!("M{x} {from}V{to}"))])
}

fn of_node(at: usize, node: &Node<'_>) -> Markup {
    let x = middle(at) - WIDTH / 2;
    let [left, top, wide, high] = [x, MARGIN, WIDTH, HEIGHT].map(|length| length.to_string());
    let mut rect = vec![("x", left.as_str()), ("y", &top), ("width", &wide), ("height", &high)];
    rect.push(("rx", "8"));
    let parts = [
        Markup::word("title", &[], &format!("{}: {}", node.name, node.state.word())),
        Markup::empty("rect", &rect),
        label("name", (middle(at), MARGIN + 24), &short(node.name, NAME)),
        label("state", (middle(at), MARGIN + 44), node.state.word()),
    ];
    Markup::tag("g", &[("class", &format!("node {}", node.state.class()))], Markup::joined(parts))
}

/// How much room an arrow takes with what it carries.
fn tall(arrow: &Arrow<'_>) -> usize {
    let more = usize::from(arrow.loads.len() > LOADS);
    ROW + LOAD * (arrow.loads.len().min(LOADS) + more)
}

fn of_arrow(top: usize, arrow: &Arrow<'_>, ends: [usize; 2]) -> Markup {
    let [from, to] = ends.map(middle);
    let y = top + ROW - 10;
    let neck = if from < to { to - HEAD } else { to + HEAD };
    let said = format!("{}: {}", arrow.carries, arrow.state.word());
    // Names give way where there is no room, what they carry and how they are does not.
    let room = (LABEL * ends[0].abs_diff(ends[1])).saturating_sub(said.width() + 2);
    let parts = [
        Markup::word("title", &[], &format!("{} -> {}: {}, {said}", arrow.from, arrow.to, arrow.name)),
        Markup::empty("path", &[("class", "way"), ("d", &format!("M{from} {y}H{neck}"))]),
        Markup::empty(
            "path",
            &[("class", "head"), ("d", &format!("M{to} {y}L{neck} {}V{}Z", y - HEAD / 2, y + HEAD / 2))],
        ),
        label("label", (from.midpoint(to), y - 8), &format!("{}, {said}", short(arrow.name, room.max(6)))),
    ];
    let parts = Markup::joined(parts.into_iter().chain(loads(arrow, (from.midpoint(to), y))));
    Markup::tag("g", &[("class", &format!("arrow {}", arrow.state.class()))], parts)
}

/// What it carries, the worst first, each as it is by itself.
fn loads(arrow: &Arrow<'_>, (x, y): (usize, usize)) -> Vec<Markup> {
    let worst = arrow.worst(LOADS);
    let line = |(at, load): (usize, &&Load)| {
        let (state, y) = (load.state, y + LOAD * (at + 1));
        let room = LABEL.saturating_sub(state.word().width() + 2);
        let text = format!("{}: {}", short(&load.name, room), state.word());
        let parts = [Markup::word("title", &[], &load.name), label("load", (x, y), &text)];
        Markup::tag("g", &[("class", state.class())], Markup::joined(parts))
    };
    let rest = arrow.loads.len() - worst.len();
    let more = format!("and {rest} more, none worse");
    let more = (rest > 0).then(|| label("more", (x, y + LOAD * (worst.len() + 1)), &more));
    worst.iter().enumerate().map(line).chain(more).collect()
}

fn label(class: &str, (x, y): (usize, usize), text: &str) -> Markup {
    let [x, y] = [x, y].map(|length| length.to_string());
    Markup::word("text", &[("class", class), ("x", &x), ("y", &y), ("text-anchor", "middle")], text)
}

/// A name that has room; the whole one is in the tables, and shown under a pointer.
fn short(name: &str, room: usize) -> String {
    let name = crate::surface::clean(name);
    if name.width() <= room {
        return name.into_owned();
    }
    let mut kept = String::new();
    for letter in name.chars() {
        if kept.width() + letter.width().unwrap_or_default() >= room {
            break;
        }
        kept.push(letter);
    }
    kept + "…"
}
