//! The result of a tool, read with distrust.
//!
//! `isError: false` may still be an error: some tools answer `{"error": …}` or an empty list when
//! Jira refused. The value is JSON in the first text, or in `structuredContent.result` as a string,
//! and hosted servers wrap it in `data`.

use rmcp::model::{CallToolResult, ContentBlock};
use serde_json::{Map, Value};

use super::said::presentable;

/// Longer texts are not read.
const LONGEST: usize = 4 * 1024 * 1024;

/// What a result is when it is no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The server reports a failure in these words.
    Said(String),
    /// There is nothing that can be read.
    Unreadable(String),
}

/// The value of a result.
pub(super) fn value(result: &CallToolResult) -> Result<Value, Trouble> {
    let text = text(result);
    if result.is_error == Some(true) {
        return Err(Trouble::Said(said(&text)));
    }
    let value = parsed(&text, result.structured_content.as_ref())
        .ok_or_else(|| Trouble::Unreadable(presentable(&text)))?;
    match complaint(&value) {
        Some(text) => Err(Trouble::Said(presentable(&text))),
        None => Ok(unwrapped(value)),
    }
}

fn text(result: &CallToolResult) -> String {
    let mut all = String::new();
    for block in &result.content {
        if let ContentBlock::Text(text) = block
            && all.len() + text.text.len() <= LONGEST
        {
            all.push_str(&text.text);
        }
    }
    all
}

fn parsed(text: &str, structured: Option<&Value>) -> Option<Value> {
    let structured = || match structured?.get("result") {
        Some(Value::String(text)) => serde_json::from_str(text).ok(),
        Some(value) => Some(value.clone()),
        None => structured.cloned(),
    };
    serde_json::from_str(text)
        .ok()
        .or_else(structured)
        .filter(|value: &Value| value.is_object() || value.is_array())
}

/// The words of a failure that is reported as text, which may be Jira's JSON.
fn said(text: &str) -> String {
    let inner = text
        .find('{')
        .and_then(|start| serde_json::from_str(&text[start..]).ok())
        .and_then(|value: Value| complaint(&value));
    presentable(inner.as_deref().unwrap_or(text))
}

/// The words of a failure that looks like a success.
fn complaint(value: &Value) -> Option<String> {
    let object = value.as_object()?;
    let mut words: Vec<String> = Vec::new();
    match object.get("error") {
        None | Some(Value::Null | Value::Bool(false)) => {}
        Some(Value::String(text)) => words.push(text.clone()),
        Some(Value::Object(inner)) => words.extend(message(inner)),
        Some(_) => words.extend(message(object).or_else(|| Some("an error".into()))),
    }
    if object.get("success") == Some(&Value::Bool(false)) && words.is_empty() {
        words.push(message(object).unwrap_or_else(|| "no success".into()));
    }
    if let Some(Value::Array(texts)) = object.get("errorMessages") {
        words.extend(texts.iter().filter_map(Value::as_str).map(str::to_owned));
    }
    if let Some(Value::Object(fields)) = object.get("errors") {
        words.extend(fields.values().filter_map(Value::as_str).map(str::to_owned));
    }
    (!words.is_empty()).then(|| words.join(" "))
}

fn message(object: &Map<String, Value>) -> Option<String> {
    ["message", "errorMessage", "detail", "error"]
        .iter()
        .find_map(|key| object.get(*key)?.as_str().map(str::to_owned))
}

fn unwrapped(value: Value) -> Value {
    match value {
        Value::Object(mut object) if object.contains_key("data") && !object.contains_key("key") => {
            object.remove("data").unwrap_or_default()
        }
        value => value,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn result(value: Value) -> CallToolResult {
        serde_json::from_value(value).unwrap()
    }

    fn with_text(text: &str) -> CallToolResult {
        result(json!({"content": [{"type": "text", "text": text}], "isError": false}))
    }

    #[test]
    fn values_are_found_where_servers_put_them() {
        let expected = Ok(json!({"key": "A-1"}));
        assert_eq!(value(&with_text(r#"{"key":"A-1"}"#)), expected);
        assert_eq!(value(&with_text(r#"{"data":{"key":"A-1"}}"#)), expected);
        let structured =
            json!({"content": [], "structuredContent": {"result": "{\"key\":\"A-1\"}"}});
        assert_eq!(value(&result(structured)), expected);
        let direct = json!({"content": [], "structuredContent": {"key": "A-1"}});
        assert_eq!(value(&result(direct)), expected);
    }

    #[test]
    fn failures_that_look_like_success_are_seen() {
        for (text, said) in [
            (r#"{"error":"Page not found"}"#, "Page not found"),
            (r#"{"error":true,"message":"No."}"#, "No."),
            (r#"{"success":false}"#, "no success"),
            (r#"{"errorMessages":["No."],"errors":{"a":"A."}}"#, "No. A."),
        ] {
            assert_eq!(
                value(&with_text(text)),
                Err(Trouble::Said(said.into())),
                "{text}"
            );
        }
        for text in ["", "<html>sign in</html>", "true", "done!"] {
            assert!(
                matches!(value(&with_text(text)), Err(Trouble::Unreadable(_))),
                "{text}"
            );
        }
        let error = json!({"content": [{"type": "text", "text": "Error: {\"errorMessages\":[\"Inner.\"]}"}], "isError": true});
        assert_eq!(value(&result(error)), Err(Trouble::Said("Inner.".into())));
    }

    #[test]
    fn a_success_may_say_that_there_were_no_errors() {
        let text = r#"{"key":"A-1","error":null,"errors":{},"errorMessages":[]}"#;
        assert!(value(&with_text(text)).is_ok());
    }
}
