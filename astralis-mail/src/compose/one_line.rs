/// More than any name, title or place may have; no word of this length breaks SMTP's limit of 998
/// bytes a line.
const LONGEST: usize = 500;

/// A text as it may stand in a header, a subject or a row: every run of white space and control
/// characters becomes one space. What looks like an encoded word (RFC 2047) is taken apart, so that
/// it is read as it was written.
pub(super) fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    let mut line = words.join(" ").replace("=?", "= ?");
    if let Some((end, _)) = line.char_indices().nth(LONGEST) {
        line.truncate(end);
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoded_word_is_only_a_word() {
        assert_eq!(one_line("=?utf-8?q?boo?="), "= ?utf-8?q?boo?=");
    }

    #[test]
    fn no_line_break_of_any_kind_is_left() {
        assert_eq!(one_line(" a\r\nb\u{85}c\u{2028}d\0e\t "), "a b c d e");
    }
}
