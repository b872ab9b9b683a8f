//! Fields that a body names twice, and how a server tells of them.

use std::collections::HashSet;

use serde_json::Value;

/// A field of a body.
#[derive(Debug, PartialEq, Eq)]
struct Field {
    /// From the top: `spec.ports[0].name`.
    way: String,
    name: String,
    /// Of its value, counted from 1.
    line: usize,
    /// Whether its name has stood in this map before.
    again: bool,
    /// How many fields have ended before this one.
    ended: usize,
}

/// As the decoder of JSON tells, with these fields that nobody knows: in their order, each once. What lies in a field
/// that nobody knows is passed over.
pub(super) fn in_json(text: &str, unknown: &[String]) -> Vec<String> {
    let mut told = Vec::new();
    for field in fields(text) {
        let behind = |way: &String| field.way.strip_prefix(way.as_str()).map(str::to_owned);
        let words = match unknown.iter().find_map(behind) {
            Some(rest) if rest.is_empty() => format!("unknown field \"{}\"", field.way),
            Some(rest) if rest.starts_with(['.', '[']) => continue,
            _ if field.again => format!("duplicate field \"{}\"", field.way),
            _ => continue,
        };
        if !told.contains(&words) {
            told.push(words);
        }
    }
    told
}

/// As the decoder of YAML tells, which reads JSON too: each when its value has ended.
pub(super) fn in_yaml(text: &str) -> Vec<String> {
    let mut fields = fields(text);
    fields.sort_by_key(|field| field.ended);
    let again = fields.iter().filter(|field| field.again);
    again.map(|field| format!("line {}: key {:?} already set in map", field.line, field.name)).collect()
}

/// Every field of this text, in their order; of one that is no JSON, those up to there.
fn fields(text: &str) -> Vec<Field> {
    let mut walk = Walk { text, at: 0, lines: 0, counted: 0, ended: 0, fields: Vec::new() };
    let _what_is_no_json_is_refused_elsewhere = walk.value("");
    walk.fields
}

struct Walk<'a> {
    text: &'a str,
    at: usize,
    /// So many lines have ended in what was counted.
    lines: usize,
    counted: usize,
    ended: usize,
    fields: Vec<Field>,
}

impl Walk<'_> {
    /// The next character that is no space.
    fn peek(&mut self) -> Option<u8> {
        let rest = self.text.get(self.at..)?;
        self.at += rest.len() - rest.trim_start().len();
        self.text.as_bytes().get(self.at).copied()
    }

    /// Goes behind this character, if it is the next one.
    fn pass(&mut self, letter: u8) -> bool {
        let is = self.peek() == Some(letter);
        self.at += usize::from(is);
        is
    }

    fn value(&mut self, way: &str) -> Option<()> {
        match self.peek()? {
            b'{' => self.map(way),
            b'[' => self.list(way),
            _ => self.leaf().map(drop),
        }
    }

    fn map(&mut self, way: &str) -> Option<()> {
        self.at += 1;
        let mut names = HashSet::new();
        while !self.pass(b'}') {
            let Value::String(name) = self.leaf()? else { return None };
            self.pass(b':').then_some(())?;
            self.peek()?;
            let below = if way.is_empty() { name.clone() } else { format!("{way}.{name}") };
            let again = !names.insert(name.clone());
            self.lines += self.text.get(self.counted..self.at)?.matches('\n').count();
            self.counted = self.at;
            let line = 1 + self.lines;
            let index = self.fields.len();
            self.fields.push(Field { way: below.clone(), name, line, again, ended: 0 });
            self.value(&below)?;
            self.fields.get_mut(index)?.ended = self.ended;
            self.ended += 1;
            self.pass(b',');
        }
        Some(())
    }

    fn list(&mut self, way: &str) -> Option<()> {
        self.at += 1;
        for index in 0.. {
            if self.pass(b']') {
                break;
            }
            self.value(&format!("{way}[{index}]"))?;
            self.pass(b',');
        }
        Some(())
    }

    /// A text, a number or a word.
    fn leaf(&mut self) -> Option<Value> {
        self.peek()?;
        let mut values = serde_json::Deserializer::from_str(self.text.get(self.at..)?).into_iter();
        let value = values.next()?.ok();
        self.at += values.byte_offset();
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The texts are those of a kube-apiserver.
    #[test]
    fn names_that_stand_twice_are_told_in_the_words_of_each_decoder() {
        let body = r#"{"kind":"ConfigMap","data":{"b":"1"},"data":{"x":"1",
"x":"2","x":
"3"},"nope":1,"nope":2}"#;
        let json = ["duplicate field \"data\"", "duplicate field \"data.x\"", "unknown field \"nope\""];
        assert_eq!(in_json(body, &["nope".to_owned()]), json);
        let yaml = [
            "line 2: key \"x\" already set in map",
            "line 3: key \"x\" already set in map",
            "line 1: key \"data\" already set in map",
            "line 3: key \"nope\" already set in map",
        ];
        assert_eq!(in_yaml(body), yaml);
    }

    #[test]
    fn the_way_leads_through_lists_and_names_in_other_maps_are_no_second_ones() {
        let body =
            r#"{"a": [{"u": 1, "u\"{": [], "u": 2}, {"u": "}", "u": null}], "b": {"u": -1.5e3, "a": true}}"#;
        let expected = ["duplicate field \"a[0].u\"", "duplicate field \"a[1].u\""];
        assert_eq!(in_json(body, &[]), expected);
        assert_eq!(in_json("{\"a\": 1, \"a\"", &[]), Vec::<String>::new(), "it is no JSON");
    }

    #[test]
    fn what_lies_in_an_unknown_field_is_passed_over() {
        let body = r#"{"odd": {"x": 1, "x": 2}, "odder": {"x": 1, "x": 2}, "odd": 3}"#;
        let expected = ["unknown field \"odd\"", "duplicate field \"odder.x\""];
        assert_eq!(in_json(body, &["odd".to_owned()]), expected);
    }
}
