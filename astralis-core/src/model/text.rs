/// What is wrong with one field of a request: where, a stable code, and what was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: expected {expected}")]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "camelCase")
)]
pub struct FieldError {
    /// The field's name on the wire, such as `guestEmail`.
    pub field: &'static str,
    /// A stable word for programs, such as `tooLong`.
    pub code: &'static str,
    /// What would have been accepted, as a clause for people.
    pub expected: String,
}

impl FieldError {
    /// A finding about `field`.
    pub fn new(field: &'static str, code: &'static str, expected: impl Into<String>) -> Self {
        Self {
            field,
            code,
            expected: expected.into(),
        }
    }
}

/// Trims `text`, ends every line with `\n` alone, and checks that it has `min` to `max` characters
/// and no control characters but line breaks and tabs.
///
/// # Errors
///
/// A [`FieldError`] with the code `required`, `tooLong` or `controlCharacter`.
pub fn check_text(
    field: &'static str,
    text: &str,
    min: usize,
    max: usize,
) -> Result<String, FieldError> {
    // Browsers send what was typed as one line break as two characters.
    let text = text.trim().replace("\r\n", "\n").replace('\r', "\n");
    let length = text.chars().count();
    if length < min {
        return Err(FieldError::new(
            field,
            "required",
            format!("at least {min} characters"),
        ));
    }
    if length > max {
        return Err(FieldError::new(
            field,
            "tooLong",
            format!("at most {max} characters"),
        ));
    }
    if text
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\t'))
    {
        return Err(FieldError::new(
            field,
            "controlCharacter",
            "text without control characters",
        ));
    }
    Ok(text)
}

/// Like [`check_text`] for a single line, such as a name: line breaks, tabs and runs of spaces
/// become one space.
///
/// # Errors
///
/// A [`FieldError`] as for [`check_text`].
pub fn check_line(
    field: &'static str,
    text: &str,
    min: usize,
    max: usize,
) -> Result<String, FieldError> {
    let words: Vec<_> = text.split_whitespace().collect();
    check_text(field, &words.join(" "), min, max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_trimmed_and_counted_in_characters() {
        assert_eq!(
            check_text("title", "  Übung ", 1, 5),
            Ok("Übung".to_owned())
        );
        assert_eq!(
            check_text("title", "Übungen", 1, 5).unwrap_err().code,
            "tooLong"
        );
        assert_eq!(
            check_text("title", " \n", 1, 5).unwrap_err().code,
            "required"
        );
        assert_eq!(
            check_text("title", "a\0b", 1, 5).unwrap_err().code,
            "controlCharacter"
        );
    }

    #[test]
    fn a_line_break_is_one_character_however_it_was_sent() {
        let typed = check_text("description", "a\r\nb\rc\n", 1, 5);
        assert_eq!(typed, Ok("a\nb\nc".to_owned()));
    }

    #[test]
    fn a_line_has_no_breaks() {
        let name = "Eve\r\nBcc:\u{2028} all@example.org";
        assert_eq!(
            check_line("name", name, 1, 200),
            Ok("Eve Bcc: all@example.org".to_owned())
        );
        assert_eq!(
            check_line("name", "a\u{1b}b", 1, 9).unwrap_err().code,
            "controlCharacter"
        );
    }
}
