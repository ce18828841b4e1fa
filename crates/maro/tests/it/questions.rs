//! What nobody can know is asked: the three answers, and evidence that comes late.

use serde_json::{Value, json};

use crate::support::{CHANNELS, Database, Maro, World, button, eventually, on_sqlite};

/// Jira never got the request, and Maro asks in the thread. Gives the session and the question.
async fn asked(world: &World, maro: &Maro, title: &str) -> (String, Value) {
    world.fault("jira:POST:/rest/api/3/issue$:drop-before:times=1");
    let session = world.approved(maro, CHANNELS[0], title).await;
    let question = world
        .until("the question", |seen| {
            seen.last("Does this ticket exist in Jira?").cloned()
        })
        .await;
    (session, question)
}

on_sqlite!(
    it_exists_is_believed_after_jira_was_asked,
    create_anyway_sends_once_more_with_the_same_marker,
    give_up_ends_the_session,
    the_question_can_be_answered_through_the_api,
    late_evidence_wins_over_the_question,
    a_late_first_request_after_create_anyway_is_told_as_a_duplicate,
    a_clone_that_a_person_makes_is_no_duplicate,
);

async fn it_exists_is_believed_after_jira_was_asked(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    let (session, question) = asked(&world, &maro, "Invoices are empty").await;
    let fields = json!({
        "project": { "key": "SCRUM" }, "issuetype": { "name": "Task" }, "summary": "Made by hand",
    });
    let issue = world.admin("jira/issue", json!({ "fields": fields })).await;

    world.click("amira", &question, "operation_it_exists").await;
    world.until_modal("U0AMIRA", "it_exists_modal").await;
    let wrong = world.submit("amira", json!({ "key": "what?" })).await;
    assert!(wrong["errors"]["key"].is_string(), "{wrong}");
    world.submit("amira", json!({ "key": "SCRUM-999" })).await;
    let told = world
        .until("Amira is told", |seen| {
            let told = seen.told("U0AMIRA");
            told.last().map(ToString::to_string)
        })
        .await;
    assert_eq!(told, "SCRUM-999 not found in Jira");

    world.click("amira", &question, "operation_it_exists").await;
    world.until_modal("U0AMIRA", "it_exists_modal").await;
    world.submit("amira", json!({ "key": issue["key"] })).await;
    let operation = maro.until_operation("confirmed").await;
    assert_eq!(operation["jira_key"], issue["key"]);
    let session = maro.session(&session).await;
    assert_eq!(session["session"]["phase"], "created");
    assert_eq!(world.create_requests().await, 1);
}

async fn create_anyway_sends_once_more_with_the_same_marker(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    let (session, question) = asked(&world, &maro, "Invoices are blank").await;
    let first = maro.operation(&session).await.unwrap();
    let confirm = button(&question, "operation_create_anyway").unwrap();
    assert!(confirm["confirm"].is_object(), "it warns: {confirm}");

    world
        .click("amira", &question, "operation_create_anyway")
        .await;

    let operation = maro.until_operation("confirmed").await;
    assert_eq!(operation["attempt"], 2);
    assert_eq!(operation["marker"], first["marker"]);
    let seen = world.look().await;
    let issues = seen.issues("Invoices are blank");
    assert_eq!(issues.len(), 1);
    assert_eq!(issues[0]["properties"]["maro.operation"]["attempt"], 2);
    assert!(
        issues[0]["labels"]
            .as_array()
            .unwrap()
            .contains(&first["marker"])
    );
    assert_eq!(world.create_requests().await, 2);
    let audited = maro.audited().await;
    let by = audited
        .iter()
        .find(|entry| entry["details"]["note"] == "create anyway")
        .unwrap();
    assert_eq!(by["actor"], "slack:T0SANDBOX:U0AMIRA");

    world
        .click("dana", &question, "operation_create_anyway")
        .await;
    let told = world
        .until("Dana is told", |seen| {
            seen.told("U0DANA").last().map(ToString::to_string)
        })
        .await;
    assert_eq!(told, "This was already decided.");
}

async fn give_up_ends_the_session(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    let (session, question) = asked(&world, &maro, "Invoices are upside down").await;

    world.click("amira", &question, "operation_give_up").await;

    maro.until_operation("cancelled").await;
    let session = maro.session(&session).await;
    assert_eq!(session["session"]["phase"], "discarded");
    world.until_said("Draft discarded").await;
    assert_eq!(world.create_requests().await, 1);
}

async fn the_question_can_be_answered_through_the_api(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    asked(&world, &maro, "Invoices are late").await;
    let operation = maro.until_operation("needs_human").await;

    let cases = [
        (json!({ "decision": "it_exists" }), 400),
        (json!({ "decision": "it_exists", "key": "SCRUM-999" }), 422),
        (json!({ "decision": "dance" }), 400),
        (json!({ "decision": "create_anyway" }), 200),
        (json!({ "decision": "create_anyway" }), 409),
    ];
    for (body, status) in cases {
        let (answered, problem) = maro.decide(&operation, &body).await;
        assert_eq!(answered, status, "{body}: {problem}");
    }
    maro.until_operation("confirmed").await;
    assert_eq!(world.look().await.issues("Invoices are late").len(), 1);
}

async fn late_evidence_wins_over_the_question(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    world.fault("jira:POST:/rest/api/3/issue$:late:ms=2500:times=1");
    let session = world.approved(&maro, CHANNELS[0], "Slow as a snail").await;
    maro.until_operation("needs_human").await;

    let operation = maro.until_operation("confirmed").await;

    let seen = world.look().await;
    assert_eq!(
        seen.issues("Slow as a snail")[0]["key"],
        operation["jira_key"]
    );
    assert_eq!(world.create_requests().await, 1);
    let session = maro.session(&session).await;
    assert_eq!(session["session"]["phase"], "created");
    world.until_said("Ticket created:").await;
}

async fn a_late_first_request_after_create_anyway_is_told_as_a_duplicate(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    world.fault("jira:POST:/rest/api/3/issue$:late:ms=4000:times=1");
    world
        .approved(&maro, CHANNELS[0], "Twice is too often")
        .await;
    let operation = maro.until_operation("needs_human").await;
    maro.decide(&operation, &json!({ "decision": "create_anyway" }))
        .await;
    maro.until_operation("confirmed").await;

    maro.until_operation("duplicate").await;

    let said = world
        .until_said(":warning: Jira has more than one ticket")
        .await;
    let seen = world.look().await;
    let issues = seen.issues("Twice is too often");
    assert_eq!(issues.len(), 2);
    for issue in issues {
        assert!(said.contains(issue["key"].as_str().unwrap()), "{said}");
    }
}

async fn a_clone_that_a_person_makes_is_no_duplicate(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    let session = world.approved(&maro, CHANNELS[0], "Clone me").await;
    let operation = maro.until_operation("confirmed").await;
    let key = operation["jira_key"].as_str().unwrap();

    let clone = world
        .admin(&format!("jira/issues/{key}/clone"), json!({}))
        .await;
    assert!(
        clone["labels"]
            .as_array()
            .unwrap()
            .contains(&operation["marker"])
    );
    let id = clone["id"].as_str().unwrap();
    let read = format!("jira GET /rest/api/3/issue/{id}");
    eventually("Maro looked at the clone", async || {
        (world.requests(&read).await > 0).then_some(())
    })
    .await;
    // Whatever the clone led to comes before what another draft leads to.
    world.approved(&maro, CHANNELS[1], "Another one").await;
    world
        .until("the other is created", |seen| {
            (seen.count("Ticket created:") == 2).then_some(())
        })
        .await;

    let after = maro.operation(&session).await.unwrap();
    assert_eq!(after["state"], "confirmed");
    assert_eq!(after["jira_key"], key);
    assert_eq!(world.look().await.count(":warning:"), 0);
}
