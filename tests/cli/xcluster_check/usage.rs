//! What is typed wrong, and what needs no cluster at all.

use crate::worlds::{kubectl, plugin};
use testkit::kubectl::{Kubectl, program};

#[test]
fn a_check_that_nobody_knows_is_refused_before_any_cluster_is_asked() {
    if program().is_none() {
        return;
    }
    let kubectl = Kubectl::new(plugin());
    for words in [["--only", "gatewy-up"], ["--skip", "gatewy-up"], ["explain", "gatewy-up"]] {
        let refused = kubectl.run(["xcluster-check"].iter().chain(&words));
        assert_eq!(refused.code, Some(2), "{refused}");
        assert!(refused.stderr.contains("there is no check \"gatewy-up\""), "{refused}");
        assert!(refused.stderr.contains("did you mean gateway-up?"), "{refused}");
    }
    let strange = kubectl.run(["xcluster-check", "--only", "zzz"]);
    assert!(strange.stderr.contains("list all checks with `kubectl xcluster-check explain`"), "{strange}");
}

#[test]
fn checks_are_explained_without_a_cluster() {
    if program().is_none() {
        return;
    }
    let kubectl = Kubectl::new(plugin());
    let explained = kubectl.run(["xcluster-check", "explain", "gateway-up"]);
    assert_eq!((explained.code, explained.stderr.as_str()), (Some(0), ""), "{explained}");
    insta::assert_snapshot!(explained.stdout);
    let all = kubectl.run(["xcluster-check", "explain", "-o", "name"]);
    assert!(all.stdout.lines().count() > 90 && all.stdout.contains("check/trust-roots\n"), "{all}");
}

#[test]
fn a_format_that_nobody_knows_is_refused_as_kubectl_does() {
    if program().is_none() {
        return;
    }
    let refused = Kubectl::new(plugin()).run(["xcluster-check", "-o", "xml"]);
    assert_eq!(refused.code, Some(2), "{refused}");
    assert!(refused.stderr.contains("unable to match a printer suitable for the output format"), "{refused}");
}

#[test]
fn no_context_has_to_be_the_current_one() {
    if program().is_none() {
        return;
    }
    let kubectl = kubectl("extends: platform");
    let unset = kubectl.run(["config", "unset", "current-context"]);
    assert_eq!(unset.code, Some(0), "{unset}");
    let looked = kubectl.run(["xcluster-check"]);
    assert_eq!(looked.code, Some(0), "{looked}");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    if program().is_none() {
        return;
    }
    let outcome = kubectl("extends: platform").run_into_head(["xcluster-check", "-o", "json"]);
    assert!(!outcome.stderr.contains("panicked"), "{outcome}");
}
