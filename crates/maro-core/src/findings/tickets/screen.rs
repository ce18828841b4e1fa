//! The create screen of an issue type, and how a value becomes what a field of it takes.

use chrono::{DateTime, NaiveDate};
use serde_json::{Value, json};

/// What Jira offers for creating an issue in a project.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Screen {
    /// The names of the issue types that can be created.
    pub issue_types: Vec<String>,
    /// The fields of the issue type that is meant.
    pub fields: Vec<ScreenField>,
}

/// A field of a create screen.
#[derive(Debug, Clone, PartialEq)]
pub struct ScreenField {
    /// Jira's id of it.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Whether Jira refuses a create without it and fills in nothing.
    pub must_be_given: bool,
    /// What it takes.
    pub kind: FieldKind,
    /// The values it takes, where they are listed.
    pub allowed: Vec<Choice>,
}

/// What a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// A line of text.
    Text,
    /// A text with paragraphs.
    LongText,
    /// A number.
    Number,
    /// A day.
    Date,
    /// A moment.
    DateTime,
    /// One of several values.
    Choice,
    /// Some of several values.
    Choices,
    /// Words, such as labels.
    Words,
    /// An issue.
    Issue,
    /// Something else; it takes what was written, as it is.
    Other,
}

/// A value that a field takes.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// What people call it.
    pub label: String,
    /// What is sent for it.
    pub sent: Value,
}

/// A value in the form that a field takes.
#[derive(Debug, Clone, PartialEq)]
pub enum Shaped {
    /// As it is sent.
    Json(Value),
    /// Markdown; Cloud and Data Center hold it in different forms.
    LongText(String),
}

impl Screen {
    /// Finds a field.
    #[must_use]
    pub fn field(&self, id: &str) -> Option<&ScreenField> {
        self.fields.iter().find(|field| field.id == id)
    }

    /// The names that a field lists.
    #[must_use]
    pub fn labels_of(&self, id: &str) -> Vec<String> {
        let allowed = self.field(id).map(|field| field.allowed.as_slice());
        let allowed = allowed.unwrap_or_default().iter();
        allowed.map(|choice| choice.label.clone()).collect()
    }
}

impl ScreenField {
    /// Brings a value into the form that this field takes. Objects, and lists of them, are taken as
    /// they are: whoever writes one knows Jira's form. The error is a sentence.
    pub fn shape(&self, value: &Value) -> Result<Shaped, String> {
        let Some(text) = as_text(value) else {
            return Ok(Shaped::Json(value.clone()));
        };
        let text = text.trim();
        let shaped = match self.kind {
            FieldKind::LongText => return Ok(Shaped::LongText(text.to_owned())),
            FieldKind::Text => json!(crate::text::one_line(text)),
            FieldKind::Number => number(text)?,
            FieldKind::Date => day(text)?,
            FieldKind::DateTime => moment(text)?,
            FieldKind::Choice => self.choice(text)?,
            FieldKind::Choices => {
                let chosen = listed(text).map(|text| self.choice(text));
                Value::Array(chosen.collect::<Result<_, _>>()?)
            }
            FieldKind::Words => {
                let words = text.split(|c: char| c == ',' || c.is_whitespace());
                words.filter(|word| !word.is_empty()).collect()
            }
            FieldKind::Issue => json!({ "key": text }),
            FieldKind::Other => value.clone(),
        };
        Ok(Shaped::Json(shaped))
    }

    fn choice(&self, text: &str) -> Result<Value, String> {
        if self.allowed.is_empty() {
            return Ok(json!({ "name": text }));
        }
        let mut same = self.allowed.iter();
        let same = same.find(|choice| choice.label.to_lowercase() == text.to_lowercase());
        same.map(|choice| choice.sent.clone())
            .ok_or_else(|| format!("{text:?} is not one of {}.", self.some_labels()))
    }

    /// A few of the values, so that the sentence stays one.
    fn some_labels(&self) -> String {
        const SHOWN: usize = 10;
        let labels = self.allowed.iter().map(|choice| choice.label.as_str());
        let shown: Vec<&str> = labels.take(SHOWN).collect();
        let more = self.allowed.len().saturating_sub(SHOWN);
        match more {
            0 => shown.join(", "),
            more => format!("{} and {more} more", shown.join(", ")),
        }
    }
}

/// The text of a plain value, `None` for what has a form of its own.
fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(is) => Some(is.to_string()),
        Value::Array(parts) => {
            let parts: Option<Vec<&str>> = parts.iter().map(Value::as_str).collect();
            parts.map(|parts| parts.join(","))
        }
        Value::Null | Value::Object(_) => None,
    }
}

fn listed(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split(',').map(str::trim);
    parts.filter(|part| !part.is_empty())
}

fn number(text: &str) -> Result<Value, String> {
    if let Ok(number) = text.parse::<i64>() {
        return Ok(json!(number));
    }
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
    number
        .map(|number| json!(number))
        .ok_or_else(|| format!("{text:?} is no number."))
}

fn day(text: &str) -> Result<Value, String> {
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    let day = day.or_else(|| {
        DateTime::parse_from_rfc3339(text)
            .ok()
            .map(|at| at.date_naive())
    });
    day.map(|day| json!(day.to_string()))
        .ok_or_else(|| format!("{text:?} is no day such as 2026-11-21."))
}

/// Jira's times have an offset without a colon.
fn moment(text: &str) -> Result<Value, String> {
    let at = DateTime::parse_from_rfc3339(text);
    at.map(|at| json!(at.format("%Y-%m-%dT%H:%M:%S%.3f%z").to_string()))
        .map_err(|_| format!("{text:?} is no time such as 2026-11-21T07:00:00Z."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(kind: FieldKind) -> ScreenField {
        let choice = |label: &str| Choice {
            label: label.into(),
            sent: json!({ "value": label }),
        };
        ScreenField {
            id: "customfield_1".into(),
            name: "Team".into(),
            must_be_given: true,
            kind,
            allowed: vec![choice("Backend"), choice("Web")],
        }
    }

    #[test]
    fn every_kind_gets_jiras_form() {
        let cases = [
            (FieldKind::Text, json!("a\nb"), json!("a b")),
            (FieldKind::Number, json!("7"), json!(7)),
            (FieldKind::Number, json!(0.5), json!(0.5)),
            (
                FieldKind::Date,
                json!("2026-11-21T07:00:00Z"),
                json!("2026-11-21"),
            ),
            (
                FieldKind::DateTime,
                json!("2026-11-21T07:00:00Z"),
                json!("2026-11-21T07:00:00.000+0000"),
            ),
            (
                FieldKind::Choice,
                json!("backend"),
                json!({"value": "Backend"}),
            ),
            (
                FieldKind::Choices,
                json!("Web, Backend"),
                json!([{"value": "Web"}, {"value": "Backend"}]),
            ),
            (FieldKind::Words, json!(["a", "b"]), json!(["a", "b"])),
            (
                FieldKind::Issue,
                json!("SCRUM-1"),
                json!({"key": "SCRUM-1"}),
            ),
            (FieldKind::Choice, json!({"id": "7"}), json!({"id": "7"})),
        ];
        for (kind, value, sent) in cases {
            assert_eq!(field(kind).shape(&value), Ok(Shaped::Json(sent)));
        }
    }

    #[test]
    fn what_does_not_fit_is_said() {
        let cases = [
            (
                FieldKind::Choice,
                "Ops",
                "\"Ops\" is not one of Backend, Web.",
            ),
            (FieldKind::Number, "many", "\"many\" is no number."),
            (
                FieldKind::Date,
                "soon",
                "\"soon\" is no day such as 2026-11-21.",
            ),
        ];
        for (kind, text, sentence) in cases {
            assert_eq!(field(kind).shape(&json!(text)), Err(sentence.to_owned()));
        }
    }
}
