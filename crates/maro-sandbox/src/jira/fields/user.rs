//! References to users: by account id in Cloud, by user name in Data Center.

use serde_json::Value;

use super::{Read, reference};
use crate::jira::http::ApiVersion;
use crate::jira::state::JiraState;

/// The account that an object such as `{"accountId": …}` names; `null` and `-1` name nobody.
pub(crate) fn read(
    jira: &JiraState,
    version: ApiVersion,
    value: &Value,
) -> Read<Option<&'static str>> {
    if value.is_null() {
        return Ok(None);
    }
    let object = value.as_object().ok_or("expected Object")?;
    let (key, other) = match version {
        ApiVersion::Server => ("name", "key"),
        ApiVersion::V2 | ApiVersion::V3 => ("accountId", "id"),
    };
    let name = match reference(object, key, other)? {
        None if object.contains_key(key) => return Ok(None),
        None => return Err(format!("expected Object containing a '{key}' property")),
        Some("-1" | "") => return Ok(None),
        Some(name) => name,
    };
    let account = match version {
        ApiVersion::Server => jira.find_user(name),
        ApiVersion::V2 | ApiVersion::V3 => jira.find_account(name),
    };
    account
        .map(|account| Some(account.id))
        .ok_or_else(|| match version {
            ApiVersion::Server => format!("User '{name}' does not exist."),
            _ => format!("User '{name}' cannot be assigned issues."),
        })
}
