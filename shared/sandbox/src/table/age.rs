//! Ages as users read them: two or three digits that matter, in at most two units.
//!
//! The steps are those of kubectl. A larger unit comes at two minutes, three hours, two days and two years;
//! the smaller one beside it goes at ten minutes, eight hours, eight days and eight years. Nothing is rounded
//! up.

use jiff::Timestamp;
use serde_json::Value;

use crate::object;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 365 * DAY;

/// The age of an object.
pub(super) fn of(object: &Value, now: Timestamp) -> String {
    since(object, "/metadata/creationTimestamp", now)
}

/// How long ago the time at this place was.
pub(super) fn since(object: &Value, way: &str, now: Timestamp) -> String {
    elapsed(object::text(object, way), now)
}

/// How long ago a time was; `<unknown>` if there is none, `<invalid>` if it is none or lies ahead.
pub(super) fn elapsed(time: &str, now: Timestamp) -> String {
    if time.is_empty() {
        return "<unknown>".to_owned();
    }
    let then: Result<Timestamp, _> = time.parse();
    then.map_or_else(|_| "<invalid>".to_owned(), |then| human(now.duration_since(then).as_secs()))
}

/// A number of seconds. Clocks may differ by one second and a bit, so that much ahead is now.
fn human(seconds: i64) -> String {
    match seconds {
        ..-1 => "<invalid>".to_owned(),
        -1 => "0s".to_owned(),
        0..120 => format!("{seconds}s"),
        120..600 => two(seconds, (MINUTE, "m"), (1, "s")),
        600..10_800 => format!("{}m", seconds / MINUTE),
        10_800..28_800 => two(seconds, (HOUR, "h"), (MINUTE, "m")),
        28_800..172_800 => format!("{}h", seconds / HOUR),
        172_800..691_200 => two(seconds, (DAY, "d"), (HOUR, "h")),
        691_200..63_072_000 => format!("{}d", seconds / DAY),
        63_072_000..252_288_000 => two(seconds, (YEAR, "y"), (DAY, "d")),
        _ => format!("{}y", seconds / YEAR),
    }
}

/// A number of large units, and of small ones if there are any.
fn two(seconds: i64, large: (i64, &str), small: (i64, &str)) -> String {
    let head = format!("{}{}", seconds / large.0, large.1);
    match seconds % large.0 / small.0 {
        0 => head,
        rest => format!("{head}{rest}{}", small.1),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ages_are_as_long_as_kubectl_prints_them() {
        for (seconds, expected) in [
            (-2, "<invalid>"),
            (-1, "0s"),
            (5, "5s"),
            (119, "119s"),
            (120, "2m"),
            (150, "2m30s"),
            (9 * MINUTE + 59, "9m59s"),
            (10 * MINUTE + 59, "10m"),
            (3 * HOUR - 1, "179m"),
            (3 * HOUR, "3h"),
            (3 * HOUR + 10 * MINUTE + 30, "3h10m"),
            (8 * HOUR + 59 * MINUTE, "8h"),
            (2 * DAY - 1, "47h"),
            (2 * DAY, "2d"),
            (2 * DAY + 3 * HOUR, "2d3h"),
            (8 * DAY - 1, "7d23h"),
            (9 * DAY + 5 * HOUR, "9d"),
            (2 * YEAR - 1, "729d"),
            (2 * YEAR, "2y"),
            (3 * YEAR + 4 * DAY, "3y4d"),
            (8 * YEAR + 40 * DAY, "8y"),
        ] {
            assert_eq!(human(seconds), expected, "{seconds}");
        }
    }

    #[test]
    fn the_age_of_an_object_is_counted_from_its_creation() {
        let object = json!({ "metadata": { "creationTimestamp": "2026-01-01T00:00:00Z" } });
        assert_eq!(of(&object, "2026-01-01T00:05:00.9Z".parse().unwrap()), "5m");
        assert_eq!(of(&object, "2025-12-31T23:59:58.1Z".parse().unwrap()), "0s");
        assert_eq!(of(&object, "2025-12-31T23:59:50Z".parse().unwrap()), "<invalid>");
    }

    #[test]
    fn no_time_is_unknown_and_a_bad_one_invalid() {
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(
            (of(&json!({}), now).as_str(), elapsed("yesterday", now).as_str()),
            ("<unknown>", "<invalid>")
        );
    }
}
