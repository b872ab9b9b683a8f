//! Texts of flags to values, as Go's flag library and kubectl read them.

use crate::terms::{ContextName, GoDuration, Hidden, InvalidDuration};
use clap::builder::{StringValueParser, TypedValueParser};

/// What `kubectl wait` makes of a negative time-out.
const ONE_WEEK: GoDuration = GoDuration::from_secs(7 * 24 * 3600);

const INVALID_REQUEST_TIMEOUT: &str = "Invalid timeout value. Timeout must be a single integer in seconds, or an \
     integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)";

/// Reads a truth value in the spellings that Go accepts.
///
/// # Errors
/// The spellings that are accepted.
pub fn go_bool(text: &str) -> Result<bool, String> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Ok(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Ok(false),
        _ => Err("write true or false".to_owned()),
    }
}

/// Reads `--timeout`: a Go duration; 0 means look once, a negative one means a week, as in `kubectl wait`.
///
/// # Errors
/// `invalid duration …` with the accepted form.
pub fn timeout(text: &str) -> Result<GoDuration, InvalidDuration> {
    match text.strip_prefix('-').map(GoDuration::parse) {
        Some(Ok(_)) => Ok(ONE_WEEK),
        Some(Err(_)) | None => GoDuration::parse(text),
    }
}

/// `--request-timeout`; `None` is no bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RequestTimeout(pub(super) Option<GoDuration>);

/// Whole seconds, or a Go duration; zero and negative durations mean no bound.
pub(super) fn request_timeout(text: &str) -> Result<RequestTimeout, String> {
    let bounded =
        |duration: GoDuration| RequestTimeout((!duration.as_duration().is_zero()).then_some(duration));
    if let Ok(seconds) = text.strip_prefix('+').unwrap_or(text).parse::<u32>() {
        return Ok(bounded(GoDuration::from_secs(u64::from(seconds))));
    }
    let parsed = match text.strip_prefix('-') {
        Some(positive) => GoDuration::parse(positive).map(|_| RequestTimeout(None)),
        None => GoDuration::parse(text).map(bounded),
    };
    parsed.map_err(|_| INVALID_REQUEST_TIMEOUT.to_owned())
}

pub(super) fn context_name(text: &str) -> Result<ContextName, String> {
    if text.is_empty() {
        Err("a context name cannot be empty".to_owned())
    } else {
        Ok(ContextName(text.to_owned()))
    }
}

pub(super) fn key_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("write KEY=VALUE".to_owned()),
    }
}

/// Reads a secret, which is then never printed.
pub(super) fn hidden() -> impl TypedValueParser<Value = Hidden> {
    StringValueParser::new().map(Hidden::new)
}

/// A flag with an empty value was not given, as in kubectl.
pub(super) fn given<T: for<'a> From<&'a str>>(text: Option<&String>) -> Option<T> {
    text.filter(|text| !text.is_empty()).map(|text| T::from(text))
}

/// The flags that were given, with their values.
pub(super) fn flags<'a>(named: impl IntoIterator<Item = (&'a str, Option<&'a String>)>) -> Vec<String> {
    let given = named.into_iter().filter_map(|(flag, value)| Some((flag, given::<String>(value)?)));
    given.flat_map(|(flag, value)| [flag.to_owned(), value]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_timeout_is_seconds_or_a_go_duration_and_zero_or_less_is_none() {
        let millis =
            |text| request_timeout(text).map(|read| read.0.map(|bound| bound.as_duration().as_millis()));
        for (text, expected) in [
            ("0", None),
            ("0s", None),
            ("-1s", None),
            ("5", Some(5000)),
            ("+5", Some(5000)),
            ("1s", Some(1000)),
            ("2m", Some(120_000)),
            ("1m30s", Some(90_000)),
            ("500ms", Some(500)),
        ] {
            assert_eq!(millis(text), Ok(expected), "{text}");
        }
        for text in ["", "-1", "1x", "1 s", "--1s", "1d", "0x10"] {
            assert_eq!(request_timeout(text), Err(INVALID_REQUEST_TIMEOUT.to_owned()), "{text}");
        }
    }

    #[test]
    fn a_negative_timeout_is_a_week_and_a_bare_number_is_refused() {
        assert_eq!(timeout("-1s"), Ok(ONE_WEEK));
        assert_eq!(timeout("0"), Ok(GoDuration::from_secs(0)));
        assert_eq!(timeout("90s"), Ok(GoDuration::from_secs(90)));
        assert!(timeout("90").is_err_and(|error| error.to_string().starts_with("invalid duration \"90\"")));
    }
}
