//! The fields on the create screen of an issue type.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{JiraClient, JiraError};

/// A field that can, or must, be set when an issue is created.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(from = "FieldBody")]
pub struct CreateField {
    /// Its id, as it goes into a create: `summary`, `customfield_10050`.
    pub field_id: String,
    /// Its name, as people know it.
    pub name: String,
    /// Whether Jira refuses a create without it.
    pub required: bool,
    /// Whether Jira fills it in when it is missing.
    pub has_default: bool,
    /// What kind of value it takes.
    pub schema: FieldSchema,
    /// The values it takes, when they are listed.
    pub allowed_values: Vec<AllowedValue>,
}

/// What kind of value a field takes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct FieldSchema {
    /// For example `string`, `option`, `array`, `priority`.
    #[serde(rename = "type", default)]
    pub kind: String,
    /// For an array: what it holds.
    #[serde(default)]
    pub items: Option<String>,
    /// For a field of Jira itself: its name there.
    #[serde(default)]
    pub system: Option<String>,
    /// For a custom field: its type.
    #[serde(default)]
    pub custom: Option<String>,
}

/// A value that a field takes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AllowedValue {
    /// Its id.
    #[serde(default)]
    pub id: Option<String>,
    /// Its name: priorities, components, versions.
    #[serde(default)]
    pub name: Option<String>,
    /// Its text: options of a select list.
    #[serde(default)]
    pub value: Option<String>,
}

impl CreateField {
    /// Whether somebody has to fill it in.
    #[must_use]
    pub fn must_be_given(&self) -> bool {
        self.required && !self.has_default
    }
}

impl AllowedValue {
    /// What people call the value.
    #[must_use]
    pub fn label(&self) -> Option<&str> {
        self.name
            .as_deref()
            .or(self.value.as_deref())
            .or(self.id.as_deref())
    }
}

impl JiraClient {
    /// Lists the fields for one issue type of a project.
    #[tracing::instrument(name = "jira.create_fields", skip_all)]
    pub async fn create_fields(
        &self,
        project: &str,
        issue_type_id: &str,
    ) -> Result<Vec<CreateField>, JiraError> {
        let segments = ["issue", "createmeta", project, "issuetypes", issue_type_id];
        self.all_pages(
            "the create fields",
            &segments,
            &[],
            &["fields", "results", "values"],
        )
        .await
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FieldBody {
    #[serde(default)]
    field_id: Option<String>,
    /// The same id under its older name; both may be there.
    #[serde(default)]
    key: Option<String>,
    #[serde(default)]
    name: String,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    has_default_value: bool,
    #[serde(default)]
    schema: FieldSchema,
    #[serde(default, deserialize_with = "readable_values")]
    allowed_values: Vec<AllowedValue>,
}

impl From<FieldBody> for CreateField {
    fn from(body: FieldBody) -> Self {
        Self {
            field_id: body.field_id.or(body.key).unwrap_or_default(),
            name: body.name,
            required: body.required,
            has_default: body.has_default_value,
            schema: body.schema,
            allowed_values: body.allowed_values,
        }
    }
}

/// Apps put values of any form here; those that are no values as we know them are left out.
fn readable_values<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<AllowedValue>, D::Error> {
    let values = Option::<Vec<Value>>::deserialize(deserializer)?.unwrap_or_default();
    Ok(values
        .into_iter()
        .filter_map(|value| serde_json::from_value(value).ok())
        .collect())
}
