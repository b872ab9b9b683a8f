//! Who we are to the API servers.

use super::CONNECTION;
use super::values::{flags, given, hidden, key_value};
use crate::terms::{Hidden, Impersonation};

/// The flags of kubectl that say who asks.
#[derive(Debug, Clone, clap::Args)]
pub struct IdentityArgs {
    /// Kubeconfig user to authenticate as, on the primary cluster
    #[arg(long, global = true, help_heading = CONNECTION, value_name = "NAME")]
    pub(super) user: Option<String>,
    /// Client certificate for TLS, on the primary cluster
    #[arg(long, global = true, help_heading = CONNECTION, value_name = "FILE")]
    pub(super) client_certificate: Option<String>,
    /// Private key of the client certificate
    #[arg(long, global = true, help_heading = CONNECTION, value_name = "FILE")]
    pub(super) client_key: Option<String>,
    /// Bearer token for the primary cluster
    #[arg(long, global = true, help_heading = CONNECTION, value_name = "TOKEN", value_parser = hidden())]
    pub(super) token: Option<Hidden>,
    /// Username for basic authentication on the primary cluster
    #[arg(long, global = true, help_heading = CONNECTION, value_name = "NAME")]
    pub(super) username: Option<String>,
    /// Password for basic authentication on the primary cluster
    #[arg(long, global = true, help_heading = CONNECTION, value_name = "PASSWORD", value_parser = hidden())]
    pub(super) password: Option<Hidden>,
    /// User to impersonate, on all clusters
    #[arg(long = "as", global = true, help_heading = CONNECTION, value_name = "USER")]
    as_user: Option<String>,
    /// Group to impersonate, on all clusters; can be repeated
    #[arg(long, global = true, help_heading = CONNECTION, value_name = "GROUP")]
    as_group: Vec<String>,
    /// UID to impersonate, on all clusters
    #[arg(long, global = true, help_heading = CONNECTION, value_name = "UID")]
    as_uid: Option<String>,
    /// Extra field to impersonate with, on all clusters; can be repeated
    #[arg(long, global = true, help_heading = CONNECTION, value_name = "KEY=VALUE", value_parser = key_value)]
    as_user_extra: Vec<(String, String)>,
}

impl IdentityArgs {
    pub(super) fn impersonation(&self) -> Impersonation {
        Impersonation {
            user: given(self.as_user.as_ref()),
            groups: self.as_group.clone(),
            uid: given(self.as_uid.as_ref()),
            extra: self.as_user_extra.clone(),
        }
    }

    /// Impersonation as it is typed.
    pub(super) fn impersonation_flags(&self) -> Vec<String> {
        let mut words = flags([("--as", self.as_user.as_ref())]);
        words.extend(flags(self.as_group.iter().map(|group| ("--as-group", Some(group)))));
        words.extend(flags([("--as-uid", self.as_uid.as_ref())]));
        let extra = self.as_user_extra.iter().map(|(key, value)| format!("{key}={value}"));
        words.extend(extra.flat_map(|pair| ["--as-user-extra".to_owned(), pair]));
        words
    }

    /// What replaces the user of the primary cluster, as it is typed; whoever pastes it fills the secrets in.
    pub(super) fn override_flags(&self) -> Vec<String> {
        let (token, password) = ("TOKEN".to_owned(), "PASSWORD".to_owned());
        flags([
            ("--user", self.user.as_ref()),
            ("--client-certificate", self.client_certificate.as_ref()),
            ("--client-key", self.client_key.as_ref()),
            ("--token", self.token().map(|_| &token)),
            ("--username", self.username.as_ref()),
            ("--password", self.password().map(|_| &password)),
        ])
    }

    /// A token that is there and not empty.
    pub(super) fn token(&self) -> Option<Hidden> {
        self.token.clone().filter(|token| !token.reveal().is_empty())
    }

    /// A password that is there and not empty.
    pub(super) fn password(&self) -> Option<Hidden> {
        self.password.clone().filter(|password| !password.reveal().is_empty())
    }
}
