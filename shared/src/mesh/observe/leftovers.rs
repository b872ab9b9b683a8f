//! What service mirrors have made and no exported Service is the reason for any more.

use super::super::names::MIRRORED_SERVICE;
use super::super::snapshot::{ConsumerSeen, MeshSeen, Objects, ServiceSeen};
use super::consumers::without_targets;
use super::{Selected, services_in};
use crate::cluster::ClusterSet;
use crate::terms::{ClusterName, Observed, Scope};

/// So many exported Services are looked for by the names of their mirrors; of more all that is labelled is seen anyway.
const BY_NAME: usize = 1;

/// The same with all that service mirrors have made.
pub(super) async fn look(set: &ClusterSet, selected: &Selected, mut seen: MeshSeen) -> MeshSeen {
    if seen.asked.len() > BY_NAME {
        return seen;
    }
    let place = Scope::namespace(selected.namespace.as_deref()).labelled(format!("{MIRRORED_SERVICE}=true"));
    let others: Vec<ClusterName> = seen.others().map(|(name, _)| name.clone()).collect();
    let looks = others.iter().map(async |name| match set.cluster(name) {
        Ok(cluster) => {
            let services = services_in(cluster, vec![place.clone()]).await;
            (name, services.map(without_targets))
        }
        Err(obstacle) => (name, Observed::Unknown(obstacle)),
    });
    let made = futures::future::join_all(looks).await;
    seen.consumers = seen.consumers.map(|name, consumer| {
        let found = made.iter().find(|(one, _)| **one == *name).map(|(_, found)| found);
        consumer.map(|consumer| with(consumer, found))
    });
    seen
}

fn with(mut consumer: ConsumerSeen, made: Option<&Observed<Objects<ServiceSeen>>>) -> ConsumerSeen {
    match (&mut consumer.services, made) {
        (Observed::Present(services), Some(Observed::Present(made))) => {
            services.by_key.extend(made.by_key.iter().map(|(key, one)| (key.clone(), one.clone())));
        }
        (services @ Observed::Present(_), Some(Observed::Unknown(obstacle))) => {
            *services = Observed::Unknown(obstacle.clone());
        }
        (Observed::Present(_) | Observed::Absent | Observed::Unknown(_), _) => {}
    }
    consumer
}
