//! Whoever is locked out of Maro decides nothing in Slack either.

use maro_core::actor::Actor;
use maro_slack::payloads::BlockActions;
use maro_store::StoreError;
use serde_json::json;

use super::{clicker, tell};
use crate::App;
use crate::audit::record_alone;
use crate::cause::Cause;
use crate::inbound::HandleError;
use crate::people::is_locked_out;

/// What the person is told, and nobody else.
pub(super) const LOCKED_OUT: &str = "Your account in Maro is locked, so you cannot decide anything \
    here. Nothing was done. An administrator can unlock it on the page People.";

/// Refuses a click of somebody who is locked out, tells them and audits it. Returns whether it did.
pub(in crate::slack) async fn refuse_locked_out(
    app: &App,
    click: &BlockActions,
    cause: &Cause,
) -> Result<bool, HandleError> {
    let action = &click.action().action_id;
    let is_refused = is_refused(app, &clicker(click), "click.refused", action).await?;
    if is_refused {
        tell(app, click, LOCKED_OUT, cause).await?;
    }
    Ok(is_refused)
}

/// Whether somebody is locked out; then it is audited that they were refused.
pub(super) async fn is_refused(
    app: &App,
    by: &Actor,
    refusal: &str,
    subject: &(impl std::fmt::Display + Sync),
) -> Result<bool, StoreError> {
    let is_refused = is_locked_out(app, by).await?;
    if is_refused {
        let details = json!({ "reason": LOCKED_OUT });
        record_alone(app, by, refusal, subject, details).await?;
    }
    Ok(is_refused)
}
