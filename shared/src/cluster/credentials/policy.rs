//! Which plugins the user allows: `credentialPluginPolicy` in kubectl's own preferences, the kuberc file.

use super::program;
use crate::bounded;
use crate::cluster::explain::{first_document, io_words};
use crate::terms::Environment;
use crate::verdict::Failure;
use serde::Deserialize;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Preference {
    #[serde(default)]
    credential_plugin_policy: Option<String>,
    #[serde(default)]
    credential_plugin_allowlist: Option<Vec<Allowed>>,
}

#[derive(Debug, Deserialize)]
struct Allowed {
    #[serde(alias = "command")]
    name: String,
}

/// Refuses a plugin that the user does not allow.
pub(super) fn expect_allowed(command: &str, found: &Path, environment: &Environment) -> Result<(), Failure> {
    let Some((file, must_exist)) = kuberc(environment) else { return Ok(()) };
    let preference: Preference = match bounded::file(&file) {
        Ok(bytes) => first_document(&bytes).map_err(|problem: String| unreadable(&file, &problem))?,
        Err(error) if error.kind() == ErrorKind::NotFound && !must_exist => return Ok(()),
        Err(error) => return Err(unreadable(&file, &io_words(&error))),
    };
    judge(&preference, found, environment).map_err(|why| {
        Failure::usage(
            format!("plugin {command:?} not allowed: {why}"),
            format!("allow {} under `credentialPluginAllowlist` in {}", found.display(), file.display()),
        )
    })
}

/// The file, and whether it must exist; `None` when the user has turned it off.
fn kuberc(environment: &Environment) -> Option<(PathBuf, bool)> {
    if environment.get("KUBECTL_KUBERC") == Some("false") {
        return None;
    }
    match environment.non_empty("KUBERC") {
        Some("off") => None,
        Some(file) => Some((PathBuf::from(file), true)),
        None => environment.home().map(|home| (home.join(".kube").join("kuberc"), false)),
    }
}

fn judge(preference: &Preference, found: &Path, environment: &Environment) -> Result<(), String> {
    let list = preference.credential_plugin_allowlist.as_deref().unwrap_or_default();
    match preference.credential_plugin_policy.as_deref().unwrap_or_default() {
        "" | "AllowAll" => Ok(()),
        "Allowlist" => {
            let same = |entry: &Allowed| program::find(&entry.name, environment).as_deref() == Some(found);
            if list.iter().any(same) { Ok(()) } else { Err("it is not in the allowlist".to_owned()) }
        }
        policy => Err(format!("policy set to {policy:?}")),
    }
}

fn unreadable(file: &Path, problem: &str) -> Failure {
    Failure::usage(
        format!("kuberc {}: {problem}", file.display()),
        "correct it, since it says which credential plugins may run, or run with `KUBERC=off`",
    )
}
