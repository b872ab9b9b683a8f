//! The worlds that come with the sandbox.

const WORLDS: [(&str, &str); 6] = [
    ("platform", include_str!("../../worlds/platform.yaml")),
    ("namespace-missing", include_str!("../../worlds/namespace-missing.yaml")),
    ("name-taken", include_str!("../../worlds/name-taken.yaml")),
    ("apps-down", include_str!("../../worlds/apps-down.yaml")),
    ("gateway-down", include_str!("../../worlds/gateway-down.yaml")),
    ("anchors-differ", include_str!("../../worlds/anchors-differ.yaml")),
];

/// Their names, the healthy one first.
pub(super) fn names() -> Vec<&'static str> {
    WORLDS.iter().map(|(name, _)| *name).collect()
}

/// The text of one.
pub(super) fn text(name: &str) -> Option<&'static str> {
    WORLDS.iter().find(|(one, _)| *one == name).map(|(_, text)| *text)
}
