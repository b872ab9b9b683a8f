//! Every kind of request that the stand-in for the service mirror sends, and the belief that it rests on. All of them
//! send and accept JSON.
//!
//! Two tests read this table: the contract checks that the beliefs exist, and each replay on real API servers asks
//! their audit logs what was sent.

/// A kind of request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request {
    /// The verb as RBAC names it.
    pub(crate) verb: &'static str,
    /// `group/resource/subresource` without the empty parts.
    pub(crate) resource: &'static str,
    /// The keys of the query, sorted; without `continue`, and without `watch`, which is in the verb.
    pub(crate) query: &'static str,
    /// The case of the contract that it rests on, with its room.
    pub(crate) belief: &'static str,
}

const fn request([verb, resource, query]: [&'static str; 3], belief: &'static str) -> Request {
    Request { verb, resource, query, belief }
}

const WATCH: &str = "allowWatchBookmarks,fieldSelector,resourceVersion,timeoutSeconds";
const LINKS: &str = "multicluster.linkerd.io/links";
const STATUS: &str = "multicluster.linkerd.io/links/status";

/// All of them.
#[rustfmt::skip]
pub(crate) const REQUESTS: &[Request] = &[
    request(["create", "endpoints", "fieldManager"],
        "endpoints::endpoints_made_by_hand_are_mirrored_into_a_slice"),
    request(["create", "events", "fieldManager"],
        "whole::events_are_selected_by_what_they_are_about"),
    request(["create", "namespaces", "fieldManager"],
        "namespace::every_namespace_gets_its_name_as_a_label_and_a_finalizer_and_is_active"),
    request(["create", "services", "fieldManager"],
        "whole::what_is_there_already_cannot_be_made"),
    request(["delete", "endpoints", ""],
        "delete::other_kinds_answer_with_a_status_that_has_the_uid"),
    request(["delete", "services", ""],
        "delete::the_right_uid_deletes_and_answers_with_the_object"),
    request(["get", "", ""],
        "discovery::the_version_names_itself_without_asking_who_wants_to_know"),
    request(["get", LINKS, ""],
        "link::every_served_version_shows_the_same_object"),
    request(["get", "namespaces", ""],
        "namespace::a_namespace_that_is_going_says_so"),
    request(["get", "secrets", ""],
        "account::a_secret_of_the_token_type_is_filled_with_token_namespace_and_authority"),
    request(["list", "endpoints", "fieldSelector"],
        "list::one_object_is_listed_by_its_name_and_its_absence_has_a_version_too"),
    request(["list", LINKS, "fieldSelector"],
        "list::objects_in_a_list_of_custom_resources_have_their_kind_and_the_continue_is_empty"),
    request(["list", "namespaces", "fieldSelector"],
        "list::one_object_is_listed_by_its_name_and_its_absence_has_a_version_too"),
    request(["list", "services", "fieldSelector"],
        "list::one_object_is_listed_by_its_name_and_its_absence_has_a_version_too"),
    request(["list", "services", "limit"],
        "list::a_list_has_a_kind_and_a_version_and_its_objects_have_no_kind"),
    request(["patch", "events", ""],
        "merge::without_a_manager_the_user_agent_up_to_its_slash_is_one"),
    request(["patch", STATUS, "fieldManager"],
        "link::a_merge_patch_of_the_status_changes_only_the_status"),
    request(["update", "endpoints", "fieldManager"],
        "endpoints::empty_subsets_are_not_kept"),
    request(["update", "services", "fieldManager"],
        "whole::a_put_replaces_what_is_there_and_counts_as_an_update"),
    request(["watch", "endpoints", WATCH],
        "watch::a_watch_of_one_name_sees_every_change_of_it_and_of_no_other"),
    request(["watch", LINKS, WATCH],
        "watch::a_watch_of_one_name_sees_every_change_of_it_and_of_no_other"),
    request(["watch", "namespaces", WATCH],
        "watch::a_watch_of_one_name_sees_every_change_of_it_and_of_no_other"),
    request(["watch", "services", WATCH],
        "watch::a_watch_says_what_came_after_the_list_in_order_and_nothing_else"),
];
