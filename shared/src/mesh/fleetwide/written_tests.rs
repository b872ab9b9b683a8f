use super::*;
use crate::mesh::samples::{consumer, default_link, mesh, selecting, service};
use crate::mesh::snapshot::Key;

#[test]
fn each_check_that_is_answered_is_one() {
    assert!(WRITTEN.is_sorted());
    for id in WRITTEN {
        assert!(CHECKS.iter().any(|check| check.id == id), "{id}");
    }
}

fn mark(field: &str, value: &str) -> Mark {
    let service = Key::new("shop", "web");
    Mark { service, field: field.to_owned(), value: value.to_owned(), is_label: true, is_text: true }
}

#[test]
fn a_slip_is_told_with_what_was_meant() {
    let annotation = Mark { is_label: false, ..mark(EXPORTED, "true") };
    let number = Mark { is_text: false, ..mark(EXPORTED, "1") };
    for (mark, why, meant) in [
        (mark(EXPORTED, "True"), "exported=True is selected by no Link", "exported: \"true\""),
        (mark(EXPORTED, "1"), "exported=1 is selected", "exported: \"true\""),
        (mark(EXPORTED, "remote-discovry"), "is selected by no Link", "exported: \"remote-discovery\""),
        (mark(FEDERATED, "members"), "is selected by no Link", "federated: \"member\""),
        (mark("mirror.linkerd.io/exporetd", "true"), "exporetd means nothing", "exported: \"true\""),
        (
            mark("miror.linkerd.io/exported", "true"),
            "miror.linkerd.io/exported means nothing",
            "exported: \"true\"",
        ),
        (annotation, "is an annotation", "exported: \"true\""),
        (number, "is 1 without quotes, which is no text", "exported: \"true\""),
    ] {
        let (found, wanted) = odd(&mark).unwrap();
        assert!(found.contains(why) && wanted.ends_with(meant), "{found}: {wanted}");
    }
}

#[test]
fn what_may_be_meant_as_it_is_is_no_slip() {
    for mark in [
        mark(EXPORTED, "true"),
        mark(EXPORTED, "remote-discovery"),
        mark(FEDERATED, "member"),
        mark(EXPORTED, "false"),
        mark(EXPORTED, "no"),
        mark(EXPORTED, ""),
        mark(EXPORTED, "for-east"),
        mark("mirror.linkerd.io/remote-svc-fq-name", "web.shop.svc.cluster.local"),
        mark("mirror.linkerd.io/probe-path", "/ready"),
        mark("mirror.linkerd.io/exporetd", "false"),
        Mark { is_label: false, ..mark(EXPORTED, "false") },
    ] {
        assert_eq!(odd(&mark), None, "{mark:?}");
    }
}

/// What is said of a right label where a Link has this selector.
fn said(selector: &[(&str, &str)], is_seen: bool) -> Vec<Finding> {
    let mut link = default_link("infra");
    link.link.selector = selecting(selector);
    let mut seen = mesh(service(), vec![("apps", consumer(vec![link]))]);
    seen.marks = vec![mark(EXPORTED, "true")];
    if is_seen {
        let Observed::Present(services) = &mut seen.services else { panic!("seen") };
        drop(services.by_key.insert(Key::new("shop", "web"), service()));
    }
    mislabelled(&seen)
}

#[test]
fn a_right_label_that_no_link_asks_for_is_told_with_the_selector() {
    let found = said(&[("mirror.linkerd.io/export", "true")], false);
    let [finding] = &found[..] else { panic!("{found:#?}") };
    let words = "no Link to infra selects mirror.linkerd.io/exported=true: svc/shop/web is not mirrored";
    assert_eq!((finding.summary.as_str(), finding.severity), (words, Severity::Warning));
    let (evidence, link) = (&finding.evidence[1], "spec.selector of link/infra");
    assert_eq!((evidence.field.as_str(), evidence.value.as_str()), (link, "mirror.linkerd.io/export=true"));
    assert_eq!(said(&[(EXPORTED, "true")], false), []);
    assert_eq!(said(&[(EXPORTED, "true"), ("team", "shop")], false), [], "with another label besides");
    assert_eq!(said(&[("team", "shop")], true), [], "a Link selects it by that");
    let unlinked = MeshSeen { marks: vec![mark(EXPORTED, "true")], ..mesh(service(), vec![]) };
    assert_eq!(mislabelled(&unlinked), [], "that no Link is there is told elsewhere");
}
