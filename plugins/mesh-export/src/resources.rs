//! Spellings of Services as kubectl has them: `NAME`, `svc/NAME`, `svc NAME…`, `-l`, `--all`.

use crate::args::ServiceArgs;
use platform::mesh::export::Again;
use platform::mesh::observe::{Selected, Which};
use platform::terms::{Observed, Obstacle, is_dns_label};
use platform::verdict::Failure;
use std::collections::BTreeSet;

/// How kubectl lets people write the kind, in any case.
const SPELLINGS: [&str; 5] = ["svc", "service", "services", "service.v1.", "services.v1."];

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

/// Turns what was typed into a selection. `namespace` is `None` for all namespaces.
///
/// # Errors
/// Another kind, no name, two ways to select at once, or a name that no Service can have (exit 2).
pub(crate) fn selected(
    args: &ServiceArgs,
    namespace: Option<String>,
    again: &Again,
) -> Result<Selected, Failure> {
    let names = names(&args.services)?;
    let named = !names.is_empty();
    // An empty selector selects everything in the API; a script whose variable is empty means nothing by it.
    let selector = args.selector.as_ref().filter(|selector| !selector.trim().is_empty());
    let which = match (named, selector, args.all) {
        (true, None, false) if namespace.is_none() => {
            return Err(wrong(
                "a resource cannot be retrieved by name across all namespaces",
                "name its namespace with -n, or select with -l or --all",
            ));
        }
        (true, None, false) => Which::Names(names),
        (true, _, _) => {
            return Err(wrong(
                "name cannot be provided when a selector is specified",
                "give names, or -l SELECTOR, or --all",
            ));
        }
        (false, Some(_), true) => {
            return Err(wrong("-l and --all cannot be used together", "keep one of them"));
        }
        (false, Some(selector), false) => Which::Labelled(selector.clone()),
        (false, None, true) => Which::All,
        (false, None, false) => {
            let head = again.head().join(" ");
            let next = format!("name a Service: `{head} svc/NAME`; `{head} --help` shows more");
            return Err(wrong("no Service was named", &next));
        }
    };
    Ok(Selected { namespace, which })
}

/// A selector that the server cannot read is a matter of the command line, and not of the cluster.
pub(crate) fn unreadable<T>(selected: &Selected, services: &Observed<T>) -> Option<Failure> {
    match (&selected.which, services) {
        (Which::Labelled(selector), Observed::Unknown(Obstacle::Refused { code: 400, message })) => {
            Some(wrong(
                &format!("-l {selector:?} is no label selector: {message}"),
                "write it as kubectl reads it, such as `-l 'app=web,tier!=test'`",
            ))
        }
        (_, Observed::Present(_) | Observed::Absent | Observed::Unknown(_)) => None,
    }
}

fn names(words: &[String]) -> Result<BTreeSet<String>, Failure> {
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
    let names = names.collect::<Result<BTreeSet<_>, _>>()?;
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
        [_] => Err(wrong(
            "there is no need to specify a resource type as a separate argument when passing arguments in \
             resource/name form",
            "write every Service as svc/NAME, or leave `svc/` out everywhere",
        )),
        [_, _] => Err(wrong(&format!("{word:?} lacks a kind or a name"), "write it as svc/NAME")),
        _ => Err(wrong(
            "arguments in resource/name form may not have more than one slash",
            "write it as svc/NAME",
        )),
    }
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
        refused(&["svc/web/x"], "more than one slash");
        refused(&["svc/"], "lacks a kind or a name");
        refused(&["../x"], "\"..\" is something else");
        refused(&["we\u{202e}b"], "cannot be the name of a Service");
        refused(&["-web"], "cannot be the name of a Service");
        refused(&["Web"], "cannot be the name of a Service");
    }
}
