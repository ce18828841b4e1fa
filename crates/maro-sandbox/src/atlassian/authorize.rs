//! `/authorize`: what an app asks for, and a person's answer to it.
//!
//! A wrong client or callback address is told to the person and never sent
//! back to the address that came with it. Everything else goes back to the app
//! as `error=…`.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::{Form, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use url::Url;

use super::page;
use super::settings::Consent;
use super::state::{Challenge, OAuthState, Wish};
use crate::state::{SandboxState, lock};

type Fields = BTreeMap<String, String>;
type World = State<Arc<SandboxState>>;

/// Where Maro takes the answer unless the app says another address.
const USUAL_CALLBACK: &str = "api/v1/jira/oauth/callback";

/// `GET /authorize`: the consent page, or at once an answer if settings say so.
pub(super) async fn ask(State(state): World, Query(fields): Query<Fields>) -> Response {
    let callback = callback_url(&state);
    let (read, wrong) = {
        let oauth = lock(&state.oauth);
        let read = read(&oauth, callback.as_deref(), &fields);
        let wrong = read
            .as_ref()
            .ok()
            .and_then(|wish| wrong_with(&oauth, wish, &fields));
        (read, wrong)
    };
    let wish = match read {
        Ok(wish) => wish,
        Err(reason) => return page::refused(reason),
    };
    if let Some((error, description)) = wrong {
        return send_back(
            &wish,
            &[("error", error), ("error_description", description)],
        );
    }
    let settings = lock(&state.oauth).settings.clone();
    match settings.consent {
        Consent::Ask => page::ask(&state, wish),
        Consent::Deny => declined(&wish),
        Consent::Accept => accept(&state, wish, &settings.person, &settings.consent_sites),
    }
}

/// `POST /authorize`: the form of the consent page.
pub(super) async fn answer(
    State(state): World,
    Form(form): Form<Vec<(String, String)>>,
) -> Response {
    let first = |name: &str| {
        form.iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value.as_str())
    };
    let Some(wish) = lock(&state.oauth).asked(first("request")) else {
        return page::refused("This page was answered before. Start again in the app.");
    };
    if first("decision") != "accept" {
        return declined(&wish);
    }
    let sites: Vec<String> = form
        .iter()
        .filter(|(key, _)| key == "site")
        .map(|(_, value)| value.clone())
        .collect();
    if sites.is_empty() {
        return page::refused("Choose a site to use the app on. Start again in the app.");
    }
    accept(&state, wish, first("person"), &sites)
}

fn accept(state: &SandboxState, wish: Wish, person: &str, chosen: &[String]) -> Response {
    let account = lock(&state.jira).find_person(person).map(|found| found.id);
    let Some(account) = account else {
        return page::refused("There is no such person.");
    };
    let now = state.clock.now();
    let (code, wish) = {
        let mut oauth = lock(&state.oauth);
        let sites: Vec<&'static str> = oauth
            .sites()
            .iter()
            .map(|site| site.cloud_id)
            .filter(|id| chosen.is_empty() || chosen.iter().any(|one| one == id))
            .collect();
        (oauth.consent(wish.clone(), account, &sites, now), wish)
    };
    state.changed();
    send_back(&wish, &[("code", &code)])
}

fn declined(wish: &Wish) -> Response {
    let description = "User did not authorize the request";
    send_back(
        wish,
        &[
            ("error", "access_denied"),
            ("error_description", description),
        ],
    )
}

/// Goes to the callback with an answer and the state that came with the request.
fn send_back(wish: &Wish, answer: &[(&str, &str)]) -> Response {
    let Ok(mut url) = Url::parse(&wish.redirect_uri) else {
        return page::refused("The callback address cannot be read.");
    };
    url.query_pairs_mut()
        .extend_pairs(answer)
        .append_pair("state", &wish.state);
    (StatusCode::FOUND, [(header::LOCATION, String::from(url))]).into_response()
}

/// The address that the app has registered.
pub(super) fn callback_url(state: &SandboxState) -> Option<String> {
    let registered = lock(&state.oauth).app.callback_url.clone();
    registered.or_else(|| Some(state.maro_url()?.join(USUAL_CALLBACK).ok()?.into()))
}

/// What is wrong here is told to the person, because the address may be anybody's.
fn read(oauth: &OAuthState, callback: Option<&str>, fields: &Fields) -> Result<Wish, &'static str> {
    let field = |name: &str| fields.get(name).map_or("", String::as_str);
    if field("client_id") != oauth.app.client_id {
        return Err("The client_id is not that of a known app.");
    }
    if field("audience") != "api.atlassian.com" {
        return Err("The audience must be api.atlassian.com.");
    }
    if callback != Some(field("redirect_uri")) {
        return Err("The redirect_uri is not the callback URL that the app has registered.");
    }
    if field("state").is_empty() {
        return Err("The state is missing.");
    }
    Ok(Wish {
        redirect_uri: field("redirect_uri").to_owned(),
        state: field("state").to_owned(),
        scopes: field("scope")
            .split_whitespace()
            .map(str::to_owned)
            .collect(),
        challenge: challenge(fields),
    })
}

/// What is wrong here goes back to the app.
fn wrong_with(
    oauth: &OAuthState,
    wish: &Wish,
    fields: &Fields,
) -> Option<(&'static str, &'static str)> {
    let method = fields.get("code_challenge_method").map(String::as_str);
    if fields.get("response_type").map(String::as_str) != Some("code") {
        return Some(("unsupported_response_type", "response_type must be code"));
    }
    if wish.scopes.is_empty()
        || wish
            .scopes
            .iter()
            .any(|scope| !oauth.app.scopes.contains(scope))
    {
        return Some(("invalid_scope", "The app may not ask for these scopes"));
    }
    if !matches!(method, None | Some("S256" | "plain")) {
        return Some(("invalid_request", "code_challenge_method is not supported"));
    }
    None
}

fn challenge(fields: &Fields) -> Option<Challenge> {
    Some(Challenge {
        text: fields.get("code_challenge")?.clone(),
        s256: fields.get("code_challenge_method").map(String::as_str) == Some("S256"),
    })
}
