//! Names: which ones a Service may have, and what a path makes of the others.

use serde_json::json;

use crate::{
    door::Answer,
    room::{Room, service},
};

const LABEL: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must \
                     start and end with an alphanumeric character";

async fn create(at: &Room, name: &str) -> Answer {
    at.admin.post(&at.path("services"), &service(name, &json!({}))).await
}

/// Older servers want a letter first (`RelaxedServiceNameValidation`).
pub(crate) async fn a_service_may_begin_with_a_digit_and_have_63_characters(at: &Room) {
    for name in ["1a".to_owned(), "0".to_owned(), "a".repeat(63)] {
        assert_eq!(create(at, &name).await.code, 201, "{name}");
    }
}

pub(crate) async fn a_service_may_not_have_64_characters(at: &Room) {
    let name = "a".repeat(64);
    let answer = create(at, &name).await;
    let expected = format!(
        "Service \"{name}\" is invalid: metadata.name: Invalid value: \"{name}\": must be no more than 63 characters"
    );
    assert_eq!(answer.refusal(), (422, "Invalid", expected.as_str()));
}

pub(crate) async fn unicode_capitals_and_dots_are_refused(at: &Room) {
    for name in ["bücher", "Web", "a..b", "-a", "a-", "a_b"] {
        let answer = create(at, name).await;
        assert_eq!((answer.code, answer.cause().2), (422, "metadata.name"), "{name}");
        assert!(answer.cause().1.contains(LABEL), "{}", answer.text);
        let path = at.path(&format!("services/{}?fieldManager=me", name.replace('ü', "%C3%BC")));
        let applied = at.admin.apply(&path, &service(name, &json!({}))).await;
        assert_eq!(applied.code, 422, "{name}");
    }
    let answer = create(at, "a.b").await;
    let words = "Invalid value: \"a.b\": must not contain dots";
    assert_eq!((answer.code, answer.cause()), (422, ("FieldValueInvalid", words, "metadata.name")));
}

/// The object would be created by another check's words: the address that is allotted first cannot carry the name.
pub(crate) async fn a_slash_and_dots_alone_are_refused_when_the_address_is_allotted(at: &Room) {
    for (name, words) in [("a/b", "may not contain '/'"), ("..", "may not be '..'")] {
        let answer = create(at, name).await;
        assert_eq!((answer.code, answer.refusal().1), (422, "Invalid"), "{}", answer.text);
        assert!(answer.refusal().2.contains(words), "{}", answer.text);
    }
}

/// An escaped slash is unescaped before the path is cut, so the name becomes a path of its own: an API that is not
/// there, although the resource is.
pub(crate) async fn an_escaped_slash_in_a_path_is_a_slash(at: &Room) {
    for path in [at.path("services/a%2Fb"), "/api/v1/namespaces/a%2Fb/services".to_owned()] {
        let answer = at.admin.get(&path).await;
        let expected = "the server could not find the requested resource";
        assert_eq!(answer.refusal(), (404, "NotFound", expected), "{path}");
    }
}

pub(crate) async fn dots_as_a_name_in_a_path_are_a_bad_request_and_as_a_namespace_an_internal_error(
    at: &Room,
) {
    for (name, escaped) in [("..", "%2E%2E"), ("..", ".."), (".", ".")] {
        let answer = at.admin.get(&at.path(&format!("services/{escaped}"))).await;
        let expected = format!("Name parameter invalid: \"{name}\": may not be '{name}'");
        assert_eq!(answer.refusal(), (400, "BadRequest", expected.as_str()));
    }
    let answer = at.admin.get("/api/v1/namespaces/%2E%2E/services").await;
    assert_eq!(answer.refusal(), (500, "", "invalid key: \"/services/specs/..\""));
}

pub(crate) async fn reading_a_name_that_cannot_exist_is_just_not_found(at: &Room) {
    for (path, name) in [("%C3%BC", "ü"), ("a..b", "a..b"), ("A", "A")] {
        let answer = at.admin.get(&at.path(&format!("services/{path}"))).await;
        assert_eq!(answer.refusal(), (404, "NotFound", format!("services \"{name}\" not found").as_str()));
    }
    let list = at.read("services?fieldSelector=metadata.name%3Da%2Fb").await;
    assert_eq!(list["items"], json!([]), "a field selector takes any text");
}

pub(crate) async fn a_namespace_is_called_like_a_service(at: &Room) {
    for (name, words) in [("a.b", "must not contain dots"), ("Shop", LABEL)] {
        let answer = at.admin.post("/api/v1/namespaces", &json!({ "metadata": { "name": name } })).await;
        assert_eq!((answer.code, answer.cause().2), (422, "metadata.name"));
        assert!(answer.cause().1.contains(words), "{}", answer.text);
    }
}
