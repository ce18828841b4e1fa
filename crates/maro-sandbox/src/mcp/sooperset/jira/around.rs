//! What is around issues: projects, types and people.

use axum::http::Method;
use serde_json::json;

use super::{JIRA, encoded};
use crate::mcp::backend::Road;
use crate::mcp::sooperset::failure::reading;
use crate::mcp::sooperset::shape;
use crate::mcp::sooperset::{Arguments, Done};

/// `jira_get_all_projects`: whatever goes wrong looks like a site without projects.
pub(in crate::mcp::sooperset) async fn projects(road: &Road) -> Done {
    let path = if road.is_cloud {
        "/rest/api/2/project/search"
    } else {
        "/rest/api/2/project"
    };
    let value = road
        .jira(Method::GET, path, None)
        .await
        .value()
        .unwrap_or_default();
    let list = value.as_array().or_else(|| value["values"].as_array());
    Ok(list
        .into_iter()
        .flatten()
        .map(|project| {
            json!({
                "key": project["key"], "name": project["name"],
                "avatar_url": project["avatarUrls"]["48x48"],
            })
        })
        .collect())
}

/// `jira_get_project_issue_types`
pub(in crate::mcp::sooperset) async fn issue_types(road: &Road, given: Arguments<'_>) -> Done {
    let path = format!(
        "/rest/api/2/issue/createmeta/{}/issuetypes?maxResults=50",
        given.must("project_key")
    );
    let answer = road.jira(Method::GET, &path, None).await;
    let value = answer.value().ok_or_else(|| reading(JIRA, &answer))?;
    let list = value["issueTypes"]
        .as_array()
        .or_else(|| value["values"].as_array());
    Ok(list
        .into_iter()
        .flatten()
        .map(|kind| json!({"id": kind["id"], "name": kind["name"], "subtask": kind["subtask"]}))
        .collect())
}

/// `jira_get_user_profile`
pub(in crate::mcp::sooperset) async fn user(road: &Road, given: Arguments<'_>) -> Done {
    let wanted = given.must("user_identifier");
    let path = if road.is_cloud {
        format!("/rest/api/2/user/search?query={}", encoded(wanted))
    } else {
        format!("/rest/api/2/user/search?username={}", encoded(wanted))
    };
    let answer = road.jira(Method::GET, &path, None).await;
    let value = answer.value().ok_or_else(|| reading(JIRA, &answer))?;
    Ok(match value.get(0) {
        Some(found) => json!({"success": true, "user": shape::user(found)}),
        None => json!({"success": false, "error": format!("User '{wanted}' not found.")}),
    })
}
