//! Many writers want the same hours at once.

use std::sync::Arc;

use chrono::TimeDelta;
use reqwest::Client;
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::books::Taken;
use crate::guest::{Answer, Slot, Wish, offered};
use crate::home::Home;
use crate::host::offer;
use crate::server::Server;

/// Bookings through the API, all at once.
const GUESTS: usize = 64;

/// Connections that write to the database directly, beside them, and how often each does.
const INTRUDERS: usize = 2;
const INTRUSIONS: usize = 32;

/// Over how many neighbouring starts the wishes are spread: five minutes apart, so that a meeting
/// of half an hour overlaps ten other starts besides its own.
const CONTESTED_STARTS: usize = 48;

/// A guest with what the server told them.
type Told = (Wish, Answer);

/// A direct write with whether it was accepted.
type Written = (Taken, bool);

#[tokio::test(flavor = "multi_thread")]
async fn of_overlapping_bookings_at_once_none_is_accepted_twice() {
    none_is_accepted_twice(Home::of_one_server()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_overlapping_bookings_at_once_none_is_accepted_twice_on_postgres() {
    none_is_accepted_twice(Home::of_many_servers().await).await;
}

async fn none_is_accepted_twice(home: Home) {
    let server = home.start(&[("ASTRALIS_RATE_LIMIT_PER_MINUTE", "0")]).await;
    offer(&server, "race", 30, 5).await;
    let starts = offered(&server, "race").await;
    let (contested, rest) = starts.split_at(CONTESTED_STARTS);
    let calm = Wish::new(
        "race",
        *rest.last().expect("two weeks have more starts"),
        "calm",
    );
    let url = server.url("/api/book");
    let answer = calm
        .book(&Client::new(), &url)
        .await
        .expect("the server answers");
    let Answer::Booked(calm) = answer else {
        panic!("nobody else wants that time yet");
    };

    let (told, written) = race(&home, &server, contested, calm).await;

    let mut books = home.books().await;
    assert_eq!(books.overlaps().await, 0, "two exclusive claims overlap");
    let taken = books.taken().await;
    assert_fair(&told, &written, &taken);
    report(&told, &written);
}

/// Lets everybody go at the same moment.
async fn race(
    home: &Home,
    server: &Server,
    contested: &[Slot],
    calm: Uuid,
) -> (Vec<Told>, Vec<Written>) {
    let start = Arc::new(Barrier::new(GUESTS + INTRUDERS));
    let mut random = fastrand::Rng::with_seed(20_260_329);
    let mut guests = JoinSet::new();
    for guest in 0..GUESTS {
        let wish = Wish::new(
            "race",
            *random.choice(contested).expect("not empty"),
            &format!("guest-{guest}"),
        );
        let (url, start) = (server.url("/api/book"), Arc::clone(&start));
        guests.spawn(async move {
            start.wait().await;
            let answer = wish
                .book(&Client::new(), &url)
                .await
                .expect("the server answers");
            (wish, answer)
        });
    }
    // They are quick: guests must find some time that no intruder wants.
    let (intruded, _) = contested.split_at(CONTESTED_STARTS / 2);
    let mut intruders = JoinSet::new();
    for _ in 0..INTRUDERS {
        let mut books = home.books().await;
        let times: Vec<Taken> = (0..INTRUSIONS)
            .map(|_| off_grid(&mut random, intruded))
            .collect();
        let start = Arc::clone(&start);
        intruders.spawn(async move {
            start.wait().await;
            let mut written = Vec::new();
            for time in times {
                written.push((time, books.claim(calm, time).await));
            }
            written
        });
    }
    let written = intruders.join_all().await.concat();
    (guests.join_all().await, written)
}

/// A time that nobody could book: it begins between two starts, and lasts seven minutes.
fn off_grid(random: &mut fastrand::Rng, contested: &[Slot]) -> Taken {
    let start = random.choice(contested).expect("not empty").start + TimeDelta::minutes(2);
    Taken {
        start,
        end: start + TimeDelta::minutes(7),
    }
}

fn assert_fair(told: &[Told], written: &[Written], taken: &[Taken]) {
    for (wish, answer) in told {
        let wanted = Taken::from(wish.slot);
        match answer {
            Answer::Booked(_) => assert!(
                taken.contains(&wanted),
                "{wish:?} was accepted and is not there"
            ),
            Answer::Refused => assert!(
                taken.iter().any(|other| other.overlaps(wanted)),
                "{wish:?} was refused, and its time stayed free"
            ),
        }
    }
    for (time, accepted) in written {
        match accepted {
            true => assert!(
                taken.contains(time),
                "{time:?} was written and is not there"
            ),
            false => assert!(
                taken.iter().any(|other| other.overlaps(*time)),
                "{time:?} was refused, and stayed free"
            ),
        }
    }
}

/// Says what happened, and makes sure that it was the race that was meant.
fn report(told: &[Told], written: &[Written]) {
    let unequal = unequal_overlaps(told);
    let won = told
        .iter()
        .filter(|(_, answer)| *answer != Answer::Refused)
        .count();
    let intruded = written.iter().filter(|(_, accepted)| *accepted).count();
    eprintln!("{unequal} pairs of wishes overlapped without being equal");
    eprintln!("{won} of {} guests were booked", told.len());
    eprintln!(
        "{intruded} of {} direct writes were accepted",
        written.len()
    );
    assert!(
        unequal > 100,
        "only {unequal} pairs of wishes overlapped without being equal"
    );
    assert!(won > 0 && won < told.len(), "{won} guests were booked");
    assert!(
        intruded < written.len(),
        "the database refused no direct write"
    );
}

fn unequal_overlaps(told: &[Told]) -> usize {
    let wanted: Vec<Taken> = told
        .iter()
        .map(|(wish, _)| Taken::from(wish.slot))
        .collect();
    let pairs = wanted
        .iter()
        .enumerate()
        .flat_map(|(index, a)| wanted[index + 1..].iter().map(move |b| (a, b)));
    pairs.filter(|(a, b)| a != b && a.overlaps(**b)).count()
}
