//! Which Services are meant: names, `-f`, `-l`, `--all`.

use crate::args::ServiceArgs;
use crate::files::{self, Named};
use crate::spelling::{names, usable};
use platform::mesh::export::Again;
use platform::mesh::observe::{Selected, Which};
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
    Ok(Typed { which, namespace: None, is_left_open: false })
}

/// An empty selector selects everything in the API; a script whose variable is empty means nothing by it.
fn selector(args: &ServiceArgs) -> Option<&String> {
    args.selector.as_ref().filter(|selector| !selector.trim().is_empty())
}

/// The Services of files. Nothing else can be named beside them, as in kubectl.
fn in_files(args: &ServiceArgs, named: &BTreeSet<String>) -> Result<Typed, Failure> {
    if !named.is_empty() || selector(args).is_some() || args.all || args.all_namespaces {
        return Err(Failure::usage(
            "when paths, URLs, or stdin is provided as resource input, you may not specify resource arguments as well",
            "give -f alone, or leave it out",
        ));
    }
    let Named { names, namespace, is_left_open } = files::named(&args.files)?;
    Ok(Typed { namespace, is_left_open, which: Which::Names(usable(names)?) })
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

/// A selector that the server cannot read is a matter of the command line, and not of the cluster.
pub(crate) fn unreadable<T>(selected: &Selected, services: &Observed<T>) -> Option<Failure> {
    match (&selected.which, services) {
        (Which::Labelled(selector), Observed::Unknown(Obstacle::Refused { code: 400, message })) => {
            Some(Failure::usage(
                format!("-l {selector:?} is no label selector: {message}"),
                "write it as kubectl reads it, such as `-l 'app=web,tier!=test'`",
            ))
        }
        (_, Observed::Present(_) | Observed::Absent | Observed::Unknown(_)) => None,
    }
}
