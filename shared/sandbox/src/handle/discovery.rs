//! What a cluster says of itself: version, health, groups and resources.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Answer, Body, json as reply, known::is_known, route::is_deleted_at_once};
use crate::kinds::{Kind, Scope, Version, priority};
use crate::refusal::Refusal;
use crate::state::State;

/// The version of Kubernetes whose behaviour the contract pins.
const MINOR: &str = "36";

/// Answers a path that is no resource.
pub(super) fn answer(state: &State, parts: &[String], accept: &str) -> Result<Answer, Refusal> {
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    match parts.as_slice() {
        ["version"] => Ok(reply(200, &version())),
        ["healthz" | "livez" | "readyz", ..] => {
            Ok(Answer { code: 200, body: Body::Text("ok".into()), warnings: Vec::new() })
        }
        // Whoever cannot take the plain form asks for something that the sandbox does not have.
        ["api"] if plain(accept) => Ok(reply(200, &json!({"kind": "APIVersions", "versions": ["v1"]}))),
        ["apis"] if plain(accept) => Ok(reply(200, &groups(state))),
        ["api" | "apis"] => Err(Refusal::not_acceptable()),
        ["api", version] => resources(state, "", version),
        ["apis", group, ..] if is_known(group, "") => Err(Refusal::not_done(group)),
        ["apis", group] => {
            group_of(state, group).map(|group| reply(200, &group)).ok_or_else(Refusal::no_page)
        }
        ["apis", group, version] => resources(state, group, version),
        ["openapi", ..] => Err(Refusal::not_done("OpenAPI documents; add --validate=false to kubectl")),
        _ => Err(Refusal::no_page()),
    }
}

fn plain(accept: &str) -> bool {
    let is_plain = |media: &str| {
        let media = media.trim();
        media.is_empty()
            || media == "*/*"
            || media == "application/json"
            || media.starts_with("application/json;q=")
    };
    accept.split(',').any(is_plain)
}

fn version() -> Value {
    json!({
        "major": "1", "minor": MINOR, "gitVersion": format!("v1.{MINOR}.0+sandbox"), "gitCommit": "", "gitTreeState": "clean",
        "buildDate": "1970-01-01T00:00:00Z", "goVersion": "", "compiler": "rustc", "platform": "sandbox/any",
    })
}

fn groups(state: &State) -> Value {
    let mut names: Vec<&str> = state.kinds.all().iter().map(|kind| kind.group.as_str()).collect();
    names.extend(["authentication.k8s.io", "authorization.k8s.io"]);
    names.sort_unstable();
    names.dedup();
    let groups: Vec<_> = names.into_iter().filter_map(|name| group_of(state, name)).collect();
    json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups})
}

fn group_of(state: &State, group: &str) -> Option<Value> {
    if group.is_empty() {
        return None;
    }
    let mut versions = Vec::new();
    for version in of_group(state, group).flat_map(|kind| &kind.versions) {
        if !versions.contains(&version.name.as_str()) {
            versions.push(version.name.as_str());
        }
    }
    if matches!(group, "authentication.k8s.io" | "authorization.k8s.io") {
        versions.push("v1");
    }
    versions.sort_by_key(|version| priority(version));
    let entry = |version: &str| json!({"groupVersion": format!("{group}/{version}"), "version": version});
    let preferred = entry(versions.first()?);
    let versions: Vec<_> = versions.into_iter().map(entry).collect();
    Some(json!({
        "kind": "APIGroup", "apiVersion": "v1", "name": group, "versions": versions, "preferredVersion": preferred,
    }))
}

fn of_group<'a>(state: &'a State, group: &str) -> impl Iterator<Item = &'a Arc<Kind>> {
    state.kinds.all().iter().filter(move |kind| kind.group == group)
}

fn resources(state: &State, group: &str, version: &str) -> Result<Answer, Refusal> {
    let mut found = Vec::new();
    for kind in of_group(state, group) {
        if let Some(version) = kind.version(version) {
            found.extend(rows(kind, version));
        }
    }
    match (group, version) {
        ("", "v1") => found.push(question("serviceaccounts/token", "TokenRequest", true)),
        ("authentication.k8s.io", "v1") => {
            found.push(question("selfsubjectreviews", "SelfSubjectReview", false));
        }
        ("authorization.k8s.io", "v1") => {
            found.push(question("selfsubjectaccessreviews", "SelfSubjectAccessReview", false));
        }
        _ => {}
    }
    if found.is_empty() {
        return Err(Refusal::no_page());
    }
    let name = if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") };
    Ok(reply(
        200,
        &json!({"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": name, "resources": found}),
    ))
}

fn question(name: &str, kind: &str, namespaced: bool) -> Value {
    json!({"name": name, "singularName": "", "namespaced": namespaced, "kind": kind, "verbs": ["create"]})
}

fn rows(kind: &Kind, version: &Version) -> Vec<Value> {
    let namespaced = kind.scope == Scope::Namespaced;
    let mut verbs = vec!["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
    verbs.retain(|verb| *verb != "deletecollection" || is_deleted_at_once(kind));
    let mut rows = vec![json!({
        "name": kind.plural, "singularName": kind.singular, "namespaced": namespaced, "kind": kind.kind,
        "verbs": verbs, "shortNames": kind.short_names, "categories": kind.categories,
    })];
    if version.has_status {
        rows.push(json!({
            "name": format!("{}/status", kind.plural), "singularName": "", "namespaced": namespaced, "kind": kind.kind,
            "verbs": ["get", "patch", "update"],
        }));
    }
    rows
}
