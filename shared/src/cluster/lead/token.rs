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
    /// The Secret that the token is kept in, for one of the older kind.
    pub secret: Option<String>,
    /// When the token expires, in seconds since 1970; `None` when it never does.
    pub expires: Option<i64>,
    /// By what copies of the token are known, and nobody comes; `None` where it is not signed.
    pub print: Option<String>,
}

impl Account {
    /// Reads the claims of a token, of a Secret (flat keys) or of the token API (nested); `None` for other tokens.
    pub fn of_token(token: &str) -> Option<Self> {
        let payload = URL_SAFE_NO_PAD.decode(token.trim().split('.').nth(1)?).ok()?;
        let claims: Value = serde_json::from_slice(&payload).ok()?;
        let text = |pointer: &str| claims.pointer(pointer)?.as_str().map(str::to_owned);
        let flat = |key: &str| text(&format!("/kubernetes.io~1serviceaccount~1{key}"));
        Some(Self {
            namespace: flat("namespace").or_else(|| text("/kubernetes.io/namespace"))?,
            name: flat("service-account.name").or_else(|| text("/kubernetes.io/serviceaccount/name"))?,
            uid: flat("service-account.uid").or_else(|| text("/kubernetes.io/serviceaccount/uid"))?,
            secret: flat("secret.name"),
            expires: claims.get("exp").and_then(Value::as_i64),
            print: print(token.trim()),
        })
    }
}

/// What stands in the place of a signature that was taken out: the print of the token follows.
const TAKEN: &str = "hidden-";
/// So many bytes of a digest tell tokens apart.
const PRINT: usize = 8;
/// Signatures of API servers are longer; what is shorter, somebody has written there.
const SIGNED: usize = 32;

/// How the SHA-256 of a token begins; of one whose signature was taken out, what it says of that.
fn print(token: &str) -> Option<String> {
    let signature = token.split('.').nth(2)?;
    if let Some(print) = signature.strip_prefix(TAKEN).filter(|print| print.len() == 2 * PRINT) {
        return Some(print.to_owned());
    }
    let signed = URL_SAFE_NO_PAD.decode(signature).ok().filter(|signed| signed.len() >= SIGNED);
    let digest = ring::digest::digest(&ring::digest::SHA256, token.as_bytes());
    let begin = digest.as_ref().iter().take(PRINT).map(|byte| format!("{byte:02x}"));
    signed.map(|_| begin.collect())
}

/// A token without its signature: it says whose it was and of which it is a copy, and opens nothing.
pub(in crate::cluster) fn unsigned(token: &str) -> Option<String> {
    let token = token.trim();
    let (claims, _) = token.rsplit_once('.').filter(|(claims, _)| claims.split('.').count() == 2)?;
    Some(format!("{claims}.{}", print(token).map_or("hidden".to_owned(), |print| format!("{TAKEN}{print}"))))
}

/// How a token of the form that API servers give begins: a JSON object in base64.
pub(super) const BEGINS: &str = "eyJ";

/// Whether a token of that form is a part of one alone: it lacks its claims or its signature, or what is there cannot be read.
pub(super) fn is_cut(token: &str) -> bool {
    let token = token.trim();
    let mut parts = token.split('.').skip(1);
    let claims = parts.next().and_then(|claims| URL_SAFE_NO_PAD.decode(claims).ok());
    let is_read = claims.is_some_and(|claims| serde_json::from_slice::<Value>(&claims).is_ok());
    let is_signed =
        parts.next().is_some_and(|signature| !signature.is_empty() && !is_short(token, signature.len()));
    token.starts_with(BEGINS) && !(is_read && is_signed)
}

/// Signatures by keys of RSA, and of ECDSA on P-384, have a multiple of so many bytes.
const WHOLE: usize = 32;
/// What stands in the place of one is shorter than any of RSA.
const SHORTEST: usize = 64;

/// Whether a signature of so many letters has lost some of them. One of a few says nothing: where files were made for somebody
/// else, a word stands in its place.
fn is_short(token: &str, letters: usize) -> bool {
    let head = token.split('.').next().and_then(|head| URL_SAFE_NO_PAD.decode(head).ok());
    let head: Option<Value> = head.and_then(|head| serde_json::from_slice(&head).ok());
    let is_known = head.is_some_and(|head| {
        let by = head.get("alg").and_then(Value::as_str).unwrap_or_default();
        ["RS256", "RS384", "RS512", "ES384"].contains(&by)
    });
    // Each letter stands for six bits.
    is_known && letters * 6 / 8 > SHORTEST && !(letters * 6 / 8).is_multiple_of(WHOLE)
}

/// What the token of a Secret has to say: API servers refuse one that lacks any of it.
const CLAIMS: [&str; 4] = [
    "kubernetes.io/serviceaccount/namespace",
    "kubernetes.io/serviceaccount/service-account.name",
    "kubernetes.io/serviceaccount/service-account.uid",
    "kubernetes.io/serviceaccount/secret.name",
];

/// The claim that the token of a Secret lacks; `None` for one that has all of them, and for other tokens.
pub(super) fn lacking(token: &str) -> Option<&'static str> {
    let payload = URL_SAFE_NO_PAD.decode(token.trim().split('.').nth(1)?).ok()?;
    let claims: Value = serde_json::from_slice(&payload).ok()?;
    let lacks = |key: &&str| claims.get(key).and_then(Value::as_str).is_none_or(str::is_empty);
    let lacking: Vec<&str> = CLAIMS.into_iter().filter(lacks).collect();
    lacking.first().copied().filter(|_| lacking.len() < CLAIMS.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn account(claims: &Value) -> Option<Account> {
        Account::of_token(&format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string())))
    }

    fn mirror() -> Account {
        let (secret, expires, print) = (None, None, None);
        Account { namespace: "mc".into(), name: "mirror".into(), uid: "1-2-3".into(), secret, expires, print }
    }

    #[test]
    fn both_forms_of_a_service_account_token_are_read() {
        let of_secret = json!({
            "kubernetes.io/serviceaccount/namespace": "mc",
            "kubernetes.io/serviceaccount/service-account.name": "mirror",
            "kubernetes.io/serviceaccount/service-account.uid": "1-2-3",
            "kubernetes.io/serviceaccount/secret.name": "mirror-token",
        });
        let of_api = json!({"exp": 1_700_000_000,
            "kubernetes.io": {"namespace": "mc", "serviceaccount": {"name": "mirror", "uid": "1-2-3"}}});
        let kept = Account { secret: Some("mirror-token".into()), ..mirror() };
        let bound = Account { expires: Some(1_700_000_000), ..mirror() };
        assert_eq!((account(&of_secret), account(&of_api)), (Some(kept), Some(bound)));
    }

    #[test]
    fn the_token_of_a_secret_that_lacks_a_claim_is_told_from_tokens_of_other_kinds() {
        let of =
            |claims: &Value| lacking(&format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string())));
        let whole: Value = CLAIMS.iter().map(|key| ((*key).to_owned(), json!("x"))).collect();
        assert_eq!(of(&whole), None);
        for key in CLAIMS {
            let mut less = whole.clone();
            less.as_object_mut().unwrap().remove(key);
            assert_eq!(of(&less), Some(key));
        }
        let of_api =
            json!({"kubernetes.io": {"namespace": "mc", "serviceaccount": {"name": "mirror", "uid": "1"}}});
        assert_eq!([of(&of_api), of(&json!({"sub": "me"})), lacking("opaque")], [None; 3]);
    }

    #[test]
    fn a_part_of_a_token_is_told_from_a_whole_one_and_from_others() {
        let whole =
            format!("eyJhbGciOiJSUzI1NiJ9.{}.c2ln", URL_SAFE_NO_PAD.encode(json!({"sub": "me"}).to_string()));
        for length in "eyJ".len()..whole.len() - "c2ln".len() {
            assert!(is_cut(&whole[..length]), "{length}");
        }
        let signed = |letters: usize| format!("{}{}", whole.trim_end_matches("c2ln"), "A".repeat(letters));
        assert_eq!([322, 341, 200].map(|letters| is_cut(&signed(letters))), [true; 3]);
        assert_eq!([342, 86, 683, 80, 6].map(|letters| is_cut(&signed(letters))), [false; 5]);
        for other in [whole.as_str(), "opaque", "", "a.b.c", "07401b.f395accd246ae52d"] {
            assert!(!is_cut(other), "{other}");
        }
    }

    /// Files that `collect` wrote tell of two tokens what API servers tell of them.
    #[test]
    fn copies_of_a_token_have_one_print_with_their_signature_and_without_it() {
        let print = |token: &str| Account::of_token(token).unwrap().print;
        let claims =
            json!({"kubernetes.io": {"namespace": "mc", "serviceaccount": {"name": "mirror", "uid": "1"}}});
        let token = |signature: &[u8]| {
            let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
            format!("e30.{claims}.{}", URL_SAFE_NO_PAD.encode(signature))
        };
        let [one, other] = [token(&[1; 256]), token(&[2; 256])];
        assert!(print(&one).is_some() && print(&one) != print(&other));
        let taken = unsigned(&one).unwrap();
        assert_eq!((print(&taken), unsigned(&taken).as_ref()), (print(&one), Some(&taken)));
        assert_eq!(
            (taken.rsplit_once('.').unwrap().0, taken.len()),
            (one.rsplit_once('.').unwrap().0, taken.rfind('.').unwrap() + 24)
        );
        assert_eq!(print(&token(b"canary")), None, "nobody has signed that");
        assert_eq!(unsigned(&token(b"canary")).unwrap().rsplit_once('.').unwrap().1, "hidden");
        assert_eq!(unsigned("hunter2"), None);
    }

    #[test]
    fn other_tokens_name_no_account() {
        assert_eq!(account(&json!({"sub": "me"})), None);
        for token in ["", "opaque", "a.b.c", "..", "e30.e30"] {
            assert_eq!(Account::of_token(token), None, "{token}");
        }
    }
}
