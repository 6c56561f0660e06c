use std::time::Duration;

use astralis_core::model::{Message, MessageKind, RecipientRole};
use astralis_core::ports::{MailError, Mailer};
use astralis_mail::{Login, Security, SmtpMailer};
use astralis_testkit::mailer::{Fault, Phase, SmtpServer, message};

use crate::fixture::{composer, smtp_config, smtp_mailer};

fn confirmation() -> Message {
    message(MessageKind::Confirmation, RecipientRole::Guest)
}

/// How a send ends when something goes wrong once, and that the next one then succeeds.
async fn outcome_of(phase: Phase, fault: Fault) -> (MailError, usize) {
    let server = SmtpServer::start().await;
    let mailer = smtp_mailer(&server);
    server.fail_next(phase, fault);
    let error = mailer.send(&confirmation()).await.unwrap_err();
    let accepted = server.accepted().len();
    mailer.send(&confirmation()).await.unwrap();
    assert_eq!(server.accepted().len(), accepted + 1);
    assert_eq!(server.violations(), Vec::<String>::new());
    (error, accepted)
}

#[tokio::test]
async fn a_4xx_reply_means_later() {
    for phase in [
        Phase::Greeting,
        Phase::Sender,
        Phase::Recipient,
        Phase::Data,
        Phase::Content,
    ] {
        let (error, _) = outcome_of(phase, Fault::Reply("451 try again later")).await;
        assert!(
            matches!(error, MailError::Transient(_)),
            "{phase:?}: {error:?}"
        );
    }
}

#[tokio::test]
async fn a_5xx_reply_to_the_mail_means_never() {
    for phase in [Phase::Recipient, Phase::Data, Phase::Content] {
        let (error, _) = outcome_of(phase, Fault::Reply("550 no such user")).await;
        let MailError::Permanent(cause) = &error else {
            panic!("{phase:?}: {error:?}");
        };
        assert!(cause.to_string().contains("no such user"), "{cause}");
    }
}

#[tokio::test]
async fn a_server_that_turns_us_away_is_tried_again() {
    let (error, _) = outcome_of(Phase::Greeting, Fault::Reply("554 go away")).await;
    assert!(matches!(error, MailError::Transient(_)), "{error:?}");
}

#[tokio::test]
async fn a_sender_that_the_server_turns_down_is_ours_to_mend() {
    let reply = Fault::Reply("553 not your address");
    let (error, _) = outcome_of(Phase::Sender, reply).await;
    assert!(matches!(error, MailError::Transient(_)), "{error:?}");
}

#[tokio::test]
async fn a_connection_lost_before_the_text_means_later() {
    for phase in [
        Phase::Greeting,
        Phase::Sender,
        Phase::Recipient,
        Phase::Data,
    ] {
        let (error, accepted) = outcome_of(phase, Fault::HangUp).await;
        assert!(
            matches!(error, MailError::Transient(_)),
            "{phase:?}: {error:?}"
        );
        assert_eq!(accepted, 0);
    }
}

#[tokio::test]
async fn a_connection_lost_after_the_text_means_nobody_knows() {
    let (error, accepted) = outcome_of(Phase::Content, Fault::HangUp).await;
    assert!(matches!(error, MailError::Unknown(_)), "{error:?}");
    assert_eq!(accepted, 0);
    let (error, accepted) = outcome_of(Phase::Content, Fault::AcceptAndHangUp).await;
    assert!(matches!(error, MailError::Unknown(_)), "{error:?}");
    assert_eq!(accepted, 1);
}

#[tokio::test]
async fn a_repeated_mail_is_the_same_mail() {
    let server = SmtpServer::start().await;
    let mailer = smtp_mailer(&server);
    server.fail_next(Phase::Content, Fault::AcceptAndHangUp);
    mailer.send(&confirmation()).await.unwrap_err();
    mailer.send(&confirmation()).await.unwrap();

    let accepted = server.accepted();
    let told: Vec<_> = accepted.iter().map(|mail| mail.acknowledged).collect();
    assert_eq!(told, [false, true]);
    let [first, second] =
        [0, 1].map(|at| (&accepted[at].from, &accepted[at].to, &accepted[at].content));
    assert_eq!(first, second);
}

#[tokio::test]
async fn a_silent_server_is_given_up() {
    for (phase, unknown) in [
        (Phase::Greeting, false),
        (Phase::Recipient, false),
        (Phase::Content, true),
    ] {
        let server = SmtpServer::start().await;
        let mut config = smtp_config(&server);
        config.timeout = Duration::from_millis(200);
        let mailer = SmtpMailer::new(config, composer()).unwrap();
        server.fail_next(phase, Fault::Silence);
        let error = mailer.send(&confirmation()).await.unwrap_err();
        assert!(error.is_transient(), "{phase:?}");
        assert_eq!(matches!(error, MailError::Unknown(_)), unknown, "{phase:?}");
    }
}

#[tokio::test]
async fn nobody_listening_means_later() {
    let server = SmtpServer::start().await;
    let mailer = smtp_mailer(&server);
    drop(server);
    let error = mailer.send(&confirmation()).await.unwrap_err();
    assert!(matches!(error, MailError::Transient(_)), "{error:?}");
}

#[tokio::test]
async fn the_login_is_used_and_a_wrong_one_is_tried_again() {
    // "\0ada\0secret"
    let server = SmtpServer::start_with_login("AGFkYQBzZWNyZXQ=").await;
    let mut config = smtp_config(&server);
    let login = |password: &str| {
        Some(Login {
            user: "ada".to_owned(),
            password: password.to_owned(),
        })
    };
    config.login = login("wrong");
    let mailer = SmtpMailer::new(config.clone(), composer()).unwrap();
    let error = mailer.send(&confirmation()).await.unwrap_err();
    assert!(matches!(error, MailError::Transient(_)), "{error:?}");

    config.login = login("secret");
    let mailer = SmtpMailer::new(config, composer()).unwrap();
    mailer.send(&confirmation()).await.unwrap();
    assert_eq!(server.accepted()[0].to, ["ada@example.org"]);
}

#[tokio::test]
async fn a_server_without_starttls_gets_no_mail_when_it_is_demanded() {
    let server = SmtpServer::start().await;
    let mut config = smtp_config(&server);
    config.security = Security::StartTls;
    let mailer = SmtpMailer::new(config, composer()).unwrap();
    let error = mailer.send(&confirmation()).await.unwrap_err();
    assert!(matches!(error, MailError::Transient(_)), "{error:?}");
    assert_eq!(server.accepted(), []);
}
