//! The same site on the embedded store.

use std::sync::Arc;

use astralis_server::config::{Config, Settings};
use astralis_server::startup;
use astralis_store_sqlite::SqliteStore;
use axum::http::StatusCode;

use crate::site::{FIRST, Site, wish};

#[tokio::test]
async fn a_booking_is_made_moved_and_cancelled_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("astralis.db");
    let store = SqliteStore::open(path.to_str().unwrap()).await.unwrap();
    made_moved_and_cancelled(&Site::on(Arc::new(store)).await).await;
}

/// A guest's whole way through the site.
pub(crate) async fn made_moved_and_cancelled(site: &Site) {
    let booking = site.booked(FIRST).await;
    let taken = site.book(&wish(FIRST), None).await;
    assert_eq!(taken.status, StatusCode::CONFLICT);
    assert_eq!(taken.json()["suggestion"].as_array().unwrap().len(), 3);
    let fields = [
        ("start", "2026-03-02T10:00:00Z"),
        ("version", "1"),
        ("key", "k"),
    ];
    let moved = site.post(&format!("{booking}/reschedule"), &fields).await;
    assert_eq!(moved.status, StatusCode::SEE_OTHER, "{}", moved.text);
    let booking = moved.location().to_owned();
    let page = site.get(&format!("{booking}/cancel")).await;
    let version = page.hidden("version");
    let fields = [("version", version.as_str()), ("key", "k")];
    site.post(&format!("{booking}/cancel"), &fields).await;

    site.get(&booking)
        .await
        .assert_says(200, "This meeting was cancelled");
    let cookie = site.signed_in().await;
    site.get_as(&cookie, "/calendar")
        .await
        .assert_says(200, "Nothing booked");
}

#[tokio::test]
async fn a_first_start_makes_everything_and_a_second_one_keeps_it() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().to_str().unwrap();
    let settings = Settings::from_pairs([("XDG_DATA_HOME", home)]);
    let config = Config::from_settings(&settings).unwrap();
    let listening = "127.0.0.1:3001".parse().unwrap();

    let first = startup::start(&config, listening, Some("Europe/Paris"))
        .await
        .unwrap();
    first.books.close().await;
    let second = startup::start(&config, listening, None).await.unwrap();

    let again = second.state;
    let (first, second) = (first.announcement, second.announcement);
    assert_eq!(first.booking_page, "http://127.0.0.1:3001/book/host");
    assert!(first.api_token.is_some());
    assert!(second.api_token.is_none());
    let host = again.store().first_admin().await.unwrap();
    let token = startup::issue_api_token(&again, &host).await.unwrap();
    assert_ne!(Some(token), first.api_token);
    assert_ne!(first.sign_in_link, second.sign_in_link);
    assert!(first.database.starts_with(home) && first.mail.starts_with(home));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let data = std::fs::metadata(folder.path().join("astralis")).unwrap();
        assert_eq!(data.permissions().mode() & 0o777, 0o700);
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_stops_the_start_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("astralis.db");
    std::fs::write(&path, "these are my notes").unwrap();
    let url = format!("sqlite://{}", path.display());
    let config = Config::from_settings(&Settings::from_pairs([("DATABASE_URL", url)])).unwrap();

    let refused = startup::open(&config).await;

    assert!(refused.is_err());
    assert_eq!(std::fs::read(&path).unwrap(), b"these are my notes");
}
