//! Conversations in Slack: commands, clicks, forms, mentions, and the cards that Maro shows.
//!
//! Each handler parses one delivery and calls one use case. What is said goes through the outbox;
//! only forms are opened directly, because Slack's trigger ids live for three seconds.

mod actions;
mod answers;
mod asked;
pub mod cards;
mod command;
mod event;
mod form;
mod interaction;
mod lookups;
mod options;
mod profiles;
mod sentences;
mod sockets;
mod submission;
mod take;
mod test_message;
mod thread_draft;
mod thread_text;
pub mod workspaces;

pub(crate) use command::handle_command;
pub(crate) use event::handle_event;
pub use form::samples as form_samples;
pub(crate) use interaction::handle_interaction;
pub(crate) use profiles::Profiles;
pub(crate) use sockets::{Connected, STANDING, Sockets, unheard};
pub use sockets::{SocketHealth, socket_health};
pub use take::{
    Answer, Arrived, NotTaken, take_command, take_event, take_interaction, take_options,
};
pub use test_message::{TestMessage, test_message};
