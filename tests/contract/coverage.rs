//! Every kind of request that `kubectl mesh-export` sends, and the belief that it rests on.
//!
//! Two tests read this table: the contract checks that the beliefs exist, and a test of the command line records
//! what the plugin really sends and finds every request here, and every entry in some recording.

/// A kind of request. Names of objects, namespaces and values of the query do not belong to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request {
    /// The verb as RBAC names it.
    pub(crate) verb: &'static str,
    /// The resource with its group, as RBAC names it.
    pub(crate) resource: &'static str,
    /// The keys of the query, sorted; without `continue`, and without `watch`, which is in the verb.
    pub(crate) query: &'static str,
    /// The media type of the body; empty without one.
    pub(crate) body: &'static str,
    /// The media type that is asked for.
    pub(crate) accept: &'static str,
    /// The case of the contract that it rests on, with its room.
    pub(crate) belief: &'static str,
}

const JSON: &str = "application/json";
const METADATA_LIST: &str = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
const APPLY: &str = "application/apply-patch+yaml";
const MERGE: &str = "application/merge-patch+json";
const WATCH_NAME: &str = "allowWatchBookmarks,fieldSelector,resourceVersion,timeoutSeconds";
const WATCH_LABELS: &str = "allowWatchBookmarks,labelSelector,resourceVersion,timeoutSeconds";
const WATCH: &str = "allowWatchBookmarks,resourceVersion,timeoutSeconds";

const fn request(
    [verb, resource, query]: [&'static str; 3],
    [body, accept]: [&'static str; 2],
    belief: &'static str,
) -> Request {
    Request { verb, resource, query, body, accept, belief }
}

/// All of them.
#[rustfmt::skip]
pub(crate) const REQUESTS: &[Request] = &[
    request(["delete", "services", ""], [JSON, JSON],
        "write::a_deletion_hits_its_uid_or_nothing"),
    request(["get", "configmaps", ""], ["", JSON],
        "absence::an_absent_object_is_named_in_the_details"),
    request(["get", "links.multicluster.linkerd.io", ""], ["", JSON],
        "link::every_served_version_shows_the_same_object"),
    request(["get", "namespaces", ""], ["", JSON],
        "namespace::a_namespace_that_is_going_says_so"),
    request(["get", "secrets", ""], ["", JSON],
        "account::a_secret_of_the_token_type_is_filled_with_token_namespace_and_authority"),
    request(["get", "serviceaccounts", ""], ["", JSON],
        "account::the_token_of_a_secret_names_namespace_account_and_uid_in_flat_claims"),
    request(["list", "endpoints", "fieldSelector,limit"], ["", JSON],
        "list::one_object_is_listed_by_its_name_and_its_absence_has_a_version_too"),
    request(["list", "endpoints", "labelSelector,limit"], ["", JSON],
        "endpoints::endpoints_without_a_backend_have_the_labels_of_the_service_and_no_subsets"),
    request(["list", "endpoints", "limit"], ["", JSON],
        "endpoints::every_answer_about_endpoints_warns_of_their_age"),
    request(["list", "httproutes.gateway.networking.k8s.io", "limit"], ["", JSON],
        "absence::an_unknown_group_answers_in_plain_text"),
    request(["list", "ingresses.networking.k8s.io", "limit"], ["", JSON],
        "list::an_empty_list_is_an_empty_array_with_a_version"),
    request(["list", "links.multicluster.linkerd.io", "limit"], ["", JSON],
        "list::objects_in_a_list_of_custom_resources_have_their_kind_and_the_continue_is_empty"),
    request(["list", "namespaces", "limit"], ["", METADATA_LIST],
        "shape::a_metadata_list_has_everything_of_the_metadata_and_nothing_else"),
    request(["list", "nodes", "limit"], ["", JSON],
        "place::a_node_says_the_ranges_of_its_pods"),
    request(["list", "pods", "limit"], ["", JSON],
        "list::an_empty_list_is_an_empty_array_with_a_version"),
    request(["list", "services", "fieldSelector,limit"], ["", JSON],
        "list::one_object_is_listed_by_its_name_and_its_absence_has_a_version_too"),
    request(["list", "services", "fieldSelector,limit"], ["", METADATA_LIST],
        "shape::an_empty_metadata_list_has_null_items"),
    request(["list", "services", "labelSelector,limit"], ["", JSON],
        "page::a_full_page_of_a_selection_may_be_followed_by_an_empty_one"),
    request(["list", "services", "labelSelector,limit"], ["", METADATA_LIST],
        "shape::a_metadata_list_is_selected_and_paged_like_any_other"),
    request(["list", "services", "limit"], ["", JSON],
        "list::a_list_has_a_kind_and_a_version_and_its_objects_have_no_kind"),
    request(["list", "services", "limit"], ["", METADATA_LIST],
        "shape::a_metadata_list_has_everything_of_the_metadata_and_nothing_else"),
    request(["patch", "services", "dryRun,fieldManager"], [APPLY, JSON],
        "apply::a_dry_run_answers_as_if_and_changes_nothing"),
    request(["patch", "services", "dryRun,fieldManager"], [MERGE, JSON],
        "merge::a_dry_run_changes_nothing"),
    request(["patch", "services", "dryRun,fieldManager,force"], [APPLY, JSON],
        "apply::a_forced_dry_run_sees_no_conflict_and_takes_nothing_over"),
    request(["patch", "services", "fieldManager"], [APPLY, JSON],
        "apply::an_apply_with_the_right_uid_changes_labels_and_keeps_those_of_others"),
    request(["patch", "services", "fieldManager"], [MERGE, JSON],
        "merge::an_old_version_is_a_conflict_and_the_present_one_is_not"),
    request(["patch", "services", "fieldManager,force"], [APPLY, JSON],
        "owner::force_takes_the_field_over_and_its_loser_keeps_the_rest"),
    request(["watch", "endpoints", WATCH_NAME], ["", JSON],
        "watch::a_watch_of_one_name_sees_every_change_of_it_and_of_no_other"),
    request(["watch", "endpoints", WATCH], ["", JSON],
        "watch::a_watch_says_what_came_after_the_list_in_order_and_nothing_else"),
    request(["watch", "services", WATCH_NAME], ["", JSON],
        "watch::the_version_of_an_empty_list_opens_a_watch_that_misses_nothing"),
    request(["watch", "services", WATCH_LABELS], ["", JSON],
        "watch::an_object_that_leaves_the_selection_is_deleted_as_it_was_in_it"),
    request(["watch", "services", WATCH], ["", JSON],
        "watch::a_watch_says_what_came_after_the_list_in_order_and_nothing_else"),
];
