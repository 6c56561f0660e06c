use calcard::icalendar::{ICalendarComponent, ICalendarParameterName};

use crate::icalendar::read::property::{entries, parameter, text};
use crate::icalendar::read::{CalendarOwner, WhyFree};
use crate::model::{BusyKind, EmailAddress};

/// How an event makes its owner busy, and why it does not if it does not.
pub(super) fn of(
    event: &ICalendarComponent,
    owner: &CalendarOwner<'_>,
    all_day: bool,
) -> (BusyKind, Option<WhyFree>) {
    let shown = Shown::of(event);
    let answer = answer_of(event, owner.addresses);
    let status = text(event, "STATUS").unwrap_or_default();
    let is = |text: &str, word: &str| text.trim().eq_ignore_ascii_case(word);
    let free = if is(status, "CANCELLED") {
        Some(WhyFree::Cancelled)
    } else if is(answer, "DECLINED") {
        Some(WhyFree::Declined)
    } else if shown == Shown::Free {
        Some(WhyFree::Free)
    } else {
        None
    };
    let open = is(answer, "TENTATIVE") || is(answer, "NEEDS-ACTION");
    let kind = match shown {
        Shown::OutOfOffice => BusyKind::OutOfOffice,
        Shown::Tentative => BusyKind::Tentative,
        _ if open || is(status, "TENTATIVE") => BusyKind::Tentative,
        _ if all_day => BusyKind::AllDay,
        _ => BusyKind::Busy,
    };
    (kind, free)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Free,
    Busy,
    Tentative,
    OutOfOffice,
}

impl Shown {
    /// Outlook's word where there is one: it says more than TRANSP, which follows it. Where they
    /// disagree, Outlook itself believes its own.
    fn of(event: &ICalendarComponent) -> Self {
        let word = |name| {
            text(event, name)
                .unwrap_or_default()
                .trim()
                .to_ascii_uppercase()
        };
        match word("X-MICROSOFT-CDO-BUSYSTATUS").as_str() {
            "FREE" | "WORKINGELSEWHERE" => Self::Free,
            "TENTATIVE" => Self::Tentative,
            "OOF" => Self::OutOfOffice,
            "BUSY" => Self::Busy,
            _ if word("TRANSP") == "TRANSPARENT" => Self::Free,
            _ => Self::Busy,
        }
    }
}

/// The PARTSTAT of the attendee who is the calendar's owner; empty if there is none.
fn answer_of<'a>(event: &'a ICalendarComponent, owner: &[EmailAddress]) -> &'a str {
    let is_owner = |address: &str| {
        let address = address.trim();
        let scheme = address
            .get(..7)
            .filter(|s| s.eq_ignore_ascii_case("mailto:"));
        let address = scheme.map_or(address, |_| &address[7..]);
        address
            .parse::<EmailAddress>()
            .is_ok_and(|address| owner.contains(&address))
    };
    entries(event, "ATTENDEE")
        .filter(|attendee| {
            let uri = attendee.values.first().and_then(|value| value.as_text());
            let email = parameter(attendee, &ICalendarParameterName::Email);
            uri.is_some_and(is_owner) || email.is_some_and(is_owner)
        })
        .find_map(|attendee| parameter(attendee, &ICalendarParameterName::Partstat))
        .unwrap_or_default()
}
