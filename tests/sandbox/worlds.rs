//! What `docs/worlds.md` says of worlds is what the sandbox takes.

use regex::Regex;
use sandbox::world::World;

use crate::readme::{blocks, read};

const PAGE: &str = "docs/worlds.md";

/// What each type of a world can hold, asked of the reader itself: it lists that for a word that it does not know.
const TYPES: [(&str, &str); 7] = [
    ("a world", "{nope: 1}"),
    ("a cluster", "{clusters: [{nope: 1}]}"),
    ("a link", "{links: [{nope: 1}]}"),
    ("a controller", "{links: [{importer: a, exporter: b, controller: nope}]}"),
    ("an object of `without`", "{without: [{nope: 1}]}"),
    ("a rule", "{clusters: [{faults: [{nope: 1}]}]}"),
    ("a fault", "{clusters: [{faults: [{fault: nope}]}]}"),
];

fn known(yaml: &str) -> Vec<String> {
    let problem = World::read(yaml).unwrap_err().to_string();
    let (_, rest) = problem.split_once("expected one of ").unwrap_or_else(|| panic!("{problem}"));
    rest.lines().next().unwrap().split(", ").map(str::to_owned).collect()
}

#[tokio::test]
async fn every_world_of_the_page_can_be_started() {
    let page = read(PAGE);
    let worlds = blocks(&page, "yaml");
    assert!(worlds.len() >= 4, "{worlds:?}");
    for text in worlds {
        let mut world = World::read(&text).unwrap_or_else(|failure| panic!("{failure}\n{text}"));
        // Somebody else may have that port on this machine.
        world.clusters.iter_mut().for_each(|cluster| cluster.port = 0);
        world.start().await.unwrap_or_else(|failure| panic!("{failure}\n{text}"));
    }
}

#[test]
fn every_field_and_every_fault_has_an_example() {
    let examples = blocks(&read(PAGE), "yaml").join("\n");
    for (whole, yaml) in TYPES {
        for word in known(yaml) {
            let used = Regex::new(&format!(r"\b{word}\b *([:,\}}\n]|$)")).unwrap();
            let code = examples.lines().map(|line| line.split(" #").next().unwrap_or_default());
            let code = code.collect::<Vec<_>>().join("\n");
            // A controller that works is what there is when nothing is said.
            assert!(
                word == "running" || used.is_match(&code),
                "{word:?} of {whole} is in no example of {PAGE}"
            );
        }
    }
}

#[test]
fn every_fault_and_every_built_in_world_is_explained() {
    let page = read(PAGE);
    let (_, faults) = TYPES[6];
    for fault in known(faults) {
        let row = Regex::new(&format!(r"(?m)^\| `{fault}(: [^`]+)?` \| \w")).unwrap();
        assert!(row.is_match(&page), "{fault:?} has no row in {PAGE}");
    }
    let failure = World::known("!").unwrap_err().to_string();
    let (_, names) = failure.split_once("write one of: ").unwrap();
    for name in names.split(", ") {
        assert!(page.contains(&format!("| `{name}` | ")), "{name:?} has no row in {PAGE}");
    }
}
