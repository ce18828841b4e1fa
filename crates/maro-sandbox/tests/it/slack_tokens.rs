//! The tokens of an installed Slack app: whose they are, and how they rotate.

use serde_json::json;

use crate::slack_app::{as_bot, client_call, install, set_up, text, world_with};

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
