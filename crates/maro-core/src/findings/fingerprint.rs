//! Fingerprints: what makes two failures the same defect.
//!
//! A message says the same thing with other numbers each time: ports, durations, addresses, ids. So
//! what changes from run to run is left out before it is hashed.

use super::FailedCase;
use crate::hash::sha256_hex;

/// Enough of a message to tell defects apart.
const LONGEST: usize = 300;

/// The fingerprint of a case that failed in a suite.
#[must_use]
pub fn of_case(suite: &str, failed: &FailedCase) -> String {
    let case = &failed.case;
    of(
        &[suite, &case.suite, &case.class_name, &case.name],
        &failed.message,
    )
}

/// The fingerprint of a message from a place.
#[must_use]
pub fn of(place: &[&str], message: &str) -> String {
    let mut text = String::new();
    for part in place {
        text.push_str(part);
        text.push('\0');
    }
    text.push_str(&normalised(message));
    sha256_hex(text.as_bytes())
}

/// Lower case, one blank between words, and `#` for every word or part with a digit in it.
fn normalised(message: &str) -> String {
    let mut words = String::new();
    let mut part = String::new();
    for c in message.to_lowercase().chars().chain([' ']) {
        if c.is_alphanumeric() {
            part.push(c);
            continue;
        }
        let is_changing = part.chars().any(|c| c.is_ascii_digit());
        words.push_str(if is_changing { "#" } else { &part });
        part.clear();
        if !(c.is_whitespace() && words.ends_with(' ')) {
            words.push(if c.is_whitespace() { ' ' } else { c });
        }
        if words.len() > LONGEST {
            break;
        }
    }
    words.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_from_run_to_run_makes_no_difference() {
        let same = [
            "Timeout after 3001 ms at 127.0.0.1:5501 (id 0190a-7f3e)",
            "timeout  after 45 ms\nat 10.1.2.3:80 (id 77b1-9c2)",
        ];
        assert_eq!(
            normalised(same[0]),
            "timeout after # ms at #.#.#.#:# (id #-#)"
        );
        assert_eq!(of(&["a"], same[0]), of(&["a"], same[1]));
    }

    #[test]
    fn what_differs_is_told_apart() {
        assert_ne!(of(&["a"], "expected red"), of(&["a"], "expected blue"));
        assert_ne!(of(&["a"], "x"), of(&["b"], "x"));
        assert_ne!(of(&["a", "b"], "x"), of(&["ab", ""], "x"));
    }
}
