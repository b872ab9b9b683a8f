//! Which cluster and which user a context means, with the flags that replace parts of them.

use crate::cluster::fleet::expect_context;
use crate::cluster::kubeconfig::{Loaded, Sourced};
use crate::terms::{ClusterOverrides, ContextName, Hidden};
use crate::verdict::Failure;
use kube::config::{AuthInfo, Cluster, Context};
use std::path::Path;

/// A cluster and a user, flags applied.
pub(in crate::cluster) struct Parts {
    /// The context that was asked for.
    pub(in crate::cluster) context: ContextName,
    /// The name of the user; empty for none.
    pub(in crate::cluster) user_name: String,
    /// The user; all empty for none.
    pub(in crate::cluster) user: AuthInfo,
    /// The name of the cluster.
    pub(in crate::cluster) cluster_name: String,
    /// The cluster.
    pub(in crate::cluster) cluster: Cluster,
}

impl Parts {
    /// Looks both up. kubectl goes on without credentials when a context names a user that does not exist; we do not.
    pub(super) fn find(
        loaded: &Loaded,
        context: &ContextName,
        flags: Option<&ClusterOverrides>,
    ) -> Result<Self, Failure> {
        expect_context(context, loaded)?;
        let entry = loaded.context(&context.0).ok_or_else(|| Failure::internal("a context was lost"))?;
        let flag = |pick: fn(&ClusterOverrides) -> Option<&String>| {
            flags.and_then(pick).filter(|name| !name.is_empty()).map(String::as_str)
        };
        let (cluster_flag, user_flag) =
            (flag(|flags| flags.cluster.as_ref()), flag(|flags| flags.user.as_ref()));
        let cluster_name = cluster_flag.unwrap_or(&entry.value.cluster);
        let user_name = user_flag.or(entry.value.user.as_deref()).unwrap_or_default();
        let unknown =
            |what: &str, name: &str, from_flag: bool| unknown(context, entry, (what, name), from_flag);
        let cluster = loaded.cluster(cluster_name);
        let cluster = cluster.ok_or_else(|| unknown("cluster", cluster_name, cluster_flag.is_some()))?;
        let user = match loaded.user(user_name) {
            Some(user) => user.value.clone(),
            None if user_name.is_empty() => AuthInfo::default(),
            None => return Err(unknown("auth info", user_name, user_flag.is_some())),
        };
        let mut parts = Self {
            context: context.clone(),
            user_name: user_name.to_owned(),
            user,
            cluster_name: cluster_name.to_owned(),
            cluster: cluster.value.clone(),
        };
        if let Some(flags) = flags {
            apply_to_cluster(&mut parts.cluster, flags);
            apply_to_user(&mut parts.user, flags);
        }
        Ok(parts)
    }

    /// A failure about this context.
    pub(in crate::cluster) fn wrong(&self, problem: &str, next: &str) -> Failure {
        Failure::usage(
            format!("context {}: {problem}", self.context),
            format!("{next}; see `{}`", super::view(&self.context.0)),
        )
    }
}

fn unknown(context: &ContextName, entry: &Sourced<Context>, named: (&str, &str), from_flag: bool) -> Failure {
    let (what, name) = named;
    if from_flag {
        return Failure::usage(
            format!("{what} {name:?} does not exist"),
            "list what there is with `kubectl config view`",
        );
    }
    Failure::usage(
        format!("context {context}: {what} {name:?} does not exist"),
        format!("correct context {context} in {}", entry.file.display()),
    )
}

fn apply_to_cluster(cluster: &mut Cluster, flags: &ClusterOverrides) {
    let name = given(flags.tls_server_name.as_ref());
    if let Some(server) = given(flags.server.as_ref()) {
        cluster.server = Some(server);
        // The name belongs to the server that it was written for.
        cluster.tls_server_name = None;
    }
    cluster.tls_server_name = name.or(cluster.tls_server_name.take());
    if flags.insecure_skip_tls_verify {
        cluster.insecure_skip_tls_verify = Some(true);
        cluster.certificate_authority = None;
        cluster.certificate_authority_data = None;
    }
    if let Some(file) = path(flags.certificate_authority.as_deref()) {
        cluster.certificate_authority = Some(file);
        cluster.certificate_authority_data = None;
        // Whoever names an authority wants it asked; the flag that contradicts is refused before.
        cluster.insecure_skip_tls_verify = Some(flags.insecure_skip_tls_verify);
    }
}

fn apply_to_user(user: &mut AuthInfo, flags: &ClusterOverrides) {
    if let Some(file) = path(flags.client_certificate.as_deref()) {
        user.client_certificate = Some(file);
        user.client_certificate_data = None;
    }
    if let Some(file) = path(flags.client_key.as_deref()) {
        user.client_key = Some(file);
        user.client_key_data = None;
    }
    let secret = |hidden: &Hidden| hidden.reveal().to_owned().into();
    if let Some(token) = flags.token.as_ref().filter(|token| !token.reveal().is_empty()) {
        user.token = Some(secret(token));
        // client-go would go on reading the file; whoever types a token means it.
        user.token_file = None;
    }
    user.username = given(flags.username.as_ref()).or(user.username.take());
    if let Some(password) = flags.password.as_ref().filter(|password| !password.reveal().is_empty()) {
        user.password = Some(secret(password));
    }
}

fn given(flag: Option<&String>) -> Option<String> {
    flag.filter(|text| !text.is_empty()).cloned()
}

/// Paths on the command line are relative to the working folder, so they stay as they are.
fn path(flag: Option<&Path>) -> Option<String> {
    flag.filter(|path| !path.as_os_str().is_empty()).map(|path| path.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authority_on_the_command_line_ends_blind_trust() {
        let mut cluster = Cluster { insecure_skip_tls_verify: Some(true), ..Cluster::default() };
        let flags = ClusterOverrides { certificate_authority: Some("ca.crt".into()), ..Default::default() };
        apply_to_cluster(&mut cluster, &flags);
        assert_eq!(cluster.insecure_skip_tls_verify, Some(false));
        assert_eq!(cluster.certificate_authority.as_deref(), Some("ca.crt"));
    }
}
