//! Namespaces that are missing and names that are taken.

use super::super::step::{
    Elsewhere::{Federated, Mirrors},
    On::{Apps, Infra},
    Scenario,
    Step::{Create, Delete, Make, Merge, Pause, Same, Start},
    creating, quick,
};
use super::{ALL, EXPORTED, UNEXPORTED};

pub(crate) const NAMESPACE_MISSING: Scenario = Scenario {
    folder: "05-namespace-missing",
    namespace: "shop-05",
    elsewhere: &[],
    tune: quick,
    steps: &[
        Create(Apps, "before.apps.yaml", ALL),
        Start,
        Create(Infra, "before.infra.yaml", ALL),
        Merge(Infra, "services/web", EXPORTED),
        Same(Apps, "after.apps.yaml"),
        Same(Infra, "after.infra.yaml"),
        Merge(Infra, "services/web", r#"{"metadata":{"annotations":{"example.com/touch":"1"}}}"#),
        Same(Infra, "after-exported-service-touched.infra.yaml"),
        Same(Apps, "after-exported-service-touched.apps.yaml"),
        Make(Apps, r#"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop-05"}}"#),
        Same(Apps, "after-namespace-created-later.apps.yaml"),
        Same(Infra, "after-namespace-created-later.infra.yaml"),
    ],
};

pub(crate) const NAMESPACE_CREATION: Scenario = Scenario {
    folder: "06-namespace-creation",
    namespace: "shop-06",
    elsewhere: &[Federated, Mirrors],
    tune: creating,
    steps: &[
        Create(Apps, "before.apps.yaml", ALL),
        Start,
        Create(Infra, "before.infra.yaml", ALL),
        Merge(Infra, "services/web", EXPORTED),
        Same(Apps, "after.apps.yaml"),
        Same(Infra, "after.infra.yaml"),
        Merge(Infra, "services/web", UNEXPORTED),
        Same(Apps, "after-unexport.apps.yaml"),
    ],
};

pub(crate) const NAME_COLLISION: Scenario = Scenario {
    folder: "07-name-collision",
    namespace: "shop-07",
    elsewhere: &[Mirrors],
    tune: quick,
    steps: &[
        Create(Apps, "before.apps.yaml", ALL),
        Start,
        Create(Infra, "before.infra.yaml", ALL),
        Merge(Infra, "services/web", EXPORTED),
        Same(Apps, "after.apps.yaml"),
        Same(Infra, "after.infra.yaml"),
        Merge(Infra, "services/web", UNEXPORTED),
        Pause(500),
        Same(Apps, "after-label-removed.apps.yaml"),
        Merge(Infra, "services/web", EXPORTED),
        Pause(500),
        Delete(Infra, "services/web"),
        Same(Apps, "after-exported-service-deleted.apps.yaml"),
    ],
};

pub(crate) const NAME_COLLISION_SELECTORLESS: Scenario = Scenario {
    folder: "07b-name-collision-selectorless",
    namespace: "shop-07b",
    elsewhere: &[Mirrors],
    tune: quick,
    steps: &[
        Create(Apps, "before.apps.yaml", ALL),
        Start,
        Create(Infra, "before.infra.yaml", ALL),
        Merge(Infra, "services/web", EXPORTED),
        Pause(500),
        Same(Apps, "after-1-export.apps.yaml"),
        Delete(Infra, "pods/web-0"),
        Same(Apps, "after-2-exporter-backends-gone.apps.yaml"),
        Create(Infra, "action.infra.yaml", ALL),
        Same(Apps, "after-3-exporter-backends-back.apps.yaml"),
    ],
};

pub(crate) const ENDPOINTS_WITHOUT_SERVICE: Scenario = Scenario {
    folder: "07c-endpoints-without-service",
    namespace: "shop-07c",
    elsewhere: &[],
    tune: quick,
    steps: &[
        Create(Apps, "before.apps.yaml", ALL),
        Start,
        Create(Infra, "before.infra.yaml", ALL),
        Merge(Infra, "services/web", EXPORTED),
        Same(Apps, "after.apps.yaml"),
    ],
};
