//! Cards: what Maro shows in a channel. Each state of a draft has one.
//!
//! A preview is rendered from the stored request, so that what is shown is what will be sent.
//! A card of a settled draft has no buttons.

mod card;
mod full;
mod ledger;
mod parts;
mod preview;
mod samples;
mod settled;

pub use card::Card;
pub(crate) use full::full_view;
pub(crate) use ledger::{ask_a_person, could_not_create, duplicate, outcome_unknown, put_off};
pub(crate) use parts::{paragraph, small, title, who};
pub(crate) use preview::{PreviewNote, preview};
pub use samples::{full_sample, samples};
pub(crate) use settled::{created, creating, discarded, linked, needs_human, unknown, waiting};

use maro_core::outbox::Message;
use maro_store::sessions::Session;

/// The message that shows a session's preview anew.
pub(crate) fn update_preview(session: &Session, card: Card) -> Message {
    Message::SlackUpdatePreview {
        session: session.id.clone(),
        channel: session.channel.channel.clone(),
        text: card.text,
        blocks: card.blocks,
    }
}
