//! What is written from the arguments and from the reports is as it would be written now.

use crate::args::MeshExport;
use crate::explanation::Explanation;
use crate::report::{Report, UNCHANGED};
use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};
use platform::mesh::access;
use platform::mesh::change::{Change, Ownership};
use platform::mesh::explain::STAGES;
use serde_json::Value;
use std::collections::BTreeSet;
use testkit::manual::{completions, kept, pages, reference};
use testkit::schema::{file, leave_out, narrow, published};
use testkit::shown::of_plugin;

/// What a report says of an object that a plan is about.
pub(crate) const CHANGES: [&str; 6] = ["annotated", "created", "deleted", "labeled", UNCHANGED, "unlabeled"];

#[test]
fn manual_pages_say_what_can_be_typed() {
    for (path, text) in pages(&MeshExport::command()) {
        kept(&path, &text);
    }
}

#[test]
fn the_reference_says_what_can_be_typed() {
    let reports = [
        ("", "Export"),
        (" list", "List"),
        (" verify", "Verification"),
        (" explain", "Explanation"),
        (" undo", "Undo"),
    ];
    kept("docs/reference/mesh-export.md", &reference(&MeshExport::command(), &reports));
}

#[test]
fn the_roles_are_those_that_the_plugin_prints() {
    kept("docs/rbac/mesh-export.yaml", &access::manifests(&access::ROLES));
}

#[test]
fn completions_are_those_that_the_plugin_prints() {
    for (path, text) in completions(&MeshExport::command()) {
        kept(&path, &text);
    }
}

/// The reports of this kind: exports show mirrors that come, and with `--prune` such as go.
fn report(kind: &str) -> Value {
    let mut schema = published::<Report>(kind, &format!("What `kubectl mesh-export` prints as {kind}"));
    match kind {
        "Export" => (),
        "Undo" => narrow(&mut schema, ("MirrorRow", "state"), "Leaving"),
        _ => {
            narrow(&mut schema, ("MirrorRow", "state"), "State");
            leave_out(&mut schema, &["dryRun", "patches", "diff", "modeChanges", "surplus"]);
            for field in ["changes", "sideEffects"] {
                schema["properties"][field] = serde_json::json!({ "type": "array", "maxItems": 0 });
            }
            leave_out(&mut schema, &[]);
        }
    }
    schema
}

#[test]
fn schemas_say_what_is_printed() {
    let mut explanation =
        published::<Explanation>("Explanation", "What `kubectl mesh-export explain` prints as Explanation");
    let stages = STAGES.map(|stage| stage.id);
    let step = &mut explanation["$defs"]["Step"];
    step["properties"]["stage"]["enum"] = serde_json::json!(stages);
    // What a finding says stands among the fields of its stage: all of it or nothing.
    step["dependentRequired"] = serde_json::json!({
        "check": ["summary", "evidence"], "summary": ["check"], "evidence": ["check"],
        "because": ["check"], "remedy": ["check"],
    });
    let reports = ["Export", "Undo", "List", "Verification"].map(|kind| (kind, report(kind)));
    for (kind, schema) in reports.into_iter().chain([("Explanation", explanation)]) {
        kept(&file(kind), &format!("{}\n", serde_json::to_string_pretty(&schema).unwrap()));
    }
}

#[test]
fn the_schema_knows_every_word_for_a_change() {
    let (labels, ownership) = (platform::terms::Labels::new(), Ownership::Respect);
    let set: platform::terms::Labels = [("a".to_owned(), "b".to_owned())].into();
    let applied = |set| Change::Apply {
        labels: labels.clone(),
        set,
        removed: Vec::new(),
        ownership,
        uid: String::new(),
    };
    let all = [
        applied(set),
        applied(labels.clone()),
        Change::Touch { labels: labels.clone(), version: String::new(), uid: String::new() },
        Change::Remove { labels: Vec::new(), version: String::new() },
        Change::MakeNamespace { labels: labels.clone(), annotations: labels.clone() },
        Change::DeleteMirror { uid: String::new() },
    ];
    // Another kind of change belongs into the list above.
    let is_listed = |change: &Change| match change {
        Change::Apply { .. }
        | Change::Touch { .. }
        | Change::Remove { .. }
        | Change::MakeNamespace { .. }
        | Change::DeleteMirror { .. } => true,
    };
    assert!(all.iter().all(is_listed));
    let words: BTreeSet<&str> = all.iter().map(Change::done).chain([UNCHANGED]).collect();
    assert_eq!(words.into_iter().collect::<Vec<_>>(), CHANGES);
}

#[test]
fn every_command_of_it_that_somebody_is_told_to_type_is_one() {
    let told = of_plugin("mesh-export");
    for one in &told {
        let mistake = |words: &Vec<String>| {
            let error = MeshExport::try_parse_from(words).err()?;
            (error.kind() != ErrorKind::DisplayHelp).then(|| error.to_string())
        };
        let mistakes: Vec<String> = one.ways().iter().map_while(mistake).collect();
        assert!(mistakes.len() < one.ways().len(), "{}\n{}", one.place, mistakes.concat());
    }
    assert!(told.len() > 10, "{} commands", told.len());
}
