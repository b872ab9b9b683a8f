//! What goes, or has gone, of what the extension stands on: while its pods run, nothing else shows it.

use super::super::machinery::{GatewayService, Machinery};
use super::super::names::CONTROL_PLANE;
use super::super::wire::Plain;
use super::after::present;
use super::bounded::{one, wide};
use crate::cluster::{Archive, Cluster, Resource};
use crate::terms::{Kind, ObjectRef, Observed};

/// The account of pods that name none.
const DEFAULT: &str = "default";

/// Namespaces that are being deleted, and the account of the gateway's pods where it is not there.
pub(super) async fn look(
    cluster: &Cluster,
    seen: &Machinery,
    gateway: Option<&GatewayService>,
) -> Vec<ObjectRef> {
    if !cluster.is_remembering() || cluster.archive().is_some_and(Archive::is_of_manifests) {
        return Vec::new();
    }
    let namespace = seen.namespace.as_str();
    let ending = async |name| {
        let found = wide::<Plain>(cluster, Resource::NAMESPACES, name).await;
        let is_it = matches!(found, Observed::Present(found) if found.metadata.deletion_timestamp.is_some());
        is_it.then(|| ObjectRef::cluster_scoped(cluster.name(), Kind::Namespace, name))
    };
    let gone = async {
        // Each namespace has this one: files without it may have been made without others, too.
        let is_shown =
            |files: &Archive| files.origin(Resource::SERVICE_ACCOUNTS, Some(namespace), DEFAULT).is_some();
        let gateway = gateway.filter(|_| cluster.archive().is_none_or(is_shown))?;
        let own = present(&seen.pods).iter().filter(|pod| pod.is_ready && gateway.selects(pod));
        let account = own
            .map(|pod| pod.account.as_str())
            .min()
            .filter(|account| !account.is_empty() && *account != DEFAULT)?;
        let found = one::<Plain>(cluster, Resource::SERVICE_ACCOUNTS, (namespace, account)).await;
        let object = || ObjectRef::namespaced(cluster.name(), Kind::ServiceAccount, namespace, account);
        matches!(found, Observed::Absent).then(object)
    };
    let (extension, plane, account) = futures::join!(ending(namespace), ending(CONTROL_PLANE), gone);
    [extension, plane, account].into_iter().flatten().collect()
}
