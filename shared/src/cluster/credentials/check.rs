//! What client-go refuses about a user before it connects, in its words.

use crate::cluster::dial::Parts;
use crate::verdict::Failure;
use kube::config::{AuthInfo, ExecConfig};
use secrecy::ExposeSecret;

/// The versions of the plugin protocol.
const PROTOCOLS: [&str; 2] = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

/// Whether a token stands in the kubeconfig.
pub(super) fn has_token(user: &AuthInfo) -> bool {
    user.token.as_ref().is_some_and(|token| !token.expose_secret().is_empty())
}

/// Whether a token can be sent. The client library panics over one that cannot.
pub(super) fn fits_a_header(token: &str) -> bool {
    http::HeaderValue::from_str(token).is_ok()
}

/// Refuses what is ambiguous or cannot work.
pub(super) fn user(parts: &Parts) -> Result<(), Failure> {
    let (user, name) = (&parts.user, &parts.user_name);
    let has_name = user.username.as_ref().is_some_and(|name| !name.is_empty());
    let has_password = user.password.as_ref().is_some_and(|password| !password.expose_secret().is_empty());
    if has_token(user) && (has_name || has_password) {
        let problem = format!(
            "more than one authentication method found for {name}; found [token basicAuth], only one is allowed"
        );
        return Err(parts.wrong(&problem, "give a token, or a user name and a password"));
    }
    if has_name && user.token_file.as_ref().is_some_and(|file| !file.is_empty()) {
        let problem = "username/password or bearer token may be set, but not both";
        return Err(parts.wrong(problem, "keep the token file, or the user name and the password"));
    }
    if user.token.as_ref().is_some_and(|token| !fits_a_header(token.expose_secret())) {
        let problem = format!(
            "the token of {name} has characters that are not allowed in a request, such as a line break"
        );
        return Err(parts.wrong(&problem, "write it on one line"));
    }
    match (&user.exec, &user.auth_provider) {
        (Some(_), Some(_)) => Err(parts.wrong(
            &format!(
                "authProvider cannot be provided in combination with an exec plugin to authenticate as {name}"
            ),
            "keep one of them",
        )),
        (Some(exec), None) => plugin(exec, parts),
        (None, Some(provider)) => auth_provider(&provider.name, parts),
        (None, None) => Ok(()),
    }
}

fn plugin(exec: &ExecConfig, parts: &Parts) -> Result<(), Failure> {
    let name = &parts.user_name;
    let version = exec.api_version.as_deref().unwrap_or_default();
    let wrong = |problem: String, next: &str| Err(parts.wrong(&problem, next));
    if exec.command.as_ref().is_none_or(String::is_empty) {
        return wrong(
            format!("command must be specified for {name} to use exec authentication plugin"),
            "add it",
        );
    }
    if version.is_empty() {
        let problem = format!("apiVersion must be specified for {name} to use exec authentication plugin");
        return wrong(problem, "add `apiVersion: client.authentication.k8s.io/v1`");
    }
    if !PROTOCOLS.contains(&version) {
        return wrong(
            format!("exec plugin of {name}: invalid apiVersion {version:?}"),
            "update the plugin's configuration to `client.authentication.k8s.io/v1`",
        );
    }
    if version.ends_with("/v1") && exec.interactive_mode.is_none() {
        let problem =
            format!("interactiveMode must be specified for {name} to use exec authentication plugin");
        return wrong(problem, "add `interactiveMode: IfAvailable`");
    }
    Ok(())
}

fn auth_provider(provider: &str, parts: &Parts) -> Result<(), Failure> {
    match provider {
        "oidc" => Ok(()),
        "gcp" => Err(parts.wrong(
            "the gcp auth plugin has been removed",
            "use gke-gcloud-auth-plugin: `gcloud container clusters get-credentials CLUSTER`",
        )),
        "azure" => Err(parts.wrong(
            "the azure auth plugin has been removed",
            "use kubelogin: `kubelogin convert-kubeconfig`",
        )),
        other => {
            Err(parts.wrong(&format!("no auth provider found for name {other:?}"), "use an exec plugin"))
        }
    }
}
