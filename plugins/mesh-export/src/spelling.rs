//! How kubectl lets people name Services: `NAME`, `svc/NAME`, `svc NAME...`, in any case and with versions.

use platform::terms::{is_dns_label, nearest};
use platform::verdict::Failure;
use std::collections::BTreeSet;

// With its path, since `fuzz/` compiles this file as a part of a program of its own.
#[cfg(any(test, feature = "fuzzing"))]
#[path = "spelling/laws.rs"]
pub(crate) mod laws;

/// How kubectl lets people write the kind, in any case.
const SPELLINGS: [&str; 5] = ["svc", "service", "services", "service.v1.", "services.v1."];

/// The commands of this plugin, and from where on a word is taken for one of them.
const COMMANDS: [&str; 4] = ["explain", "list", "undo", "verify"];
const ALIKE: f64 = 0.85;

/// Kinds that people name to kubectl, short and long; the plural with an `s` is understood.
const OTHER_KINDS: [&str; 52] = [
    "all",
    "cj",
    "clusterrole",
    "clusterrolebinding",
    "cm",
    "configmap",
    "controllerrevision",
    "crd",
    "cronjob",
    "customresourcedefinition",
    "daemonset",
    "deploy",
    "deployment",
    "ds",
    "endpoint",
    "endpointslice",
    "ep",
    "ev",
    "event",
    "horizontalpodautoscaler",
    "hpa",
    "ing",
    "ingress",
    "ingresse",
    "job",
    "link",
    "namespace",
    "netpol",
    "networkpolicie",
    "networkpolicy",
    "no",
    "node",
    "ns",
    "pdb",
    "persistentvolume",
    "persistentvolumeclaim",
    "po",
    "pod",
    "pv",
    "pvc",
    "quota",
    "rc",
    "replicaset",
    "replicationcontroller",
    "role",
    "rs",
    "sa",
    "secret",
    "serviceaccount",
    "statefulset",
    "storageclass",
    "sts",
];

/// The names in the words of a command line.
///
/// # Errors
/// Another kind, or a muddle of forms, in kubectl's sentences (exit 2).
pub(crate) fn names(words: &[String]) -> Result<BTreeSet<String>, Failure> {
    let has_slash = words.iter().any(|word| word.contains('/'));
    let kind = words.first().filter(|word| !has_slash && (is_kind(word) || is_kind_list(word)));
    if let [word, _, ..] = words
        && !has_slash
        && is_other_kind(word)
    {
        return Err(other_kind(word));
    }
    if let Some(list) = kind.filter(|word| is_kind_list(word)) {
        return Err(other_kind(list));
    }
    let names = words.iter().skip(usize::from(kind.is_some()));
    let names = names.map(|word| if has_slash { name_of(word) } else { Ok(word.clone()) });
    usable(names.collect::<Result<BTreeSet<_>, _>>()?)
}

/// Only what can be a name is ever sent to a server.
///
/// # Errors
/// The first that cannot (exit 2).
pub(crate) fn usable(names: BTreeSet<String>) -> Result<BTreeSet<String>, Failure> {
    match names.iter().find(|name| !is_dns_label(name)) {
        Some(name) => Err(wrong(
            &format!("{name:?} cannot be the name of a Service"),
            "use lower case letters, digits and dashes inside, 63 characters at the most",
        )),
        None => Ok(names),
    }
}

fn name_of(word: &str) -> Result<String, Failure> {
    match word.split('/').collect::<Vec<_>>().as_slice() {
        [kind, name] if is_kind(kind) && !name.is_empty() => Ok((*name).to_owned()),
        [kind, name] if !kind.is_empty() && !name.is_empty() => Err(other_kind(kind)),
        [word] => Err(muddled(word)),
        [_, _] => Err(wrong(&format!("{word:?} lacks a kind or a name"), "write it as svc/NAME")),
        _ => Err(wrong(
            "arguments in resource/name form may not have more than one slash",
            "write it as svc/NAME",
        )),
    }
}

/// A bare word beside `svc/NAME`: a command that was mistyped, or a kind too many.
fn muddled(word: &str) -> Failure {
    if let Some(command) = nearest(word, COMMANDS, ALIKE) {
        return wrong(&format!("{word:?} is not a command"), &format!("write {command}, if that is meant"));
    }
    wrong(
        "there is no need to specify a resource type as a separate argument when passing arguments in \
         resource/name form",
        "write every Service as svc/NAME, or leave `svc/` out everywhere",
    )
}

fn is_kind(word: &str) -> bool {
    SPELLINGS.contains(&word.to_ascii_lowercase().as_str())
}

/// Two words of which the first is a kind are kubectl's `TYPE NAME`, and not two Services.
fn is_other_kind(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    let kind = word.split('.').next().unwrap_or_default();
    OTHER_KINDS.contains(&kind) || kind.strip_suffix('s').is_some_and(|one| OTHER_KINDS.contains(&one))
}

fn is_kind_list(word: &str) -> bool {
    word.contains(',')
}

fn other_kind(kind: &str) -> Failure {
    wrong(
        &format!("only Services can be exported, and {kind:?} is something else"),
        "name a Service: svc/NAME",
    )
}

fn wrong(what: &str, next: &str) -> Failure {
    Failure::usage(what, next)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(words: &[&str]) -> Result<Vec<String>, String> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        names(&words).map(|names| names.into_iter().collect()).map_err(|failure| failure.what)
    }

    fn named(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn every_spelling_of_kubectl_names_the_service() {
        for words in [
            vec!["web"],
            vec!["svc/web"],
            vec!["service/web"],
            vec!["Services/web"],
            vec!["svc", "web"],
            vec!["services.v1./web"],
        ] {
            assert_eq!(typed(&words), Ok(named(&["web"])), "{words:?}");
        }
        assert_eq!(typed(&["svc", "a", "b"]), Ok(named(&["a", "b"])));
        assert_eq!(typed(&["svc/b", "service/a"]), Ok(named(&["a", "b"])));
    }

    #[test]
    fn other_kinds_and_muddles_are_refused_by_name() {
        let refused = |words: &[&str], part: &str| {
            let what = typed(words).unwrap_err();
            assert!(what.contains(part), "{words:?}: {what}");
        };
        refused(&["deploy/web"], "\"deploy\" is something else");
        refused(&["deploy", "web"], "\"deploy\" is something else");
        refused(&["Deployments.v1.apps", "web"], "\"Deployments.v1.apps\" is something else");
        refused(&["po", "web", "db"], "\"po\" is something else");
        assert_eq!(typed(&["deploy"]), Ok(named(&["deploy"])), "a Service may be called so");
        refused(&["svc,deploy", "web"], "\"svc,deploy\" is something else");
        refused(&["svc", "svc/web"], "no need to specify a resource type");
        refused(&["explian", "svc/web"], "\"explian\" is not a command");
        refused(&["svc/web/x"], "more than one slash");
        refused(&["svc/"], "lacks a kind or a name");
        refused(&["../x"], "\"..\" is something else");
        refused(&["we\u{202e}b"], "cannot be the name of a Service");
        refused(&["-web"], "cannot be the name of a Service");
        refused(&["Web"], "cannot be the name of a Service");
    }
}
