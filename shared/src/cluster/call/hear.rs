//! Watches that only have to say that something has changed.

use super::{Call, Resource, Shape};
use crate::terms::Scope;

impl Call {
    /// Hears of changes after a version, for at most so many seconds; without one, first of everything that is there.
    pub(in crate::cluster) fn hear(
        resource: Resource,
        (scope, shape): (&Scope, Shape),
        version: Option<&str>,
        seconds: u64,
    ) -> Self {
        let mut call = Self::watch(resource, scope, version.unwrap_or_default(), seconds);
        if version.is_none() {
            call.query.retain(|(key, _)| *key != "resourceVersion");
        }
        if shape == Shape::Metadata {
            call.accept = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
        }
        call
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_watch_of_one_name_begins_with_what_is_there_and_carries_metadata_alone() {
        let scope = Scope::object("linkerd", "linkerd-config");
        let call = Call::hear(Resource::CONFIG_MAPS, (&scope, Shape::Metadata), None, 240);
        assert_eq!(
            call.line(),
            "GET /api/v1/namespaces/linkerd/configmaps?fieldSelector=metadata.name%3Dlinkerd-config&watch=true&\
             allowWatchBookmarks=true&timeoutSeconds=240"
        );
        assert!(call.accept.contains("as=PartialObjectMetadata;"), "{}", call.accept);
        let call = Call::hear(Resource::NODES, (&Scope::default(), Shape::Full), Some("7"), 240);
        assert!(call.line().contains("&resourceVersion=7&"), "{}", call.line());
        assert_eq!(call.accept, "application/json");
    }
}
