//! Sending what is queued: copies, order, retries, signatures.

use std::time::Duration;

use reqwest::RequestBuilder;
use url::Url;

use super::signing::{self, Signing};
use super::{Attempt, Outgoing, Route};
use crate::jira::JiraSite;
use crate::jira::state::JiraState;
use crate::state::{SandboxState, lock};

/// How often Jira tries again, and how many seconds it waits before each.
const RETRY_SECONDS: [f64; 5] = [5.0, 10.0, 20.0, 40.0, 80.0];

/// Sends everything that is queued, unless nobody listens.
pub(crate) fn publish(state: &JiraSite) {
    let queued = {
        let mut jira = lock(&state.jira);
        let queued = std::mem::take(&mut jira.outgoing);
        overtake(&mut jira, queued)
    };
    let queued: Vec<Outgoing> = queued
        .into_iter()
        .filter(|outgoing| target(state, &outgoing.route).is_some())
        .collect();
    if queued.is_empty() {
        return;
    }
    let state = state.clone();
    state.tasks.clone().spawn(async move {
        for outgoing in queued {
            let (copies, in_order) = {
                let jira = lock(&state.jira);
                (
                    jira.settings.webhook_copies.max(1),
                    jira.settings.webhook_reorder,
                )
            };
            for _ in 0..copies {
                let (sending, outgoing) = (state.clone(), outgoing.clone());
                let sent = state
                    .tasks
                    .spawn(async move { deliver(&sending, &outgoing).await });
                if in_order {
                    // A failed delivery must not keep the later ones.
                    let _ = sent.await;
                }
            }
        }
    });
}

/// With `webhook_reorder`, each webhook waits for the next one and goes after it.
fn overtake(jira: &mut JiraState, queued: Vec<Outgoing>) -> Vec<Outgoing> {
    let mut result = Vec::new();
    for outgoing in queued {
        if !jira.settings.webhook_reorder {
            result.extend(jira.held.take());
            result.push(outgoing);
        } else if let Some(earlier) = jira.held.take() {
            result.push(outgoing);
            result.push(earlier);
        } else {
            jira.held = Some(outgoing);
        }
    }
    result
}

/// Lets a held webhook go, for example when reordering is switched off.
pub(crate) fn release(state: &JiraSite) {
    {
        let mut jira = lock(&state.jira);
        if !jira.settings.webhook_reorder {
            let held = jira.held.take();
            jira.outgoing.extend(held);
        }
    }
    publish(state);
}

async fn deliver(state: &JiraSite, outgoing: &Outgoing) {
    let delay = lock(&state.jira).settings.webhook_delay_ms;
    if !wait(state, Duration::from_millis(delay)).await {
        return;
    }
    for retry in 0..=RETRY_SECONDS.len() {
        let status = attempt(state, outgoing, retry).await;
        lock(&state.jira).attempts.push(Attempt {
            identifier: outgoing.identifier.clone(),
            event: outgoing.event,
            issue_key: outgoing.issue_key.clone(),
            retry,
            webhook_ids: match &outgoing.route {
                Route::Admin => Vec::new(),
                Route::Dynamic { ids, .. } => ids.clone(),
            },
            status,
        });
        state.changed();
        let again = status.is_none_or(|status| matches!(status, 408 | 409 | 425 | 429 | 500..));
        let Some(seconds) = RETRY_SECONDS.get(retry).filter(|_| again) else {
            return;
        };
        let scale = lock(&state.settings).retry_scale.clamp(0.0, 1_000.0);
        if !wait(state, Duration::from_secs_f64(seconds * scale)).await {
            return;
        }
    }
}

/// Waits; `false` when the sandbox stops meanwhile.
async fn wait(state: &SandboxState, duration: Duration) -> bool {
    if duration.is_zero() {
        return !state.shutdown.is_cancelled();
    }
    tokio::select! {
        () = state.shutdown.cancelled() => false,
        () = tokio::time::sleep(duration) => true,
    }
}

/// Where a webhook goes. An app gets nothing any more once its grant was taken back.
fn target(state: &JiraSite, route: &Route) -> Option<Url> {
    match route {
        Route::Admin => state.maro_url()?.join("api/v1/webhooks/jira").ok(),
        Route::Dynamic { url, account, .. } => lock(&state.oauth)
            .has_grant(account)
            .then(|| Url::parse(url).ok())?,
    }
}

async fn attempt(state: &JiraSite, outgoing: &Outgoing, retry: usize) -> Option<u16> {
    let url = target(state, &outgoing.route)?;
    let timeout = lock(&state.jira).settings.webhook_timeout_ms;
    let mut request = state
        .http
        .post(url)
        .timeout(Duration::from_millis(timeout))
        .header("Content-Type", "application/json; charset=UTF-8")
        .header("User-Agent", "Atlassian Webhook HTTP Client")
        .header("X-Atlassian-Webhook-Identifier", &outgoing.identifier)
        .header("X-Atlassian-Webhook-Flow", "Primary");
    if retry > 0 {
        request = request.header("X-Atlassian-Webhook-Retry", retry.to_string());
    }
    let request = signed(state, request, outgoing).body(outgoing.body.clone());
    let response = request.send().await.ok()?;
    Some(response.status().as_u16())
}

/// The administrator's webhook is signed with its secret, those of apps as settings say.
fn signed(state: &JiraSite, request: RequestBuilder, outgoing: &Outgoing) -> RequestBuilder {
    let (wrong, way) = {
        let jira = lock(&state.jira);
        let settings = &jira.settings;
        (settings.webhook_wrong_signature, settings.dynamic_signing)
    };
    let app = lock(&state.oauth).app.clone();
    let (secret, way) = match outgoing.route {
        Route::Admin => (state.options.jira_webhook_secret.as_str(), Signing::Hmac),
        Route::Dynamic { .. } => (app.signing_secret(), way),
    };
    let secret = if wrong { "another secret" } else { secret };
    match way {
        Signing::Unsigned => request,
        Signing::Hmac => {
            let signature = signing::signature(secret, outgoing.body.as_bytes());
            request.header("X-Hub-Signature", signature)
        }
        Signing::Jwt => {
            // Receivers compare with their own clock, which does not move with ours.
            let now = state.clock.machine_now();
            request.bearer_auth(signing::jwt(secret, &app.client_id, now))
        }
    }
}
