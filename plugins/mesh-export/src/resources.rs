//! Which Services are meant: names, `-f`, `-l`, `--all`.

use crate::args::ServiceArgs;
use crate::files::{self, Listed, Named, twice};
use crate::spelling::{names, usable};
use crate::survey::consumers;
use platform::mesh::converge::Entry;
use platform::mesh::export::Again;
use platform::mesh::link::Way;
use platform::mesh::observe::{Selected, Which};
use platform::mesh::snapshot::Key;
use platform::run::Place;
use platform::terms::{NamespaceChoice, Observed, Obstacle, is_dns_label};
use platform::verdict::Failure;
use std::collections::BTreeSet;

/// What was typed.
pub(crate) struct Typed {
    /// Which Services.
    pub(crate) which: Which,
    /// The namespace that a file says.
    namespace: Option<String>,
    /// Whether a Service of a file says none.
    is_left_open: bool,
    /// The exports of lists, where files are lists.
    pub(crate) list: Option<Vec<Listed>>,
}

/// Turns what was typed into a selection.
///
/// # Errors
/// Another kind, no name, two ways to select at once, a file that cannot be read, or a name that no Service can have
/// (exit 2).
pub(crate) fn typed(args: &ServiceArgs, again: &Again) -> Result<Typed, Failure> {
    let named = names(&args.services)?;
    if !args.files.is_empty() {
        return in_files(args, &named);
    }
    let which = match (named.is_empty(), selector(args), args.all) {
        (false, None, false) if args.all_namespaces => {
            return Err(Failure::usage(
                "a resource cannot be retrieved by name across all namespaces",
                "name its namespace with -n, or select with -l or --all",
            ));
        }
        (false, None, false) => Which::Names(named),
        (false, _, _) => {
            return Err(Failure::usage(
                "name cannot be provided when a selector is specified",
                "give names, or -l SELECTOR, or --all",
            ));
        }
        (true, Some(_), true) => {
            return Err(Failure::usage("-l and --all cannot be used together", "keep one of them"));
        }
        (true, Some(selector), false) => Which::Labelled(selector.clone()),
        (true, None, true) => Which::All,
        (true, None, false) => {
            let head = again.head().join(" ");
            let next = format!("name a Service: `{head} svc/NAME`; `{head} --help` shows more");
            return Err(Failure::usage("no Service was named", next));
        }
    };
    Ok(Typed { which, namespace: None, is_left_open: false, list: None })
}

/// An empty selector selects everything in the API; a script whose variable is empty means nothing by it.
fn selector(args: &ServiceArgs) -> Option<&String> {
    args.selector.as_ref().filter(|selector| !selector.trim().is_empty())
}

/// The Services of files. Nothing else can be named beside them, as in kubectl.
fn in_files(args: &ServiceArgs, named: &BTreeSet<String>) -> Result<Typed, Failure> {
    let alone = || {
        Failure::usage(
            "when paths, URLs, or stdin is provided as resource input, you may not specify resource arguments as well",
            "give -f alone, or leave it out",
        )
    };
    if !named.is_empty() || selector(args).is_some() || args.all {
        return Err(alone());
    }
    let Named { names, namespace, is_left_open, list } = files::named(&args.files)?;
    if args.all_namespaces && list.is_none() {
        return Err(alone());
    }
    Ok(Typed { namespace, is_left_open, which: Which::Names(usable(names)?), list })
}

impl Typed {
    /// The namespace that a file says, when there is one.
    ///
    /// # Errors
    /// Another one than `-n` says, or one that cannot be (exit 2).
    pub(crate) fn namespace(&self, chosen: &NamespaceChoice) -> Result<Option<String>, Failure> {
        match (&self.namespace, chosen) {
            (Some(said), _) if !is_dns_label(said) => Err(Failure::usage(
                format!("{said:?} cannot be the name of a namespace"),
                "correct metadata.namespace in the file",
            )),
            (Some(said), NamespaceChoice::Named(asked)) if said != asked => Err(Failure::usage(
                format!(
                    "the namespace from the provided object {said:?} does not match the namespace {asked:?}"
                ),
                format!("pass `--namespace={said}`, or leave -n out"),
            )),
            (Some(said), NamespaceChoice::OfContext | NamespaceChoice::All) if self.is_left_open => {
                Err(Failure::usage(
                    format!("some of these Services are in namespace {said}, and others say no namespace"),
                    format!(
                        "pass `--namespace={said}` if all of them are there, or export them one after the other"
                    ),
                ))
            }
            (said, _) => Ok(said.clone()),
        }
    }
}

/// The exports of a list, once it is known which clusters there are.
///
/// # Errors
/// A cluster that is none of the run, a namespace that nobody says, or one export twice (exit 2).
pub(crate) fn entries(
    list: &[Listed],
    (place, all): (&Place, bool),
    (to, ways): (&[String], &[Way]),
) -> Result<Vec<Entry>, Failure> {
    let namespace = place.namespace.clone().filter(|_| !all);
    let entry = |one: &Listed| {
        let Some(namespace) = one.namespace.clone().or_else(|| namespace.clone()) else {
            let what =
                format!("the export of {:?} says no namespace, and with -A there is none to take", one.name);
            return Err(Failure::usage(what, "write its `namespace` in the list, or leave -A out"));
        };
        let key = Key::new(namespace, one.name.clone());
        let consumers = consumers(place, if one.to.is_empty() { to } else { &one.to })?;
        let ways = if one.modes().is_empty() { ways.to_vec() } else { one.ways()? };
        Ok(Entry { key, consumers, ways })
    };
    let entries = list.iter().map(entry).collect::<Result<Vec<Entry>, Failure>>()?;
    let keys = entries.iter().map(|entry| (entry.key.namespace.as_str(), entry.key.name.as_str()));
    match twice(keys) {
        Some((namespace, name)) => Err(Failure::usage(
            format!("the list names svc/{name} of namespace {namespace} twice"),
            "keep one of them; one export may have several clusters in `to`, and several words in `mode`",
        )),
        None if entries.is_empty() && !all => Err(Failure::usage(
            "the list has no exports, so no namespace in which others could be surplus",
            "name exports, or add -A to compare it with all namespaces",
        )),
        None => Ok(entries),
    }
}

/// A selector that the server cannot read is a matter of the command line, and not of the cluster.
pub(crate) fn unreadable<T>(selected: &Selected, services: &Observed<T>) -> Option<Failure> {
    match (&selected.which, services) {
        (Which::Labelled(selector), Observed::Unknown(Obstacle::Refused { code: 400, message })) => {
            Some(Failure::usage(
                format!("-l {selector:?} is not a label selector: {message}"),
                "write it as kubectl reads it, such as `-l 'app=web,tier!=test'`",
            ))
        }
        (_, Observed::Present(_) | Observed::Absent | Observed::Unknown(_)) => None,
    }
}
