//! Whatever goes in, what comes out is within Slack's limits.

use maro_slack::blocks::{
    Actions, Block, Button, Checkboxes, Choice, Confirm, Context, Divider, ExternalSelect, Header,
    Input, Message, MultiStaticSelect, Overflow, Radio, Section, StaticSelect, Text, TextInput,
    View, validate,
};

/// Texts that are empty, blank, long, and long in characters of several bytes.
fn hostile() -> Vec<String> {
    vec![
        String::new(),
        " \n".to_owned(),
        "x".repeat(20_000),
        "🎉é".repeat(8_000),
        "&amp;".repeat(5_000),
        "<https://e.com|x> ".repeat(1_000),
        format!("```\n{}\n```", "y".repeat(9_000)),
    ]
}

fn every_block(text: &str) -> Vec<Block> {
    let choices =
        || (0..150).map(|n| Choice::new(&format!("{n}{text}"), text).with_description(text));
    let button = |n: usize| {
        Button::new(&format!("b{n}"), text)
            .with_value(text)
            .with_url("https://example.com/")
            .with_confirm(Confirm::new(text, text, text).with_deny(text).danger())
    };
    let actions = (1..40).fold(Actions::new(button(0)), |row, n| row.and(button(n)));
    let texts = || (0..20).map(|_| Text::mrkdwn(text));
    let context = (0..20).fold(Context::new(Text::plain(text)), |row, _| {
        row.and(Text::mrkdwn(text))
    });
    vec![
        Section::new(Text::mrkdwn(text)).with_fields(texts()).into(),
        Section::of_fields(texts())
            .with_accessory(Overflow::new(text, choices()))
            .into(),
        Section::of_fields([]).into(),
        Header::new(text).into(),
        context.into(),
        actions.into(),
        Divider::default().into(),
        Input::new(
            "a",
            text,
            TextInput::new(text)
                .with_initial(text)
                .with_placeholder(text),
        )
        .with_hint(text)
        .into(),
        Input::new(
            "b",
            text,
            StaticSelect::new(text, choices()).with_placeholder(text),
        )
        .into(),
        Input::new(
            "c",
            text,
            MultiStaticSelect::new(text, []).with_placeholder(text),
        )
        .into(),
        Input::new(
            "d",
            text,
            ExternalSelect::new(text, 0).with_initial(Choice::new(text, text)),
        )
        .into(),
        Input::new("e", text, Checkboxes::new(text, choices())).into(),
        Input::new("f", text, Radio::new(text, choices()).with_initial(text)).into(),
    ]
}

#[test]
fn no_form_exceeds_a_limit() {
    for text in hostile() {
        let view = View::new(&text, &text, every_block(&text))
            .with_submit(&text)
            .with_close(&text)
            .with_external_id(&text)
            .with_private_metadata(&text);
        assert_eq!(view.validate(), [], "{text:.20}");
    }
}

#[test]
fn no_message_exceeds_a_limit() {
    for text in hostile() {
        let blocks = every_block(&text).into_iter().take(7).collect();
        assert_eq!(Message::new(&text, blocks).validate(), [], "{text:.20}");

        let section = || {
            Section::new(Text::mrkdwn(&text))
                .with_fields([Text::plain(&text)])
                .into()
        };
        let many = (0..80).map(|_| section()).collect();
        let message = Message::new(&text, many);
        assert_eq!(message.validate(), [], "{text:.20}");
        assert_eq!(message.blocks().len(), 50);
    }
}

#[test]
fn long_texts_give_way_before_short_ones_and_buttons() {
    let long = || Section::new(Text::mrkdwn(&"x".repeat(3000))).into();
    let mut blocks: Vec<Block> = (0..6).map(|_| long()).collect();
    blocks.push(Section::new(Text::mrkdwn("short")).into());
    let buttons: Block = Actions::new(Button::new("a", "Approve").with_value("{}")).into();
    blocks.push(buttons.clone());

    let message = Message::new("x", blocks);

    assert_eq!(message.blocks().len(), 8);
    assert_eq!(
        message.blocks()[6],
        Section::new(Text::mrkdwn("short")).into()
    );
    assert_eq!(message.blocks()[7], buttons);
    assert_eq!(message.validate(), []);
}

#[test]
fn what_was_not_built_here_is_checked_too() {
    let blocks: Vec<Block> = serde_json::from_value(serde_json::json!([
        {"type": "section", "block_id": "a"},
        {"type": "section", "block_id": "a", "text": {"type": "mrkdwn", "text": "x".repeat(3001)}},
        {"type": "actions", "elements": []},
        {"type": "actions", "elements": [
            {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": " "}},
            {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "b"}, "value": "v".repeat(2001)}]},
        {"type": "input", "label": {"type": "plain_text", "text": "l"}, "element":
            {"type": "static_select", "action_id": "s", "options": [
                {"text": {"type": "plain_text", "text": "o".repeat(76)}, "value": "v"}]}},
    ]))
    .unwrap();
    let found: Vec<String> = validate(&blocks).iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(found.join("\n"), @r#"
    blocks[0]: needs text or fields
    blocks[1].text: 3001 characters, more than 3000
    blocks[1]: block_id is used twice
    blocks[2].elements: 0 items, not 1 to 25
    blocks[3].elements[0].text: must not be empty
    blocks[3].elements[1].value: 2001 characters, more than 2000
    blocks[3].elements[1]: action_id is used twice in the block
    blocks[4].element.options[0].text: 76 characters, more than 75
    "#);
}
