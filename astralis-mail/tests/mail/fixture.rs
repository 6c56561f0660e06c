use std::sync::Arc;
use std::time::Duration;

use astralis_core::model::Message;
use astralis_core::time::ZoneDatabase;
use astralis_mail::{Composer, Links, Security, Sender, SmtpConfig, SmtpMailer};
use astralis_testkit::mailer::SmtpServer;

pub(crate) fn composer() -> Composer {
    Composer {
        sender: Sender {
            name: "Astralis".to_owned(),
            email: "booking@example.net".parse().unwrap(),
        },
        links: Links {
            manage: Arc::new(|booking| {
                let generation = booking.link_generation;
                format!("https://book.example.net/booking/b{generation}")
            }),
            dashboard: "https://book.example.net/calendar".to_owned(),
        },
        zones: ZoneDatabase::bundled(),
    }
}

pub(crate) fn composed(message: &Message) -> Vec<u8> {
    composer().compose(message).unwrap().formatted()
}

pub(crate) fn smtp_config(server: &SmtpServer) -> SmtpConfig {
    SmtpConfig {
        host: server.address().ip().to_string(),
        port: server.address().port(),
        security: Security::Plain,
        login: None,
        ca_file: None,
        timeout: Duration::from_secs(20),
    }
}

pub(crate) fn smtp_mailer(server: &SmtpServer) -> SmtpMailer {
    SmtpMailer::new(smtp_config(server), composer()).unwrap()
}
