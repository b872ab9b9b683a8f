//! Which files hold the kubeconfig of this run.

use crate::terms::Environment;
use crate::verdict::Failure;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Where the kubeconfig comes from.
pub(super) enum Origin {
    /// `--kubeconfig`: this file, which must exist.
    Flag([PathBuf; 1]),
    /// `$KUBECONFIG`: those of these files that exist.
    Variable(Vec<PathBuf>),
    /// The file in the home folder, if it exists.
    Home([PathBuf; 1]),
    /// Nobody said, and there is no home folder.
    Nowhere,
}

impl Origin {
    /// The rule of client-go: flag, else variable, else home. An empty flag or variable is none.
    pub(super) fn choose(flag: Option<&Path>, environment: &Environment) -> Self {
        if let Some(flag) = flag.filter(|flag| !flag.as_os_str().is_empty()) {
            return Self::Flag([flag.to_owned()]);
        }
        if let Some(list) = environment.non_empty("KUBECONFIG") {
            let mut seen = BTreeSet::new();
            let named = std::env::split_paths(list).filter(|file| !file.as_os_str().is_empty());
            return Self::Variable(named.filter(|file| seen.insert(file.clone())).collect());
        }
        let home = environment.home().map(|home| home.join(".kube").join("config"));
        home.map_or(Self::Nowhere, |file| Self::Home([file]))
    }

    /// The candidates in order of precedence.
    pub(super) fn files(&self) -> &[PathBuf] {
        match self {
            Self::Flag(file) | Self::Home(file) => file,
            Self::Variable(files) => files,
            Self::Nowhere => &[],
        }
    }

    /// Whether a missing file is an error.
    pub(super) fn must_exist(&self) -> bool {
        matches!(self, Self::Flag(_))
    }

    /// The failure when none of the files exists. kubectl would go on to `localhost:8080`.
    pub(super) fn nothing_found(&self) -> Failure {
        let list = || {
            let files: Vec<_> = self.files().iter().map(|file| file.display().to_string()).collect();
            if files.is_empty() { "which names no file".to_owned() } else { files.join(", ") }
        };
        let looked = match self {
            Self::Flag(_) => format!("looked for --kubeconfig ({})", list()),
            Self::Variable(_) => format!("looked for $KUBECONFIG ({})", list()),
            Self::Home(_) => format!("$KUBECONFIG is not set, looked for {}", list()),
            Self::Nowhere => "neither $KUBECONFIG nor $HOME is set".to_owned(),
        };
        Failure::usage(
            format!("no kubeconfig found: {looked}"),
            "name one with `--kubeconfig FILE`, or run `export KUBECONFIG=FILE`",
        )
    }
}
