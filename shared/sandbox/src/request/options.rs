//! The keys that a query may have, by verb. What is not in the table is refused with its name: an option that somebody
//! relies on must not be passed over.

use crate::refusal::{Named, Problem, Refusal};
use crate::request::Verb::{Create, Delete, DeleteCollection, Get, List, Patch, Update, Watch};
use crate::request::{Request, Verb};

/// What the value of a key may be.
#[derive(Debug, Clone, Copy)]
enum Allowed {
    /// Whoever uses it says what is wrong with it.
    Anything,
    /// A whole number.
    Number,
    /// One of these, in the order in which the server lists them.
    OneOf(&'static [&'static str]),
}

use Allowed::{Anything, Number, OneOf};

const ALL: &[Verb] = &[Get, List, Watch, Create, Update, Patch, Delete, DeleteCollection];
const LISTS: &[Verb] = &[List, Watch, DeleteCollection];
const WRITES: &[Verb] = &[Create, Update, Patch];
const DELETES: &[Verb] = &[Delete, DeleteCollection];

/// The ways in which an object takes along what it owns.
pub(crate) const POLICIES: [&str; 3] = ["Foreground", "Background", "Orphan"];

const MATCH: &str = "resourceVersionMatch";
const UNSAID: &str = "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan";
const NO_EVENTS: &str = "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided";
const NO_VERSION: &str = "resourceVersionMatch is forbidden unless resourceVersion is provided";
const CONTINUED: &str = "resourceVersionMatch is forbidden when continue is provided";
const NOTHING_EXACT: &str = "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"";

#[rustfmt::skip]
const KEYS: &[(&str, &[Verb], Allowed)] = &[
    ("allowWatchBookmarks", LISTS, Anything),
    ("continue", LISTS, Anything),
    ("dryRun", WRITES, OneOf(&["All"])),
    ("dryRun", DELETES, OneOf(&["All"])),
    ("fieldManager", WRITES, Anything),
    ("fieldSelector", LISTS, Anything),
    ("fieldValidation", WRITES, OneOf(&["", "Ignore", "Strict", "Warn"])),
    ("force", &[Patch], Anything),
    ("gracePeriodSeconds", DELETES, Number),
    ("includeObject", ALL, Anything),
    ("labelSelector", LISTS, Anything),
    ("limit", LISTS, Number),
    ("propagationPolicy", DELETES, OneOf(&POLICIES)),
    ("resourceVersion", &[Get, List, Watch, DeleteCollection], Anything),
    ("resourceVersionMatch", LISTS, Anything),
    ("sendInitialEvents", LISTS, Anything),
    ("timeout", ALL, Anything),
    ("timeoutSeconds", LISTS, Number),
    ("watch", LISTS, Anything),
];

/// # Errors
/// Refuses keys that are unknown here, and values that the server refuses.
pub(crate) fn check(request: &Request, verb: Verb) -> Result<(), Refusal> {
    for (key, value) in &request.query {
        let row = KEYS.iter().find(|(name, verbs, _)| name == key && verbs.contains(&verb));
        let (.., allowed) =
            row.ok_or_else(|| Refusal::not_done(&format!("the option {key} of {}", verb.word())))?;
        check_value(verb, (key, value), *allowed)?;
    }
    match verb {
        List | Watch | DeleteCollection => check_versions(request, verb == Watch),
        Get | Create | Update | Patch | Delete => Ok(()),
    }
}

fn check_value(verb: Verb, (key, value): (&str, &str), allowed: Allowed) -> Result<(), Refusal> {
    match allowed {
        Anything => Ok(()),
        Number if value.parse::<i64>().is_ok() => Ok(()),
        Number => {
            let words = format!("strconv.ParseInt: parsing \"{value}\": invalid syntax");
            Err(Refusal::bad_request(words))
        }
        OneOf(values) if values.contains(&value) => Ok(()),
        OneOf(values) => Err(invalid(verb, &[unsupported(key, value, values)])),
    }
}

/// As the server shows it: dry runs are a list there, and a policy may be nil.
pub(crate) fn unsupported(key: &str, value: &str, values: &[&str]) -> Problem {
    let shown = if key == "dryRun" { format!("[\"{value}\"]") } else { format!("\"{value}\"") };
    let nil: &[&str] = if key == "propagationPolicy" { &["nil"] } else { &[] };
    Problem::unsupported(key, &shown, &[values, nil].concat())
}

/// Options that go with some versions only.
fn check_versions(request: &Request, watching: bool) -> Result<(), Refusal> {
    let is = |key: &str| request.asked(key).is_some();
    let (version, asked) = (request.asked("resourceVersion"), request.asked(MATCH));
    let initial = is("sendInitialEvents");
    let rules = [
        (watching && initial && asked != Some("NotOlderThan"), MATCH, UNSAID),
        (watching && asked.is_some() && !initial, MATCH, NO_EVENTS),
        (!watching && asked.is_some() && version.is_none(), MATCH, NO_VERSION),
        (asked.is_some() && is("continue"), MATCH, CONTINUED),
        (asked == Some("Exact") && version == Some("0"), MATCH, NOTHING_EXACT),
        (!watching && initial, "sendInitialEvents", "sendInitialEvents is forbidden for list"),
    ];
    let broken = rules.into_iter().filter(|(broken, ..)| *broken);
    let mut problems: Vec<_> = broken.map(|(_, field, why)| Problem::forbidden(field, why)).collect();
    let known: &[&str] = if watching { &["NotOlderThan"] } else { &["Exact", "NotOlderThan", ""] };
    problems.extend(asked.filter(|one| !known.contains(one)).map(|one| unsupported(MATCH, one, known)));
    if problems.is_empty() { Ok(()) } else { Err(invalid(List, &problems)) }
}

/// What is wrong with the options of this verb.
pub(crate) fn invalid(verb: Verb, problems: &[Problem]) -> Refusal {
    let resource = match verb {
        Get => "GetOptions",
        List | Watch => "ListOptions",
        Create => "CreateOptions",
        Update => "UpdateOptions",
        Patch => "PatchOptions",
        Delete | DeleteCollection => "DeleteOptions",
    };
    Refusal::invalid(&Named { group: "meta.k8s.io", resource, name: "" }, problems)
}
