//! Lists in pages.

use serde_json::{Value, json};

use crate::{
    door::Answer,
    room::{Room, names, text, until},
};

async fn five(at: &Room) {
    for name in ["c1", "c2", "c3", "c4", "c5"] {
        at.config_map(name, json!({ "page": "me" })).await;
    }
}

const SELECTED: &str = "configmaps?labelSelector=page%3Dme&limit=2";

async fn page(at: &Room, token: &Value) -> Value {
    at.read(&format!("{SELECTED}&continue={}", text(token))).await
}

async fn with_token(at: &Room, token: &str) -> Answer {
    at.admin.get(&at.path(&format!("configmaps?limit=2&continue={token}"))).await
}

/// URL-safe base64 without padding, as tokens are written.
fn token(json: &str) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut out = String::new();
    for chunk in json.as_bytes().chunks(3) {
        let bits =
            chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            let letter = usize::try_from(bits >> (18 - 6 * place) & 63).unwrap();
            out.push(char::from(LETTERS[letter]));
        }
    }
    out
}

pub(crate) async fn three_pages_hold_every_object_once_and_only_the_last_has_no_token(at: &Room) {
    five(at).await;
    let first = at.read(SELECTED).await;
    let second = page(at, &first["metadata"]["continue"]).await;
    let third = page(at, &second["metadata"]["continue"]).await;
    assert_eq!(
        [names(&first), names(&second), names(&third)],
        [vec!["c1", "c2"], vec!["c3", "c4"], vec!["c5"]]
    );
    assert_eq!(third["metadata"]["continue"], Value::Null);
    let version = |page: &Value| text(&page["metadata"]["resourceVersion"]);
    assert_eq!((version(&second), version(&third)), (version(&first), version(&first)));
}

/// All pages of a list that may be as old as what the server has at hand: some servers ask for no more than that of the limit.
async fn at_hand(at: &Room) -> Vec<String> {
    let mut list = at.read(&format!("{SELECTED}&resourceVersion=0")).await;
    let mut found = Vec::new();
    loop {
        found.extend(names(&list));
        if list["metadata"]["continue"].as_str().is_none_or(str::is_empty) {
            return found;
        }
        list = page(at, &list["metadata"]["continue"]).await;
    }
}

pub(crate) async fn what_is_at_hand_is_soon_what_there_is_in_as_many_pages_as_it_takes(at: &Room) {
    five(at).await;
    until("all are at hand", async || at_hand(at).await == ["c1", "c2", "c3", "c4", "c5"]).await;
    let one = at.read("configmaps/c3?resourceVersion=0").await;
    assert_eq!(text(&one["metadata"]["name"]), "c3");
    let none = at.admin.get(&at.path("configmaps/nope?resourceVersion=0")).await;
    assert_eq!(none.refusal(), (404, "NotFound", "configmaps \"nope\" not found"));
    at.admin.delete(&at.path("configmaps/c3")).await.ok();
    until("it is not at hand", async || at_hand(at).await == ["c1", "c2", "c4", "c5"]).await;
}

pub(crate) async fn pages_show_the_moment_of_the_first_one(at: &Room) {
    five(at).await;
    let first = at.read(SELECTED).await;
    at.admin.delete(&at.path("configmaps/c3")).await.ok();
    at.config_map("c4a", json!({ "page": "me" })).await;
    at.admin
        .merge(&at.path("configmaps/c5"), &json!({ "metadata": { "labels": { "page": null } } }))
        .await
        .ok();
    let second = page(at, &first["metadata"]["continue"]).await;
    let third = page(at, &second["metadata"]["continue"]).await;
    assert_eq!([names(&second), names(&third)], [vec!["c3", "c4"], vec!["c5"]]);
}

pub(crate) async fn a_page_counts_what_remains_unless_there_is_a_selector(at: &Room) {
    five(at).await;
    at.furnished().await;
    let plain = at.read("configmaps?limit=2").await;
    assert_eq!(plain["metadata"]["remainingItemCount"], 4);
    assert_eq!(at.read(SELECTED).await["metadata"]["remainingItemCount"], Value::Null);
    let by_field = at.read("configmaps?limit=2&fieldSelector=metadata.namespace%21%3Dx").await;
    assert_eq!((names(&by_field).len(), &by_field["metadata"]["remainingItemCount"]), (2, &Value::Null));
}

pub(crate) async fn a_page_that_is_just_full_has_no_successor(at: &Room) {
    for name in ["a", "b"] {
        at.service(name, json!({})).await;
    }
    for limit in ["2", "500", "0"] {
        let list = at.read(&format!("services?limit={limit}")).await;
        assert_eq!((names(&list).len(), &list["metadata"]["continue"]), (2, &Value::Null), "limit={limit}");
    }
}

/// What is not selected counts as something that follows: the last page may be empty.
pub(crate) async fn a_full_page_of_a_selection_may_be_followed_by_an_empty_one(at: &Room) {
    for (name, page) in [("a", "me"), ("b", "me"), ("c", "not-me")] {
        at.service(name, json!({ "page": page })).await;
    }
    let path = "services?labelSelector=page%3Dme&limit=2";
    let first = at.read(path).await;
    assert_eq!(names(&first), ["a", "b"]);
    let second = at.read(&format!("{path}&continue={}", text(&first["metadata"]["continue"]))).await;
    assert_eq!((&second["items"], &second["metadata"]["continue"]), (&json!([]), &Value::Null));
}

pub(crate) async fn a_token_that_is_none_is_a_bad_request(at: &Room) {
    let version = token(r#"{"v":"meta.k8s.io/v9","rv":1,"start":"/c2\u0000"}"#);
    let zero = token(r#"{"v":"meta.k8s.io/v1","rv":0,"start":"/c2\u0000"}"#);
    for (token, expected) in [
        ("garbage".to_owned(), "continue key is not valid: invalid character"),
        (version, "server does not recognize this encoded version meta.k8s.io/v9"),
        (zero, "incorrect encoded start resourceVersion (version meta.k8s.io/v1)"),
    ] {
        let answer = with_token(at, &token).await;
        let (code, reason, message) = answer.refusal();
        assert_eq!((code, reason), (400, "BadRequest"));
        assert!(message.starts_with("invalid continue token: ") && message.contains(expected), "{message}");
    }
}

pub(crate) async fn a_token_and_a_version_exclude_each_other(at: &Room) {
    five(at).await;
    let first = at.read(SELECTED).await;
    let both = format!("{SELECTED}&continue={}&resourceVersion=1", text(&first["metadata"]["continue"]));
    let answer = at.admin.get(&at.path(&both)).await;
    let expected = "specifying resource version is not allowed when using continue";
    assert_eq!(answer.refusal(), (400, "BadRequest", expected));
}

/// The server forgets in steps of five minutes; a young one still knows its beginning. It never shows the present
/// as if it were the past.
pub(crate) async fn a_token_from_long_ago_shows_that_moment_or_has_expired_and_offers_another(at: &Room) {
    at.config_map("young", json!({})).await;
    let answer = with_token(at, &token(r#"{"v":"meta.k8s.io/v1","rv":1,"start":"/a\u0000"}"#)).await;
    let metadata = &answer.body["metadata"];
    if answer.code == 200 {
        assert_eq!((&answer.body["items"], text(&metadata["resourceVersion"])), (&json!([]), "1".to_owned()));
        return;
    }
    let (code, reason, message) = answer.refusal();
    assert_eq!((code, reason), (410, "Expired"));
    assert!(message.starts_with("The provided continue parameter is too old"), "{message}");
    let rest = with_token(at, &text(&metadata["continue"])).await.ok();
    assert!(names(&rest).contains(&"young".to_owned()), "the new token goes on with the present: {rest}");
}

/// Refused as something that passes, unlike all other bad tokens.
pub(crate) async fn a_token_from_the_future_asks_to_come_back(at: &Room) {
    let future = token(r#"{"v":"meta.k8s.io/v1","rv":999999999999,"start":"/c2\u0000"}"#);
    let answer = with_token(at, &future).await;
    assert_eq!((answer.code, answer.refusal().1), (504, "Timeout"), "{}", answer.text);
    assert_eq!(answer.cause().0, "ResourceVersionTooLarge");
}
