use super::*;
use crate::terms::{ClusterName, Kind, ObjectRef};
use crate::verdict::Remedy;

/// A page in which everything that somebody else can write is this text.
fn page(text: &str) -> String {
    let cluster = ClusterName::new(text);
    let object = ObjectRef::namespaced(&cluster, Kind::Service, text, text);
    let told = |severity: fn(&'static str, &[&ClusterName], String, Remedy) -> Finding| {
        severity("one", &[&cluster, &cluster], text.into(), Remedy::run(text, text))
            .about(object.clone())
            .seen(text, text)
    };
    let (error, unknown) = (told(Finding::error), told(Finding::unknown));
    let info = Finding::info("two", &[&cluster], text).seen(text, text);
    let effects = [told(Finding::warning)];
    let other = format!("{text}.");
    html(&Page {
        title: text,
        verdict: text,
        causes: vec![(&error, &effects), (&unknown, &[]), (&info, &[])],
        unhiding: vec![Remedy::run(text, text)],
        nodes: vec![
            Node { name: text, context: text, state: State::Broken },
            Node { name: &other, context: text, state: State::Fine },
        ],
        arrows: vec![
            arrow((text, &other), text, State::Unseen, 1),
            arrow((&other, text), text, State::Warning, 6),
        ],
        explain: text,
    })
}

fn arrow<'a>((from, to): (&'a str, &'a str), text: &'a str, state: State, loads: usize) -> Arrow<'a> {
    let load = |at: usize| Load {
        name: format!("{text}{at}"),
        state: if at == 5 { State::Broken } else { State::Fine },
    };
    Arrow { from, to, name: text, carries: text.to_owned(), loads: (0..loads).map(load).collect(), state }
}

/// The elements of a page with the names of their attributes. It is XML as well, so that whoever reads it need not guess.
fn bones(page: &str) -> Vec<(String, Vec<String>)> {
    let document = uppsala::parse(page).unwrap();
    let mut open = vec![document.document_element().unwrap()];
    let mut bones = Vec::new();
    while let Some(id) = open.pop() {
        if let Some(element) = document.element(id) {
            let names = element.attributes.iter().map(|one| one.name.local_name.to_string()).collect();
            bones.push((element.name.local_name.to_string(), names));
        }
        open.extend(document.children(id));
    }
    bones
}

#[test]
fn a_page_loads_nothing_and_runs_nothing() {
    let page = page("x");
    for word in ["<script", "<link", "<img", "<iframe", "src=", "url(", "@import", "http:", "https:"] {
        assert!(!page.contains(word), "{word}");
    }
    let named: Vec<String> = bones(&page).into_iter().flat_map(|(_, names)| names).collect();
    assert!(!named.iter().any(|name| name.starts_with("on") || name == "style"), "{named:?}");
    assert_eq!(page.matches("href=").count(), page.matches("href=\"#").count());
}

#[test]
fn what_a_heading_is_named_by_is_there() {
    let page = page("x");
    for naming in ["aria-labelledby=\"", "href=\"#"] {
        for (at, _) in page.match_indices(naming) {
            let names = page[at + naming.len()..].split('"').next().unwrap();
            for name in names.split(' ') {
                assert_eq!(page.matches(&format!(" id=\"{name}\"")).count(), 1, "{name}");
            }
        }
    }
    assert_eq!(page.matches("<th ").count(), page.matches("<th scope=").count());
}

#[test]
fn the_worst_that_an_arrow_carries_is_drawn_first_and_each_is_as_it_is_by_itself() {
    let page = page("x");
    let drawn: Vec<&str> = page.split("class=\"load\"").skip(1).collect();
    let words = |text: &str| text.split(['>', '<']).nth(1).unwrap().to_owned();
    assert_eq!(
        drawn.into_iter().map(words).collect::<Vec<_>>(),
        ["x0: ok", "x5: error", "x0: ok", "x1: ok", "x2: ok"]
    );
    assert!(page.contains(">and 2 more, none worse</text>"), "{page}");
    let listed = page.split("<caption>Exports</caption>").nth(1).unwrap();
    assert_eq!(listed.matches("<tr>").count(), 8, "a head and all of them: {listed}");
    let states = |class: &str| listed.matches(&format!("class=\"badge {class}\"")).count();
    let all = ["fine", "broken", "warning", "unseen"].map(states);
    assert_eq!(all, [6, 1, 6, 1], "each has its state, and its arrow has its own: {listed}");
}

#[test]
fn names_give_way_where_there_is_no_room_and_words_do_not() {
    let page = page(&"long".repeat(20));
    assert!(page.contains("longlonglonglongl…</text>"), "{page}");
    assert!(page.contains(": not seen</text>"), "{page}");
}

/// A colour of the style as it is lit, by the formula of the guidelines for accessible content.
fn light(colour: &str) -> f64 {
    let part = |at: usize| f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
    let linear = |part: f64| if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) };
    0.2126 * linear(part(1)) + 0.7152 * linear(part(3)) + 0.0722 * linear(part(5))
}

#[test]
fn whatever_is_written_can_be_read_by_day_and_by_night() {
    let style = include_str!("style.css");
    let schemes: Vec<&str> = style.split(":root {").skip(1).collect();
    assert_eq!(schemes.len(), 2);
    for scheme in schemes {
        let colour = |name: &str| {
            let (_, value) = scheme.split_once(&format!("--{name}: ")).unwrap();
            light(&value[..7])
        };
        for ink in ["text", "quiet", "fine", "known", "warning", "unseen", "broken"] {
            for paper in ["page", "panel"] {
                let (one, other) = (colour(ink), colour(paper));
                let contrast = (one.max(other) + 0.05) / (one.min(other) + 0.05);
                assert!(contrast >= 4.5, "{ink} on {paper}: {contrast:.2}");
            }
        }
    }
}

proptest::proptest! {
    #[test]
    fn no_text_opens_a_tag_or_an_attribute(text in proptest::prelude::any::<String>()) {
        assert_eq!(bones(&page(&text)), bones(&page("x")));
    }

    #[test]
    fn nor_does_one_that_means_no_good(text in "[<>\"'&=/! a-z\\]\\[\u{0}\u{1b}\u{202e}\u{fffe}-]{0,40}") {
        assert_eq!(bones(&page(&text)), bones(&page("x")));
    }
}
