//! The page of Slack: where Maro is installed, the way into another workspace, and out of one.

use reqwest::{Method, StatusCode};
use serde_json::Value;

use crate::slack_app::{Browser, HARBOR, draft, install, installable, told_by, until_message};
use crate::support::{Database, Maro, World, both_databases, eventually, on_sqlite};

const PAGE: &str = "settings/connections/slack";
const ADD: &str = "href=\"/api/v1/slack/oauth/authorize\"";

both_databases!(a_workspace_is_listed_until_it_is_disconnected);
on_sqlite!(
    the_page_says_why_no_workspace_can_be_added,
    a_token_that_slack_does_not_revoke_is_forgotten_and_said,
);

async fn a_workspace_is_listed_until_it_is_disconnected(database: Database) {
    let world = World::new(database).await;
    let maro = installable(&world, &[]).await;
    let ada = Browser::sign_in(&maro).await;
    let page = ada.read(PAGE).await;
    assert!(page.contains("No workspace has installed Maro yet."));
    assert!(page.contains(ADD), "there is a way into one");
    assert!(page.contains("api/v1/slack/oauth/callback"));

    install(&world, &ada, HARBOR.0).await;
    let page = ada.read(PAGE).await;
    for part in ["Harbor crew", HARBOR.0, "Installed", "does not end"] {
        assert!(page.contains(part), "{part}");
    }
    let hint = "begins with xoxb-";
    assert!(page.contains(hint) && !page.replace(hint, "").contains("xoxb-"));

    let listed = maro.get("api/v1/slack/workspaces").await;
    assert_eq!(listed["items"][0]["team"], HARBOR.0, "{listed}");
    assert_eq!(listed["items"][0]["state"], "installed");
    assert!(!listed.to_string().contains("xoxb-"));

    let told = told_by(&ada.send(&disconnect(HARBOR.0), &[]).await);
    assert!(told.contains("Maro has left Harbor crew."), "{told}");
    let page = ada.read(PAGE).await;
    assert!(page.contains("No workspace has installed Maro yet."));
    assert_eq!(revocations(&world).await, 1);
    assert_eq!(count(&maro, "slack.disconnected").await, 1);

    draft(&maro, HARBOR, "Waits outside").await;
    eventually("the preview waits", async || {
        let dead = maro.get("api/v1/outbox?state=dead").await;
        let why = dead["items"].as_array()?.first()?["last_error"].clone();
        why.as_str()?.contains("not installed").then_some(())
    })
    .await;
    install(&world, &ada, HARBOR.0).await;
    until_message(&world, HARBOR, "Ticket draft: Waits outside").await;
    assert_eq!(count(&maro, "slack.ended").await, 0, "we left by ourselves");

    let path = format!("api/v1/slack/workspaces/{}", HARBOR.0);
    let gone = maro.request(Method::DELETE, &path).send().await.unwrap();
    let gone: Value = gone.json().await.unwrap();
    assert_eq!(gone["revoked"], true, "{gone}");
    let again = maro.request(Method::DELETE, &path).send().await.unwrap();
    assert_eq!(again.status(), StatusCode::NOT_FOUND);
}

async fn the_page_says_why_no_workspace_can_be_added(database: Database) {
    let world = World::new(database).await;
    let maro = installable(&world, &[("MARO_PUBLIC_URL", "")]).await;
    let ada = Browser::sign_in_from(&maro, maro.url.as_str()).await;
    let page = ada.read(PAGE).await;
    assert!(page.contains("Set MARO_PUBLIC_URL first"), "{page}");
    assert!(!page.contains(ADD));
    drop(maro);

    let token = world.options.slack_bot_token.clone();
    let no_app = [
        ("SLACK_CLIENT_ID", ""),
        ("SLACK_CLIENT_SECRET", ""),
        ("SLACK_BOT_TOKEN", token.as_str()),
    ];
    let maro = installable(&world, &no_app).await;
    let ada = Browser::sign_in(&maro).await;
    let page = ada.read(PAGE).await;
    assert!(page.contains("Set SLACK_CLIENT_ID and SLACK_CLIENT_SECRET first"));
    assert!(page.contains("in the workspace of the bot token"));
    assert!(!page.contains(ADD));
}

async fn a_token_that_slack_does_not_revoke_is_forgotten_and_said(database: Database) {
    let world = World::new(database).await;
    let maro = installable(&world, &[]).await;
    let ada = Browser::sign_in(&maro).await;
    install(&world, &ada, HARBOR.0).await;

    world.fault("slack:POST:auth.revoke$:status:status=503:times=1");
    let told = told_by(&ada.send(&disconnect(HARBOR.0), &[]).await);

    assert!(told.contains("was not revoked at Slack"), "{told}");
    let page = ada.read(PAGE).await;
    assert!(page.contains("No workspace has installed Maro yet."));
    let told = told_by(&ada.send(&disconnect(HARBOR.0), &[]).await);
    assert!(told.contains("Maro was not in that workspace."), "{told}");
}

fn disconnect(team: &str) -> String {
    format!("{PAGE}/workspaces/{team}/disconnect")
}

async fn count(maro: &Maro, action: &str) -> usize {
    let all: Vec<Value> = maro.audited().await;
    all.iter().filter(|one| one["action"] == action).count()
}

async fn revocations(world: &World) -> u64 {
    world.requests_like("slack POST", &["auth.revoke"]).await
}
