//! Payloads and answers of Slack's own projects, when they lie beside the checkout.

use std::path::{Path, PathBuf};

use maro_slack::api::{PostEphemeral, PostMessage, Posted, RepliesPage, UpdateMessage};
use maro_slack::blocks::{Message, View};
use maro_slack::payloads::{Delivery, Event, EventEnvelope, Interaction};
use maro_slack::{SlackClient, SlackError};

use crate::support::FakeSlack;

fn fixtures(folder: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/fixtures/slack")
        .join(folder);
    if path.is_dir() {
        return Some(path);
    }
    eprintln!("SKIPPED: {} is not there", path.display());
    None
}

/// A word for what a payload was taken as, and its identity.
fn taken_as(body: &[u8]) -> String {
    let kind: serde_json::Value = serde_json::from_slice(body).unwrap();
    if kind.get("event").is_some() || kind["type"] == "url_verification" {
        let envelope = EventEnvelope::parse(body).unwrap();
        let word = match &envelope {
            EventEnvelope::EventCallback(callback) => match &callback.event {
                Event::AppMention(_) => "mention",
                Event::Message(message) if message.is_from_person() => "message of a person",
                Event::Message(_) => "message, not of a person",
                Event::LinkShared(_) => "links",
                Event::TokensRevoked(_) => "tokens revoked",
                Event::AppUninstalled => "uninstalled",
                Event::Other { kind } => kind,
            },
            EventEnvelope::UrlVerification { .. } => "verification",
            EventEnvelope::AppRateLimited(_) => "rate limited",
        };
        return format!(
            "{word} {}",
            Delivery::Event(&envelope).id().unwrap_or_default()
        );
    }
    let interaction = Interaction::from_json(body).unwrap();
    let word = match &interaction {
        Interaction::BlockActions(_) => "click",
        Interaction::MessageAction(_) => "message shortcut",
        Interaction::Shortcut(_) => "shortcut",
        Interaction::ViewSubmission(_) => "form",
        Interaction::ViewClosed(_) => "form closed",
        Interaction::Suggestion(_) => "options",
        Interaction::Other { kind } => kind,
    };
    format!(
        "{word} {}",
        Delivery::Interaction(&interaction).id().unwrap_or_default()
    )
}

#[test]
fn every_payload_of_bolt_is_read() {
    let Some(folder) = fixtures("bolt-python-payloads") else {
        return;
    };
    let mut lines = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            lines.push(format!(
                "{name}: {}",
                taken_as(&std::fs::read(&path).unwrap()).trim_end()
            ));
        }
    }
    lines.sort();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    app_bot_only__app_mention_request_body: mention slack:T111:event:Ev111
    app_using_methods_in_class__payload: message shortcut slack:T111:shortcut:W111:1583636382.000300:test-shortcut:1583637157.207593
    authorize__block_actions_body: click slack:T111:action:W99999:111.222:a:1596530385.194939
    block_suggestion__body: options
    dialogs__submission_body: dialog_submission
    error_handler__body: click slack:T111:action:W111::a:1596530385.194939
    events__body: member_left_channel slack:T222:event:Ev111
    events__join_event_body__2: member_joined_channel slack:T111:event:Ev111
    events__left_event_body__2: member_left_channel slack:T111:event:Ev111
    events__tokens_revoked_body: tokens revoked slack:T111:event:Ev111
    events__valid_reaction_added_body: reaction_added slack:T111:event:Ev111
    events_ignore_self__event_body: reaction_added slack:T111:event:Ev111
    events_org_apps__event_payload: team_access_granted slack:E111:event:Ev111
    events_org_apps__event_payload__3: app_home_opened slack:T111:event:Ev111
    events_request_verification__event_body: reaction_added slack:T111:event:Ev111
    events_shared_channels__app_uninstalled_body: uninstalled slack:T_INSTALLED:event:Ev111
    events_shared_channels__join_event_body: member_joined_channel slack:T_SOURCE:event:Ev111
    events_shared_channels__left_event_body: member_left_channel slack:T_SOURCE:event:Ev111
    events_shared_channels__tokens_revoked_body: tokens revoked slack:T_INSTALLED:event:Ev111
    events_shared_channels__valid_reaction_added_body: reaction_added slack:T_SOURCE:event:Ev111
    events_socket_mode__event_body: reaction_added slack:T111:event:Ev111
    events_socket_mode__join_event_body__2: member_joined_channel slack:T111:event:Ev111
    events_socket_mode__left_event_body__2: member_left_channel slack:T111:event:Ev111
    events_socket_mode__valid_event_body: mention slack:T111:event:Ev111
    events_token_revocations__event_payload: tokens revoked slack:E111:event:Ev111
    events_url_verification__event_body: verification
    function__wrong_id_function_body: function_executed slack:T111:event:Ev111
    lazy__body: click slack:T111:action:W111::a:1596530385.194939
    message__message_body3: message of a person slack:T111:event:Ev111
    message__message_body: message of a person slack:T111:event:Ev111
    message_bot__classic_bot_message_event_payload: message, not of a person slack:T111:event:Ev333
    message_changed__event_payload: message, not of a person slack:T111:event:Ev111
    message_file_share__event_payload: message of a person slack:T111:event:Ev03EGJQAVMM
    middleware__body: shortcut slack:T111:shortcut:W111:test-shortcut:111.111
    shortcut__message_shortcut_body: message shortcut slack:T111:shortcut:W111:1583636382.000300:test-shortcut:1583637157.207593
    view_closed__body: form closed slack:T111:closed:W111:V111:1596530361.3wRYuk3R
    view_submission__connect_channel_payload: form slack:T-other-side:view:W111:V11111:1664950703.CmTS8F7U:111.222.xxx
    web_client_customization__block_actions_body: click slack:T111:action:W99999:111.222:a:1596530385.194939
    workflow_steps__execute_payload: workflow_step_execute slack:T111:event:Ev111
    workflow_steps_decorator_simple__edit_payload: workflow_step_edit
    workflow_steps_decorator_simple__save_payload: form slack:T111:view:W111:V111:111.zzz:111.222.xxx
    workflow_steps_decorator_with_args__execute_payload: workflow_step_execute slack:T111:event:Ev111
    "#);
}

async fn call(client: &SlackClient, method: &str) -> Result<(), SlackError> {
    let posted = Posted {
        channel: "C1".to_owned(),
        ts: "1.1".to_owned(),
    };
    let message = Message::text("x");
    let view = View::new("c", "t", Vec::new());
    let page = RepliesPage {
        channel: "C1",
        ts: "1.1",
        oldest: None,
        cursor: None,
        limit: 100,
        include_all_metadata: false,
    };
    let history = maro_slack::api::HistoryPage {
        channel: "C1",
        oldest: None,
        cursor: None,
        limit: 100,
        include_all_metadata: true,
    };
    match method {
        "auth.test" => client.auth_test().await.map(drop),
        "chat.postMessage" => client
            .post_message(&PostMessage::new("C1", message))
            .await
            .map(drop),
        "chat.update" => client
            .update_message(&UpdateMessage::new(posted, message))
            .await
            .map(drop),
        "chat.postEphemeral" => client
            .post_ephemeral(&PostEphemeral::new("C1", "U1", message))
            .await
            .map(drop),
        "chat.getPermalink" => client.permalink("C1", "1.1").await.map(drop),
        "views.open" => client.views_open("1.1", &view).await.map(drop),
        "views.update" => client.views_update("V1", Some("h"), &view).await.map(drop),
        "conversations.info" => client.conversations_info("C1").await.map(drop),
        "conversations.replies" => client.conversations_replies(page).await.map(drop),
        "conversations.history" => client.conversations_history(history).await.map(drop),
        "users.info" => client.users_info("U1").await.map(drop),
        _ => panic!("no call for {method}"),
    }
}

#[tokio::test]
async fn every_documented_answer_is_read() {
    let Some(folder) = fixtures("web-api-spec-examples") else {
        return;
    };
    let answers = folder.clone();
    let slack = FakeSlack::start(move |request| {
        let (kind, method) = request
            .path
            .trim_start_matches('/')
            .split_once("/api/")
            .unwrap();
        std::fs::read_to_string(answers.join(format!("{method}.{kind}.json"))).unwrap()
    })
    .await;
    let client =
        |kind: &str| crate::support::client(slack.url.join(&format!("/{kind}/api/")).unwrap());
    let mut refusals = Vec::new();
    for method in [
        "auth.test",
        "chat.postMessage",
        "chat.update",
        "chat.postEphemeral",
        "chat.getPermalink",
        "views.open",
        "views.update",
        "conversations.info",
        "conversations.replies",
        "conversations.history",
        "users.info",
    ] {
        call(&client("200"), method)
            .await
            .unwrap_or_else(|error| panic!("{method}: {error:?}"));
        let refused = call(&client("default"), method).await.unwrap_err();
        refusals.push(format!("{method}: {}", refused.sentence()));
    }
    insta::assert_snapshot!(refusals.join("\n"), @r#"
    auth.test: Slack does not accept the token. Check SLACK_BOT_TOKEN: it starts with xoxb-. (invalid_auth)
    chat.postMessage: Slack answered `too_many_attachments`. Nothing was done.
    chat.update: Only Maro's own messages can be changed. Start again in the channel.
    chat.postEphemeral: That person is not in the channel.
    chat.getPermalink: Maro is not in that channel. Invite it with `/invite @maro` and try again.
    views.open: Slack did not accept the message that Maro built. Report this with its detail. (invalid `trigger_id`)
    views.update: The form is no longer open. Open it again.
    conversations.info: Maro is not in that channel. Invite it with `/invite @maro` and try again.
    conversations.replies: The message is gone from Slack. Start again in the channel.
    conversations.history: Maro is not in that channel. Invite it with `/invite @maro` and try again.
    users.info: Slack does not know that person. Check the user.
    "#);
}
