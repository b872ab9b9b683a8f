//! Which ServiceAccount a token was made for. The signature is not checked: the claim is only compared with what the
//! account's own cluster says of it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// A ServiceAccount as its token names it. The uid is unique among all clusters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Its uid.
    pub uid: String,
}

impl Account {
    /// Reads the claims of a token, of a Secret (flat keys) or of the token API (nested); `None` for other tokens.
    pub(super) fn of_token(token: &str) -> Option<Self> {
        let payload = URL_SAFE_NO_PAD.decode(token.trim().split('.').nth(1)?).ok()?;
        let claims: Value = serde_json::from_slice(&payload).ok()?;
        let text = |pointer: &str| claims.pointer(pointer)?.as_str().map(str::to_owned);
        let flat = |key: &str| text(&format!("/kubernetes.io~1serviceaccount~1{key}"));
        Some(Self {
            namespace: flat("namespace").or_else(|| text("/kubernetes.io/namespace"))?,
            name: flat("service-account.name").or_else(|| text("/kubernetes.io/serviceaccount/name"))?,
            uid: flat("service-account.uid").or_else(|| text("/kubernetes.io/serviceaccount/uid"))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn account(claims: &Value) -> Option<Account> {
        Account::of_token(&format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string())))
    }

    fn mirror() -> Account {
        Account { namespace: "mc".into(), name: "mirror".into(), uid: "1-2-3".into() }
    }

    #[test]
    fn both_forms_of_a_service_account_token_are_read() {
        let of_secret = json!({
            "kubernetes.io/serviceaccount/namespace": "mc",
            "kubernetes.io/serviceaccount/service-account.name": "mirror",
            "kubernetes.io/serviceaccount/service-account.uid": "1-2-3",
        });
        let of_api = json!({"kubernetes.io": {"namespace": "mc", "serviceaccount": {"name": "mirror", "uid": "1-2-3"}}});
        assert_eq!((account(&of_secret), account(&of_api)), (Some(mirror()), Some(mirror())));
    }

    #[test]
    fn other_tokens_name_no_account() {
        assert_eq!(account(&json!({"sub": "me"})), None);
        for token in ["", "opaque", "a.b.c", "..", "e30.e30"] {
            assert_eq!(Account::of_token(token), None, "{token}");
        }
    }
}
