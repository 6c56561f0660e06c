use super::WrittenFile;

/// In the manner of Apple's Calendar.
pub const APPLE: &[u8] = include_bytes!("../../calendars/apple.ics");
/// In the manner of Fastmail.
pub const FASTMAIL: &[u8] = include_bytes!("../../calendars/fastmail.ics");
/// In the manner of Google Calendar.
pub const GOOGLE: &[u8] = include_bytes!("../../calendars/google.ics");
/// In the manner of Nextcloud.
pub const NEXTCLOUD: &[u8] = include_bytes!("../../calendars/nextcloud.ics");
/// In the manner of Nextcloud: series that were changed from some occurrence on.
pub const NEXTCLOUD_CHANGES: &[u8] = include_bytes!("../../calendars/nextcloud_changes.ics");
/// In the manner of Exchange and Outlook.
pub const OUTLOOK: &[u8] = include_bytes!("../../calendars/outlook.ics");
/// In the manner of Outlook: zones by its own names, and by names that nobody knows.
pub const OUTLOOK_ZONES: &[u8] = include_bytes!("../../calendars/outlook_zones.ics");

/// All of them.
#[must_use]
pub fn producers() -> Vec<WrittenFile> {
    let files = [
        ("Apple", APPLE),
        ("Fastmail", FASTMAIL),
        ("Google", GOOGLE),
        ("Nextcloud", NEXTCLOUD),
        ("Nextcloud, changes", NEXTCLOUD_CHANGES),
        ("Outlook", OUTLOOK),
        ("Outlook, zones", OUTLOOK_ZONES),
    ];
    let file = |(name, bytes): (_, &[u8])| WrittenFile {
        name,
        bytes: bytes.to_vec(),
    };
    files.map(file).into()
}
