//! A page for each check, in `docs/checks`: what it asks, what explains what, and what it says in the worlds of these tests.
//! Written by `INSTA_UPDATE=always`.

use super::spoken::spoken;
use super::{kept, root};
use crate::health::checks::CHECKS;
use crate::mesh::causes::{CAUSES, may_explain};
use crate::verdict::{Finding, all_said, said};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// How many worlds a page tells of.
const TOLD: usize = 4;

#[test]
fn each_check_has_a_page_that_says_what_it_says() {
    let examples = spoken();
    let mut index = "# The checks, a page each\n\n\
        Written from the checks and from worlds in which they speak; `kubectl xcluster-check explain CHECK` says the same in short. \
        How they are used: [xcluster-check](../use/check.md), [export](../use/export.md).\n\n"
        .to_owned();
    let mut count = 1;
    for (id, said) in all_said() {
        kept(&format!("docs/checks/{id}.md"), &page(id, examples.get(id).map_or(&[], Vec::as_slice)));
        writeln!(index, "- [`{id}`]({id}.md): {}", said.asks).unwrap();
        count += 1;
    }
    kept("docs/checks/README.md", &index);
    let there = std::fs::read_dir(root().join("docs/checks")).unwrap().count();
    assert_eq!(there, count, "a page of a check that is no more");
}

fn page(id: &str, examples: &[Finding]) -> String {
    let said = said(id).unwrap_or_else(|| panic!("docs/checks.md has no row of {id}"));
    let mut page =
        format!("# {id}\n\nIt asks whether {}.\n\nWhat speaks against it: {}.\n", said.asks, said.against);
    let links = |is_one: &dyn Fn(&str) -> bool| {
        // As `explain` lists them: what clusters stand on comes first.
        let all = CHECKS.iter().map(|check| check.id).chain(CAUSES.iter().map(|cause| cause.id));
        let ids = all.filter(|other| is_one(other));
        ids.map(|other| format!("[{other}]({other}.md)")).collect::<Vec<_>>().join(", ")
    };
    for (words, all) in [
        ("What it may explain", links(&|other| may_explain(id, other))),
        ("What may explain it", links(&|other| may_explain(other, id))),
    ] {
        if !all.is_empty() {
            write!(page, "\n{words}: {all}.\n").unwrap();
        }
    }
    if !examples.is_empty() {
        page.push_str("\n## As it is said\n");
    }
    let mut told = BTreeSet::new();
    for finding in examples.iter().filter(|finding| told.insert(&finding.summary)).take(TOLD) {
        page.push_str(&example(finding));
    }
    page
}

fn example(finding: &Finding) -> String {
    let place = finding.object.as_ref().map(|object| format!("{object}: ")).unwrap_or_default();
    let mut text = format!("\n> {}: {place}{}\n", finding.severity.word(), finding.summary);
    for evidence in &finding.evidence {
        let value = if evidence.value.is_empty() { "<none>" } else { &evidence.value };
        write!(text, "\n- `{}`: `{value}`", evidence.field).unwrap();
    }
    if !finding.evidence.is_empty() {
        text.push('\n');
    }
    if let Some(remedy) = &finding.remedy {
        let end = if remedy.command.is_some() { ":" } else { "." };
        write!(text, "\nNext: {}{end}\n", remedy.action).unwrap();
        if let Some(command) = &remedy.command {
            write!(text, "\n```\n{command}\n```\n").unwrap();
        }
    }
    text
}
