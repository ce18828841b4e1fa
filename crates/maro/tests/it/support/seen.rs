//! What is to be seen in the simulated Slack and Jira at one moment.

use serde_json::Value;

/// The sandbox's state.
pub(crate) struct Seen(pub(crate) Value);

impl Seen {
    /// Reads the state, and writes into each message which channel it is in.
    pub(crate) fn new(mut state: Value) -> Self {
        let channels = state["slack"]["messages"].as_object_mut();
        for (channel, messages) in channels.into_iter().flatten() {
            for message in messages.as_array_mut().into_iter().flatten() {
                message["channel"] = channel.as_str().into();
            }
        }
        Self(state)
    }

    /// All messages, oldest first within a channel.
    pub(crate) fn messages(&self) -> impl Iterator<Item = &Value> {
        let channels = self.0["slack"]["messages"].as_object();
        channels
            .into_iter()
            .flat_map(|channels| channels.values().filter_map(Value::as_array).flatten())
    }

    /// The texts of Maro's messages.
    pub(crate) fn texts(&self) -> Vec<&str> {
        self.messages()
            .filter(|message| message["user"] == "U0MARO")
            .filter_map(|message| message["text"].as_str())
            .collect()
    }

    /// How many of Maro's messages begin so.
    pub(crate) fn count(&self, beginning: &str) -> usize {
        self.texts()
            .iter()
            .filter(|text| text.starts_with(beginning))
            .count()
    }

    /// The message with this timestamp.
    pub(crate) fn message(&self, ts: &str) -> Option<&Value> {
        self.messages().find(|message| message["ts"] == ts)
    }

    /// The newest message of Maro's whose text begins so.
    pub(crate) fn last(&self, beginning: &str) -> Option<&Value> {
        self.messages()
            .filter(|message| {
                message["user"] == "U0MARO"
                    && message["text"]
                        .as_str()
                        .is_some_and(|text| text.starts_with(beginning))
            })
            .max_by(|a, b| a["ts"].as_str().cmp(&b["ts"].as_str()))
    }

    /// The newest preview with an Approve button for this title.
    pub(crate) fn preview(&self, title: &str) -> Option<&Value> {
        self.messages()
            .filter(|message| {
                has_button(message, "draft_approve")
                    && message["text"]
                        .as_str()
                        .is_some_and(|text| text == format!("Ticket draft: {title}"))
            })
            .max_by(|a, b| a["ts"].as_str().cmp(&b["ts"].as_str()))
    }

    /// What one person alone was told, oldest first.
    pub(crate) fn told(&self, user: &str) -> Vec<&str> {
        let shown = self.0["slack"]["ephemerals"].as_array();
        shown
            .into_iter()
            .flatten()
            .filter(|shown| shown["user"] == user)
            .filter_map(|shown| shown["message"]["text"].as_str())
            .collect()
    }

    /// The modal that a person has open on top.
    pub(crate) fn modal(&self, user: &str) -> Option<&Value> {
        self.0["slack"]["modals"][user].as_array()?.last()
    }

    /// The issues with this summary.
    pub(crate) fn issues(&self, summary: &str) -> Vec<&Value> {
        self.0["jira"]["issues"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|issue| issue["summary"] == summary)
            .collect()
    }
}

/// Whether a message has a button.
pub(crate) fn has_button(message: &Value, action_id: &str) -> bool {
    button(message, action_id).is_some()
}

/// A button of a message.
pub(crate) fn button<'a>(message: &'a Value, action_id: &str) -> Option<&'a Value> {
    let blocks = message["blocks"].as_array()?;
    blocks
        .iter()
        .flat_map(|block| {
            let elements = block["elements"].as_array().into_iter().flatten();
            elements.chain([&block["accessory"]])
        })
        .find(|element| element["action_id"] == action_id)
}
