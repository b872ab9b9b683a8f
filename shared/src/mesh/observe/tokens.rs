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
    found: RefCell<BTreeMap<Name, Asked<'a, Found>>>,
    secrets: RefCell<BTreeMap<Name, Asked<'a, ()>>>,
}

/// An account as it is there.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// Its uid, which no other one has, whatever it is called.
    pub(super) uid: String,
    /// When it was made, as the API writes times.
    made: String,
}

/// Namespace and name.
type Name = (String, String);

/// An answer, or one that is still to come.
type Asked<'a, T> = Shared<LocalBoxFuture<'a, Observed<T>>>;

impl<'a> Accounts<'a> {
    pub(super) fn of(exporter: &'a Cluster) -> Self {
        Self { exporter, found: RefCell::default(), secrets: RefCell::default() }
    }

    /// The present there, in seconds.
    pub(super) fn now(&self) -> i64 {
        self.exporter.now().as_second()
    }

    /// Whether those that are not found are not there: every cluster has some, and files without any may lack all.
    pub(super) fn are_known(&self) -> bool {
        self.exporter.archive().is_none_or(|files| files.has_any(Resource::SERVICE_ACCOUNTS))
    }

    /// The account of that name in the exporter.
    pub(super) async fn account(&self, account: &Account) -> Observed<Found> {
        let (exporter, key) = (self.exporter, (account.namespace.clone(), account.name.clone()));
        let ask = |(namespace, name): Name| {
            async move { account_of(exporter, &namespace, &name).await }.boxed_local().shared()
        };
        let found = self.found.borrow_mut().entry(key.clone()).or_insert_with(|| ask(key)).clone();
        found.await
    }

    /// Whether the Secret with its token is there, where one is named. Whose account it is should be known before, since
    /// the namespace is what a token says.
    pub(super) async fn secret(&self, account: &Account) -> Observed<()> {
        let Some(secret) = &account.secret else { return Observed::Present(()) };
        let (exporter, key) = (self.exporter, (account.namespace.clone(), secret.clone()));
        let ask = |(namespace, name): Name| {
            async move { held(exporter, &namespace, &name).await }.boxed_local().shared()
        };
        let found = self.secrets.borrow_mut().entry(key.clone()).or_insert_with(|| ask(key)).clone();
        found.await
    }
}

/// The account of that name in a cluster.
pub(super) async fn account_of(exporter: &Cluster, namespace: &str, name: &str) -> Observed<Found> {
    let found = exporter.get::<wire::Plain>(Resource::SERVICE_ACCOUNTS, Some(namespace), name).await;
    found.map(|found| Found {
        uid: found.metadata.uid,
        made: found.metadata.creation_timestamp.unwrap_or_default(),
    })
}

/// Of the Secret only the metadata is asked for.
async fn held(exporter: &Cluster, namespace: &str, secret: &str) -> Observed<()> {
    let place = Scope::object(namespace, secret);
    match exporter.list::<wire::Plain>(Resource::SECRETS, &place, Shape::Metadata).await {
        Observed::Present(listed) if listed.items.is_empty() => Observed::Absent,
        Observed::Present(_) => Observed::Present(()),
        Observed::Absent => Observed::Absent,
        Observed::Unknown(obstacle) => Observed::Unknown(obstacle),
    }
}

/// What became of a token whose account and Secret were looked for.
pub(super) fn token(
    account: Account,
    (found, has_secret): (Observed<Found>, Observed<()>),
    now: i64,
) -> Token {
    let (has_account, remade) = match found {
        Observed::Present(found) if found.uid == account.uid => (Observed::Present(()), None),
        Observed::Present(found) => (Observed::Absent, Some(found.made)),
        Observed::Absent => (Observed::Absent, None),
        Observed::Unknown(obstacle) => (Observed::Unknown(obstacle), None),
    };
    let left = account.expires.map(|expires| expires.saturating_sub(now)).filter(|left| *left < Token::SOON);
    Token {
        namespace: account.namespace,
        account: account.name,
        secret: account.secret,
        left,
        has_account,
        remade,
        has_secret,
    }
}
