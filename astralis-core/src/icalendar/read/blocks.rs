use std::borrow::Cow;

use crate::icalendar::read::{Finding, Problem, UnreadableCalendar};

/// The most components that are kept of a file, and the most findings: what memory they take follows
/// from the size of the file, and a byte of it may take ten.
pub(super) const MAX_COMPONENTS: usize = 100_000;

/// A component cut out of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    /// What it is, in upper case, such as VEVENT.
    pub(super) name: String,
    /// Where it begins in the file, counted from 1.
    pub(super) line: usize,
    /// Its own unfolded lines, BEGIN and END left out; a line break behind each.
    pub(super) text: String,
    /// For a VTIMEZONE, what stands inside it; nobody asks for the alarms of an event.
    pub(super) inside: Vec<Block>,
}

impl Block {
    /// Its own unfolded lines.
    pub(super) fn lines(&self) -> impl Iterator<Item = &str> {
        self.text.split_terminator('\n')
    }

    /// The values of a property as written, parameters left out.
    pub(super) fn values<'a>(&'a self, property: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.lines().filter(move |line| has_name(line, property));
        named.filter_map(|line| Some(line.split_once(':')?.1.trim()))
    }
}

/// Whether a line is of this property. Mostly its first letter tells, and nothing has to be cut.
fn has_name(line: &str, property: &str) -> bool {
    let line = line.trim_start().as_bytes();
    line.split_at_checked(property.len())
        .is_some_and(|(start, rest)| {
            let behind = rest.trim_ascii_start().first();
            start.eq_ignore_ascii_case(property.as_bytes())
                && matches!(behind, None | Some(b':' | b';'))
        })
}

/// A file cut into the components that matter.
#[derive(Debug, Default)]
pub(super) struct Cut {
    pub(super) is_calendar: bool,
    pub(super) events: Vec<Block>,
    pub(super) free_busy: Vec<Block>,
    pub(super) zones: Vec<Block>,
    pub(super) findings: Vec<Finding>,
}

/// Cuts a file into components. An event that is not closed ends where something begins that
/// cannot stand inside it, so that damage does not swallow what follows.
///
/// # Errors
///
/// [`UnreadableCalendar::TooMuch`] beyond [`MAX_COMPONENTS`].
pub(super) fn cut(bytes: &[u8]) -> Result<Cut, UnreadableCalendar> {
    let mut cutter = Cutter::default();
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    for (line, raw) in unfold(bytes) {
        let text = String::from_utf8_lossy(&raw);
        if matches!(text, Cow::Owned(_)) {
            cutter.report(line, Problem::NotUtf8);
        }
        cutter.line(line, &text);
        if cutter.begun.max(cutter.cut.findings.len()) > MAX_COMPONENTS {
            return Err(UnreadableCalendar::TooMuch);
        }
    }
    cutter.close_all();
    Ok(cutter.cut)
}

/// Logical lines with the numbers of their first physical ones. Unfolding joins bytes, not
/// characters: a fold may stand inside a UTF-8 sequence (RFC 5545 §3.1).
fn unfold(bytes: &[u8]) -> impl Iterator<Item = (usize, Cow<'_, [u8]>)> {
    let lines = bytes.split(|byte| *byte == b'\n').enumerate();
    let mut lines = lines
        .map(|(index, line)| (index, line.strip_suffix(b"\r").unwrap_or(line)))
        .peekable();
    std::iter::from_fn(move || {
        let (index, first) = lines.next()?;
        let mut logical = Cow::Borrowed(first);
        while let Some((_, folded)) = lines.next_if(|(_, line)| matches!(line, [b' ' | b'\t', ..]))
        {
            logical.to_mut().extend_from_slice(&folded[1..]);
        }
        Some((index + 1, logical))
    })
}

/// How deep components stand inside each other. What is deeper belongs to nothing that is read.
const MAX_DEPTH: usize = 16;

#[derive(Default)]
struct Cutter {
    cut: Cut,
    open: Vec<Block>,
    /// How many components there were so far.
    begun: usize,
    /// How many components are open beyond [`MAX_DEPTH`].
    too_deep: usize,
}

/// Whether it is a calendar, or stands in nothing but a calendar.
fn is_outermost(name: &str) -> bool {
    matches!(
        name,
        "VCALENDAR" | "VEVENT" | "VTODO" | "VJOURNAL" | "VFREEBUSY" | "VTIMEZONE" | "VAVAILABILITY"
    )
}

impl Cutter {
    fn line(&mut self, line: usize, text: &str) {
        let component = || {
            let value = text.split_once(':').map_or("", |(_, value)| value);
            value.trim().to_ascii_uppercase()
        };
        if has_name(text, "BEGIN") {
            self.begin(line, component());
        } else if has_name(text, "END") {
            self.end(line, &component());
        } else if self.too_deep == 0
            && let Some(open) = self.open.last_mut()
        {
            open.text.extend([text, "\n"]);
        }
    }

    fn begin(&mut self, line: usize, name: String) {
        // What stands at the top of a calendar cannot stand inside an event.
        let fits_inside: fn(&str) -> bool = match name.as_str() {
            "VCALENDAR" => |_| false,
            name if is_outermost(name) => |open| open == "VCALENDAR",
            _ => |_| true,
        };
        if is_outermost(&name) {
            self.too_deep = 0;
        } else if self.open.len() >= MAX_DEPTH {
            self.too_deep += 1;
            return;
        }
        while self
            .open
            .last()
            .is_some_and(|open| !fits_inside(&open.name))
        {
            self.close_damaged();
        }
        self.cut.is_calendar |= matches!(name.as_str(), "VCALENDAR" | "VEVENT");
        self.begun += 1;
        self.open.push(Block {
            name,
            line,
            text: String::new(),
            inside: Vec::new(),
        });
    }

    fn end(&mut self, line: usize, name: &str) {
        if is_outermost(name) {
            self.too_deep = 0;
        } else if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        if !self.open.iter().any(|open| open.name == name) {
            let component = name.to_owned();
            self.report(line, Problem::NotOpened { component });
            return;
        }
        while self.open.last().is_some_and(|open| open.name != name) {
            self.close_damaged();
        }
        self.close();
    }

    fn close_all(&mut self) {
        while !self.open.is_empty() {
            self.close_damaged();
        }
    }

    fn close_damaged(&mut self) {
        if let Some(open) = self.open.last_mut() {
            let (line, component) = (open.line, open.name.clone());
            self.report(line, Problem::NotClosed { component });
        }
        self.close();
    }

    fn close(&mut self) {
        let Some(block) = self.open.pop() else {
            return;
        };
        match block.name.as_str() {
            "VEVENT" => self.cut.events.push(block),
            "VFREEBUSY" => self.cut.free_busy.push(block),
            "VTIMEZONE" => self.cut.zones.push(block),
            "VAVAILABILITY" => {
                let component = block.name;
                self.report(block.line, Problem::NotRead { component });
            }
            "STANDARD" | "DAYLIGHT" => {
                if let Some(outer) = self.open.last_mut() {
                    outer.inside.push(block);
                }
            }
            _ => {}
        }
    }

    fn report(&mut self, line: usize, problem: Problem) {
        self.cut.findings.push(Finding {
            line,
            uid: None,
            problem,
        });
    }
}
