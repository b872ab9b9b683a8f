//! Edits of texts that others wrote: what is written can be read, and says what was wanted.

use super::texts;
use crate::manifest::{
    Address, Fit, LabelEdit, Overlay, Patched, Searched, appended, detached, fit, found, joined, labelled,
    part, text_at, unified,
};
use crate::terms::Labels;

const LABEL: &str = "mirror.linkerd.io/exported";
const SERVICE: Searched<'static> =
    Searched { group: "", kind: "Service", namespace: "databases", name: "postgres-rw" };

fn export() -> LabelEdit {
    let set = Labels::from([(LABEL.to_owned(), "true".to_owned())]);
    LabelEdit { set, removed: Vec::new() }
}

fn undo() -> LabelEdit {
    LabelEdit { set: Labels::new(), removed: vec![LABEL.to_owned()] }
}

/// A label is set, is found, and is gone after it was taken out; setting it twice changes nothing more.
pub(super) fn labels(bytes: &[u8]) {
    let [text] = texts(bytes);
    let Ok(all) = found(&text, &SERVICE) else { return };
    drop(part(&text, &Address::first(), (&["spec", "managed"], "template"), "postgres-rw"));
    for one in &all {
        let label = |text: &str| text_at(text, &one.address, &["metadata", "labels", LABEL]);
        if let Ok(after) = labelled(&text, &one.address, &export()) {
            assert_eq!(label(&after).as_deref(), Some("true"), "{after:?}");
            assert_eq!(labelled(&after, &one.address, &export()).as_ref(), Ok(&after));
            assert_eq!(found(&after, &SERVICE).map(|all| all.len()), Ok(all.len()));
            assert_eq!(text.is_empty() || unified("x", &text, &after).is_empty(), text == after);
        }
        if let Ok(without) = labelled(&text, &one.address, &undo()) {
            assert_eq!(label(&without), None, "{without:?}");
            assert_eq!(labelled(&without, &one.address, &undo()).as_ref(), Ok(&without));
        }
    }
}

/// A patch is put into a list once, and taken out again leaves what was there.
pub(super) fn patch(bytes: &[u8]) {
    let [text] = texts(bytes);
    let address = Address::first();
    let lines = [
        "patch: |",
        "  apiVersion: v1",
        "  kind: Service",
        "  metadata:",
        "    name: postgres-rw",
        "    labels:",
        "      mirror.linkerd.io/exported: \"true\"",
        "target:",
        "  kind: Service",
        "  name: postgres-rw",
    ];
    let item = lines.map(str::to_owned);
    let labels = [LABEL.to_owned()];
    let patched = Patched { kind: "Service", namespace: "databases", name: "postgres-rw", labels: &labels };
    let is_there = |text: &str| detached(text, &address, &patched).map(|found| found.is_some());
    for path in [&["patches"][..], &["spec", "patches"], &["spec", "kustomize", "patches"]] {
        let Ok(after) = appended(&text, &address, path, &item) else { continue };
        assert_eq!(appended(&after, &address, path, &item).as_ref(), Ok(&after));
        // What was there before may be a patch that does the same, or one that nobody can take out with certainty.
        if is_there(&text) != Ok(false) {
            continue;
        }
        return match detached(&after, &address, &patched) {
            Ok(Some(without)) => {
                assert_eq!(is_there(&without), Ok(false), "{without:?}");
                let is_settled = |text: &str| appended(text, &address, path, &item).is_ok();
                assert!(is_settled(&without), "{without:?}");
            }
            Ok(None) => assert_eq!(after, text),
            Err(_) => {}
        };
    }
}

/// Overlays, each with the path of its folder, and a manifest: the question what uses it is answered in bounded time.
pub(super) fn overlay(bytes: &[u8]) {
    let [wanted, path, first, second, third, fourth] = texts(bytes);
    let folders =
        ["base", "a", "b", ""].map(|folder| joined(folder, "kustomization.yaml").unwrap_or_default());
    let files = folders.iter().zip([&first, &second, &third, &fourth]);
    let overlays: Vec<Overlay> = files.filter_map(|(path, text)| Overlay::read(path, text)).collect();
    for folder in ["", "a", "a/b"] {
        if let Some(joined) = joined(folder, &path) {
            assert!(!joined.starts_with('/') && joined.split('/').all(|part| part != ".."), "{joined:?}");
        }
    }
    let fits = fit(&overlays, &path, None, &wanted);
    assert_eq!(fits, fit(&overlays, &path, None, &wanted));
    if let Fit::Shared(roots) = fits {
        assert!(roots.len() > 1);
    }
}
