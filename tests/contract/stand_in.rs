//! Every kind of request that the stand-in for the service mirror sends, and the belief that it rests on.
//!
//! Two tests read this table: the contract checks that the beliefs exist, and the replays record what the stand-in
//! really sends, on real API servers and on the sandbox, and find every request here, and every entry sent.

use testkit::belief::Request;

const JSON: &str = "application/json";
const MERGE: &str = "application/merge-patch+json";
/// It leaves the form of the answer to the server, which rests on `shape::who_asks_for_no_form_gets_json` besides.
const ANY: &str = "";
const WATCH: &str = "allowWatchBookmarks,fieldSelector,resourceVersion,timeoutSeconds";
const LINKS: &str = "links.multicluster.linkerd.io";
const STATUS: &str = "links.multicluster.linkerd.io/status";

/// All of them.
#[rustfmt::skip]
pub(crate) const REQUESTS: &[Request] = &[
    Request::new(["create", "endpoints", "fieldManager"], [JSON, ANY],
        "endpoints::endpoints_made_by_hand_are_mirrored_into_a_slice"),
    Request::new(["create", "events", "fieldManager"], [JSON, ANY],
        "whole::events_are_selected_by_what_they_are_about"),
    Request::new(["create", "namespaces", "fieldManager"], [JSON, ANY],
        "namespace::every_namespace_gets_its_name_as_a_label_and_a_finalizer_and_is_active"),
    Request::new(["create", "services", "fieldManager"], [JSON, ANY],
        "whole::what_is_there_already_cannot_be_made"),
    Request::new(["delete", "endpoints", ""], [JSON, ANY],
        "delete::other_kinds_answer_with_a_status_that_has_the_uid"),
    Request::new(["delete", "services", ""], [JSON, ANY],
        "delete::the_right_uid_deletes_and_answers_with_the_object"),
    Request::new(["get", "", ""], ["", ANY],
        "discovery::the_version_names_itself_without_asking_who_wants_to_know"),
    Request::new(["get", LINKS, ""], ["", ANY],
        "link::every_served_version_shows_the_same_object"),
    Request::new(["get", "namespaces", ""], ["", ANY],
        "namespace::a_namespace_that_is_going_says_so"),
    Request::new(["get", "secrets", ""], ["", ANY],
        "account::a_secret_of_the_token_type_is_filled_with_token_namespace_and_authority"),
    Request::new(["list", "endpoints", "fieldSelector"], ["", ANY],
        "list::one_object_is_listed_by_its_name_and_its_absence_has_a_version_too"),
    Request::new(["list", LINKS, "fieldSelector"], ["", ANY],
        "list::objects_in_a_list_of_custom_resources_have_their_kind_and_the_continue_is_empty"),
    Request::new(["list", "namespaces", "fieldSelector"], ["", ANY],
        "list::one_object_is_listed_by_its_name_and_its_absence_has_a_version_too"),
    Request::new(["list", "services", "fieldSelector"], ["", ANY],
        "list::one_object_is_listed_by_its_name_and_its_absence_has_a_version_too"),
    Request::new(["list", "services", "limit"], ["", ANY],
        "list::a_list_has_a_kind_and_a_version_and_its_objects_have_no_kind"),
    Request::new(["patch", "events", ""], [MERGE, JSON],
        "merge::without_a_manager_the_user_agent_up_to_its_slash_is_one"),
    Request::new(["patch", STATUS, "fieldManager"], [MERGE, JSON],
        "link::a_merge_patch_of_the_status_changes_only_the_status"),
    Request::new(["update", "endpoints", "fieldManager"], [JSON, ANY],
        "endpoints::empty_subsets_are_not_kept"),
    Request::new(["update", "services", "fieldManager"], [JSON, ANY],
        "whole::a_put_replaces_what_is_there_and_counts_as_an_update"),
    Request::new(["watch", "endpoints", WATCH], ["", ANY],
        "watch::a_watch_of_one_name_sees_every_change_of_it_and_of_no_other"),
    Request::new(["watch", LINKS, WATCH], ["", ANY],
        "watch::a_watch_of_one_name_sees_every_change_of_it_and_of_no_other"),
    Request::new(["watch", "namespaces", WATCH], ["", ANY],
        "watch::a_watch_of_one_name_sees_every_change_of_it_and_of_no_other"),
    Request::new(["watch", "services", WATCH], ["", ANY],
        "watch::a_watch_says_what_came_after_the_list_in_order_and_nothing_else"),
];
