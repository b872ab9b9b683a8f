//! `[n]`, `[a:b]`, `[a:b:step]`, `[*]`.

/// Which elements of an array are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slice {
    start: Option<i64>,
    end: End,
    step: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// One element was asked for: the one at `start`.
    AfterStart,
    /// Up to the end of the array.
    Open,
    At(i64),
}

impl Slice {
    /// Parses the text between the brackets. An empty text means the first element, as in kubectl.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let invalid = || format!("invalid array index {text}");
        let mut parts = text.split(':');
        let mut next =
            || parts.next().map(|part| if is_index(part) { Ok(part) } else { Err(invalid()) }).transpose();
        let (start, end, step) = (next()?.unwrap_or_default(), next()?, next()?);
        if parts.next().is_some() {
            return Err(invalid());
        }
        Ok(Self {
            start: known(start)?,
            end: match end {
                None => End::AfterStart,
                Some(end) => known(end)?.map_or(End::Open, End::At),
            },
            step: step.map(known).transpose()?.flatten(),
        })
    }

    /// The elements of an array of this length: first index, how many to look at, and the stride; `None` when
    /// none was asked for.
    pub(super) fn within(self, length: usize) -> Result<Option<(usize, usize, usize)>, String> {
        let length = i64::try_from(length).unwrap_or(i64::MAX);
        let from_end = |index: i64| if index < 0 { index.saturating_add(length) } else { index };
        let start = from_end(self.start.unwrap_or(0));
        let end = match self.end {
            End::Open => length,
            End::At(end) => from_end(end),
            End::AfterStart => start.saturating_add(1),
        };
        if end == start {
            return Ok(None);
        }
        if !(0..length).contains(&start) {
            return Err(out_of_bounds(start, length));
        }
        if !(0..=length).contains(&end) {
            return Err(out_of_bounds(end.saturating_sub(1), length));
        }
        if start > end {
            return Err(format!("starting index {start} is greater than ending index {end}"));
        }
        let step = usize::try_from(self.step.unwrap_or(1)).ok().filter(|&step| step > 0);
        let size = |index: i64| usize::try_from(index).unwrap_or_default();
        Ok(Some((size(start), size(end - start), step.ok_or("step must be > 0")?)))
    }
}

fn out_of_bounds(index: i64, length: i64) -> String {
    format!("array index out of bounds: index {index}, length {length}")
}

fn is_index(part: &str) -> bool {
    part.strip_prefix('-').unwrap_or(part).bytes().all(|byte| byte.is_ascii_digit())
}

fn known(part: &str) -> Result<Option<i64>, String> {
    match part {
        "" => Ok(None),
        digits => digits.parse().map(Some).map_err(|_| format!("array index {digits} is not a number")),
    }
}
