//! `/webhook`: dynamic webhooks, which only apps can register.

use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::IntoResponse;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use url::Url;

use super::Shared;
use crate::atlassian::Grantee;
use crate::jira::auth::Caller;
use crate::jira::error::{JiraError, Outcome};
use crate::jira::http::{ApiVersion, JsonBody, ok, page_bean};
use crate::jira::jql::{self, Context, Query};
use crate::jira::state::JiraState;
use crate::jira::webhooks::DynamicHook;
use crate::jira::webhooks::dynamic::{EVENTS, MOST};
use crate::query::Params;
use crate::state::lock;

/// An app that acts for somebody. Users with a password or an API token are refused.
pub(super) struct App(&'static str);

impl<S: Send + Sync> FromRequestParts<S> for App {
    type Rejection = JiraError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, JiraError> {
        parts
            .extensions
            .get::<Grantee>()
            .map(|grantee| Self(grantee.account))
            .ok_or_else(|| {
                JiraError::message(
                    StatusCode::FORBIDDEN,
                    "Only Connect and OAuth 2.0 apps can use this operation.",
                )
            })
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Registration {
    url: String,
    webhooks: Vec<Details>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Details {
    events: Vec<String>,
    jql_filter: String,
    #[serde(default)]
    field_ids_filter: Option<Vec<String>>,
}

/// Registers webhooks; each is taken or refused by itself.
pub(super) async fn register(
    State(state): State<Shared>,
    App(account): App,
    JsonBody(body): JsonBody,
) -> Outcome {
    let wanted: Registration =
        serde_json::from_value(Value::Object(body)).map_err(|_| JiraError::invalid_payload())?;
    if wanted.webhooks.is_empty() || !is_reachable(&wanted.url) {
        return Err(JiraError::bad_request(
            "The URL must be an absolute https URL, and there must be a webhook.",
        ));
    }
    let now = state.clock.now();
    let results: Vec<Value> = {
        let mut jira = lock(&state.jira);
        jira.hooks.retain(|hook| hook.expires > now);
        let each = wanted.webhooks.into_iter();
        each.map(|details| add(&mut jira, account, &wanted.url, details, now))
            .collect()
    };
    state.changed();
    Ok(ok(&json!({"webhookRegistrationResult": results})))
}

/// Registers one, or says what is wrong with it.
fn add(
    jira: &mut JiraState,
    account: &'static str,
    url: &str,
    details: Details,
    now: DateTime<Utc>,
) -> Value {
    let query = match check(jira, account, url, &details, now) {
        Ok(query) => query,
        Err(errors) => return json!({"errors": errors}),
    };
    let id = jira.next_id();
    jira.hooks.push(DynamicHook {
        id,
        account,
        url: url.to_owned(),
        events: details.events,
        jql: details.jql_filter,
        query,
        field_ids: details.field_ids_filter,
        expires: jira.settings.dynamic_end(now),
    });
    json!({"createdWebhookId": id})
}

fn check(
    jira: &JiraState,
    account: &'static str,
    url: &str,
    details: &Details,
    now: DateTime<Utc>,
) -> Result<Query, Vec<String>> {
    let own = || jira.hooks.iter().filter(|hook| hook.account == account);
    if own().any(|hook| hook.url != url) {
        return Err(vec![
            "Only a single URL per app is allowed to be registered via REST API".to_owned(),
        ]);
    }
    if own().count() >= MOST {
        return Err(vec![format!(
            "The maximum number of webhooks ({MOST}) for this app and user was reached"
        )]);
    }
    let unknown = |event: &&String| !EVENTS.contains(&event.as_str());
    if let Some(event) = details.events.iter().find(unknown) {
        return Err(vec![format!("The event {event} is unsupported")]);
    }
    if details.events.is_empty() {
        return Err(vec!["At least one event is required".to_owned()]);
    }
    let context = Context {
        jira,
        viewer: account,
        version: ApiVersion::V3,
        now,
    };
    jql::parse_filter(&details.jql_filter, context)
}

/// Jira calls https only. The sandbox stays on this computer, where plain http is as good.
fn is_reachable(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| match url.scheme() {
        "https" => url.has_host(),
        "http" => matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]")),
        _ => false,
    })
}

/// The webhooks of the app.
pub(super) async fn list(
    State(state): State<Shared>,
    Caller(view): Caller,
    App(_): App,
    params: Params,
) -> Outcome {
    let (start, max) = params.page(100, 100)?;
    let now = state.clock.now();
    let jira = lock(&state.jira);
    let alive = jira.hooks.iter().filter(|hook| hook.expires > now);
    let values: Vec<Value> = alive.map(DynamicHook::view).collect();
    let address = format!("{}/webhook", jira.api(view));
    Ok(ok(&page_bean(&address, &values, start, max)))
}

/// Removes webhooks; ids that are unknown are ignored.
pub(super) async fn delete(
    State(state): State<Shared>,
    App(_): App,
    JsonBody(body): JsonBody,
) -> Outcome {
    let ids = ids(&body)?;
    lock(&state.jira)
        .hooks
        .retain(|hook| !ids.contains(&hook.id));
    state.changed();
    Ok(StatusCode::ACCEPTED.into_response())
}

/// Lets webhooks live as long again as a new one; ids that are unknown or expired are ignored.
pub(super) async fn refresh(
    State(state): State<Shared>,
    App(_): App,
    JsonBody(body): JsonBody,
) -> Outcome {
    let ids = ids(&body)?;
    let now = state.clock.now();
    let expires = {
        let mut jira = lock(&state.jira);
        let expires = jira.settings.dynamic_end(now);
        let alive = jira.hooks.iter_mut().filter(|hook| hook.expires > now);
        for hook in alive.filter(|hook| ids.contains(&hook.id)) {
            hook.expires = expires;
        }
        expires
    };
    state.changed();
    Ok(ok(&json!({"expirationDate": expires.timestamp_millis()})))
}

fn ids(body: &Map<String, Value>) -> Outcome<Vec<u64>> {
    let missing = || JiraError::bad_request("The list of webhook IDs is missing.");
    let list = body.get("webhookIds").and_then(Value::as_array);
    let list = list.filter(|list| !list.is_empty()).ok_or_else(missing)?;
    list.iter()
        .map(|id| id.as_u64().ok_or_else(JiraError::invalid_payload))
        .collect()
}
