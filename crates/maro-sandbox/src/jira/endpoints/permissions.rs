//! `GET /mypermissions`: what the token may do here.

use axum::extract::State;
use serde_json::{Map, Value, json};

use super::Shared;
use crate::jira::auth::Caller;
use crate::jira::error::{JiraError, Outcome};
use crate::jira::http::{ApiVersion, ok};
use crate::query::Params;
use crate::state::lock;

/// Permissions: id, key, name, whether it is global, whether the token has it.
const PERMISSIONS: [(&str, &str, &str, bool, bool); 10] = [
    ("10", "BROWSE_PROJECTS", "Browse Projects", false, true),
    ("11", "CREATE_ISSUES", "Create Issues", false, true),
    ("12", "EDIT_ISSUES", "Edit Issues", false, true),
    ("15", "ADD_COMMENTS", "Add Comments", false, true),
    ("16", "DELETE_ISSUES", "Delete Issues", false, true),
    ("46", "TRANSITION_ISSUES", "Transition Issues", false, true),
    ("13", "ASSIGN_ISSUES", "Assign Issues", false, true),
    ("30", "MODIFY_REPORTER", "Modify Reporter", false, true),
    (
        "23",
        "ADMINISTER_PROJECTS",
        "Administer Projects",
        false,
        false,
    ),
    ("0", "ADMINISTER", "Administer Jira", true, false),
];

/// The permissions that were asked for.
pub(super) async fn mine(
    State(state): State<Shared>,
    Caller(view): Caller,
    params: Params,
) -> Outcome {
    let mut wanted = params.list("permissions");
    if view.version == ApiVersion::Server {
        // Data Center lists them all and takes no choice.
        wanted = PERMISSIONS.map(|(_, key, ..)| key.to_owned()).to_vec();
    }
    if wanted.is_empty() {
        return Err(JiraError::bad_request(
            "The 'permissions' query parameter is required.",
        ));
    }
    in_context(&state, &params)?;
    let mut permissions = Map::new();
    for key in wanted {
        let (id, key, name, global, have) = PERMISSIONS
            .into_iter()
            .find(|(_, known, ..)| *known == key)
            .ok_or_else(|| JiraError::bad_request(format!("Unrecognized permission: {key}")))?;
        permissions.insert(key.to_owned(), permission(id, key, name, global, have));
    }
    Ok(ok(&json!({"permissions": permissions})))
}

fn permission(id: &str, key: &str, name: &str, global: bool, have: bool) -> Value {
    json!({
        "id": id, "key": key, "name": name, "type": if global { "GLOBAL" } else { "PROJECT" },
        "description": name, "havePermission": have,
    })
}

/// A project or issue that is named must exist.
fn in_context(state: &Shared, params: &Params) -> Outcome<()> {
    let jira = lock(&state.jira);
    for name in ["projectKey", "projectId"] {
        if params
            .first(name)
            .is_some_and(|project| jira.find_project(project).is_none())
        {
            return Err(JiraError::not_found(
                "No project could be found with the given key or id.",
            ));
        }
    }
    for name in ["issueKey", "issueId"] {
        if params
            .first(name)
            .is_some_and(|issue| jira.find_issue(issue).is_none())
        {
            return Err(JiraError::no_issue());
        }
    }
    Ok(())
}
