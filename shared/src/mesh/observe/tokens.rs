//! The token of a Link's credentials, as the exporter knows it.

use super::super::machinery::Token;
use super::super::wire;
use crate::cluster::{Account, Cluster, Resource, Shape};
use crate::terms::{Observed, Scope};
use futures::FutureExt as _;
use futures::future::{LocalBoxFuture, Shared};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Who is asked, and what has been asked already: in a large fleet the Links of all clusters have the same account.
pub(super) struct Accounts<'a> {
    exporter: &'a Cluster,
    asked: RefCell<BTreeMap<Name, Asked<'a>>>,
}

/// The namespace and the name of an account, and the Secret with its token.
type Name = (String, String, Option<String>);

/// An answer, or one that is still to come.
type Asked<'a> = Shared<LocalBoxFuture<'a, Found>>;

/// The uid that an account has in the exporter, and whether the Secret with its token is there, where one is named.
type Found = (Observed<String>, Observed<()>);

impl<'a> Accounts<'a> {
    pub(super) fn of(exporter: &'a Cluster) -> Self {
        Self { exporter, asked: RefCell::default() }
    }

    /// Asks for both at once, and once for each account.
    pub(super) async fn find(&self, account: &Account) -> Found {
        let key = (account.namespace.clone(), account.name.clone(), account.secret.clone());
        let exporter = self.exporter;
        let ask = || {
            let (namespace, name, secret) = key.clone();
            let asked = async move {
                futures::join!(
                    uid(exporter, &namespace, &name),
                    held(exporter, &namespace, secret.as_deref())
                )
            };
            asked.boxed_local().shared()
        };
        let found = self.asked.borrow_mut().entry(key.clone()).or_insert_with(ask).clone();
        found.await
    }
}

async fn uid(exporter: &Cluster, namespace: &str, name: &str) -> Observed<String> {
    let found = exporter.get::<wire::Plain>(Resource::SERVICE_ACCOUNTS, Some(namespace), name).await;
    found.map(|found| found.metadata.uid)
}

/// Of the Secret only the metadata is asked for.
async fn held(exporter: &Cluster, namespace: &str, secret: Option<&str>) -> Observed<()> {
    let Some(secret) = secret else { return Observed::Present(()) };
    let place = Scope::object(namespace, secret);
    match exporter.list::<wire::Plain>(Resource::SECRETS, &place, Shape::Metadata).await {
        Observed::Present(listed) if listed.items.is_empty() => Observed::Absent,
        Observed::Present(_) => Observed::Present(()),
        Observed::Absent => Observed::Absent,
        Observed::Unknown(obstacle) => Observed::Unknown(obstacle),
    }
}

/// What became of a token whose account and Secret were looked for.
pub(super) fn token(account: Account, (found, has_secret): Found) -> Token {
    let has_account = match found {
        Observed::Present(uid) if uid == account.uid => Observed::Present(()),
        Observed::Present(_) | Observed::Absent => Observed::Absent,
        Observed::Unknown(obstacle) => Observed::Unknown(obstacle),
    };
    let now = super::now().as_second();
    let left = account.expires.map(|expires| expires.saturating_sub(now));
    Token { namespace: account.namespace, account: account.name, left, has_account, has_secret }
}
