//! Numbers as Go prints them.

use serde_json::Number;

/// As `fmt.Print` does: an exponent from a million on and below a ten-thousandth.
pub(super) fn plain(number: &Number) -> String {
    match (number.as_i64(), number.as_f64()) {
        (None, Some(float)) => match exponent_form(float) {
            (_, exponent) if (-4..6).contains(&exponent) => float.to_string(),
            (mantissa, exponent) => format!("{mantissa}e{exponent:+03}"),
        },
        _ => number.to_string(),
    }
}

/// As `json.Marshal` does: an exponent only for the very large and the very small.
pub(super) fn json(number: &Number) -> String {
    match (number.as_i64(), number.as_f64()) {
        (None, Some(float)) => match exponent_form(float) {
            (_, exponent) if (-6..21).contains(&exponent) => float.to_string(),
            (mantissa, exponent) => format!("{mantissa}e{exponent:+}"),
        },
        _ => number.to_string(),
    }
}

/// The shortest mantissa and the decimal exponent.
fn exponent_form(float: f64) -> (String, i32) {
    let text = format!("{float:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    (mantissa.to_owned(), exponent.parse().unwrap_or_default())
}
