//! Which OAuth scopes a request to Confluence needs.
//!
//! Version 2 knows the granular scopes alone: with the classic ones it answers
//! "scope does not match", which people meet whenever they follow older guides
//! (<https://github.com/sooperset/mcp-atlassian/pull/766>). Version 1 takes the
//! classic ones.

use axum::http::Method;

/// By method and path; `path` begins with `/wiki/`.
pub(crate) fn needed(method: &Method, path: &str) -> &'static [&'static str] {
    let reads = method == Method::GET || method == Method::HEAD;
    if let Some(resource) = path.strip_prefix("/wiki/api/v2/") {
        return needed_by_v2(method, reads, resource);
    }
    let resource = path.strip_prefix("/wiki/rest/api/").unwrap_or_default();
    let parts: Vec<&str> = resource.split('/').collect();
    match parts.as_slice() {
        ["search"] | ["content", "search"] => &["search:confluence"],
        ["content", _, "property", ..] if reads => &["read:confluence-props"],
        ["content", _, "property", ..] => &["write:confluence-props"],
        ["content", _, "history" | "child" | "label", ..] if reads => {
            &["read:confluence-content.summary"]
        }
        ["content", ..] if reads => &["read:confluence-content.all"],
        ["content", ..] => &["write:confluence-content"],
        ["space", ..] => &["read:confluence-space.summary"],
        ["user", ..] => &["read:confluence-user"],
        _ => &["manage:confluence-configuration"],
    }
}

fn needed_by_v2(method: &Method, reads: bool, resource: &str) -> &'static [&'static str] {
    let parts: Vec<&str> = resource.split('/').collect();
    match parts.as_slice() {
        ["spaces", _, "pages"] => &["read:page:confluence"],
        ["spaces", ..] => &["read:space:confluence"],
        ["pages", _, "properties", ..] if !reads => {
            &["read:page:confluence", "write:page:confluence"]
        }
        _ if reads => &["read:page:confluence"],
        _ if method == Method::DELETE => &["delete:page:confluence"],
        _ => &["write:page:confluence"],
    }
}
