//! Which site a call is about, and who the caller is.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Done, answered};
use crate::atlassian::MAIN_CLOUD_ID;
use crate::mcp::Server;
use crate::mcp::auth::Credentials;
use crate::mcp::backend::Road;

/// The road to the site that a call names by its id, its address or its host.
pub(super) async fn road(
    server: &Server,
    credentials: &Credentials,
    named: &str,
) -> Result<Road, String> {
    let sites = resources(server, credentials).await?;
    let bare = |text: &str| {
        let text = text.trim_end_matches('/');
        text.split_once("://")
            .map_or(text, |(_, rest)| rest)
            .to_lowercase()
    };
    let wanted = bare(named);
    let id = sites
        .as_array()
        .into_iter()
        .flatten()
        .find(|site| {
            let address = bare(site["url"].as_str().unwrap_or_default());
            let name = site["name"].as_str().unwrap_or_default();
            site["id"] == wanted || address == wanted || format!("{name}.atlassian.net") == wanted
        })
        .and_then(|site| site["id"].as_str());
    match id {
        Some(id) => Ok(server.backend.hosted(credentials, id)),
        None => Err(format!(
            "Cloud id: {named} isn't explicitly granted by the user."
        )),
    }
}

/// The sites: those of the grant, or the one that an API token belongs to.
pub(super) async fn resources(server: &Server, credentials: &Credentials) -> Done {
    let road = server.backend.hosted(credentials, MAIN_CLOUD_ID);
    if matches!(credentials, Credentials::OAuth { .. }) {
        return answered(&road.atlassian("/oauth/token/accessible-resources").await);
    }
    // A wrong token is found out here.
    answered(&road.jira(Method::GET, "/rest/api/3/myself", None).await)?;
    let site = format!("{}jira", server.world.base_url());
    Ok(json!([{
        "id": MAIN_CLOUD_ID, "url": site, "name": "storefront",
        "scopes": ["read:jira-work", "write:jira-work"],
    }]))
}

/// Who asks.
pub(super) async fn user(server: &Server, credentials: &Credentials) -> Done {
    let road = server.backend.hosted(credentials, MAIN_CLOUD_ID);
    let value: Value = match credentials {
        Credentials::OAuth { .. } => answered(&road.atlassian("/me").await)?,
        _ => answered(&road.jira(Method::GET, "/rest/api/3/myself", None).await)?,
    };
    let field = |first: &str, second: &str| value.get(first).or_else(|| value.get(second)).cloned();
    Ok(json!({
        "account_id": field("account_id", "accountId"),
        "email": field("email", "emailAddress"),
        "name": field("name", "displayName"),
    }))
}
