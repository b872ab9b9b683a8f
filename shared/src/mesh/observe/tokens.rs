//! The token of a Link's credentials, as the exporter knows it.

use super::super::machinery::Token;
use super::super::wire;
use crate::cluster::{Account, Cluster, OF_ACCOUNT, Resource, Shape, kept};
use crate::terms::{Observed, Scope};
use futures::FutureExt as _;
use futures::future::{LocalBoxFuture, Shared};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Who is asked, and what has been asked already: in a large fleet the Links of all clusters have the same account.
pub(super) struct Accounts<'a> {
    exporter: &'a Cluster,
    found: RefCell<BTreeMap<Name, Asked<'a, Found>>>,
    secrets: RefCell<BTreeMap<Name, Asked<'a, Kept>>>,
}

/// An account as it is there.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// Its uid, which no other one has, whatever it is called.
    pub(super) uid: String,
    /// When it was made, as the API writes times.
    made: String,
}

/// What a Secret keeps beside its account; nothing of one of which only the metadata was asked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Kept {
    /// Whose its token is, and by what copies of it are known.
    token: Option<Account>,
    /// The certificates (DER) of whom pods there take for signers of their API server's.
    authority: Vec<Vec<u8>>,
}

impl Kept {
    /// Whether the token is another one for the same account: an API server compares them, and takes no other one of that Secret.
    /// What is not even for that account is no token that a cluster has written.
    pub(super) fn is_beside(&self, account: &Account) -> bool {
        let of = |it: &Account| (it.namespace.clone(), it.name.clone(), it.uid.clone(), it.secret.clone());
        self.token.as_ref().is_some_and(|own| {
            of(own) == of(account)
                && own.print.as_ref().zip(account.print.as_ref()).is_some_and(|(own, it)| own != it)
        })
    }
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

    /// Whether the Secret with its token is there, where one is named, and what it keeps. Whose account it is should be known
    /// before, since the namespace is what a token says.
    pub(super) async fn secret(&self, account: &Account) -> Observed<Kept> {
        let Some(secret) = &account.secret else { return Observed::Present(Kept::default()) };
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

/// Of the Secret only the metadata is asked for, unless a whole fleet is looked at.
async fn held(exporter: &Cluster, namespace: &str, secret: &str) -> Observed<Kept> {
    if exporter.is_remembering() {
        let whole = exporter.get::<wire::Secret>(Resource::SECRETS, Some(namespace), secret).await;
        return whole.map(read);
    }
    let place = Scope::object(namespace, secret);
    match exporter.list::<wire::Plain>(Resource::SECRETS, &place, Shape::Metadata).await {
        Observed::Present(listed) if listed.items.is_empty() => Observed::Absent,
        Observed::Present(_) => Observed::Present(Kept::default()),
        Observed::Absent => Observed::Absent,
        Observed::Unknown(obstacle) => Observed::Unknown(obstacle),
    }
}

/// Nothing of its values is kept but what tells them from others.
fn read(secret: wire::Secret) -> Kept {
    let data = secret.data.filter(|_| secret.kind == OF_ACCOUNT).unwrap_or_default();
    let value = |key: &str| data.get(key).map_or("", String::as_str);
    let (account, authority) = kept(value("token"), value("ca.crt"));
    Kept { token: account, authority }
}

/// Whom pods of the exporter take for the signers of their API server's certificate, where that was read.
pub(super) fn signers(kept: &Observed<Kept>) -> Vec<Vec<u8>> {
    if let Observed::Present(kept) = kept { kept.authority.clone() } else { Vec::new() }
}

/// What became of a token whose account and Secret were looked for.
pub(super) fn token(account: Account, (found, kept): (Observed<Found>, Observed<Kept>), now: i64) -> Token {
    let is_replaced = matches!(&kept, Observed::Present(kept) if kept.is_beside(&account));
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
        has_secret: kept.map(|_| ()),
        is_replaced,
    }
}
