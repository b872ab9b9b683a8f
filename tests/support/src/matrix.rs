//! What is supported, and which test shows it. `docs/support.md` repeats it, and a test holds them together.

/// How sure a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// A test runs on the real thing.
    Real,
    /// A test runs on what it writes, made by hand or taken away by a proxy.
    Modelled,
    /// Nothing was run.
    NotTried,
}

impl State {
    /// As the documentation says it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Real => "tested",
            Self::Modelled => "tested on a model",
            Self::NotTried => "not tested",
        }
    }
}

/// One line.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// What it is about.
    pub what: &'static str,
    /// Which of it.
    pub which: &'static str,
    /// How sure.
    pub state: State,
    /// What holds, or what is missing there.
    pub note: &'static str,
    /// The tests: a file of this repository and a function in it.
    pub tests: &'static [(&'static str, &'static str)],
}

/// The version of Kubernetes that the real control planes are.
pub const KUBERNETES: &str = "1.36.3";

/// The version of Krew that releases are tried with.
pub const KREW: &str = "0.5.0";

const LINKS: &str = "tests/contract/beliefs/link.rs";
const SERVED: &str = "every_served_version_shows_the_same_object";
const INSTALLS: &str = "shared/src/mesh/checks/tests/installs.rs";
const OLDER: &str = "tests/cli/mesh_export/faults/support.rs";

/// All of them.
#[rustfmt::skip]
pub const MATRIX: &[Row] = &[
    Row { what: "Link", which: "v1alpha3", state: State::Real, note: "everything",
          tests: &[(LINKS, SERVED)] },
    Row { what: "Link", which: "v1alpha2", state: State::Real, note: "no lists of excluded labels",
          tests: &[(LINKS, SERVED), (OLDER, "a_consumer_that_serves_older_links_gets_its_mirror")] },
    Row { what: "Link", which: "v1alpha1", state: State::Real, note: "no federated Services, no status",
          tests: &[(LINKS, SERVED), (OLDER, "a_consumer_that_serves_older_links_gets_its_mirror")] },
    Row { what: "Linkerd", which: "edge (August 2026)", state: State::Real,
          note: "its definitions, and recordings of its service mirror; no proxies run",
          tests: &[("tests/replay/completeness.rs", "every_recorded_state_is_compared_with_or_has_a_reason_not_to_be")] },
    Row { what: "Linkerd", which: "2.18 and newer", state: State::Modelled, note: "controllers from the chart's `controllers:`",
          tests: &[(INSTALLS, "every_supported_installation_is_healthy")] },
    Row { what: "Linkerd", which: "2.17", state: State::Modelled, note: "one controller per Link, created by `linkerd multicluster link`",
          tests: &[(INSTALLS, "every_supported_installation_is_healthy")] },
    Row { what: "Linkerd", which: "2.16", state: State::Modelled, note: "the same, with Links in v1alpha1",
          tests: &[(INSTALLS, "every_supported_installation_is_healthy")] },
    Row { what: "Linkerd", which: "older than 2.16", state: State::NotTried, note: "its policies are read in a version that it does not serve",
          tests: &[] },
    Row { what: "Kubernetes", which: KUBERNETES, state: State::Real, note: "kube-apiserver, etcd and kube-controller-manager; nodes and pods are simulated",
          tests: &[("tests/contract/beliefs/discovery.rs", "the_version_names_itself_without_asking_who_wants_to_know")] },
    Row { what: "Kubernetes", which: "1.31 to 1.35", state: State::NotTried,
          note: "no request needs anything newer than 1.22, and responses are JSON, never a Table",
          tests: &[("tests/docs.rs", "no_request_asks_for_what_a_newer_kubernetes_brought")] },
    Row { what: "Kubernetes", which: "older than 1.31", state: State::NotTried, note: "Linkerd itself requires 1.31",
          tests: &[] },
    Row { what: "Krew", which: KREW, state: State::Real, note: "installs and uninstalls on Linux, from a local archive",
          tests: &[("tests/krew/real.rs", "the_real_krew_installs_what_is_released_and_takes_it_away_again")] },
    Row { what: "Krew", which: "on macOS and Windows", state: State::NotTried,
          note: "its index check accepts the manifest for all six platforms", tests: &[] },
];
