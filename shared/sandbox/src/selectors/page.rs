//! Continue tokens: where the next page of a list begins, and of which moment it is.
//!
//! A token is JSON in URL-safe base64 without padding. Clients must not look inside, but the tests of the
//! contract do, and a token that somebody made up has to be refused as the real server refuses it.

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig, general_purpose::NO_PAD};
use serde_json::json;

use super::go::Struct;

const FORMAT: &str = "meta.k8s.io/v1";

/// As lenient as Go is about bits after the last whole byte.
const LENIENT: GeneralPurposeConfig = NO_PAD.with_decode_allow_trailing_bits(true);
const CODEC: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, LENIENT);

/// The beginning of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// The version that the list shows; 0 if it shows the present, which is written as -1.
    pub version: u64,
    /// The smallest key the page may hold, relative to the path of the list: `name` in a namespace,
    /// `namespace/name` across them, each with a NUL behind the last one of the page before. A slash in
    /// front says nothing, and is gone from what has been read.
    pub start: String,
}

impl Token {
    /// Reads what a client sent as `continue`.
    ///
    /// # Errors
    ///
    /// The message of the bad request that kube-apiserver answers.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        decode(text).map_err(|words| format!("invalid continue token: continue key is not valid: {words}"))
    }

    pub(crate) fn print(&self) -> String {
        let version = if self.version == 0 { json!(-1) } else { json!(self.version) };
        let token = json!({ "v": FORMAT, "rv": version, "start": self.start });
        CODEC.encode(token.to_string())
    }
}

fn decode(text: &str) -> Result<Token, String> {
    let bytes = CODEC.decode(text).map_err(|_| illegal(text))?;
    let token = Struct::read(&bytes, "continueToken")?;
    let (format, version, start) = (token.text("v")?, token.integer("rv")?, token.text("start")?);
    if format != FORMAT {
        return Err(format!("server does not recognize this encoded version {format}"));
    }
    if version == 0 {
        return Err(format!("incorrect encoded start resourceVersion (version {FORMAT})"));
    }
    if start.is_empty() {
        return Err(format!("encoded start key empty (version {FORMAT})"));
    }
    let key = start.strip_prefix('/').unwrap_or(start);
    // A token must not lead out of the collection it was given for.
    if !key.is_empty() && key.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return Err(start.to_owned());
    }
    Ok(Token { version: u64::try_from(version).unwrap_or(0), start: key.to_owned() })
}

/// Go names the first byte that has no place in the encoding, or the one that is left over.
fn illegal(text: &str) -> String {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let place = text.bytes().position(|byte| !known(byte)).unwrap_or(text.len().saturating_sub(1));
    format!("illegal base64 data at input byte {place}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn after(version: u64, key: &str) -> Token {
        Token { version, start: format!("{key}\0") }
    }

    fn words(json: &str) -> String {
        let whole = Token::parse(&CODEC.encode(json)).unwrap_err();
        whole.strip_prefix("invalid continue token: continue key is not valid: ").unwrap().to_owned()
    }

    #[test]
    fn a_token_is_unpadded_json_with_a_nul_at_its_end() {
        let token = after(7, "shop/web");
        let json = r#"{"v":"meta.k8s.io/v1","rv":7,"start":"shop/web\u0000"}"#;
        assert_eq!(token.print(), CODEC.encode(json));
        assert_eq!(Token::parse(&token.print()), Ok(token));
    }

    #[test]
    fn a_slash_before_the_key_says_nothing() {
        let made_up = CODEC.encode(r#"{"v":"meta.k8s.io/v1","rv":1,"start":"/c2\u0000"}"#);
        assert_eq!(Token::parse(&made_up), Ok(after(1, "c2")));
    }

    #[test]
    fn a_token_for_the_present_has_no_version_and_is_written_as_a_negative_one() {
        let token = after(0, "web");
        let bytes = CODEC.decode(token.print()).unwrap();
        assert!(String::from_utf8(bytes).unwrap().contains(r#""rv":-1"#));
        assert_eq!(Token::parse(&token.print()), Ok(token));
    }

    #[test]
    fn a_token_of_another_form_is_refused() {
        for (json, expected) in [
            (r#"{"v":"meta.k8s.io/v9"}"#, "server does not recognize this encoded version meta.k8s.io/v9"),
            (
                r#"{"v":"meta.k8s.io/v1","rv":0}"#,
                "incorrect encoded start resourceVersion (version meta.k8s.io/v1)",
            ),
            (r#"{"v":"meta.k8s.io/v1","rv":1}"#, "encoded start key empty (version meta.k8s.io/v1)"),
            (r#"{"v":"meta.k8s.io/v1","rv":1,"start":"a/../b"}"#, "a/../b"),
            (
                r#"{"v":1}"#,
                "json: cannot unmarshal number into Go struct field continueToken.v of type string",
            ),
        ] {
            assert_eq!(words(json), expected, "{json}");
        }
    }

    #[test]
    fn what_is_no_token_at_all_is_refused_with_the_byte() {
        for (text, expected) in [
            ("garbage", r"invalid character '\u0081' looking for beginning of value"),
            ("YQ==", "illegal base64 data at input byte 2"),
            ("e", "illegal base64 data at input byte 0"),
            ("", "unexpected end of JSON input"),
        ] {
            let whole = format!("invalid continue token: continue key is not valid: {expected}");
            assert_eq!(Token::parse(text), Err(whole), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_token_comes_back(version in 0..=u64::from(u32::MAX), key in "[a-z][a-z0-9.-]{0,9}(/[a-z]{1,9})?") {
            let token = after(version, &key);
            prop_assert_eq!(Token::parse(&token.print()), Ok(token));
        }
    }
}
