//! A refusal in Jira's or Confluence's own words.

use std::collections::BTreeMap;
use std::fmt;

use maro_core::text::one_line;
use serde_json::Value;

/// What Jira said when it refused. The texts come from outside: escape them where they are shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// What holds for the request as a whole.
    pub messages: Vec<String>,
    /// What holds for single fields, by field id.
    pub fields: BTreeMap<String, String>,
    /// What we make of it, when Jira itself did not answer in its form.
    pub hint: Option<&'static str>,
}

/// At most this many messages, of at most this many characters each, are kept.
const MOST_MESSAGES: usize = 20;
const LONGEST_MESSAGE: usize = 500;

const NOT_JIRA: &str = "the answer is a page, not Jira's: check the Jira address, and any proxy or sign-in in front of it";

impl Refusal {
    /// Reads the body of a refusal; a body that is not Jira's gives a hint instead of messages.
    pub(crate) fn read(status: u16, body: &[u8]) -> Self {
        let Ok(Value::Object(body)) = serde_json::from_slice(body) else {
            let is_page = body.trim_ascii_start().starts_with(b"<");
            return Self {
                status,
                messages: plain(body).into_iter().collect(),
                hint: is_page.then_some(NOT_JIRA),
                ..Self::default()
            };
        };
        let mut messages: Vec<String> = match body.get("errorMessages") {
            Some(Value::Array(texts)) => texts.iter().filter_map(text).collect(),
            _ => Vec::new(),
        };
        // Gateways and some endpoints answer with one message only.
        let single = ["message", "errorMessage", "error"]
            .iter()
            .find_map(|key| body.get(*key)?.as_str());
        if messages.is_empty() {
            messages.extend(single.map(clipped));
        }
        // Confluence's version 2 lists its reasons.
        if let Some(Value::Array(errors)) = body.get("errors") {
            messages.extend(errors.iter().filter_map(|error| text(&error["title"])));
        }
        messages.truncate(MOST_MESSAGES);
        let fields = match body.get("errors") {
            Some(Value::Object(errors)) => errors
                .iter()
                .take(MOST_MESSAGES)
                .filter_map(|(field, message)| Some((field.clone(), text(message)?)))
                .collect(),
            _ => BTreeMap::new(),
        };
        Self {
            status,
            messages,
            fields,
            hint: None,
        }
    }

    /// Whether other content could be taken: it is not the permission, the address or the way that is wrong.
    #[must_use]
    pub fn is_about_content(&self) -> bool {
        self.hint.is_none() && matches!(self.status, 400 | 409 | 413 | 422)
    }

    /// What was said, as a sentence that follows another; empty when nothing was.
    pub(crate) fn said_by(&self, who: &str) -> String {
        let first = self.messages.iter().chain(self.fields.values()).next();
        first.map_or_else(String::new, |said| format!(". {who} said: {said}"))
    }

    /// A refusal that we explain ourselves.
    pub(crate) fn hinted(status: u16, hint: &'static str) -> Self {
        Self {
            status,
            hint: Some(hint),
            ..Self::default()
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said: Vec<&str> = self
            .messages
            .iter()
            .chain(self.fields.values())
            .map(|text| text.trim())
            .collect();
        match (said.is_empty(), self.hint) {
            (false, _) => f.write_str(&said.join(" ")),
            (true, Some(hint)) => write!(f, "{hint} (HTTP {})", self.status),
            (true, None) => write!(f, "HTTP {}, without a reason", self.status),
        }
    }
}

/// A sentence, as Jira says it where it refuses before it looks at the request.
fn plain(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?.trim();
    text.starts_with(char::is_alphabetic).then(|| clipped(text))
}

fn text(value: &Value) -> Option<String> {
    let text = value.as_str()?.trim();
    (!text.is_empty()).then(|| clipped(text))
}

/// One bounded line with nothing hidden in it: it is shown in the middle of our own sentences.
fn clipped(text: &str) -> String {
    one_line(text).chars().take(LONGEST_MESSAGE).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_read_jiras_own_sentences() {
        let cases: [(&[u8], &str); 8] = [
            (b"Basic authentication with passwords is deprecated.\n", "Basic authentication with passwords is deprecated."),
            (br#"{"errorMessages":[],"errors":{"customfield_10050":"Severity class is required."}}"#, "Severity class is required."),
            (br#"{"errorMessages":["No."],"errors":{"a":"A.","b":"B."}}"#, "No. A. B."),
            (br#"{"message":"Gateway says no"}"#, "Gateway says no"),
            (br#"{"errorMessages":null,"errors":[1]}"#, "HTTP 400, without a reason"),
            (b"", "HTTP 400, without a reason"),
            (b"\n<html>no</html>", "the answer is a page, not Jira's: check the Jira address, and any proxy or sign-in in front of it (HTTP 400)"),
            (b"{\"errorMessages\":[\"cut", "HTTP 400, without a reason"),
        ];
        for (body, shown) in cases {
            assert_eq!(Refusal::read(400, body).to_string(), shown);
        }
    }

    #[test]
    fn what_was_said_follows_what_happened() {
        let refusal = Refusal::read(401, br#"{"message":"Client must be authenticated."}"#);
        assert_eq!(
            refusal.said_by("Jira"),
            ". Jira said: Client must be authenticated."
        );
        assert_eq!(Refusal::read(401, b"<html>").said_by("Jira"), "");
    }

    #[test]
    fn messages_are_one_line_with_nothing_hidden() {
        let body = r#"{"errorMessages":["No.\r\n\tFirst\u202eline"],"errors":{"a":"b\u0007\nc"}}"#;
        let refusal = Refusal::read(400, body.as_bytes());
        assert_eq!(refusal.to_string(), "No. First⟦U+202E⟧line b⟦U+0007⟧ c");
        let plain = Refusal::read(400, "Sign in\nfirst\u{200b}".as_bytes());
        assert_eq!(plain.messages, ["Sign in first⟦U+200B⟧"]);
    }

    #[test]
    fn messages_are_bounded() {
        let many = serde_json::json!({"errorMessages": vec!["x".repeat(9_999); 99]}).to_string();
        let refusal = Refusal::read(400, many.as_bytes());
        assert_eq!(
            (refusal.messages.len(), refusal.messages[0].len()),
            (20, 500)
        );
    }
}
