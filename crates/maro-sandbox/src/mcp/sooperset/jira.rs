//! The Jira tools of mcp-atlassian, by the REST calls that it makes.

use axum::http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::failure::{Product, reading, said};
use super::shape::{self, DEFAULT_FIELDS};
use super::{Arguments, Done, rich};
use crate::mcp::backend::{Answer, Road};

const JIRA: Product = Product::Jira;

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The address for people that an issue's resource belongs to.
fn site_of(value: &Value) -> String {
    let link = value["self"].as_str().unwrap_or_default();
    link.split("/rest/").next().unwrap_or_default().to_owned()
}

fn key_in(key: &str, answer: &Answer) -> String {
    match answer.status() {
        Some(StatusCode::NOT_FOUND) => {
            format!("Issue {key} not found. Verify the issue key and project access.")
        }
        Some(StatusCode::TOO_MANY_REQUESTS) if !answer.has_time() => {
            "Jira API rate limit hit (429). No Retry-After header provided; back off and retry."
                .to_owned()
        }
        None => {
            "Could not connect to Jira. Check that JIRA_URL is correct and the instance is reachable."
                .to_owned()
        }
        _ => reading(JIRA, answer),
    }
}

/// `jira_get_issue`
pub(super) async fn issue(road: &Road, given: Arguments<'_>) -> Done {
    let key = given.must("issue_key");
    let fields = encoded(given.text("fields").unwrap_or(DEFAULT_FIELDS));
    let path = format!("/rest/api/2/issue/{key}?fields={fields}");
    let answer = road.jira(Method::GET, &path, None).await;
    match answer.value() {
        Some(value) if value.is_object() => Ok(shape::issue(&value, Some(&site_of(&value)))),
        _ if answer.status() == Some(StatusCode::OK) => Err(format!(
            "Error retrieving issue {key}: Unexpected return value type from `jira.get_issue`: <class 'str'>"
        )),
        _ => Err(key_in(key, &answer)),
    }
}

/// `jira_search`
pub(super) async fn search(road: &Road, given: Arguments<'_>) -> Done {
    let fields = given.text("fields").unwrap_or(DEFAULT_FIELDS);
    let limit = given.number("limit").unwrap_or(10);
    let answer = if road.is_cloud {
        let fields: Vec<&str> = fields.split(',').collect();
        let mut body = json!({"jql": given.must("jql"), "fields": fields, "maxResults": limit});
        if let Some(token) = given.text("page_token") {
            body["nextPageToken"] = json!(token);
        }
        road.jira(Method::POST, "/rest/api/3/search/jql", Some(&body))
            .await
    } else {
        let path = format!(
            "/rest/api/2/search?startAt={}&maxResults={limit}&fields={}&jql={}",
            given.number("start_at").unwrap_or(0),
            encoded(fields),
            encoded(given.must("jql"))
        );
        road.jira(Method::GET, &path, None).await
    };
    let Some(value) = answer.value() else {
        return Err(match answer.status() {
            Some(StatusCode::OK) => {
                "Error searching issues: Unexpected return value type from `jira.jql`: <class 'str'>"
                    .to_owned()
            }
            None => format!("Error searching issues: {}", said(&answer)),
            _ => reading(JIRA, &answer),
        });
    };
    let issues = value["issues"].as_array().cloned().unwrap_or_default();
    let shown: Vec<Value> = issues
        .iter()
        .map(|issue| shape::issue(issue, Some(&site_of(issue))))
        .collect();
    let total = if road.is_cloud {
        json!(-1)
    } else {
        value["total"].clone()
    };
    let mut out = json!({
        "total": total, "start_at": given.number("start_at").unwrap_or(0),
        "max_results": limit, "issues": shown,
    });
    if let Some(token) = value.get("nextPageToken") {
        out["next_page_token"] = token.clone();
    }
    Ok(out)
}

/// `jira_create_issue`: fields that the site does not list are left out without a word.
pub(super) async fn create(road: &Road, given: Arguments<'_>) -> Done {
    let extra = given.object("additional_fields")?;
    let mut fields = Map::new();
    fields.insert("project".into(), json!({"key": given.must("project_key")}));
    fields.insert("summary".into(), json!(given.must("summary")));
    fields.insert(
        "issuetype".into(),
        json!({"name": given.must("issue_type")}),
    );
    let described = given.text("description").filter(|text| !text.is_empty());
    if let Some(text) = described {
        fields.insert("description".into(), rich(road, text));
    }
    fields.extend(known_fields(road, extra).await);
    // On Cloud a description makes it a document, and that is version 3.
    let version = if road.is_cloud && described.is_some() {
        3
    } else {
        2
    };
    let path = format!("/rest/api/{version}/issue?updateHistory=false");
    let body = json!({"fields": fields});
    let answer = road.jira(Method::POST, &path, Some(&body)).await;
    let Some(created) = answer.value().filter(Value::is_object) else {
        return Err(match answer.status() {
            Some(status) if status.is_success() => {
                "Unexpected return value type from `jira.create_issue`: <class 'NoneType'>"
                    .to_owned()
            }
            _ => said(&answer),
        });
    };
    let key = created["key"].as_str().unwrap_or_default();
    let path = format!("/rest/api/2/issue/{key}?updateHistory=true");
    let answer = road.jira(Method::GET, &path, None).await;
    match answer.value().filter(Value::is_object) {
        Some(issue) => Ok(json!({
            "message": "Issue created successfully", "issue": shape::issue(&issue, None),
        })),
        // The issue exists, and the caller is told of an error.
        None => Err(said(&answer)),
    }
}

/// Fields by id or name, as far as `/field` lists them.
async fn known_fields(road: &Road, extra: Map<String, Value>) -> Map<String, Value> {
    if extra.is_empty() {
        return extra;
    }
    let answer = road.jira(Method::GET, "/rest/api/2/field", None).await;
    let known = answer.value().unwrap_or_default();
    let known: Vec<&Value> = known.as_array().into_iter().flatten().collect();
    let id_of = |name: &str| {
        known
            .iter()
            .find(|field| {
                field["id"] == name
                    || field["name"]
                        .as_str()
                        .is_some_and(|one| one.eq_ignore_ascii_case(name))
            })
            .and_then(|field| field["id"].as_str())
            .map(str::to_owned)
    };
    extra
        .into_iter()
        .filter_map(|(name, value)| {
            let value = match (name.as_str(), &value) {
                ("parent", Value::String(key)) => json!({"key": key}),
                ("priority", Value::String(name)) => json!({"name": name}),
                _ => value,
            };
            let id = if name == "parent" {
                Some(name)
            } else {
                id_of(&name)
            };
            Some((id?, value))
        })
        .collect()
}

/// `jira_update_issue`
pub(super) async fn update(road: &Road, given: Arguments<'_>) -> Done {
    let key = given.must("issue_key");
    let mut fields = given.object("fields")?;
    fields.extend(given.object("additional_fields")?);
    let described = fields
        .get("description")
        .and_then(Value::as_str)
        .map(str::to_owned);
    let description = described.map(|text| rich(road, &text));
    fields.remove("description");
    if let Some(Value::String(account)) = fields.get("assignee") {
        let assignee = assignee(road, account);
        fields.insert("assignee".into(), assignee);
    }
    let mut fields = known_fields(road, fields).await;
    if let Some(description) = description {
        fields.insert("description".into(), description);
    }
    let failed = |text: String| {
        format!("Failed to update issue {key}: Failed to update issue {key}: {text}")
    };
    let version = if road.is_cloud { 3 } else { 2 };
    let path = format!("/rest/api/{version}/issue/{key}");
    let answer = road
        .jira(Method::PUT, &path, Some(&json!({"fields": fields})))
        .await;
    // Any success will do, also a page of HTML.
    if !answer.status().is_some_and(|status| status.is_success()) {
        return Err(failed(said(&answer)));
    }
    let wanted = encoded(given.text("return_fields").unwrap_or("*all"));
    let path = format!("/rest/api/2/issue/{key}?fields={wanted}");
    let answer = road.jira(Method::GET, &path, None).await;
    match answer.value().filter(Value::is_object) {
        Some(issue) => Ok(json!({
            "message": "Issue updated successfully", "issue": shape::issue(&issue, None),
        })),
        None => Err(failed(said(&answer))),
    }
}

/// The package takes one text, an account on Cloud and a name elsewhere, and makes Jira's form of it.
fn assignee(road: &Road, account: &str) -> Value {
    let account = account.strip_prefix("accountid:").unwrap_or(account);
    if road.is_cloud {
        json!({"accountId": account})
    } else {
        json!({"name": account})
    }
}

/// `jira_add_comment` and `jira_edit_comment`
pub(super) async fn comment(road: &Road, given: Arguments<'_>, edited: Option<&str>) -> Done {
    let key = given.must("issue_key");
    let version = if road.is_cloud { 3 } else { 2 };
    let body = json!({"body": rich(road, given.must("body"))});
    let path = format!("/rest/api/{version}/issue/{key}/comment");
    let answer = match edited {
        None => road.jira(Method::POST, &path, Some(&body)).await,
        Some(id) => {
            let path = format!("{path}/{}", encoded(id));
            road.jira(Method::PUT, &path, Some(&body)).await
        }
    };
    let verb = if edited.is_some() {
        "editing"
    } else {
        "adding"
    };
    match answer.value().filter(Value::is_object) {
        Some(value) => Ok(json!({
            "id": value["id"], "body": plain(&value["body"]),
            "created": value["created"], "author": value["author"]["displayName"],
        })),
        None if answer.status().is_some_and(|status| status.is_success()) => Err(format!(
            "Error {verb} comment: Unexpected return value type from `jira.issue_add_comment`: <class 'NoneType'>"
        )),
        None => Err(format!("Error {verb} comment: {}", said(&answer))),
    }
}

fn plain(body: &Value) -> Value {
    match body {
        Value::Object(_) => json!(crate::jira::render::plain(body)),
        text => text.clone(),
    }
}

/// `jira_get_transitions`: ids come back as numbers.
pub(super) async fn transitions(road: &Road, given: Arguments<'_>) -> Done {
    let path = format!("/rest/api/2/issue/{}/transitions", given.must("issue_key"));
    let answer = road.jira(Method::GET, &path, None).await;
    let Some(value) = answer.value() else {
        return Err(match answer.status() {
            Some(StatusCode::OK) => {
                "Error getting transitions: 'str' object has no attribute 'get'".to_owned()
            }
            None => format!("Error getting transitions: {}", said(&answer)),
            _ => reading(JIRA, &answer),
        });
    };
    let steps = value["transitions"].as_array().into_iter().flatten();
    Ok(steps
        .map(|step| {
            let id = step["id"].as_str().and_then(|id| id.parse::<u64>().ok());
            json!({"id": id, "name": step["name"]})
        })
        .collect())
}

/// `jira_transition_issue`; a comment is lost where the step has no screen.
pub(super) async fn transition(road: &Road, given: Arguments<'_>) -> Done {
    let (key, id) = (given.must("issue_key"), given.must("transition_id"));
    let mut body = json!({"transition": {"id": id}, "fields": given.object("fields")?});
    let comment = given.text("comment").filter(|text| !text.is_empty());
    if let Some(text) = comment {
        body["update"] = json!({"comment": [{"add": {"body": rich(road, text)}}]});
    }
    let version = if road.is_cloud && comment.is_some() {
        3
    } else {
        2
    };
    let path = format!("/rest/api/{version}/issue/{key}/transitions");
    let answer = road.jira(Method::POST, &path, Some(&body)).await;
    // Any success will do, also a page of HTML.
    if !answer.status().is_some_and(|status| status.is_success()) {
        return Err(match answer.status() {
            None => format!(
                "Error transitioning issue {key} with transition ID {id}: {}",
                said(&answer)
            ),
            _ => reading(JIRA, &answer),
        });
    }
    let answer = road
        .jira(Method::GET, &format!("/rest/api/2/issue/{key}"), None)
        .await;
    match answer.value().filter(Value::is_object) {
        Some(issue) => Ok(json!({
            "message": format!("Issue {key} transitioned successfully"),
            "issue": shape::issue(&issue, Some(&site_of(&issue))),
        })),
        None => Err(key_in(key, &answer)),
    }
}

/// `jira_get_all_projects`: whatever goes wrong looks like a site without projects.
pub(super) async fn projects(road: &Road) -> Done {
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
pub(super) async fn issue_types(road: &Road, given: Arguments<'_>) -> Done {
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
pub(super) async fn user(road: &Road, given: Arguments<'_>) -> Done {
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

/// `jira_create_remote_issue_link`
pub(super) async fn remote_link(road: &Road, given: Arguments<'_>) -> Done {
    let key = given.must("issue_key");
    let version = if road.is_cloud { 3 } else { 2 };
    let body = json!({"object": {"url": given.must("url"), "title": given.must("title")}});
    let path = format!("/rest/api/{version}/issue/{key}/remotelink");
    let answer = road.jira(Method::POST, &path, Some(&body)).await;
    match answer.value().filter(Value::is_object) {
        Some(_) => Ok(json!({
            "success": true, "message": "Remote link created successfully", "issue_key": key,
            "link_title": given.must("title"), "link_url": given.must("url"),
        })),
        None => Err(format!(
            "Error creating remote issue link: {}",
            said(&answer)
        )),
    }
}
