//! Every field of what is judged, and whether some mutation changes it: the types as they are written, and values as they are
//! printed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Where the types are written. What is in `terms` is a vocabulary.
const ROOMS: [&str; 9] = [
    "mesh/snapshot.rs",
    "mesh/snapshot",
    "mesh/machinery.rs",
    "mesh/machinery",
    "mesh/machinery/fences/reading.rs",
    "mesh/link.rs",
    "mesh/network.rs",
    "mesh/certificate.rs",
    "health/snapshot.rs",
];
/// What a judgement is made of.
const ROOTS: [&str; 2] = ["MeshSeen", "HealthSeen"];

/// A type: its fields, and whatever it names.
#[derive(Default)]
struct Written {
    fields: Vec<String>,
    names: BTreeSet<String>,
}

/// The fields of all types that the roots lead to, as `TYPE.field`.
pub(super) fn all() -> BTreeSet<String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let types: BTreeMap<String, Written> =
        ROOMS.iter().flat_map(|room| texts(&source.join(room))).flat_map(|text| written(&text)).collect();
    let mut reached: BTreeSet<&str> = BTreeSet::new();
    let mut next: Vec<&str> = ROOTS.to_vec();
    while let Some(name) = next.pop() {
        let Some(found) = types.get(name) else { continue };
        if reached.insert(name) {
            next.extend(found.names.iter().map(String::as_str));
        }
    }
    reached
        .iter()
        .flat_map(|name| types[*name].fields.iter().map(move |field| format!("{name}.{field}")))
        .collect()
}

fn texts(room: &Path) -> Vec<String> {
    if room.is_file() {
        return vec![std::fs::read_to_string(room).unwrap()];
    }
    let files = std::fs::read_dir(room).unwrap().map(|file| file.unwrap().path());
    files.filter(|file| file.is_file()).map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

/// The types of a file. Those of one name in several rooms have the fields of all.
fn written(text: &str) -> Vec<(String, Written)> {
    let mut all: Vec<(String, Written)> = Vec::new();
    let mut is_within = false;
    for line in text.lines() {
        let head = ["pub struct ", "pub enum "].iter().find_map(|head| line.strip_prefix(head));
        let word = |rest: &str| {
            rest.chars().take_while(|one| one.is_alphanumeric() || *one == '_').collect::<String>()
        };
        if let Some(rest) = head {
            all.push((word(rest), Written::default()));
            is_within = line.ends_with('{');
        } else if line == "}" {
            is_within = false;
        }
        let Some((_, own)) = all.last_mut().filter(|_| is_within || head.is_some()) else { continue };
        let told = line.trim_start();
        if told.starts_with("//") || told.starts_with('#') {
            continue;
        }
        let field = told.strip_prefix("pub ").unwrap_or(told);
        let name = word(field);
        if head.is_none() && field[name.len()..].starts_with(':') && line.starts_with("    ") {
            own.fields.push(name);
        }
        let names = told.split(|one: char| !one.is_alphanumeric() && one != '_');
        own.names.extend(names.filter(|name| name.starts_with(char::is_uppercase)).map(str::to_owned));
    }
    all
}

/// A value as it is printed.
#[derive(Debug, PartialEq)]
pub(super) enum Shown {
    Struct(String, Vec<(String, Shown)>),
    /// A variant with what it holds, or a tuple.
    Tuple(String, Vec<Shown>),
    List(Vec<Shown>),
    Map(Vec<(Shown, Shown)>),
    Atom(String),
}

impl Shown {
    pub(super) fn of(value: &impl std::fmt::Debug) -> Self {
        value_of(&mut format!("{value:?}").as_str())
    }

    /// The fields that differ where both are of one type.
    pub(super) fn differing(&self, other: &Self, found: &mut BTreeSet<String>) {
        match (self, other) {
            (Self::Struct(name, own), Self::Struct(same, theirs)) if name == same => {
                for ((field, one), (_, other)) in own.iter().zip(theirs).filter(|(one, other)| one != other) {
                    found.insert(format!("{name}.{field}"));
                    one.differing(other, found);
                }
            }
            (Self::Tuple(name, own), Self::Tuple(same, theirs)) if name == same => pairs(own, theirs, found),
            (Self::List(own), Self::List(theirs)) => pairs(own, theirs, found),
            (Self::Map(own), Self::Map(theirs)) => entries(own, theirs, found),
            _ => {}
        }
    }
}

fn entries(own: &[(Shown, Shown)], theirs: &[(Shown, Shown)], found: &mut BTreeSet<String>) {
    for (key, value) in own {
        if let Some((_, other)) = theirs.iter().find(|(other, _)| other == key) {
            value.differing(other, found);
        }
    }
}

fn pairs(own: &[Shown], theirs: &[Shown], found: &mut BTreeSet<String>) {
    if own.len() == theirs.len() {
        own.iter().zip(theirs).for_each(|(one, other)| one.differing(other, found));
    }
}

/// Whether what follows was there.
fn takes(text: &mut &str, word: &str) -> bool {
    let Some(rest) = text.trim_start().strip_prefix(word) else { return false };
    *text = rest;
    true
}

fn until<T>(text: &mut &str, end: &str, one: impl Fn(&mut &str) -> T) -> Vec<T> {
    let mut all = Vec::new();
    while !takes(text, end) {
        all.push(one(text));
        takes(text, ",");
    }
    all
}

fn value_of(text: &mut &str) -> Shown {
    if takes(text, "[") {
        return Shown::List(until(text, "]", value_of));
    }
    if takes(text, "{") {
        return Shown::Map(until(text, "}", |text| {
            let key = value_of(text);
            let value = if takes(text, ":") { value_of(text) } else { Shown::Atom(String::new()) };
            (key, value)
        }));
    }
    let name = atom(text);
    if takes(text, "(") {
        Shown::Tuple(name, until(text, ")", value_of))
    } else if !name.starts_with('"') && takes(text, "{") {
        Shown::Struct(
            name,
            until(text, "}", |text| {
                let field = atom(text);
                takes(text, ":");
                (field, value_of(text))
            }),
        )
    } else {
        Shown::Atom(name)
    }
}

/// A text in its marks, a number or a name.
fn atom(text: &mut &str) -> String {
    *text = text.trim_start();
    let mut is_quoted = false;
    let mut is_escaped = false;
    let end = text.char_indices().find(|(at, one)| {
        if *at == 0 && *one == '"' {
            is_quoted = true;
            return false;
        }
        if is_quoted {
            let is_end = *one == '"' && !is_escaped;
            is_escaped = *one == '\\' && !is_escaped;
            return is_end;
        }
        ",(){}[] ".contains(*one) || text[*at..].starts_with(": ")
    });
    let length = end.map_or(text.len(), |(at, _)| if is_quoted { at + 1 } else { at });
    let (atom, rest) = text.split_at(length);
    *text = rest;
    atom.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    #[expect(dead_code, reason = "it is printed")]
    struct Node {
        name: String,
        ages: Vec<Option<i64>>,
        labels: BTreeMap<String, String>,
    }

    fn node(name: &str, ages: &[Option<i64>], label: &str) -> Node {
        let labels = BTreeMap::from([("a, \"b\": {".to_owned(), label.to_owned())]);
        Node { name: name.into(), ages: ages.to_vec(), labels }
    }

    #[test]
    fn fields_that_differ_are_found_in_what_is_printed() {
        let differ = |one: &Node, other: &Node| {
            let mut found = BTreeSet::new();
            Shown::of(one).differing(&Shown::of(other), &mut found);
            found.into_iter().collect::<Vec<_>>()
        };
        let base = node("a", &[Some(1), None], "x");
        assert_eq!(differ(&base, &node("a", &[Some(1), None], "x")), Vec::<String>::new());
        assert_eq!(differ(&base, &node("b", &[Some(1)], "x")), ["Node.ages", "Node.name"]);
        assert_eq!(differ(&base, &node("a", &[Some(1), None], "y")), ["Node.labels"]);
    }

    #[test]
    fn types_are_found_as_they_are_written() {
        let all = all();
        for field in ["MeshSeen.services", "Pod.is_meshed", "Fence.ingress", "NodeSeen.kubelet"] {
            assert!(all.contains(field), "{field}");
        }
        assert!(!all.contains("Right.verb"), "nobody keeps one");
    }
}
