use super::*;
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
