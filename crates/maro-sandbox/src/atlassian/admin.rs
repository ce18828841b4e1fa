//! Control of Atlassian's accounts. Mounted at `/admin/atlassian`.
//!
//! | path | what it does |
//! |---|---|
//! | `GET …` | app, sites, grants, counts; no tokens |
//! | `GET, POST …/settings` | reads, merges into the settings |
//! | `POST …/app` | `{callback_url?, scopes?}` sets up the app |
//! | `POST …/grant` | `{user?, scopes?, sites?}` consents and gives a pair, without a browser |
//! | `POST …/revoke` | `{user?}` takes grants back: one person's, or all |
//! | `POST …/expire` | lets every access token end now |

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::settings::OAuthSettings;
use super::snapshot::snapshot;
use crate::state::{SandboxState, lock};

type World = State<Arc<SandboxState>>;
type Refused = (StatusCode, Json<Value>);
type Outcome = Result<Json<Value>, Refused>;

/// The control panel's routes.
pub(crate) fn admin_router(state: Arc<SandboxState>) -> Router {
    Router::new()
        .route("/", get(show))
        .route("/settings", get(settings).post(change_settings))
        .route("/app", post(set_up))
        .route("/grant", post(grant))
        .route("/revoke", post(revoke))
        .route("/expire", post(expire))
        .with_state(state)
}

fn refused(text: &(impl ToString + ?Sized)) -> Refused {
    let body = Json(json!({ "error": text.to_string() }));
    (StatusCode::BAD_REQUEST, body)
}

async fn show(State(state): World) -> Json<Value> {
    Json(snapshot(&state))
}

async fn settings(State(state): World) -> Json<OAuthSettings> {
    Json(lock(&state.oauth).settings.clone())
}

async fn change_settings(State(state): World, Json(changes): Json<Value>) -> Outcome {
    {
        let mut oauth = lock(&state.oauth);
        let mut merged = json!(oauth.settings);
        if let (Some(into), Value::Object(changes)) = (merged.as_object_mut(), changes) {
            into.extend(changes);
        }
        oauth.settings = serde_json::from_value(merged).map_err(|err| refused(&err))?;
    }
    state.changed();
    Ok(Json(json!(lock(&state.oauth).settings)))
}

/// What a developer sets up about the app.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SetUp {
    #[serde(default)]
    callback_url: Option<String>,
    #[serde(default)]
    scopes: Option<Vec<String>>,
}

async fn set_up(State(state): World, Json(wanted): Json<SetUp>) -> Json<Value> {
    {
        let app = &mut lock(&state.oauth).app;
        app.callback_url = wanted.callback_url.or(app.callback_url.take());
        app.scopes = wanted
            .scopes
            .unwrap_or_else(|| std::mem::take(&mut app.scopes));
    }
    state.changed();
    Json(snapshot(&state)["app"].take())
}

/// A consent without a browser.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Granting {
    #[serde(default = "amira")]
    user: String,
    /// All scopes of the app unless told.
    #[serde(default)]
    scopes: Option<Vec<String>>,
    /// Cloud ids; all sites unless told.
    #[serde(default)]
    sites: Option<Vec<String>>,
}

fn amira() -> String {
    "amira".into()
}

async fn grant(State(state): World, Json(granting): Json<Granting>) -> Outcome {
    let account = lock(&state.jira)
        .find_person(&granting.user)
        .map(|account| account.id)
        .ok_or_else(|| refused("nobody here is called that"))?;
    let now = state.clock.now();
    let issued = {
        let mut oauth = lock(&state.oauth);
        let scopes = granting.scopes.unwrap_or_else(|| oauth.app.scopes.clone());
        let sites: Vec<&'static str> = oauth
            .sites()
            .iter()
            .map(|site| site.cloud_id)
            .filter(|id| {
                granting
                    .sites
                    .as_ref()
                    .is_none_or(|sites| sites.iter().any(|one| one == id))
            })
            .collect();
        oauth.grant(account, &scopes, &sites, now);
        oauth.issue(account, &scopes, now)
    };
    state.changed();
    Ok(Json(json!({
        "access_token": issued.access_token, "refresh_token": issued.refresh_token,
        "expires_in": issued.expires_in, "scope": issued.scope, "account_id": account,
    })))
}

/// Whose grant is taken back.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Revoking {
    #[serde(default)]
    user: Option<String>,
}

async fn revoke(State(state): World, Json(revoking): Json<Revoking>) -> Outcome {
    let chosen = match &revoking.user {
        None => None,
        Some(user) => {
            let jira = lock(&state.jira);
            let account = jira.find_person(user).map(|account| account.id);
            Some(account.ok_or_else(|| refused("nobody here is called that"))?)
        }
    };
    let revoked = {
        let mut oauth = lock(&state.oauth);
        let accounts: Vec<&'static str> = oauth
            .grants
            .keys()
            .copied()
            .filter(|account| chosen.is_none_or(|chosen| chosen == *account))
            .collect();
        accounts
            .iter()
            .filter(|account| oauth.revoke(account))
            .count()
    };
    state.changed();
    Ok(Json(json!({ "revoked": revoked })))
}

async fn expire(State(state): World) -> Json<Value> {
    let expired = lock(&state.oauth).expire_access_tokens();
    state.changed();
    Json(json!({ "expired": expired }))
}
