//! Tickets of findings: wanted by people, made once, parked and tried again, linked and unlinked.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::{Database, Maro, World, both_databases, eventually};

both_databases!(
    however_often_somebody_clicks_there_is_one_ticket,
    while_jira_is_down_the_finding_is_kept_and_its_ticket_follows,
    a_field_that_became_required_parks_the_ticket_with_its_name,
    many_findings_share_one_ticket_and_a_person_makes_another,
    an_unknown_outcome_asks_a_person_and_the_finding_says_so,
);

async fn reported(maro: &Maro, title: &str) -> String {
    let body = json!({
        "title": title, "severity": "critical", "source": "night*ly",
        "description": "It fails on *Safari*.", "steps": "1. Log in",
    });
    let (status, answer) = maro.post("api/v1/defects", &body).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    answer["id"].as_str().unwrap().to_owned()
}

async fn shown(maro: &Maro, id: &str) -> Value {
    maro.get(&format!("api/v1/defects/{id}")).await
}

async fn ask(maro: &Maro, id: &str, body: &Value) -> (StatusCode, Value) {
    maro.post(&format!("api/v1/defects/{id}/jira"), body).await
}

async fn replay(maro: &Maro, id: &str, body: &Value) -> (StatusCode, Value) {
    let path = format!("api/v1/defects/{id}/jira/replay");
    maro.post(&path, body).await
}

async fn unlink(maro: &Maro, id: &str) -> StatusCode {
    let path = format!("api/v1/defects/{id}/jira");
    let response = maro.request(Method::DELETE, &path).send().await.unwrap();
    response.status()
}

async fn until_ticket(maro: &Maro, id: &str, state: &str) -> Value {
    eventually(&format!("the ticket is {state}"), async || {
        let defect = shown(maro, id).await;
        (defect["ticket"]["state"] == state).then_some(defect)
    })
    .await
}

/// On PostgreSQL the clicks come to two instances.
async fn however_often_somebody_clicks_there_is_one_ticket(database: Database) {
    let is_shared = matches!(database, Database::Postgres(_));
    let world = World::new(database).await;
    let mut instances = vec![world.maro().await];
    if is_shared {
        instances.push(world.maro().await);
    }
    let id = reported(&instances[0], "Login fails").await;
    let mut clicks = JoinSet::new();
    for number in 0..8 {
        let maro = &instances[number % instances.len()];
        let path = format!("api/v1/defects/{id}/jira");
        let request = maro.request(Method::POST, &path).json(&json!({}));
        clicks.spawn(async move { request.send().await.unwrap().status() });
    }
    let answers = clicks.join_all().await;
    let new = answers
        .iter()
        .filter(|status| **status == StatusCode::ACCEPTED);
    assert_eq!(new.count(), 1, "{answers:?}");
    assert!(answers.iter().all(reqwest::StatusCode::is_success));

    let maro = &instances[0];
    let defect = until_ticket(maro, &id, "linked").await;
    let seen = world.look().await;
    let issues = seen.issues("Login fails");
    assert_eq!(issues.len(), 1);
    assert_eq!(defect["jira_issue_key"], issues[0]["key"]);
    assert_eq!(defect["ticket"]["jira_id"], issues[0]["id"]);
    assert_eq!(issues[0]["priority"], "Highest", "{}", issues[0]);
    let description = issues[0]["description_text"].to_string();
    for part in ["night*ly", "Steps to reproduce", "1", "Log in"] {
        assert!(description.contains(part), "{part}: {description}");
    }
    let session = format!(":finding:{id}.1");
    let operation = maro.operation(&session).await.unwrap();
    assert_eq!(operation["approved_by"], defect["ticket"]["wanted_by"]);
    let told = defect["history"][0]["note"].as_str().unwrap();
    assert!(told.ends_with("was created."), "{told}");
    let (status, again) = ask(maro, &id, &json!({})).await;
    assert_eq!(
        (status, &again["state"]),
        (StatusCode::OK, &json!("linked"))
    );
    assert_eq!(world.create_requests().await, 1);
}

async fn while_jira_is_down_the_finding_is_kept_and_its_ticket_follows(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    world.fault("jira:*:*:status:status=503");
    let id = reported(&maro, "Down").await;
    assert_eq!(ask(&maro, &id, &json!({})).await.0, StatusCode::ACCEPTED);
    let defect = eventually("the page says that Jira is down", async || {
        let defect = shown(&maro, &id).await;
        defect["ticket"]["reason"].is_string().then_some(defect)
    })
    .await;
    assert_eq!(defect["ticket"]["state"], "wanted");
    let reason = defect["ticket"]["reason"].as_str().unwrap();
    assert!(reason.starts_with("Jira could not be asked:"), "{reason}");
    world.no_more_faults().await;
    let defect = until_ticket(&maro, &id, "linked").await;
    assert_eq!(defect["ticket"]["reason"], Value::Null);
    assert_eq!(world.look().await.issues("Down").len(), 1);
}

async fn require(world: &World, fields: &[&str]) {
    let body = json!({ "required_fields": { "SCRUM": fields } });
    world.admin("jira/settings", body).await;
}

async fn a_field_that_became_required_parks_the_ticket_with_its_name(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    let first = reported(&maro, "Before").await;
    ask(&maro, &first, &json!({})).await;
    until_ticket(&maro, &first, "linked").await;

    // Maro still knows the screen as it was, so it is Jira that says it; the next one asks anew.
    require(&world, &["customfield_10050"]).await;
    for title in ["Told by Jira", "Told by the screen"] {
        let id = reported(&maro, title).await;
        ask(&maro, &id, &json!({})).await;
        until_ticket(&maro, &id, "parked").await;
        eventually("the field is named", async || {
            let defect = shown(&maro, &id).await;
            let problem = &defect["ticket"]["problems"][0];
            let names = [&problem["field"], &problem["name"]];
            (names == ["customfield_10050", "Severity class"]).then_some(())
        })
        .await;

        let wrong = json!({ "plan": { "project": "SCRUM", "fields": { "customfield_10050":
            { "map": { "of": "severity", "values": { "critical": "SEV9" } } } } } });
        assert_eq!(replay(&maro, &id, &wrong).await.0, StatusCode::ACCEPTED);
        eventually("the wrong value is named", async || {
            let defect = shown(&maro, &id).await;
            let message = defect["ticket"]["problems"][0]["message"].as_str()?;
            message.contains("SEV9").then_some(())
        })
        .await;
        let right = json!({ "plan": { "project": "SCRUM", "fields": { "customfield_10050":
            { "map": { "of": "severity", "values": { "critical": "sev1" }, "otherwise": "SEV3" } } } } });
        assert_eq!(replay(&maro, &id, &right).await.0, StatusCode::ACCEPTED);
        until_ticket(&maro, &id, "linked").await;
        assert_eq!(world.look().await.issues(title).len(), 1);
    }
    let bad = json!({ "plan": { "project": "no key" } });
    let (status, problem) = ask(&maro, &first, &bad).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    assert_eq!(problem["errors"][0]["field"], "plan.project");
}

async fn many_findings_share_one_ticket_and_a_person_makes_another(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    let issue = world
        .admin(
            "jira/issue",
            json!({ "fields": { "project": { "key": "SCRUM" }, "summary": "Known",
                "issuetype": { "name": "Bug" } } }),
        )
        .await;
    let key = json!({ "key": issue["key"] });
    let one = reported(&maro, "One").await;
    let other = reported(&maro, "Other").await;
    for id in [&one, &other] {
        let (status, ticket) = ask(&maro, id, &key).await;
        assert_eq!(
            (status, &ticket["state"]),
            (StatusCode::CREATED, &json!("linked"))
        );
        let defect = shown(&maro, id).await;
        assert_eq!(defect["jira_issue_key"], issue["key"]);
        assert!(defect["jira_status"].is_string(), "{defect}");
    }
    assert_eq!(
        ask(&maro, &one, &key).await.0,
        StatusCode::OK,
        "it has it already"
    );
    let nowhere = json!({ "key": "SCRUM-99999" });
    let (status, problem) = ask(&maro, &one, &nowhere).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");

    assert_eq!(unlink(&maro, &one).await, StatusCode::OK);
    assert_eq!(unlink(&maro, &one).await, StatusCode::CONFLICT);
    assert_eq!(shown(&maro, &one).await["jira_issue_key"], Value::Null);
    assert_eq!(ask(&maro, &one, &json!({})).await.0, StatusCode::ACCEPTED);
    let defect = until_ticket(&maro, &one, "linked").await;
    assert_eq!(defect["ticket"]["generation"], 2);
    assert_eq!(world.look().await.issues("One").len(), 1);
    let nobody = "01a1fd17-d158-7295-8881-97f47253f3b1";
    assert_eq!(
        ask(&maro, nobody, &json!({})).await.0,
        StatusCode::NOT_FOUND
    );
}

async fn an_unknown_outcome_asks_a_person_and_the_finding_says_so(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    let id = reported(&maro, "Lost").await;
    world.fault("jira:POST:/rest/api/3/issue$:drop-before:times=1");
    ask(&maro, &id, &json!({})).await;
    let session = format!(":finding:{id}.1");
    let operation = eventually("a person is asked", async || {
        let operation = maro.operation(&session).await?;
        (operation["state"] == "needs_human").then_some(operation)
    })
    .await;
    let defect = shown(&maro, &id).await;
    assert_eq!(defect["ticket"]["state"], "creating");
    assert!(defect["ticket"]["reason"].is_string(), "{defect}");
    assert_eq!(unlink(&maro, &id).await, StatusCode::CONFLICT);
    let (status, body) = maro
        .decide(&operation, &json!({ "decision": "create_anyway" }))
        .await;
    assert_eq!(status, StatusCode::OK, "{body}");
    until_ticket(&maro, &id, "linked").await;
    assert_eq!(world.look().await.issues("Lost").len(), 1);
}
