//! What a message says: text, blocks, attachments, metadata.

use serde_json::Value;

use crate::slack::{args::Args, blocks, error::SlackError};

/// `text` may be so long when posted.
pub(crate) const POST_TEXT: usize = 40_000;
/// `text` may be so long when updated.
pub(crate) const UPDATE_TEXT: usize = 4_000;
const METADATA_BYTES: usize = 16 * 1024;
const ATTACHMENTS: usize = 100;

/// The checked content of a message.
#[derive(Debug)]
pub(crate) struct Content {
    pub(crate) text: Option<String>,
    pub(crate) blocks: Option<Value>,
    pub(crate) attachments: Option<Value>,
    pub(crate) metadata: Option<Value>,
}

impl Content {
    /// Reads and checks it.
    pub(crate) fn from_args(args: &Args, max_text: usize) -> Result<Self, SlackError> {
        let mut blocks = args.structure("blocks", "invalid_blocks_format")?;
        if let Some(blocks) = &mut blocks {
            blocks::check_message_blocks(blocks)?;
        }
        let attachments = args.structure("attachments", "invalid_attachments")?;
        if attachments
            .as_ref()
            .and_then(Value::as_array)
            .is_some_and(|all| all.len() > ATTACHMENTS)
        {
            return Err(SlackError::new("too_many_attachments"));
        }
        let metadata = args.structure("metadata", "invalid_metadata_format")?;
        if let Some(metadata) = &metadata {
            check_metadata(metadata)?;
        }
        let text = args.text("text").map(str::to_owned);
        if text
            .as_ref()
            .is_some_and(|text| text.chars().count() > max_text)
        {
            return Err(SlackError::new("msg_too_long"));
        }
        Ok(Self {
            text,
            blocks,
            attachments,
            metadata,
        })
    }

    /// Refuses content that shows nothing.
    pub(crate) fn not_empty(self) -> Result<Self, SlackError> {
        let filled = |list: &Option<Value>| {
            list.as_ref()
                .and_then(Value::as_array)
                .is_some_and(|l| !l.is_empty())
        };
        if self.text.is_none() && !filled(&self.blocks) && !filled(&self.attachments) {
            return Err(SlackError::new("no_text"));
        }
        Ok(self)
    }
}

fn check_metadata(metadata: &Value) -> Result<(), SlackError> {
    if metadata.to_string().len() > METADATA_BYTES {
        return Err(SlackError::new("metadata_too_large"));
    }
    if metadata["event_type"].is_string() && metadata["event_payload"].is_object() {
        return Ok(());
    }
    Err(SlackError::new("invalid_metadata_format"))
}
