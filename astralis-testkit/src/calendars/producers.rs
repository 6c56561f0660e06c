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

/// In the manner of Apple's Calendar: series with changed occurrences.
pub const APPLE_CHANGES: &[u8] = include_bytes!("../../calendars/apple_changes.ics");

/// In the manner of Exchange: series with changed occurrences.
pub const EXCHANGE_CHANGES: &[u8] = include_bytes!("../../calendars/exchange_changes.ics");

/// In the manner of Google Calendar: series with changed occurrences.
pub const GOOGLE_CHANGES: &[u8] = include_bytes!("../../calendars/google_changes.ics");

/// All of them.
#[must_use]
pub fn producers() -> Vec<WrittenFile> {
    let files = [
        ("Apple", APPLE),
        ("Apple, changes", APPLE_CHANGES),
        ("Exchange, changes", EXCHANGE_CHANGES),
        ("Fastmail", FASTMAIL),
        ("Google", GOOGLE),
        ("Google, changes", GOOGLE_CHANGES),
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
