use super::*;

fn line(call: &Call) -> String {
    call.line()
}

#[test]
fn a_name_can_never_become_a_path() {
    let call = Call::get(Resource::SERVICES, Some("a/b"), "../secrets?x=1#y");
    assert_eq!(line(&call), "GET /api/v1/namespaces/a%2Fb/services/..%2Fsecrets%3Fx%3D1%23y");
}

#[test]
fn one_object_is_asked_by_field_so_that_its_absence_has_a_version_too() {
    let call = Call::list(Resource::SERVICES, &Scope::object("shop", "web"), Shape::Full, 500, "");
    assert_eq!(
        line(&call),
        "GET /api/v1/namespaces/shop/services?fieldSelector=metadata.name%3Dweb&limit=500"
    );
}

#[test]
fn a_metadata_list_says_so_in_accept() {
    let scope = Scope::namespace(None).labelled("a=b");
    let call = Call::list(Resource::SERVICES, &scope, Shape::Metadata, 500, "tok");
    let request = call.request().unwrap();
    assert_eq!(
        request.headers()["accept"],
        "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
    );
    assert_eq!(line(&call), "GET /api/v1/services?labelSelector=a%3Db&limit=500&continue=tok");
}

#[test]
fn an_apply_carries_its_manager_and_its_media_type() {
    let body = serde_json::json!({"kind": "Service"});
    let call = Call::apply(Resource::SERVICES, Some("shop"), "web", &body).managed_by("mesh-export").dry();
    let request = call.request().unwrap();
    assert_eq!(request.headers()["content-type"], "application/apply-patch+yaml");
    assert_eq!(line(&call), "PATCH /api/v1/namespaces/shop/services/web?fieldManager=mesh-export&dryRun=All");
    assert!(call.is_repeatable());
}

#[test]
fn a_delete_is_bound_to_the_uid_that_was_seen() {
    let call = Call::delete(Resource::SERVICES, Some("shop"), "web", "42-uid");
    let body = String::from_utf8(call.request().unwrap().into_body()).unwrap();
    assert!(body.contains(r#""preconditions":{"uid":"42-uid"}"#), "{body}");
}

#[test]
fn a_dry_deletion_says_so_in_its_body_where_the_server_looks() {
    let call = Call::delete(Resource::SERVICES, Some("shop"), "web", "42-uid").dry();
    let body = String::from_utf8(call.request().unwrap().into_body()).unwrap();
    assert!(body.contains(r#""dryRun":["All"]"#), "{body}");
    assert_eq!(line(&call), "DELETE /api/v1/namespaces/shop/services/web");
}

proptest::proptest! {
    #[test]
    fn any_name_gives_a_request_with_one_segment(name in ".{1,40}") {
        let call = Call::get(Resource::SERVICES, Some("shop"), &name);
        let request = call.request().unwrap();
        proptest::prop_assert_eq!(request.uri().path().matches('/').count(), 6);
        proptest::prop_assert!(request.uri().query().is_none());
    }
}
