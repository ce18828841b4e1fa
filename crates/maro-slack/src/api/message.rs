//! A message as Slack gives it back, alone and in pages.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::tolerant::nullable;

/// What a newly distributed app outside the Marketplace gets at most per page.
const CAPPED_PAGE: usize = 15;

/// A note that only apps see, put on a message when it is posted and found again later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Metadata {
    /// Our name for the kind of note.
    pub event_type: String,
    /// The note itself, a JSON object.
    pub event_payload: Value,
}

/// A message in a channel or a thread.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct ThreadMessage {
    /// The message's id within its channel. Absent in a few system messages.
    #[serde(default, deserialize_with = "nullable")]
    pub ts: String,
    /// The thread's first message, when it is in a thread.
    pub thread_ts: Option<String>,
    /// Who wrote it; absent for some bots.
    pub user: Option<String>,
    /// The bot that wrote it.
    pub bot_id: Option<String>,
    /// The name that a bot without a user shows.
    pub username: Option<String>,
    /// What kind of message it is, for other than ordinary ones.
    pub subtype: Option<String>,
    /// The text in Slack's markup.
    #[serde(default, deserialize_with = "nullable")]
    pub text: String,
    /// The note that an app put on it.
    pub metadata: Option<Metadata>,
    /// The files it carries.
    #[serde(default, deserialize_with = "nullable")]
    pub files: Vec<FileReference>,
}

impl ThreadMessage {
    /// Whether a person wrote it, as opposed to a bot or Slack itself.
    #[must_use]
    pub fn is_from_person(&self) -> bool {
        is_ordinary(self.subtype.as_deref()) && self.user.is_some() && self.bot_id.is_none()
    }
}

/// Whether a message of this kind is something that somebody said, as opposed to a change or a note
/// of Slack's.
pub(crate) fn is_ordinary(subtype: Option<&str>) -> bool {
    matches!(
        subtype,
        None | Some("file_share" | "thread_broadcast" | "me_message")
    )
}

/// A file that a message carries.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct FileReference {
    /// The file's id.
    #[serde(default, deserialize_with = "nullable")]
    pub id: String,
    /// Its name; absent when the file was deleted.
    pub name: Option<String>,
    /// Where people open it.
    pub permalink: Option<String>,
}

/// One page of messages.
#[derive(Debug, Clone, PartialEq)]
pub struct MessagePage {
    /// The messages, in Slack's order.
    pub messages: Vec<ThreadMessage>,
    /// What to ask the next page with; `None` on the last one.
    pub next_cursor: Option<String>,
    /// Slack gave 15 although more were asked for and exist: this app is limited to one such
    /// page per minute, as apps are that are distributed outside the Marketplace.
    pub capped: bool,
}

/// The answer of the methods that list messages.
#[derive(Deserialize)]
pub(super) struct MessagesAnswer {
    #[serde(default, deserialize_with = "nullable")]
    messages: Vec<ThreadMessage>,
    #[serde(default, deserialize_with = "nullable")]
    has_more: bool,
    response_metadata: Option<CursorAnswer>,
}

/// Where the next page begins, as the listing methods say it.
#[derive(Deserialize)]
pub(super) struct CursorAnswer {
    next_cursor: Option<String>,
}

impl CursorAnswer {
    /// The cursor, unless this is the last page: then it is absent or empty.
    pub(super) fn next(answer: Option<Self>) -> Option<String> {
        answer
            .and_then(|answer| answer.next_cursor)
            .filter(|cursor| !cursor.is_empty())
    }
}

impl MessagesAnswer {
    /// The page, judged by the limit that was asked for.
    pub(super) fn into_page(self, asked: u16) -> MessagePage {
        let next_cursor = CursorAnswer::next(self.response_metadata);
        let more = self.has_more || next_cursor.is_some();
        let capped = more && usize::from(asked) > CAPPED_PAGE && self.messages.len() == CAPPED_PAGE;
        MessagePage {
            messages: self.messages,
            next_cursor,
            capped,
        }
    }
}
