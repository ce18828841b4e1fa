//! The small fields: summary, labels, dates, custom fields.

use serde_json::Value;

use super::{Read, reference};
use crate::jira::model::CustomKind;

/// The one line that every issue has.
pub(super) fn summary(value: &Value) -> Read<String> {
    if value.is_null() {
        return Err("You must specify a summary of the issue.".to_owned());
    }
    let text = value.as_str().ok_or("Operation value must be a string")?;
    if text.trim().is_empty() {
        return Err("You must specify a summary of the issue.".to_owned());
    }
    if text.contains(['\n', '\r']) {
        return Err("The summary is invalid because it contains newline characters.".to_owned());
    }
    if text.chars().count() > 255 {
        return Err("Summary can't exceed 255 characters.".to_owned());
    }
    Ok(text.trim().to_owned())
}

/// Labels without spaces, each once.
pub(super) fn labels(value: &Value) -> Read<Vec<String>> {
    if value.is_null() {
        return Ok(Vec::new());
    }
    let mut list: Vec<String> = Vec::new();
    for (index, item) in value
        .as_array()
        .ok_or("data was not an array")?
        .iter()
        .enumerate()
    {
        let label = item
            .as_str()
            .ok_or_else(|| format!("string expected at index {index}"))?;
        if label.contains(char::is_whitespace) {
            return Err(format!(
                "The label '{label}' contains spaces which is invalid."
            ));
        }
        if label.chars().count() > 255 {
            return Err(format!(
                "The label '{label}' is too long. The maximum length is 255 characters."
            ));
        }
        if !label.is_empty() && !list.iter().any(|known| known == label) {
            list.push(label.to_owned());
        }
    }
    list.sort();
    Ok(list)
}

/// A day.
pub(super) fn date(value: &Value) -> Read<Option<String>> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) if chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok() => {
            Ok(Some(text.clone()))
        }
        Value::String(text) => Err(format!(
            "Error parsing date string: {text}; the date must be of the format \"yyyy-MM-dd\""
        )),
        _ => Err("Operation value must be a string".to_owned()),
    }
}

/// The value of a custom field.
pub(super) fn custom(kind: CustomKind, value: &Value) -> Read<Option<Value>> {
    match (kind, value) {
        (_, Value::Null) => Ok(None),
        (CustomKind::Text, Value::String(text)) if text.chars().count() > 255 => Err(
            "The entered text is too long. It exceeds the allowed limit of 255 characters."
                .to_owned(),
        ),
        (CustomKind::Text, Value::String(text)) => {
            Ok((!text.trim().is_empty()).then(|| value.clone()))
        }
        (CustomKind::Text, _) => Err("Operation value must be a string".to_owned()),
        (CustomKind::Select(options), Value::Object(object)) => {
            let name = reference(object, "id", "value")?
                .ok_or("Could not find valid 'id' or 'value' in the Parent Option object.")?;
            options
                .iter()
                .find(|(id, value)| *id == name || *value == name)
                .map(|(id, _)| Some(Value::from(*id)))
                .ok_or_else(|| format!("Option value '{name}' is not valid"))
        }
        (CustomKind::Select(_), _) => {
            Err("Specify a valid 'id' or 'value' for the option".to_owned())
        }
    }
}
