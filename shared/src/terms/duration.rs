//! Durations as Go writes them, since kubectl's flags and Linkerd's fields do.

use std::time::Duration;

/// A duration that was written or reads as in Go: `300ms`, `1.5h`, `2m30s`; never negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct GoDuration(Duration);

/// A text that is no duration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid duration {text:?}: write a number and a unit, such as 30s, 2m or 1h30m")]
pub struct InvalidDuration {
    text: String,
}

/// Units of Go's parser with their length in nanoseconds; both spellings of micro are legal there.
const UNITS: [(&str, f64); 8] =
    [("ns", 1.0), ("us", 1e3), ("µs", 1e3), ("μs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 6e10), ("h", 3.6e12)];

impl GoDuration {
    /// Wraps a duration.
    pub const fn from_duration(duration: Duration) -> Self {
        Self(duration)
    }

    /// Whole seconds.
    pub const fn from_secs(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }

    /// The duration itself.
    pub const fn as_duration(self) -> Duration {
        self.0
    }

    /// Parses Go's syntax: one or more numbers with units, or `0`. Negative and unitless values are refused.
    ///
    /// # Errors
    /// `invalid duration "…"` with the accepted form.
    pub fn parse(text: &str) -> Result<Self, InvalidDuration> {
        let invalid = || InvalidDuration { text: text.to_owned() };
        let positive = text.strip_prefix('+').unwrap_or(text);
        if positive == "0" {
            return Ok(Self(Duration::ZERO));
        }
        let mut rest = positive;
        let mut seconds = 0.0;
        while !rest.is_empty() {
            let (part, left) = segment(rest).ok_or_else(invalid)?;
            seconds += part;
            rest = left;
        }
        let parsed = Duration::try_from_secs_f64(seconds).map_err(|_| invalid())?;
        if positive.is_empty() { Err(invalid()) } else { Ok(Self(parsed)) }
    }
}

/// Takes one number with its unit from the front: its seconds and what is left.
fn segment(text: &str) -> Option<(f64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, rest) = text.split_at(end);
    let unit_end = rest.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(rest.len());
    let (unit, left) = rest.split_at(unit_end);
    let (_, nanoseconds) = UNITS.iter().find(|(name, _)| *name == unit)?;
    let number: f64 = number.parse().ok()?;
    Some((number * nanoseconds / 1e9, left))
}

impl std::fmt::Display for GoDuration {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let whole = self.0.as_secs();
        let (hours, minutes, seconds) = (whole / 3600, whole / 60 % 60, whole % 60);
        match (hours, minutes) {
            (0, 0) if self.0.subsec_millis() != 0 => write!(out, "{:.1}s", self.0.as_secs_f64()),
            (0, 0) => write!(out, "{seconds}s"),
            (0, _) if seconds == 0 => write!(out, "{minutes}m"),
            (0, _) => write!(out, "{minutes}m{seconds}s"),
            _ => write!(out, "{hours}h{minutes}m"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn go_durations_are_read_as_go_reads_them() {
        let millis = |text| GoDuration::parse(text).map(|parsed| parsed.as_duration().as_millis());
        assert_eq!(millis("3s"), Ok(3000));
        assert_eq!(millis("1m30s"), Ok(90_000));
        assert_eq!(millis("1.5h"), Ok(5_400_000));
        assert_eq!(millis("300ms"), Ok(300));
        assert_eq!(millis("2000us"), Ok(2));
        assert_eq!(millis("0"), Ok(0));
    }

    #[test]
    fn what_go_refuses_and_what_is_negative_is_refused() {
        for text in ["", "3", "-3s", "3 s", "s", ".s", "1d", "1h-", "9999999999999999999h", "1..5s"] {
            assert_eq!(GoDuration::parse(text), Err(InvalidDuration { text: text.into() }), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_parsed_or_refused_without_a_panic(text in ".{0,24}") {
            drop(GoDuration::parse(&text));
        }
    }
}
