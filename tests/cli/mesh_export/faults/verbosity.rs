//! What `-v` shows of the requests, by kubectl's levels, and what it never shows.

use super::stage::{Stage, ended};
use testkit::kubectl::Outcome;
use testkit::proxy::ADMIN_TOKEN;
use testkit::world::mesh_shared;

/// Which kinds of lines there are: requests, their headers, those of answers, bodies cut and whole.
fn kinds(outcome: &Outcome) -> [bool; 5] {
    let shows =
        |words: &[&str]| outcome.stderr.lines().any(|line| words.iter().all(|word| line.contains(word)));
    [
        shows(&["DEBUG platform::http: GET https://", "/namespaces/kube-system", "cluster=infra status=200"]),
        shows(&["platform::http::headers: > accept: application/json", "cluster=infra"]),
        shows(&["platform::http::answer: < content-type: application/json", "cluster=apps"]),
        shows(&["platform::http::body: < {\"kind\":\"Namespace\"", "cluster=infra"]),
        shows(&["platform::http::body::whole: < {\"kind\":\"Namespace\"", "}}"]),
    ]
}

#[test]
fn requests_headers_and_bodies_come_at_the_levels_where_kubectl_shows_them_and_secrets_at_none() {
    let Some(ground) = testkit::kubectl::ground() else { return };
    let _mesh = mesh_shared(ground);
    let stage = Stage::new(ground, "verbose");
    for (level, expected) in [
        ("4", [false, false, false, false, false]),
        ("6", [true, false, false, false, false]),
        ("7", [true, true, false, false, false]),
        ("8", [true, true, true, true, false]),
        ("9", [true, true, true, false, true]),
    ] {
        let outcome = stage.export(&["--dry-run=client", "-v", level]);
        ended(&outcome, 5, &[]);
        assert_eq!(kinds(&outcome), expected, "-v {level}: {outcome}");
        assert!(!outcome.stderr.contains(ADMIN_TOKEN), "-v {level}: {outcome}");
        assert!(!outcome.stderr.contains("\"kind\":\"Secret\""), "-v {level}: {outcome}");
        let masked = outcome.stderr.contains("> authorization: <masked>");
        let hidden = outcome.stderr.contains("bytes about Secrets, never shown");
        assert_eq!((masked, hidden), (expected[1], expected[3] || expected[4]), "-v {level}: {outcome}");
    }
}
