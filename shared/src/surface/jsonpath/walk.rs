//! One step after the other over what has been found so far.

use super::parse::Node;
use super::range::Evaluation;
use super::slice::Slice;
use serde_json::{Map, Value};

/// A result on its way to the next step.
#[derive(Debug, Clone)]
pub(super) enum Item<'d> {
    /// A value of the document.
    Seen(&'d Value),
    /// A text, number or truth value made by the template; never a container.
    Made(Value),
    /// The current object of a range over nulls.
    Nothing,
}

pub(super) type Items<'d> = Vec<Item<'d>>;

impl<'d> Item<'d> {
    pub(super) fn value(&self) -> &Value {
        match self {
            Self::Seen(value) => value,
            Self::Made(value) => value,
            Self::Nothing => &Value::Null,
        }
    }

    fn array(&self) -> Option<&'d [Value]> {
        if let Self::Seen(Value::Array(elements)) = self { Some(elements) } else { None }
    }

    fn object(&self) -> Option<&'d Map<String, Value>> {
        if let Self::Seen(Value::Object(fields)) = self { Some(fields) } else { None }
    }

    /// What is directly inside: fields in the order of their keys, elements, and the bytes of a text, since Go
    /// walks a text as bytes.
    fn children(&self) -> Items<'d> {
        if let Some(elements) = self.array() {
            return elements.iter().map(Item::Seen).collect();
        }
        if let Some(fields) = self.object() {
            let sorted: std::collections::BTreeMap<_, _> = fields.iter().collect();
            return sorted.into_values().map(Item::Seen).collect();
        }
        self.value()
            .as_str()
            .map_or_else(Vec::new, |text| text.bytes().map(|byte| Item::Made(byte.into())).collect())
    }

    /// The type as Go names it.
    fn go_type(&self) -> &'static str {
        match self.value() {
            Value::Null => "<nil>",
            Value::Bool(_) => "bool",
            Value::Number(number) if number.is_i64() => "int64",
            Value::Number(_) => "float64",
            Value::String(_) => "string",
            Value::Array(_) => "[]interface {}",
            Value::Object(_) => "map[string]interface {}",
        }
    }
}

impl<'d> Evaluation<'_, 'd> {
    pub(super) fn steps(&mut self, mut items: Items<'d>, steps: &[Node]) -> Result<Items<'d>, String> {
        for node in steps {
            items = self.step(items, node)?;
        }
        Ok(items)
    }

    pub(super) fn step(&mut self, items: Items<'d>, node: &Node) -> Result<Items<'d>, String> {
        let found = match node {
            Node::List(steps) => self.steps(items, steps)?,
            Node::Text(text) => vec![Item::Made(text.as_str().into())],
            Node::Field(name) => {
                items.iter().filter_map(|item| item.object()?.get(name)).map(Item::Seen).collect()
            }
            Node::Wildcard => items.iter().flat_map(Item::children).collect(),
            Node::Recursive => self.descend(items)?,
            Node::Slice(slice) => sliced(&items, *slice)?,
            Node::Union(members) => self.union(&items, members)?,
            Node::Exists(path) => self.filter(&items, |this, element| this.exists(element, path))?,
            Node::Compare { left, operator, right } => self.filter(&items, |this, element| {
                let Some(left) = this.single(element, left)? else { return Ok(false) };
                let Some(right) = this.single(element, right)? else { return Ok(false) };
                operator.holds(left.value(), right.value())
            })?,
            Node::Integer(value) => vec![Item::Made((*value).into()); items.len()],
            Node::Float(value) => vec![Item::Made((*value).into()); items.len()],
            Node::Bool(value) => vec![Item::Made((*value).into()); items.len()],
            Node::Word(word) => self.word(items, word)?,
        };
        self.spend(found.len())?;
        Ok(found)
    }

    /// Everything that holds something, from the outside in.
    fn descend(&mut self, items: Items<'d>) -> Result<Items<'d>, String> {
        let mut found = Vec::new();
        for item in items {
            let children = item.children();
            self.spend(children.len())?;
            if !children.is_empty() {
                found.push(item);
                found.extend(self.descend(children)?);
            }
        }
        Ok(found)
    }

    fn union(&mut self, items: &Items<'d>, members: &[Vec<Node>]) -> Result<Items<'d>, String> {
        let mut found = Vec::new();
        for member in members {
            found.extend(self.steps(items.clone(), member)?);
        }
        Ok(found)
    }

    fn filter(
        &mut self,
        items: &Items<'d>,
        keep: impl Fn(&mut Self, &'d Value) -> Result<bool, String>,
    ) -> Result<Items<'d>, String> {
        let mut found = Vec::new();
        for element in elements(items)? {
            if keep(self, element)? {
                found.push(Item::Seen(element));
            }
        }
        Ok(found)
    }

    /// Whether a path finds anything. A path that does not fit the element counts as found, as in kubectl.
    fn exists(&mut self, element: &'d Value, path: &[Node]) -> Result<bool, String> {
        let found = self.steps(vec![Item::Seen(element)], path);
        self.spend(0)?;
        Ok(found.map_or(true, |items| !items.is_empty()))
    }

    /// The one value to compare.
    fn single(&mut self, element: &'d Value, path: &[Node]) -> Result<Option<Item<'d>>, String> {
        let mut found = self.steps(vec![Item::Seen(element)], path)?;
        if found.len() > 1 {
            return Err("can only compare one element at a time".to_owned());
        }
        Ok(found.pop())
    }
}

/// The elements of all these arrays.
fn elements<'d>(items: &Items<'d>) -> Result<Vec<&'d Value>, String> {
    let refused =
        |item: &Item<'_>| format!("{} is not array or slice and cannot be filtered", item.go_type());
    let arrays: Vec<_> =
        items.iter().map(|item| item.array().ok_or_else(|| refused(item))).collect::<Result<_, _>>()?;
    Ok(arrays.into_iter().flatten().collect())
}

/// Nulls are passed over; as in kubectl, the first array of which no element was asked for ends the step.
fn sliced<'d>(items: &Items<'d>, slice: Slice) -> Result<Items<'d>, String> {
    let mut found = Vec::new();
    for item in items.iter().filter(|item| !matches!(item, Item::Seen(Value::Null))) {
        let elements = item.array().ok_or_else(|| format!("{} is not array or slice", item.go_type()))?;
        let Some((start, count, step)) = slice.within(elements.len())? else { break };
        found.extend(elements.iter().skip(start).take(count).step_by(step).map(Item::Seen));
    }
    Ok(found)
}
