//! What tools are made of: names, arguments, and the schemas that follow from them.

use serde_json::{Map, Value, json};

/// What an argument takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    /// Text that looks like a project's key.
    ProjectKey,
    /// Text that looks like an issue's key.
    IssueKey,
    Number,
    Flag,
    Object,
    /// A list of texts.
    Texts,
}

/// An argument.
#[derive(Debug, Clone, Copy)]
pub(super) struct Argument {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) required: bool,
}

/// An argument that must be given.
pub(super) const fn must(name: &'static str, kind: Kind) -> Argument {
    Argument {
        name,
        kind,
        required: true,
    }
}

/// An argument that may be left out.
pub(super) const fn may(name: &'static str, kind: Kind) -> Argument {
    Argument {
        name,
        kind,
        required: false,
    }
}

/// A tool.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tool {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) about: &'static str,
    pub(super) reads: bool,
    pub(super) arguments: &'static [Argument],
}

/// What is wrong with an argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Flaw {
    Missing(String),
    Unknown(String),
    /// The name, and what it should be.
    Wrong(String, &'static str),
}

impl Kind {
    fn schema(self) -> Value {
        match self {
            Self::Text => json!({"type": "string"}),
            Self::ProjectKey => json!({"type": "string", "pattern": "^[A-Z][A-Z0-9_]+$"}),
            Self::IssueKey => {
                json!({"type": "string", "pattern": "^[A-Z][A-Z0-9_]+-\\d+(?:-\\d+)*$"})
            }
            Self::Number => json!({"type": "integer"}),
            Self::Flag => json!({"type": "boolean"}),
            Self::Object => json!({"type": "object", "additionalProperties": {}}),
            Self::Texts => json!({"type": "array", "items": {"type": "string"}}),
        }
    }

    /// What it should be, if a value is not that.
    fn wrong(self, value: &Value) -> Option<&'static str> {
        let key_like = |text: &str| {
            text.starts_with(|first: char| first.is_ascii_uppercase())
                && text.len() > 1
                && text
                    .chars()
                    .all(|one| one.is_ascii_uppercase() || one.is_ascii_digit() || one == '_')
        };
        let issue_like = |text: &str| {
            text.split_once('-').is_some_and(|(key, number)| {
                key_like(key)
                    && !number.is_empty()
                    && number.split('-').all(|part| {
                        !part.is_empty() && part.chars().all(|one| one.is_ascii_digit())
                    })
            })
        };
        match self {
            Self::Text => (!value.is_string()).then_some("string"),
            Self::ProjectKey => (!value.as_str().is_some_and(key_like))
                .then_some("string that matches ^[A-Z][A-Z0-9_]+$"),
            Self::IssueKey => (!value.as_str().is_some_and(issue_like))
                .then_some("string that matches ^[A-Z][A-Z0-9_]+-\\d+(?:-\\d+)*$"),
            Self::Number => (!value.is_i64()).then_some("integer"),
            Self::Flag => (!value.is_boolean()).then_some("boolean"),
            Self::Object => (!value.is_object()).then_some("object"),
            Self::Texts => {
                let texts = value
                    .as_array()
                    .is_some_and(|list| list.iter().all(Value::is_string));
                (!texts).then_some("array of strings")
            }
        }
    }
}

impl Tool {
    /// How `tools/list` shows it; `renamed` gives arguments other names.
    pub(super) fn shown(&self, wraps: bool, renamed: impl Fn(&str) -> String) -> Value {
        let properties: Map<String, Value> = self
            .arguments
            .iter()
            .map(|one| (renamed(one.name), one.kind.schema()))
            .collect();
        let required: Vec<String> = self
            .arguments
            .iter()
            .filter(|one| one.required)
            .map(|one| renamed(one.name))
            .collect();
        let mut schema = json!({
            "type": "object", "properties": properties, "additionalProperties": false,
        });
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
        let mut annotations = json!({"title": self.title});
        if self.reads {
            annotations["readOnlyHint"] = json!(true);
        } else {
            annotations["destructiveHint"] = json!(false);
        }
        let mut shown = json!({
            "name": self.name, "title": self.title, "description": self.about,
            "inputSchema": schema, "annotations": annotations,
        });
        if wraps {
            shown["outputSchema"] = json!({
                "type": "object", "properties": {"result": {"type": "string"}},
                "required": ["result"], "x-fastmcp-wrap-result": true,
            });
        }
        shown
    }

    /// Everything that is wrong with these arguments. Null counts as left out.
    pub(super) fn flaws(
        &self,
        given: &Map<String, Value>,
        renamed: impl Fn(&str) -> String,
    ) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        for argument in self.arguments {
            let name = renamed(argument.name);
            match given.get(&name) {
                None | Some(Value::Null) if argument.required => flaws.push(Flaw::Missing(name)),
                None | Some(Value::Null) => {}
                Some(value) => {
                    if let Some(expected) = argument.kind.wrong(value) {
                        flaws.push(Flaw::Wrong(name, expected));
                    }
                }
            }
        }
        let known = |name: &String| self.arguments.iter().any(|one| renamed(one.name) == *name);
        flaws.extend(
            given
                .keys()
                .filter(|name| !known(name))
                .map(|name| Flaw::Unknown(name.clone())),
        );
        flaws
    }
}
