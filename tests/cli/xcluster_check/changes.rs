//! What is new since an earlier report, and what is gone.

use crate::worlds::{STANDS_STILL, kubectl, plugin};
use serde_json::json;
use testkit::kubectl::{Kubectl, program};

const BUT_LOOPBACK: [&str; 2] = ["--skip", "credentials-server"];

#[test]
fn only_what_is_new_counts_and_what_is_gone_is_told() {
    if program().is_none() {
        return;
    }
    let kubectl = kubectl(STANDS_STILL);
    let old = kubectl.home().join("old.json");
    let check = |words: &[&str]| kubectl.run(["xcluster-check"].iter().chain(words).chain(&BUT_LOOPBACK));
    let before = check(&["-o", "json"]);
    assert_eq!(before.code, Some(3), "{before}");
    std::fs::write(&old, &before.stdout).expect("a file of the report");
    let old = old.to_string_lossy().into_owned();
    let same = check(&["diff", &old]);
    assert_eq!((same.code, same.stdout.as_str()), (Some(0), "0 new, 0 gone, 1 as before\n"), "{same}");
    let labelled = "-n databases label svc/postgres-rw mirror.linkerd.io/exported=true";
    assert_eq!(kubectl.run(labelled.split(' ')).code, Some(0));
    let worse = check(&["diff", &old]);
    assert_eq!(worse.code, Some(3), "{worse}");
    let words = worse.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    let new = "new: error: apps: svc/databases/postgres-rw-infra: apps has no Service postgres-rw-infra (mirror-missing, because of controller-running) next: ";
    assert!(words.starts_with(new), "{worse}");
    let worse = check(&["-o", "json"]);
    std::fs::write(&old, &worse.stdout).expect("a file of the report");
    assert_eq!(
        kubectl.run("-n databases label svc/postgres-rw mirror.linkerd.io/exported-".split(' ')).code,
        Some(0)
    );
    let better = check(&["diff", &old, "-o", "json"]);
    assert_eq!(better.code, Some(0), "{better}");
    let report = better.json();
    assert_eq!(
        (&report["kind"], &report["new"], &report["same"]),
        (&json!("Difference"), &json!([]), &json!(1))
    );
    assert_eq!(report["gone"][0]["check"], "mirror-missing", "{better}");
    let narrow = check(&["diff", &old, "--skip", "mirror-missing,controller-running"]);
    assert_eq!(narrow.stdout, "0 new, 0 gone, 0 as before\n", "{narrow}");
}

#[test]
fn what_is_no_report_is_refused_before_anything_is_asked() {
    if program().is_none() {
        return;
    }
    let kubectl = Kubectl::new(plugin());
    let file = kubectl.home().join("other.json");
    for (text, words) in [("{", "EOF"), ("{\"kind\": \"List\", \"findings\": []}", "of the kind \"List\"")] {
        std::fs::write(&file, text).expect("a file");
        let refused = kubectl.run(["xcluster-check", "diff", &file.to_string_lossy()]);
        assert_eq!(refused.code, Some(2), "{refused}");
        assert!(refused.stderr.contains(words) && refused.stderr.contains("next: "), "{refused}");
    }
}

#[test]
fn what_the_fleet_file_accepts_is_counted_and_not_told_until_its_day_has_passed() {
    if program().is_none() {
        return;
    }
    let kubectl = kubectl(STANDS_STILL);
    let file = kubectl.home().join("platform.yaml");
    let check = |silence: &str, words: &[&str]| {
        let text =
            format!("kind: Platform\nclusters: [{{name: infra}}, {{name: apps}}]\nsilence: [{silence}]\n");
        std::fs::write(&file, text).expect("a fleet file");
        let file = file.to_string_lossy().into_owned();
        let head = ["xcluster-check", "--config", &file];
        kubectl.run(head.iter().chain(&BUT_LOOPBACK).chain(words))
    };
    let well = check("{check: controller-running, clusters: [infra, apps], reason: it comes next week}", &[]);
    assert_eq!(well.code, Some(0), "{well}");
    let words = well.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.starts_with("nothing else is wrong in what was asked: ")
            && words.ends_with("; known and accepted: 1"),
        "{well}"
    );
    let junit = check("{check: controller-running, reason: it comes next week}", &["-o", "junit"]);
    assert!(junit.stdout.contains("nothing counts against Link infra: "), "{junit}");
    let ended = check("{check: controller-running, reason: it comes, until: '2020-01-01'}", &["-o", "json"]);
    assert_eq!(ended.code, Some(3), "{ended}");
    let report = ended.json();
    assert_eq!((&report["summary"]["silenced"], &report["silenced"]), (&json!(0), &json!([])), "{ended}");
    assert!(ended.stdout.contains("in the fleet file expired on 2020-01-01 (it comes)"), "{ended}");
    for (silence, words) in [
        ("{check: controller-running}", "has no `reason`"),
        ("{check: controller-runing, reason: x}", "did you mean controller-running?"),
    ] {
        let refused = check(silence, &[]);
        assert_eq!(refused.code, Some(2), "{refused}");
        assert!(
            refused.stderr.contains(words) && refused.stderr.contains("error: fleet file /"),
            "{refused}"
        );
    }
}

#[test]
fn a_fleet_file_may_be_a_pipe() {
    if program().is_none() {
        return;
    }
    let text = "kind: Platform\nclusters: [{name: infra}, {name: apps}]\n\
                silence: [{check: controller-running, reason: it comes next week}]\n";
    let kubectl = kubectl(STANDS_STILL).stdin(text);
    let head = ["xcluster-check", "--config", "/dev/stdin", "-o", "json"];
    let well = kubectl.run(head.iter().chain(&BUT_LOOPBACK));
    assert_eq!(well.code, Some(0), "{well}");
    assert!(well.json()["summary"]["silenced"] == 1, "{well}");
}
