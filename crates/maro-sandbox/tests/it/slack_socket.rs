//! Socket Mode: tickets, envelopes, acknowledgements, and how connections end.

use serde_json::{Value, json};
use tokio::join;

use crate::{
    socket_client::{SocketClient, address, open},
    support::{World, modal, world_and_maro},
};

fn command() -> Value {
    json!({ "user": "amira", "channel": "payments", "text": "tracked" })
}

fn mention() -> Value {
    json!({ "user": "amira", "channel": "payments", "text": "@maro help" })
}

/// The acknowledgements that came.
async fn acknowledgements(world: &World) -> Vec<Value> {
    let state = world.state().await;
    let all = state["slack_socket"]["acknowledgements"].as_array();
    all.unwrap().clone()
}

#[tokio::test]
async fn only_the_app_token_in_the_header_opens_a_connection() {
    let world = World::start().await;

    let bot = open(&world, &world.options.slack_bot_token).await;
    let wrong = open(&world, "xapp-no").await;
    let form = [("token", world.options.slack_app_token.as_str())];
    let url = world.sandbox.slack_api_url();
    let request = world
        .http()
        .post(url.join("apps.connections.open").unwrap());
    let in_form: Value = request
        .form(&form)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let posted = world.http().post(url.join("auth.test").unwrap());
    let posted = posted.bearer_auth(&world.options.slack_app_token);
    let as_bot: Value = posted.send().await.unwrap().json().await.unwrap();

    assert_eq!(bot["error"], "not_allowed_token_type");
    assert_eq!(wrong["error"], "invalid_auth");
    assert_eq!(in_form["error"], "not_authed");
    assert_eq!(as_bot["error"], "not_allowed_token_type");
}

#[tokio::test]
async fn a_ticket_opens_one_connection_that_says_hello_and_pings() {
    let world = World::start().await;
    let settings = json!({ "socket": { "enabled": true, "ping_ms": 50 } });
    world.admin("settings", settings).await;
    let address = address(&world).await;

    let mut client = SocketClient::connect(&address).await.unwrap();
    let hello = client.next().await;
    let again = SocketClient::connect(&address).await;

    assert!(address.starts_with("ws://"), "{address}");
    assert_eq!(hello["type"], "hello");
    assert_eq!(hello["num_connections"], 1);
    assert_eq!(hello["debug_info"]["approximate_connection_time"], 3600);
    assert!(client.pinged().await.starts_with("Ping from applink"));
    assert!(again.is_err(), "the ticket was used");
}

#[tokio::test]
async fn too_many_calls_are_limited() {
    let world = World::start().await;
    world
        .admin("settings", json!({ "socket": { "opens_per_minute": 1 } }))
        .await;
    let token = world.options.slack_app_token.clone();

    let first = open(&world, &token).await;
    let second = open(&world, &token).await;
    world.admin("clock", json!({ "advance_ms": 60_000 })).await;
    let later = open(&world, &token).await;

    assert_eq!(first["ok"], true);
    assert_eq!(second["error"], "ratelimited");
    assert_eq!(later["ok"], true);
}

#[tokio::test]
async fn a_command_goes_through_the_socket_only_and_is_answered_in_the_acknowledgement() {
    let (world, maro) = world_and_maro().await;
    let mut client = SocketClient::start(&world).await;

    let (answer, envelope) = join!(world.admin("slack/command", command()), async {
        let envelope = client.next().await;
        let shown = json!({ "text": "Nothing is tracked here." });
        client.acknowledge(&envelope, Some(shown)).await;
        envelope
    });

    let state = world.state().await;
    assert_eq!(envelope["type"], "slash_commands");
    assert_eq!(envelope["accepts_response_payload"], true);
    assert_eq!(envelope["payload"]["command"], "/maro");
    assert_eq!(envelope["payload"]["channel_id"], "C0PAYMENTS");
    assert_eq!(envelope["payload"]["team_id"], "T0SANDBOX");
    assert_eq!(answer["status"], 200);
    let shown = &state["slack"]["ephemerals"][0]["message"]["text"];
    assert_eq!(shown, "Nothing is tracked here.");
    assert_eq!(maro.received().len(), 0);
}

#[tokio::test]
async fn without_a_connection_acts_fail_and_events_are_lost() {
    let (world, maro) = world_and_maro().await;
    let settings = json!({ "retry_scale": 0.0, "socket": { "enabled": true } });
    world.admin("settings", settings).await;

    let typed = world.admin("slack/command", command()).await;
    let said = world.admin("slack/say", mention()).await;
    let mut client = SocketClient::greeted(&world).await;
    let (_, next) = join!(world.admin("slack/say", mention()), async {
        let envelope = client.next().await;
        client.acknowledge(&envelope, None).await;
        envelope
    });

    let state = world.state().await;
    assert_eq!(typed["error"], "dispatch_failed");
    let shown = &state["slack"]["ephemerals"][0]["message"]["text"];
    assert_eq!(shown, "/maro failed with the error \"dispatch_failed\"");
    assert_eq!(said["error"], "dispatch_failed");
    let second = &state["slack"]["messages"]["C0PAYMENTS"];
    let latest = second.as_array().unwrap().last().unwrap();
    assert_eq!(next["payload"]["event"]["ts"], latest["ts"]);
    assert_eq!(maro.received().len(), 0);
}

#[tokio::test]
async fn an_event_that_nobody_acknowledges_comes_again() {
    let world = World::start().await;
    let settings = json!({ "retry_scale": 0.0, "ack_timeout_ms": 80 });
    world.admin("settings", settings).await;
    let mut client = SocketClient::start(&world).await;

    world.admin("slack/say", mention()).await;
    let first = client.next().await;
    let second = client.next().await;
    client.acknowledge(&second, None).await;

    assert_eq!(first["type"], "events_api");
    assert_eq!(first["accepts_response_payload"], false);
    assert_eq!(first["retry_attempt"], 0);
    assert_eq!(first["retry_reason"], "");
    assert_eq!(second["retry_attempt"], 1);
    assert_eq!(second["retry_reason"], "timeout");
    assert_eq!(first["payload"]["event_id"], second["payload"]["event_id"]);
}

#[tokio::test]
async fn what_a_dropped_connection_held_goes_to_another_one_unchanged() {
    let world = World::start().await;
    let mut first = SocketClient::start(&world).await;
    let (_, (one, two)) = join!(world.admin("slack/say", mention()), async {
        let one = first.next().await;
        let mut second = SocketClient::greeted(&world).await;
        let meddling = json!({ "do": "drop", "connection": 1 });
        world.admin("slack/socket", meddling).await;
        let two = second.next().await;
        second.acknowledge(&two, None).await;
        (one, two)
    });

    assert_eq!(one, two);
    assert_eq!(one["retry_attempt"], 0);
    assert!(first.heard().await.is_none());
    assert_eq!(acknowledgements(&world).await.len(), 1);
}

#[tokio::test]
async fn copies_are_spread_over_the_connections() {
    let world = World::start().await;
    let mut first = SocketClient::start(&world).await;
    let mut second = SocketClient::greeted(&world).await;
    world
        .admin("settings", json!({ "delivery": { "copies": 2 } }))
        .await;

    let (_, (one, two)) = join!(world.admin("slack/command", command()), async {
        let (one, two) = join!(first.next(), second.next());
        first.acknowledge(&one, None).await;
        second.acknowledge(&two, None).await;
        (one, two)
    });
    world
        .until("both acknowledgements", |state| {
            let all = &state["slack_socket"]["acknowledgements"];
            all.as_array().is_some_and(|all| all.len() == 2)
        })
        .await;

    assert_eq!(one, two);
    let late: Vec<_> = acknowledgements(&world).await;
    assert_eq!(late[0]["in_time"], true);
    assert_eq!(late[1]["in_time"], false);
}

#[tokio::test]
async fn a_modal_is_refused_and_closed_and_offers_options_through_the_socket() {
    let world = World::start().await;
    let mut client = SocketClient::start(&world).await;
    let shortcut = json!({ "user": "amira", "callback_id": "draft_ticket" });
    let (_, envelope) = join!(world.admin("slack/shortcut", shortcut), async {
        let envelope = client.next().await;
        client.acknowledge(&envelope, None).await;
        envelope
    });
    let trigger = envelope["payload"]["trigger_id"].clone();
    let opened = json!({ "trigger_id": trigger, "view": modal("New ticket") });
    let view = world.slack("views.open", opened).await["view"]["id"].clone();

    let option = json!({ "text": { "type": "plain_text", "text": "Refunds" }, "value": "E-1" });
    let typed = json!({ "user": "amira", "view_id": view, "action_id": "epic", "value": "r" });
    let (offered, asked) = join!(world.admin("slack/suggest", typed), async {
        let envelope = client.next().await;
        let options = json!({ "options": [option] });
        client.acknowledge(&envelope, Some(options)).await;
        envelope
    });
    let values = json!({ "title": "Refunds fail", "epic": "E-1" });
    let submit = json!({ "user": "amira", "values": values });
    let errors = json!({ "response_action": "errors", "errors": { "title": "Taken." } });
    let (refused, ()) = join!(world.admin("slack/submit", submit.clone()), async {
        let envelope = client.next().await;
        client.acknowledge(&envelope, Some(errors)).await;
    });
    let (taken, ()) = join!(world.admin("slack/submit", submit), async {
        let envelope = client.next().await;
        client.acknowledge(&envelope, None).await;
    });

    assert_eq!(envelope["type"], "interactive");
    assert_eq!(envelope["payload"]["type"], "shortcut");
    assert_eq!(asked["type"], "interactive");
    assert_eq!(asked["payload"]["type"], "block_suggestion");
    assert_eq!(offered["options"][0]["value"], "E-1");
    assert_eq!(refused["errors"]["title"], "Taken.");
    assert_eq!(refused["open"], true);
    assert_eq!(taken["open"], false);
}

#[tokio::test]
async fn a_connection_is_refreshed_with_a_warning() {
    let world = World::start().await;
    let socket = json!({ "connection_ms": 300, "warning_ms": 200, "linger_ms": 0 });
    world.admin("settings", json!({ "socket": socket })).await;
    let mut client = SocketClient::start(&world).await;

    let warning = client.next().await;
    let mut other = SocketClient::greeted(&world).await;
    let refresh = client.next().await;

    assert_eq!(warning["type"], "disconnect");
    assert_eq!(warning["reason"], "warning");
    assert_eq!(refresh["reason"], "refresh_requested");
    assert!(client.heard().await.is_none());
    assert_eq!(other.next().await["reason"], "warning");
}

#[tokio::test]
async fn turning_socket_mode_off_ends_the_connections() {
    let (world, maro) = world_and_maro().await;
    let mut client = SocketClient::start(&world).await;

    world
        .admin("settings", json!({ "socket": { "enabled": false } }))
        .await;
    let told = client.next().await;
    world.admin("slack/command", command()).await;
    let mut refused = SocketClient::connect(&address(&world).await).await.unwrap();

    assert_eq!(told["reason"], "link_disabled");
    assert_eq!(maro.received().len(), 1, "by HTTP again");
    assert_eq!(refused.next().await["reason"], "link_disabled");
}

#[tokio::test]
async fn one_connection_too_many_is_told_so() {
    let world = World::start().await;
    let _first = SocketClient::start(&world).await;
    world
        .admin("settings", json!({ "socket": { "connections": 1 } }))
        .await;

    let mut second = SocketClient::connect(&address(&world).await).await.unwrap();

    assert_eq!(second.next().await["reason"], "too_many_websockets");
}

#[tokio::test]
async fn a_half_open_connection_takes_envelopes_and_says_nothing() {
    let world = World::start().await;
    world
        .admin("settings", json!({ "ack_timeout_ms": 80 }))
        .await;
    let mut client = SocketClient::start(&world).await;
    assert!(client.answers_ping().await);

    world.admin("slack/socket", json!({ "do": "stall" })).await;
    let typed = world.admin("slack/command", command()).await;

    assert!(!client.answers_ping().await);
    assert_eq!(typed["error"], "operation_timeout");
}

#[tokio::test]
async fn a_connection_can_be_made_to_say_anything() {
    let world = World::start().await;
    let mut client = SocketClient::start(&world).await;

    let told = json!({ "do": "say", "text": "not JSON {" });
    world.admin("slack/socket", told).await;

    assert_eq!(client.next().await, "not JSON {");
}
