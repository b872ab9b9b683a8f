//! Secrets that hold the token of a service account: the cluster fills them, and they go with the account.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{Hand, about};
use crate::access::{Issued, claims_of};
use crate::object::{Kept, as_map, fields, metadata, name, namespace, text, uid};
use crate::store::Change;

const TYPE: &str = "kubernetes.io/service-account-token";
const ACCOUNT: &str = "/metadata/annotations/kubernetes.io~1service-account.name";
const UID: &str = "/metadata/annotations/kubernetes.io~1service-account.uid";

pub(super) fn see(hand: &mut Hand<'_>, change: &Change) {
    let Some(object) = about(change) else { return };
    match &*change.table {
        "secrets" if change.after.is_some() => fill(hand, object),
        "serviceaccounts" => {
            let gone = change.after.is_none();
            for secret in hand.list("secrets", namespace(object)) {
                if text(&secret, "/type") != TYPE || text(&secret, ACCOUNT) != name(object) {
                    continue;
                }
                if gone && text(&secret, UID) == uid(object) {
                    hand.delete("secrets", &secret);
                } else {
                    fill(hand, &secret);
                }
            }
        }
        _ => {}
    }
}

fn fill(hand: &mut Hand<'_>, secret: &Arc<Kept>) {
    let place = namespace(secret).to_owned();
    let empty = text(secret, "/type") == TYPE && secret.pointer("/data/token").is_none();
    let Some(account) = hand.get("serviceaccounts", &place, text(secret, ACCOUNT)).filter(|_| empty) else {
        return;
    };
    let issued = Issued {
        namespace: place.clone(),
        account: name(&account).into(),
        uid: uid(&account).into(),
        secret: Some(name(secret).into()),
        ends: None,
    };
    let token = hand.state.tokens.issue(&claims_of(&issued, hand.now), issued);
    let mut new = Value::clone(secret);
    let data = [("ca.crt", hand.authority), ("namespace", place.as_str()), ("token", token.as_str())];
    for (key, value) in data {
        fields(&mut new, "data").insert(key.into(), STANDARD.encode(value).into());
    }
    let annotations = metadata(&mut new).entry("annotations").or_insert_with(|| json!({}));
    as_map(annotations).insert("kubernetes.io/service-account.uid".into(), uid(&account).into());
    hand.set("secrets", secret, new);
}
