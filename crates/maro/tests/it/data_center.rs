//! The main job against Data Center: a personal token, version 2, wiki markup, a context path.

use serde_json::json;

use crate::support::{CHANNELS, Database, Road, World, eventually, on_sqlite};

on_sqlite!(
    an_approved_draft_becomes_one_issue_in_wiki_markup,
    a_lost_answer_is_found_again_although_the_search_tells_no_properties,
    the_epic_goes_into_the_field_that_this_jira_keeps_it_in,
);

async fn an_approved_draft_becomes_one_issue_in_wiki_markup(database: Database) {
    let world = World::new(database).await;
    let _maro = world.maro_on(Road::DataCenter, &[]).await;
    world.command("amira", "create Refunds are slow").await;
    world.until_modal("U0AMIRA", "draft_modal").await;
    let values = json!({
        "problem": "Refunds take **days**, see [the log](https://example.com/log).",
        "solution": "", "acceptance_criteria": "a refund takes a minute\nsupport is told",
        "issue_type:SCRUM": "Task", "labels": "refunds",
    });
    let done = world.submit("amira", values).await;
    assert_eq!(done["errors"], json!({}), "{done}");
    let preview = world.until_preview("Refunds are slow").await;
    let shown = preview["blocks"].to_string();
    assert!(
        shown.contains("[the log|https://example.com/log]"),
        "{shown}"
    );
    world.click("boris", &preview, "draft_approve").await;

    let said = world.until_said("Ticket created:").await;
    let seen = world.look().await;
    let issues = seen.issues("Refunds are slow");
    assert_eq!(issues.len(), 1);
    let key = issues[0]["key"].as_str().unwrap();
    let url = format!("{}/browse/{key}", world.sandbox.data_center_url());
    assert_eq!(said, format!("Ticket created: <{url}|{key}>"));
    assert_eq!(issues[0]["properties"]["maro.operation"]["attempt"], 1);
    insta::assert_snapshot!(issues[0]["description_text"].as_str().unwrap().trim());
}

async fn a_lost_answer_is_found_again_although_the_search_tells_no_properties(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro_on(Road::DataCenter, &[]).await;
    world
        .admin("jira/settings", json!({ "webhooks": false }))
        .await;
    world.fault("jira:POST:/rest/api/2/issue$:drop-after:times=1");
    let session = world.approved(&maro, CHANNELS[0], "Refunds are slow").await;
    eventually("the issue is found", async || {
        let operation = maro.operation(&session).await?;
        (operation["state"] == "confirmed").then_some(())
    })
    .await;
    assert_eq!(world.look().await.issues("Refunds are slow").len(), 1);
}

async fn the_epic_goes_into_the_field_that_this_jira_keeps_it_in(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro_on(Road::DataCenter, &[]).await;
    let fields = [("parent", json!("SCRUM-116"))];
    maro.draft_with(CHANNELS[0], "Below an epic", &fields).await;
    let preview = world.until_preview("Below an epic").await;
    let shown = preview["blocks"].to_string();
    assert!(shown.contains("*Parent*\\nSCRUM-116"), "{shown}");
    world.click("amira", &preview, "draft_approve").await;
    world.until_said("Ticket created:").await;
    let seen = world.look().await;
    assert_eq!(seen.issues("Below an epic")[0]["parent"], "SCRUM-116");
}
