//! The simulated Jira Cloud site: REST API versions 2 and 3, and its webhooks.
//!
//! `endpoints` are thin: they parse, call `changes` or `views`, and answer.
//! `state` holds everything. Faults and the request log are around this router,
//! in `crate::faults`.
//!
//! **Invariant:** shapes and sentences are Jira's. What this site cannot do it
//! refuses; it never pretends.

mod adf;
mod admin;
mod auth;
mod changes;
mod endpoints;
mod error;
mod fields;
mod http;
mod jql;
mod model;
mod render;
mod screens;
mod seed;
mod site;
mod snapshot;
mod state;
mod views;
mod webhooks;

pub(crate) use admin::admin_router;
pub(crate) use endpoints::router;
pub(crate) use snapshot::snapshot;
pub(crate) use state::JiraState;

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::state::{SandboxState, lock};

/// Changes the site under its lock, then sends the webhooks that follow.
fn change<T>(
    state: &Arc<SandboxState>,
    apply: impl FnOnce(&mut JiraState, DateTime<Utc>) -> T,
) -> T {
    let now = state.clock.now();
    let result = apply(&mut lock(&state.jira), now);
    webhooks::publish(state);
    state.changed();
    result
}
