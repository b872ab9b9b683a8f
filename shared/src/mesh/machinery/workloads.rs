//! Deployments and their pods.

use crate::mesh::snapshot::Key;
use crate::terms::{Failing, Labels};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A Deployment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deployment {
    /// Its name.
    pub name: String,
    /// Its labels.
    pub labels: Labels,
    /// The arguments of its containers, one after the other.
    pub arguments: Vec<String>,
    /// The version of Linkerd of a service mirror, by the tag of its image; empty when that does not say.
    pub version: String,
    /// How many of its pods are wanted.
    pub wanted: u32,
    /// How many of its pods serve.
    pub available: u32,
    /// Since when they do, or do not, as the API writes times; empty where nobody says.
    pub turned: String,
    /// Why its pods are not made, in the words of the cluster; empty when they are.
    pub trouble: String,
}

/// A Deployment whose pods are refused for what their proxies need.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refused {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The labels of its pods.
    pub labels: Labels,
    /// Why, in the words of the API server.
    pub message: String,
}

impl Refused {
    /// The field that says it.
    pub fn field(&self) -> String {
        format!("status.conditions[type=ReplicaFailure].message of deployment/{}", self.name)
    }

    /// The level of pod security that it names.
    pub fn level(&self) -> &str {
        let named = self.message.split_once("PodSecurity \"").map_or("", |(_, rest)| rest);
        named.split([':', '"']).next().unwrap_or_default()
    }
}

/// A pod that names mirrors.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Client {
    /// The pod.
    pub pod: Pod,
    /// The names of those in its own namespace, and of others with their namespace behind a dot.
    pub mirrors: BTreeSet<String>,
}

impl Client {
    /// Those that it names.
    pub fn keys(&self) -> impl Iterator<Item = Key> {
        self.mirrors.iter().map(|name| match name.split_once('.') {
            Some((name, namespace)) => Key::new(namespace, name),
            None => Key::new(&self.pod.namespace, name),
        })
    }

    /// Whether it names one.
    pub fn names(&self, mirror: &Key) -> bool {
        self.keys().any(|one| one == *mirror)
    }
}

/// A pod.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts about one object")]
pub struct Pod {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The name that those have in common that come after it, in a roll-out or a run; `None` for its own.
    pub made_as: Option<String>,
    /// Its labels.
    pub labels: Labels,
    /// Its ServiceAccount.
    pub account: String,
    /// Its address.
    pub address: String,
    /// The address of its node.
    pub host: String,
    /// The name of its node; empty before it has one.
    pub node: String,
    /// The ports that its containers declare: name and number.
    pub ports: Vec<(String, u16)>,
    /// Whether it has the network of its node instead of one of its own.
    pub is_on_host: bool,
    /// What its proxy lets in where no policy says otherwise; `None` when it does not say.
    pub inbound_policy: Option<String>,
    /// Where its proxy listens for others, and for who asks how it is; 0 where it does not say.
    pub listening: (u16, u16),
    /// Whether it says so, and is not told to be a gateway.
    pub is_plain: bool,
    /// The paths that the kubelet asks its proxy for.
    pub probed: Vec<String>,
    /// Its annotations.
    pub annotations: Labels,
    /// The trust anchors that its proxy was made with, DER; empty where the pod does not say, and in a snapshot where it holds
    /// all that its cluster has now. Most pods have the same ones.
    pub anchors: Vec<Arc<[u8]>>,
    /// When the last of its containers was started, as the API writes times; empty before that, and in a snapshot where nothing
    /// of what pods read has changed since.
    pub started: String,
    /// When it was made, or became ready or ceased to be, whichever was last, in seconds since the epoch; one whose container
    /// fails over and over does the latter all the time, so that only the former counts. `None` where it does not say.
    pub turned: Option<i64>,
    /// Whether it runs no more, or is being deleted.
    pub is_over: bool,
    /// Whether it has Linkerd's proxy, as a container or as a native sidecar.
    pub is_meshed: bool,
    /// Whether it is ready.
    pub is_ready: bool,
    /// Why it does not run, in the words of the cluster; empty when there is nothing to say.
    pub trouble: String,
    /// What keeps it from being ready, where that is one of its containers: most pods have none, and are many.
    pub failing: Option<Box<Failing>>,
}

/// What a pod has for its trouble of which a container fails over and over.
pub const FAILING: &str = "CrashLoopBackOff";

impl Pod {
    /// What it is known by over roll-outs: the name of what makes such pods, or its own.
    pub fn maker(&self) -> &str {
        self.made_as.as_deref().unwrap_or(&self.name)
    }

    /// Why it is not ready, with the container that is to blame; empty when there is nothing to say.
    pub fn why(&self) -> String {
        self.failing.as_ref().map_or_else(|| self.trouble.clone(), ToString::to_string)
    }
}
