//! Reading recurrence rules: any text is a rule that reads back as it was written, or an error with
//! its place.
#![no_main]

use astralis_core::recurrence::RecurrenceRule;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match text.parse::<RecurrenceRule>() {
        Ok(rule) => assert_eq!(rule.to_string().parse(), Ok(rule)),
        Err(error) => assert!(text.is_char_boundary(error.at), "{error}"),
    }
});
