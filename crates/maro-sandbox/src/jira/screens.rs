//! Which fields a project's create and edit screens have, and how `createmeta` describes them.

use serde_json::{Value, json};

use super::http::ApiVersion;
use super::model::{CustomField, CustomKind, IssueType, Project};
use super::site::EPIC_LINK;
use super::state::{JiraState, custom_field, issue_type, priority};
use super::views::View;

/// A field on a screen.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ScreenField {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) required: bool,
    /// Required fields with a default may be left out.
    pub(crate) has_default: bool,
}

/// The fields of the create screen, in the order Jira lists them.
pub(crate) fn fields(project: &Project, kind: &IssueType, version: ApiVersion) -> Vec<ScreenField> {
    let field = |id, name, required, has_default| ScreenField {
        id,
        name,
        required,
        has_default,
    };
    let mut list = vec![field("issuetype", "Issue Type", true, false)];
    // Data Center keeps the epic of a standard issue in a field of its own.
    if kind.level == 0 && version == ApiVersion::Server {
        let (id, _, name) = EPIC_LINK;
        list.push(field(id, name, false, false));
    } else if kind.level <= 0 {
        list.push(field("parent", "Parent", kind.level < 0, false));
    }
    list.push(field("description", "Description", false, false));
    list.push(field("project", "Project", true, false));
    list.push(field("reporter", "Reporter", true, true));
    list.push(field("priority", "Priority", false, true));
    if project.has_labels {
        list.push(field("labels", "Labels", false, false));
    }
    list.push(field("environment", "Environment", false, false));
    list.push(field("duedate", "Due date", false, false));
    list.push(field("summary", "Summary", true, false));
    list.push(field("assignee", "Assignee", false, false));
    for custom in project
        .required_custom
        .iter()
        .filter_map(|id| custom_field(id))
    {
        list.push(field(custom.id, custom.name, true, false));
    }
    list
}

impl JiraState {
    /// A field as `createmeta` describes it.
    pub(crate) fn field_meta(
        &self,
        view: View,
        project: &Project,
        kind: &IssueType,
        field: ScreenField,
    ) -> Value {
        let operations: &[&str] = if field.id == "labels" {
            &["add", "set", "remove"]
        } else {
            &["set"]
        };
        let mut meta = json!({
            "required": field.required,
            "schema": schema(field.id),
            "name": field.name,
            "key": field.id,
            "fieldId": field.id,
            "hasDefaultValue": field.has_default,
            "operations": operations,
        });
        if let Some(values) = self.allowed_values(view, project, kind, field.id) {
            meta["allowedValues"] = values;
        }
        match field.id {
            "priority" => {
                meta["defaultValue"] = self.priority_ref(view, priority(project.default_priority));
            }
            "assignee" | "reporter" => {
                meta["autoCompleteUrl"] = json!(format!(
                    "{}/user/assignable/search?project={}&query=",
                    self.api(view),
                    project.key
                ));
            }
            "labels" => {
                meta["autoCompleteUrl"] =
                    json!(format!("{}/rest/api/1.0/labels/suggest?query=", self.site));
            }
            _ => {}
        }
        meta
    }

    fn allowed_values(
        &self,
        view: View,
        project: &Project,
        kind: &IssueType,
        id: &str,
    ) -> Option<Value> {
        Some(match id {
            "issuetype" => json!([self.issue_type_ref(view, issue_type(kind.id))]),
            "project" => json!([self.project_ref(view, project)]),
            "priority" => project
                .priorities
                .iter()
                .map(|id| self.priority_ref(view, priority(id)))
                .collect(),
            _ => match custom_field(id)?.kind {
                CustomKind::Text => return None,
                CustomKind::Select(options) => options
                    .iter()
                    .map(|option| self.option_ref(view, *option))
                    .collect(),
            },
        })
    }

    /// An option of a select field.
    pub(crate) fn option_ref(&self, view: View, (id, value): (&str, &str)) -> Value {
        json!({"self": format!("{}/customFieldOption/{id}", self.api(view)), "value": value, "id": id})
    }
}

/// The JSON type of a field.
pub(crate) fn schema(id: &str) -> Value {
    match id {
        "labels" => json!({"type": "array", "items": "string", "system": "labels"}),
        "assignee" | "reporter" | "creator" => json!({"type": "user", "system": id}),
        "duedate" => json!({"type": "date", "system": id}),
        "created" | "updated" | "resolutiondate" => json!({"type": "datetime", "system": id}),
        "summary" | "description" | "environment" => json!({"type": "string", "system": id}),
        "parent" => json!({"type": "issuelink", "system": "parent"}),
        id if id == EPIC_LINK.0 => json!({
            "type": "any",
            "custom": "com.pyxis.greenhopper.jira:gh-epic-link",
            "customId": EPIC_LINK.1,
        }),
        "comment" => json!({"type": "comments-page", "system": "comment"}),
        _ => match custom_field(id) {
            Some(custom) => custom_schema(custom),
            None => json!({"type": id, "system": id}),
        },
    }
}

fn custom_schema(field: &CustomField) -> Value {
    let (kind, custom) = match field.kind {
        CustomKind::Text => ("string", "textfield"),
        CustomKind::Select(_) => ("option", "select"),
    };
    json!({
        "type": kind,
        "custom": format!("com.atlassian.jira.plugin.system.customfieldtypes:{custom}"),
        "customId": field.number,
    })
}
