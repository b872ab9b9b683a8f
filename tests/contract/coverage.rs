//! Every kind of request that `kubectl mesh-export` sends, and the belief that it rests on.
//!
//! Two tests read this table: the contract checks that the beliefs exist, and a test of the command line records
//! what the plugin really sends and finds every request here, and every entry in some recording.

use testkit::belief::Request;

const JSON: &str = "application/json";
const METADATA_LIST: &str = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
const APPLY: &str = "application/apply-patch+yaml";
const MERGE: &str = "application/merge-patch+json";
const WATCH_NAME: &str = "allowWatchBookmarks,fieldSelector,resourceVersion,timeoutSeconds";
const WATCH_LABELS: &str = "allowWatchBookmarks,labelSelector,resourceVersion,timeoutSeconds";
const WATCH: &str = "allowWatchBookmarks,resourceVersion,timeoutSeconds";

/// All of them.
#[rustfmt::skip]
pub(crate) const REQUESTS: &[Request] = &[
    Request::new(["delete", "services", ""], [JSON, JSON],
        "write::a_deletion_hits_its_uid_or_nothing"),
    Request::new(["get", "configmaps", ""], ["", JSON],
        "absence::an_absent_object_is_named_in_the_details"),
    Request::new(["get", "links.multicluster.linkerd.io", ""], ["", JSON],
        "link::every_served_version_shows_the_same_object"),
    Request::new(["get", "namespaces", ""], ["", JSON],
        "namespace::a_namespace_that_is_going_says_so"),
    Request::new(["get", "secrets", ""], ["", JSON],
        "account::a_secret_of_the_token_type_is_filled_with_token_namespace_and_authority"),
    Request::new(["get", "serviceaccounts", ""], ["", JSON],
        "account::the_token_of_a_secret_names_namespace_account_and_uid_in_flat_claims"),
    Request::new(["list", "deployments.apps", "limit"], ["", JSON],
        "machinery::a_deployment_without_pods_says_no_number_and_keeps_its_template"),
    Request::new(["list", "endpoints", "fieldSelector,limit"], ["", JSON],
        "list::one_object_is_listed_by_its_name_and_its_absence_has_a_version_too"),
    Request::new(["list", "endpoints", "labelSelector,limit"], ["", JSON],
        "endpoints::endpoints_without_a_backend_have_the_labels_of_the_service_and_no_subsets"),
    Request::new(["list", "endpoints", "limit"], ["", JSON],
        "endpoints::every_answer_about_endpoints_warns_of_their_age"),
    Request::new(["list", "httproutes.gateway.networking.k8s.io", "limit"], ["", JSON],
        "absence::an_unknown_group_answers_in_plain_text"),
    Request::new(["list", "ingresses.networking.k8s.io", "limit"], ["", JSON],
        "list::an_empty_list_is_an_empty_array_with_a_version"),
    Request::new(["list", "leases.coordination.k8s.io", "limit"], ["", JSON],
        "machinery::a_lease_keeps_the_microseconds_of_its_times"),
    Request::new(["list", "links.multicluster.linkerd.io", "limit"], ["", JSON],
        "list::objects_in_a_list_of_custom_resources_have_their_kind_and_the_continue_is_empty"),
    Request::new(["list", "namespaces", "limit"], ["", METADATA_LIST],
        "shape::a_metadata_list_has_everything_of_the_metadata_and_nothing_else"),
    Request::new(["list", "pods", "limit"], ["", JSON],
        "list::an_empty_list_is_an_empty_array_with_a_version"),
    Request::new(["list", "secrets", "fieldSelector,limit"], ["", METADATA_LIST],
        "shape::the_metadata_of_a_secret_is_listed_without_its_data"),
    Request::new(["list", "services", "fieldSelector,limit"], ["", JSON],
        "list::one_object_is_listed_by_its_name_and_its_absence_has_a_version_too"),
    Request::new(["list", "services", "fieldSelector,limit"], ["", METADATA_LIST],
        "shape::an_empty_metadata_list_has_null_items"),
    Request::new(["list", "services", "labelSelector,limit"], ["", JSON],
        "page::a_full_page_of_a_selection_may_be_followed_by_an_empty_one"),
    Request::new(["list", "services", "labelSelector,limit"], ["", METADATA_LIST],
        "shape::a_metadata_list_is_selected_and_paged_like_any_other"),
    Request::new(["list", "services", "limit"], ["", JSON],
        "list::a_list_has_a_kind_and_a_version_and_its_objects_have_no_kind"),
    Request::new(["list", "services", "limit"], ["", METADATA_LIST],
        "shape::a_metadata_list_has_everything_of_the_metadata_and_nothing_else"),
    Request::new(["patch", "services", "dryRun,fieldManager"], [APPLY, JSON],
        "apply::a_dry_run_answers_as_if_and_changes_nothing"),
    Request::new(["patch", "services", "dryRun,fieldManager"], [MERGE, JSON],
        "merge::a_dry_run_changes_nothing"),
    Request::new(["patch", "services", "dryRun,fieldManager,force"], [APPLY, JSON],
        "apply::a_forced_dry_run_sees_no_conflict_and_takes_nothing_over"),
    Request::new(["patch", "services", "fieldManager"], [APPLY, JSON],
        "apply::an_apply_with_the_right_uid_changes_labels_and_keeps_those_of_others"),
    Request::new(["patch", "services", "fieldManager"], [MERGE, JSON],
        "merge::an_old_version_is_a_conflict_and_the_present_one_is_not"),
    Request::new(["patch", "services", "fieldManager,force"], [APPLY, JSON],
        "owner::force_takes_the_field_over_and_its_loser_keeps_the_rest"),
    Request::new(["watch", "endpoints", WATCH_NAME], ["", JSON],
        "watch::a_watch_of_one_name_sees_every_change_of_it_and_of_no_other"),
    Request::new(["watch", "endpoints", WATCH], ["", JSON],
        "watch::a_watch_says_what_came_after_the_list_in_order_and_nothing_else"),
    Request::new(["watch", "services", WATCH_NAME], ["", JSON],
        "watch::the_version_of_an_empty_list_opens_a_watch_that_misses_nothing"),
    Request::new(["watch", "services", WATCH_LABELS], ["", JSON],
        "watch::an_object_that_leaves_the_selection_is_deleted_as_it_was_in_it"),
    Request::new(["watch", "services", WATCH], ["", JSON],
        "watch::a_watch_says_what_came_after_the_list_in_order_and_nothing_else"),
];
