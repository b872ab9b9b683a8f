//! What the judgement detects, measured: worlds in which nothing is wrong, changed leaf by leaf as somebody could change
//! them, and whether a finding then names the object and the field. [docs/detection.md](../../docs/detection.md) is written here.

mod alarms;
mod blind;
mod caught;
mod certificates;
mod collected;
mod counted;
mod coverage;
mod definitions;
mod document;
mod encode;
mod fields;
mod harmless;
mod laws;
mod leaves;
mod look;
mod measure;
mod mutations;
mod pages;
mod rights;
mod rolled;
mod rules;
mod settle;
mod spoken;
mod world;

use measure::{Measured, Outcome};
use std::path::{Path, PathBuf};
use world::World;

/// The page is what a run says; whoever changes the one changes the other.
#[test]
fn every_mutation_is_caught_or_stands_in_a_table_and_the_page_says_so() {
    let measured: Vec<Measured> = std::thread::scope(|scope| {
        let worlds = World::all().into_iter();
        let runs: Vec<_> =
            worlds.map(|(name, world)| scope.spawn(move || Measured::of(name, &world))).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    let unnamed: Vec<&str> = measured.iter().flat_map(Measured::unnamed).collect();
    let (needless, unexercised) = (measure::needless(&measured), coverage::unexercised(&measured));
    let nothing = Vec::<String>::new();
    assert_eq!(unnamed, Vec::<&str>::new(), "neither caught nor in a table; {needless:?} {unexercised:?}");
    assert_eq!(
        (&needless, &unexercised),
        (&nothing, &nothing),
        "rows that nothing needs, and fields that no mutation changes"
    );
    // Who misses a share looks at the page.
    let page = document::written(&measured);
    kept("docs/detection.md", &page);
    let [caught, harmless, missed] = [Outcome::Caught, Outcome::Harmless, Outcome::Missed]
        .map(|outcome| measured.iter().map(|one| one.count(outcome)).sum::<usize>());
    assert!(harmless * 10 <= caught + harmless + missed, "{harmless} are harmless");
    assert!(caught * 100 >= (caught + missed) * 95, "{missed} are missed");
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Finds a file of the repository as it would be written now; writes it where `INSTA_UPDATE` is `always`.
fn kept(path: &str, text: &str) {
    let file = root().join(path);
    #[expect(clippy::disallowed_methods, reason = "insta's own variable, for who works on this")]
    let update = std::env::var("INSTA_UPDATE");
    if update.is_ok_and(|how| how == "always") {
        std::fs::write(&file, text).unwrap();
    }
    let found = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(found == text, "{path} is written by this test: run it with INSTA_UPDATE=always");
}
