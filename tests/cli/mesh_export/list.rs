//! Lists of exports: what is missing is exported, what is besides is shown, and pruned when that is asked for.

use crate::bed::{Bed, database};
use crate::marks::NOTHING;
use std::path::PathBuf;
use testkit::world::mesh_shared;

const HEAD: &str = "apiVersion: platform.tools/v1\nkind: ExportList\n";

#[expect(clippy::expect_used, reason = "test code: without its file, no test can go on")]
fn list(bed: &Bed, exports: &str) -> PathBuf {
    let path = bed.world.folder().join("exports.yaml");
    std::fs::write(&path, format!("{HEAD}exports: {exports}\n")).expect("a file");
    path
}

fn export(bed: &Bed, more: &[&str]) -> testkit::kubectl::Outcome {
    let file = bed.world.folder().join("exports.yaml").display().to_string();
    bed.kubectl().run(["mesh-export", "-f", &file].iter().chain(more))
}

#[test]
fn a_list_is_exported_shown_and_pruned_until_nothing_is_left_to_do() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let bed = Bed::new(ground, "list");
    for name in ["cache", "queue"] {
        bed.world.service("infra", database(name));
    }
    bed.world.service("infra", database("theirs").label("mirror.linkerd.io/exported", "true"));
    let namespace = bed.world.namespace();
    list(
        &bed,
        &format!(
            "[{{name: postgres-rw, mode: gateway}}, {{namespace: {namespace}, name: cache, to: [apps]}}]"
        ),
    );
    let marks = bed.mark();
    for flag in ["--dry-run=client", "--dry-run=server"] {
        let dry = export(&bed, &[flag]);
        assert_eq!(dry.code, Some(5), "{dry}");
        assert!(dry.stdout.contains(&format!("service/{namespace}/cache labeled (")), "{dry}");
    }
    assert_eq!(marks.writes(), NOTHING);
    let first = export(&bed, &[]);
    assert_eq!(first.code, Some(0), "{first}");
    let left = format!(
        "svc/{namespace}/theirs: exported but not in the list; it was exported by testkit, so it is left alone"
    );
    assert!(first.stderr.contains(&left), "{first}");
    assert_eq!(marks.writes(), ["infra patch services postgres-rw 200", "infra patch services cache 200"]);
    let marks = bed.mark();
    let second = export(&bed, &["-o", "json"]);
    assert_eq!((second.code, marks.writes()), (Some(0), Vec::new()), "{second}");
    assert_eq!(second.json()["surplus"][0]["service"], "theirs");
}

#[test]
fn what_is_ours_and_not_in_the_list_is_pruned_when_somebody_says_yes_and_its_mirror_is_seen_to_go() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let bed = Bed::new(ground, "prune");
    bed.world.service("infra", database("queue"));
    bed.world.service("infra", database("theirs").label("mirror.linkerd.io/exported", "true"));
    let namespace = bed.world.namespace();
    let exported = bed.kubectl().run(["mesh-export", "svc/postgres-rw"]);
    assert_eq!(exported.code, Some(0), "{exported}");
    let marks = bed.mark();
    list(&bed, "[{name: queue}]");
    let asked = export(&bed, &["--prune"]);
    assert_eq!(asked.code, Some(8), "{asked}");
    let question = format!(
        "not in the list, and undone: svc/{namespace}/postgres-rw, and there is no terminal to ask on"
    );
    assert!(asked.stderr.contains(&question), "{asked}");
    let dry = export(&bed, &["--prune", "--dry-run=server"]);
    assert_eq!(dry.code, Some(5), "{dry}");
    assert_eq!(marks.writes(), NOTHING);
    let pruned = export(&bed, &["--prune", "--yes"]);
    assert_eq!(pruned.code, Some(0), "{pruned}");
    for line in [
        format!("service/{namespace}/queue labeled\n"),
        format!("service/{namespace}/postgres-rw unlabeled\n"),
        "postgres-rw   apps       gone ".to_owned(),
        "queue         apps       endpoints ready".to_owned(),
    ] {
        assert!(pruned.stdout.contains(&line), "{line}: {pruned}");
    }
    assert_eq!(marks.writes(), ["infra patch services queue 200", "infra patch services postgres-rw 200"]);
    let marks = bed.mark();
    let last = export(&bed, &["--prune"]);
    assert_eq!((last.code, marks.writes()), (Some(0), Vec::new()), "{last}");
}

#[test]
fn a_mode_that_an_entry_does_not_name_any_more_is_pruned_and_the_other_one_stays() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let bed = Bed::new(ground, "narrow");
    list(&bed, "[{name: postgres-rw, mode: [gateway, federated]}]");
    let both = export(&bed, &["--assume-routable"]);
    assert_eq!(both.code, Some(0), "{both}");
    list(&bed, "[{name: postgres-rw, mode: gateway}]");
    let marks = bed.mark();
    let shown = export(&bed, &[]);
    assert_eq!((shown.code, marks.writes()), (Some(0), Vec::new()), "{shown}");
    let words = "exported with the mode federated, which is not in the list; --prune undoes it";
    assert!(shown.stderr.contains(words), "{shown}");
    let asked = export(&bed, &["--prune"]);
    let question = format!("undone: svc/{}/postgres-rw with federated", bed.world.namespace());
    assert!(asked.code == Some(8) && asked.stderr.contains(&question), "{asked}");
    let moded = export(&bed, &["--prune", "--yes", "--mode=gateway"]);
    assert!(moded.code == Some(2) && moded.stderr.contains("leave out --mode"), "{moded}");
    let pruned = export(&bed, &["--prune", "--yes"]);
    assert_eq!(pruned.code, Some(0), "{pruned}");
    assert!(pruned.stdout.contains("postgres-rw   apps       gone "), "{pruned}");
    let marks = bed.mark();
    let last = export(&bed, &["--prune", "-o", "json"]);
    assert_eq!((last.code, marks.writes()), (Some(0), Vec::new()), "{last}");
    assert_eq!(last.json()["surplus"].as_array().map_or(0, Vec::len), 0, "{last}");
    let mirrors: Vec<_> =
        last.json()["mirrors"].as_array().unwrap().iter().map(|one| one["mode"].clone()).collect();
    assert_eq!(mirrors, ["gateway"], "{last}");
}

#[test]
fn one_export_of_a_list_that_cannot_be_is_a_reason_against_all() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let bed = Bed::new(ground, "half");
    list(&bed, "[{name: postgres-rw}, {name: nobody}]");
    let marks = bed.mark();
    let outcome = export(&bed, &[]);
    assert_eq!((outcome.code, marks.writes()), (Some(3), Vec::new()), "{outcome}");
    assert!(outcome.stderr.contains("nobody: not found"), "{outcome}");
}

#[test]
fn what_no_list_says_is_refused_before_any_cluster_is_asked() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let bed = Bed::new(ground, "odd");
    let marks = bed.mark();
    for (exports, more, words) in [
        ("[{nmae: postgres-rw}]", &[][..], "exports.yaml:3: unknown field `nmae`"),
        ("[{name: a, mode: [flat, gateway]}]", &[], "gateway and flat cannot be combined"),
        ("[{name: a}, {name: a}]", &[], "twice"),
        ("[{name: a, to: [edge]}]", &[], "--to \"edge\" is not a cluster of this run"),
        ("[{name: a}]", &["-A"], "says no namespace"),
        ("[]", &[], "the list has no exports"),
    ] {
        list(&bed, exports);
        let outcome = export(&bed, more);
        assert_eq!(outcome.code, Some(2), "{exports}: {outcome}");
        assert!(outcome.stderr.contains(words), "{words}: {outcome}");
    }
    let alone = bed.kubectl().run(["mesh-export", "svc/postgres-rw", "--prune"]);
    assert_eq!(alone.code, Some(2), "{alone}");
    list(&bed, "[{name: a}]");
    let file = bed.world.folder().join("exports.yaml").display().to_string();
    let undo = bed.kubectl().run(["mesh-export", "undo", "-f", &file]);
    assert_eq!(undo.code, Some(2), "{undo}");
    assert_eq!(marks.writes(), NOTHING);
}
