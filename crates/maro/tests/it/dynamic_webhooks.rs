//! The webhook that Maro registers by itself over OAuth: signed in each way, renewed, registered anew
//! when projects change, taken back at the end.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use url::Url;

use crate::support::{Database, Maro, World, both_databases, eventually, on_sqlite};

const TRACKED: &str = "api/v1/channels/T0SANDBOX:C0PAYMENTS/tracked";
/// So seldom that no poll takes part.
const NEVER: u64 = 3_600_000;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

both_databases!(a_registered_webhook_tells_however_it_is_signed);
on_sqlite!(
    the_webhook_follows_the_tracked_projects_and_ends_with_the_connection,
    a_webhook_that_ends_within_days_is_renewed,
    an_address_that_is_guessed_is_refused,
);

/// A Maro that Jira reaches by an address that was known before it started.
async fn reachable(world: &World) -> Maro {
    reachable_at(world).await.0
}

/// The same, with that address.
#[expect(
    clippy::disallowed_methods,
    reason = "the forwarder ends with its test"
)]
async fn reachable_at(world: &World) -> (Maro, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let maro = world.maro_by_oauth(&[("MARO_PUBLIC_URL", &address)]).await;
    let target = maro.url.socket_addrs(|| None).unwrap()[0];
    tokio::spawn(async move {
        while let Ok((mut from, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut to = TcpStream::connect(target).await.unwrap();
                let _ = copy_bidirectional(&mut from, &mut to).await;
            });
        }
    });
    world.sandbox.point_at(address.parse().unwrap());
    world
        .admin("jira/settings", json!({ "admin_webhook": false }))
        .await;
    maro.connect().await;
    (maro, address)
}

async fn track(world: &World, maro: &Maro, key: &str) {
    world.command("amira", &format!("track {key}")).await;
    until_row(maro, key, |_| true).await;
}

async fn until_row(maro: &Maro, key: &str, is: impl Fn(&Value) -> bool) {
    eventually(&format!("{key} is as it should be"), async || {
        let tracked = maro.get(TRACKED).await;
        let mut rows = tracked["items"].as_array()?.iter();
        rows.any(|row| row["key"] == key && is(row)).then_some(())
    })
    .await;
}

async fn until_hooks(world: &World, what: &str, are: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    world
        .until(what, |seen| {
            let hooks = seen.0["jira"]["dynamic_webhooks"].as_array()?;
            are(hooks).then(|| hooks.clone())
        })
        .await
}

async fn rename(world: &World, key: &str, summary: &str) {
    let body = json!({ "fields": { "summary": summary } });
    world.admin(&format!("jira/issues/{key}/edit"), body).await;
}

async fn a_registered_webhook_tells_however_it_is_signed(database: Database) {
    let world = World::polling(database, NEVER).await;
    let maro = reachable(&world).await;
    track(&world, &maro, "SCRUM-123").await;
    until_hooks(&world, "a webhook is registered", |hooks| hooks.len() == 1).await;
    for way in ["jwt", "hmac", "unsigned"] {
        world
            .admin("jira/settings", json!({ "dynamic_signing": way }))
            .await;
        rename(&world, "SCRUM-123", way).await;
        until_row(&maro, "SCRUM-123", |row| row["summary"] == way).await;
    }
    // A signature that is there must be right.
    let wrong = json!({ "dynamic_signing": "jwt", "webhook_wrong_signature": true });
    world.admin("jira/settings", wrong).await;
    rename(&world, "SCRUM-123", "Not told").await;
    world
        .until("the wrong signature was refused", |seen| {
            let attempts = seen.0["jira"]["webhooks"].as_array()?;
            attempts
                .iter()
                .any(|attempt| attempt["status"] == 401)
                .then_some(())
        })
        .await;
    until_row(&maro, "SCRUM-123", |row| row["summary"] == "unsigned").await;
}

async fn the_webhook_follows_the_tracked_projects_and_ends_with_the_connection(database: Database) {
    let world = World::polling(database, NEVER).await;
    let maro = reachable(&world).await;
    track(&world, &maro, "SCRUM-123").await;
    let hooks = until_hooks(&world, "SCRUM is told of", |hooks| hooks.len() == 1).await;
    assert_eq!(hooks[0]["jqlFilter"], "project in (\"SCRUM\")");

    track(&world, &maro, "OPS-1").await;
    let hooks = until_hooks(&world, "OPS is told of, too, by one webhook", |hooks| {
        hooks.len() == 1 && hooks[0]["jqlFilter"] == "project in (\"OPS\", \"SCRUM\")"
    })
    .await;
    rename(&world, "OPS-1", "Told").await;
    until_row(&maro, "OPS-1", |row| row["summary"] == "Told").await;

    // It ran out while nobody looked, and there is no trace of it at Jira.
    let until = hooks[0]["expirationDate"].as_i64().unwrap();
    world
        .admin("clock", json!({ "advance_ms": 31 * DAY_MS }))
        .await;
    world.command("amira", "untrack OPS-1").await;
    until_hooks(&world, "a new one is registered", |hooks| {
        hooks.len() == 1
            && hooks[0]["jqlFilter"] == "project in (\"SCRUM\")"
            && hooks[0]["expirationDate"].as_i64() > Some(until)
    })
    .await;

    let request = maro.request(Method::DELETE, "api/v1/jira/oauth/config");
    let answer = request.send().await.unwrap();
    assert!(answer.status().is_success(), "{}", answer.status());
    until_hooks(&world, "no webhook is left", <[Value]>::is_empty).await;
}

async fn a_webhook_that_ends_within_days_is_renewed(database: Database) {
    let world = World::polling(database, NEVER).await;
    let lives = async |days: u32| {
        let settings = json!({ "dynamic_days": days });
        world.admin("jira/settings", settings).await;
    };
    lives(3).await;
    let (mut maro, address) = reachable_at(&world).await;
    track(&world, &maro, "SCRUM-123").await;
    let hooks = until_hooks(&world, "a webhook is registered", |hooks| hooks.len() == 1).await;
    maro.kill();
    lives(30).await;

    // Jira is looked at when a Maro starts.
    let _next = world.maro_by_oauth(&[("MARO_PUBLIC_URL", &address)]).await;
    let end = |hook: &Value| hook["expirationDate"].as_i64().unwrap();
    let renewed = until_hooks(&world, "it is renewed", |now| {
        now.len() == 1 && end(&now[0]) > end(&hooks[0]) + 20 * DAY_MS
    })
    .await;
    assert_eq!(renewed[0]["id"], hooks[0]["id"], "the same one");
}

async fn an_address_that_is_guessed_is_refused(database: Database) {
    let world = World::polling(database, NEVER).await;
    let maro = reachable(&world).await;
    track(&world, &maro, "SCRUM-123").await;
    let hooks = until_hooks(&world, "a webhook is registered", |hooks| hooks.len() == 1).await;
    let right: Url = hooks[0]["url"].as_str().unwrap().parse().unwrap();
    let body = json!({ "webhookEvent": "jira:issue_updated" }).to_string();
    let zeros = "0".repeat(64);
    let last = right.path_segments().unwrap().next_back().unwrap();
    for (secret, status) in [
        (zeros.as_str(), StatusCode::UNAUTHORIZED),
        ("x", StatusCode::UNAUTHORIZED),
        (&last[..62], StatusCode::UNAUTHORIZED),
        (last, StatusCode::OK),
    ] {
        let url = maro
            .url
            .join(&format!("api/v1/webhooks/jira/{secret}"))
            .unwrap();
        let answer = world
            .http
            .post(url)
            .body(body.clone())
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), status, "{secret}");
    }
    assert!(!maro.log().contains(last), "the address is a secret");
}
