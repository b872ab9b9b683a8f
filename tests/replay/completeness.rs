//! Shows that no recorded state is left out: each is compared with, or it is said here why not.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use testkit::recorded::{Folder, recordings};

use super::{
    PLAYED, burst, credentials,
    step::{Scenario, Step},
};

/// Files that are not compared with, and why.
const NOT_COMPARED: [(&str, &str, &str); 1] =
    [("17-rate", "after.apps.yaml", "it holds numbers, not objects")];

/// Comparisons that are no steps of the table.
const IN_BODIES: [(&str, &[Step]); 3] = [
    ("13-credentials", &[credentials::ONLY_THE_GOOD_ONE]),
    ("13-credentials", credentials::AFTER_THE_REVOCATION),
    ("18-created-then-updated-burst", &[burst::ALL_THERE]),
];

#[test]
fn every_recorded_state_is_compared_with_or_has_a_reason_not_to_be() -> Result<(), String> {
    let Some(root) = recordings() else { return Ok(()) };
    let entries = fs::read_dir(root).map_err(|error| error.to_string())?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let recorded: BTreeSet<String> = names.filter(|name| name != "README.md").collect();
    let (compared, mut left) = (compared(), Vec::new());
    for folder in &recorded {
        for file in Folder::open(folder).ok_or("no recordings")?.files("after")? {
            let seen = compared.get(folder.as_str()).is_some_and(|files| files.contains(file.as_str()));
            let excused = NOT_COMPARED.iter().any(|(at, name, _)| at == folder && *name == file);
            if seen == excused {
                left.push(format!("{folder}/{file}: compared: {seen}, excused: {excused}"));
            }
        }
    }
    assert!(left.is_empty(), "{left:#?}");
    Ok(())
}

/// Returns the files that something is compared with, by folder.
fn compared() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let mut files: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    let tables = PLAYED.iter().map(|scenario: &&Scenario| (scenario.folder, scenario.steps));
    for (mut folder, steps) in tables.chain(IN_BODIES) {
        for step in steps {
            if let Step::Folder(other) = step {
                folder = other;
            }
            if let Step::Same(_, file) | Step::SameUnordered(_, file) | Step::SameByHostname(_, file) = step {
                files.entry(folder).or_default().insert(*file);
            }
        }
    }
    files
}
