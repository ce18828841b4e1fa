//! What the tests of installing share: the app, a browser, and calls with its credentials.

use reqwest::{Response, header, redirect};
use serde_json::{Value, json};
use url::Url;

use crate::support::World;

pub(crate) const CALLBACK: &str = "https://maro.example.com/api/v1/slack/oauth/callback";
const BASICS: &str = "chat:write,channels:read,users:read";

/// A world whose app has a registered address, with changes to the app.
pub(crate) async fn world_with(app: Value) -> World {
    let world = World::start().await;
    set_up(&world, app).await;
    world
}

pub(crate) async fn set_up(world: &World, mut app: Value) {
    app["redirect_urls"] = json!([CALLBACK]);
    world.admin("slack/app", app).await;
}

/// Goes to the consent page, without following where it leads.
pub(crate) async fn authorize(world: &World, changes: &[(&str, &str)]) -> Response {
    let mut query = vec![
        ("client_id", world.options.slack_client_id.as_str()),
        ("scope", BASICS),
        ("state", "s-1"),
        ("redirect_uri", CALLBACK),
    ];
    for (name, value) in changes {
        query.retain(|(known, _)| known != name);
        query.push((name, value));
    }
    let mut url = world.sandbox.slack_authorize_url();
    url.query_pairs_mut().extend_pairs(query);
    browser().get(url).send().await.unwrap()
}

pub(crate) fn browser() -> reqwest::Client {
    let builder = reqwest::Client::builder().no_proxy();
    builder.redirect(redirect::Policy::none()).build().unwrap()
}

/// A parameter of the address that the answer leads to.
pub(crate) fn sent_back(answer: &Response, name: &str) -> Option<String> {
    let location = answer.headers().get(header::LOCATION)?.to_str().unwrap();
    let url: Url = location.parse().unwrap();
    assert!(location.starts_with(CALLBACK), "{location}");
    let mut pairs = url.query_pairs();
    pairs
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.into_owned())
}

/// A method that takes the client's credentials.
pub(crate) async fn client_call(world: &World, method: &str, fields: &[(&str, &str)]) -> Value {
    let url = world.sandbox.slack_api_url().join(method).unwrap();
    let (id, secret) = (
        &world.options.slack_client_id,
        &world.options.slack_client_secret,
    );
    let request = world.http().post(url).basic_auth(id, Some(secret));
    request
        .form(fields)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap()
}

/// A method with a bot token.
pub(crate) async fn as_bot(
    world: &World,
    token: &str,
    method: &str,
    fields: &[(&str, &str)],
) -> Value {
    let url = world.sandbox.slack_api_url().join(method).unwrap();
    let request = world.http().post(url).bearer_auth(token).form(fields);
    request.send().await.unwrap().json().await.unwrap()
}

/// Installs the app in a workspace by the front door.
pub(crate) async fn install(world: &World, team: &str) -> Value {
    set_up(world, json!({ "consent": "accept", "team": team })).await;
    let answer = authorize(world, &[]).await;
    let code = sent_back(&answer, "code").unwrap();
    let fields = [("code", code.as_str()), ("redirect_uri", CALLBACK)];
    client_call(world, "oauth.v2.access", &fields).await
}

pub(crate) fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}
