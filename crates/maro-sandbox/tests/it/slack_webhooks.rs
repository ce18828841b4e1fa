//! Incoming webhooks, and channels that take no messages.

use reqwest::{Body, StatusCode, header, redirect};
use serde_json::{Value, json};
use url::Url;

use crate::{
    socket_client::{SocketClient, address},
    support::World,
};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// Status and word of the answer.
async fn post(world: &World, url: Url, kind: &str, body: impl Into<Body>) -> (u16, String) {
    let request = world.http().post(url).header(header::CONTENT_TYPE, kind);
    let answer = request.body(body).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

async fn say(world: &World, text: &str) -> (u16, String) {
    let url = world.sandbox.slack_webhook_url();
    post(world, url, JSON, json!({ "text": text }).to_string()).await
}

fn answer(status: u16, word: &str) -> (u16, String) {
    (status, word.to_owned())
}

#[tokio::test]
async fn a_message_appears_in_the_channel_and_nobody_can_change_it() {
    let world = World::start().await;
    let url = world.sandbox.slack_webhook_url();

    let plain = say(&world, "from a webhook").await;
    let payload = json!({ "text": "as a form", "blocks": [
        { "type": "section", "text": { "type": "mrkdwn", "text": "*as a form*" } },
    ] });
    let form = format!("payload={payload}");
    let form = post(&world, url, FORM, form).await;
    let state = world.state().await;
    let messages = state["slack"]["messages"]["C0PAYMENTS"].as_array().unwrap();
    let [first, second] = &messages[messages.len() - 2..] else {
        panic!("two messages")
    };
    let change = json!({ "channel": "C0PAYMENTS", "ts": first["ts"], "text": "changed" });
    let changed = world.slack("chat.update", change).await;

    assert_eq!(plain, answer(200, "ok"));
    assert_eq!(form, answer(200, "ok"));
    assert_eq!(first["text"], "from a webhook");
    assert_eq!(first["subtype"], "bot_message");
    assert_eq!(first["bot_id"], "B0WEBHOOK");
    assert_eq!(second["blocks"][0]["type"], "section");
    assert_eq!(changed["error"], "cant_update_message");
}

#[tokio::test]
async fn what_is_wrong_is_said_in_one_word() {
    let world = World::start().await;
    let url = |path: &str| {
        world
            .sandbox
            .url()
            .join(&format!("slack/services/{path}"))
            .unwrap()
    };
    let right = world.sandbox.slack_webhook_url();
    let good = json!({ "text": "x" }).to_string();
    let bad_block = json!({ "blocks": [{ "type": "nonsense" }] }).to_string();
    let long = json!({ "text": "x".repeat(40_001) }).to_string();
    for (url, kind, body, wanted) in [
        (right.clone(), JSON, "{", answer(400, "invalid_payload")),
        (
            right.clone(),
            FORM,
            "text=x",
            answer(400, "invalid_payload"),
        ),
        (right.clone(), JSON, "{}", answer(400, "no_text")),
        (
            right.clone(),
            JSON,
            &bad_block,
            answer(400, "invalid_blocks"),
        ),
        (right.clone(), JSON, &long, answer(400, "msg_too_long")),
        (
            url("T0NONE/B0WEBHOOK/x"),
            JSON,
            &good,
            answer(404, "no_team"),
        ),
        (
            url("T0SANDBOX/B0NONE/x"),
            JSON,
            &good,
            answer(404, "no_service"),
        ),
        (
            url("T0SANDBOX/B0WEBHOOK/x"),
            JSON,
            &good,
            answer(403, "invalid_token"),
        ),
    ] {
        let body = body.to_owned();
        assert_eq!(
            post(&world, url, kind, body.clone()).await,
            wanted,
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_channel_can_refuse_webhooks_and_messages() {
    let world = World::start().await;
    for (change, by_webhook, by_token) in [
        (
            json!({ "archived": true }),
            answer(410, "channel_is_archived"),
            "is_archived",
        ),
        (
            json!({ "archived": false, "restricted": true }),
            answer(403, "action_prohibited"),
            "restricted_action",
        ),
        (
            json!({ "restricted": false, "invited": false }),
            answer(200, "ok"),
            "not_in_channel",
        ),
        (
            json!({ "deleted": true }),
            answer(404, "channel_not_found"),
            "channel_not_found",
        ),
    ] {
        let mut arrange = change.clone();
        arrange["channel"] = "payments".into();
        world.admin("slack/channel", arrange).await;

        let message = json!({ "channel": "C0PAYMENTS", "text": "x" });
        let posted = world.slack("chat.postMessage", message).await;
        assert_eq!(say(&world, "x").await, by_webhook, "{change}");
        assert_eq!(posted["error"], by_token, "{change}");
    }
}

#[tokio::test]
async fn too_many_messages_are_limited() {
    let world = World::start().await;
    for _ in 0..3 {
        assert_eq!(say(&world, "x").await, answer(200, "ok"));
    }
    let url = world.sandbox.slack_webhook_url();
    let request = world.http().post(url).json(&json!({ "text": "x" }));
    let limited = request.send().await.unwrap();

    assert_eq!(limited.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(limited.headers()[header::RETRY_AFTER], "1");
    assert_eq!(limited.text().await.unwrap(), "rate_limited");
}

#[tokio::test]
async fn a_webhook_comes_with_an_installation_and_goes_with_it() {
    let world = World::start().await;
    let callback = "https://maro.example.com/back";
    let app = json!({
        "redirect_urls": [callback], "consent": "accept", "team": "T0HARBOR", "channel": "docks",
    });
    world.admin("slack/app", app).await;
    let mut page = world.sandbox.slack_authorize_url();
    page.query_pairs_mut()
        .append_pair("client_id", &world.options.slack_client_id)
        .append_pair("scope", "incoming-webhook");
    let browser = reqwest::Client::builder().no_proxy();
    let browser = browser.redirect(redirect::Policy::none()).build().unwrap();
    let allowed = browser.get(page).send().await.unwrap();
    let back: Url = allowed.headers()[header::LOCATION]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    let code = back.query_pairs().next().unwrap().1.into_owned();
    let url = world
        .sandbox
        .slack_api_url()
        .join("oauth.v2.access")
        .unwrap();
    let (id, secret) = (
        &world.options.slack_client_id,
        &world.options.slack_client_secret,
    );
    let request = world.http().post(url).basic_auth(id, Some(secret));
    let installed = request.form(&[("code", code)]).send().await.unwrap();
    let installed: Value = installed.json().await.unwrap();
    let hook = &installed["incoming_webhook"];
    let url: Url = hook["url"].as_str().unwrap().parse().unwrap();
    let text = json!({ "text": "x" }).to_string();

    let posted = post(&world, url.clone(), JSON, text.clone()).await;
    world
        .admin("slack/uninstall", json!({ "team": "T0HARBOR" }))
        .await;
    let gone = post(&world, url, JSON, text).await;

    assert_eq!(hook["channel"], "#docks");
    assert_eq!(hook["channel_id"], "C1DOCKS");
    assert_eq!(posted, answer(200, "ok"));
    assert_eq!(gone, answer(404, "no_service"));
}

#[tokio::test]
async fn fault_rules_reach_webhooks_sockets_and_the_consent_page() {
    let world = World::start().await;
    world
        .admin(
            "faults",
            json!([
                "slack:POST:/slack/services/:status:status=500:times=1",
                "slack:GET:/slack/oauth/v2/authorize$:status:status=503:times=1",
                "slack:GET:/slack/socket$:drop-before:times=1",
            ]),
        )
        .await;
    world
        .admin("settings", json!({ "socket": { "enabled": true } }))
        .await;

    let hooked = say(&world, "x").await;
    let page = world.sandbox.slack_authorize_url();
    let page = world.http().get(page).send().await.unwrap().status();
    let socket = SocketClient::connect(&address(&world).await).await;
    let second = say(&world, "x").await;

    assert_eq!(hooked.0, 500);
    assert_eq!(page, StatusCode::SERVICE_UNAVAILABLE);
    assert!(socket.is_err());
    assert_eq!(second, answer(200, "ok"));
    SocketClient::greeted(&world).await;
}
