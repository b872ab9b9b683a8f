//! Exported Services, their changes and their odd forms.

use super::super::step::{
    Elsewhere::Mirrors,
    On::{Apps, Infra},
    Scenario,
    Step::{Create, Delete, Folder, Merge, Patch, Pause, Repairs, Same, Start},
    other_link, quick, repairing, resyncing,
};
use super::{ALL, EXPORTED, EXPORTED_FLAT, UNEXPORTED};

/// The recordings of 02 begin where those of 01 end.
pub(crate) const GATEWAY_EXPORT: Scenario = Scenario {
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

pub(crate) const CREATED_WITH_LABEL: Scenario = Scenario {
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

pub(crate) const REMOTE_DISCOVERY: Scenario = Scenario {
    folder: "03-remote-discovery",
    namespace: "shop-03",
    elsewhere: &[],
    tune: quick,
    steps: &[
        Create(Apps, "before.apps.yaml", ALL),
        Start,
        Create(Infra, "before.infra.yaml", ALL),
        Merge(Infra, "services/web", EXPORTED_FLAT),
        Same(Apps, "after.apps.yaml"),
        Merge(Infra, "services/web", EXPORTED),
        Same(Apps, "after-switch-to-gateway.apps.yaml"),
        Merge(Infra, "services/web", EXPORTED_FLAT),
        Same(Apps, "after-switch-back.apps.yaml"),
    ],
};

pub(crate) const EXPORTED_SERVICE_CHANGES: Scenario = Scenario {
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

pub(crate) const MIRROR_CHANGED_BY_HAND: Scenario = Scenario {
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

/// By itself, with nothing changed in the exporter; the recording of 08b ended before the ten minutes were over.
pub(crate) const DELETED_MIRROR_RETURNS: Scenario = Scenario {
    folder: "08b-mirror-changed-by-hand",
    namespace: "shop-08b",
    elsewhere: &[],
    tune: resyncing,
    steps: &[
        Create(Apps, "before.apps.yaml", &["Namespace/shop-08b", "Link/infra"]),
        Start,
        Create(Infra, "before.infra.yaml", ALL),
        Same(Apps, "before.apps.yaml"),
        Delete(Apps, "services/web-infra"),
        Same(Apps, "before.apps.yaml"),
    ],
};

pub(crate) const EXPORTED_SERVICE_DELETED: Scenario = Scenario {
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

pub(crate) const LABEL_VALUES: Scenario = Scenario {
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

pub(crate) const TARGET_NAME_DIFFERS: Scenario = Scenario {
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
        Pause(500),
        Same(Apps, "after.apps.yaml"),
    ],
};

pub(crate) const ODD_SERVICES: Scenario = Scenario {
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
