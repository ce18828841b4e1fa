//! `POST /oauth/token`: codes and refresh tokens against new pairs.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::grants::Issued;
use super::refusal::TokenRefusal;
use crate::state::{SandboxState, lock};

type Fields = BTreeMap<String, String>;

/// Gives tokens to the app. The body is JSON or a form.
pub(super) async fn issue(
    State(state): State<Arc<SandboxState>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let outcome = read(&headers, &body).and_then(|fields| decide(&state, &fields));
    match outcome {
        Ok(issued) => answer(&issued),
        Err(refusal) => {
            lock(&state.oauth).counts.refused += 1;
            refusal.into_response()
        }
    }
}

fn decide(state: &SandboxState, fields: &Fields) -> Result<Issued, TokenRefusal> {
    let field = |name: &str, missing| fields.get(name).map(String::as_str).ok_or(missing);
    let kind = field(
        "grant_type",
        TokenRefusal::request("grant_type is required"),
    )?;
    let id = field("client_id", TokenRefusal::CLIENT)?;
    let secret = field("client_secret", TokenRefusal::CLIENT)?;
    let now = state.clock.now();
    let mut oauth = lock(&state.oauth);
    if !oauth.app.is(id, secret) {
        return Err(TokenRefusal::CLIENT);
    }
    match kind {
        "authorization_code" => {
            let code = field("code", TokenRefusal::request("code is required"))?;
            let uri = field(
                "redirect_uri",
                TokenRefusal::request("redirect_uri is required"),
            )?;
            let verifier = fields.get("code_verifier").map(String::as_str);
            oauth.exchange(code, uri, verifier, now)
        }
        "refresh_token" => {
            let missing = TokenRefusal::request("refresh_token is required");
            oauth.refresh(field("refresh_token", missing)?, now)
        }
        _ => Err(TokenRefusal::GRANT_TYPE),
    }
}

fn answer(issued: &Issued) -> Response {
    let mut body = json!({
        "access_token": issued.access_token,
        "expires_in": issued.expires_in,
        "token_type": "Bearer",
        "scope": issued.scope,
    });
    if let Some(token) = &issued.refresh_token {
        body["refresh_token"] = json!(token);
    }
    ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

fn read(headers: &HeaderMap, body: &[u8]) -> Result<Fields, TokenRefusal> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    match kind.as_str() {
        "application/json" => from_json(body),
        "application/x-www-form-urlencoded" => {
            Ok(url::form_urlencoded::parse(body).into_owned().collect())
        }
        _ => Err(TokenRefusal::request("Unsupported content type")),
    }
}

fn from_json(body: &[u8]) -> Result<Fields, TokenRefusal> {
    let invalid = TokenRefusal::request("Invalid request body");
    let Ok(Value::Object(object)) = serde_json::from_slice(body) else {
        return Err(invalid);
    };
    object
        .into_iter()
        .map(|(name, value)| match value {
            Value::String(text) => Ok((name, text)),
            _ => Err(invalid),
        })
        .collect()
}
