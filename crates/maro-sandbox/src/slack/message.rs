//! A message, and the shape in which Slack shows it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::{
    APP,
    team::{Team, is_bot_user},
};

/// A message in a channel, or an ephemeral one for one person.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) ts: String,
    pub(crate) thread_ts: Option<String>,
    /// Who wrote it; Maro's messages have its bot user, those of webhooks their id.
    pub(crate) user: String,
    pub(crate) text: String,
    pub(crate) blocks: Option<Value>,
    pub(crate) attachments: Option<Value>,
    pub(crate) metadata: Option<Value>,
    /// When it was last changed.
    pub(crate) edited: Option<String>,
    /// The blocks it had before, newest last: a slow client may still show them.
    pub(crate) former_blocks: Vec<Value>,
    /// Whether a reply is shown in the channel too.
    pub(crate) broadcast: bool,
}

impl Message {
    /// A message of text only.
    pub(crate) fn plain(ts: String, user: &str, text: &str) -> Self {
        Self {
            ts,
            thread_ts: None,
            user: user.to_owned(),
            text: text.to_owned(),
            blocks: None,
            attachments: None,
            metadata: None,
            edited: None,
            former_blocks: Vec::new(),
            broadcast: false,
        }
    }

    /// Whether Maro wrote it.
    pub(crate) fn is_ours(&self) -> bool {
        is_bot_user(&self.user)
    }

    /// Whether it came by an incoming webhook. Nobody can change it any more, Maro neither.
    fn is_of_webhook(&self) -> bool {
        self.user.starts_with('B')
    }

    /// Whether it is a reply in a thread.
    pub(crate) fn is_reply(&self) -> bool {
        self.thread_ts
            .as_ref()
            .is_some_and(|parent| *parent != self.ts)
    }

    /// The message as Slack sends it; `thread` holds the replies under it.
    pub(crate) fn to_json(&self, team: &Team, thread: &[&Self], with_metadata: bool) -> Value {
        let mut out = Map::new();
        out.insert("type".into(), "message".into());
        if self.is_of_webhook() {
            out.insert("subtype".into(), "bot_message".into());
            out.insert("bot_id".into(), self.user.clone().into());
            out.insert("username".into(), "Maro".into());
        } else {
            out.insert("user".into(), self.user.clone().into());
        }
        out.insert("ts".into(), self.ts.clone().into());
        out.insert("team".into(), team.id.into());
        out.insert("text".into(), self.text.clone().into());
        if self.is_ours() {
            out.insert("bot_id".into(), team.bot.into());
            out.insert("app_id".into(), APP.into());
            out.insert("bot_profile".into(), bot_profile(team));
        }
        if self.is_reply() && self.broadcast {
            out.insert("subtype".into(), "thread_broadcast".into());
        }
        let mut optional = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                out.insert(name.into(), value);
            }
        };
        optional("blocks", self.blocks.clone());
        optional("attachments", self.attachments.clone());
        optional("metadata", self.metadata.clone().filter(|_| with_metadata));
        optional(
            "edited",
            self.edited
                .as_ref()
                .map(|ts| json!({ "user": self.user, "ts": ts })),
        );
        if self.is_reply() {
            optional("thread_ts", self.thread_ts.clone().map(Value::String));
        } else if let Some(latest) = thread.last() {
            let repliers: BTreeSet<_> = thread.iter().map(|reply| reply.user.as_str()).collect();
            optional("thread_ts", Some(self.ts.clone().into()));
            optional("reply_count", Some(thread.len().into()));
            optional("reply_users_count", Some(repliers.len().into()));
            optional("reply_users", Some(json!(repliers)));
            optional("latest_reply", Some(latest.ts.clone().into()));
            optional("is_locked", Some(false.into()));
            optional("subscribed", Some(false.into()));
        }
        Value::Object(out)
    }
}

/// How Slack writes a moment: seconds and six digits that make it unique.
pub(crate) fn ts_of(at: DateTime<Utc>) -> String {
    format!("{}.{:06}", at.timestamp(), at.timestamp_subsec_micros())
}

fn bot_profile(team: &Team) -> Value {
    json!({
        "id": team.bot, "app_id": APP, "name": "Maro", "deleted": false, "team_id": team.id,
        "updated": 1_760_000_000, "icons": {},
    })
}
