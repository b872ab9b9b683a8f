//! Shows that the comparison sees every leaf: changes each one in turn and expects a difference.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    net::Ipv4Addr,
};

use serde_json::{Map, Value, json};
use testkit::recorded::{
    Exported, Folder, differences, exported_by, filled, is_placeholder, recordings, report,
};

/// Fields that recordings leave open, by their last name; all others must be equal.
const OPEN: [&str; 12] = [
    "uid",
    "resourceVersion",
    "creationTimestamp",
    "lastTransitionTime",
    "firstTimestamp",
    "lastTimestamp",
    "endpoints.kubernetes.io/last-change-trigger-time",
    "mirror.linkerd.io/remote-resource-version",
    "clusterIP",
    "clusterIPs",
    "nodePort",
    "ip",
];

#[test]
fn no_leaf_of_any_recording_can_change_unseen() -> Result<(), String> {
    let Some(folder) = recordings() else { return Ok(()) };
    let entries = fs::read_dir(folder).map_err(|error| error.to_string())?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut leaves = 0;
    // The numbers of 17-rate are not objects.
    for name in names.filter(|name| !["17-rate", "README.md"].contains(&name.as_str())) {
        let folder = Folder::open(&name).ok_or("no recordings")?;
        for file in [folder.files("after")?, folder.files("before")?].concat() {
            leaves += Leaves::of(&folder.documents(&file)?)
                .and_then(|leaves| leaves.check())
                .map_err(|why| format!("{name}/{file}: {why}"))?;
        }
    }
    assert!(leaves > 5000, "only {leaves} leaves were found");
    Ok(())
}

/// Recorded objects, live ones that equal them, and what these mirror.
struct Leaves<'a> {
    recorded: &'a [Value],
    live: Vec<Value>,
    exported: Exported,
    // How often each address is used.
    addresses: BTreeMap<String, usize>,
}

impl<'a> Leaves<'a> {
    fn of(recorded: &'a [Value]) -> Result<Self, String> {
        let live: Vec<Value> = recorded.iter().map(fill).collect();
        let mut exported = Exported::default();
        exported.note(&live.iter().filter_map(exported_object).collect::<Vec<_>>());
        let mut addresses = BTreeMap::new();
        for (object, way) in
            live.iter().flat_map(|object| leaves(object).into_iter().map(move |way| (object, way)))
        {
            if let Some(text) = object.pointer(&way).and_then(Value::as_str).filter(|text| is_of_a_pod(text))
            {
                *addresses.entry(text.to_owned()).or_default() += 1;
            }
        }
        let found = differences(recorded, &live, &exported);
        if found.is_empty() {
            Ok(Self { recorded, live, exported, addresses })
        } else {
            Err(format!("differs from itself: {}", report(&found)))
        }
    }

    /// Changes and removes every leaf, and returns how many there are.
    fn check(&self) -> Result<usize, String> {
        let mut count = 0;
        for (index, object) in self.recorded.iter().enumerate() {
            for way in leaves(object) {
                self.check_leaf(index, &way)?;
                count += 1;
            }
        }
        Ok(count)
    }

    /// Checks the leaf at this way of the object at `index`.
    fn check_leaf(&self, index: usize, way: &str) -> Result<(), String> {
        let (Some(old), Some(new)) = (self.recorded.get(index), self.live.get(index)) else { return Ok(()) };
        let open = old.pointer(way).and_then(Value::as_str).is_some_and(is_placeholder);
        if open && !is_open(way) {
            return Err(format!("{way} is open, against the list"));
        }
        for change in [changed, removed] {
            let mut other = new.clone();
            change(&mut other, way);
            self.expect_seen(index, way, &other)?;
        }
        if let Some(value) = self.of_the_same_shape(old, new, way) {
            let mut other = new.clone();
            other.pointer_mut(way).into_iter().for_each(|leaf| *leaf = value.into());
            self.expect_seen(index, way, &other)?;
        }
        Ok(())
    }

    /// Returns another value that could stand here if it were not for another place that says the same.
    fn of_the_same_shape(&self, old: &Value, new: &Value, way: &str) -> Option<&'static str> {
        let text = new.pointer(way)?.as_str()?;
        let shared = self.addresses.get(text).is_some_and(|count| *count > 1);
        let version = old.pointer(way)?.as_str()? == "<rv of the exported object>";
        if version { Some("47120") } else { shared.then_some("10.9.8.7") }
    }

    fn expect_seen(&self, index: usize, way: &str, other: &Value) -> Result<(), String> {
        let (Some(old), Some(new)) = (self.recorded.get(index), self.live.get(index)) else { return Ok(()) };
        // Most differences show in the object alone, which is quick; an address may differ from that in another
        // object only, and an object that names another one differs from its recording when it is alone.
        let one =
            |object| differences(std::slice::from_ref(old), std::slice::from_ref(object), &self.exported);
        let seen_alone = one(new).is_empty() && !one(other).is_empty();
        if seen_alone
            || !differences(self.recorded, &with(&self.live, index, other), &self.exported).is_empty()
        {
            return Ok(());
        }
        Err(format!("{way} of {old} changed unseen"))
    }
}

/// Returns what a mirror's recorded version is that of.
fn exported_object(mirror: &Value) -> Option<Value> {
    let (kind, namespace, name) = exported_by(mirror)?;
    let version = mirror.pointer("/metadata/annotations/mirror.linkerd.io~1remote-resource-version")?;
    let metadata = json!({"namespace": namespace, "name": name, "resourceVersion": version});
    Some(json!({"kind": kind, "metadata": metadata}))
}

fn is_of_a_pod(text: &str) -> bool {
    text.parse().is_ok_and(|address: Ipv4Addr| matches!(address.octets(), [10, 0, 0, _]))
}

fn with(live: &[Value], index: usize, other: &Value) -> Vec<Value> {
    let at = |(place, object)| if place == index { other } else { object };
    live.iter().enumerate().map(at).cloned().collect()
}

/// Puts a value of another shape into the leaf, so that open ones must be noticed as well.
fn changed(object: &mut Value, way: &str) {
    let Some(leaf) = object.pointer_mut(way) else { return };
    *leaf = match leaf {
        Value::String(text) => format!("{text} changed").into(),
        Value::Number(number) => json!(number.as_i64().unwrap_or_default() + 1),
        Value::Bool(truth) => (!*truth).into(),
        Value::Null | Value::Array(_) | Value::Object(_) => "changed".into(),
    };
}

fn removed(object: &mut Value, way: &str) {
    let Some((parent, last)) = way.rsplit_once('/') else { return };
    match object.pointer_mut(parent) {
        Some(Value::Object(fields)) => drop(fields.remove(&last.replace("~1", "/"))),
        Some(Value::Array(items)) => drop(last.parse().map(|index: usize| items.remove(index))),
        _ => {}
    }
}

/// Returns the ways to all leaves, empty lists and empty objects among them.
fn leaves(value: &Value) -> BTreeSet<String> {
    let under = |key: &str, value: &Value| {
        let key = key.replace('/', "~1");
        leaves(value).into_iter().map(move |way| format!("/{key}{way}")).collect::<Vec<_>>()
    };
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            fields.iter().flat_map(|(key, value)| under(key, value)).collect()
        }
        Value::Array(items) if !items.is_empty() => {
            items.iter().enumerate().flat_map(|(index, value)| under(&index.to_string(), value)).collect()
        }
        Value::Object(_)
        | Value::Array(_)
        | Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_) => BTreeSet::from([String::new()]),
    }
}

fn is_open(way: &str) -> bool {
    let name = way.rsplit('/').find(|part| part.parse::<usize>().is_err()).unwrap_or_default();
    OPEN.contains(&name.replace("~1", "/").as_str())
}

fn fill(value: &Value) -> Value {
    match value {
        Value::String(text) => filled(text).into(),
        Value::Array(items) => items.iter().map(fill).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(key, value)| (key.clone(), fill(value))).collect::<Map<_, _>>().into()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}
