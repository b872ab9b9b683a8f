//! How objects lie in files changes nothing that is answered.

use super::{Archive, Contents, Meta, objects};
use crate::cluster::{Call, Resource, Shape};
use crate::terms::Scope;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::path::Path;

const PLACES: [(&str, &str, Resource); 3] = [
    ("v1", "Service", Resource::SERVICES),
    ("apps/v1", "Deployment", Resource::DEPLOYMENTS),
    ("v1", "Pod", Resource::PODS),
];

fn objects() -> impl Strategy<Value = Vec<Value>> {
    let key = (0..PLACES.len(), "[a-c](-b)?", "[a-c]{1,2}");
    proptest::collection::btree_map(key, ("[xy]", any::<u16>()), 0..12).prop_map(|all| {
        let object = |((place, namespace, name), (tier, port)): ((usize, String, String), (String, u16))| {
            let (version, kind, _) = PLACES[place];
            let metadata = json!({"name": name, "namespace": namespace, "labels": {"tier": tier}});
            json!({"apiVersion": version, "kind": kind, "metadata": metadata, "spec": {"port": port}})
        };
        all.into_iter().map(object).collect()
    })
}

fn yaml(object: &Value) -> String {
    serde_saphyr::to_string(object).unwrap()
}

/// Documents, as JSON or as YAML, alone or in Lists, in as many files.
fn texts(objects: &[Value], (cuts, form): (usize, usize)) -> Vec<String> {
    let list = |items: &[Value]| json!({"apiVersion": "v1", "kind": "List", "items": items});
    let parts = objects.chunks(cuts.max(1));
    let text = |part: &[Value]| match form {
        0 => part.iter().map(yaml).collect::<Vec<_>>().join("---\n"),
        1 => yaml(&list(part)),
        2 => list(part).to_string(),
        _ => list(&[list(part)]).to_string(),
    };
    parts.map(text).collect()
}

fn archive(texts: &[String]) -> Archive {
    let read = |(at, text): (usize, &String)| {
        objects::read(Path::new(&format!("{at}.yaml")), text.as_bytes()).unwrap()
    };
    let texts = texts.iter().enumerate().map(read).collect();
    Archive::of(Contents::Dump, Path::new("dump"), Meta::default(), texts).unwrap()
}

fn answers(archive: &Archive) -> Vec<Vec<u8>> {
    let scopes = [
        Scope::default(),
        Scope::namespace(Some("a")),
        Scope::default().labelled("tier=x"),
        Scope::namespace(Some("a-b")).with_fields("metadata.name!=a"),
    ];
    let lists = PLACES.into_iter().flat_map(|(_, _, resource)| {
        let shapes = [Shape::Full, Shape::Metadata].into_iter();
        let of = |shape| scopes.iter().map(move |scope| Call::list(resource, scope, shape, 500, ""));
        shapes.flat_map(of).collect::<Vec<_>>()
    });
    lists.map(|call| archive.answer(&call).unwrap()).collect()
}

proptest! {
    #[test]
    fn the_order_the_number_and_the_form_of_files_change_no_answer(
        (all, shuffled) in objects().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        cuts in 1..6_usize,
        form in 0..4_usize,
    ) {
        let expected = answers(&archive(&texts(&all, (all.len(), 2))));
        prop_assert_eq!(answers(&archive(&texts(&shuffled, (cuts, form)))), expected);
    }

    #[test]
    fn what_is_answered_is_what_was_written(all in objects()) {
        let archive = archive(&texts(&all, (1, 0)));
        for object in &all {
            let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap();
            let (_, _, resource) = PLACES.into_iter().find(|place| place.1 == text("/kind")).unwrap();
            let call = Call::get(resource, Some(text("/metadata/namespace")), text("/metadata/name"));
            let answered: Value = serde_json::from_slice(&archive.answer(&call).unwrap()).unwrap();
            prop_assert_eq!(&answered, object);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[-a:{}\\[\\] \n&*!'\"<#|]{0,60}") {
        drop(objects::read(Path::new("a.yaml"), text.as_bytes()));
    }
}
