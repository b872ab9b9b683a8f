//! What is written from the arguments is as it would be written now.

use crate::args::MeshExport;
use clap::CommandFactory;
use platform::mesh::access;
use testkit::manual::{completions, kept, pages, reference};

#[test]
fn manual_pages_say_what_can_be_typed() {
    for (path, text) in pages(&MeshExport::command()) {
        kept(&path, &text);
    }
}

#[test]
fn the_reference_says_what_can_be_typed() {
    kept("docs/reference/mesh-export.md", &reference(&MeshExport::command()));
}

#[test]
fn the_roles_are_those_that_the_plugin_prints() {
    kept("docs/rbac/mesh-export.yaml", &access::manifests());
}

#[test]
fn completions_are_those_that_the_plugin_prints() {
    for (path, text) in completions(&MeshExport::command()) {
        kept(&path, &text);
    }
}
