//! Which clusters a run is about, and on which it acts first. Never all contexts, never a silent guess.

pub(super) mod file;
pub(super) mod silences;
#[cfg(test)]
mod tests;
mod words;

pub(super) use words::expect_context;

pub use file::FleetFile;

use super::kubeconfig::Loaded;
use crate::terms::{ClusterName, ContextName, Environment, Fleet, FleetChoice, Member};
use crate::verdict::{Failure, command};

/// The contexts that make a fleet when nobody names one.
const DEFAULT_CONTEXTS: [&str; 2] = ["infra", "apps"];

/// The clusters of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// All of them, in order.
    pub fleet: Fleet,
    /// The one that is acted on first; it is in the fleet.
    pub primary: Member,
}

/// Finds the clusters: `--contexts`, else a fleet file, else the contexts `infra` and `apps` when both exist. The
/// primary one is `--context`, else the current context when it is in the fleet.
///
/// # Errors
/// Exit 2: no fleet, an unknown context, a fleet file that cannot be read, or no primary cluster.
pub fn resolve(
    choice: &FleetChoice,
    loaded: &Loaded,
    environment: &Environment,
) -> Result<Resolved, Failure> {
    // A file that nobody needs may be as broken as it likes.
    let is_needed = choice.contexts.is_empty();
    let file = if is_needed { FleetFile::find(choice, environment)? } else { None };
    let fleet = whole(choice, file.as_ref(), loaded)?;
    let primary = primary(choice, loaded, &fleet)?;
    expect_others(&fleet, &primary, loaded)?;
    Ok(Resolved { fleet, primary })
}

/// The same for a command that acts nowhere first: any of them will do. It has read the fleet file itself.
///
/// # Errors
/// As above, but for a primary cluster that nobody names.
pub fn resolve_all(
    choice: &FleetChoice,
    file: Option<&FleetFile>,
    loaded: &Loaded,
) -> Result<Resolved, Failure> {
    let fleet = whole(choice, file, loaded)?;
    let first = || fleet.members().first().cloned().ok_or_else(|| no_fleet(loaded));
    let primary = primary(choice, loaded, &fleet).or_else(|_| first())?;
    expect_others(&fleet, &primary, loaded)?;
    Ok(Resolved { fleet, primary })
}

fn expect_others(fleet: &Fleet, primary: &Member, loaded: &Loaded) -> Result<(), Failure> {
    for member in fleet.members().iter().filter(|member| *member != primary) {
        words::expect_entries(&member.context, loaded)?;
    }
    Ok(())
}

fn whole(choice: &FleetChoice, file: Option<&FleetFile>, loaded: &Loaded) -> Result<Fleet, Failure> {
    let members = members(choice, file, loaded)?;
    for member in &members {
        words::expect_context(&member.context, loaded)?;
    }
    if let Some(context) = &choice.primary {
        expect_primary(context, &members, loaded)?;
    }
    refuse_twice(&members)?;
    Fleet::new(members).ok_or_else(|| no_fleet(loaded))
}

fn members(choice: &FleetChoice, file: Option<&FleetFile>, loaded: &Loaded) -> Result<Vec<Member>, Failure> {
    if !choice.contexts.is_empty() {
        return Ok(choice.contexts.iter().map(plain).collect());
    }
    if let Some(file) = file {
        return file.members();
    }
    let contexts = DEFAULT_CONTEXTS.map(|name| ContextName(name.to_owned()));
    if contexts.iter().all(|context| loaded.has(context)) {
        Ok(contexts.iter().map(plain).collect())
    } else {
        Err(no_fleet(loaded))
    }
}

/// A cluster that is called like its context.
fn plain(context: &ContextName) -> Member {
    Member { name: ClusterName::new(&context.0), context: context.clone() }
}

fn refuse_twice(members: &[Member]) -> Result<(), Failure> {
    for (position, member) in members.iter().enumerate() {
        let mut earlier = members.iter().take(position);
        if earlier.any(|other| other.name == member.name || other.context == member.context) {
            return Err(Failure::usage(
                format!("{} is named twice (context {})", member.name, member.context),
                "name each cluster once, such as `--contexts A,B`",
            ));
        }
    }
    Ok(())
}

fn primary(choice: &FleetChoice, loaded: &Loaded, fleet: &Fleet) -> Result<Member, Failure> {
    let named = choice.primary.as_ref().or_else(|| loaded.current());
    // A context comes before a name, since `--context` means what it means to kubectl.
    let found = named.and_then(|context| fleet.by_context(context).or_else(|| fleet.find(&context.0)));
    found.cloned().ok_or_else(|| {
        let current = loaded.current().map_or_else(
            || "no current context says which cluster comes first".to_owned(),
            |context| format!("the current context {context} is not one of the clusters of this run"),
        );
        Failure::usage(
            format!("{current}: {}", words::list(fleet.members().iter().map(|member| &member.context))),
            format!("say where to act first: `{}`", command(["--context", words::first(fleet)])),
        )
    })
}

fn expect_primary(context: &ContextName, members: &[Member], loaded: &Loaded) -> Result<(), Failure> {
    let belongs = |member: &Member| &member.context == context || member.name.as_str() == context.0;
    if members.iter().any(belongs) {
        return Ok(());
    }
    words::expect_context(context, loaded)?;
    let mut all = vec![context];
    all.extend(members.iter().map(|member| &member.context));
    let flag = all.iter().map(|context| context.0.as_str()).collect::<Vec<_>>().join(",");
    Err(Failure::usage(
        format!(
            "context {context} is not one of the clusters of this run: {}",
            words::list(members.iter().map(|member| &member.context)),
        ),
        format!("name all clusters of the run: `{}`", command(["--contexts", &flag])),
    ))
}

fn no_fleet(loaded: &Loaded) -> Failure {
    if loaded.contexts().next().is_none() {
        let files =
            loaded.files().iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join(", ");
        return Failure::usage(
            format!("the kubeconfig has no contexts ({files})"),
            "name another one with `--kubeconfig FILE`, or run `export KUBECONFIG=FILE`",
        );
    }
    Failure::usage(
        format!("no clusters are named for this run; the contexts are {}", words::list(loaded.contexts())),
        format!("name those that belong together: `{}`", command(["--contexts", &words::example(loaded)])),
    )
}
