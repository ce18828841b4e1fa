//! Pages with opaque cursors.

use data_encoding::BASE64;
use serde_json::{Value, json};

use crate::slack::{args::Args, error::SlackError};

/// Which part of a list was asked for.
#[derive(Debug)]
pub(super) struct Page {
    start: usize,
    limit: usize,
}

impl Page {
    /// Reads `cursor` and `limit`.
    pub(super) fn from_args(args: &Args, default: usize, max: usize) -> Result<Self, SlackError> {
        let limit = args.number("limit", default)?;
        if limit == 0 || limit > max {
            return Err(SlackError::new("invalid_limit"));
        }
        let start = match args.text("cursor") {
            None => 0,
            Some(cursor) => read(cursor).ok_or(SlackError::new("invalid_cursor"))?,
        };
        Ok(Self { start, limit })
    }

    /// The part of the list, and the cursor of the next one, empty at the end.
    pub(super) fn of<T>(&self, items: Vec<T>) -> (Vec<T>, String) {
        let next = self.start + self.limit;
        let cursor = if next < items.len() {
            write(next)
        } else {
            String::new()
        };
        (
            items
                .into_iter()
                .skip(self.start)
                .take(self.limit)
                .collect(),
            cursor,
        )
    }
}

/// The `response_metadata` that carries a cursor.
pub(super) fn metadata(cursor: &str) -> Value {
    json!({ "next_cursor": cursor })
}

fn write(start: usize) -> String {
    BASE64.encode(format!("next:{start}").as_bytes())
}

fn read(cursor: &str) -> Option<usize> {
    let text = String::from_utf8(BASE64.decode(cursor.as_bytes()).ok()?).ok()?;
    text.strip_prefix("next:")?.parse().ok()
}
