//! The main job: draft, preview, approve, exactly one issue, Slack says so, the channel tracks it.

use serde_json::json;

use crate::support::{Database, Told, World, both_databases, has_button, on_sqlite};

both_databases!(an_approved_draft_becomes_one_issue_and_the_channel_tracks_it);

async fn an_approved_draft_becomes_one_issue_and_the_channel_tracks_it(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;

    let preview = world.draft("Checkout fails on Safari").await;
    for button in [
        "draft_approve",
        "draft_edit",
        "draft_discard",
        "draft_view_full",
    ] {
        assert!(has_button(&preview, button), "{button}");
    }
    assert_eq!(world.create_requests().await, 0, "before approval");
    let answer = world.click("boris", &preview, "draft_approve").await;
    assert_eq!(answer["status"], 200);

    let said = world.until_said("Ticket created:").await;
    let seen = world.look().await;
    let issues = seen.issues("Checkout fails on Safari");
    assert_eq!(issues.len(), 1);
    let key = issues[0]["key"].as_str().unwrap();
    let url = format!("{}/browse/{key}", world.sandbox.jira_url());
    assert_eq!(said, format!("Ticket created: <{url}|{key}>"));
    assert_eq!(world.create_requests().await, 1);

    let card = world.until_card(&preview, &format!("Created: {key}")).await;
    let blocks = card["blocks"].to_string();
    assert!(!blocks.contains("\"button\""), "no buttons: {blocks}");
    assert!(blocks.contains("Created by <@U0BORIS> at "), "{blocks}");
    assert!(blocks.contains(&format!("<{url}|{key}>")), "{blocks}");

    world.command("amira", "tracked").await;
    let list = world
        .until_told(Told {
            user: "U0AMIRA",
            part: "Tracked",
        })
        .await;
    assert_eq!(
        list,
        format!("Tracked Jira issues in #payments:\n• {key}: Checkout fails on Safari (To Do)")
    );
    let actions: Vec<String> = maro
        .audited()
        .await
        .iter()
        .map(|entry| entry["action"].as_str().unwrap().to_owned())
        .collect();
    let told = ["draft.saved", "operation.approved", "operation.confirmed"];
    assert_eq!(actions, told);
}

on_sqlite!(
    what_is_approved_is_what_jira_gets,
    a_second_approval_answers_with_the_ticket_that_exists,
    a_channel_tracks_and_untracks_issues,
    help_and_status_answer,
);

async fn what_is_approved_is_what_jira_gets(database: Database) {
    let world = World::new(database).await;
    let _maro = world.maro().await;

    world.command("amira", "create Refunds are slow").await;
    world.until_modal("U0AMIRA", "draft_modal").await;
    let values = json!({
        "problem": "Refunds take **days**.", "solution": "Use `instant` payouts.",
        "acceptance_criteria": "a refund takes a minute\nsupport is told",
        "issue_type:SCRUM": "Bug", "priority:SCRUM": "High", "labels": "refunds slow",
    });
    let done = world.submit("amira", values).await;
    assert_eq!(done["errors"], json!({}), "{done}");
    let preview = world.until_preview("Refunds are slow").await;
    let shown = preview["blocks"].to_string();
    for part in ["Bug", "High", "refunds, slow", "SCRUM", "instant"] {
        assert!(shown.contains(part), "the preview shows {part}: {shown}");
    }
    world.click("amira", &preview, "draft_approve").await;
    world.until_said("Ticket created:").await;

    let seen = world.look().await;
    let issue = seen.issues("Refunds are slow")[0].clone();
    assert_eq!(issue["type"], "Bug");
    assert_eq!(issue["priority"], "High");
    let labels: Vec<&str> = issue["labels"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|label| label.as_str())
        .collect();
    assert_eq!(labels.len(), 3, "two and the marker: {labels:?}");
    assert!(labels.iter().any(|label| label.starts_with("maro-")));
    let property = &issue["properties"]["maro.operation"];
    assert_eq!(property["attempt"], 1, "{}", issue["properties"]);
    insta::assert_snapshot!(issue["description_text"].as_str().unwrap().trim(), @r"
    Problem

    Refunds take days.

    Solution

    Use instant payouts.

    Acceptance criteria

    - a refund takes a minute
    - support is told
    ");
}

async fn a_second_approval_answers_with_the_ticket_that_exists(database: Database) {
    let world = World::new(database).await;
    let _maro = world.maro().await;
    let preview = world.draft("Payouts stop at night").await;
    world.click("boris", &preview, "draft_approve").await;
    let card = world.until_card(&preview, "Created: ").await;

    world.click("chen", &preview, "draft_approve").await;

    let key = card["text"]
        .as_str()
        .unwrap()
        .trim_start_matches("Created: ");
    let told = world
        .until_told(Told {
            user: "U0CHEN",
            part: "already",
        })
        .await;
    let url = format!("{}/browse/{key}", world.sandbox.jira_url());
    assert_eq!(told, format!("Ticket was already created: <{url}|{key}>"));
    assert_eq!(world.create_requests().await, 1);
}

async fn a_channel_tracks_and_untracks_issues(database: Database) {
    let world = World::new(database).await;
    let _maro = world.maro().await;
    let answers = [
        (
            "tracked",
            "No Jira issues are tracked in #payments. Track one with `/maro track KEY`.",
        ),
        (
            "untrack SCRUM-123",
            "SCRUM-123 is not tracked in this channel",
        ),
        ("track SCRUM-999", "SCRUM-999 not found in Jira"),
        (
            "track nonsense",
            "nonsense is not an issue key such as SCRUM-123",
        ),
        ("track scrum-123", ""),
        (
            "track SCRUM-123",
            "SCRUM-123 is already tracked in this channel",
        ),
    ];
    for (number, (command, answer)) in answers.into_iter().enumerate() {
        world.command("amira", command).await;
        let told = world
            .until(&format!("an answer to {command}"), |seen| {
                seen.told("U0AMIRA").get(number).map(ToString::to_string)
            })
            .await;
        if answer.is_empty() {
            insta::assert_snapshot!(told, @"Now tracking SCRUM-123: User authentication flow");
        } else {
            assert_eq!(told, answer, "{command}");
        }
    }
    world.command("amira", "tracked").await;
    let list = world
        .until_told(Told {
            user: "U0AMIRA",
            part: "Tracked Jira issues",
        })
        .await;
    insta::assert_snapshot!(list, @r"
    Tracked Jira issues in #payments:
    • SCRUM-123: User authentication flow (In Progress)
    ");
}

async fn help_and_status_answer(database: Database) {
    let world = World::new(database).await;
    let _maro = world.maro().await;

    world.command("amira", "dance").await;
    let told = world
        .until_told(Told {
            user: "U0AMIRA",
            part: "dance",
        })
        .await;
    assert!(
        told.starts_with("I do not know `dance`.\n*Maro* drafts"),
        "{told}"
    );
    world.command("boris", "help").await;
    world
        .until_told(Told {
            user: "U0BORIS",
            part: "/maro create [title]",
        })
        .await;
    world.command("chen", "status").await;
    let status = world
        .until_told(Told {
            user: "U0CHEN",
            part: "*Slack*: ",
        })
        .await;
    assert!(status.contains("*Jira*: "), "{status}");
}
