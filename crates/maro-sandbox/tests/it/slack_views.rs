//! Modals: triggers, stacks, hashes, submissions.

use serde_json::{Value, json};

use crate::support::{ScriptedMaro, World, modal, world_and_maro};

/// Types a command and gives the trigger that came with it.
async fn trigger(world: &World, maro: &ScriptedMaro) -> String {
    let act = json!({ "user": "amira", "channel": "payments", "text": "create" });
    world.admin("slack/command", act).await;
    maro.last().field("trigger_id")
}

async fn open(world: &World, maro: &ScriptedMaro) -> Value {
    let trigger = trigger(world, maro).await;
    let args = json!({ "trigger_id": trigger, "view": modal("Draft") });
    let answer = world.slack("views.open", args).await;
    assert_eq!(answer["ok"], true, "{answer}");
    answer["view"].clone()
}

#[tokio::test]
async fn a_trigger_opens_one_view_within_three_seconds() {
    let (world, maro) = world_and_maro().await;
    let first = trigger(&world, &maro).await;
    let open = async |trigger: &str, title: &str| {
        let args = json!({ "trigger_id": trigger, "view": modal(title) });
        let answer = world.slack("views.open", args).await;
        answer["error"].as_str().unwrap_or("ok").to_owned()
    };

    assert_eq!(
        open(&first, &"x".repeat(25)).await,
        "invalid_arguments",
        "titles are 24 long"
    );
    assert_eq!(
        open(&first, "Draft").await,
        "ok",
        "a refused view leaves the trigger"
    );
    assert_eq!(open(&first, "Draft").await, "exchanged_trigger_id");
    let second = trigger(&world, &maro).await;
    world.admin("clock", json!({ "advance_ms": 3_001 })).await;
    assert_eq!(open(&second, "Draft").await, "expired_trigger_id");
}

#[tokio::test]
async fn a_stale_hash_is_refused() {
    let (world, maro) = world_and_maro().await;
    let view = open(&world, &maro).await;
    let update = async |hash: &Value| {
        let args = json!({ "view_id": view["id"], "hash": hash, "view": modal("Draft") });
        let answer = world.slack("views.update", args).await;
        answer["error"].as_str().unwrap_or("ok").to_owned()
    };

    assert_eq!(update(&view["hash"]).await, "ok");
    assert_eq!(update(&view["hash"]).await, "hash_conflict");
}

#[tokio::test]
async fn the_client_checks_before_it_submits() {
    let (world, maro) = world_and_maro().await;
    open(&world, &maro).await;
    let before = maro.received().len();
    let submit = async |title: &str| {
        world
            .admin(
                "slack/submit",
                json!({ "user": "amira", "values": { "title": title } }),
            )
            .await
    };

    let empty = submit("").await;
    let long = submit(&"x".repeat(21)).await;

    assert_eq!(
        empty["errors"]["title"],
        "Please complete this required field."
    );
    assert_eq!(
        long["errors"]["title"],
        "Please shorten this to 20 characters or less."
    );
    assert_eq!(maro.received().len(), before, "nothing was sent");
}

#[tokio::test]
async fn a_submission_carries_the_values_and_obeys_the_answer() {
    let (world, maro) = world_and_maro().await;
    let view = open(&world, &maro).await;
    let act = json!({ "user": "amira", "view_id": view["id"], "values": { "title": "Refunds" } });

    maro.answers(
        200,
        &json!({ "response_action": "errors", "errors": { "title": "Too short" } }),
    );
    let errors = world.admin("slack/submit", act.clone()).await;
    maro.answers(
        200,
        &json!({ "response_action": "errors", "errors": { "nowhere": "?" } }),
    );
    let misplaced = world.admin("slack/submit", act.clone()).await;
    maro.answers(
        200,
        &json!({ "response_action": "push", "view": modal("Second") }),
    );
    world.admin("slack/submit", act.clone()).await;
    let stack = world.state().await["slack"]["modals"]["U0AMIRA"].clone();
    maro.answers(200, &json!({ "response_action": "clear" }));
    let second = json!({ "user": "amira", "values": { "title": "Refunds" } });
    world.admin("slack/submit", second).await;

    let payload = maro.received()[1].payload();
    assert_eq!(payload["type"], "view_submission");
    assert_eq!(
        payload["view"]["state"]["values"],
        json!({
            "title": { "value": { "type": "plain_text_input", "value": "Refunds" } },
            "epic": { "epic": { "type": "external_select", "selected_option": null } },
        })
    );
    assert_eq!(errors["errors"]["title"], "Too short");
    assert_eq!(misplaced["trouble"], "errors must name input blocks");
    assert_eq!(stack[1]["previous_view_id"], view["id"]);
    assert_eq!(world.state().await["slack"]["modals"], json!({}));
}

#[tokio::test]
async fn only_what_maro_offered_can_be_chosen() {
    let (world, maro) = world_and_maro().await;
    let view = open(&world, &maro).await;
    let act = json!({ "user": "amira", "values": { "title": "x", "epic": "SCRUM-1" } });

    let refused = world.admin("slack/submit", act.clone()).await;
    let option = json!({ "text": { "type": "plain_text", "text": "Login" }, "value": "SCRUM-1" });
    maro.answers(200, &json!({ "options": [option] }));
    let suggest =
        json!({ "user": "amira", "view_id": view["id"], "action_id": "epic", "value": "lo" });
    world.admin("slack/suggest", suggest).await;
    let asked = maro.last();
    world.admin("slack/submit", act).await;

    assert!(
        refused["error"]
            .as_str()
            .unwrap()
            .contains("does not offer"),
        "{refused}"
    );
    assert_eq!(asked.path, "/api/v1/webhooks/slack/options");
    assert_eq!(asked.payload()["type"], "block_suggestion");
    let values = maro.last().payload()["view"]["state"]["values"].clone();
    assert_eq!(values["epic"]["epic"]["selected_option"], option);
}

#[tokio::test]
async fn at_most_three_views_lie_over_each_other() {
    let (world, maro) = world_and_maro().await;
    open(&world, &maro).await;
    let act = json!({ "user": "amira", "values": { "title": "x" } });
    let mut open_views = Vec::new();
    for _ in 0..3 {
        maro.answers(
            200,
            &json!({ "response_action": "push", "view": modal("More") }),
        );
        world.admin("slack/submit", act.clone()).await;
        let state = world.state().await;
        open_views.push(
            state["slack"]["modals"]["U0AMIRA"]
                .as_array()
                .unwrap()
                .len(),
        );
    }

    assert_eq!(open_views, [2, 3, 3]);
}

#[tokio::test]
async fn a_closed_view_is_gone() {
    let (world, maro) = world_and_maro().await;
    let view = open(&world, &maro).await;

    world.admin("slack/close", json!({ "user": "amira" })).await;

    let args = json!({ "view_id": view["id"], "view": modal("Late") });
    assert_eq!(
        world.slack("views.update", args).await["error"],
        "not_found"
    );
}
