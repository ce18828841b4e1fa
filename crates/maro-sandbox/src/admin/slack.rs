//! Acting as a person in Slack. Each answer is what Maro answered.

use std::sync::Arc;

use axum::{Json, Router, extract::State, routing::post};
use serde_json::Value;

use super::Refusal;
use crate::{
    slack::people::{
        CannotAct, click, close, command, home, probe, say, shortcut, submit, suggest,
    },
    state::SandboxState,
};

type World = State<Arc<SandboxState>>;
type Outcome = Result<Json<Value>, Refusal>;

/// Everything under `/admin/slack`.
pub(super) fn router() -> Router<Arc<SandboxState>> {
    Router::new()
        .route("/command", post(type_command))
        .route("/click", post(click_button))
        .route("/shortcut", post(use_shortcut))
        .route("/say", post(say_something))
        .route("/submit", post(submit_modal))
        .route("/close", post(close_modal))
        .route("/suggest", post(suggest_options))
        .route("/home", post(open_home))
        .route("/verify-url", post(verify_url))
        .route("/ssl-check", post(ssl_check))
}

impl From<CannotAct> for Refusal {
    fn from(err: CannotAct) -> Self {
        Self(err.0)
    }
}

async fn type_command(State(state): World, Json(act): Json<command::Command>) -> Outcome {
    Ok(Json(command::run(&state, act).await?))
}

async fn click_button(State(state): World, Json(act): Json<click::Click>) -> Outcome {
    Ok(Json(click::run(&state, act).await?))
}

async fn use_shortcut(State(state): World, Json(act): Json<shortcut::Shortcut>) -> Outcome {
    Ok(Json(shortcut::run(&state, act).await?))
}

async fn say_something(State(state): World, Json(act): Json<say::Say>) -> Outcome {
    Ok(Json(say::run(&state, act).await?))
}

async fn submit_modal(State(state): World, Json(act): Json<submit::Submit>) -> Outcome {
    Ok(Json(submit::run(&state, act).await?))
}

async fn close_modal(State(state): World, Json(act): Json<close::Close>) -> Outcome {
    Ok(Json(close::run(&state, act).await?))
}

async fn suggest_options(State(state): World, Json(act): Json<suggest::Suggest>) -> Outcome {
    Ok(Json(suggest::run(&state, act).await?))
}

async fn open_home(State(state): World, Json(act): Json<home::OpenHome>) -> Outcome {
    Ok(Json(home::run(&state, act).await?))
}

async fn verify_url(State(state): World) -> Json<Value> {
    Json(probe::verify_url(&state).await)
}

async fn ssl_check(State(state): World) -> Json<Value> {
    Json(probe::ssl_check(&state).await)
}
