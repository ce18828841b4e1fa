//! The Atlassian Document Format: which documents Jira takes.
//!
//! A structural check against the rules in `rules`, written from the published
//! schema. It is stricter in one place: a text node outside a code block holds
//! no line break. Not here: turning documents into text (`render`).

mod attrs;
mod children;
mod rules;

use serde_json::{Map, Value, json};

use attrs::{Attr, Kind};
use rules::Rule;

/// Jira counts the serialized document, not its text.
const LONGEST_DOCUMENT: usize = 32_767;
/// Deeper documents are refused before recursion gets expensive.
const DEEPEST: usize = 60;

/// Why a value is no document for Jira.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AdfError {
    /// Not an object with `type: doc`.
    NotADocument,
    /// The serialized document has too many characters.
    TooLong,
    /// A document with something in it that the schema forbids, and where.
    Invalid(String),
}

/// Checks a whole document, with the limit that Jira has for its size.
pub(crate) fn validate(document: &Value) -> Result<(), AdfError> {
    let is_document = document.get("type").and_then(Value::as_str) == Some("doc");
    if is_document && document.to_string().chars().count() > LONGEST_DOCUMENT {
        return Err(AdfError::TooLong);
    }
    validate_structure(document)
}

/// Checks a whole document of any size.
pub(crate) fn validate_structure(document: &Value) -> Result<(), AdfError> {
    let Some(object) = document.as_object() else {
        return Err(AdfError::NotADocument);
    };
    if object.get("type").and_then(Value::as_str) != Some("doc") {
        return Err(AdfError::NotADocument);
    }
    if object.get("version") != Some(&json!(1)) {
        return Err(AdfError::Invalid("doc: version must be 1".to_owned()));
    }
    let mut body = object.clone();
    body.remove("version");
    node(&body, "doc", "doc", 0).map_err(AdfError::Invalid)
}

/// Plain text as a document: one paragraph per block, line breaks kept.
pub(crate) fn paragraphs(text: &str) -> Value {
    let content: Vec<Value> = text
        .replace("\r\n", "\n")
        .split("\n\n")
        .filter(|block| !block.trim().is_empty())
        .map(|block| json!({"type": "paragraph", "content": lines(block.trim_matches('\n'))}))
        .collect();
    json!({"type": "doc", "version": 1, "content": content})
}

fn lines(block: &str) -> Vec<Value> {
    let mut nodes = Vec::new();
    for (index, line) in block.split('\n').enumerate() {
        if index > 0 {
            nodes.push(json!({"type": "hardBreak"}));
        }
        if !line.is_empty() {
            nodes.push(json!({"type": "text", "text": line}));
        }
    }
    nodes
}

type Checked = Result<(), String>;

fn node(object: &Map<String, Value>, kind: &str, path: &str, depth: usize) -> Checked {
    if depth > DEEPEST {
        return Err(format!("{path}: nested too deeply"));
    }
    let rule = rules::rule(kind).ok_or_else(|| format!("{path}: unknown node {kind}"))?;
    for key in object.keys() {
        let allowed = match key.as_str() {
            "type" => true,
            "attrs" => !rule.attrs.is_empty(),
            "content" => rule.content.is_some(),
            "marks" => rule.takes_marks,
            "text" => kind == "text",
            _ => false,
        };
        if !allowed {
            return Err(format!("{path}: {kind} takes no {key}"));
        }
    }
    if kind == "text" {
        text(object, path)?;
    }
    attributes(object, &rule, path)?;
    content(object, kind, &rule, path, depth)
}

fn text(object: &Map<String, Value>, path: &str) -> Checked {
    match object.get("text").and_then(Value::as_str) {
        None => Err(format!("{path}: text is missing")),
        Some("") => Err(format!("{path}: text is empty")),
        Some(_) => Ok(()),
    }
}

fn attributes(object: &Map<String, Value>, rule: &Rule, path: &str) -> Checked {
    let Some(attrs) = object.get("attrs") else {
        return if rule.attrs_required {
            Err(format!("{path}: attrs are missing"))
        } else {
            Ok(())
        };
    };
    let Some(attrs) = attrs.as_object() else {
        return Err(format!("{path}: attrs is no object"));
    };
    let mut first = None;
    for alternative in rule.attrs {
        match matches_attrs(attrs, alternative, path) {
            Ok(()) => return Ok(()),
            Err(error) => first.get_or_insert(error),
        };
    }
    Err(first.unwrap_or_else(|| format!("{path}: takes no attrs")))
}

fn matches_attrs(attrs: &Map<String, Value>, known: &[Attr], path: &str) -> Checked {
    for (name, value) in attrs {
        let Some(attr) = known.iter().find(|attr| attr.name == name) else {
            return Err(format!("{path}: unknown attribute {name}"));
        };
        if !matches_kind(value, attr.kind) {
            return Err(format!("{path}: attribute {name} has a wrong value"));
        }
    }
    match known
        .iter()
        .find(|attr| attr.required && !attrs.contains_key(attr.name))
    {
        Some(missing) => Err(format!("{path}: attribute {} is missing", missing.name)),
        None => Ok(()),
    }
}

fn matches_kind(value: &Value, kind: Kind) -> bool {
    match kind {
        Kind::Any => true,
        Kind::Bool => value.is_boolean(),
        Kind::Text => value.is_string(),
        Kind::Filled => value.as_str().is_some_and(|text| !text.is_empty()),
        Kind::Number(low, high) => value
            .as_f64()
            .is_some_and(|number| (low..=high).contains(&number)),
        Kind::OneOf(options) => value.as_str().is_some_and(|text| options.contains(&text)),
        Kind::Color(lengths) => value.as_str().is_some_and(|text| is_hex(text, lengths)),
        Kind::ColorOr(options) => value
            .as_str()
            .is_some_and(|text| options.contains(&text) || is_hex(text, &[6])),
        Kind::Texts => items(value, Value::is_string).is_some_and(|count| count > 0),
        Kind::Numbers => items(value, Value::is_number).is_some(),
        Kind::Datasource => is_datasource(value),
    }
}

fn items(value: &Value, test: fn(&Value) -> bool) -> Option<usize> {
    let array = value.as_array()?;
    array.iter().all(test).then_some(array.len())
}

fn is_datasource(value: &Value) -> bool {
    let Some(object) = value.as_object() else {
        return false;
    };
    object.len() == 3
        && object.get("id").is_some_and(Value::is_string)
        && object.contains_key("parameters")
        && object
            .get("views")
            .and_then(Value::as_array)
            .is_some_and(|views| {
                !views.is_empty() && views.iter().all(|view| view["type"].is_string())
            })
}

fn is_hex(text: &str, lengths: &[usize]) -> bool {
    text.strip_prefix('#').is_some_and(|digits| {
        lengths.contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

fn content(
    object: &Map<String, Value>,
    kind: &str,
    rule: &Rule,
    path: &str,
    depth: usize,
) -> Checked {
    let Some(allowed) = &rule.content else {
        return Ok(());
    };
    let Some(value) = object.get("content") else {
        return if allowed.required {
            Err(format!("{path}: content is missing"))
        } else {
            Ok(())
        };
    };
    let Some(children) = value.as_array() else {
        return Err(format!("{path}: content is no array"));
    };
    if children.len() < allowed.min || children.len() > allowed.max {
        return Err(format!("{path}: {kind} has {} children", children.len()));
    }
    for (index, value) in children.iter().enumerate() {
        let child_path = format!("{path}/{index}");
        let choices = allowed.children_at(index);
        child(value, kind, choices, &child_path, depth)?;
    }
    Ok(())
}

/// Checks a child against the variants its parent takes: `name` or `name:mark,mark`.
fn child(value: &Value, parent: &str, choices: &[&str], path: &str, depth: usize) -> Checked {
    let object = value
        .as_object()
        .ok_or_else(|| format!("{path}: a node must be an object"))?;
    let kind = object
        .get("type")
        .and_then(Value::as_str)
        .ok_or_else(|| format!("{path}: a node needs a type"))?;
    let variants: Vec<&str> = choices
        .iter()
        .map(|choice| choice.split_once(':').unwrap_or((choice, "")))
        .filter(|(name, _)| *name == kind)
        .map(|(_, marks)| marks)
        .collect();
    if variants.is_empty() {
        return Err(format!("{path}: {kind} is not allowed in {parent}"));
    }
    marks(object, &variants, path)?;
    if kind == "text" && parent != "codeBlock" {
        let text = object
            .get("text")
            .and_then(Value::as_str)
            .unwrap_or_default();
        if text.contains(['\n', '\r']) {
            return Err(format!("{path}: text holds a line break"));
        }
    }
    node(object, kind, path, depth + 1)
}

fn marks(object: &Map<String, Value>, variants: &[&str], path: &str) -> Checked {
    let Some(value) = object.get("marks") else {
        return Ok(());
    };
    let Some(marks) = value.as_array() else {
        return Err(format!("{path}: marks is no array"));
    };
    let mut names = Vec::new();
    for mark in marks {
        names.push(single_mark(mark, path)?);
    }
    let fits = variants.iter().any(|variant| {
        let allowed: Vec<&str> = variant.split(',').collect();
        names.iter().all(|name| allowed.contains(name))
    });
    if fits {
        Ok(())
    } else {
        Err(format!(
            "{path}: marks {} are not allowed here",
            names.join(",")
        ))
    }
}

fn single_mark<'a>(mark: &'a Value, path: &str) -> Result<&'a str, String> {
    let object = mark
        .as_object()
        .ok_or_else(|| format!("{path}: a mark must be an object"))?;
    let kind = object
        .get("type")
        .and_then(Value::as_str)
        .ok_or_else(|| format!("{path}: a mark needs a type"))?;
    let known = attrs::mark(kind).ok_or_else(|| format!("{path}: unknown mark {kind}"))?;
    if object
        .keys()
        .any(|key| key != "type" && (key != "attrs" || known.is_empty()))
    {
        return Err(format!("{path}: mark {kind} has an unknown key"));
    }
    if known.is_empty() {
        return Ok(kind);
    }
    let attrs = object
        .get("attrs")
        .and_then(Value::as_object)
        .ok_or_else(|| format!("{path}: mark {kind} needs attrs"))?;
    matches_attrs(attrs, known, path)?;
    Ok(kind)
}

#[cfg(test)]
mod tests;
