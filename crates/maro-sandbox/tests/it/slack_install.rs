//! Installing the Slack app: consent, codes, workspaces, rotation, removal.

use reqwest::{Response, header, redirect};
use serde_json::{Value, json};
use url::Url;

use crate::support::{World, world_and_maro};

const CALLBACK: &str = "https://maro.example.com/api/v1/slack/oauth/callback";
const BASICS: &str = "chat:write,channels:read,users:read";

/// A world whose app has a registered address, with changes to the app.
async fn world_with(app: Value) -> World {
    let world = World::start().await;
    set_up(&world, app).await;
    world
}

async fn set_up(world: &World, mut app: Value) {
    app["redirect_urls"] = json!([CALLBACK]);
    world.admin("slack/app", app).await;
}

/// Goes to the consent page, without following where it leads.
async fn authorize(world: &World, changes: &[(&str, &str)]) -> Response {
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

fn browser() -> reqwest::Client {
    let builder = reqwest::Client::builder().no_proxy();
    builder.redirect(redirect::Policy::none()).build().unwrap()
}

/// A parameter of the address that the answer leads to.
fn sent_back(answer: &Response, name: &str) -> Option<String> {
    let location = answer.headers().get(header::LOCATION)?.to_str().unwrap();
    let url: Url = location.parse().unwrap();
    assert!(location.starts_with(CALLBACK), "{location}");
    let mut pairs = url.query_pairs();
    pairs
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.into_owned())
}

/// A method that takes the client's credentials.
async fn client_call(world: &World, method: &str, fields: &[(&str, &str)]) -> Value {
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
async fn as_bot(world: &World, token: &str, method: &str, fields: &[(&str, &str)]) -> Value {
    let url = world.sandbox.slack_api_url().join(method).unwrap();
    let request = world.http().post(url).bearer_auth(token).form(fields);
    request.send().await.unwrap().json().await.unwrap()
}

/// Installs the app in a workspace by the front door.
async fn install(world: &World, team: &str) -> Value {
    set_up(world, json!({ "consent": "accept", "team": team })).await;
    let answer = authorize(world, &[]).await;
    let code = sent_back(&answer, "code").unwrap();
    let fields = [("code", code.as_str()), ("redirect_uri", CALLBACK)];
    client_call(world, "oauth.v2.access", &fields).await
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}

#[tokio::test]
async fn a_person_chooses_a_workspace_and_the_app_gets_its_token() {
    let world = world_with(json!({})).await;
    let page = authorize(&world, &[]).await.text().await.unwrap();
    let request = page.split("name=\"request\" value=\"").nth(1).unwrap();
    let request = request.split('"').next().unwrap();
    let form = [
        ("request", request),
        ("person", "T0HARBOR/U1ERIN"),
        ("decision", "allow"),
    ];
    let url = world.sandbox.slack_authorize_url();

    let allowed = browser()
        .post(url.clone())
        .form(&form)
        .send()
        .await
        .unwrap();
    let again = browser().post(url).form(&form).send().await.unwrap();
    let code = sent_back(&allowed, "code").unwrap();
    let fields = [("code", code.as_str()), ("redirect_uri", CALLBACK)];
    let installed = client_call(&world, "oauth.v2.access", &fields).await;
    let used = client_call(&world, "oauth.v2.access", &fields).await;

    for shown in ["Harbor crew", "Orchard lab", "Send messages as itself"] {
        assert!(page.contains(shown), "{shown}");
    }
    assert_eq!(sent_back(&allowed, "state").as_deref(), Some("s-1"));
    assert_eq!(again.status(), 400, "a page is answered once");
    assert!(text(&installed, "access_token").starts_with("xoxb-"));
    let wanted = json!({
        "ok": true, "app_id": "A0MARO", "authed_user": { "id": "U1ERIN" },
        "scope": "channels:read,chat:write,users:read", "token_type": "bot",
        "access_token": installed["access_token"], "bot_user_id": "U1MARO",
        "team": { "id": "T0HARBOR", "name": "Harbor crew" }, "enterprise": null,
        "is_enterprise_install": false,
    });
    assert_eq!(installed, wanted);
    assert_eq!(used["error"], "code_already_used");
}

#[tokio::test]
async fn a_question_that_is_wrong_is_told_to_the_person_only() {
    let world = world_with(json!({})).await;
    for (name, value, says) in [
        ("client_id", "other", "Invalid client_id parameter"),
        (
            "redirect_uri",
            "https://evil.example/x",
            "redirect_uri did not match any configured URIs",
        ),
        (
            "scope",
            "chat:write,all:things",
            "Invalid permissions requested: all:things",
        ),
        ("scope", "", "No scopes requested"),
    ] {
        let answer = authorize(&world, &[(name, value)]).await;

        assert_eq!(answer.status(), 400, "{name}");
        assert!(answer.headers().get(header::LOCATION).is_none(), "{name}");
        assert!(answer.text().await.unwrap().contains(says), "{says}");
    }
}

#[tokio::test]
async fn cancelling_goes_back_with_access_denied() {
    let world = world_with(json!({ "consent": "deny" })).await;

    let answer = authorize(&world, &[]).await;

    assert_eq!(
        sent_back(&answer, "error").as_deref(),
        Some("access_denied")
    );
    assert_eq!(sent_back(&answer, "state").as_deref(), Some("s-1"));
}

#[tokio::test]
async fn an_app_that_is_not_distributed_stays_where_it_is() {
    let app = json!({ "consent": "accept", "team": "T0HARBOR", "distributed": false });
    let world = world_with(app).await;

    let answer = authorize(&world, &[]).await;

    assert_eq!(answer.status(), 400);
    let page = answer.text().await.unwrap();
    assert!(page.contains("invalid_team_for_non_distributed_app"));
}

#[tokio::test]
async fn a_code_needs_the_same_address_the_right_client_and_ten_minutes() {
    let world = world_with(json!({ "consent": "accept" })).await;
    let code = async || sent_back(&authorize(&world, &[]).await, "code").unwrap();
    let url = world
        .sandbox
        .slack_api_url()
        .join("oauth.v2.access")
        .unwrap();

    let code_1 = code().await;
    let elsewhere = [
        ("code", code_1.as_str()),
        ("redirect_uri", "https://maro.example.com/"),
    ];
    let elsewhere = client_call(&world, "oauth.v2.access", &elsewhere).await;
    let unnamed = client_call(&world, "oauth.v2.access", &[("code", &code_1)]).await;
    let wrong = [
        ("client_id", world.options.slack_client_id.as_str()),
        ("client_secret", "wrong"),
        ("code", &code_1),
    ];
    let wrong = world.http().post(url).form(&wrong).send().await.unwrap();
    let wrong: Value = wrong.json().await.unwrap();
    let code_2 = code().await;
    world.admin("clock", json!({ "advance_ms": 600_000 })).await;
    let late = [("code", code_2.as_str()), ("redirect_uri", CALLBACK)];
    let late = client_call(&world, "oauth.v2.access", &late).await;

    assert_eq!(elsewhere["error"], "bad_redirect_uri");
    assert_eq!(unnamed["error"], "bad_redirect_uri");
    assert_eq!(wrong["error"], "bad_client_secret");
    assert_eq!(late["error"], "invalid_code");
}

#[tokio::test]
async fn a_token_sees_its_own_workspace_only() {
    let world = world_with(json!({})).await;
    let harbor = install(&world, "T0HARBOR").await;
    let token = text(&harbor, "access_token");

    let me = as_bot(&world, token, "auth.test", &[]).await;
    let channels = as_bot(&world, token, "conversations.list", &[]).await;
    let foreign = as_bot(
        &world,
        token,
        "conversations.info",
        &[("channel", "C0PAYMENTS")],
    )
    .await;
    let said = [("channel", "C1DOCKS"), ("text", "hello")];
    let said = as_bot(&world, token, "chat.postMessage", &said).await;
    let ours = world.slack("auth.test", json!({})).await;
    let missing = as_bot(&world, token, "users.lookupByEmail", &[("email", "a@b")]).await;

    assert_eq!(me["team_id"], "T0HARBOR");
    assert_eq!(me["user_id"], "U1MARO");
    assert_eq!(channels["channels"][0]["id"], "C1DOCKS");
    assert_eq!(foreign["error"], "channel_not_found");
    assert_eq!(said["message"]["bot_id"], "B1MARO");
    assert_eq!(ours["team_id"], "T0SANDBOX");
    assert_eq!(missing["error"], "missing_scope");
    assert_eq!(missing["provided"], "channels:read,chat:write,users:read");
    let state = world.state().await;
    let message = &state["other_slack"]["T0HARBOR"]["messages"]["C1DOCKS"][0];
    assert_eq!(message["text"], "hello");
}

#[tokio::test]
async fn deliveries_say_which_workspace_they_come_from() {
    let (world, maro) = world_and_maro().await;
    let act =
        json!({ "team": "T0HARBOR", "user": "erin", "channel": "docks", "text": "@maro help" });
    let before = world.admin("slack/say", act.clone()).await;
    install(&world, "T0HARBOR").await;

    world.admin("slack/say", act).await;

    assert_eq!(before["error"], "app_not_installed");
    let told: Value = serde_json::from_str(&maro.last().body).unwrap();
    assert_eq!(maro.received().len(), 1);
    assert_eq!(told["team_id"], "T0HARBOR");
    assert_eq!(told["authorizations"][0]["user_id"], "U1MARO");
    assert_eq!(told["event"]["user"], "U1ERIN");
}

#[tokio::test]
async fn tokens_rotate_and_a_refresh_token_is_good_once() {
    let world = world_with(json!({ "token_rotation": true })).await;
    let first = install(&world, "T0HARBOR").await;
    let refresh = async |token: &str| {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token)];
        client_call(&world, "oauth.v2.access", &fields).await
    };

    world
        .admin("clock", json!({ "advance_ms": 43_200_000 }))
        .await;
    let expired = as_bot(&world, text(&first, "access_token"), "auth.test", &[]).await;
    let second = refresh(text(&first, "refresh_token")).await;
    let again = refresh(text(&first, "refresh_token")).await;
    let good = as_bot(&world, text(&second, "access_token"), "auth.test", &[]).await;

    assert!(text(&first, "access_token").starts_with("xoxe.xoxb-"));
    assert!(text(&first, "refresh_token").starts_with("xoxe-"));
    assert_eq!(first["expires_in"], 43_200);
    assert_eq!(expired["error"], "token_expired");
    assert_eq!(second["team"]["id"], "T0HARBOR");
    assert_eq!(second["token_type"], "bot");
    assert!(second.get("authed_user").is_none());
    assert_eq!(again["error"], "invalid_refresh_token");
    assert_eq!(good["ok"], true);
    assert_eq!(
        world.state().await["slack_app"]["token_requests"]["refreshed"],
        1
    );
}

#[tokio::test]
async fn a_lost_answer_costs_the_refresh_token() {
    let world = world_with(json!({ "token_rotation": true })).await;
    let first = install(&world, "T0HARBOR").await;
    world
        .admin(
            "faults",
            json!("slack:POST:oauth.v2.access$:drop-after:times=1"),
        )
        .await;
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", text(&first, "refresh_token")),
    ];
    let url = world
        .sandbox
        .slack_api_url()
        .join("oauth.v2.access")
        .unwrap();
    let (id, secret) = (
        &world.options.slack_client_id,
        &world.options.slack_client_secret,
    );
    let lost = world
        .http()
        .post(url)
        .basic_auth(id, Some(secret))
        .form(&fields)
        .send()
        .await;

    let again = client_call(&world, "oauth.v2.access", &fields).await;

    assert!(lost.is_err());
    assert_eq!(again["error"], "invalid_refresh_token");
}

#[tokio::test]
async fn a_token_that_lasts_is_exchanged_for_a_pair() {
    let world = world_with(json!({})).await;
    let token = world.options.slack_bot_token.clone();
    let exchange = async || client_call(&world, "oauth.v2.exchange", &[("token", &token)]).await;

    let off = exchange().await;
    set_up(&world, json!({ "token_rotation": true })).await;
    let pair = exchange().await;
    let again = exchange().await;
    let old = world.slack("auth.test", json!({})).await;

    assert_eq!(off["error"], "token_rotation_not_enabled");
    assert!(text(&pair, "refresh_token").starts_with("xoxe-"));
    assert_eq!(again["error"], "token_already_exchanged");
    assert_eq!(old["error"], "token_revoked");
}

#[tokio::test]
async fn installing_again_gives_the_same_token_and_scopes_add_up() {
    let world = world_with(json!({})).await;
    let first = install(&world, "T0HARBOR").await;

    let answer = authorize(&world, &[("scope", "commands")]).await;
    let code = sent_back(&answer, "code").unwrap();
    let fields = [("code", code.as_str()), ("redirect_uri", CALLBACK)];
    let second = client_call(&world, "oauth.v2.access", &fields).await;

    assert_eq!(first["access_token"], second["access_token"]);
    assert_eq!(
        second["scope"],
        "channels:read,chat:write,commands,users:read"
    );
}

#[tokio::test]
async fn a_removed_app_is_told_and_its_token_is_dead() {
    let (world, maro) = world_and_maro().await;
    let harbor = install(&world, "T0HARBOR").await;
    let token = text(&harbor, "access_token");

    world
        .admin("slack/uninstall", json!({ "team": "T0HARBOR" }))
        .await;
    let dead = as_bot(&world, token, "auth.test", &[]).await;
    let again = install(&world, "T0HARBOR").await;

    let told: Vec<Value> = maro
        .received()
        .iter()
        .map(|request| serde_json::from_str(&request.body).unwrap())
        .collect();
    assert_eq!(dead["error"], "account_inactive");
    assert_eq!(told.len(), 2);
    assert_eq!(told[0]["event"]["type"], "tokens_revoked");
    assert_eq!(told[0]["event"]["tokens"]["bot"], json!(["U1MARO"]));
    assert_eq!(told[1]["event"]["type"], "app_uninstalled");
    assert_eq!(told[1]["team_id"], "T0HARBOR");
    assert_ne!(again["access_token"], harbor["access_token"]);
}

#[tokio::test]
async fn the_app_can_revoke_its_token_and_remove_itself() {
    let (world, maro) = world_and_maro().await;
    let token = world.options.slack_bot_token.clone();
    let credentials = [
        ("client_id", world.options.slack_client_id.as_str()),
        ("client_secret", world.options.slack_client_secret.as_str()),
    ];

    let tested = as_bot(&world, &token, "auth.revoke", &[("test", "1")]).await;
    let revoked = as_bot(&world, &token, "auth.revoke", &[]).await;
    let dead = as_bot(&world, &token, "auth.test", &[]).await;
    let harbor = install(&world, "T0HARBOR").await;
    let harbor = text(&harbor, "access_token");
    let stranger = as_bot(&world, harbor, "apps.uninstall", &[("client_id", "x")]).await;
    let removed = as_bot(&world, harbor, "apps.uninstall", &credentials).await;
    world
        .until("three events", |_| maro.received().len() == 3)
        .await;

    assert_eq!(tested["revoked"], false);
    assert_eq!(revoked["revoked"], true);
    assert_eq!(dead["error"], "token_revoked");
    assert_eq!(stranger["error"], "invalid_client_id");
    assert_eq!(removed["ok"], true);
}
