use super::{RequestNames, not_found_object, obstacle};
use crate::terms::Obstacle;
use kube::core::Status;

fn names() -> RequestNames {
    RequestNames { verb: "list".into(), resource: "links.multicluster.linkerd.io".into(), namespace: None }
}

/// The error that an answer with this body becomes.
fn error(body: serde_json::Value) -> kube::Error {
    kube::Error::Api(Box::new(serde_json::from_value(body).unwrap()))
}

fn text(code: u16, body: &str) -> kube::Error {
    kube::Error::Api(Box::new(Status::failure(body, "Failed to parse error data").with_code(code)))
}

fn status(code: u16, reason: &str, message: &str) -> kube::Error {
    error(serde_json::json!({ "status": "Failure", "code": code, "reason": reason, "message": message }))
}

/// Both recorded from kube-apiserver 1.36.
#[test]
fn a_missing_object_and_a_missing_api_are_told_apart() {
    let object = error(serde_json::json!({
        "metadata": {}, "status": "Failure", "message": "services \"nope\" not found", "reason": "NotFound",
        "details": { "name": "nope", "kind": "services" }, "code": 404,
    }));
    assert!(not_found_object(&object));
    let message = "services \"nope\" not found".to_owned();
    assert_eq!(obstacle(&object, &names()), Obstacle::Refused { code: 404, message });

    let group = text(404, "404 page not found");
    let resource = error(serde_json::json!({
        "metadata": {}, "status": "Failure", "message": "the server could not find the requested resource",
        "reason": "NotFound", "details": {}, "code": 404,
    }));
    for missing in [group, resource] {
        assert!(!not_found_object(&missing));
        let api = "links.multicluster.linkerd.io".to_owned();
        assert_eq!(obstacle(&missing, &names()), Obstacle::NotServed { api });
    }
}

#[test]
fn every_refusal_has_its_own_obstacle() {
    let message = || "words".to_owned();
    for (code, expected) in [
        (401, Obstacle::Unauthorized),
        (
            403,
            Obstacle::Forbidden {
                verb: "list".into(),
                resource: "links.multicluster.linkerd.io".into(),
                namespace: None,
                message: message(),
            },
        ),
        (409, Obstacle::Conflict { message: message() }),
        (410, Obstacle::Expired),
        (429, Obstacle::Busy { code: 429, message: message() }),
        (503, Obstacle::Busy { code: 503, message: message() }),
        (504, Obstacle::Busy { code: 504, message: message() }),
        (502, Obstacle::Unreachable { cause: "bad gateway (502): words".into() }),
        (500, Obstacle::ServerError { code: 500, message: message() }),
        (520, Obstacle::ServerError { code: 520, message: message() }),
        (501, Obstacle::Refused { code: 501, message: message() }),
        (422, Obstacle::Refused { code: 422, message: message() }),
    ] {
        assert_eq!(obstacle(&status(code, "Reason", "words"), &names()), expected);
    }
}

#[test]
fn a_write_that_admission_refuses_is_no_missing_right() {
    let patch = RequestNames { verb: "patch".into(), resource: "services".into(), namespace: None };
    let refused = |message: &str| obstacle(&status(403, "Forbidden", message), &patch);
    for message in [
        "admission webhook \"labels.example.test\" denied the request: exports need a ticket",
        "services \"web\" is forbidden: exceeded quota: small, requested: services=1, used: services=5",
        "services \"web\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no",
    ] {
        assert_eq!(refused(message), Obstacle::Refused { code: 403, message: message.to_owned() });
    }
    let right =
        "services \"web\" is forbidden: User \"jane\" cannot patch resource \"services\" in API group";
    assert!(matches!(refused(right), Obstacle::Forbidden { verb, .. } if verb == "patch"));
    let read = obstacle(&status(403, "Forbidden", "blocked by a gateway"), &names());
    assert!(matches!(read, Obstacle::Forbidden { .. }), "reading passes no admission: {read:?}");
}

/// The words of both are kube-apiserver's.
#[test]
fn a_webhook_that_does_not_answer_is_trouble_and_one_that_denies_is_a_no() {
    let patch = RequestNames { verb: "patch".into(), resource: "services".into(), namespace: None };
    let silent = "Internal error occurred: failed calling webhook \"labels.example.test\": failed to call webhook: Post \
                  \"https://labels.policy.svc:443/?timeout=10s\": context deadline exceeded";
    let trouble = obstacle(&status(500, "InternalError", silent), &patch);
    assert_eq!(trouble, Obstacle::ServerError { code: 500, message: silent.to_owned() });
    assert!(trouble.is_passing(), "trying again may help");
    let denial = "admission webhook \"labels.example.test\" denied the request: exports need a ticket";
    for code in [400, 403, 422, 500] {
        let no = obstacle(&status(code, "Reason", denial), &patch);
        assert_eq!(no, Obstacle::Refused { code, message: denial.to_owned() });
        assert!(!no.is_passing(), "{code}");
    }
}

#[test]
fn foreign_bodies_become_one_clean_line() {
    let said = |body: &str| {
        let obstacle = obstacle(&text(500, body), &names());
        let Obstacle::ServerError { code: 500, message } = obstacle else { panic!("{obstacle:?}") };
        message
    };
    let page =
        "<!DOCTYPE html>\n<html><head><title>Bad</title></head>\r\n<body>try \u{1b}[31mlater</body></html>";
    assert_eq!(said(page), "Bad try [31mlater");
    assert_eq!(said(&"é".repeat(1000)).chars().count(), 301);
    assert_eq!(said(""), "the answer has no text");
}

#[test]
fn an_answer_that_is_no_json_is_malformed_and_its_text_is_not_repeated() {
    let cause = serde_json::from_str::<Vec<u8>>("[1,\n \"hunter2\"]").unwrap_err();
    assert_eq!(
        obstacle(&kube::Error::SerdeError(cause), &names()),
        Obstacle::Malformed {
            what: "the answer about links.multicluster.linkerd.io".into(),
            cause: "a field has an unexpected type (line 2, column 10)".into(),
        },
    );
}

proptest::proptest! {
    #[test]
    fn any_status_gives_one_short_line(code: u16, reason in ".{0,20}", message in "(?s).{0,400}") {
        let said = obstacle(&status(code, &reason, &message), &names()).to_string();
        proptest::prop_assert!(!said.contains(char::is_control) && said.chars().count() < 400);
    }
}
