//! What is wrong, what to do about it, and what follows from it.

use super::{Markup, Page, State, many, section, table, weight};
use crate::surface::render::told::evidence;
use crate::verdict::{Finding, Remedy, Severity};

type Cause<'a> = (&'a Finding, &'a [Finding]);

/// What matters, each cause with what to do.
pub(super) fn causes(page: &Page<'_>) -> Markup {
    let matters = page.causes.iter().filter(|(finding, effects)| weight(finding, effects) > Severity::Info);
    let told: Vec<Markup> = matters.map(|cause| of_cause(page, cause)).collect();
    if told.is_empty() {
        let nothing = Markup::word("p", &[], "Nothing is wrong in what was looked at.");
        return section("causes", "What is wrong", nothing);
    }
    section("causes", "What is wrong, and what to do", Markup::lines(told))
}

/// What is only worth knowing.
pub(super) fn infos(page: &Page<'_>) -> Markup {
    let infos = page.causes.iter().filter(|(finding, effects)| weight(finding, effects) == Severity::Info);
    let all = infos.flat_map(|(finding, effects)| std::iter::once(*finding).chain(*effects));
    let item = |finding: &Finding| {
        let place = Markup::word("strong", &[], &finding.place());
        let said = Markup::text(&format!(": {} ({})", finding.summary, finding.check));
        Markup::tag("li", &[], Markup::joined([place, said]))
    };
    let items: Vec<Markup> = all.map(item).collect();
    if items.is_empty() {
        return Markup::default();
    }
    let list = Markup::tag("ul", &[], Markup::lines(items));
    let nexts = page.unhiding.iter().map(next);
    section("infos", "Worth knowing", Markup::lines(std::iter::once(list).chain(nexts)))
}

fn of_cause(page: &Page<'_>, (finding, effects): &Cause<'_>) -> Markup {
    let state = State::of(Some(finding.severity));
    let heading = Markup::joined([state.badge(), Markup::text(" "), Markup::text(&finding.summary)]);
    let parts = [
        Markup::tag("h3", &[], heading),
        whereabouts(page, finding),
        finding.remedy.as_ref().map(next).unwrap_or_default(),
        seen(finding),
        explained(effects),
    ];
    let class = format!("cause {}", State::of(Some(weight(finding, effects))).class());
    Markup::tag("article", &[("class", &class)], Markup::lines(parts))
}

fn whereabouts(page: &Page<'_>, finding: &Finding) -> Markup {
    let mut parts = vec![Markup::word("strong", &[], &finding.place())];
    if finding.object.is_some() && finding.clusters.len() > 1 {
        parts.push(Markup::text(&format!(" ({})", finding.way())));
    }
    parts.push(Markup::text("; check "));
    let more = format!("{} {}", page.explain, finding.check);
    parts.push(Markup::word("code", &[("title", &more)], finding.check));
    Markup::tag("p", &[("class", "place")], Markup::joined(parts))
}

/// One click marks the whole command.
fn next(remedy: &Remedy) -> Markup {
    let said = Markup::joined([Markup::word("strong", &[], "Next: "), Markup::text(&remedy.action)]);
    let command = remedy.command.as_ref().map(|command| {
        let around = [("tabindex", "0"), ("role", "group"), ("aria-label", "command")];
        Markup::tag("pre", &around, Markup::word("code", &[], command))
    });
    Markup::lines([Markup::tag("p", &[], said), command.unwrap_or_default()])
}

fn seen(finding: &Finding) -> Markup {
    let rows: Vec<Vec<Markup>> = evidence(finding)
        .map(|(field, value)| [field, value].map(|text| Markup::word("code", &[], text)).into())
        .collect();
    if rows.is_empty() {
        return Markup::default();
    }
    let summary = format!("What proves it: {}", many(rows.len(), "field", "fields"));
    folded(&summary, table("Fields, and what was seen in them", &["field", "value"], rows))
}

fn explained(effects: &[Finding]) -> Markup {
    if effects.is_empty() {
        return Markup::default();
    }
    let row = |effect: &Finding| {
        let what = Markup::text(&effect.summary);
        let check = Markup::word("code", &[], effect.check);
        vec![Markup::text(&effect.place()), State::of(Some(effect.severity)).badge(), what, check]
    };
    let summary = format!("It explains {}", many(effects.len(), "other finding", "other findings"));
    let rows = effects.iter().map(row);
    folded(&summary, table("What follows from it", &["where", "state", "what", "check"], rows))
}

fn folded(summary: &str, inner: Markup) -> Markup {
    Markup::tag("details", &[], Markup::lines([Markup::word("summary", &[], summary), inner]))
}
