use proptest::prelude::*;

use super::*;

/// A field of bytes that is shorter than 128.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let length = u8::try_from(bytes.len()).unwrap();
    [&[number << 3 | 2, length], bytes].concat()
}

fn body(api_version: &str, kind: &str, raw: &[u8]) -> Vec<u8> {
    let types = [field(1, api_version.as_bytes()), field(2, kind.as_bytes())].concat();
    [MAGIC, &field(1, &types), &field(2, raw), &field(3, b""), &field(4, b"")].concat()
}

fn labelled(name: &str) -> Vec<u8> {
    let label = [field(1, b"tier"), field(2, b"gold")].concat();
    field(1, &[field(1, name.as_bytes()), field(2, b""), field(8, b""), field(11, &label)].concat())
}

#[test]
fn what_kubectl_makes_is_read_and_what_go_writes_of_nothing_is_nothing() {
    let namespace = [labelled("shop"), field(2, b""), field(3, b"")].concat();
    assert_eq!(
        object(&body("v1", "Namespace", &namespace)),
        Ok(
            json!({"metadata": {"name": "shop", "labels": {"tier": "gold"}}, "apiVersion": "v1", "kind": "Namespace"})
        )
    );
    let data = [field(1, b"key"), field(2, b"\x00\xff")].concat();
    let secret = [labelled("key"), field(2, &data), field(3, b"Opaque"), vec![5 << 3, 1]].concat();
    let read = object(&body("v1", "Secret", &secret)).unwrap();
    assert_eq!(
        (&read["data"], &read["type"], &read["immutable"]),
        (&json!({"key": "AP8="}), &json!("Opaque"), &json!(true))
    );
}

#[test]
fn what_is_not_in_a_table_is_named_and_never_left_out() {
    assert_eq!(object(&body("apps/v1", "Deployment", b"")), Err(Unread::NotDone("Deployment".into())));
    let owned = field(1, &[field(1, b"one"), field(13, b"x")].concat());
    assert_eq!(
        object(&body("v1", "ConfigMap", &owned)),
        Err(Unread::NotDone("field 13 of a ConfigMap".into()))
    );
    for odd in [&b"{}"[..], b"k8s\0\xff", &body("v1", "Namespace", b"\x0a\x05")] {
        assert_eq!(object(odd), Err(Unread::Malformed), "{odd:?}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(raw in proptest::collection::vec(any::<u8>(), 0..100)) {
        drop(object(&[MAGIC, &raw].concat()));
        drop(object(&body("v1", "Secret", &raw)));
    }
}
