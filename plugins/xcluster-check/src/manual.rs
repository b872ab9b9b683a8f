//! What is written from the arguments and from the reports is as it would be written now.

use crate::args::XclusterCheck;
use crate::catalogue::Catalogue;
use crate::diff::Difference;
use crate::report::Report;
use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};
use platform::mesh::access;
use serde_json::Value;
use testkit::manual::{completions, kept, pages, reference};
use testkit::schema::{file, published};
use testkit::shown::of_plugin;

#[test]
fn manual_pages_say_what_can_be_typed() {
    for (path, text) in pages(&XclusterCheck::command()) {
        kept(&path, &text);
    }
}

#[test]
fn the_reference_says_what_can_be_typed() {
    let reports = [("", "Check"), (" explain", "Catalogue"), (" diff", "Difference")];
    kept("docs/reference/xcluster-check.md", &reference(&XclusterCheck::command(), &reports));
}

#[test]
fn the_roles_are_those_that_the_plugin_prints() {
    kept("docs/rbac/xcluster-check.yaml", &access::manifests(&access::FLEET_ROLES));
    kept("docs/rbac/xcluster-check-watch.yaml", &access::manifests_to_watch(&access::FLEET_ROLES));
}

#[test]
fn completions_are_those_that_the_plugin_prints() {
    for (path, text) in completions(&XclusterCheck::command()) {
        kept(&path, &text);
    }
}

#[test]
fn schemas_say_what_is_printed() {
    let kept_as = |kind: &str, schema: &Value| {
        kept(&file(kind), &format!("{}\n", serde_json::to_string_pretty(schema).unwrap()));
    };
    kept_as("Check", &published::<Report>("Check", "What `kubectl xcluster-check` prints as Check"));
    let about = "What `kubectl xcluster-check diff` prints as Difference";
    kept_as("Difference", &published::<Difference>("Difference", about));
    let about = "What `kubectl xcluster-check explain` prints as Catalogue";
    kept_as("Catalogue", &published::<Catalogue>("Catalogue", about));
}

#[test]
fn every_command_of_it_that_somebody_is_told_to_type_is_one() {
    let told = of_plugin("xcluster-check");
    for one in &told {
        let mistake = |words: &Vec<String>| {
            let error = XclusterCheck::try_parse_from(words).err()?;
            (error.kind() != ErrorKind::DisplayHelp).then(|| error.to_string())
        };
        let mistakes: Vec<String> = one.ways().iter().map_while(mistake).collect();
        assert!(mistakes.len() < one.ways().len(), "{}\n{}", one.place, mistakes.concat());
    }
    assert!(told.len() > 10, "{} commands", told.len());
}
