//! The doctor on every way to Slack: the token, installations, the webhook, the alert channel.

use serde_json::json;

use crate::slack_app::{Browser, HARBOR, install, installable, knowing_the_app};
use crate::support::{Database, World, command, on_sqlite};

on_sqlite!(
    each_workspace_is_looked_at,
    a_webhook_is_asked_without_a_post,
    an_alert_channel_without_maro_is_named,
);

/// Whether all of Slack is well, and what the doctor says.
async fn doctor(world: &World, changes: &[(&str, &str)]) -> (bool, String) {
    let environment = world.environment_with(changes);
    let run = move || command(&environment).arg("doctor").output().unwrap();
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    (!said.contains("FAIL  slack"), said)
}

async fn each_workspace_is_looked_at(database: Database) {
    let world = World::new(database).await;
    let maro = installable(&world, &[]).await;
    let app = knowing_the_app(&world, &[]);
    let (well, said) = doctor(&world, &app).await;
    assert!(
        !well && said.contains("not installed in any workspace yet"),
        "{said}"
    );

    let ada = Browser::sign_in(&maro).await;
    install(&world, &ada, HARBOR.0).await;
    let (well, said) = doctor(&world, &app).await;
    assert!(
        well && said.contains("ok    slack: Works in Harbor crew"),
        "{said}"
    );
    assert!(!said.contains("xoxb-"), "{said}");

    drop(maro);
    let gone = json!({ "team": HARBOR.0 });
    world.admin("slack/uninstall", gone).await;
    let (well, said) = doctor(&world, &app).await;
    assert!(
        !well && said.contains("FAIL  slack: In Harbor crew"),
        "{said}"
    );
}

async fn a_webhook_is_asked_without_a_post(database: Database) {
    let world = World::new(database).await;
    let before = world.look().await.messages().count();
    let address = world.sandbox.slack_webhook_url().to_string();
    let mut alone = vec![
        ("SLACK_BOT_TOKEN", ""),
        ("SLACK_SIGNING_SECRET", ""),
        ("SLACK_WEBHOOK_URL", address.as_str()),
    ];
    let (well, said) = doctor(&world, &alone).await;
    assert!(
        well && said.contains("The incoming webhook takes messages."),
        "{said}"
    );
    assert!(
        said.contains("note  slack: Only the incoming webhook is set"),
        "{said}"
    );
    assert_eq!(world.look().await.messages().count(), before);

    let gone = format!("{address}x");
    alone[2].1 = &gone;
    let (well, said) = doctor(&world, &alone).await;
    assert!(
        !well && said.contains("FAIL  slack: The incoming webhook"),
        "{said}"
    );
    assert!(said.contains("set SLACK_WEBHOOK_URL"), "{said}");
    assert!(
        !said.contains("/services/"),
        "the address is not shown: {said}"
    );
}

async fn an_alert_channel_without_maro_is_named(database: Database) {
    let world = World::new(database).await;
    let (well, said) = doctor(&world, &[("SLACK_ALERT_CHANNEL", "C0PAYMENTS")]).await;
    assert!(
        well && said.contains("ok    slack: Maro is in the alert channel"),
        "{said}"
    );

    let (well, said) = doctor(&world, &[("SLACK_ALERT_CHANNEL", "C0NOWHERE")]).await;
    assert!(
        !well && said.contains("FAIL  slack: The alert channel C0NOWHERE"),
        "{said}"
    );
}
