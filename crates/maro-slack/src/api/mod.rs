//! The Web API methods that Maro calls, one file each.
//!
//! Each file holds the method of [`crate::SlackClient`] and the types of its request and answer.
//! Answers are read tolerantly: a field that we do not use may be absent.

mod auth_revoke;
mod auth_test;
mod conversations_history;
mod conversations_info;
mod conversations_list;
mod conversations_replies;
mod find_message;
mod get_permalink;
mod message;
mod post_ephemeral;
mod post_message;
mod respond;
mod update_message;
mod users_info;
mod views_open;
mod views_update;

pub use auth_test::AuthTest;
pub use conversations_history::HistoryPage;
pub use conversations_info::Channel;
pub use conversations_list::{ChannelPage, Listed};
pub use conversations_replies::{RepliesPage, Thread};
pub use find_message::MessageSearch;
pub(crate) use message::is_ordinary;
pub use message::{FileReference, MessagePage, Metadata, ThreadMessage};
pub use post_ephemeral::PostEphemeral;
pub use post_message::{PostMessage, Posted};
pub use respond::{Audience, Respond};
pub use update_message::UpdateMessage;
pub use users_info::User;
pub use views_open::OpenedView;
