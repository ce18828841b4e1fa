//! Block Kit, checked as Slack checks it, on plain JSON.
//!
//! `check` collects every fault with a JSON pointer, in Slack's words where
//! they are known, and completes what Slack completes: missing `block_id`s and
//! `action_id`s, `emoji` and `verbatim`. Lengths are counted in characters.

mod block;
mod composition;
mod element;
mod fault_list;

use serde_json::Value;

pub(crate) use self::fault_list::Faults;
use super::error::SlackError;

/// Undocumented: more text than this in all blocks of a message is refused.
const MESSAGE_TEXT: usize = 13_200;
/// What all markdown blocks of a message may hold.
const MARKDOWN_TEXT: usize = 12_000;

/// Where blocks are shown; the limits differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Surface {
    Message,
    Modal,
    Home,
}

impl Surface {
    fn block_limit(self) -> usize {
        if self == Self::Message { 50 } else { 100 }
    }
}

/// Checks and completes the blocks of a message.
pub(crate) fn check_message_blocks(blocks: &mut Value) -> Result<(), SlackError> {
    if !blocks.is_array() {
        return Err(SlackError::new("invalid_blocks_format"));
    }
    let mut faults = Faults::default();
    check(blocks, "/blocks", Surface::Message, &mut faults);
    if !faults.details.is_empty() {
        return Err(SlackError::with_details("invalid_blocks", faults.details));
    }
    if faults.text_total > MESSAGE_TEXT || faults.markdown_total > MARKDOWN_TEXT {
        return Err(SlackError::new("msg_blocks_too_long"));
    }
    Ok(())
}

/// Checks and completes blocks on any surface.
pub(crate) fn check(blocks: &mut Value, pointer: &str, surface: Surface, faults: &mut Faults) {
    let Some(list) = blocks.as_array_mut() else {
        faults.add("must be an array", pointer);
        return;
    };
    if list.len() > surface.block_limit() {
        faults.add(
            format!("no more than {} items allowed", surface.block_limit()),
            pointer,
        );
    }
    for (index, block) in list.iter_mut().enumerate() {
        block::check(block, &format!("{pointer}/{index}"), surface, faults);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// Text of so many characters that are more than one byte each.
    fn long(len: usize) -> String {
        "é".repeat(len)
    }

    fn section(text: &str) -> Value {
        json!({ "type": "section", "text": { "type": "mrkdwn", "text": text } })
    }

    fn button(id: &str) -> Value {
        json!({ "type": "button", "action_id": id, "text": { "type": "plain_text", "text": "Go" } })
    }

    fn with(mut value: Value, pointer: &str, key: &str, new: impl Into<Value>) -> Value {
        value.pointer_mut(pointer).unwrap()[key] = new.into();
        value
    }

    fn select(options: usize) -> Value {
        let options: Vec<_> = (0..options)
            .map(|n| json!({ "text": { "type": "plain_text", "text": n.to_string() }, "value": n.to_string() }))
            .collect();
        json!({ "type": "actions", "elements": [{ "type": "static_select", "options": options }] })
    }

    fn actions(buttons: usize) -> Value {
        let elements: Vec<_> = (0..buttons).map(|n| button(&n.to_string())).collect();
        json!({ "type": "actions", "elements": elements })
    }

    /// The last value that is taken, and the first that is refused.
    #[test]
    fn every_limit_is_a_limit() {
        let header =
            |len| json!({ "type": "header", "text": { "type": "plain_text", "text": long(len) } });
        let context = |len| {
            let text = json!({ "type": "mrkdwn", "text": "x" });
            json!({ "type": "context", "elements": vec![text; len] })
        };
        let fields = |count: usize, len| {
            let text = json!({ "type": "mrkdwn", "text": long(len) });
            json!({ "type": "section", "fields": vec![text; count] })
        };
        let in_button = |pointer: &str, key: &str, len| {
            with(actions(1), &format!("/elements/0{pointer}"), key, long(len))
        };
        for (what, good, bad) in [
            ("section text", section(&long(3000)), section(&long(3001))),
            ("empty section text", section("x"), section("")),
            ("fields", fields(10, 1), fields(11, 1)),
            ("field text", fields(1, 2000), fields(1, 2001)),
            ("header", header(150), header(151)),
            ("context elements", context(10), context(11)),
            ("actions elements", actions(25), actions(26)),
            (
                "button text",
                in_button("/text", "text", 75),
                in_button("/text", "text", 76),
            ),
            (
                "button value",
                in_button("", "value", 2000),
                in_button("", "value", 2001),
            ),
            (
                "action id",
                in_button("", "action_id", 255),
                in_button("", "action_id", 256),
            ),
            (
                "block id",
                with(section("x"), "", "block_id", long(255)),
                with(section("x"), "", "block_id", long(256)),
            ),
            ("select options", select(100), select(101)),
            ("no select options", select(1), select(0)),
            (
                "button style",
                with(actions(1), "/elements/0", "style", "danger"),
                with(actions(1), "/elements/0", "style", "red"),
            ),
            (
                "unknown property",
                section("x"),
                with(section("x"), "", "colour", "red"),
            ),
            ("unknown block", section("x"), json!({ "type": "blink" })),
        ] {
            check_message_blocks(&mut json!([good]))
                .unwrap_or_else(|err| panic!("{what}: {err:?}"));
            let err = check_message_blocks(&mut json!([bad])).expect_err(what);
            assert_eq!(err.code, "invalid_blocks", "{what}");
        }
    }

    #[test]
    fn faults_name_the_place_in_slacks_words() {
        let err =
            check_message_blocks(&mut json!([section(&long(3001)), actions(26)])).unwrap_err();

        assert_eq!(
            err.details,
            [
                "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
                "no more than 25 items allowed [json-pointer:/blocks/1/elements]",
            ]
        );
    }

    #[test]
    fn ids_are_unique_in_their_scope() {
        let twice = |key: &str, scope: Value| {
            check_message_blocks(&mut scope.clone())
                .expect_err(key)
                .details[0]
                .clone()
        };
        let mut named = section("x");
        named["block_id"] = "a".into();

        let block_ids = twice("block_id", json!([named, named]));
        let action_ids = twice(
            "action_id",
            json!([{ "type": "actions", "elements": [button("a"), button("a")] }]),
        );

        assert!(block_ids.contains("`block_id`"), "{block_ids}");
        assert!(action_ids.contains("`action_id`"), "{action_ids}");
    }

    #[test]
    fn legal_blocks_can_be_too_long_together() {
        let blocks = |count| json!(vec![section(&long(3000)); count]);

        assert_eq!(check_message_blocks(&mut blocks(4)), Ok(()));
        assert_eq!(
            check_message_blocks(&mut blocks(5)).unwrap_err().code,
            "msg_blocks_too_long"
        );
    }

    #[test]
    fn a_message_has_fifty_blocks_and_a_modal_a_hundred() {
        let blocks = |count| json!(vec![json!({ "type": "divider" }); count]);
        for (surface, limit) in [
            (Surface::Message, 50),
            (Surface::Modal, 100),
            (Surface::Home, 100),
        ] {
            for (count, faults) in [(limit, 0), (limit + 1, 1)] {
                let mut found = Faults::default();
                check(&mut blocks(count), "/blocks", surface, &mut found);
                assert_eq!(found.details.len(), faults, "{surface:?} {count}");
            }
        }
    }

    #[test]
    fn missing_ids_are_filled_in() {
        let mut blocks = json!([{ "type": "actions", "elements": [
            { "type": "button", "text": { "type": "plain_text", "text": "Go" } },
        ] }]);

        check_message_blocks(&mut blocks).unwrap();

        assert!(blocks[0]["block_id"].is_string());
        assert!(blocks[0]["elements"][0]["action_id"].is_string());
        assert_eq!(blocks[0]["elements"][0]["text"]["emoji"], true);
    }
}
