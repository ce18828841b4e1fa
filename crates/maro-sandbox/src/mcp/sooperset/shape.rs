//! Jira's and Confluence's JSON in the smaller form that mcp-atlassian hands on.

use chrono::DateTime;
use serde_json::{Map, Value, json};

/// The fields that are returned when nobody says which.
pub(super) const DEFAULT_FIELDS: &str = "versions,labels,reporter,priority,issuetype,description,summary,created,status,assignee,updated";

/// An issue. `site` makes the link for people; what was just created has the REST link instead.
pub(super) fn issue(value: &Value, site: Option<&str>) -> Value {
    let fields = &value["fields"];
    let key = value["key"].as_str().unwrap_or_default();
    let mut out = Map::new();
    let mut put = |name: &str, value: Value| {
        if !value.is_null() {
            out.insert(name.to_owned(), value);
        }
    };
    put("id", value["id"].clone());
    put("key", json!(key));
    put("summary", fields["summary"].clone());
    match site {
        Some(site) => put("browse_url", json!(format!("{site}/browse/{key}"))),
        // Not a link for people: the address of the resource.
        None => put("url", value["self"].clone()),
    }
    put("description", fields["description"].clone());
    let status = &fields["status"];
    if status.is_object() {
        let category = &status["statusCategory"];
        put(
            "status",
            json!({"name": status["name"], "category": category["name"], "color": category["colorName"]}),
        );
    }
    for (field, name) in [("issuetype", "issue_type"), ("priority", "priority")] {
        if fields[field].is_object() {
            put(name, json!({"name": fields[field]["name"]}));
        }
    }
    if fields["project"].is_object() {
        let project = &fields["project"];
        put(
            "project",
            json!({"key": project["key"], "name": project["name"]}),
        );
    }
    put("parent", fields["parent"].clone());
    for field in ["assignee", "reporter"] {
        if fields[field].is_object() {
            put(field, user(&fields[field]));
        }
    }
    put("labels", fields["labels"].clone());
    put("created", time(&fields["created"]));
    put("updated", time(&fields["updated"]));
    let comments = fields["comment"]["comments"].as_array();
    if let Some(comments) = comments.filter(|list| !list.is_empty()) {
        put("comments", comments.iter().map(comment).collect());
    }
    Value::Object(out)
}

/// A user.
pub(super) fn user(value: &Value) -> Value {
    json!({
        "account_id": value["accountId"],
        "display_name": value["displayName"],
        "name": value.get("name").unwrap_or(&value["displayName"]),
        "email": value["emailAddress"],
        "avatar_url": value["avatarUrls"]["48x48"],
    })
}

fn comment(value: &Value) -> Value {
    json!({
        "id": value["id"], "body": value["body"], "author": user(&value["author"]),
        "created": value["created"], "updated": value["updated"],
    })
}

/// `2026-11-21 12:57:17 UTC`, without fractions.
pub(super) fn time(value: &Value) -> Value {
    let read = |text: &str| {
        DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.3f%z")
            .or_else(|_| DateTime::parse_from_rfc3339(text))
            .ok()
    };
    value.as_str().and_then(read).map_or(Value::Null, |at| {
        json!(at.to_utc().format("%Y-%m-%d %H:%M:%S UTC").to_string())
    })
}

/// A page; `content` is what it says, in the form that was asked for.
pub(super) fn page(value: &Value, base: &str, content: Option<(&str, String)>) -> Value {
    let mut out = json!({
        "id": value["id"],
        "title": value["title"],
        "type": "page",
        "created": time(&value["history"]["createdDate"]),
        "updated": time(&value["version"]["when"]),
        "url": format!("{base}/pages/viewpage.action?pageId={}", value["id"].as_str().unwrap_or_default()),
        "space": {"key": value["space"]["key"], "name": value["space"]["name"]},
        "author": value["version"]["by"]["displayName"],
        "version": value["version"]["number"],
        "attachments": [],
    });
    if let Some((format, text)) = content {
        out["content"] = json!({"value": text, "format": format});
    }
    out
}
