//! The fleet file, `platform.yaml`: of all that it holds only the clusters matter here, and what is not to be told of them.

use crate::bounded;
use crate::cluster::explain::{first_document, io_words};
use crate::terms::{ClusterName, ContextName, Environment, FleetChoice, Member};
use crate::verdict::Failure;
use serde::Deserialize;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// A fleet file that was found, and is not parsed yet: some need its clusters, some what it silences. It is read once,
/// since it may be a pipe.
#[derive(Debug, Clone)]
pub struct FleetFile {
    pub(super) path: PathBuf,
    pub(super) bytes: Vec<u8>,
}

#[derive(Default, Deserialize)]
struct Parsed {
    kind: Option<String>,
    #[serde(default)]
    clusters: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    name: String,
    context: Option<String>,
}

/// Where a fleet file may be.
struct Candidate {
    path: PathBuf,
    must_exist: bool,
}

impl FleetFile {
    /// The first one that is there, of those that a run may have; `None` where there is none.
    ///
    /// # Errors
    /// One that cannot be read, or was named and is not there (exit 2).
    pub fn find(choice: &FleetChoice, environment: &Environment) -> Result<Option<Self>, Failure> {
        for Candidate { path, must_exist } in candidates(choice.config.as_deref(), environment) {
            match bounded::file(&path) {
                Ok(bytes) => return Ok(Some(Self { path, bytes })),
                Err(error) if error.kind() == ErrorKind::NotFound && !must_exist => {}
                Err(error) => return Err(invalid(&path, &io_words(&error))),
            }
        }
        Ok(None)
    }

    /// The members that it names.
    pub(super) fn members(&self) -> Result<Vec<Member>, Failure> {
        parse(&self.bytes, &self.path)
    }
}

/// `--config`, else the variable, else this folder, else the user's config folder.
fn candidates(flag: Option<&Path>, environment: &Environment) -> Vec<Candidate> {
    let named = flag.map(Path::to_owned);
    let named = named.or_else(|| environment.non_empty("KUBECTL_PLATFORM_CONFIG").map(PathBuf::from));
    if let Some(path) = named {
        return vec![Candidate { path, must_exist: true }];
    }
    let folder = environment.non_empty("XDG_CONFIG_HOME").map(PathBuf::from);
    let folder = folder.or_else(|| environment.home().map(|home| home.join(".config")));
    let users = folder.map(|folder| folder.join("kubectl-platform").join("platform.yaml"));
    let here = PathBuf::from("platform.yaml");
    [Some(here), users].into_iter().flatten().map(|path| Candidate { path, must_exist: false }).collect()
}

pub(in crate::cluster) fn parse(bytes: &[u8], path: &Path) -> Result<Vec<Member>, Failure> {
    let invalid = |problem: &str| invalid(path, problem);
    let file: Parsed = first_document(bytes).map_err(|problem| invalid(&problem))?;
    if file.kind.as_deref() != Some("Platform") {
        return Err(invalid("it is not of `kind: Platform`"));
    }
    if file.clusters.is_empty() || file.clusters.iter().any(|entry| entry.name.is_empty()) {
        return Err(invalid("it names no clusters under `clusters: [{name: …, context: …}]`"));
    }
    Ok(file.clusters.into_iter().map(member).collect())
}

fn member(entry: Entry) -> Member {
    let context = entry.context.filter(|context| !context.is_empty());
    let context = ContextName(context.unwrap_or_else(|| entry.name.clone()));
    Member { name: ClusterName::new(entry.name), context }
}

impl FleetFile {
    /// The same failure, which says that it is this file that is wrong.
    pub fn at_fault(&self, failure: Failure) -> Failure {
        Failure { what: within(&self.path, &failure.what), ..failure }
    }
}

fn within(path: &Path, problem: &str) -> String {
    format!("fleet file {}: {problem}", path.display())
}

pub(super) fn invalid(path: &Path, problem: &str) -> Failure {
    Failure::usage(
        within(path, problem),
        "correct it, name another one with `--config FILE`, or name the clusters: `--contexts A,B`",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(flag: Option<&str>, variables: &[(&str, &str)]) -> Vec<(String, bool)> {
        let found = candidates(flag.map(Path::new), &Environment::of(variables.iter().copied()));
        found.into_iter().map(|found| (found.path.display().to_string(), found.must_exist)).collect()
    }

    #[test]
    fn the_flag_beats_the_variable_and_both_must_exist() {
        let variables = [("KUBECTL_PLATFORM_CONFIG", "v.yaml"), ("HOME", "/home/me")];
        assert_eq!(paths(Some("f.yaml"), &variables), [("f.yaml".into(), true)]);
        assert_eq!(paths(None, &variables), [("v.yaml".into(), true)]);
    }

    #[test]
    fn without_them_this_folder_comes_before_the_users_own() {
        let own = |path: &str| [("platform.yaml".into(), false), (path.to_owned(), false)];
        assert_eq!(paths(None, &[("HOME", "/h")]), own("/h/.config/kubectl-platform/platform.yaml"));
        let both = [("HOME", "/h"), ("XDG_CONFIG_HOME", "/x")];
        assert_eq!(paths(None, &both), own("/x/kubectl-platform/platform.yaml"));
        assert_eq!(paths(None, &[]), [("platform.yaml".into(), false)]);
    }

    fn problem(text: &str) -> String {
        parse(text.as_bytes(), Path::new("p.yaml")).unwrap_err().what
    }

    #[test]
    fn only_kind_and_clusters_are_read_and_a_context_defaults_to_the_name() {
        let text = "kind: Platform\nother: {deep: [1]}\nclusters:\n- {name: a, cni: x}\n- {name: b, context: admin@b}\n";
        let members = parse(text.as_bytes(), Path::new("p.yaml")).unwrap();
        let pairs: Vec<_> =
            members.iter().map(|member| (member.name.as_str(), member.context.0.as_str())).collect();
        assert_eq!(pairs, [("a", "a"), ("b", "admin@b")]);
    }

    #[test]
    fn a_file_that_is_no_fleet_file_says_so() {
        assert_eq!(problem("kind: Pod"), "fleet file p.yaml: it is not of `kind: Platform`");
        assert!(problem("kind: Platform").contains("names no clusters"));
        assert_eq!(
            problem("kind: Platform\nclusters: 3"),
            "fleet file p.yaml: line 2: expected sequence start"
        );
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_parsed_or_refused_without_a_panic(bytes: Vec<u8>) {
            drop(parse(&bytes, Path::new("p.yaml")));
        }
    }
}
