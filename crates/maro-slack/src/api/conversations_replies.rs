//! `conversations.replies`: reads a thread.

use super::message::MessagesAnswer;
use super::{MessagePage, ThreadMessage};
use crate::{SlackClient, SlackError};

const PAGE: u16 = 200;

/// Which page of a thread to read.
#[derive(Debug, Clone, Copy)]
pub struct RepliesPage<'a> {
    /// The channel's id.
    pub channel: &'a str,
    /// The thread's first message.
    pub ts: &'a str,
    /// Only messages at or after this one, besides the first.
    pub oldest: Option<&'a str>,
    /// Where the page before ended.
    pub cursor: Option<&'a str>,
    /// How many messages at most.
    pub limit: u16,
    /// Whether to include the notes that apps put on messages.
    pub include_all_metadata: bool,
}

/// A thread, as far as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Thread {
    /// The messages, oldest first.
    pub messages: Vec<ThreadMessage>,
    /// Whether there are more than were read.
    pub truncated: bool,
    /// Whether Slack limits this app to 15 messages; see [`MessagePage::capped`].
    pub capped: bool,
}

impl SlackClient {
    /// Reads one page of a thread, the first message included.
    pub async fn conversations_replies(
        &self,
        page: RepliesPage<'_>,
    ) -> Result<MessagePage, SlackError> {
        let limit = page.limit.to_string();
        let mut fields = vec![
            ("channel", page.channel),
            ("ts", page.ts),
            ("limit", &limit),
        ];
        if let Some(oldest) = page.oldest {
            fields.extend([("oldest", oldest), ("inclusive", "true")]);
        }
        if let Some(cursor) = page.cursor {
            fields.push(("cursor", cursor));
        }
        if page.include_all_metadata {
            fields.push(("include_all_metadata", "true"));
        }
        let answer: MessagesAnswer = self.call_form("conversations.replies", &fields).await?;
        Ok(answer.into_page(page.limit))
    }

    /// Reads a thread from its beginning, up to `most` messages.
    ///
    /// A capped app gets one page a minute, so reading stops at the first capped page.
    pub async fn read_thread(
        &self,
        channel: &str,
        ts: &str,
        most: usize,
    ) -> Result<Thread, SlackError> {
        let mut thread = Thread {
            messages: Vec::new(),
            truncated: false,
            capped: false,
        };
        let mut cursor: Option<String> = None;
        loop {
            let page = self
                .conversations_replies(RepliesPage {
                    channel,
                    ts,
                    oldest: None,
                    cursor: cursor.as_deref(),
                    limit: PAGE,
                    include_all_metadata: false,
                })
                .await?;
            let empty = page.messages.is_empty();
            thread.messages.extend(page.messages);
            thread.capped |= page.capped;
            let more = page.next_cursor.is_some();
            // An empty page that names another would let a broken server keep us here for ever.
            if !more || empty || page.capped || thread.messages.len() >= most {
                thread.truncated = more || thread.messages.len() > most;
                thread.messages.truncate(most);
                return Ok(thread);
            }
            cursor = page.next_cursor;
        }
    }
}
