//! The simulated Slack: workspaces, their Web API, and what it delivers to Maro.
//!
//! * `api` receives Web API calls and hands them to `methods`.
//! * `blocks` and `view` enforce Block Kit's limits.
//! * `incoming` takes messages for one channel without a token.
//! * `install` is how Maro comes into a workspace.
//! * `response_url` is the other way in.
//! * `socket` is Socket Mode, in place of deliveries by HTTP.
//! * `people` are the ways in which somebody acts in the client; each becomes
//!   a signed `delivery` to Maro.

mod api;
mod args;
mod blocks;
mod channel;
mod delivery;
mod error;
pub(crate) mod incoming;
pub(crate) mod install;
mod message;
mod methods;
pub(crate) mod people;
mod response_url;
mod seed;
mod sign;
pub(crate) mod socket;
mod state;
mod team;
mod trigger;
mod view;
mod workspace;

pub(crate) use self::{
    api::api_router,
    delivery::Answer,
    response_url::response_url_router,
    state::{SlackState, snapshot},
    team::TEAMS,
    workspace::Workspace,
};

/// Maro as an app.
pub(crate) const APP: &str = "A0MARO";
