//! The paths of printer columns: JSONPath as far as definitions use it.
//!
//! Fields with dots between them, where a backslash takes its meaning from the character after it, `['field']`, in which
//! dots mean the same, `[0]`, `[-1]`, `[*]`, and `[?(@.field == "text")]` or `!=`. As on the server only the first thing
//! that is found is shown.

use serde_json::Value;

/// A path that can be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path(Vec<Step>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Field(String),
    Each,
    At(i64),
    Where { way: Vec<Step>, is_equal: bool, text: String },
}

impl Path {
    /// Reads a path; `None` for one of a richer form.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let steps = steps(text)?;
        (!steps.is_empty()).then_some(Self(steps))
    }

    /// The first thing that it leads to; nothing, too, where a step does not fit what is there.
    pub(super) fn first<'a>(&self, object: &'a Value) -> Option<&'a Value> {
        follow(&self.0, object)?.into_iter().next()
    }
}

fn steps(mut rest: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    while !rest.is_empty() {
        let more;
        (more, rest) = match rest.strip_prefix('.') {
            Some(after) => field(after)?,
            // A path begins with a dot, so that it is never taken for a text.
            None if steps.is_empty() => return None,
            None => bracket(rest.strip_prefix('[')?)?,
        };
        steps.extend(more);
    }
    Some(steps)
}

fn field(text: &str) -> Option<(Vec<Step>, &str)> {
    let mut name = String::new();
    let mut letters = text.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '.' | '[' => return end(name, text.get(at..)?),
            ']' | '*' | '{' | '}' | '@' | '$' | '(' | ')' | ' ' => return None,
            '\\' => name.push(letters.next()?.1),
            other => name.push(other),
        }
    }
    end(name, "")
}

fn end(name: String, rest: &str) -> Option<(Vec<Step>, &str)> {
    (!name.is_empty()).then_some((vec![Step::Field(name)], rest))
}

/// What is in brackets, from behind the opening one.
fn bracket(text: &str) -> Option<(Vec<Step>, &str)> {
    let mut quote = None;
    let close = text.char_indices().find_map(|(at, letter)| match (quote, letter) {
        (None, ']') => Some(at),
        (None, '\'' | '"') => {
            quote = Some(letter);
            None
        }
        (Some(open), _) if open == letter => {
            quote = None;
            None
        }
        _ => None,
    })?;
    let (inside, rest) = (text.get(..close)?.trim(), text.get(close + 1..)?);
    let found = match (inside.strip_prefix("?("), quoted_with(inside, '\'')) {
        (Some(test), _) => vec![filter(test.strip_suffix(')')?)?],
        (None, Some(name)) => steps(&format!(".{name}"))?,
        (None, None) if inside == "*" => vec![Step::Each],
        (None, None) => vec![Step::At(inside.parse().ok()?)],
    };
    Some((found, rest))
}

fn filter(test: &str) -> Option<Step> {
    let (at, is_equal) = match (test.find("=="), test.find("!=")) {
        (Some(equal), Some(unequal)) if unequal < equal => (unequal, false),
        (Some(equal), _) => (equal, true),
        (None, unequal) => (unequal?, false),
    };
    let way = steps(test.get(..at)?.trim().strip_prefix('@')?)?;
    let text = quoted(test.get(at + 2..)?.trim())?;
    Some(Step::Where { way, is_equal, text })
}

fn quoted(text: &str) -> Option<String> {
    quoted_with(text, '\'').or_else(|| quoted_with(text, '"')).map(str::to_owned)
}

fn quoted_with(text: &str, quote: char) -> Option<&str> {
    text.strip_prefix(quote)?.strip_suffix(quote).filter(|text| !text.contains(quote))
}

/// Everything that the steps lead to; `None` where the server fails.
fn follow<'a>(steps: &[Step], object: &'a Value) -> Option<Vec<&'a Value>> {
    let mut found = vec![object];
    for step in steps {
        let next: Option<Vec<_>> = found.into_iter().map(|value| take(step, value)).collect();
        found = next?.into_iter().flatten().collect();
    }
    Some(found)
}

fn take<'a>(step: &Step, value: &'a Value) -> Option<Vec<&'a Value>> {
    match step {
        Step::Field(name) => Some(value.get(name.as_str()).into_iter().collect()),
        Step::Each => Some(match value {
            Value::Array(items) => items.iter().collect(),
            Value::Object(fields) => fields.values().collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
        }),
        Step::At(index) => {
            let items = value.as_array()?;
            let from_end = || items.len().checked_sub(usize::try_from(index.unsigned_abs()).ok()?);
            let index = if *index < 0 { from_end()? } else { usize::try_from(*index).ok()? };
            Some(vec![items.get(index)?])
        }
        Step::Where { way, is_equal, text } => {
            let mut kept = Vec::new();
            for item in value.as_array()? {
                // What has no such field is passed over, whatever is asked of it.
                let Some(other) = follow(way, item)?.into_iter().next() else { continue };
                if (other.as_str()? == text) == *is_equal {
                    kept.push(item);
                }
            }
            Some(kept)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn first(path: &str) -> Value {
        let conditions = json!([
            {"type": "Ready", "status": "True", "message": "it is [ready]"}, {"status": "odd"}, {"type": "New", "status": "False"},
        ]);
        let object = json!({
            "metadata": {"annotations": {"example.com/side": "left"}},
            "status": {"conditions": conditions, "addresses": [{"ip": "a"}, {"value": "10.0.0.1"}, {"value": "10.0.0.2"}]},
        });
        let path = Path::parse(path).unwrap_or_else(|| panic!("{path} can be read"));
        path.first(&object).cloned().unwrap_or_default()
    }

    #[test]
    fn a_path_leads_to_the_first_thing_that_it_finds() {
        for (path, expected) in [
            (r#".status.conditions[?(@.type=="Ready")].status"#, "True"),
            (r#".status.conditions[?(@.type == "New")].status"#, "False"),
            (".status.conditions[?(@.type=='Ready')].message", "it is [ready]"),
            (".status.conditions[?(@.type!='Ready')].status", "False"),
            (".status.addresses[*].value", "10.0.0.1"),
            (".status.addresses[-1].value", "10.0.0.2"),
            (".status.addresses[0].ip", "a"),
            (r".metadata.annotations['example\.com/side']", "left"),
            (r".metadata.annotations.example\.com/side", "left"),
        ] {
            assert_eq!(first(path), expected, "{path}");
        }
    }

    #[test]
    fn what_is_not_there_or_does_not_fit_is_nothing() {
        for path in [
            ".status.conditions[?(@.type=='Gone')].status",
            ".status.conditions[?(@.status.deep=='x')].status",
            ".status.addresses[7].value",
            ".status.addresses[-7].value",
            ".status[0]",
            ".status[?(@.a=='b')]",
            ".status.nope[*].value",
            ".metadata.annotations['example.com/side']",
        ] {
            assert_eq!(first(path), Value::Null, "{path}");
        }
    }

    #[test]
    fn a_richer_path_is_not_read() {
        for path in [
            "",
            "spec",
            "..name",
            ".",
            ".a..b",
            ".a[",
            ".a[0:2]",
            ".a[0,1]",
            ".a[?(@.b>1)]",
            ".a[?(@.b==1)]",
            ".a[?(@.b)]",
            ".a.*",
            "{.a}",
            ".a['b\"]",
            "[0]",
        ] {
            assert_eq!(Path::parse(path), None, "{path}");
        }
    }
}
