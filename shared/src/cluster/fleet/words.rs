//! What is said about contexts that are not there.

use crate::cluster::kubeconfig::Loaded;
use crate::terms::{ContextName, Fleet, first_of, nearest};
use crate::verdict::{Failure, command};

/// How alike two names must be for one to be a slip of the other.
const ALIKE: f64 = 0.75;
/// More names than this are counted, not listed.
const LISTED: usize = 12;

/// Fails in kubectl's words when a context does not exist.
pub(in crate::cluster) fn expect_context(context: &ContextName, loaded: &Loaded) -> Result<(), Failure> {
    if loaded.has(context) {
        return Ok(());
    }
    let next = match nearest(&context.0, loaded.contexts().map(|context| context.0.as_str()), ALIKE) {
        Some(meant) => {
            let meant = command([meant]);
            format!("use `{meant}` if you meant that; `kubectl config get-contexts -o name` lists all")
        }
        None if loaded.contexts().next().is_none() => {
            "name another kubeconfig with `--kubeconfig FILE`".to_owned()
        }
        None => format!("use one of {}", list(loaded.contexts())),
    };
    Err(Failure::usage(format!("context {:?} does not exist", context.0), next))
}

/// Fails in kubectl's words when the cluster or the user of a context does not exist. kubectl itself would go on
/// without credentials.
pub(super) fn expect_entries(context: &ContextName, loaded: &Loaded) -> Result<(), Failure> {
    let Some(entry) = loaded.context(&context.0) else { return Ok(()) };
    let next = || format!("correct context {context} in {}", entry.file.display());
    if loaded.cluster(&entry.value.cluster).is_none() {
        let what = format!("context {context}: cluster {:?} does not exist", entry.value.cluster);
        return Err(Failure::usage(what, next()));
    }
    let user = entry.value.user.as_deref().filter(|user| !user.is_empty());
    if let Some(user) = user.filter(|user| loaded.user(user).is_none()) {
        return Err(Failure::usage(format!("context {context}: auth info {user:?} does not exist"), next()));
    }
    Ok(())
}

/// The names, as far as they fit.
pub(super) fn list<'a>(contexts: impl Iterator<Item = &'a ContextName>) -> String {
    let names: Vec<&str> = contexts.map(|context| context.0.as_str()).collect();
    first_of(&names, LISTED)
}

/// The first context of a fleet.
pub(super) fn first(fleet: &Fleet) -> &str {
    fleet.members().first().map_or("CONTEXT", |member| member.context.0.as_str())
}

/// Two contexts as a flag takes them.
pub(super) fn example(loaded: &Loaded) -> String {
    loaded.contexts().take(2).map(|context| context.0.as_str()).collect::<Vec<_>>().join(",")
}
