//! What we believe about the Kubernetes API, one case per belief.
//!
//! A case is written against a `Room` on a `Ground`, which is two entries of a kubeconfig per cluster, and never
//! against the control planes themselves: any API server that claims to behave like Kubernetes can be held against
//! the same cases. Each case has a namespace of its own; the whole suite runs side by side.
//!
//! `coverage.rs` says which request of the plugin rests on which of these beliefs, `stand_in.rs` which of the stand-in
//! for the service mirror; `beliefs/form.rs` asks each of them in just the form that it has.
// Long because it is the table of contents of all beliefs.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code: an answer of another form than the case expects must fail it"
)]

mod beliefs;
mod coverage;
mod door;
mod ground;
mod own;
mod room;
mod stand_in;
mod stream;

use testkit::{
    belief::Request,
    proxy::{CountingProxy, RequestKind},
};

use self::ground::Ground;

/// The table of contents. Every belief is a test on every ground; a function that is missing here is dead code.
macro_rules! contract {
    ($($room:ident { $($belief:ident,)* })*) => {
        const BELIEFS: &[&str] = &[$($(concat!(stringify!($room), "::", stringify!($belief)),)*)*];

        mod real {
            $(mod $room {
                $(#[test]
                fn $belief() {
                    crate::room::hold(crate::Ground::real(), crate::beliefs::$room::$belief);
                })*
            })*
        }

        mod sandbox {
            $(mod $room {
                $(#[test]
                fn $belief() {
                    crate::room::hold(Some(crate::Ground::sandbox()), crate::beliefs::$room::$belief);
                })*
            })*
        }
    };
}

contract! {
    absence {
        an_absent_object_is_named_in_the_details,
        an_absent_object_of_a_group_is_named_with_the_group,
        an_unknown_group_answers_in_plain_text,
        a_version_of_an_api_lists_its_resources_and_one_that_is_not_there_is_plain_text,
        an_unknown_resource_of_a_built_in_group_names_nothing,
        an_unserved_version_of_a_built_in_group_names_nothing,
        an_unserved_version_or_resource_of_a_custom_group_answers_in_plain_text,
        a_list_in_a_missing_namespace_is_empty,
        in_a_missing_namespace_it_is_the_object_that_is_not_found,
        creating_in_a_missing_namespace_names_the_namespace,
        applying_with_a_uid_in_a_missing_namespace_is_a_conflict_about_the_object,
    }
    list {
        a_list_has_a_kind_and_a_version_and_its_objects_have_no_kind,
        objects_in_a_list_of_custom_resources_have_their_kind_and_the_continue_is_empty,
        an_empty_list_is_an_empty_array_with_a_version,
        a_namespace_lists_its_own_and_the_cluster_lists_all,
        one_object_is_listed_by_its_name_and_its_absence_has_a_version_too,
        a_field_that_no_index_has_is_a_bad_request,
        commas_and_equals_signs_in_a_name_are_parts_of_the_field_selector,
        label_selectors_know_equality_sets_and_existence,
        a_selector_that_cannot_be_read_is_a_bad_request_that_says_where,
        a_list_is_in_the_order_of_the_bytes_of_namespace_slash_name,
        a_version_that_has_not_come_yet_is_a_timeout_with_a_retry,
    }
    page {
        three_pages_hold_every_object_once_and_only_the_last_has_no_token,
        pages_show_the_moment_of_the_first_one,
        what_is_at_hand_is_soon_what_there_is_in_as_many_pages_as_it_takes,
        a_page_counts_what_remains_unless_there_is_a_selector,
        a_page_that_is_just_full_has_no_successor,
        a_full_page_of_a_selection_may_be_followed_by_an_empty_one,
        a_token_that_is_none_is_a_bad_request,
        a_token_and_a_version_exclude_each_other,
        a_token_from_long_ago_shows_that_moment_or_has_expired_and_offers_another,
        a_token_from_the_future_asks_to_come_back,
    }
    role {
        a_role_keeps_its_rules_with_names_and_subresources,
        a_binding_names_its_role_and_the_account_in_its_namespace,
    }
    shape {
        a_metadata_list_has_everything_of_the_metadata_and_nothing_else,
        an_empty_metadata_list_has_null_items,
        a_metadata_list_is_selected_and_paged_like_any_other,
        one_object_can_be_asked_for_its_metadata,
        a_table_has_columns_and_rows_with_metadata,
        an_empty_table_has_columns_and_no_rows,
        a_shape_that_the_server_does_not_know_is_not_acceptable,
        the_metadata_of_a_secret_is_listed_without_its_data,
        who_asks_for_no_form_gets_json,
    }
    stand {
        a_daemon_set_counts_nodes_and_has_a_generation,
        apis_are_listed_with_who_answers_for_them,
        a_pool_of_addresses_is_the_same_in_both_versions,
    }
    table {
        every_kind_has_columns_of_its_own,
        workloads_show_how_many_pods_there_should_be,
        jobs_show_what_must_be_done_and_when,
        a_binding_shows_the_role_and_who_has_it,
        what_leads_to_pods_shows_how,
        a_lease_and_storage_show_who_has_them,
        a_column_shows_the_first_thing_that_its_path_finds,
    }
    watch {
        a_watch_says_what_came_after_the_list_in_order_and_nothing_else,
        an_object_that_leaves_the_selection_is_deleted_as_it_was_in_it,
        a_watch_of_one_name_sees_every_change_of_it_and_of_no_other,
        the_version_of_an_empty_list_opens_a_watch_that_misses_nothing,
        a_watch_without_a_version_begins_with_what_is_there,
        the_server_ends_a_watch_when_its_time_is_over,
        a_bookmark_comes_before_the_end_and_has_a_version_and_nothing_else,
        a_version_that_is_too_old_is_told_by_an_error_event,
        a_version_from_the_future_opens_a_watch_that_stays_silent,
        a_version_that_is_no_number_is_an_internal_error_without_a_reason,
        who_may_list_may_not_yet_watch,
    }
    apply {
        an_apply_makes_what_is_not_there,
        an_apply_with_a_uid_makes_nothing,
        an_apply_with_the_uid_of_a_predecessor_is_invalid_and_no_conflict,
        an_apply_with_the_right_uid_changes_labels_and_keeps_those_of_others,
        the_same_apply_again_changes_no_version,
        a_dry_run_answers_as_if_and_changes_nothing,
        a_dry_run_that_would_make_has_a_uid_and_no_version,
        a_dry_run_sees_conflicts_and_invalid_values,
        a_forced_dry_run_sees_no_conflict_and_takes_nothing_over,
        an_apply_without_a_manager_is_invalid,
        the_media_type_of_apply_carries_json_and_yaml_and_no_other_does,
        a_label_value_of_more_than_63_bytes_is_invalid,
        a_label_key_that_is_none_is_invalid,
        an_apply_with_an_old_version_is_a_conflict_and_with_the_present_one_it_is_not,
        a_body_that_is_about_something_else_is_a_bad_request,
        a_field_that_the_schema_does_not_know_is_an_internal_error_without_a_reason,
    }
    owner {
        an_entry_lists_exactly_the_labels_of_the_apply,
        a_conflict_names_the_other_manager_and_the_field,
        a_conflict_with_a_merge_patch_names_its_client_and_its_version,
        several_conflicts_are_counted_and_each_is_a_cause,
        force_takes_the_field_over_and_its_loser_keeps_the_rest,
        the_same_value_of_two_managers_is_owned_by_both,
        what_its_only_owner_leaves_out_is_removed,
        what_another_owns_too_stays_when_it_is_left_out,
        what_a_merge_patch_of_the_same_manager_set_is_not_removed_by_leaving_it_out,
        an_apply_of_nothing_leaves_no_entry,
        an_applied_empty_map_owns_the_map_itself_until_nothing_is_applied,
        an_empty_map_on_an_object_without_labels_keeps_others_out,
        an_applied_null_is_an_empty_value,
        a_manager_has_a_name_of_at_most_128_bytes,
    }
    merge {
        null_removes_a_label_whoever_owns_it,
        removing_what_is_not_there_changes_no_version,
        an_old_version_is_a_conflict_and_the_present_one_is_not,
        an_empty_version_is_no_precondition,
        its_manager_is_recorded_with_an_update,
        without_a_manager_the_user_agent_up_to_its_slash_is_one,
        it_takes_a_label_over_without_asking,
        force_is_for_apply_only,
        a_dry_run_changes_nothing,
        a_body_that_is_no_json_is_a_bad_request,
    }
    delete {
        the_right_uid_deletes_and_answers_with_the_object,
        other_kinds_answer_with_a_status_that_has_the_uid,
        the_wrong_uid_is_a_conflict_that_names_both,
        what_is_absent_is_not_found_whatever_its_uid,
        an_old_version_is_a_conflict,
        a_dry_run_in_the_body_or_in_the_query_without_a_body_deletes_nothing,
        a_dry_run_in_the_query_beside_a_body_deletes,
        a_dry_run_judges_preconditions_too,
        by_default_the_owner_goes_at_once_and_what_it_owns_follows,
        in_the_foreground_the_owner_stays_with_a_finalizer_until_what_it_owns_is_gone,
        an_orphaned_dependent_stays_and_forgets_its_owner,
    }
    whole {
        a_put_replaces_what_is_there_and_counts_as_an_update,
        a_put_of_an_old_version_is_a_conflict,
        a_put_of_another_name_is_a_bad_request,
        what_is_there_already_cannot_be_made,
        a_generated_name_has_five_letters_after_its_beginning,
        operations_change_what_they_name_and_nothing_when_a_test_fails,
        a_collection_is_deleted_as_far_as_it_is_selected,
        a_finalizer_holds_what_is_deleted_until_it_is_taken_off,
        events_are_selected_by_what_they_are_about,
        a_pod_with_a_node_becomes_ready_and_its_service_has_its_address,
    }
    discovery {
        the_version_names_itself_without_asking_who_wants_to_know,
        resources_are_listed_with_scope_names_and_verbs,
        a_custom_group_is_listed_with_all_its_versions,
        a_group_that_is_not_there_has_no_page,
        a_healthy_server_says_ok_in_plain_text,
        who_is_nobody_learns_no_more_than_the_version,
    }
    link {
        a_merge_patch_of_the_status_changes_only_the_status,
        a_status_of_the_empty_list_stays_an_empty_list,
        a_merge_patch_of_the_object_leaves_the_status_alone,
        a_custom_resource_knows_no_strategic_merge_patch,
        every_served_version_shows_the_same_object,
    }
    auth {
        without_credentials_one_is_anonymous_and_forbidden,
        a_wrong_token_is_unauthorized_for_every_verb_and_path,
        a_refusal_names_user_verb_resource_and_place,
        a_refusal_of_all_namespaces_speaks_of_the_cluster_scope,
        a_refusal_to_read_a_namespace_speaks_as_if_it_were_in_itself,
        what_is_not_served_is_forbidden_first,
        whom_one_pretends_to_be_is_who_one_is,
        the_groups_that_one_pretends_to_have_give_their_rights,
        pretending_without_a_name_is_a_bad_request,
        pretending_is_a_right_of_its_own,
        one_can_ask_what_one_may,
    }
    account {
        a_secret_of_the_token_type_is_filled_with_token_namespace_and_authority,
        the_token_of_a_secret_works_at_once,
        the_token_of_a_secret_names_namespace_account_and_uid_in_flat_claims,
        a_bound_token_names_namespace_account_and_uid_in_nested_claims_and_ends,
        a_token_dies_with_its_account,
    }
    namespace {
        the_uid_of_kube_system_tells_clusters_apart,
        every_namespace_gets_its_name_as_a_label_and_a_finalizer_and_is_active,
        every_namespace_gets_a_service_account_and_the_clusters_certificate,
        a_namespace_that_is_going_says_so,
        a_namespace_that_is_going_refuses_what_is_new_and_takes_what_changes,
        a_namespace_that_is_going_tells_an_apply_with_a_uid_of_a_conflict,
        a_namespace_is_made_with_labels_and_annotations_and_never_twice,
        a_dry_run_of_a_namespace_makes_none_and_one_that_is_there_is_a_conflict,
    }
    name {
        a_service_may_begin_with_a_digit_and_have_63_characters,
        a_service_may_not_have_64_characters,
        unicode_capitals_and_dots_are_refused,
        a_slash_and_dots_alone_are_refused_when_the_address_is_allotted,
        an_escaped_slash_in_a_path_is_a_slash,
        dots_as_a_name_in_a_path_are_a_bad_request_and_as_a_namespace_an_internal_error,
        reading_a_name_that_cannot_exist_is_just_not_found,
        a_namespace_is_called_like_a_service,
    }
    endpoints {
        a_service_without_a_selector_has_no_endpoints_of_its_own,
        endpoints_without_a_backend_have_the_labels_of_the_service_and_no_subsets,
        endpoints_made_by_hand_are_mirrored_into_a_slice,
        endpoints_without_a_service_are_not_mirrored_until_it_comes,
        a_deleted_service_takes_its_endpoints_and_slices_along,
        a_loopback_address_is_refused,
        empty_subsets_are_not_kept,
        every_answer_about_endpoints_warns_of_their_age,
        an_alias_has_no_address_and_no_endpoints,
    }
    machinery {
        a_deployment_without_pods_says_no_number_and_keeps_its_template,
        a_lease_keeps_the_microseconds_of_its_times,
        a_webhook_keeps_the_authority_by_which_it_is_known,
    }
    obstacle {
        an_absent_object_is_absent_and_so_is_one_of_a_missing_namespace,
        nothing_of_an_api_that_is_not_served_is_absent,
        an_empty_list_is_present_in_every_shape,
        more_than_a_page_is_listed_whole,
        a_missing_right_is_forbidden_with_verb_resource_and_place,
        a_wrong_token_is_out_before_anything_is_asked,
        a_closed_port_and_a_foreign_authority_are_unreachable_for_different_reasons,
        a_bad_selector_is_refused_in_the_servers_words,
        odd_names_stay_names,
        an_expired_version_makes_following_list_again,
        following_from_the_version_of_an_empty_list_sees_what_came_after,
        following_without_the_right_is_blind,
    }
    write {
        an_apply_is_done_and_has_the_new_version,
        another_owner_is_a_conflict_until_it_is_forced,
        an_apply_to_a_service_that_went_is_a_conflict_and_to_its_successor_refused,
        a_merge_on_an_old_version_is_a_conflict,
        a_merge_into_nothing_is_refused_as_not_found,
        a_deletion_hits_its_uid_or_nothing,
        a_dry_apply_and_a_dry_merge_change_nothing,
        a_dry_deletion_deletes_nothing,
        only_showing_sends_nothing,
    }
    option {
        a_dry_run_of_anything_but_all_is_invalid,
        a_policy_of_deletion_is_one_of_three,
        a_number_that_is_none_is_a_bad_request,
        a_field_that_the_kind_does_not_know_is_refused_warned_of_or_passed_over,
        a_field_that_stands_twice_is_refused_warned_of_or_passed_over,
        a_field_that_an_apply_names_twice_is_refused_or_warned_of,
        a_watch_can_begin_with_what_is_there_and_say_when_that_was_all,
        initial_events_want_a_watch_that_says_how_old_they_may_be,
        an_exact_version_shows_that_moment,
        a_table_has_of_its_objects_what_is_asked_for,
        a_token_is_for_ten_minutes_at_least,
    }
    place {
        a_method_that_a_place_does_not_take_is_not_allowed,
        a_status_of_a_custom_resource_is_neither_made_nor_deleted,
        a_kind_of_the_cluster_is_in_no_namespace,
        an_object_of_a_namespace_is_not_at_the_place_of_all_namespaces,
        namespaces_are_not_deleted_by_the_lot,
        some_namespaces_cannot_be_deleted,
        nodes_pods_and_events_are_selected_by_what_they_do,
        a_node_says_the_ranges_of_its_pods,
    }
    fixed {
        the_address_of_a_service_does_not_change,
        an_address_has_one_service_and_is_in_the_range,
        a_binding_stays_with_its_role,
        the_type_of_a_secret_does_not_change,
        what_says_that_it_is_immutable_is,
        the_selector_of_a_deployment_does_not_change,
        a_put_is_about_the_object_that_it_was_made_from,
    }
    body {
        a_body_is_read_as_what_it_says_it_is,
        kubectls_protobuf_is_read_like_json,
        a_body_of_more_than_three_mebibytes_is_too_large,
        what_is_new_has_no_version_yet,
        some_kinds_are_made_by_a_put_and_others_are_not,
        a_put_of_a_custom_resource_says_which_version_it_was_made_from,
        an_apply_that_makes_something_takes_the_right_to_make_it,
        an_apply_says_what_it_applies,
        a_patch_sees_the_kind_and_cannot_change_it,
        a_merge_patch_is_a_map,
        labels_are_texts_of_whatever_kind,
    }
    form {
        every_request_of_the_plugin_is_answered_in_its_form,
        every_request_of_the_stand_in_is_answered_in_its_form,
    }
    definition {
        what_is_defined_goes_with_its_definition,
        a_definition_says_by_what_its_objects_are_selected,
        the_newest_stable_version_is_preferred_whichever_is_stored,
        a_definition_is_called_like_what_it_defines,
    }
    job {
        a_job_is_made_with_what_its_controller_will_look_for,
        a_dry_run_of_a_job_answers_as_if_and_makes_nothing,
        a_dry_run_of_a_pod_shows_what_admission_makes_of_it,
        a_job_goes_by_its_name_in_the_background,
        a_pod_without_a_node_has_an_empty_log,
        a_log_is_of_a_pod_and_a_container_that_are_there,
    }
    policy {
        a_network_policy_says_its_types_and_keeps_what_it_lets_through,
        a_policy_of_cilium_keeps_its_rules_in_a_namespace_and_in_the_whole_cluster,
        a_route_keeps_its_parents_and_where_it_leads,
        a_server_has_its_port_as_a_number_or_as_a_name,
        a_policy_keeps_what_it_is_about_and_what_it_requires,
    }
    pretend {
        a_service_account_that_one_pretends_to_be_has_its_groups,
        groups_uid_and_extras_are_rights_of_their_own,
        who_may_pretend_to_be_an_account_may_not_be_a_user,
        every_cluster_has_roles_for_people,
    }
}

#[test]
fn every_request_of_the_plugin_and_of_the_stand_in_rests_on_a_belief_that_is_tried() {
    for table in [coverage::REQUESTS, stand_in::REQUESTS] {
        let lost: Vec<_> = table.iter().filter(|request| !BELIEFS.contains(&request.belief)).collect();
        assert!(lost.is_empty(), "no such belief: {lost:#?}");
        assert!(table.is_sorted_by(|one, next| one.kind() < next.kind()), "sorted, and none twice");
    }
}

/// What is asked there is what the tables say, to the letter: doors before the sandbox write it down.
#[test]
fn every_request_of_the_tables_is_asked_in_its_form() {
    let (ground, doors) = Ground::recorded();
    room::hold(Some(ground), beliefs::form::every_request_of_the_plugin_is_answered_in_its_form);
    let (ground, others) = Ground::recorded();
    room::hold(Some(ground), beliefs::form::every_request_of_the_stand_in_is_answered_in_its_form);
    let asked = doors.iter().chain(&others).flat_map(CountingProxy::all_requests);
    let asked: Vec<RequestKind> = asked.map(|request| request.kind()).collect();
    let tables = coverage::REQUESTS.iter().chain(stand_in::REQUESTS).map(Request::kind);
    let unasked: Vec<RequestKind> = tables.filter(|kind| !asked.contains(kind)).collect();
    assert!(unasked.is_empty(), "no case asks for these: {unasked:#?}");
}
