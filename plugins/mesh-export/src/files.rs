//! Services that are named by manifests: `-f FILE`, as kubectl has it, but for folders and URLs.

// With their paths, since `fuzz/` compiles this file as a part of a program of its own.
#[cfg(any(test, feature = "fuzzing"))]
#[path = "files/laws.rs"]
pub(crate) mod laws;
#[path = "files/list.rs"]
mod list;

pub(crate) use list::{Listed, twice};
use platform::bounded;
use platform::verdict::Failure;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::Path;

/// What is read of an object.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Manifest {
    api_version: String,
    kind: String,
    metadata: Metadata,
    items: Vec<Manifest>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Metadata {
    name: String,
    namespace: Option<String>,
}

/// The Services of some files.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Named {
    /// Their names.
    pub(crate) names: BTreeSet<String>,
    /// Their namespace, where one of them says it.
    pub(crate) namespace: Option<String>,
    /// Whether one of them says none.
    pub(crate) is_left_open: bool,
    /// The exports of lists, where there are lists.
    pub(crate) list: Option<Vec<Listed>>,
}

/// Reads files; `-` is the standard input.
///
/// # Errors
/// A file that cannot be read or holds no Service, or Services of several namespaces (exit 2).
pub(crate) fn named(files: &[String]) -> Result<Named, Failure> {
    let mut all = Named::default();
    for file in files {
        let text = text(file).map_err(|error| {
            Failure::usage(
                format!("cannot read {file}: {error}"),
                "name files with manifests, or `-` for the standard input; folders and URLs are not read",
            )
        })?;
        if is_list(&text) {
            all.list.get_or_insert_default().extend(list::read(file, &text)?);
        } else {
            all.add(file, &services(file, &text)?)?;
        }
    }
    if all.list.is_some() && !all.names.is_empty() {
        let next = "give either to -f; a list converges, and manifests only name Services";
        return Err(Failure::usage("-f names both lists of exports and manifests of Services", next));
    }
    Ok(all)
}

/// Whether a text is about lists of exports; what cannot be read is judged as manifests are.
fn is_list(text: &str) -> bool {
    let documents: Result<Vec<Option<Manifest>>, _> = serde_saphyr::from_multiple(text);
    documents.is_ok_and(|all| all.iter().flatten().any(|one| one.kind == list::KIND))
}

fn text(file: &str) -> std::io::Result<String> {
    let bytes = match file {
        "-" => bounded::bounded(std::io::stdin())?,
        _ => bounded::file(Path::new(file))?,
    };
    String::from_utf8(bytes)
        .map_err(|_| std::io::Error::new(std::io::ErrorKind::InvalidData, "not UTF-8 text"))
}

/// The Services of a file's documents and of the lists in them; other kinds are somebody else's business.
fn services(file: &str, text: &str) -> Result<Vec<Metadata>, Failure> {
    // An empty document is what a file that ends with a separator has.
    let documents: Vec<Option<Manifest>> = serde_saphyr::from_multiple(text).map_err(|error| {
        Failure::usage(
            format!("cannot read {file}: {error}"),
            "correct it; `kubectl apply --dry-run=client -f` shows what kubectl reads",
        )
    })?;
    let objects = documents
        .into_iter()
        .flatten()
        .flat_map(|one| if one.items.is_empty() { vec![one] } else { one.items });
    let found: Vec<_> = objects
        .filter(|one| one.kind == "Service" && one.api_version == "v1")
        .map(|one| one.metadata)
        .collect();
    if found.is_empty() {
        let next = "name a file with the manifest of a Service; others are not exported";
        return Err(Failure::usage(format!("{file} holds no Service"), next));
    }
    Ok(found)
}

impl Named {
    fn add(&mut self, file: &str, found: &[Metadata]) -> Result<(), Failure> {
        for Metadata { name, namespace } in found {
            let namespace = namespace.as_ref().filter(|namespace| !namespace.is_empty());
            self.is_left_open |= namespace.is_none();
            if let (Some(one), Some(other)) = (&self.namespace, namespace)
                && one != other
            {
                let what = format!("{file} holds Services of the namespaces {one} and {other}");
                return Err(Failure::usage(what, "export those of one namespace at a time"));
            }
            self.namespace = self.namespace.take().or_else(|| namespace.cloned());
            self.names.insert(name.clone());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Named, String> {
        let mut named = Named::default();
        let done = services("x.yaml", text).and_then(|found| named.add("x.yaml", &found));
        done.map(|()| named).map_err(|failure| failure.what)
    }

    #[test]
    fn services_of_documents_and_lists_are_found_among_other_kinds() {
        let text = "kind: Deployment\nmetadata: {name: web}\n---\n\
                    {apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}}\n---\n\
                    {apiVersion: serving.knative.dev/v1, kind: Service, metadata: {name: other}}\n---\n\
                    kind: List\nitems:\n- {apiVersion: v1, kind: Service, metadata: {name: api, namespace: ''}}\n\
                    - {kind: Secret, metadata: {name: key}}\n---\n";
        let named = read(text).unwrap();
        assert_eq!(named.names, BTreeSet::from(["api".to_owned(), "web".to_owned()]));
        assert_eq!((named.namespace.as_deref(), named.is_left_open), (Some("shop"), true));
        let json = read(r#"{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "json"}}"#).unwrap();
        assert_eq!((json.namespace, json.is_left_open), (None, true));
    }

    #[test]
    fn files_without_a_service_or_with_two_namespaces_are_refused_by_name() {
        assert_eq!(read("kind: Secret\nmetadata: {name: web}\n").unwrap_err(), "x.yaml holds no Service");
        assert_eq!(read("").unwrap_err(), "x.yaml holds no Service");
        assert!(read("kind: [").unwrap_err().starts_with("cannot read x.yaml: "));
        let one = |name: &str, namespace: &str| {
            format!("{{apiVersion: v1, kind: Service, metadata: {{name: {name}, namespace: {namespace}}}}}")
        };
        let two = format!("{}\n---\n{}", one("a", "one"), one("b", "two"));
        assert_eq!(read(&two).unwrap_err(), "x.yaml holds Services of the namespaces one and two");
    }
}
