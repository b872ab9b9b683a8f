//! The process environment as a value, read once by `run`.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// The environment variables of the process and where it runs. Tests make their own.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
}

impl Environment {
    /// Makes an environment of these variables.
    pub fn of<K: Into<String>, V: Into<String>>(variables: impl IntoIterator<Item = (K, V)>) -> Self {
        Self { variables: variables.into_iter().map(|(key, value)| (key.into(), value.into())).collect() }
    }

    /// The value of a variable, empty or not.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    /// The value of a variable when it is set and not empty.
    pub fn non_empty(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// The user's home folder, when there is one.
    pub fn home(&self) -> Option<PathBuf> {
        self.non_empty("HOME").or_else(|| self.non_empty("USERPROFILE")).map(PathBuf::from)
    }

    /// All variables, for programs that we start.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.variables.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }
}
