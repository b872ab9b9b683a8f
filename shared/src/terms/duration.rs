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
const UNITS: [(&str, u64); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("μs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];
/// Go counts nanoseconds in 63 bits, which is 292 years, and refuses what does not fit.
const LONGEST: u64 = i64::MAX.unsigned_abs();
/// More digits behind a point say nothing, whatever the unit.
const PRECISION: usize = 15;

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

    /// Parses Go's syntax: one or more numbers with units, or `0`. Negative and unitless values are refused, and
    /// so is what Go cannot hold: more than 292 years.
    ///
    /// # Errors
    /// `invalid duration "…"` with the accepted form.
    pub fn parse(text: &str) -> Result<Self, InvalidDuration> {
        let invalid = || InvalidDuration { text: text.to_owned() };
        let positive = text.strip_prefix('+').unwrap_or(text);
        if positive == "0" {
            return Ok(Self(Duration::ZERO));
        }
        let (mut rest, mut total) = (positive, 0_u64);
        while !rest.is_empty() {
            let (part, left) = segment(rest).ok_or_else(invalid)?;
            total = total.checked_add(part).filter(|total| *total <= LONGEST).ok_or_else(invalid)?;
            rest = left;
        }
        if positive.is_empty() { Err(invalid()) } else { Ok(Self(Duration::from_nanos(total))) }
    }
}

/// Takes one number with its unit from the front: its nanoseconds and what is left.
fn segment(text: &str) -> Option<(u64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, rest) = text.split_at(end);
    let unit_end = rest.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(rest.len());
    let (unit, left) = rest.split_at(unit_end);
    let (_, unit) = UNITS.iter().find(|(name, _)| *name == unit)?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    Some((whole.checked_mul(*unit)?.checked_add(part_of(*unit, fraction)?)?, left))
}

/// The digits behind a point, in nanoseconds of this unit.
fn part_of(unit: u64, digits: &str) -> Option<u64> {
    if !digits.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let digits = digits.get(..PRECISION).unwrap_or(digits);
    let scale = 10_u128.checked_pow(u32::try_from(digits.len()).ok()?)?;
    let digits: u128 = if digits.is_empty() { 0 } else { digits.parse().ok()? };
    u64::try_from(digits * u128::from(unit) / scale).ok()
}

impl std::fmt::Display for GoDuration {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Below a minute a tenth counts, where there is one after rounding: neither `60.0s` nor `2.0s`.
        let tenths = (self.0.as_millis() + 50) / 100;
        let whole = if tenths <= 600 { tenths / 10 } else { self.0.as_secs().into() };
        let (hours, minutes, seconds) = (whole / 3600, whole / 60 % 60, whole % 60);
        match (hours, minutes) {
            (0, 0) if !tenths.is_multiple_of(10) => write!(out, "{seconds}.{}s", tenths % 10),
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
        assert_eq!(millis(".5s"), Ok(500));
        assert_eq!(millis("1.s"), Ok(1000));
        assert_eq!(millis("0.3333333333333333333h"), Ok(1_199_999));
    }

    #[test]
    fn the_longest_duration_is_gos() {
        let nanos = |text| GoDuration::parse(text).map(|parsed| parsed.as_duration().as_nanos());
        assert_eq!(nanos("9223372036854775807ns"), Ok(9_223_372_036_854_775_807));
        assert_eq!(nanos("2562047h47m16.854775807s"), Ok(9_223_372_036_854_775_807));
        for text in ["9223372036854775808ns", "2562047h47m16.854775808s", "2562048h", "5000000000000000h"] {
            assert_eq!(GoDuration::parse(text), Err(InvalidDuration { text: text.into() }), "{text}");
        }
    }

    #[test]
    fn what_is_printed_is_rounded_to_what_can_be_read_again() {
        let printed = |millis| GoDuration(Duration::from_millis(millis)).to_string();
        let pairs =
            [(20, "0s"), (300, "0.3s"), (1960, "2s"), (59_960, "1m"), (61_970, "1m1s"), (3_600_000, "1h0m")];
        for (millis, expected) in pairs {
            assert_eq!(printed(millis), expected, "{millis} ms");
        }
    }

    #[test]
    fn what_go_refuses_and_what_is_negative_is_refused() {
        for text in
            ["", "3", "-3s", "3 s", "s", ".s", "1d", "1h-", "9999999999999999999h", "1..5s", "1.2.3s", "."]
        {
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
