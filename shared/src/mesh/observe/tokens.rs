//! The token of a Link's credentials, as the exporter knows it.

use super::super::machinery::Token;
use super::super::wire;
use crate::cluster::{Account, Cluster, Resource, Shape};
use crate::terms::{Observed, Scope};

/// The uid that the account of a token has in the exporter.
pub(super) async fn account(exporter: &Cluster, account: &Account) -> Observed<String> {
    let place = Some(account.namespace.as_str());
    let found = exporter.get::<wire::Plain>(Resource::SERVICE_ACCOUNTS, place, &account.name).await;
    found.map(|found| found.metadata.uid)
}

/// Whether the Secret that holds a token is there, where one does. Only the metadata is asked for.
pub(super) async fn secret(exporter: &Cluster, account: &Account) -> Observed<()> {
    let Some(secret) = &account.secret else { return Observed::Present(()) };
    let place = Scope::object(&account.namespace, secret);
    match exporter.list::<wire::Plain>(Resource::SECRETS, &place, Shape::Metadata).await {
        Observed::Present(listed) if listed.items.is_empty() => Observed::Absent,
        Observed::Present(_) => Observed::Present(()),
        Observed::Absent => Observed::Absent,
        Observed::Unknown(obstacle) => Observed::Unknown(obstacle),
    }
}

/// What became of a token whose account and Secret were looked for.
pub(super) fn token(account: Account, found: Observed<String>, has_secret: Observed<()>) -> Token {
    let has_account = match found {
        Observed::Present(uid) if uid == account.uid => Observed::Present(()),
        Observed::Present(_) | Observed::Absent => Observed::Absent,
        Observed::Unknown(obstacle) => Observed::Unknown(obstacle),
    };
    let now = super::now().as_second();
    let left = account.expires.map(|expires| expires.saturating_sub(now));
    Token { namespace: account.namespace, account: account.name, left, has_account, has_secret }
}
