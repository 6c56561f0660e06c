//! The site through its public door: requests in, answers out, no network and no real clock.

#![expect(
    clippy::unwrap_used,
    reason = "a failing unwrap in a test is a failing test"
)]

mod bad_input;
mod booking_api;
mod booking_pages;
mod feeds;
mod guest_link;
mod headers;
mod host_api;
mod host_pages;
mod meeting_requests;
mod meetings;
mod mutual_feeds;
mod office;
mod openapi;
mod picker;
mod postgres;
mod series;
mod serving;
mod sign_in;
mod site;
mod slow_servers;
mod sqlite;
mod subscriptions;
mod trouble;
mod worker;
