//! Payloads: what is taken, what is refused by name, and which deliveries are the same.

use maro_slack::blocks::{Choice, Divider, View};
use maro_slack::payloads::{
    CommandDelivery, Delivery, Event, EventEnvelope, Interaction, PayloadError, SlashCommand,
    SuggestionAnswer, ViewAnswer,
};
use serde_json::{Value, json};

const COMMAND: &str = "team_id=T1&channel_id=C1&channel_name=payments&user_id=U1&command=%2Fmaro&text=create+Login+fails+%26+burns&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2F1&trigger_id=1.2.abc&api_app_id=A1";

fn command(body: &str) -> Result<SlashCommand, PayloadError> {
    match SlashCommand::parse(body.as_bytes())? {
        CommandDelivery::Command(command) => Ok(*command),
        CommandDelivery::SslCheck => panic!("not a command"),
    }
}

fn interaction(payload: &Value) -> Result<Interaction, PayloadError> {
    let form = serde_urlencoded::to_string([("payload", payload.to_string())]).unwrap();
    Interaction::parse(form.as_bytes())
}

fn click() -> Value {
    json!({"type": "block_actions", "team": {"id": "T1"}, "user": {"id": "U1", "name": "amira"},
        "trigger_id": "1.2.x", "channel": {"id": "C1"},
        "container": {"type": "message", "message_ts": "5.5", "channel_id": "C1"},
        "message": {"ts": "5.5", "thread_ts": "5.1", "text": "x"},
        "actions": [{"type": "button", "action_id": "draft_approve", "block_id": "b", "value": "{}", "action_ts": "7.7"}]})
}

fn submission() -> Value {
    json!({"type": "view_submission", "team": null, "user": {"id": "U1", "team_id": "T1"},
        "trigger_id": "1.2.x",
        "view": {"id": "V1", "hash": "9.z", "callback_id": "draft_modal", "private_metadata": null,
            "state": {"values": {
                "title": {"value": {"type": "plain_text_input", "value": "Login"}},
                "problem": {"value": {"type": "plain_text_input", "value": null}},
                "type": {"value": {"type": "static_select", "selected_option": {"text": {"type": "plain_text", "text": "Bug"}, "value": "bug"}}},
                "parent": {"value": {"type": "external_select", "selected_option": null}},
                "labels": {"value": {"type": "multi_static_select", "selected_options": [{"value": "a"}, {"value": "b"}]}}}}}})
}

#[test]
fn a_command_is_read() {
    let command = command(COMMAND).unwrap();
    assert_eq!(command.text, "create Login fails & burns");
    assert_eq!(command.command, "/maro");
    assert_eq!(
        command.response_url.as_str(),
        "https://hooks.slack.com/commands/1"
    );
    assert!(
        !format!("{command:?}").contains("hooks.slack.com"),
        "the address is a secret"
    );
    let id = Delivery::Command(&command).id().unwrap();
    assert_eq!(id, "slack:T1:command:1.2.abc");
}

#[test]
fn a_certificate_check_is_no_command() {
    let delivery = SlashCommand::parse(b"ssl_check=1&token=abc").unwrap();
    assert_eq!(delivery, CommandDelivery::SslCheck);
}

#[test]
fn a_refusal_names_the_field() {
    let mut no_action = click();
    no_action["actions"] = json!([{"type": "button"}]);
    let mut no_actions = click();
    no_actions["actions"] = json!([]);
    let mut odd_team = click();
    odd_team["team"]["id"] = json!("T1:C1");
    let mut odd_user = click();
    odd_user["user"] = json!("U1");
    let mut no_team = click();
    no_team["team"] = Value::Null;
    let refusals: Vec<String> = [no_action, no_actions, odd_team, odd_user, no_team]
        .iter()
        .map(|payload| interaction(payload).unwrap_err().to_string())
        .chain([
            command("team_id=T1").unwrap_err().to_string(),
            command(&COMMAND.replace("U1", "")).unwrap_err().to_string(),
            command(&COMMAND.replace("C1", "C1%00")).unwrap_err().to_string(),
            Interaction::parse(b"payload=%7B").unwrap_err().to_string(),
            Interaction::parse(b"nothing=1").unwrap_err().to_string(),
            EventEnvelope::parse(b"[]").unwrap_err().to_string(),
            EventEnvelope::parse(br#"{"type":"x"}"#).unwrap_err().to_string(),
            EventEnvelope::parse(br#"{"type":"event_callback","event_id":"E1","team_id":"T1","event":{"type":"message","ts":5}}"#)
                .unwrap_err()
                .to_string(),
            EventEnvelope::parse(&vec![b' '; 2 * 1024 * 1024]).unwrap_err().to_string(),
        ])
        .collect();
    insta::assert_snapshot!(refusals.join("\n"), @r#"
    actions[0].action_id: is missing
    actions: is empty
    team.id: is not an id of Slack's
    user: invalid type: string "U1", expected an object
    team.id: is missing
    channel_id: is missing
    user_id: is missing
    channel_id: is not an id of Slack's
    body: EOF while parsing an object
    payload: is missing
    body: invalid length 0, expected an object
    type: `x` is no kind of envelope
    event.ts: invalid type: integer `5`, expected a string
    body: is larger than 1 MiB
    "#);
}

#[test]
fn a_click_is_read_and_known_again() {
    let first = interaction(&click()).unwrap();
    let Interaction::BlockActions(actions) = &first else {
        panic!("{first:?}")
    };
    assert_eq!(actions.action().chosen(), Some("{}"));
    assert_eq!(actions.channel_id(), Some("C1"));
    assert_eq!(actions.thread_ts(), Some("5.1"));
    assert_eq!(actions.user.handle(), "amira");

    let id = |payload: &Value| Delivery::Interaction(&interaction(payload).unwrap()).id();
    assert_eq!(
        id(&click()).unwrap(),
        "slack:T1:action:U1:5.5:draft_approve:7.7"
    );
    assert_eq!(id(&click()), id(&click()));
    let mut again = click();
    again["actions"][0]["action_ts"] = json!("7.8");
    assert_ne!(id(&click()), id(&again));
}

#[test]
fn a_form_is_read_and_known_again() {
    let first = interaction(&submission()).unwrap();
    let Interaction::ViewSubmission(form) = &first else {
        panic!("{first:?}")
    };
    let state = &form.view.state;
    assert_eq!(form.team_id(), "T1");
    assert_eq!(state.text("title", "value"), Some("Login"));
    assert_eq!(state.text("problem", "value"), None);
    assert_eq!(state.text("absent", "value"), None);
    assert_eq!(state.selected("type", "value"), Some("bug"));
    assert_eq!(state.selected("parent", "value"), None);
    assert_eq!(state.selected_many("labels", "value"), ["a", "b"]);

    // After an error beside a field the form comes back with its old hash and a new trigger.
    let mut corrected = submission();
    corrected["trigger_id"] = json!("1.3.y");
    let id = |payload: &Value| Delivery::Interaction(&interaction(payload).unwrap()).id();
    assert_eq!(id(&submission()), id(&submission()));
    assert_ne!(id(&submission()), id(&corrected));
}

#[test]
fn an_event_has_one_identity_across_retries() {
    let body = json!({"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event_time": 5,
        "event": {"type": "app_mention", "user": "U1", "channel": "C1", "ts": "5.5", "thread_ts": "5.1", "text": "<@U0MARO> draft"}});
    let envelope = EventEnvelope::parse(body.to_string().as_bytes()).unwrap();
    assert_eq!(
        Delivery::Event(&envelope).id().unwrap(),
        "slack:T1:event:Ev1"
    );
    let EventEnvelope::EventCallback(callback) = envelope else {
        panic!()
    };
    let Event::AppMention(mention) = callback.event else {
        panic!()
    };
    assert!(mention.is_from_person());
    assert_eq!(mention.thread_ts.as_deref(), Some("5.1"));
}

#[test]
fn other_envelopes_and_events_are_read() {
    let parse = |body: Value| EventEnvelope::parse(body.to_string().as_bytes()).unwrap();
    let limited = parse(
        json!({"type": "app_rate_limited", "team_id": "T1", "minute_rate_limited": 1_518_467_820}),
    );
    assert_eq!(
        Delivery::Event(&limited).id().unwrap(),
        "slack:T1:rate_limited:1518467820"
    );
    let shared = parse(
        json!({"type": "event_callback", "team_id": "T1", "event_id": "Ev1",
        "event": {"type": "link_shared", "channel": "COMPOSER", "user": "U1", "message_ts": "abc-def",
            "unfurl_id": "u1", "source": "composer", "links": [{"domain": "e.com", "url": "https://e.com/A-1"}]}}),
    );
    let EventEnvelope::EventCallback(callback) = shared else {
        panic!()
    };
    let Event::LinkShared(shared) = callback.event else {
        panic!()
    };
    assert_eq!(shared.links[0].url, "https://e.com/A-1");
}

#[test]
fn answers_in_the_body_are_written_as_slack_wants_them() {
    let errors = ViewAnswer::errors([("title", "Jira needs a title.")]);
    insta::assert_snapshot!(serde_json::to_string(&errors).unwrap(), @r#"{"response_action":"errors","errors":{"title":"Jira needs a title."}}"#);
    insta::assert_snapshot!(serde_json::to_string(&ViewAnswer::Clear).unwrap(), @r#"{"response_action":"clear"}"#);
    let view = Box::new(View::new(
        "view_full",
        "Draft",
        vec![Divider::default().into()],
    ));
    let push = ViewAnswer::Push { view };
    insta::assert_snapshot!(serde_json::to_string(&push).unwrap(), @r#"{"response_action":"push","view":{"type":"modal","callback_id":"view_full","title":{"type":"plain_text","text":"Draft","emoji":false},"blocks":[{"type":"divider"}]}}"#);
    let options = SuggestionAnswer::new([Choice::new("PAY", "Payments")]);
    insta::assert_snapshot!(serde_json::to_string(&options).unwrap(), @r#"{"options":[{"text":{"type":"plain_text","text":"Payments","emoji":false},"value":"PAY"}]}"#);
}
