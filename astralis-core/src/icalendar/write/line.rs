use std::fmt::{self, Write};

use crate::time::TimeZoneName;

/// The longest line in bytes, its line break not counted (RFC 5545 §3.1).
const LINE_LIMIT: usize = 75;

/// One property on its way out: `NAME;PARAMETER=value:value`, folded when it ends.
///
/// Names are literals of ours. Everything else is sanitised here and nowhere else, so that no
/// value can end its line, its parameter or its quotes.
pub(super) struct ContentLine {
    line: String,
}

impl ContentLine {
    pub(super) fn new(name: &'static str) -> Self {
        Self {
            line: name.to_owned(),
        }
    }

    /// Adds a parameter: always quoted, with `"` and `^` written as RFC 6868 wants them. Line
    /// breaks become spaces, since few readers know `^n`; other control characters are left out.
    /// A backslash becomes a slash: parameters know no escapes, but readers exist that take `\"` for
    /// a quote that does not end the value.
    pub(super) fn parameter(mut self, name: &'static str, value: &str) -> Self {
        self.line.push(';');
        self.line.push_str(name);
        self.line.push_str("=\"");
        for c in value.chars() {
            match c {
                '"' => self.line.push_str("^'"),
                '^' => self.line.push_str("^^"),
                '\\' => self.line.push('/'),
                '\r' | '\n' | '\t' | '\u{2028}' | '\u{2029}' => self.line.push(' '),
                c if c.is_control() => {}
                c => self.line.push(c),
            }
        }
        self.line.push('"');
        self
    }

    /// Adds a parameter whose value is a word of ours and needs no quotes.
    pub(super) fn keyword(mut self, name: &'static str, value: &'static str) -> Self {
        self.line.push(';');
        self.line.push_str(name);
        self.line.push('=');
        self.line.push_str(value);
        self
    }

    /// Adds TZID. Names of zones are made of letters that need no quotes.
    pub(super) fn time_zone(mut self, name: &TimeZoneName) -> Self {
        self.line.push_str(";TZID=");
        self.line.push_str(name.as_str());
        self
    }

    /// Ends with TEXT (RFC 5545 §3.3.11): line breaks of any kind are escaped, control characters
    /// other than tabs are left out.
    pub(super) fn text(mut self, value: &str, out: &mut impl Write) -> fmt::Result {
        self.line.push(':');
        let mut characters = value.chars().peekable();
        while let Some(c) = characters.next() {
            match c {
                '\\' | ';' | ',' => self.line.extend(['\\', c]),
                '\r' if characters.peek() == Some(&'\n') => {}
                '\r' | '\n' | '\u{2028}' | '\u{2029}' => self.line.push_str("\\n"),
                '\t' => self.line.push('\t'),
                c if c.is_control() => {}
                c => self.line.push(c),
            }
        }
        self.fold(out)
    }

    /// Ends with a value that has no special characters: a time, a number, a URI.
    pub(super) fn value(mut self, value: impl fmt::Display, out: &mut impl Write) -> fmt::Result {
        write!(self.line, ":{value}")?;
        debug_assert!(
            !self.line.contains(char::is_control),
            "only text may hold control characters"
        );
        self.fold(out)
    }

    /// Writes the line in pieces of at most [`LINE_LIMIT`] bytes, never inside of a character.
    fn fold(self, out: &mut impl Write) -> fmt::Result {
        let mut rest = self.line.as_str();
        let mut limit = LINE_LIMIT;
        while rest.len() > limit {
            let (piece, next) = rest.split_at(rest.floor_char_boundary(limit));
            write!(out, "{piece}\r\n ")?;
            rest = next;
            limit = LINE_LIMIT - 1; // The space that marks a continuation counts.
        }
        write!(out, "{rest}\r\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> String {
        let mut out = String::new();
        ContentLine::new("SUMMARY").text(value, &mut out).unwrap();
        out
    }

    #[test]
    fn text_is_escaped_and_keeps_its_line_breaks() {
        assert_eq!(
            text("a;b,c\\d\r\ne\rf\ng\u{2028}h"),
            "SUMMARY:a\\;b\\,c\\\\d\\ne\\nf\\ng\\nh\r\n"
        );
    }

    #[test]
    fn control_characters_are_left_out() {
        assert_eq!(text("a\0b\u{85}c\u{7f}\td"), "SUMMARY:abc\td\r\n");
    }

    #[test]
    fn a_parameter_cannot_end_its_quotes() {
        let mut out = String::new();
        ContentLine::new("ATTENDEE")
            .parameter("CN", "\"x\":y;z,^\r\nBEGIN:VALARM")
            .value("mailto:ada@example.org", &mut out)
            .unwrap();
        let unfolded = out.replace("\r\n ", "");
        assert_eq!(
            unfolded,
            "ATTENDEE;CN=\"^'x^':y;z,^^  BEGIN:VALARM\":mailto:ada@example.org\r\n"
        );
    }

    #[test]
    fn long_lines_are_folded_between_characters() {
        let long = "é".repeat(100);
        let folded = text(&long);
        for line in folded.trim_end().split("\r\n") {
            assert!(line.len() <= LINE_LIMIT, "{} bytes", line.len());
        }
        assert_eq!(folded.replace("\r\n ", ""), format!("SUMMARY:{long}\r\n"));
    }
}
