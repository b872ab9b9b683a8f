//! Names to choose from: those of the kubeconfig and the fleet without asking anybody, and those of the primary cluster within a
//! moment or not at all.

use super::super::{Plugin, user_agent};
use super::line;
use crate::cluster::dial::NoTerminal;
use crate::cluster::kubeconfig::{self, Loaded};
use crate::cluster::{ClusterSet, Connecting, Resource, Shape, fleet};
use crate::surface::args::ConnectionArgs;
use crate::terms::{ClusterName, Environment, Fleet, Member, NamespaceChoice, Observed, Scope};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate, PathCompleter, ValueCompleter as _};
use serde::Deserialize;
use std::ffi::{OsStr, OsString};
use std::sync::Arc;
use std::time::Duration;

/// Who types waits for no longer than this.
const PATIENCE: Duration = Duration::from_millis(800);
/// What a Service may be called by before its name.
const SERVICE: [&str; 3] = ["svc", "service", "services"];

/// What a name is a name of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Live {
    Contexts,
    Clusters,
    Users,
    /// The clusters of the fleet but the primary one.
    Others,
    Namespaces,
    Services,
}

impl Live {
    /// By the id of an argument.
    pub(super) fn of(id: &str) -> Option<Self> {
        Some(match id {
            "context" | "contexts" => Self::Contexts,
            "cluster" => Self::Clusters,
            "user" => Self::Users,
            "to" => Self::Others,
            "namespace" => Self::Namespaces,
            "services" => Self::Services,
            _ => return None,
        })
    }

    pub(super) fn completer(self, source: &Arc<Source>) -> ArgValueCompleter {
        let source = Arc::clone(source);
        ArgValueCompleter::new(move |typed: &OsStr| {
            // Who types a flag wants no name, and no cluster is asked for one.
            let typed = typed.to_str().filter(|typed| !typed.starts_with('-'));
            typed.map(|typed| source.candidates(self, typed)).unwrap_or_default()
        })
    }
}

/// Contexts with folders, and files that hold several clusters, where those are taken.
pub(super) fn pairs(source: &Arc<Source>, has_files: bool) -> ArgValueCompleter {
    let source = Arc::clone(source);
    ArgValueCompleter::new(move |typed: &OsStr| {
        let Some(typed) = typed.to_str().filter(|typed| !typed.starts_with('-')) else { return Vec::new() };
        let paths = |completer: PathCompleter, typed: &str| completer.complete(OsStr::new(typed));
        if let Some((context, folder)) = typed.split_once('=') {
            let folders = paths(PathCompleter::dir(), folder).into_iter();
            return folders.map(|folder| folder.add_prefix(format!("{context}="))).collect();
        }
        let contexts = source.candidates(Live::Contexts, typed).into_iter();
        let mut all: Vec<_> =
            contexts.map(|one| CompletionCandidate::new("=").add_prefix(one.get_value())).collect();
        if has_files {
            all.extend(paths(PathCompleter::file(), typed));
        }
        all
    })
}

/// Where names come from: the flags that stand on the line already.
pub(super) struct Source {
    /// `None` when they cannot be read.
    connection: Option<ConnectionArgs>,
    environment: Environment,
    user_agent: String,
    /// Whether a word before says that names of Services follow.
    is_kind_said: bool,
}

#[derive(Deserialize)]
struct Named {
    metadata: NamedMetadata,
}

#[derive(Deserialize)]
struct NamedMetadata {
    name: String,
}

impl Source {
    /// Of an unfinished line nothing can be demanded; what cannot be read of it is as if it were not there.
    pub(super) fn of<P: Plugin>(words: &[OsString], environment: &Environment) -> Self {
        let before = words.split_last().map_or(&[][..], |(_, before)| before);
        let is_kind_said = before.iter().any(|word| SERVICE.iter().any(|kind| word == kind));
        let connection = line::connection(&P::command(), before);
        Self { connection, environment: environment.clone(), user_agent: user_agent(P::NAME), is_kind_said }
    }

    fn candidates(&self, live: Live, typed: &str) -> Vec<CompletionCandidate> {
        let names = self.names(live).unwrap_or_default();
        let values = if live == Live::Services {
            services(&names, typed, self.is_kind_said)
        } else {
            names.into_iter().filter(|name| name.starts_with(typed)).collect()
        };
        // What no shell can show as one word is none.
        let is_shown =
            |value: &String| !value.contains(char::is_control) && !value.starts_with("_activeHelp_");
        values.into_iter().filter(is_shown).map(CompletionCandidate::new).collect()
    }

    fn names(&self, live: Live) -> Option<Vec<String>> {
        let connection = self.connection.as_ref()?;
        let file = connection.connection().kubeconfig;
        let loaded = kubeconfig::load(file.as_deref(), &self.environment).ok()?;
        match live {
            Live::Contexts => Some(loaded.contexts().map(|context| context.0.clone()).collect()),
            Live::Clusters => Some(loaded.cluster_names().map(str::to_owned).collect()),
            Live::Users => Some(loaded.user_names().map(str::to_owned).collect()),
            Live::Others => {
                let resolved = fleet::resolve(&connection.fleet(), &loaded, &self.environment).ok()?;
                let others = resolved.fleet.names().filter(|name| **name != resolved.primary.name);
                Some(others.map(|name| name.as_str().to_owned()).collect())
            }
            Live::Namespaces => {
                let primary = self.primary(connection, &loaded)?;
                self.asked((connection, &loaded, primary), Resource::NAMESPACES, &Scope::default())
            }
            Live::Services => {
                let primary = self.primary(connection, &loaded)?;
                let place = match connection.namespace(false) {
                    NamespaceChoice::Named(name) => name,
                    NamespaceChoice::OfContext | NamespaceChoice::All => {
                        loaded.namespace_of(&primary.context).to_owned()
                    }
                };
                let place = Scope::namespace(Some(&place));
                self.asked((connection, &loaded, primary), Resource::SERVICES, &place)
            }
        }
    }

    /// The names of a resource in the primary cluster. Who could only connect by asking somebody is not asked.
    fn asked(
        &self,
        (connection, loaded, primary): (&ConnectionArgs, &Loaded, Member),
        resource: Resource,
        scope: &Scope,
    ) -> Option<Vec<String>> {
        let name = primary.name.clone();
        let resolved = fleet::Resolved { fleet: Fleet::new(vec![primary.clone()])?, primary };
        let look = async {
            let connecting = Connecting {
                loaded,
                choice: &connection.connection(),
                environment: &self.environment,
                user_agent: &self.user_agent,
                terminal: Arc::new(NoTerminal),
            };
            let set = ClusterSet::connect(resolved, &connecting).await.ok()?;
            let cluster = set.cluster(&name).ok()?;
            match cluster.list::<Named>(resource, scope, Shape::Metadata).await {
                Observed::Present(listed) => {
                    Some(listed.items.into_iter().map(|one| one.metadata.name).collect())
                }
                Observed::Absent | Observed::Unknown(_) => None,
            }
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
        let found = runtime.block_on(async { tokio::time::timeout(PATIENCE, look).await });
        // A name that nobody resolves would be waited for otherwise.
        runtime.shutdown_background();
        found.ok()?
    }

    /// Of the fleet, or where there is none the context that is named or current.
    fn primary(&self, connection: &ConnectionArgs, loaded: &Loaded) -> Option<Member> {
        let choice = connection.fleet();
        if let Ok(resolved) = fleet::resolve(&choice, loaded, &self.environment) {
            return Some(resolved.primary);
        }
        // Who names clusters means no other one.
        if !choice.contexts.is_empty() {
            return None;
        }
        let context = choice.primary.as_ref().or_else(|| loaded.current()).filter(|one| loaded.has(one))?;
        Some(Member { name: ClusterName::new(&context.0), context: context.clone() })
    }
}

/// Services by what has been typed of one: with the kind before the name unless that was said.
fn services(names: &[String], typed: &str, is_kind_said: bool) -> Vec<String> {
    let (kind, begun) = match typed.split_once('/') {
        Some((kind, begun)) if SERVICE.contains(&kind) => (format!("{kind}/"), begun),
        Some(_) => return Vec::new(),
        None => (String::new(), typed),
    };
    let begins = names.iter().filter(|name| name.starts_with(begun)).map(|name| format!("{kind}{name}"));
    let [short, ..] = SERVICE;
    let is_kind_begun = kind.is_empty() && !is_kind_said && short.starts_with(begun);
    let with_kind = names.iter().filter(|_| is_kind_begun).map(|name| format!("{short}/{name}"));
    // Every name begins with nothing: once is enough.
    let plain = begins.filter(|_| !(is_kind_begun && begun.is_empty()));
    with_kind.chain(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(typed: &str, is_kind_said: bool) -> Vec<String> {
        services(&["postgres-rw".to_owned(), "svelte".to_owned()], typed, is_kind_said)
    }

    #[test]
    fn folders_are_offered_behind_a_context_and_files_where_they_are_taken() {
        let place = tempfile::tempdir().unwrap();
        let [folder, file] = ["dump/", "dump.tar"].map(|name| format!("{}/{name}", place.path().display()));
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(&file, "").unwrap();
        let (environment, user_agent) = (Environment::default(), String::new());
        let source = Arc::new(Source { connection: None, environment, user_agent, is_kind_said: false });
        let offered = |typed: &str, has_files| {
            let all = pairs(&source, has_files).complete(OsStr::new(typed)).into_iter();
            all.map(|one| one.get_value().to_string_lossy().into_owned()).collect::<Vec<_>>()
        };
        let typed = format!("{}/d", place.path().display());
        assert_eq!(offered(&format!("infra={typed}"), false), [format!("infra={folder}")]);
        assert!(offered(&typed, true).contains(&file) && !offered(&typed, false).contains(&file));
    }

    #[test]
    fn a_service_is_offered_with_its_kind_unless_that_was_said() {
        assert_eq!(offered("", false), ["svc/postgres-rw", "svc/svelte"]);
        assert_eq!(offered("sv", false), ["svc/postgres-rw", "svc/svelte", "svelte"]);
        assert_eq!(offered("svc/po", false), ["svc/postgres-rw"]);
        assert_eq!(offered("service/", false), ["service/postgres-rw", "service/svelte"]);
        assert_eq!(offered("po", false), ["postgres-rw"]);
        assert_eq!(offered("deploy/po", false), [""; 0]);
        assert_eq!(offered("", true), ["postgres-rw", "svelte"]);
    }
}
