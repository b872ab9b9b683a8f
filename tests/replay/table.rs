//! The scenarios, as lists of steps. Order and actions are those of each folder's `action.md`.

use super::step::{
    Elsewhere::{Federated, Mirrors},
    Health::{Bad, Good, Refusing},
    On::{Apps, Infra},
    Scenario,
    Step::{
        Create, Delete, Folder, Gateway, Make, Merge, Patch, Pause, Repairs, Same, SameUnordered, Start, Stop,
    },
    creating, other_link, quick, repairing, resyncing, slow,
};

const ALL: &[&str] = &[];
const EXPORTED: &str = r#"{"metadata":{"labels":{"mirror.linkerd.io/exported":"true"}}}"#;
const UNEXPORTED: &str = r#"{"metadata":{"labels":{"mirror.linkerd.io/exported":null}}}"#;

/// The recordings of 02 begin where those of 01 end.
pub const GATEWAY_EXPORT: Scenario = Scenario {
    folder: "01-gateway-export",
    namespace: "shop-01",
    elsewhere: &[],
    tune: quick,
    steps: &[
        Create(Apps, "before.apps.yaml", ALL),
        Start,
        Create(Infra, "before.infra.yaml", ALL),
        Merge(Infra, "services/web", EXPORTED),
        Same(Apps, "after.apps.yaml"),
        Same(Infra, "after.infra.yaml"),
        Folder("02-unexport"),
        Same(Apps, "before.apps.yaml"),
        Same(Infra, "before.infra.yaml"),
        Merge(Infra, "services/web", UNEXPORTED),
        Same(Apps, "after.apps.yaml"),
    ],
};

pub const CREATED_WITH_LABEL: Scenario = Scenario {
    folder: "01b-created-with-label",
    namespace: "shop-01b",
    elsewhere: &[],
    tune: quick,
    steps: &[
        Create(Apps, "before.apps.yaml", ALL),
        Create(Infra, "before.infra.yaml", &["Namespace/shop-01b", "Pod/web-0"]),
        Start,
        Create(Infra, "action.infra.yaml", ALL),
        Same(Apps, "after.apps.yaml"),
    ],
};

pub const NAMESPACE_MISSING: Scenario = Scenario {
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

pub const NAMESPACE_CREATION: Scenario = Scenario {
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

pub const NAME_COLLISION: Scenario = Scenario {
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

pub const NAME_COLLISION_SELECTORLESS: Scenario = Scenario {
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

pub const ENDPOINTS_WITHOUT_SERVICE: Scenario = Scenario {
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

pub const EXPORTED_SERVICE_CHANGES: Scenario = Scenario {
    folder: "08-exported-service-changes",
    namespace: "shop-08",
    elsewhere: &[],
    tune: quick,
    steps: &[
        Create(Apps, "before.apps.yaml", &["Namespace/shop-08", "Link/infra"]),
        Start,
        Create(Infra, "before.infra.yaml", ALL),
        Same(Apps, "before.apps.yaml"),
        Merge(
            Infra,
            "services/web",
            r#"{"spec":{"ports":[{"name":"http","port":80,"targetPort":8080},{"name":"admin","port":9000,"targetPort":9000}]}}"#,
        ),
        Same(Apps, "after-port-added.apps.yaml"),
        Merge(
            Infra,
            "services/web",
            r#"{"metadata":{"annotations":{"config.linkerd.io/opaque-ports":"9000,9001","example.com/note":"x"}}}"#,
        ),
        Same(Apps, "after-annotations-changed.apps.yaml"),
        Merge(Infra, "services/web", r#"{"metadata":{"labels":{"team":"payments","tier":"front"}}}"#),
        Same(Apps, "after-labels-changed.apps.yaml"),
        Delete(Infra, "pods/web-0"),
        Same(Apps, "after-backends-gone.apps.yaml"),
        Create(Infra, "before.infra.yaml", &["Pod/web-0"]),
        Same(Apps, "after-backends-back.apps.yaml"),
        Merge(Apps, "services/web-infra", r#"{"metadata":{"labels":{"team":"edited"}}}"#),
        Delete(Apps, "endpoints/web-infra"),
        Pause(500),
        Same(Apps, "after-mirror-edited-by-hand.apps.yaml"),
    ],
};

pub const MIRROR_CHANGED_BY_HAND: Scenario = Scenario {
    folder: "08b-mirror-changed-by-hand",
    namespace: "shop-08b",
    elsewhere: &[],
    tune: repairing,
    steps: &[
        Create(Apps, "before.apps.yaml", &["Namespace/shop-08b", "Link/infra"]),
        Start,
        Create(Infra, "before.infra.yaml", ALL),
        Same(Apps, "before.apps.yaml"),
        Repairs(1),
        Merge(Apps, "services/web-infra", r#"{"metadata":{"labels":{"team":"edited"}}}"#),
        Patch(
            Apps,
            "endpoints/web-infra",
            r#"[{"op":"replace","path":"/subsets/0/addresses/0/ip","value":"198.51.100.9"}]"#,
        ),
        Repairs(1),
        Same(Apps, "after-1-label-and-address-edited.apps.yaml"),
        Delete(Apps, "endpoints/web-infra"),
        Repairs(2),
        Same(Apps, "after-2-endpoints-deleted.apps.yaml"),
        Merge(Infra, "services/web", r#"{"metadata":{"annotations":{"example.com/x":"1"}}}"#),
        Same(Apps, "after-3-exported-service-touched.apps.yaml"),
        Delete(Apps, "services/web-infra"),
        Repairs(2),
        Same(Apps, "after-4-mirror-service-deleted.apps.yaml"),
        Merge(Infra, "services/web", r#"{"metadata":{"annotations":{"example.com/x":"2"}}}"#),
        Same(Apps, "after-5-exported-service-touched.apps.yaml"),
    ],
};

pub const EXPORTED_SERVICE_DELETED: Scenario = Scenario {
    folder: "09-exported-service-deleted",
    namespace: "shop-09",
    elsewhere: &[Mirrors],
    tune: quick,
    steps: &[
        Create(Apps, "before.apps.yaml", &["Namespace/shop-09", "Link/infra"]),
        Start,
        Create(Infra, "before.infra.yaml", ALL),
        Same(Apps, "before.apps.yaml"),
        Delete(Infra, "services/web"),
        Same(Apps, "after.apps.yaml"),
    ],
};

pub const GATEWAY_LIVENESS: Scenario = Scenario {
    folder: "11-gateway-liveness",
    namespace: "shop-11",
    elsewhere: &[],
    tune: quick,
    steps: &[
        Gateway(Refusing),
        Create(Apps, "before.apps.yaml", ALL),
        Start,
        Create(Infra, "before.infra.yaml", ALL),
        Merge(Infra, "services/web", EXPORTED),
        Merge(Infra, "services/empty", EXPORTED),
        Pause(500),
        Same(Apps, "after-1-never-alive.apps.yaml"),
        Gateway(Good),
        Pause(300),
        Same(Apps, "after-2-becomes-alive.apps.yaml"),
        Gateway(Bad),
        Same(Apps, "after-3-dies.apps.yaml"),
        Create(Infra, "action-step4.infra.yaml", ALL),
        Same(Apps, "after-4-export-while-dead.apps.yaml"),
        Gateway(Good),
        Same(Apps, "after-5-alive-again.apps.yaml"),
        Gateway(Bad),
        Pause(300),
        Stop,
        Start,
        Gateway(Bad),
        Pause(500),
        Same(Apps, "after-6-controller-restarted-while-dead.apps.yaml"),
        Merge(Apps, "links/infra", r#"{"spec":{"gatewayAddress":"gw.invalid"}}"#),
        Create(Infra, "action-step7.infra.yaml", ALL),
        Same(Apps, "after-7-gateway-name-does-not-resolve.apps.yaml"),
    ],
};

pub const LINK_CHANGED_AND_DELETED: Scenario = Scenario {
    folder: "12-link-selector-changed-and-deleted",
    namespace: "shop-12",
    elsewhere: &[Federated, Mirrors],
    tune: quick,
    steps: &[
        Create(Apps, "before.apps.yaml", &["Namespace/shop-12", "Link/infra"]),
        Start,
        Create(Infra, "before.infra.yaml", ALL),
        Same(Apps, "before.apps.yaml"),
        Merge(
            Apps,
            "links/infra",
            r#"{"spec":{"selector":{"matchLabels":{"mirror.linkerd.io/exported":"true","tier":"gold"}}}}"#,
        ),
        Same(Apps, "after-1-selector-narrowed.apps.yaml"),
        Delete(Apps, "links/infra"),
        Pause(300),
        Same(Apps, "after-2-link-deleted.apps.yaml"),
        Delete(Infra, "services/api"),
        Pause(500),
        Same(Apps, "after-3-exported-service-deleted-without-link.apps.yaml"),
        Create(Apps, "action.apps.yaml", ALL),
        Same(Apps, "after-4-link-created-again.apps.yaml"),
    ],
};

pub const RESTART_AND_CLEANUP: Scenario = Scenario {
    folder: "14-restart-and-gc",
    namespace: "shop-14",
    elsewhere: &[Federated],
    tune: quick,
    steps: &[
        Create(Apps, "before.apps.yaml", &["Namespace/shop-14", "Link/infra"]),
        Start,
        Create(Infra, "before.infra.yaml", ALL),
        Create(Apps, "before.apps.yaml", &["Service/stray-infra"]),
        Same(Apps, "before.apps.yaml"),
        Stop,
        Delete(Infra, "services/deleted"),
        Merge(Infra, "services/unlabelled", UNEXPORTED),
        Merge(Infra, "services/changed", r#"{"metadata":{"annotations":{"example.com/x":"1"}}}"#),
        Pause(200),
        Same(Apps, "after-while-stopped.apps.yaml"),
        Start,
        Same(Apps, "after-started-again.apps.yaml"),
    ],
};

pub const LABEL_VALUES: Scenario = Scenario {
    folder: "15-label-values",
    namespace: "shop-15",
    elsewhere: &[],
    tune: quick,
    steps: &[
        Create(Apps, "before.apps.yaml", ALL),
        Create(Infra, "before.infra.yaml", &["Namespace/shop-15", "Pod/web-0"]),
        Start,
        Create(Infra, "action.infra.yaml", ALL),
        Pause(500),
        Same(Apps, "after.apps.yaml"),
    ],
};

pub const TARGET_NAME_DIFFERS: Scenario = Scenario {
    folder: "16-target-name-differs",
    namespace: "shop-16",
    elsewhere: &[],
    tune: other_link,
    steps: &[
        Create(Apps, "before.apps.yaml", ALL),
        Start,
        Create(Infra, "before.infra.yaml", ALL),
        Merge(
            Infra,
            "services/web",
            r#"{"metadata":{"labels":{"mirror.linkerd.io/exported":"true","mirror.linkerd.io/federated":"member"}}}"#,
        ),
        Same(Apps, "after.apps.yaml"),
    ],
};

pub const ODD_SERVICES: Scenario = Scenario {
    folder: "17-odd-services",
    namespace: "shop-17",
    elsewhere: &[],
    tune: quick,
    steps: &[
        Create(Apps, "before.apps.yaml", ALL),
        Create(Infra, "before.infra.yaml", &["Namespace/shop-17", "Pod/web-0"]),
        Start,
        Create(Infra, "action.infra.yaml", ALL),
        Pause(1000),
        Same(Apps, "after.apps.yaml"),
    ],
};

pub const BURST: Scenario = Scenario {
    folder: "18-created-then-updated-burst",
    namespace: "shop-18",
    elsewhere: &[],
    tune: slow,
    steps: &[
        Create(Apps, "before.apps.yaml", ALL),
        Create(Infra, "before.infra.yaml", &["Namespace/shop-18", "Pod/web-0"]),
        Start,
    ],
};

/// The importer of 17-rate; the rest of it is numbers.
pub const RATE: Scenario = Scenario {
    folder: "17-rate",
    namespace: "databases",
    elsewhere: &[],
    tune: resyncing,
    steps: &[
        Create(Apps, "before.apps.yaml", ALL),
        Make(Infra, r#"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"databases"}}"#),
        Folder("01-gateway-export"),
        Create(Apps, "before.apps.yaml", &["Link/infra"]),
        Folder("17-rate"),
    ],
};

pub const FIRST_START: Scenario = Scenario {
    folder: "19-first-start-with-exported-services",
    namespace: "shop-19",
    elsewhere: &[Federated],
    tune: quick,
    steps: &[
        Create(Apps, "before.apps.yaml", ALL),
        Create(Infra, "before.infra.yaml", ALL),
        Pause(300),
        Start,
        SameUnordered(Apps, "after.apps.yaml"),
    ],
};
