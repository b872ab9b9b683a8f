//! What a stage needs to be seen, and what hinders that. A stage that nobody could look at does not hold.

use super::super::arrival::State;
use super::super::export::Target;
use super::super::link::{Link, Way};
use super::super::machinery::{Machinery, Token};
use super::super::snapshot::{ConsumerSeen, MeshSeen};
use super::stages::{STAGES, place};
use crate::terms::{ClusterName, Observed, Obstacle};
use crate::verdict::{Finding, Remedy, against};
use std::collections::BTreeMap;

/// One mirror with all that bears on it.
pub(super) struct Scene<'a> {
    pub(super) seen: &'a MeshSeen,
    pub(super) target: &'a Target,
    pub(super) link: &'a Link,
    pub(super) consumer: &'a ConsumerSeen,
    pub(super) state: State,
}

/// Something that is hidden: the stage that needs it, where it is, what it is, and what hides it.
type Hidden<'a> = (&'static str, &'a ClusterName, &'static str, Option<&'a Obstacle>);

/// Something that a stage needs to be seen: likewise, and whether this mirror needs it.
type Need<'a> = (&'static str, &'a ClusterName, &'static str, bool, Sight<'a>);

impl<'a> Scene<'a> {
    /// A finding for each stage that could not be looked at, with the place of the stage.
    pub(super) fn blind(&self) -> Vec<(usize, Finding)> {
        let hidden = self.in_machinery().into_iter().chain(self.in_objects());
        let told = hidden.filter_map(|(stage, cluster, what, obstacle)| {
            Some((place(stage)?, self.finding(cluster, what, obstacle)))
        });
        told.collect()
    }

    fn finding(&self, cluster: &ClusterName, what: &str, obstacle: Option<&Obstacle>) -> Finding {
        let id = if *cluster == self.seen.exporter { "not-looked-at" } else { "not-looked-at-here" };
        let why = obstacle.map_or_else(|| "it was not looked at".to_owned(), ToString::to_string);
        let remedy = obstacle.map_or_else(
            || Remedy::new("run again"),
            |obstacle| against(obstacle, cluster, &self.seen.fleet),
        );
        Finding::unknown(id, &[cluster], format!("cannot see {what} in {cluster}: {why}"), remedy)
    }

    fn in_machinery(&self) -> Vec<Hidden<'a>> {
        // A mirror that has come shows that both accounts may do their work.
        let is_due = self.state != State::end_of(self.target.way);
        let is_by_gateway = self.target.way == Way::Gateway;
        Ends { seen: self.seen, consumer: &self.target.consumer, is_by_gateway, is_due }.hidden()
    }

    fn in_objects(&self) -> Vec<Hidden<'a>> {
        let (here, there) = (&self.target.consumer, &self.seen.exporter);
        let mut hidden = Vec::new();
        let token = self.token();
        let mut token_needs = |what, sight: Option<&'a Obstacle>| {
            hidden.extend(sight.map(|obstacle| ("credentials", there, what, Some(obstacle))));
        };
        token_needs("the account of the Link's token", token.and_then(|token| token.has_account.obstacle()));
        token_needs("the Secret of the Link's token", token.and_then(|token| token.has_secret.obstacle()));
        // A mirror that is there has a namespace, and one with ready endpoints has backends.
        let namespace = self.consumer.namespaces.get(&self.target.exported.namespace);
        let namespace =
            namespace.and_then(Observed::obstacle).filter(|_| self.target.found_in(self.seen).is_none());
        hidden.extend(
            namespace.map(|obstacle| ("namespace", here, "whether the namespace is there", Some(obstacle))),
        );
        let backends = self.seen.endpoints.obstacle().filter(|_| self.state != State::EndpointsReady);
        hidden.extend(
            backends.map(|obstacle| ("backends", there, "the endpoints of the Service", Some(obstacle))),
        );
        let networks = [here, there].into_iter().filter(|_| self.target.way.is_direct());
        hidden.extend(networks.filter_map(|place| {
            let obstacle = self.seen.networks.get(place)?.hidden_pods()?;
            Some(("network", place, "the addresses of its pods", Some(obstacle)))
        }));
        let clients = self.consumer.clients.obstacle();
        hidden.extend(
            clients.map(|obstacle| ("clients", here, "pods in the mirror's namespace", Some(obstacle))),
        );
        let discovery = self.seen.discovery.get(here).and_then(Observed::obstacle);
        let discovery = discovery.filter(|_| self.target.way.is_direct());
        let what = "the credentials of the control plane for the exporter";
        hidden.extend(discovery.map(|obstacle| ("identity", here, what, Some(obstacle))));
        hidden
    }

    fn token(&self) -> Option<&'a Token> {
        let Observed::Present(links) = &self.consumer.links else { return None };
        links.iter().find(|seen| seen.link == *self.link)?.token.as_ref()
    }
}

/// Both ends of a way, and what is needed to judge it.
struct Ends<'a> {
    seen: &'a MeshSeen,
    consumer: &'a ClusterName,
    /// Whether the way leads through the gateway.
    is_by_gateway: bool,
    /// Whether a mirror has still to come.
    is_due: bool,
}

impl<'a> Ends<'a> {
    fn hidden(&self) -> Vec<Hidden<'a>> {
        let hidden = self.needs_here().into_iter().chain(self.needs_there());
        let hidden = hidden.filter(|(_, _, _, is_needed, _)| *is_needed);
        let hidden = hidden.filter_map(|(stage, cluster, what, _, sight)| match sight {
            Sight::Clear => None,
            Sight::Hidden(obstacle) => Some((stage, cluster, what, obstacle)),
        });
        hidden.collect()
    }

    fn needs_here(&self) -> Vec<Need<'a>> {
        let here = self.consumer;
        let (near, gateway, is_due) = (self.machinery(here), self.is_by_gateway, self.is_due);
        vec![
            (
                "controller",
                here,
                "the Deployments of the mesh",
                true,
                near.of(|seen| seen.deployments.obstacle()),
            ),
            ("controller", here, "the roles of the controller", is_due, near.of(Machinery::hidden_rights)),
            ("controller", here, "the network policies", is_due, near.of(|seen| seen.fences.obstacle())),
            ("leader", here, "the Leases of the mesh", true, near.of(|seen| seen.leases.obstacle())),
            ("probe", here, "the pods of the mesh", gateway, near.of(|seen| seen.pods.obstacle())),
            ("probe", here, "the Services of the mesh", gateway, near.of(|seen| seen.services.obstacle())),
            ("probe", here, "the Endpoints of the mesh", gateway, near.of(|seen| seen.probed.obstacle())),
            ("trust", here, "the trust anchors of Linkerd", true, near.of(|seen| seen.roots.obstacle())),
            ("cni", here, "the settings of Cilium", true, near.of(|seen| seen.cilium.obstacle())),
            ("sockets", here, "the settings of Cilium", true, near.of(|seen| seen.cilium.obstacle())),
            ("netpol", here, "the network policies", true, near.of(|seen| seen.fences.obstacle())),
            ("netpol", here, "which clusters Cilium connects", true, near.of(Machinery::hidden_mesh)),
        ]
    }

    fn needs_there(&self) -> Vec<Need<'a>> {
        let there = &self.seen.exporter;
        let (far, gateway, is_due) = (self.machinery(there), self.is_by_gateway, self.is_due);
        vec![
            ("credentials", there, "the roles of the Link's token", is_due, far.of(Machinery::hidden_rights)),
            ("gateway", there, "the Services of the mesh", gateway, far.of(|seen| seen.services.obstacle())),
            ("gateway", there, "the pods of the gateway", gateway, far.of(|seen| seen.pods.obstacle())),
            ("address", there, "the Services of the mesh", gateway, far.of(|seen| seen.services.obstacle())),
            ("identity", there, "the settings of Linkerd", true, far.of(|seen| seen.settings.obstacle())),
            ("identity", there, "the pods of the gateway", gateway, far.of(|seen| seen.pods.obstacle())),
            ("trust", there, "the trust anchors of Linkerd", true, far.of(|seen| seen.roots.obstacle())),
            ("cni", there, "the settings of Cilium", gateway, far.of(|seen| seen.cilium.obstacle())),
            ("sockets", there, "the settings of Cilium", gateway, far.of(|seen| seen.cilium.obstacle())),
            ("probe", there, "the routes", gateway, far.of(|seen| seen.routes.obstacle())),
            ("policy", there, "the policies of Linkerd", true, far.of(|seen| seen.policies.obstacle())),
            ("policy", there, "the pods of the Service", true, far.of(Machinery::hidden_backends)),
            ("netpol", there, "the network policies", true, far.of(|seen| seen.fences.obstacle())),
            ("netpol", there, "which clusters Cilium connects", true, far.of(Machinery::hidden_mesh)),
            ("routes", there, "the routes", true, far.of(|seen| seen.routes.obstacle())),
        ]
    }

    fn machinery(&self, cluster: &ClusterName) -> Whole<'a> {
        match self.seen.machinery.get(cluster) {
            Some(Observed::Present(machinery)) => Whole::Seen(machinery),
            Some(Observed::Unknown(obstacle)) => Whole::Hidden(Some(obstacle)),
            Some(Observed::Absent) | None => Whole::Hidden(None),
        }
    }
}

/// The checks that could not be answered of mirrors that lead this way to a consumer, with what hides what they need.
pub(crate) fn unanswered<'a>(
    seen: &'a MeshSeen,
    consumer: &'a ClusterName,
    (way, is_due): (Way, bool),
) -> BTreeMap<&'static str, Option<&'a Obstacle>> {
    let hidden = Ends { seen, consumer, is_by_gateway: way == Way::Gateway, is_due }.hidden();
    let of_machinery = hidden.into_iter().map(|(stage, .., obstacle)| (stage, obstacle));
    let (clients, slices) = seen.consumer(consumer).map_or((None, None), |here| {
        (here.clients.obstacle().or(here.ingresses.obstacle()), here.slices.obstacle())
    });
    let all = of_machinery.chain(clients.map(|obstacle| ("clients", Some(obstacle))));
    let checks = |(id, obstacle)| {
        let stage = STAGES.iter().find(|stage| stage.id == id);
        stage.into_iter().flat_map(|stage| stage.checks).map(move |check| (*check, obstacle))
    };
    let slices = slices.filter(|_| way == Way::Gateway).map(|obstacle| ("mirror-address", Some(obstacle)));
    all.flat_map(checks).chain(slices).collect()
}

/// The machinery of a cluster, if it was seen at all.
enum Whole<'a> {
    Seen(&'a Machinery),
    Hidden(Option<&'a Obstacle>),
}

/// One part of it.
enum Sight<'a> {
    Clear,
    Hidden(Option<&'a Obstacle>),
}

impl<'a> Whole<'a> {
    fn of(&self, part: impl FnOnce(&'a Machinery) -> Option<&'a Obstacle>) -> Sight<'a> {
        match self {
            Self::Hidden(obstacle) => Sight::Hidden(*obstacle),
            Self::Seen(machinery) => {
                part(machinery).map_or(Sight::Clear, |obstacle| Sight::Hidden(Some(obstacle)))
            }
        }
    }
}
