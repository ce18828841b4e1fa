//! Receives Web API calls: arguments, token, scope, then the method.
//!
//! Everything is answered with HTTP 200 and `ok`, except a rate limit.

use std::sync::Arc;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::any,
};
use serde_json::{Value, json};
use subtle::ConstantTimeEq;

use super::{
    args::Args,
    error::SlackError,
    install::{self, Client},
    methods::{self, Call, Method, Token},
    workspace::Workspace,
};
use crate::state::{SandboxState, lock};

/// `/{method}`, nested under `/slack/api`.
pub(crate) fn api_router(state: Arc<SandboxState>) -> Router {
    Router::new()
        .route("/{method}", any(receive))
        .with_state(state)
}

async fn receive(
    State(state): State<Arc<SandboxState>>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let request = Request {
        name: &name,
        query: query.as_deref().unwrap_or_default(),
        headers: &headers,
        body: &body,
    };
    let mut scopes = None;
    let outcome = answer(&state, &request, &mut scopes);
    state.changed();
    let mut response = match outcome {
        Ok(body) => Json(body).into_response(),
        Err(err) => refusal(&err),
    };
    let told = [
        ("x-oauth-scopes", scopes.map(|scopes| scopes.join(","))),
        (
            "x-accepted-oauth-scopes",
            methods::find(&name).map(|method| method.scope.to_owned()),
        ),
    ];
    for (name, value) in told {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// A call as it came.
struct Request<'r> {
    name: &'r str,
    query: &'r str,
    headers: &'r HeaderMap,
    body: &'r [u8],
}

impl Request<'_> {
    fn content_type(&self) -> &str {
        let kind = self.headers.get(header::CONTENT_TYPE);
        kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default()
    }

    fn is_json(&self) -> bool {
        self.content_type().starts_with("application/json")
    }

    /// The arguments of the query and the body.
    fn args(&self, accepts_json: bool) -> Result<Args, SlackError> {
        let mut args = Args::from_form(self.query.as_bytes())?;
        let is_form = self
            .content_type()
            .starts_with("application/x-www-form-urlencoded");
        if self.body.is_empty() {
            return Ok(args);
        }
        args.merge(match self.is_json() {
            // Reading methods take forms only and do not look at JSON at all.
            true if !accepts_json => Args::default(),
            true => Args::from_json(self.body)?,
            false if is_form => Args::from_form(self.body)?,
            false => return Err(SlackError::new("invalid_post_type")),
        });
        Ok(args)
    }

    /// The token comes in the header, or as a form argument; never in JSON.
    fn token(&self, kind: Token) -> Option<String> {
        let header = self.headers.get(header::AUTHORIZATION);
        let bearer = header
            .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
            .map(str::to_owned);
        let argument = |form: &[u8]| Some(Args::from_form(form).ok()?.text("token")?.to_owned());
        let token = match kind {
            Token::App => bearer,
            Token::Bot if self.is_json() => bearer.or_else(|| argument(self.query.as_bytes())),
            Token::Bot => bearer
                .or_else(|| argument(self.body))
                .or_else(|| argument(self.query.as_bytes())),
        };
        let token = token?.trim().to_owned();
        (!token.is_empty()).then_some(token)
    }
}

fn refusal(err: &SlackError) -> Response {
    match err.retry_after {
        None => Json(err.body()).into_response(),
        Some(seconds) => {
            let retry_after = [(header::RETRY_AFTER, seconds.to_string())];
            (StatusCode::TOO_MANY_REQUESTS, retry_after, Json(err.body())).into_response()
        }
    }
}

fn answer(
    state: &Arc<SandboxState>,
    request: &Request<'_>,
    scopes_told: &mut Option<Vec<String>>,
) -> Result<Value, SlackError> {
    if let Some(method) = install::find(request.name) {
        let args = request.args(true)?;
        let client = Client::read(request.headers, &args);
        return finished(request, method(state, &client, &args)?);
    }
    let Some(method) = methods::find(request.name) else {
        return Err(SlackError::new("unknown_method").field("req_method", request.name));
    };
    let token = request.token(method.token);
    let token = token.ok_or_else(|| SlackError::new("not_authed"))?;
    let (workspace, scopes) = authenticate(state, method.token, &token)?;
    *scopes_told = Some(scopes.clone());
    let args = request.args(method.accepts_json)?;
    check_scope(&scopes, method)?;
    let call = Call {
        state: &workspace,
        args: &args,
        scopes: &scopes,
        token: &token,
        client: &Client::read(request.headers, &args),
    };
    finished(request, (method.run)(&call)?)
}

/// What every good answer has.
#[expect(clippy::unnecessary_wraps, reason = "it ends a chain of results")]
fn finished(request: &Request<'_>, mut answer: Value) -> Result<Value, SlackError> {
    answer["ok"] = true.into();
    let charset = request
        .content_type()
        .to_ascii_lowercase()
        .contains("charset");
    if request.is_json() && !charset {
        answer["warning"] = "missing_charset".into();
        answer["response_metadata"]["warnings"] = json!(["missing_charset"]);
    }
    Ok(answer)
}

/// Finds the workspace that a token is good for, and what it may do there.
fn authenticate(
    state: &Arc<SandboxState>,
    kind: Token,
    token: &str,
) -> Result<(Workspace, Vec<String>), SlackError> {
    let app_token = state.options.slack_app_token.as_bytes();
    if bool::from(token.as_bytes().ct_eq(app_token)) {
        return match kind {
            Token::App => Ok((Workspace::main(state), vec!["connections:write".into()])),
            Token::Bot => Err(SlackError::new("not_allowed_token_type")),
        };
    }
    let (team, scopes) = lock(&state.install).good_for(token, state.clock.now())?;
    if kind == Token::App {
        return Err(SlackError::new("not_allowed_token_type"));
    }
    let scopes = scopes.unwrap_or_else(|| lock(&state.settings).scopes.clone());
    let workspace = Workspace::find(state, team.id).unwrap_or_else(|| Workspace::main(state));
    Ok((workspace, scopes))
}

fn check_scope(scopes: &[String], method: &Method) -> Result<(), SlackError> {
    if method.scope.is_empty() || scopes.iter().any(|scope| scope == method.scope) {
        return Ok(());
    }
    Err(SlackError::new("missing_scope")
        .field("needed", method.scope)
        .field("provided", scopes.join(",")))
}
