//! `conversations.list`: the channels that Maro can see.

use serde::Deserialize;

use super::conversations_info::Channel;
use super::message::CursorAnswer;
use crate::tolerant::nullable;
use crate::{SlackClient, SlackError};

/// Slack takes no more than this.
const AT_ONCE: &str = "999";

/// Which channels are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// Public ones.
    Public,
    /// Public ones, and private ones that Maro is in; needs the scope `groups:read`.
    All,
}

/// One page of channels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelPage {
    /// The channels; none is archived.
    pub channels: Vec<Channel>,
    /// What to ask the next page with; `None` on the last one.
    pub next_cursor: Option<String>,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default, deserialize_with = "nullable")]
    channels: Vec<Channel>,
    response_metadata: Option<CursorAnswer>,
}

impl SlackClient {
    /// Reads one page of the channels that are not archived.
    pub async fn conversations_list(
        &self,
        listed: Listed,
        cursor: Option<&str>,
    ) -> Result<ChannelPage, SlackError> {
        let types = match listed {
            Listed::Public => "public_channel",
            Listed::All => "public_channel,private_channel",
        };
        let mut fields = vec![
            ("types", types),
            ("exclude_archived", "true"),
            ("limit", AT_ONCE),
        ];
        fields.extend(cursor.map(|cursor| ("cursor", cursor)));
        let answer: Answer = self.call_form("conversations.list", &fields).await?;
        Ok(ChannelPage {
            channels: answer.channels,
            next_cursor: CursorAnswer::next(answer.response_metadata),
        })
    }
}
