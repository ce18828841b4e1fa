//! The classic scopes, the granular ones of Confluence's pages, and which a request to Jira needs.
//!
//! What each operation needs is in the official document under
//! `x-atlassian-oauth2-scopes`; a test compares.

use axum::http::Method;

/// What gives a refresh token.
pub(crate) const OFFLINE: &str = "offline_access";

/// Scopes and what the consent page says about them.
const SCOPES: &[(&str, &str)] = &[
    ("read:jira-work", "View Jira issue data"),
    ("write:jira-work", "Create and manage issues"),
    ("read:jira-user", "View user profiles"),
    ("manage:jira-webhook", "Manage Jira webhooks"),
    ("manage:jira-project", "Manage project settings"),
    ("manage:jira-configuration", "Manage Jira global settings"),
    ("read:confluence-content.all", "Read all content"),
    ("read:confluence-content.summary", "Read content summaries"),
    (
        "read:confluence-content.permission",
        "View content permissions",
    ),
    ("read:confluence-space.summary", "Read space summaries"),
    ("read:confluence-props", "Read content properties"),
    ("read:confluence-user", "Read users"),
    ("read:confluence-groups", "Read groups"),
    (
        "write:confluence-content",
        "Write, update and delete content",
    ),
    ("write:confluence-space", "Manage spaces"),
    ("write:confluence-props", "Write content properties"),
    ("write:confluence-file", "Upload attachments"),
    ("readonly:content.attachment:confluence", "Read attachments"),
    ("search:confluence", "Search content"),
    ("read:page:confluence", "View pages"),
    ("write:page:confluence", "Create and update pages"),
    ("delete:page:confluence", "Delete pages"),
    ("read:space:confluence", "View space details"),
    ("manage:confluence-configuration", "Manage global settings"),
    ("read:me", "View your profile"),
    ("read:account", "View your account"),
    ("report:personal-data", "Report personal data"),
    (OFFLINE, "Act for you when you are away"),
];

/// All scopes that there are.
pub(crate) fn known() -> impl Iterator<Item = &'static str> {
    SCOPES.iter().map(|(scope, _)| *scope)
}

/// What the consent page says about a scope.
pub(crate) fn title(scope: &str) -> &str {
    SCOPES
        .iter()
        .find(|(known, _)| *known == scope)
        .map_or(scope, |(_, title)| title)
}

/// The products that a scope opens, as `accessible-resources` tells them apart.
pub(crate) fn product(scope: &str) -> Option<&'static str> {
    if scope.contains("jira") {
        Some("jira")
    } else if scope.contains("confluence") {
        Some("confluence")
    } else {
        None
    }
}

/// The scopes that a request to Jira needs; `path` begins with `/rest/api/`.
pub(crate) fn needed_by_jira(method: &Method, path: &str) -> &'static [&'static str] {
    let resource = path
        .strip_prefix("/rest/api/")
        .and_then(|rest| rest.split_once('/'))
        .map_or("", |(_, resource)| resource);
    let first = resource.split('/').next().unwrap_or_default();
    let reads = method == Method::GET || method == Method::HEAD;
    match first {
        "serverInfo" => &[],
        "webhook" => &["read:jira-work", "manage:jira-webhook"],
        "myself" | "user" if reads => &["read:jira-user"],
        "search" => &["read:jira-work"],
        // The official document asks for no less to look at pages of priorities.
        "priority" if resource == "priority/search" => &["manage:jira-configuration"],
        _ if reads => &["read:jira-work"],
        "issue" => &["write:jira-work"],
        _ => &["manage:jira-configuration"],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// Every path that the simulated Jira serves.
    const PATHS: [&str; 30] = [
        "issue",
        "issue/{issueIdOrKey}",
        "issue/{issueIdOrKey}/assignee",
        "issue/{issueIdOrKey}/comment",
        "issue/{issueIdOrKey}/comment/{id}",
        "issue/{issueIdOrKey}/properties",
        "issue/{issueIdOrKey}/properties/{propertyKey}",
        "issue/{issueIdOrKey}/remotelink",
        "issue/{issueIdOrKey}/transitions",
        "issue/createmeta/{projectIdOrKey}/issuetypes",
        "issue/createmeta/{projectIdOrKey}/issuetypes/{issueTypeId}",
        "search",
        "search/jql",
        "search/approximate-count",
        "project",
        "project/search",
        "project/{projectIdOrKey}/statuses",
        "priority",
        "priority/search",
        "issuetype",
        "status",
        "field",
        "label",
        "myself",
        "user",
        "user/search",
        "user/assignable/search",
        "mypermissions",
        "webhook",
        "webhook/refresh",
    ];

    #[test]
    fn scopes_are_those_of_the_official_document() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../../shared/specs/jira-cloud-platform-v3.json"
        );
        let Ok(text) = std::fs::read_to_string(path) else {
            eprintln!("SKIPPED: the official Jira document is not at {path}");
            return;
        };
        let official: Value = serde_json::from_str(&text).unwrap();
        for path in PATHS {
            let path = format!("/rest/api/3/{path}");
            for (method, operation) in official["paths"][&path].as_object().unwrap() {
                let Some(security) = operation["security"].as_array() else {
                    continue;
                };
                let documented = security.iter().find_map(|way| way.get("OAuth2")).unwrap();
                let method: Method = method.to_uppercase().parse().unwrap();

                let needed = needed_by_jira(&method, &path);

                assert_eq!(serde_json::json!(needed), *documented, "{method} {path}");
            }
        }
    }
}
