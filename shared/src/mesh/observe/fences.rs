//! Looks at network policies, those of Kubernetes and those of Cilium, and at the labels of namespaces that these ask for.

use super::super::machinery::{Fence, GatewayService, Pod, Reading, Servers};
use super::super::names::{CONTROL_PLANE, NAMES};
use super::super::wire::{CiliumPolicy, Plain, WirePod, WirePolicy, WireService};
use super::Selected;
use super::bounded::{listed, optional, several, sifted, wide};
use crate::cluster::{Cluster, Resource};
use crate::terms::{LabelSelector, Labels, Observed, Obstacle, Scope};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const CILIUM: Resource = of_cilium("ciliumnetworkpolicies");
const CILIUM_WIDE: Resource = of_cilium("ciliumclusterwidenetworkpolicies");

const fn of_cilium(plural: &'static str) -> Resource {
    Resource { group: "cilium.io", version: "v2", plural }
}

/// Those in the namespaces of the extension and of the Services, and those of the whole cluster.
pub(super) async fn look(
    cluster: &Cluster,
    extension: &str,
    (selected, is_thorough): (&Selected, bool),
) -> Observed<Vec<Fence>> {
    let places = selected.places(extension);
    let (plain, ciliums) = futures::join!(
        several::<WirePolicy>(cluster, Resource::NETWORK_POLICIES, &places),
        ciliums(cluster, &places)
    );
    let seen = || {
        let plain = plain?.into_iter().map(Fence::from);
        Ok(plain.chain(ciliums?.into_iter().flat_map(CiliumPolicy::fences)).collect())
    };
    let names = selected.namespace.as_deref().map(|own| BTreeSet::from([extension, own, CONTROL_PLANE]));
    let labelled = async |fences| match &names {
        // Who exports from all namespaces may not list these.
        None if !is_thorough => Ok(fences),
        names => labelled(cluster, fences, names.as_ref()).await,
    };
    match seen() {
        Ok(fences) => labelled(fences).await.map_or_else(Observed::Unknown, Observed::Present),
        Err(obstacle) => Observed::Unknown(obstacle),
    }
}

/// Policies with what the namespaces of these names, or all, have of the labels that they ask for; mostly they ask for none.
async fn labelled(
    cluster: &Cluster,
    mut fences: Vec<Fence>,
    names: Option<&BTreeSet<&str>>,
) -> Result<Vec<Fence>, Obstacle> {
    let asked: BTreeSet<String> = fences.iter().flat_map(Fence::asked_of_namespaces).collect();
    let servers = if names.is_none() { servers(cluster, &fences).await } else { None };
    if asked.is_empty() && servers.is_none() {
        return Ok(fences);
    }
    let found = match namespaces(cluster, names).await {
        // Files may have been made without them, and accuse nobody by that.
        Err(Obstacle::NotInFiles { .. }) => return Ok(fences),
        found => found?,
    };
    let of = |found: Plain| {
        let own = found.metadata.labels().iter().filter(|(key, _)| asked.contains(*key));
        let labels: Labels = own.map(|(key, value)| (key.clone(), value.clone())).collect();
        (found.metadata.name, labels)
    };
    let known: Arc<BTreeMap<String, Labels>> = Arc::new(found.into_iter().map(of).collect());
    for fence in &mut fences {
        let (namespaces, servers) = (Some(Arc::clone(&known)), servers.clone());
        fence.reading = Reading { namespaces, servers, ..Reading::default() };
    }
    Ok(fences)
}

/// Whether a pod answers for those on its node, as its name says.
fn is_cache(name: &str) -> bool {
    name.contains("local") && name.contains("dns")
}

/// Who answers for names, where policies let pods be asked. Where nodes have caches of their own, these are asked instead.
async fn servers(cluster: &Cluster, fences: &[Fence]) -> Option<Arc<Servers>> {
    if !fences.iter().any(Fence::asks_pods) {
        return None;
    }
    let place = Scope::object(NAMES.0, NAMES.1);
    let found = known(listed::<WireService>(cluster, Resource::SERVICES, &place).await).ok()??;
    let match_labels = GatewayService::from(found.into_iter().next()?).selector;
    let selector = LabelSelector { match_labels, ..LabelSelector::default() };
    let place = Scope::namespace(Some(NAMES.0));
    let take = |pod: WirePod| {
        let pod = Pod::from(pod);
        let is_server = selector.holds(&pod.labels);
        (!pod.is_over && (is_server || is_cache(&pod.name))).then_some((is_server, pod))
    };
    let found = known(sifted(cluster, Resource::PODS, &place, take).await).ok()??;
    let is_known = !selector.is_empty() && !found.is_empty() && found.iter().all(|(is_server, _)| *is_server);
    let pods = found.into_iter().map(|(_, pod)| pod).collect();
    is_known.then(|| Arc::new(Servers { selector, pods }))
}

async fn namespaces(cluster: &Cluster, names: Option<&BTreeSet<&str>>) -> Result<Vec<Plain>, Obstacle> {
    let Some(names) = names else {
        let all = listed::<Plain>(cluster, Resource::NAMESPACES, &Scope::default()).await;
        return Ok(known(all)?.unwrap_or_default());
    };
    let found = futures::future::try_join_all(names.iter().map(|name| named(cluster, name))).await?;
    Ok(found.concat())
}

async fn named(cluster: &Cluster, name: &str) -> Result<Vec<Plain>, Obstacle> {
    Ok(known(wide::<Plain>(cluster, Resource::NAMESPACES, name).await)?.into_iter().collect())
}

fn known<T>(seen: Observed<T>) -> Result<Option<T>, Obstacle> {
    match seen {
        Observed::Present(found) => Ok(Some(found)),
        Observed::Absent => Ok(None),
        Observed::Unknown(obstacle) => Err(obstacle),
    }
}

/// Where an API server has none of those of the whole cluster it has none of the others, either: one question is enough. Files
/// have what there is, and nothing of a kind without objects.
async fn ciliums(cluster: &Cluster, places: &[Scope]) -> Result<Vec<CiliumPolicy>, Obstacle> {
    let wide = optional::<CiliumPolicy>(cluster, CILIUM_WIDE, &Scope::default()).await?;
    if wide.is_none() && cluster.archive().is_none() {
        return Ok(Vec::new());
    }
    let mut all = wide.unwrap_or_default();
    all.extend(several::<CiliumPolicy>(cluster, CILIUM, places).await?);
    Ok(all)
}
