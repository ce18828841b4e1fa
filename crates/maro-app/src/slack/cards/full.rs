//! "View full": the whole request in a modal, in as many parts as it needs.

use maro_core::drafts::Draft;
use maro_slack::blocks::{Block, Divider, View};
use maro_slack::mrkdwn::from_user;

use super::parts::{description, field_section, paragraph, shown_text, small, summary};
use crate::App;

/// Below a section's 3,000 characters, with room for what escaping adds.
const PART: usize = 1_800;
const MOST_PARTS: usize = 90;

/// The modal with everything that will be sent.
pub(crate) fn full_view(_app: &App, draft: &Draft) -> View {
    let mut blocks: Vec<Block> = vec![
        paragraph(&format!(
            "*{}*",
            from_user(summary(draft)).replace('*', "∗")
        )),
        field_section(draft),
        Divider::default().into(),
    ];
    let text: Vec<char> = description(draft).chars().collect();
    for part in text.chunks(PART).take(MOST_PARTS) {
        blocks.push(paragraph(&shown_text(&part.iter().collect::<String>())));
    }
    blocks.push(small(&format!(
        "{} characters of description · hash `{}`",
        text.len(),
        draft.hash.get(..16).unwrap_or(&draft.hash)
    )));
    View::new("view_full", "What will be sent", blocks).with_close("Close")
}
