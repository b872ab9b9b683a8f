//! What a floor must not touch outside the workspace.

use super::{library, module, room};

/// What the pure floors must not touch.
const WORLD: [&str; 8] =
    ["tokio::", "kube::", "std::fs", "std::env", "std::io", "std::net", "std::process", "Instant::now"];

/// What the surface must not touch: it shows what others have seen.
pub(super) const CLUSTERS: [&str; 3] = ["tokio", "kube", "k8s_openapi"];

#[test]
fn what_judges_touches_no_world() {
    let pure = |name: &str| room(name).is_some_and(|(_, floor)| floor <= 2) && !name.ends_with("tests");
    assert_eq!(touched(pure, &WORLD), Vec::<String>::new());
}

#[test]
fn the_surface_reaches_no_cluster() {
    let shows = |name: &str| room(name).is_some_and(|(room, _)| room == "surface");
    assert_eq!(touched(shows, &CLUSTERS.map(|name| format!("{name}::"))), Vec::<String>::new());
}

/// Where these modules of the library name any of these words.
fn touched(concerns: impl Fn(&str) -> bool, words: &[impl AsRef<str>]) -> Vec<String> {
    let mut found = Vec::new();
    for (path, source) in library().iter().filter(|(path, _)| concerns(&module(path))) {
        for (number, line) in source.lines().enumerate() {
            let code = line.split("//").next().unwrap();
            let named = words.iter().map(AsRef::as_ref).filter(|word| code.contains(word));
            found.extend(named.map(|word| format!("{}:{}: {word}", path.display(), number + 1)));
        }
    }
    found
}
