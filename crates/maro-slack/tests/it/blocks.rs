//! Messages and modals as JSON.

use maro_slack::blocks::{
    Actions, Button, Checkboxes, Choice, Confirm, Context, Divider, ExternalSelect, Header, Input,
    Message, MultiStaticSelect, Overflow, Radio, Section, StaticSelect, Text, TextInput, View,
};
use maro_slack::mrkdwn;

#[test]
fn a_preview_is_written_as_slack_wants_it() {
    let message = Message::new(
        "Draft: Login fails",
        vec![
            Header::new("Login fails").into(),
            Section::new(Text::mrkdwn(&mrkdwn::from_user("<!here> fails & burns"))).into(),
            Divider::default().into(),
            Actions::new(
                Button::new("draft_approve", "Approve")
                    .with_value("{}")
                    .primary(),
            )
            .and(
                Button::new("draft_discard", "Discard")
                    .danger()
                    .with_confirm(Confirm::new("Discard?", "The draft is lost.", "Discard")),
            )
            .with_block_id("draft")
            .into(),
            Context::new(Text::mrkdwn(&format!("By {}", mrkdwn::mention("U0AMIRA")))).into(),
        ],
    );
    assert_eq!(message.validate(), []);
    insta::assert_snapshot!(serde_json::to_string(&message).unwrap(), @r#"{"text":"Draft: Login fails","blocks":[{"type":"header","text":{"type":"plain_text","text":"Login fails","emoji":false}},{"type":"section","text":{"type":"mrkdwn","text":"&lt;!here&gt; fails &amp; burns","verbatim":true}},{"type":"divider"},{"type":"actions","block_id":"draft","elements":[{"type":"button","action_id":"draft_approve","text":{"type":"plain_text","text":"Approve","emoji":false},"value":"{}","style":"primary"},{"type":"button","action_id":"draft_discard","text":{"type":"plain_text","text":"Discard","emoji":false},"style":"danger","confirm":{"title":{"type":"plain_text","text":"Discard?","emoji":false},"text":{"type":"plain_text","text":"The draft is lost.","emoji":false},"confirm":{"type":"plain_text","text":"Discard","emoji":false},"deny":{"type":"plain_text","text":"Cancel","emoji":false}}}]},{"type":"context","elements":[{"type":"mrkdwn","text":"By <@U0AMIRA>","verbatim":true}]}]}"#);
}

#[test]
fn a_form_is_written_as_slack_wants_it() {
    let choices = || [Choice::new("bug", "Bug"), Choice::new("task", "Task")];
    let view = View::new(
        "draft_modal",
        "Draft a Jira ticket, please",
        vec![
            Input::new(
                "title",
                "Title",
                TextInput::new("value")
                    .with_initial("Login")
                    .with_max_length(255),
            )
            .into(),
            Input::new("problem", "Problem", TextInput::new("value").multiline())
                .optional()
                .with_hint("What is wrong?")
                .into(),
            Input::new("project", "Project", ExternalSelect::new("value", 0))
                .dispatching()
                .into(),
            Input::new(
                "type",
                "Type",
                StaticSelect::new("value", choices()).with_initial("task"),
            )
            .into(),
            Input::new(
                "labels",
                "Labels",
                MultiStaticSelect::new("value", choices()).with_initial(&["bug"]),
            )
            .into(),
            Input::new("more", "More", Checkboxes::new("value", choices())).into(),
            Input::new(
                "one",
                "One",
                Radio::new("value", choices()).with_initial("none of these"),
            )
            .into(),
        ],
    )
    .with_submit("Preview")
    .with_private_metadata("T1:C1:1.1");
    assert_eq!(view.validate(), []);
    insta::assert_snapshot!(serde_json::to_string(&view).unwrap(), @r#"{"type":"modal","callback_id":"draft_modal","title":{"type":"plain_text","text":"Draft a Jira ticket, pl…","emoji":false},"submit":{"type":"plain_text","text":"Preview","emoji":false},"blocks":[{"type":"input","block_id":"title","label":{"type":"plain_text","text":"Title","emoji":false},"element":{"type":"plain_text_input","action_id":"value","multiline":false,"initial_value":"Login","max_length":255},"optional":false},{"type":"input","block_id":"problem","label":{"type":"plain_text","text":"Problem","emoji":false},"element":{"type":"plain_text_input","action_id":"value","multiline":true,"max_length":3000},"hint":{"type":"plain_text","text":"What is wrong?","emoji":false},"optional":true},{"type":"input","block_id":"project","label":{"type":"plain_text","text":"Project","emoji":false},"element":{"type":"external_select","action_id":"value","min_query_length":0},"optional":false,"dispatch_action":true},{"type":"input","block_id":"type","label":{"type":"plain_text","text":"Type","emoji":false},"element":{"type":"static_select","action_id":"value","options":[{"text":{"type":"plain_text","text":"Bug","emoji":false},"value":"bug"},{"text":{"type":"plain_text","text":"Task","emoji":false},"value":"task"}],"initial_option":{"text":{"type":"plain_text","text":"Task","emoji":false},"value":"task"}},"optional":false},{"type":"input","block_id":"labels","label":{"type":"plain_text","text":"Labels","emoji":false},"element":{"type":"multi_static_select","action_id":"value","options":[{"text":{"type":"plain_text","text":"Bug","emoji":false},"value":"bug"},{"text":{"type":"plain_text","text":"Task","emoji":false},"value":"task"}],"initial_options":[{"text":{"type":"plain_text","text":"Bug","emoji":false},"value":"bug"}]},"optional":false},{"type":"input","block_id":"more","label":{"type":"plain_text","text":"More","emoji":false},"element":{"type":"checkboxes","action_id":"value","options":[{"text":{"type":"plain_text","text":"Bug","emoji":false},"value":"bug"},{"text":{"type":"plain_text","text":"Task","emoji":false},"value":"task"}]},"optional":false},{"type":"input","block_id":"one","label":{"type":"plain_text","text":"One","emoji":false},"element":{"type":"radio_buttons","action_id":"value","options":[{"text":{"type":"plain_text","text":"Bug","emoji":false},"value":"bug"},{"text":{"type":"plain_text","text":"Task","emoji":false},"value":"task"}]},"optional":false}],"private_metadata":"T1:C1:1.1"}"#);
}

#[test]
fn what_is_written_can_be_read_back() {
    let overflow = Overflow::new("more", [Choice::new("a", "A").with_description("first")]);
    let section = Section::of_fields([Text::plain("a"), Text::mrkdwn("*b*")]);
    let message = Message::new("x", vec![section.with_accessory(overflow).into()]);
    let json = serde_json::to_string(&message).unwrap();
    assert_eq!(serde_json::from_str::<Message>(&json).unwrap(), message);
}
