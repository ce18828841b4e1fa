//! Status both ways: what happens to an issue happens to its defect, and the other way round, once.

mod moved;
mod pair;
mod people;
mod roads;
mod troubles;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use self::pair::{NEVER, Pair, at_rest, moves, notes};
use crate::support::{Database, Maro, World, both_databases, eventually};

both_databases!(
    an_issue_that_is_closed_settles_its_defect,
    a_case_that_passes_closes_its_issue_once_and_a_failure_opens_it_again,
    a_ticket_that_maro_made_is_kept_in_step,
);

async fn an_issue_that_is_closed_settles_its_defect(database: Database) {
    let world = World::polling(database, NEVER).await;
    let maro = world.maro().await;
    let pair = Pair::new(&world, &maro, "SCRUM").await;
    pair.in_jira(&world, "In Progress").await;
    pair.until(&maro, "acknowledged").await;
    pair.in_jira(&world, "Done").await;
    let defect = pair.until(&maro, "fixed").await;
    assert_eq!(defect["jira_status"], "Done");
    let told = notes(&defect);
    assert_eq!(told[..2], ["Jira: Done (Done)", "Jira: In Progress"]);
    assert_eq!(moves(&world).await, 0, "nothing goes back to Jira");
    pair.in_jira(&world, "To Do").await;
    pair.until(&maro, "open").await;
}

async fn run_suite(maro: &Maro, cases: &str) {
    let xml = format!("<testsuite name='shop'>{cases}</testsuite>");
    let request = maro.request(Method::POST, "api/v1/reports/junit");
    let response = request.body(xml).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::CREATED);
}

async fn a_case_that_passes_closes_its_issue_once_and_a_failure_opens_it_again(database: Database) {
    let world = World::polling(database, NEVER).await;
    let maro = world.maro().await;
    let failing = "<testcase classname='Cart' name='pays'><failure message='no'/></testcase>";
    let passing = "<testcase classname='Cart' name='pays'/>";
    run_suite(&maro, failing).await;
    let defects = maro.get("api/v1/defects").await;
    let id = defects["items"][0]["id"].as_str().unwrap();
    let pair = Pair::linked(&world, id, "SCRUM").await;

    run_suite(&maro, passing).await;
    pair.until_in_jira(&world, "Done").await;
    pair.until_noted(&maro, &format!("Moved {} in Jira: Done (Done)", pair.key))
        .await;
    run_suite(&maro, passing).await;
    let operation = at_rest(&maro).await;
    let facts = ["operation", "state", "approved_by", "jira_key"].map(|name| &operation[name]);
    let expected = ["jira_transition", "confirmed", "rule:status map", &pair.key];
    assert_eq!(
        facts,
        expected.map(|word| json!(word)).each_ref(),
        "{operation}"
    );
    assert_eq!(moves(&world).await, 1);
    assert_eq!(pair.shown(&maro).await["status"], "fixed");

    run_suite(&maro, failing).await;
    pair.until_in_jira(&world, "To Do").await;
    at_rest(&maro).await;
    pair.until_noted(&maro, &format!("Moved {} in Jira: To Do", pair.key))
        .await;
    assert_eq!(pair.shown(&maro).await["status"], "open");
    assert_eq!(moves(&world).await, 2);
}

async fn a_ticket_that_maro_made_is_kept_in_step(database: Database) {
    let world = World::polling(database, NEVER).await;
    let maro = world.maro().await;
    let body = json!({ "title": "The caller is cut off", "severity": "high", "source": "line" });
    let (_, made) = maro.post("api/v1/defects", &body).await;
    let defect = made["id"].as_str().unwrap().to_owned();
    let path = format!("api/v1/defects/{defect}/jira");
    let (status, wanted) = maro.post(&path, &json!({})).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{wanted}");
    let sync = format!("{path}/sync");
    let link = eventually("the new ticket was read", async || {
        let request = maro.request(Method::GET, &sync).send().await.unwrap();
        let state: Value = request.json().await.unwrap();
        (state["category"] == "new").then_some(state)
    })
    .await;
    let key = link["jira_key"].as_str().unwrap().to_owned();
    let pair = Pair {
        defect,
        id: key.clone(),
        key,
    };
    pair.set(&maro, "fixed").await;
    pair.until_in_jira(&world, "Done").await;
    at_rest(&maro).await;
    pair.in_jira(&world, "In Progress").await;
    pair.until(&maro, "acknowledged").await;
    assert_eq!(moves(&world).await, 1);
}
