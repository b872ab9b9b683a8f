//! Which clusters, and how to reach them.

use super::CONNECTION;
use super::identity::IdentityArgs;
use super::values::{RequestTimeout, context_name, flags, given, go_bool, request_timeout};
use crate::terms::{
    ClusterName, ClusterOverrides, ConnectionChoice, ContextName, FleetChoice, NamespaceChoice, Route,
};
use crate::verdict::Failure;

/// kubectl's connection flags, and the two that name more than one cluster.
#[derive(Debug, Clone, clap::Args)]
pub struct ConnectionArgs {
    /// Kubeconfig file to use instead of `$KUBECONFIG`; a single file, which must exist
    #[arg(long, global = true, help_heading = CONNECTION, value_name = "FILE")]
    kubeconfig: Option<String>,
    /// Context of the primary cluster; for mesh-export, the cluster that holds the Services
    #[arg(long, global = true, help_heading = CONNECTION, value_name = "NAME")]
    context: Option<String>,
    /// Contexts of all clusters in this run, in this order; comma-separated or repeated
    #[arg(long, global = true, help_heading = CONNECTION, value_name = "NAMES", value_delimiter = ',', value_parser = context_name)]
    contexts: Vec<ContextName>,
    /// File that describes the fleet [default: `$KUBECTL_PLATFORM_CONFIG`, then `platform.yaml`]
    #[arg(long, global = true, help_heading = CONNECTION, value_name = "FILE")]
    config: Option<String>,
    /// Namespace to use [default: the context's, then `default`]
    #[arg(short, long, global = true, help_heading = CONNECTION, value_name = "NAME")]
    namespace: Option<String>,
    /// Kubeconfig cluster to use for the primary context
    #[arg(long, global = true, help_heading = CONNECTION, value_name = "NAME")]
    cluster: Option<String>,
    /// Address of the primary cluster's API server
    #[arg(short, long, global = true, help_heading = CONNECTION, value_name = "URL")]
    server: Option<String>,
    /// Server name to check in the certificate of the primary cluster's API server
    #[arg(long, global = true, help_heading = CONNECTION, value_name = "NAME")]
    tls_server_name: Option<String>,
    /// CA certificate file to trust for the primary cluster
    #[arg(long, global = true, help_heading = CONNECTION, value_name = "FILE")]
    certificate_authority: Option<String>,
    /// Do not verify the certificate of the primary cluster's API server; traffic can then be intercepted and altered
    #[arg(long, global = true, help_heading = CONNECTION, value_name = "BOOL", value_parser = go_bool, num_args = 0..=1, require_equals = true,
          default_value = "false", default_missing_value = "true", hide_default_value = true)]
    insecure_skip_tls_verify: bool,
    #[command(flatten)]
    identity: IdentityArgs,
    /// Timeout for each request, such as 5, 1s or 2m; with 0, the default, only the command's own limits apply
    #[arg(long, global = true, help_heading = CONNECTION, value_name = "DURATION", value_parser = request_timeout, allow_hyphen_values = true)]
    request_timeout: Option<RequestTimeout>,
    /// Do not request compressed responses
    #[arg(long, global = true, help_heading = CONNECTION, value_name = "BOOL", value_parser = go_bool, num_args = 0..=1, require_equals = true,
          default_value = "false", default_missing_value = "true", hide_default_value = true)]
    disable_compression: bool,
    /// Exit with 3 if an API server returns a warning
    #[arg(long, global = true, help_heading = CONNECTION, value_name = "BOOL", value_parser = go_bool, num_args = 0..=1, require_equals = true,
          default_value = "false", default_missing_value = "true", hide_default_value = true)]
    warnings_as_errors: bool,
    /// Accepted for compatibility with kubectl; has no effect, because nothing is cached
    #[arg(long, global = true, help_heading = CONNECTION, value_name = "FOLDER")]
    cache_dir: Option<String>,
    /// Log level, 0 to 10: 6 logs requests, 7 headers, 8 bodies, 9 untruncated bodies
    #[arg(
        short = 'v',
        long = "v",
        global = true, help_heading = CONNECTION,
        value_name = "LEVEL",
        default_value_t = 0,
        hide_default_value = true
    )]
    verbosity: u8,
}

impl ConnectionArgs {
    /// How to reach the clusters of the run.
    pub fn connection(&self) -> ConnectionChoice {
        ConnectionChoice {
            kubeconfig: given(self.kubeconfig.as_ref()),
            overrides: self.overrides(),
            impersonation: self.identity.impersonation(),
            request_timeout: self.request_timeout.and_then(|timeout| timeout.0),
            disable_compression: self.disable_compression,
        }
    }

    /// Which clusters the run is about, before anything is looked up.
    pub fn fleet(&self) -> FleetChoice {
        FleetChoice {
            contexts: self.contexts.clone(),
            config: given(self.config.as_ref()),
            primary: given::<String>(self.context.as_ref()).map(ContextName),
        }
    }

    /// The flags that reach the clusters again, in commands to paste. Secrets are placeholders.
    pub fn route(&self, primary: &ClusterName) -> Route {
        Route {
            kubeconfig: given(self.kubeconfig.as_ref()),
            contexts: self.contexts.iter().map(|context| context.0.clone()).collect(),
            config: given(self.config.as_ref()),
            identity: self.identity.impersonation_flags(),
            primary: Some(primary.clone()),
            overrides: self.override_flags(),
            is_by_files: false,
        }
    }

    fn override_flags(&self) -> Vec<String> {
        let named = [
            ("--cluster", self.cluster.as_ref()),
            ("--server", self.server.as_ref()),
            ("--tls-server-name", self.tls_server_name.as_ref()),
            ("--certificate-authority", self.certificate_authority.as_ref()),
        ];
        let mut flags = flags(named);
        if self.insecure_skip_tls_verify {
            flags.push("--insecure-skip-tls-verify".into());
        }
        flags.extend(self.identity.override_flags());
        flags
    }

    /// Which namespaces are meant; `all` is the command's `-A`, which beats `-n`.
    pub fn namespace(&self, all: bool) -> NamespaceChoice {
        match given(self.namespace.as_ref()) {
            _ if all => NamespaceChoice::All,
            Some(name) => NamespaceChoice::Named(name),
            None => NamespaceChoice::OfContext,
        }
    }

    /// `--warnings-as-errors`
    pub fn warnings_are_errors(&self) -> bool {
        self.warnings_as_errors
    }

    /// `-v`, from 0 to 10.
    pub fn verbosity(&self) -> u8 {
        self.verbosity.min(10)
    }

    /// Refuses flags that contradict each other, as kubectl does.
    ///
    /// # Errors
    /// kubectl's sentence, and which flag to leave out.
    pub fn check(&self) -> Result<(), Failure> {
        let overrides = self.overrides();
        if overrides.insecure_skip_tls_verify && overrides.certificate_authority.is_some() {
            return Err(Failure::usage(
                "specifying a root certificates file with the insecure flag is not allowed",
                "omit `--insecure-skip-tls-verify`; `--certificate-authority` makes it unnecessary",
            ));
        }
        let has_basic = overrides.username.is_some() || overrides.password.is_some();
        if overrides.token.is_some() && has_basic {
            return Err(Failure::usage(
                "more than one authentication method found; found [token basicAuth], only one is allowed",
                "give either `--token`, or `--username` and `--password`",
            ));
        }
        Ok(())
    }

    fn overrides(&self) -> ClusterOverrides {
        ClusterOverrides {
            cluster: given(self.cluster.as_ref()),
            user: given(self.identity.user.as_ref()),
            server: given(self.server.as_ref()),
            tls_server_name: given(self.tls_server_name.as_ref()),
            certificate_authority: given(self.certificate_authority.as_ref()),
            insecure_skip_tls_verify: self.insecure_skip_tls_verify,
            client_certificate: given(self.identity.client_certificate.as_ref()),
            client_key: given(self.identity.client_key.as_ref()),
            token: self.identity.token(),
            username: given(self.identity.username.as_ref()),
            password: self.identity.password(),
        }
    }
}
