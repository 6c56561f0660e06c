use astralis_core::model::EmailAddress;
use astralis_core::ports::{BoxError, MailError};
use lettre::Address;
use lettre::message::Mailbox;

use super::one_line::one_line;

/// Somebody as headers and the envelope name them: the domain in ASCII, which every server takes.
/// What stands before it has no ASCII form; servers without SMTPUTF8 (RFC 6531) refuse it.
pub(super) fn mailbox(name: &str, address: &EmailAddress) -> Result<Mailbox, MailError> {
    let name = one_line(name);
    let address = written(address).map_err(MailError::Permanent)?;
    Ok(Mailbox::new((!name.is_empty()).then_some(name), address))
}

/// Whom a mail answers to, if naming them cannot keep it from its reader: only the reader's own
/// address may demand more of mail servers than ASCII.
pub(super) fn answers_to(name: &str, address: &EmailAddress, to: &EmailAddress) -> Option<Mailbox> {
    let mailbox = mailbox(name, address).ok()?;
    let beyond_ascii = |local: &str| !local.is_ascii();
    let demands_more = beyond_ascii(mailbox.email.user()) && !beyond_ascii(local_part(to));
    (!demands_more).then_some(mailbox)
}

/// The part of an address after its `@`, in ASCII (RFC 5890).
pub(super) fn domain(address: &EmailAddress) -> Result<String, idna::Errors> {
    let (_, domain) = split(address);
    if domain.is_ascii() {
        return Ok(domain.to_owned());
    }
    idna::domain_to_ascii(domain)
}

fn written(address: &EmailAddress) -> Result<Address, BoxError> {
    Ok(Address::new(local_part(address), domain(address)?)?)
}

fn local_part(address: &EmailAddress) -> &str {
    split(address).0
}

fn split(address: &EmailAddress) -> (&str, &str) {
    let parts = address.as_str().rsplit_once('@');
    parts.expect("every address has an @")
}
