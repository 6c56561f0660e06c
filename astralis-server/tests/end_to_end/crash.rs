//! The server is killed again and again; nothing it accepted may be lost.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use astralis_testkit::mailer::{Accepted, Fault, Phase, SmtpServer};
use reqwest::Client;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;
use uuid::Uuid;

use crate::books::Books;
use crate::guest::{Answer, Wish, offered};
use crate::home::Home;
use crate::host::offer;
use crate::server::Server;
use crate::waiting::eventually;

/// How often at least. If one of the moments that matter was not hit by then, it goes on.
const KILLS: usize = 50;
const MOST_KILLS: usize = 150;

/// Guests who book at the same time.
const CLIENTS: usize = 8;

const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn what_was_accepted_survives_fifty_kills() {
    survives_fifty_kills(Home::of_one_server()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_accepted_survives_fifty_kills_on_postgres() {
    survives_fifty_kills(Home::of_many_servers().await).await;
}

async fn survives_fifty_kills(home: Home) {
    let mut trial = Trial::begin(home).await;
    while trial.kills < KILLS || (!trial.saw_everything() && trial.kills < MOST_KILLS) {
        trial.kill_under_load().await;
    }
    trial.judge().await;
}

/// When the server is killed.
#[derive(Debug, Clone, Copy)]
enum Moment {
    /// This long after so many bookings were answered.
    AfterAnswers(usize, Duration),
    /// When a mail's text has arrived and the mail server has not said yet that it took it.
    BeforeAcknowledgement,
}

/// Everything outside the server, which is what survives it.
struct Trial {
    home: Home,
    mail: SmtpServer,
    random: fastrand::Rng,
    wishes: Arc<Mutex<VecDeque<Wish>>>,
    ledger: Ledger,
    kills: usize,
    /// Kills after which a wish that was never answered turned out to be booked.
    kills_before_answer: usize,
    /// Mails that were accepted while the server was killed before it could hear so.
    accepted_unheard: Vec<Accepted>,
}

/// What the guests know.
#[derive(Debug, Default)]
struct Ledger {
    acknowledged: Vec<(Wish, Uuid)>,
    refused: usize,
    unanswered: Vec<Wish>,
}

impl Trial {
    async fn begin(home: Home) -> Self {
        let mail = SmtpServer::start().await;
        let mut random = fastrand::Rng::with_seed(20_261_025);
        let server = start(&home, &mail).await;
        offer(&server, "crash", 5, 5).await;
        let mut slots = offered(&server, "crash").await;
        random.shuffle(&mut slots);
        let wishes = slots.into_iter().enumerate();
        let wishes =
            wishes.map(|(guest, slot)| Wish::new("crash", slot, &format!("guest-{guest}")));
        Self {
            wishes: Arc::new(Mutex::new(wishes.collect())),
            ledger: Ledger::default(),
            kills: 0,
            kills_before_answer: 0,
            accepted_unheard: Vec::new(),
            home,
            mail,
            random,
        }
    }

    fn saw_everything(&self) -> bool {
        self.kills_before_answer > 0 && !self.accepted_unheard.is_empty()
    }

    /// One life of the server: it starts on what the last one left, takes bookings, and dies.
    async fn kill_under_load(&mut self) {
        let server = start(&self.home, &self.mail).await;
        let moment = self.choose_moment();
        let (answered, answers) = watch::channel(0);
        let guests = self.let_guests_book(&server, answered);
        self.wait_for(moment, answers).await;
        server.kill().await;
        self.kills += 1;
        let round = guests.join_all().await;
        self.take_note(round).await;
    }

    fn choose_moment(&mut self) -> Moment {
        if self.random.u8(..4) == 0 {
            return Moment::BeforeAcknowledgement;
        }
        let pause = Duration::from_millis(self.random.u64(..4));
        Moment::AfterAnswers(self.random.usize(1..12), pause)
    }

    async fn wait_for(&mut self, moment: Moment, mut answers: watch::Receiver<usize>) {
        match moment {
            Moment::AfterAnswers(count, pause) => {
                let enough = answers.wait_for(|answered| *answered >= count);
                tokio::time::timeout(PATIENCE, enough)
                    .await
                    .expect("bookings are answered")
                    .expect("guests still book");
                sleep(pause).await;
            }
            Moment::BeforeAcknowledgement => {
                let before = self.mail.accepted().len();
                self.mail.fail_next(Phase::Content, Fault::AcceptAndSilence);
                // Others may have been accepted, and acknowledged, just before.
                let unheard = eventually("a mail's text to arrive", PATIENCE, async || {
                    let arrived = self.mail.accepted().into_iter();
                    arrived.skip(before).find(|mail| !mail.acknowledged)
                });
                self.accepted_unheard.push(unheard.await);
            }
        }
    }

    fn let_guests_book(&self, server: &Server, answered: watch::Sender<usize>) -> JoinSet<Ledger> {
        let url = server.url("/api/book");
        let mut guests = JoinSet::new();
        for _ in 0..CLIENTS {
            let wishes = Arc::clone(&self.wishes);
            guests.spawn(book_until_silence(url.clone(), wishes, answered.clone()));
        }
        guests
    }

    async fn take_note(&mut self, round: Vec<Ledger>) {
        let mut books = self.home.books().await;
        let mut committed = false;
        for Ledger {
            acknowledged,
            refused,
            unanswered,
        } in round
        {
            for wish in &unanswered {
                committed |= books.event_of(&wish.email).await.is_some();
            }
            self.ledger.acknowledged.extend(acknowledged);
            self.ledger.refused += refused;
            self.ledger.unanswered.extend(unanswered);
        }
        self.kills_before_answer += usize::from(committed);
        // Now and then, so that both happen: mails that wait for a dead worker's lease to end, and
        // mails that are sent again and interrupted again.
        if self.kills.is_multiple_of(5) {
            books.end_leases().await;
        }
    }

    /// Looks for anything that was promised and is not there.
    async fn judge(mut self) {
        let mut books = self.home.books().await;
        books.end_leases().await;
        let server = start(&self.home, &self.mail).await;
        for (wish, event) in &self.ledger.acknowledged {
            assert_eq!(
                books.event_of(&wish.email).await,
                Some(*event),
                "{wish:?} was acknowledged"
            );
        }
        self.repeat_unanswered(&server, &mut books).await;
        eventually("every mail to be sent", PATIENCE, async || {
            (books.undelivered().await == 0).then_some(())
        })
        .await;
        assert_eq!(books.overlaps().await, 0, "two exclusive claims overlap");
        assert_eq!(
            books.orphans().await,
            0,
            "claims and bookings that lack each other"
        );
        let repeated = self.assert_delivered(&mut books).await;
        self.report(repeated);
    }

    /// A guest who heard nothing asks again: what was booked stays as it was.
    async fn repeat_unanswered(&mut self, server: &Server, books: &mut Books) {
        let (client, url) = (Client::new(), server.url("/api/book"));
        for wish in &self.ledger.unanswered {
            let before = books.event_of(&wish.email).await;
            let answer = wish.book(&client, &url).await.expect("the server answers");
            if let Some(event) = before {
                assert_eq!(answer, Answer::Booked(event), "{wish:?} was booked already");
            }
        }
    }

    /// Each message arrived, none under two ids; answers how many arrived more than once.
    async fn assert_delivered(&self, books: &mut Books) -> usize {
        let mut arrived: BTreeMap<Uuid, usize> = BTreeMap::new();
        for mail in self.mail.accepted() {
            *arrived.entry(message_id(&mail)).or_default() += 1;
        }
        let messages = books.messages().await;
        for message in &messages {
            assert!(
                arrived.contains_key(message),
                "message {message} never arrived"
            );
        }
        let bookings = messages.len() / 2;
        assert!(
            bookings >= self.ledger.acknowledged.len(),
            "guest and host each get a mail"
        );
        assert_eq!(
            arrived.len(),
            messages.len(),
            "a repeated mail has the same Message-ID"
        );
        for mail in &self.accepted_unheard {
            assert!(
                arrived[&message_id(mail)] > 1,
                "a mail that nobody heard of is sent again"
            );
        }
        assert_eq!(self.mail.violations(), Vec::<String>::new());
        arrived.values().filter(|times| **times > 1).count()
    }

    fn report(&self, repeated: usize) {
        let Ledger {
            acknowledged,
            refused,
            unanswered,
        } = &self.ledger;
        eprintln!("{} kills", self.kills);
        eprintln!(
            "{} bookings acknowledged, {refused} refused",
            acknowledged.len()
        );
        eprintln!("{} requests unanswered", unanswered.len());
        eprintln!(
            "{} kills between commit and answer",
            self.kills_before_answer
        );
        eprintln!(
            "{} kills between DATA and acknowledgement",
            self.accepted_unheard.len()
        );
        eprintln!("{repeated} mails arrived more than once, each with its own Message-ID");
        assert!(self.kills >= KILLS);
        assert!(self.saw_everything(), "a moment that matters was never hit");
    }
}

async fn start(home: &Home, mail: &SmtpServer) -> Server {
    let port = mail.address().port().to_string();
    let settings = [
        ("SMTP_HOST", "127.0.0.1"),
        ("SMTP_PORT", &port),
        ("SMTP_SECURE", "none"),
        ("SMTP_FROM_EMAIL", "booking@example.test"),
        ("ASTRALIS_RATE_LIMIT_PER_MINUTE", "0"),
    ];
    home.start(&settings).await
}

/// Books one wish after the other until the server no longer answers.
async fn book_until_silence(
    url: String,
    wishes: Arc<Mutex<VecDeque<Wish>>>,
    answered: watch::Sender<usize>,
) -> Ledger {
    let client = Client::new();
    let mut ledger = Ledger::default();
    loop {
        let wish = wishes.lock().expect("nobody panicked").pop_front();
        let wish = wish.expect("there are more times than kills need");
        match wish.book(&client, &url).await {
            Ok(Answer::Booked(event)) => ledger.acknowledged.push((wish, event)),
            Ok(Answer::Refused) => ledger.refused += 1,
            Err(_) => {
                ledger.unanswered.push(wish);
                return ledger;
            }
        }
        answered.send_modify(|count| *count += 1);
    }
}

/// The id of the message that a mail was made from.
pub(crate) fn message_id(mail: &Accepted) -> Uuid {
    let text = String::from_utf8_lossy(&mail.content);
    let header = text
        .lines()
        .find_map(|line| line.strip_prefix("Message-ID: <"));
    let id = header
        .and_then(|id| id.split_once('@'))
        .and_then(|(id, _)| id.parse().ok());
    id.unwrap_or_else(|| panic!("no Message-ID in {text}"))
}
