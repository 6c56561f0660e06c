//! The suite that every store passes: each check one named behaviour of the ports.
//!
//! ```
//! // Any adapter's tests/conformance.rs, the whole file:
//! use std::sync::Arc;
//!
//! use astralis_core::memory::MemoryStore;
//!
//! async fn fresh_store() -> Arc<MemoryStore> {
//!     Arc::new(MemoryStore::new())
//! }
//!
//! astralis_testkit::store_conformance!(fresh_store);
//! # fn main() {}
//! ```
//!
//! [`FaultyStore`] and [`RacyStore`] are stores that misbehave: for testing callers, and for
//! testing this suite.

#![expect(
    clippy::unwrap_used,
    reason = "checks are tests: a failing unwrap is a failing check"
)]

pub mod agenda;
pub mod calendars;
pub mod catalog;
pub mod credentials;
pub mod facts;
mod faulty;
pub mod feeds;
pub mod guard;
pub mod outbox;
pub mod races;
mod racy;
pub mod sequences;
pub mod series;
pub mod subscriptions;
pub mod tenants;
pub mod transactions;
pub mod version_6;
mod wrapping;

use astralis_core::model::Claim;
use astralis_core::ports::{Command, Look, Plan, Store, StoreError, Transacted};
use astralis_core::time::Interval;

pub use faulty::{Call, FaultyStore, Moment};
pub use racy::RacyStore;

use crate::scenario::{Scenario, scenario};

/// Monday 30 March 2026, 9 to 10 in UTC.
const NINE: &str = "2026-03-30T09:00Z/2026-03-30T10:00Z";
/// The hour after [`NINE`]: it touches and does not overlap.
const TEN: &str = "2026-03-30T10:00Z/2026-03-30T11:00Z";

/// The smallest world: one host who offers an hour.
async fn one_host(store: &dyn Store) -> Scenario {
    let world = scenario().host_in("UTC").offering(60);
    world.set_up(store).await
}

/// What a command of this world would be told about its subjects' time.
async fn claims_during(store: &dyn Store, world: &Scenario, range: &str) -> Vec<Claim> {
    let command = Command {
        look: Look {
            claims: Some(range.parse().expect("an interval")),
            ..Look::default()
        },
        ..world.command()
    };
    let facts = store.facts(&command).await.expect("facts");
    facts.claims
}

/// Writes a plan whatever the facts are.
async fn carry_out(
    store: &dyn Store,
    command: &Command,
    plan: &Plan,
) -> Result<Transacted, StoreError> {
    store.transact(command, &|_| Ok(plan.clone())).await
}

/// All of 2026.
fn a_year() -> Interval {
    "2026-01-01T00:00Z/2027-01-01T00:00Z"
        .parse()
        .expect("an interval")
}

/// One of many hours that do not overlap.
fn an_hour(n: u32) -> String {
    format!("2026-04-{:02}T09:00Z/2026-04-{:02}T10:00Z", n + 1, n + 1)
}

/// Makes one `#[tokio::test]` of each check. `$fresh` is an async function without arguments that
/// returns something which dereferences to an empty [`Store`](astralis_core::ports::Store), can be
/// shared by tasks, and keeps alive whatever the store needs, such as a folder.
///
/// The crate needs `tokio` with `macros` and `rt-multi-thread`.
#[macro_export]
macro_rules! store_conformance {
    ($fresh:ident) => {
        $crate::store_conformance! { @checks $fresh;
            transactions: a_booking_is_read_back_as_it_was_written,
                a_known_event_and_booking_are_replaced,
                a_plan_that_fails_late_leaves_nothing,
                a_plan_that_fails_late_releases_nothing,
                a_refusal_is_handed_on_unchanged,
                a_refused_command_is_not_remembered,
                a_repeated_command_is_answered_with_its_receipt,
                a_receipt_stays_as_it_was,
                a_command_without_receipt_is_not_repeated,
                a_command_id_used_for_something_else_is_refused,
                a_meeting_may_move_onto_part_of_its_own_time,
                an_icalendar_uid_belongs_to_one_event,
                ids_of_claims_and_messages_are_not_reused,
                an_imported_event_may_carry_a_known_uid,
                a_plan_may_only_name_events_that_exist,
                a_booking_nobody_made_is_not_found,
                a_decision_that_panics_harms_nobody_else,
                a_caller_that_goes_away_harms_nobody_else;
            guard: overlapping_exclusive_claims_are_refused,
                long_exclusive_claims_are_refused_as_well,
                a_meeting_may_start_the_moment_another_ends,
                a_plan_may_not_overlap_itself,
                claims_that_are_not_exclusive_may_overlap,
                two_hosts_may_be_taken_at_the_same_time,
                a_collective_meeting_needs_every_host,
                buffers_are_kept_and_not_guarded,
                released_time_is_free;
            facts: facts_are_what_a_decision_is_told,
                nothing_is_found_without_a_look,
                claims_are_found_if_they_overlap_the_range,
                long_claims_are_found_from_their_last_moment,
                claims_come_in_order,
                only_named_subjects_are_looked_at,
                expired_holds_are_invisible,
                expired_holds_give_way,
                expired_holds_stay_if_the_command_is_refused,
                tallies_count_starts_inside_the_range,
                tallies_leave_out_what_does_not_count,
                tallies_count_one_event_type_only,
                tallies_follow_a_move,
                own_events_behind_the_claims_are_found,
                the_booking_asked_for_is_found,
                subjects_that_cannot_be_booked_are_named;
            calendars: bookings_of_a_host_come_in_order,
                bookings_are_found_if_they_overlap_the_window,
                bookings_belong_to_everyone_who_takes_part,
                bookings_follow_a_move,
                an_import_replaces_the_one_before,
                an_import_leaves_other_owners_alone,
                an_import_may_bring_the_same_events_again,
                an_empty_import_takes_everything_away;
            outbox: a_message_is_due_at_its_time,
                due_messages_come_in_order,
                a_lease_keeps_others_away_until_it_ends,
                a_lost_lease_records_nothing,
                a_lease_ends_with_its_retry,
                a_sent_message_is_done,
                a_retry_is_due_again_later,
                a_failed_message_is_done_and_says_why,
                a_message_is_kept_once_per_key,
                reminders_are_dropped,
                a_reminder_dropped_while_it_was_sent_is_sent,
                a_reminder_dropped_while_it_failed_stays_dropped,
                a_reminder_dropped_while_leased_is_not_due_again,
                messages_of_an_event_come_in_order,
                workers_share_what_is_due;
            sequences: a_newer_message_waits_for_an_older_one,
                a_newer_message_waits_whatever_the_case_of_the_address,
                a_newer_message_waits_for_none_that_is_done,
                a_newer_message_does_not_wait_for_a_dropped_reminder,
                messages_of_others_do_not_wait;
            series: a_meeting_that_repeats_is_read_back_as_it_was_written,
                a_changed_occurrence_is_read_back_as_it_was_written,
                an_imported_meeting_is_no_event,
                changed_occurrences_come_with_their_series,
                a_changed_occurrence_exists_once,
                changed_occurrences_may_move_along_in_one_plan,
                a_changed_occurrence_shares_the_uid_of_its_series,
                series_are_facts_beyond_their_claims,
                series_are_facts_of_those_they_take,
                series_come_by_id,
                series_are_facts_as_they_are_now,
                series_to_extend_come_by_how_far_they_are_claimed,
                a_finished_series_is_not_extended,
                series_of_another_tenant_are_not_seen;
            agenda: meetings_between_come_in_order,
                meetings_between_belong_to_everyone_invited,
                a_series_is_between_wherever_it_may_reach,
                a_series_is_between_with_its_changed_occurrences,
                meetings_between_are_our_own;
            catalog: a_store_is_set_up_once_it_has_an_organization,
                what_was_set_up_is_read_back,
                hosts_come_in_the_order_of_the_rule,
                a_set_up_that_clashes_leaves_nothing,
                a_page_is_found_by_slug_and_by_id,
                a_page_of_nobody_is_not_found,
                the_first_administrator_is_found,
                what_does_not_exist_is_not_found,
                a_user_is_replaced,
                a_user_cannot_take_what_another_has,
                a_stale_schedule_is_refused,
                event_types_come_by_creation,
                an_event_type_is_added_and_replaced,
                a_stale_event_type_is_refused,
                event_type_slugs_are_unique_per_owner;
            credentials: a_credential_ends_at_its_expiry,
                a_credential_without_expiry_holds_for_good,
                a_credential_is_for_one_kind_and_hash,
                a_credential_with_the_same_hash_is_replaced,
                expired_credentials_go_when_another_is_saved,
                a_credential_is_taken_once,
                a_credential_of_nobody_is_refused;
            subscriptions: subscriptions_are_read_back_as_they_were_added,
                a_user_subscribes_to_an_address_once,
                a_user_subscribes_to_so_many_calendars,
                a_subscription_needs_a_user_of_its_tenant,
                due_subscriptions_come_in_order,
                a_leased_subscription_is_one_workers,
                of_a_user_and_of_a_server_one_subscription_is_read_at_a_time,
                workers_share_what_is_to_be_read,
                a_recorded_reading_ends_its_lease,
                a_lost_lease_of_a_subscription_records_nothing,
                an_expedited_subscription_is_due_at_once,
                a_reading_is_written_under_its_lease_only,
                a_removed_subscription_takes_along_what_it_brought,
                subscriptions_of_another_tenant_are_left_alone;
            feeds: every_user_has_a_feed,
                a_renewed_feed_has_another_generation,
                a_feed_of_nobody_is_not_found;
            tenants: what_belongs_to_another_tenant_is_not_found,
                what_belongs_to_another_tenant_is_not_replaced,
                an_event_type_needs_an_owner_of_its_tenant,
                a_set_up_stays_within_its_tenant,
                an_event_needs_an_organization,
                facts_of_another_tenant_are_not_seen,
                plans_do_not_reach_into_another_tenant,
                command_ids_of_two_tenants_are_two_commands,
                tenants_do_not_take_each_others_time,
                a_credential_needs_a_user_of_its_tenant,
                a_slug_is_unique_over_all_tenants,
                event_types_are_listed_by_tenant;
        }
        $crate::store_conformance! { @races $fresh;
            of_overlapping_bookings_at_once_just_enough_win,
            of_blind_writers_at_once_no_two_overlap,
            the_same_command_at_once_is_done_once,
            bookings_of_free_time_at_once_all_succeed
        }
    };
    (@races $fresh:ident; $($race:ident),+) => {
        mod races {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $race() {
                    let fresh = std::sync::Arc::new(super::$fresh().await);
                    $crate::store::races::$race(&fresh).await;
                }
            )+
        }
    };
    (@checks $fresh:ident; $($module:ident: $($check:ident),+;)+) => {
        $(mod $module {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $check() {
                    let fresh = super::$fresh().await;
                    $crate::store::$module::$check(&*fresh).await;
                }
            )+
        })+
    };
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_check_is_in_the_macro() {
        let suite = include_str!("mod.rs");
        for module in [
            include_str!("agenda.rs"),
            include_str!("calendars.rs"),
            include_str!("catalog.rs"),
            include_str!("credentials.rs"),
            include_str!("facts.rs"),
            include_str!("feeds.rs"),
            include_str!("guard.rs"),
            include_str!("outbox.rs"),
            include_str!("races.rs"),
            include_str!("sequences.rs"),
            include_str!("series.rs"),
            include_str!("subscriptions.rs"),
            include_str!("tenants.rs"),
            include_str!("transactions.rs"),
        ] {
            for line in module.lines() {
                let name = line.strip_prefix("pub async fn ");
                if let Some((name, _)) = name.and_then(|name| name.split_once(['(', '<'])) {
                    assert!(suite.contains(name), "{name} is not run");
                }
            }
        }
    }
}
