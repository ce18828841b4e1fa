//! Each thing that goes wrong has its own sentence, at the ticket and at the connection, on each road
//! to Jira: an API token, the OAuth gateway, Data Center, none at all.

use serde_json::{Value, json};

use crate::support::{CHANNELS, Database, Maro, Road, World, eventually, on_sqlite};

on_sqlite!(
    an_api_token_has_its_sentences,
    the_gateway_has_its_sentences,
    data_center_has_its_sentences,
    an_address_where_nobody_listens_has_its_sentence,
    no_connection_has_its_sentence,
);

const LIMITED: &str = "Jira rate limit reached. Try again in 2 minutes.";
const NOT_ALLOWED: &str =
    "You don't have permission to create issues in SCRUM. Contact Jira admin.";
const TOO_LONG: &str = "File exceeds Jira description limit. Consider summarizing.";
const DOWN: &str = "Unable to connect to Jira integration service. Try again later.";
const EXPIRED: &str = "Your Jira connection expired. Reconnect to continue.";
const NOT_CONFIGURED: &str = "Jira integration not configured. Configure in Project Settings.";
const NOT_ACCEPTED: &str = "Jira did not accept Maro's credentials.";
/// Nobody listens at the first port.
const NOWHERE: &str = "http://127.0.0.1:1/";

const OFTEN: &str = "
[ledger]
first_deferral_ms = 200
limit_pause_ms = 200
send_deadline_ms = 3000
lease_ms = 6000
probe_ms = 100
poll_ms = 50
";

/// What an approved draft comes to while something is wrong, and how the connection does.
struct Expected<'a> {
    sentence: &'a str,
    state: &'a str,
    health: &'a str,
    reason: Option<&'a str>,
}

const REFUSED: Expected<'_> = Expected {
    sentence: "",
    state: "rejected",
    health: "healthy",
    reason: None,
};

async fn expect(world: &World, maro: &Maro, draft: Value, expected: Expected<'_>) {
    let title = draft["content"]["title"].as_str().unwrap();
    let preview = world.until_preview(title).await;
    world.click("amira", &preview, "draft_approve").await;
    let Expected { state, health, .. } = expected;
    let session = draft["session"].as_str().unwrap();
    eventually(
        &format!("{title} is {state}: {}", expected.sentence),
        async || {
            let operation = maro.operation(session).await?;
            let error = operation["error"].as_str()?;
            (operation["state"] == state && error.starts_with(expected.sentence)).then_some(())
        },
    )
    .await;
    let jira = until_health(maro, health).await;
    let reason = jira["reason"].as_str();
    match (reason, expected.reason) {
        (Some(reason), Some(expected)) => assert!(reason.contains(expected), "{title}: {jira}"),
        (reason, expected) => assert_eq!(reason, expected, "{title}: {jira}"),
    }
}

async fn until_health(maro: &Maro, status: &str) -> Value {
    eventually(&format!("Jira is {status}"), async || {
        let health = maro.get("api/v1/integrations/health").await;
        (health["jira"]["status"] == status).then(|| health["jira"].clone())
    })
    .await
}

async fn mended(world: &World, maro: &Maro) {
    world.no_more_faults().await;
    until_health(maro, "healthy").await;
}

async fn world(database: Database) -> World {
    World::with_file(database, OFTEN).await
}

/// What goes wrong alike on every road.
async fn check_what_all_roads_share(world: &World, maro: &Maro) {
    until_health(maro, "healthy").await;
    let draft = maro.draft(CHANNELS[0], "Limited").await;
    world.fault("jira:*:*:status:status=429:retry-after=90");
    let limited = Expected {
        sentence: LIMITED,
        state: "prepared",
        health: "degraded",
        reason: Some("Jira is limiting the rate of requests."),
    };
    expect(world, maro, draft, limited).await;
    mended(world, maro).await;

    let draft = maro.draft(CHANNELS[1], "Not allowed").await;
    let body = json!({ "errorMessages": ["Ask Kim."], "errors": {} }).to_string();
    let rule = json!({
        "target": "jira", "method": "POST", "path": "/issue$",
        "action": "status", "status": 403, "body": body,
    });
    world.admin("faults", rule).await;
    let not_allowed = format!("{NOT_ALLOWED} Jira said: Ask Kim.");
    let refused = Expected {
        sentence: &not_allowed,
        ..REFUSED
    };
    expect(world, maro, draft, refused).await;
    mended(world, maro).await;

    // Each text is taken; together they are more than Jira takes.
    let long = json!("It does not work. ".repeat(1_500));
    let fields = [("problem", long.clone()), ("solution", long)];
    let draft = maro.draft_with(CHANNELS[2], "Too long", &fields).await;
    let refused = Expected {
        sentence: TOO_LONG,
        ..REFUSED
    };
    expect(world, maro, draft, refused).await;
}

async fn check_wrong_credentials(world: &World, maro: &Maro) {
    let draft = maro.draft(CHANNELS[0], "Not accepted").await;
    world.fault("jira:*:*:status:status=401");
    let expected = Expected {
        sentence: NOT_ACCEPTED,
        state: "prepared",
        health: "error",
        reason: Some(NOT_ACCEPTED),
    };
    expect(world, maro, draft, expected).await;
    mended(world, maro).await;
    world.until_said("Ticket created:").await;
}

async fn an_api_token_has_its_sentences(database: Database) {
    let world = world(database).await;
    let maro = world.maro_on(Road::Token, &[]).await;
    check_what_all_roads_share(&world, &maro).await;
    check_wrong_credentials(&world, &maro).await;
}

async fn data_center_has_its_sentences(database: Database) {
    let world = world(database).await;
    let maro = world.maro_on(Road::DataCenter, &[]).await;
    check_what_all_roads_share(&world, &maro).await;
    check_wrong_credentials(&world, &maro).await;
}

async fn the_gateway_has_its_sentences(database: Database) {
    let world = world(database).await;
    let maro = world.maro_on(Road::Gateway, &[]).await;
    check_what_all_roads_share(&world, &maro).await;

    let draft = maro.draft(CHANNELS[0], "No token").await;
    world.fault("atlassian:POST:/oauth/token$:status:status=500");
    world.admin("atlassian/expire", json!({})).await;
    let no_token = Expected {
        sentence: DOWN,
        state: "prepared",
        health: "degraded",
        reason: Some("access token"),
    };
    expect(&world, &maro, draft, no_token).await;
    mended(&world, &maro).await;

    let draft = maro.draft(CHANNELS[1], "Revoked").await;
    world.admin("atlassian/revoke", json!({})).await;
    let expired = Expected {
        sentence: EXPIRED,
        state: "prepared",
        health: "error",
        reason: Some(EXPIRED),
    };
    expect(&world, &maro, draft, expired).await;
}

async fn an_address_where_nobody_listens_has_its_sentence(database: Database) {
    let world = world(database).await;
    let maro = world.maro_with(&[("JIRA_URL", NOWHERE)]).await;
    let draft = maro.draft(CHANNELS[0], "Nobody listens").await;
    let expected = Expected {
        sentence: DOWN,
        state: "prepared",
        health: "error",
        reason: Some("Jira could not be reached"),
    };
    expect(&world, &maro, draft, expected).await;
}

async fn no_connection_has_its_sentence(database: Database) {
    let world = world(database).await;
    let none = [
        ("JIRA_URL", ""),
        ("JIRA_USERNAME", ""),
        ("JIRA_API_TOKEN", ""),
    ];
    let maro = world.maro_with(&none).await;
    let draft = maro.draft(CHANNELS[0], "No connection").await;
    let expected = Expected {
        sentence: NOT_CONFIGURED,
        state: "prepared",
        health: "unconfigured",
        reason: Some("It is not configured."),
    };
    expect(&world, &maro, draft, expected).await;
}
