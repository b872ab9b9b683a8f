//! What may become of a leaf: it is deleted, has another value, the other cluster's, a time that is over or to come, or it
//! is a right that is taken away.

use super::leaves::{Path, delete, get, leaves, set, shown};
use super::world::{World, is_twin};
use serde_json::{Value, json};

/// The ways in which a leaf is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Operator {
    Delete,
    Change,
    Swap,
    Expire,
    Revoke,
}

impl Operator {
    pub(super) const ALL: [Self; 5] = [Self::Delete, Self::Change, Self::Swap, Self::Expire, Self::Revoke];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Delete => "delete",
            Self::Change => "change",
            Self::Swap => "swap",
            Self::Expire => "expire",
            Self::Revoke => "revoke",
        }
    }
}

/// One change of one object.
#[derive(Debug, Clone)]
pub(super) struct Mutation {
    pub(super) operator: Operator,
    /// Which cluster, and which of its objects.
    pub(super) cluster: usize,
    pub(super) object: usize,
    /// The leaf; empty for the object itself.
    pub(super) path: Path,
    /// What becomes of it; `None` when it is taken away.
    pub(super) value: Option<Value>,
}

/// Who lacks one of these has lost a right.
const RIGHTS: [&str; 10] = [
    "Secret",
    "ServiceAccount",
    "ClusterRole",
    "ClusterRoleBinding",
    "Role",
    "RoleBinding",
    "AuthorizationPolicy",
    "MeshTLSAuthentication",
    "NetworkAuthentication",
    "ServerAuthorization",
];

/// Every mutation of an object of a world.
pub(super) fn of_object(world: &World, cluster: usize, at: usize) -> Vec<Mutation> {
    let object = &world.0[cluster][at];
    let of =
        |operator, path: &Path, value| Mutation { operator, cluster, object: at, path: path.clone(), value };
    let is_right = RIGHTS.contains(&object["kind"].as_str().unwrap_or_default());
    let gone = if is_right { Operator::Revoke } else { Operator::Delete };
    let mut all = vec![of(gone, &Vec::new(), None)];
    if is_right {
        all.extend(rules(object).into_iter().map(|path| of(Operator::Revoke, &path, None)));
    }
    let other = world.0.get(1 - cluster).and_then(|objects| objects.iter().find(|one| is_twin(one, object)));
    for path in leaves(object) {
        let Some(value) = get(object, &path) else { continue };
        all.push(of(Operator::Delete, &path, None));
        all.extend(times(&path, value).into_iter().map(|time| of(Operator::Expire, &path, Some(time))));
        all.extend(changed(&path, value).map(|value| of(Operator::Change, &path, Some(value))));
        let theirs = other.and_then(|other| get(other, &path)).filter(|theirs| *theirs != value).cloned();
        all.extend(theirs.or_else(|| swapped(value)).map(|value| of(Operator::Swap, &path, Some(value))));
    }
    all
}

/// Whole rules, and who has them.
fn rules(object: &Value) -> Vec<Path> {
    let list = |field: &str| object[field].as_array().map_or(0, Vec::len);
    let of = |field: &'static str| {
        (0..list(field))
            .map(move |at| vec![super::leaves::Step::Key(field.into()), super::leaves::Step::At(at)])
    };
    of("rules").chain(of("subjects")).collect()
}

/// The text with the words of both clusters exchanged.
fn swapped(value: &Value) -> Option<Value> {
    let text = value.as_str()?;
    let other = text.replace("infra", "\0").replace("apps", "infra").replace('\0', "apps");
    (other != text).then(|| Value::String(other))
}

/// Long over, and of this day or a year to come.
fn times(path: &Path, value: &Value) -> Vec<Value> {
    let shown = shown(path);
    match value {
        Value::Number(_) if shown.ends_with("exp") => vec![json!(1_700_000_000)],
        Value::String(text) if is_certificate(path) => {
            vec![json!(format!("{text}@expired")), json!(format!("{text}@early"))]
        }
        Value::String(text) if is_time(text) => {
            vec![json!("2025-01-01T00:00:00Z"), json!("2026-02-28T12:00:00Z")]
        }
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_)
        | Value::Object(_) => vec![],
    }
}

fn is_certificate(path: &Path) -> bool {
    matches!(path.last(), Some(super::leaves::Step::Key(key)) if key == "$pem")
}

fn is_time(text: &str) -> bool {
    text.parse::<jiff::Timestamp>().is_ok()
}

/// Texts of which only few are possible, with another possible one.
const PAIRS: [(&str, &str); 21] = [
    ("true", "false"),
    ("True", "False"),
    ("Cluster", "Local"),
    ("ClusterIP", "ExternalName"),
    ("LoadBalancer", "ClusterIP"),
    ("TCP", "UDP"),
    ("Running", "Failed"),
    ("deny", "all-unauthenticated"),
    ("all-unauthenticated", "deny"),
    ("transport-header", "transparent"),
    ("edge-25.4.4", "stable-2.12.1"),
    ("enabled", "enable"),
    ("unknown", "opaque"),
    ("HTTP/1", "opaque"),
    ("cluster-pool", "kubernetes"),
    ("native", "tunnel"),
    ("default", "never"),
    ("https://infra.example:6443", "https://localhost:6443"),
    ("https://apps.example:6443", "https://127.0.0.1:6443"),
    ("10.1.0.0/16", "10.2.0.0/16"),
    ("v1.33.1", "v1.29.1"),
];

/// Another value that could stand there.
fn changed(path: &Path, value: &Value) -> Option<Value> {
    let other = match value {
        Value::Bool(is) => json!(!is),
        Value::Number(number) if shown(path).ends_with("exp") => json!(number.as_i64()? - 1),
        Value::Number(number) => json!(number.as_i64()? + 1),
        Value::String(text) if is_time(text) => return None,
        Value::String(text) if is_certificate(path) => json!(format!("{text}@stranger")),
        Value::String(text) => json!(text_changed(text)),
        // What holds nothing has nothing to change.
        Value::Null | Value::Array(_) | Value::Object(_) => return None,
    };
    Some(other)
}

fn text_changed(text: &str) -> String {
    if let Some((one, other)) = PAIRS.into_iter().find(|(one, other)| *one == text || *other == text) {
        return if one == text { other } else { one }.to_owned();
    }
    let number = |text: &str| text.parse::<u32>().ok().map(|number| number + 1);
    if let Some(next) = number(text) {
        return next.to_string();
    }
    match text.rsplit_once('.').and_then(|(network, host)| Some((network, number(host)?))) {
        Some((network, host)) => format!("{network}.{host}"),
        None if text.contains('/') && text.starts_with(|c: char| c.is_ascii_digit()) => {
            "198.51.100.0/24".to_owned()
        }
        None if text.starts_with('/') => "/other".to_owned(),
        None => format!("other-{text}"),
    }
}

impl Mutation {
    /// Whether the same leaf stands in another world just so.
    pub(super) fn is_of(&self, other: &World, world: &World) -> bool {
        let object = &world.0[self.cluster][self.object];
        let is_same = |one: &Value| self.path.is_empty() || get(one, &self.path) == get(object, &self.path);
        other.0[self.cluster].iter().any(|one| is_twin(one, object) && is_same(one))
    }

    /// The world with it.
    pub(super) fn applied(&self, world: &World) -> World {
        let mut world = world.clone();
        let objects = &mut world.0[self.cluster];
        match &self.value {
            None if self.path.is_empty() => drop(objects.remove(self.object)),
            None => delete(&mut objects[self.object], &self.path),
            Some(value) => set(&mut objects[self.object], &self.path, value.clone()),
        }
        world
    }
}
