//! One report in the formats that others read. Whoever named things in it meant no good.

use super::*;
use crate::args::FailOn;
use crate::places::Places;
use crate::report::ClusterRow;
use platform::mesh::fleetwide::{ExportSummary, Judged, LinkSummary, Looked};
use platform::surface::render;
use platform::terms::{ClusterName, Kind, ObjectRef};
use platform::verdict::Cause;
use std::collections::BTreeSet;
use std::time::Duration;
use testkit::{browser, published};

/// Opens a tag, ends a section of XML, leaves an attribute, moves a cursor, and turns the reading direction.
const HOSTILE: &str = "<script>alert(1)</script>]]>\"'&\u{1b}[31m\u{202e}";

fn causes([infra, apps, edge]: [&ClusterName; 3]) -> Vec<Cause> {
    let mirror = |name: &str| ObjectRef::namespaced(apps, Kind::Service, "shop", name);
    let follows = |name: &str, severity: fn(&'static str, &[&ClusterName], String, Remedy) -> Finding| {
        let text = format!("has no addresses of {name}");
        let next = Remedy::new("mend the gateway first");
        severity("mirror-endpoints", &[infra, apps], text, next).about(mirror(name)).because("gateway-up")
    };
    let run = Remedy::run("start it", format!("kubectl --context infra get pods -l 'a={HOSTILE}'"));
    let gateway = Finding::error(
        "gateway-up",
        &[infra, apps],
        format!("no pod of the gateway is ready: {HOSTILE}"),
        run,
    )
    .about(ObjectRef::namespaced(infra, Kind::Deployment, "linkerd-multicluster", HOSTILE))
    .seen("status.readyReplicas", "0")
    .seen("metadata.annotations", HOSTILE);
    let renew = Remedy::new("let cert-manager renew it, see [the page](https://example.org)");
    let expiry = Finding::warning("trust-expiry", &[apps], "the issuer expires in 3 days", renew);
    let grant = Remedy::run("ask for the right", "kubectl xcluster-check --show-rbac");
    let hidden = Finding::unknown("link-version", &[edge, apps], "cannot list links: forbidden", grant)
        .about(ObjectRef::cluster_scoped(apps, Kind::Namespace, "linkerd-multicluster"));
    let effects = vec![follows("web-infra", Finding::error), follows(HOSTILE, Finding::warning)];
    let info = Finding::not_asked("not-looked-at", &[infra], "its pods", HOSTILE);
    vec![
        Cause { finding: gateway, effects },
        Cause { finding: hidden, effects: Vec::new() },
        Cause { finding: expiry, effects: Vec::new() },
        Cause { finding: info, effects: Vec::new() },
    ]
}

fn report() -> Report {
    let [infra, apps, edge] =
        ["infra", "apps", "edge-with-a-name-that-is-too-long-for-its-box"].map(ClusterName::new);
    let row = |name: &ClusterName, context: &str| ClusterRow {
        taken_at: None,
        name: name.clone(),
        context: context.to_owned(),
        reached: true,
    };
    let export = |at: usize| ExportSummary {
        namespace: "shop".into(),
        name: if at == 1 { HOSTILE.into() } else { format!("db-{at}") },
        mirror: format!("db-{at}-infra"),
        worst: (at == 1).then_some(Severity::Error),
        told: BTreeSet::new(),
    };
    let link = |(exporter, consumer): (&ClusterName, &ClusterName), name: &str, mirrors, worst| LinkSummary {
        exporter: exporter.clone(),
        consumer: consumer.clone(),
        namespace: "linkerd-multicluster".into(),
        link: name.into(),
        mirrors,
        worst,
        exports: (0..mirrors).map(export).collect(),
    };
    let links = vec![
        link((&infra, &apps), HOSTILE, 2, Some(Severity::Error)),
        link((&apps, &infra), "apps", 1, None),
        link((&edge, &apps), "edge", 0, Some(Severity::Unknown)),
        link((&edge, &infra), "edge", 12, Some(Severity::Warning)),
    ];
    let clusters = vec![row(&infra, HOSTILE), row(&apps, "admin@apps"), row(&edge, "edge")];
    let looked = Looked { links: 4, mirrors: 15, questions: 311, ..Looked::default() };
    Report::new(
        clusters,
        Judged { causes: causes([&infra, &apps, &edge]), looked, links, ..Judged::default() },
        Vec::new(),
        Places::default(),
    )
}

fn shown(report: &Report, format: &Format, fails: Severity) -> String {
    let fail_on = if fails == Severity::Error { FailOn::Error } else { FailOn::Warning };
    let rendered = rendered(report, (format, None), Counts { fail_on, is_strict: false }).unwrap();
    render(format, &rendered, None).unwrap()
}

/// The page without its style, which is not what a snapshot is for.
fn unstyled(page: &str) -> String {
    let (before, rest) = page.split_once("<style>").unwrap();
    format!("{before}<style>...{}", &rest[rest.find("</style>").unwrap()..])
}

/// Two clusters and a Link each way, of which nothing is to be said.
fn all_is_well() -> Report {
    let Report { mut clusters, mut links, .. } = report();
    clusters.truncate(2);
    links.truncate(2);
    for link in &mut links {
        link.worst = None;
    }
    Report::new(clusters, Judged { links, ..Judged::default() }, Vec::new(), Places::default())
}

#[test]
fn a_report_is_a_test_run() {
    insta::assert_snapshot!("junit", shown(&report(), &Format::Junit, Severity::Error));
    let strict = shown(&report(), &Format::Junit, Severity::Warning);
    assert!(strict.contains("name=\"xcluster-check\" tests=\"8\" failures=\"4\""), "{strict}");
    let red = ["<failure ", "<error "].map(|word| strict.matches(word).count());
    assert_eq!(red, [4, 1], "what could not be seen is not green: {strict}");
    insta::assert_snapshot!("junit_well", shown(&all_is_well(), &Format::Junit, Severity::Error));
}

#[test]
fn who_is_strict_gets_an_error_of_what_was_not_looked_at() {
    let mut report = report();
    report.looked.unanswered_because.not_in_files = 3;
    let run = |is_strict| {
        let counts = Counts { fail_on: FailOn::Never, is_strict };
        let text = render(&Format::Junit, &rendered(&report, (&Format::Junit, None), counts).unwrap(), None);
        let text = text.unwrap();
        if let Some(wrong) = published::against_junit(&text) {
            assert_eq!(wrong, Vec::<String>::new());
        }
        ["<error ", "<skipped>", "3 questions (in no file)"].map(|word| text.matches(word).count())
    };
    assert_eq!(run(false), [1, 1, 0]);
    assert_eq!(run(true), [3, 0, 2], "in its message, and in what it says");
}

#[test]
fn a_report_is_the_result_of_an_analysis() {
    insta::assert_snapshot!("sarif", shown(&report(), &Format::Sarif, Severity::Error));
}

#[test]
fn what_hides_something_says_what_to_do_about_it() {
    let forbidden = Obstacle::Forbidden {
        verb: "list".into(),
        resource: "pods".into(),
        namespace: None,
        message: String::new(),
    };
    let (slow, none) =
        (Obstacle::TimedOut { after: Duration::from_secs(10) }, Obstacle::NotServed { api: "a".into() });
    let told = |obstacles: &[&Obstacle]| {
        let infra = ClusterName::new("infra");
        let hidden = |(check, &obstacle): (&'static str, &&Obstacle)| Cause {
            finding: Finding::not_looked_at(check, &[&infra], "its pods", obstacle),
            effects: Vec::new(),
        };
        let checks = ["not-looked-at", "not-looked-at-here", "cilium-pools"];
        let causes = checks.into_iter().zip(obstacles).map(hidden).collect();
        let report =
            Report::new(Vec::new(), Judged { causes, ..Judged::default() }, Vec::new(), Places::default());
        let text = shown(&report, &Format::Table, Severity::Error);
        ["--show-rbac", "--request-timeout"].map(|flag| text.contains(flag))
    };
    assert_eq!(told(&[&forbidden]), [true, false], "only who lacks a right is helped by one");
    assert_eq!(told(&[&slow]), [false, true]);
    assert_eq!(told(&[&slow, &forbidden, &none]), [true, true]);
    assert_eq!(told(&[&none]), [false, false]);
}

#[test]
fn a_report_is_a_page() {
    let page = shown(&report(), &Format::Html, Severity::Error);
    assert_eq!(page.matches("class=\"node broken\"").count(), 1, "the gateway is in infra: {page}");
    insta::assert_snapshot!("html", unstyled(&page));
    insta::assert_snapshot!("html_well", unstyled(&shown(&all_is_well(), &Format::Html, Severity::Error)));
}

#[test]
fn what_a_cluster_that_is_out_of_reach_hides_never_passes() {
    let mut report = all_is_well();
    report.clusters[1].reached = false;
    report.links[0].worst = Some(Severity::Unknown);
    let run = shown(&report, &Format::Junit, Severity::Error);
    let suites: Vec<&str> =
        run.matches("<testsuite name=\"infra\"").chain(run.matches("apps -&gt; infra")).collect();
    assert_eq!((suites.len(), run.matches("<testcase").count()), (2, 2), "{run}");
    assert!(shown(&report, &Format::Sarif, Severity::Error).contains("\"executionSuccessful\": false"));
    let page = shown(&report, &Format::Html, Severity::Error);
    assert_eq!(page.matches("class=\"node unseen\"").count(), 1, "{page}");
    assert_eq!(page.matches("class=\"arrow unseen\"").count(), 1, "{page}");
}

#[test]
fn what_others_have_published_of_these_formats_holds() {
    for report in [report(), all_is_well()] {
        for fails in [Severity::Warning, Severity::Error] {
            let Some(wrong) = published::against_junit(&shown(&report, &Format::Junit, fails)) else {
                return;
            };
            assert_eq!(wrong, Vec::<String>::new());
        }
        let Some(wrong) = published::against_sarif(&shown(&report, &Format::Sarif, Severity::Error)) else {
            return;
        };
        assert_eq!(wrong, Vec::<String>::new());
    }
}

#[test]
fn a_browser_shows_the_page_and_has_nothing_against_it() {
    let page = shown(&report(), &Format::Html, Severity::Error);
    let Some(opened) = browser::opened(&page) else { return };
    assert_eq!(opened.said, Vec::<String>::new());
    for part in
        ["<svg", "<h1>kubectl xcluster-check", "<details>", "class=\"arrow broken\"", "&lt;script&gt;"]
    {
        assert!(opened.dom.contains(part), "no {part} in {}", opened.dom);
    }
    assert!(!opened.dom.contains("<script"), "{}", opened.dom);
}
