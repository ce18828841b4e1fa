//! Everything the workspace holds.

use std::collections::{BTreeMap, VecDeque};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};

use super::{
    channel::{Channel, User},
    delivery::Delivery,
    error::SlackError,
    message::{Message, ts_of},
    seed,
    team::{MAIN, Team},
    trigger::{ResponseUrl, Trigger},
    view::View,
};
use crate::{ids, options::Seed};

/// When there are more, those that no longer work are forgotten.
const TRIGGERS_KEPT: usize = 10_000;

/// The workspace.
#[derive(Debug, Default)]
pub(crate) struct SlackState {
    pub(crate) team: &'static Team,
    pub(crate) users: Vec<User>,
    pub(crate) channels: Vec<Channel>,
    /// Messages by channel, oldest first.
    pub(crate) messages: BTreeMap<String, Vec<Message>>,
    /// Messages that one person sees: channel, person, message.
    pub(crate) ephemerals: Vec<(String, String, Message)>,
    /// Open modals by user, the topmost last.
    pub(crate) modals: BTreeMap<String, Vec<View>>,
    /// Home tabs by user.
    pub(crate) homes: BTreeMap<String, View>,
    pub(crate) triggers: BTreeMap<String, Trigger>,
    pub(crate) response_urls: BTreeMap<String, ResponseUrl>,
    /// Options that Maro offered for an external select: by view or message, and action id.
    pub(crate) suggestions: BTreeMap<(String, String), Vec<Value>>,
    /// When messages were posted, by channel: the rate limit looks at it.
    pub(crate) posted: BTreeMap<String, VecDeque<DateTime<Utc>>>,
    pub(crate) deliveries: Vec<Delivery>,
    last_ts: Option<DateTime<Utc>>,
}

impl SlackState {
    /// The workspace at the start.
    pub(crate) fn seeded(team: &'static Team, seed: Seed, now: DateTime<Utc>) -> Self {
        let mut slack = Self {
            team,
            users: seed::users(team),
            channels: seed::channels(team),
            ..Self::default()
        };
        if seed == Seed::Demo && *team == MAIN {
            seed::talk(&mut slack, now - TimeDelta::minutes(40));
        }
        slack
    }

    /// A timestamp that no message has yet.
    pub(crate) fn next_ts(&mut self, now: DateTime<Utc>) -> String {
        let after_last = self.last_ts.map(|last| last + TimeDelta::microseconds(1));
        let at = after_last.map_or(now, |earliest| earliest.max(now));
        self.last_ts = Some(at);
        ts_of(at)
    }

    /// Finds somebody by id or by name.
    pub(crate) fn user(&self, id: &str) -> Option<&User> {
        self.users
            .iter()
            .find(|user| user.id == id || user.name == id)
    }

    /// Finds a channel by id, or by `#name`.
    pub(crate) fn channel(&self, id: &str) -> Option<&Channel> {
        let name = id.strip_prefix('#').unwrap_or(id);
        self.channels
            .iter()
            .find(|channel| channel.id == id || channel.name == name)
    }

    /// Finds a channel that Maro's token may know of, as the Web API does.
    pub(crate) fn channel_for_bot(&self, id: &str) -> Result<&Channel, SlackError> {
        self.channel(id)
            .filter(|channel| channel.visible_to_bot())
            .ok_or(SlackError::new("channel_not_found"))
    }

    /// Finds or opens the direct message between Maro and a user.
    pub(crate) fn direct_message(&mut self, user: &str) -> Option<String> {
        let user = self.users.iter().find(|known| known.id == user)?.id.clone();
        let id = format!("D{}", &user[1..]);
        if self.channel(&id).is_none() {
            self.channels.push(Channel {
                id: id.clone(),
                name: id.clone(),
                private: true,
                archived: false,
                restricted: false,
                topic: String::new(),
                members: [user.clone(), self.team.bot_user.to_owned()].into(),
                im_with: Some(user),
            });
        }
        Some(id)
    }

    /// Finds a message.
    pub(crate) fn message(&self, channel: &str, ts: &str) -> Option<&Message> {
        self.messages
            .get(channel)?
            .iter()
            .find(|message| message.ts == ts)
    }

    /// Finds a message to change it.
    pub(crate) fn message_mut(&mut self, channel: &str, ts: &str) -> Option<&mut Message> {
        self.messages
            .get_mut(channel)?
            .iter_mut()
            .find(|message| message.ts == ts)
    }

    /// Finds a message that only this user sees.
    pub(crate) fn ephemeral(&self, channel: &str, user: &str, ts: &str) -> Option<&Message> {
        self.ephemerals
            .iter()
            .find(|(in_channel, to, message)| {
                in_channel == channel && to == user && message.ts == ts
            })
            .map(|(_, _, message)| message)
    }

    /// The replies under a message.
    pub(crate) fn replies(&self, channel: &str, ts: &str) -> Vec<&Message> {
        self.messages
            .get(channel)
            .into_iter()
            .flatten()
            .filter(|message| message.is_reply() && message.thread_ts.as_deref() == Some(ts))
            .collect()
    }

    /// A message as Slack shows it.
    pub(crate) fn message_json(&self, channel: &str, message: &Message, metadata: bool) -> Value {
        let mut json = message.to_json(self.team, &self.replies(channel, &message.ts), metadata);
        if message.is_reply()
            && let Some(parent) = &message.thread_ts
            && let Some(parent) = self.message(channel, parent)
        {
            json["parent_user_id"] = parent.user.clone().into();
        }
        json
    }

    /// Puts a message in a channel.
    pub(crate) fn put(&mut self, channel: &str, message: Message) {
        self.messages
            .entry(channel.to_owned())
            .or_default()
            .push(message);
    }

    /// Shows one person a message.
    pub(crate) fn put_ephemeral(&mut self, channel: &str, user: &str, message: Message) {
        self.ephemerals
            .push((channel.to_owned(), user.to_owned(), message));
    }

    /// Gives out a trigger id.
    pub(crate) fn new_trigger(
        &mut self,
        user: &str,
        view: Option<String>,
        now: DateTime<Utc>,
    ) -> String {
        let id = format!(
            "{}.{}.{}",
            now.timestamp_millis(),
            rand::random::<u32>(),
            ids::hex(32)
        );
        if self.triggers.len() >= TRIGGERS_KEPT {
            self.triggers
                .retain(|_, trigger| trigger.check(now).is_ok());
        }
        self.triggers
            .insert(id.clone(), Trigger::new(user, view, now));
        id
    }

    /// Gives out a response URL's token.
    pub(crate) fn new_response_url(&mut self, url: ResponseUrl) -> String {
        let token = ids::hex(24);
        self.response_urls.insert(token.clone(), url);
        token
    }

    /// Finds an open view, in a modal or on a home tab.
    pub(crate) fn view(&self, id: &str) -> Option<&View> {
        self.modals
            .values()
            .flatten()
            .chain(self.homes.values())
            .find(|view| view.id == id)
    }

    /// Finds an open view to change it.
    pub(crate) fn view_mut(&mut self, id: &str) -> Option<&mut View> {
        self.modals
            .values_mut()
            .flatten()
            .chain(self.homes.values_mut())
            .find(|view| view.id == id)
    }

    /// The link to a message.
    pub(crate) fn permalink(&self, channel: &str, message: &Message) -> String {
        let link = format!(
            "https://{}.slack.com/archives/{channel}/p{}",
            self.team.domain,
            message.ts.replace('.', "")
        );
        match &message.thread_ts {
            Some(parent) if message.is_reply() => {
                format!("{link}?thread_ts={parent}&cid={channel}")
            }
            _ => link,
        }
    }
}

/// The workspace as the page and the tests see it.
pub(crate) fn snapshot(slack: &SlackState) -> Value {
    let messages: Map<String, Value> = slack
        .messages
        .iter()
        .map(|(channel, messages)| {
            let shown = messages
                .iter()
                .map(|message| slack.message_json(channel, message, true));
            (channel.clone(), shown.collect())
        })
        .collect();
    let ephemerals = slack.ephemerals.iter().map(|(channel, user, message)| {
        json!({ "channel": channel, "user": user, "message": message.to_json(slack.team, &[], true) })
    });
    let modals: Map<String, Value> = slack
        .modals
        .iter()
        .filter(|(_, stack)| !stack.is_empty())
        .map(|(user, stack)| (user.clone(), stack.iter().map(View::shown).collect()))
        .collect();
    let homes: Map<String, Value> = slack
        .homes
        .iter()
        .map(|(user, view)| (user.clone(), view.shown()))
        .collect();
    json!({
        "team": { "id": slack.team.id, "domain": slack.team.domain, "name": slack.team.name, "bot_user": slack.team.bot_user },
        "users": slack.users.iter().map(|user| user.to_json(slack.team, true)).collect::<Vec<_>>(),
        "channels": slack.channels.iter().map(|channel| shown_channel(channel, slack.team)).collect::<Vec<_>>(),
        "messages": messages,
        "ephemerals": ephemerals.collect::<Vec<_>>(),
        "modals": modals,
        "homes": homes,
        "deliveries": slack.deliveries,
    })
}

fn shown_channel(channel: &Channel, team: &Team) -> Value {
    let mut json = channel.to_json(team);
    json["members"] = json!(channel.members);
    json
}
