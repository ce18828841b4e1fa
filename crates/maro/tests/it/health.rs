//! Health is what real calls say: what fails turns the connection red with its true error, and what
//! works again turns it green by itself.

use serde_json::{Value, json};

use crate::support::{Database, Maro, World, both_databases, eventually};

const OFTEN: &str = "
[ledger]
probe_ms = 100
poll_ms = 50
";

async fn world(database: Database) -> (World, Maro) {
    let world = World::with_file(database, OFTEN).await;
    let maro = world.maro().await;
    until_status(&maro, "slack", "healthy").await;
    until_status(&maro, "jira", "healthy").await;
    (world, maro)
}

async fn until_status(maro: &Maro, name: &str, status: &str) -> Value {
    eventually(&format!("{name} is {status}"), async || {
        let health = maro.get("api/v1/integrations/health").await;
        let one = health[name].clone();
        (one["status"] == status).then_some(one)
    })
    .await
}

async fn logs(maro: &Maro, query: &str) -> Vec<Value> {
    let page = maro.get(&format!("api/v1/integrations/logs?{query}")).await;
    page["items"].as_array().unwrap().clone()
}

both_databases!(a_connection_turns_red_with_its_true_error_and_green_again);

async fn a_connection_turns_red_with_its_true_error_and_green_again(database: Database) {
    let (world, maro) = world(database).await;
    world.fault("jira:*:*:status:status=401");
    let jira = until_status(&maro, "jira", "error").await;
    let said = "Jira did not accept Maro's credentials";
    assert!(jira["reason"].as_str().unwrap().starts_with(said), "{jira}");
    assert!(jira["last_error"].as_str().unwrap().starts_with(said));
    assert!(!jira["next_step"].as_str().unwrap().is_empty());
    assert_eq!(jira["configured"], true);
    until_status(&maro, "slack", "healthy").await;

    world.no_more_faults().await;
    let jira = until_status(&maro, "jira", "healthy").await;
    assert_eq!(jira["reason"], Value::Null);
    assert!(jira["last_error"].is_string(), "the last error stays known");

    eventually("each change is told once", async || {
        let changes = logs(&maro, "integration=jira&outcome=changed").await;
        let said: Vec<&str> = changes
            .iter()
            .map(|entry| entry["message"].as_str().unwrap())
            .collect();
        let [back, broken, ..] = said[..] else {
            return None;
        };
        (back == "Now healthy." && broken.starts_with("Now error: ")).then_some(())
    })
    .await;
    assert!(
        !logs(&maro, "integration=jira&outcome=failed&kind=account")
            .await
            .is_empty()
    );
}

both_databases!(each_fault_gives_its_own_sentence);

async fn each_fault_gives_its_own_sentence(database: Database) {
    let (world, maro) = world(database).await;
    let cases = [
        (
            "jira",
            "jira:*:*:status:status=429:retry-after=1",
            "limiting",
        ),
        ("jira", "jira:*:*:html:status=200", "page"),
        ("jira", "jira:*:*:status:status=503", "not available"),
        ("slack", "slack:*:*:status:status=503", "status 503"),
        ("slack", "slack:*:*:drop-before", "connection broke"),
        ("slack", "slack:*:*:status:status=429:retry-after=1", "wait"),
    ];
    for (name, fault, part) in cases {
        world.fault(fault);
        let words = eventually(&format!("{name} tells of {fault}"), async || {
            let health = maro.get("api/v1/integrations/health").await;
            let said = health[name]["reason"].as_str()?.to_owned();
            said.contains(part).then_some(said)
        })
        .await;
        assert!(!words.contains("http://"), "{words}");
        world.no_more_faults().await;
        until_status(&maro, name, "healthy").await;
    }
}

both_databases!(what_never_arrived_is_said);

async fn what_never_arrived_is_said(database: Database) {
    let (world, maro) = world(database).await;
    let archived = json!({ "ok": false, "error": "is_archived" }).to_string();
    let rule = json!({
        "target": "slack", "method": "POST", "path": "chat.postMessage",
        "action": "status", "status": 200, "body": archived,
    });
    world.admin("faults", rule).await;
    maro.draft("C0PAYMENTS", "Into an archived channel").await;
    let slack = until_status(&maro, "slack", "degraded").await;
    let reason = slack["reason"].as_str().unwrap();
    assert_eq!(
        reason,
        "1 message to 1 destination could not be delivered in the last 24 hours."
    );
    let failed = eventually("the failure is listed", async || {
        let failed = logs(&maro, "integration=slack&outcome=failed").await;
        (!failed.is_empty()).then_some(failed)
    })
    .await;
    assert_eq!(failed[0]["kind"], "chat.postMessage");
    assert!(
        failed[0]["message"].as_str().unwrap().contains("archived"),
        "{failed:?}"
    );
}

both_databases!(what_is_not_set_is_not_healthy);

async fn what_is_not_set_is_not_healthy(database: Database) {
    let world = World::with_file(database, OFTEN).await;
    let unset = [("SLACK_BOT_TOKEN", ""), ("SLACK_SIGNING_SECRET", "")];
    let maro = world.maro_with(&unset).await;
    let slack = until_status(&maro, "slack", "unconfigured").await;
    assert_eq!(slack["configured"], false);
    let list = maro.get("api/v1/integrations/status").await;
    let names: Vec<&Value> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["name"])
        .collect();
    assert_eq!(names, ["slack", "jira", "confluence", "mcp"]);
}
