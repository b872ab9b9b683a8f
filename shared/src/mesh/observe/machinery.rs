//! Looks at what carries the mirrors: controllers, gateways and the settings of Linkerd.

use super::super::link::Link;
use super::super::machinery::{
    CiliumSettings, GatewayService, Lost, Machinery, Probed, Reading, Roots, Settings, enforced,
};
use super::super::names::{CONFIG, GATEWAY_PORT, TRUST_ROOTS};
use super::super::snapshot::EndpointsSeen;
use super::super::snapshot::{Belonging, LinkSeen};
use super::super::wire;
use super::alike::alike;
use super::bounded::{listed, one};
use super::routes::Routes;
use super::{Looking, Selected, after, cilium, fences, issuer, policies, rights, routes, unread};
use crate::cluster::{Cluster, ClusterSet, Resource};
use crate::terms::{ClusterName, Fleet, Labels, Observed, Obstacle, PerCluster, Scope};

/// What the control plane of each cluster is set to.
async fn settings(set: &ClusterSet) -> PerCluster<Observed<Settings>> {
    set.each(async |cluster| {
        let config = cluster.get::<wire::ConfigMap>(Resource::CONFIG_MAPS, Some(CONFIG.0), CONFIG.1).await;
        match config {
            Observed::Present(config) => wire::settings(config.data.as_ref()).map_or_else(
                |()| {
                    Observed::Unknown(Obstacle::Malformed {
                        what: format!("configmap {}/{}", CONFIG.0, CONFIG.1),
                        cause: "its `values` are not a YAML map".to_owned(),
                    })
                },
                Observed::Present,
            ),
            Observed::Absent => Observed::Absent,
            Observed::Unknown(obstacle) => Observed::Unknown(obstacle),
        }
    })
    .await
}

/// What is asked of every cluster while nobody knows yet which of them Links lead to: little, and meanwhile connections stand.
pub(super) struct Early {
    pub(super) settings: PerCluster<Observed<Settings>>,
    roots: PerCluster<Observed<Roots>>,
    cilium: PerCluster<Observed<CiliumSettings>>,
}

/// Asks for it; what only a judgement needs where one is to come.
pub(super) async fn early(set: &ClusterSet, is_judged: bool) -> Early {
    let (settings, roots, cilium) = futures::join!(
        settings(set),
        set.each(async |cluster| if is_judged { roots(cluster).await } else { Observed::Absent }),
        set.each(async |cluster| if is_judged { cilium::settings(cluster).await } else { Observed::Absent }),
    );
    Early { settings, roots, cilium }
}

/// What its proxies trust.
async fn roots(cluster: &Cluster) -> Observed<Roots> {
    let found = one::<wire::ConfigMap>(cluster, Resource::CONFIG_MAPS, TRUST_ROOTS).await;
    found.map(|found| {
        let changed = unread::changed(&found.metadata);
        Roots { changed, ..wire::roots(found.data.as_ref(), cluster.now().as_second()) }
    })
}

/// Where the controllers' probes are sent.
async fn probed(cluster: &Cluster, namespace: &str) -> Observed<Vec<Probed>> {
    let place = Scope::namespace(Some(namespace));
    let found = listed::<wire::Endpoints>(cluster, Resource::ENDPOINTS, &place).await;
    let read = |found: wire::Endpoints| {
        let name = found.metadata.name.clone();
        let EndpointsSeen { addresses, ports, identity, .. } = found.into();
        let ports = ports.into_iter().map(|(_, port)| port).collect();
        Probed { name, addresses: addresses.into_iter().collect(), ports, identity }
    };
    found.map(|found| found.into_iter().map(read).collect())
}

/// The machinery of every cluster that a Link to the exporter leads from or to; of the others it is absent. What only a
/// judgement needs, roles and policies, is looked at when one is to come, about these Services.
pub(super) async fn all(
    set: &ClusterSet,
    links: &PerCluster<Observed<Vec<LinkSeen>>>,
    early: &Early,
    (judged, looking): (Option<&Selected>, Looking),
) -> PerCluster<Observed<Machinery>> {
    set.each(async |cluster| {
        let Some(namespace) = namespace(set, cluster.name(), links) else { return Observed::Absent };
        let settings = known(&early.settings, cluster);
        let is_exporter = cluster.name() == &set.primary;
        let is_thorough = looking == Looking::ForCauses;
        let place = Place { cluster, fleet: &set.fleet, namespace: &namespace, is_exporter, is_thorough };
        let besides = async {
            match judged {
                Some(selected) => Box::pin(place.besides(selected, early)).await,
                None => nothing(&namespace),
            }
        };
        let (besides, seen) = futures::join!(besides, look(&place, settings));
        let Machinery { services, deployments, pods, leases, settings, .. } = seen;
        let services = services.map(|all| with_names_of_gateways(all, place.is_exporter));
        let all = Machinery { services, deployments, pods, leases, settings, ..besides };
        Observed::Present(if judged.is_some() {
            alike(Box::pin(after::look(cluster, all, (place.is_exporter, is_thorough))).await)
        } else {
            all
        })
    })
    .await
}

/// A cluster, where the extension is in it, and which side it is.
struct Place<'a> {
    cluster: &'a Cluster,
    fleet: &'a Fleet,
    namespace: &'a str,
    is_exporter: bool,
    is_thorough: bool,
}

impl Place<'_> {
    /// What the way of a mirror passes besides the extension itself, and who may do what.
    async fn besides(&self, selected: &Selected, early: &Early) -> Machinery {
        let Self { cluster, fleet, namespace, is_exporter, is_thorough } = *self;
        let (roots, cilium) = (known(&early.roots, cluster), known(&early.cilium, cluster));
        let settings = known(&early.settings, cluster);
        let ((issuer, fences, rights), probed, (policies, routes)) = futures::join!(
            async {
                futures::join!(
                    issuer::look(cluster, is_thorough),
                    fences::look(cluster, namespace, (selected, is_thorough)),
                    rights::look(cluster, namespace, is_exporter),
                )
            },
            async { if is_exporter { Observed::Absent } else { probed(cluster, namespace).await } },
            async {
                if !is_exporter {
                    return (Observed::Absent, Routes::NONE);
                }
                let policies = policies::look(cluster, &settings, (namespace, selected));
                futures::join!(policies, routes::look((cluster, fleet), &settings, (namespace, selected)))
            },
        );
        let rights = Observed::Present(rights);
        let fences = fences.map(|fences| enforced(fences, &cilium));
        // Each policy has it now, and without any nobody judges it.
        let cilium = cilium.map(|cilium| CiliumSettings { reading: Reading::default(), ..cilium });
        let nothing = nothing(namespace);
        let Routes { https: routes, others: other_routes, is_old: has_old_routes } = routes;
        let nothing = Machinery { routes, other_routes, has_old_routes, ..nothing };
        Machinery { roots, issuer, cilium, rights, policies, fences, probed, ..nothing }
    }
}

fn known<T: Clone>(seen: &PerCluster<Observed<T>>, cluster: &Cluster) -> Observed<T> {
    seen.get(cluster.name()).cloned().unwrap_or(Observed::Absent)
}

/// A machinery of which nothing was looked at.
pub(super) fn nothing(namespace: &str) -> Machinery {
    Machinery {
        namespace: namespace.to_owned(),
        services: Observed::Absent,
        deployments: Observed::Absent,
        pods: Observed::Absent,
        leases: Observed::Absent,
        settings: Observed::Absent,
        rights: Observed::Absent,
        policies: Observed::Absent,
        backends: Observed::Absent,
        roots: Observed::Absent,
        issuer: Observed::Absent,
        injector: Observed::Absent,
        announcer: Observed::Absent,
        unannounced: None,
        home: None,
        nodes: Observed::Absent,
        externals: Vec::new(),
        cilium: Observed::Absent,
        fences: Observed::Absent,
        routes: Observed::Absent,
        other_routes: Observed::Absent,
        has_old_routes: false,
        probed: Observed::Absent,
        lost: Lost::Nothing,
        going: Vec::new(),
    }
}

/// Where the extension is: beside the Links, and in the exporter where their gateway's identity says.
pub(super) fn namespace(
    set: &ClusterSet,
    name: &ClusterName,
    links: &PerCluster<Observed<Vec<LinkSeen>>>,
) -> Option<String> {
    if name != &set.primary {
        return ours(links.get(name)?).next().map(|link| link.namespace.clone());
    }
    let all: Vec<&Link> = links.iter().flat_map(|(_, links)| ours(links)).collect();
    let named = all.iter().find_map(|link| link.gateway.namespace());
    named.or_else(|| all.first().map(|link| link.namespace.as_str())).map(str::to_owned)
}

fn ours(links: &Observed<Vec<LinkSeen>>) -> impl Iterator<Item = &Link> {
    let links = match links {
        Observed::Present(links) => links.as_slice(),
        Observed::Absent | Observed::Unknown(_) => &[],
    };
    links.iter().filter(|seen| matches!(seen.belonging, Belonging::Exporter(_))).map(|seen| &seen.link)
}

/// Ports of the exporter's gateway are asked for by their names and for where they lead, and all others by their numbers.
fn with_names_of_gateways(mut services: Vec<GatewayService>, is_exporter: bool) -> Vec<GatewayService> {
    let others = services.iter_mut().filter(|one| !is_exporter || one.port(GATEWAY_PORT).is_none());
    for service in others {
        service.ports.iter_mut().for_each(|port| port.0.clear());
        service.targets.clear();
        service.selector = Labels::new();
    }
    services
}

/// The extension itself. Leases are of service mirrors, which are in consumers.
async fn look(
    &Place { cluster, namespace, is_exporter, .. }: &Place<'_>,
    settings: Observed<Settings>,
) -> Machinery {
    let place = Scope::namespace(Some(namespace));
    let now = cluster.now_of_leases();
    let leases = async {
        if is_exporter {
            return Observed::Absent;
        }
        listed::<wire::WireLease>(cluster, Resource::LEASES, &place).await
    };
    let (services, deployments, pods, leases) = futures::join!(
        listed::<wire::WireService>(cluster, Resource::SERVICES, &place),
        listed::<wire::WireDeployment>(cluster, Resource::DEPLOYMENTS, &place),
        listed::<wire::WirePod>(cluster, Resource::PODS, &place),
        leases,
    );
    Machinery {
        services: services.map(|found| found.into_iter().map(Into::into).collect()),
        deployments: deployments.map(|found| found.into_iter().map(Into::into).collect()),
        pods: pods.map(|found| found.into_iter().map(Into::into).collect()),
        leases: leases.map(|found| found.into_iter().map(|lease| lease.at(now)).collect()),
        settings,
        ..nothing(namespace)
    }
}
