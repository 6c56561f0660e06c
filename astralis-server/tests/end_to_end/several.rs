//! Two web servers and two workers on one database, without a word between them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use astralis_testkit::mailer::SmtpServer;
use reqwest::{Client, StatusCode};
use tokio::sync::Mutex;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::books::Books;
use crate::crash::message_id;
use crate::guest::{Answer, Wish, offered};
use crate::home::Home;
use crate::host::offer;
use crate::server::Server;
use crate::waiting::eventually;

/// How many mails a worker sends side by side.
const BATCH: usize = astralis_core::jobs::BATCH as usize;

/// After how long without a mail the workers that live have nothing left to do, also where the
/// machine is busy with other things.
const LULL: Duration = Duration::from_secs(15);

/// How many bookings are made, half of them before the kills.
const BOOKINGS: usize = 120;

/// Guests who book at the same time.
const CLIENTS: usize = 6;

/// How long to wait for anything: several lulls, and less than a test may take.
const PATIENCE: Duration = Duration::from_secs(75);

/// One of each is killed under load and started again.
#[tokio::test(flavor = "multi_thread")]
async fn servers_that_share_a_database_lose_nothing_when_some_are_killed() {
    let home = Home::of_many_servers().await;
    let mail = SmtpServer::start().await;
    let first = start(&home, &mail, "web").await;
    offer(&first, "shared", 5, 5).await;
    let second = start(&home, &mail, "web").await;
    let (steady, doomed) = (
        start(&home, &mail, "worker").await,
        start(&home, &mail, "worker").await,
    );
    assert_serves_operators_only(&steady).await;
    let slots = offered(&first, "shared").await;
    // Days away, so that both reminders are still ahead.
    let wishes: Vec<Wish> = slots
        .into_iter()
        .rev()
        .take(BOOKINGS)
        .enumerate()
        .map(|(guest, slot)| Wish::new("shared", slot, &format!("guest-{guest}")))
        .collect();
    let servers = Arc::new(Mutex::new(vec![
        first.url("/api/book"),
        second.url("/api/book"),
    ]));

    let (before, after) = wishes.split_at(BOOKINGS / 2);
    let mut acknowledged = book_all(before, &servers).await;
    home.books().await.bring_reminders_forward().await;
    let guests = tokio::spawn({
        let (after, servers) = (after.to_vec(), Arc::clone(&servers));
        async move { book_all(&after, &servers).await }
    });
    let mailed = mail.accepted().len();
    eventually("mail under way", PATIENCE, async || {
        (mail.accepted().len() > mailed).then_some(())
    })
    .await;
    second.kill().await;
    doomed.kill().await;
    let second = start(&home, &mail, "web").await;
    servers.lock().await[1] = second.url("/api/book");
    let _revived = start(&home, &mail, "worker").await;
    acknowledged.extend(guests.await.expect("guests do not panic"));

    judge(&home, &mail, &acknowledged).await;
}

async fn start(home: &Home, mail: &SmtpServer, role: &str) -> Server {
    let port = mail.address().port().to_string();
    let settings = [
        ("ASTRALIS_ROLE", role),
        ("SMTP_HOST", "127.0.0.1"),
        ("SMTP_PORT", &port),
        ("SMTP_SECURE", "none"),
        ("SMTP_FROM_EMAIL", "booking@example.test"),
        ("ASTRALIS_RATE_LIMIT_PER_MINUTE", "0"),
        ("ASTRALIS_DATABASE_CONNECTIONS", "8"),
    ];
    home.start(&settings).await
}

async fn assert_serves_operators_only(worker: &Server) {
    for (path, status) in [
        ("/healthz", StatusCode::OK),
        ("/book/host", StatusCode::NOT_FOUND),
    ] {
        let answer = reqwest::get(worker.url(path)).await;
        assert_eq!(
            answer.expect("the worker answers").status(),
            status,
            "{path}"
        );
    }
}

/// Has every wish booked, by one server or the other: a guest who hears nothing asks the other one,
/// with the same key. Answers the event of each.
async fn book_all(wishes: &[Wish], servers: &Arc<Mutex<Vec<String>>>) -> Vec<(Wish, Uuid)> {
    let mut guests = JoinSet::new();
    for (index, share) in wishes.chunks(wishes.len().div_ceil(CLIENTS)).enumerate() {
        let (share, servers) = (share.to_vec(), Arc::clone(servers));
        guests.spawn(async move {
            let client = Client::new();
            let mut booked = Vec::new();
            for (turn, wish) in share.into_iter().enumerate() {
                let event = book(&client, &wish, &servers, index + turn).await;
                booked.push((wish, event));
            }
            booked
        });
    }
    guests.join_all().await.concat()
}

async fn book(client: &Client, wish: &Wish, servers: &Mutex<Vec<String>>, first: usize) -> Uuid {
    let begun = Instant::now();
    let mut turn = first;
    while begun.elapsed() < PATIENCE {
        let url = servers.lock().await[turn % 2].clone();
        turn += 1;
        match wish.book(client, &url).await {
            Ok(Answer::Booked(event)) => return event,
            Ok(Answer::Refused) => panic!("{wish:?} was refused, and nobody else wants it"),
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
    panic!("{wish:?} was never answered");
}

/// Looks for anything that was promised and is not there, or is there twice.
async fn judge(home: &Home, mail: &SmtpServer, acknowledged: &[(Wish, Uuid)]) {
    let mut books = home.books().await;
    assert_eq!(acknowledged.len(), BOOKINGS);
    for (wish, event) in acknowledged {
        let found = books.event_of(&wish.email).await;
        assert_eq!(found, Some(*event), "{wish:?} was acknowledged");
    }
    assert_eq!(books.overlaps().await, 0, "two exclusive claims overlap");
    assert_eq!(
        books.orphans().await,
        0,
        "claims and bookings that lack each other"
    );
    books.bring_reminders_forward().await;
    wait_for_mail(&mut books).await;
    let mut arrived: BTreeMap<Uuid, usize> = BTreeMap::new();
    for mail in mail.accepted() {
        *arrived.entry(message_id(&mail)).or_default() += 1;
    }
    let mut messages = books.messages().await;
    assert_eq!(
        messages.len(),
        2 * BOOKINGS,
        "guest and host each get a mail"
    );
    let reminders = books.reminders().await;
    assert_eq!(
        reminders.len(),
        4 * BOOKINGS,
        "each a day and an hour before"
    );
    messages.extend(reminders);
    assert!(messages.iter().all(|message| arrived.contains_key(message)));
    assert_eq!(arrived.len(), messages.len(), "nothing else was sent");
    // The worker that was killed may have handed over its batch without having recorded it.
    let repeated: usize = arrived.values().map(|times| times - 1).sum();
    eprintln!("{repeated} of {} mails arrived twice", messages.len());
    assert!(
        repeated <= BATCH,
        "{repeated} mails were repeated by one kill"
    );
}

/// What the dead worker had claimed waits for its lease to end, which this hastens, and only that:
/// workers that live finish what they have claimed.
async fn wait_for_mail(books: &mut Books) {
    let mut last = (0, Instant::now());
    eventually("every mail to be sent", PATIENCE, async || {
        let left = books.undelivered().await + books.unreminded().await;
        if left != last.0 {
            last = (left, Instant::now());
        } else if last.1.elapsed() > LULL {
            books.end_leases().await;
            last.1 = Instant::now();
        }
        (left == 0).then_some(())
    })
    .await;
}
