//! What the spool keeps, and from whom.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use astralis_core::model::{MessageKind, RecipientRole};
use astralis_core::ports::Mailer;
use astralis_mail::SpoolMailer;
use astralis_testkit::mailer::message;

use crate::fixture::composer;

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn nobody_else_on_the_machine_can_read_the_mails() {
    let beside = tempfile::tempdir().unwrap();
    let folder = beside.path().join("spool");
    let message = message(MessageKind::Confirmation, RecipientRole::Guest);
    let mailer = SpoolMailer::new(&folder, composer());
    mailer.send(&message).await.unwrap();
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&folder.join(format!("{}.eml", message.id))), 0o600);
}
