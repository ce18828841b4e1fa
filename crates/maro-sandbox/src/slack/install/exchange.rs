//! `oauth.v2.exchange`: a token that lasts against a pair that rotates.
//!
//! See <https://docs.slack.dev/reference/methods/oauth.v2.exchange>.

use serde_json::Value;

use super::{access::bot, client::Client};
use crate::{
    slack::{args::Args, error::SlackError},
    state::{SandboxState, lock},
};

/// Exchanges it, once.
pub(super) fn run(state: &SandboxState, client: &Client, args: &Args) -> Result<Value, SlackError> {
    client.check(&state.options)?;
    let settings_scopes = lock(&state.settings).scopes.clone();
    let now = state.clock.now();
    let mut install = lock(&state.install);
    let (team, issued) = install.exchange(args.required("token")?, now)?;
    Ok(bot(&mut install, team, &issued, &settings_scopes))
}
