//! The spool folder, read with a calendar program that is not ours.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use astralis_testkit::mailer::{python, script};
use serde::Deserialize;

use crate::waiting::eventually;

/// What PyPI's `icalendar` finds in a mail.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(crate) struct Invitation {
    pub(crate) method: String,
    pub(crate) sequence: u32,
    pub(crate) uid: String,
}

/// The invitations in the spool folder once it holds this many mails; by sequence and method.
pub(crate) async fn invitations(spool: &Path, count: usize) -> Vec<Invitation> {
    let what = format!("{count} mails in {}", spool.display());
    let mails = eventually(&what, Duration::from_secs(10), async || {
        let mails = mails(spool);
        (mails.len() >= count).then_some(mails)
    })
    .await;
    assert_eq!(mails.len(), count, "mails in the spool");
    let mut invitations: Vec<_> = mails.iter().map(|mail| read(mail)).collect();
    invitations.sort_by_key(|invitation| (invitation.sequence, invitation.method.clone()));
    invitations
}

fn mails(spool: &Path) -> Vec<PathBuf> {
    let Ok(folder) = std::fs::read_dir(spool) else {
        return Vec::new(); // Made with the first mail.
    };
    let files = folder.map(|file| file.expect("the folder can be listed").path());
    files
        .filter(|file| file.extension().is_some_and(|extension| extension == "eml"))
        .collect()
}

fn read(mail: &Path) -> Invitation {
    let output = Command::new(python())
        .arg(script("read_invitation.py"))
        .stdin(File::open(mail).expect("the mail can be read"))
        .output()
        .expect("Python starts");
    assert!(output.status.success(), "{}: {output:?}", mail.display());
    serde_json::from_slice(&output.stdout).expect("the reader prints JSON")
}
