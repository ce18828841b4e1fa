//! Acting as a person in Slack. Each answer is what Maro answered.
//!
//! Every act takes `team` (an id or a subdomain); without one it happens in the
//! main workspace.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    routing::{get, post},
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Refusal;
use crate::{
    slack::{
        Workspace,
        install::{self, AppSetUp, Chosen, Installing},
        people::{
            CannotAct, arrange, click, close, command, home, probe, say, shortcut, submit, suggest,
        },
        socket,
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
        .route("/app", get(show_app).post(set_up_app))
        .route("/install", post(install_app))
        .route("/uninstall", post(uninstall_app))
        .route("/revoke", post(revoke_tokens))
        .route("/expire", post(expire_tokens))
        .route("/channel", post(change_channel))
        .route("/socket", get(list_sockets).post(meddle_with_sockets))
}

impl From<CannotAct> for Refusal {
    fn from(err: CannotAct) -> Self {
        Self(err.0)
    }
}

/// Where something is done, and what.
fn act<T: DeserializeOwned>(
    world: &Arc<SandboxState>,
    mut body: Value,
) -> Result<(Workspace, T), Refusal> {
    let team = body.as_object_mut().and_then(|body| body.remove("team"));
    let workspace = match team.as_ref().and_then(Value::as_str) {
        None => Workspace::main(world),
        Some(team) => Workspace::find(world, team)
            .ok_or_else(|| Refusal(format!("there is no workspace {team}")))?,
    };
    let act = serde_json::from_value(body).map_err(|err| Refusal(err.to_string()))?;
    Ok((workspace, act))
}

async fn type_command(State(world): World, Json(body): Json<Value>) -> Outcome {
    let (workspace, act) = act(&world, body)?;
    Ok(Json(command::run(&workspace, act).await?))
}

async fn click_button(State(world): World, Json(body): Json<Value>) -> Outcome {
    let (workspace, act) = act(&world, body)?;
    Ok(Json(click::run(&workspace, act).await?))
}

async fn use_shortcut(State(world): World, Json(body): Json<Value>) -> Outcome {
    let (workspace, act) = act(&world, body)?;
    Ok(Json(shortcut::run(&workspace, act).await?))
}

async fn say_something(State(world): World, Json(body): Json<Value>) -> Outcome {
    let (workspace, act) = act(&world, body)?;
    Ok(Json(say::run(&workspace, act).await?))
}

async fn submit_modal(State(world): World, Json(body): Json<Value>) -> Outcome {
    let (workspace, act) = act(&world, body)?;
    Ok(Json(submit::run(&workspace, act).await?))
}

async fn close_modal(State(world): World, Json(body): Json<Value>) -> Outcome {
    let (workspace, act) = act(&world, body)?;
    Ok(Json(close::run(&workspace, act).await?))
}

async fn suggest_options(State(world): World, Json(body): Json<Value>) -> Outcome {
    let (workspace, act) = act(&world, body)?;
    Ok(Json(suggest::run(&workspace, act).await?))
}

async fn open_home(State(world): World, Json(body): Json<Value>) -> Outcome {
    let (workspace, act) = act(&world, body)?;
    Ok(Json(home::run(&workspace, act).await?))
}

async fn verify_url(State(world): World) -> Outcome {
    Ok(Json(probe::verify_url(&Workspace::main(&world)).await?))
}

async fn ssl_check(State(world): World) -> Outcome {
    Ok(Json(probe::ssl_check(&Workspace::main(&world)).await?))
}

async fn change_channel(State(world): World, Json(body): Json<Value>) -> Outcome {
    let (workspace, act) = act(&world, body)?;
    Ok(Json(arrange::run(&workspace, &act)?))
}

async fn show_app(State(world): World) -> Json<Value> {
    Json(install::snapshot(&world))
}

async fn set_up_app(State(world): World, Json(changes): Json<AppSetUp>) -> Outcome {
    Ok(Json(install::set_up(&world, changes)?))
}

async fn install_app(State(world): World, Json(installing): Json<Installing>) -> Outcome {
    Ok(Json(install::install(&world, installing)?))
}

async fn uninstall_app(State(world): World, Json(chosen): Json<Chosen>) -> Outcome {
    Ok(Json(install::uninstall(&world, chosen).await?))
}

async fn revoke_tokens(State(world): World, Json(chosen): Json<Chosen>) -> Outcome {
    Ok(Json(install::revoke(&world, chosen).await?))
}

async fn expire_tokens(State(world): World, Json(chosen): Json<Chosen>) -> Outcome {
    Ok(Json(install::expire(&world, &chosen)?))
}

async fn list_sockets(State(world): World) -> Json<Value> {
    Json(socket::list(&world))
}

async fn meddle_with_sockets(
    State(world): World,
    Json(meddling): Json<socket::Meddling>,
) -> Json<Value> {
    Json(socket::meddle(&world, meddling))
}
