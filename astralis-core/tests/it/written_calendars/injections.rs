//! Calendars with what people type to get at others.

use astralis_core::icalendar::{Invitation, Meeting};
use astralis_core::time::ZoneDatabase;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::cases::file;
use super::expected::Written;
use super::meetings::{meeting, timed};

/// What means something in a calendar, in a mail, or in a reader's code.
const INJECTIONS: [&str; 8] = [
    "\r\nBEGIN:VEVENT\r\nSUMMARY:mine\r\nEND:VEVENT\r\n",
    "\nATTENDEE:mailto:eve@example.net\n",
    "a\rb\u{2028}c\u{2029}d\u{85}e\u{b}f\u{c}g\u{1c}h",
    "\";CN=Eve:mailto:eve@example.net,\\;\\\\n^n^'^^",
    "\0\u{1}\u{7f}\u{feff}end",
    "END:VCALENDAR \\",
    " leading and trailing\t ",
    "日本語のとても長い題名を折り返すための文字列です。日本語のとても長い題名を折り返すための文字列です。🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉",
];

/// Links, and whether they are ones that can stand as a URI.
const LINKS: [(&str, bool); 5] = [
    ("https://meet.example.com/\";X=\"y", false),
    (
        "https://meet.example.com/\";X=\"y\r\nX-EVIL;A=b:1\r\n",
        false,
    ),
    (
        "https://meet.example.com/\nEND:VEVENT\nEND:VCALENDAR",
        false,
    ),
    ("javascript:alert(1)", false),
    // Neither means anything in a URI value.
    ("https://meet.example.com/a;b=1,2?c=\u{27}d\u{27}:e", true),
];

pub(super) fn injections() -> Vec<Written> {
    let typed = INJECTIONS.map(str::to_owned).into_iter().chain(scraps());
    let typed = typed.enumerate().map(|(number, text)| words(number, &text));
    let links = LINKS
        .iter()
        .enumerate()
        .flat_map(|(number, (text, is_uri))| {
            [Some("Room 1"), None].map(|place| link(number, text, *is_uri, place))
        });
    typed.chain(links).collect()
}

/// Any text, with a taste for the characters that mean something in a calendar; always the same.
fn scraps() -> Vec<String> {
    let telling: Vec<char> = "\";:,\\^'=\r\n\t \0\u{7f}\u{85}\u{2028}éN老"
        .chars()
        .collect();
    let character = prop_oneof![prop::sample::select(telling), any::<char>()];
    let text = prop::collection::vec(character, 0..120).prop_map(String::from_iter);
    let mut runner = TestRunner::deterministic();
    let one = || text.new_tree(&mut runner).unwrap().current();
    std::iter::repeat_with(one).take(40).collect()
}

fn words(number: usize, injection: &str) -> Written {
    let mut event = meeting(9, timed("Europe/Paris", "2026-04-02T10:30:00", 30));
    event.title = format!("x{injection}x");
    event.description = Some(format!("x{injection}x"));
    event.location = Some(format!("x{injection}x"));
    event.meeting_link = None;
    for participant in &mut event.participants {
        participant.name = format!("x{injection}x");
    }
    let text = Invitation(Meeting::new(&event, &ZoneDatabase::bundled())).to_string();
    file(&format!("words {number}"), "REQUEST", &[&event], text)
}

fn link(number: usize, link: &str, is_uri: bool, place: Option<&str>) -> Written {
    let mut event = meeting(9, timed("Europe/Paris", "2026-04-02T10:30:00", 30));
    event.meeting_link = Some(link.to_owned());
    event.location = place.map(str::to_owned);
    let text = Invitation(Meeting::new(&event, &ZoneDatabase::bundled())).to_string();
    let name = format!("link {number} beside {place:?}");
    Written {
        has_url: is_uri,
        ..file(&name, "REQUEST", &[&event], text)
    }
}
