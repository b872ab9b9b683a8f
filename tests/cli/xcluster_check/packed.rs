//! `collect` into one file, for a colleague, who judges that.

use crate::files::{self, CHECK, FINGERPRINTS, unmirrored};
use crate::worlds::{kubectl, plugin, typed};
use std::fs;
use testkit::kubectl::{Kubectl, Outcome, program};

fn judged(file: &str, more: &[&str]) -> Outcome {
    files::judged(&["--from", file], more)
}

#[test]
fn one_file_is_judged_as_the_clusters_were() {
    if program().is_none() {
        return;
    }
    let kubectl = unmirrored();
    let live = kubectl.run(CHECK.iter().chain(&FINGERPRINTS));
    let file = kubectl.home().join("dump.tar");
    let file = file.to_str().unwrap();
    let written = kubectl.run(["xcluster-check", "collect", file]);
    assert_eq!(written.code, Some(0), "{written}");
    assert_eq!(written.stdout, format!("kubectl xcluster-check --from {file}\n"));
    let there = judged(file, &FINGERPRINTS);
    assert_eq!((there.code, &there.stdout), (Some(3), &live.stdout), "{there}");
    let shown = judged(file, &[]);
    assert!(shown.stdout.contains(&format!("in {file}/apps/objects.yaml:")), "{shown}");
    let again = kubectl.run(["xcluster-check", "collect", file]);
    assert_eq!(again.code, Some(2), "{again}");
    assert!(again.stderr.contains("dump.tar is there already"), "{again}");
    let mixed = judged(&format!("infra={file}"), &[]);
    assert_eq!(mixed.code, Some(2), "{mixed}");
    assert!(mixed.stderr.contains(&format!("the file without a context: `--from {file}`")), "{mixed}");
    let folder = kubectl.home().join("dump");
    let flagged = kubectl.run(["xcluster-check", "collect", "-o", folder.to_str().unwrap()]);
    assert_eq!(flagged.code, Some(0), "{flagged}");
    assert!(folder.join("apps/meta.yaml").is_file() && folder.join("infra/objects.yaml").is_file());
    let piped = kubectl.run(["xcluster-check", "collect", "--output", "-"]);
    assert_eq!(piped.code, Some(0), "{piped}");
    let other = kubectl.home().join("piped.tar");
    fs::write(&other, piped.stdout).unwrap();
    assert_eq!(judged(other.to_str().unwrap(), &FINGERPRINTS).stdout, live.stdout);
    let left = fs::read_dir(kubectl.home()).unwrap().map(|entry| entry.unwrap().file_name());
    let left: Vec<_> = left.filter(|name| name.to_string_lossy().contains("partial")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn nothing_is_written_where_something_is_or_nothing_can_be() {
    if program().is_none() {
        return;
    }
    let kubectl = kubectl("extends: platform");
    let place = |name: &str| kubectl.home().join(name).to_str().unwrap().to_owned();
    let collect = |name: &str| kubectl.run(["xcluster-check", "collect", &place(name)]);
    fs::create_dir_all(place("full/apps")).unwrap();
    fs::write(place("full/apps/mine.yaml"), "a: 1").unwrap();
    let refused = collect("full");
    assert_eq!(refused.code, Some(2), "{refused}");
    assert!(refused.stderr.contains("/full/apps is there already"), "{refused}");
    assert!(!fs::exists(place("full/infra")).unwrap(), "it was refused before anything was read");
    fs::create_dir_all(place("empty/apps")).unwrap();
    assert_eq!(collect("empty").code, Some(0));
    assert!(fs::exists(place("empty/apps/meta.yaml")).unwrap());
    fs::write(place("file"), "").unwrap();
    for target in ["file/dump.tar", "file/dump"] {
        let refused = collect(target);
        assert_eq!(refused.code, Some(2), "{refused}");
        assert!(
            refused.stderr.contains("cannot write ") && refused.stderr.contains("not a directory"),
            "{refused}"
        );
    }
}

#[test]
fn a_place_is_named_once_with_the_flag_or_without_it() {
    if program().is_none() {
        return;
    }
    let kubectl = kubectl("extends: platform");
    let refused = |words: &str, why: &str| {
        let refused = kubectl.run(words.split(' '));
        assert_eq!(refused.code, Some(2), "{refused}");
        assert!(refused.stderr.contains(why), "{refused}");
    };
    refused("xcluster-check collect", "required arguments were not provided");
    refused("xcluster-check collect one -o other", "cannot be used with");
    refused("xcluster-check collect -o yaml", "for a directory of that name, use `-o ./yaml`");
    assert!(["one", "other"].iter().all(|name| !fs::exists(name).unwrap()));
}

#[test]
fn what_may_not_be_read_is_named() {
    if program().is_none() {
        return;
    }
    let kubectl = kubectl("extends: platform");
    let place = kubectl.home().join("dump");
    let words = ["xcluster-check", "collect", place.to_str().unwrap(), "--as", "nobody"];
    let written = kubectl.run(words);
    assert_eq!(written.code, Some(0), "{written}");
    let warning = "Warning: apps: not in it, since they may not be read: ";
    let told = written.stderr.lines().find_map(|line| line.strip_prefix(warning)).unwrap_or_default();
    assert!(told.contains("links.multicluster.linkerd.io, "), "{written}");
    // That nothing may be seen is something to judge, too.
    let there = judged(place.to_str().unwrap(), &[]);
    assert_eq!(there.code, Some(4), "{there}");
}

#[test]
fn a_cluster_that_was_not_reached_is_unseen_for_who_judges_the_files() {
    if program().is_none() {
        return;
    }
    let kubectl = kubectl("extends: apps-down");
    for name in ["dump.tar", "dump"] {
        let place = kubectl.home().join(name);
        let place = place.to_str().unwrap();
        let written = kubectl.run(["xcluster-check", "collect", place]);
        assert_eq!(written.code, Some(6), "{written}");
        assert!(
            written.stderr.contains("could not be reached: 1; what is written says of each only why"),
            "{written}"
        );
        let there = judged(place, &["-o", "json"]);
        assert_eq!(there.code, Some(4), "{there}");
        let report = there.json();
        let checks = report["findings"].as_array().unwrap().iter().map(|one| one["check"].as_str().unwrap());
        let checks: Vec<&str> = checks.collect();
        assert!(checks.contains(&"cluster-unseen") && !checks.contains(&"no-link"), "{checks:?}");
    }
}

#[test]
fn nothing_is_compressed_and_flags_for_servers_mean_nothing_to_files() {
    if program().is_none() {
        return;
    }
    let kubectl = kubectl("extends: platform");
    for name in ["dump.tar.gz", "dump.tgz"] {
        let refused = kubectl.run(["xcluster-check", "collect", name]);
        assert_eq!(refused.code, Some(2), "{refused}");
        assert!(refused.stderr.contains("collect - | gzip >FILE.tar.gz`"), "{refused}");
    }
    let file = kubectl.home().join("dump.tar");
    let file = file.to_str().unwrap();
    assert_eq!(kubectl.run(["xcluster-check", "collect", file]).code, Some(0));
    for flags in ["--contexts infra,apps", "--context apps", "--server https://example.test", "--token x"] {
        let refused = judged(file, &flags.split(' ').collect::<Vec<_>>());
        assert_eq!(refused.code, Some(2), "{refused}");
        let flag = flags.split(' ').next().unwrap();
        assert!(refused.stderr.contains(&format!("{flag} cannot be used with files")), "{refused}");
    }
    let typed = judged(file, &["-n", "typo"]);
    assert!(typed.stdout.contains("; no exports in namespace typo"), "{typed}");
    let wide = judged(file, &["-o", "wide", "--only", "gateway-up"]);
    assert!(wide.stdout.starts_with("nothing "), "{wide}");
}

#[test]
fn what_fails_halfway_leaves_nothing() {
    if program().is_none() {
        return;
    }
    let kubectl = kubectl("extends: platform");
    // Longer than the name of any folder.
    let long = "x".repeat(300);
    typed(&kubectl, &format!("config rename-context apps {long}"));
    let (contexts, place) = (format!("infra,{long}"), kubectl.home().join("dump"));
    let target = place.to_string_lossy();
    let refused = kubectl.run(["xcluster-check", "--contexts", &contexts, "collect", &target]);
    assert_eq!(refused.code, Some(2), "{refused}");
    assert!(refused.stderr.contains("cannot write ") && refused.stderr.contains("too long"), "{refused}");
    assert!(!place.exists(), "infra was whole, and is of no use alone");
}

#[test]
fn what_is_no_tar_of_clusters_is_refused() {
    if program().is_none() {
        return;
    }
    let folder = Kubectl::new(plugin());
    let file = folder.home().join("notes.tar");
    let file = file.to_str().unwrap();
    for (text, words) in [("", "holds no objects of Kubernetes"), ("kind: Service\n", "notes.tar: ")] {
        fs::write(file, text).unwrap();
        let refused = judged(file, &[]);
        assert_eq!(refused.code, Some(2), "{refused}");
        assert!(refused.stderr.contains(words) && refused.stderr.contains("next: "), "{refused}");
    }
}
