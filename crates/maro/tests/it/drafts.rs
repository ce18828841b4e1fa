//! Drafts: from threads and shortcuts, edited, discarded, linked, refused by Jira; nothing hidden.

use serde_json::{Value, json};

use crate::support::{Database, Told, World, button, has_button, on_sqlite};

on_sqlite!(
    the_old_button_of_an_edited_draft_is_refused,
    a_discarded_draft_is_not_sent,
    a_possible_duplicate_can_be_linked_instead,
    a_thread_becomes_a_draft_in_that_thread,
    the_shortcut_on_a_message_fills_the_form,
    a_long_draft_can_be_viewed_in_full,
    a_field_that_jira_refuses_is_shown_and_the_text_is_kept,
    a_form_with_mistakes_stays_open_and_names_the_fields,
);

async fn the_old_button_of_an_edited_draft_is_refused(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    let preview = world.draft("Cart loses items").await;
    let old = button(&preview, "draft_approve").unwrap()["value"].clone();

    world.click("amira", &preview, "draft_edit").await;
    let form = world.until_modal("U0AMIRA", "draft_modal").await;
    assert!(
        form["blocks"].to_string().contains("It does not work."),
        "the text is there"
    );
    world
        .submit("amira", json!({ "problem": "Items vanish." }))
        .await;
    world
        .until("the preview shows the new text", |seen| {
            let message = seen.message(preview["ts"].as_str()?)?;
            message["blocks"]
                .to_string()
                .contains("Items vanish.")
                .then_some(())
        })
        .await;
    click_with(&world, "boris", &preview, "draft_approve", &old).await;

    world
        .until_told(Told {
            user: "U0BORIS",
            part: "Draft changed since approval. Please re-approve.",
        })
        .await;
    assert_eq!(world.create_requests().await, 0);
    let audited = maro.audited().await;
    let refused = audited
        .iter()
        .find(|entry| entry["action"] == "approval.refused")
        .unwrap();
    assert_eq!(refused["actor"], "slack:T0SANDBOX:U0BORIS");

    world.click("boris", &preview, "draft_approve").await;
    world.until_said("Ticket created:").await;
    let seen = world.look().await;
    let text = seen.issues("Cart loses items")[0]["description_text"].to_string();
    assert!(text.contains("Items vanish."), "{text}");
}

async fn click_with(world: &World, user: &str, message: &Value, action_id: &str, value: &Value) {
    let body = json!({
        "user": user, "channel": message["channel"], "ts": message["ts"],
        "action_id": action_id, "value": value, "stale": true,
    });
    let answer = world.admin("slack/click", body).await;
    assert_eq!(answer["status"], 200);
}

async fn a_discarded_draft_is_not_sent(database: Database) {
    let world = World::new(database).await;
    let _maro = world.maro().await;
    let preview = world.draft("Never mind").await;

    world.click("amira", &preview, "draft_discard").await;
    let card = world.until_card(&preview, "Draft discarded").await;
    assert!(
        card["blocks"]
            .to_string()
            .contains("Discarded by <@U0AMIRA>")
    );
    world.click("boris", &preview, "draft_approve").await;

    world
        .until_told(Told {
            user: "U0BORIS",
            part: "This draft was discarded. Start a new one.",
        })
        .await;
    assert_eq!(world.create_requests().await, 0);
}

async fn a_possible_duplicate_can_be_linked_instead(database: Database) {
    let world = World::new(database).await;
    let _maro = world.maro().await;
    let preview = world.draft("User authentication flow").await;
    assert!(
        preview["blocks"]
            .to_string()
            .contains("Possible duplicate: <")
    );

    world
        .click("boris", &preview, "draft_link_existing:SCRUM-123")
        .await;

    world.until_card(&preview, "Linked to SCRUM-123").await;
    let url = format!("{}/browse/SCRUM-123", world.sandbox.jira_url());
    let said = world.until_said("Linked to the existing").await;
    assert_eq!(
        said,
        format!("Linked to the existing ticket: <{url}|SCRUM-123>")
    );
    world.command("amira", "tracked").await;
    world
        .until_told(Told {
            user: "U0AMIRA",
            part: "• SCRUM-123: User authentication flow",
        })
        .await;
    assert_eq!(world.create_requests().await, 0);
}

/// The message in #payments that has replies.
async fn thread_root(world: &World) -> Value {
    let seen = world.look().await;
    let root = seen
        .messages()
        .find(|message| message["channel"] == "C0PAYMENTS" && message["reply_count"].is_number());
    root.unwrap().clone()
}

async fn a_thread_becomes_a_draft_in_that_thread(database: Database) {
    let world = World::new(database).await;
    let _maro = world.maro().await;
    let root = thread_root(&world).await;

    let say = json!({
        "user": "amira", "channel": "payments", "text": "@maro draft", "thread_ts": root["ts"],
    });
    let answer = world.admin("slack/say", say).await;
    assert_eq!(answer["status"], 200, "{answer}");
    let preview = world
        .until("the preview in the thread", |seen| {
            let mut previews = seen
                .messages()
                .filter(|message| has_button(message, "draft_approve"));
            previews
                .find(|preview| preview["thread_ts"] == root["ts"])
                .cloned()
        })
        .await;
    world.click("amira", &preview, "draft_approve").await;
    world.until_said("Ticket created:").await;

    let title = preview["text"]
        .as_str()
        .unwrap()
        .trim_start_matches("Ticket draft: ");
    let seen = world.look().await;
    let issues = seen.issues(title);
    assert_eq!(issues.len(), 1, "{title}");
    let text = issues[0]["description_text"].as_str().unwrap();
    assert!(
        text.contains("refund.amount is undefined"),
        "all of it: {text}"
    );
    assert!(text.contains("chen: I can see it too."), "by name: {text}");
    let description = issues[0]["description"].to_string();
    assert!(
        description.contains(".slack.com/archives/C0PAYMENTS/p"),
        "{description}"
    );
    let said = seen.last("Ticket created:").unwrap();
    assert_eq!(said["thread_ts"], root["ts"], "in the same thread");
}

async fn the_shortcut_on_a_message_fills_the_form(database: Database) {
    let world = World::new(database).await;
    let _maro = world.maro().await;
    let root = thread_root(&world).await;

    let shortcut = json!({
        "user": "chen", "channel": "payments", "ts": root["ts"], "callback_id": "draft_ticket",
    });
    world.admin("slack/shortcut", shortcut).await;
    let form = world.until_modal("U0CHEN", "draft_modal").await;
    assert!(
        form["blocks"]
            .to_string()
            .contains("refund.amount is undefined")
    );
    let done = world
        .submit("chen", json!({ "title": "Refund page stalls" }))
        .await;
    assert_eq!(done["errors"], json!({}), "{done}");

    let preview = world.until_preview("Refund page stalls").await;
    assert_eq!(preview["thread_ts"], root["ts"]);
}

async fn a_long_draft_can_be_viewed_in_full(database: Database) {
    let world = World::new(database).await;
    let _maro = world.maro().await;
    let lines: Vec<String> = (0..170).map(|n| format!("Line {n} fails.")).collect();
    world.command("amira", "create A long story").await;
    world.until_modal("U0AMIRA", "draft_modal").await;
    world
        .submit("amira", json!({ "problem": lines.join("\n") }))
        .await;
    let preview = world.until_preview("A long story").await;
    let shown = preview["blocks"].to_string();
    assert!(
        shown.contains("Line 0 fails.") && shown.contains("Line 169 fails."),
        "{shown}"
    );
    assert!(shown.contains("characters are not shown here"), "{shown}");
    assert!(!shown.contains("Line 120 fails."), "{shown}");

    world.click("boris", &preview, "draft_view_full").await;

    let full = world.until_modal("U0BORIS", "view_full").await;
    assert!(full["blocks"].to_string().contains("Line 120 fails."));
}

async fn a_field_that_jira_refuses_is_shown_and_the_text_is_kept(database: Database) {
    let world = World::new(database).await;
    let _maro = world.maro().await;
    let preview = world.draft("Jira is picky").await;
    let body = json!({ "errorMessages": [], "errors": { "summary": "Summary is not nice." } });
    let rule = json!({
        "target": "jira", "method": "POST", "path": "/rest/api/3/issue$", "times": 1,
        "action": "status", "status": 400, "body": body.to_string(),
    });
    world.admin("faults", rule).await;

    world.click("boris", &preview, "draft_approve").await;
    let said = world.until_said("Could not create ticket:").await;
    assert!(said.contains("Summary is not nice."), "{said}");
    let refused = world
        .until("the preview shows why", |seen| {
            let message = seen.message(preview["ts"].as_str()?)?;
            let why = message["blocks"]
                .to_string()
                .contains("Summary is not nice.");
            (why && has_button(message, "draft_approve")).then(|| message.clone())
        })
        .await;

    world.click("amira", &refused, "draft_edit").await;
    let form = world.until_modal("U0AMIRA", "draft_modal").await;
    let blocks = form["blocks"].as_array().unwrap();
    let title = blocks
        .iter()
        .position(|block| block["block_id"] == "title")
        .unwrap();
    assert!(
        blocks[title].to_string().contains("Jira is picky"),
        "the text is kept"
    );
    let beside = blocks[title.saturating_sub(1)].to_string() + &blocks[title + 1].to_string();
    assert!(
        beside.contains(":x: Jira: Summary is not nice."),
        "{beside}"
    );
    world
        .submit("amira", json!({ "title": "Jira likes this" }))
        .await;
    let preview = world.until_preview("Jira likes this").await;
    world.click("boris", &preview, "draft_approve").await;
    world.until_said("Ticket created:").await;
    assert_eq!(world.look().await.issues("Jira likes this").len(), 1);
    assert_eq!(world.create_requests().await, 2);
}

async fn a_form_with_mistakes_stays_open_and_names_the_fields(database: Database) {
    let world = World::new(database).await;
    let _maro = world.maro().await;
    world.command("amira", "create Something").await;
    world.until_modal("U0AMIRA", "draft_modal").await;

    let answer = world
        .submit(
            "amira",
            json!({ "title": "   ", "labels": "x".repeat(300) }),
        )
        .await;

    assert_eq!(answer["open"], true, "{answer}");
    assert!(answer["errors"]["title"].is_string(), "{answer}");
    assert!(answer["errors"]["labels"].is_string(), "{answer}");
    let form = world.until_modal("U0AMIRA", "draft_modal").await;
    assert!(
        form.to_string().contains(&"x".repeat(300)),
        "the text is kept"
    );
    let done = world
        .submit("amira", json!({ "title": "Fine", "labels": "x" }))
        .await;
    assert_eq!(done["errors"], json!({}), "{done}");
    world.until_preview("Fine").await;
}
