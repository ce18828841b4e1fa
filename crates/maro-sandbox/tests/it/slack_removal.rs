//! Which workspace deliveries come from, and what happens when the app is removed.

use serde_json::{Value, json};

use crate::slack_app::{as_bot, install, text};
use crate::support::world_and_maro;

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
