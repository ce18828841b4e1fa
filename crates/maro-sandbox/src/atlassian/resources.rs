//! What a token says about itself: the sites it reaches, the person it belongs to.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::grants::Grantee;
use super::refusal::{unauthorized, wrong_scope};
use super::scopes;
use super::sites::{MAIN_CLOUD_ID, Site};
use crate::state::{SandboxState, lock};

/// The grantee of the bearer token in these headers.
pub(super) fn bearer(state: &SandboxState, headers: &HeaderMap) -> Option<Grantee> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    let now = state.clock.now();
    lock(&state.oauth).grantee(token.trim(), now)
}

/// `GET /oauth/token/accessible-resources`: one entry per site *and product*.
pub(super) async fn accessible(
    State(state): State<Arc<SandboxState>>,
    headers: HeaderMap,
) -> Response {
    let Some(grantee) = bearer(&state, &headers) else {
        return unauthorized();
    };
    let sites = lock(&state.oauth).sites();
    let entries: Vec<Value> = sites
        .iter()
        .filter(|site| grantee.cloud_ids.contains(site.cloud_id))
        .flat_map(|site| ["jira", "confluence"].map(|product| (site, product)))
        .filter_map(|(site, product)| entry(&state, &grantee, site, product))
        .collect();
    Json(entries).into_response()
}

fn entry(state: &SandboxState, grantee: &Grantee, site: &Site, product: &str) -> Option<Value> {
    let of_product = |scope: &&String| scopes::product(scope) == Some(product);
    let granted: Vec<&String> = grantee.scopes.iter().filter(of_product).collect();
    let has_product = product == "jira" || site.cloud_id == MAIN_CLOUD_ID;
    if granted.is_empty() || !has_product {
        return None;
    }
    let base = state.base_url();
    Some(json!({
        "id": site.cloud_id,
        "url": format!("{base}{}", site.path),
        "name": site.name,
        "scopes": granted,
        "avatarUrl": format!("https://site-admin-avatar-cdn.prod.public.atl-paas.net/avatars/240/{product}.png"),
    }))
}

/// `GET /me`, which needs `read:me`.
pub(super) async fn me(State(state): State<Arc<SandboxState>>, headers: HeaderMap) -> Response {
    let Some(grantee) = bearer(&state, &headers) else {
        return unauthorized();
    };
    if !grantee.has(&["read:me"]) {
        return wrong_scope();
    }
    let jira = lock(&state.jira);
    let Some(account) = jira.find_account(grantee.account) else {
        return unauthorized();
    };
    let nickname = account.name.split(' ').next();
    Json(json!({
        "account_type": account.kind, "account_id": account.id, "email": account.email,
        "email_verified": true, "name": account.name, "nickname": nickname, "picture": null,
        "account_status": "active", "locale": "en-US", "zoneinfo": "Etc/UTC",
    }))
    .into_response()
}
