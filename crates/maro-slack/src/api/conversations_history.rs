//! `conversations.history`: reads a channel's newest messages.

use super::MessagePage;
use super::message::MessagesAnswer;
use crate::{SlackClient, SlackError};

/// Which page of a channel to read.
#[derive(Debug, Clone, Copy)]
pub struct HistoryPage<'a> {
    /// The channel's id.
    pub channel: &'a str,
    /// Only messages at or after this one.
    pub oldest: Option<&'a str>,
    /// Where the page before ended.
    pub cursor: Option<&'a str>,
    /// How many messages at most.
    pub limit: u16,
    /// Whether to include the notes that apps put on messages.
    pub include_all_metadata: bool,
}

impl SlackClient {
    /// Reads one page of a channel, newest first, without the replies in threads.
    pub async fn conversations_history(
        &self,
        page: HistoryPage<'_>,
    ) -> Result<MessagePage, SlackError> {
        let limit = page.limit.to_string();
        let mut fields = vec![("channel", page.channel), ("limit", &limit)];
        if let Some(oldest) = page.oldest {
            fields.extend([("oldest", oldest), ("inclusive", "true")]);
        }
        if let Some(cursor) = page.cursor {
            fields.push(("cursor", cursor));
        }
        if page.include_all_metadata {
            fields.push(("include_all_metadata", "true"));
        }
        let answer: MessagesAnswer = self.call_form("conversations.history", &fields).await?;
        Ok(answer.into_page(page.limit))
    }
}
