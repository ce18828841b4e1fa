//! Looking for our own message after a post whose outcome is unknown.

use serde_json::Value;

use super::{HistoryPage, MessagePage, Posted, RepliesPage, ThreadMessage};
use crate::{SlackClient, SlackError};

const PAGE: u16 = 100;
const MOST_PAGES: usize = 10;

/// What to look for: the note that was put on the message when it was posted.
#[derive(Debug, Clone, Copy)]
pub struct MessageSearch<'a> {
    /// The channel's id.
    pub channel: &'a str,
    /// The thread it was posted in, if any.
    pub thread_ts: Option<&'a str>,
    /// Only messages at or after this one: a little before it was posted.
    pub oldest: Option<&'a str>,
    /// The note's kind.
    pub event_type: &'a str,
    /// The field of the note that tells messages apart.
    pub key: &'a str,
    /// That field's value.
    pub value: &'a str,
}

impl SlackClient {
    /// Finds a message by its note. `None` means that it is not among the thousand messages
    /// since [`MessageSearch::oldest`].
    pub async fn find_message(
        &self,
        search: MessageSearch<'_>,
    ) -> Result<Option<Posted>, SlackError> {
        let mut cursor: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let page = self.search_page(search, cursor.as_deref()).await?;
            if let Some(found) = page.messages.iter().find(|message| search.matches(message)) {
                let channel = search.channel.to_owned();
                return Ok(Some(Posted {
                    channel,
                    ts: found.ts.clone(),
                }));
            }
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        Ok(None)
    }

    async fn search_page(
        &self,
        search: MessageSearch<'_>,
        cursor: Option<&str>,
    ) -> Result<MessagePage, SlackError> {
        let MessageSearch {
            channel, oldest, ..
        } = search;
        match search.thread_ts {
            Some(ts) => {
                self.conversations_replies(RepliesPage {
                    channel,
                    ts,
                    oldest,
                    cursor,
                    limit: PAGE,
                    include_all_metadata: true,
                })
                .await
            }
            None => {
                self.conversations_history(HistoryPage {
                    channel,
                    oldest,
                    cursor,
                    limit: PAGE,
                    include_all_metadata: true,
                })
                .await
            }
        }
    }
}

impl MessageSearch<'_> {
    fn matches(&self, message: &ThreadMessage) -> bool {
        message.metadata.as_ref().is_some_and(|note| {
            note.event_type == self.event_type
                && note.event_payload.get(self.key).and_then(Value::as_str) == Some(self.value)
        })
    }
}
