//! "View full": the whole request in a modal, in as many parts as it needs.

use maro_core::drafts::Draft;
use maro_slack::blocks::{Block, Divider, View};

use super::parts::{as_typed, description, fields, small, summary, title, whole_field};
use crate::App;

/// A modal holds 100 blocks; a draft that Jira would take needs far fewer.
const MOST_BLOCKS: usize = 98;

/// The modal with everything that will be sent.
pub(crate) fn full_view(_app: &App, draft: &Draft) -> View {
    let mut blocks: Vec<Block> = vec![title(summary(draft))];
    for (name, value) in fields(draft) {
        blocks.extend(whole_field(&name, &value));
    }
    blocks.push(Divider::default().into());
    let text = description(draft);
    let room = MOST_BLOCKS.saturating_sub(blocks.len());
    blocks.extend(as_typed(&text, room));
    let all_shown = blocks.len() <= MOST_BLOCKS;
    blocks.truncate(MOST_BLOCKS);
    let mut note = format!(
        "{} characters of description · hash `{}`",
        text.chars().count(),
        draft.hash.get(..16).unwrap_or(&draft.hash)
    );
    if !all_shown {
        note.push_str(" · the end does not fit here; Maro's web page shows all of it");
    }
    blocks.push(small(&note));
    View::new("view_full", "What will be sent", blocks).with_close("Close")
}
