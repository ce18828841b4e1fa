//! The create screen of an issue type, as plans are checked against it.

use maro_atlassian::JiraError;
use maro_atlassian::rest::{AllowedValue, CreateField};
use maro_atlassian::sentences::with_next_step;
use maro_core::findings::tickets::{Choice, FieldKind, Screen, ScreenField};
use serde_json::{Value, json};

use crate::App;
use crate::metadata::MetadataError;

/// Why a create screen is not known.
#[derive(Debug, thiserror::Error)]
pub enum ScreenError {
    /// Jira shows no such project to Maro's account.
    #[error("{0} not found in Jira")]
    NoProject(String),
    /// Jira did not tell; it may later.
    #[error("Jira could not be asked: {0}")]
    Later(String),
}

/// What Jira offers for creating such an issue, from the cache where it is fresh.
pub async fn screen(app: &App, project: &str, issue_type: &str) -> Result<Screen, ScreenError> {
    let failed = |err| failed(project, err);
    let types = app.metadata().issue_types(app, project).await;
    let types = types.map_err(failed)?;
    let fields = app.metadata().fields(app, project, issue_type).await;
    let fields = fields.map_err(failed)?;
    Ok(Screen {
        issue_types: types.iter().map(|known| known.name.clone()).collect(),
        fields: fields.iter().map(field).collect(),
    })
}

fn failed(project: &str, err: MetadataError) -> ScreenError {
    match err {
        MetadataError::Jira(JiraError::NotFound) => ScreenError::NoProject(project.to_owned()),
        MetadataError::Jira(err) => {
            ScreenError::Later(with_next_step(&err.to_string(), err.next_step()))
        }
        err @ MetadataError::NotConfigured => ScreenError::Later(err.to_string()),
    }
}

fn field(field: &CreateField) -> ScreenField {
    ScreenField {
        id: field.field_id.clone(),
        name: field.name.clone(),
        must_be_given: field.must_be_given(),
        kind: kind(field),
        allowed: field.allowed_values.iter().filter_map(choice).collect(),
    }
}

/// The forms are those of Jira's schema types, see
/// <https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/> and the create
/// metadata itself, which names a type for each field.
fn kind(field: &CreateField) -> FieldKind {
    let schema = &field.schema;
    let custom = schema.custom.as_deref().unwrap_or_default();
    match (schema.kind.as_str(), schema.items.as_deref()) {
        ("string", _)
            if custom.ends_with(":textarea") || schema.system.as_deref() == Some("environment") =>
        {
            FieldKind::LongText
        }
        ("string", _) => FieldKind::Text,
        ("number", _) => FieldKind::Number,
        ("date", _) => FieldKind::Date,
        ("datetime", _) => FieldKind::DateTime,
        ("array", Some("string")) => FieldKind::Words,
        ("array", _) => FieldKind::Choices,
        ("issuelink", _) => FieldKind::Issue,
        (
            "option" | "option-with-child" | "priority" | "component" | "version" | "resolution"
            | "securitylevel",
            _,
        ) => FieldKind::Choice,
        _ => FieldKind::Other,
    }
}

/// By the name that people see, as everywhere in a body; by number where there is no name.
fn choice(value: &AllowedValue) -> Option<Choice> {
    let label = value.label()?.to_owned();
    let sent: Value = match (&value.name, &value.value) {
        (Some(name), _) => json!({ "name": name }),
        (None, Some(text)) => json!({ "value": text }),
        (None, None) => json!({ "id": label }),
    };
    Some(Choice { label, sent })
}
