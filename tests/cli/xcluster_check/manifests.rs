//! Manifests of a repository, through kubectl: what a person reads of them, and what a script does.

use crate::worlds::plugin;
use std::fs;
use testkit::kubectl::{Kubectl, Outcome, program};
use testkit::published;

/// A repository of two clusters in which everything is right.
const REPOSITORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/manifests");

/// Without a kubeconfig, so that nothing can be asked of anybody.
fn judged(pairs: &[&str], more: &[&str]) -> Outcome {
    let flags = pairs.iter().flat_map(|pair| ["--manifests", pair]);
    let words = ["xcluster-check"].into_iter().chain(flags).chain(more.iter().copied());
    Kubectl::new(plugin()).kubeconfig("/dev/null").env("TERM", "dumb").run(words)
}

fn healthy(more: &[&str]) -> Outcome {
    let pair = |name: &str| format!("{name}={REPOSITORY}/{name}");
    judged(&[&pair("infra"), &pair("apps")], more)
}

#[test]
fn a_repository_that_is_right_is_told_so_with_what_was_not_looked_at() {
    if program().is_none() {
        return;
    }
    let well = healthy(&[]);
    assert_eq!(well.code, Some(0), "{well}");
    insta::assert_snapshot!(well.redacted(&[(r"(?s) in \S*/tests/manifests/", " in manifests/")]));
    let report = healthy(&["-o", "json"]).json();
    let (summary, looked) = (&report["summary"], &report["looked"]);
    assert_eq!(summary["errors"], 0, "{report}");
    let counted = looked["unanswered"].as_u64().unwrap() + 1;
    assert_eq!(summary["notLookedAt"], counted, "what was not asked, and the line that says so");
    let pairs = ["infra", "apps"].map(|name| format!("{name}={REPOSITORY}/{name}"));
    let from = ["--from", &pairs[0], "--from", &pairs[1], "--manifests", "-o", "json"];
    assert_eq!(judged(&[], &from).json(), report, "the other way to say it");
    let refused = judged(&[], &["--manifests"]);
    assert_eq!(refused.code, Some(2), "{refused}");
    assert!(refused.stderr.contains("`--manifests infra=DIR --manifests apps=DIR`"), "{refused}");
    assert_eq!(healthy(&["--strict"]).code, Some(4), "whoever wants all of it looked at does not get that");
}

#[test]
fn a_mistake_is_told_with_its_place_and_what_nobody_could_read_is_named() {
    if program().is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let link = fs::read_to_string(format!("{REPOSITORY}/apps/link.yaml")).unwrap();
    write("apps/link.yaml", &link);
    let service = "# Ours\napiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  namespace: shop\n  labels:\n    \
                   mirror.linkerd.io/exported: ture\nspec: {ports: [{port: 80}]}\n";
    write("infra/base/web.yaml", service);
    write("infra/base/kustomization.yaml", "resources: [web.yaml]\n");
    write("infra/prod/kustomization.yaml", "resources: [../base]\npatches: [{path: patch.yaml}]\n");
    write("infra/prod/patch.yaml", service.replace("ture", "'true'").as_str());
    write("infra/charts/web/Chart.yaml", "name: web\n");
    write("infra/charts/web/templates/a.yaml", "{{ if .Values.web }}\napiVersion: v1\n");
    let pair = |name: &str| format!("{name}={}/{name}", folder.path().display());
    let (infra, apps) = (pair("infra"), pair("apps"));
    let said = judged(&[&infra, &apps], &[]);
    assert_eq!(said.code, Some(3), "{said}");
    let place = folder.path().display().to_string();
    insta::assert_snapshot!(said.to_string().replace(&place, "repository"));
    write("infra/broken.yaml", "apiVersion: v1\nkind: [\n");
    let broken = judged(&[&infra, &apps], &[]);
    assert_eq!(broken.code, Some(2), "{broken}");
    assert!(
        broken.stderr.contains("/infra/broken.yaml:") && broken.stderr.contains("next: correct it"),
        "{broken}"
    );
}

#[test]
fn code_scanning_shows_each_result_at_its_line_of_the_repository() {
    if program().is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    fs::create_dir_all(place("my clusters/infra")).unwrap();
    fs::create_dir(place(".git")).unwrap();
    let service = "# Ours\napiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  labels: {mirror.linkerd.io/exported: ture}\n";
    fs::write(place("my clusters/infra/web.yaml"), service).unwrap();
    let infra = format!("infra={}", place("my clusters/infra").display());
    let analysis = judged(&[&infra], &["-o", "sarif"]);
    assert_eq!(published::against_sarif(&analysis.stdout).unwrap_or_default(), Vec::<String>::new());
    let report = analysis.json();
    let results = report["runs"][0]["results"].as_array().unwrap().iter();
    let places = results.map(|one| (&one["ruleId"], &one["locations"][0]["physicalLocation"]));
    let places: Vec<String> = places.map(|(rule, place)| format!("{rule}: {place}")).collect();
    insta::assert_snapshot!(places.join("\n"), @r#"
    "export-label": {"artifactLocation":{"uri":"my%20clusters/infra/web.yaml","uriBaseId":"%SRCROOT%"},"region":{"startLine":2,"startColumn":1}}
    "no-link": {"artifactLocation":{"uri":"my%20clusters/infra","uriBaseId":"%SRCROOT%"}}
    "#);
}

#[test]
fn a_cluster_goes_by_the_name_that_links_give_it() {
    if program().is_none() {
        return;
    }
    let (infra, apps) = (format!("production={REPOSITORY}/infra"), format!("apps={REPOSITORY}/apps"));
    let strange = judged(&[&infra, &apps], &[]);
    assert_eq!(strange.code, Some(0), "{strange}");
    let words = strange.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("they point to infra: name each cluster as Links call it"), "{strange}");
    let parts = ["infra/linkerd", "infra"].map(|folder| format!("infra={REPOSITORY}/{folder}"));
    let together = judged(&[&parts[0], &parts[1], &apps], &[]);
    assert_eq!(together.stdout, healthy(&[]).stdout, "each object is there once");
    assert!(
        together.stderr.contains("/infra/linkerd, ") && together.stderr.contains("/infra: 14"),
        "{together}"
    );
    let from = ["--from", &apps];
    let twice = judged(&[&apps], &from);
    assert_eq!(twice.code, Some(2), "{twice}");
    assert!(twice.stderr.contains("apps is named twice") && twice.stderr.contains("next: "), "{twice}");
    for (pair, words) in [
        ("infra", "--manifests \"infra\" does not say which cluster a folder is of"),
        ("infra=/nowhere", "/nowhere: no such file or directory"),
    ] {
        let refused = judged(&[pair], &[]);
        assert_eq!(refused.code, Some(2), "{refused}");
        assert!(refused.stderr.contains(words) && refused.stderr.contains("next: "), "{refused}");
    }
}
