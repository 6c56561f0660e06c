//! The memory mailer passes the suite that every mailer passes.

#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml lets tests unwrap, but only inside of functions marked #[test]"
)]

use astralis_core::memory::MemoryMailer;
use astralis_core::ports::Mailer;
use astralis_testkit::mailer::{MailerUnderTest, ReceivedMail};
use async_trait::async_trait;

struct Memory(MemoryMailer);

#[async_trait]
impl MailerUnderTest for Memory {
    fn mailer(&self) -> &dyn Mailer {
        &self.0
    }

    async fn received(&self) -> Vec<ReceivedMail> {
        let sent = self.0.sent().into_iter();
        sent.map(|message| ReceivedMail {
            message_id: message.id.to_string(),
            content: serde_json::to_vec(&message).unwrap(),
        })
        .collect()
    }
}

async fn memory() -> Memory {
    Memory(MemoryMailer::new())
}

astralis_testkit::mailer_conformance!(memory);
