//! The gateway, the Link and the controller coming and going, and long queues.

use super::super::step::{
    Elsewhere::{Federated, Mirrors},
    Health::{Bad, Good, Refusing},
    On::{Apps, Infra},
    Scenario,
    Step::{
        Create, Delete, Folder, Gateway, Make, Merge, Pause, Repairs, Same, SameLater, SameUnordered, Start,
        Stop,
    },
    paced, quick, slow,
};
use super::{ALL, EXPORTED, UNEXPORTED};

pub(crate) const GATEWAY_LIVENESS: Scenario = Scenario {
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
        // Without this, mirrors that are ready in the end might never have been anything else.
        SameLater(Apps, "after-4-export-while-dead.apps.yaml"),
        Stop,
        Start,
        Gateway(Bad),
        Pause(500),
        Same(Apps, "after-6-controller-restarted-while-dead.apps.yaml"),
        Merge(Apps, "links/infra", r#"{"spec":{"gatewayAddress":"gw.invalid"}}"#),
        // The controller begins anew with the changed Link; a Service that it hears of before has the old address.
        Repairs(2),
        Create(Infra, "action-step7.infra.yaml", ALL),
        Same(Apps, "after-7-gateway-name-does-not-resolve.apps.yaml"),
    ],
};

pub(crate) const LINK_CHANGED_AND_DELETED: Scenario = Scenario {
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

pub(crate) const RESTART_AND_CLEANUP: Scenario = Scenario {
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

pub(crate) const BURST: Scenario = Scenario {
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
pub(crate) const RATE: Scenario = Scenario {
    folder: "17-rate",
    namespace: "databases",
    elsewhere: &[],
    tune: paced,
    steps: &[
        Create(Apps, "before.apps.yaml", ALL),
        Make(Infra, r#"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"databases"}}"#),
        Folder("01-gateway-export"),
        Create(Apps, "before.apps.yaml", &["Link/infra"]),
        Folder("17-rate"),
    ],
};

pub(crate) const FIRST_START: Scenario = Scenario {
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
