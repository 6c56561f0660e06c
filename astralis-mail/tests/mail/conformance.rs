use astralis_core::ports::Mailer;
use astralis_mail::{SmtpMailer, SpoolMailer};
use astralis_testkit::mailer::{MailerUnderTest, ReceivedMail, SmtpServer};
use async_trait::async_trait;
use mail_parser::MessageParser;

use crate::fixture::{composer, smtp_mailer};

fn received(content: Vec<u8>) -> ReceivedMail {
    let mail = MessageParser::default().parse(&content).unwrap();
    let message_id = mail.message_id().unwrap().to_owned();
    ReceivedMail {
        message_id,
        content,
    }
}

struct Spool {
    mailer: SpoolMailer,
    folder: tempfile::TempDir,
}

#[async_trait]
impl MailerUnderTest for Spool {
    fn mailer(&self) -> &dyn Mailer {
        &self.mailer
    }

    async fn received(&self) -> Vec<ReceivedMail> {
        let entries = std::fs::read_dir(self.folder.path().join("spool")).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        paths
            .map(|path| {
                assert_eq!(
                    path.extension().unwrap(),
                    "eml",
                    "only whole mails are left"
                );
                received(std::fs::read(path).unwrap())
            })
            .collect()
    }
}

struct Smtp {
    mailer: SmtpMailer,
    server: SmtpServer,
}

#[async_trait]
impl MailerUnderTest for Smtp {
    fn mailer(&self) -> &dyn Mailer {
        &self.mailer
    }

    async fn received(&self) -> Vec<ReceivedMail> {
        assert_eq!(self.server.violations(), Vec::<String>::new());
        let accepted = self.server.accepted().into_iter();
        accepted.map(|mail| received(mail.content)).collect()
    }
}

async fn spool() -> Spool {
    let folder = tempfile::tempdir().unwrap();
    Spool {
        mailer: SpoolMailer::new(folder.path().join("spool"), composer()),
        folder,
    }
}

async fn smtp() -> Smtp {
    let server = SmtpServer::start().await;
    Smtp {
        mailer: smtp_mailer(&server),
        server,
    }
}

mod into_a_spool {
    use super::spool;
    astralis_testkit::mailer_conformance!(spool);
}

mod over_smtp {
    use super::smtp;
    astralis_testkit::mailer_conformance!(smtp);
}
