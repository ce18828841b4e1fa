//! The simulated Slack: one workspace, its Web API, and what it delivers to Maro.
//!
//! * `api` receives Web API calls and hands them to `methods`.
//! * `blocks` and `view` enforce Block Kit's limits.
//! * `response_url` is the other way in.
//! * `people` are the ways in which somebody acts in the client; each becomes
//!   a signed `delivery` to Maro.

mod api;
mod args;
mod blocks;
mod channel;
mod delivery;
mod error;
mod message;
mod methods;
pub(crate) mod people;
mod response_url;
mod seed;
mod sign;
mod state;
mod trigger;
mod view;

pub(crate) use self::{
    api::api_router,
    delivery::Answer,
    response_url::response_url_router,
    state::{SlackState, snapshot},
};

/// The only workspace.
pub(crate) const TEAM: &str = "T0SANDBOX";
/// The workspace's subdomain.
pub(crate) const DOMAIN: &str = "maro-sandbox";
/// Maro as an app.
pub(crate) const APP: &str = "A0MARO";
/// Maro as a bot.
pub(crate) const BOT: &str = "B0MARO";
/// Maro as a user that can be mentioned.
pub(crate) const BOT_USER: &str = "U0MARO";
