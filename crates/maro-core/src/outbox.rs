//! The outbox: messages to Slack that were decided in the same transaction as what they tell.
//!
//! This module says what a message is and how long to wait after a failure. It does not deliver.
//!
//! **Invariants:** messages of one subject go out in order; pending edits of one message collapse
//! into the last; nothing is dropped without a dead letter that a person can see and replay.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ids::{CardId, OutboxId, SessionId};

/// After this many failures a message may become a dead letter, see [`OutboxMessage::is_given_up`]; after as many
/// claims of which none came to an end it is one.
pub const MAX_ATTEMPTS: i32 = 10;
/// An outage of Slack takes hours, and afterwards everything is to arrive.
const PATIENCE: Duration = Duration::hours(24);
/// How long Slack takes answers at a `response_url`:
/// <https://docs.slack.dev/interactivity/handling-user-interaction#message_responses>.
const ANSWERS_UNTIL: Duration = Duration::minutes(30);

/// Where a message of a session goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Thread {
    /// To the channel itself.
    Channel,
    /// Into the thread with this timestamp.
    Ts(String),
    /// Into the session's thread, which may begin with a message that is still in the outbox.
    Session(SessionId),
    /// Under the card of a finding, which may still be in the outbox.
    Card(CardId),
}

/// A message to the outside. Blocks are Block Kit JSON within Slack's limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Message {
    /// A new message.
    SlackPost {
        /// The channel.
        channel: String,
        /// Where in the channel.
        thread: Thread,
        /// The fallback text.
        text: String,
        /// The blocks; may be empty.
        blocks: Value,
        /// The session whose preview this message is; its timestamp is stored on delivery.
        preview_of: Option<SessionId>,
    },
    /// The session's preview, shown anew.
    SlackUpdatePreview {
        /// Whose preview.
        session: SessionId,
        /// The channel.
        channel: String,
        /// The fallback text.
        text: String,
        /// The blocks.
        blocks: Value,
    },
    /// The card of a finding, posted. What it shows is read when it goes out.
    SlackCard {
        /// Which card; where it is in Slack is stored on delivery.
        card: CardId,
        /// The channel.
        channel: String,
        /// What it is about, for those who look at the outbox.
        text: String,
    },
    /// The card of a finding, shown anew.
    SlackCardEdit {
        /// Which card.
        card: CardId,
        /// The channel.
        channel: String,
        /// What it is about, for those who look at the outbox.
        text: String,
    },
    /// A message that one person sees.
    SlackEphemeral {
        /// The channel.
        channel: String,
        /// Who sees it.
        user: String,
        /// The thread, if any.
        thread_ts: Option<String>,
        /// The text.
        text: String,
        /// The blocks; may be empty.
        blocks: Value,
    },
    /// A notification by the incoming webhook, which has one channel of its own.
    SlackWebhook {
        /// The fallback text.
        text: String,
        /// The blocks; may be empty.
        blocks: Value,
    },
    /// An answer by `response_url`; the URL is a capability and is not shown on pages.
    SlackRespond {
        /// Where to answer.
        response_url: String,
        /// What: `text` and `blocks`; only the person who acted sees it.
        body: Value,
    },
}

impl Message {
    /// The word for pages and metrics.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::SlackPost { .. } => "slack_post",
            Self::SlackUpdatePreview { .. } => "slack_update_preview",
            Self::SlackCard { .. } => "slack_card",
            Self::SlackCardEdit { .. } => "slack_card_edit",
            Self::SlackEphemeral { .. } => "slack_ephemeral",
            Self::SlackWebhook { .. } => "slack_webhook",
            Self::SlackRespond { .. } => "slack_respond",
        }
    }

    /// The queue that is paced and paused as one. Posts and ephemerals are paced per channel; edits
    /// have a limit of their own; an answer by URL never waits for others.
    #[must_use]
    pub fn destination(&self, team: &str) -> String {
        match self {
            Self::SlackPost { channel, .. } | Self::SlackCard { channel, .. } => {
                format!("slack:{team}:post:{channel}")
            }
            Self::SlackEphemeral { .. } => format!("slack:{team}:ephemeral"),
            Self::SlackUpdatePreview { .. } | Self::SlackCardEdit { .. } => {
                format!("slack:{team}:update")
            }
            Self::SlackWebhook { .. } => "slack:webhook".to_owned(),
            Self::SlackRespond { .. } => format!("slack:{team}:respond"),
        }
    }

    /// The pause that Slack asks for after each message of this kind.
    #[must_use]
    pub fn pace(&self) -> Duration {
        match self {
            Self::SlackPost { .. } | Self::SlackCard { .. } | Self::SlackWebhook { .. } => {
                Duration::seconds(1)
            }
            _ => Duration::zero(),
        }
    }

    /// For how long it is tried again when it failed for a reason that passes.
    fn patience(&self) -> Duration {
        match self {
            Self::SlackRespond { .. } => ANSWERS_UNTIL,
            _ => PATIENCE,
        }
    }

    /// What it shows, or shows anew. Of messages that show the same only the newest matters.
    #[must_use]
    pub fn shows(&self) -> Option<String> {
        match self {
            Self::SlackPost {
                preview_of: Some(session),
                ..
            }
            | Self::SlackUpdatePreview { session, .. } => Some(format!("preview:{session}")),
            Self::SlackCard { card, .. } | Self::SlackCardEdit { card, .. } => {
                Some(format!("card:{card}"))
            }
            _ => None,
        }
    }

    /// Pending messages with one key collapse into the newest.
    #[must_use]
    pub fn collapse_key(&self) -> Option<String> {
        match self {
            Self::SlackUpdatePreview { .. } | Self::SlackCardEdit { .. } => self.shows(),
            _ => None,
        }
    }

    /// The session that it is about.
    #[must_use]
    pub fn session(&self) -> Option<&SessionId> {
        match self {
            Self::SlackPost {
                preview_of: Some(session),
                ..
            }
            | Self::SlackPost {
                thread: Thread::Session(session),
                ..
            }
            | Self::SlackUpdatePreview { session, .. } => Some(session),
            _ => None,
        }
    }
}

/// How a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutboxState {
    /// Waits for its turn.
    Pending,
    /// A worker is on it.
    Sending,
    /// Slack has it.
    Delivered,
    /// A newer edit of the same message made it needless.
    Collapsed,
    /// Failed for good; a person may replay it.
    Dead,
}

impl OutboxState {
    /// The word that is stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sending => "sending",
            Self::Delivered => "delivered",
            Self::Collapsed => "collapsed",
            Self::Dead => "dead",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [
            Self::Pending,
            Self::Sending,
            Self::Delivered,
            Self::Collapsed,
            Self::Dead,
        ]
        .into_iter()
        .find(|state| state.as_str() == text)
    }
}

/// A message that is about to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// Its id; the order within a subject is that of storing.
    pub id: OutboxId,
    /// The Slack workspace.
    pub team: String,
    /// What it is about; messages of one subject go out in order.
    pub subject: String,
    /// The message.
    pub message: Message,
    /// When it may go out.
    pub not_before: DateTime<Utc>,
}

/// A stored message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxMessage {
    /// Its id.
    pub id: OutboxId,
    /// Its place in the order of storing.
    pub seq: i64,
    /// The Slack workspace.
    pub team: String,
    /// What it is about.
    pub subject: String,
    /// The queue it is in.
    pub destination: String,
    /// The message.
    pub message: Message,
    /// How it stands.
    pub state: OutboxState,
    /// How often delivery was tried.
    pub attempts: i32,
    /// How many workers in a row vanished with it.
    pub vanished: i32,
    /// Whether an earlier try may have arrived, so that Slack must be asked first.
    pub unclear: bool,
    /// When it is tried next.
    pub next_at: DateTime<Utc>,
    /// Grows with every claim.
    pub lease_epoch: i64,
    /// The last error, in Slack's words.
    pub last_error: Option<String>,
    /// When it was decided.
    pub created_at: DateTime<Utc>,
    /// When Slack took it.
    pub delivered_at: Option<DateTime<Utc>>,
}

impl OutboxMessage {
    /// Whether its workers vanished so often that it may be what ends them; then it is not tried again.
    #[must_use]
    pub fn is_endless(&self) -> bool {
        self.vanished >= MAX_ATTEMPTS
    }

    /// Whether it failed so often, and for so long, that it is given up.
    #[must_use]
    pub fn is_given_up(&self, now: DateTime<Utc>) -> bool {
        self.attempts >= MAX_ATTEMPTS && now - self.created_at >= self.message.patience()
    }
}

/// The pause after the `attempts`-th failure: doubling from one second to ten minutes, with up to a
/// quarter of jitter (`jitter` in 0..1).
#[must_use]
pub fn back_off(attempts: i32, jitter: f64) -> Duration {
    let doublings = u32::try_from(attempts.saturating_sub(1))
        .unwrap_or(0)
        .min(10);
    let base = Duration::seconds(1_i64 << doublings).min(Duration::minutes(10));
    let quarter = base.num_milliseconds() / 4;
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "at most 150,000 ms"
    )]
    let extra = (quarter as f64 * jitter.clamp(0.0, 1.0)) as i64;
    base + Duration::milliseconds(extra)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_ten_minutes() {
        let seconds: Vec<i64> = (1..=12).map(|n| back_off(n, 0.0).num_seconds()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]);
        assert_eq!(back_off(3, 1.0), Duration::seconds(5));
    }

    #[test]
    fn an_outage_of_hours_is_waited_for_and_an_answer_is_not() {
        let start = DateTime::UNIX_EPOCH;
        let given_up = |message: &Message, attempts, minutes| {
            let stored = OutboxMessage {
                id: OutboxId(uuid::Uuid::nil()),
                seq: 1,
                team: String::new(),
                subject: String::new(),
                destination: String::new(),
                message: message.clone(),
                state: OutboxState::Sending,
                attempts,
                vanished: 0,
                unclear: false,
                next_at: start,
                lease_epoch: 1,
                last_error: None,
                created_at: start,
                delivered_at: None,
            };
            stored.is_given_up(start + Duration::minutes(minutes))
        };
        let told = Message::SlackWebhook {
            text: String::new(),
            blocks: Value::Null,
        };
        let answer = Message::SlackRespond {
            response_url: String::new(),
            body: Value::Null,
        };
        assert!(!given_up(&told, 100, 23 * 60));
        assert!(given_up(&told, 100, 24 * 60));
        assert!(!given_up(&answer, 10, 29));
        assert!(given_up(&answer, 10, 30));
        // Replayed after days, it has its tries again.
        assert!(!given_up(&told, 9, 100_000));
    }

    #[test]
    fn only_edits_collapse() {
        let edit = Message::SlackUpdatePreview {
            session: SessionId::new("T1", "C1", "1.2"),
            channel: "C1".into(),
            text: String::new(),
            blocks: Value::Null,
        };
        assert_eq!(edit.collapse_key().as_deref(), Some("preview:T1:C1:1.2"));
        let answer = Message::SlackRespond {
            response_url: String::new(),
            body: Value::Null,
        };
        assert_eq!(answer.collapse_key(), None);
    }
}
