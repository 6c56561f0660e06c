use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;

use crate::model::Message;
use crate::ports::{MailError, Mailer};

/// A mailer that keeps what it was given and sends nothing.
#[derive(Debug, Default)]
pub struct MemoryMailer {
    sent: Mutex<Vec<Message>>,
}

impl MemoryMailer {
    /// A mailer that was given nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What it was given, in that order.
    #[must_use]
    pub fn sent(&self) -> Vec<Message> {
        self.sent
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

#[async_trait]
impl Mailer for MemoryMailer {
    async fn send(&self, message: &Message) -> Result<(), MailError> {
        self.sent
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(message.clone());
        Ok(())
    }
}
