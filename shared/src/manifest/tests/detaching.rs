//! Patches of Kustomize taken out again, and entries of lists edited like the object that they describe.

use super::*;

const LABEL: &str = "mirror.linkerd.io/exported";
const HEAD: &str =
    "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: apps\nspec:\n";

fn patch(indent: usize, name: &str, labels: &[&str]) -> String {
    let head = [
        "- target:",
        "    kind: Service",
        &format!("    name: {name}"),
        "  patch: |",
        "    apiVersion: v1",
        "    kind: Service",
        "    metadata:",
        &format!("      name: {name}"),
        "      labels:",
    ]
    .map(str::to_owned);
    let labels = labels.iter().map(|label| format!("        {label}: \"true\""));
    let indent = " ".repeat(indent);
    let lines: Vec<String> = head.into_iter().chain(labels).map(|line| format!("{indent}{line}")).collect();
    lines.join("\n") + "\n"
}

fn without(text: &str) -> Result<Option<String>, Unfit> {
    let labels = [LABEL.to_owned()];
    let patched = Patched { kind: "Service", namespace: "databases", name: "postgres-rw", labels: &labels };
    detached(text, &Address::first(), &patched)
}

#[test]
fn the_patch_goes_and_its_neighbours_stay() {
    let (ours, other) = (patch(4, "postgres-rw", &[LABEL]), patch(4, "postgres-ro", &[LABEL]));
    for (before, after) in [
        (format!("  patches:\n{other}{ours}  prune: true\n"), format!("  patches:\n{other}  prune: true\n")),
        (format!("  patches:\n{ours}\n{other}"), format!("  patches:\n\n{other}")),
        (
            format!("  patches: # by hand\n{ours}\n  prune: true\n"),
            "  patches: [] # by hand\n\n  prune: true\n".into(),
        ),
    ] {
        let (before, after) = (format!("{HEAD}{before}"), format!("{HEAD}{after}"));
        assert_eq!(without(&before), Ok(Some(after.clone())), "{before}");
        assert_eq!(without(&after), Ok(None), "a second time: {after}");
    }
}

#[test]
fn a_post_renderer_goes_when_it_holds_nothing_else() {
    let head = "spec:\n  postRenderers:\n    - kustomize:\n        patches:\n";
    let (ours, other) = (patch(10, "postgres-rw", &[LABEL]), patch(10, "web", &["a"]));
    assert_eq!(without(&format!("{head}{ours}")), Ok(Some("spec:\n  postRenderers: []\n".into())));
    assert_eq!(without(&format!("{head}{other}{ours}")), Ok(Some(format!("{head}{other}"))));
}

#[test]
fn a_patch_that_does_more_is_left_to_its_author() {
    let more = patch(4, "postgres-rw", &["team", LABEL]);
    let why = Unfit::Odd("patch, which does more than that,");
    assert_eq!(without(&format!("{HEAD}  patches:\n{more}")), Err(why));
    for elsewhere in [
        patch(4, "postgres-rw", &["team"]),
        patch(4, "web", &[LABEL]),
        patch(4, "postgres-rw", &[LABEL])
            .replace("    kind: Service\n", "    kind: Service\n        namespace: other\n"),
    ] {
        let text = format!("{HEAD}  patches:\n{elsewhere}");
        assert_eq!(without(&text), Ok(None), "{text}");
    }
}

#[test]
fn an_entry_of_a_cluster_is_labelled_like_a_service() {
    let text = |labels: &str| {
        format!(
            "apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata:\n  name: postgres\nspec:\n  managed:\n    \
             services:\n      additional:\n        - serviceTemplate:\n            metadata:\n              name: one\n        \
             - selectorType: rw\n          serviceTemplate:\n            metadata:\n              name: two\n{labels}"
        )
    };
    let path = ["spec", "managed", "services", "additional"];
    let of =
        |text: &str, name: &str| part(text, &Address::first(), (&path, "serviceTemplate"), name).unwrap();
    let bare = text("");
    assert_eq!(of(&bare, "three"), None);
    let two = of(&bare, "two").unwrap();
    let wanted = text(&format!("              labels:\n                {LABEL}: \"true\"\n"));
    assert_eq!(labelled(&bare, &two, &export()).as_ref(), Ok(&wanted));
    assert_eq!(labelled(&wanted, &two, &undo()), Ok(bare));
}

#[test]
fn a_candidate_says_its_ports_and_what_an_object_says_can_be_asked() {
    let text = "apiVersion: v1\nkind: Service\nmetadata: {name: postgres-rw}\nspec:\n  type: LoadBalancer\n  \
                ports: [{port: 5432}, {port: '80'}, {port: http}]\n";
    let all = found(text, &SERVICE).unwrap();
    assert_eq!(all[0].ports, [5432, 80]);
    assert_eq!(text_at(text, &all[0].address, &["spec", "type"]).as_deref(), Some("LoadBalancer"));
    assert_eq!(text_at(text, &all[0].address, &["spec", "name"]), None);
}
