//! What the sandbox does not do it refuses, and says what to do instead.

use crate::visitor::Visitor;

#[tokio::test]
async fn what_is_not_done_is_refused_with_501_and_named() {
    let at = Visitor::new().await;
    for (method, path, what) in [
        ("GET", "/api/v1/namespaces/a/pods/b/log", "pods/log"),
        ("POST", "/api/v1/namespaces/a/pods/b/exec", "pods/exec"),
        ("POST", "/api/v1/namespaces/a/pods/b/eviction", "pods/eviction"),
        ("GET", "/apis/apps/v1/namespaces/a/deployments/b/scale", "deployments/scale"),
        ("GET", "/openapi/v3", "--validate=false"),
    ] {
        let answer = at.send(method, path, Vec::new()).await.unwrap();
        assert_eq!(
            (answer.code, answer.json()["reason"].as_str().unwrap()),
            (501, "NotImplemented"),
            "{path}"
        );
        let message = answer.json()["message"].to_string();
        assert!(message.contains("the sandbox does not serve this") && message.contains(what), "{message}");
    }
}

/// A kind that is turned off on a real server answers the same, so no client is misled.
#[tokio::test]
async fn a_kind_that_is_not_served_is_not_there_as_on_any_server() {
    let at = Visitor::new().await;
    let answer = at.get("/apis/autoscaling/v2/horizontalpodautoscalers").await.unwrap();
    assert_eq!((answer.code, answer.body.unwrap()), (404, b"404 page not found\n".to_vec()));
}
