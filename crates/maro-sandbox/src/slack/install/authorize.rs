//! `/oauth/v2/authorize`: what an app asks for, and a person's answer to it.
//!
//! What is wrong with the question is told to the person and never sent back:
//! the address that came with it may be anybody's.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use axum::{
    extract::{Form, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use url::Url;

use super::{
    app::{Consent, may_go_to, redirect_urls},
    page, scopes,
    state::Wish,
};
use crate::{
    slack::Workspace,
    state::{SandboxState, lock},
};

type Fields = BTreeMap<String, String>;
type World = State<Arc<SandboxState>>;

/// `GET /slack/oauth/v2/authorize`: the consent page, or at once an answer if the app is set up so.
pub(super) async fn ask(State(state): World, Query(fields): Query<Fields>) -> Response {
    let wish = match read(&state, &fields) {
        Ok(wish) => wish,
        Err(reason) => return page::refused(&reason),
    };
    let app = lock(&state.install).app.clone();
    match app.consent {
        Consent::Ask => page::ask(&state, wish),
        Consent::Deny => declined(&wish),
        Consent::Accept => {
            let team = wish.team.clone().unwrap_or(app.team);
            accept(&state, &wish, &team, [&app.person, &app.channel])
        }
    }
}

/// `POST /slack/oauth/v2/authorize`: the form of the consent page.
pub(super) async fn answer(State(state): World, Form(form): Form<Fields>) -> Response {
    let field = |name: &str| form.get(name).map_or("", String::as_str);
    let Some(wish) = lock(&state.install).asked(field("request")) else {
        return page::refused("This page was answered before. Start again in the app.");
    };
    if field("decision") != "allow" {
        return declined(&wish);
    }
    let (team, person) = field("person").split_once('/').unwrap_or_default();
    let (channel_team, channel) = field("channel").split_once('/').unwrap_or_default();
    if wish.needs_channel() && channel_team != team {
        return page::refused("The channel is in another workspace. Start again in the app.");
    }
    accept(&state, &wish, team, [person, channel])
}

/// The chosen person and channel are taken where the workspace has them.
fn accept(
    state: &Arc<SandboxState>,
    wish: &Wish,
    team: &str,
    [person, channel]: [&str; 2],
) -> Response {
    let Some(workspace) = Workspace::find(state, team) else {
        return page::refused("There is no such workspace.");
    };
    if !lock(&state.install).app.distributed && workspace.team != Workspace::main(state).team {
        return page::refused("invalid_team_for_non_distributed_app");
    }
    let slack = lock(&workspace.slack);
    let user = slack.user(person).or_else(|| slack.users.first());
    let user = user.map(|user| user.id.clone()).unwrap_or_default();
    let channel = slack.channel(channel).or_else(|| slack.channels.first());
    let channel = channel.filter(|_| wish.needs_channel());
    let place = (
        workspace.team,
        channel.map(|channel| (channel.id.clone(), channel.name.clone())),
    );
    drop(slack);
    let now = state.clock.now();
    let code = lock(&state.install).code(wish.clone(), place, user, now);
    state.changed();
    send_back(wish, "code", &code)
}

fn declined(wish: &Wish) -> Response {
    send_back(wish, "error", "access_denied")
}

/// Goes to the app with an answer and the state that came with the question.
fn send_back(wish: &Wish, name: &str, value: &str) -> Response {
    let Ok(mut url) = Url::parse(&wish.redirect_uri) else {
        return page::refused("The address cannot be read.");
    };
    url.query_pairs_mut()
        .append_pair(name, value)
        .append_pair("state", wish.state.as_deref().unwrap_or_default());
    (StatusCode::FOUND, [(header::LOCATION, String::from(url))]).into_response()
}

fn read(state: &SandboxState, fields: &Fields) -> Result<Wish, String> {
    let field = |name: &str| {
        let value = fields.get(name).map(String::as_str);
        value.filter(|value| !value.is_empty())
    };
    if field("client_id") != Some(state.options.slack_client_id.as_str()) {
        return Err("Invalid client_id parameter".into());
    }
    let registered = redirect_urls(state);
    let named = field("redirect_uri");
    let redirect_uri = named
        .map(str::to_owned)
        .or_else(|| registered.first().cloned())
        .unwrap_or_default();
    if !may_go_to(&registered, &redirect_uri) {
        return Err(format!(
            "redirect_uri did not match any configured URIs. Passed URI: {redirect_uri}"
        ));
    }
    let scopes = listed(field("scope"), scopes::of_bot)?;
    let user_scopes = listed(field("user_scope"), scopes::of_user)?;
    if scopes.is_empty() && user_scopes.is_empty() {
        return Err("No scopes requested".into());
    }
    Ok(Wish {
        redirect_uri,
        named: named.is_some(),
        state: field("state").map(str::to_owned),
        scopes,
        user_scopes,
        team: field("team").map(str::to_owned),
    })
}

/// Scopes come with commas; blanks do as well.
fn listed(text: Option<&str>, known: fn(&str) -> bool) -> Result<BTreeSet<String>, String> {
    let mut all = BTreeSet::new();
    let names = text.unwrap_or_default().split([',', ' ']);
    for name in names.filter(|name| !name.is_empty()) {
        if !known(name) {
            return Err(format!("Invalid permissions requested: {name}"));
        }
        all.insert(name.to_owned());
    }
    Ok(all)
}
