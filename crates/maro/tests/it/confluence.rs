//! Confluence as Maro reaches it: by an account of its own, or by the consent that serves Jira, too;
//! and what its card says when one of them ends.

use maro_atlassian::Credentials;
use maro_atlassian::confluence::{
    CREATE_TIMEOUT, ConfluenceClient, ConfluenceConfig, CqlSearch, NewPage, PageUpdate,
};
use maro_atlassian::oauth::{SCOPES, gateway};
use serde_json::{Value, json};

use crate::support::{Database, Maro, World, both_databases, eventually, on_sqlite};

const OFTEN: &str = "
[ledger]
probe_ms = 100
poll_ms = 50
";
const EXPIRED: &str = "Your Jira connection expired. Reconnect to continue.";

both_databases!(one_consent_serves_jira_and_confluence);
on_sqlite!(
    a_consent_without_confluence_leaves_its_own_account_in_force,
    confluence_is_judged_by_its_own_calls,
    what_maro_asks_for_is_enough_for_pages,
);

async fn until(maro: &Maro, name: &str, status: &str) -> Value {
    eventually(&format!("{name} is {status}"), async || {
        let health = maro.get("api/v1/integrations/health").await;
        let one = health[name].clone();
        (one["status"] == status).then_some(one)
    })
    .await
}

async fn tried_out(maro: &Maro) -> Value {
    let path = "api/v1/integrations/confluence/test";
    maro.post(path, &json!({})).await.1
}

async fn one_consent_serves_jira_and_confluence(database: Database) {
    let world = World::with_file(database, OFTEN).await;
    let maro = world.maro_by_oauth(&[]).await;
    until(&maro, "confluence", "unconfigured").await;
    maro.connect().await;
    for name in ["jira", "confluence"] {
        until(&maro, name, "healthy").await;
    }
    let found = tried_out(&maro).await;
    assert_eq!(found["ok"], true, "{found}");
    let gateway = format!("/ex/confluence/{}", world.sandbox.cloud_id());
    assert!(
        world
            .requests_like("confluence GET", &[&gateway, "user/current"])
            .await
            > 0
    );

    // A token that ends is renewed once for both.
    let before = world.token_requests("refreshed").await;
    world.admin("atlassian/expire", json!({})).await;
    let nothing = json!({});
    let (jira, confluence) = tokio::join!(
        maro.post("api/v1/jira/oauth/test", &nothing),
        tried_out(&maro)
    );
    assert_eq!(jira.1["success"], true, "{}", jira.1);
    assert_eq!(confluence["ok"], true, "{confluence}");
    assert_eq!(world.token_requests("refreshed").await, before + 1);

    world.admin("atlassian/revoke", json!({})).await;
    world.admin("atlassian/expire", json!({})).await;
    for name in ["jira", "confluence"] {
        // A token that was renewed a moment ago and is rejected is not renewed again at once.
        let card = eventually(&format!("{name} says that it expired"), async || {
            let health = maro.get("api/v1/integrations/health").await;
            let card = health[name].clone();
            let reason = card["reason"].as_str()?.to_owned();
            (card["status"] == "error" && reason.starts_with(EXPIRED)).then_some(card)
        })
        .await;
        assert_eq!(card["fix"], "/settings/connections/jira/oauth", "{card}");
    }
}

async fn a_consent_without_confluence_leaves_its_own_account_in_force(database: Database) {
    let world = World::with_file(database, OFTEN).await;
    let withheld = [
        "read:confluence-user",
        "search:confluence",
        "read:space:confluence",
        "read:page:confluence",
        "write:page:confluence",
    ];
    let wiki = world.sandbox.confluence_url().to_string();
    let account = [
        ("CONFLUENCE_URL", wiki.as_str()),
        ("CONFLUENCE_USERNAME", world.options.jira_username.as_str()),
        (
            "CONFLUENCE_API_TOKEN",
            world.options.jira_api_token.as_str(),
        ),
    ];
    let maro = world.maro_by_oauth(&account).await;
    let settings = json!({ "withheld_scopes": withheld });
    world.admin("atlassian/settings", settings).await;
    maro.connect().await;
    until(&maro, "jira", "healthy").await;
    until(&maro, "confluence", "healthy").await;
    world.admin("atlassian/revoke", json!({})).await;
    world.admin("atlassian/expire", json!({})).await;
    until(&maro, "jira", "error").await;
    assert_eq!(tried_out(&maro).await["ok"], true);
    until(&maro, "confluence", "healthy").await;
}

async fn confluence_is_judged_by_its_own_calls(database: Database) {
    let world = World::with_file(database, OFTEN).await;
    let wiki = world.sandbox.confluence_url().to_string();
    let account = [
        ("CONFLUENCE_URL", wiki.as_str()),
        ("CONFLUENCE_USERNAME", world.options.jira_username.as_str()),
        (
            "CONFLUENCE_API_TOKEN",
            world.options.jira_api_token.as_str(),
        ),
    ];
    let maro = world.maro_with(&account).await;
    until(&maro, "confluence", "healthy").await;
    world.fault("confluence:*:*:status:status=401");
    let card = until(&maro, "confluence", "error").await;
    let said = "Confluence did not accept Maro's credentials";
    assert!(card["reason"].as_str().unwrap().starts_with(said), "{card}");
    assert_eq!(card["fix"], "/settings/connections/confluence");
    until(&maro, "jira", "healthy").await;
    world.no_more_faults().await;
    let card = until(&maro, "confluence", "healthy").await;
    assert_eq!(card["fix"], Value::Null, "{card}");
}

async fn what_maro_asks_for_is_enough_for_pages(database: Database) {
    let world = World::new(database).await;
    let granted = world
        .admin("atlassian/grant", json!({ "scopes": SCOPES }))
        .await;
    let token = granted["access_token"].as_str().unwrap();
    let site = world.sandbox.confluence_url();
    let config = ConfluenceConfig {
        url: gateway(
            &world.sandbox.atlassian_url(),
            "confluence",
            world.sandbox.cloud_id(),
        ),
        ..ConfluenceConfig::new(site, Credentials::Bearer(token.into()))
    };
    let client = ConfluenceClient::new(config).unwrap();
    client.current_user().await.unwrap();
    let space = client.space("SHOP").await.unwrap();
    let page = NewPage {
        space: &space,
        parent: None,
        title: "Over the gateway",
        body: "<p>Once.</p>",
    };
    let page = client.create_page(page, CREATE_TIMEOUT).await.unwrap();
    let update = PageUpdate {
        id: &page.id,
        based_on: client.page(&page.id).await.unwrap().version,
        title: "Over the gateway",
        body: "<p>Twice.</p>",
        message: "again",
    };
    client.update_page(update).await.unwrap();
    let titled = client
        .page_titled(&space, "Over the gateway")
        .await
        .unwrap();
    assert_eq!(titled.unwrap().id, page.id);
    let search = CqlSearch {
        cql: "type = page",
        limit: 5,
    };
    client.search_cql(search).await.unwrap();
}
