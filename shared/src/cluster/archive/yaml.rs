//! YAML and JSON texts as values, with the places of documents and of the items of lists. Each document is parsed once,
//! from the events of the parser: a large dump is read about as fast as it is parsed.

use super::scalar;
use crate::cluster::explain::{one_line, place_of};
use granit_parser::{Event, Options, Parser, ScalarStyle, ScanError, Span, StrInput};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Deeper than any object; JSON is read back no deeper than this and a little.
const DEEPEST: usize = 100;
/// So many parts of documents may be made by aliases: a few lines of them can stand for billions.
const COPIED: usize = 100_000;

/// A place in a text; both count from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) line: usize,
    pub(super) column: usize,
}

/// One document of a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Document {
    pub(super) value: Value,
    pub(super) place: Place,
    /// Those of the entries of its `items`.
    pub(super) items: Vec<Place>,
}

/// What is wrong with a text; never what stands there, which may be a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mistake {
    pub(super) place: Place,
    pub(super) words: String,
}

/// Reads all documents of a text.
///
/// # Errors
/// The first mistake.
pub(super) fn documents(bytes: &[u8]) -> Result<Vec<Document>, Mistake> {
    let text = std::str::from_utf8(bytes).map_err(|error| not_text(bytes, error.valid_up_to()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut options = Options::default();
    options.emit_comments = false;
    let parser = Parser::new_from_str_with_options(text, options);
    let mut reader = Reader { parser, anchors: BTreeMap::new(), items: Vec::new(), copied: 0 };
    let mut documents = Vec::new();
    while let Some((event, span)) = reader.next()? {
        if event.is_node() {
            let value = reader.node(event, &span, Depth(0, Inside::Other))?;
            let items = std::mem::take(&mut reader.items);
            documents.push(Document { value, place: place(&span), items });
        }
    }
    Ok(documents)
}

fn not_text(bytes: &[u8], valid: usize) -> Mistake {
    let (line, column) = place_of(bytes, valid);
    Mistake { place: Place { line, column }, words: "not UTF-8 text".to_owned() }
}

fn place(span: &Span) -> Place {
    Place { line: span.start.line(), column: span.start.col() + 1 }
}

fn mistake<T>(span: &Span, words: impl Into<String>) -> Result<T, Mistake> {
    Err(Mistake { place: place(span), words: words.into() })
}

struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    anchors: BTreeMap<usize, Value>,
    items: Vec<Place>,
    copied: usize,
}

/// How deep a node is, and whether it is one whose entries have places of their own.
#[derive(Clone, Copy)]
struct Depth(usize, Inside);

#[derive(Clone, Copy, PartialEq)]
enum Inside {
    Items,
    Other,
}

impl Depth {
    fn within(self, inside: Inside) -> Self {
        Self(self.0 + 1, inside)
    }
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<Option<(Event<'a>, Span)>, Mistake> {
        let unreadable = |error: ScanError| {
            let place = Place { line: error.marker().line(), column: error.marker().col() + 1 };
            Mistake { place, words: one_line(&error.info()) }
        };
        self.parser.next().transpose().map_err(unreadable)
    }

    fn inner(&mut self, of: &Span) -> Result<(Event<'a>, Span), Mistake> {
        match self.next()? {
            Some(found) => Ok(found),
            None => mistake(of, "it ends too early"),
        }
    }

    fn node(&mut self, event: Event<'a>, span: &Span, depth: Depth) -> Result<Value, Mistake> {
        if depth.0 > DEEPEST {
            return mistake(span, "nested too deeply");
        }
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "the other events are no nodes, whatever the parser adds"
        )]
        let (anchor, value) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let is_text = style != ScalarStyle::Plain || tag.is_some_and(|tag| tag.suffix() == "str");
                (anchor, scalar(text, is_text))
            }
            Event::MappingStart(_, anchor, _) => (anchor, self.mapping(span, depth)?),
            Event::SequenceStart(_, anchor, _) => (anchor, self.sequence(span, depth)?),
            Event::Alias(id) => return self.copy(id, (span, depth)),
            _ => return mistake(span, "no node of a document"),
        };
        if anchor > 0 {
            self.anchors.insert(anchor, value.clone());
        }
        Ok(value)
    }

    fn mapping(&mut self, whole: &Span, depth: Depth) -> Result<Value, Mistake> {
        let (mut entries, mut merged) = (Map::new(), Vec::new());
        loop {
            let (event, span) = self.inner(whole)?;
            if event == Event::MappingEnd {
                return Ok(Value::Object(with_merged(entries, merged)));
            }
            let Event::Scalar(key, style, ..) = event else { return mistake(&span, "a key that is no text") };
            let is_list = depth.0 == 0 && key == "items";
            let (event, at) = self.inner(whole)?;
            let inside = if is_list { Inside::Items } else { Inside::Other };
            let value = self.node(event, &at, depth.within(inside))?;
            if key == "<<" && style == ScalarStyle::Plain {
                merged.push(value);
            } else if entries.contains_key(key.as_ref()) {
                return mistake(&span, format!("the key {:?} is there twice", one_line(&key)));
            } else {
                entries.insert(key.into_owned(), value);
            }
        }
    }

    fn sequence(&mut self, whole: &Span, depth: Depth) -> Result<Value, Mistake> {
        let mut items = Vec::new();
        loop {
            let (event, span) = self.inner(whole)?;
            if event == Event::SequenceEnd {
                return Ok(Value::Array(items));
            }
            if depth.1 == Inside::Items {
                self.items.push(place(&span));
            }
            items.push(self.node(event, &span, depth.within(Inside::Other))?);
        }
    }

    fn copy(&mut self, id: usize, (span, depth): (&Span, Depth)) -> Result<Value, Mistake> {
        let Some(value) = self.anchors.get(&id) else {
            return mistake(span, "an alias within its own anchor");
        };
        if depth.0 + height(value) > DEEPEST {
            return mistake(span, "nested too deeply");
        }
        self.copied = self.copied.saturating_add(parts(value));
        if self.copied > COPIED {
            return mistake(span, "aliases that stand for too much");
        }
        Ok(value.clone())
    }
}

fn scalar(text: Cow<'_, str>, is_text: bool) -> Value {
    if is_text { Value::String(text.into_owned()) } else { scalar::plain(text) }
}

/// How deep a value is nested in itself.
fn height(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(height).max().unwrap_or_default(),
        Value::Object(entries) => 1 + entries.values().map(height).max().unwrap_or_default(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

fn parts(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(parts).sum::<usize>(),
        Value::Object(entries) => 1 + entries.values().map(parts).sum::<usize>(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 1,
    }
}

/// What is written itself counts more than what is merged into it, and the first of those more than the next.
fn with_merged(mut entries: Map<String, Value>, merged: Vec<Value>) -> Map<String, Value> {
    for value in merged {
        let maps = match value {
            Value::Array(several) => several,
            one @ (Value::Object(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => {
                vec![one]
            }
        };
        for (key, value) in maps.into_iter().filter_map(entries_of).flatten() {
            entries.entry(key).or_insert(value);
        }
    }
    entries
}

fn entries_of(value: Value) -> Option<Map<String, Value>> {
    if let Value::Object(entries) = value { Some(entries) } else { None }
}

#[cfg(test)]
#[path = "yaml_tests.rs"]
mod tests;
