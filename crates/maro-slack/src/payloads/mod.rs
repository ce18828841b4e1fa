//! What Slack sends us: commands, interactions and events; and what their answers look like.
//!
//! Parsing is tolerant of what we do not use and strict about what we do: an id that is missing or
//! odd is refused by name, an unknown kind is taken and can be ignored. The signature must have
//! been checked before anything here runs; see [`crate::signature`].
//!
//! **Invariant:** [`Delivery::id`] is the same for every delivery of one act, however often and by
//! whichever way Slack delivers it.

mod answers;
mod command;
mod delivery;
mod event;
mod interaction;
mod parse;
mod response_url;
mod state;

pub use answers::{SuggestionAnswer, ViewAnswer};
pub use command::{CommandDelivery, SlashCommand};
pub use delivery::Delivery;
pub use event::{
    Event, EventCallback, EventEnvelope, LinkShared, MessageEvent, RateLimitedEvent, SharedLink,
    TokensRevoked,
};
pub use interaction::{
    Action, BlockActions, ChannelReference, Container, Interaction, MessageAction, OptionReference,
    Shortcut, SubmittedView, Suggestion, UserReference, ViewClosed, ViewSubmission,
};
pub(crate) use parse::json;
pub use parse::{MAX_PAYLOAD_BYTES, PayloadError};
pub use response_url::ResponseUrl;
pub use state::{StateValue, ViewState};
