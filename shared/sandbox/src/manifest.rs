//! What is wrong with a manifest before any server is asked: a kind that nobody serves, a field that nobody knows.
//!
//! A server drops such a field when its client does not ask for more, and whoever describes a cluster would look for
//! his slip elsewhere.

use serde_json::Value;

use crate::failure::Failure;
use crate::kinds::{Kind, Kinds, Scope};
use crate::object::{key, name, namespace, text};

/// An object as its manifest names it: `Service shop/web`.
pub(crate) fn title(manifest: &Value) -> String {
    format!("{} {}", text(manifest, "/kind"), key(namespace(manifest), name(manifest)))
}

/// Looks at a manifest.
///
/// # Errors
/// Says what is missing, unknown, or of another type.
pub(crate) fn check(kinds: &Kinds, manifest: &Value) -> Result<(), Failure> {
    for (way, field) in
        [("/apiVersion", "apiVersion"), ("/kind", "kind"), ("/metadata/name", "metadata.name")]
    {
        if text(manifest, way).is_empty() {
            let words = format!("an object without {field}: {}", shortened(manifest));
            return Err(Failure::new(words, format!("give it the field {field}, as in any manifest")));
        }
    }
    let kind = kinds
        .of_object(text(manifest, "/apiVersion"), text(manifest, "/kind"))
        .ok_or_else(|| unknown(kinds, manifest))?;
    if kind.scope == Scope::Namespaced && namespace(manifest).is_empty() {
        let words = format!("{}: no namespace", title(manifest));
        return Err(Failure::new(
            words,
            format!("give it metadata.namespace; a {} is always in one", kind.kind),
        ));
    }
    fields(&kind, manifest).map_err(|failure| failure.at(title(manifest)))
}

fn unknown(kinds: &Kinds, manifest: &Value) -> Failure {
    let (version, kind) = (text(manifest, "/apiVersion"), text(manifest, "/kind"));
    let words = format!("{}: there is no kind {kind} in apiVersion {version}", title(manifest));
    let known: Vec<_> = kinds.all().iter().filter(|one| one.kind == kind).collect();
    let next = match known.as_slice() {
        [] => {
            "define it with a CustomResourceDefinition first, or correct its apiVersion and kind".to_owned()
        }
        served => format!(
            "write apiVersion {}",
            served.iter().map(|one| versions(one)).collect::<Vec<_>>().join(" or ")
        ),
    };
    Failure::new(words, next)
}

fn versions(kind: &Kind) -> String {
    let all: Vec<_> = kind.versions.iter().map(|version| kind.api_version(&version.name)).collect();
    all.join(" or ")
}

fn fields(kind: &Kind, manifest: &Value) -> Result<(), Failure> {
    let reference = format!("the API reference of Kubernetes lists the fields of a {}", kind.kind);
    kind.read(manifest)
        .map_err(|misfit| Failure::new(misfit.0, format!("correct the value; {reference}")))?;
    match kind.unknown_fields(manifest).first() {
        Some(way) => {
            let next = format!("correct the name or take the field out; {reference}");
            Err(Failure::new(format!("there is no field {way}"), next))
        }
        None => Ok(()),
    }
}

/// Enough of a manifest to find it.
fn shortened(manifest: &Value) -> String {
    let text = manifest.to_string();
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn problem(manifest: &Value) -> String {
        check(&Kinds::default(), manifest).unwrap_err().to_string()
    }

    #[test]
    fn a_kind_that_nobody_serves_is_named_with_how_to_define_it() {
        let link = json!({"apiVersion": "mesh.example/v1", "kind": "Link", "metadata": {"name": "a"}});
        let expected = "Link a: there is no kind Link in apiVersion mesh.example/v1\n  next: define it with a \
                        CustomResourceDefinition first, or correct its apiVersion and kind";
        assert_eq!(problem(&link), expected);
        let deployment = json!({"apiVersion": "v1", "kind": "Deployment", "metadata": {"name": "web"}});
        assert!(problem(&deployment).ends_with("next: write apiVersion apps/v1"), "{}", problem(&deployment));
    }

    #[test]
    fn a_slip_in_a_field_is_refused_and_not_dropped() {
        let service = json!({
            "apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "shop"},
            "spec": {"selctor": {"app": "web"}, "ports": [{"port": 80}]},
        });
        let expected = "Service shop/web: there is no field .spec.selctor\n  next: correct the name or take the field \
                        out; the API reference of Kubernetes lists the fields of a Service";
        assert_eq!(problem(&service), expected);
    }

    #[test]
    fn a_value_of_another_type_is_named() {
        let service = json!({
            "apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "shop"},
            "spec": {"ports": [{"port": "eighty"}]},
        });
        assert!(
            problem(&service).starts_with("Service shop/web: invalid type: string \"eighty\""),
            "{}",
            problem(&service)
        );
    }

    #[test]
    fn what_every_manifest_has_is_asked_for() {
        let nameless = json!({"apiVersion": "v1", "kind": "Namespace"});
        assert!(
            problem(&nameless).starts_with("an object without metadata.name: {"),
            "{}",
            problem(&nameless)
        );
        let homeless = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}});
        assert!(problem(&homeless).starts_with("Pod a: no namespace\n"), "{}", problem(&homeless));
    }
}
