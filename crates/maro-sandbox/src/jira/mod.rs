//! The simulated Jira: Cloud's REST API in versions 2 and 3, Data Center's, and webhooks.
//!
//! `endpoints` are thin: they parse, call `changes` or `views`, and answer.
//! `state` holds everything about one site; there are two, and a request finds
//! its own in the [`JiraSite`] of the router. Faults and the request log are
//! around these routers, in `crate::faults`.
//!
//! **Invariant:** shapes and sentences are Jira's. What this site cannot do it
//! refuses; it never pretends.

pub(crate) mod adf;
mod admin;
mod auth;
mod changes;
mod endpoints;
mod error;
mod fields;
mod http;
pub(crate) mod jql;
mod model;
pub(crate) mod render;
mod screens;
mod seed;
mod site;
mod snapshot;
mod state;
mod views;
mod webhooks;

pub(crate) use admin::admin_router;
pub(crate) use endpoints::{data_center_router, router};
pub(crate) use model::Account;
pub(crate) use site::{TOKEN_ACCOUNT, accounts};
pub(crate) use snapshot::snapshot;
pub(crate) use state::JiraState;

use std::ops::Deref;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};

use crate::state::{SandboxState, lock};

/// One simulated site, and the world that it is part of.
#[derive(Clone)]
pub(crate) struct JiraSite {
    world: Arc<SandboxState>,
    pub(crate) jira: Arc<Mutex<JiraState>>,
}

impl JiraSite {
    /// The site with the seeded projects.
    pub(crate) fn main(world: &Arc<SandboxState>) -> Self {
        Self {
            world: Arc::clone(world),
            jira: Arc::clone(&world.jira),
        }
    }

    /// The site that people can connect by mistake.
    pub(crate) fn other(world: &Arc<SandboxState>) -> Self {
        Self {
            world: Arc::clone(world),
            jira: Arc::clone(&world.other_jira),
        }
    }
}

impl Deref for JiraSite {
    type Target = SandboxState;

    fn deref(&self) -> &SandboxState {
        &self.world
    }
}

/// Changes the site under its lock, then sends the webhooks that follow.
fn change<T>(state: &JiraSite, apply: impl FnOnce(&mut JiraState, DateTime<Utc>) -> T) -> T {
    let now = state.clock.now();
    let result = apply(&mut lock(&state.jira), now);
    webhooks::publish(state);
    state.changed();
    result
}
