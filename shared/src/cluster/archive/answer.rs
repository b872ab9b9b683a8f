//! Answers to calls, in the words of an API server that could read nothing but the files.

use super::fields::FieldSelector;
use super::kinds::Kinds;
use super::table::{Kept, Table};
use super::{Archive, Contents, live};
use crate::cluster::call::{Ask, Call, Resource, Shape};
use crate::terms::{LabelSelector, Obstacle, Scope};
use std::collections::BTreeSet;

const OF_RIGHTS: [Resource; 4] =
    [Resource::ROLES, Resource::ROLE_BINDINGS, Resource::CLUSTER_ROLES, Resource::CLUSTER_ROLE_BINDINGS];

/// The namespaces that every cluster has: who has taken these has taken all.
pub(in crate::cluster) const OF_EVERY_CLUSTER: [&str; 4] =
    ["default", "kube-node-lease", "kube-public", "kube-system"];

impl Archive {
    /// Answers a call with the body that an API server would send. Pages do not matter: a list is answered whole.
    ///
    /// # Errors
    /// What an API server would refuse, in the same words; that files cannot be watched or changed; and of manifests,
    /// that what exists only in a running cluster is not in them.
    pub fn answer(&self, call: &Call) -> Result<Vec<u8>, Obstacle> {
        let resource = call.resource;
        if !["get", "list"].contains(&call.verb) {
            return Err(Obstacle::OnlyFiles { verb: call.verb.to_owned(), resource: resource.name() });
        }
        // Everybody may ask what is served.
        if call.ask == Ask::Served {
            return self.served(resource);
        }
        if call.ask == Ask::Version {
            return self.version();
        }
        self.permitted(call)?;
        if !self.serves(resource) {
            return Err(Obstacle::NotServed { api: resource.name() });
        }
        match &call.ask {
            Ask::One(name) => self.one(resource, call.namespace.as_deref(), name),
            Ask::Many(scope, shape) => self.many(resource, scope, *shape),
            Ask::Served | Ask::Version | Ask::Other => Err(Obstacle::NotInFiles { what: resource.name() }),
        }
    }

    /// Refuses what could not be read when the files were made, and what cannot be in them.
    fn permitted(&self, call: &Call) -> Result<(), Obstacle> {
        let resource = call.resource.name();
        if self.denies(call.resource) {
            return Err(Obstacle::Forbidden {
                verb: call.verb.to_owned(),
                message: format!(
                    "{resource} were denied to whoever collected the files of {}",
                    self.folder.display()
                ),
                resource,
                namespace: call.namespace.clone(),
            });
        }
        if self.contents == Contents::Manifests && live::is_live(call.resource) {
            let what = format!("{resource}, which only a running cluster has");
            return Err(Obstacle::NotInFiles { what });
        }
        if let Some(what) = self.left_out(call.resource) {
            return Err(Obstacle::NotInFiles { what: format!("{what}, which every cluster has") });
        }
        // What containers say is in no object.
        if call.ask == Ask::Other {
            return Err(Obstacle::NotInFiles { what: resource });
        }
        Ok(())
    }

    /// What belongs to every cluster, where a dump has none of it: who made it left it out.
    fn left_out(&self, resource: Resource) -> Option<&'static str> {
        let (what, all): (_, &[Resource]) = if resource.name() == Resource::NAMESPACES.name() {
            ("namespaces", &[Resource::NAMESPACES])
        } else if resource.group == Resource::ROLES.group {
            ("roles and their bindings", &OF_RIGHTS)
        } else {
            return None;
        };
        let has_none = self.contents == Contents::Dump && !all.iter().any(|one| self.has_any(*one));
        has_none.then_some(what)
    }

    /// Whether any object of a resource is in the files; its version does not matter.
    pub fn has_any(&self, resource: Resource) -> bool {
        self.tables.get(resource.group, resource.plural).is_some()
    }

    /// Whether a definition among the files says that the resource is served in this version.
    pub fn defines(&self, resource: Resource) -> bool {
        self.kinds.serves(resource.group, resource.version, resource.plural) == Some(true)
    }

    /// The same of a namespace.
    pub fn has_any_in(&self, resource: Resource, namespace: &str) -> bool {
        let table = self.tables.get(resource.group, resource.plural);
        table.is_some_and(|table| table.of(Some(namespace)).next().is_some())
    }

    /// Whether what a dump lacks of a resource in a namespace was not there: it holds others of its kind from there, or all
    /// namespaces without this one. Else it may have been left out.
    pub fn tells_of(&self, resource: Resource, namespace: &str) -> bool {
        self.contents == Contents::Dump && self.has_any_in(resource, namespace) || self.is_without(namespace)
    }

    /// Whether any object of a namespace is in the files.
    pub fn holds(&self, namespace: &str) -> bool {
        self.contents == Contents::Dump
            && self.tables.all().any(|table| table.of(Some(namespace)).next().is_some())
    }

    /// Whether a dump holds all namespaces, this one not among them: then it was not there.
    pub fn is_without(&self, namespace: &str) -> bool {
        self.of_all_namespaces().is_some_and(|table| table.get(None, namespace).is_none())
    }

    /// Whether a dump holds a resource from all namespaces, as far as it shows: it holds all namespaces, and objects of the
    /// resource from several. What one of them lacks of it was not there.
    pub fn spans(&self, resource: Resource) -> bool {
        let Some(table) = self.tables.get(resource.group, resource.plural) else { return false };
        let places: BTreeSet<_> = table.of(None).filter_map(|kept| kept.namespace.as_deref()).collect();
        places.len() > 1 && self.of_all_namespaces().is_some()
    }

    /// The namespaces, where a dump holds all of them.
    fn of_all_namespaces(&self) -> Option<&Table> {
        let table = self.tables.get(Resource::NAMESPACES.group, Resource::NAMESPACES.plural);
        let has_all =
            |table: &&Table| OF_EVERY_CLUSTER.into_iter().all(|name| table.get(None, name).is_some());
        table.filter(has_all).filter(|_| self.contents == Contents::Dump)
    }

    /// Whether its `meta.yaml` says that who made the files could not read a resource.
    pub fn denies(&self, resource: Resource) -> bool {
        self.meta.denied.contains(&resource.name())
    }

    /// Whether the cluster has the resource in this version. A definition among the files says it; without one, objects
    /// are answered in whatever version they are written: what converts them is the cluster, and looks read what the
    /// versions have in common. What was denied was there to be denied, and what manifests do not define may be defined
    /// elsewhere, so nobody takes these for missing.
    fn serves(&self, resource: Resource) -> bool {
        let Resource { group, version, plural } = resource;
        self.kinds.serves(group, version, plural).unwrap_or_else(|| {
            Kinds::is_built_in(group, plural)
                || self.denies(resource)
                || self.is_of_manifests()
                || self.has_any(resource)
        })
    }

    fn served(&self, resource: Resource) -> Result<Vec<u8>, Obstacle> {
        if !self.serves(resource) {
            return Err(Obstacle::NotServed { api: resource.name() });
        }
        let version = match resource.group {
            "" => resource.version.to_owned(),
            group => format!("{group}/{}", resource.version),
        };
        let list = serde_json::json!({
            "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": version,
            "resources": [{ "name": resource.plural }],
        });
        Ok(list.to_string().into_bytes())
    }

    /// What `meta.yaml` says of it, in the form of an API server.
    fn version(&self) -> Result<Vec<u8>, Obstacle> {
        let version = self
            .server_version()
            .ok_or_else(|| Obstacle::NotInFiles { what: "`serverVersion` of meta.yaml".to_owned() })?;
        Ok(serde_json::json!({ "gitVersion": version }).to_string().into_bytes())
    }

    fn one(&self, resource: Resource, namespace: Option<&str>, name: &str) -> Result<Vec<u8>, Obstacle> {
        let table = self.tables.get(resource.group, resource.plural);
        let Some(kept) = table.and_then(|table| table.get(namespace, name)) else {
            // It may be made by a chart, an operator or another repository.
            if self.is_of_manifests() {
                let place = namespace.map(|namespace| format!("{namespace}/")).unwrap_or_default();
                let what = format!("{} {place}{name}, which no manifest is of", resource.name());
                return Err(Obstacle::NotInFiles { what });
            }
            let message = format!("{} {name:?} not found", resource.name());
            return Err(Obstacle::Refused { code: 404, message });
        };
        Ok(kept.text.clone().into_bytes())
    }

    fn many(&self, resource: Resource, scope: &Scope, shape: Shape) -> Result<Vec<u8>, Obstacle> {
        let refused = |message: String| Obstacle::Refused { code: 400, message };
        let labels = LabelSelector::parse(scope.labels.as_deref().unwrap_or_default()).map_err(refused)?;
        let fields = FieldSelector::parse(scope.fields.as_deref().unwrap_or_default(), resource);
        let fields = fields.map_err(refused)?;
        let is_named = |kept: &&Kept| scope.name.as_ref().is_none_or(|name| *name == kept.name);
        let table = self.tables.get(resource.group, resource.plural);
        let all = table.into_iter().flat_map(|table| table.of(scope.namespace.as_deref()));
        let chosen = all.filter(is_named).filter(|kept| labels.holds(&kept.labels) && fields.holds(kept));
        Ok(match shape {
            Shape::Full => listed("List", "v1", chosen.map(|kept| [kept.text.as_str(), ""])),
            Shape::Metadata => listed(
                "PartialObjectMetadataList",
                "meta.k8s.io/v1",
                chosen.map(|kept| [ITEM, kept.metadata()]),
            ),
        })
    }
}

/// What is before the metadata of an item.
const ITEM: &str = r#"{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":"#;

/// A list of texts, each of which may lack its last brace. Its version is empty: files have no history.
fn listed<'a>(kind: &str, version: &str, items: impl Iterator<Item = [&'a str; 2]>) -> Vec<u8> {
    let mut text = format!(
        r#"{{"kind":"{kind}","apiVersion":"{version}","metadata":{{"resourceVersion":""}},"items":["#
    );
    for (at, [head, metadata]) in items.enumerate() {
        if at > 0 {
            text.push(',');
        }
        text.push_str(head);
        text.push_str(metadata);
        if !metadata.is_empty() {
            text.push('}');
        }
    }
    text.push_str("]}");
    text.into_bytes()
}
